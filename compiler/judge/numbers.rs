//! The numbers of an item, each with what it measures. Base units throughout: seconds, bytes,
//! ratios as 0 to 1, points as 0 to 100.

use super::number::Num;
use crate::baseline::Kept;
use crate::plan::{Better, Operator, Quantity};

/// A number and what it measures.
#[derive(Clone, Debug, PartialEq)]
pub struct Measure {
    /// The number, known or within bounds.
    pub number: Num,
    /// What it measures.
    pub quantity: Quantity,
}

/// What of an item is a number. What an item doesn't have is empty.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Numbers {
    /// What was measured.
    pub value: Option<Measure>,
    /// How it was compared, and with what.
    pub limit: Option<(Operator, Measure)>,
    /// The nearer limit, from which it warns.
    pub warn: Option<Measure>,
    /// The values of its groups, by group, where it has some.
    pub groups: Vec<(String, Measure)>,
    /// Which direction of the value is good, where it is one metric's.
    pub better: Option<Better>,
    /// Earlier results that it was compared with, one for each metric (and group).
    pub past: Vec<Past>,
    /// The bounds that decided, where it asks for a confidence; one for each group.
    pub bounds: Vec<Bound>,
    /// Its share of its gate's points, 0 to 1.
    pub weight: Option<f64>,
}

/// A metric compared with an earlier result.
#[derive(Clone, Debug, PartialEq)]
pub struct Past {
    /// The baseline's id.
    pub baseline: String,
    /// The metric's id.
    pub metric: String,
    /// Its group, if it has groups.
    pub group: Option<String>,
    /// What was measured now.
    pub now: Measure,
    /// The reference.
    pub before: Measure,
    /// `last`, `median`, `best`, or `anchor`.
    pub statistic: String,
    /// Of how many accepted runs the reference is made.
    pub runs: usize,
    /// `now - before`.
    pub change: Measure,
    /// `(now - before) / |before|`; none where the reference is zero.
    pub relative: Option<Num>,
    /// The commit of the newest run in the reference.
    pub commit: Option<String>,
    /// The newest of the values that are kept, oldest first, in what `before` measures.
    pub series: Vec<Kept>,
}

/// The confidence bound of a measured value.
#[derive(Clone, Debug, PartialEq)]
pub struct Bound {
    /// Its group, if it has groups.
    pub group: Option<String>,
    /// The confidence asked for, 0 to 1; one-sided.
    pub confidence: f64,
    /// The estimate.
    pub estimate: Measure,
    /// The bounds; only the one on the limit's side decides.
    pub interval: Measure,
    /// How many samples there were.
    pub n: usize,
    /// How many independent ones they are worth: clusters, where items were repeated.
    pub effective_n: f64,
    /// How the bound was reckoned: `Clopper-Pearson`, `BCa bootstrap` …
    pub method: String,
}
