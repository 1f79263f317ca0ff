//! `penalty-can-pay`: subtracted terms of a score that can be less than nothing.

use super::context::Context;
use crate::diagnostics::{Code, Diagnostic, Diagnostics};
use crate::plan::value::decimal;
use crate::plan::{Expr, ExprKind, Func, Gate, Operator, Scoring};
use crate::proofs::interval::range;
use crate::proofs::show;

pub(super) fn run(context: &Context, found: &mut Diagnostics) {
    for gate in &context.plan.gates {
        if let Scoring::Expression(score) = &gate.scoring {
            added(context, gate, score, found);
        }
    }
}

/// Looks through what adds to the score.
fn added(context: &Context, gate: &Gate, expr: &Expr, found: &mut Diagnostics) {
    match &expr.kind {
        ExprKind::Binary(Operator::Add, a, b) => {
            added(context, gate, a, found);
            added(context, gate, b, found);
        }
        ExprKind::Binary(Operator::Subtract, a, b) => {
            added(context, gate, a, found);
            taken(context, gate, b, found);
        }
        ExprKind::Negate(a) => taken(context, gate, a, found),
        ExprKind::Call(Func::Clamp | Func::Capped, args) => {
            args.first()
                .into_iter()
                .for_each(|a| added(context, gate, a, found));
        }
        ExprKind::Call(Func::Min | Func::Max, args) => {
            args.iter().for_each(|a| added(context, gate, a, found));
        }
        _ => {}
    }
}

/// Looks at what is taken off the score.
fn taken(context: &Context, gate: &Gate, expr: &Expr, found: &mut Diagnostics) {
    if let ExprKind::Binary(Operator::Add, a, b) = &expr.kind {
        taken(context, gate, a, found);
        taken(context, gate, b, found);
        return;
    }
    let range = range(expr, &context.names);
    if range.loose || range.low >= 0.0 {
        return;
    }
    let most = if range.low.is_finite() {
        format!("up to {}pt", decimal(-range.low))
    } else {
        "points without end".to_string()
    };
    let high = if range.high.is_finite() {
        format!("{}pt", decimal(range.high.max(0.0)))
    } else {
        "30pt".to_string()
    };
    let text = show(expr);
    found.push(
        Diagnostic::new(
            Code::PenaltyPays,
            expr.span,
            format!("this penalty of gate `{}` can earn points", gate.id),
        )
        .label(format!("an improvement makes it negative and earns {most}"))
        .help(format!(
            "let it end at nothing: `clamp({text}, 0pt, {high})`"
        )),
    );
}
