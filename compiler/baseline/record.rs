//! The form of a record: one JSON document for each accepted run, version 1. Fields may be added;
//! none is taken away or changed.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// The newest form that this version reads and writes.
const VERSION: u32 = 1;

/// What tells results apart (`model` → `small`).
pub type Key = BTreeMap<String, String>;

/// Why a file of the store can't be used, in words for people.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Broken(pub String);

/// What one accepted run measured.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Record {
    /// The form's version.
    pub version: u32,
    /// The baseline's id.
    pub baseline: String,
    /// When it was accepted, in seconds since 1970 (UTC).
    pub time: f64,
    /// The commit, if it is known.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub commit: String,
    /// The branch.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub branch: String,
    /// The run's id, the same for a repeated run.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub run: String,
    /// The pipeline that was run.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub pipeline: String,
    /// What tells it from other results.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub key: Key,
    /// What was measured.
    pub values: Vec<Entry>,
}

/// One value of a record.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Entry {
    /// The metric's id.
    pub metric: String,
    /// The cells of matrices it is of (`test/3.12`); empty: no matrix.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub cell: String,
    /// Its group; empty: it has none.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub group: String,
    /// The quantity's name; the value is in its base unit.
    pub unit: String,
    /// The value.
    pub value: Option<f64>,
    /// The samples it is made of, where they are known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub samples: Option<Summary>,
}

/// Samples, as far as later statistics need them.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Summary {
    /// So many of so many passed.
    Rate {
        /// How many passed.
        passed: u64,
        /// Of how many.
        of: u64,
    },
    /// Values, each with the item it is of.
    Values(Vec<(Option<String>, f64)>),
}

/// A record made the anchor, from which a budget counts.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Pin {
    /// The form's version.
    pub version: u32,
    /// The baseline's id.
    pub baseline: String,
    /// When it was pinned, in seconds since 1970 (UTC).
    pub time: f64,
    /// The [id](Record::id) of the record.
    pub anchor: String,
}

/// A document of the store.
#[derive(Clone, Debug, PartialEq)]
#[allow(missing_docs)]
pub enum File {
    Record(Record),
    Pin(Pin),
}

impl File {
    /// Reads one document. Another version, or what is no record at all, is an error.
    pub fn parse(text: &str) -> Result<Self, Broken> {
        let broken = |why: String| Broken(format!("is no record of a baseline: {why}"));
        let json: serde_json::Value =
            serde_json::from_str(text).map_err(|why| broken(why.to_string()))?;
        let version = json.get("version").and_then(serde_json::Value::as_u64);
        match version {
            Some(found) if found == u64::from(VERSION) => {}
            Some(found) => {
                return Err(Broken(format!(
                    "is of version {found}; this gatec reads version {VERSION}"
                )));
            }
            None => return Err(broken("it has no `version`".into())),
        }
        let is_pin = json.get("anchor").is_some();
        let read = match is_pin {
            true => serde_json::from_value(json).map(File::Pin),
            false => serde_json::from_value(json).map(File::Record),
        };
        read.map_err(|why| broken(why.to_string()))
    }

    /// The document's text, on one line.
    pub fn text(&self) -> String {
        let text = match self {
            File::Record(record) => serde_json::to_string(record),
            File::Pin(pin) => serde_json::to_string(pin),
        };
        // Strings and finite numbers always have a text.
        text.unwrap_or_default()
    }

    /// A file name of its own: the time first, so that names sort as records do.
    pub fn name(&self) -> String {
        match self {
            File::Record(record) => format!("{}.json", record.id()),
            File::Pin(pin) => format!("anchor-{}.json", stamp(pin.time, &self.text())),
        }
    }
}

impl Record {
    /// A record with nothing in it yet.
    pub fn new(baseline: &str, time: f64) -> Self {
        Self {
            version: VERSION,
            baseline: baseline.to_string(),
            time,
            commit: String::new(),
            branch: String::new(),
            run: String::new(),
            pipeline: String::new(),
            key: Key::new(),
            values: Vec::new(),
        }
    }

    /// Its id: time and a digest of what it says.
    pub fn id(&self) -> String {
        stamp(self.time, &File::Record(self.clone()).text())
    }
}

impl Pin {
    /// Pins a record.
    pub fn new(baseline: &str, time: f64, anchor: &str) -> Self {
        Self {
            version: VERSION,
            baseline: baseline.to_string(),
            time,
            anchor: anchor.to_string(),
        }
    }
}

/// Seconds, padded, and the digest's first 12 digits.
fn stamp(time: f64, text: &str) -> String {
    let digest = Sha256::digest(text.as_bytes());
    let digits: String = digest.iter().take(6).map(|b| format!("{b:02x}")).collect();
    format!("{:011.0}-{digits}", time.max(0.0))
}
