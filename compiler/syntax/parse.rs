//! Text to tree, items and diagnostics, one syntax error per line.

use super::ast::{Expr, Items};
use super::depth;
use super::grammar;
use super::lower::Lower;
use super::tree::Tree;
use crate::diagnostics::{Code, Diagnostic, Diagnostics};
use crate::source::{FileId, Span};
use std::ops::Range;

/// A parsed file.
#[derive(Clone, Debug)]
pub struct Parse {
    /// Every byte of the text, errors included.
    pub tree: Tree,
    /// What the resolver reads.
    pub items: Items,
    /// The syntax errors.
    pub diagnostics: Diagnostics,
}

/// Parses a file. Never fails: what can't be read is reported, the rest is there.
pub fn parse(file: FileId, text: &str) -> Parse {
    let (covered, deep) = depth::cover(text);
    let tree = grammar::file(&covered);
    let mut lower = Lower::new(&tree, text, file, 0);
    let items = lower.file();
    let mut found = lower.found;
    found.extend(too_deep(file, 0, &deep));
    let diagnostics = one_per_line(found, text, 0);
    Parse {
        tree,
        items,
        diagnostics,
    }
}

/// Parses the inside of `${{ … }}`, which begins at byte `base_offset` of its file.
pub fn parse_expression(file: FileId, text: &str, base_offset: usize) -> (Expr, Diagnostics) {
    let (covered, deep) = depth::cover(text);
    let tree = grammar::inside(&covered);
    let mut lower = Lower::new(&tree, text, file, base_offset);
    let expr = lower.inside();
    let mut found = lower.found;
    found.extend(too_deep(file, base_offset, &deep));
    (expr, one_per_line(found, text, base_offset))
}

fn too_deep(file: FileId, base: usize, deep: &[Range<usize>]) -> impl Iterator<Item = Diagnostic> {
    deep.iter().map(move |range| {
        let span = Span::new(file, base + range.start, base + range.start + 1);
        let message = format!("more than {} brackets are open here", depth::LIMIT);
        Diagnostic::new(Code::NestedTooDeeply, span, message)
            .help("close some of them, or give the inner part a name of its own")
    })
}

/// Keeps the first finding of each line: what follows it is most often its consequence. A missing
/// brace belongs to no line and stays.
fn one_per_line(mut found: Vec<Diagnostic>, text: &str, base: usize) -> Diagnostics {
    found.sort_by_key(|d| d.primary.span);
    let mut kept = Diagnostics::new();
    let mut last: Option<usize> = None;
    for diagnostic in found {
        let at = (diagnostic.primary.span.start as usize).saturating_sub(base);
        let brace = diagnostic.code == Code::MissingBrace;
        let between = last.and_then(|l| text.get(l..at.max(l)));
        if brace || between.is_none_or(|t| t.contains('\n')) {
            last = if brace { last } else { Some(at) };
            kept.push(diagnostic);
        }
    }
    kept
}
