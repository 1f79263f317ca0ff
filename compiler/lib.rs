//! gatec: a compiler for `.gate`.

pub mod diagnostics;
pub mod format;
pub mod source;
pub mod syntax;
