//! Services, the places they run in and how they get there.

use super::quality::Criterion;
use super::value::Value;
use super::{Expr, Origin, Type};
use crate::source::Span;

/// What is deployed.
#[derive(Clone, Debug)]
pub struct Service {
    /// Its name in the source.
    pub id: String,
    /// Port it listens on.
    pub port: u16,
    /// Least and greatest number of replicas; equal when fixed.
    pub replicas: (u32, u32),
    /// CPU use, 0 to 1, at which replicas are added.
    pub scale_at: Option<f64>,
    /// Requests and limits.
    pub resources: Resources,
    /// Path of the metrics page.
    pub metrics: Option<String>,
    /// Path that answers 200 when healthy.
    pub health: Option<String>,
    /// Path that answers 200 when it can take requests; `health` if not said.
    pub ready: Option<String>,
    /// Calls that must be answered after a deploy.
    pub probes: Vec<Probe>,
    /// What it exports.
    pub series: Vec<Series>,
    /// Environment of its container, as known values.
    pub env: Vec<(String, Value)>,
    /// Configuration files or keys (`config { … }`).
    pub config: Vec<(String, Value)>,
    /// Secrets of its container's environment, by variable name and secret name.
    pub secrets: Vec<(String, String)>,
    /// Command and arguments; the image's own if empty.
    pub command: Vec<String>,
    /// User id of its process; must not be 0.
    pub user: Option<u32>,
    /// Folders it may write to.
    pub writable: Vec<String>,
    /// Services and hosts that it calls (`calls = [other]`); others are denied.
    pub calls: Vec<String>,
    /// Whether calls out of the namespace are allowed.
    pub egress: Egress,
    /// Labels on everything.
    pub labels: Vec<(String, String)>,
    /// The target's own language, by kind, merged as it is.
    pub raw: Vec<super::Raw>,
    /// Where it was written.
    pub origin: Origin,
}

/// What a service may call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Egress {
    /// Only name resolution and the services in `calls`.
    Listed,
    /// Anything.
    Open,
}

/// Requests and limits of one replica; base units.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Resources {
    /// Cores: request and limit.
    pub cpu: Option<(f64, f64)>,
    /// Bytes: request and limit.
    pub memory: Option<(f64, f64)>,
    /// Whole accelerators.
    pub gpu: Option<u32>,
}

/// A call that must be answered.
#[derive(Clone, Debug)]
pub struct Probe {
    /// `GET`, `POST` …
    pub method: String,
    /// Path.
    pub path: String,
    /// Seconds.
    pub timeout: Option<f64>,
    /// JSON body.
    pub json: Option<Value>,
    /// What must hold of the answer (`status == 200`, `time <= 5s`).
    pub expects: Vec<Expr>,
    /// Where it was written.
    pub origin: Origin,
}

/// A Prometheus series.
#[derive(Clone, Debug)]
pub struct Series {
    /// Its name.
    pub id: String,
    /// Kind.
    pub kind: SeriesKind,
    /// What a sample (of a histogram: an observation) measures.
    pub unit: Type,
    /// Label names.
    pub labels: Vec<String>,
    /// Upper bounds of a histogram's buckets, in the base unit, without infinity.
    pub buckets: Vec<f64>,
    /// Where it was written.
    pub origin: Origin,
}

/// Kind of a series.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum SeriesKind {
    Counter,
    Gauge,
    Histogram,
    Summary,
}

/// Where services run.
#[derive(Clone, Debug)]
pub struct Environment {
    /// Its name.
    pub id: String,
    /// Namespace.
    pub namespace: String,
    /// Where its service answers.
    pub url: Option<String>,
    /// Whether a person must approve.
    pub approval: bool,
    /// The secret that holds the login to the cluster.
    pub login: Option<String>,
    /// `host:port` of its Prometheus.
    pub prometheus: Option<String>,
    /// `host:port` where short-lived runs push their metrics.
    pub push: Option<String>,
    /// Whether the monitoring stack is installed, too.
    pub install_monitoring: Option<Span>,
    /// What divides requests between two versions; replicas do where there is none.
    pub router: Option<Router>,
    /// Version of the engine that carries out rollouts here, and where it was written.
    pub engine: Option<(String, Span)>,
    /// What differs here.
    pub overrides: Vec<Overlay>,
    /// Where it was written.
    pub origin: Origin,
}

/// `router = gateway("edge/public")`
#[derive(Clone, Debug, PartialEq)]
pub struct Router {
    /// Its name.
    pub name: String,
    /// The namespace it is in; the environment's own if not said.
    pub namespace: Option<String>,
    /// Where it was written.
    pub span: Span,
}

/// `override policy_server { replicas = 1..2 }`
#[derive(Clone, Debug)]
pub struct Overlay {
    /// The service.
    pub service: String,
    /// Replicas.
    pub replicas: Option<(u32, u32)>,
    /// Resources; only what is said.
    pub resources: Resources,
    /// Environment variables, added or replaced.
    pub env: Vec<(String, Value)>,
    /// Where it was written.
    pub origin: Origin,
}

/// How a release reaches an environment.
#[derive(Clone, Debug)]
pub struct Rollout {
    /// Its name.
    pub id: String,
    /// What it does.
    pub strategy: Strategy,
    /// What its comparisons refer to (`stable` or a baseline).
    pub against: Option<String>,
    /// What must hold all the while.
    pub criteria: Vec<Criterion>,
    /// When it may go to the end at once: from which share, and the condition.
    pub promote_early: Option<(f64, Expr, Span)>,
    /// What ends an A/B comparison well.
    pub promote: Option<Expr>,
    /// What failure does: `rollback`, `switch_back`, `pause`.
    pub on_failure: String,
    /// Where it was written.
    pub origin: Origin,
}

/// What a rollout does.
#[derive(Clone, Debug)]
pub enum Strategy {
    /// Replaces replicas a few at a time.
    Rolling {
        /// Replicas that may be missing (absolute, or a share with `%`); text for people and targets: `0`, `25%`.
        max_unavailable: Amount,
        /// Replicas that may be added.
        max_surge: Amount,
    },
    /// Shares of traffic, one after the other.
    Canary {
        /// Shares, 0 to 1, rising.
        steps: Vec<f64>,
        /// Seconds at each.
        hold: f64,
    },
    /// Two full sets and a switch.
    BlueGreen {
        /// Requests before the switch.
        warm_up: Option<f64>,
        /// What must hold before the switch.
        before: Vec<Criterion>,
        /// Seconds before the watch begins.
        wait: f64,
        /// Seconds of watch after the switch.
        watch: f64,
        /// What must hold after it.
        after: Vec<Criterion>,
        /// Seconds the old set is kept.
        keep_old: f64,
    },
    /// Two versions side by side for a test.
    Ab {
        /// Share of the new version, 0 to 1.
        split: f64,
        /// What keeps a user on one side.
        sticky: Option<String>,
        /// Requests each side must see.
        sample: Option<f64>,
        /// Seconds at most.
        at_most: f64,
    },
}

/// A number of replicas, absolute or a share.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Amount {
    /// So many.
    Absolute(u32),
    /// This share, 0 to 1.
    Share(f64),
}
