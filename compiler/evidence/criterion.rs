//! Criterion.rs. Three files of its folder, each of one benchmark, and one of many:
//!
//! - `new/estimates.json`: estimates with their confidence intervals, in nanoseconds;
//! - `new/sample.json`: the measurements themselves;
//! - `change/estimates.json`: how mean and median changed, relative to the last run;
//! - the messages of `cargo criterion --message-format=json`, by benchmark.
//!
//! A point estimate of a change says little: unchanged code has been seen to "change" by 20 %. So
//! the bounds of the interval are fields: `change_low > 0` says that it became slower.

use std::io::BufRead;

use super::runs::Runs;
use super::table::{Cell, Row, Table};
use super::{Data, Malformed, Measurements, quote, whole};

const WHAT: &str = "Criterion's JSON";
const NANO: f64 = 1e-9;

/// Estimates of a value: its field, its bounds' fields, its name in the file.
const ESTIMATES: &[(&str, [&str; 3])] = &[
    ("mean", ["mean", "mean_low", "mean_high"]),
    ("median", ["median", "median_low", "median_high"]),
    ("slope", ["slope", "slope_low", "slope_high"]),
];
/// Fields of single measurements.
const MEASURED: [&str; 4] = ["min", "max", "runs", "times"];
/// Fields of a comparison.
const CHANGE: [&str; 3] = ["change", "change_low", "change_high"];

/// Reads one of the files.
pub fn read(input: &mut dyn BufRead) -> Result<Measurements, Malformed> {
    let bytes = whole(input)?;
    let mut table = Table::new("criterion", "benchmark");
    let mut lines = bytes
        .split(|b| *b == b'\n')
        .filter(|l| !l.trim_ascii().is_empty());
    let first = lines.next().unwrap_or_default();
    let message = |line: &[u8]| Data::parse(line).ok().filter(|d| d.get("reason").is_some());
    if message(first).is_some() {
        return messages(&bytes, table);
    }
    let report = Data::parse(&bytes)?;
    let row = if report.get("iters").is_some() {
        sample(&report)?
    } else if report.get("std_dev").is_some() {
        estimates(&report)?
    } else if report.get("mean").is_some() {
        change(&report)?
    } else {
        return Err(Malformed(format!(
            "is not {WHAT}: neither estimates nor a sample"
        )));
    };
    row.into_iter()
        .for_each(|(field, cell)| table.total(field, cell));
    Ok(Measurements::Table(table))
}

fn estimates(report: &Data) -> Result<Row, Malformed> {
    let mut row = Row::new();
    for (name, fields) in ESTIMATES {
        match report.get(name) {
            Some(estimate) => {
                for (field, value) in fields.iter().zip(interval(estimate, name)?) {
                    row.insert(field, Cell::from(value * NANO));
                }
            }
            // Criterion fits a slope only where the number of iterations grows.
            None if *name == "slope" => {
                lack(&mut row, fields, "has no slope: its sampling is flat")
            }
            None => return Err(Malformed(format!("is not {WHAT}: it has no {name}"))),
        }
    }
    if let Some(spread) = report.get("std_dev") {
        let [spread, ..] = interval(spread, "std_dev")?;
        row.insert("stddev", Cell::from(spread * NANO));
    }
    lack(
        &mut row,
        &MEASURED,
        "holds estimates: `sample.json` beside it holds the measurements",
    );
    lack(
        &mut row,
        &CHANGE,
        "holds estimates: `change/estimates.json` holds the comparison",
    );
    Ok(row)
}

fn change(report: &Data) -> Result<Row, Malformed> {
    let mut row = Row::new();
    let mean = report
        .get("mean")
        .ok_or_else(|| Malformed::new("has no mean"))?;
    for (field, value) in CHANGE.iter().zip(interval(mean, "mean")?) {
        row.insert(field, Cell::from(value));
    }
    let why = "is a comparison with the last run, which holds no times: name `new/estimates.json`";
    for (_, fields) in ESTIMATES {
        lack(&mut row, fields, why);
    }
    lack(&mut row, &MEASURED, why);
    row.insert("stddev", Cell::lack(why));
    Ok(row)
}

