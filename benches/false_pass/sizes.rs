//! Differences of rates counted out: the greatest false-pass rate over the rates a run may have, not
//! drawn but summed over every outcome.

use gatec::stats::special::ln_beta;
use gatec::stats::{Bound, Side, difference, paired};

use super::table;

const SURE: f64 = 0.95;

/// Prints them; stops if a corrected bound exceeds its error.
pub fn tables() {
    let mut rows = Vec::new();
    for (n, m) in [(20, 20), (50, 50), (100, 100), (30, 100), (100, 30)] {
        for margin in [0.0, 0.05, 0.1] {
            rows.push(two_runs(n, m, margin));
        }
    }
    let head = ["n", "margin", "Newcombe", "Miettinen-Nurminen", "used"];
    table::print("Greatest false-pass rate, two runs", &head, &rows);
    let mut rows = Vec::new();
    for n in [20, 50, 100] {
        for margin in [0.0, 0.05, 0.1] {
            rows.push(same_items(n, margin));
        }
    }
    let head = ["n", "margin", "Tango", "used"];
    table::print("Greatest false-pass rate, same items", &head, &rows);
}

/// The chance of `k` of `n`.
fn chance(k: u64, n: u64, p: f64) -> f64 {
    let (x, y) = (k as f64, (n - k) as f64);
    let ways = -ln_beta(x + 1.0, y + 1.0) - (n as f64 + 1.0).ln();
    (ways + times(x, p) + times(y, 1.0 - p)).exp()
}

/// `k ln p`, where nothing of nothing is 0.
fn times(k: f64, p: f64) -> f64 {
    if k == 0.0 { 0.0 } else { k * p.ln() }
}

/// Whether each method calls it not worse.
fn not_worse<const N: usize>(bounds: [Bound; N], margin: f64) -> [f64; N] {
    bounds.map(|b| f64::from(u8::from(b.is_ok_and(|b| b.low > -margin))))
}

/// The rows' cells; the last method's rate must hold.
fn row(n: String, margin: f64, worst: &[f64]) -> Vec<String> {
    let last = worst.last().copied().unwrap_or(1.0);
    assert!(last <= 1.0 - SURE, "{n}, margin {margin}: {last}");
    let mut row = vec![n, format!("{} points", 100.0 * margin)];
    row.extend(worst.iter().map(|w| table::percent(*w)));
    row
}

fn two_runs(n: u64, m: u64, margin: f64) -> Vec<String> {
    let mut passes = Vec::new();
    for now in 0..=n {
        for then in 0..=m {
            let arms = ((now, n), (then, m));
            let bounds = [
                difference::newcombe(arms.0, arms.1, SURE, Side::Low),
                difference::miettinen_nurminen(arms.0, arms.1, SURE, Side::Low),
                difference::outermost(arms.0, arms.1, SURE, Side::Low),
            ];
            passes.push((now, then, not_worse(bounds, margin)));
        }
    }
    let mut worst = [0.0_f64; 3];
    for step in 1..80 {
        let before = f64::from(step) / 80.0;
        if before < margin {
            continue;
        }
        let weight = |(now, then, _): &(u64, u64, _)| {
            chance(*now, n, before - margin) * chance(*then, m, before)
        };
        for (i, worst) in worst.iter_mut().enumerate() {
            let size = passes.iter().filter(|p| p.2[i] > 0.0).map(weight).sum();
            *worst = worst.max(size);
        }
    }
    row(format!("{n} + {m}"), margin, &worst)
}

fn same_items(n: u64, margin: f64) -> Vec<String> {
    let mut passes = Vec::new();
    for gained in 0..=n {
        for lost in 0..=n - gained {
            let bounds = [
                paired::tango(gained, lost, n, SURE, Side::Low),
                paired::corrected(gained, lost, n, SURE, Side::Low),
            ];
            passes.push((gained, lost, not_worse(bounds, margin)));
        }
    }
    let mut worst = [0.0_f64; 2];
    for step in 0..45 {
        let gains = 0.0005 + f64::from(step) / 100.0;
        let losses = gains + margin;
        let weight = |(gained, lost, _): &(u64, u64, _)| {
            // First whether an item gains, then, of the others, whether it loses.
            chance(*gained, n, gains) * chance(*lost, n - gained, losses / (1.0 - gains))
        };
        for (i, worst) in worst.iter_mut().enumerate() {
            let size = passes.iter().filter(|p| p.2[i] > 0.0).map(weight).sum();
            *worst = worst.max(size);
        }
    }
    row(n.to_string(), margin, &worst)
}
