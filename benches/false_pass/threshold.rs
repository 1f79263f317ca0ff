//! False passes with the truth exactly at the threshold, where they are most frequent.

use gatec::stats::means::student;
use gatec::stats::random::Random;
use gatec::stats::{
    Interval, Sample, Side, bound_of_difference, bound_of_mean, bound_of_mean_within,
    bound_of_paired_difference, bound_of_quantile, bound_of_rate, bound_of_rate_by_item,
    bound_of_rise, sequential,
};

use super::draw::{Source, binomial};
use super::table;

const SURE: f64 = 0.95;

/// Rows so far, and those above what chance explains.
struct Seen {
    draws: u32,
    rows: Vec<Vec<String>>,
    too_often: Vec<String>,
}

impl Seen {
    /// Draws a cell: `passes` says whether a draw passes, falsely.
    fn cell(&mut self, what: &str, data: &str, n: &str, mut passes: impl FnMut(u64) -> bool) {
        let passed = (0..u64::from(self.draws)).filter(|i| passes(*i)).count();
        let share = passed as f64 / f64::from(self.draws);
        let row = [what, data, n, &table::percent(share)].map(str::to_owned);
        if share > table::ceiling(1.0 - SURE, self.draws) {
            self.too_often.push(row.join(", "));
        }
        self.rows.push(row.to_vec());
    }
}

/// Prints them; gives the cells that pass too often.
pub fn tables(draws: u32) -> Vec<String> {
    let mut seen = Seen {
        draws,
        rows: Vec::new(),
        too_often: Vec::new(),
    };
    rates(&mut seen);
    items(&mut seen);
    means(&mut seen);
    quantiles(&mut seen);
    rises(&mut seen);
    differences(&mut seen);
    sequences(&mut seen);
    let head = ["criterion", "data", "n", "false passes"];
    table::print("False passes at the threshold", &head, &seen.rows);
    seen.too_often
}

fn rates(seen: &mut Seen) {
    for (rate, n) in [
        (0.85, 20),
        (0.85, 100),
        (0.9, 500),
        (0.99, 300),
        (0.99, 2000),
    ] {
        let mut random = Random::new(n);
        let what = format!("rate >= {}", table::percent(rate));
        seen.cell(&what, "independent", &n.to_string(), |_| {
            let passed = binomial(n, rate, &mut random);
            bound_of_rate(passed, n, SURE, Side::Low).is_ok_and(|b| b.low >= rate)
        });
    }
}

/// Items of different difficulty, tried five times each: tries of an item correlate by ρ.
fn items(seen: &mut Seen) {
    let tries = 5_u64;
    for (items, same) in [(20, 0.6), (50, 0.0), (50, 0.6), (50, 1.0), (200, 0.3)] {
        let mut random = Random::new(items);
        let data = format!("5 tries each, ρ {same}");
        seen.cell("rate by item >= 85 %", &data, &items.to_string(), |_| {
            let samples = repeats(items, tries, same, &mut random);
            bound_of_rate_by_item(&samples, SURE, Side::Low).is_ok_and(|b| b.low >= 0.85)
        });
        let mut random = Random::new(items);
        seen.cell(
            "the same, tries as items",
            &data,
            &(5 * items).to_string(),
            |_| {
                let samples = repeats(items, tries, same, &mut random);
                let passed = samples.iter().filter(|s| s.value > 0.5).count() as u64;
                bound_of_rate(passed, items * tries, SURE, Side::Low).is_ok_and(|b| b.low >= 0.85)
            },
        );
        // Shown for contrast: it isn't a criterion of ours, so it may fail.
        seen.too_often.retain(|row| !row.starts_with("the same"));
    }
}

/// Each try repeats the item's first with a chance of √ρ, so that two agree with ρ.
fn repeats(items: u64, tries: u64, same: f64, random: &mut Random) -> Vec<Sample> {
    let mut samples = Vec::new();
    for item in 0..items {
        let common = random.unit() < 0.85;
        for _ in 0..tries {
            let copied = random.unit() < same.sqrt();
            let own = random.unit() < 0.85;
            let passed = if copied { common } else { own };
            samples.push(Sample::of(item.to_string(), f64::from(u8::from(passed))));
        }
    }
    samples
}

fn single(values: Vec<f64>) -> Vec<Sample> {
    values.into_iter().map(Sample::single).collect()
}

