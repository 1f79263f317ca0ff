//! Text to tree, items and diagnostics, one syntax error per line.

use std::ops::Range;

use super::ast::{Expr, Items};
use super::depth::{self, Scan};
use super::foreign;
use super::grammar;
use super::halves;
use super::lower::Lower;
use super::tree::Tree;
use crate::diagnostics::{Code, Diagnostic, Diagnostics};
use crate::source::{FileId, Span};

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

/// A shorter text is not worth a second thread.
const LONG: usize = 32 * 1024;

/// Parses a file. Never fails: what can't be read is reported, the rest is there.
pub fn parse(file: FileId, text: &str) -> Parse {
    let scan = depth::scan(text);
    let cut = scan.cut.filter(|_| text.len() >= LONG);
    let halves = cut.and_then(|cut| halves::file(&scan.text, cut));
    let tree = halves.unwrap_or_else(|| grammar::file(&scan.text));
    let mut lower = Lower::new(&tree, text, file, 0);
    let items = lower.file();
    let mut found = lower.found;
    found.extend(scanned(&scan, text, |start, end| {
        Span::new(file, start, end)
    }));
    if let Some(yaml) = foreign::yaml(file, text).filter(|_| !found.is_empty()) {
        found = vec![yaml];
    }
    unclosed_comment(&mut found);
    let diagnostics = one_per_line(found, text, 0);
    Parse {
        tree,
        items,
        diagnostics,
    }
}

/// Parses the inside of `${{ … }}`, which begins at byte `base_offset` of its file.
pub fn parse_expression(file: FileId, text: &str, base_offset: usize) -> (Expr, Diagnostics) {
    let scan = depth::scan(text);
    let tree = grammar::inside(&scan.text);
    let mut lower = Lower::new(&tree, text, file, base_offset);
    let expr = lower.inside();
    let mut found = lower.found;
    let span = |start, end| Span::new(file, base_offset + start, base_offset + end);
    found.extend(scanned(&scan, text, span));
    (expr, one_per_line(found, text, base_offset))
}

/// What was found before the grammar ran.
fn scanned(scan: &Scan<'_>, text: &str, span: impl Fn(usize, usize) -> Span) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    for range in &scan.deep {
        let message = format!("more than {} brackets are open here", depth::LIMIT);
        found.push(
            Diagnostic::new(
                Code::NestedTooDeeply,
                span(range.start, range.start + 1),
                message,
            )
            .help("close some of them, or give the inner part a name of its own"),
        );
    }
    for range in &scan.foreign {
        let marks = span(range.start, range.start + 2);
        let comment = text.get(range.clone()).unwrap_or_default();
        if comment.starts_with("/*") && !comment.get(2..).is_some_and(|c| c.ends_with("*/")) {
            found.push(
                Diagnostic::new(
                    Code::UnclosedComment,
                    marks,
                    "this comment is never closed, and takes the rest of the file",
                )
                .label("begins here")
                .help("a comment begins with `#` and ends with its line"),
            );
            continue;
        }
        let diagnostic = Diagnostic::new(Code::SyntaxError, marks, "a comment begins with `#`");
        let line = comment.starts_with("//");
        found.push(match line {
            true => diagnostic.replace(marks, "#"),
            false => diagnostic.help("write `#` before each line of the comment"),
        });
    }
    found
}

/// A string without its end took the rest of its line, and with it what closes a bracket or block.
struct Swallowed {
    /// From the line's begin to the string's.
    before: Range<usize>,
    brackets: bool,
    braces: usize,
}

impl Swallowed {
    fn of(string: &Diagnostic, text: &str, base: usize) -> Option<Self> {
        let start = (string.primary.span.start as usize).saturating_sub(base);
        let line = text.get(..start)?.rfind('\n').map_or(0, |at| at + 1);
        let taken = text.get(start..)?.lines().next()?;
        Some(Self {
            before: base + line..base + start,
            brackets: taken.contains([')', ']']),
            braces: taken.matches('}').count(),
        })
    }
}

/// Leaves out the brackets and braces that miss an end only because a string took it.
fn swallowed(found: &mut Vec<Diagnostic>, text: &str, base: usize) {
    let open = found.iter().filter(|d| d.code == Code::UnclosedString);
    let taken: Vec<Swallowed> = open.filter_map(|d| Swallowed::of(d, text, base)).collect();
    let braces: usize = taken.iter().map(|t| t.braces).sum();
    let missing = |d: &&Diagnostic| d.code == Code::MissingBrace;
    let all = found.iter().filter(missing).count() <= braces;
    found.retain(|d| {
        let at = d.primary.span.start as usize;
        let mut on_line = taken.iter().filter(|t| t.before.contains(&at));
        match d.code {
            Code::UnclosedBracket => !on_line.any(|t| t.brackets),
            Code::MissingBrace => !all && !on_line.any(|t| t.braces > 0),
            _ => true,
        }
    });
}

/// A comment without its end took all that follows, and with it what closes blocks.
fn unclosed_comment(found: &mut Vec<Diagnostic>) {
    let comment = |d: &&Diagnostic| d.code == Code::UnclosedComment;
    let Some(start) = found.iter().find(comment).map(|d| d.primary.span.start) else {
        return;
    };
    let taken = |d: &Diagnostic| match d.code {
        Code::UnclosedComment => false,
        Code::MissingBrace => true,
        _ => d.primary.span.start >= start,
    };
    found.retain(|d| !taken(d));
}

/// Keeps the first finding of each line: what follows it is most often its consequence. A missing
/// brace belongs to no line and stays.
fn one_per_line(mut found: Vec<Diagnostic>, text: &str, base: usize) -> Diagnostics {
    found.sort_by_key(|d| d.primary.span);
    swallowed(&mut found, text, base);
    let mut kept = Diagnostics::new();
    let mut line_end = None;
    for diagnostic in found {
        let at = (diagnostic.primary.span.start as usize).saturating_sub(base);
        let brace = diagnostic.code == Code::MissingBrace;
        if !brace {
            if line_end.is_some_and(|end| at <= end) {
                continue;
            }
            let rest = text.get(at..).unwrap_or_default();
            line_end = Some(at + rest.find('\n').unwrap_or(rest.len()));
        }
        kept.push(diagnostic);
    }
    kept
}
