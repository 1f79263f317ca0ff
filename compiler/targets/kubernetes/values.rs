//! Values of the program as the text of a variable.

use crate::plan::{Quantity, Value};

/// The text a process reads; `None` for `none`, which leaves the variable out.
///
/// Scalars are as people write them (`30s`, `85%`), lists and records are JSON.
pub(super) fn text(value: &Value) -> Option<String> {
    match value {
        Value::None => None,
        Value::Str(text) | Value::Symbol(text) => Some(text.clone()),
        Value::List(_) | Value::Record(_) => Some(json(value).to_string()),
        other => Some(other.to_string()),
    }
}

fn json(value: &Value) -> serde_json::Value {
    match value {
        Value::None => serde_json::Value::Null,
        Value::Bool(truth) => (*truth).into(),
        Value::Number(number, Quantity::Number | Quantity::Count) => json_number(*number),
        Value::List(items) => items.iter().map(json).collect(),
        Value::Record(fields) => fields.iter().map(|(k, v)| (k.clone(), json(v))).collect(),
        Value::Str(text) | Value::Symbol(text) => text.clone().into(),
        other => other.to_string().into(),
    }
}

/// A whole number without a fraction, as every JSON reader takes it.
fn json_number(number: f64) -> serde_json::Value {
    const EXACT: f64 = 9_007_199_254_740_992.0;
    match number.fract() == 0.0 && number.abs() < EXACT {
        true => (number as i64).into(),
        false => number.into(),
    }
}
