//! The indicator of an objective: takes what the program calls bad or good, gives the share of bad
//! events over any window. It must not know objectives.

use crate::diagnostics::{Code, Diagnostic};
use crate::plan::{Expr, ExprKind, Func, Operator, Plan, Quantity, Ref, Slo, Type, Value};
use crate::source::Span;
use crate::targets::prometheus::query::Lowering;

/// The share of bad events over a window of so many seconds.
pub fn bad_share(plan: &Plan, slo: &Slo, seconds: f64) -> Lowering<Expr> {
    match (&slo.bad, &slo.good) {
        (Some(bad), _) => over(plan, bad, seconds, 0),
        (None, Some(good)) => {
            let good = over(plan, good, seconds, 0)?;
            Ok(Expr {
                ty: good.ty.clone(),
                span: good.span,
                kind: ExprKind::Binary(
                    Operator::Subtract,
                    Box::new(constant(1.0, Quantity::Ratio, good.span)),
                    Box::new(good),
                ),
            })
        }
        (None, None) => Err(unclear(slo.origin.span, "nothing says what is bad or good")),
    }
}

/// Groups of the metrics that the indicator names: each has a budget of its own.
pub fn groups(plan: &Plan, slo: &Slo) -> Vec<String> {
    let mut groups: Vec<String> = Vec::new();
    let exprs = slo.bad.iter().chain(&slo.good);
    for reference in exprs.flat_map(Expr::refs) {
        let Ref::Metric(id, _) = reference else {
            continue;
        };
        let metric = plan.metric(id);
        let by = metric.iter().flat_map(|m| m.by.iter().map(|d| &d.id));
        let key = metric.iter().flat_map(|m| &m.key);
        for group in by.chain(key) {
            if !groups.contains(group) {
                groups.push(group.clone());
            }
        }
    }
    groups
}

/// The expression with every window replaced, and metrics by what they measure.
fn over(plan: &Plan, expr: &Expr, seconds: f64, depth: usize) -> Lowering<Expr> {
    let deeper = |e: &Expr| over(plan, e, seconds, depth + 1);
    let kind = match &expr.kind {
        ExprKind::Const(_) => return Ok(expr.clone()),
        ExprKind::Ref(Ref::Metric(id, matchers)) => {
            // Metrics that read each other in a circle are refused where they are recorded.
            let live = plan.metric(id).and_then(|m| m.live.as_ref());
            return match live.filter(|_| matchers.is_empty() && depth <= plan.metrics.len() + 16) {
                Some(live) => over(plan, live, seconds, depth + 1),
                None => Err(unclear(
                    expr.span,
                    format!("`{expr}` can't be asked over other windows than its own"),
                )),
            };
        }
        ExprKind::Negate(a) => ExprKind::Negate(Box::new(deeper(a)?)),
        ExprKind::Binary(op, a, b) => {
            ExprKind::Binary(*op, Box::new(deeper(a)?), Box::new(deeper(b)?))
        }
        ExprKind::Call(func, args) if asks_series(args) && windowed(*func) => {
            ExprKind::Call(*func, with_window(*func, args, seconds, expr.span))
        }
        ExprKind::Call(func, args)
            if !args.is_empty() && !asks_series(args) && calculates(*func) =>
        {
            let args: Result<Vec<_>, _> = args.iter().map(deeper).collect();
            ExprKind::Call(*func, args?)
        }
        _ => {
            return Err(unclear(
                expr.span,
                format!("`{expr}` has no window that could be another"),
            ));
        }
    };
    Ok(Expr {
        kind,
        ty: expr.ty.clone(),
        span: expr.span,
    })
}

fn asks_series(args: &[Expr]) -> bool {
    let first = args.first().map(|a| &a.kind);
    matches!(first, Some(ExprKind::Ref(Ref::Series { .. })))
}

/// Functions of a series whose window can be any.
fn windowed(func: Func) -> bool {
    matches!(
        func,
        Func::Share | Func::Within | Func::Mean | Func::RateOf | Func::Increase
    )
}

/// Functions of values.
fn calculates(func: Func) -> bool {
    matches!(
        func,
        Func::Every | Func::Clamp | Func::Capped | Func::Abs | Func::Min | Func::Max
    )
}

fn with_window(func: Func, args: &[Expr], seconds: f64, span: Span) -> Vec<Expr> {
    let before = if func == Func::Within { 2 } else { 1 };
    let kept = args.iter().take(before).cloned();
    let window = constant(seconds, Quantity::Duration, span);
    kept.chain(std::iter::once(window)).collect()
}

fn constant(number: f64, quantity: Quantity, span: Span) -> Expr {
    Expr {
        kind: ExprKind::Const(Value::Number(number, quantity.clone())),
        ty: Type::Quantity(quantity),
        span,
    }
}

fn unclear(span: Span, message: impl Into<String>) -> Box<Diagnostic> {
    let finding = Diagnostic::new(Code::NotInPromql, span, message);
    Box::new(
        finding
            .label("an objective is watched over eight windows")
            .help("ask a series: `bad = share(requests_total[status =~ \"5..\"])`, `good = within(seconds, 250ms)`"),
    )
}
