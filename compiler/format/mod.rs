//! The formatter: one way to lay out a program.
//!
//! Takes a text, gives the same program in the one layout: two blanks per level, the `=` of
//! attributes that follow each other aligned, comments behind lines aligned, at most one blank
//! line between items. A block or list that stood on one line stays there if it fits; any other
//! has one item per line. Only blanks, line ends and separators change: never a value, a comment
//! or the order of anything. It works on the lossless tree and the gaps between its leaves, and
//! knows no keyword.

mod flat;
mod gaps;
mod lines;
mod print;
#[cfg(test)]
mod tests;

use crate::diagnostics::Diagnostics;
use crate::source::FileId;
use crate::syntax::parse;

/// How wide a line may grow before what it holds is broken into several.
const WIDTH: usize = 100;

/// Blanks per level.
const STEP: usize = 2;

/// Lays out a program; one with syntax errors is not touched, and they are what comes back.
pub fn format(text: &str) -> Result<String, Diagnostics> {
    let parse = parse(FileId::default(), text);
    if parse.diagnostics.has_errors() {
        return Err(parse.diagnostics);
    }
    Ok(print::file(&parse.tree, text))
}
