//! Two samples compared by ranks: whether one lies above the other, and by how much.
//!
//! Takes independent values of both, gives p-values and bounds that ask for no distribution, only
//! that both have the same shape: shifted by a constant, or multiplied by one.

use super::quantiles::ascending;
use super::result::{finite, share};
use super::special::{normal_cdf, normal_quantile};
use super::{Bound, Interval, Side, Undecidable, Why};

/// Up to so many pairs the distribution of U is counted out; above, the normal curve is closer than
/// any tie.
const COUNTED: usize = 900;

/// The chance of a U at least as high (`current` above `baseline`), if both came from one
/// distribution: exact without ties up to 900 pairs, else normal with the correction for ties and
/// continuity. NaN if either is empty or not finite.
///
/// Source: H. B. Mann, D. R. Whitney, Annals of Mathematical Statistics 18 (1947) 50.
pub fn mann_whitney(current: &[f64], baseline: &[f64]) -> f64 {
    if finite(current).and(finite(baseline)).is_err() {
        return f64::NAN;
    }
    let (u, ties) = statistic(current, baseline);
    let (n, m) = (current.len(), baseline.len());
    if ties == 0.0 && n.saturating_mul(m) <= COUNTED {
        // U is whole, and its distribution symmetric: P(U ≥ u) = P(U ≤ nm - u).
        let index = n * m - u as usize;
        let below = lower_tails(n, m);
        return below.get(index).copied().unwrap_or(1.0).min(1.0);
    }
    let (n, m) = (n as f64, m as f64);
    let all = n + m;
    let variance = n * m / 12.0 * (all + 1.0 - ties / (all * (all - 1.0)));
    if variance <= 0.0 {
        return 1.0;
    }
    normal_cdf(-(u - n * m / 2.0 - 0.5) / libm::sqrt(variance))
}

/// How many pairs have the first above the second, equal ones by half; and `Σ(t³-t)` over ties.
fn statistic(current: &[f64], baseline: &[f64]) -> (f64, f64) {
    let sorted = ascending(baseline);
    let u = current.iter().map(|x| {
        let below = sorted.partition_point(|y| y < x);
        let up_to = sorted.partition_point(|y| y <= x);
        (below + up_to) as f64 / 2.0
    });
    let u = u.sum();
    let mut all = ascending(current);
    all.extend_from_slice(&sorted);
    all.sort_unstable_by(f64::total_cmp);
    let ties = all.chunk_by(|a, b| a == b).map(|tie| {
        let t = tie.len() as f64;
        t * t * t - t
    });
    (u, ties.sum())
}

/// P(U ≤ u) for each u: how many ways there are to choose n ranks of n+m with each sum.
fn lower_tails(n: usize, m: usize) -> Vec<f64> {
    let pairs = n * m;
    // chances[k][u] after so many values: k of them current, u pairs won.
    let mut ways = vec![vec![0.0_f64; pairs + 1]; n + 1];
    if let Some(start) = ways.first_mut().and_then(|row| row.first_mut()) {
        *start = 1.0;
    }
    for value in 0..n + m {
        for k in (1..=n.min(value + 1)).rev() {
            // The value is the k-th current one, so it beats all baseline values before it.
            let beaten = value + 1 - k;
            let [.., before, row] = ways.get_mut(..=k).unwrap_or_default() else {
                continue;
            };
            for (to, from) in row.iter_mut().skip(beaten).zip(before.iter()) {
                *to += from;
            }
        }
    }
    let counts = ways.pop().unwrap_or_default();
    let all: f64 = counts.iter().sum();
    let mut sum = 0.0;
    let tails = counts.iter().map(|count| {
        sum += count;
        sum / all
    });
    tails.collect()
}

/// Which of the ordered pairwise differences bounds the shift, from 1: the greatest c with
/// P(U < c) ≤ α. 0 if there are too few pairs.
fn rank(n: usize, m: usize, error: f64) -> u64 {
    let pairs = n.saturating_mul(m);
    if pairs <= COUNTED {
        let tails = lower_tails(n, m);
        return tails.partition_point(|tail| *tail <= error + 1e-12) as u64;
    }
    let (n, m) = (n as f64, m as f64);
    let deviation = libm::sqrt(n * m / 12.0 * (n + m + 1.0));
    let place = n * m / 2.0 + normal_quantile(error) * deviation - 0.5;
    libm::floor(place + 1.0).max(0.0) as u64
}

