//! Kayenta's judge of one metric (NetflixACAJudge-v1.0), from the description of its rule: the
//! Mann-Whitney interval by the normal approximation with corrections for continuity and ties, turned
//! around by root finding, confidence 0.98; "High" if its low end lies above a quarter of the
//! estimated shift and the ratio of means is at least `1 + allowed`.

/// Φ⁻¹(0.99).
const Z: f64 = 2.326_347_874_040_840_8;

/// Whether the canary passes where only more is bad, for each allowed increase.
pub fn passes<const N: usize>(canary: &[f64], baseline: &[f64], allowed: [f64; N]) -> [bool; N] {
    let first = canary.first();
    if canary.iter().chain(baseline).all(|v| Some(v) == first) {
        return [true; N];
    }
    let low = root(Z, canary, baseline);
    let shift = root(0.0, canary, baseline);
    let mean = |v: &[f64]| v.iter().sum::<f64>() / v.len() as f64;
    let ratio = mean(canary) / mean(baseline);
    allowed.map(|allowed| low <= 0.25 * shift.abs() || ratio < 1.0 + allowed)
}

/// The shift at which the corrected deviate equals `quantile`; an end of the range if it never does.
fn root(quantile: f64, x: &[f64], y: &[f64]) -> f64 {
    let least = |v: &[f64]| v.iter().copied().fold(f64::INFINITY, f64::min);
    let most = |v: &[f64]| v.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let (mut low, mut high) = (least(x) - most(y), most(x) - least(y));
    if deviate(low, x, y) <= quantile {
        return low;
    }
    if deviate(high, x, y) >= quantile {
        return high;
    }
    for _ in 0..30 {
        let middle = (low + high) / 2.0;
        if deviate(middle, x, y) > quantile {
            low = middle;
        } else {
            high = middle;
        }
    }
    (low + high) / 2.0
}

/// The rank-sum deviate of `x - shift` against `y`.
fn deviate(shift: f64, x: &[f64], y: &[f64]) -> f64 {
    let (n, m) = (x.len() as f64, y.len() as f64);
    let mut all: Vec<(f64, bool)> = x.iter().map(|v| (v - shift, true)).collect();
    all.extend(y.iter().map(|v| (*v, false)));
    all.sort_by(|a, b| a.0.total_cmp(&b.0));
    let (mut ranks, mut ties, mut before) = (0.0, 0.0, 0.0);
    for tie in all.chunk_by(|a, b| a.0 == b.0) {
        let t = tie.len() as f64;
        let own = tie.iter().filter(|v| v.1).count() as f64;
        ranks += own * (before + (t + 1.0) / 2.0);
        ties += t * t * t - t;
        before += t;
    }
    let off = ranks - n * (n + 1.0) / 2.0 - n * m / 2.0;
    let correction = if off == 0.0 { 0.0 } else { 0.5 * off.signum() };
    let variance = n * m / 12.0 * (n + m + 1.0 - ties / ((n + m) * (n + m - 1.0)));
    (off - correction) / variance.sqrt()
}
