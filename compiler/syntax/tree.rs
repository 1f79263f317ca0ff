//! The lossless tree: a flat list of nodes in pre-order, each with its byte range.
//!
//! Blanks, comments and the signs `{ } [ ] ( ) = ,` are the gaps between leaves; who needs them
//! (the formatter, doc comments) reads them from the text. No parser's type appears here.

use std::ops::Range;

/// What a node is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A whole file.
    File,
    /// The inside of `${{ … }}`.
    Inside,
    /// `{ … }` with its items.
    Block,
    /// `name = value`.
    Attribute,
    /// `keyword arguments { block }`.
    Statement,
    /// What is no item: junk, a block without a head, or both.
    Broken,
    /// An expression among a statement's arguments.
    Argument,
    /// An expression after `=`.
    Value,
    /// An expression within brackets.
    Element,
    /// A block where a value stands.
    Record,
    /// `[a, b]`.
    List,
    /// `[x]` glued to what it selects from.
    Index,
    /// `(x)` glued to what is called.
    Call,
    /// `(x)`.
    Paren,
    /// `name = value` within `( )` or a selector.
    Named,
    /// A bare name.
    Name,
    /// `.name`.
    Field,
    /// `95%`.
    Number,
    /// `-` or `not` before an operand.
    Prefix,
    /// An operator between operands, also `:`.
    Operator,
    /// `"""…"""`.
    Text,
    /// `"…"`.
    String,
    /// `"""` without its end.
    OpenText,
    /// `"` without its end.
    OpenString,
    /// `'…'`: a string in the wrong quotes.
    Apostrophes,
    /// No value where one must stand; without width.
    MissingValue,
    /// No comma between two elements; without width.
    MissingComma,
    /// No `)` or `]`; without width.
    MissingClose,
    /// No `}` at the end of the file; without width.
    MissingBrace,
    /// A `}` that closes nothing.
    StrayBrace,
    /// Brackets beyond the nesting limit.
    TooDeep,
    /// Text that fits nowhere.
    Junk,
}

/// One node.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Node {
    /// What it is.
    pub kind: Kind,
    /// First byte.
    pub start: u32,
    /// One past the last byte.
    pub end: u32,
    /// The index after the last node of its subtree.
    pub next: u32,
}

impl Node {
    /// As a range of bytes.
    pub fn range(&self) -> Range<usize> {
        self.start as usize..self.end as usize
    }
}

/// All nodes of a text, parents before children.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tree {
    nodes: Vec<Node>,
}

impl Tree {
    /// Room for `count` nodes.
    pub(super) fn with_capacity(count: usize) -> Self {
        Self {
            nodes: Vec::with_capacity(count),
        }
    }

    /// A tree of nodes in pre-order, each with the end of its subtree.
    pub(super) fn of(nodes: Vec<Node>) -> Self {
        Self { nodes }
    }

    /// Opens a node and gives its index; [`close`](Self::close) ends it.
    pub(super) fn open(&mut self, kind: Kind, start: usize) -> usize {
        let start = start as u32;
        self.nodes.push(Node {
            kind,
            start,
            end: start,
            next: 0,
        });
        self.nodes.len() - 1
    }

    /// Ends the node that was opened at `index`.
    pub(super) fn close(&mut self, index: usize, end: usize) {
        let next = self.nodes.len() as u32;
        if let Some(node) = self.nodes.get_mut(index) {
            node.end = end as u32;
            node.next = next;
        }
    }

    /// Every node, parents before children.
    pub fn nodes(&self) -> &[Node] {
        &self.nodes
    }

    /// The node at an index.
    pub fn get(&self, index: usize) -> Option<Node> {
        self.nodes.get(index).copied()
    }

    /// The root's children, or those of the node at `index`, with their indices.
    pub fn children(&self, index: usize) -> Children<'_> {
        let end = self.get(index).map_or(0, |n| n.next as usize);
        Children {
            tree: self,
            at: index + 1,
            end,
        }
    }

    /// The nodes without children, in the order of the text.
    pub fn leaves(&self) -> impl Iterator<Item = Node> + '_ {
        let leaf = |(i, n): (usize, &Node)| (n.next as usize == i + 1).then_some(*n);
        self.nodes.iter().enumerate().filter_map(leaf)
    }
}

/// Walks over the children of one node.
#[derive(Clone)]
pub struct Children<'t> {
    tree: &'t Tree,
    at: usize,
    end: usize,
}

impl Children<'_> {
    /// The next child, without going there.
    pub fn peek(&self) -> Option<Node> {
        if self.at < self.end {
            self.tree.get(self.at)
        } else {
            None
        }
    }
}

impl Iterator for Children<'_> {
    type Item = (usize, Node);

    fn next(&mut self) -> Option<Self::Item> {
        let node = self.peek()?;
        let at = self.at;
        self.at = (node.next as usize).max(at + 1);
        Some((at, node))
    }
}
