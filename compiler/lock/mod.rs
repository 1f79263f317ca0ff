//! The text of `gate.lock`: what a build pinned and what it wrote.
//!
//! Takes and gives text; knows neither files nor how they are written. The text is stable: same
//! content, same bytes, one fact a line, so that two branches merge where they don't disagree.

mod held;

use std::borrow::Cow;
use std::collections::BTreeMap;

use indexmap::IndexMap;
use serde::Deserialize;
use sha2::{Digest, Sha256};

use crate::pins::{self, Pins};
use crate::targets::yaml::{self, Map, Yaml};

pub use held::{BROKEN, held};

/// The file's name, beside the source.
pub const FILE_NAME: &str = "gate.lock";

/// The version of the form this program writes, and the only one it reads.
const VERSION: u64 = 1;

const HEADER: [&str; 2] = [
    "Written by `gatec build`. Commit it; don't edit it.",
    "`actions` pins what the pipelines use, `files` tells a stale output from one edited by hand.",
];

/// The content of a lock.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Lock {
    /// The third-party actions in use, by name.
    pub actions: BTreeMap<String, Action>,
    /// Outputs by path relative to the lock, with the SHA-256 of what was written.
    pub files: BTreeMap<String, String>,
}

/// A pinned action.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Action {
    /// The version that people know.
    pub version: String,
    /// The commit it stood for.
    pub commit: String,
    /// What runs it: `node24`, `composite`, `docker`.
    #[serde(default)]
    pub runtime: String,
    /// What its token must be allowed, by scope: `read` or `write`.
    #[serde(default)]
    pub permissions: BTreeMap<String, String>,
    /// What it takes, in its own order: `optional`, `required`, `deprecated`.
    #[serde(default)]
    pub inputs: IndexMap<String, String>,
    /// What it gives.
    #[serde(default)]
    pub outputs: Vec<String>,
}

impl Lock {
    /// A lock of these pins and nothing written yet.
    pub fn new(actions: BTreeMap<String, Action>) -> Self {
        let files = BTreeMap::new();
        Self { actions, files }
    }

    /// The pins it holds, before those that are compiled in.
    pub fn pins(&self) -> Pins {
        let all = self.actions.iter();
        Pins::new(all.map(|(name, action)| action.pin(name)).collect())
    }

    /// Reads a lock, or says in words for people why the text is none.
    pub fn parse(text: &str) -> Result<Self, String> {
        let read: Result<Document, _> = serde_yaml::from_str(text);
        match read {
            Ok(document) if document.version == VERSION => Ok(Self {
                actions: document.actions,
                files: document.files,
            }),
            read => Err(why_not(text, read.err())),
        }
    }

    /// The lock as text.
    pub fn print(&self) -> String {
        let actions = self.actions.iter();
        let actions = actions.map(|(name, action)| (name.clone(), action.yaml()));
        let mut document = Map::new();
        document.push("version", VERSION);
        document.push("actions", map(actions));
        document.push("files", texts(&self.files));
        let header: Vec<String> = HEADER.iter().map(|line| line.to_string()).collect();
        yaml::print(&document.into(), &header)
    }
}

/// Why a text is no lock of this version: a newer form is recognised whatever else it holds.
fn why_not(text: &str, error: Option<serde_yaml::Error>) -> String {
    let probe: Result<Version, _> = serde_yaml::from_str(text);
    match (probe.map(|probe| probe.version), error) {
        (Err(error), _) | (Ok(Some(VERSION)), Some(error)) => error.to_string(),
        (Ok(Some(newer)), _) if newer > VERSION => format!(
            "it has version {newer}, and this gatec reads version {VERSION}; use a newer gatec"
        ),
        _ => format!("it has no `version: {VERSION}`"),
    }
}

#[derive(Deserialize)]
struct Version {
    version: Option<u64>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Document {
    version: u64,
    #[serde(default)]
    actions: BTreeMap<String, Action>,
    #[serde(default)]
    files: BTreeMap<String, String>,
}

impl Action {
    fn yaml(&self) -> Map {
        let mut action = Map::new();
        action.push("version", self.version.clone());
        action.push("commit", self.commit.clone());
        action.push("runtime", self.runtime.clone());
        action.push("permissions", texts(&self.permissions));
        let inputs = self.inputs.iter();
        let inputs = inputs.map(|(name, said)| (name.clone(), said.clone()));
        action.push("inputs", map(inputs));
        action.push("outputs", list(&self.outputs));
        action
    }

