//! Nothing, one, all alike, infinite, out of range: each has a defined answer.

use crate::stats::bootstrap::{Plan, bca, mean, mean_of_clusters};
use crate::stats::special::{beta_quantile, normal_quantile};
use crate::stats::{
    Sample, Side, Undecidable, Why, bound_of_difference, bound_of_mean, bound_of_mean_within,
    bound_of_paired_difference, bound_of_quantile, bound_of_rate, bound_of_rate_by_item,
    bound_of_rise, bound_of_shift, clusters, drift, means, quantiles, ranks, rates, sequential,
    several,
};

fn single(values: &[f64]) -> Vec<Sample> {
    values.iter().copied().map(Sample::single).collect()
}

fn counting(n: usize) -> Vec<f64> {
    (1..=n).map(|i| i as f64).collect()
}

fn plan(seed: u64) -> Plan {
    Plan {
        confidence: 0.9,
        side: Side::Both,
        resamples: 500,
        seed,
    }
}

fn needing(why: Why, needs: u64) -> Undecidable {
    let needs = Some(needs);
    Undecidable { why, needs }
}

#[test]
fn a_rate_of_nothing_needs_a_trial() {
    let none = bound_of_rate(0, 0, 0.95, Side::Low);
    assert_eq!(none, Err(needing(Why::NoData, 1)));
    assert_eq!(
        bound_of_rate(3, 2, 0.95, Side::Low),
        Err(Why::Impossible.into())
    );
    for confidence in [0.0, 1.0, -1.0, f64::NAN] {
        let bound = bound_of_rate(1, 2, confidence, Side::Low);
        assert_eq!(bound, Err(Why::NotAShare.into()));
    }
}

#[test]
fn ends_that_are_not_asked_are_those_of_the_possible() {
    let low = bound_of_rate(5, 5, 0.95, Side::Low).unwrap();
    assert!((low.low - 0.05_f64.powf(0.2)).abs() < 1e-12);
    assert_eq!((low.high, low.estimate, low.n), (1.0, 1.0, 5));
    let high = bound_of_rate(0, 5, 0.95, Side::High).unwrap();
    assert_eq!(high.low, 0.0);
    assert!((high.high - (1.0 - low.low)).abs() < 1e-12);
}

#[test]
fn numbers_that_can_show_a_rate_are_those_of_the_tables() {
    let fewest = |rate| rates::samples_to_show(rate, 0.95);
    let all = [0.85, 0.9, 0.95, 0.99, 0.999].map(fewest);
    assert_eq!(all, [19, 29, 59, 299, 2995].map(Some));
    assert_eq!(fewest(1.0), None);
    let needed = [10, 20, 50, 100, 200, 500, 1000].map(|n| rates::passes_needed(n, 0.85, 0.95));
    let table = [20, 47, 92, 179, 439, 869].map(Some);
    assert_eq!(needed[0], None);
    assert_eq!(needed[1..], table);
    let sequence = |rate| sequential::samples_to_show(rate, 0.95);
    assert_eq!([0.85, 0.9, 0.95].map(sequence), [42, 69, 158].map(Some));
    assert_eq!(quantiles::samples_needed(0.99, 0.95, Side::High), Some(299));
    assert_eq!(ranks::samples_needed(0.95, Side::Both), Some(4));
    assert_eq!(ranks::samples_needed(0.95, Side::High), Some(3));
}

#[test]
fn a_quantile_says_how_many_it_needs() {
    let values = counting(298);
    let few = bound_of_quantile(&values, 0.99, 0.95, Side::High);
    assert_eq!(few, Err(needing(Why::TooFew, 299)));
    let enough = bound_of_quantile(&counting(299), 0.99, 0.95, Side::High).unwrap();
    assert_eq!((enough.low, enough.high), (f64::NEG_INFINITY, 299.0));
    assert_eq!(
        bound_of_quantile(&[], 0.5, 0.95, Side::Low),
        Err(needing(Why::NoData, 1))
    );
    assert_eq!(
        bound_of_quantile(&[1.0, f64::NAN], 0.5, 0.95, Side::Low),
        Err(Why::NotFinite.into())
    );
    assert_eq!(
        bound_of_quantile(&values, 1.0, 0.95, Side::Low),
        Err(Why::NotAShare.into())
    );
}

