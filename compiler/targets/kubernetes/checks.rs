//! What a cluster would refuse, said before anything is written: names, labels, keys.

use crate::diagnostics::{Code, Diagnostic, Diagnostics, Severity};
use crate::plan::{Environment, Origin, Plan, Service};
use crate::source::Span;

use super::names::{key_fault, label_fault, object_name, value_fault, variable_fault};

/// Labels that gatec sets itself.
pub(super) const OWN_LABELS: [&str; 3] = [
    "app.kubernetes.io/name",
    "app.kubernetes.io/part-of",
    "app.kubernetes.io/managed-by",
];

/// Checks every declaration that becomes an object.
pub(super) fn check(plan: &Plan, found: &mut Diagnostics) {
    check_names(
        "service",
        plan.services.iter().map(|s| (s.id.as_str(), &s.origin)),
        found,
    );
    let environments = plan.environments.iter();
    check_names(
        "environment",
        environments.map(|e| (e.id.as_str(), &e.origin)),
        found,
    );
    for service in &plan.services {
        check_labels(service, found);
        check_variables(service, found);
        check_calls(plan, service, found);
    }
    for environment in &plan.environments {
        check_environment(environment, found);
    }
}

fn invalid(span: Span, what: &str, name: &str, fault: &str) -> Diagnostic {
    let message = format!("Kubernetes doesn't take `{name}` as {what}: {fault}");
    Diagnostic::new(Code::InvalidName, span, message)
        .help("write lower-case letters, digits and `-`, a letter or digit first and last")
}

/// Names that are no DNS label, and pairs that become the same one.
fn check_names<'a>(
    kind: &str,
    declared: impl Iterator<Item = (&'a str, &'a Origin)>,
    found: &mut Diagnostics,
) {
    let mut seen: Vec<(String, &str, Span)> = Vec::new();
    for (id, origin) in declared {
        let name = object_name(id);
        if let Some(fault) = label_fault(&name) {
            let what = format!("the name of the {kind} `{id}`");
            found.push(invalid(origin.span, &what, &name, &fault));
        }
        if let Some((_, other, span)) = seen.iter().find(|(seen, _, _)| *seen == name) {
            let message = format!("`{other}` and `{id}` both become `{name}` in Kubernetes");
            found.push(
                Diagnostic::new(Code::NameCollision, origin.span, message)
                    .label("this name is taken")
                    .also(*span, "by this one")
                    .help("rename one of them"),
            );
        }
        seen.push((name, id, origin.span));
    }
}

fn check_labels(service: &Service, found: &mut Diagnostics) {
    let span = service.origin.span;
    for (key, value) in &service.labels {
        if OWN_LABELS.contains(&key.as_str()) {
            let message = format!("gatec sets the label `{key}` itself");
            found.push(
                Diagnostic::new(Code::NameCollision, span, message)
                    .help("choose another key, with your own domain before the `/`"),
            );
        }
        if let Some(fault) = key_fault(key) {
            found.push(invalid(span, "the key of a label", key, &fault));
        }
        if let Some(fault) = value_fault(value) {
            found.push(invalid(
                span,
                &format!("the value of the label `{key}`"),
                value,
                &fault,
            ));
        }
    }
}

fn check_variables(service: &Service, found: &mut Diagnostics) {
    let span = service.origin.span;
    let env = service.env.iter().map(|(name, _)| name);
    let secrets = service.secrets.iter().map(|(name, _)| name);
    let config = service.config.iter().map(|(name, _)| name);
    let mut seen: Vec<&String> = Vec::new();
    for name in env.chain(secrets).chain(config) {
        if let Some(fault) = variable_fault(name) {
            found.push(invalid(span, "an environment variable", name, &fault));
        }
        if seen.contains(&name) {
            let message = format!("`{}` sets the variable `{name}` twice", service.id);
            found.push(
                Diagnostic::new(Code::NameCollision, span, message)
                    .help("`env`, `config` and secrets become variables of one process; keep one"),
            );
        }
        seen.push(name);
    }
}

fn check_calls(plan: &Plan, service: &Service, found: &mut Diagnostics) {
    for call in service.calls.iter().filter(|c| plan.service(c).is_none()) {
        let message = format!(
            "`{}` calls `{call}`, but a NetworkPolicy knows no host names",
            service.id
        );
        found.push(
            Diagnostic::new(Code::NotYet, service.origin.span, message)
                .help("name a service of the program, or say `egress = open`"),
        );
    }
}

fn check_environment(environment: &Environment, found: &mut Diagnostics) {
    let namespace = &environment.namespace;
    if let Some(fault) = label_fault(namespace) {
        found.push(invalid(
            environment.origin.span,
            "a namespace",
            namespace,
            &fault,
        ));
    }
    for overlay in &environment.overrides {
        for (name, _) in &overlay.env {
            if let Some(fault) = variable_fault(name) {
                found.push(invalid(
                    overlay.origin.span,
                    "an environment variable",
                    name,
                    &fault,
                ));
            }
        }
    }
    if let Some(span) = environment.install_monitoring {
        let message = format!(
            "gatec can't install the monitoring of `{}` yet",
            environment.id
        );
        let mut note = Diagnostic::new(Code::NotYet, span, message)
            .help("nothing else depends on it: install Prometheus as before");
        note.severity = Severity::Note;
        found.push(note);
    }
}
