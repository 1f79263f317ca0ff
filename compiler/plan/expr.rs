//! Typed expressions: what is known only when the pipeline runs, and what is measured.

use super::value::{Quantity, Value};
use crate::source::Span;

/// What an expression gives.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Type {
    /// An error was reported; fits everything, silently.
    Unknown,
    /// `true` or `false`.
    Bool,
    /// Text.
    Str,
    /// A number with what it measures.
    Quantity(Quantity),
    /// A member of the closed set of that name (`event`, `severity`, `runner` …).
    Symbol(&'static str),
    /// A list.
    List(Box<Type>),
    /// A record with user's keys.
    Record,
    /// `a..b`
    Range(Box<Type>),
    /// A list of findings of a scanner, to be selected from and counted.
    Findings,
    /// A whole report, to be selected from.
    Report,
    /// A Prometheus series, to be asked through a function.
    Series,
    /// Any plain data (a path into a JSON report): fits a number or text.
    Data,
    /// `none`
    None,
}

impl Type {
    /// As said to people.
    pub fn describe(&self) -> String {
        match self {
            Type::Unknown => "unknown".into(),
            Type::Bool => "a condition (bool)".into(),
            Type::Str => "a string".into(),
            Type::Quantity(q) => match q {
                Quantity::Bytes | Quantity::Points => q.name().to_string(),
                _ => format!("a {}", q.name()),
            },
            Type::Symbol(set) => format!("one of `{set}`"),
            Type::List(of) => format!("a list of {}", of.describe().trim_start_matches("a ")),
            Type::Record => "a record".into(),
            Type::Range(of) => format!("a range of {}", of.describe().trim_start_matches("a ")),
            Type::Findings => "a list of findings".into(),
            Type::Report => "a report".into(),
            Type::Series => "a series".into(),
            Type::Data => "a value of a report".into(),
            Type::None => "`none`".into(),
        }
    }
}

/// A typed expression with its place.
#[derive(Clone, Debug, PartialEq)]
pub struct Expr {
    /// What it is.
    pub kind: ExprKind,
    /// What it gives.
    pub ty: Type,
    /// Where it was written.
    pub span: Span,
}

impl Expr {
    /// A constant.
    pub fn constant(value: Value, ty: Type, span: Span) -> Self {
        Self {
            kind: ExprKind::Const(value),
            ty,
            span,
        }
    }

    /// The value, if it is known now.
    pub fn value(&self) -> Option<&Value> {
        match &self.kind {
            ExprKind::Const(v) => Some(v),
            _ => None,
        }
    }

    /// Calls `visit` on this expression and all inside it, outermost first.
    pub fn walk<'a>(&'a self, visit: &mut dyn FnMut(&'a Expr)) {
        visit(self);
        match &self.kind {
            ExprKind::Const(_) | ExprKind::Ref(_) => {}
            ExprKind::Not(a) | ExprKind::Negate(a) => a.walk(visit),
            ExprKind::Binary(_, a, b) => {
                a.walk(visit);
                b.walk(visit);
            }
            ExprKind::Call(_, args) | ExprKind::List(args) => {
                args.iter().for_each(|a| a.walk(visit));
            }
            ExprKind::Text(text) => text.parts.iter().for_each(|p| {
                if let Part::Value(e, _) = p {
                    e.walk(visit);
                }
            }),
        }
    }

    /// All references inside, in source order.
    pub fn refs(&self) -> Vec<&Ref> {
        let mut found = Vec::new();
        self.walk(&mut |e| {
            if let ExprKind::Ref(r) = &e.kind {
                found.push(r);
            }
        });
        found
    }
}

/// What an expression is.
#[derive(Clone, Debug, PartialEq)]
pub enum ExprKind {
    /// Known now.
    Const(Value),
    /// Known when the pipeline runs, or measured.
    Ref(Ref),
    /// `not a`
    Not(Box<Expr>),
    /// `-a`
    Negate(Box<Expr>),
    /// `a <= b`
    Binary(Operator, Box<Expr>, Box<Expr>),
    /// `f(a, b)`; named arguments are put in the function's order.
    Call(Func, Vec<Expr>),
    /// `[a, b]` with a member that isn't known now.
    List(Vec<Expr>),
    /// Text with values inside.
    Text(Text),
}

