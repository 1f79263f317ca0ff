//! `cannot-tell-apart`: criteria that no result with so few samples can fulfil.

use super::context::{Context, push_all};
use crate::diagnostics::{Code, Diagnostic, Diagnostics};
use crate::plan::{
    Condition, Criterion, Expr, ExprKind, Metric, Operator, Quantity, Ref, Type, Value,
};
use crate::proofs::chance::{best_lower_bound, best_upper_bound, samples_for};
use crate::proofs::show;

pub(super) fn run(context: &Context, found: &mut Diagnostics) {
    let gates = context.plan.gates.iter().flat_map(|g| &g.criteria);
    let rollouts = context.plan.rollouts.iter().flat_map(|r| &r.criteria);
    push_all(
        found,
        gates.chain(rollouts).filter_map(|c| judge(context, c)),
    );
}

/// A ratio compared with a limit.
struct Question<'a> {
    metric: &'a Metric,
    limit: f64,
    /// Whether it must be at least the limit.
    at_least: bool,
}

fn question<'a>(context: &Context<'a>, expr: &Expr) -> Option<Question<'a>> {
    let ExprKind::Binary(op, left, right) = &expr.kind else {
        return None;
    };
    let ExprKind::Ref(Ref::Metric(id, _)) = &left.kind else {
        return None;
    };
    let metric = context.names.metrics.get(id.as_str()).copied()?;
    let Some(Value::Number(limit, Quantity::Ratio)) = right.value() else {
        return None;
    };
    let at_least = match op {
        Operator::GreaterEqual | Operator::Greater => true,
        Operator::LessEqual | Operator::Less => false,
        _ => return None,
    };
    (metric.ty == Type::Quantity(Quantity::Ratio)).then_some(Question {
        metric,
        limit: *limit,
        at_least,
    })
}

fn judge(context: &Context, criterion: &Criterion) -> Option<Diagnostic> {
    let confidence = criterion.confidence?;
    let Condition::Holds(expr) = &criterion.condition else {
        return None;
    };
    let question = question(context, expr)?;
    let samples = criterion.samples.or(question.metric.samples)?;
    let open = |x: f64| x > 0.0 && x < 1.0;
    if samples < 1.0 || !open(confidence) {
        return None;
    }
    let sure = Value::Number(confidence, Quantity::Ratio);
    let best = if question.at_least {
        best_lower_bound(samples, confidence)
    } else {
        best_upper_bound(samples, confidence)
    };
    let fails = if question.at_least {
        best < question.limit
    } else {
        best > question.limit
    };
    if !fails {
        return None;
    }
    let shown = Value::Number((best * 1000.0).round() / 1000.0, Quantity::Ratio);
    let (rate, good) = if question.at_least {
        (question.limit, "good ones in a row")
    } else {
        (1.0 - question.limit, "without a failure")
    };
    let place = match criterion.samples {
        Some(_) => "samples",
        None => "confidence",
    };
    let finding = Diagnostic::new(
        Code::CannotTell,
        criterion.origin.attribute(place),
        format!(
            "{samples} samples can't show `{}` at {sure} confidence, even if all are perfect",
            show(expr)
        ),
    )
    .label(format!(
        "{samples} of {samples} show no better than {shown}"
    ));
    let finding = match (criterion.samples, question.metric.samples) {
        (None, Some(_)) => finding.also(
            question.metric.origin.attribute("samples"),
            format!("`{}` has {samples} samples", question.metric.id),
        ),
        _ => finding,
    };
    Some(finding.help(match samples_for(rate, confidence) {
        Some(count) => format!("take at least {count} samples: {count} {good} show it"),
        None => "no number of samples shows this: take a limit short of perfect".to_string(),
    }))
}