#[test]
fn a_mean_of_few_or_of_equals_is_undecidable() {
    let few = bound_of_mean(&single(&counting(19)), 0.95, Side::Low, 1);
    assert_eq!(few, Err(needing(Why::TooFew, means::FEWEST)));
    let alike = bound_of_mean(&single(&[0.1; 40]), 0.95, Side::Low, 1);
    assert_eq!(alike, Err(Why::AllAlike.into()));
    let one = bca(&[1.0], mean, plan(1));
    assert_eq!(one, Err(needing(Why::TooFew, 2)));
    assert_eq!(bca(&[2.0; 9], mean, plan(1)), Err(Why::AllAlike.into()));
    let wild = bound_of_mean(&single(&[f64::INFINITY; 40]), 0.95, Side::Low, 1);
    assert_eq!(wild, Err(Why::NotFinite.into()));
}

#[test]
fn a_mean_within_a_range_needs_neither_many_nor_spread() {
    let unit = (0.0, 1.0);
    let alike = bound_of_mean_within(&single(&[1.0; 20]), unit, 0.95, Side::Low).unwrap();
    // All at the end is as good as 20 of 20, whose exact bound is 0.861.
    assert!((0.8..0.861).contains(&alike.low), "{alike:?}");
    let one = bound_of_mean_within(&single(&[0.5]), unit, 0.95, Side::Both).unwrap();
    assert!(one.low < 0.1 && one.high > 0.9, "{one:?}");
    let outside = bound_of_mean_within(&single(&[1.5]), unit, 0.95, Side::Low);
    assert_eq!(outside, Err(Why::Impossible.into()));
    let turned = bound_of_mean_within(&single(&[0.5]), (1.0, 0.0), 0.95, Side::Low);
    assert_eq!(turned, Err(Why::Impossible.into()));
    let scaled: Vec<f64> = counting(50).iter().map(|v| v / 50.0).collect();
    let wide: Vec<f64> = scaled.iter().map(|v| 10.0 * v - 5.0).collect();
    let narrow = bound_of_mean_within(&single(&scaled), unit, 0.95, Side::Both).unwrap();
    let wide = bound_of_mean_within(&single(&wide), (-5.0, 5.0), 0.95, Side::Both).unwrap();
    assert!((10.0 * narrow.low - 5.0 - wide.low).abs() < 1e-9);
    assert!((10.0 * narrow.high - 5.0 - wide.high).abs() < 1e-9);
}

#[test]
fn repeats_are_no_new_items() {
    let mut samples: Vec<Sample> = Vec::new();
    for item in 0..30 {
        let value = f64::from(item % 7);
        samples.extend((0..5).map(|_| Sample::of(format!("q{item}"), value)));
    }
    let once: Vec<f64> = (0..30).map(|i| f64::from(i % 7)).collect();
    let many = bound_of_mean(&samples, 0.95, Side::Both, 3).unwrap();
    let single = bound_of_mean(&single(&once), 0.95, Side::Both, 3).unwrap();
    assert_eq!((many.low, many.high), (single.low, single.high));
    assert_eq!((many.n, many.effective_n), (150, 30.0));
    let design = clusters::design(&clusters::by_item(&samples)).unwrap();
    assert!((design.effect - 5.0).abs() < 1e-9, "{design:?}");
    assert!((design.effective_n - 30.0).abs() < 1e-9, "{design:?}");
    assert!((clusters::effective_n(100.0, 5.0, 0.6) - 147.058_823_529).abs() < 1e-6);
}

