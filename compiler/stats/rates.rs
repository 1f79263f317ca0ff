//! Rates of independent trials: so many passed of so many.
//!
//! Takes counts, gives bounds of the share that passes in the long run, and what it takes to show
//! one. It doesn't know repeats of one item; `clusters` does.

use super::result::share;
use super::special::{beta_quantile, binomial_cdf, binomial_tail, normal_quantile};
use super::{Bound, Interval, Side, Undecidable, Why};

/// The exact bounds: `low = Beta⁻¹(α; k, n-k+1)`, `high = Beta⁻¹(1-α; k+1, n-k)`, with half of α on
/// each end if both are asked. The error is never above α.
///
/// Source: C. J. Clopper, E. S. Pearson, Biometrika 26 (1934) 404.
///
/// # Errors
/// No trials, more passed than tried, or a confidence outside (0, 1).
pub fn clopper_pearson(passed: u64, of: u64, confidence: f64, side: Side) -> Bound {
    check(passed, of)?;
    let bound = fractional(passed as f64, of as f64, confidence, side)?;
    Ok(Interval { n: of, ..bound })
}

/// [`clopper_pearson`] for counts that needn't be whole, as a mean over items gives them; the
/// formula is the same since the beta distribution doesn't ask for whole numbers.
pub(super) fn fractional(passed: f64, of: f64, confidence: f64, side: Side) -> Bound {
    share(confidence)?;
    let error = side.error(confidence);
    let failed = of - passed;
    let low = match passed > 0.0 {
        true => beta_quantile(passed, failed + 1.0, error),
        false => 0.0,
    };
    let high = match failed > 0.0 {
        true => 1.0 - beta_quantile(failed, passed + 1.0, error),
        false => 1.0,
    };
    let (low, high) = side.ends((low, high), (0.0, 1.0));
    Ok(Interval {
        low,
        high,
        estimate: passed / of,
        n: of as u64,
        effective_n: of,
        method: "Clopper-Pearson",
    })
}

/// The score bounds `(p̂ + z²/2n ± z√(p̂(1-p̂)/n + z²/4n²)) / (1 + z²/n)`: shorter than the exact
/// ones, for display; their one-sided error may exceed α, so no gate rests on them.
///
/// Source: E. B. Wilson, JASA 22 (1927) 209; L. D. Brown, T. T. Cai, A. DasGupta, Statistical Science
/// 16 (2001) 101.
///
/// # Errors
/// As [`clopper_pearson`].
pub fn wilson(passed: u64, of: u64, confidence: f64, side: Side) -> Bound {
    check(passed, of)?;
    share(confidence)?;
    let z = -normal_quantile(side.error(confidence));
    let (low, high) = side.ends(score(passed, of, z), (0.0, 1.0));
    Ok(Interval {
        low,
        high,
        estimate: passed as f64 / of as f64,
        n: of,
        effective_n: of as f64,
        method: "Wilson",
    })
}

/// Both ends of Wilson's interval, `z` standard errors wide.
pub(super) fn score(passed: u64, of: u64, z: f64) -> (f64, f64) {
    let (n, rate) = (of as f64, passed as f64 / of as f64);
    let whole = 1.0 + z * z / n;
    let centre = (rate + z * z / (2.0 * n)) / whole;
    let half = z * libm::sqrt(rate * (1.0 - rate) / n + z * z / (4.0 * n * n)) / whole;
    // What rounding would leave at 1e-17.
    let low = if passed == 0 { 0.0 } else { centre - half };
    let high = if passed == of { 1.0 } else { centre + half };
    (low, high)
}

/// Whether these can be counts.
pub(super) fn check(passed: u64, of: u64) -> Result<(), Undecidable> {
    if of == 0 {
        let (why, needs) = (Why::NoData, Some(1));
        return Err(Undecidable { why, needs });
    }
    if passed > of {
        return Err(Why::Impossible.into());
    }
    Ok(())
}

/// The fewest trials, all passed, that show a rate of at least `rate`: `⌈ln α / ln rate⌉`. By the
/// mirror image, the fewest without a failure that show a failure rate of at most `1 - rate`.
/// `None` if no number does, or an argument isn't inside (0, 1).
pub fn samples_to_show(rate: f64, confidence: f64) -> Option<u64> {
    share(rate).and(share(confidence)).ok()?;
    let exact = libm::log(1.0 - confidence) / libm::log(rate);
    // A hair under a whole number is that number.
    Some(libm::ceil(exact - 1e-9) as u64)
}

/// The fewest that must pass of `of` so that the low bound is at least `rate`: the least k with
/// P(X ≥ k | rate) ≤ α. `None` if not even all would do.
pub fn passes_needed(of: u64, rate: f64, confidence: f64) -> Option<u64> {
    share(rate).and(share(confidence)).ok()?;
    let error = 1.0 - confidence + 1e-12;
    least(of, |k| binomial_tail(k, of, rate) <= error)
}

/// The most that may fail of `of` so that the high bound of the failure rate is at most `rate`: the
/// greatest k with P(X ≤ k | rate) ≤ α. `None` if not even none would do.
pub fn failures_allowed(of: u64, rate: f64, confidence: f64) -> Option<u64> {
    share(rate).and(share(confidence)).ok()?;
    let error = 1.0 - confidence + 1e-12;
    let first_bad = least(of, |k| binomial_cdf(k, of, rate) > error)?;
    first_bad.checked_sub(1)
}

/// The least number up to `most` for which it holds; it holds for all above.
fn least(most: u64, holds: impl Fn(u64) -> bool) -> Option<u64> {
    if !holds(most) {
        return None;
    }
    let (mut low, mut high) = (0, most);
    while low < high {
        let middle = low + (high - low) / 2;
        if holds(middle) {
            high = middle;
        } else {
            low = middle + 1;
        }
    }
    Some(high)
}
