//! `pytest --benchmark-json=FILE`: seconds, per benchmark.
//!
//! The rounds are in the file if it was written with its data; then its statistics are counted
//! again. Stored runs (`--benchmark-autosave`) hold statistics alone.

use std::io::BufRead;

use super::runs::Runs;
use super::table::{Cell, Row, Table};
use super::{Data, Made, Malformed, Measurements, Reading, quote};

const WHAT: &str = "pytest-benchmark's JSON";

/// Reads a report.
pub fn read(input: &mut dyn BufRead) -> Result<Measurements, Malformed> {
    let report = Data::read(input)?;
    let mut table = Table::new("pytest_benchmark", "benchmark");
    for benchmark in report.list_of("benchmarks", WHAT)? {
        let name = benchmark
            .text_of("name")
            .ok_or_else(|| Malformed(format!("is not {WHAT}: a benchmark has no name")))?;
        let full = benchmark.text_of("fullname").unwrap_or(name);
        table.row_named(full, name, row(benchmark, full)?)?;
    }
    let dirty = report.get("commit_info").and_then(|c| c.get("dirty"));
    if dirty == Some(&Data::Bool(true)) {
        table.note("is of a tree with changes that no commit holds");
    }
    let made = Made::at(&report, &["datetime"]);
    Ok(Measurements::Table(table.with_rows()?).of(made))
}

fn row(benchmark: &Data, name: &str) -> Result<Row, Malformed> {
    let lacks = |what: &str| Malformed(format!("is not {WHAT}: {} has no {what}", quote(name)));
    let stats = benchmark.get("stats").ok_or_else(|| lacks("stats"))?;
    let rounds = stats.optional_list("data", WHAT)?;
    let mut row = if rounds.is_empty() {
        stored(stats, name)?
    } else {
        let runs = Runs::read(rounds, 1.0, name)?;
        runs.agree(stats, 1.0, name)?;
        runs.row()
    };
    let rate = match row.get("mean") {
        Some(Cell::Value(mean)) if mean.low > 0.0 => Cell::from(1.0 / mean.low),
        _ => Cell::lack("took no time"),
    };
    row.insert("rate", rate);
    Ok(row)
}

/// The statistics of a run that was stored without its rounds.
fn stored(stats: &Data, name: &str) -> Result<Row, Malformed> {
    let number = |field: &str| {
        let number = stats.get(field).and_then(Data::number);
        number.filter(|n| *n >= 0.0).ok_or_else(|| {
            Malformed(format!(
                "holds no {field} of {} that is a number",
                quote(name)
            ))
        })
    };
    let rounds = number("rounds")?;
    if rounds < 1.0 {
        return Err(Malformed(format!("holds no round of {}", quote(name))));
    }
    // Of one round the tool writes a spread of 0.
    let spread = match rounds > 1.0 {
        true => Cell::from(number("stddev")?),
        false => Cell::lack("is of one round, which has no spread"),
    };
    Ok(Row::from([
        ("mean", Cell::from(number("mean")?)),
        ("median", Cell::from(number("median")?)),
        ("min", Cell::Least(Reading::from(number("min")?))),
        ("max", Cell::Greatest(Reading::from(number("max")?))),
        ("stddev", spread),
        ("runs", Cell::Count(rounds)),
        (
            "times",
            Cell::lack("holds no rounds: write it with `--benchmark-json`"),
        ),
    ]))
}
