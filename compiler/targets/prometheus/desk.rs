//! What others ask of the same series: takes metrics, criteria and objectives of the plan, gives the
//! queries that answer for them in one environment, as text. Dashboards read the recordings that
//! alerts read, so both show the same number.

use super::alerts::live_criteria;
use super::names::kebab;
use super::promql::{Aggregation, Match, Op, OverTime, Query, Selector, one_line};
use super::query::{BASE_LABELS, Context, DEFAULT_WINDOW, Labels, Lowering, Shape, Terms};
use super::records::{Records, recordings};
use super::slo::{self, Budget};
use crate::diagnostics::{Code, Diagnostic};
use crate::plan::{
    Condition, Criterion, Environment, Expr, ExprKind, Func, Gate, Plan, Ref, Series, SeriesKind,
    Slo, Strength, Type,
};

/// An environment's Prometheus.
pub struct Desk<'a> {
    plan: &'a Plan,
    environment: &'a Environment,
    records: Records,
}

/// A query and what it gives.
#[derive(Clone, Debug)]
pub struct Shown {
    /// PromQL on one line.
    pub query: String,
    /// Labels that tell its samples apart, beyond the place and the service.
    pub labels: Vec<String>,
    /// What a sample measures.
    pub measures: Type,
    /// Least and greatest value it can have.
    pub range: (f64, f64),
}

/// A criterion as a value and its limits.
pub struct Compared<'a> {
    /// The gate it is of.
    pub gate: &'a Gate,
    /// The criterion.
    pub criterion: &'a Criterion,
    /// What must hold.
    pub expr: &'a Expr,
    /// What is measured.
    pub what: &'a Expr,
    /// Whether more is worse.
    pub more_is_worse: bool,
    /// Where it breaks.
    pub limit: f64,
    /// Where it begins to warn.
    pub near: Option<f64>,
}

impl<'a> Desk<'a> {
    /// The desk of an environment.
    pub fn new(plan: &'a Plan, environment: &'a Environment) -> Self {
        let (_, records) = recordings(plan, environment);
        Self {
            plan,
            environment,
            records,
        }
    }

    fn context(&self, groups: &[String]) -> Context<'_, '_> {
        Context {
            plan: self.plan,
            environment: self.environment,
            records: &self.records,
            groups: groups.to_vec(),
            version: None,
        }
    }

    /// A value, apart for each value of the given labels.
    pub fn value(&self, expr: &Expr, split: &[String]) -> Lowering<Shown> {
        let context = self.context(split);
        // What is recorded has lost the label: its source is asked instead.
        let source = match &expr.kind {
            ExprKind::Ref(Ref::Metric(id, _)) if !split.is_empty() => {
                self.plan.metric(id).and_then(|m| m.live.as_ref())
            }
            _ => None,
        };
        let lowered = context.value(source.unwrap_or(expr))?;
        let measures = context.type_of(expr);
        Ok(shown(&lowered.query, &lowered.shape, measures))
    }

    /// The distribution of a histogram that an expression asks.
    pub fn distribution(&self, expr: &Expr) -> Lowering<Shown> {
        let context = self.context(&[]);
        let mut asked = Vec::new();
        histograms(self.plan, expr, 0, &mut asked);
        let found = asked.into_iter().find_map(|e| {
            let source = context.source(e).ok()?;
            (source.kind() == Some(SeriesKind::Histogram)).then_some(source)
        });
        let Some(source) = found else {
            // What can't be asked at all says so itself.
            context.value(expr)?;
            return Err(Box::new(
                Diagnostic::new(
                    Code::NotInPromql,
                    expr.span,
                    "a heatmap shows a distribution, and this is one value",
                )
                .label("no histogram is asked here")
                .help("show a metric of a histogram, or leave `as = heatmap` out"),
            ));
        };
        let measures = source.series.map_or(Type::Unknown, |s| s.unit.clone());
        let buckets = Query::Over(OverTime::Rate, source.part("_bucket"), DEFAULT_WINDOW);
        let query = buckets.aggregate(Aggregation::Sum, &["le".to_string()]);
        Ok(Shown {
            query: one_line(&query),
            labels: vec!["le".to_string()],
            measures,
            range: (0.0, f64::INFINITY),
        })
    }

