//! How far two distributions lie apart, as a size and not as a p-value: with enough data any
//! difference is significant, and that says nothing of how large it is.
//!
//! Takes counts in the same bins, or values, of which it makes bins.

use super::quantiles::{ascending, sample_quantile};

/// At or above this a population stability index is by convention worth a look.
///
/// Source: N. Siddiqi, Credit Risk Scorecards (2006) §9. It is a habit, not a theorem.
pub const PSI_SOME: f64 = 0.1;
/// At or above this it is by convention a shift.
pub const PSI_MUCH: f64 = 0.25;

/// The population stability index `Σ (aᵢ - bᵢ) ln(aᵢ/bᵢ)` of two shares over the same bins. Half a
/// count is added to each bin, since a bin empty on one side would make it infinite.
/// `None` for no bins, unequal ones, or a side without counts.
pub fn psi(current: &[u64], baseline: &[u64]) -> Option<f64> {
    let (a, b) = (shares(current, 0.5)?, shares(baseline, 0.5)?);
    let term = |(a, b): (&f64, &f64)| (a - b) * libm::log(a / b);
    (a.len() == b.len()).then(|| a.iter().zip(&b).map(term).sum())
}

/// The distance of Jensen and Shannon, from 0 to 1: the root of the mean divergence from the middle,
/// in bits. `None` as for [`psi`].
///
/// Source: D. M. Endres, J. E. Schindelin, IEEE Transactions on Information Theory 49 (2003) 1858.
pub fn jensen_shannon(current: &[u64], baseline: &[u64]) -> Option<f64> {
    let (a, b) = (shares(current, 0.0)?, shares(baseline, 0.0)?);
    let part = |x: f64, middle: f64| {
        if x > 0.0 {
            x * libm::log2(x / middle)
        } else {
            0.0
        }
    };
    let term = |(a, b): (&f64, &f64)| {
        let middle = (a + b) / 2.0;
        (part(*a, middle) + part(*b, middle)) / 2.0
    };
    let sum: f64 = a.iter().zip(&b).map(term).sum();
    (a.len() == b.len()).then(|| libm::sqrt(sum.clamp(0.0, 1.0)))
}

/// Counts of both over bins that hold equal shares of the baseline: the edges are its quantiles, and
/// a value on an edge belongs to the bin below. Equal edges are one. `None` unless both have values
/// and there is a bin.
pub fn binned(current: &[f64], baseline: &[f64], bins: usize) -> Option<(Vec<u64>, Vec<u64>)> {
    if current.is_empty() || baseline.is_empty() || bins == 0 {
        return None;
    }
    let sorted = ascending(baseline);
    let inner = (1..bins).map(|i| sample_quantile(&sorted, i as f64 / bins as f64));
    let mut edges: Vec<f64> = inner.collect();
    edges.dedup();
    let count = |values: &[f64]| {
        let mut counts = vec![0_u64; edges.len() + 1];
        for value in values {
            let bin = edges.partition_point(|edge| edge < value);
            if let Some(count) = counts.get_mut(bin) {
                *count += 1;
            }
        }
        counts
    };
    Some((count(current), count(baseline)))
}

/// Shares of counts, each with so much added.
fn shares(counts: &[u64], added: f64) -> Option<Vec<f64>> {
    let all = counts.iter().map(|c| *c as f64 + added).sum::<f64>();
    let some = counts.iter().any(|c| *c > 0);
    some.then(|| counts.iter().map(|c| (*c as f64 + added) / all).collect())
}
