//! The one document that every form is made of: an assessment as JSON holds it, version 1.
//!
//! Made of an [`Assessment`], or read back from the JSON that was made of one. Fields may be added
//! (with a default, so that older documents can be read), none is taken away or changed.

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::plan::{Better, Operator, Quantity, Verdict};

/// The version that is written, and the only one that is read.
pub const VERSION: u32 = 1;

/// A gate's report with the version of its form.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Document {
    /// [`VERSION`]
    pub version: u32,
    /// The gate.
    #[serde(flatten)]
    pub gate: Gate,
}

/// A gate, judged.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Gate {
    /// Its id.
    pub gate: String,
    /// Its name for people.
    pub title: String,
    /// The pipeline.
    pub pipeline: String,
    /// What came out.
    #[serde(with = "VerdictWord")]
    pub verdict: Verdict,
    /// Its points, if they are known.
    pub score: Option<Span>,
    /// Points it must reach, 0 to 100.
    pub pass: f64,
    /// Whether it has a scoring of its own.
    #[serde(default)]
    pub scored: bool,
    /// Where it was written, `file:line`.
    pub place: String,
    /// What it was judged by, in source order.
    pub items: Vec<Item>,
    /// What to do.
    pub advice: Vec<String>,
    /// What to know beside the verdict.
    pub notes: Vec<String>,
    /// Who let a failure through.
    #[serde(default)]
    pub overridden: Option<Overridden>,
    /// What was assumed instead of measured.
    #[serde(default)]
    pub assumed: Vec<String>,
}

/// A failure that someone answers for.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Overridden {
    /// The verdict without it.
    #[serde(with = "VerdictWord")]
    pub was: Verdict,
    /// Why.
    pub reason: String,
    /// Who approved it.
    pub by: String,
    /// Until when, in seconds since 1970 (UTC).
    pub until: Option<f64>,
    /// Where it was written.
    pub place: String,
}

/// A condition, or what else a gate is judged by.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Item {
    /// Its id.
    pub id: String,
    /// `require`, `score`, `part`, `total` or `stage`.
    pub role: String,
    /// How it ended.
    #[serde(with = "VerdictWord")]
    pub verdict: Verdict,
    /// Whether its failure is its gate's.
    pub decides: bool,
    /// What was asked, as written.
    pub asks: String,
    /// What was measured, for people.
    pub value: Option<String>,
    /// What it was held against, for people.
    pub limit: Option<String>,
    /// Points earned, and how many there were to earn.
    pub points: Option<Points>,
    /// Why it ended so.
    pub reasons: Vec<String>,
    /// Where it was written, `file:line`.
    pub place: String,
    /// The gate that it stands for.
    pub gate: Option<Box<Gate>>,
    /// The same as numbers.
    #[serde(default)]
    pub numbers: Numbers,
    /// The smallest changes that would make it pass.
    #[serde(default)]
    pub nearest: Vec<Change>,
}

/// Points of an item.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Points {
    /// Earned.
    pub earned: Span,
    /// To earn.
    pub of: f64,
}

/// What of an item is a number.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Numbers {
    /// What was measured.
    pub value: Option<Number>,
    /// What it was held against.
    pub limit: Option<Limit>,
    /// The nearer limit, from which it warns.
    pub warn: Option<Number>,
    /// The values of its groups.
    pub groups: Vec<Group>,
    /// Which direction is good: `higher` or `lower`.
    #[serde(with = "better")]
    pub better: Option<Better>,
    /// Earlier results that it was compared with.
    pub past: Vec<Past>,
    /// The confidence bounds that decided.
    pub bounds: Vec<Bound>,
    /// Its share of its gate's points, 0 to 1.
    pub weight: Option<f64>,
}

/// A number between two bounds, most often equal, in the base unit of its quantity.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Number {
    /// Least; none (`null`) is no bound.
    #[serde(deserialize_with = "low")]
    pub low: f64,
    /// Greatest; none (`null`) is no bound.
    #[serde(deserialize_with = "high")]
    pub high: f64,
    /// What it measures: `duration` (seconds), `ratio` (0 to 1), `bytes` …
    #[serde(with = "quantity")]
    pub quantity: Quantity,
}

/// A bare number between two bounds.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Span {
    /// Least.
    #[serde(deserialize_with = "low")]
    pub low: f64,
    /// Greatest.
    #[serde(deserialize_with = "high")]
    pub high: f64,
}

