#![no_main]
gatec_fuzz::reader!("google_benchmark");
