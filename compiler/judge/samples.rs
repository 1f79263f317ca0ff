//! The single measurements behind a metric: what a confidence bound needs.

use super::eval::eval;
use super::functions::as_number;
use super::gate::Judge;
use super::lack::{Lack, all};
use super::scope::{Picked, Scope};
use crate::baseline::Summary;
use crate::plan::{Expr, ExprKind, Func, Metric, Operator, Quantity, Ref, Type};
use crate::stats::Sample;

/// Most values that a record keeps.
const MOST_KEPT: usize = 5000;

/// What was observed, one by one.
#[derive(Clone, Debug, PartialEq)]
pub enum Observed {
    /// So many passed, of so many.
    Rate(u64, u64),
    /// Values, in the metric's unit.
    Values(Vec<Sample>),
}

impl Observed {
    /// How many observations there are.
    pub fn count(&self) -> usize {
        match self {
            Observed::Rate(_, of) => usize::try_from(*of).unwrap_or(usize::MAX),
            Observed::Values(values) => values.len(),
        }
    }

    /// As a record keeps it; none if there are too many to keep.
    pub fn summary(&self) -> Option<Summary> {
        match self {
            Observed::Rate(passed, of) => Some(Summary::Rate {
                passed: *passed,
                of: *of,
            }),
            Observed::Values(values) if values.len() <= MOST_KEPT => {
                let pairs = values.iter().map(|s| (s.item.clone(), s.value));
                Some(Summary::Values(pairs.collect()))
            }
            Observed::Values(_) => None,
        }
    }

    /// Kept samples of several runs as one; none if they are of two kinds.
    pub fn of(kept: &[Summary]) -> Option<Self> {
        let mut whole: Option<Self> = None;
        for summary in kept {
            whole = match (whole, summary) {
                (None, Summary::Rate { passed, of }) => Some(Observed::Rate(*passed, *of)),
                (Some(Observed::Rate(a, all)), Summary::Rate { passed, of }) => Some(
                    Observed::Rate(a.checked_add(*passed)?, all.checked_add(*of)?),
                ),
                (None, Summary::Values(pairs)) => Some(Observed::Values(samples_of(pairs))),
                (Some(Observed::Values(mut a)), Summary::Values(pairs)) => {
                    a.extend(samples_of(pairs));
                    Some(Observed::Values(a))
                }
                _ => return None,
            };
        }
        whole
    }

    fn scaled(self, by: f64) -> Result<Self, Lack> {
        match self {
            Observed::Values(mut values) => {
                values.iter_mut().for_each(|sample| sample.value *= by);
                Ok(Observed::Values(values))
            }
            rate if by == 1.0 => Ok(rate),
            Observed::Rate(..) => Err(Lack::new("a multiple of a rate has no samples of its own")),
        }
    }
}

fn samples_of(pairs: &[(Option<String>, f64)]) -> Vec<Sample> {
    let each = pairs.iter().map(|(item, value)| Sample {
        value: *value,
        item: item.clone(),
    });
    each.collect()
}

/// The samples of a metric, in one group if it has groups.
pub fn of_metric(
    judge: &Judge,
    metric: &Metric,
    picked: &Picked,
    group: &str,
) -> Result<Observed, Lack> {
    let Some(report) = &metric.report else {
        let why = format!(
            "metric `{}` has no report to be read in a pipeline",
            metric.id
        );
        return Err(Lack::new(why));
    };
    let behind = Behind {
        judge,
        metric,
        picked,
        group: metric.by.as_ref().map(|by| (by.id.as_str(), group)),
    };
    match behind.expr(report) {
        Ok(observed) => Ok(observed),
        Err(lack) => behind.declared(report).ok_or(lack),
    }
}

struct Behind<'a> {
    judge: &'a Judge<'a>,
    metric: &'a Metric,
    picked: &'a Picked,
    group: Option<(&'a str, &'a str)>,
}

impl Behind<'_> {
    fn expr(&self, expr: &Expr) -> Result<Observed, Lack> {
        match &expr.kind {
            ExprKind::Ref(Ref::Report {
                stage,
                report,
                path,
            }) => {
                let sources = self.judge.sources;
                let cell = self.picked.get(stage).map(String::as_str);
                let cell = cell.filter(|_| sources.by_cell(stage, report));
                let item = self.metric.cluster.as_deref();
                sources.samples((stage, report, path), cell, self.group, item)
            }
            ExprKind::Binary(Operator::Multiply, a, b) => match (a.value(), b.value()) {
                (_, Some(by)) => self.expr(a)?.scaled(by.as_number().unwrap_or(1.0)),
                (Some(by), _) => self.expr(b)?.scaled(by.as_number().unwrap_or(1.0)),
                _ => Err(self.none(expr)),
            },
            ExprKind::Binary(Operator::Divide, a, b) => match b.value().and_then(|v| v.as_number())
            {
                Some(by) if by != 0.0 => self.expr(a)?.scaled(1.0 / by),
                _ => Err(self.none(expr)),
            },
            ExprKind::Call(Func::Mean, args) => {
                let lists = all(args.iter().map(|arg| match self.expr(arg)? {
                    Observed::Values(values) => Ok(values),
                    Observed::Rate(..) => Err(self.none(expr)),
                }))?;
                Ok(Observed::Values(lists.into_iter().flatten().collect()))
            }
            _ => Err(self.none(expr)),
        }
    }

    fn none(&self, expr: &Expr) -> Lack {
        Lack::new(format!(
            "no samples stand behind `{expr}` of metric `{}`",
            self.metric.id
        ))
    }

    /// A share of a number of trials that the metric declares: `samples = 100`, each its own item.
    fn declared(&self, report: &Expr) -> Option<Observed> {
        let ratio = self.metric.ty == Type::Quantity(Quantity::Ratio);
        let of = self.metric.samples.filter(|n| ratio && *n >= 1.0)?;
        if self.metric.repeats.is_some() || self.metric.cluster.is_some() || self.group.is_some() {
            return None;
        }
        let value = eval(report, &Scope::new(self.judge, self.picked)).ok()?;
        let share = as_number(&value, report).ok().filter(|n| n.is_exact())?.low;
        let passed = share * of;
        // A share that is no number of trials was not made of them.
        let whole = (passed - passed.round()).abs() < 1e-6 * of;
        (whole && (0.0..=1.0).contains(&share))
            .then(|| Observed::Rate(passed.round() as u64, of as u64))
    }
}
