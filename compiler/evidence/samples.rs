//! Single measurements, for statistics.

/// One measurement.
#[derive(Clone, Debug, PartialEq)]
pub struct Sample {
    /// In the base unit.
    pub value: f64,
    /// What was measured, the same in each report of it: pairs are made by it.
    pub item: Option<String>,
}

/// Measurements of one thing.
pub type Samples = Vec<Sample>;

impl From<f64> for Sample {
    fn from(value: f64) -> Self {
        Self { value, item: None }
    }
}
