//! `hyperfine --export-json FILE`: seconds and bytes, per command.
//!
//! A command that fails is often fast. With `-i` hyperfine measures it all the same, so a row
//! with an exit code other than 0 gives no time.

use std::io::BufRead;

use super::runs::Runs;
use super::table::{Cell, Row, Table};
use super::{Data, Malformed, Measurements, Reading, quote};

const WHAT: &str = "hyperfine's JSON";

/// Reads a report.
pub fn read(input: &mut dyn BufRead) -> Result<Measurements, Malformed> {
    let report = Data::read(input)?;
    let mut table = Table::new("hyperfine", "command");
    for result in report.list_of("results", WHAT)? {
        let command = result
            .text_of("command")
            .ok_or_else(|| Malformed(format!("is not {WHAT}: a result has no command")))?;
        let runs = Runs::read(result.list_of("times", WHAT)?, 1.0, command)?;
        runs.agree(result, 1.0, command)?;
        let row = row(result, &runs, command)?;
        table.row_named(key(result, command), command, row)?;
    }
    table.with_rows().map(Measurements::Table)
}

/// A command and its parameters, which may be all that tells two results apart.
fn key(result: &Data, command: &str) -> String {
    let Some(Data::Record(parameters)) = result.get("parameters") else {
        return command.to_string();
    };
    let each = parameters.iter().map(|(name, value)| {
        let value = value.text().map_or_else(|| value.describe(), String::from);
        format!("{name}={value}")
    });
    format!("{command} [{}]", each.collect::<Vec<_>>().join(", "))
}

fn row(result: &Data, runs: &Runs, command: &str) -> Result<Row, Malformed> {
    let codes = result.list_of("exit_codes", WHAT)?;
    if codes.len() != runs.count() {
        return Err(Malformed(format!(
            "has {} times and {} exit codes of {}",
            runs.count(),
            codes.len(),
            quote(command)
        )));
    }
    let failed = codes
        .iter()
        .filter(|code| code.number() != Some(0.0))
        .count();
    let mut row = runs.row();
    row.insert("user", mean_of(result, "user"));
    row.insert("system", mean_of(result, "system"));
    row.insert("memory", memory(result)?);
    if failed > 0 {
        let why = format!(
            "failed in {failed} of {} runs, so its times say nothing",
            runs.count()
        );
        row.values_mut()
            .for_each(|cell| *cell = Cell::lack(why.clone()));
        row.insert("runs", Cell::Count(runs.count() as f64));
    }
    row.insert("failed", Cell::Count(failed as f64));
    Ok(row)
}

fn mean_of(result: &Data, field: &str) -> Cell {
    let number = result.get(field).and_then(Data::number);
    Cell::or(number.filter(|n| *n >= 0.0), "doesn't hold this time")
}

/// The greatest memory of a run, in bytes.
fn memory(result: &Data) -> Result<Cell, Malformed> {
    let each = result.optional_list("memory_usage_byte", WHAT)?;
    let numbers: Option<Vec<f64>> = each.iter().map(Data::number).collect();
    let greatest = numbers
        .unwrap_or_default()
        .into_iter()
        .reduce(f64::max)
        .filter(|n| *n > 0.0);
    Ok(match greatest {
        Some(bytes) => Cell::Greatest(Reading::from(bytes)),
        None => Cell::lack("holds no memory: this version of hyperfine doesn't measure it"),
    })
}
