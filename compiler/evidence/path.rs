//! Paths into data: `latency.p50_ms`, `runs[0].time`, `cases[*].score`, `*.f1`, `['a.b'].c`.
//!
//! A name between dots is a key; `['…']` is a key with any character; `[3]` is a member of a
//! list; `*` and `[*]` are every member, and give a list from a list, a record from a record.
//! What begins with `$.` or `$[` is JSONPath.

use std::collections::BTreeMap;

use super::{Data, Malformed, jsonpath, quote};

/// One step.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Step {
    Key(String),
    Index(usize),
    Every,
}

/// What stands at a path.
pub fn find(data: &Data, path: &str) -> Result<Data, Malformed> {
    if path == "$" || path.starts_with("$.") || path.starts_with("$[") {
        return jsonpath::find(data, path);
    }
    walk(data, &parse(path)?, path)
}

/// What stands beside the last field of a path, under another key.
pub fn beside(data: &Data, path: &str, key: &str) -> Result<Data, Malformed> {
    let mut steps = parse(path)?;
    match steps.last_mut() {
        Some(Step::Key(last)) => *last = key.to_string(),
        _ => {
            return Err(Malformed(format!(
                "has no {} for each value at {}: no field stands beside a plain number",
                quote(key),
                quote(path)
            )));
        }
    }
    walk(data, &steps, path)
}

/// The members that the first `*` of a path goes through, each with what stands at the rest of it.
pub fn members(data: &Data, path: &str) -> Result<Vec<(Data, Data)>, Malformed> {
    let steps = parse(path)?;
    let Some(at) = steps.iter().position(|step| *step == Step::Every) else {
        let why = format!(
            "is asked by {} for each of its members: write `*`",
            quote(path)
        );
        return Err(Malformed(why));
    };
    let (before, rest) = steps.split_at(at);
    let after = rest.get(1..).unwrap_or_default();
    match walk(data, before, path)? {
        Data::List(items) => items
            .into_iter()
            .map(|member| Ok((member.clone(), walk(&member, after, path)?)))
            .collect(),
        other => Err(Malformed(format!(
            "has {} at {}, not a list",
            other.describe(),
            quote(path)
        ))),
    }
}

fn parse(path: &str) -> Result<Vec<Step>, Malformed> {
    let wrong = || {
        Malformed::new(format!(
            "can't be asked by {}: it is not a path",
            quote(path)
        ))
    };
    let mut steps = Vec::new();
    // The plain part of JSONPath is the same with a `$` before it.
    let bare = path
        .strip_prefix("$.")
        .or(path.strip_prefix('$').filter(|p| p.starts_with('[')));
    let mut rest = bare.unwrap_or(path);
    loop {
        let step;
        (step, rest) = if let Some(inner) = rest.strip_prefix('[') {
            bracket(inner).ok_or_else(wrong)?
        } else {
            let end = rest.find(['.', '[']).unwrap_or(rest.len());
            let (name, after) = rest.split_at(end);
            let step = match name {
                "" => return Err(wrong()),
                "*" => Step::Every,
                name => Step::Key(name.to_string()),
            };
            (step, after)
        };
        steps.push(step);
        if rest.is_empty() {
            return Ok(steps);
        }
        if !rest.starts_with('[') {
            rest = rest.strip_prefix('.').ok_or_else(wrong)?;
        }
    }
}

/// The step in brackets, and what follows them.
fn bracket(inner: &str) -> Option<(Step, &str)> {
    for mark in ['\'', '"'] {
        if let Some(quoted) = inner.strip_prefix(mark) {
            let (key, after) = quoted.split_once(mark)?;
            return Some((Step::Key(key.to_string()), after.strip_prefix(']')?));
        }
    }
    let (index, after) = inner.split_once(']')?;
    let step = if index == "*" {
        Step::Every
    } else {
        Step::Index(index.parse().ok()?)
    };
    Some((step, after))
}

