//! Counts of a report, and the fields that follow from them.
//!
//! Rates are kept as counts until they are asked for, so that reports can be added.

use std::collections::{BTreeMap, BTreeSet};

use super::{Made, Malformed, Reading, Sampled};

/// Counts of one format.
#[derive(Clone, Debug)]
pub struct Tally {
    /// The format.
    format: &'static str,
    /// What adds up.
    counts: BTreeMap<&'static str, f64>,
    /// Of what the greatest counts.
    peaks: BTreeMap<&'static str, f64>,
    /// Fields that no counts stand behind.
    rates: BTreeMap<&'static str, Reading>,
    /// The field that is a share of trials: its name, what counts as passed, what as not.
    trials: Option<[&'static str; 3]>,
    /// What the report says twice and not alike, or leaves unclear: for people.
    notes: Vec<String>,
    /// When it was made, if it says so.
    pub(super) made: Option<Made>,
    /// The fields of the format.
    derive: Derive,
}

/// Gives a field of a format from its counts; `None`: no such field.
pub type Derive = fn(&Tally, &str) -> Option<Result<Reading, Malformed>>;

impl Tally {
    /// Nothing counted yet.
    pub fn new(format: &'static str, derive: Derive) -> Self {
        Self {
            format,
            counts: BTreeMap::new(),
            peaks: BTreeMap::new(),
            rates: BTreeMap::new(),
            trials: None,
            notes: Vec::new(),
            made: None,
            derive,
        }
    }

    /// Counts.
    pub fn count(&mut self, name: &'static str, by: f64) {
        *self.counts.entry(name).or_default() += by;
    }

    /// Remembers the greatest.
    pub fn peak(&mut self, name: &'static str, value: f64) {
        let peak = self.peaks.entry(name).or_insert(value);
        *peak = peak.max(value);
    }

    /// Gives a field that is a rate by itself, where the report has no counts for it.
    pub fn rate(&mut self, field: &'static str, reading: Reading) {
        self.rates.insert(field, reading.within(0.0, 1.0));
    }

    /// Each thing counted as `good` or `bad` is a trial of the field, which is good ÷ both.
    pub fn of_trials(self, field: &'static str, good: &'static str, bad: &'static str) -> Self {
        Self {
            trials: Some([field, good, bad]),
            ..self
        }
    }

    /// The trials behind a field; none if there are none.
    pub fn trials(&self, field: &str) -> Option<Sampled> {
        let [_, good, bad] = self.trials.filter(|[name, ..]| *name == field)?;
        // Counts are whole numbers that were added one by one.
        let (good, bad) = (self.get(good) as u64, self.get(bad) as u64);
        (good + bad > 0).then_some(Sampled::Rate {
            passed: good,
            of: good + bad,
        })
    }

    /// Notes something for people: the end of a sentence that begins with the report.
    pub fn note(&mut self, note: impl Into<String>) {
        self.notes.push(note.into());
    }

    /// What was noted.
    pub fn notes(&self) -> &[String] {
        &self.notes
    }

    /// A count or peak; 0 if there was none.
    pub fn get(&self, name: &str) -> f64 {
        self.counts
            .get(name)
            .or(self.peaks.get(name))
            .copied()
            .unwrap_or(0.0)
    }

    /// Two counts ÷ each other, or why that says nothing.
    pub fn share(&self, part: &str, whole: f64, nothing: &str) -> Result<Reading, Malformed> {
        if whole > 0.0 {
            return Ok(Reading::from(self.get(part) / whole));
        }
        Err(Malformed::new(nothing))
    }

    /// A field of the format.
    pub fn field(&self, name: &str) -> Result<Reading, Malformed> {
        if let Some(rate) = self.rates.get(name) {
            return Ok(*rate);
        }
        let unknown = || {
            Malformed(format!(
                "has no field `{name}`: {} doesn't give it",
                self.format
            ))
        };
        (self.derive)(self, name).ok_or_else(unknown)?
    }

    /// Two reports as one.
    pub fn merge(mut self, other: Self) -> Result<Self, Malformed> {
        if self.format != other.format {
            return Err(Malformed(format!(
                "is {} and {}",
                self.format, other.format
            )));
        }
        let names: BTreeSet<_> = self.rates.keys().chain(other.rates.keys()).collect();
        // Both together lie between the two, wherever their weights are.
        let unknown = Reading {
            low: 0.0,
            high: 1.0,
        };
        let of = |tally: &Self, name| tally.field(name).unwrap_or(unknown);
        let rates = names
            .into_iter()
            .map(|name| (*name, of(&self, name).hull(of(&other, name))))
            .collect();
        self.rates = rates;
        self.notes.extend(other.notes);
        other
            .counts
            .iter()
            .for_each(|(name, by)| self.count(name, *by));
        other
            .peaks
            .iter()
            .for_each(|(name, value)| self.peak(name, *value));
        Ok(self)
    }
}
