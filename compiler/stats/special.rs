//! Special functions: normal, beta, binomial and Student's t.
//!
//! Takes and gives plain numbers; arguments outside a function's domain give NaN or the limit.
//! Own code on `libm`, since the crates at hand stop the continued fraction after 140 terms, which
//! is too early from some ten thousand observations on.

use std::f64::consts::{PI, SQRT_2};

/// The share of a standard normal below `z`: `erfc(-z/√2)/2`.
pub fn normal_cdf(z: f64) -> f64 {
    0.5 * libm::erfc(-z / SQRT_2)
}

/// The standard normal's quantile.
///
/// Starts at Abramowitz & Stegun 26.2.23 (error below 4.5e-4), then Halley's step, which trebles the
/// right digits each time.
pub fn normal_quantile(p: f64) -> f64 {
    if p.is_nan() || p <= 0.0 || p >= 1.0 {
        return match p {
            0.0 => f64::NEG_INFINITY,
            1.0 => f64::INFINITY,
            _ => f64::NAN,
        };
    }
    if p > 0.5 {
        // Only the lower tail has all its digits; `1 - p` is exact here.
        return -normal_quantile(1.0 - p);
    }
    let t = libm::sqrt(-2.0 * libm::log(p));
    let above = 2.515_517 + t * (0.802_853 + t * 0.010_328);
    let below = 1.0 + t * (1.432_788 + t * (0.189_269 + t * 0.001_308));
    let mut z = above / below - t;
    for _ in 0..3 {
        let density = libm::exp(-z * z / 2.0) / libm::sqrt(2.0 * PI);
        let step = (normal_cdf(z) - p) / density;
        z -= step / (1.0 + z * step / 2.0);
    }
    z
}

/// `ln B(a, b)`.
pub fn ln_beta(a: f64, b: f64) -> f64 {
    // B(a,b) = x^a (1-x)^b / (x^a (1-x)^b / B(a,b)), at the x where both powers are mildest.
    let x = a / (a + b);
    a * libm::log(x) + b * libm::log1p(-x) - ln_beta_term(a, b, x)
}

/// What is left of `ln Γ(z)` after Stirling's formula `(z-½)ln z - z + ½ ln 2π`; DLMF 5.11.1.
fn stirling_rest(z: f64) -> f64 {
    if z < 16.0 {
        return libm::lgamma(z) - (z - 0.5) * libm::log(z) + z - 0.5 * libm::log(2.0 * PI);
    }
    let w = 1.0 / (z * z);
    let tail = 1.0 / 1188.0 - w * 691.0 / 360_360.0;
    (1.0 / 12.0 - w * (1.0 / 360.0 - w * (1.0 / 1260.0 - w * (1.0 / 1680.0 - w * tail)))) / z
}

/// `ln( x^a (1-x)^b / B(a,b) )` without the cancellation of three large log-gammas, after C. Loader,
/// "Fast and accurate computation of binomial probabilities" (2000).
fn ln_beta_term(a: f64, b: f64, x: f64) -> f64 {
    let n = a + b;
    let (to_a, to_b) = (n * x, n * (1.0 - x));
    let off = a - to_a;
    let far = a * ln_ratio(off, to_a) + b * ln_ratio(-off, to_b);
    let rest = stirling_rest(n) - stirling_rest(a) - stirling_rest(b);
    0.5 * libm::log(a / n * b / (2.0 * PI)) + rest - far
}

/// `ln((expected + off) / expected)`.
fn ln_ratio(off: f64, expected: f64) -> f64 {
    let share = off / expected;
    if share.abs() < 0.5 {
        libm::log1p(share)
    } else {
        libm::log((expected + off) / expected)
    }
}

