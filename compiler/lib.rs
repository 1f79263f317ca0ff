//! gatec

pub mod pins;
