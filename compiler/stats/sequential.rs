//! Looking more than once: bounds and tests that stay valid however often one looks.
//!
//! Takes counts so far. A bound for a fixed number of trials is wrong as soon as its result decides
//! whether there will be more trials; these aren't.

use super::difference::edge;
use super::rates::check;
use super::result::share;
use super::special::ln_beta;
use super::{Bound, Interval, Side};

/// The confidence sequence of the uniform mixture: the rates p with
/// `B(1+s, 1+f) / (p^s (1-p)^f) < 1/α`. Over all times together it misses the truth with a chance of
/// at most α (Ville's inequality), so one may stop when one likes. A single end has the same place:
/// the mixture spends its error on both.
///
/// Source: H. Robbins, Annals of Mathematical Statistics 41 (1970) 1397; S. R. Howard, A. Ramdas,
/// J. McAuliffe, J. Sekhon, Annals of Statistics 49 (2021) 1055.
///
/// # Errors
/// No trials, more passed than tried, or a confidence outside (0, 1).
pub fn confidence_sequence(passed: u64, of: u64, confidence: f64, side: Side) -> Bound {
    check(passed, of)?;
    share(confidence)?;
    let (s, f) = (passed as f64, (of - passed) as f64);
    let estimate = s / of as f64;
    let limit = -libm::log(1.0 - confidence);
    let evidence = ln_beta(1.0 + s, 1.0 + f);
    let out = |p: f64| evidence - power(s, p) - power(f, 1.0 - p) >= limit;
    let ends = (edge(0.0, estimate, out), edge(1.0, estimate, out));
    let (low, high) = side.ends(ends, (0.0, 1.0));
    Ok(Interval {
        low,
        high,
        estimate,
        n: of,
        effective_n: of as f64,
        method: "beta-binomial confidence sequence",
    })
}

/// `k ln p`, where nothing of nothing is 0.
fn power(k: f64, p: f64) -> f64 {
    if k == 0.0 { 0.0 } else { k * libm::log(p) }
}

/// The fewest trials, all passed, after which the sequence shows at least `rate`: the least n with
/// `(n+1) rateⁿ ≤ α`. `None` if no number does, or an argument isn't inside (0, 1).
pub fn samples_to_show(rate: f64, confidence: f64) -> Option<u64> {
    share(rate).and(share(confidence)).ok()?;
    let limit = libm::log(1.0 - confidence);
    let reached = |n: u64| libm::log(n as f64 + 1.0) + n as f64 * libm::log(rate) <= limit;
    let mut high = 1_u64;
    while !reached(high) {
        high = high.checked_mul(2)?;
    }
    // Past its peak, which is above α, the left side only falls.
    let mut low = high / 2;
    while high - low > 1 {
        let middle = low + (high - low) / 2;
        if reached(middle) {
            high = middle;
        } else {
            low = middle;
        }
    }
    Some(high)
}

/// What running again until it passes makes of a gate's false passes: `1 - (1-q)^tries`.
pub fn false_pass_of_reruns(once: f64, tries: u32) -> f64 {
    -libm::expm1(f64::from(tries) * libm::log1p(-once))
}

/// The sequential probability ratio test between two rates, `bad < good`.
///
/// Source: A. Wald, Annals of Mathematical Statistics 16 (1945) 117.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct RatioTest {
    /// What a trial that passes adds: `ln(good/bad)`.
    pub passed: f64,
    /// What one that fails adds: `ln((1-good)/(1-bad))`.
    pub failed: f64,
    /// At this or above it is good: `ln((1-β)/α)`.
    pub accept: f64,
    /// At this or below it is bad: `ln(β/(1-α))`.
    pub reject: f64,
}

/// Where a sequential test stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// The good rate.
    Good,
    /// The bad rate.
    Bad,
    /// More trials are needed.
    Open,
}

impl RatioTest {
    /// A test that calls a bad rate good with a chance of `false_pass`, and a good one bad with
    /// `false_fail`. `None` unless 0 < bad < good < 1 and both errors are inside (0, ½).
    pub fn new(bad: f64, good: f64, false_pass: f64, false_fail: f64) -> Option<Self> {
        let error = |e: f64| e > 0.0 && e < 0.5;
        let ordered = bad > 0.0 && bad < good && good < 1.0;
        (ordered && error(false_pass) && error(false_fail)).then(|| Self {
            passed: libm::log(good / bad),
            failed: libm::log((1.0 - good) / (1.0 - bad)),
            accept: libm::log((1.0 - false_fail) / false_pass),
            reject: libm::log(false_fail / (1.0 - false_pass)),
        })
    }

    /// After so many.
    pub fn standing(&self, passed: u64, failed: u64) -> Standing {
        let sum = passed as f64 * self.passed + failed as f64 * self.failed;
        if sum >= self.accept {
            Standing::Good
        } else if sum <= self.reject {
            Standing::Bad
        } else {
            Standing::Open
        }
    }
}