/// The continued fraction of the incomplete beta function, by Lentz's method; DLMF 8.17.22.
/// It takes about √max(a, b) terms.
fn beta_fraction(a: f64, b: f64, x: f64) -> f64 {
    let tiny = f64::MIN_POSITIVE / f64::EPSILON;
    let safe = |v: f64| if v.abs() < tiny { tiny } else { v };
    let mut c = 1.0;
    let mut d = 1.0 / safe(1.0 - (a + b) * x / (a + 1.0));
    let mut h = d;
    for step in 1..200_000_u32 {
        let m = f64::from(step);
        let even = m * (b - m) * x / ((a - 1.0 + 2.0 * m) * (a + 2.0 * m));
        let odd = -(a + m) * (a + b + m) * x / ((a + 2.0 * m) * (a + 1.0 + 2.0 * m));
        let before = h;
        for term in [even, odd] {
            d = 1.0 / safe(1.0 + term * d);
            c = safe(1.0 + term / c);
            h *= c * d;
        }
        if (h - before).abs() <= h.abs() * f64::EPSILON {
            break;
        }
    }
    h
}

/// The regularised incomplete beta function `I_x(a, b)`, for a, b > 0; DLMF 8.17.
pub fn beta_cdf(a: f64, b: f64, x: f64) -> f64 {
    if x <= 0.0 {
        return 0.0;
    }
    if x >= 1.0 {
        return 1.0;
    }
    let term = libm::exp(ln_beta_term(a, b, x));
    if x < (a + 1.0) / (a + b + 2.0) {
        term * beta_fraction(a, b, x) / a
    } else {
        1.0 - term * beta_fraction(b, a, 1.0 - x) / b
    }
}

/// The `x` with `I_x(a, b) = p`: Newton's steps, halving where they would leave the bracket.
pub fn beta_quantile(a: f64, b: f64, p: f64) -> f64 {
    if p <= 0.0 || p >= 1.0 {
        return p.clamp(0.0, 1.0);
    }
    let (mut low, mut high) = (0.0_f64, 1.0_f64);
    let mut x = a / (a + b);
    for _ in 0..400 {
        let over = beta_cdf(a, b, x) - p;
        if over > 0.0 {
            high = x;
        } else {
            low = x;
        }
        let density = libm::exp(ln_beta_term(a, b, x)) / (x * (1.0 - x));
        let step = over / density;
        // The digits double with each step: after one so small all are right.
        if step.abs() <= 1e-13 * x {
            return x - step;
        }
        x -= step;
        if !(x > low && x < high) {
            // Tails span many orders of magnitude: go down by those first.
            x = if low == 0.0 {
                high / 16.0
            } else {
                (low + high) / 2.0
            };
        }
    }
    x
}

/// P(X ≤ k) of a binomial with `n` trials of chance `p`: `I_{1-p}(n-k, k+1)`.
pub fn binomial_cdf(k: u64, n: u64, p: f64) -> f64 {
    if k >= n {
        return 1.0;
    }
    beta_cdf((n - k) as f64, k as f64 + 1.0, 1.0 - p)
}

/// P(X ≥ k) of a binomial with `n` trials of chance `p`: `I_p(k, n-k+1)`.
pub fn binomial_tail(k: u64, n: u64, p: f64) -> f64 {
    match k {
        0 => 1.0,
        _ if k > n => 0.0,
        _ => beta_cdf(k as f64, (n - k) as f64 + 1.0, p),
    }
}

/// The quantile of Student's t with `freedom` degrees: from `I_{ν/(ν+t²)}(ν/2, ½) = 2p` below ½.
pub fn student_quantile(freedom: f64, p: f64) -> f64 {
    if p > 0.5 {
        return -student_quantile(freedom, 1.0 - p);
    }
    // `1 - x` keeps its digits only if it is what is solved for, near the middle.
    let rest = 1.0 - beta_quantile(freedom / 2.0, 0.5, 2.0 * p);
    if rest > 0.5 {
        let x = beta_quantile(freedom / 2.0, 0.5, 2.0 * p);
        return -libm::sqrt(freedom * (1.0 - x) / x);
    }
    let y = beta_quantile(0.5, freedom / 2.0, 1.0 - 2.0 * p);
    -libm::sqrt(freedom * y / (1.0 - y))
}
