//! `not-yet`: criteria of a run that this evaluator can't judge, said before any run.

use std::collections::BTreeSet;

use crate::diagnostics::{Code, Diagnostic, Diagnostics};
use crate::plan::{Condition, Expr, ExprKind, Func, Gate, Place, Plan, Scoring};
use crate::proofs::reads::counts_in;
use crate::source::Span;

/// Criteria of the plan's judgements that would stay undecided: one finding a gate and cause.
pub fn not_yet(plan: &Plan) -> Diagnostics {
    let mut found = Diagnostics::new();
    let mut seen = BTreeSet::new();
    let nodes = plan.pipelines.iter().flat_map(|p| &p.nodes);
    for judge in nodes.filter_map(|n| n.as_judge()) {
        of_gate(plan, &judge.gate, &mut seen, &mut found);
    }
    found
}

fn of_gate(plan: &Plan, id: &str, seen: &mut BTreeSet<String>, found: &mut Diagnostics) {
    let Some(gate) = plan.gate(id) else { return };
    if !seen.insert(id.to_string()) {
        return;
    }
    let (mut compared, mut sure) = (Vec::new(), Vec::new());
    for criterion in gate.criteria.iter().filter(|c| counts_in(c, Place::Ci)) {
        match &criterion.condition {
            Condition::Gate(part) => of_gate(plan, part, seen, found),
            Condition::Holds(expr) => {
                comparisons(expr, &mut compared);
                sure.extend(criterion.confidence.map(|_| criterion.origin.span));
            }
            Condition::Outcome(_) | Condition::EveryPart => {}
        }
    }
    match &gate.scoring {
        Scoring::Expression(expr) => comparisons(expr, &mut compared),
        Scoring::Weights(weights) => {
            for weight in weights {
                if let crate::plan::WeightPart::Gate(part) = &weight.part {
                    of_gate(plan, part, seen, found);
                }
            }
        }
        Scoring::AllOrNothing | Scoring::Statements => {}
    }
    say(
        gate,
        "is not compared with earlier runs yet",
        &compared,
        found,
    );
    say(gate, "is not judged with confidence yet", &sure, found);
}

fn say(gate: &Gate, what: &str, places: &[Span], found: &mut Diagnostics) {
    let Some((first, rest)) = places.split_first() else {
        return;
    };
    let mut diagnostic =
        Diagnostic::new(Code::NotYet, *first, format!("gate `{}` {what}", gate.id))
            .label("would stay undecided, so the gate would never pass");
    for span in rest {
        diagnostic = diagnostic.also(*span, "this, too");
    }
    found.push(diagnostic.help("leave it out for now, or say `{ where = [canary, alert] }`"));
}

fn comparisons(expr: &Expr, found: &mut Vec<Span>) {
    expr.walk(&mut |e| {
        if let ExprKind::Call(Func::Rise | Func::Drop | Func::Change, _) = &e.kind {
            found.push(e.span);
        }
    });
}
