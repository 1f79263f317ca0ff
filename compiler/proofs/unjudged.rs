//! Criteria of a run that the evaluator of this version can't judge, and so would leave undecided.

use std::collections::BTreeSet;

use super::reads::counts_in;
use crate::plan::{Condition, Expr, ExprKind, Func, Gate, Place, Plan, Scoring, WeightPart};
use crate::source::Span;

/// Why a gate of a run would never pass.
#[derive(Clone, Debug, PartialEq)]
pub struct Unjudged {
    /// The gate.
    pub gate: String,
    /// What is not judged, as said after "is not ".
    pub what: &'static str,
    /// Where it asks for it; at least one.
    pub places: Vec<Span>,
}

/// One entry a gate and cause, for every gate that a pipeline judges.
pub fn unjudged(plan: &Plan) -> Vec<Unjudged> {
    let mut found = Vec::new();
    let mut seen = BTreeSet::new();
    let nodes = plan.pipelines.iter().flat_map(|p| &p.nodes);
    for judge in nodes.filter_map(|n| n.as_judge()) {
        of_gate(plan, &judge.gate, &mut seen, &mut found);
    }
    found
}

fn of_gate(plan: &Plan, id: &str, seen: &mut BTreeSet<String>, found: &mut Vec<Unjudged>) {
    let Some(gate) = plan.gate(id) else { return };
    if !seen.insert(id.to_string()) {
        return;
    }
    let mut compared = Vec::new();
    for criterion in gate.criteria.iter().filter(|c| counts_in(c, Place::Ci)) {
        match &criterion.condition {
            Condition::Gate(part) => of_gate(plan, part, seen, found),
            Condition::Holds(expr) => comparisons(expr, &mut compared),
            Condition::Outcome(_) | Condition::EveryPart => {}
        }
    }
    match &gate.scoring {
        Scoring::Expression(expr) => comparisons(expr, &mut compared),
        Scoring::Weights(weights) => {
            for weight in weights {
                if let WeightPart::Gate(part) = &weight.part {
                    of_gate(plan, part, seen, found);
                }
            }
        }
        Scoring::AllOrNothing | Scoring::Statements => {}
    }
    if !compared.is_empty() && !has_past(plan, gate) {
        found.push(Unjudged {
            gate: gate.id.clone(),
            what: "compared with earlier runs",
            places: compared,
        });
    }
}

/// Whether there are earlier results: a run has no stable version beside it.
fn has_past(plan: &Plan, gate: &Gate) -> bool {
    let baseline = gate.against.as_deref().and_then(|id| plan.baseline(id));
    baseline.is_some()
}

fn comparisons(expr: &Expr, found: &mut Vec<Span>) {
    expr.walk(&mut |e| {
        if let ExprKind::Call(Func::Rise | Func::Drop | Func::Change, _) = &e.kind {
            found.push(e.span);
        }
    });
}
