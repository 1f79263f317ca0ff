#![no_main]
gatec_fuzz::reader!("lm_eval");
