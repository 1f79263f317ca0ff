//! Tree to lines: what stays on one line, and how the rest is broken.

use super::flat::{blanks, flat, slice};
use super::gaps::Gap;
use super::lines::Lines;
use super::{STEP, WIDTH};
use crate::syntax::tree::{Kind, Node, Tree};

/// The text of a whole file.
pub fn file(tree: &Tree, text: &str) -> String {
    let mut printer = Printer {
        tree,
        text,
        lines: Lines::default(),
    };
    let end = printer.items(0, 0);
    printer.close(end, text.len());
    printer.lines.finish()
}

struct Printer<'t> {
    tree: &'t Tree,
    text: &'t str,
    lines: Lines,
}

impl<'t> Printer<'t> {
    fn gap(&self, start: usize, end: usize) -> Gap<'t> {
        Gap::read(self.text.get(start..end).unwrap_or_default())
    }

    /// The items of a file or of a block's inside that begins at `end`, one per line; gives where
    /// the last one ends.
    fn items(&mut self, index: usize, mut end: usize) -> usize {
        let tree = self.tree;
        let mut first = true;
        for (child_index, child) in tree.children(index) {
            let start = child.start as usize;
            let gap = self.gap(end, start);
            if gap.comma && self.is_operator(start) {
                // On a line of its own the word would go on with the line before.
                self.lines.text(",");
            }
            let fresh = self.comments(&gap, first);
            match gap.lines > 1 && !fresh {
                true => self.lines.empty(),
                false => self.lines.end(),
            }
            self.item(child_index, child);
            end = child.end as usize;
            first = false;
        }
        end
    }

    /// The comments of a gap between items. `fresh` says whether nothing stands before them but
    /// the beginning of the file or block; gives whether that still holds.
    fn comments(&mut self, gap: &Gap<'_>, mut fresh: bool) -> bool {
        for comment in &gap.comments {
            if comment.lines > 1 && !fresh {
                self.lines.empty();
            } else if comment.lines > 0 {
                self.lines.end();
            }
            fresh &= comment.lines == 0 && !self.lines.is_fresh();
            self.lines.comment(comment.text);
        }
        fresh
    }

    /// The comments before a closing brace or the end of the file.
    fn close(&mut self, start: usize, end: usize) {
        let gap = self.gap(start, end);
        self.comments(&gap, false);
        self.lines.end();
    }

    /// Whether an item begins with a word that is an operator elsewhere.
    fn is_operator(&self, start: usize) -> bool {
        let rest = self.text.get(start..).unwrap_or_default();
        let word = rest
            .split(|c: char| !c.is_ascii_alphanumeric() && c != '_')
            .next();
        matches!(word, Some("and" | "or" | "in"))
    }

    fn item(&mut self, index: usize, node: Node) {
        let line = self.lines.count();
        let mut equals = None;
        for (at, (child_index, child)) in self.tree.children(index).enumerate() {
            match child.kind {
                Kind::Value => {
                    self.lines.blank();
                    equals = Some(self.lines.equals());
                    self.lines.text("= ");
                    self.expression(child_index);
                }
                Kind::Argument => {
                    self.lines.blank();
                    self.expression(child_index);
                }
                Kind::Block => {
                    self.lines.blank();
                    self.block(child_index, child);
                }
                Kind::Name if at > 0 && node.kind == Kind::Statement => self.lines.blank(),
                _ => self.lines.text(slice(self.text, child)),
            }
        }
        if let Some(at) = equals.filter(|_| self.lines.count() == line) {
            self.lines.one_line_attribute(at);
        }
    }

    /// The parts of an expression; lines go on before an operator.
    fn expression(&mut self, index: usize) {
        let mut end = None;
        let mut children = self.tree.children(index);
        while let Some((child_index, child)) = children.next() {
            let (before, after) = blanks(self.text, child);
            let mut broken = false;
            if child.kind == Kind::Operator {
                let gap = self.gap(end.unwrap_or(child.start as usize), child.start as usize);
                let next = children.peek().map_or(child.end, |n| n.start);
                let behind = self.gap(child.end as usize, next as usize);
                self.within(&gap);
                if gap.breaks() || behind.breaks() {
                    self.lines.continued();
                } else if before {
                    self.lines.blank();
                }
                self.lines.text(slice(self.text, child));
                self.within(&behind);
                broken = !behind.comments.is_empty();
            } else {
                self.part(child_index, child);
            }
            if after && !broken {
                self.lines.blank();
            }
            end = Some(child.end as usize);
        }
    }

    /// Comments within an expression.
    fn within(&mut self, gap: &Gap<'_>) {
        for comment in &gap.comments {
            if comment.lines > 0 {
                self.lines.continued();
            }
            self.lines.comment(comment.text);
        }
        if !gap.comments.is_empty() {
            self.lines.continued();
        }
    }

    fn part(&mut self, index: usize, node: Node) {
        match node.kind {
            Kind::List | Kind::Index => self.bracketed(index, node, "[", "]"),
            Kind::Call | Kind::Paren => self.bracketed(index, node, "(", ")"),
            Kind::Record => self
                .tree
                .children(index)
                .for_each(|(i, n)| self.block(i, n)),
            Kind::Text => self.block_text(slice(self.text, node)),
            _ => self.lines.text(slice(self.text, node)),
        }
    }

    /// The node on one line, if it stood on one and there is room for it.
    fn on_one_line(&self, index: usize, node: Node) -> Option<String> {
        if slice(self.text, node).contains('\n') {
            return None;
        }
        let mut out = String::new();
        flat(self.tree, self.text, index, &mut out);
        (self.lines.column() + out.chars().count() <= WIDTH).then_some(out)
    }

    fn block(&mut self, index: usize, node: Node) {
        let start = node.start as usize + 1;
        let empty = self.tree.children(index).next().is_none();
        let inside = self.gap(start, (node.end as usize).saturating_sub(1));
        if empty && inside.comments.is_empty() {
            return self.lines.text("{ }");
        }
        if let Some(line) = self.on_one_line(index, node) {
            return self.lines.text(&line);
        }
        self.lines.text("{");
        self.lines.deeper();
        let end = self.items(index, start);
        self.close(end, node.end as usize);
        self.lines.shallower();
        self.lines.text("}");
    }

    fn bracketed(&mut self, index: usize, node: Node, open: &str, close: &str) {
        let breaks = self.breaks(index, node);
        if !breaks {
            match self.on_one_line(index, node) {
                Some(line) => return self.lines.text(&line),
                None if node.kind != Kind::List || slice(self.text, node).contains('\n') => {
                    return self.hugged(index, open, close);
                }
                None => {}
            }
        }
        self.lines.text(open);
        self.lines.deeper();
        let comma = if node.kind == Kind::Paren { "" } else { "," };
        let mut end = node.start as usize + 1;
        for (child_index, child) in self.tree.children(index) {
            let gap = self.gap(end, child.start as usize);
            self.comments_in_list(&gap);
            self.element(child_index, child);
            self.lines.text(comma);
            end = child.end as usize;
        }
        let gap = self.gap(end, node.end as usize);
        self.comments_in_list(&gap);
        self.lines.shallower();
        self.lines.text(close);
    }

    /// Whether lines end between the elements of a bracket.
    fn breaks(&self, index: usize, node: Node) -> bool {
        let mut end = node.start as usize + 1;
        for (_, child) in self.tree.children(index) {
            if self.gap(end, child.start as usize).breaks() {
                return true;
            }
            end = child.end as usize;
        }
        self.gap(end, node.end as usize).breaks()
    }

    fn comments_in_list(&mut self, gap: &Gap<'_>) {
        for comment in &gap.comments {
            if comment.lines > 0 {
                self.lines.end();
            }
            self.lines.comment(comment.text);
        }
        self.lines.end();
    }

    /// A bracket whose elements stand side by side though one of them takes several lines.
    fn hugged(&mut self, index: usize, open: &str, close: &str) {
        self.lines.text(open);
        for (at, (child_index, child)) in self.tree.children(index).enumerate() {
            if at > 0 {
                self.lines.text(", ");
            }
            self.element(child_index, child);
        }
        self.lines.text(close);
    }

    fn element(&mut self, index: usize, node: Node) {
        if node.kind != Kind::Named {
            return self.expression(index);
        }
        let mut end = node.start as usize;
        for (child_index, child) in self.tree.children(index) {
            if child.kind == Kind::Element {
                self.lines.text(" =");
                let gap = self.gap(end, child.start as usize);
                self.within(&gap);
                self.lines.blank();
                self.expression(child_index);
            } else {
                self.lines.text(slice(self.text, child));
            }
            end = child.end as usize;
        }
    }

    /// A text block: its lines keep their indentation against each other.
    fn block_text(&mut self, source: &str) {
        let source = source.replace("\r\n", "\n");
        let mut lines = source.split('\n');
        self.lines.text(lines.next().unwrap_or_default());
        let rest: Vec<&str> = lines.collect();
        if !source.starts_with("\"\"\"\n") {
            rest.iter().for_each(|line| self.lines.raw(line));
            return;
        }
        let blank = |line: &str| line.bytes().all(|b| matches!(b, b' ' | b'\t' | b'\r'));
        let closes_alone = |line: &str| line.trim_start_matches([' ', '\t']) == "\"\"\"";
        let counts = |line: &&&str| !blank(line) && !closes_alone(line);
        let indent = |line: &&str| line.len() - line.trim_start_matches([' ', '\t']).len();
        let least = rest.iter().filter(counts).map(indent).min().unwrap_or(0);
        let base = self.lines.indent();
        for line in rest {
            if blank(line) {
                self.lines.raw("");
            } else if closes_alone(line) {
                self.lines.raw(&format!("{}\"\"\"", " ".repeat(base)));
            } else {
                let text = line.get(least..).unwrap_or_default();
                self.lines
                    .raw(&format!("{}{text}", " ".repeat(base + STEP)));
            }
        }
    }
}
