//! Several tests at once.
//!
//! **All of** ("every criterion must hold") needs no correction: to pass falsely, the one criterion
//! that is violated must pass falsely, and that has a chance of at most α whatever the others do (the
//! intersection-union test: R. L. Berger, Technometrics 24 (1982) 295). What falls is the power: the
//! chances to pass multiply.
//!
//! **Any of** ("one suffices", and alerts) needs one: k chances to err at α each give up to
//! `1 - (1-α)^k`.

/// P-values as they count if any of them may decide: the i-th lowest of k times `k + 1 - i`, never
/// below a lower one's, at most 1. In the order given; NaN counts as 1.
///
/// Source: S. Holm, Scandinavian Journal of Statistics 6 (1979) 65.
pub fn holm(p_values: &[f64]) -> Vec<f64> {
    let mut order: Vec<(usize, f64)> = p_values
        .iter()
        .map(|p| if p.is_nan() { 1.0 } else { *p })
        .enumerate()
        .collect();
    order.sort_by(|a, b| a.1.total_cmp(&b.1));
    let mut highest = 0.0_f64;
    let mut left = p_values.len() as f64;
    for (_, p) in &mut order {
        highest = highest.max(*p * left).min(1.0);
        *p = highest;
        left -= 1.0;
    }
    order.sort_by_key(|(index, _)| *index);
    order.into_iter().map(|(_, p)| p).collect()
}

/// The error that each of `tests` may have so that any of them errs with at most `1 - confidence`:
/// `(1 - confidence) / tests`, as a confidence. For intervals, which Holm's steps don't reach.
pub fn confidence_of_each(confidence: f64, tests: u64) -> f64 {
    1.0 - (1.0 - confidence) / tests.max(1) as f64
}
