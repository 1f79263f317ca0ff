//! Bounds of a mean.
//!
//! Takes independent values (means of items, if items were repeated). No bound of a mean holds for
//! every distribution (R. R. Bahadur, L. J. Savage, Annals of Mathematical Statistics 27 (1956)
//! 1115), unless the values can't leave a range; so there are two: [`outermost`] for values without
//! a range, whose error is measured in `docs/statistics.md`, and [`betting`], which is never wrong
//! more often than stated.

use super::bootstrap::{Plan, RESAMPLES, bca, mean};
use super::quantiles::sample_quantile;
use super::random::Random;
use super::result::{at_least, finite, share};
use super::special::student_quantile;
use super::{Bound, Interval, Side, Undecidable, Why};

/// The fewest values for [`outermost`]: with fewer no method learns enough of a skewed distribution
/// to keep its word.
pub const FEWEST: u64 = 20;

/// The widest of Student's t, BCa and the studentised bootstrap, at each end and with half the error
/// that was asked. Each alone fails where another doesn't, t on skewed values, the bootstraps on few;
/// and all together still err up to 1.7 times too often on values as skewed as latencies. With half
/// the error they keep their word on all that `docs/statistics.md` measures.
///
/// # Errors
/// Fewer than [`FEWEST`] values, all alike, one not finite, or a confidence outside (0, 1).
pub fn outermost(values: &[f64], confidence: f64, side: Side, seed: u64) -> Bound {
    finite(values)?;
    at_least(values.len(), FEWEST)?;
    let confidence = f64::midpoint(1.0, confidence);
    let plan = Plan {
        confidence,
        side,
        resamples: RESAMPLES,
        seed,
    };
    let all = [
        student(values, confidence, side)?,
        bca(values, mean, plan)?,
        studentised(values, plan)?,
    ];
    let low = all.iter().map(|b| b.low).fold(f64::INFINITY, f64::min);
    let high = all.iter().map(|b| b.high).fold(f64::NEG_INFINITY, f64::max);
    let [first, ..] = all;
    Ok(Interval {
        low,
        high,
        method: "widest of t, BCa and bootstrap-t, at half the error",
        ..first
    })
}

/// Student's interval `x̄ ± t_{n-1} s/√n`.
///
/// Source: Student, Biometrika 6 (1908) 1.
///
/// # Errors
/// Fewer than two values, all alike, one not finite, or a confidence outside (0, 1).
pub fn student(values: &[f64], confidence: f64, side: Side) -> Bound {
    share(confidence)?;
    let (centre, error) = spread(values)?;
    let freedom = values.len() as f64 - 1.0;
    let half = -student_quantile(freedom, side.error(confidence)) * error;
    let ends = (centre - half, centre + half);
    Ok(interval(values, side, centre, ends, "Student's t"))
}

/// The studentised bootstrap: `x̄ - t*_{1-α} s/√n` and `x̄ - t*_α s/√n`, where t* are the quantiles of
/// `(x̄* - x̄)/(s*/√n)` over resamples. A resample all alike counts as infinitely far off.
///
/// Source: P. Hall, The Bootstrap and Edgeworth Expansion (1992) §3.2.
///
/// # Errors
/// As [`student`].
pub fn studentised(values: &[f64], plan: Plan) -> Bound {
    share(plan.confidence)?;
    let (centre, error) = spread(values)?;
    let mut random = Random::new(plan.seed);
    let mut found = Vec::with_capacity(plan.resamples);
    let mut drawn = values.to_vec();
    for _ in 0..plan.resamples {
        for slot in &mut drawn {
            if let Some(value) = values.get(random.below(values.len())) {
                *slot = *value;
            }
        }
        let (middle, spread) = moments(&drawn);
        let off = middle - centre;
        found.push(if spread > 0.0 {
            off / spread
        } else {
            off.signum() * f64::MAX.sqrt()
        });
    }
    found.sort_unstable_by(f64::total_cmp);
    let share = plan.side.error(plan.confidence);
    let low = centre - sample_quantile(&found, 1.0 - share) * error;
    let high = centre - sample_quantile(&found, share) * error;
    Ok(interval(
        values,
        plan.side,
        centre,
        (low, high),
        "bootstrap-t",
    ))
}

/// The mean and its standard error, of values that vary.
fn spread(values: &[f64]) -> Result<(f64, f64), Undecidable> {
    finite(values)?;
    at_least(values.len(), 2)?;
    let (centre, error) = moments(values);
    let alike = values.iter().all(|v| Some(v) == values.first());
    if alike || error <= 0.0 {
        return Err(Why::AllAlike.into());
    }
    if error.is_finite() {
        Ok((centre, error))
    } else {
        Err(Why::NotFinite.into())
    }
}