#[test]
fn a_rate_by_item_counts_items() {
    let mut samples = vec![Sample::single(1.0); 18];
    samples.extend((0..9).map(|i| Sample::of("hard", f64::from(i % 3 == 0))));
    samples.push(Sample::single(1.0));
    let bound = bound_of_rate_by_item(&samples, 0.95, Side::Low).unwrap();
    assert_eq!((bound.n, bound.effective_n), (28, 20.0));
    let best = bound_of_rate(20, 20, 0.95, Side::Low).unwrap().low;
    let worse = bound_of_rate(19, 20, 0.95, Side::Low).unwrap().low;
    assert!(bound.low > worse && bound.low < best);
    assert_eq!(
        bound_of_rate_by_item(&single(&[2.0]), 0.95, Side::Low),
        Err(Why::Impossible.into())
    );
    assert!(bound_of_rate_by_item(&[], 0.95, Side::Low).is_err());
    assert_eq!(clusters::design(&[vec![1.0], vec![1.0]]), None);
}

#[test]
fn a_rise_needs_positive_values_and_enough() {
    let (now, before) = (single(&[1.0, 2.0, 3.0]), single(&[1.0, 2.0]));
    let few = bound_of_rise(&now, &before, 0.95, Side::High);
    assert_eq!(few, Err(needing(Why::TooFew, 3)));
    let zero = single(&[0.0, 1.0, 2.0, 3.0]);
    let share_of_zero = bound_of_rise(&zero, &zero, 0.95, Side::High);
    assert_eq!(share_of_zero, Err(Why::NotPositive.into()));
    assert!(bound_of_shift(&zero, &zero, 0.95, Side::High).is_ok());
    assert!(bound_of_rise(&[], &zero, 0.95, Side::High).is_err());
    let twice = single(&[20.0, 20.0, 20.0, 20.0]);
    let once = single(&[10.0, 10.0, 10.0, 10.0]);
    let exact = bound_of_rise(&twice, &once, 0.95, Side::Both).unwrap();
    assert_eq!((exact.low, exact.high, exact.estimate), (1.0, 1.0, 1.0));
    assert!(ranks::mann_whitney(&[], &[1.0]).is_nan());
    assert_eq!(ranks::mann_whitney(&[1.0; 50], &[1.0; 50]), 1.0);
}

#[test]
fn differences_reach_the_ends() {
    let all = bound_of_difference((10, 10), (0, 10), 0.95, Side::Both).unwrap();
    assert!(all.low > 0.5 && all.high == 1.0, "{all:?}");
    let none = bound_of_difference((0, 10), (0, 10), 0.95, Side::Both).unwrap();
    assert!(none.low < 0.0 && none.high > 0.0, "{none:?}");
    assert!(bound_of_difference((1, 0), (0, 10), 0.95, Side::Both).is_err());
    let same = bound_of_paired_difference(0, 0, 100, 0.95, Side::Low).unwrap();
    assert!((-0.06..-0.02).contains(&same.low), "{same:?}");
    let impossible = bound_of_paired_difference(60, 60, 100, 0.95, Side::Low);
    assert_eq!(impossible, Err(Why::Impossible.into()));
    let overflow = bound_of_paired_difference(u64::MAX, 1, 100, 0.95, Side::Low);
    assert_eq!(overflow, Err(Why::Impossible.into()));
}

