//! PromQL as a tree: takes typed parts, gives text that Prometheus reads as it was meant.
//!
//! A range stands only inside a function over ranges, and `rate` only over a selector, so
//! `rate(sum(…))` or a bare range can't be built. It must not know the plan.

mod print;

pub use print::{number, one_line, pretty, window};

/// A query.
#[derive(Clone, Debug, PartialEq)]
pub enum Query {
    /// A number.
    Number(f64),
    /// The newest samples of a series.
    Instant(Selector),
    /// A function over the samples of a window, in seconds.
    Over(OverTime, Selector, f64),
    /// The newest sample of a window that ended some time ago, both in seconds.
    Before(Selector, f64, f64),
    /// `histogram_quantile(0.95, …)`
    HistogramQuantile(f64, Box<Query>),
    /// `sum by (le) (…)`
    Aggregate {
        /// How samples become one.
        op: Aggregation,
        /// Labels that stay; none: one sample comes out.
        by: Vec<String>,
        /// What is aggregated.
        of: Box<Query>,
    },
    /// `a / b`
    Binary {
        /// The operator.
        op: Op,
        /// Labels on which the sides meet; all of them if not said.
        on: Option<Vec<String>>,
        /// Left side.
        left: Box<Query>,
        /// Right side.
        right: Box<Query>,
    },
    /// `-a`
    Negate(Box<Query>),
    /// A function of instant values.
    Call(Function, Vec<Query>),
    /// The program's own text, checked and carried as it is.
    Opaque(String),
}

/// A series and the part of it that is asked.
#[derive(Clone, Debug, PartialEq)]
pub struct Selector {
    /// The series' name.
    pub name: String,
    /// What its labels must be, in order.
    pub matchers: Vec<Match>,
}

/// One matcher of a selector.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Match {
    /// The label.
    pub label: String,
    /// How it is compared.
    pub op: MatchOp,
    /// With what.
    pub value: String,
}

/// How a label is compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum MatchOp {
    Equal,
    NotEqual,
    Regex,
    NotRegex,
}

/// Functions over the samples of a window.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum OverTime {
    Rate,
    Increase,
    Count,
    Average,
    Greatest,
    Least,
}

/// How samples of several label sets become one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum Aggregation {
    Sum,
    Average,
    Max,
    Min,
    Count,
}

/// Functions of instant values.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum Function {
    Absent,
    Abs,
    Clamp,
    ClampMax,
}

/// Operators between two queries.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum Op {
    Or,
    And,
    Unless,
    Equal,
    NotEqual,
    Less,
    LessEqual,
    Greater,
    GreaterEqual,
    Add,
    Subtract,
    Multiply,
    Divide,
}

impl Op {
    /// The operator whose comparison holds exactly where this one doesn't.
    pub fn negated(self) -> Self {
        match self {
            Op::Equal => Op::NotEqual,
            Op::NotEqual => Op::Equal,
            Op::Less => Op::GreaterEqual,
            Op::LessEqual => Op::Greater,
            Op::Greater => Op::LessEqual,
            Op::GreaterEqual => Op::Less,
            Op::And => Op::Or,
            Op::Or => Op::And,
            other => other,
        }
    }

    /// The comparison with its sides exchanged.
    pub fn mirrored(self) -> Self {
        match self {
            Op::Less => Op::Greater,
            Op::LessEqual => Op::GreaterEqual,
            Op::Greater => Op::Less,
            Op::GreaterEqual => Op::LessEqual,
            other => other,
        }
    }

    /// Whether a value compares so with a limit.
    pub fn holds(self, value: f64, limit: f64) -> bool {
        match self {
            Op::Equal => value == limit,
            Op::NotEqual => value != limit,
            Op::Less => value < limit,
            Op::LessEqual => value <= limit,
            Op::Greater => value > limit,
            Op::GreaterEqual => value >= limit,
            _ => false,
        }
    }
}

impl Match {
    /// `label="value"`
    pub fn equal(label: &str, value: &str) -> Self {
        Self {
            label: label.to_string(),
            op: MatchOp::Equal,
            value: value.to_string(),
        }
    }

    /// Whether a label's value passes; `None` when the pattern is no regular expression.
    pub fn admits(&self, value: &str) -> Option<bool> {
        use promql_parser::label::Matcher;
        use promql_parser::parser::token::{T_EQL_REGEX, T_NEQ_REGEX};
        let token = match self.op {
            MatchOp::Equal => return Some(value == self.value),
            MatchOp::NotEqual => return Some(value != self.value),
            MatchOp::Regex => T_EQL_REGEX,
            MatchOp::NotRegex => T_NEQ_REGEX,
        };
        let matcher = Matcher::new_matcher(token, self.label.clone(), self.value.clone());
        matcher.ok().map(|m| m.is_match(value))
    }
}

impl Query {
    /// Adds `op right`.
    pub fn with(self, op: Op, right: Query) -> Self {
        Query::Binary {
            op,
            on: None,
            left: Box::new(self),
            right: Box::new(right),
        }
    }

    /// `self * factor`, without a factor of one.
    pub fn times(self, factor: f64) -> Self {
        match self {
            Query::Number(n) => Query::Number(n * factor),
            query if factor == 1.0 => query,
            query => query.with(Op::Multiply, Query::Number(factor)),
        }
    }

    /// One sample for each value of the labels.
    pub fn aggregate(self, op: Aggregation, by: &[String]) -> Self {
        Query::Aggregate {
            op,
            by: by.to_vec(),
            of: Box::new(self),
        }
    }
}

/// Reads a query back; the parser's complaint if it can't.
pub fn parse_back(text: &str) -> Result<(), String> {
    promql_parser::parser::parse(text).map(|_| ())
}

/// The program's own query on one line and without comments, or the parser's complaint.
pub fn own(text: &str) -> Result<Query, String> {
    let read = promql_parser::parser::parse(text)?;
    let plain = !text.trim().contains(['\n', '#']);
    Ok(Query::Opaque(if plain {
        text.trim().to_string()
    } else {
        read.to_string()
    }))
}

#[cfg(test)]
mod tests;