/// The mean and `s/√n`.
fn moments(values: &[f64]) -> (f64, f64) {
    let n = values.len() as f64;
    let centre = mean(values);
    let squares: f64 = values.iter().map(|v| (v - centre) * (v - centre)).sum();
    (centre, libm::sqrt(squares / (n - 1.0) / n))
}

fn interval(
    values: &[f64],
    side: Side,
    estimate: f64,
    ends: (f64, f64),
    method: &'static str,
) -> Interval {
    let (low, high) = side.ends(ends, (f64::NEG_INFINITY, f64::INFINITY));
    Interval {
        low,
        high,
        estimate,
        n: values.len() as u64,
        effective_n: values.len() as f64,
        method,
    }
}

/// Orders over which the capital of [`betting`] is averaged, so that none decides.
const ORDERS: usize = 16;
/// The share of the capital that a bet may lose.
const STAKE: f64 = 0.75;

/// Bounds for values that can't leave `range`: the means m at which no gambler could have multiplied
/// a fair capital by 1/α, betting `λ(x - m)` on each value with `λ = √(2 ln(1/α) / nσ̂²)` from the
/// values before. Holds for every distribution and every n.
///
/// The capital is the mean over sixteen fixed shufflings of the sorted values, which is as fair, so
/// the order in a report decides nothing.
///
/// Source: I. Waudby-Smith, A. Ramdas, "Estimating means of bounded random variables by betting",
/// JRSS B 86 (2024) 1, §4 (predictable plug-in).
///
/// # Errors
/// No values, one outside the range, an empty range, or a confidence outside (0, 1).
pub fn betting(values: &[f64], range: (f64, f64), confidence: f64, side: Side) -> Bound {
    share(confidence)?;
    finite(values)?;
    let width = range.1 - range.0;
    let scaled: Vec<f64> = values.iter().map(|v| (v - range.0) / width).collect();
    if !(width > 0.0 && scaled.iter().all(|v| (0.0..=1.0).contains(v))) {
        return Err(Why::Impossible.into());
    }
    let error = side.error(confidence);
    let mirrored: Vec<f64> = scaled.iter().map(|v| 1.0 - v).collect();
    let (mut low, mut high) = range;
    if side != Side::High {
        low += width * lowest_mean(&scaled, error);
    }
    if side != Side::Low {
        high -= width * lowest_mean(&mirrored, error);
    }
    Ok(Interval {
        low,
        high,
        estimate: mean(values),
        n: values.len() as u64,
        effective_n: values.len() as f64,
        method: "betting",
    })
}

/// The least mean that is not ruled out; the capital falls as m grows.
fn lowest_mean(values: &[f64], error: f64) -> f64 {
    let orders = orders(values);
    let bets: Vec<Vec<(f64, f64)>> = orders.iter().map(|o| bets(o, error)).collect();
    // Multiplied out: a capital too small for a number is lost, which only widens the bound; one too
    // large stays, which is fair, since even its highest reaches 1/α with a chance of at most α.
    let ruled_out = |m: f64| {
        let cap = STAKE / m;
        let capital = |bets: &Vec<(f64, f64)>| -> f64 {
            let gains = bets.iter().map(|(x, bet)| 1.0 + bet.min(cap) * (x - m));
            gains.product()
        };
        bets.iter().map(capital).sum::<f64>() / bets.len() as f64 >= 1.0 / error
    };
    let (mut out, mut inside) = (0.0, mean(values));
    for _ in 0..60 {
        let middle = (out + inside) / 2.0;
        if middle > 0.0 && ruled_out(middle) {
            out = middle;
        } else {
            inside = middle;
        }
    }
    // The last one known to be ruled out: the bound errs to the safe side.
    out
}

/// Each value with the bet on it.
fn bets(values: &[f64], error: f64) -> Vec<(f64, f64)> {
    let n = values.len() as f64;
    let scale = 2.0 * libm::log(1.0 / error) / n;
    let (mut seen, mut sum, mut squares) = (1.0, 0.5, 0.25);
    let bet = |x: &f64| {
        let bet = libm::sqrt(scale * seen / squares);
        seen += 1.0;
        sum += x;
        let off = x - sum / seen;
        squares += off * off;
        (*x, bet)
    };
    values.iter().map(bet).collect()
}

/// The values in fixed random orders (Fisher-Yates).
fn orders(values: &[f64]) -> Vec<Vec<f64>> {
    let sorted = super::quantiles::ascending(values);
    let mut random = Random::new(0);
    let shuffled = |_| {
        let mut order = sorted.clone();
        for last in (1..order.len()).rev() {
            order.swap(last, random.below(last + 1));
        }
        order
    };
    (0..ORDERS).map(shuffled).collect()
}
