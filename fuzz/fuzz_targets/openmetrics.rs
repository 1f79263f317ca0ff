#![no_main]
gatec_fuzz::reader!("openmetrics");
