//! What holds for all inputs, and, on few draws with fixed seeds, the promised error;
//! `benches/false_pass.rs` measures it on many.

use proptest::prelude::*;

use crate::stats::random::Random;
use crate::stats::special::{beta_cdf, beta_quantile, binomial_tail, normal_cdf, normal_quantile};
use crate::stats::{
    Sample, Side, bound_of_mean_within, bound_of_quantile, bound_of_rate, bound_of_rise, paired,
    quantiles, rates, sequential,
};

/// At most what 5 % give in all but one of 30 000 runs.
pub(super) fn at_most_nominal(draws: u32, mut passes: impl FnMut() -> bool) {
    let passed = (0..draws).filter(|_| passes()).count() as f64;
    let most = 0.05 + 4.0 * (0.05 * 0.95 / f64::from(draws)).sqrt();
    assert!(passed / f64::from(draws) <= most, "{passed} of {draws}");
}

fn normal(random: &mut Random) -> f64 {
    normal_quantile(random.unit())
}

#[test]
fn a_rate_passes_falsely_no_more_often_than_stated() {
    // Counted out, not drawn.
    for (n, rate) in [(20, 0.85), (100, 0.85), (300, 0.99), (1000, 0.5)] {
        let needed = rates::passes_needed(n, rate, 0.95).unwrap();
        assert!(binomial_tail(needed, n, rate) <= 0.05 + 1e-12);
        assert!(binomial_tail(needed - 1, n, rate) > 0.05);
    }
}

#[test]
fn a_quantile_a_rise_and_a_score_pass_falsely_no_more_often_than_stated() {
    let mut random = Random::new(1);
    at_most_nominal(1000, || {
        let values: Vec<f64> = (0..59).map(|_| normal(&mut random)).collect();
        let bound = bound_of_quantile(&values, 0.95, 0.95, Side::High).unwrap();
        bound.high <= 1.644_853_626_951_472_2
    });
    let times = |factor: f64, random: &mut Random| -> Vec<Sample> {
        let one = |_| Sample::single(factor * libm::exp(0.6 * normal(random)));
        (0..10).map(one).collect()
    };
    at_most_nominal(1000, || {
        let (now, before) = (times(1.1, &mut random), times(1.0, &mut random));
        bound_of_rise(&now, &before, 0.95, Side::High).is_ok_and(|b| b.high <= 0.1)
    });
    at_most_nominal(300, || {
        let scores: Vec<Sample> = (0..40)
            .map(|_| Sample::single(random.unit().sqrt()))
            .collect();
        let bound = bound_of_mean_within(&scores, (0.0, 1.0), 0.95, Side::Low).unwrap();
        bound.low >= 2.0 / 3.0
    });
}

#[test]
fn a_sequence_passes_falsely_no_more_often_than_stated_however_often_one_looks() {
    let needed: Vec<Option<u64>> = (1..=150)
        .map(|n| {
            (0..=n).find(|passed| {
                let bound = sequential::confidence_sequence(*passed, n, 0.95, Side::Low);
                bound.is_ok_and(|b| b.low >= 0.85)
            })
        })
        .collect();
    let mut random = Random::new(2);
    at_most_nominal(2000, || {
        let mut passed = 0;
        needed.iter().any(|needed| {
            passed += u64::from(random.unit() < 0.85);
            needed.is_some_and(|needed| passed >= needed)
        })
    });
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn a_rates_bounds_hold_the_estimate_and_widen_with_confidence(
        of in 1_u64..5000,
        share in 0.0..=1.0_f64,
    ) {
        let passed = ((of as f64 * share) as u64).min(of);
        let at = |confidence| bound_of_rate(passed, of, confidence, Side::Both).unwrap();
        let (narrow, wide) = (at(0.8), at(0.99));
        prop_assert!(wide.low <= narrow.low && narrow.low <= narrow.estimate);
        prop_assert!(narrow.estimate <= narrow.high && narrow.high <= wide.high);
        let one_sided = bound_of_rate(passed, of, 0.9, Side::Low).unwrap();
        prop_assert!((one_sided.low - narrow.low).abs() < 1e-12);
        let always = sequential::confidence_sequence(passed, of, 0.99, Side::Both).unwrap();
        prop_assert!(always.low <= wide.low + 1e-12 && always.high >= wide.high - 1e-12);
    }

    #[test]
    fn needed_passes_are_those_whose_bound_suffices(of in 1_u64..400, rate in 0.05..0.99_f64) {
        let suffices = |k| bound_of_rate(k, of, 0.95, Side::Low).unwrap().low >= rate - 1e-10;
        match rates::passes_needed(of, rate, 0.95) {
            Some(needed) => {
                prop_assert!(suffices(needed));
                prop_assert!(needed == 0 || !suffices(needed - 1));
            }
            None => prop_assert!(!suffices(of)),
        }
    }

    #[test]
    fn quantile_functions_undo_their_distributions(
        a in 0.3..2000.0_f64,
        b in 0.3..2000.0_f64,
        p in 1e-9..0.999_f64,
    ) {
        prop_assert!((beta_cdf(a, b, beta_quantile(a, b, p)) / p - 1.0).abs() < 1e-9);
        prop_assert!((normal_cdf(normal_quantile(p)) / p - 1.0).abs() < 1e-12);
    }

    #[test]
    fn order_decides_nothing(mut values in prop::collection::vec(0.0..1.0_f64, 8..40)) {
        let samples = |v: &[f64]| v.iter().copied().map(Sample::single).collect::<Vec<_>>();
        let ends = |v: &[f64]| {
            let within = bound_of_mean_within(&samples(v), (0.0, 1.0), 0.9, Side::Both).unwrap();
            let half = bound_of_quantile(v, 0.5, 0.9, Side::Both).unwrap();
            (within.low, half.low, half.high)
        };
        let before = ends(&values);
        values.reverse();
        let after = ends(&values);
        prop_assert_eq!((before.1, before.2), (after.1, after.2));
        prop_assert!((before.0 - after.0).abs() < 1e-12);
    }

    #[test]
    fn a_sample_quantile_lies_among_the_values(
        values in prop::collection::vec(-1e6..1e6_f64, 1..30),
        q in 0.0..=1.0_f64,
    ) {
        let sorted = quantiles::ascending(&values);
        let found = quantiles::sample_quantile(&sorted, q);
        prop_assert!(found >= sorted[0] && found <= sorted[sorted.len() - 1]);
    }

    #[test]
    fn gains_and_losses_mirror(gained in 0_u64..50, lost in 0_u64..50) {
        let of = gained + lost + 7;
        let there = paired::tango(gained, lost, of, 0.9, Side::Both).unwrap();
        let back = paired::tango(lost, gained, of, 0.9, Side::Both).unwrap();
        prop_assert!((there.low + back.high).abs() < 1e-9);
        prop_assert_eq!(paired::mcnemar(gained, lost), paired::mcnemar(lost, gained));
    }
}