/// A threshold.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Limit {
    /// `<=`, `>=`, `<`, `>`, `==` or `!=`.
    #[serde(with = "operator")]
    pub op: Operator,
    /// The number.
    #[serde(flatten)]
    pub number: Number,
}

/// The value of one group.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Group {
    /// Its name.
    pub group: String,
    /// Its value.
    #[serde(flatten)]
    pub number: Number,
}

/// A metric compared with an earlier result.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Past {
    /// The baseline's id.
    pub baseline: String,
    /// The metric's id.
    pub metric: String,
    /// Its group, if it has groups.
    pub group: Option<String>,
    /// What was measured now.
    pub now: Number,
    /// The reference.
    pub before: Number,
    /// How the reference is made: `last`, `median`, `best`, `anchor`.
    pub statistic: String,
    /// Of how many runs.
    pub runs: usize,
    /// `now - before`
    pub change: Number,
    /// `(now - before) / |before|`
    pub relative: Option<Span>,
    /// The commit of the newest run in the reference.
    pub commit: Option<String>,
    /// The newest of the values that are kept, 50 at most, oldest first.
    #[serde(default)]
    pub series: Vec<Kept>,
}

/// A value of an earlier run, in what `before` measures.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Kept {
    /// When the run was accepted, in seconds since 1970 (UTC).
    pub time: f64,
    /// The value.
    pub value: f64,
}

/// A confidence bound.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Bound {
    /// Its group, if it has groups.
    pub group: Option<String>,
    /// The confidence, 0 to 1; one-sided.
    pub confidence: f64,
    /// The estimate.
    pub estimate: Number,
    /// The bounds.
    pub interval: Number,
    /// Samples.
    pub n: usize,
    /// Independent samples that they are worth.
    pub effective_n: f64,
    /// How the bound was reckoned.
    pub method: String,
}

/// A change that would make an item pass, or help it to.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Change {
    /// What would change: an item's id, a metric, a group.
    pub what: String,
    /// The value at which it passes; just beyond it where the limit itself is excluded.
    pub at: Option<Number>,
    /// By how much it would change; negative: downward.
    pub by: Option<Number>,
    /// All that as a sentence without a capital and a full stop.
    pub says: String,
}

/// The words of verdicts, as the language has them.
#[derive(Serialize, Deserialize)]
#[serde(remote = "Verdict", rename_all = "lowercase")]
enum VerdictWord {
    Pass,
    Warn,
    Fail,
    Undecided,
    Skipped,
    Overridden,
}

fn low<'de, D: Deserializer<'de>>(from: D) -> Result<f64, D::Error> {
    Ok(Option::deserialize(from)?.unwrap_or(f64::NEG_INFINITY))
}

fn high<'de, D: Deserializer<'de>>(from: D) -> Result<f64, D::Error> {
    Ok(Option::deserialize(from)?.unwrap_or(f64::INFINITY))
}

mod quantity {
    use super::*;

    pub fn serialize<S: Serializer>(quantity: &Quantity, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(quantity.name())
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Quantity, D::Error> {
        use Quantity::*;
        let name = String::deserialize(from)?;
        let known = [Number, Count, Ratio, Points, Duration, Bytes, Rate, Cpu]
            .into_iter()
            .find(|quantity| quantity.name() == name);
        Ok(known.unwrap_or(User(name)))
    }
}

mod operator {
    use super::*;
    use serde::de::Error;

    pub fn serialize<S: Serializer>(op: &Operator, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(op.text())
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Operator, D::Error> {
        use Operator::*;
        let text = String::deserialize(from)?;
        [Less, LessEqual, Greater, GreaterEqual, Equal, NotEqual]
            .into_iter()
            .find(|op| op.text() == text)
            .ok_or_else(|| D::Error::custom("a limit's `op` is no comparison"))
    }
}

mod better {
    use super::*;

    pub fn serialize<S: Serializer>(better: &Option<Better>, to: S) -> Result<S::Ok, S::Error> {
        match better {
            Some(Better::Higher) => to.serialize_str("higher"),
            Some(Better::Lower) => to.serialize_str("lower"),
            None => to.serialize_none(),
        }
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Option<Better>, D::Error> {
        let word: Option<String> = Option::deserialize(from)?;
        Ok(match word.as_deref() {
            Some("higher") => Some(Better::Higher),
            Some("lower") => Some(Better::Lower),
            _ => None,
        })
    }
}
