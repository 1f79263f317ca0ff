//! A node on one line.

use crate::syntax::tree::{Kind, Node, Tree};

/// Writes the node at `index`, which holds no line end, with one blank where a blank belongs.
pub fn flat(tree: &Tree, text: &str, index: usize, out: &mut String) {
    let Some(node) = tree.get(index) else { return };
    match node.kind {
        Kind::Attribute => attribute(tree, text, index, out),
        Kind::Statement => statement(tree, text, index, out),
        Kind::Argument | Kind::Value | Kind::Element => expression(tree, text, index, out),
        Kind::Named => attribute(tree, text, index, out),
        Kind::Record => tree
            .children(index)
            .for_each(|(i, _)| flat(tree, text, i, out)),
        Kind::Block => block(tree, text, index, out),
        Kind::List | Kind::Index => bracketed(tree, text, index, out, "[", "]"),
        Kind::Call | Kind::Paren => bracketed(tree, text, index, out, "(", ")"),
        _ => out.push_str(slice(text, node)),
    }
}

/// The source of a node.
pub fn slice(text: &str, node: Node) -> &str {
    text.get(node.range()).unwrap_or_default()
}

/// `name = value`, of a block or of a call.
fn attribute(tree: &Tree, text: &str, index: usize, out: &mut String) {
    for (child_index, child) in tree.children(index) {
        if matches!(child.kind, Kind::Value | Kind::Element) {
            out.push_str(" = ");
        }
        flat(tree, text, child_index, out);
    }
}

fn statement(tree: &Tree, text: &str, index: usize, out: &mut String) {
    for (at, (child_index, _)) in tree.children(index).enumerate() {
        if at > 0 {
            out.push(' ');
        }
        flat(tree, text, child_index, out);
    }
}

fn expression(tree: &Tree, text: &str, index: usize, out: &mut String) {
    for (child_index, child) in tree.children(index) {
        let (before, after) = blanks(text, child);
        if before {
            out.push(' ');
        }
        flat(tree, text, child_index, out);
        if after {
            out.push(' ');
        }
    }
}

/// Whether a blank stands before and after a part of an expression.
pub fn blanks(text: &str, node: Node) -> (bool, bool) {
    match (node.kind, slice(text, node)) {
        (Kind::Operator, "..") => (false, false),
        (Kind::Operator, ":") => (false, true),
        (Kind::Operator, _) => (true, true),
        (Kind::Prefix, "not") => (false, true),
        _ => (false, false),
    }
}

fn bracketed(tree: &Tree, text: &str, index: usize, out: &mut String, open: &str, close: &str) {
    out.push_str(open);
    list(tree, text, index, out);
    out.push_str(close);
}

fn block(tree: &Tree, text: &str, index: usize, out: &mut String) {
    out.push_str("{ ");
    let start = out.len();
    list(tree, text, index, out);
    if out.len() > start {
        out.push(' ');
    }
    out.push('}');
}

fn list(tree: &Tree, text: &str, index: usize, out: &mut String) {
    for (at, (child_index, _)) in tree.children(index).enumerate() {
        if at > 0 {
            out.push_str(", ");
        }
        flat(tree, text, child_index, out);
    }
}
