#![no_main]
gatec_fuzz::reader!("criterion");
