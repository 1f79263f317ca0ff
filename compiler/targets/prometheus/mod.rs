//! Prometheus: takes the plan, gives for each environment with a Prometheus a rule file, the same
//! rules as a `PrometheusRule`, and unit tests of them for `promtool test rules`.
//!
//! Every live metric is recorded once; alerts ask the recorded series. Every alert that can be
//! tested is, on both sides of its limit. It must not know workflows or manifests.
//!
//! What it relies on: samples carry `namespace`, and `job` is the service's name in kebab case.

mod alerts;
mod humanize;
mod message;
mod missing;
mod names;
mod pending;
mod promql;
mod query;
mod records;
mod rules;
mod synth;
mod unit_tests;
pub mod versions;
mod write;

#[cfg(test)]
mod tests;

pub use names::kebab;

use super::Emitted;
use crate::diagnostics::Diagnostics;
use crate::plan::{Environment, Plan, ValidPlan};
use rules::RuleSet;

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
fn file_name(plan: &Plan) -> String {
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
/// PromQL, which asks none of the rules written here but those of a metric that it reads. An error says why there is no such query.
pub fn query_of(plan: &Plan, environment: &Environment, metric: &str) -> Result<String, String> {
    let (recordings, records) = records::recordings(plan, environment);
    let found = recordings.into_iter().find(|r| r.metric.id == metric);
    match (found, records.get(metric)) {
        (Some(recording), _) => Ok(promql::one_line(&recording.query)),
        (None, Some(Err(why))) => Err(why.message.clone()),
        _ => Err(format!("`{metric}` has no live source")),
    }
}
