//! Values and their coercions. Ends of a comparison that differ in type become numbers.

use std::collections::BTreeMap;
use std::rc::Rc;

/// A value of an expression.
#[derive(Clone, Debug)]
pub enum Value {
    Null,
    Bool(bool),
    Number(f64),
    Text(Rc<str>),
    Array(Rc<Vec<Value>>),
    /// Keys in lower case: they are looked up without regard to case.
    Object(Rc<BTreeMap<String, Value>>),
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Value::Text(text.into())
    }
}

impl Value {
    /// An object of these members.
    pub fn object<'k>(members: impl IntoIterator<Item = (&'k str, Value)>) -> Self {
        let members = members.into_iter();
        Value::Object(Rc::new(
            members.map(|(k, v)| (k.to_lowercase(), v)).collect(),
        ))
    }

    /// A member; what is not there is null.
    pub fn member(&self, name: &str) -> Value {
        match self {
            Value::Object(members) => members.get(&name.to_lowercase()).cloned(),
            _ => None,
        }
        .unwrap_or(Value::Null)
    }

    /// What `.*` gives: the members or items.
    pub fn all(&self) -> Vec<Value> {
        match self {
            Value::Object(members) => members.values().cloned().collect(),
            Value::Array(items) => items.to_vec(),
            _ => Vec::new(),
        }
    }

    /// `false`, `0`, `-0`, `''`, `null` and what is no number are not truthy.
    pub fn truthy(&self) -> bool {
        match self {
            Value::Null => false,
            Value::Bool(b) => *b,
            Value::Number(n) => *n != 0.0 && !n.is_nan(),
            Value::Text(text) => !text.is_empty(),
            Value::Array(_) | Value::Object(_) => true,
        }
    }

    /// As a number; `NaN` where it is none.
    pub fn number(&self) -> f64 {
        match self {
            Value::Null => 0.0,
            Value::Bool(b) => f64::from(u8::from(*b)),
            Value::Number(n) => *n,
            Value::Text(text) => number(text),
            Value::Array(_) | Value::Object(_) => f64::NAN,
        }
    }

    /// As text, inside other text.
    pub fn text(&self) -> String {
        match self {
            Value::Null => String::new(),
            Value::Bool(b) => b.to_string(),
            Value::Number(n) => n.to_string(),
            Value::Text(text) => text.to_string(),
            Value::Array(_) => "Array".to_string(),
            Value::Object(_) => "Object".to_string(),
        }
    }
}

/// Text as a number, as JSON or hexadecimal writes it; nothing is 0.
pub fn number(text: &str) -> f64 {
    let text = text.trim();
    if text.is_empty() {
        return 0.0;
    }
    if let Some(digits) = text.strip_prefix("0x") {
        return u32::from_str_radix(digits, 16).map_or(f64::NAN, f64::from);
    }
    let plain = |c: char| c.is_ascii_digit() || "+-.eE".contains(c);
    match text.chars().all(plain) {
        true => text.parse().unwrap_or(f64::NAN),
        false => f64::NAN,
    }
}

/// `==`
pub fn loosely_equal(a: &Value, b: &Value) -> bool {
    match (a, b) {
        (Value::Null, Value::Null) => true,
        (Value::Text(a), Value::Text(b)) => a.to_lowercase() == b.to_lowercase(),
        // Collections are equal only to themselves.
        (Value::Array(a), Value::Array(b)) => Rc::ptr_eq(a, b),
        (Value::Object(a), Value::Object(b)) => Rc::ptr_eq(a, b),
        _ => a.number() == b.number(),
    }
}

/// `<`, by the order of numbers or of texts without regard to case.
pub fn compare(a: &Value, b: &Value) -> Option<std::cmp::Ordering> {
    match (a, b) {
        (Value::Text(a), Value::Text(b)) => Some(a.to_lowercase().cmp(&b.to_lowercase())),
        (Value::Array(_) | Value::Object(_), _) | (_, Value::Array(_) | Value::Object(_)) => None,
        _ => a.number().partial_cmp(&b.number()),
    }
}
