//! Items: attributes, statements, and what separates them.

use super::Lower;
use crate::diagnostics::{Code, Diagnostic};
use crate::source::Span;
use crate::syntax::ast::{Attribute, Block, Expr, ExprKind, Item, Items, Name, Statement};
use crate::syntax::tree::{Children, Kind, Node};

/// What stands between two items.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Gap {
    /// Nothing that separates.
    Blank,
    /// `,` on the same line.
    Comma,
    /// A line end.
    Line,
}

impl Lower<'_> {
    /// The items of a file or a block; `block` is the block's node.
    pub(super) fn items(&mut self, index: usize, block: Option<Node>) -> Items {
        let mut items = Items::new();
        let mut end = block.map_or(0, |b| b.start as usize + 1);
        let mut first = true;
        let mut children = self.tree.children(index);
        while let Some((index, node)) = children.next() {
            let start = node.start as usize;
            let gap = self.gap(end, start, block.is_some());
            let docs = self.docs(end, start);
            match node.kind {
                Kind::Attribute | Kind::Statement => {
                    if gap == Gap::Blank && !first {
                        self.missing_separator(end, start, block.is_some());
                    }
                    let mut item = match node.kind {
                        Kind::Attribute => Item::Attribute(self.attribute(index, node, docs)),
                        _ => Item::Statement(self.statement(index, node, docs)),
                    };
                    end = self.comma_list(&mut children, &mut item, node.end as usize);
                    items.push(item);
                }
                Kind::Broken => {
                    let gap = if first { Gap::Line } else { gap };
                    self.broken(index, node, gap, items.last_mut());
                    end = node.end as usize;
                }
                Kind::StrayBrace => {
                    self.stray_brace(node);
                    end = node.end as usize;
                }
                _ => continue,
            }
            first = false;
        }
        let close = self.tree.get(index).map_or(end, |n| n.end as usize);
        self.gap(end, close, block.is_some());
        items
    }

    fn attribute(&mut self, index: usize, node: Node, docs: Option<String>) -> Attribute {
        let mut path: Vec<Name> = Vec::new();
        let mut quoted = false;
        let mut value = None;
        for (child_index, child) in self.tree.children(index) {
            match child.kind {
                Kind::Name => path.push(self.name(child)),
                Kind::Field => path.push(self.field(child)),
                Kind::String => {
                    quoted = true;
                    path.push(Name {
                        text: self.string(child),
                        span: self.span(child),
                    });
                }
                Kind::Value => value = Some(self.expression(child_index)),
                Kind::MissingValue => self.missing_value(node, child),
                _ => {}
            }
        }
        let end = node.end as usize;
        let value = value.unwrap_or_else(|| self.missing(end));
        Attribute {
            path,
            quoted,
            value,
            docs,
            span: self.span(node),
        }
    }

    fn missing_value(&mut self, attribute: Node, node: Node) {
        let at = node.start as usize;
        let key = self
            .between(attribute.start as usize, at)
            .trim_end()
            .trim_end_matches('=');
        let key_end = attribute.start as usize + key.len() + 1;
        let key = key.trim_end();
        let found = self.found_at(at);
        let message = format!("expected a value after `{key} =`, found {found}");
        let span = self.at(key_end, key_end);
        let rest = self.text.get(at..).unwrap_or_default();
        let help = if rest.starts_with("${{") {
            "a name stands here without `${{ }}`, which belongs into strings"
        } else {
            "write a value: text in double quotes, a number with its unit, a name or a list"
        };
        self.found
            .push(Diagnostic::new(Code::MissingValue, span, message).help(help));
    }

    fn statement(&mut self, index: usize, node: Node, docs: Option<String>) -> Statement {
        let mut keyword = Name {
            text: String::new(),
            span: self.span(node),
        };
        let mut args = Vec::new();
        let mut block = None;
        for (child_index, child) in self.tree.children(index) {
            match child.kind {
                Kind::Name => keyword = self.keyword(child),
                Kind::Argument => args.push(self.expression(child_index)),
                Kind::Block => block = Some(self.block(child_index, child)),
                _ => {}
            }
        }
        Statement {
            keyword,
            args,
            block,
            docs,
            span: self.span(node),
        }
    }

    /// The first word of a statement; the words of operators can't be one.
    fn keyword(&mut self, node: Node) -> Name {
        let name = self.name(node);
        if matches!(name.text.as_str(), "and" | "or" | "in" | "not") {
            let message = format!("`{}` can't begin an item", name.text);
            let found = Diagnostic::new(Code::SyntaxError, name.span, message);
            self.found
                .push(found.help("a condition stands after `when` or `require`"));
        }
        name
    }

    /// `{ items }`.
    pub(super) fn block(&mut self, index: usize, node: Node) -> Block {
        Block {
            items: self.items(index, Some(node)),
            span: self.span(node),
        }
    }

    /// `needs a, b`: bare names after a comma, meant as one list with what stands before. Makes
    /// the list, takes the names away from `children`, and gives the end of what was taken.
    fn comma_list(&mut self, children: &mut Children<'_>, item: &mut Item, end: usize) -> usize {
        let Some(value) = last_value(item) else {
            return end;
        };
        let mut taken = end;
        let mut names: Vec<Expr> = Vec::new();
        while let Some(node) = children.peek() {
            let separated = self.between(taken, node.start as usize).trim() == ",";
            let bare = node.kind == Kind::Statement && self.is_bare(children);
            let same_line = !self.between(taken, node.start as usize).contains('\n');
            if !(separated && bare && same_line) {
                break;
            }
            children.next();
            taken = node.end as usize;
            names.push(Expr {
                kind: ExprKind::Name(self.slice(node).to_string()),
                span: self.span(node),
            });
        }
        if names.is_empty() {
            return end;
        }
        let span = value.span.to(self.at(taken, taken));
        self.comma_found(span, value.span, &names);
        let first = Expr {
            kind: std::mem::replace(&mut value.kind, ExprKind::Missing),
            span: value.span,
        };
        let mut elements = match first.kind {
            ExprKind::List(elements) => elements,
            _ => vec![first],
        };
        elements.extend(names);
        *value = Expr {
            kind: ExprKind::List(elements),
            span,
        };
        match item {
            Item::Attribute(a) => a.span = a.span.to(span),
            Item::Statement(s) => s.span = s.span.to(span),
        }
        taken
    }

    /// Whether the next child is a keyword alone.
    fn is_bare(&self, children: &Children<'_>) -> bool {
        children
            .clone()
            .next()
            .is_some_and(|(index, node)| node.next as usize == index + 2)
    }

    fn comma_found(&mut self, span: Span, first: Span, names: &[Expr]) {
        let text = |span: Span| {
            let from = (span.start as usize).saturating_sub(self.base);
            self.between(from, from + span.len())
        };
        let first = text(first);
        let first = first
            .strip_prefix('[')
            .and_then(|f| f.strip_suffix(']'))
            .unwrap_or(first);
        let mut list = format!("[{first}");
        for name in names {
            list.push_str(", ");
            list.push_str(text(name.span));
        }
        list.push(']');
        let place = names.first().map_or(span, |n| n.span);
        self.found.push(
            Diagnostic::new(
                Code::CommaBetweenArguments,
                place,
                "a comma ends the item before it",
            )
            .label("this stands alone")
            .help(format!("write one list: `{list}`"))
            .replace(span, list),
        );
    }

    /// What separates two items, and complaints about separators that don't.
    fn gap(&mut self, start: usize, end: usize, in_block: bool) -> Gap {
        let text = self.between(start, end);
        let (mut line, mut comma) = (false, false);
        let mut bytes = text.bytes().enumerate();
        while let Some((at, byte)) = bytes.next() {
            match byte {
                b'\n' => line = true,
                b'#' => line |= bytes.any(|(_, b)| b == b'\n'),
                b'/' => {
                    line = true;
                    break;
                }
                b',' => {
                    comma = true;
                    if !in_block {
                        self.file_comma(start + at);
                    }
                }
                b';' => {
                    comma = true;
                    self.semicolon(start + at, in_block);
                }
                _ => {}
            }
        }
        match (line, comma) {
            (true, _) => Gap::Line,
            (false, true) => Gap::Comma,
            (false, false) => Gap::Blank,
        }
    }

    fn file_comma(&mut self, at: usize) {
        let found = Diagnostic::new(
            Code::SyntaxError,
            self.at(at, at + 1),
            "a comma separates items within `{ }` only",
        );
        self.found
            .push(found.help("begin a new line for each item of the file"));
    }

    fn semicolon(&mut self, at: usize, in_block: bool) {
        let span = self.at(at, at + 1);
        let found = Diagnostic::new(Code::SyntaxError, span, "there is no `;`");
        let rest = self.text.get(at + 1..).unwrap_or_default();
        let last = rest.trim_start_matches([' ', '\t', '\r']);
        self.found
            .push(if last.is_empty() || last.starts_with(['\n', '#', '}']) {
                found
                    .help("a line's end ends an item")
                    .fix("remove `;`", vec![(span, String::new())])
            } else if in_block {
                found
                    .help("separate items by a new line or `,`")
                    .replace(span, ",")
            } else {
                found.help("begin a new line for each item of the file")
            });
    }

    fn missing_separator(&mut self, end: usize, start: usize, in_block: bool) {
        let here = self.found_at(start);
        let what = if in_block {
            "a new line or `,`"
        } else {
            "a new line"
        };
        let message = format!("expected {what} before {here}{}", self.after(end));
        let word = self.text.get(start..).unwrap_or_default();
        let found = Diagnostic::new(Code::SyntaxError, self.word_span(start), message);
        self.found.push(if word.starts_with("not in ") {
            found.help("`not` stands before the comparison: `not x in [a, b]`")
        } else {
            found.help(format!(
                "separate the two items by {what}, or put text in double quotes"
            ))
        });
    }

    fn stray_brace(&mut self, node: Node) {
        self.found.push(
            Diagnostic::new(Code::StrayBrace, self.span(node), "this `}` closes nothing")
                .help("remove it, or look above for a block that ends too early"),
        );
    }

    /// The `##` lines directly above an item that begins at `end`.
    fn docs(&self, start: usize, end: usize) -> Option<String> {
        let gap = self.between(start, end);
        if !gap.contains("##") {
            return None;
        }
        // Only whole lines count: what follows the item before on its own line is a remark.
        let whole = if start == 0 {
            gap
        } else {
            gap.split_once('\n').map_or("", |(_, rest)| rest)
        };
        let mut lines: Vec<&str> = whole.split('\n').collect();
        lines.pop();
        let mut docs: Vec<&str> = lines.iter().rev().map_while(|l| doc_text(l)).collect();
        docs.reverse();
        (!docs.is_empty()).then(|| docs.join("\n"))
    }
}

/// The text of a `##` line.
fn doc_text(line: &str) -> Option<&str> {
    let line = line
        .trim_start_matches([' ', '\t', ',', '\u{feff}'])
        .trim_end_matches([' ', '\t', '\r']);
    let text = line.strip_prefix("##").filter(|t| !t.starts_with('#'))?;
    Some(text.strip_prefix(' ').unwrap_or(text))
}

/// The value that a comma list would go on with.
fn last_value(item: &mut Item) -> Option<&mut Expr> {
    let value = match item {
        Item::Attribute(a) => &mut a.value,
        Item::Statement(Statement {
            args, block: None, ..
        }) if args.len() == 1 => args.last_mut()?,
        Item::Statement(_) => return None,
    };
    (!matches!(value.kind, ExprKind::Missing | ExprKind::Record(_))).then_some(value)
}
