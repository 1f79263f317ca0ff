//! From the plan's expressions to PromQL: takes a value or a condition, gives a query, the labels
//! it keeps and the values it can take; or says, with the place, why Prometheus can't answer.
//!
//! What an environment measures is told apart by `namespace` and `job` (the service's name), so
//! every selector of a service's series asks for both and every aggregation keeps both.
//! No traffic gives no sample, never NaN; a silent series is the business of its own alert.

mod condition;
mod functions;
mod source;
mod value;
mod version;

pub use condition::{Condition, Terms, is_up, limit_of};
pub use functions::window_of;
pub use source::{Source, group_matchers, source};
pub use version::Version;

use super::promql::{Op, Query};
use crate::diagnostics::{Code, Diagnostic};
use crate::plan::{Environment, Plan, Type};
use crate::source::Span;
use std::collections::{BTreeMap, BTreeSet};

/// The window of a function that names none, in seconds.
pub const DEFAULT_WINDOW: f64 = 300.0;

/// Labels that every aggregation keeps.
pub const BASE_LABELS: [&str; 2] = ["namespace", "job"];

/// A result, or the finding that says why there is none.
pub type Lowering<T> = Result<T, Box<Diagnostic>>;

/// Where a query is asked.
pub struct Context<'a, 'r> {
    /// The whole plan.
    pub plan: &'a Plan,
    /// The environment whose Prometheus answers.
    pub environment: &'a Environment,
    /// What metrics are recorded as there, or why one isn't.
    pub records: &'r BTreeMap<String, Lowering<Recorded>>,
    /// Labels that tell apart the results of the metric being written.
    pub groups: Vec<String>,
    /// The one version of a service that is asked, in a rollout; all of them if there is none.
    pub version: Option<Version<'r>>,
}

/// A metric's recorded series.
#[derive(Clone, Debug)]
pub struct Recorded {
    /// Its name.
    pub name: String,
    /// What a query of it gives.
    pub shape: Shape,
}

/// What a query gives.
#[derive(Clone, Debug)]
pub struct Shape {
    /// Labels of its samples.
    pub labels: Labels,
    /// Least and greatest value a sample can have.
    pub range: (f64, f64),
    /// Values of `job` its samples can have.
    pub jobs: BTreeSet<String>,
}

/// Labels of a query's samples.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Labels {
    /// Whatever the series has.
    All,
    /// These.
    Only(Vec<String>),
}

/// A value as a query.
#[derive(Clone, Debug)]
pub struct Lowered {
    /// The query.
    pub query: Query,
    /// What it gives.
    pub shape: Shape,
}

impl Labels {
    /// Whether a label's value is still there.
    pub fn keep(&self, label: &str) -> bool {
        match self {
            Labels::All => true,
            Labels::Only(names) => names.iter().any(|n| n == label),
        }
    }

    /// The labels' names; none when they aren't known.
    pub fn names(&self) -> &[String] {
        match self {
            Labels::All => &[],
            Labels::Only(names) => names,
        }
    }

    /// Labels that both have.
    fn common(&self, other: &Labels) -> Labels {
        match (self, other) {
            (Labels::All, known) | (known, Labels::All) => known.clone(),
            (Labels::Only(a), Labels::Only(b)) => {
                Labels::Only(a.iter().filter(|l| b.contains(l)).cloned().collect())
            }
        }
    }
}

impl Shape {
    /// A plain number's: no labels, one value.
    fn constant(n: f64) -> Self {
        Self {
            labels: Labels::Only(Vec::new()),
            range: (n, n),
            jobs: BTreeSet::new(),
        }
    }
}

/// Labels on which two sides meet; `None`: on all they have.
pub fn meeting(a: &Shape, b: &Shape) -> Option<Vec<String>> {
    let same_job = a.jobs == b.jobs;
    if same_job && a.labels == b.labels {
        return None;
    }
    let common = match a.labels.common(&b.labels) {
        Labels::All => BASE_LABELS.map(str::to_string).to_vec(),
        Labels::Only(names) => names,
    };
    let on = common.into_iter().filter(|l| same_job || l != "job");
    Some(on.collect())
}

/// `left op right`, meeting on the right labels.
fn combine(op: Op, on: Option<Vec<String>>, left: Query, right: Query) -> Query {
    Query::Binary {
        op,
        on,
        left: Box::new(left),
        right: Box::new(right),
    }
}

/// "Prometheus has no form for this."
fn refuse(span: Span, message: impl Into<String>) -> Box<Diagnostic> {
    Box::new(Diagnostic::new(Code::NotInPromql, span, message).label("no such query in Prometheus"))
}

impl Context<'_, '_> {
    /// The type of what an expression measures: a metric's own where it is only named.
    pub fn type_of(&self, expr: &crate::plan::Expr) -> Type {
        use crate::plan::{ExprKind, Ref};
        if let ExprKind::Ref(Ref::Metric(id, _)) = &expr.kind
            && let Some(metric) = self.plan.metric(id)
        {
            return metric.ty.clone();
        }
        expr.ty.clone()
    }
}
