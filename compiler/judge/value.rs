//! Values of expressions at run time.

use std::collections::BTreeMap;

use super::number::Num;
use crate::evidence::{Data, Finding, Findings, Severity, quote};
use crate::plan::Value;

/// A value.
#[derive(Clone, Debug, PartialEq)]
#[allow(missing_docs)]
pub enum Val {
    /// Absent.
    Null,
    Bool(bool),
    Number(Num),
    Text(String),
    /// Members, and how many more there may be.
    List(Vec<Val>, usize),
    Record(BTreeMap<String, Val>),
}

impl Val {
    /// A number that is known.
    pub fn number(number: f64) -> Self {
        Val::Number(Num::exact(number))
    }

    /// Text.
    pub fn text(text: impl Into<String>) -> Self {
        Val::Text(text.into())
    }

    /// As said to people.
    pub fn describe(&self) -> String {
        match self {
            Val::Null => "null".into(),
            Val::Bool(b) => b.to_string(),
            Val::Number(n) => format!("the number {}", n.low),
            Val::Text(t) => format!("the text {}", quote(t)),
            Val::List(..) => "a list".into(),
            Val::Record(_) => "an object".into(),
        }
    }
}

impl From<&Data> for Val {
    fn from(data: &Data) -> Self {
        match data {
            Data::Null => Val::Null,
            Data::Bool(b) => Val::Bool(*b),
            Data::Number(n) => Val::number(*n),
            Data::Text(t) => Val::Text(t.clone()),
            Data::List(items) => Val::List(items.iter().map(Val::from).collect(), 0),
            Data::Record(fields) => Val::Record(
                fields
                    .iter()
                    .map(|(k, v)| (k.clone(), Val::from(v)))
                    .collect(),
            ),
        }
    }
}

impl From<&Value> for Val {
    fn from(value: &Value) -> Self {
        match value {
            Value::None => Val::Null,
            Value::Bool(b) => Val::Bool(*b),
            Value::Number(n, _) => Val::number(*n),
            Value::Str(t) | Value::Symbol(t) => Val::Text(t.clone()),
            Value::List(items) => Val::List(items.iter().map(Val::from).collect(), 0),
            Value::Range(low, high) => Val::List(vec![Val::from(&**low), Val::from(&**high)], 0),
            Value::Record(fields) => Val::Record(
                fields
                    .iter()
                    .map(|(k, v)| (k.clone(), Val::from(v)))
                    .collect(),
            ),
        }
    }
}

impl From<&Findings> for Val {
    fn from(findings: &Findings) -> Self {
        Val::List(findings.found.iter().map(record).collect(), findings.unseen)
    }
}

/// A finding as a record; what the tool doesn't say is left out.
fn record(finding: &Finding) -> Val {
    let severity = (finding.severity != Severity::Unknown).then(|| finding.severity.name());
    let fields = [
        ("severity", severity),
        ("rule", finding.rule.as_deref()),
        ("tool", finding.tool.as_deref()),
        ("file", finding.file.as_deref()),
        ("package", finding.package.as_deref()),
    ];
    let said = fields
        .into_iter()
        .filter_map(|(k, v)| Some((k.to_string(), Val::text(v?))));
    Val::Record(said.collect())
}
