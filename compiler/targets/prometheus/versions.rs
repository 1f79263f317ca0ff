//! What a rollout asks of Prometheus: takes a criterion and the two versions of a service, gives for
//! each comparison in it a query, an operator and a limit. It must not know the engine that asks.
//!
//! A query gives a sample for each group, and none while there is nothing to judge by: no data, too
//! few events, no traffic, or nothing to compare with. Never NaN for these.

use super::names::kebab;
use super::promql::{self, Aggregation, Match, Op, OverTime, Query};
use super::query::{Context, Labels, Lowered, Lowering, Shape, Version, meeting, window_of};
use crate::diagnostics::{Code, Diagnostic};
use crate::plan::{Environment, Expr, ExprKind, Func, Operator, Plan, Ref, SeriesKind};
use crate::source::Span;
use std::collections::BTreeMap;

/// Where and of what a rollout asks.
pub struct Place<'a> {
    /// The whole plan.
    pub plan: &'a Plan,
    /// The environment whose Prometheus answers.
    pub environment: &'a Environment,
    /// The deployed service, by its name in the source.
    pub service: &'a str,
    /// The label that holds a pod's version.
    pub label: &'a str,
    /// Its value for the new version, as the engine fills it in.
    pub new: &'a str,
    /// Its value for the stable version; `None` where that has no traffic.
    pub stable: Option<&'a str>,
}

/// One comparison of a criterion.
#[derive(Clone, Debug, PartialEq)]
pub struct Asked {
    /// The query, on lines of at most 100 columns.
    pub query: String,
    /// What its samples must be: `<=`.
    pub must_be: Comparison,
    /// The limit, in the base unit.
    pub limit: f64,
    /// Whether it compares with the stable version.
    pub compares: bool,
}

/// How a sample is held against a limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum Comparison {
    Equal,
    NotEqual,
    Less,
    LessEqual,
    Greater,
    GreaterEqual,
}

impl Comparison {
    /// As PromQL and most languages write it.
    pub fn text(self) -> &'static str {
        match self {
            Comparison::Equal => "==",
            Comparison::NotEqual => "!=",
            Comparison::Less => "<",
            Comparison::LessEqual => "<=",
            Comparison::Greater => ">",
            Comparison::GreaterEqual => ">=",
        }
    }

    /// What holds exactly where this one doesn't.
    pub fn negated(self) -> Self {
        match self {
            Comparison::Equal => Comparison::NotEqual,
            Comparison::NotEqual => Comparison::Equal,
            Comparison::Less => Comparison::GreaterEqual,
            Comparison::LessEqual => Comparison::Greater,
            Comparison::Greater => Comparison::LessEqual,
            Comparison::GreaterEqual => Comparison::Less,
        }
    }

    fn mirrored(self) -> Self {
        match self {
            Comparison::Less => Comparison::Greater,
            Comparison::LessEqual => Comparison::GreaterEqual,
            Comparison::Greater => Comparison::Less,
            Comparison::GreaterEqual => Comparison::LessEqual,
            same => same,
        }
    }

    fn of(op: Operator) -> Option<Self> {
        Some(match op {
            Operator::Equal => Comparison::Equal,
            Operator::NotEqual => Comparison::NotEqual,
            Operator::Less => Comparison::Less,
            Operator::LessEqual => Comparison::LessEqual,
            Operator::Greater => Comparison::Greater,
            Operator::GreaterEqual => Comparison::GreaterEqual,
            _ => return None,
        })
    }
}

/// The comparisons of a condition, all of which must hold. With `samples`, a query gives nothing
/// until so many events of every series it reads fall into its window, in both versions.
pub fn asked(place: &Place, condition: &Expr, samples: Option<f64>) -> Lowering<Vec<Asked>> {
    let records = BTreeMap::new();
    let equal = |value: &str| Match::equal(place.label, value);
    let version = Version::new(place.service, equal(place.new), place.stable.map(equal));
    let context = Context {
        plan: place.plan,
        environment: place.environment,
        records: &records,
        groups: Vec::new(),
        version: Some(version),
    };
    let mut found = Vec::new();
    collect(&context, condition, samples, &mut found)?;
    Ok(found)
}

fn collect<'a>(
    context: &Context<'a, '_>,
    condition: &'a Expr,
    samples: Option<f64>,
    found: &mut Vec<Asked>,
) -> Lowering<()> {
    let ExprKind::Binary(operator, a, b) = &condition.kind else {
        return Err(no_comparison(condition.span));
    };
    if *operator == Operator::And {
        collect(context, a, samples, found)?;
        return collect(context, b, samples, found);
    }
    let comparison = Comparison::of(*operator).ok_or_else(|| no_comparison(condition.span))?;
    let (left, right) = (context.value(a)?, context.value(b)?);
    let (measured, limit, comparison) = match (&left.query, &right.query) {
        (Query::Number(_), Query::Number(_)) => return Err(no_comparison(condition.span)),
        (_, Query::Number(limit)) => (left.clone(), *limit, comparison),
        (Query::Number(limit), _) => (right.clone(), *limit, comparison.mirrored()),
        _ => {
            let both = context.combined(Op::Subtract, left, right, condition.span)?;
            (both, 0.0, comparison)
        }
    };
    let measured = match samples {
        Some(samples) => enough(context, measured, condition, samples)?,
        None => measured,
    };
    let query = promql::pretty(&measured.query);
    if let Err(problem) = promql::parse_back(&query) {
        let message = "gatec wrote a query that Prometheus can't read";
        let wrong = Diagnostic::new(Code::InternalError, condition.span, message);
        return Err(wrong.help(problem).into());
    }
    found.push(Asked {
        query,
        must_be: comparison,
        limit,
        compares: compares(condition),
    });
    Ok(())
}

