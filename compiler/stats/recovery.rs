//! Bounds of a difference and of a ratio of two independent quantities, from the bounds of each.
//!
//! Takes for each a function that bounds it, gives the bound of `now - before` or of
//! `now / before`. The method of variance estimates recovery: each limit says how far its quantity
//! may lie from its estimate, and independent distances add as squares. What the limits know of
//! skew, of repeats and of a range stays in the result.
//!
//! Source: G. Y. Zou, A. Donner, Statistics in Medicine 27 (2008) 1693; the ratio: A. Donner,
//! G. Y. Zou, Statistical Methods in Medical Research 21 (2012) 347.

use super::{Bound, Interval, Side, Why};

/// Bounds a quantity on a side, with the confidence that is asked of the whole.
pub type Limits<'a> = &'a dyn Fn(Side) -> Bound;

const METHOD: &str = "variance estimates recovery";

/// `d - √((m₁-l₁)² + (u₂-m₂)²)` and `d + √((u₁-m₁)² + (m₂-l₂)²)` with `d = m₁ - m₂`; of score
/// intervals this is [Newcombe's](super::difference::newcombe).
///
/// # Errors
/// Those of the bounds.
pub fn difference(now: Limits, before: Limits, side: Side) -> Bound {
    let (a, b) = both(now, before, side)?;
    let d = a.estimate - b.estimate;
    let low = d - libm::hypot(a.estimate - a.low, b.high - b.estimate);
    let high = d + libm::hypot(a.high - a.estimate, b.estimate - b.low);
    Ok(joined(&a, &b, side, (low, d, high)))
}

/// How much `now` lies above `before`, as a share of it: the ratios r at which `now - r · before` is
/// bounded by 0, less one.
///
/// # Errors
/// Those of the bounds; a quantity that isn't above 0, or one before that can't be told from 0.
pub fn rise(now: Limits, before: Limits, side: Side) -> Bound {
    let (a, b) = both(now, before, side)?;
    let (m1, m2) = (a.estimate, b.estimate);
    let wants_high = side != Side::Low;
    if m1 < 0.0 || m2 <= 0.0 || (wants_high && b.low <= 0.0) {
        return Err(Why::NotPositive.into());
    }
    // The roots of r²(m₂² - e₂²) - 2 r m₁ m₂ + (m₁² - e₁²) = 0, in the form that loses no digits.
    let root = |e1: f64, e2: f64| {
        let (a, c) = ((m2 - e2) * (m2 + e2), (m1 - e1) * (m1 + e1));
        let swing = libm::sqrt((m1 * m2 * (m1 * m2) - a * c).max(0.0));
        (a, c, swing)
    };
    let (_, c, swing) = root(m1 - a.low, b.high - m2);
    let low = c / (m1 * m2 + swing);
    let (by, _, swing) = root(a.high - m1, m2 - b.low);
    let high = (m1 * m2 + swing) / by;
    let ends = (low - 1.0, m1 / m2 - 1.0, high - 1.0);
    Ok(joined(&a, &b, side, ends))
}

/// The ends that the asked one is made of: a low one takes the earlier quantity's high one.
fn both(
    now: Limits,
    before: Limits,
    side: Side,
) -> Result<(Interval, Interval), super::Undecidable> {
    Ok((now(side)?, before(side.other())?))
}

fn joined(
    a: &Interval,
    b: &Interval,
    side: Side,
    (low, estimate, high): (f64, f64, f64),
) -> Interval {
    Interval {
        low: if side == Side::High {
            f64::NEG_INFINITY
        } else {
            low
        },
        high: if side == Side::Low {
            f64::INFINITY
        } else {
            high
        },
        estimate,
        n: a.n.saturating_add(b.n),
        effective_n: a.effective_n + b.effective_n,
        method: METHOD,
    }
}
