//! Items of a text whose braces don't match, put where their indentation says they belong.
//!
//! Takes items of which one block ends too late, gives the same items: what stands no deeper than
//! the head of its block follows that block. So one missing `}` doesn't misplace all that follows.

use crate::syntax::ast::{Item, Items};

/// Puts items where they belong; `text` begins at byte `base` of the file.
pub fn outdent(items: Items, text: &str, base: usize) -> Items {
    let mut out = Items::new();
    for item in items {
        let tail = match item {
            Item::Statement(mut statement) => {
                let head = column(statement.span.start, text, base);
                let mut tail = Items::new();
                if let Some(block) = &mut statement.block {
                    let inner = outdent(std::mem::take(&mut block.items), text, base);
                    (block.items, tail) = split(inner, head, text, base);
                }
                out.push(Item::Statement(statement));
                tail
            }
            Item::Attribute(attribute) => {
                out.push(Item::Attribute(attribute));
                Items::new()
            }
        };
        out.extend(tail);
    }
    out
}

/// Items up to the first that stands no deeper than `head`, and the others.
fn split(items: Items, head: Option<usize>, text: &str, base: usize) -> (Items, Items) {
    let shallow = |item: &Item| {
        let start = match item {
            Item::Statement(s) => s.span.start,
            Item::Attribute(a) => a.span.start,
        };
        matches!((column(start, text, base), head), (Some(own), Some(head)) if own <= head)
    };
    let at = items.iter().position(shallow).unwrap_or(items.len());
    let mut inner = items;
    let tail = inner.split_off(at);
    (inner, tail)
}

/// The column of a place where only blanks stand before it on its line.
fn column(start: u32, text: &str, base: usize) -> Option<usize> {
    let before = text.get(..(start as usize).checked_sub(base)?)?;
    let line = before.trim_end_matches([' ', '\t']);
    let first = line.is_empty() || line.ends_with(['\n', '\u{feff}']);
    first.then(|| before.len() - line.len())
}
