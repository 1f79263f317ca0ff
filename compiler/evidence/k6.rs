//! k6's summary in its three forms, by metric and by check:
//!
//! - `handleSummary`'s data: values under `values`, their kind in `contains`;
//! - `--summary-export`: values beside each other, a rate as `value`, no kinds, and thresholds
//!   as booleans that are true when crossed;
//! - `--new-machine-readable-summary` (version 1.0.0): lists, rates as matches of a total.
//!
//! Rates are counted again from their parts. Of `http_req_failed` k6 calls a failed request a
//! pass: its rate is the share that failed. Times are milliseconds. The `setup_data` beside the
//! metrics may hold tokens and is never looked at.

use std::io::BufRead;

use super::table::{Cell, Row, Table};
use super::{Data, Made, Malformed, Measurements, Reading, quote};

const WHAT: &str = "a k6 summary";
const MILLI: f64 = 1e-3;

/// Statistics of a trend: the field, the name in the file, its name in the newest form.
const TREND: &[(&str, &str, &str)] = &[
    ("mean", "avg", "avg"),
    ("median", "med", "med"),
    ("min", "min", "min"),
    ("max", "max", "max"),
    ("p90", "p(90)", "p90"),
    ("p95", "p(95)", "p95"),
    ("p99", "p(99)", "p99"),
];

/// The trends whose statistics are fields of the whole.
const DURATION: &[&str] = &[
    "http_req_duration_mean",
    "http_req_duration_median",
    "http_req_duration_min",
    "http_req_duration_max",
    "http_req_duration_p90",
    "http_req_duration_p95",
    "http_req_duration_p99",
];

/// One metric, as all forms say it.
struct Metric<'d> {
    name: &'d str,
    values: &'d Data,
    /// `time`, `data` or `default`, where the form says it.
    contains: Option<&'d str>,
    thresholds: Option<&'d Data>,
}

/// Reads a summary.
pub fn read(input: &mut dyn BufRead) -> Result<Measurements, Malformed> {
    let report = Data::read(input)?;
    let mut table = Table::new("k6", "metric or check");
    let machine = report.get("results");
    let metrics = match machine {
        Some(results) => listed(&report, results)?,
        None => keyed(&report)?,
    };
    if metrics.is_empty() {
        return Err(Malformed::new("holds no metric, so nothing was measured"));
    }
    for metric in &metrics {
        table.row(metric.name, row(metric)?)?;
    }
    let mut checks = Vec::new();
    match machine.and_then(|r| r.get("checks")) {
        Some(of) => checks.extend(of.optional_list("results", WHAT)?),
        None => collect(report.get("root_group"), &mut checks)?,
    }
    let (passed, failed) = add_checks(&checks, &mut table)?;
    totals(&mut table);
    table.total("checks", Cell::Share(passed, passed + failed));
    table.total("checks_failed", count_of(passed + failed, failed));
    table.total(
        "thresholds_crossed",
        thresholds(&metrics, machine.is_some())?,
    );
    let made = Made::at(&report, &["metadata", "generated_at"]);
    Ok(Measurements::Table(table).of(made))
}

fn count_of(all: f64, part: f64) -> Cell {
    match all > 0.0 {
        true => Cell::Count(part),
        false => Cell::lack("saw no check"),
    }
}

/// Metrics by name, in the two older forms.
fn keyed(report: &Data) -> Result<Vec<Metric<'_>>, Malformed> {
    let Some(Data::Record(metrics)) = report.get("metrics") else {
        return Err(Malformed(format!("is not {WHAT}: it has no `metrics`")));
    };
    Ok(metrics
        .iter()
        .map(|(name, metric)| Metric {
            name,
            values: metric.get("values").unwrap_or(metric),
            contains: metric.text_of("contains").or_else(|| built_in(name)),
            thresholds: metric.get("thresholds"),
        })
        .collect())
}

/// Metrics in a list, in the newest form.
fn listed<'d>(report: &'d Data, results: &'d Data) -> Result<Vec<Metric<'d>>, Malformed> {
    match report.text_of("version") {
        Some(version) if version.starts_with("1.") => {}
        other => {
            let version = other.map_or_else(|| "no version".to_string(), quote);
            return Err(Malformed(format!(
                "is of {version}; a k6 summary 1 is read"
            )));
        }
    }
    let unnamed = || Malformed(format!("is not {WHAT}: a metric has no name or values"));
    let metric = |metric: &'d Data| {
        Ok(Metric {
            name: metric.text_of("name").ok_or_else(unnamed)?,
            values: metric.get("values").ok_or_else(unnamed)?,
            contains: metric.text_of("contains"),
            thresholds: None,
        })
    };
    results
        .list_of("metrics", WHAT)?
        .iter()
        .map(metric)
        .collect()
}

