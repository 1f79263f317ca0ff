//! `gate-cycle`: gates that are part of each other in a circle.

use super::context::{Context, push_all};
use crate::diagnostics::{Code, Diagnostic, Diagnostics};
use crate::plan::{Condition, Gate, Scoring, WeightPart};
use crate::source::Span;
use std::collections::{BTreeMap, BTreeSet};

pub(super) fn run(context: &Context, found: &mut Diagnostics) {
    let mut told: BTreeSet<&str> = BTreeSet::new();
    for gate in &context.plan.gates {
        if told.contains(gate.id.as_str()) {
            continue;
        }
        if let Some(circle) = circle(context, gate) {
            told.extend(circle.iter().map(|(id, _)| *id));
            push_all(found, report(gate, &circle));
        }
    }
}

/// The shortest way from a gate over its parts back to it: each part, and where it is named.
fn circle<'a>(context: &Context<'a>, start: &'a Gate) -> Option<Vec<(&'a str, Span)>> {
    let mut from: BTreeMap<&str, (&'a str, Span)> = BTreeMap::new();
    let mut queue = vec![start];
    let mut next = 0;
    while let Some(gate) = queue.get(next).copied() {
        next += 1;
        for (part, span) in parts(gate) {
            if from.contains_key(part) {
                continue;
            }
            from.insert(part, (&gate.id, span));
            if part == start.id {
                return Some(walk_back(&from, part));
            }
            queue.extend(context.names.gates.get(part).copied());
        }
    }
    None
}

fn walk_back<'a>(from: &BTreeMap<&str, (&'a str, Span)>, end: &'a str) -> Vec<(&'a str, Span)> {
    let mut path = Vec::new();
    let mut at = end;
    while let Some((whole, span)) = from.get(at) {
        path.push((at, *span));
        at = whole;
        if at == end {
            break;
        }
    }
    path.reverse();
    path
}

fn parts(gate: &Gate) -> Vec<(&str, Span)> {
    let required = gate.criteria.iter().filter_map(|c| match &c.condition {
        Condition::Gate(part) => Some((part.as_str(), c.origin.span)),
        _ => None,
    });
    let weights = match &gate.scoring {
        Scoring::Weights(weights) => weights.as_slice(),
        _ => &[],
    };
    let weighed = weights.iter().filter_map(|w| match &w.part {
        WeightPart::Gate(part) => Some((part.as_str(), w.span)),
        _ => None,
    });
    required.chain(weighed).collect()
}

fn report(gate: &Gate, circle: &[(&str, Span)]) -> Option<Diagnostic> {
    let (_, first) = circle.first()?;
    let way: Vec<String> = circle.iter().map(|(id, _)| format!("`{id}`")).collect();
    let message = match circle.len() {
        1 => format!("gate `{}` is a part of itself", gate.id),
        _ => format!(
            "gates are part of each other in a circle: `{}` → {}",
            gate.id,
            way.join(" → ")
        ),
    };
    let label = |id: &str| format!("has `{id}` as a part");
    let finding = circle
        .first()
        .map(|(id, _)| Diagnostic::new(Code::GateCycle, *first, message).label(label(id)))?;
    let others = circle.iter().skip(1);
    Some(
        others
            .fold(finding, |f, (id, span)| f.also(*span, label(id)))
            .help("remove one of these: a gate is judged after its parts"),
    )
}
