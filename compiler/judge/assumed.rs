//! What is assumed instead of measured: by a `test` block, or by someone who asks "what if".
//!
//! An assumed value is exact: it has no samples, and a confidence bound of it is the value itself.

use std::collections::BTreeMap;

use super::lack::Lack;
use super::value::Val;
use crate::evidence::Findings;
use crate::plan::{Better, Metric, PathSegment, Quantity, Type};
use crate::schema::formats;

/// What is assumed.
#[derive(Clone, Debug, Default)]
pub struct Assumed {
    /// Values by metric id; a record for one with groups.
    pub metrics: BTreeMap<String, Val>,
    /// Reference values by metric id.
    pub past: BTreeMap<String, Val>,
    /// Whatever isn't listed.
    pub rest: Rest,
}

/// What is not assumed one by one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Rest {
    /// Is measured.
    #[default]
    Measured,
    /// Is missing.
    Missing,
    /// Is at its best.
    Perfect,
}

/// The best value of a metric: the end of its range that is better.
pub fn best(metric: &Metric) -> Result<Val, Lack> {
    let end = match (&metric.ty, metric.range, metric.better) {
        (_, Some((low, high)), Some(better)) => {
            Some(if better == Better::Lower { low } else { high })
        }
        (_, None, Some(Better::Lower)) => Some(0.0),
        (Type::Quantity(Quantity::Ratio), None, Some(Better::Higher)) => Some(1.0),
        (Type::Quantity(Quantity::Points), None, Some(Better::Higher)) => Some(100.0),
        _ => None,
    };
    let Some(end) = end else {
        let id = &metric.id;
        let why = match metric.better {
            None => format!("metric `{id}` doesn't say what is better, so nothing is perfect"),
            Some(_) => format!("metric `{id}` has no greatest value: give it one, or a `range`"),
        };
        return Err(Lack::new(why));
    };
    Ok(match &metric.by {
        None => Val::number(end),
        Some(groups) => {
            let each = groups
                .values
                .iter()
                .map(|group| (group.clone(), Val::number(end)));
            Val::Record(each.collect())
        }
    })
}

/// The best that a report of a format says at a path.
pub fn best_of_report(format: &str, at: &[PathSegment]) -> Result<Val, Lack> {
    let findings = formats::find(format).is_some_and(|f| f.findings);
    if findings {
        return Ok(Val::from(&Findings::default()));
    }
    let name = match at {
        [PathSegment::Field(name)] => name.as_str(),
        _ => {
            let why = "a path into a report has no best value: give the criterion a metric";
            return Err(Lack::new(why));
        }
    };
    // Whatever is counted or timed is best at nothing, a share of what went well at all of it.
    let whole = name.ends_with("_rate") || name == "passed" || name == "tests" || name == "total";
    Ok(Val::number(if whole { 1.0 } else { 0.0 }))
}