fn sample(report: &Data) -> Result<Row, Malformed> {
    let iterations = report.list_of("iters", WHAT)?;
    let times = report.list_of("times", WHAT)?;
    per_iteration(times, iterations).map(|runs| {
        let mut row = runs.row();
        let why = "holds measurements: `estimates.json` beside it holds the estimates";
        for (_, [_, low, high]) in ESTIMATES {
            lack(&mut row, &[*low, *high], why);
        }
        lack(&mut row, &["slope"], why);
        lack(&mut row, &CHANGE, why);
        row
    })
}

/// Nanoseconds of some iterations each, as seconds of one.
fn per_iteration(times: &[Data], iterations: &[Data]) -> Result<Runs, Malformed> {
    if times.len() != iterations.len() {
        return Err(Malformed(format!(
            "has {} times of {} measurements",
            times.len(),
            iterations.len()
        )));
    }
    let each = times.iter().zip(iterations).map(|(time, iterations)| {
        let (time, iterations) = (time.number()?, iterations.number()?);
        (iterations >= 1.0).then(|| time * NANO / iterations)
    });
    let each: Option<Vec<f64>> = each.collect();
    let wrong = || Malformed::new("holds a measurement that is no time of some iterations");
    Runs::new(each.ok_or_else(wrong)?, "the benchmark")
}

/// Point, low and high of an estimate, in the file's unit.
fn interval(estimate: &Data, name: &str) -> Result<[f64; 3], Malformed> {
    let bounds = estimate.get("confidence_interval");
    let of = |data: Option<&Data>, key: &str| data.and_then(|d| d.get(key)).and_then(Data::number);
    let found = (
        of(Some(estimate), "point_estimate"),
        of(bounds, "lower_bound"),
        of(bounds, "upper_bound"),
    );
    match found {
        (Some(point), Some(low), Some(high)) if low <= high => Ok([point, low, high]),
        _ => Err(Malformed(format!(
            "is not {WHAT}: its {name} is no estimate with bounds"
        ))),
    }
}

fn lack(row: &mut Row, fields: &[&'static str], why: &str) {
    for field in fields {
        row.insert(field, Cell::lack(why));
    }
}

/// The lines that cargo-criterion writes: one of each benchmark, others besides.
fn messages(bytes: &[u8], mut table: Table) -> Result<Measurements, Malformed> {
    for (at, line) in bytes.split(|b| *b == b'\n').enumerate() {
        if line.trim_ascii().is_empty() {
            continue;
        }
        let message = Data::parse(line)
            .map_err(|Malformed(why)| Malformed(format!("{why} (line {} of it)", at + 1)))?;
        if message.text_of("reason") != Some("benchmark-complete") {
            continue;
        }
        let id = message
            .text_of("id")
            .ok_or_else(|| Malformed(format!("is not {WHAT}: a benchmark has no id")))?;
        let row = complete(&message)
            .map_err(|Malformed(why)| Malformed(format!("{why} (of {})", quote(id))))?;
        table.row(id, row)?;
    }
    table.with_rows().map(Measurements::Table)
}

fn complete(message: &Data) -> Result<Row, Malformed> {
    if message.text_of("unit").is_some_and(|unit| unit != "ns") {
        return Err(Malformed::new("is measured in something other than time"));
    }
    let values = message.list_of("measured_values", WHAT)?;
    let mut row = per_iteration(values, message.list_of("iteration_count", WHAT)?)?.row();
    for (name, fields) in ESTIMATES {
        match message.get(name) {
            Some(estimate) => {
                for (field, value) in fields.iter().zip(bounds(estimate, name)?) {
                    row.insert(field, Cell::from(value * NANO));
                }
            }
            None => lack(&mut row, fields, "has no such estimate"),
        }
    }
    match message.get("change").and_then(|c| c.get("mean")) {
        // Relative, though the message says `%`.
        Some(change) => {
            for (field, value) in CHANGE.iter().zip(bounds(change, "change")?) {
                row.insert(field, Cell::from(value));
            }
        }
        None => lack(&mut row, &CHANGE, "was not compared with an earlier run"),
    }
    Ok(row)
}

/// Point, low and high of an estimate of a message.
fn bounds(estimate: &Data, name: &str) -> Result<[f64; 3], Malformed> {
    let of = |key| estimate.get(key).and_then(Data::number);
    match (of("estimate"), of("lower_bound"), of("upper_bound")) {
        (Some(point), Some(low), Some(high)) if low <= high => Ok([point, low, high]),
        _ => Err(Malformed(format!(
            "is not {WHAT}: its {name} is no estimate with bounds"
        ))),
    }
}
