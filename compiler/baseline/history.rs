//! The history of a baseline: all records of its store, and the statistic over them.

use std::collections::BTreeMap;

use super::record::{Broken, Entry, File, Key, Pin, Record, Summary};
use crate::plan::Better;

/// The records and anchors of one baseline, oldest first.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct History {
    /// Accepted runs.
    pub records: Vec<Record>,
    pins: Vec<Pin>,
    /// Why there is no more of a metric than this, where that doesn't mean a first run.
    absent: BTreeMap<String, String>,
}

/// Which of the kept results is the reference.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Statistic {
    /// The newest.
    Last,
    /// The middle one; between two, their mean.
    Median,
    /// The best in the metric's direction.
    Best,
    /// The pinned one, or the oldest if none is.
    Anchor,
}

impl Statistic {
    /// The symbol of the language; any other is the newest.
    pub fn from_name(name: &str) -> Self {
        match name {
            "median" => Statistic::Median,
            "best" => Statistic::Best,
            _ => Statistic::Last,
        }
    }

    /// A word for it.
    pub fn name(self) -> &'static str {
        match self {
            Statistic::Last => "last",
            Statistic::Median => "median",
            Statistic::Best => "best",
            Statistic::Anchor => "anchor",
        }
    }
}

/// How a baseline makes one reference of many records.
#[derive(Clone, Debug, PartialEq)]
pub struct Policy {
    /// Which one.
    pub statistic: Statistic,
    /// How many of the newest count.
    pub keep: usize,
    /// Oldest age that counts, in seconds.
    pub max_age: Option<f64>,
    /// Now, in seconds since 1970; none: nothing is known to be too old.
    pub now: Option<f64>,
}

/// Whose reference is asked for.
#[derive(Clone, Debug, PartialEq)]
pub struct Question<'a> {
    /// The metric.
    pub metric: &'a str,
    /// Its cells; empty: none.
    pub cell: &'a str,
    /// Its group; empty: none.
    pub group: &'a str,
    /// The name of its quantity.
    pub unit: &'a str,
    /// Its direction.
    pub better: Option<Better>,
    /// What tells its results apart, here.
    pub key: &'a Key,
}

/// A value that an earlier run left.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Earlier {
    /// When it was accepted, in seconds since 1970.
    pub time: f64,
    /// In the base unit.
    pub value: f64,
}

/// What a history has to say.
#[derive(Clone, Debug, PartialEq)]
pub enum Reference {
    /// A value.
    Found {
        /// In the base unit.
        value: f64,
        /// Of how many runs.
        runs: usize,
        /// The newest of their commits.
        commit: Option<String>,
        /// The samples of all of them, where each has some.
        samples: Vec<Summary>,
    },
    /// It was never recorded.
    Never,
    /// There is something, but it can't be used; why.
    Unusable(String),
}

impl History {
    /// The history that documents tell, in whatever order they come. A repeated run counts once,
    /// with what it measured last.
    pub fn of(files: impl IntoIterator<Item = File>) -> Self {
        let mut history = Self::default();
        for file in files {
            match file {
                File::Record(record) => history.records.push(record),
                File::Pin(pin) => history.pins.push(pin),
            }
        }
        let order = |a: f64, b: f64| a.total_cmp(&b);
        let ids: fn(&Record) -> String = Record::id;
        history
            .records
            .sort_by(|a, b| order(a.time, b.time).then_with(|| ids(a).cmp(&ids(b))));
        history
            .pins
            .sort_by(|a, b| order(a.time, b.time).then_with(|| a.anchor.cmp(&b.anchor)));
        history.drop_repeated();
        history
    }

    /// What someone who keeps no records says of the past, and why there is no more of a metric.
    pub fn told(records: Vec<Record>, absent: BTreeMap<String, String>) -> Self {
        Self {
            absent,
            ..Self::of(records.into_iter().map(File::Record))
        }
    }

    /// What was known before a time, in seconds since 1970.
    pub fn before(&self, time: f64) -> Self {
        let mut before = self.clone();
        before.records.retain(|record| record.time < time);
        before.pins.retain(|pin| pin.time < time);
        before
    }

