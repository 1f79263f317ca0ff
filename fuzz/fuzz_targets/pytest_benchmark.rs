#![no_main]
gatec_fuzz::reader!("pytest_benchmark");
