//! GitHub's expression language as a tree: takes parts, gives folded text.
//!
//! It knows the grammar and the constants, not what any name means. Folding matters: GitHub's
//! own checkers refuse conditions that are always true.

use std::fmt::{self, Write};

/// An expression of GitHub's language.
#[derive(Clone, Debug, PartialEq)]
pub enum Tree {
    /// `true`, `false`
    Bool(bool),
    /// A number, as it is written.
    Number(String),
    /// A string, without its quotes.
    Text(String),
    /// `github.event_name`
    Path(String),
    /// `f(a, b)`
    Call(&'static str, Vec<Tree>),
    /// `!a`
    Not(Box<Tree>),
    /// `a && b`
    And(Vec<Tree>),
    /// `a || b`
    Or(Vec<Tree>),
    /// `a == b`
    Compare(&'static str, Box<Tree>, Box<Tree>),
}

impl Tree {
    /// A name with its fields.
    pub fn path(text: impl Into<String>) -> Self {
        Self::Path(text.into())
    }

    /// A string.
    pub fn text(text: impl Into<String>) -> Self {
        Self::Text(text.into())
    }

    /// `left op right`, folded when both are known strings.
    pub fn compare(op: &'static str, left: Tree, right: Tree) -> Self {
        match (op, &left, &right) {
            ("==", Tree::Text(a), Tree::Text(b)) => Self::Bool(a == b),
            ("!=", Tree::Text(a), Tree::Text(b)) => Self::Bool(a != b),
            _ => Self::Compare(op, Box::new(left), Box::new(right)),
        }
    }

    /// `path == 'text'`
    pub fn is(path: impl Into<String>, text: impl Into<String>) -> Self {
        Self::compare("==", Self::path(path), Self::text(text))
    }

    /// `a && b && …`; true when there is none.
    pub fn all(parts: impl IntoIterator<Item = Tree>) -> Self {
        let mut kept: Vec<Tree> = Vec::new();
        for part in parts {
            match part {
                Tree::Bool(true) => {}
                Tree::Bool(false) => return Self::Bool(false),
                Tree::And(inner) => kept.extend(inner),
                other => kept.push(other),
            }
        }
        Self::one_or(kept, true, Tree::And)
    }

    /// `a || b || …`; false when there is none.
    pub fn any(parts: impl IntoIterator<Item = Tree>) -> Self {
        let mut kept: Vec<Tree> = Vec::new();
        for part in parts {
            match part {
                Tree::Bool(false) => {}
                Tree::Bool(true) => return Self::Bool(true),
                Tree::Or(inner) => kept.extend(inner),
                other if kept.contains(&other) => {}
                other => kept.push(other),
            }
        }
        Self::one_or(kept, false, Tree::Or)
    }

    fn one_or(mut parts: Vec<Tree>, none: bool, many: fn(Vec<Tree>) -> Tree) -> Self {
        if parts.len() > 1 {
            return many(parts);
        }
        parts.pop().unwrap_or(Self::Bool(none))
    }

    /// The opposite, moved inwards where that is shorter.
    pub fn negate(self) -> Self {
        match self {
            Self::Bool(b) => Self::Bool(!b),
            Self::Not(inner) => *inner,
            Self::Compare("==", a, b) => Self::Compare("!=", a, b),
            Self::Compare("!=", a, b) => Self::Compare("==", a, b),
            other => Self::Not(Box::new(other)),
        }
    }

    /// Whether GitHub takes it for true whatever the run: a constant that isn't empty or zero.
    pub fn surely_truthy(&self) -> bool {
        match self {
            Self::Bool(b) => *b,
            Self::Text(text) => !text.is_empty(),
            Self::Number(number) => number.parse::<f64>().is_ok_and(|n| n != 0.0),
            Self::Path(path) => ALWAYS_THERE.contains(&path.as_str()),
            _ => false,
        }
    }

    /// A list or a record out of the text that a job or a step hands on.
    pub fn parsed(self) -> Self {
        match self {
            Self::Call("fromJSON", _) => self,
            text => Self::Call("fromJSON", vec![text]),
        }
    }

    /// Where text must stand: of a list, the JSON that it came as. GitHub refuses a list there.
    pub fn into_text(self) -> Self {
        match self {
            Self::Call("fromJSON", mut args) if args.len() == 1 => args.remove(0),
            other => other,
        }
    }

    fn strength(&self) -> u8 {
        match self {
            Self::Or(_) => 1,
            Self::And(_) => 2,
            Self::Compare(..) => 3,
            Self::Not(_) => 4,
            _ => 5,
        }
    }

    fn write(&self, f: &mut fmt::Formatter<'_>, least: u8) -> fmt::Result {
        if self.strength() < least {
            return write!(f, "({self})");
        }
        match self {
            Self::Bool(b) => write!(f, "{b}"),
            Self::Number(text) | Self::Path(text) => f.write_str(text),
            Self::Text(text) => write!(f, "'{}'", text.replace('\'', "''")),
            Self::Call(name, args) => {
                write!(f, "{name}(")?;
                Self::write_list(f, args, ", ", 1)?;
                f.write_char(')')
            }
            Self::Not(inner) => {
                f.write_char('!')?;
                inner.write(f, 5)
            }
            Self::And(parts) => Self::write_list(f, parts, " && ", 3),
            Self::Or(parts) => Self::write_list(f, parts, " || ", 2),
            Self::Compare(op, a, b) => {
                a.write(f, 4)?;
                write!(f, " {op} ")?;
                b.write(f, 4)
            }
        }
    }

    fn write_list(
        f: &mut fmt::Formatter<'_>,
        parts: &[Tree],
        between: &str,
        least: u8,
    ) -> fmt::Result {
        for (index, part) in parts.iter().enumerate() {
            if index > 0 {
                f.write_str(between)?;
            }
            part.write(f, least)?;
        }
        Ok(())
    }

    /// The expression in its delimiters.
    pub fn wrapped(&self) -> String {
        format!("${{{{ {self} }}}}")
    }
}

/// Names that are never empty in a run.
const ALWAYS_THERE: &[&str] = &[
    "github.ref",
    "github.ref_name",
    "github.run_id",
    "github.run_number",
    "github.sha",
    "github.repository",
    "github.repository_owner",
    "github.event_name",
    "github.actor",
    "github.workflow",
];

impl fmt::Display for Tree {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.write(f, 0)
    }
}
