//! `cannot-tell-apart`: criteria that no result with so few samples can fulfil, and percentiles of
//! fewer samples than they have parts.

use super::context::{Context, push_all};
use crate::diagnostics::{Code, Diagnostic, Diagnostics};
use crate::plan::value::decimal;
use crate::plan::{
    Condition, Criterion, Expr, ExprKind, Func, Metric, Operator, PathSegment, Quantity, Ref, Type,
    Value,
};
use crate::proofs::chance::{best_lower_bound, best_upper_bound, samples_for};
use crate::proofs::show;

pub(super) fn run(context: &Context, found: &mut Diagnostics) {
    let gates = context.plan.gates.iter().flat_map(|g| &g.criteria);
    let rollouts = context.plan.rollouts.iter().flat_map(|r| &r.criteria);
    push_all(
        found,
        gates
            .chain(rollouts)
            .filter_map(|c| judge(context, c).or_else(|| quantile(context, c))),
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

/// `latency_p99 <= 50ms` of too few samples.
fn quantile(context: &Context, criterion: &Criterion) -> Option<Diagnostic> {
    let Condition::Holds(expr) = &criterion.condition else {
        return None;
    };
    let ExprKind::Binary(Operator::LessEqual | Operator::Less, left, _) = &expr.kind else {
        return None;
    };
    let ExprKind::Ref(Ref::Metric(id, _)) = &left.kind else {
        return None;
    };
    let metric = context.names.metrics.get(id.as_str()).copied()?;
    let share = share_of(metric)?;
    let samples = criterion.samples.or(metric.samples)?;
    let needed = match criterion.confidence {
        Some(confidence) => samples_for(share, confidence)? as f64,
        // Fewer have no sample beyond the percentile.
        None => (1.0 / (1.0 - share) - 1e-9).ceil(),
    };
    if samples >= needed {
        return None;
    }
    let percentile = format!("p{}", decimal(share * 100.0)).replace('.', "");
    let (message, label) = match criterion.confidence {
        Some(confidence) => {
            let sure = Value::Number(confidence, Quantity::Ratio);
            let message =
                format!("{samples} samples can't show a {percentile} at {sure} confidence");
            (message, "even if every sample is within the limit")
        }
        None => (
            format!("{samples} samples have no {percentile}"),
            "it is the greatest of them, and one bad sample decides",
        ),
    };
    let origin = match criterion.samples {
        Some(_) => &criterion.origin,
        None => &metric.origin,
    };
    let finding =
        Diagnostic::new(Code::CannotTell, origin.attribute("samples"), message).label(label);
    let finding = match criterion.samples {
        Some(_) => finding,
        None => finding.also(expr.span, "judged here"),
    };
    Some(finding.help(format!(
        "take at least {needed} samples, or judge a lower percentile"
    )))
}

/// The share of samples below a metric's value, if it is a percentile: by its function, else by its
/// name or that of the field it reads.
fn share_of(metric: &Metric) -> Option<f64> {
    if let Some(ExprKind::Call(Func::Quantile(tenths), _)) = metric.live.as_ref().map(|e| &e.kind) {
        return Some(f64::from(*tenths) / 1000.0).filter(|s| *s > 0.5 && *s < 1.0);
    }
    let fields = metric.report.iter().flat_map(Expr::refs);
    let keys = fields.filter_map(|r| match r {
        Ref::Report { path, .. } => path.last(),
        _ => None,
    });
    let keys = keys.filter_map(|segment| match segment {
        PathSegment::Field(name) | PathSegment::Key(name) => Some(name.as_str()),
        PathSegment::Filter(_) | PathSegment::By(_) => None,
    });
    let mut names = std::iter::once(metric.id.as_str()).chain(keys);
    names.find_map(|name| name.split(['_', '.', '-']).find_map(share_named))
}

/// 0.99 for `p99`, 0.999 for `p999`.
fn share_named(word: &str) -> Option<f64> {
    let digits = word.strip_prefix('p')?;
    let right = (2..=4).contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_digit());
    let share: f64 = format!("0.{digits}").parse().ok()?;
    (right && share > 0.5).then_some(share)
}
