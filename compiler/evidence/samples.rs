//! What was measured one by one, for statistics.

use super::{Data, Malformed, Measurements, path, quote};

/// One measurement.
#[derive(Clone, Debug, PartialEq)]
pub struct Sample {
    /// In the base unit.
    pub value: f64,
    /// What was measured: repeats of it are one cluster, and pairs with the past are made by it.
    pub item: Option<String>,
}

impl From<f64> for Sample {
    fn from(value: f64) -> Self {
        Self { value, item: None }
    }
}

/// The single measurements behind a value.
#[derive(Clone, Debug, PartialEq)]
pub enum Sampled {
    /// Trials that went well or not, without names.
    Rate {
        /// How many went well.
        passed: u64,
        /// How many there were.
        of: u64,
    },
    /// Numbers, at least one.
    Values(Vec<Sample>),
}

impl Sampled {
    /// How many.
    pub fn count(&self) -> u64 {
        match self {
            Sampled::Rate { of, .. } => *of,
            Sampled::Values(values) => values.len() as u64,
        }
    }

    /// Those of two reports of one name, as one.
    pub fn merge(self, other: Self) -> Result<Self, Malformed> {
        match (self, other) {
            (Sampled::Rate { passed, of }, Sampled::Rate { passed: p, of: o }) => {
                Ok(Sampled::Rate {
                    passed: passed + p,
                    of: of + o,
                })
            }
            (Sampled::Values(mut values), Sampled::Values(more)) => {
                values.extend(more);
                Ok(Sampled::Values(values))
            }
            _ => Err(Malformed::new(
                "counts in one file and measures in another, so they can't be added",
            )),
        }
    }
}

