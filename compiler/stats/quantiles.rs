//! Quantiles, and bounds of them that hold for every distribution.
//!
//! Takes independent values in any order. Bounds are observed values: an order statistic lies above
//! the quantile as surely as a coin with chance `q` falls so often.

use super::result::{finite, share};
use super::special::{binomial_cdf, binomial_tail};
use super::{Bound, Interval, Side, Undecidable, Why};

/// The sample quantile of type 7 (R's and NumPy's default): with `h = (n-1) q`,
/// `x₍⌊h⌋₊₁₎ + (h - ⌊h⌋)(x₍⌊h⌋₊₂₎ - x₍⌊h⌋₊₁₎)`. NaN without values.
///
/// Source: R. J. Hyndman, Y. Fan, The American Statistician 50 (1996) 361.
pub fn sample_quantile(sorted: &[f64], q: f64) -> f64 {
    let last = sorted.len().saturating_sub(1);
    let place = last as f64 * q.clamp(0.0, 1.0);
    let below = libm::floor(place) as usize;
    let at = |i: usize| sorted.get(i.min(last)).copied().unwrap_or(f64::NAN);
    let (low, high) = (at(below), at(below + 1));
    low + (place - below as f64) * (high - low)
}

/// The same values in ascending order.
pub(super) fn ascending(values: &[f64]) -> Vec<f64> {
    let mut sorted = values.to_vec();
    sorted.sort_unstable_by(f64::total_cmp);
    sorted
}

/// The order statistics that bound the `q`-quantile ξ: `low = x₍r₎` with the greatest r for which
/// P(B ≥ r) ≥ 1-α, `high = x₍s₎` with the least s for which P(B < s) ≥ 1-α, B binomial(n, q).
/// Ties only make it safer.
///
/// Source: H. A. David, H. N. Nagaraja, Order Statistics (2003) §7.1; W. J. Conover, Practical
/// Nonparametric Statistics (1999) §3.2.
///
/// # Errors
/// Fewer than [`samples_needed`] values, no finite ones, or a quantile or confidence outside (0, 1).
pub fn order_statistics(values: &[f64], q: f64, confidence: f64, side: Side) -> Bound {
    share(q)?;
    share(confidence)?;
    finite(values)?;
    let sorted = ascending(values);
    let n = sorted.len() as u64;
    let ends = ranks(n, q, confidence, side).ok_or_else(|| Undecidable {
        why: Why::TooFew,
        needs: samples_needed(q, confidence, side),
    })?;
    let at = |rank: u64| {
        let index = rank.saturating_sub(1) as usize;
        sorted.get(index).copied().unwrap_or(f64::NAN)
    };
    let all = (f64::NEG_INFINITY, f64::INFINITY);
    let (low, high) = side.ends((at(ends.0), at(ends.1)), all);
    Ok(Interval {
        low,
        high,
        estimate: sample_quantile(&sorted, q),
        n,
        effective_n: n as f64,
        method: "order statistics",
    })
}

/// The ranks, from 1, of the order statistics that bound the quantile; an end that isn't asked is
/// the outermost. `None` if there are too few.
pub fn ranks(n: u64, q: f64, confidence: f64, side: Side) -> Option<(u64, u64)> {
    let error = side.error(confidence) + 1e-12;
    // P(B < r) grows with r.
    let low = last_where(n, |r| binomial_cdf(r - 1, n, q) <= error);
    // P(B ≥ s) falls with s.
    let high = last_where(n, |s| binomial_tail(s, n, q) > error).map_or(Some(1), |s| {
        let above = s + 1;
        (above <= n).then_some(above)
    });
    match side {
        Side::Low => Some((low?, n)),
        Side::High => Some((1, high?)),
        Side::Both => Some((low?, high?)),
    }
}

/// The greatest rank from 1 to `n` for which it holds; it holds for all below.
fn last_where(n: u64, holds: impl Fn(u64) -> bool) -> Option<u64> {
    if n == 0 || !holds(1) {
        return None;
    }
    let (mut low, mut high) = (1, n);
    while low < high {
        let middle = low + (high - low).div_ceil(2);
        if holds(middle) {
            low = middle;
        } else {
            high = middle - 1;
        }
    }
    Some(low)
}

/// The fewest values with which the quantile can be bounded: the high end needs `qⁿ ≤ α`, the low
/// end `(1-q)ⁿ ≤ α`. `None` outside (0, 1).
pub fn samples_needed(q: f64, confidence: f64, side: Side) -> Option<u64> {
    share(q).and(share(confidence)).ok()?;
    let log_error = libm::log(side.error(confidence));
    let fewest = |log: f64| libm::ceil(log_error / log - 1e-9) as u64;
    let (low, high) = (fewest(libm::log1p(-q)), fewest(libm::log(q)));
    Some(match side {
        Side::Low => low,
        Side::High => high,
        Side::Both => low.max(high),
    })
}
