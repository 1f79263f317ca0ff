//! `not-yet`: criteria that a run would be judged by and the evaluator can't judge yet.

use std::collections::BTreeSet;

use super::context::Context;
use crate::diagnostics::{Code, Diagnostic, Diagnostics};
use crate::plan::{Condition, Criterion, Expr, ExprKind, Func, Gate, Place, Scoring};
use crate::proofs::reads::counts_in;

pub(super) fn run(context: &Context, found: &mut Diagnostics) {
    let nodes = context.pipelines.iter().flat_map(|p| p.graph.nodes);
    let mut seen = BTreeSet::new();
    for judge in nodes.filter_map(|n| n.as_judge()) {
        of_gate(context, &judge.gate, &mut seen, found);
    }
}

fn of_gate(context: &Context, id: &str, seen: &mut BTreeSet<String>, found: &mut Diagnostics) {
    let Some(gate) = context.plan.gate(id) else {
        return;
    };
    if !seen.insert(id.to_string()) {
        return;
    }
    for criterion in gate.criteria.iter().filter(|c| counts_in(c, Place::Ci)) {
        match &criterion.condition {
            Condition::Gate(part) => of_gate(context, part, seen, found),
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