    /// As the lock keeps a pin.
    pub fn of(pin: &pins::Action) -> Self {
        let access = |access| match access {
            pins::Access::Read => "read",
            pins::Access::Write => "write",
        };
        let word = |input: &pins::Input| match (input.required, input.deprecated) {
            (true, _) => "required",
            (false, true) => "deprecated",
            (false, false) => "optional",
        };
        let permissions = pin.permissions.iter();
        let inputs = pin.inputs.iter();
        Self {
            version: pin.version.to_string(),
            commit: pin.commit.to_string(),
            runtime: pin.runtime.to_string(),
            permissions: permissions
                .map(|p| (p.scope.to_string(), access(p.access).to_string()))
                .collect(),
            inputs: inputs
                .map(|i| (i.name.to_string(), word(i).to_string()))
                .collect(),
            outputs: pin.outputs.iter().map(ToString::to_string).collect(),
        }
    }

    /// The pin that it keeps; defaults of inputs are the action's own affair.
    fn pin(&self, name: &str) -> pins::Action {
        let input = |(name, word): (&String, &String)| pins::Input {
            name: Cow::Owned(name.clone()),
            required: word == "required",
            default: None,
            deprecated: word == "deprecated",
        };
        pins::Action {
            name: Cow::Owned(name.to_string()),
            version: Cow::Owned(self.version.clone()),
            commit: Cow::Owned(self.commit.clone()),
            runtime: Cow::Owned(self.runtime.clone()),
            inputs: self.inputs.iter().map(input).collect(),
            outputs: self.outputs.iter().cloned().map(Cow::Owned).collect(),
            permissions: pins::rights(&self.permissions, name).into(),
        }
    }
}

fn list(items: &[String]) -> Yaml {
    Yaml::from(items.iter().cloned().map(Yaml::from).collect::<Vec<_>>())
}

fn map<T: Into<Yaml>>(entries: impl Iterator<Item = (String, T)>) -> Map {
    let mut map = Map::new();
    for (key, value) in entries {
        map.push(key, value);
    }
    map
}

fn texts(entries: &BTreeMap<String, String>) -> Map {
    map(entries
        .iter()
        .map(|(key, value)| (key.clone(), value.clone())))
}

/// Lower-case hex SHA-256 of a file's content.
pub fn digest(content: &[u8]) -> String {
    let hash = Sha256::digest(content);
    hash.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sample() -> Lock {
        let action = Action {
            version: "v6".into(),
            commit: "0123abc".into(),
            runtime: "node24".into(),
            permissions: [("contents".to_string(), "read".to_string())].into(),
            inputs: [("ref".to_string(), "optional".to_string())].into(),
            outputs: vec!["commit".to_string()],
        };
        let mut lock = Lock::new([("actions/checkout".to_string(), action)].into());
        lock.files.insert("a: \"b\".yml".into(), digest(b"x"));
        lock
    }

    #[test]
    fn what_is_printed_is_read_back() {
        for lock in [sample(), Lock::default()] {
            let text = lock.print();
            let read = Lock::parse(&text).unwrap();
            assert_eq!((&read.actions, &read.files), (&lock.actions, &lock.files));
            assert_eq!(read.print(), text);
        }
    }

    #[test]
    fn other_texts_are_refused_with_a_reason() {
        let newer = Lock::parse("version: 9\nnew_things: []\n").unwrap_err();
        assert!(newer.contains("use a newer gatec"), "{newer}");
        assert!(
            Lock::parse("files: {}\n")
                .unwrap_err()
                .contains("version: 1")
        );
        assert!(Lock::parse("<<<<<<< HEAD\nversion: 1\n").is_err());
        assert!(Lock::parse("").is_err());
    }

    #[test]
    fn the_digest_is_sha256() {
        let empty = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
        assert_eq!(digest(b""), empty);
    }
}
