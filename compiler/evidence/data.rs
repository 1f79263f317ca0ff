//! Plain data, as JSON holds it, read strictly: a key that stands twice is an error, because
//! nobody can say which of the two was meant.

use std::collections::BTreeMap;
use std::fmt;
use std::io::BufRead;

use serde::de::{Deserialize, Deserializer, Error, MapAccess, SeqAccess, Visitor};

use super::{Malformed, quote, whole};

/// A value of a report.
#[derive(Clone, Debug, PartialEq, Default)]
#[allow(missing_docs)]
pub enum Data {
    #[default]
    Null,
    Bool(bool),
    Number(f64),
    Text(String),
    List(Vec<Data>),
    Record(BTreeMap<String, Data>),
}

impl Data {
    /// Reads a JSON document of no more than [`super::MAX_BYTES`].
    pub fn read(input: &mut dyn BufRead) -> Result<Self, Malformed> {
        Self::parse(&whole(input)?)
    }

    /// Reads JSON.
    pub fn parse(bytes: &[u8]) -> Result<Self, Malformed> {
        serde_json::from_slice(bytes).map_err(|error| explain(&error, bytes))
    }

    /// The member of a record; `None` for null, too.
    pub fn get(&self, key: &str) -> Option<&Data> {
        match self {
            Data::Record(fields) => fields.get(key).filter(|d| **d != Data::Null),
            _ => None,
        }
    }

    /// The text.
    pub fn text(&self) -> Option<&str> {
        match self {
            Data::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The number.
    pub fn number(&self) -> Option<f64> {
        match self {
            Data::Number(number) => Some(*number),
            _ => None,
        }
    }

    /// The members of a list.
    pub fn list(&self) -> Option<&[Data]> {
        match self {
            Data::List(items) => Some(items),
            _ => None,
        }
    }

    /// The text of a member.
    pub fn text_of(&self, key: &str) -> Option<&str> {
        self.get(key).and_then(Data::text)
    }

    /// A list that the format demands.
    pub fn list_of(&self, key: &str, what: &str) -> Result<&[Data], Malformed> {
        self.get(key)
            .and_then(Data::list)
            .ok_or_else(|| Malformed::new(format!("is not {what}: it has no list `{key}`")))
    }

    /// A list that may be absent; anything else under its key is an error.
    pub fn optional_list(&self, key: &str, what: &str) -> Result<&[Data], Malformed> {
        match self.get(key) {
            None => Ok(&[]),
            Some(_) => self.list_of(key, what),
        }
    }

    /// As said to people: `a list`, `the text "x"`.
    pub fn describe(&self) -> String {
        match self {
            Data::Null => "null".into(),
            Data::Bool(b) => format!("{b}"),
            Data::Number(n) => format!("the number {n}"),
            Data::Text(t) => format!("the text {}", quote(t)),
            Data::List(_) => "a list".into(),
            Data::Record(_) => "an object".into(),
        }
    }
}

fn explain(error: &serde_json::Error, bytes: &[u8]) -> Malformed {
    let place = format!("line {}, column {}", error.line(), error.column());
    let reason = match error.classify() {
        serde_json::error::Category::Eof => format!("ends in the middle ({place})"),
        _ if not_a_number(bytes, error) => {
            format!("holds NaN or an infinity ({place}), which is no measurement")
        }
        _ => format!("is not JSON: {}", quote(&error.to_string())),
    };
    Malformed(reason)
}

/// Whether reading stopped at `NaN` or `Infinity`, which many writers of JSON let through.
fn not_a_number(bytes: &[u8], error: &serde_json::Error) -> bool {
    let line = bytes
        .split(|b| *b == b'\n')
        .nth(error.line().saturating_sub(1))
        .unwrap_or_default();
    let from = error.column().saturating_sub(2);
    let near = line.get(from..).unwrap_or_default();
    let near = near.get(..12).unwrap_or(near);
    [
        b"NaN".as_slice(),
        b"Infinity",
        b"nan",
        b"inf",
        b"aN",
        b"nfinity",
    ]
    .iter()
    .any(|word| near.starts_with(word) || near.get(1..).is_some_and(|n| n.starts_with(word)))
}

impl<'de> Deserialize<'de> for Data {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_any(Strict)
    }
}

struct Strict;

impl<'de> Visitor<'de> for Strict {
    type Value = Data;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value")
    }
    fn visit_unit<E>(self) -> Result<Data, E> {
        Ok(Data::Null)
    }
    fn visit_none<E>(self) -> Result<Data, E> {
        Ok(Data::Null)
    }
    fn visit_bool<E>(self, value: bool) -> Result<Data, E> {
        Ok(Data::Bool(value))
    }
    fn visit_i64<E>(self, value: i64) -> Result<Data, E> {
        Ok(Data::Number(value as f64))
    }
    fn visit_u64<E>(self, value: u64) -> Result<Data, E> {
        Ok(Data::Number(value as f64))
    }
    fn visit_f64<E: Error>(self, value: f64) -> Result<Data, E> {
        if value.is_finite() {
            return Ok(Data::Number(value));
        }
        Err(E::custom("a number out of range"))
    }
    fn visit_str<E>(self, value: &str) -> Result<Data, E> {
        Ok(Data::Text(value.to_string()))
    }
    fn visit_string<E>(self, value: String) -> Result<Data, E> {
        Ok(Data::Text(value))
    }
    fn visit_seq<A: SeqAccess<'de>>(self, mut members: A) -> Result<Data, A::Error> {
        let mut list = Vec::new();
        while let Some(member) = members.next_element()? {
            list.push(member);
        }
        Ok(Data::List(list))
    }
    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Data, A::Error> {
        let mut record = BTreeMap::new();
        while let Some((key, value)) = members.next_entry::<String, Data>()? {
            if record.insert(key.clone(), value).is_some() {
                return Err(A::Error::custom(format!(
                    "the key {} stands twice",
                    quote(&key)
                )));
            }
        }
        Ok(Data::Record(record))
    }
}
