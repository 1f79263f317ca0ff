#![no_main]
gatec_fuzz::reader!("k6");
