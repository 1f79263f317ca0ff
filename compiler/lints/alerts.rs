//! `alert-never-fires`, `alert-always-fires`: alerts whose condition is decided beforehand.

use super::context::{Context, push_all};
use crate::diagnostics::{Code, Diagnostic, Diagnostics};
use crate::plan::{Alert, Cause, Expr, ExprKind, Operator};
use crate::proofs::interval::{self, Verdict};
use crate::proofs::show;

pub(super) fn run(context: &Context, found: &mut Diagnostics) {
    for alert in &context.plan.alerts {
        if let Cause::When(condition) = &alert.cause {
            push_all(found, judge(context, alert, condition));
        }
    }
}

fn judge(context: &Context, alert: &Alert, condition: &Expr) -> Option<Diagnostic> {
    let verdict = interval::decide(condition, &context.names);
    let (code, text) = match verdict {
        Verdict::Open => return None,
        Verdict::Never => (Code::AlertNeverFires, "can never fire"),
        Verdict::Always => (Code::AlertAlwaysFires, "fires all the time"),
    };
    let culprit = culprit(context, condition, verdict);
    let message = format!("alert `{}` {text}", alert.id);
    let label = match verdict {
        Verdict::Never => format!("`{}` holds for no value", show(culprit)),
        _ => format!("`{}` holds for every value", show(culprit)),
    };
    Some(
        Diagnostic::new(code, culprit.span, message)
            .label(label)
            .help("take a limit inside the range of what is measured"),
    )
}

/// The part of a condition that decides it.
fn culprit<'a>(context: &Context, expr: &'a Expr, verdict: Verdict) -> &'a Expr {
    match &expr.kind {
        ExprKind::Binary(Operator::And | Operator::Or, a, b) => [a, b]
            .into_iter()
            .find(|e| interval::decide(e, &context.names) == verdict)
            .map_or(expr, |e| culprit(context, e, verdict)),
        _ => expr,
    }
}
