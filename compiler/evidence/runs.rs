//! One thing measured several times, and the statistics that follow from it.
//!
//! Benchmark tools write their runs and statistics of them. The runs are counted again; where a
//! statistic says something else, the file was changed or is of another format.

use super::table::{Cell, Row};
use super::{Data, Malformed, Reading, quote};

/// How far a statistic may lie from the one that is counted again: tools sum in another order.
const ROUNDING: f64 = 1e-6;

/// Measurements in the base unit: finite, none below zero, at least one.
#[derive(Clone, Debug)]
pub struct Runs(Vec<f64>);

impl Runs {
    /// Measurements in the base unit.
    pub fn new(values: Vec<f64>, of: &str) -> Result<Self, Malformed> {
        if values.is_empty() {
            return Err(Malformed(format!("holds no run of {}", quote(of))));
        }
        match values.iter().find(|v| !v.is_finite() || **v < 0.0) {
            Some(value) => Err(Malformed(format!(
                "holds {value} as a time of {}",
                quote(of)
            ))),
            None => Ok(Self(values)),
        }
    }

    /// A list of numbers, each times `unit` in the base unit.
    pub fn read(list: &[Data], unit: f64, of: &str) -> Result<Self, Malformed> {
        let number = |item: &Data| match item.number() {
            Some(number) => Ok(number * unit),
            None => Err(Malformed(format!(
                "holds {} as a time of {}",
                item.describe(),
                quote(of)
            ))),
        };
        Self::new(list.iter().map(number).collect::<Result<_, _>>()?, of)
    }

    /// How many.
    pub fn count(&self) -> usize {
        self.0.len()
    }

    /// The average.
    pub fn mean(&self) -> f64 {
        self.0.iter().sum::<f64>() / self.0.len() as f64
    }

    /// The middle one, or the average of the two in the middle.
    pub fn median(&self) -> f64 {
        let mut sorted = self.0.clone();
        sorted.sort_by(f64::total_cmp);
        let at = |i: usize| sorted.get(i).copied().unwrap_or_default();
        match sorted.len() {
            n if n % 2 == 0 => (at(n / 2 - 1) + at(n / 2)) / 2.0,
            n => at(n / 2),
        }
    }

    /// The least.
    pub fn min(&self) -> f64 {
        self.0.iter().copied().fold(f64::INFINITY, f64::min)
    }

    /// The greatest.
    pub fn max(&self) -> f64 {
        self.0.iter().copied().fold(0.0, f64::max)
    }

    /// The standard deviation of a sample (divided by n - 1); none of one run.
    pub fn stddev(&self) -> Option<f64> {
        let (n, mean) = (self.0.len() as f64, self.mean());
        let squares: f64 = self.0.iter().map(|v| (v - mean).powi(2)).sum();
        (self.0.len() > 1).then(|| (squares / (n - 1.0)).sqrt())
    }

    /// `mean`, `median`, `min`, `max`, `stddev`, `runs` and `times` of a row.
    pub fn row(&self) -> Row {
        Row::from([
            ("mean", Cell::from(self.mean())),
            ("median", Cell::from(self.median())),
            ("min", Cell::Least(Reading::from(self.min()))),
            ("max", Cell::Greatest(Reading::from(self.max()))),
            (
                "stddev",
                Cell::or(self.stddev(), "is of one run, which has no spread"),
            ),
            ("runs", Cell::Count(self.count() as f64)),
            (
                "times",
                Cell::Each(self.0.iter().copied().map(Into::into).collect()),
            ),
        ])
    }

    /// An error if the file's own statistics are not those of its runs. `unit` is theirs.
    pub fn agree(&self, stats: &Data, unit: f64, of: &str) -> Result<(), Malformed> {
        for (name, counted) in [
            ("mean", self.mean()),
            ("median", self.median()),
            ("min", self.min()),
            ("max", self.max()),
        ] {
            let Some(said) = stats.get(name).and_then(Data::number) else {
                continue;
            };
            let said = said * unit;
            if (said - counted).abs() > ROUNDING * counted.abs().max(said.abs()) {
                return Err(Malformed(format!(
                    "claims {said} s as the {name} of {}, and its runs give {counted} s",
                    quote(of)
                )));
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn statistics_are_counted() {
        let runs = Runs::new(vec![4.0, 1.0, 2.0, 3.0], "x").unwrap();
        let found = (runs.mean(), runs.median(), runs.min(), runs.max());
        assert_eq!(found, (2.5, 2.5, 1.0, 4.0));
        assert!((runs.stddev().unwrap() - 1.290_994_448_735_805_6).abs() < 1e-12);
        let one = Runs::new(vec![2.0], "x").unwrap();
        assert_eq!((one.median(), one.stddev()), (2.0, None));
    }

    #[test]
    fn runs_are_numbers() {
        for values in [vec![], vec![f64::NAN], vec![f64::INFINITY], vec![1.0, -1.0]] {
            assert!(Runs::new(values.clone(), "x").is_err(), "{values:?}");
        }
        assert!(Runs::read(&[Data::Text("1".into())], 1.0, "x").is_err());
    }

    #[test]
    fn statistics_that_say_something_else_are_an_error() {
        let runs = Runs::new(vec![1.0, 2.0], "x").unwrap();
        let says = |text: &str| runs.agree(&Data::parse(text.as_bytes()).unwrap(), 1e-3, "x");
        assert_eq!(says(r#"{"mean":1500.0000001,"max":2000}"#), Ok(()));
        assert!(says(r#"{"mean":1400}"#).is_err());
    }
}
