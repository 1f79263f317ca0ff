#![no_main]
gatec_fuzz::fuzz_target!(|bytes: &[u8]| gatec_fuzz::program(bytes));
