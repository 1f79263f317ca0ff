//! Targets: pure functions from a checked plan to files.
//!
//! A target decides nothing that the checker should; what it can't express it says, with the
//! place in the source. Adding one costs its folder and a line in [`TARGETS`].

pub mod alertmanager;
pub mod github;
pub mod grafana;
pub mod graph;
pub mod kubernetes;
pub mod prometheus;
#[cfg(test)]
mod tests;
pub mod yaml;

use crate::diagnostics::Diagnostics;
use crate::plan::ValidPlan;

/// A file to write.
#[derive(Clone, Debug, PartialEq)]
pub struct OutputFile {
    /// Path relative to the project root, with `/`.
    pub path: String,
    /// The whole text.
    pub content: String,
}

/// What a target gives.
#[derive(Clone, Debug, Default)]
pub struct Emitted {
    /// Files, in a stable order.
    pub files: Vec<OutputFile>,
    /// What the target can't express, and notes.
    pub diagnostics: Diagnostics,
}

/// One target.
pub struct Target {
    /// As in `--target NAME`.
    pub name: &'static str,
    /// One line for people.
    pub about: &'static str,
    /// Whether `gatec build` runs it unasked.
    pub default: bool,
    /// Plan to files.
    pub emit: fn(&ValidPlan) -> Emitted,
}

/// Every target.
pub const TARGETS: &[Target] = &[
    Target {
        name: "github",
        about: "GitHub Actions workflows",
        default: true,
        emit: github::emit,
    },
    Target {
        name: "kubernetes",
        about: "Kubernetes manifests, a kustomize overlay per environment",
        default: true,
        emit: kubernetes::emit,
    },
    Target {
        name: "prometheus",
        about: "Prometheus rules, their tests and PrometheusRule",
        default: true,
        emit: prometheus::emit,
    },
    Target {
        name: "alertmanager",
        about: "Alertmanager routes, receivers and message texts",
        default: true,
        emit: alertmanager::emit,
    },
    Target {
        name: "grafana",
        about: "Grafana dashboards and their provisioning",
        default: true,
        emit: grafana::emit,
    },
];

/// The target of a name.
pub fn find(name: &str) -> Option<&'static Target> {
    TARGETS.iter().find(|t| t.name == name)
}