#[test]
fn sequences_and_several() {
    let open = sequential::confidence_sequence(0, 1, 0.95, Side::Both).unwrap();
    assert_eq!(open.low, 0.0);
    assert!(open.high > 0.95);
    let lower = |s, n| {
        let bound = sequential::confidence_sequence(s, n, 0.95, Side::Low);
        bound.map(|b| (1000.0 * b.low).round())
    };
    assert_eq!(lower(92, 100), Ok(798.0));
    assert_eq!(lower(450, 500), Ok(845.0));
    assert!((sequential::false_pass_of_reruns(0.411, 3) - 0.796).abs() < 5e-4);
    assert!(sequential::RatioTest::new(0.9, 0.8, 0.05, 0.05).is_none());
    let test = sequential::RatioTest::new(0.8, 0.9, 0.05, 0.05).unwrap();
    assert!((test.passed - 0.1178).abs() < 5e-5 && (test.failed + 2.0_f64.ln()).abs() < 1e-12);
    let standing = [(24, 0), (25, 0), (0, 4), (0, 5)].map(|(p, f)| test.standing(p, f));
    use sequential::Standing::{Bad, Good, Open};
    assert_eq!(standing, [Open, Good, Open, Bad]);
    assert_eq!(several::holm(&[]), Vec::<f64>::new());
    assert_eq!(several::holm(&[0.6, f64::NAN]), [1.0, 1.0]);
    assert!((several::confidence_of_each(0.95, 5) - 0.99).abs() < 1e-12);
}

#[test]
fn drift_of_bins_and_values() {
    let same = drift::psi(&[10, 20, 30], &[10, 20, 30]).unwrap();
    assert_eq!(same, 0.0);
    let gone = drift::psi(&[0, 60], &[30, 30]).unwrap();
    assert!(gone.is_finite() && gone > drift::PSI_MUCH);
    assert_eq!(drift::psi(&[], &[]), None);
    assert_eq!(drift::psi(&[1], &[1, 2]), None);
    assert_eq!(drift::jensen_shannon(&[5, 0], &[0, 5]), Some(1.0));
    let (now, before) = drift::binned(&counting(50), &counting(100), 4).unwrap();
    assert_eq!(before, [25, 25, 25, 25]);
    assert_eq!(now, [25, 25, 0, 0]);
    assert_eq!(drift::binned(&[1.0], &[], 4), None);
    let (now, _) = drift::binned(&[1.0, 2.0], &[1.0; 9], 10).unwrap();
    assert_eq!(now, [1, 1]);
}

#[test]
fn the_same_seed_gives_the_same_bits() {
    let values: Vec<f64> = counting(25).iter().map(|v| v.sqrt()).collect();
    let ends = |seed| bca(&values, mean, plan(seed)).map(|b| (b.low, b.high));
    assert_eq!(ends(4), ends(4));
    assert_ne!(ends(4), ends(5));
    let mut random = crate::stats::random::Random::new(1_234_567);
    // The generator's published test vector.
    let bits = [(); 3].map(|()| random.bits());
    let published = [
        6_457_827_717_110_365_317,
        3_203_168_211_198_807_973,
        9_817_491_932_198_370_423,
    ];
    assert_eq!(bits, published);
}

#[test]
fn clusters_are_resampled_whole() {
    let clusters: Vec<Vec<f64>> = (0..12).map(|i| vec![f64::from(i * i); 6]).collect();
    let whole = bca(&clusters, mean_of_clusters, plan(2)).unwrap();
    let loose: Vec<f64> = clusters.concat();
    let loose = bca(&loose, mean, plan(2)).unwrap();
    assert!(whole.high - whole.low > 1.8 * (loose.high - loose.low));
}

#[test]
fn special_functions_outside_their_domain() {
    assert_eq!(normal_quantile(0.0), f64::NEG_INFINITY);
    assert_eq!(normal_quantile(1.0), f64::INFINITY);
    assert!(normal_quantile(-0.1).is_nan() && normal_quantile(f64::NAN).is_nan());
    assert_eq!(beta_quantile(2.0, 3.0, 0.0), 0.0);
    assert_eq!(beta_quantile(2.0, 3.0, 1.0), 1.0);
}

#[test]
fn reasons_read_as_a_sentence() {
    let few = Undecidable {
        why: Why::TooFew,
        needs: Some(299),
    };
    let text = "there are too few observations for this confidence; 299 would do";
    assert_eq!(few.to_string(), text);
    let none = "all values are the same, so they don't show how much they vary";
    assert_eq!(Undecidable::from(Why::AllAlike).to_string(), none);
}
