//! What numbers can show: bounds with a stated confidence, or why there is none.
//!
//! Takes numbers, gives numbers; it knows no gate, no plan and no report. Every result names its
//! method and the number of independent observations behind it. What can't be bounded is a value,
//! [`Undecidable`], never a guess. Formulas with their sources stand at each function, the choices
//! and their measured error rates in `docs/statistics.md`.
//!
//! Only `libm` computes logarithms and exponentials, so that every machine gets the same bits.

pub mod bootstrap;
pub mod clusters;
pub mod difference;
pub mod drift;
pub mod means;
pub mod paired;
pub mod quantiles;
pub mod random;
pub mod ranks;
pub mod rates;
pub mod recovery;
mod result;
pub mod sequential;
pub mod several;
pub mod special;

pub use result::{Bound, Interval, Side, Undecidable, Why};

#[cfg(test)]
mod tests;

/// One observation.
#[derive(Debug, Clone, PartialEq)]
pub struct Sample {
    /// What was measured; in a rate 1 for passed and 0 for failed.
    pub value: f64,
    /// What was asked, if the same was asked several times: repeats of one item are no new items.
    pub item: Option<String>,
}

impl Sample {
    /// An observation that is its own item.
    pub fn single(value: f64) -> Self {
        Self { value, item: None }
    }

    /// A repeat of an item.
    pub fn of(item: impl Into<String>, value: f64) -> Self {
        let item = Some(item.into());
        Self { value, item }
    }
}

/// The share that passes, of independent trials: exact, see [`rates::clopper_pearson`].
///
/// # Errors
/// No trials, more passed than tried, or a confidence outside (0, 1).
pub fn bound_of_rate(passed: u64, of: u64, confidence: f64, side: Side) -> Bound {
    rates::clopper_pearson(passed, of, confidence, side)
}

/// The share that passes when items were tried several times: [`clusters::rate`].
///
/// # Errors
/// As [`bound_of_rate`], or a value outside 0..=1.
pub fn bound_of_rate_by_item(samples: &[Sample], confidence: f64, side: Side) -> Bound {
    clusters::rate(samples, confidence, side)
}

/// The mean over items: [`means::outermost`], of the items' own means.
///
/// # Errors
/// Fewer than [`means::FEWEST`] items, all alike, or not finite.
pub fn bound_of_mean(samples: &[Sample], confidence: f64, side: Side, seed: u64) -> Bound {
    let items = clusters::item_means(samples);
    let bound = means::outermost(&items, confidence, side, seed)?;
    Ok(bound.counting(samples.len()))
}

/// The mean over items of scores that can't leave `range`: [`means::betting`], which holds for
/// every distribution and every number of items, all alike too.
///
/// # Errors
/// No items, or a value outside the range.
pub fn bound_of_mean_within(
    samples: &[Sample],
    range: (f64, f64),
    confidence: f64,
    side: Side,
) -> Bound {
    let items = clusters::item_means(samples);
    let bound = means::betting(&items, range, confidence, side)?;
    Ok(bound.counting(samples.len()))
}

/// A quantile, `q` in (0, 1), of independent values, whatever their distribution:
/// [`quantiles::order_statistics`].
///
/// # Errors
/// Too few values for this quantile; then with the number that suffices.
pub fn bound_of_quantile(values: &[f64], q: f64, confidence: f64, side: Side) -> Bound {
    quantiles::order_statistics(values, q, confidence, side)
}

/// How much `current` lies above `baseline`, as a share of it: 0.1 is +10 %. See [`ranks::rise`];
/// repeats of an item count as their mean.
///
/// # Errors
/// Too few items for the confidence, or a value that isn't above 0: a share of it says nothing.
pub fn bound_of_rise(
    current: &[Sample],
    baseline: &[Sample],
    confidence: f64,
    side: Side,
) -> Bound {
    let (now, before) = (
        clusters::item_means(current),
        clusters::item_means(baseline),
    );
    let bound = ranks::rise(&now, &before, confidence, side)?;
    Ok(bound.counting(current.len().saturating_add(baseline.len())))
}

/// How much `current` lies above `baseline`, in their unit: [`ranks::shift`].
///
/// # Errors
/// Too few items for the confidence.
pub fn bound_of_shift(
    current: &[Sample],
    baseline: &[Sample],
    confidence: f64,
    side: Side,
) -> Bound {
    let (now, before) = (
        clusters::item_means(current),
        clusters::item_means(baseline),
    );
    let bound = ranks::shift(&now, &before, confidence, side)?;
    Ok(bound.counting(current.len().saturating_add(baseline.len())))
}

/// The difference of two independent rates, `current - baseline`, each as (passed, of); "not worse
/// than by a margin" holds when its low end is above `-margin`. See [`difference::outermost`].
///
/// # Errors
/// As [`bound_of_rate`], for either.
pub fn bound_of_difference(
    current: (u64, u64),
    baseline: (u64, u64),
    confidence: f64,
    side: Side,
) -> Bound {
    difference::outermost(current, baseline, confidence, side)
}

/// The difference of two rates over the same `of` items, of which `gained` pass only now and `lost`
/// passed only before: [`paired::corrected`].
///
/// # Errors
/// No items, or more changed than there are.
pub fn bound_of_paired_difference(
    gained: u64,
    lost: u64,
    of: u64,
    confidence: f64,
    side: Side,
) -> Bound {
    paired::corrected(gained, lost, of, confidence, side)
}

/// The mean change of the same items, each as (now, before): of yes and no
/// [`bound_of_paired_difference`], of values in a range [`means::betting`] on the changes, of others
/// [`means::outermost`].
///
/// # Errors
/// As those.
pub fn bound_of_paired_change(
    pairs: &[(f64, f64)],
    range: Option<(f64, f64)>,
    confidence: f64,
    side: Side,
    seed: u64,
) -> Bound {
    let is = |value: f64, pair: &&(f64, f64)| pair.0 - pair.1 == value;
    let yes_or_no = |value: f64| value == 0.0 || value == 1.0;
    let changes: Vec<f64> = pairs.iter().map(|(now, before)| now - before).collect();
    if range == Some((0.0, 1.0)) && pairs.iter().all(|(a, b)| yes_or_no(*a) && yes_or_no(*b)) {
        let count = |value: f64| pairs.iter().filter(|pair| is(value, pair)).count() as u64;
        let of = pairs.len() as u64;
        return bound_of_paired_difference(count(1.0), count(-1.0), of, confidence, side);
    }
    match range {
        Some((low, high)) => means::betting(&changes, (low - high, high - low), confidence, side),
        None => means::outermost(&changes, confidence, side, seed),
    }
}