    /// The history of texts, each with a name for messages.
    pub fn parse<'t>(texts: impl IntoIterator<Item = (&'t str, &'t str)>) -> Result<Self, Broken> {
        let files: Result<Vec<_>, _> = texts
            .into_iter()
            .map(|(name, text)| {
                File::parse(text).map_err(|Broken(why)| Broken(format!("{name} {why}")))
            })
            .collect();
        files.map(Self::of)
    }

    fn drop_repeated(&mut self) {
        let mut seen = std::collections::BTreeSet::new();
        let mut kept: Vec<Record> = Vec::new();
        let anchors: Vec<String> = self.pins.iter().map(|p| p.anchor.clone()).collect();
        for record in self.records.drain(..).rev() {
            let same = (
                record.run.clone(),
                record.pipeline.clone(),
                record.key.clone(),
            );
            let first = record.run.is_empty() || seen.insert(same);
            if first || anchors.contains(&record.id()) {
                kept.push(record);
            }
        }
        kept.reverse();
        self.records = kept;
    }

    /// The record that a budget counts from: the one pinned last, else the oldest of its key.
    pub fn anchor(&self, key: &Key) -> Option<&Record> {
        let of_key = || self.records.iter().filter(|r| has(r, key));
        let pinned = self.pins.iter().rev();
        let pinned = pinned.filter_map(|pin| of_key().find(|r| r.id() == pin.anchor));
        pinned.into_iter().next().or_else(|| of_key().next())
    }

    /// Ids of records that no reference needs any more: older than the newest `keep` of their
    /// key, and no anchor.
    pub fn needless(&self, keep: usize) -> Vec<String> {
        let needless = |(at, record): (usize, &Record)| {
            let newer = self.records.iter().skip(at + 1);
            if newer.filter(|r| r.key == record.key).count() < keep {
                return None;
            }
            let id = record.id();
            let anchor = self.pins.iter().any(|pin| pin.anchor == id)
                || self.anchor(&record.key).is_some_and(|a| a.id() == id);
            (!anchor).then_some(id)
        };
        self.records
            .iter()
            .enumerate()
            .filter_map(needless)
            .collect()
    }

    /// The reference of one value.
    pub fn reference(&self, of: &Question, policy: &Policy) -> Reference {
        if policy.statistic == Statistic::Anchor {
            return self.anchored(of);
        }
        let of_key = self.records.iter().rev().filter(|r| has(r, of.key));
        let recorded: Vec<_> = of_key
            .filter_map(|record| Some((record, entry(record, of)?)))
            .collect();
        let Some((newest, _)) = recorded.first() else {
            return match self.absent.get(of.metric) {
                Some(why) => Reference::Unusable(why.clone()),
                None => Reference::Never,
            };
        };
        let fresh = |time: f64| match (policy.max_age, policy.now) {
            (Some(age), Some(now)) => now - time <= age,
            _ => true,
        };
        if !fresh(newest.time) {
            let days = policy.now.map_or(0.0, |now| (now - newest.time) / 86_400.0);
            return Reference::Unusable(format!(
                "the newest result is {days:.1} days old, older than `max_age`"
            ));
        }
        let most = if policy.statistic == Statistic::Last {
            1
        } else {
            policy.keep.max(1)
        };
        let counted: Vec<_> = recorded
            .into_iter()
            .filter(|(record, _)| fresh(record.time))
            .take(most)
            .collect();
        combined(&counted, policy.statistic, of.better)
    }

    /// The newest of the values that were kept, oldest first, whether or not the reference is made
    /// of them.
    pub fn series(&self, of: &Question, most: usize) -> Vec<Earlier> {
        let of_key = self.records.iter().rev().filter(|r| has(r, of.key));
        let values = of_key.filter_map(|record| {
            let value = entry(record, of)?.value.filter(|v| v.is_finite())?;
            Some(Earlier {
                time: record.time,
                value,
            })
        });
        let mut newest: Vec<Earlier> = values.take(most).collect();
        newest.reverse();
        newest
    }

    fn anchored(&self, of: &Question) -> Reference {
        let found = self.anchor(of.key);
        match found.and_then(|record| Some((record, entry(record, of)?))) {
            Some(found) => combined(&[found], Statistic::Anchor, of.better),
            None => Reference::Never,
        }
    }
}

fn has(record: &Record, key: &Key) -> bool {
    key.iter()
        .all(|(name, value)| record.key.get(name) == Some(value))
}

fn entry<'r>(record: &'r Record, of: &Question) -> Option<&'r Entry> {
    record.values.iter().find(|entry| {
        entry.metric == of.metric
            && entry.cell == of.cell
            && entry.group == of.group
            && entry.unit == of.unit
    })
}

fn combined(
    counted: &[(&Record, &Entry)],
    statistic: Statistic,
    better: Option<Better>,
) -> Reference {
    let values: Option<Vec<f64>> = counted
        .iter()
        .map(|(_, entry)| entry.value.filter(|v| v.is_finite()))
        .collect();
    let Some(mut values) = values else {
        return Reference::Unusable("a recorded value is null".to_string());
    };
    values.sort_by(f64::total_cmp);
    let value = match (statistic, better) {
        (Statistic::Median, _) => median(&values),
        (Statistic::Best, Some(Better::Higher)) => values.last().copied(),
        (Statistic::Best, Some(Better::Lower)) => values.first().copied(),
        (Statistic::Best, None) => {
            let why = "the best is asked for, and the metric doesn't say what is better";
            return Reference::Unusable(why.to_string());
        }
        (Statistic::Last | Statistic::Anchor, _) => {
            counted.first().and_then(|(_, entry)| entry.value)
        }
    };
    let Some(value) = value else {
        return Reference::Never;
    };
    let samples: Option<Vec<Summary>> = counted.iter().map(|(_, e)| e.samples.clone()).collect();
    let commit = counted.first().map(|(record, _)| record.commit.clone());
    Reference::Found {
        value,
        runs: counted.len(),
        commit: commit.filter(|c| !c.is_empty()),
        samples: samples.unwrap_or_default(),
    }
}

/// The middle of sorted values; between two, their mean.
fn median(sorted: &[f64]) -> Option<f64> {
    let middle = sorted.len() / 2;
    let upper = sorted.get(middle)?;
    match sorted.len() % 2 {
        1 => Some(*upper),
        _ => Some((sorted.get(middle.checked_sub(1)?)? + upper) / 2.0),
    }
}