/// What is asked of a report.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part<'a> {
    /// A field that the format gives.
    Field(&'a str),
    /// What stands at a path in the data.
    Path(&'a str),
    /// A field of the row of a key.
    Row(&'a str, &'a str),
}

impl Measurements {
    /// The single measurements behind a part of the report, or why there are none. `cluster`
    /// names the field beside each number that says which item it is of.
    pub fn samples(&self, of: Part, cluster: Option<&str>) -> Result<Sampled, Malformed> {
        let none = |name: &str| {
            Malformed(format!(
                "gives {} as one number, without the single measurements behind it",
                quote(name)
            ))
        };
        match (self, of) {
            (Measurements::Tally(tally), Part::Field(field)) => {
                tally.trials(field).ok_or_else(|| none(field))
            }
            (Measurements::Data(data), Part::Field(name) | Part::Path(name)) => {
                values(data, name, cluster)
            }
            (Measurements::Table(table), Part::Field(field)) => {
                table.samples(None, field)?.ok_or_else(|| none(field))
            }
            (Measurements::Table(table), Part::Row(key, field)) => table
                .samples(Some(key), field)?
                .ok_or_else(|| none(&format!("{key}.{field}"))),
            (_, Part::Field(name) | Part::Path(name) | Part::Row(_, name)) => Err(none(name)),
        }
    }
}

/// The numbers at a path that leads to several.
fn values(data: &Data, at: &str, cluster: Option<&str>) -> Result<Sampled, Malformed> {
    let found = path::find(data, at)?;
    let leaves = leaves(&found);
    if leaves.is_empty() {
        return Err(Malformed(format!("holds no measurement at {}", quote(at))));
    }
    let Some(cluster) = cluster else {
        if let Some(flags) = leaves.iter().map(flag).collect::<Option<Vec<_>>>() {
            let passed = flags.iter().filter(|flag| **flag).count() as u64;
            let of = flags.len() as u64;
            return Ok(Sampled::Rate { passed, of });
        }
        let numbers: Result<_, _> = leaves.iter().map(|d| Ok(number(d, at)?.into())).collect();
        return numbers.map(Sampled::Values);
    };
    let beside = path::beside(data, at, cluster)?;
    let items: Vec<_> = self::leaves(&beside);
    if items.len() != leaves.len() {
        return Err(Malformed(format!(
            "has {} values at {} and {} of {} beside them",
            leaves.len(),
            quote(at),
            items.len(),
            quote(cluster)
        )));
    }
    let each = leaves.iter().zip(items).map(|(value, item)| {
        Ok(Sample {
            value: number(value, at)?,
            item: Some(name(item, cluster)?),
        })
    });
    each.collect::<Result<_, _>>().map(Sampled::Values)
}

/// The members of lists and records in them, in their order.
fn leaves(data: &Data) -> Vec<&Data> {
    match data {
        Data::List(items) => items.iter().flat_map(leaves).collect(),
        Data::Record(fields) => fields.values().flat_map(leaves).collect(),
        leaf => vec![leaf],
    }
}

fn flag(data: &&Data) -> Option<bool> {
    match data {
        Data::Bool(flag) => Some(*flag),
        _ => None,
    }
}

fn number(data: &Data, at: &str) -> Result<f64, Malformed> {
    match data {
        Data::Number(number) => Ok(*number),
        Data::Bool(flag) => Ok(f64::from(u8::from(*flag))),
        other => Err(Malformed(format!(
            "holds {} among the measurements at {}",
            other.describe(),
            quote(at)
        ))),
    }
}

fn name(data: &Data, cluster: &str) -> Result<String, Malformed> {
    match data {
        Data::Text(text) => Ok(text.clone()),
        Data::Number(number) => Ok(number.to_string()),
        Data::Bool(flag) => Ok(flag.to_string()),
        other => Err(Malformed(format!(
            "holds {} as the {} of a measurement",
            other.describe(),
            quote(cluster)
        ))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str, at: &str, cluster: Option<&str>) -> Result<Sampled, Malformed> {
        let data = Data::parse(text.as_bytes()).unwrap();
        Measurements::Data(data).samples(Part::Path(at), cluster)
    }

    const RUNS: &str = r#"{"runs":[{"s":1,"i":7,"ok":true},{"s":2,"i":"a","ok":false}],"n":[],
        "bad":[{"s":"1"},{"s":null}],"g":{"x":{"f":[5,6]}}}"#;

    #[test]
    fn numbers_of_a_list_are_samples() {
        let values = |numbers: &[f64]| {
            let each = numbers.iter().map(|n| Sample::from(*n));
            Ok(Sampled::Values(each.collect()))
        };
        assert_eq!(of(RUNS, "runs[*].s", None), values(&[1.0, 2.0]));
        assert_eq!(of(RUNS, "g.*.f", None), values(&[5.0, 6.0]));
        assert_eq!(
            of(RUNS, "runs[*].ok", None),
            Ok(Sampled::Rate { passed: 1, of: 2 })
        );
        let named = |value, item: &str| Sample {
            value,
            item: Some(item.to_string()),
        };
        let both = [named(1.0, "7"), named(0.0, "a")];
        assert_eq!(
            of(RUNS, "runs[*].ok", Some("i")),
            Ok(Sampled::Values(both.to_vec()))
        );
    }

    #[test]
    fn what_is_no_sample_is_told() {
        for (at, cluster, says) in [
            ("n", None, "holds no measurement"),
            ("bad[*].s", None, "the text \"1\" among"),
            ("bad[*].s", Some("i"), "no key \"i\""),
            ("runs[*].s", Some("j"), "no key \"j\""),
            ("g.x.f[*]", Some("i"), "no field stands beside"),
            ("g", Some("runs"), "of \"runs\" beside them"),
        ] {
            let found = of(RUNS, at, cluster);
            assert!(
                matches!(&found, Err(Malformed(why)) if why.contains(says)),
                "{at}: {found:?}"
            );
        }
    }

    #[test]
    fn trials_add_up() {
        let rate = |passed, of| Sampled::Rate { passed, of };
        assert_eq!(rate(1, 2).merge(rate(3, 4)), Ok(rate(4, 6)));
        assert!(rate(1, 2).merge(Sampled::Values(vec![1.0.into()])).is_err());
    }
}
