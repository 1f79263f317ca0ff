//! MLflow, by metric, in four forms:
//!
//! - `metrics.json` of a saved evaluation, or any flat JSON object of numbers;
//! - `mlflow runs describe`: the metrics under `data.metrics`;
//! - a run of the REST API: a list under `run.data.metrics`;
//! - a metric's file in a run's folder (`metrics/NAME`): lines of time, value, step.
//!
//! MLflow gives no units.

use std::io::BufRead;

use super::table::{Cell, Row, Table};
use super::{Data, Made, Malformed, Measurements, quote, whole};

const WHAT: &str = "metrics of MLflow";

/// Reads one of the forms.
pub fn read(input: &mut dyn BufRead) -> Result<Measurements, Malformed> {
    let bytes = whole(input)?;
    let table = Table::new("mlflow", "metric");
    if bytes.trim_ascii_start().first() != Some(&b'{') {
        return history(&bytes, table);
    }
    let report = Data::parse(&bytes)?;
    let data = report.get("run").unwrap_or(&report).get("data");
    let metrics = match data {
        Some(data) => data
            .get("metrics")
            .ok_or_else(|| Malformed(format!("holds no {WHAT}: the run has none")))?,
        None => &report,
    };
    let info = report.get("run").unwrap_or(&report).get("info");
    let at = |key| info.and_then(|info| Made::at(info, &[key]));
    let made = at("end_time").or_else(|| at("start_time"));
    Ok(flat(metrics, table)?.of(made))
}

fn flat(metrics: &Data, mut table: Table) -> Result<Measurements, Malformed> {
    match metrics {
        Data::Record(metrics) => {
            for (name, value) in metrics {
                add(&mut table, name, value)?;
            }
        }
        Data::List(metrics) => {
            for metric in metrics {
                let (Some(name), Some(value)) = (metric.text_of("key"), metric.get("value")) else {
                    return Err(Malformed(format!(
                        "holds no {WHAT}: one lacks its key or value"
                    )));
                };
                add(&mut table, name, value)?;
            }
        }
        other => {
            return Err(Malformed(format!(
                "holds no {WHAT}, but {}",
                other.describe()
            )));
        }
    }
    table.with_rows().map(Measurements::Table)
}

fn add(table: &mut Table, name: &str, value: &Data) -> Result<(), Malformed> {
    let value = match value {
        Data::Number(value) => Cell::from(*value),
        // The REST API writes what is no number as a word.
        Data::Text(word) => Cell::lack(format!("is {}, no number", quote(word))),
        other => {
            return Err(Malformed(format!(
                "holds no {WHAT}: {} is {}",
                quote(name),
                other.describe()
            )));
        }
    };
    let why = "holds the last value only: name the metric's file in the run's folder";
    let row = Row::from([
        ("value", value),
        ("least", Cell::lack(why)),
        ("greatest", Cell::lack(why)),
        ("count", Cell::lack(why)),
        ("values", Cell::lack(why)),
    ]);
    table.row(name, row)
}

/// One metric over time. Its name is the file's, which a reader doesn't see.
fn history(bytes: &[u8], mut table: Table) -> Result<Measurements, Malformed> {
    let text = str::from_utf8(bytes).map_err(|_| Malformed::new("is not UTF-8"))?;
    if !text.ends_with('\n') {
        return Err(Malformed::new("ends in the middle of a line"));
    }
    let mut points: Vec<(f64, f64, f64)> = Vec::new();
    for (at, line) in text.lines().enumerate() {
        let wrong = || {
            Malformed(format!(
                "is no file of {WHAT}: line {} is {}",
                at + 1,
                quote(line)
            ))
        };
        // Time, value and step; old versions have no step, new ones name a data set after it.
        let mut fields = line.split(' ').map(str::parse::<f64>);
        let (Some(Ok(time)), Some(Ok(value))) = (fields.next(), fields.next()) else {
            return Err(wrong());
        };
        let step = match fields.next() {
            None => 0.0,
            Some(step) => step.map_err(|_| wrong())?,
        };
        if !time.is_finite() || !step.is_finite() {
            return Err(wrong());
        }
        if !value.is_finite() {
            return Err(Malformed(format!(
                "holds {value} in line {}, no measurement",
                at + 1
            )));
        }
        points.push((step, time, value));
    }
    // The last is that of the last step, then of the latest time: as MLflow shows it.
    points.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.total_cmp(&b.1)));
    let last = points
        .last()
        .ok_or_else(|| Malformed::new("holds no value, so nothing was measured"))?;
    let values = || points.iter().map(|(.., value)| *value);
    table.total("value", last.2);
    for (field, of) in [
        ("least", values().fold(f64::INFINITY, f64::min)),
        ("greatest", values().fold(f64::NEG_INFINITY, f64::max)),
    ] {
        table.total(field, of);
    }
    table.total("count", Cell::Count(points.len() as f64));
    table.total("values", Cell::Each(values().map(Into::into).collect()));
    Ok(Measurements::Table(table))
}
