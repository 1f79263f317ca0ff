#![no_main]
gatec_fuzz::reader!("pip_audit");
