//! JSONPath (RFC 9535) into data, for paths that begin with `$`: filters, slices, descendants.
//!
//! A path of names and indices gives the value; any other a list of all that it finds. A filter
//! may find nothing, which is an empty list; a path that leads nowhere is an error.

use jsonpath_rust::parser::model::{JpQuery, Segment, Selector};
use jsonpath_rust::parser::parse_json_path;
use jsonpath_rust::query::js_path_process;
use jsonpath_rust::query::queryable::Queryable;

use super::{Data, Malformed, quote};

/// What stands at a path.
pub fn find(data: &Data, path: &str) -> Result<Data, Malformed> {
    let wrong = || {
        Malformed(format!(
            "can't be asked by {}: it is no JSONPath (RFC 9535)",
            quote(path)
        ))
    };
    let query = parse_json_path(path).map_err(|_| wrong())?;
    let found = all(&query, data).ok_or_else(wrong)?;
    if query.segments.iter().all(is_single) {
        let nothing = || Malformed(format!("has nothing at {}", quote(path)));
        return found.into_iter().next().ok_or_else(nothing);
    }
    if found.is_empty() && !filters_something(&query, data) {
        return Err(Malformed(format!("has nothing at {}", quote(path))));
    }
    Ok(Data::List(found))
}

fn all(query: &JpQuery, data: &Data) -> Option<Vec<Data>> {
    let found = js_path_process(query, data).ok()?;
    Some(found.into_iter().map(|f| f.val().clone()).collect())
}

/// Whether a segment leads to one value at most.
fn is_single(segment: &Segment) -> bool {
    matches!(
        segment,
        Segment::Selector(Selector::Name(_) | Selector::Index(_))
    )
}

/// Whether there is something that the first filter of a path looks at.
fn filters_something(query: &JpQuery, data: &Data) -> bool {
    let is_filter = |selector: &Selector| matches!(selector, Selector::Filter(_));
    let filters = |segment: &Segment| match segment {
        Segment::Selector(selector) => is_filter(selector),
        Segment::Selectors(selectors) => selectors.iter().any(is_filter),
        Segment::Descendant(_) => false,
    };
    let Some(at) = query.segments.iter().position(filters) else {
        return false;
    };
    let before: Vec<_> = query.segments.iter().take(at).cloned().collect();
    all(&JpQuery::new(before), data).is_some_and(|found| {
        let looked_at = |d: &Data| matches!(d, Data::List(_) | Data::Record(_));
        found.iter().any(looked_at)
    })
}

impl Queryable for Data {
    fn get(&self, key: &str) -> Option<&Self> {
        match self {
            Data::Record(fields) => fields.get(key),
            _ => None,
        }
    }

    fn as_array(&self) -> Option<&Vec<Self>> {
        match self {
            Data::List(items) => Some(items),
            _ => None,
        }
    }

    fn as_object(&self) -> Option<Vec<(&str, &Self)>> {
        match self {
            Data::Record(fields) => Some(fields.iter().map(|(k, v)| (k.as_str(), v)).collect()),
            _ => None,
        }
    }

    fn as_str(&self) -> Option<&str> {
        self.text()
    }

    fn as_i64(&self) -> Option<i64> {
        // Numbers are kept as they are compared.
        None
    }

    fn as_f64(&self) -> Option<f64> {
        self.number()
    }

    fn as_bool(&self) -> Option<bool> {
        match self {
            Data::Bool(b) => Some(*b),
            _ => None,
        }
    }

    fn null() -> Self {
        Data::Null
    }
}

impl From<&str> for Data {
    fn from(text: &str) -> Self {
        Data::Text(text.to_string())
    }
}

impl From<String> for Data {
    fn from(text: String) -> Self {
        Data::Text(text)
    }
}

impl From<bool> for Data {
    fn from(b: bool) -> Self {
        Data::Bool(b)
    }
}

impl From<i64> for Data {
    fn from(n: i64) -> Self {
        Data::Number(n as f64)
    }
}

impl From<f64> for Data {
    fn from(n: f64) -> Self {
        Data::Number(n)
    }
}

impl From<Vec<Data>> for Data {
    fn from(items: Vec<Data>) -> Self {
        Data::List(items)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(path: &str) -> Result<Data, Malformed> {
        let text = br#"{"cases":[{"id":"a","score":0.5,"ok":true},{"id":"b","score":1,"ok":false},
            {"id":"c","score":2,"ok":true}],"n":{"x.y":7,"deep":{"score":9}},"none":[]}"#;
        find(&Data::parse(text).unwrap(), path)
    }

    fn numbers(n: &[f64]) -> Result<Data, Malformed> {
        Ok(Data::List(n.iter().map(|n| Data::Number(*n)).collect()))
    }

    #[test]
    fn names_and_indices_give_the_value() {
        assert_eq!(at("$.cases[1].score"), Ok(Data::Number(1.0)));
        assert_eq!(at("$['n']['x.y']"), Ok(Data::Number(7.0)));
        assert_eq!(at("$.cases[-1].score"), Ok(Data::Number(2.0)));
    }

    #[test]
    fn others_give_lists() {
        assert_eq!(at("$.cases[*].score"), numbers(&[0.5, 1.0, 2.0]));
        assert_eq!(at("$.cases[?@.ok == true].score"), numbers(&[0.5, 2.0]));
        assert_eq!(at("$.cases[?@.score >= 1].score"), numbers(&[1.0, 2.0]));
        assert_eq!(at("$.cases[?@.id == 'b'].score"), numbers(&[1.0]));
        assert_eq!(at("$.cases[0:2].score"), numbers(&[0.5, 1.0]));
        let Ok(Data::List(scores)) = at("$..score") else {
            panic!("scores")
        };
        assert_eq!(scores.len(), 4);
    }

    #[test]
    fn a_filter_may_find_nothing_but_a_path_may_not() {
        assert_eq!(at("$.cases[?@.score > 5]"), Ok(Data::List(vec![])));
        assert_eq!(at("$.none[?@.score > 5]"), Ok(Data::List(vec![])));
        for path in [
            "$.case[?@.score > 5]",
            "$.cases[*].points",
            "$..points",
            "$.n.z",
            "$.cases[9]",
        ] {
            assert!(
                matches!(at(path), Err(Malformed(m)) if m.contains("has nothing at")),
                "{path}"
            );
        }
    }

    #[test]
    fn what_is_no_jsonpath_is_said() {
        for path in ["$", "$.", "$.cases[", "$.cases[?@.score >]", "$.a b"] {
            let found = at(path);
            let root = path == "$";
            assert_eq!(found.is_ok(), root, "{path}: {found:?}");
        }
    }
}
