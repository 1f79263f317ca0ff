//! The bootstrap: how much a statistic varies, seen from resamples of the units themselves.
//!
//! Takes units and a statistic of them. A unit is what is independent: a value, a pair of numerator
//! and denominator, or a whole cluster of values, which is then the cluster bootstrap. The same seed
//! gives the same interval.

use super::quantiles::{ascending, sample_quantile};
use super::random::Random;
use super::result::{at_least, share};
use super::special::{normal_cdf, normal_quantile};
use super::{Bound, Interval, Side, Undecidable, Why};

/// Resamples, unless a caller knows better: the error they add to an end is about 1/40 of the
/// interval's own half width.
pub const RESAMPLES: usize = 4_000;

/// How to resample.
#[derive(Debug, Clone, Copy)]
pub struct Plan {
    /// How sure, in (0, 1).
    pub confidence: f64,
    /// Which ends.
    pub side: Side,
    /// How often.
    pub resamples: usize,
    /// What the random numbers start from.
    pub seed: u64,
}

/// The bias-corrected and accelerated interval: the quantiles `Φ(z₀ + (z₀+z)/(1 - a(z₀+z)))` of the
/// resampled statistic, where z₀ is how far its median lies off and a how its deviation changes with
/// the truth, from leaving out each unit once: `Σd³ / 6(Σd²)^{3/2}`.
///
/// Source: B. Efron, JASA 82 (1987) 171; B. Efron, R. Tibshirani, An Introduction to the Bootstrap
/// (1993) §14.3.
///
/// # Errors
/// Fewer than two units, a statistic that is never different or not finite, no resamples, or a
/// confidence outside (0, 1).
pub fn bca<T: Clone>(units: &[T], statistic: impl Fn(&[T]) -> f64, plan: Plan) -> Bound {
    share(plan.confidence)?;
    at_least(units.len(), 2)?;
    let estimate = statistic(units);
    let resampled = resample(units, &statistic, plan)?;
    let all_alike = resampled.first() == resampled.last();
    if all_alike || !estimate.is_finite() {
        let why = if all_alike {
            Why::AllAlike
        } else {
            Why::NotFinite
        };
        return Err(why.into());
    }
    let bias = bias(&resampled, estimate);
    let acceleration = acceleration(units, &statistic);
    let end = |z: f64| {
        let moved = bias + z;
        let share = normal_cdf(bias + moved / (1.0 - acceleration * moved));
        sample_quantile(&resampled, share)
    };
    let z = -normal_quantile(plan.side.error(plan.confidence));
    let all = (f64::NEG_INFINITY, f64::INFINITY);
    let (low, high) = plan.side.ends((end(-z), end(z)), all);
    if low.is_nan() || high.is_nan() {
        return Err(Why::NotFinite.into());
    }
    Ok(Interval {
        low,
        high,
        estimate,
        n: units.len() as u64,
        effective_n: units.len() as f64,
        method: "BCa bootstrap",
    })
}

/// The statistic of each resample, ascending.
fn resample<T: Clone>(
    units: &[T],
    statistic: impl Fn(&[T]) -> f64,
    plan: Plan,
) -> Result<Vec<f64>, Undecidable> {
    let mut random = Random::new(plan.seed);
    let mut drawn: Vec<T> = units.to_vec();
    let mut found = Vec::with_capacity(plan.resamples);
    for _ in 0..plan.resamples {
        for slot in &mut drawn {
            if let Some(unit) = units.get(random.below(units.len())) {
                slot.clone_from(unit);
            }
        }
        found.push(statistic(&drawn));
    }
    super::result::finite(&found)?;
    found.sort_unstable_by(f64::total_cmp);
    Ok(found)
}

/// The normal deviate of the share of resamples below the estimate; those equal count half.
fn bias(sorted: &[f64], estimate: f64) -> f64 {
    let below = sorted.partition_point(|v| *v < estimate) as f64;
    let up_to = sorted.partition_point(|v| *v <= estimate) as f64;
    normal_quantile((below + up_to) / (2.0 * sorted.len() as f64))
}

/// How skewed the statistic's reaction to a single unit is; 0 if it reacts to none.
fn acceleration<T: Clone>(units: &[T], statistic: impl Fn(&[T]) -> f64) -> f64 {
    let mut rest: Vec<T> = units.iter().skip(1).cloned().collect();
    let mut left_out = Vec::with_capacity(units.len());
    for (index, unit) in units.iter().enumerate() {
        // Now `rest` lacks this unit.
        left_out.push(statistic(&rest));
        if let Some(slot) = rest.get_mut(index) {
            slot.clone_from(unit);
        }
    }
    let mean = mean(&left_out);
    let (mut squares, mut cubes) = (0.0, 0.0);
    for value in &left_out {
        let off = mean - value;
        squares += off * off;
        cubes += off * off * off;
    }
    let scale = 6.0 * squares * libm::sqrt(squares);
    if scale > 0.0 { cubes / scale } else { 0.0 }
}

/// The arithmetic mean; NaN of nothing.
pub fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len() as f64
}

/// The sample quantile of type 7, of values in any order.
pub fn quantile(values: &[f64], q: f64) -> f64 {
    sample_quantile(&ascending(values), q)
}

/// The middle value.
pub fn median(values: &[f64]) -> f64 {
    quantile(values, 0.5)
}

/// The sum of the first over the sum of the second.
pub fn ratio(pairs: &[(f64, f64)]) -> f64 {
    let (above, below) = pairs
        .iter()
        .fold((0.0, 0.0), |(a, b), (x, y)| (a + x, b + y));
    above / below
}

/// The mean over all values of all clusters; for [`bca`] with clusters as units.
pub fn mean_of_clusters<C: AsRef<[f64]>>(clusters: &[C]) -> f64 {
    let (mut sum, mut count) = (0.0, 0_usize);
    for cluster in clusters {
        let values = cluster.as_ref();
        sum += values.iter().sum::<f64>();
        count += values.len();
    }
    sum / count as f64
}
