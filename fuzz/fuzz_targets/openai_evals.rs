#![no_main]
gatec_fuzz::reader!("openai_evals");
