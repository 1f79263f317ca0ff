//! Text to tree to items: total, lossless, in linear time.
//!
//! Takes a text, gives a [`Parse`]: the lossless [`Tree`] for formatter and editor, the
//! [`ast`] for the resolver, and diagnostics. It knows no keyword of the language.

pub mod ast;
mod depth;
mod foreign;
mod grammar;
mod halves;
mod lower;
mod parse;
pub mod tree;

pub use lower::dedent;
pub use parse::{Parse, parse, parse_expression};
pub use tree::Tree;
#[cfg(test)]
mod tests;
