//! Notes on what is not written yet, and alerts that nobody would evaluate.

use crate::diagnostics::{Code, Diagnostic, Diagnostics, Severity};
use crate::plan::{Origin, Plan};
use crate::source::Span;

/// A note on what is left out: no file is wrong without it, one is missing.
pub fn not_yet(span: Span, message: impl Into<String>) -> Diagnostic {
    quiet(Code::NotYet, span, message)
}

/// A finding that is no more than a note here.
pub fn quiet(code: Code, span: Span, message: impl Into<String>) -> Diagnostic {
    Diagnostic {
        severity: Severity::Note,
        ..Diagnostic::new(code, span, message)
    }
}

/// Says which alerts nobody would evaluate.
pub fn report(plan: &Plan, findings: &mut Diagnostics) {
    let watched = plan.environments.iter().filter(|e| e.prometheus.is_some());
    let watched: Vec<_> = watched.map(|e| e.id.as_str()).collect();
    for alert in &plan.alerts {
        let named = &alert.environments;
        let anywhere = named.is_empty() && !watched.is_empty();
        if !anywhere && !named.iter().any(|e| watched.contains(&e.as_str())) {
            let message = format!("nobody evaluates `{}`", alert.id);
            findings.push(unwatched(&alert.origin, message, "this alert"));
        }
    }
    for slo in plan.slos.iter().filter(|_| watched.is_empty()) {
        let message = format!("nobody evaluates `{}`", slo.id);
        findings.push(unwatched(&slo.origin, message, "this program"));
    }
}

fn unwatched(origin: &Origin, message: String, whose: &str) -> Diagnostic {
    Diagnostic::new(Code::AlertWithoutPrometheus, origin.span, message)
        .label(format!("no environment of {whose} has a Prometheus"))
        .help("add `monitoring { prometheus = \"host:port\" }` to an environment")
}
