//! What is declared and not written yet, and alerts that nobody would evaluate.

use crate::diagnostics::{Code, Diagnostic, Diagnostics, Severity};
use crate::plan::{Origin, Plan};
use crate::source::Span;

/// A note on what is left out: no file is wrong without it, one is missing.
pub fn not_yet(span: Span, message: impl Into<String>) -> Diagnostic {
    Diagnostic {
        severity: Severity::Note,
        ..Diagnostic::new(Code::NotYet, span, message)
    }
}

/// Says what this version doesn't write, one note a declaration.
pub fn report(plan: &Plan, findings: &mut Diagnostics) {
    let mut note = |origin: &Origin, what: &str| {
        let message = format!("{what} not written yet");
        findings.push(not_yet(origin.span, message).label("checked, and no file comes of it"));
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
