//! Prometheus: takes the plan, gives for each environment with a Prometheus a rule file, the same
//! rules as a `PrometheusRule`, and unit tests of them for `promtool test rules`.
//!
//! Every live metric is recorded once; alerts ask the recorded series. Every alert that can be
//! tested is, on both sides of its limit. It must not know workflows or manifests.
//!
//! What it relies on: samples carry `namespace`, and `job` is the service's name in kebab case.

mod alerts;
mod desk;
mod humanize;
mod message;
mod missing;
mod names;
mod pending;
mod promql;
mod query;
mod records;
mod rules;
mod slo;
mod synth;
mod unit_tests;
pub mod versions;
mod write;

#[cfg(test)]
mod tests;

pub(super) use alerts::SEVERITIES;
pub(super) use desk::{Compared, Desk, Shown};
pub use names::kebab;
pub(super) use promql::window;
pub(super) use query::Lowering;
pub(super) use write::header;

use super::Emitted;
use crate::diagnostics::Diagnostics;
use crate::plan::{Environment, Plan, ValidPlan};
use crate::source::Span;
use rules::RuleSet;

/// An alert as the one who routes it knows it.
pub struct Sent {
    /// Its name.
    pub name: String,
    /// How bad it is.
    pub severity: String,
    /// Labels that its samples bring; its own are in `own`.
    pub labels: Vec<String>,
    /// Labels that its rule adds.
    own: Vec<String>,
    /// Where it was written.
    pub span: Span,
}

impl Sent {
    /// Whether the rule adds this label.
    pub fn has(&self, label: &str) -> bool {
        self.own.iter().any(|l| l == label)
    }
}

/// Every alert of every environment with a Prometheus.
pub fn sent(plan: &Plan) -> Vec<Sent> {
    let mut sent = Vec::new();
    let name = file_name(plan);
    for environment in plan.environments.iter().filter(|e| e.prometheus.is_some()) {
        // What can't be said was said where the rules are written.
        let rules = RuleSet::new(plan, environment, &name, &mut Diagnostics::new());
        for rule in rules.alerts() {
            let severity = rule.added.iter().find(|(key, _)| key == "severity");
            sent.push(Sent {
                name: rule.name.clone(),
                severity: severity.map_or_else(String::new, |(_, s)| s.clone()),
                labels: rule.labels.names().to_vec(),
                own: rule.added.iter().map(|(key, _)| key.clone()).collect(),
                span: rule.span,
            });
        }
    }
    sent
}

/// Rule files and their tests, for each environment with a Prometheus.
pub fn emit(plan: &ValidPlan) -> Emitted {
    let mut emitted = Emitted::default();
    pending::report(plan, &mut emitted.diagnostics);
    let name = file_name(plan);
    for environment in plan.environments.iter().filter(|e| e.prometheus.is_some()) {
        emit_environment(plan, environment, &name, &mut emitted);
    }
    emitted.diagnostics = distinct(emitted.diagnostics);
    emitted
}

fn emit_environment(plan: &Plan, environment: &Environment, name: &str, emitted: &mut Emitted) {
    let rules = RuleSet::new(plan, environment, name, &mut emitted.diagnostics);
    if rules.groups.is_empty() {
        return;
    }
    let cases = unit_tests::cases(plan, environment, &rules, &mut emitted.diagnostics);
    let header = write::header(&plan.sources);
    emitted
        .files
        .push(write::rule_file(environment, name, &rules, &header));
    emitted
        .files
        .push(write::custom_resource(environment, name, &rules, &header));
    if !cases.is_empty() {
        emitted
            .files
            .push(write::test_file(environment, name, &rules, &cases, &header));
    }
}

/// The project's name, or the first service's.
pub(super) fn file_name(plan: &Plan) -> String {
    let project = plan.project.name.as_deref();
    let service = plan.services.first().map(|s| s.id.as_str());
    let name = names::kebab(project.or(service).unwrap_or_default());
    if name.is_empty() {
        "gates".to_string()
    } else {
        name
    }
}

/// The same finding in several environments is one finding.
fn distinct(findings: Diagnostics) -> Diagnostics {
    let mut all = Diagnostics::new();
    for finding in findings.sorted() {
        all.push(finding);
    }
    all
}

/// What asks a Prometheus for a metric, where an environment's series are: the metric's `live` as
/// PromQL, which asks none of the rules written here but those of a metric that it reads. An error
/// says why there is no such query.
pub fn query_of(plan: &Plan, environment: &Environment, metric: &str) -> Result<String, String> {
    let (recordings, records) = records::recordings(plan, environment);
    let known = match records.get(metric) {
        Some(Ok(known)) => known,
        Some(Err(why)) => return Err(why.message.clone()),
        None => return Err(format!("`{metric}` has no live source")),
    };
    let found = recordings.into_iter().find(|r| r.name == known.name);
    let found = found.ok_or_else(|| format!("`{metric}` is not recorded"))?;
    Ok(promql::one_line(&found.query))
}
