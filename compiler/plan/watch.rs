//! What is watched after a release, and who hears of it.

use super::value::Value;
use super::{Expr, Origin, Text};

/// A condition that pages.
#[derive(Clone, Debug)]
pub struct Alert {
    /// Its name in the source.
    pub id: String,
    /// What fires it.
    pub cause: Cause,
    /// Seconds it must hold.
    pub hold: f64,
    /// Seconds it goes on firing after the condition ended.
    pub keep: Option<f64>,
    /// `info`, `warning` or `critical`.
    pub severity: String,
    /// Labels added.
    pub labels: Vec<(String, String)>,
    /// One line.
    pub summary: Option<Text>,
    /// More lines.
    pub description: Option<Text>,
    /// URL or path of the runbook.
    pub runbook: Option<String>,
    /// Environments it holds in; empty: every one with a Prometheus.
    pub environments: Vec<String>,
    /// Where it was written.
    pub origin: Origin,
}

/// What fires an alert.
#[derive(Clone, Debug)]
#[allow(clippy::large_enum_variant)]
pub enum Cause {
    /// A condition.
    When(Expr),
    /// Each live criterion of a gate, broken.
    Gate(String),
}

/// A service level objective.
#[derive(Clone, Debug)]
pub struct Slo {
    /// Its name.
    pub id: String,
    /// Share of bad events.
    pub bad: Option<Expr>,
    /// Share of good events.
    pub good: Option<Expr>,
    /// Objectives: share of good, 0 to 1, and window in seconds.
    pub objectives: Vec<(f64, f64)>,
    /// URL or path of the runbook.
    pub runbook: Option<String>,
    /// Where it was written.
    pub origin: Origin,
}

/// Who hears what.
#[derive(Clone, Debug)]
pub struct Notify {
    /// Its name.
    pub id: String,
    /// `slack`, `email`, `pagerduty`, `webhook`, `teams`, and the address.
    pub channel: (String, Option<String>),
    /// The secret with its key or URL.
    pub secret: Option<String>,
    /// How an e-mail is sent.
    pub mail: Option<Mail>,
    /// Only then.
    pub when: Option<Expr>,
    /// Where it was written.
    pub origin: Origin,
}

/// How an e-mail is sent.
#[derive(Clone, Debug, Default)]
pub struct Mail {
    /// `host:port` of the server that takes it.
    pub server: String,
    /// The address it comes from; the one it goes to if not said.
    pub from: Option<String>,
    /// Who logs in, if not the address it comes from.
    pub user: Option<String>,
}

/// A dashboard.
#[derive(Clone, Debug)]
pub struct Dashboard {
    /// Its name.
    pub id: String,
    /// Its title.
    pub title: Option<String>,
    /// What it is derived from: gates and services by name.
    pub from: Vec<String>,
    /// Rows and panels as written, for the target that draws them.
    pub rows: Vec<Row>,
    /// Settings (`tags`, `refresh`).
    pub settings: Vec<(String, Value)>,
    /// Where it was written.
    pub origin: Origin,
}

/// A row of a dashboard.
#[derive(Clone, Debug)]
pub struct Row {
    /// Its title.
    pub title: String,
    /// Its panels: title and what they show.
    pub panels: Vec<Panel>,
}

/// A panel of a dashboard.
#[derive(Clone, Debug)]
pub struct Panel {
    /// Its title, or the metric's name.
    pub title: String,
    /// What it shows.
    pub show: Vec<Expr>,
    /// Settings (`as`, `bands`, `split`).
    pub settings: Vec<(String, Value)>,
    /// Where it was written.
    pub origin: Origin,
}
