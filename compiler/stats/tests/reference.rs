//! Every value of `tests/stats/reference.json`, which `tests/stats/reference.py` computes with scipy
//! and statsmodels, to 1e-9; the bootstrap to four of its own Monte-Carlo errors.

use serde_json::Value;

use crate::stats::bootstrap::{self, Plan, bca};
use crate::stats::special::{
    beta_cdf, beta_quantile, ln_beta, normal_cdf, normal_quantile, student_quantile,
};
use crate::stats::{
    Bound, Sample, Side, clusters, difference, drift, means, paired, quantiles, ranks, rates,
    sequential, several,
};

/// A case's arguments.
struct In<'a>(&'a [Value]);

impl In<'_> {
    fn f(&self, i: usize) -> f64 {
        self.0[i].as_f64().unwrap()
    }

    fn n(&self, i: usize) -> u64 {
        self.0[i].as_u64().unwrap()
    }

    fn list(&self, i: usize) -> Vec<f64> {
        let list = self.0[i].as_array().unwrap();
        list.iter().map(|v| v.as_f64().unwrap()).collect()
    }

    fn counts(&self, i: usize) -> Vec<u64> {
        self.list(i).iter().map(|v| *v as u64).collect()
    }

    fn table(&self) -> Vec<Vec<f64>> {
        (0..self.0.len()).map(|i| self.list(i)).collect()
    }

    fn numbers(&self) -> Vec<f64> {
        (0..self.0.len()).map(|i| self.f(i)).collect()
    }

    fn side(&self, i: usize) -> Side {
        match self.0[i].as_str().unwrap() {
            "low" => Side::Low,
            "high" => Side::High,
            _ => Side::Both,
        }
    }
}

fn ends(bound: Bound) -> Vec<f64> {
    let bound = bound.unwrap();
    vec![bound.low, bound.high]
}

/// Bounds and estimate; NaN where there is no bound.
fn shift(bound: Bound) -> Vec<f64> {
    bound.map_or(vec![f64::NAN; 3], |b| vec![b.low, b.high, b.estimate])
}

/// A count, or -1.
fn count(count: Option<u64>) -> Vec<f64> {
    vec![count.map_or(-1.0, |c| c as f64)]
}

fn samples(table: &[Vec<f64>]) -> Vec<Sample> {
    let items = table.iter().enumerate();
    items
        .flat_map(|(i, values)| values.iter().map(move |v| Sample::of(i.to_string(), *v)))
        .collect()
}

fn functions(what: &str, given: &In) -> Option<Vec<f64>> {
    Some(match what {
        "normal_cdf" => vec![normal_cdf(given.f(0))],
        "normal_quantile" => vec![normal_quantile(given.f(0))],
        "ln_beta" => vec![ln_beta(given.f(0), given.f(1))],
        "beta_cdf" => vec![beta_cdf(given.f(0), given.f(1), given.f(2))],
        "beta_quantile" => vec![beta_quantile(given.f(0), given.f(1), given.f(2))],
        "student_quantile" => vec![student_quantile(given.f(0), given.f(1))],
        "holm" => several::holm(&given.numbers()),
        "psi" => vec![drift::psi(&given.counts(0), &given.counts(1)).unwrap()],
        "jensen_shannon" => {
            vec![drift::jensen_shannon(&given.counts(0), &given.counts(1)).unwrap()]
        }
        "sample_quantile" => vec![bootstrap::quantile(&given.list(0), given.f(1))],
        _ => return None,
    })
}

