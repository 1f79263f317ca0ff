//! The tree as the resolver reads it: two item forms and expressions, each with its span.
//!
//! Built from the lossless [`Tree`](super::Tree). Error nodes leave no trace here but the
//! diagnostics that stand beside them, so a broken line never hides its neighbours.

use crate::source::Span;

/// A name with its place.
#[derive(Clone, Debug, PartialEq)]
pub struct Name {
    /// The text.
    pub text: String,
    /// Where it stands.
    pub span: Span,
}

/// A file or the inside of a block.
pub type Items = Vec<Item>;

/// One item.
#[derive(Clone, Debug, PartialEq)]
pub enum Item {
    /// `name = value`, one value, set once.
    Attribute(Attribute),
    /// `keyword arguments { block }`.
    Statement(Statement),
}

impl Item {
    /// The whole item.
    pub fn span(&self) -> Span {
        match self {
            Item::Attribute(a) => a.span,
            Item::Statement(s) => s.span,
        }
    }
}

/// `name = value`, `gate.security = 15%` or `"start args" = "--fast"`.
#[derive(Clone, Debug, PartialEq)]
pub struct Attribute {
    /// The parts of the path, or one part with the text of a quoted key.
    pub path: Vec<Name>,
    /// Whether the key was a quoted string.
    pub quoted: bool,
    /// The value; [`ExprKind::Missing`] after an error.
    pub value: Expr,
    /// `##` lines directly above.
    pub docs: Option<String>,
    /// From the key to the value's end.
    pub span: Span,
}

impl Attribute {
    /// The span of the key.
    pub fn key_span(&self) -> Span {
        match (self.path.first(), self.path.last()) {
            (Some(first), Some(last)) => first.span.to(last.span),
            _ => self.span,
        }
    }

    /// The key, joined by dots.
    pub fn key(&self) -> String {
        self.path
            .iter()
            .map(|n| n.text.as_str())
            .collect::<Vec<_>>()
            .join(".")
    }
}

/// `keyword arguments { block }`.
#[derive(Clone, Debug, PartialEq)]
pub struct Statement {
    /// The keyword.
    pub keyword: Name,
    /// Arguments, side by side.
    pub args: Vec<Expr>,
    /// The block, if there is one.
    pub block: Option<Block>,
    /// `##` lines directly above.
    pub docs: Option<String>,
    /// From the keyword to the closing brace or the last argument.
    pub span: Span,
}

/// `{ items }`.
#[derive(Clone, Debug, PartialEq)]
pub struct Block {
    /// What stands inside.
    pub items: Items,
    /// From brace to brace.
    pub span: Span,
}

/// An expression.
#[derive(Clone, Debug, PartialEq)]
pub struct Expr {
    /// What it is.
    pub kind: ExprKind,
    /// Where it stands.
    pub span: Span,
}

/// What an expression is.
#[derive(Clone, Debug, PartialEq)]
pub enum ExprKind {
    /// `95%`, `20ms`, `1_000`: the digits without `_`, and the glued unit (empty if none).
    Number {
        /// Digits with an optional fraction, `_` removed.
        digits: String,
        /// The unit: `%`, `ms`, `pt` or empty.
        unit: String,
    },
    /// `"…"` with its escapes resolved.
    Str(String),
    /// `"""…"""`, dedented.
    Text(String),
    /// A bare name.
    Name(String),
    /// `a.b`.
    Field(Box<Expr>, Name),
    /// `f(x, over = 5m)`.
    Call(Box<Expr>, Vec<Arg>),
    /// `m[x]`, `f[severity = "high"]`.
    Index(Box<Expr>, Vec<Arg>),
    /// `[a, b]`.
    List(Vec<Expr>),
    /// `{ a = 1 }` where a value stands.
    Record(Block),
    /// `-x`, `not x`.
    Unary(UnaryOp, Box<Expr>),
    /// `a <= b`, `a and b`, `3..10`, `name: type`.
    Binary(BinaryOp, Box<Expr>, Box<Expr>),
    /// `( x )`: kept, so that the formatter's text and the meaning agree.
    Paren(Box<Expr>),
    /// Nothing usable: an error has been reported. Silent downstream.
    Missing,
}

/// One argument of a call or a selector.
#[derive(Clone, Debug, PartialEq)]
pub struct Arg {
    /// `over` in `over = 5m`.
    pub name: Option<Name>,
    /// `severity in [..]`, `status =~ "5.."` in a selector are plain values.
    pub value: Expr,
}

/// A prefix operator.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UnaryOp {
    /// `-`
    Negate,
    /// `not`
    Not,
}

/// An infix operator, loosest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BinaryOp {
    /// `:` as in `name: type`
    Typed,
    /// `or`
    Or,
    /// `and`
    And,
    /// `==`
    Equal,
    /// `!=`
    NotEqual,
    /// `<`
    Less,
    /// `<=`
    LessEqual,
    /// `>`
    Greater,
    /// `>=`
    GreaterEqual,
    /// `=~`
    Matches,
    /// `!~`
    NotMatches,
    /// `in`
    In,
    /// `..`
    Range,
    /// `+`
    Add,
    /// `-`
    Subtract,
    /// `*`
    Multiply,
    /// `/`
    Divide,
}

impl BinaryOp {
    /// As it is written.
    pub fn text(self) -> &'static str {
        use BinaryOp::*;
        match self {
            Typed => ":",
            Or => "or",
            And => "and",
            Equal => "==",
            NotEqual => "!=",
            Less => "<",
            LessEqual => "<=",
            Greater => ">",
            GreaterEqual => ">=",
            Matches => "=~",
            NotMatches => "!~",
            In => "in",
            Range => "..",
            Add => "+",
            Subtract => "-",
            Multiply => "*",
            Divide => "/",
        }
    }

    /// How tightly it binds, from 1 (loosest).
    pub fn precedence(self) -> u8 {
        use BinaryOp::*;
        match self {
            Typed => 1,
            Or => 2,
            And => 3,
            Equal | NotEqual | Less | LessEqual | Greater | GreaterEqual | Matches | NotMatches
            | In => 5,
            Range => 6,
            Add | Subtract => 7,
            Multiply | Divide => 8,
        }
    }
}