/// Operators between two values.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum Operator {
    Or,
    And,
    Equal,
    NotEqual,
    Less,
    LessEqual,
    Greater,
    GreaterEqual,
    /// A regular expression, anchored at both ends.
    Matches,
    NotMatches,
    /// Member of a list.
    In,
    Add,
    Subtract,
    Multiply,
    Divide,
}

impl Operator {
    /// As written in the language.
    pub fn text(self) -> &'static str {
        use Operator::*;
        match self {
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
            Add => "+",
            Subtract => "-",
            Multiply => "*",
            Divide => "/",
        }
    }
}

/// Functions of the language.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Func {
    /// `if(c, a, b)`
    If,
    /// `join(list, separator)`
    Join,
    /// `hash(files…)`: a digest of files of the checkout.
    Hash,
    /// `format`-free concatenation of texts.
    Concat,
    /// `starts_with(text, prefix)`
    StartsWith,
    /// `ends_with(text, suffix)`
    EndsWith,
    /// `contains(list or text, part)`
    Contains,
    /// `count(findings)` or `count(group comparison)`
    Count,
    /// `every(metric)`: each group's value
    Every,
    /// `min(a, b…)`
    Min,
    /// `max(a, b…)`; over a series: the greatest sample in `over`
    Max,
    /// `mean(a, b…)`; over a series: the average in `over`
    Mean,
    /// `sum(a, b…)`; over a series: the sum over its instances
    Sum,
    /// `clamp(x, low, high)`
    Clamp,
    /// `capped(x, high)`
    Capped,
    /// `abs(x)`
    Abs,
    /// `rise(m)`: relative increase over the reference
    Rise,
    /// `drop(m)`: relative decrease under the reference
    Drop,
    /// `change(m)`: difference from the reference
    Change,
    /// `failed("criterion id")`
    Failed,
    /// `p50(series, over)` … any percentile; args: series, over; the percentile is in the variant (0 to 1000, in tenths of a percent: p99.9 is 999)
    Quantile(u16),
    /// `share(series[bad], over)`: the selected part of all events of the series
    Share,
    /// `rate(series, over)`: events per second
    RateOf,
    /// `increase(series, over)`: events
    Increase,
    /// `within(series, bound)`: share of events at most `bound`
    Within,
    /// `last(series)`: the newest sample
    Last,
    /// `no_data(series)`: true when the series is absent
    NoData,
    /// `promql("…")`: the target's own language, parsed and opaque
    Promql,
    /// `approvers("team")`
    Approvers,
}

impl Func {
    /// As written in the language; percentiles as `p95`.
    pub fn name(self) -> String {
        let fixed = match self {
            Func::If => "if",
            Func::Join => "join",
            Func::Hash => "hash",
            Func::Concat => "concat",
            Func::StartsWith => "starts_with",
            Func::EndsWith => "ends_with",
            Func::Contains => "contains",
            Func::Count => "count",
            Func::Every => "every",
            Func::Min => "min",
            Func::Max => "max",
            Func::Mean => "mean",
            Func::Sum => "sum",
            Func::Clamp => "clamp",
            Func::Capped => "capped",
            Func::Abs => "abs",
            Func::Rise => "rise",
            Func::Drop => "drop",
            Func::Change => "change",
            Func::Failed => "failed",
            Func::Quantile(tenths) if tenths % 10 == 0 => return format!("p{}", tenths / 10),
            Func::Quantile(tenths) => return format!("p{}_{}", tenths / 10, tenths % 10),
            Func::Share => "share",
            Func::RateOf => "rate",
            Func::Increase => "increase",
            Func::Within => "within",
            Func::Last => "last",
            Func::NoData => "no_data",
            Func::Promql => "promql",
            Func::Approvers => "approvers",
        };
        fixed.to_string()
    }
}

