//! A long text parsed as two halves at once.
//!
//! Takes a text and a place between two of its items, gives the tree that one parse of the whole
//! would give, or none: halves with a mistake are not joined, since what mends it may be far away.

use std::panic::resume_unwind;
use std::thread;

use super::depth::Cut;
use super::grammar;
use super::tree::{Kind, Node, Tree};

/// The tree of a file, if neither half holds a mistake.
pub fn file(text: &str, cut: Cut) -> Option<Tree> {
    let (before, after) = text.split_at_checked(cut.at)?;
    let before = format!("{before}{}", if cut.inside { "}" } else { "" });
    let (left, right) = thread::scope(|scope| {
        let left = scope.spawn(|| grammar::file(&before));
        let right = grammar::file(after);
        (
            left.join().unwrap_or_else(|panic| resume_unwind(panic)),
            right,
        )
    });
    join(left.nodes(), right.nodes(), cut)
}

/// The first half's nodes, with those of the second where they belong: up to the brace that
/// closes nothing there, they stand in the block that was cut.
fn join(left: &[Node], right: &[Node], cut: Cut) -> Option<Tree> {
    let strays = right.iter().filter(|n| n.kind == Kind::StrayBrace).count();
    let stray = right.iter().position(|n| n.kind == Kind::StrayBrace);
    let wrong = left.iter().chain(right).any(|n| is_mistake(n.kind));
    if wrong || strays != usize::from(cut.inside) || left.iter().any(|n| n.kind == Kind::StrayBrace)
    {
        return None;
    }
    let brace = stray.and_then(|at| right.get(at));
    let inner = right.get(1..stray.unwrap_or(1))?;
    let outer = right.get(stray.map_or(1, |at| at + 1)..)?;
    let total = left.len() + inner.len() + outer.len();

    let cut_end = (cut.at + usize::from(cut.inside)) as u32;
    let close = brace.map_or(0, |b| b.end) + cut.at as u32;
    let mut nodes = Vec::with_capacity(total);
    nodes.extend(left.iter().enumerate().map(|(index, node)| match node {
        _ if index == 0 => Node {
            end: right.first().map_or(0, |root| root.end) + cut.at as u32,
            next: total as u32,
            ..*node
        },
        // What was closed for the sake of the cut ends with the true brace.
        _ if cut.inside && node.end == cut_end => Node {
            end: close,
            next: (left.len() + inner.len()) as u32,
            ..*node
        },
        _ => *node,
    }));
    let moved = |gone: usize| {
        move |node: &Node| Node {
            start: node.start + cut.at as u32,
            end: node.end + cut.at as u32,
            next: node.next + (left.len() - gone) as u32,
            ..*node
        }
    };
    nodes.extend(inner.iter().map(moved(1)));
    nodes.extend(outer.iter().map(moved(1 + strays)));
    Some(Tree::of(nodes))
}

fn is_mistake(kind: Kind) -> bool {
    use Kind::*;
    matches!(
        kind,
        Broken
            | OpenText
            | OpenString
            | Apostrophes
            | MissingValue
            | MissingComma
            | MissingClose
            | MissingBrace
            | TooDeep
            | Junk
    )
}
