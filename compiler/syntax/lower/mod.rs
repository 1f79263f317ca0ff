//! Tree to items: every node is visited once, every mistake is reported once.
//!
//! Takes a [`Tree`] and its text, gives [`Items`] and diagnostics. It knows no keyword.

mod braces;
mod broken;
mod expression;
mod items;
mod literal;
mod outdent;

pub use literal::dedent;

use super::ast::{Expr, ExprKind, Items};
use super::tree::{Kind, Node, Tree};
use crate::diagnostics::{Code, Diagnostic};
use crate::source::{FileId, Span};

/// What lowering reads and what it has found so far.
pub struct Lower<'t> {
    tree: &'t Tree,
    text: &'t str,
    file: FileId,
    /// Where the text begins in its file.
    base: usize,
    /// What was found.
    pub found: Vec<Diagnostic>,
}

impl<'t> Lower<'t> {
    /// Reads `tree`, made of `text`, which begins at byte `base` of `file`.
    pub fn new(tree: &'t Tree, text: &'t str, file: FileId, base: usize) -> Self {
        Self {
            tree,
            text,
            file,
            base,
            found: Vec::new(),
        }
    }

    /// The items of a file.
    pub fn file(&mut self) -> Items {
        let items = self.items(0, None);
        let before = self.found.len();
        self.missing_braces();
        match self.found.len() > before {
            true => outdent::outdent(items, self.text, self.base),
            false => items,
        }
    }

    /// The expression of `${{ … }}`.
    pub fn inside(&mut self) -> Expr {
        let mut value = None;
        let mut end = 0;
        for (index, node) in self.tree.children(0) {
            match node.kind {
                Kind::Element => value = Some(self.expression(index)),
                Kind::MissingValue => {
                    let message = "expected a value between `${{` and `}}`";
                    self.report(Code::MissingValue, self.span(node), message);
                }
                Kind::Junk => self.unexpected(self.span(node), self.after(end)),
                _ => {}
            }
            end = node.end as usize;
        }
        value.unwrap_or_else(|| self.missing(end))
    }

    /// The text of a node.
    fn slice(&self, node: Node) -> &'t str {
        self.text.get(node.range()).unwrap_or_default()
    }

    /// The text of a range.
    fn between(&self, start: usize, end: usize) -> &'t str {
        self.text.get(start..end.max(start)).unwrap_or_default()
    }

    fn span(&self, node: Node) -> Span {
        self.at(node.start as usize, node.end as usize)
    }

    fn at(&self, start: usize, end: usize) -> Span {
        Span::new(self.file, self.base + start, self.base + end)
    }

    fn missing(&self, at: usize) -> Expr {
        Expr {
            kind: ExprKind::Missing,
            span: self.at(at, at),
        }
    }

    fn report(&mut self, code: Code, span: Span, message: impl Into<String>) {
        self.found.push(Diagnostic::new(code, span, message));
    }

    /// " after `timeout =`": what stands before `end` on its line, for messages; empty at the
    /// beginning of a line, and when it is too long to show.
    fn after(&self, end: usize) -> String {
        let before = self.tail(end);
        let line = before.rsplit('\n').next().unwrap_or_default();
        let mut words = line.split_whitespace().rev().take_while(|w| w.len() < WORD);
        match (words.next(), words.next()) {
            (Some("="), Some(name)) => format!(" after `{name} =`"),
            (Some(last), _) => {
                let inner = last
                    .rsplit(['[', '(', '{'])
                    .next()
                    .filter(|w| !w.is_empty());
                format!(" after `{}`", inner.unwrap_or(last))
            }
            (None, _) => String::new(),
        }
    }

    /// The last of what stands before a place.
    fn tail(&self, end: usize) -> &'t str {
        let mut start = end.saturating_sub(4 * WORD);
        while !self.text.is_char_boundary(start) {
            start += 1;
        }
        self.between(start, end)
    }

    /// What stands at a place, for messages.
    fn found_at(&self, at: usize) -> String {
        let rest = self.text.get(at..).unwrap_or_default();
        let rest = rest.trim_start_matches([' ', '\t', '\r']);
        match rest.chars().next() {
            None => "the end of the file".to_string(),
            Some('\n' | '#') => "the end of the line".to_string(),
            Some(first) => format!("`{}`", shortened(word(rest, first))),
        }
    }

    /// The span of the word or sign that begins at a place.
    fn word_span(&self, at: usize) -> Span {
        let rest = self.text.get(at..).unwrap_or_default();
        let length = rest
            .chars()
            .next()
            .map_or(0, |first| word(rest, first).len());
        self.at(at, at + length)
    }
}

/// How much of a word a message shows.
const WORD: usize = 40;

/// A word, or its beginning if it is too long to show.
fn shortened(word: &str) -> String {
    match word.char_indices().nth(WORD) {
        Some((end, _)) => format!("{}…", word.get(..end).unwrap_or(word)),
        None => word.to_string(),
    }
}

/// The name, number or sign that a text begins with.
fn word(text: &str, first: char) -> &str {
    let length = if first.is_alphanumeric() || first == '_' {
        text.find(|c: char| !c.is_alphanumeric() && c != '_')
            .unwrap_or(text.len())
    } else if [
        "==", "!=", "<=", ">=", "=~", "!~", "..", "&&", "||", "=>", "->",
    ]
    .iter()
    .any(|sign| text.starts_with(sign))
    {
        2
    } else {
        first.len_utf8()
    };
    text.get(..length).unwrap_or(text)
}