/// What an expression refers to. Facts of a run first, then what is measured.
#[derive(Clone, Debug, PartialEq)]
pub enum Ref {
    /// What started the run (`push`, `pull_request` …), a symbol of `event`.
    Event,
    /// The branch of a push, schedule or dispatch; absent on others.
    Branch,
    /// Where a pull request goes.
    TargetBranch,
    /// Where a pull request comes from.
    SourceBranch,
    /// The tag of a push or release.
    Tag,
    /// Whether the run is of a pull request from another repository.
    FromFork,
    /// The commit under test.
    Commit,
    /// The full ref (`refs/heads/main`, `refs/pull/7/merge`).
    GitRef,
    /// This run's number, unique in the repository.
    Run,
    /// The pipeline's title.
    PipelineTitle,
    /// Who started it.
    Actor,
    /// `owner/name`.
    Repository,
    /// The repository's owner.
    Owner,
    /// The repository's default branch.
    DefaultBranch,
    /// The pull request's number.
    PullRequestNumber,
    /// The run's own short-lived token.
    Token,
    /// Whether files of a `changed` filter changed.
    Changed(String),
    /// A dispatch or call input.
    Input(String),
    /// A repository variable.
    Variable(String),
    /// A secret.
    Secret(String),
    /// A matrix key, and a field of it.
    Matrix(String, Option<String>),
    /// `step.publish.digest`
    StepOutput {
        /// Step id, unique in its stage.
        step: String,
        /// Output's name.
        output: String,
    },
    /// `stage.image.digest`
    NodeOutput {
        /// Node id.
        node: String,
        /// Output's name.
        output: String,
    },
    /// How a node ended: a symbol of `outcome`.
    Outcome(String),
    /// How a gate was judged: a symbol of `verdict`.
    Verdict(String),
    /// A field of the event's payload (`event.release.prerelease`), without `event`.
    EventField(Vec<String>),
    /// A metric's value; with matchers on its `by` groups.
    Metric(String, Vec<Matcher>),
    /// A limit that depends on environment, branch or group, by name.
    Limit(String),
    /// A value of a report: stage, report, path.
    Report {
        /// Stage name, bound in the pipeline being compiled.
        stage: String,
        /// The report's name there (also a template's).
        report: String,
        /// What of it.
        path: Vec<PathSegment>,
    },
    /// A series, with matchers on its labels.
    Series {
        /// The service that exports it; empty for `up` and other well-known series.
        service: String,
        /// Its name.
        name: String,
        /// Its selected part.
        matchers: Vec<Matcher>,
    },
    /// A built-in measurement of the pipeline itself (`ci.failures`), with its arguments.
    Ci(String, Vec<Matcher>),
    /// A label of the alert being written (`${{ instance }}`).
    Label(String),
    /// The value that fired the alert (`${{ value }}`).
    AlertValue,
}

/// One step of a path into a report.
#[derive(Clone, Debug, PartialEq)]
pub enum PathSegment {
    /// `.failed`, a field that the format gives.
    Field(String),
    /// `["latency.p50_ms"]`, a path in the data.
    Key(String),
    /// `key = "name"` behind a path with `*`: each member by its field of that name.
    By(String),
    /// `[severity = "high"]`, a selection.
    Filter(Vec<Matcher>),
}

/// `label = value` and its kin in a selector.
#[derive(Clone, Debug, PartialEq)]
pub struct Matcher {
    /// Label or field.
    pub label: String,
    /// How it is compared.
    pub op: MatcherOp,
    /// One value, or several for [`MatcherOp::In`].
    pub values: Vec<Value>,
}

/// How a selector compares.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum MatcherOp {
    Equal,
    NotEqual,
    Matches,
    NotMatches,
    In,
}

/// Text with values inside: a script or a message.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Text {
    /// In order.
    pub parts: Vec<Part>,
}

impl Text {
    /// Text without values.
    pub fn plain(text: impl Into<String>) -> Self {
        Self {
            parts: vec![Part::Text(text.into())],
        }
    }

    /// The text, if it has no values.
    pub fn as_plain(&self) -> Option<String> {
        self.parts
            .iter()
            .map(|p| {
                if let Part::Text(t) = p {
                    Some(t.as_str())
                } else {
                    None
                }
            })
            .collect()
    }
}

/// A part of a [`Text`].
#[derive(Clone, Debug, PartialEq)]
pub enum Part {
    /// Verbatim.
    Text(String),
    /// A value, and the quotes it stands in.
    Value(Expr, Quoting),
}

/// The quotes of a script around an inserted value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Quoting {
    /// Outside quotes: becomes a word of its own.
    Bare,
    /// Inside double quotes (or an unquoted heredoc).
    Double,
    /// Not a script: a message or a name.
    Message,
}
