//! What is declared and not written yet, and alerts that nobody would evaluate.

use crate::diagnostics::{Code, Diagnostic, Diagnostics};
use crate::plan::{Origin, Plan};

/// Says what this version doesn't write, one note a declaration.
pub fn report(plan: &Plan, findings: &mut Diagnostics) {
    let mut note = |origin: &Origin, what: &str| {
        findings.push(
            Diagnostic::new(Code::NotYet, origin.span, format!("{what} not written yet"))
                .label("checked, and no file comes of it"),
        );
    };
    plan.slos
        .iter()
        .for_each(|s| note(&s.origin, "burn-rate alerts of an `slo` are"));
    plan.notifies
        .iter()
        .for_each(|n| note(&n.origin, "the routes and receivers of `notify` are"));
    plan.dashboards
        .iter()
        .for_each(|d| note(&d.origin, "a `dashboard` is"));
    let watched = plan.environments.iter().filter(|e| e.prometheus.is_some());
    let watched: Vec<_> = watched.map(|e| e.id.as_str()).collect();
    for alert in &plan.alerts {
        let named = &alert.environments;
        let anywhere = named.is_empty() && !watched.is_empty();
        if !anywhere && !named.iter().any(|e| watched.contains(&e.as_str())) {
            findings.push(
                Diagnostic::new(
                    Code::AlertWithoutPrometheus,
                    alert.origin.span,
                    format!("nobody evaluates `{}`", alert.id),
                )
                .label("no environment of this alert has a Prometheus")
                .help("add `monitoring { prometheus = \"host:port\" }` to an environment"),
            );
        }
    }
}
