//! `not-yet`: criteria of a run that this evaluator can't judge, said before any run.

use std::collections::BTreeSet;

use crate::diagnostics::{Code, Diagnostic, Diagnostics};
use crate::plan::{Condition, Criterion, Expr, ExprKind, Func, Gate, Place, Plan, Scoring};
use crate::proofs::reads::counts_in;

/// Criteria of the plan's judgements that would stay undecided.
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
    let Some(gate) = plan.gate(id) else {
        return;
    };
    if !seen.insert(id.to_string()) {
        return;
    }
    for criterion in gate.criteria.iter().filter(|c| counts_in(c, Place::Ci)) {
        match &criterion.condition {
            Condition::Gate(part) => of_gate(plan, part, seen, found),
            Condition::Holds(expr) => of_criterion(gate, criterion, expr, found),
            Condition::Outcome(_) | Condition::EveryPart => {}
        }
    }
    if let Scoring::Expression(expr) = &gate.scoring {
        comparisons(gate, expr, found);
    }
}

fn of_criterion(gate: &Gate, criterion: &Criterion, expr: &Expr, found: &mut Diagnostics) {
    comparisons(gate, expr, found);
    if criterion.confidence.is_some() {
        let message = "a run is not judged with confidence yet";
        found.push(
            Diagnostic::new(Code::NotYet, criterion.origin.span, message)
                .label("would stay undecided, so the gate would never pass")
                .help("remove `confidence`, or say where it counts: `where = [canary, alert]`"),
        );
    }
}

fn comparisons(gate: &Gate, expr: &Expr, found: &mut Diagnostics) {
    expr.walk(&mut |e| {
        if let ExprKind::Call(Func::Rise | Func::Drop | Func::Change, _) = &e.kind {
            let message = format!("gate `{}` is not compared with earlier runs yet", gate.id);
            found.push(
                Diagnostic::new(Code::NotYet, e.span, message)
                    .label("would stay undecided, so the gate would never pass")
                    .help(
                        "leave it out until baselines are stored, or say `where = [canary, alert]`",
                    ),
            );
        }
    });
}
