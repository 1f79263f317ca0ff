//! Ways into the tree: from Rust values, and from YAML that was read. Prints nothing.

use super::value::{Entry, Map, Yaml};
use serde_yaml::Value;
use std::borrow::Cow;

impl From<Yaml> for Entry {
    fn from(value: Yaml) -> Self {
        Self {
            value,
            comment: None,
            trailing: None,
        }
    }
}

impl From<&'static str> for Yaml {
    fn from(text: &'static str) -> Self {
        Self::Str(Cow::Borrowed(text))
    }
}

impl From<String> for Yaml {
    fn from(text: String) -> Self {
        Self::Str(Cow::Owned(text))
    }
}

impl From<Cow<'static, str>> for Yaml {
    fn from(text: Cow<'static, str>) -> Self {
        Self::Str(text)
    }
}

impl From<bool> for Yaml {
    fn from(value: bool) -> Self {
        Self::Bool(value)
    }
}

impl From<i32> for Yaml {
    fn from(value: i32) -> Self {
        Self::Int(value.into())
    }
}

impl From<i64> for Yaml {
    fn from(value: i64) -> Self {
        Self::Int(value)
    }
}

impl From<u32> for Yaml {
    fn from(value: u32) -> Self {
        Self::Int(value.into())
    }
}

impl From<u64> for Yaml {
    /// Above `i64::MAX` a number becomes a float, as most readers would make of it anyway.
    fn from(value: u64) -> Self {
        i64::try_from(value).map_or(Self::Float(value as f64), Self::Int)
    }
}

impl From<usize> for Yaml {
    fn from(value: usize) -> Self {
        Self::from(value as u64)
    }
}

impl From<f64> for Yaml {
    fn from(value: f64) -> Self {
        Self::Float(value)
    }
}

impl From<Map> for Yaml {
    fn from(map: Map) -> Self {
        Self::Map(map)
    }
}

impl From<Vec<Entry>> for Yaml {
    fn from(entries: Vec<Entry>) -> Self {
        Self::List(entries)
    }
}

impl From<Vec<Yaml>> for Yaml {
    fn from(values: Vec<Yaml>) -> Self {
        Self::List(values.into_iter().map(Entry::from).collect())
    }
}

/// Turns YAML that was read (a `raw` fragment) into a tree to print.
///
/// Strings of several lines become blocks. Keys become strings, as they do for every reader
/// that goes through JSON (a string key wins over another kind of key spelled the same), and
/// tags are dropped for the same reason.
pub fn from_serde(value: Value) -> Yaml {
    match value {
        Value::Null => Yaml::Null,
        Value::Bool(value) => value.into(),
        Value::Number(number) => from_number(&number),
        Value::String(text) if text.contains('\n') => Yaml::Block(text),
        Value::String(text) => text.into(),
        Value::Sequence(values) => values
            .into_iter()
            .map(from_serde)
            .collect::<Vec<_>>()
            .into(),
        Value::Mapping(mapping) => from_mapping(mapping).into(),
        Value::Tagged(tagged) => from_serde(tagged.value),
    }
}

fn from_number(number: &serde_yaml::Number) -> Yaml {
    let whole = number
        .as_i64()
        .map(Yaml::Int)
        .or_else(|| number.as_u64().map(Yaml::from));
    whole.unwrap_or_else(|| number.as_f64().map_or(Yaml::Null, Yaml::Float))
}

fn from_mapping(mapping: serde_yaml::Mapping) -> Map {
    let mut taken: Vec<String> = Vec::new();
    let odd = mapping.keys().filter(|key| !key.is_string());
    for text in odd.map(key_text) {
        if mapping.contains_key(text.as_str()) {
            taken.push(text);
        }
    }
    let mut map = Map::with_capacity(mapping.len());
    for (key, value) in mapping {
        let text = key_text(&key);
        if key.is_string() || !taken.contains(&text) {
            map.push(text, from_serde(value));
        }
    }
    map
}

/// A key as JSON would spell it; a list or a map used as a key becomes its JSON text.
fn key_text(key: &Value) -> String {
    match key {
        Value::Null => "null".to_owned(),
        Value::Bool(value) => value.to_string(),
        Value::Number(number) => number.to_string(),
        Value::String(text) => text.clone(),
        Value::Tagged(tagged) => key_text(&tagged.value),
        Value::Sequence(_) | Value::Mapping(_) => serde_json::to_string(key).unwrap_or_default(),
    }
}
