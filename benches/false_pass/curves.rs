//! Power: how often a gate passes as the truth moves away from its threshold, beside rules that
//! compare numbers without asking what they can show.

use gatec::stats::random::Random;
use gatec::stats::{Sample, Side, bound_of_rate, bound_of_rise};

use super::draw::{Source, binomial};
use super::{kayenta, table};

const SURE: f64 = 0.95;

/// Prints them.
pub fn tables(draws: u32) {
    rates(draws);
    for source in [Source::Normal, Source::Lognormal] {
        rises(source, draws);
    }
}

/// The share of draws that pass, for each rule.
fn shares<const N: usize>(draws: u32, mut draw: impl FnMut() -> [bool; N]) -> Vec<String> {
    let mut passed = [0_u32; N];
    for _ in 0..draws {
        for (count, pass) in passed.iter_mut().zip(draw()) {
            *count += u32::from(pass);
        }
    }
    let share = |count: u32| table::percent(f64::from(count) / f64::from(draws));
    passed.into_iter().map(share).collect()
}

/// "At least 85 % pass": a plain threshold, which is Keptn's absolute rule too; Keptn's relative rule
/// on the share that fails, against a last run whose truth is 85 %; Kayenta on failures as ones.
fn rates(draws: u32) {
    let mut rows = Vec::new();
    for n in [20_u64, 100, 500] {
        for truth in [0.75, 0.80, 0.83, 0.85, 0.87, 0.90, 0.95] {
            let mut random = Random::new(n);
            let mut row = vec![n.to_string(), table::percent(truth)];
            row.extend(shares(draws, || {
                let passed = binomial(n, truth, &mut random);
                let last = binomial(n, 0.85, &mut random);
                let failures = |passed: u64| {
                    let ones = |i| f64::from(u8::from(i >= passed));
                    (0..n).map(ones).collect::<Vec<f64>>()
                };
                let bound = bound_of_rate(passed, n, SURE, Side::Low);
                [
                    bound.is_ok_and(|b| b.low >= 0.85),
                    passed * 100 >= n * 85,
                    (n - passed) * 10 <= (n - last) * 11,
                    kayenta::passes(&failures(passed), &failures(last), [0.0])[0],
                ]
            }));
            rows.push(row);
        }
    }
    let head = [
        "n",
        "truth",
        "95 % bound",
        "plain, Keptn `>=85`",
        "Keptn `<=+10%` of failures",
        "Kayenta",
    ];
    table::print("Passes of \"at least 85 % pass\"", &head, &rows);
}

/// "At most 10 % slower".
fn rises(source: Source, draws: u32) {
    let mut rows = Vec::new();
    for n in [5_usize, 10, 20, 50] {
        for rise in [0.0, 0.05, 0.10, 0.15, 0.20, 0.50] {
            let mut random = Random::new(n as u64);
            let mut row = vec![format!("{n} + {n}"), format!("+{}", table::percent(rise))];
            row.extend(shares(draws, || {
                let now = source.sample(n, &mut random);
                let now: Vec<f64> = now.iter().map(|v| (1.0 + rise) * v).collect();
                let before = source.sample(n, &mut random);
                one(source, &now, &before)
            }));
            rows.push(row);
        }
    }
    let head = [
        "n",
        "truth",
        "95 % bound",
        "plain, Keptn `<=X`",
        "Keptn `<=+10%`",
        "Kayenta, allowed 1.1",
        "Kayenta, default",
    ];
    let title = format!("Passes of \"at most 10 % slower\", {}", source.name());
    table::print(&title, &head, &rows);
}

/// What each rule says of one pair of runs; X is 1.1 times the true mean.
fn one(source: Source, now: &[f64], before: &[f64]) -> [bool; 5] {
    let single =
        |values: &[f64]| -> Vec<Sample> { values.iter().copied().map(Sample::single).collect() };
    let mean = |v: &[f64]| v.iter().sum::<f64>() / v.len() as f64;
    let bound = bound_of_rise(&single(now), &single(before), SURE, Side::High);
    let [allowed, default] = kayenta::passes(now, before, [0.1, 0.0]);
    [
        bound.is_ok_and(|b| b.high <= 0.1),
        mean(now) <= 1.1 * source.mean(),
        mean(now) <= 1.1 * mean(before),
        allowed,
        default,
    ]
}