fn no_comparison(span: Span) -> Box<Diagnostic> {
    Diagnostic::new(
        Code::NotInPromql,
        span,
        "a rollout holds measured values against limits, and this does not",
    )
    .label("no comparison of a measured value")
    .help("write comparisons, joined by `and`: `error_rate <= 1%`")
    .into()
}

/// Whether a condition compares versions.
fn compares(condition: &Expr) -> bool {
    let mut found = false;
    condition.walk(&mut |e| {
        found |= matches!(
            e.kind,
            ExprKind::Call(Func::Rise | Func::Drop | Func::Change, _)
        );
    });
    found
}

/// A series that a condition asks: by which function, in which window, kept apart by which labels.
struct Events<'a> {
    series: &'a Expr,
    func: Func,
    window: f64,
    groups: Vec<String>,
}

/// The series that an expression asks, through metrics too.
fn events<'a>(
    plan: &'a Plan,
    expr: &'a Expr,
    groups: &[String],
    depth: usize,
    found: &mut Vec<Events<'a>>,
) {
    match &expr.kind {
        ExprKind::Ref(Ref::Metric(id, _)) if depth <= plan.metrics.len() => {
            if let Some(metric) = plan.metric(id)
                && let Some(live) = &metric.live
            {
                let kept = metric.by.iter().map(|d| d.id.clone());
                let kept: Vec<String> = kept.chain(metric.key.iter().cloned()).collect();
                events(plan, live, &kept, depth + 1, found);
            }
        }
        ExprKind::Call(func, args) => match args.first() {
            Some(series) if matches!(series.kind, ExprKind::Ref(Ref::Series { .. })) => {
                found.push(Events {
                    series,
                    func: *func,
                    window: window_of(*func, args),
                    groups: groups.to_vec(),
                });
            }
            _ => args
                .iter()
                .for_each(|a| events(plan, a, groups, depth, found)),
        },
        ExprKind::Not(a) | ExprKind::Negate(a) => events(plan, a, groups, depth, found),
        ExprKind::Binary(_, a, b) => {
            events(plan, a, groups, depth, found);
            events(plan, b, groups, depth, found);
        }
        _ => {}
    }
}

/// The measured value, while enough events are behind it: in both versions where they are compared.
fn enough<'a>(
    context: &Context<'a, '_>,
    measured: Lowered,
    condition: &'a Expr,
    samples: f64,
) -> Lowering<Lowered> {
    let mut asked = Vec::new();
    events(context.plan, condition, &[], 0, &mut asked);
    if asked.is_empty() {
        return Err(nothing_counted(condition.span));
    }
    let other = context.other().filter(|_| compares(condition));
    let mut counts: Vec<Lowered> = Vec::new();
    for side in std::iter::once(context).chain(&other) {
        for one in &asked {
            let count = counted(side, one)?;
            if !counts.iter().any(|c| c.query == count.query) {
                counts.push(count);
            }
        }
    }
    let enough = |count: Query| count.with(Op::GreaterEqual, Query::Number(samples));
    Ok(counts.into_iter().fold(measured, |value, count| Lowered {
        query: Query::Binary {
            op: Op::And,
            on: meeting(&value.shape, &count.shape),
            left: Box::new(value.query),
            right: Box::new(enough(count.query)),
        },
        shape: value.shape,
    }))
}

/// How many events of a series fall into its window; of a gauge, which counts none, how many of
/// its values were scraped.
fn counted<'a>(context: &Context<'a, '_>, one: &Events<'a>) -> Lowering<Lowered> {
    let source = context.source(one.series)?;
    let (over, selector) = match (source.kind(), one.func) {
        (Some(SeriesKind::Gauge) | None, _) => (OverTime::Count, source.part("")),
        (_, Func::Share) => (OverTime::Increase, source.all_events()),
        _ => (OverTime::Increase, source.selected_events()),
    };
    let by = source.kept(&one.groups);
    Ok(Lowered {
        query: Query::Over(over, selector, one.window).aggregate(Aggregation::Sum, &by),
        shape: Shape {
            labels: Labels::Only(by),
            range: (0.0, f64::INFINITY),
            jobs: source.service.map(kebab).into_iter().collect(),
        },
    })
}

fn nothing_counted(span: Span) -> Box<Diagnostic> {
    let message = "nothing here says how many requests it is made of";
    Diagnostic::new(Code::NotInPromql, span, message)
        .label("counts nothing")
        .help("leave out `samples`, or measure by a series of the service")
        .into()
}
