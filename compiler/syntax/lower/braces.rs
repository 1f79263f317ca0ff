//! Blocks without an end: which `{` was probably meant.

use super::Lower;
use crate::diagnostics::{Code, Diagnostic};
use crate::source::Span;
use crate::syntax::tree::{Kind, Node};

/// A block, its item, and the first item within that stands no deeper than that.
struct Suspect {
    block: Node,
    head: Node,
    inner: Node,
}

impl Lower<'_> {
    /// Every missing `}` is known only at the end of the file. Indentation tells where: the first
    /// block that holds a line which stands no deeper than the block's own head.
    pub(super) fn missing_braces(&mut self) {
        let nodes = self.tree.nodes();
        let hidden = |n: &Node| {
            n.kind == Kind::OpenText || n.kind == Kind::TooDeep && n.end as usize == self.text.len()
        };
        let missing: Vec<Node> = self.unclosed();
        if missing.is_empty() || nodes.iter().any(hidden) {
            return;
        }
        let mut suspects = self.suspects();
        suspects.truncate(missing.len());
        let unknown = missing.len() - suspects.len();
        let new = |b: &Node| suspects.iter().all(|s| s.block != *b);
        let others: Vec<Node> = missing.into_iter().filter(new).take(unknown).collect();
        for suspect in &suspects {
            self.suspected(suspect);
        }
        for block in others {
            self.unclosed_block(block);
        }
    }

    /// The blocks that the end of the file closes, the innermost first.
    fn unclosed(&self) -> Vec<Node> {
        let mut open: Vec<Node> = Vec::new();
        let mut found = Vec::new();
        for &node in self.tree.nodes() {
            while open
                .last()
                .is_some_and(|o| o.end <= node.start && node.kind != Kind::MissingBrace)
            {
                open.pop();
            }
            match node.kind {
                Kind::Block => open.push(node),
                Kind::MissingBrace => found.extend(open.pop()),
                _ => {}
            }
        }
        found
    }

    /// A missing brace makes the blocks around it look too long as well, so that only those count
    /// that hold no other suspect.
    fn suspects(&self) -> Vec<Suspect> {
        let mut found = Vec::new();
        for (index, &head) in self.tree.nodes().iter().enumerate() {
            if !matches!(head.kind, Kind::Statement | Kind::Attribute) {
                continue;
            }
            let Some(column) = self.column(head) else {
                continue;
            };
            let Some((block_index, block)) = self
                .tree
                .children(index)
                .find(|(_, n)| n.kind == Kind::Block)
            else {
                continue;
            };
            let shallow = |n: &Node| self.column(*n).is_some_and(|c| c <= column);
            let inner = self
                .tree
                .children(block_index)
                .map(|(_, n)| n)
                .find(shallow);
            let Some(inner) = inner else { continue };
            let around = |s: &Suspect| s.block.start <= head.start && head.end <= s.block.end;
            if found.last().is_some_and(around) {
                found.pop();
            }
            found.push(Suspect { block, head, inner });
        }
        found
    }

    /// The column of a node that is the first of its line.
    fn column(&self, node: Node) -> Option<usize> {
        let item = matches!(node.kind, Kind::Statement | Kind::Attribute | Kind::Broken);
        let before = self.between(0, node.start as usize);
        let line = before.trim_end_matches([' ', '\t']);
        let first = line.is_empty() || line.ends_with(['\n', '\u{feff}']);
        (item && first).then(|| before.len() - line.len())
    }

    fn suspected(&mut self, suspect: &Suspect) {
        let start = suspect.block.start as usize;
        let head = self.between(suspect.head.start as usize, start).trim();
        let name = head.lines().next().unwrap_or_default();
        let inner = self.between(suspect.inner.start as usize, suspect.inner.end as usize);
        let inner_at = suspect.inner.start as usize;
        let inner = inner.split(['{', '\n']).next().unwrap_or_default().trim();
        let message = format!("the block of `{name}` is never closed");
        self.found.push(
            Diagnostic::new(Code::MissingBrace, self.at(start, start + 1), message)
                .label("this `{` has no `}`")
                .also(
                    self.at(inner_at, inner_at + inner.len()),
                    format!("`{inner}` stands no deeper than `{name}`, yet within its block"),
                )
                .also(self.last_sign(), "the file ends with a block still open")
                .help(format!("write `}}` before `{inner}`")),
        );
    }

    /// The last sign of the file that can be seen, so that a window shows something.
    fn last_sign(&self) -> Span {
        let text = self.text.trim_end();
        let last = text.chars().next_back().map_or(0, char::len_utf8);
        self.at(text.len() - last, text.len())
    }

    fn unclosed_block(&mut self, block: Node) {
        let start = block.start as usize;
        self.found.push(
            Diagnostic::new(
                Code::MissingBrace,
                self.at(start, start + 1),
                "this block is never closed",
            )
            .also(self.last_sign(), "the file ends here")
            .help("write `}` where the block ends"),
        );
    }
}
