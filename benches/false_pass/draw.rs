//! Where the draws come from: distributions whose truth is known.

use gatec::stats::random::Random;
use gatec::stats::special::normal_quantile;

/// A distribution, and what is true of it.
#[derive(Debug, Clone, Copy)]
pub enum Source {
    /// Mean 100, deviation 10: a quiet benchmark.
    Normal,
    /// Median 100, σ 0.6: latencies.
    Lognormal,
    /// Mean 1.
    Exponential,
    /// Beta(8, 2), mean 0.8: scores that lean against 1.
    Scores,
    /// 1 with a chance of 0.9, else 0.
    Yes,
}

impl Source {
    /// As the tables call it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Normal => "normal, σ 10 %",
            Self::Lognormal => "lognormal, σ 0.6",
            Self::Exponential => "exponential",
            Self::Scores => "Beta(8, 2)",
            Self::Yes => "yes or no, 90 %",
        }
    }

    /// The true mean.
    pub fn mean(self) -> f64 {
        match self {
            Self::Normal => 100.0,
            Self::Lognormal => 100.0 * (0.18_f64).exp(),
            Self::Exponential => 1.0,
            Self::Scores => 0.8,
            Self::Yes => 0.9,
        }
    }

    /// One value.
    pub fn draw(self, random: &mut Random) -> f64 {
        match self {
            Self::Normal => 100.0 + 10.0 * normal(random),
            Self::Lognormal => 100.0 * (0.6 * normal(random)).exp(),
            Self::Exponential => -random.unit().ln(),
            Self::Scores => {
                let mut nine: Vec<f64> = (0..9).map(|_| random.unit()).collect();
                nine.sort_by(f64::total_cmp);
                nine[7]
            }
            Self::Yes => f64::from(random.unit() < 0.9),
        }
    }

    /// So many values.
    pub fn sample(self, n: usize, random: &mut Random) -> Vec<f64> {
        (0..n).map(|_| self.draw(random)).collect()
    }

    /// The true quantile, where it has one in closed form.
    pub fn quantile(self, q: f64) -> f64 {
        match self {
            Self::Normal => 100.0 + 10.0 * normal_quantile(q),
            Self::Lognormal => 100.0 * (0.6 * normal_quantile(q)).exp(),
            Self::Exponential => -(1.0 - q).ln(),
            Self::Scores | Self::Yes => unreachable!("no table asks"),
        }
    }
}

/// A standard normal, by the inverse: one uniform each, so that a seed means the same draws.
fn normal(random: &mut Random) -> f64 {
    normal_quantile(random.unit())
}

/// How many of `n` trials pass.
pub fn binomial(n: u64, p: f64, random: &mut Random) -> u64 {
    (0..n).filter(|_| random.unit() < p).count() as u64
}
