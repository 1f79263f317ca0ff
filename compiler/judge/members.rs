//! Members of a list in plain data, and the field by which each names its group or its item.

use std::collections::{BTreeMap, BTreeSet};

use super::value::Val;
use crate::evidence::{Data, Malformed, Measurements, Sample, path, quote};
use crate::plan::PathSegment;

/// The members of a list, each by its field: a group that stands twice is a mistake.
pub fn by_field(data: &Data, path: &str, field: &str) -> Result<Val, Malformed> {
    let mut groups = BTreeMap::new();
    for (member, value) in path::members(data, path)? {
        let group = name_in(&member, field)?;
        if groups.insert(group.clone(), Val::from(&value)).is_some() {
            let why = format!(
                "has two members whose {} is {}",
                quote(field),
                quote(&group)
            );
            return Err(Malformed(why));
        }
    }
    Ok(Val::Record(groups))
}

/// The groups that the members of a list name by a field; none where a report has no such list.
pub fn groups(
    report: &Measurements,
    at: &[PathSegment],
    field: &str,
) -> Result<BTreeSet<String>, Malformed> {
    let (Measurements::Data(data), [PathSegment::Key(key)]) = (report, at) else {
        return Ok(BTreeSet::new());
    };
    let members = path::members(data, key)?;
    members.iter().map(|(m, _)| name_in(m, field)).collect()
}

/// What a field of a member says, as a name.
fn name_in(member: &Data, field: &str) -> Result<String, Malformed> {
    match member.get(field) {
        Some(Data::Text(text)) => Ok(text.clone()),
        Some(Data::Number(number)) => Ok(crate::plan::value::decimal(*number)),
        Some(Data::Bool(holds)) => Ok(holds.to_string()),
        _ => Err(Malformed(format!("has a member without {}", quote(field)))),
    }
}

/// The numbers of a list in the data.
pub fn in_list(
    data: &Data,
    path: &str,
    group: Option<(&str, &str)>,
    item: Option<&str>,
) -> Result<Vec<Sample>, Malformed> {
    let one = |value: &Data, item: Option<String>| match value {
        Data::Number(value) => Ok(Sample {
            value: *value,
            item,
        }),
        Data::Bool(holds) => Ok(Sample {
            value: f64::from(u8::from(*holds)),
            item,
        }),
        other => {
            let what = other.describe();
            Err(Malformed(format!(
                "holds {what} at {}, not a number",
                quote(path)
            )))
        }
    };
    if group.is_none() && item.is_none() && !path.contains('*') {
        return match path::find(data, path)? {
            Data::List(values) => values.iter().map(|value| one(value, None)).collect(),
            _ => Err(Malformed::new(
                "says one number there, and no samples stand behind it",
            )),
        };
    }
    let mut samples = Vec::new();
    for (member, value) in path::members(data, path)? {
        if let Some((field, wanted)) = group
            && name_in(&member, field)? != wanted
        {
            continue;
        }
        let item = item.map(|field| name_in(&member, field)).transpose()?;
        samples.push(one(&value, item)?);
    }
    Ok(samples)
}
