//! Repeats of an item: five tries of a hundred questions are a hundred observations, not five
//! hundred, as far as the tries agree.
//!
//! Takes samples with their items, gives means of items, how much repeats are worth, and bounds of a
//! rate that hold however much they agree.

use std::collections::BTreeMap;

use indexmap::IndexMap;

use super::bootstrap::mean;
use super::result::finite;
use super::{Bound, Interval, Sample, Side, Why, rates};

/// The values of each item, in the order in which items appear; a sample without an item is its own.
pub fn by_item(samples: &[Sample]) -> Vec<Vec<f64>> {
    let mut named: IndexMap<&str, usize> = IndexMap::new();
    let mut items: Vec<Vec<f64>> = Vec::new();
    for sample in samples {
        let new = items.len();
        let place = match &sample.item {
            Some(item) => *named.entry(item).or_insert(new),
            None => new,
        };
        match items.get_mut(place) {
            Some(values) => values.push(sample.value),
            None => items.push(vec![sample.value]),
        }
    }
    items
}

/// The mean of each item.
pub fn item_means(samples: &[Sample]) -> Vec<f64> {
    by_item(samples).iter().map(|values| mean(values)).collect()
}

/// The means of each item now and before, if all samples name theirs and both sides have the same.
pub fn same_items(now: &[Sample], before: &[Sample]) -> Option<Vec<(f64, f64)>> {
    let named = |samples: &[Sample]| samples.iter().all(|sample| sample.item.is_some());
    if now.is_empty() || !named(now) || !named(before) {
        return None;
    }
    let means = |samples: &[Sample]| -> BTreeMap<String, f64> {
        let mut items: BTreeMap<String, Vec<f64>> = BTreeMap::new();
        for sample in samples {
            let item = sample.item.clone().unwrap_or_default();
            items.entry(item).or_default().push(sample.value);
        }
        items
            .into_iter()
            .map(|(item, values)| (item, mean(&values)))
            .collect()
    };
    let (now, before) = (means(now), means(before));
    let same = now.keys().eq(before.keys());
    same.then(|| now.into_values().zip(before.into_values()).collect())
}

/// How much clusters take from a sample.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Design {
    /// The standard error of the mean over all values, clusters taken into account.
    pub standard_error: f64,
    /// Its variance over that of as many independent values; 1 if there are no repeats to speak of.
    pub effect: f64,
    /// Independent values that carry as much: `n / effect`.
    pub effective_n: f64,
}

/// The clustered standard error `√(Σ_c (Σ_i (x_ci - x̄))²) / n`, and the design effect, its square
/// over `Σ(x - x̄)²/n²`. `None` for no values or values all alike.
///
/// Source: E. Miller, "Adding error bars to evals", arXiv 2411.00640 (2024) §2.2; L. Kish, Survey
/// Sampling (1965) §5.4.
pub fn design(items: &[Vec<f64>]) -> Option<Design> {
    let n: usize = items.iter().map(Vec::len).sum();
    let centre = super::bootstrap::mean_of_clusters(items);
    let (mut between, mut single) = (0.0, 0.0);
    for item in items {
        let sum: f64 = item.iter().map(|v| v - centre).sum();
        between += sum * sum;
        single += item
            .iter()
            .map(|v| (v - centre) * (v - centre))
            .sum::<f64>();
    }
    if n == 0 || single <= 0.0 || !single.is_finite() {
        return None;
    }
    let effect = between / single;
    Some(Design {
        standard_error: libm::sqrt(between) / n as f64,
        effect,
        effective_n: n as f64 / effect,
    })
}

/// The effective number of `items` tried `repeats` times each whose tries correlate by `agreement`:
/// `mK / (1 + (K-1)ρ)`.
pub fn effective_n(items: f64, repeats: f64, agreement: f64) -> f64 {
    items * repeats / (1.0 + (repeats - 1.0) * agreement)
}

/// The share of passes over items, each item one observation that counts its own share: the exact
/// bounds for `Σ item means` of `items`. A share varies no more than a yes or no of the same mean,
/// so the error stays below that of as many independent trials, whatever the repeats agree.
///
/// # Errors
/// No samples, a value outside 0..=1, or a confidence outside (0, 1).
pub fn rate(samples: &[Sample], confidence: f64, side: Side) -> Bound {
    let items = item_means(samples);
    finite(&items)?;
    if samples.iter().any(|s| !(0.0..=1.0).contains(&s.value)) {
        return Err(Why::Impossible.into());
    }
    let of = items.len() as f64;
    // Rounding may carry a sum of means of ones above their number.
    let passed = items.iter().sum::<f64>().min(of);
    let bound = rates::fractional(passed, of, confidence, side)?;
    Ok(Interval {
        method: "Clopper-Pearson over items",
        ..bound.counting(samples.len())
    })
}
