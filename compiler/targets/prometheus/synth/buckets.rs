//! Histograms that give exactly the value asked for.

/// How much of all observations lies at or below each bound, so that `histogram_quantile` gives
/// `value` for the quantile `q`; `None` where these buckets can't tell that value.
///
/// Prometheus takes observations to lie evenly between the bounds of a bucket. So the bucket that
/// holds `value` is filled such that the share `q` is reached just there: with `t` the place of
/// `value` in the bucket, either it holds `q / t` of all (nothing is below it) or everything
/// (and `(q - t) / (1 - t)` is below it).
pub fn for_quantile(bounds: &[f64], q: f64, value: f64) -> Option<Vec<f64>> {
    let at = bounds.iter().position(|bound| value <= *bound)?;
    let upper = *bounds.get(at)?;
    let below = at.checked_sub(1).and_then(|i| bounds.get(i)).copied();
    let lower = below.unwrap_or(0.0);
    if value <= lower || upper <= lower {
        return None;
    }
    let t = (value - lower) / (upper - lower);
    let (before, through) = if t >= q {
        (0.0, q / t)
    } else if below.is_some() {
        ((q - t) / (1.0 - t), 1.0)
    } else {
        return None;
    };
    let fill = |i: usize| if i < at { before } else { through };
    Some((0..bounds.len()).map(fill).collect())
}

/// The same, so that the bucket up to `bound` holds this share of all.
pub fn for_share(bounds: &[f64], bound: f64, share: f64) -> Option<Vec<f64>> {
    let near = |b: f64| (b - bound).abs() <= 1e-12 * bound.abs();
    let at = bounds.iter().position(|b| near(*b))?;
    Some(
        (0..bounds.len())
            .map(|i| if i < at { 0.0 } else { share })
            .collect(),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const BOUNDS: [f64; 5] = [0.005, 0.01, 0.02, 0.5, 1.0];

    /// Prometheus' own rule, for buckets that begin at zero.
    fn histogram_quantile(q: f64, bounds: &[f64], fill: &[f64]) -> f64 {
        let at = fill.iter().position(|f| *f >= q).unwrap_or(bounds.len());
        if at == bounds.len() {
            return bounds[bounds.len() - 1];
        }
        let (lower, before) = if at == 0 {
            (0.0, 0.0)
        } else {
            (bounds[at - 1], fill[at - 1])
        };
        lower + (bounds[at] - lower) * (q - before) / (fill[at] - before)
    }

    #[test]
    fn what_the_buckets_cannot_tell_is_refused() {
        assert_eq!(for_quantile(&BOUNDS, 0.95, 1.5), None);
        assert_eq!(for_quantile(&BOUNDS, 0.95, 0.001), None);
        assert_eq!(for_quantile(&BOUNDS, 0.95, 0.0), None);
        assert_eq!(for_quantile(&[], 0.5, 1.0), None);
    }

    proptest! {
        #[test]
        fn the_quantile_is_the_value(q in 0.01f64..0.999, value in 0.0f64..1.0) {
            if let Some(fill) = for_quantile(&BOUNDS, q, value) {
                prop_assert!(fill.is_sorted() && fill.iter().all(|f| (0.0..=1.0).contains(f)));
                let found = histogram_quantile(q, &BOUNDS, &fill);
                prop_assert!((found - value).abs() < 1e-9, "{} for {}: {:?}", found, value, fill);
            } else {
                prop_assert!(value < q * BOUNDS[0] + 1e-12);
            }
        }
    }
}
