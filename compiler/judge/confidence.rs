//! Criteria with a confidence or a least number of samples: what holds only by chance doesn't.
//!
//! The bound on the limit's side decides. It holds the limit: pass. The measured value itself
//! misses it: fail. The value holds it and the bound doesn't: undecided, and the message says how
//! many samples would do if they went on as they did.

use super::changed;
use super::compare::case_of;
use super::criterion::{quantity, shown};
use super::eval::eval;
use super::functions::as_number;
use super::gate::Judge;
use super::lack::{Lack, all};
use super::number::Num;
use super::numbers::{self, Measure};
use super::past::{self, Groups};
use super::result::Item;
use super::samples::{Observed, of_metric};
use super::scope::{Picked, Scope};
use crate::evidence::quote;
use crate::plan::{
    Criterion, Expr, ExprKind, Func, Metric, Operator, PathSegment, Quantity, Ref, Type, Verdict,
};
use crate::stats::{self, Bound, Side, Undecidable};

/// The bootstrap draws the same for everyone.
pub const SEED: u64 = 0x6761_7465;
/// Most samples that are worth naming.
const MOST: u64 = 10_000_000;

/// One number that is asked for: of a metric, in one group.
struct Asked<'a> {
    judge: &'a Judge<'a>,
    picked: &'a Picked,
    criterion: &'a Criterion,
    func: Option<Func>,
    metric: &'a Metric,
    group: &'a str,
    op: Operator,
    limit: Num,
}

/// A criterion's verdict by its confidence and its least number of samples.
pub fn verdict(
    judge: &Judge,
    criterion: &Criterion,
    expr: &Expr,
    picked: &Picked,
    item: &mut Item,
) -> Result<Verdict, Lack> {
    let ExprKind::Binary(op, left, right) = &expr.kind else {
        return Err(not_one(expr));
    };
    use Operator::{Greater, GreaterEqual, Less, LessEqual};
    let (func, of) = subject(left);
    if !matches!(op, Greater | GreaterEqual | Less | LessEqual) {
        return Err(not_one(expr));
    }
    let scope = Scope::new(judge, picked);
    let limit = eval(right, &scope)?;
    let (metric, groups) = past::measured(judge, &scope, of)?;
    let groups = match groups {
        Groups::One(group, _) => vec![group],
        Groups::Many(groups) => groups.into_iter().map(|(group, _)| group).collect(),
    };
    let each = groups.iter().map(|group| {
        let limit = as_number(case_of(group, (right, &limit))?, right)?;
        let asked = Asked {
            judge,
            picked,
            criterion,
            func,
            metric,
            group,
            op: *op,
            limit,
        };
        asked.verdict(item)
    });
    let verdicts = all(each.collect::<Vec<_>>())?;
    let fails = verdicts.contains(&Verdict::Fail);
    Ok(if fails { Verdict::Fail } else { Verdict::Pass })
}

/// The metric in `m`, `every(m)`, `rise(m)`, and what is asked of it.
fn subject(left: &Expr) -> (Option<Func>, &Expr) {
    match &left.kind {
        ExprKind::Call(Func::Every, args) => args.first().map_or((None, left), subject),
        ExprKind::Call(func @ (Func::Rise | Func::Drop | Func::Change), args) => {
            args.first().map_or((None, left), |of| (Some(*func), of))
        }
        _ => (None, left),
    }
}

fn not_one(expr: &Expr) -> Lack {
    Lack::new(format!(
        "`{expr}` is no comparison of one metric with a limit, so it has no samples to count"
    ))
}

