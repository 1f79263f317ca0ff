//! What judging gives: a tree of verdicts with their reasons.

use super::number::Num;
use super::numbers::Numbers;
use crate::plan::Verdict;

/// A gate, judged.
#[derive(Clone, Debug, PartialEq)]
pub struct Assessment {
    /// The gate's id.
    pub gate: String,
    /// Its name for people.
    pub title: String,
    /// The pipeline.
    pub pipeline: String,
    /// What came out.
    pub verdict: Verdict,
    /// Its points, if they are known.
    pub score: Option<Num>,
    /// Points it must reach.
    pub pass: f64,
    /// Whether it has a scoring of its own.
    pub scored: bool,
    /// What it was judged by, in source order.
    pub items: Vec<Item>,
    /// What to do.
    pub advice: Vec<String>,
    /// What whoever reads the verdict should know beside it.
    pub notes: Vec<String>,
    /// Who let a failure through, if someone did; the verdict is then `overridden`.
    pub overridden: Option<Overridden>,
    /// What was assumed instead of measured (`latency_p95 = 19ms`); then this judges no run.
    pub assumed: Vec<String>,
    /// Where it was written.
    pub place: String,
}

impl Assessment {
    /// A gate that can't be judged at all.
    pub fn nothing(gate: &str, pipeline: &str, reason: String) -> Self {
        let item = Item::new(Role::Require, gate, Verdict::Undecided, "");
        Self {
            gate: gate.to_string(),
            title: gate.to_string(),
            pipeline: pipeline.to_string(),
            verdict: Verdict::Undecided,
            score: None,
            pass: 100.0,
            scored: false,
            items: vec![Item {
                reasons: vec![reason],
                ..item
            }],
            advice: Vec::new(),
            notes: Vec::new(),
            overridden: None,
            assumed: Vec::new(),
            place: String::new(),
        }
    }
}

/// A failure that someone answers for.
#[derive(Clone, Debug, PartialEq)]
pub struct Overridden {
    /// The verdict without it.
    pub was: Verdict,
    /// Why.
    pub reason: String,
    /// Who approved it, as the run shows.
    pub by: String,
    /// Until when it holds, in seconds since 1970 (UTC); none: for this run.
    pub until: Option<f64>,
    /// Where the `override` was written.
    pub place: String,
}

/// What an item is to its gate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// `require`
    Require,
    /// `score x >= y`
    Score,
    /// A line of `weights`.
    Part,
    /// The points against the pass mark.
    Total,
    /// How a stage that gives evidence ended.
    Stage,
}

impl Role {
    /// A word for it.
    pub fn name(self) -> &'static str {
        match self {
            Role::Require => "require",
            Role::Score => "score",
            Role::Part => "part",
            Role::Total => "total",
            Role::Stage => "stage",
        }
    }
}

/// One line of an assessment.
#[derive(Clone, Debug, PartialEq)]
pub struct Item {
    /// What it is.
    pub role: Role,
    /// Its id in reports.
    pub id: String,
    /// How it ended.
    pub verdict: Verdict,
    /// Whether its failure is its gate's.
    pub decides: bool,
    /// What was asked, as written.
    pub asks: String,
    /// What was measured, with its unit.
    pub value: Option<String>,
    /// What it was held against, with its unit.
    pub limit: Option<String>,
    /// The same as numbers, with what they measure, and what else was reckoned with.
    pub numbers: Numbers,
    /// Points earned, and how many there were to earn.
    pub points: Option<(Num, f64)>,
    /// Why it ended so, where that isn't plain.
    pub reasons: Vec<String>,
    /// Where it was written.
    pub place: String,
    /// The gate that it stands for.
    pub child: Option<Box<Assessment>>,
}

impl Item {
    /// An item that says no more than its verdict.
    pub fn new(role: Role, id: &str, verdict: Verdict, place: &str) -> Self {
        Self {
            role,
            id: id.to_string(),
            verdict,
            decides: true,
            asks: String::new(),
            value: None,
            limit: None,
            numbers: Numbers::default(),
            points: None,
            reasons: Vec::new(),
            place: place.to_string(),
            child: None,
        }
    }
}

/// The verdict of a gate from those of its items: what fails, then what is not known, decides.
pub fn combined<'i>(items: impl Iterator<Item = &'i Item> + Clone) -> Verdict {
    let any = |wanted| {
        items
            .clone()
            .any(|i| i.verdict == wanted && (i.decides || wanted != Verdict::Fail))
    };
    [
        Verdict::Fail,
        Verdict::Undecided,
        Verdict::Skipped,
        Verdict::Overridden,
        Verdict::Warn,
    ]
    .into_iter()
    .find(|verdict| any(*verdict))
    .unwrap_or(Verdict::Pass)
}
