//! Expressions: the flat list of operands and operators becomes a tree by precedence.

use super::Lower;
use crate::diagnostics::{Code, Diagnostic};
use crate::source::Span;
use crate::syntax::ast::{Arg, BinaryOp, Block, Expr, ExprKind, Name, UnaryOp};
use crate::syntax::tree::{Children, Kind, Node};

/// How high an expression's tree may grow, so that what walks it may recurse.
const HEIGHT: u32 = 200;

/// Where `not` binds: looser than comparison, tighter than `and`.
const NOT: u8 = 4;

/// An expression and the height of its tree.
struct Built {
    expr: Expr,
    height: u32,
}

impl Lower<'_> {
    /// The expression of an `Argument`, `Value` or `Element` node.
    pub(super) fn expression(&mut self, index: usize) -> Expr {
        self.build(index).expr
    }

    fn build(&mut self, index: usize) -> Built {
        let mut children = self.tree.children(index);
        self.binary(&mut children, 1)
    }

    /// An operand and all operators that bind at least as tightly as `least`.
    fn binary(&mut self, children: &mut Children<'_>, least: u8) -> Built {
        let mut left = self.prefixed(children, least);
        let mut single = None;
        while let Some(node) = children.peek() {
            let Some(op) = operator(self.slice(node)).filter(|_| node.kind == Kind::Operator)
            else {
                children.next();
                continue;
            };
            let precedence = op.precedence();
            if precedence < least {
                break;
            }
            children.next();
            if single == Some(precedence) {
                self.chained(node, op);
            }
            single = no_chain(op).then_some(precedence);
            let right = self.binary(children, precedence + 1);
            let span = left.expr.span.to(right.expr.span);
            let height = left.height.max(right.height) + 1;
            let kind = ExprKind::Binary(op, Box::new(left.expr), Box::new(right.expr));
            left = self.built(kind, span, height);
        }
        left
    }

    fn chained(&mut self, node: Node, op: BinaryOp) {
        let message = format!("`{}` can't follow another of its kind", op.text());
        let found = Diagnostic::new(Code::SyntaxError, self.span(node), message);
        let help = match op.precedence() {
            5 => "join two comparisons with `and`",
            _ => "only one may stand here",
        };
        self.found.push(found.help(help));
    }

    /// `-x`, `not x`, or an operand with what is glued to it.
    fn prefixed(&mut self, children: &mut Children<'_>, least: u8) -> Built {
        let nots = self.signs(children, "not");
        if let Some(&first) = nots.first() {
            if least > NOT {
                self.misplaced_not(first);
            }
            let operand = match self.not_in(children, first) {
                Some(rest) => rest,
                None => self.binary(children, least.max(NOT + 1)),
            };
            return self.signed(UnaryOp::Not, nots, operand);
        }
        let minuses = self.signs(children, "-");
        if let Some(&first) = self.signs(children, "not").first() {
            self.misplaced_not(first);
        }
        while children.peek().is_some_and(|n| n.kind == Kind::Prefix) {
            children.next();
        }
        let operand = self.operand(children);
        self.signed(UnaryOp::Negate, minuses, operand)
    }

    /// The prefix operators of one spelling that stand here.
    fn signs(&self, children: &mut Children<'_>, text: &str) -> Vec<Node> {
        let mut signs = Vec::new();
        while let Some(node) = children.peek() {
            if node.kind != Kind::Prefix || self.slice(node) != text {
                break;
            }
            children.next();
            signs.push(node);
        }
        signs
    }

    fn signed(&mut self, op: UnaryOp, signs: Vec<Node>, mut built: Built) -> Built {
        for &sign in signs.iter().rev() {
            let span = self.span(sign).to(built.expr.span);
            let height = built.height + 1;
            built = self.built(ExprKind::Unary(op, Box::new(built.expr)), span, height);
        }
        built
    }

    fn misplaced_not(&mut self, node: Node) {
        let message = "`not` stands before a whole comparison";
        let found = Diagnostic::new(Code::SyntaxError, self.span(node), message);
        self.found
            .push(found.help("put `not` and what it denies in parentheses: `a == (not b)`"));
    }

    /// `x not in y`, which reads as `x`, and `not` of a value called `in`.
    fn not_in(&mut self, children: &mut Children<'_>, not: Node) -> Option<Built> {
        let next = children.peek()?;
        if next.kind != Kind::Name || self.slice(next) != "in" {
            return None;
        }
        let span = self.span(not).to(self.span(next));
        let found = Diagnostic::new(Code::SyntaxError, span, "`not in` is no operator");
        self.found
            .push(found.help("write `not` before the comparison: `not x in [a, b]`"));
        for _ in children.by_ref() {}
        Some(Built {
            expr: self.missing(next.end as usize),
            height: 1,
        })
    }

    /// A value and the fields, calls and selectors glued to it.
    fn operand(&mut self, children: &mut Children<'_>) -> Built {
        let Some((index, node)) = children.next() else {
            return Built {
                expr: self.missing(0),
                height: 1,
            };
        };
        let mut built = self.primary(index, node);
        while let Some(node) = children.peek() {
            if !matches!(node.kind, Kind::Field | Kind::Index | Kind::Call) {
                break;
            }
            let Some((index, _)) = children.next() else {
                break;
            };
            let span = built.expr.span.to(self.span(node));
            let base = Box::new(built.expr);
            let mut height = built.height;
            let kind = match node.kind {
                Kind::Field => ExprKind::Field(base, self.field(node)),
                Kind::Index => ExprKind::Index(base, self.args(index, node, &mut height)),
                _ => ExprKind::Call(base, self.args(index, node, &mut height)),
            };
            built = self.built(kind, span, height + 1);
        }
        built
    }

    fn primary(&mut self, index: usize, node: Node) -> Built {
        let mut height = 0;
        let kind = match node.kind {
            Kind::Name => self.name_value(node),
            Kind::Number => self.number(node),
            Kind::String => ExprKind::Str(self.string(node)),
            Kind::Text => ExprKind::Text(self.block_text(node)),
            Kind::OpenString => self.open_string(node),
            Kind::OpenText => self.open_text(node),
            Kind::Apostrophes => self.apostrophes(node),
            Kind::List => {
                let args = self.args(index, node, &mut height);
                ExprKind::List(args.into_iter().map(|a| a.value).collect())
            }
            Kind::Paren => self.paren(index, node, &mut height),
            Kind::Record => {
                // A record's own values are bounded each by themselves, and blocks by the limit.
                self.record(index, node)
            }
            Kind::MissingValue => {
                self.missing_operand(index, node);
                ExprKind::Missing
            }
            _ => ExprKind::Missing,
        };
        self.built(kind, self.span(node), height + 1)
    }

    fn record(&mut self, index: usize, node: Node) -> ExprKind {
        match self
            .tree
            .children(index)
            .find(|(_, n)| n.kind == Kind::Block)
        {
            Some((index, block)) => ExprKind::Record(self.block(index, block)),
            None => ExprKind::Record(Block {
                items: Vec::new(),
                span: self.span(node),
            }),
        }
    }

    /// A bare name where a value stands; the words of operators are none.
    fn name_value(&mut self, node: Node) -> ExprKind {
        let text = self.slice(node);
        if matches!(text, "and" | "or" | "in" | "not") {
            let message = format!("expected a value, found `{text}`");
            let found = Diagnostic::new(Code::MissingValue, self.span(node), message);
            self.found
                .push(found.help(format!("`{text}` stands between or before values")));
            return ExprKind::Missing;
        }
        ExprKind::Name(text.to_string())
    }

    /// No value after an operator.
    fn missing_operand(&mut self, index: usize, node: Node) {
        let before = index
            .checked_sub(1)
            .and_then(|i| self.tree.get(i))
            .unwrap_or(node);
        let message = format!(
            "expected a value after `{}`, found {}",
            self.slice(before),
            self.found_at(node.start as usize)
        );
        self.report(Code::MissingValue, self.span(before).after(), message);
    }

    pub(super) fn field(&self, node: Node) -> Name {
        let text = self.slice(node);
        let name = text.trim_start_matches(['.', ' ', '\t', '\r']);
        let start = node.end as usize - name.len();
        Name {
            text: name.to_string(),
            span: self.at(start, node.end as usize),
        }
    }

    fn paren(&mut self, index: usize, node: Node, height: &mut u32) -> ExprKind {
        let args = self.args(index, node, height);
        let count = args.len();
        let Some(first) = args.into_iter().next() else {
            let message = "expected a value between `(` and `)`";
            self.report(Code::MissingValue, self.span(node), message);
            return ExprKind::Missing;
        };
        let end = self
            .tree
            .children(index)
            .last()
            .map_or(0, |(_, n)| n.end as usize);
        let comma = self
            .between(end, node.end as usize)
            .trim_start()
            .starts_with(',');
        if count > 1 || comma {
            let message = "`( )` holds one value";
            let found = Diagnostic::new(Code::SyntaxError, self.span(node), message);
            self.found.push(found.help(
                "a list is written `[a, b]`; the `(` of a call is glued to its name: `f(a, b)`",
            ));
        }
        ExprKind::Paren(Box::new(first.value))
    }

    /// What stands within brackets; `height` becomes that of the highest element.
    fn args(&mut self, index: usize, node: Node, height: &mut u32) -> Vec<Arg> {
        let mut args = Vec::new();
        let mut end = node.start as usize + 1;
        for (child_index, child) in self.tree.children(index) {
            match child.kind {
                Kind::Element => {
                    let built = self.build(child_index);
                    *height = built.height.max(*height);
                    args.push(Arg {
                        name: None,
                        value: built.expr,
                    });
                }
                Kind::Named => args.push(self.named(child_index, height)),
                Kind::MissingValue => {
                    let at = self.at(child.start as usize, child.start as usize + 1);
                    self.report(Code::MissingValue, at, "expected a value before this `,`");
                }
                Kind::MissingComma => self.missing_comma(end, child),
                Kind::MissingClose => self.missing_close(node, end),
                Kind::Junk => self.unexpected(self.span(child), self.after(end)),
                _ => {}
            }
            end = child.end as usize;
        }
        args
    }

    /// `over = 5m`.
    fn named(&mut self, index: usize, height: &mut u32) -> Arg {
        let mut name = None;
        let mut value = None;
        for (child_index, child) in self.tree.children(index) {
            match child.kind {
                Kind::Name => name = Some(self.name(child)),
                Kind::Element => {
                    let built = self.build(child_index);
                    *height = built.height.max(*height);
                    value = Some(built.expr);
                }
                Kind::MissingValue => {
                    let key = name.as_ref().map_or("", |n: &Name| n.text.as_str());
                    let found = self.found_at(child.start as usize);
                    let message = format!("expected a value after `{key} =`, found {found}");
                    self.report(Code::MissingValue, self.span(child), message);
                }
                _ => {}
            }
        }
        let end = self.tree.get(index).map_or(0, |n| n.end as usize);
        Arg {
            name,
            value: value.unwrap_or_else(|| self.missing(end)),
        }
    }

    pub(super) fn name(&self, node: Node) -> Name {
        Name {
            text: self.slice(node).to_string(),
            span: self.span(node),
        }
    }

    fn missing_comma(&mut self, end: usize, node: Node) {
        let start = node.start as usize;
        let glue = self
            .text
            .get(start..)
            .is_some_and(|t| t.starts_with(['[', '(']));
        let here = self.at(end, end);
        let found = Diagnostic::new(
            Code::SyntaxError,
            if glue {
                self.at(start, start + 1)
            } else {
                here
            },
            format!("expected `,` before {}", self.found_at(start)),
        );
        self.found.push(if glue {
            found.help(
                "a call's or a selector's bracket is glued to what it follows: `f(x)`, `m[x]`",
            )
        } else {
            found.fix("insert `,`", vec![(here, ",".to_string())])
        });
    }

    fn missing_close(&mut self, node: Node, end: usize) {
        let start = node.start as usize;
        let (opening, closing) = match self.text.as_bytes().get(start) {
            Some(b'(') => ('(', ')'),
            _ => ('[', ']'),
        };
        let message = format!("this `{opening}` is never closed");
        self.found.push(
            Diagnostic::new(Code::UnclosedBracket, self.at(start, start + 1), message)
                .also(
                    self.at(end, end),
                    format!("expected `,` or `{closing}` here"),
                )
                .help(format!("close it with `{closing}`")),
        );
    }

    /// A node of the tree, unless it grew beyond what may be walked.
    fn built(&mut self, kind: ExprKind, span: Span, height: u32) -> Built {
        if height <= HEIGHT {
            return Built {
                expr: Expr { kind, span },
                height,
            };
        }
        let found = Diagnostic::new(
            Code::NestedTooDeeply,
            span,
            format!("this expression has more than {HEIGHT} steps"),
        );
        self.found
            .push(found.help("give a part of it a name of its own"));
        Built {
            expr: Expr {
                kind: ExprKind::Missing,
                span,
            },
            height: 1,
        }
    }
}

/// The operator of a spelling.
fn operator(text: &str) -> Option<BinaryOp> {
    use BinaryOp::*;
    Some(match text {
        ":" => Typed,
        "or" => Or,
        "and" => And,
        "==" => Equal,
        "!=" => NotEqual,
        "<" => Less,
        "<=" => LessEqual,
        ">" => Greater,
        ">=" => GreaterEqual,
        "=~" => Matches,
        "!~" => NotMatches,
        "in" => In,
        ".." => Range,
        "+" => Add,
        "-" => Subtract,
        "*" => Multiply,
        "/" => Divide,
        _ => return None,
    })
}

/// Whether two of its kind can't stand side by side: `a < b < c`.
fn no_chain(op: BinaryOp) -> bool {
    matches!(op.precedence(), 1 | 5 | 6)
}
