//! What the printed text looks like, and what readers make of it.

mod judges;
mod look;
mod property;
mod traps;

use super::*;
use serde_yaml::Value;

/// What a reader is to find, written down without the printer's help.
fn meaning(doc: &Yaml) -> Value {
    match doc {
        Yaml::Null => Value::Null,
        Yaml::Bool(value) => Value::from(*value),
        Yaml::Int(value) => Value::from(*value),
        Yaml::Float(value) => Value::from(*value),
        Yaml::Str(text) => Value::from(text.as_ref()),
        Yaml::Block(text) => Value::from(text.as_str()),
        Yaml::List(list) => list.iter().map(|entry| meaning(&entry.value)).collect(),
        Yaml::Map(map) => Value::Mapping(
            map.iter()
                .map(|(key, value)| (key.into(), meaning(value)))
                .collect(),
        ),
    }
}

/// Asserts that the YAML 1.2 reader finds what was printed.
#[track_caller]
fn assert_read_back(doc: &Yaml) {
    let text = print(doc, &[]);
    match serde_yaml::from_str::<Value>(&text) {
        Ok(value) => assert_eq!(value, meaning(doc), "read from:\n{text}"),
        Err(error) => panic!("{error} in:\n{text}"),
    }
}

/// The text of a one-entry map under `k`, without the key.
fn under_key(value: impl Into<Yaml>) -> String {
    let mut map = Map::new();
    map.push("k", value);
    let text = print(&map.into(), &[]);
    text.strip_prefix("k:")
        .expect("the key comes first")
        .to_owned()
}
