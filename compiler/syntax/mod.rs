//! Text to tree: total, lossless, in linear time.

pub mod ast;