/// The fewest per side with which both ends, or the one asked, can be bounded:
/// `1 / C(2n, n) ≤ α`.
pub fn samples_needed(confidence: f64, side: Side) -> Option<u64> {
    share(confidence).ok()?;
    let error = side.error(confidence) + 1e-12;
    let mut chance = 1.0;
    (1..=500_u64).find(|n| {
        let n = *n as f64;
        // C(2n, n) = C(2n-2, n-1) · 2(2n-1)/n
        chance *= n / (2.0 * (2.0 * n - 1.0));
        chance <= error
    })
}

/// The shift of Hodges and Lehmann: the median of all differences `current - baseline`, with the
/// bounds that turn the Mann-Whitney test around: the c-th lowest and highest difference, where
/// P(U < c) ≤ α. Exact up to 900 pairs; with ties the error is at most that.
///
/// Source: J. L. Hodges, E. L. Lehmann, Annals of Mathematical Statistics 34 (1963) 598; with ties:
/// G. E. Noether, JASA 62 (1967) 184.
///
/// # Errors
/// Too few per side ([`samples_needed`]), no finite values, or a confidence outside (0, 1).
pub fn shift(current: &[f64], baseline: &[f64], confidence: f64, side: Side) -> Bound {
    let ends = (f64::NEG_INFINITY, f64::INFINITY);
    pairwise(current, baseline, (confidence, side), |x, y| x - y, ends)
}

/// The same for a factor, as a share: the median of all ratios `current / baseline`, less one.
///
/// The bounds hold for the factor itself, so the baseline's own noise is in them; a shift divided by
/// the baseline's median would leave that out.
///
/// # Errors
/// As [`shift`], or a value that isn't above 0.
pub fn rise(current: &[f64], baseline: &[f64], confidence: f64, side: Side) -> Bound {
    finite(current)?;
    finite(baseline)?;
    if current.iter().chain(baseline).any(|v| *v <= 0.0) {
        return Err(Why::NotPositive.into());
    }
    let ends = (0.0, f64::INFINITY);
    let bound = pairwise(current, baseline, (confidence, side), |x, y| x / y, ends)?;
    Ok(Interval {
        low: bound.low - 1.0,
        high: bound.high - 1.0,
        estimate: bound.estimate - 1.0,
        method: "Hodges-Lehmann ratio",
        ..bound
    })
}

/// Bounds from the ordered values of `of`, which grows with the first and falls with the second.
fn pairwise(
    current: &[f64],
    baseline: &[f64],
    (confidence, side): (f64, Side),
    of: impl Fn(f64, f64) -> f64 + Copy,
    ends: (f64, f64),
) -> Bound {
    share(confidence)?;
    finite(current)?;
    finite(baseline)?;
    let (now, before) = (ascending(current), ascending(baseline));
    let (n, m) = (now.len(), before.len());
    let pairs = n as u64 * m as u64;
    let c = rank(n, m, side.error(confidence));
    if c == 0 {
        let (why, needs) = (Why::TooFew, samples_needed(confidence, side));
        return Err(Undecidable { why, needs });
    }
    let at = |rank: u64| select(&now, &before, of, rank);
    let middle = (at(pairs.div_ceil(2)) + at(pairs / 2 + 1)) / 2.0;
    let (low, high) = side.ends((at(c), at(pairs + 1 - c)), ends);
    Ok(Interval {
        low,
        high,
        estimate: middle,
        n: (n + m) as u64,
        effective_n: (n + m) as f64,
        method: "Hodges-Lehmann shift",
    })
}

/// The `rank`-th lowest of all pairs, from 1, without making them all: halves the range of numbers,
/// counting pairs up to each, in 64 rounds of n + m steps.
fn select(now: &[f64], before: &[f64], of: impl Fn(f64, f64) -> f64, rank: u64) -> f64 {
    let (mut low, mut high) = (order(f64::NEG_INFINITY), order(f64::INFINITY));
    while low < high {
        let middle = low + (high - low) / 2;
        let value = number(middle);
        let mut below = before.len();
        let mut count = 0_u64;
        // The first grows, so more of the second must be left out from the front.
        for x in now {
            let first = before.len() - below;
            let skip = before
                .iter()
                .skip(first)
                .take_while(|y| of(*x, **y) > value)
                .count();
            below -= skip;
            count += below as u64;
        }
        if count >= rank {
            high = middle;
        } else {
            low = middle + 1;
        }
    }
    number(low)
}

/// Whole numbers in the order of the floating ones.
fn order(value: f64) -> u64 {
    let bits = value.to_bits();
    if bits >> 63 == 1 {
        !bits
    } else {
        bits | 1 << 63
    }
}

/// The floating number at a place of [`order`].
fn number(place: u64) -> f64 {
    f64::from_bits(if place >> 63 == 1 {
        place & !(1 << 63)
    } else {
        !place
    })
}
