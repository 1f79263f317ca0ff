#![no_main]
gatec_fuzz::reader!("mlflow");
