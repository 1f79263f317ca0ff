//! Samples that make a measurement come out as asked: takes values of metrics, gives input series
//! for `promtool test rules`. What can't be made up exactly is refused, never approximated.
//!
//! All observations of a histogram have one distribution whatever their labels, so a percentile,
//! a rate and a share of bad events can be asked of one series together.

mod buckets;
mod example;
mod series;

use super::query::{Source, source, window_of};
use crate::plan::{Environment, Expr, ExprKind, Func, Operator, Plan, Ref};
use series::Events;
use std::collections::BTreeMap;

/// A value that an expression is to have.
pub struct Demand<'a> {
    /// The expression: a metric, or a function of a series.
    pub what: &'a Expr,
    /// In the base unit.
    pub value: f64,
}

/// What a function of a series is to give.
struct Target<'a> {
    func: Func,
    args: &'a [Expr],
    source: Source<'a>,
    window: f64,
    value: f64,
    groups: BTreeMap<String, String>,
}

/// Input series in promtool's notation, and the labels of what comes out.
pub struct Input {
    /// Series and values.
    pub series: Vec<(String, String)>,
    /// Labels of the first demanded value's samples, as far as the series have them.
    pub labels: BTreeMap<String, String>,
    /// The longest window, in seconds.
    pub window: f64,
}

/// How long and how often samples are taken.
#[derive(Clone, Copy)]
pub struct Clock {
    /// Seconds between samples.
    pub step: f64,
    /// How many follow the first one.
    pub count: usize,
}

/// Series that make every demand come true together.
pub fn input(plan: &Plan, env: &Environment, demands: &[Demand], clock: Clock) -> Option<Input> {
    let mut events: Vec<(String, Events)> = Vec::new();
    let mut window: f64 = 0.0;
    for demand in demands {
        let target = resolve(plan, env, demand.what, demand.value, &BTreeMap::new(), 0)?;
        window = window.max(target.window);
        let service = target.source.service.unwrap_or_default();
        let key = format!("{service}/{}", target.source.name);
        match events.iter_mut().find(|(k, _)| *k == key) {
            Some((_, known)) => known.add(&target)?,
            None => events.push((key, Events::new(&target)?)),
        }
    }
    let labels = events
        .first()
        .map(|(_, e)| e.labels.clone())
        .unwrap_or_default();
    let mut series = Vec::new();
    for (_, events) in &events {
        series.extend(events.input(clock)?);
    }
    Some(Input {
        series,
        labels,
        window,
    })
}

/// A series that is there, whatever it says.
pub fn present(plan: &Plan, env: &Environment, expr: &Expr, clock: Clock) -> Option<Input> {
    let source = source(plan, &env.namespace, expr).ok()?;
    let events = Events::present(&source)?;
    Some(Input {
        series: events.input(clock)?,
        labels: events.labels,
        window: 0.0,
    })
}

/// Follows metrics and scales down to the function of one series.
fn resolve<'a>(
    plan: &'a Plan,
    env: &Environment,
    what: &'a Expr,
    value: f64,
    groups: &BTreeMap<String, String>,
    depth: usize,
) -> Option<Target<'a>> {
    let deeper = |expr, value| resolve(plan, env, expr, value, groups, depth + 1);
    match &what.kind {
        ExprKind::Ref(Ref::Metric(id, matchers)) if depth <= plan.metrics.len() * 2 + 16 => {
            let metric = plan.metric(id)?;
            let mut groups = groups.clone();
            for matcher in super::query::group_matchers(matchers) {
                groups.insert(matcher.label.clone(), example::admitted(&[&matcher])?);
            }
            if let Some(by) = &metric.by {
                let first = by
                    .values
                    .first()
                    .cloned()
                    .unwrap_or_else(|| "example".to_string());
                groups.entry(by.id.clone()).or_insert(first);
            }
            for key in &metric.key {
                groups
                    .entry(key.clone())
                    .or_insert_with(|| format!("a-{key}"));
            }
            resolve(plan, env, metric.live.as_ref()?, value, &groups, depth + 1)
        }
        ExprKind::Ref(Ref::Series { .. }) => Some(Target {
            func: Func::Last,
            args: &[],
            source: source(plan, &env.namespace, what).ok()?,
            window: 0.0,
            value,
            groups: groups.clone(),
        }),
        ExprKind::Negate(a) => deeper(a, -value),
        ExprKind::Binary(op, a, b) => {
            let (expr, value) = undone(*op, a, b, value)?;
            deeper(expr, value)
        }
        ExprKind::Call(Func::Every, args) => deeper(args.first()?, value),
        ExprKind::Call(func, args) => Some(Target {
            func: *func,
            args,
            source: source(plan, &env.namespace, args.first()?).ok()?,
            window: window_of(*func, args),
            value,
            groups: groups.clone(),
        }),
        _ => None,
    }
}

/// The measured side of an operation with a constant, and the value it must have.
fn undone<'a>(op: Operator, a: &'a Expr, b: &'a Expr, value: f64) -> Option<(&'a Expr, f64)> {
    let number = |e: &Expr| e.value().and_then(|v| v.as_number());
    let undone = match (op, number(a), number(b)) {
        (Operator::Multiply, None, Some(n)) if n != 0.0 => (a, value / n),
        (Operator::Multiply, Some(n), None) if n != 0.0 => (b, value / n),
        (Operator::Divide, None, Some(n)) => (a, value * n),
        (Operator::Add, None, Some(n)) => (a, value - n),
        (Operator::Add, Some(n), None) => (b, value - n),
        (Operator::Subtract, None, Some(n)) => (a, value + n),
        (Operator::Subtract, Some(n), None) => (b, n - value),
        _ => return None,
    };
    Some(undone)
}
