//! Known values as JSON text and as YAML.

use super::runners;
use crate::plan::Value;
use crate::plan::value::decimal;
use crate::targets::yaml::{Map, Yaml};

/// A known value as JSON.
pub fn text(value: &Value) -> String {
    json(value).to_string()
}

fn json(value: &Value) -> serde_json::Value {
    use serde_json::Value as Json;
    match value {
        Value::Bool(b) => Json::Bool(*b),
        Value::Str(s) => Json::String(s.clone()),
        Value::Symbol(s) => Json::String(runners::label(s).unwrap_or(s).to_string()),
        Value::Number(n, _) => {
            let shortest = decimal(*n);
            let whole = shortest.parse::<i64>().ok().map(Json::from);
            let number = || shortest.parse::<f64>().ok().map(Json::from);
            whole.or_else(number).unwrap_or(Json::Null)
        }
        Value::List(items) => items.iter().map(json).collect(),
        Value::Record(fields) => fields.iter().map(|(k, v)| (k.clone(), json(v))).collect(),
        Value::Range(low, high) => [low, high].into_iter().map(|v| json(v)).collect(),
        Value::None => Json::Null,
    }
}

/// A known value as YAML; a symbol is a runner and becomes its label.
pub fn yaml(value: &Value) -> Yaml {
    match value {
        Value::Bool(b) => (*b).into(),
        Value::Str(s) => super::text::literal(s).into(),
        Value::Symbol(s) => runners::label(s).unwrap_or(s).to_string().into(),
        Value::Number(n, _) => {
            let shortest = decimal(*n);
            let whole = shortest.parse::<i64>().ok().map(Yaml::Int);
            whole.unwrap_or(Yaml::Float(*n))
        }
        Value::List(items) => items.iter().map(yaml).collect::<Vec<_>>().into(),
        Value::Record(fields) => {
            let mut map = Map::new();
            for (key, value) in fields {
                map.push(key.clone(), yaml(value));
            }
            map.into()
        }
        Value::Range(low, high) => vec![yaml(low), yaml(high)].into(),
        Value::None => Yaml::Null,
    }
}
