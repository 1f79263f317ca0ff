//! Differences and ratios of two means: against Newcombe's closed form, against their own
//! definition, and, on few draws with fixed seeds, the promised error.

use super::promises::at_most_nominal;
use crate::stats::random::Random;
use crate::stats::{
    Interval, Sample, Side, bound_of_mean, bound_of_paired_change, bound_of_rate_by_item,
    clusters::same_items, difference, rates, recovery,
};

const SEED: u64 = 1;

fn interval(low: f64, estimate: f64, high: f64) -> Interval {
    Interval {
        low,
        high,
        estimate,
        n: 10,
        effective_n: 10.0,
        method: "given",
    }
}

#[test]
fn of_score_intervals_it_is_newcombes() {
    for (now, before) in [
        ((56, 70), (48, 80)),
        ((9, 10), (3, 10)),
        ((10, 10), (0, 20)),
    ] {
        for side in [Side::Low, Side::High, Side::Both] {
            let limits =
                |(passed, of): (u64, u64)| move |side| rates::wilson(passed, of, 0.95, side);
            let bound = recovery::difference(&limits(now), &limits(before), side).unwrap();
            let direct = difference::newcombe(now, before, 0.95, side).unwrap();
            for (a, b) in [(bound.low, direct.low), (bound.high, direct.high)] {
                let outside = !a.is_finite() && (b.abs() - 1.0).abs() < 1e-12;
                assert!(
                    outside || (a - b).abs() < 1e-12,
                    "{now:?} {before:?} {side:?}: {a} {b}"
                );
            }
        }
    }
}

#[test]
fn at_a_bound_of_the_ratio_the_difference_is_bounded_by_zero() {
    let now = interval(8.0, 10.0, 13.0);
    for before in [interval(3.0, 4.0, 6.0), interval(1.0, 4.0, 9.0)] {
        let rise =
            recovery::rise(&|_| Ok(now.clone()), &|_| Ok(before.clone()), Side::Both).unwrap();
        for (rise, low_end) in [(rise.low, true), (rise.high, false)] {
            let by = 1.0 + rise;
            let scaled = interval(by * before.low, by * before.estimate, by * before.high);
            let zero =
                recovery::difference(&|_| Ok(now.clone()), &|_| Ok(scaled.clone()), Side::Both)
                    .unwrap();
            let end = if low_end { zero.low } else { zero.high };
            assert!(end.abs() < 1e-9, "{by}: {end}");
        }
        assert!(rise.low < rise.estimate && rise.estimate < rise.high);
    }
    let none = recovery::rise(
        &|_| Ok(now.clone()),
        &|_| Ok(interval(-1.0, 1.0, 2.0)),
        Side::High,
    );
    assert!(none.is_err(), "a past that can't be told from 0");
}

fn single(values: impl Iterator<Item = f64>) -> Vec<Sample> {
    values.map(Sample::single).collect()
}

#[test]
fn a_fall_of_yes_and_no_passes_falsely_no_more_often_than_stated() {
    let mut random = Random::new(3);
    at_most_nominal(300, || {
        let mut draw =
            |rate: f64| single((0..200).map(|_| f64::from(u8::from(random.unit() < rate))));
        let (before, now) = (draw(0.95), draw(0.90));
        let now = |side| bound_of_rate_by_item(&now, 0.95, side);
        let before = |side| bound_of_rate_by_item(&before, 0.95, side);
        recovery::difference(&now, &before, Side::Low).unwrap().low >= -0.05
    });
}

#[test]
fn a_rise_of_some_values_passes_falsely_no_more_often_than_stated() {
    let mut random = Random::new(4);
    // A tenth of the values doubles: the mean rises by 10 %, the middle doesn't move.
    at_most_nominal(100, || {
        let mut draw = |doubled: f64| {
            single((0..60).map(|_| {
                let value = 1.0 + 0.1 * random.unit();
                if random.unit() < doubled {
                    2.0 * value
                } else {
                    value
                }
            }))
        };
        let (before, now) = (draw(0.0), draw(0.1));
        let now = |side| bound_of_mean(&now, 0.95, side, SEED);
        let before = |side| bound_of_mean(&before, 0.95, side, SEED);
        recovery::rise(&now, &before, Side::High).unwrap().high <= 0.1
    });
}

#[test]
fn the_same_items_are_compared_with_themselves() {
    let samples = |values: &[(&str, f64)]| -> Vec<Sample> {
        values
            .iter()
            .map(|(item, value)| Sample::of(*item, *value))
            .collect()
    };
    let before = samples(&[("a", 1.0), ("b", 0.0), ("a", 0.0)]);
    let now = samples(&[("b", 1.0), ("a", 1.0)]);
    assert_eq!(
        same_items(&now, &before),
        Some(vec![(1.0, 0.5), (1.0, 0.0)])
    );
    assert_eq!(same_items(&now, &samples(&[("a", 1.0)])), None);
    assert_eq!(same_items(&now, &[Sample::single(1.0)]), None);

    // Items differ much, their changes hardly: only the paired bound sees how small the change is.
    let pairs: Vec<(f64, f64)> = (0..40)
        .map(|at| (f64::from(at) + 0.01 * f64::from(at % 3), f64::from(at)))
        .collect();
    let bound = bound_of_paired_change(&pairs, None, 0.95, Side::High, SEED).unwrap();
    assert!(bound.high < 0.02, "{bound:?}");
}
