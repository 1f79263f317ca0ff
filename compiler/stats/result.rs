//! What every method gives: an interval that says how it came about, or why there is none.

use std::fmt;

/// Which ends of an interval are asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    /// The truth is at least `low`, with the whole error on this end.
    Low,
    /// The truth is at most `high`, with the whole error on this end.
    High,
    /// Both, with half the error on each end.
    Both,
}

impl Side {
    /// The opposite end.
    pub fn other(self) -> Self {
        match self {
            Side::Low => Side::High,
            Side::High => Side::Low,
            Side::Both => Side::Both,
        }
    }

    /// The error that one end may have.
    pub(super) fn error(self, confidence: f64) -> f64 {
        let error = 1.0 - confidence;
        if self == Self::Both {
            error / 2.0
        } else {
            error
        }
    }

    /// The ends that are asked; the others are the ends of what is possible at all.
    pub(super) fn ends(self, (low, high): (f64, f64), (least, most): (f64, f64)) -> (f64, f64) {
        match self {
            Self::Low => (low, most),
            Self::High => (least, high),
            Self::Both => (low, high),
        }
    }
}

/// Where the truth lies, with the confidence that was asked.
#[derive(Debug, Clone, PartialEq)]
pub struct Interval {
    /// At least this; the least possible value if only the high end was asked.
    pub low: f64,
    /// At most this; the greatest possible value if only the low end was asked.
    pub high: f64,
    /// The best single guess.
    pub estimate: f64,
    /// Observations.
    pub n: u64,
    /// Independent observations that carry as much: items, if they were asked several times.
    pub effective_n: f64,
    /// How it was computed, as a reader can look it up.
    pub method: &'static str,
}

impl Interval {
    /// The same, for `n` observations, of which several belonged to one item.
    pub(super) fn counting(self, n: usize) -> Self {
        Self {
            n: n as u64,
            ..self
        }
    }
}

/// Why there is no interval.
#[derive(Debug, Clone, PartialEq)]
pub struct Undecidable {
    /// What stands in the way.
    pub why: Why,
    /// How many observations (items; in a comparison, per side) would do, if a number does.
    pub needs: Option<u64>,
}

/// What stands in the way of an interval.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Why {
    /// There is nothing to count.
    NoData,
    /// No result with so few could carry the confidence that is asked.
    TooFew,
    /// All values are the same, so they don't show how much they vary.
    AllAlike,
    /// A value is infinite or not a number.
    NotFinite,
    /// A share of a value that isn't above 0 says nothing.
    NotPositive,
    /// A value outside the range it was said to have, or more passed than were tried.
    Impossible,
    /// A confidence or quantile that isn't between 0 and 1, both excluded.
    NotAShare,
}

impl fmt::Display for Why {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NoData => "there are no observations",
            Self::TooFew => "there are too few observations for this confidence",
            Self::AllAlike => "all values are the same, so they don't show how much they vary",
            Self::NotFinite => "a value is infinite or not a number",
            Self::NotPositive => "a value is not above 0, so a share of it says nothing",
            Self::Impossible => "a value is outside its range",
            Self::NotAShare => "a confidence or a quantile is not between 0 and 1",
        })
    }
}

impl fmt::Display for Undecidable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.why)?;
        self.needs
            .map_or(Ok(()), |needs| write!(f, "; {needs} would do"))
    }
}

impl From<Why> for Undecidable {
    fn from(why: Why) -> Self {
        Self { why, needs: None }
    }
}

/// An interval, or why there is none.
pub type Bound = Result<Interval, Undecidable>;

/// Whether a confidence or a quantile is one.
pub(super) fn share(value: f64) -> Result<(), Undecidable> {
    if value > 0.0 && value < 1.0 {
        Ok(())
    } else {
        Err(Why::NotAShare.into())
    }
}

/// Whether there are values, all finite.
pub(super) fn finite(values: &[f64]) -> Result<(), Undecidable> {
    if values.is_empty() {
        let (why, needs) = (Why::NoData, Some(1));
        return Err(Undecidable { why, needs });
    }
    if values.iter().all(|v| v.is_finite()) {
        Ok(())
    } else {
        Err(Why::NotFinite.into())
    }
}

/// At least `needs` values, or [`Why::TooFew`].
pub(super) fn at_least(n: usize, needs: u64) -> Result<(), Undecidable> {
    if n as u64 >= needs {
        return Ok(());
    }
    let (why, needs) = (Why::TooFew, Some(needs));
    Err(Undecidable { why, needs })
}
