//! `pass-mark-never-binds`, `pass-mark-out-of-reach`: pass marks that decide nothing, or all.

use super::context::{Context, push_all};
use crate::diagnostics::{Code, Diagnostic, Diagnostics};
use crate::plan::value::decimal;
use crate::plan::{
    Condition, ExprKind, Gate, Operator, Quantity, Ref, Scoring, Strength, Type, Weight, WeightPart,
};
use crate::proofs::interval::{self, Interval};
use crate::source::Span;

pub(super) fn run(context: &Context, found: &mut Diagnostics) {
    for gate in &context.plan.gates {
        let Some(span) = gate.pass_given else {
            continue;
        };
        let finding = match &gate.scoring {
            Scoring::Weights(weights) => weighted(context, gate, span, weights),
            Scoring::Expression(score) => {
                let range = interval::range(score, &context.names);
                scored(gate, span, score.span, range)
            }
            Scoring::AllOrNothing | Scoring::Statements => None,
        };
        push_all(found, finding);
    }
}

fn weighted(context: &Context, gate: &Gate, span: Span, weights: &[Weight]) -> Option<Diagnostic> {
    let least: Vec<f64> = weights.iter().map(|w| least(context, gate, w)).collect();
    let shares = weights.iter().zip(&least);
    let sum: f64 = shares.clone().map(|(w, least)| w.weight * least).sum();
    // A pass mark just at the sum is reached by every run, too.
    if sum + 1e-9 < gate.pass {
        return None;
    }
    let (pass, sum_text) = (points(gate.pass), points(sum));
    let terms: Vec<String> = shares
        .filter(|(_, least)| **least > 0.0)
        .map(|(w, least)| format!("{}% of {}", decimal(w.weight * 100.0), decimal(*least)))
        .collect();
    let message = format!("the pass mark of gate `{}` never decides anything", gate.id);
    let finding = Diagnostic::new(Code::PassMarkNeverBinds, span, message)
        .label(format!("parts that just pass already give {sum_text}"));
    let every = gate
        .criteria
        .iter()
        .find(|c| c.condition == Condition::EveryPart);
    let finding = match every {
        Some(every) => finding.also(every.origin.span, "each part must pass by itself"),
        None => finding,
    };
    Some(
        finding
            .help(format!(
                "{} make {sum_text}, not under {pass}",
                terms.join(" + ")
            ))
            .help(format!(
                "ask for more than {sum_text}, or remove `pass` and the weights"
            )),
    )
}

/// The fewest points, of 100, that a part has when the gate's hard criteria hold.
fn least(context: &Context, gate: &Gate, weight: &Weight) -> f64 {
    let every = gate
        .criteria
        .iter()
        .any(|c| c.condition == Condition::EveryPart);
    match &weight.part {
        WeightPart::Gate(id) => {
            let required = gate
                .criteria
                .iter()
                .any(|c| hard(c) && c.condition == Condition::Gate(id.clone()));
            let part = context.names.gates.get(id.as_str());
            match part.filter(|_| every || required) {
                Some(part) => part.pass.max(weight.at_least.unwrap_or(0.0)),
                None => weight.at_least.unwrap_or(0.0),
            }
        }
        WeightPart::Metric(id) => {
            let ratio = context
                .names
                .metrics
                .get(id.as_str())
                .is_some_and(|m| m.ty == Type::Quantity(Quantity::Ratio));
            let points = if ratio { 100.0 } else { 1.0 };
            let asked = gate.criteria.iter().filter(|c| hard(c));
            let limits = asked.filter_map(|c| lower_limit(&c.condition, id));
            limits.chain(weight.at_least).fold(0.0, f64::max) * points
        }
        WeightPart::Value(_) => 0.0,
    }
}

/// Whether nothing but a pass lets a criterion through.
fn hard(criterion: &crate::plan::Criterion) -> bool {
    matches!(criterion.strength, Strength::Require { .. })
        && criterion.if_missing.is_none()
        && criterion.if_skipped.is_none()
        && criterion.places.is_empty()
}

/// The limit of `metric >= limit`.
fn lower_limit(condition: &Condition, metric: &str) -> Option<f64> {
    let Condition::Holds(expr) = condition else {
        return None;
    };
    match &expr.kind {
        ExprKind::Binary(Operator::GreaterEqual | Operator::Greater, a, b) => match &a.kind {
            ExprKind::Ref(Ref::Metric(id, by)) if id == metric && by.is_empty() => {
                b.value()?.as_number()
            }
            _ => None,
        },
        _ => None,
    }
}

fn scored(gate: &Gate, span: Span, score: Span, range: Interval) -> Option<Diagnostic> {
    if range.high < gate.pass {
        let message = format!("gate `{}` can never reach its pass mark", gate.id);
        return Some(
            Diagnostic::new(Code::PassMarkOutOfReach, span, message)
                .label(format!("asks for {}", points(gate.pass)))
                .also(score, format!("gives {} at most", points(range.high)))
                .help("lower the mark, or mend the score"),
        );
    }
    (range.low >= gate.pass).then(|| {
        let message = format!("the pass mark of gate `{}` never decides anything", gate.id);
        Diagnostic::new(Code::PassMarkNeverBinds, span, message)
            .label(format!("asks for {}", points(gate.pass)))
            .also(score, format!("gives {} at least", points(range.low)))
            .help("raise the mark, or mend the score")
    })
}

fn points(number: f64) -> String {
    format!("{}pt", decimal((number * 100.0).round() / 100.0))
}
