//! Numbers as a report gives them: exact, or rounded and so between two bounds.

/// A number of a report.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Reading {
    /// Least.
    pub low: f64,
    /// Greatest.
    pub high: f64,
}

impl From<f64> for Reading {
    fn from(number: f64) -> Self {
        Self {
            low: number,
            high: number,
        }
    }
}

impl Reading {
    /// What a decimal that was rounded to its last digit may have been: `0.97` is 0.965 to 0.975.
    /// Both bounds belong to it, as tools round halves either way. None of what is no decimal.
    pub fn rounded(text: &str) -> Option<Self> {
        let digits = text.trim();
        let (mantissa, exponent) = digits.split_once(['e', 'E']).unwrap_or((digits, "0"));
        let decimals = mantissa.split_once('.').map_or(0, |(_, d)| d.len());
        let number: f64 = digits.parse().ok().filter(|n: &f64| n.is_finite())?;
        let exponent: i32 = exponent.parse().ok()?;
        let last = exponent.checked_sub(i32::try_from(decimals).ok()?)?;
        let half = 10f64.powi(last) / 2.0;
        Some(Self {
            low: number - half,
            high: number + half,
        })
    }

    /// Within two bounds that hold anyway.
    pub fn within(self, low: f64, high: f64) -> Self {
        Self {
            low: self.low.clamp(low, high),
            high: self.high.clamp(low, high),
        }
    }

    /// The least reading that holds both.
    pub fn hull(self, other: Self) -> Self {
        Self {
            low: self.low.min(other.low),
            high: self.high.max(other.high),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rounded_decimal_is_an_interval() {
        for (text, low, high) in [
            ("0.97", 0.965, 0.975),
            (" 1 ", 0.5, 1.5),
            ("1.0", 0.95, 1.05),
            ("-2.5e1", -25.5, -24.5),
            ("9.72E-1", 0.9715, 0.9725),
        ] {
            let found = Reading::rounded(text).unwrap();
            assert!((found.low - low).abs() < 1e-12, "{text} {found:?}");
            assert!((found.high - high).abs() < 1e-12, "{text} {found:?}");
        }
        for text in ["", "NaN", "inf", "1e999", "one", "1.2.3"] {
            assert_eq!(Reading::rounded(text), None, "{text}");
        }
    }
}