/// What k6's own metrics hold, which the flat form doesn't say.
fn built_in(name: &str) -> Option<&'static str> {
    let base = name.split('{').next().unwrap_or_default();
    match base {
        "iteration_duration"
        | "group_duration"
        | "grpc_req_duration"
        | "ws_connecting"
        | "ws_ping"
        | "ws_session_duration" => Some("time"),
        "data_sent" | "data_received" => Some("data"),
        base if base.starts_with("browser_web_vital") => None,
        "http_req_failed" | "http_reqs" => Some("default"),
        base if base.starts_with("http_req_") => Some("time"),
        _ => None,
    }
}

/// A metric's row: what its kind has, and of what it hasn't, why.
fn row(metric: &Metric) -> Result<Row, Malformed> {
    let number = |key: &str| metric.values.get(key).and_then(Data::number);
    let name = quote(metric.name);
    let mut row = Row::new();
    let kind = if number("avg").is_some() || number("med").is_some() {
        trend(metric, &mut row)?;
        "a trend"
    } else if let Some((part, whole)) = share(metric)? {
        row.insert("rate", Cell::Share(part, whole));
        row.insert("count", Cell::Count(whole));
        "a rate"
    } else if let Some(count) = number("count") {
        row.insert("count", Cell::Count(count));
        let rate = number("rate");
        row.insert("per_second", Cell::or(rate, "doesn't say a rate"));
        "a counter"
    } else if let Some(value) = number("value") {
        row.insert("value", Cell::from(value));
        "a gauge"
    } else {
        return Err(Malformed(format!("is not {WHAT}: {name} has no values")));
    };
    let why = format!("is {kind}, which has no such field");
    let others = ["rate", "count", "per_second", "value", "passed", "failed"];
    for field in others
        .into_iter()
        .chain(TREND.iter().map(|(field, ..)| *field))
    {
        row.entry(field).or_insert_with(|| Cell::lack(why.clone()));
    }
    Ok(row)
}

fn trend(metric: &Metric, row: &mut Row) -> Result<(), Malformed> {
    let number = |key: &str| metric.values.get(key).and_then(Data::number);
    if metric.contains != Some("time") {
        let why = "is a trend without a unit: make it `new Trend(NAME, true)` in the script, or \
                   read the file as `json` and say the unit";
        for (field, ..) in TREND {
            row.insert(field, Cell::lack(why));
        }
        return Ok(());
    }
    // k6 writes zeros for a trend that a threshold names and nothing was added to.
    let nothing = number("max") == Some(0.0)
        && ["http_req_duration", "iteration_duration"].contains(&base(metric.name));
    for (field, key, new) in TREND {
        let cell = match (number(key).or(number(new)), *field) {
            _ if nothing => Cell::lack("holds zeros only: nothing was measured"),
            (Some(ms), _) if ms < 0.0 => {
                return Err(Malformed(format!(
                    "holds {ms} as a time of {}",
                    quote(metric.name)
                )));
            }
            (Some(ms), "min") => Cell::Least(Reading::from(ms * MILLI)),
            (Some(ms), "max") => Cell::Greatest(Reading::from(ms * MILLI)),
            (Some(ms), _) => Cell::from(ms * MILLI),
            (None, _) => Cell::lack(format!(
                "isn't in the summary: run k6 with `--summary-trend-stats` and `{key}` in it"
            )),
        };
        row.insert(field, cell);
    }
    Ok(())
}

/// The metric without its tags.
fn base(name: &str) -> &str {
    name.split('{').next().unwrap_or_default()
}

