//! Functions of values.

use super::value::{Value, loosely_equal};
use std::rc::Rc;

/// Calls a function by its name in lower case.
pub fn call(name: &str, arguments: &[Value]) -> Value {
    let texts = |f: fn(&str, &str) -> bool, a: &Value, b: &Value| {
        Value::Bool(f(&a.text().to_lowercase(), &b.text().to_lowercase()))
    };
    match (name, arguments) {
        ("contains", [Value::Array(items), item]) => {
            Value::Bool(items.iter().any(|i| loosely_equal(i, item)))
        }
        ("contains", [text, part]) => texts(|a, b| a.contains(b), text, part),
        ("startswith", [text, part]) => texts(|a, b| a.starts_with(b), text, part),
        ("endswith", [text, part]) => texts(|a, b| a.ends_with(b), text, part),
        ("format", [pattern, values @ ..]) => Value::from(format(&pattern.text(), values).as_str()),
        ("join", [list]) => join(list, ","),
        ("join", [list, between]) => join(list, &between.text()),
        ("tojson", [value]) => Value::from(json(value, 0).as_str()),
        ("fromjson", [text]) => {
            let parsed: Result<serde_json::Value, _> = serde_json::from_str(&text.text());
            read(&parsed.unwrap_or_else(|why| panic!("fromJSON('{}'): {why}", text.text())))
        }
        _ => panic!("GitHub has no {name} of {} values", arguments.len()),
    }
}

fn format(pattern: &str, values: &[Value]) -> String {
    let mut found = String::new();
    let mut rest = pattern;
    while let Some(at) = rest.find(['{', '}']) {
        found.push_str(&rest[..at]);
        let (brace, after) = rest[at..].split_at(1);
        if let Some(after) = after.strip_prefix(brace) {
            found.push_str(brace);
            rest = after;
            continue;
        }
        let hole = after.split_once('}').filter(|_| brace == "{");
        let (index, after) =
            hole.unwrap_or_else(|| panic!("format('{pattern}') has a loose brace"));
        let value = index.parse().ok().and_then(|i: usize| values.get(i));
        let value = value.unwrap_or_else(|| panic!("format('{pattern}') lacks {{{index}}}"));
        found.push_str(&value.text());
        rest = after;
    }
    found + rest
}

fn join(list: &Value, between: &str) -> Value {
    let texts: Vec<String> = match list {
        Value::Array(items) => items.iter().map(Value::text).collect(),
        other => vec![other.text()],
    };
    Value::from(texts.join(between).as_str())
}

fn json(value: &Value, depth: usize) -> String {
    let quote = |text: &str| serde_json::Value::from(text).to_string();
    let lines = |open: &str, items: Vec<String>, close: &str| {
        let inside = "  ".repeat(depth + 1);
        let body = items.join(&format!(",\n{inside}"));
        match items.is_empty() {
            true => format!("{open}{close}"),
            false => format!("{open}\n{inside}{body}\n{}{close}", "  ".repeat(depth)),
        }
    };
    match value {
        Value::Null => "null".to_string(),
        Value::Text(text) => quote(text),
        Value::Bool(_) | Value::Number(_) => value.text(),
        Value::Array(items) => {
            let items = items.iter().map(|i| json(i, depth + 1));
            lines("[", items.collect(), "]")
        }
        Value::Object(members) => {
            let member =
                |(k, v): (&String, &Value)| format!("{}: {}", quote(k), json(v, depth + 1));
            lines("{", members.iter().map(member).collect(), "}")
        }
    }
}

fn read(json: &serde_json::Value) -> Value {
    match json {
        serde_json::Value::Null => Value::Null,
        serde_json::Value::Bool(b) => Value::Bool(*b),
        serde_json::Value::Number(n) => Value::Number(n.as_f64().unwrap_or(f64::NAN)),
        serde_json::Value::String(text) => Value::from(text.as_str()),
        serde_json::Value::Array(items) => Value::Array(Rc::new(items.iter().map(read).collect())),
        serde_json::Value::Object(members) => {
            Value::object(members.iter().map(|(k, v)| (k.as_str(), read(v))))
        }
    }
}
