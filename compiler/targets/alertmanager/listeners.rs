//! Who hears alerts: takes a `notify` and its condition, gives the severities it is told of.

use crate::diagnostics::{Code, Diagnostic, Diagnostics, Severity};
use crate::plan::{Expr, ExprKind, Notify, Operator, Plan, Ref, Value};
use crate::targets::prometheus::SEVERITIES;

/// One who hears alerts.
pub struct Listener<'a> {
    /// The declaration.
    pub notify: &'a Notify,
    /// What is heard, the mildest first.
    pub severities: Vec<&'static str>,
}

impl Listener<'_> {
    /// Whether alerts of this severity are heard.
    pub fn hears(&self, severity: &str) -> bool {
        self.severities.contains(&severity)
    }

    /// The worst that is heard; `info` at least.
    pub fn worst(&self) -> &'static str {
        self.severities.last().copied().unwrap_or(SEVERITIES[0])
    }
}

/// Everyone who hears alerts, in source order. Messages of a deploy's outcome are another matter.
pub fn listeners<'a>(plan: &'a Plan, findings: &mut Diagnostics) -> Vec<Listener<'a>> {
    let mut all = Vec::new();
    for notify in &plan.notifies {
        let of_deploys = notify.when.as_ref().is_some_and(asks_outcome);
        if of_deploys {
            findings.push(Diagnostic {
                severity: Severity::Note,
                ..Diagnostic::new(
                    Code::NotYet,
                    notify.origin.span,
                    "messages of a deploy's outcome are not written yet",
                )
                .label("checked, and no file comes of it")
            });
        }
        let told = |severity: &&str| {
            let when = notify.when.as_ref();
            when.is_none_or(|w| holds(w, severity) == Some(true))
        };
        let severities: Vec<_> = SEVERITIES.into_iter().filter(told).collect();
        if !severities.is_empty() {
            all.push(Listener { notify, severities });
        }
    }
    all
}

fn asks_outcome(when: &Expr) -> bool {
    let mut found = false;
    when.walk(&mut |e| found |= is_label(e, "outcome"));
    found
}

fn is_label(e: &Expr, name: &str) -> bool {
    matches!(&e.kind, ExprKind::Ref(Ref::Label(label)) if label == name)
}

/// Whether a condition holds for an alert of a severity; an alert is no outcome of a deploy.
fn holds(when: &Expr, severity: &str) -> Option<bool> {
    match &when.kind {
        ExprKind::Const(value) => value.as_bool(),
        ExprKind::Not(inner) => holds(inner, severity).map(|held| !held),
        ExprKind::Binary(Operator::And, a, b) => Some(holds(a, severity)? && holds(b, severity)?),
        ExprKind::Binary(Operator::Or, a, b) => {
            let (a, b) = (holds(a, severity), holds(b, severity));
            Some(a == Some(true) || b == Some(true))
        }
        ExprKind::Binary(op, a, b) if is_label(a, "severity") => compare(*op, severity, b),
        ExprKind::Binary(op, a, b) if is_label(b, "severity") => {
            compare(mirrored(*op), severity, a)
        }
        _ => None,
    }
}

fn compare(op: Operator, severity: &str, with: &Expr) -> Option<bool> {
    let with = with.value()?;
    if op == Operator::In {
        let members = with.as_list().iter();
        return Some(members.filter_map(Value::as_str).any(|m| m == severity));
    }
    let rank = |name: &str| SEVERITIES.iter().position(|s| *s == name);
    let (own, other) = (rank(severity)?, rank(with.as_str()?)?);
    Some(match op {
        Operator::Equal => own == other,
        Operator::NotEqual => own != other,
        Operator::Less => own < other,
        Operator::LessEqual => own <= other,
        Operator::Greater => own > other,
        Operator::GreaterEqual => own >= other,
        _ => return None,
    })
}

fn mirrored(op: Operator) -> Operator {
    match op {
        Operator::Less => Operator::Greater,
        Operator::LessEqual => Operator::GreaterEqual,
        Operator::Greater => Operator::Less,
        Operator::GreaterEqual => Operator::LessEqual,
        other => other,
    }
}