/// Part and whole of a rate, whose claimed value must be theirs.
fn share(metric: &Metric) -> Result<Option<(f64, f64)>, Malformed> {
    let number = |key: &str| metric.values.get(key).and_then(Data::number);
    let (part, whole) = match (number("passes"), number("fails")) {
        (Some(passes), Some(fails)) => (passes, passes + fails),
        _ => match (number("matches"), number("total")) {
            (Some(matches), Some(total)) => (matches, total),
            _ => return Ok(None),
        },
    };
    let claimed = number("rate").or(number("value"));
    let name = quote(metric.name);
    if part < 0.0 || part > whole {
        return Err(Malformed(format!("claims {part} of {whole} in {name}")));
    }
    match claimed {
        Some(rate) if whole > 0.0 && (rate - part / whole).abs() > 1e-6 => Err(Malformed(format!(
            "claims a rate of {rate} in {name}, and its counts give {}",
            part / whole
        ))),
        _ => Ok(Some((part, whole))),
    }
}

/// The checks of a group and of those in it. The flat form has objects for lists.
fn collect<'d>(group: Option<&'d Data>, checks: &mut Vec<&'d Data>) -> Result<(), Malformed> {
    let Some(group) = group else { return Ok(()) };
    checks.extend(members(group.get("checks"))?);
    for inner in members(group.get("groups"))? {
        collect(Some(inner), checks)?;
    }
    Ok(())
}

fn members(of: Option<&Data>) -> Result<Vec<&Data>, Malformed> {
    match of {
        None => Ok(vec![]),
        Some(Data::List(items)) => Ok(items.iter().collect()),
        Some(Data::Record(items)) => Ok(items.values().collect()),
        Some(other) => Err(Malformed(format!(
            "is not {WHAT}: its checks are {}",
            other.describe()
        ))),
    }
}

/// Adds a row for each check; gives how many answers passed and failed.
fn add_checks(checks: &[&Data], table: &mut Table) -> Result<(f64, f64), Malformed> {
    let (mut passed, mut failed) = (0.0, 0.0);
    for check in checks {
        let number = |key: &str| check.get(key).and_then(Data::number).filter(|n| *n >= 0.0);
        let (Some(name), Some(passes), Some(fails)) =
            (check.text_of("name"), number("passes"), number("fails"))
        else {
            return Err(Malformed(format!(
                "is not {WHAT}: a check lacks its counts"
            )));
        };
        passed += passes;
        failed += fails;
        let mut row = Row::from([
            ("passed", Cell::Count(passes)),
            ("failed", Cell::Count(fails)),
            ("count", Cell::Count(passes + fails)),
            ("rate", Cell::Share(passes, passes + fails)),
        ]);
        let others = TREND.iter().map(|(field, ..)| *field);
        for field in others.chain(["per_second", "value"]) {
            row.insert(field, Cell::lack("is a check, which has no such field"));
        }
        let path = check.text_of("path").unwrap_or(name);
        table.row_named(path, name, row)?;
    }
    Ok((passed, failed))
}

/// Fields of the whole.
fn totals(table: &mut Table) {
    let cell = |metric: &str, field: &str| match table.row_of(metric).and_then(|r| r.get(field)) {
        Some(cell) => cell.clone(),
        None => Cell::lack(format!("has no metric `{metric}`, so nothing was measured")),
    };
    let mut found: Vec<(&'static str, Cell)> = vec![
        ("http_reqs", cell("http_reqs", "count")),
        ("http_reqs_rate", cell("http_reqs", "per_second")),
        ("http_req_failed", cell("http_req_failed", "rate")),
        ("iterations", cell("iterations", "count")),
    ];
    for (field, (statistic, ..)) in DURATION.iter().zip(TREND) {
        found.push((field, cell("http_req_duration", statistic)));
    }
    found
        .into_iter()
        .for_each(|(field, cell)| table.total(field, cell));
}

/// How many thresholds were crossed.
fn thresholds(metrics: &[Metric], machine: bool) -> Result<Cell, Malformed> {
    if machine {
        return Ok(Cell::lack(
            "doesn't hold thresholds: this form leaves them out; judge the values instead",
        ));
    }
    let (mut all, mut crossed) = (0, 0);
    for metric in metrics {
        let Some(Data::Record(of)) = metric.thresholds else {
            continue;
        };
        for (rule, said) in of {
            all += 1;
            crossed += usize::from(match said {
                // The flat form says whether it was crossed, the other whether it held.
                Data::Bool(crossed) => *crossed,
                other => match other.get("ok") {
                    Some(Data::Bool(ok)) => !ok,
                    _ => {
                        let rule = quote(rule);
                        return Err(Malformed(format!("says nothing of the threshold {rule}")));
                    }
                },
            });
        }
    }
    Ok(match all {
        0 => Cell::lack("holds no threshold"),
        _ => Cell::Count(crossed as f64),
    })
}