impl Asked<'_> {
    fn verdict(&self, item: &mut Item) -> Result<Verdict, Lack> {
        let observed = of_metric(self.judge, self.metric, self.picked, self.group);
        self.enough(&observed)?;
        let Some(confidence) = self.criterion.confidence else {
            return Ok(Verdict::Pass);
        };
        let observed = observed?;
        let bound = self
            .bound(&observed, confidence)
            .map_err(|lack| self.named(lack))?;
        let end = match self.side() {
            Side::Low => bound.low,
            _ => bound.high,
        };
        let unit = match self.func {
            Some(Func::Rise | Func::Drop) => Quantity::Ratio,
            _ => quantity(&self.metric.ty),
        };
        let measure = |number: Num| Measure {
            number,
            quantity: unit.clone(),
        };
        item.numbers.bounds.push(numbers::Bound {
            group: Some(self.group.to_string()).filter(|g| !g.is_empty()),
            confidence,
            estimate: measure(Num::exact(bound.estimate)),
            interval: measure(Num {
                low: bound.low,
                high: bound.high,
            }),
            n: usize::try_from(bound.n).unwrap_or(usize::MAX),
            effective_n: bound.effective_n,
            method: bound.method.to_string(),
        });
        let holds = |number: f64| Num::exact(number).compare(self.op, self.limit);
        match (holds(end), holds(bound.estimate)) {
            (Some(true), _) => Ok(Verdict::Pass),
            (_, Some(false)) => Ok(Verdict::Fail),
            _ => Err(self.too_few(&bound, end, &observed, confidence, &unit)),
        }
    }

    /// The end of the interval that must hold the limit.
    fn side(&self) -> Side {
        match self.op {
            Operator::Greater | Operator::GreaterEqual => Side::Low,
            _ => Side::High,
        }
    }

    /// At least as many samples as the criterion asks for, and as the metric declares.
    fn enough(&self, observed: &Result<Observed, Lack>) -> Result<(), Lack> {
        let there = match (observed, self.metric.samples) {
            (Ok(observed), _) => observed.count() as f64,
            // A report that only says one number is taken at the metric's word.
            (Err(_), Some(declared)) => declared,
            (Err(lack), None) => return Err(lack.clone()),
        };
        let declared = self.metric.samples.unwrap_or(0.0);
        let needed = self.criterion.samples.unwrap_or(0.0).max(declared);
        match there < needed {
            true => Err(Lack::new(format!(
                "{} has {there} samples, and {needed} are asked for",
                self.name()
            ))),
            false => Ok(()),
        }
    }

    fn name(&self) -> String {
        match self.group {
            "" => format!("`{}`", self.metric.id),
            group => format!("`{}` of {}", self.metric.id, quote(group)),
        }
    }

    fn named(&self, lack: Undecidable) -> Lack {
        Lack::new(format!(
            "{} can't be told with this confidence: {lack}",
            self.name()
        ))
    }

    fn bound(&self, observed: &Observed, confidence: f64) -> Bound {
        match self.func {
            None => level(self.metric, observed, confidence, self.side()),
            Some(func) => {
                let before = past::samples_before(self.judge, self.picked, self.metric, self.group);
                let before = before.ok_or(stats::Why::NoData)?;
                changed::bound(
                    func,
                    self.metric,
                    (observed, &before),
                    confidence,
                    self.side(),
                )
            }
        }
    }

    fn too_few(
        &self,
        bound: &stats::Interval,
        end: f64,
        observed: &Observed,
        confidence: f64,
        unit: &Quantity,
    ) -> Lack {
        let ty = Type::Quantity(unit.clone());
        let show = |number: f64| shown(Num::exact(number), &ty, Some(self.limit));
        let word = match self.side() {
            Side::Low => "at least",
            _ => "at most",
        };
        let would_do = self.would_do(bound, end, observed, confidence);
        let would_do = match would_do {
            Some(n) => format!("about {n} samples would do, if they went on like that"),
            None => "no number of samples would do, if they went on like that".to_string(),
        };
        Lack::new(format!(
            "{} is {}, and its {} samples show no more than {word} {} with {} confidence: {would_do}",
            self.name(),
            show(bound.estimate),
            bound.n,
            show(end),
            shown(
                Num::exact(confidence),
                &Type::Quantity(Quantity::Ratio),
                None
            ),
        ))
    }

    /// How many samples would decide, with the same share or the same spread.
    fn would_do(
        &self,
        bound: &stats::Interval,
        end: f64,
        observed: &Observed,
        confidence: f64,
    ) -> Option<u64> {
        let margin = (bound.estimate - self.limit.low).abs();
        if margin <= 0.0 {
            return None;
        }
        if let (Observed::Rate(passed, of), None) = (observed, self.func) {
            let enough = |n: u64| {
                let share = *passed as f64 / (*of).max(1) as f64;
                let again =
                    stats::bound_of_rate((share * n as f64) as u64, n, confidence, self.side());
                again.is_ok_and(|b| {
                    let end = if self.side() == Side::Low {
                        b.low
                    } else {
                        b.high
                    };
                    Num::exact(end).compare(self.op, self.limit) == Some(true)
                })
            };
            return first(*of, enough);
        }
        // The half-width shrinks with the root of the number.
        let width = (bound.estimate - end).abs();
        let times = (width / margin) * (width / margin);
        let n = (bound.n as f64 * times).ceil();
        (n.is_finite() && n <= MOST as f64).then_some(n as u64)
    }
}

/// The least number above `from` that is enough, to a twentieth.
fn first(from: u64, enough: impl Fn(u64) -> bool) -> Option<u64> {
    let mut n = from.max(1);
    while n <= MOST {
        n = n.saturating_add((n / 20).max(1));
        if enough(n) {
            return Some(n);
        }
    }
    None
}

/// The bound of what a metric is.
pub fn level(metric: &Metric, observed: &Observed, confidence: f64, side: Side) -> Bound {
    let values = match observed {
        Observed::Rate(passed, of) => return stats::bound_of_rate(*passed, *of, confidence, side),
        Observed::Values(values) => values,
    };
    if is_median(metric) {
        let values: Vec<f64> = values.iter().map(|s| s.value).collect();
        return stats::bound_of_quantile(&values, 0.5, confidence, side);
    }
    let yes_or_no = values.iter().all(|s| s.value == 0.0 || s.value == 1.0);
    let ratio = metric.ty == Type::Quantity(Quantity::Ratio);
    match range(metric) {
        Some(_) if ratio && yes_or_no => stats::bound_of_rate_by_item(values, confidence, side),
        Some(range) => stats::bound_of_mean_within(values, range, confidence, side),
        None => stats::bound_of_mean(values, confidence, side, SEED),
    }
}

/// What a metric's values can't leave; a ratio always has such a range.
pub fn range(metric: &Metric) -> Option<(f64, f64)> {
    let ratio = metric.ty == Type::Quantity(Quantity::Ratio);
    metric.range.or(ratio.then_some((0.0, 1.0)))
}

/// Whether a metric is a report's median of what it measured: a bound of the mean is another's.
pub fn is_median(metric: &Metric) -> bool {
    let refs = metric.report.iter().flat_map(Expr::refs);
    refs.into_iter().any(|of| match of {
        Ref::Report { path, .. } => {
            matches!(path.last(), Some(PathSegment::Field(name)) if name == "median")
        }
        _ => false,
    })
}
