//! The bound of how a metric compares with earlier samples.
//!
//! Takes the samples of both sides, gives the bound of what the criterion compares: of means, the
//! difference or the ratio of the means. Ranks bound a median only; of a mean they would bound
//! another quantity than the one that is judged.

use super::confidence::{SEED, is_median, level, range};
use super::samples::Observed;
use crate::plan::{Func, Metric};
use crate::stats::clusters::same_items;
use crate::stats::{self, Bound, Interval, Sample, Side, recovery};

/// The bound of `rise`, `drop` or `change` of a metric, by the samples of now and before.
pub fn bound(
    func: Func,
    metric: &Metric,
    (now, before): (&Observed, &Observed),
    confidence: f64,
    side: Side,
) -> Bound {
    match (func, now, before) {
        (Func::Drop, ..) => {
            let rise = bound(Func::Rise, metric, (now, before), confidence, side.other())?;
            Ok(negated(rise))
        }
        (Func::Change, Observed::Rate(a, of), Observed::Rate(b, all)) => {
            stats::bound_of_difference((*a, *of), (*b, *all), confidence, side)
        }
        (_, Observed::Values(now), Observed::Values(before)) if is_median(metric) => match func {
            Func::Change => stats::bound_of_shift(now, before, confidence, side),
            _ => stats::bound_of_rise(now, before, confidence, side),
        },
        (Func::Change, Observed::Values(a), Observed::Values(b)) => {
            paired(metric, (a, b), confidence, side)
                .unwrap_or_else(|| of_means(func, metric, (now, before), confidence, side))
        }
        _ => of_means(func, metric, (now, before), confidence, side),
    }
}

/// Of the same items on both sides: each is compared with itself, so that only their changes vary.
fn paired(
    metric: &Metric,
    (now, before): (&[Sample], &[Sample]),
    confidence: f64,
    side: Side,
) -> Option<Bound> {
    let pairs = same_items(now, before)?;
    let range = range(metric);
    Some(stats::bound_of_paired_change(
        &pairs, range, confidence, side, SEED,
    ))
}

/// Of two independent sets: from the bounds of each.
fn of_means(
    func: Func,
    metric: &Metric,
    (now, before): (&Observed, &Observed),
    confidence: f64,
    side: Side,
) -> Bound {
    let now = |side| level(metric, now, confidence, side);
    let before = |side| level(metric, before, confidence, side);
    match func {
        Func::Change => recovery::difference(&now, &before, side),
        _ => recovery::rise(&now, &before, side),
    }
}

fn negated(bound: Interval) -> Interval {
    Interval {
        low: -bound.high,
        high: -bound.low,
        estimate: -bound.estimate,
        ..bound
    }
}