fn of_counts(what: &str, given: &In) -> Option<Vec<f64>> {
    let (n, f) = (|i| given.n(i), |i| given.f(i));
    let both = Side::Both;
    let arms = || ((n(0), n(1)), (n(2), n(3)));
    Some(match what {
        "clopper_pearson" => ends(rates::clopper_pearson(n(0), n(1), f(2), given.side(3))),
        "wilson" => ends(rates::wilson(n(0), n(1), f(2), both)),
        "passes_needed" => count(rates::passes_needed(n(0), f(1), f(2))),
        "failures_allowed" => count(rates::failures_allowed(n(0), f(1), f(2))),
        "newcombe" => ends(difference::newcombe(arms().0, arms().1, f(4), both)),
        "miettinen_nurminen" => ends(difference::miettinen_nurminen(
            arms().0,
            arms().1,
            f(4),
            both,
        )),
        "mcnemar" => vec![paired::mcnemar(n(0), n(1))],
        "sign_test" => vec![paired::sign_test(n(0), n(1))],
        "tango" => ends(paired::tango(n(0), n(1), n(2), f(3), both)),
        "confidence_sequence" => ends(sequential::confidence_sequence(n(0), n(1), f(2), both)),
        "always_valid_samples" => count(sequential::samples_to_show(f(0), f(1))),
        "quantile_ranks" => {
            let ranks = quantiles::ranks(n(0), f(1), f(2), given.side(3));
            ranks.map_or(vec![-1.0; 2], |r| vec![r.0 as f64, r.1 as f64])
        }
        _ => return None,
    })
}

fn of_values(what: &str, given: &In) -> Option<Vec<f64>> {
    let (x, y) = (|| given.list(0), || given.list(1));
    Some(match what {
        "mann_whitney" => vec![ranks::mann_whitney(&x(), &y())],
        "shift" => shift(ranks::shift(&x(), &y(), given.f(2), given.side(3))),
        "rise" => shift(ranks::rise(&x(), &y(), given.f(2), given.side(3))),
        "student" => ends(means::student(&x(), given.f(1), Side::Both)),
        "design" => {
            let design = clusters::design(&given.table()).unwrap();
            vec![design.standard_error, design.effect, design.effective_n]
        }
        "clustered_rate" => {
            let samples = samples(&given.table());
            vec![clusters::rate(&samples, 0.95, Side::Low).unwrap().low]
        }
        _ => return None,
    })
}

fn resampled(what: &str, given: &In) -> Vec<f64> {
    let plan = Plan {
        confidence: 0.9,
        side: Side::Both,
        resamples: 4000,
        seed: 7,
    };
    let x = given.list(0);
    ends(match what {
        "bca_mean" => bca(&x, bootstrap::mean, plan),
        "bca_median" => bca(&x, bootstrap::median, plan),
        "bca_p90" => bca(&x, |v| bootstrap::quantile(v, 0.9), plan),
        "bca_ratio" => {
            let pairs: Vec<(f64, f64)> = x.into_iter().zip(given.list(1)).collect();
            bca(&pairs, bootstrap::ratio, plan)
        }
        _ => panic!("add {what} to this test"),
    })
}

/// Equal to 1e-9 of the value, or to 1e-13 near 0; infinities and NaN are null in the file.
fn equal(found: f64, wanted: &Value) -> bool {
    let Some(wanted) = wanted.as_f64() else {
        return !found.is_finite();
    };
    let off = (found - wanted).abs();
    off <= 1e-9 * wanted.abs() || off <= 1e-13
}

#[test]
fn every_value_is_that_of_the_reference() {
    let text = include_str!("../../../tests/stats/reference.json");
    let cases: Vec<Value> = serde_json::from_str(text).unwrap();
    assert!(cases.len() > 1500, "{}", cases.len());
    let mut wrong = Vec::new();
    for case in &cases {
        let what = case["what"].as_str().unwrap();
        let given = In(case["in"].as_array().unwrap());
        let wanted = case["out"].as_array().unwrap();
        let exact = functions(what, &given)
            .or_else(|| of_counts(what, &given))
            .or_else(|| of_values(what, &given));
        let good = match &exact {
            Some(found) => {
                found.len() == wanted.len() && found.iter().zip(wanted).all(|(f, w)| equal(*f, w))
            }
            None => resampled(what, &given).iter().enumerate().all(|(i, end)| {
                let error = wanted[i + 2].as_f64().unwrap();
                (end - wanted[i].as_f64().unwrap()).abs() <= 4.0 * error + 1e-12
            }),
        };
        if !good {
            wrong.push(format!(
                "{what} {:?}: {exact:?}, not {wanted:?}",
                case["in"]
            ));
        }
    }
    assert!(
        wrong.is_empty(),
        "{} wrong\n{}",
        wrong.len(),
        wrong.join("\n")
    );
}
