//! `--benchmark_format=json` of Google Benchmark, per benchmark, in seconds.
//!
//! Repetitions of a benchmark are entries of one name, and are counted again. The tool's own
//! averages are taken only where it was told to leave the repetitions out.

use std::collections::BTreeMap;
use std::io::BufRead;

use super::runs::Runs;
use super::table::{Cell, Row, Table};
use super::{Data, Made, Malformed, Measurements, quote};

const WHAT: &str = "Google Benchmark's JSON";

/// What a file holds of one benchmark.
#[derive(Default)]
struct Benchmark {
    real: Vec<f64>,
    cpu: Vec<f64>,
    /// Items per second of each repetition that says them.
    items: Vec<f64>,
    /// The tool's own averages, in seconds.
    averages: BTreeMap<String, (f64, f64)>,
    /// Why it failed.
    failed: Option<String>,
}

/// Reads a report.
pub fn read(input: &mut dyn BufRead) -> Result<Measurements, Malformed> {
    let report = Data::read(input)?;
    let mut found: BTreeMap<String, Benchmark> = BTreeMap::new();
    for entry in report.list_of("benchmarks", WHAT)? {
        let name = entry
            .text_of("run_name")
            .or_else(|| entry.text_of("name"))
            .ok_or_else(|| Malformed(format!("is not {WHAT}: a benchmark has no name")))?;
        found
            .entry(name.to_string())
            .or_default()
            .add(entry, name)?;
    }
    let mut table = Table::new("google_benchmark", "benchmark");
    for (name, benchmark) in found {
        if let Some(row) = benchmark.row(&name)? {
            table.row_named(name.clone(), short(&name), row)?;
        }
    }
    let context = report.get("context");
    let flag = |key: &str| context.and_then(|c| c.get(key));
    if flag("library_build_type").and_then(Data::text) == Some("debug") {
        table.note("is of a benchmark library built for debugging; times may be too long");
    }
    if flag("cpu_scaling_enabled") == Some(&Data::Bool(true)) {
        table.note("is of a machine whose clock rate changes; times may be noisy");
    }
    let made = Made::at(&report, &["context", "date"]);
    Ok(Measurements::Table(table.with_rows()?).of(made))
}

impl Benchmark {
    fn add(&mut self, entry: &Data, name: &str) -> Result<(), Malformed> {
        for (flag, message) in [
            ("error_occurred", "error_message"),
            ("skipped", "skip_message"),
        ] {
            // A benchmark that was skipped says so with a flag, in newer versions with a list.
            if !matches!(entry.get(flag), None | Some(Data::Bool(false))) {
                let why = entry.text_of(message).unwrap_or("it doesn't say why");
                self.failed = Some(format!("did not run: {}", quote(why)));
                return Ok(());
            }
        }
        match entry.text_of("run_type") {
            None | Some("iteration") => {}
            Some("aggregate") => return self.average(entry, name),
            Some(other) => {
                return Err(Malformed(format!(
                    "is not {WHAT}: {} is a run of the type {}",
                    quote(name),
                    quote(other)
                )));
            }
        }
        let unit = unit(entry, name)?;
        self.real.push(time(entry, "real_time", name)? * unit);
        self.cpu.push(time(entry, "cpu_time", name)? * unit);
        let items = entry.get("items_per_second").and_then(Data::number);
        self.items.extend(items);
        Ok(())
    }

    fn average(&mut self, entry: &Data, name: &str) -> Result<(), Malformed> {
        let of = entry.text_of("aggregate_name").unwrap_or_default();
        // A fit of complexity has no time, and `cv` is a percentage.
        if !["mean", "median", "stddev"].contains(&of) {
            return Ok(());
        }
        let unit = unit(entry, name)?;
        let real = time(entry, "real_time", name)? * unit;
        let cpu = time(entry, "cpu_time", name)? * unit;
        self.averages.insert(of.to_string(), (real, cpu));
        Ok(())
    }

    /// Its row; none of a name that only a fit of complexity has.
    fn row(self, name: &str) -> Result<Option<Row>, Malformed> {
        if let Some(why) = &self.failed {
            let fields = [
                "mean", "median", "min", "max", "stddev", "runs", "times", "cpu", "rate",
            ];
            return Ok(Some(fields.map(|f| (f, Cell::lack(why.clone()))).into()));
        }
        let only_averages =
            "holds averages only: run it without `--benchmark_report_aggregates_only`";
        if self.real.is_empty() {
            if self.averages.is_empty() {
                return Ok(None);
            }
            let of = |name: &str| {
                let average = self.averages.get(name).map(|(real, _)| *real);
                Cell::or(average, only_averages)
            };
            let cpu = self.averages.get("mean").map(|(_, cpu)| *cpu);
            let mut row = Row::from([
                ("mean", of("mean")),
                ("median", of("median")),
                ("stddev", of("stddev")),
                ("cpu", Cell::or(cpu, only_averages)),
            ]);
            for field in ["min", "max", "runs", "times", "rate"] {
                row.insert(field, Cell::lack(only_averages));
            }
            return Ok(Some(row));
        }
        let mut row = Runs::new(self.real, name)?.row();
        row.insert("cpu", Runs::new(self.cpu, name)?.mean().into());
        let rate = Runs::new(self.items, name).map(|items| items.mean());
        row.insert("rate", Cell::or(rate.ok(), "doesn't count items"));
        Ok(Some(row))
    }
}

/// A name without how often and how long it is run: `sum/8/repeats:3` is `sum/8`, too.
fn short(name: &str) -> &str {
    [
        "/repeats:",
        "/iterations:",
        "/min_time:",
        "/min_warmup_time:",
    ]
    .iter()
    .filter_map(|option| name.find(option))
    .min()
    .and_then(|at| name.get(..at))
    .unwrap_or(name)
}

fn time(entry: &Data, field: &str, name: &str) -> Result<f64, Malformed> {
    let number = entry.get(field).and_then(Data::number);
    number.filter(|n| *n >= 0.0).ok_or_else(|| {
        Malformed(format!(
            "holds no {field} of {} that is a number",
            quote(name)
        ))
    })
}

/// Seconds in the unit of an entry.
fn unit(entry: &Data, name: &str) -> Result<f64, Malformed> {
    match entry.text_of("time_unit") {
        Some("ns") => Ok(1e-9),
        Some("us") => Ok(1e-6),
        Some("ms") => Ok(1e-3),
        Some("s") => Ok(1.0),
        _ => Err(Malformed(format!(
            "doesn't say the unit of {}'s times",
            quote(name)
        ))),
    }
}