fn means(seen: &mut Seen) {
    use Source::{Exponential, Lognormal, Normal, Scores, Yes};
    for n in [20, 50, 100] {
        for (source, side) in [
            (Normal, Side::High),
            (Lognormal, Side::High),
            (Exponential, Side::High),
            (Scores, Side::Low),
        ] {
            let mut random = Random::new(n as u64);
            let truth = source.mean();
            let what = if side == Side::Low {
                "mean >= truth"
            } else {
                "mean <= truth"
            };
            seen.cell(what, source.name(), &n.to_string(), |seed| {
                let values = source.sample(n, &mut random);
                let holds = |b: Interval| match side {
                    Side::Low => b.low >= truth,
                    _ => b.high <= truth,
                };
                // The bound is never inside this one, which needs no resamples.
                let half = f64::midpoint(1.0, SURE);
                student(&values, half, side).is_ok_and(holds)
                    && bound_of_mean(&single(values), SURE, side, seed).is_ok_and(holds)
            });
        }
        for source in [Scores, Yes] {
            let mut random = Random::new(n as u64);
            seen.cell(
                "mean in 0..1 >= truth",
                source.name(),
                &n.to_string(),
                |_| {
                    let samples = single(source.sample(n, &mut random));
                    bound_of_mean_within(&samples, (0.0, 1.0), SURE, Side::Low)
                        .is_ok_and(|b| b.low >= source.mean())
                },
            );
        }
    }
}

fn quantiles(seen: &mut Seen) {
    for (q, n) in [
        (0.5, 10),
        (0.95, 59),
        (0.95, 300),
        (0.99, 299),
        (0.99, 1000),
    ] {
        let mut random = Random::new(n as u64);
        let (source, what) = (Source::Lognormal, format!("p{:.0} <= truth", 100.0 * q));
        seen.cell(&what, source.name(), &n.to_string(), |_| {
            let values = source.sample(n, &mut random);
            bound_of_quantile(&values, q, SURE, Side::High)
                .is_ok_and(|b| b.high <= source.quantile(q))
        });
    }
}

fn rises(seen: &mut Seen) {
    for source in [Source::Normal, Source::Lognormal] {
        for n in [3, 5, 10, 30, 50] {
            let mut random = Random::new(n as u64 + 1000 * source as u64);
            seen.cell("rise <= 10 %", source.name(), &format!("{n} + {n}"), |_| {
                let now = source
                    .sample(n, &mut random)
                    .iter()
                    .map(|v| 1.1 * v)
                    .collect();
                let before = source.sample(n, &mut random);
                bound_of_rise(&single(now), &single(before), SURE, Side::High)
                    .is_ok_and(|b| b.high <= 0.1)
            });
        }
    }
}

fn differences(seen: &mut Seen) {
    for (before, n) in [(0.9, 30), (0.9, 100), (0.85, 500), (0.98, 200), (0.6, 50)] {
        let mut random = Random::new(n);
        let data = format!("two runs, baseline {}", table::percent(before));
        seen.cell(
            "not worse by 5 points",
            &data,
            &format!("{n} + {n}"),
            |_| {
                let now = binomial(n, before - 0.05, &mut random);
                let then = binomial(n, before, &mut random);
                bound_of_difference((now, n), (then, n), SURE, Side::Low)
                    .is_ok_and(|b| b.low > -0.05)
            },
        );
    }
    for (gains, n) in [(0.01, 100), (0.03, 100), (0.05, 300), (0.1, 1000)] {
        let mut random = Random::new(n);
        let data = format!("same items, {} gained", table::percent(gains));
        seen.cell("not worse by 5 points", &data, &n.to_string(), |_| {
            let (mut gained, mut lost) = (0, 0);
            for _ in 0..n {
                let u = random.unit();
                gained += u64::from(u < gains);
                lost += u64::from(u >= gains && u < 2.0 * gains + 0.05);
            }
            bound_of_paired_difference(gained, lost, n, SURE, Side::Low)
                .is_ok_and(|b| b.low > -0.05)
        });
    }
}

/// A look after every trial; passing once is passing.
fn sequences(seen: &mut Seen) {
    for looks in [100_u64, 500] {
        // What must have passed by each look, so that a draw is a comparison of counts.
        let needed: Vec<Option<u64>> = (1..=looks).map(needed).collect();
        let mut random = Random::new(looks);
        let data = "a look after each trial";
        seen.cell("rate >= 85 %, sequence", data, &looks.to_string(), |_| {
            let mut passed = 0;
            needed.iter().any(|needed| {
                passed += u64::from(random.unit() < 0.85);
                needed.is_some_and(|needed| passed >= needed)
            })
        });
    }
}

fn needed(n: u64) -> Option<u64> {
    (0..=n).find(|passed| {
        sequential::confidence_sequence(*passed, n, SURE, Side::Low).is_ok_and(|b| b.low >= 0.85)
    })
}
