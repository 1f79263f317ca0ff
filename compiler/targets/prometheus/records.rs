//! Recording rules: one for each metric with a live source, so that alerts, dashboards and people
//! ask the same series.

use super::names;
use super::promql::{Query, window};
use super::query::{Context, Labels, Lowering, Recorded, window_of};
use crate::plan::{Environment, Expr, ExprKind, Func, Metric, Origin, Plan, Ref};
use crate::source::Span;
use std::collections::BTreeMap;

/// A recorded metric.
#[derive(Clone, Debug)]
pub struct Recording<'a> {
    /// The recorded series' name.
    pub name: String,
    /// What is recorded.
    pub query: Query,
    /// Where the declaration it comes from was written.
    pub span: Span,
    /// What its author says of it.
    pub docs: Option<&'a str>,
}

impl<'a> Recording<'a> {
    /// What a declaration leads to.
    pub fn of(name: String, query: Query, origin: &'a Origin) -> Self {
        Self {
            name,
            query,
            span: origin.span,
            docs: origin.docs.as_deref(),
        }
    }
}

/// What each metric is recorded as, or why it isn't.
pub type Records = BTreeMap<String, Lowering<Recorded>>;

/// Recordings of an environment, each after those that it reads.
pub fn recordings<'a>(
    plan: &'a Plan,
    environment: &'a Environment,
) -> (Vec<Recording<'a>>, Records) {
    let mut records = Records::new();
    let mut recordings: Vec<(&Metric, Recording)> = Vec::new();
    let mut waiting: Vec<&Metric> = plan.metrics.iter().filter(|m| m.live.is_some()).collect();
    while !waiting.is_empty() {
        let (ready, rest): (Vec<_>, Vec<_>) = waiting
            .iter()
            .copied()
            .partition(|m| !reads_any(m, &waiting));
        // Metrics that read each other in a circle are all tried, and refused.
        let now = if ready.is_empty() {
            waiting
        } else {
            ready.clone()
        };
        waiting = if ready.is_empty() { Vec::new() } else { rest };
        for metric in now {
            let result = record(plan, environment, &records, metric);
            let known = result
                .as_ref()
                .map(|(_, r)| r.clone())
                .map_err(Clone::clone);
            records.insert(metric.id.clone(), known);
            recordings.extend(result.ok().map(|(recording, _)| (metric, recording)));
        }
    }
    let position = |id: &str| plan.metrics.iter().position(|m| m.id == id);
    if !recordings.iter().any(|(metric, _)| reads_recorded(metric)) {
        recordings.sort_by_key(|(metric, _)| position(&metric.id));
    }
    let recordings = recordings.into_iter().map(|(_, recording)| recording);
    (recordings.collect(), records)
}

fn metrics_read(metric: &Metric) -> Vec<&str> {
    let refs = metric.live.iter().flat_map(Expr::refs);
    refs.filter_map(|r| match r {
        Ref::Metric(id, _) => Some(id.as_str()),
        _ => None,
    })
    .collect()
}

fn reads_recorded(metric: &Metric) -> bool {
    !metrics_read(metric).is_empty()
}

fn reads_any(metric: &Metric, others: &[&Metric]) -> bool {
    metrics_read(metric)
        .iter()
        .any(|id| others.iter().any(|o| o.id == *id))
}

fn record<'a>(
    plan: &'a Plan,
    environment: &'a Environment,
    records: &Records,
    metric: &'a Metric,
) -> Lowering<(Recording<'a>, Recorded)> {
    let Some(live) = &metric.live else {
        return Err(Box::new(crate::diagnostics::Diagnostic::new(
            crate::diagnostics::Code::NotInPromql,
            metric.origin.span,
            format!("`{}` has no live source", metric.id),
        )));
    };
    let dimension = metric.by.iter().map(|d| d.id.clone());
    let context = Context {
        plan,
        environment,
        records,
        groups: dimension.chain(metric.key.iter().cloned()).collect(),
        version: None,
    };
    let lowered = context.value(live)?;
    let labels = match &lowered.shape.labels {
        Labels::All => vec!["instance".to_string()],
        Labels::Only(labels) => labels.clone(),
    };
    let name = names::recorded(&labels, &metric.id, &operation(live));
    let recording = Recording::of(name.clone(), lowered.query, &metric.origin);
    let shape = lowered.shape;
    Ok((recording, Recorded { name, shape }))
}

/// What was done, in which window: `p95_5m`.
fn operation(live: &Expr) -> String {
    let mut parts: Vec<String> = Vec::new();
    live.walk(&mut |e| {
        let part = match &e.kind {
            ExprKind::Call(Func::Every, _) => None,
            ExprKind::Call(Func::Promql, _) => Some("promql".to_string()),
            ExprKind::Call(Func::Last, _) => Some("last".to_string()),
            ExprKind::Call(func, args) if asks_series(args) => {
                let span = window(window_of(*func, args));
                let bound = match (func, args.get(1)) {
                    (Func::Within, Some(bound)) => {
                        format!("_{}", bound.to_string().replace('.', "_"))
                    }
                    _ => String::new(),
                };
                Some(format!("{}{bound}_{span}", func.name()))
            }
            ExprKind::Call(func, _) => Some(func.name()),
            _ => None,
        };
        if let Some(part) = part.filter(|p| !parts.contains(p)) {
            parts.push(part);
        }
    });
    if parts.is_empty() {
        parts.push("last".to_string());
    }
    parts.join("_")
}

fn asks_series(args: &[Expr]) -> bool {
    matches!(
        args.first().map(|a| &a.kind),
        Some(ExprKind::Ref(Ref::Series { .. }))
    )
}