fn walk(data: &Data, steps: &[Step], path: &str) -> Result<Data, Malformed> {
    let Some((step, rest)) = steps.split_first() else {
        return Ok(data.clone());
    };
    match (step, data) {
        (Step::Key(key), Data::Record(fields)) => match fields.get(key) {
            Some(member) => walk(member, rest, path),
            None => Err(absent(key, fields, path)),
        },
        (Step::Index(index), Data::List(items)) => match items.get(*index) {
            Some(member) => walk(member, rest, path),
            None => Err(Malformed::new(format!(
                "has nothing at {}: the list has {} members",
                quote(path),
                items.len()
            ))),
        },
        (Step::Every, Data::List(items)) => {
            let each: Result<_, _> = items.iter().map(|m| walk(m, rest, path)).collect();
            each.map(Data::List)
        }
        (Step::Every, Data::Record(fields)) => {
            let each = fields
                .iter()
                .map(|(k, m)| Ok((k.clone(), walk(m, rest, path)?)));
            each.collect::<Result<BTreeMap<_, _>, _>>()
                .map(Data::Record)
        }
        (step, data) => Err(Malformed::new(format!(
            "has nothing at {}: {} where {} was expected",
            quote(path),
            data.describe(),
            if matches!(step, Step::Index(_)) {
                "a list"
            } else {
                "an object"
            },
        ))),
    }
}

fn absent(key: &str, fields: &BTreeMap<String, Data>, path: &str) -> Malformed {
    if fields.contains_key(path) {
        return Malformed(format!(
            "has nothing at {0}, but a key with that dot in its name: write \"['{1}']\"",
            quote(path),
            path.escape_debug()
        ));
    }
    let names: Vec<_> = fields.keys().take(8).map(|k| quote(k)).collect();
    let more = if fields.len() > 8 { " …" } else { "" };
    let there = match names.is_empty() {
        true => "the object is empty".to_string(),
        false => format!("there are {}{more}", names.join(", ")),
    };
    Malformed(format!(
        "has nothing at {}: no key {}; {there}",
        quote(path),
        quote(key)
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(path: &str) -> Result<Data, Malformed> {
        let text = br#"{"a":{"b":1,"c.d":2},"l":[{"s":3},{"s":4}],"g":{"x":{"f":5},"y":{"f":6}}}"#;
        find(&Data::parse(text).unwrap(), path)
    }

    #[test]
    fn paths_lead_to_values() {
        let list = |n: &[f64]| Data::List(n.iter().map(|n| Data::Number(*n)).collect());
        assert_eq!(at("a.b"), Ok(Data::Number(1.0)));
        assert_eq!(at("a['c.d']"), Ok(Data::Number(2.0)));
        assert_eq!(at("l[1].s"), Ok(Data::Number(4.0)));
        assert_eq!(at("l[*].s"), Ok(list(&[3.0, 4.0])));
        assert_eq!(at("['l'][0]['s']"), Ok(Data::Number(3.0)));
        let Ok(Data::Record(groups)) = at("g.*.f") else {
            panic!("groups")
        };
        assert_eq!(groups.into_keys().collect::<Vec<_>>(), ["x", "y"]);
    }

    #[test]
    fn members_come_with_what_stands_in_them() {
        let data = Data::parse(br#"{"l":[{"n":"a","s":3},{"n":"b","s":4}]}"#).unwrap();
        let found = members(&data, "l[*].s").unwrap();
        let said: Vec<_> = found
            .iter()
            .map(|(member, value)| (member.get("n").and_then(Data::text), value.number()))
            .collect();
        assert_eq!(said, [(Some("a"), Some(3.0)), (Some("b"), Some(4.0))]);
        assert!(members(&data, "l").is_err());
        assert!(members(&data, "*.s").is_err());
    }

    #[test]
    fn paths_that_lead_nowhere_say_why() {
        for (path, says) in [
            ("a.z", "there are \"b\", \"c.d\""),
            ("l[2].s", "the list has 2 members"),
            ("a[0]", "where a list was expected"),
            ("a.b.c", "where an object was expected"),
            ("", "not a path"),
            ("a.", "not a path"),
            ("a..b", "not a path"),
            ("a[", "not a path"),
            ("a['b", "not a path"),
            ("a[-1]", "not a path"),
            ("a[0]b", "not a path"),
        ] {
            let found = at(path);
            assert!(
                matches!(&found, Err(Malformed(m)) if m.contains(says)),
                "{path}: {found:?}"
            );
        }
        let dotted = find(&Data::parse(br#"{"a.b":1}"#).unwrap(), "a.b");
        assert!(matches!(dotted, Err(Malformed(m)) if m.contains("['a.b']")));
    }
}
