//! `threshold-always-true`, `threshold-never-true`, `redundant-threshold`: limits that decide
//! nothing, or contradict each other.

use super::context::{Context, push_all};
use crate::diagnostics::{Code, Diagnostic, Diagnostics};
use crate::plan::{
    Condition, Criterion, Expr, ExprKind, Operator, Place, Strategy, Strength, Value,
};
use crate::proofs::interval::{self, Verdict};
use crate::proofs::show;

pub(super) fn run(context: &Context, found: &mut Diagnostics) {
    let gates = context.plan.gates.iter().map(|g| g.criteria.as_slice());
    let mut groups: Vec<&[Criterion]> = gates.collect();
    for rollout in &context.plan.rollouts {
        groups.push(&rollout.criteria);
        if let Strategy::BlueGreen { before, after, .. } = &rollout.strategy {
            groups.extend([before.as_slice(), after.as_slice()]);
        }
    }
    for criteria in groups {
        let own = criteria.iter().filter_map(|c| alone(context, c));
        push_all(found, own);
        pairs(criteria, found);
    }
}

fn alone(context: &Context, criterion: &Criterion) -> Option<Diagnostic> {
    let Condition::Holds(expr) = &criterion.condition else {
        return None;
    };
    let text = show(expr);
    match interval::decide(expr, &context.names) {
        Verdict::Open => None,
        Verdict::Always => Some(
            Diagnostic::new(
                Code::ThresholdAlwaysTrue,
                expr.span,
                format!("`{text}` holds whatever is measured"),
            )
            .label(range_of(context, expr))
            .help("take a limit inside the range, or remove the criterion"),
        ),
        Verdict::Never => Some(
            Diagnostic::new(
                Code::ThresholdNeverTrue,
                expr.span,
                format!("`{text}` can't hold, whatever is measured"),
            )
            .label(range_of(context, expr))
            .help("take a limit inside the range"),
        ),
    }
}

/// "`coverage` is 0% to 100%"
fn range_of(context: &Context, expr: &Expr) -> String {
    let ExprKind::Binary(_, left, _) = &expr.kind else {
        return String::new();
    };
    let range = interval::range(left, &context.names);
    let value = |n: f64| match &left.ty {
        crate::plan::Type::Quantity(q) => Value::Number(n, q.clone()).to_string(),
        _ => crate::plan::value::decimal(n),
    };
    let left = show(left);
    match (range.low.is_finite(), range.high.is_finite()) {
        (true, true) => format!("`{left}` is {} to {}", value(range.low), value(range.high)),
        (true, false) => format!("`{left}` is {} or more", value(range.low)),
        (false, true) => format!("`{left}` is {} or less", value(range.high)),
        (false, false) => String::new(),
    }
}

/// `x >= limit` or `x <= limit`, with what may differ between two of them.
struct Limit<'a> {
    criterion: &'a Criterion,
    subject: String,
    lower: bool,
    strict: bool,
    limit: f64,
}

fn limit(criterion: &Criterion) -> Option<Limit<'_>> {
    let plain = matches!(criterion.strength, Strength::Require { warn: None })
        && criterion.confidence.is_none()
        && criterion.samples.is_none()
        && criterion.if_missing.is_none()
        && criterion.if_skipped.is_none();
    let Condition::Holds(expr) = &criterion.condition else {
        return None;
    };
    let ExprKind::Binary(op, a, b) = &expr.kind else {
        return None;
    };
    let (lower, strict) = match op {
        Operator::GreaterEqual => (true, false),
        Operator::Greater => (true, true),
        Operator::LessEqual => (false, false),
        Operator::Less => (false, true),
        _ => return None,
    };
    let limit = b.value()?.as_number()?;
    plain.then(|| Limit {
        criterion,
        subject: show(a),
        lower,
        strict,
        limit,
    })
}

fn pairs(criteria: &[Criterion], found: &mut Diagnostics) {
    let mut seen: std::collections::BTreeMap<String, Vec<Limit>> = Default::default();
    for next in criteria.iter().filter_map(limit) {
        let before = seen.entry(next.subject.clone()).or_default();
        let finding = before.iter().find_map(|first| compare(first, &next));
        push_all(found, finding);
        before.push(next);
    }
}

fn compare(first: &Limit, second: &Limit) -> Option<Diagnostic> {
    if first.lower == second.lower {
        return redundant(first, second);
    }
    let (low, high) = if first.lower {
        (first, second)
    } else {
        (second, first)
    };
    let apart = low.limit > high.limit || (low.limit == high.limit && (low.strict || high.strict));
    let together = shared_place(first.criterion, second.criterion);
    (apart && together).then(|| {
        let message = format!("no value of `{}` fulfils both criteria", first.subject);
        Diagnostic::new(
            Code::ThresholdNeverTrue,
            second.criterion.origin.span,
            message,
        )
        .label("excludes the other one")
        .also(first.criterion.origin.span, "the other one")
        .help("change one of the limits")
    })
}

fn redundant(first: &Limit, second: &Limit) -> Option<Diagnostic> {
    let stricter = |a: &Limit, b: &Limit| {
        let further = if a.lower {
            a.limit > b.limit
        } else {
            a.limit < b.limit
        };
        further || (a.limit == b.limit && (a.strict || !b.strict))
    };
    // The stricter one must count wherever the other does.
    let (strong, weak) = match (stricter(first, second), stricter(second, first)) {
        (true, _) if covers(first.criterion, second.criterion) => (first, second),
        (_, true) if covers(second.criterion, first.criterion) => (second, first),
        _ => return None,
    };
    let message = format!(
        "a stricter limit of `{}` makes this one needless",
        weak.subject
    );
    Some(
        Diagnostic::new(
            Code::RedundantThreshold,
            weak.criterion.origin.span,
            message,
        )
        .label("decides nothing")
        .also(strong.criterion.origin.span, "this one decides")
        .help("remove it; a limit that only warns is written `{ warn = … }`"),
    )
}

fn places(criterion: &Criterion) -> Vec<Place> {
    match criterion.places.as_slice() {
        [] => vec![Place::Ci, Place::Canary, Place::Alert, Place::Verify],
        some => some.to_vec(),
    }
}

fn covers(a: &Criterion, b: &Criterion) -> bool {
    let of_a = places(a);
    places(b).iter().all(|p| of_a.contains(p))
}

fn shared_place(a: &Criterion, b: &Criterion) -> bool {
    let of_a = places(a);
    places(b).iter().any(|p| of_a.contains(p))
}
