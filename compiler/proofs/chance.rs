//! What a number of samples can show: exact (Clopper–Pearson) bounds of a perfect result.

/// The highest rate that `samples` successes out of as many can show.
pub fn best_lower_bound(samples: f64, confidence: f64) -> f64 {
    (1.0 - confidence).powf(1.0 / samples)
}

/// The lowest failure rate that no failure in `samples` can show.
pub fn best_upper_bound(samples: f64, confidence: f64) -> f64 {
    1.0 - best_lower_bound(samples, confidence)
}

/// The fewest samples, all good, that show a rate of at least `rate`; `None` if no number does.
pub fn samples_for(rate: f64, confidence: f64) -> Option<u64> {
    let open = |x: f64| x > 0.0 && x < 1.0;
    if !open(rate) || !open(confidence) {
        return None;
    }
    let exact = (1.0 - confidence).ln() / rate.ln();
    // A hair under a whole number is that number.
    Some((exact - 1e-9).ceil() as u64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_are_those_of_the_tables() {
        let at = |rate| samples_for(rate, 0.95);
        assert_eq!(at(0.85), Some(19));
        assert_eq!(at(0.90), Some(29));
        assert_eq!(at(0.95), Some(59));
        assert_eq!(at(0.99), Some(299));
        assert_eq!(at(0.999), Some(2995));
        assert_eq!(at(1.0), None);
    }

    #[test]
    fn the_count_is_the_least_that_reaches_the_bound() {
        for rate in [0.5, 0.85, 0.9, 0.975] {
            let count = samples_for(rate, 0.95).unwrap_or(0) as f64;
            assert!(best_lower_bound(count, 0.95) >= rate);
            assert!(best_lower_bound(count - 1.0, 0.95) < rate);
        }
    }
}