    /// Live criteria of a gate and its parts, where each is a value against a limit.
    pub fn criteria(&self, gate: &str) -> Vec<Compared<'a>> {
        let criteria = live_criteria(self.plan, gate).into_iter();
        criteria
            .filter_map(|(gate, criterion)| self.compared(gate, criterion))
            .collect()
    }

    fn compared(&self, gate: &'a Gate, criterion: &'a Criterion) -> Option<Compared<'a>> {
        let Condition::Holds(expr) = &criterion.condition else {
            return None;
        };
        let records = &self.records;
        let context: Context<'a, '_> = Context {
            plan: self.plan,
            environment: self.environment,
            records,
            groups: Vec::new(),
            version: None,
        };
        let broken = context.condition(expr, true).ok()?;
        let Some(Terms::Compare {
            what, op, limit, ..
        }) = broken.terms
        else {
            return None;
        };
        let near = match criterion.strength {
            Strength::Require { warn } => warn,
            Strength::Score { .. } => None,
        };
        let more_is_worse = match op {
            Op::Greater | Op::GreaterEqual => true,
            Op::Less | Op::LessEqual => false,
            _ => return None,
        };
        Some(Compared {
            gate,
            criterion,
            expr,
            what,
            more_is_worse,
            limit,
            near,
        })
    }

    /// Whether a metric is measured on this service alone.
    pub fn is_of(&self, metric: &str, service: &str) -> bool {
        let recorded = self.records.get(metric).and_then(|r| r.as_ref().ok());
        let own = kebab(service);
        recorded.is_some_and(|r| r.shape.jobs.len() == 1 && r.shape.jobs.contains(&own))
    }

    /// Whether a metric reads this series of a service.
    pub fn is_read(&self, service: &str, series: &str) -> bool {
        let live = self.plan.metrics.iter().filter_map(|m| m.live.as_ref());
        live.flat_map(Expr::refs).any(
            |r| matches!(r, Ref::Series { service: s, name, .. } if s == service && name == series),
        )
    }

    /// How much happens in a series, or how much of it there is.
    pub fn activity(&self, service: &str, series: &Series) -> Lowering<Shown> {
        let span = series.origin.span;
        let asked = Expr {
            kind: ExprKind::Ref(Ref::Series {
                service: service.to_string(),
                name: series.id.clone(),
                matchers: Vec::new(),
            }),
            ty: Type::Series,
            span,
        };
        let (func, ty) = match series.kind {
            SeriesKind::Gauge => (Func::Max, series.unit.clone()),
            _ => (Func::RateOf, Type::Quantity(crate::plan::Quantity::Rate)),
        };
        let expr = Expr {
            kind: ExprKind::Call(func, vec![asked]),
            ty: ty.clone(),
            span,
        };
        let lowered = self.context(&[]).value(&expr)?;
        Ok(shown(&lowered.query, &lowered.shape, ty))
    }

    /// Alerts that fire.
    pub fn firing(&self) -> String {
        one_line(&Query::Instant(Selector {
            name: "ALERTS".to_string(),
            matchers: vec![
                Match::equal("alertstate", "firing"),
                Match::equal("environment", &self.environment.id),
            ],
        }))
    }

    /// What is left of each budget of an objective, and how fast it burns.
    pub fn budgets(&self, slo: &Slo) -> Lowering<Vec<Burning>> {
        let budgets = slo::budgets(&self.context(&[]), slo)?;
        Ok(budgets.into_iter().map(Burning::of).collect())
    }
}

/// A budget, as queries.
pub struct Burning {
    /// `99% over 30d`
    pub title: String,
    /// The share that is left.
    pub left: String,
    /// How many times too fast it burns.
    pub burn: String,
    /// From how many times on somebody is told: the slowest and the fastest.
    pub factors: (f64, f64),
    /// Labels that tell samples apart, beyond the place and the service.
    pub labels: Vec<String>,
}

impl Burning {
    fn of(budget: Budget) -> Self {
        Self {
            title: budget.title,
            left: one_line(&budget.left),
            burn: one_line(&budget.burn),
            factors: budget.factors,
            labels: own_labels(&budget.labels),
        }
    }
}

fn shown(query: &Query, shape: &Shape, measures: Type) -> Shown {
    Shown {
        query: one_line(query),
        labels: own_labels(&shape.labels),
        measures,
        range: shape.range,
    }
}

fn own_labels(labels: &Labels) -> Vec<String> {
    let names = labels.names().iter();
    let own = names.filter(|l| !BASE_LABELS.contains(&l.as_str()));
    own.cloned().collect()
}

/// Series that an expression asks, through metrics too.
fn histograms<'e>(plan: &'e Plan, expr: &'e Expr, depth: usize, found: &mut Vec<&'e Expr>) {
    match &expr.kind {
        ExprKind::Ref(Ref::Series { .. }) => found.push(expr),
        ExprKind::Ref(Ref::Metric(id, _)) if depth <= plan.metrics.len() => {
            if let Some(live) = plan.metric(id).and_then(|m| m.live.as_ref()) {
                histograms(plan, live, depth + 1, found);
            }
        }
        ExprKind::Binary(_, a, b) => {
            histograms(plan, a, depth, found);
            histograms(plan, b, depth, found);
        }
        ExprKind::Call(_, args) => args.iter().for_each(|a| histograms(plan, a, depth, found)),
        _ => {}
    }
}
