//! The plan: what a program says, typed, ordered and free of any target's words.
//!
//! Built by [`lower`](crate::resolve) from the resolved program; read by lints, proofs, the judge
//! and the targets. Names are resolved to ids, order is topological, every node keeps the place
//! in the source where it was written.

pub mod cells;
pub mod dump;
pub mod expr;
mod gaps;
pub mod pipeline;
pub mod quality;
mod say;
pub mod service;
mod title;
mod valid;
pub mod value;
pub mod watch;

pub use cells::Cell;
pub use expr::{
    Expr, ExprKind, Func, Matcher, MatcherOp, Operator, Part, PathSegment, Quoting, Ref, Text, Type,
};
pub use gaps::{Block, Gaps};
pub use pipeline::*;
pub use quality::*;
pub use service::*;
pub use title::title;
pub use valid::ValidPlan;
pub use value::{Quantity, Value};
pub use watch::*;

use crate::pins::Pins;
use crate::source::Span;

/// Where a node was written and what its author says of it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Origin {
    /// The declaration's name, or the whole item where it has none.
    pub span: Span,
    /// The `##` lines above it.
    pub docs: Option<String>,
    /// `path:line` of `span`, for generated comments and reports.
    pub place: String,
    /// Where the values of its attributes were written; of a list, each item.
    pub attributes: Vec<(&'static str, Span)>,
}

impl Origin {
    /// Where the value of an attribute was written; the declaration itself when it wasn't.
    pub fn attribute(&self, name: &str) -> Span {
        let mut written = self.written(name);
        let first = written.next();
        first.map_or(self.span, |first| written.fold(first, Span::to))
    }

    /// Where an item of an attribute's list was written, else [`attribute`](Self::attribute).
    pub fn item(&self, name: &str, at: usize) -> Span {
        let item = self.written(name).nth(at);
        item.unwrap_or_else(|| self.attribute(name))
    }

    fn written(&self, name: &str) -> impl Iterator<Item = Span> {
        let own = self.attributes.iter().filter(move |(n, _)| *n == name);
        own.map(|(_, span)| *span)
    }
}

/// Everything a program says.
#[derive(Clone, Debug, Default)]
pub struct Plan {
    /// Settings of the whole repository.
    pub project: Project,
    /// What third-party actions are pinned to.
    pub pins: Pins,
    /// Pipelines, in source order.
    pub pipelines: Vec<Pipeline>,
    /// Measured quantities, in source order.
    pub metrics: Vec<Metric>,
    /// Quality gates, in source order.
    pub gates: Vec<Gate>,
    /// Where earlier results live.
    pub baselines: Vec<Baseline>,
    /// Thresholds that depend on something.
    pub limits: Vec<Limit>,
    /// What is deployed.
    pub services: Vec<Service>,
    /// Where it is deployed.
    pub environments: Vec<Environment>,
    /// How it is rolled out.
    pub rollouts: Vec<Rollout>,
    /// Conditions that page.
    pub alerts: Vec<Alert>,
    /// Service level objectives.
    pub slos: Vec<Slo>,
    /// Who hears what.
    pub notifies: Vec<Notify>,
    /// Dashboards.
    pub dashboards: Vec<Dashboard>,
    /// `test` blocks.
    pub tests: Vec<Test>,
    /// Declared secrets (use declares, too).
    pub secrets: Vec<Secret>,
    /// Declared variables.
    pub variables: Vec<Variable>,
    /// Findings that the program silences, with a reason.
    pub allows: Vec<Allow>,
    /// Source files of the program, in the order read, without the library: `pipeline.gate`.
    pub sources: Vec<String>,
    /// Constants and imports that nothing uses.
    pub leftovers: Vec<Leftover>,
    /// What errors left out.
    pub gaps: Gaps,
}

/// A name of a file that nothing uses.
#[derive(Clone, Debug)]
pub struct Leftover {
    /// `constant` or `module`.
    pub what: &'static str,
    /// Its name.
    pub name: String,
    /// Where the name was written.
    pub span: Span,
    /// All of its declaration.
    pub whole: Span,
}

impl Plan {
    /// The metric of an id.
    pub fn metric(&self, id: &str) -> Option<&Metric> {
        self.metrics.iter().find(|m| m.id == id)
    }
    /// The gate of an id.
    pub fn gate(&self, id: &str) -> Option<&Gate> {
        self.gates.iter().find(|g| g.id == id)
    }
    /// The baseline of an id.
    pub fn baseline(&self, id: &str) -> Option<&Baseline> {
        self.baselines.iter().find(|b| b.id == id)
    }
    /// The limit of an id.
    pub fn limit(&self, id: &str) -> Option<&Limit> {
        self.limits.iter().find(|l| l.id == id)
    }
    /// The service of an id.
    pub fn service(&self, id: &str) -> Option<&Service> {
        self.services.iter().find(|s| s.id == id)
    }
    /// The environment of an id.
    pub fn environment(&self, id: &str) -> Option<&Environment> {
        self.environments.iter().find(|e| e.id == id)
    }
    /// The rollout of an id.
    pub fn rollout(&self, id: &str) -> Option<&Rollout> {
        self.rollouts.iter().find(|r| r.id == id)
    }
    /// The pipeline of an id.
    pub fn pipeline(&self, id: &str) -> Option<&Pipeline> {
        self.pipelines.iter().find(|p| p.id == id)
    }
}

/// Settings of the whole repository (`project { … }`).
#[derive(Clone, Debug, Default)]
pub struct Project {
    /// The name used in labels; the root folder's name if not said.
    pub name: Option<String>,
    /// How a runner gets the evaluator.
    pub evaluator: Option<Evaluator>,
    /// Where it was written; `None` when the program has no `project`.
    pub origin: Option<Origin>,
}

/// How a runner gets the program that judges gates.
#[derive(Clone, Debug, PartialEq)]
pub enum Evaluator {
    /// Downloaded over HTTPS (or from loopback) and compared with a checksum before it runs.
    Download {
        /// Where from.
        url: String,
        /// Lower-case hex SHA-256 of the file.
        sha256: String,
    },
    /// A file of the repository or of the runner's image, by path.
    Path(String),
}

/// `allow CODE { reason = "…" }`: one silenced finding.
#[derive(Clone, Debug)]
pub struct Allow {
    /// The finding's kebab-case name.
    pub code: String,
    /// Why.
    pub reason: String,
    /// The block it stands in (the silence holds there); the whole program if none.
    pub within: Option<Span>,
    /// Where it was written.
    pub origin: Origin,
}

/// `secret NAME { … }`.
#[derive(Clone, Debug)]
pub struct Secret {
    /// Its name in the store.
    pub id: String,
    /// Whether the pipeline works without it.
    pub optional: bool,
    /// Where it was written.
    pub origin: Origin,
}

/// `variable NAME { … }`.
#[derive(Clone, Debug)]
pub struct Variable {
    /// Its name in the store.
    pub id: String,
    /// What it is where it isn't set.
    pub default: Option<Value>,
    /// Where it was written.
    pub origin: Origin,
}
