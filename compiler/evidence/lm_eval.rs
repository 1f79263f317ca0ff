//! lm-evaluation-harness: `results_*.json` by task and metric, and `samples_*.jsonl` by metric.
//!
//! A metric's key is `TASK/METRIC` or, where filters tell two apart, `TASK/METRIC,FILTER`. The
//! harness gives no units: an accuracy is a share, a perplexity a number.

use std::collections::BTreeMap;
use std::io::BufRead;

use super::table::{Cell, Row, Table};
use super::{Data, Made, Malformed, Measurements, Sample, item, quote, whole};

const WHAT: &str = "lm-evaluation-harness's JSON";

/// Reads results or samples.
pub fn read(input: &mut dyn BufRead) -> Result<Measurements, Malformed> {
    let bytes = whole(input)?;
    let mut lines = bytes.split(|b| *b == b'\n');
    let first = lines.next().unwrap_or_default();
    match Data::parse(first) {
        Ok(sample) if sample.get("doc_id").is_some() => samples(&bytes),
        _ => results(&Data::parse(&bytes)?),
    }
}

fn results(report: &Data) -> Result<Measurements, Malformed> {
    let Some(Data::Record(tasks)) = report.get("results") else {
        return Err(Malformed(format!("is not {WHAT}: it has no `results`")));
    };
    let mut table = Table::new("lm_eval", "task's metric");
    for (task, numbers) in tasks {
        let Data::Record(fields) = numbers else {
            return Err(Malformed(format!(
                "is not {WHAT}: {} has no metrics",
                quote(task)
            )));
        };
        let counts = report.get("n-samples").and_then(|n| n.get(task));
        for (name, value) in fields {
            if !is_metric(name) {
                continue;
            }
            let Some(value) = value.number() else {
                // The alias of a task and other words stand among its numbers.
                continue;
            };
            let row = row(value, spread(fields, name), counts);
            let (metric, _) = name.split_once(',').unwrap_or((name, ""));
            table.row_named(format!("{task}/{name}"), &format!("{task}/{metric}"), row)?;
        }
        limited(task, counts, &mut table);
    }
    let made = Made::at(report, &["date"]);
    Ok(Measurements::Table(table.with_rows()?).of(made))
}

/// Whether a field of a task is a metric, not its spread or its size.
fn is_metric(name: &str) -> bool {
    let (metric, _) = name.split_once(',').unwrap_or((name, ""));
    !metric.ends_with("_stderr") && !["alias", "name", "sample_len", "samples"].contains(&metric)
}

/// The standard error beside a metric: `acc_stderr,none` of `acc,none`.
fn spread(fields: &BTreeMap<String, Data>, name: &str) -> Option<f64> {
    let key = match name.split_once(',') {
        Some((metric, filter)) => format!("{metric}_stderr,{filter}"),
        None => format!("{name}_stderr"),
    };
    fields.get(&key).and_then(Data::number)
}

fn row(value: f64, spread: Option<f64>, counts: Option<&Data>) -> Row {
    let of = |key: &str| counts.and_then(|c| c.get(key)).and_then(Data::number);
    let unknown = "doesn't say how many samples it has";
    let (seen, all) = (of("effective"), of("original"));
    Row::from([
        ("value", Cell::from(value)),
        ("stderr", Cell::or(spread, "says no standard error (N/A)")),
        ("count", Cell::or(seen, unknown)),
        (
            "share",
            match (seen, all) {
                (Some(seen), Some(all)) => Cell::Share(seen, all),
                _ => Cell::lack(unknown),
            },
        ),
        (
            "samples",
            Cell::lack(
                "holds no samples: run with `--log_samples` and name `samples_TASK_….jsonl`",
            ),
        ),
    ])
}

/// Notes that `--limit` left samples out.
fn limited(task: &str, counts: Option<&Data>, table: &mut Table) {
    let of = |key: &str| counts.and_then(|c| c.get(key)).and_then(Data::number);
    if let (Some(seen), Some(all)) = (of("effective"), of("original"))
        && seen < all
    {
        table.note(format!("is of {seen} of {all} samples of {}", quote(task)));
    }
}

/// The answers to one task, one a line.
fn samples(bytes: &[u8]) -> Result<Measurements, Malformed> {
    let mut found: BTreeMap<String, Vec<Sample>> = BTreeMap::new();
    for (at, line) in bytes.split(|b| *b == b'\n').enumerate() {
        if line.trim_ascii().is_empty() {
            continue;
        }
        let wrong = |why: &str| Malformed(format!("{why} (line {} of it)", at + 1));
        let sample = Data::parse(line).map_err(|Malformed(why)| wrong(&why))?;
        let of = sample.get("doc_hash").or(sample.get("doc_id")).map(item);
        let filter = sample.text_of("filter").unwrap_or("none");
        for metric in sample.list_of("metrics", "lm-evaluation-harness's samples")? {
            let name = metric
                .text()
                .ok_or_else(|| wrong("names a metric by no text"))?;
            let value = match sample.get(name) {
                Some(Data::Number(value)) => *value,
                Some(Data::Bool(value)) => f64::from(u8::from(*value)),
                // Parts of a metric that only the whole corpus has, as of BLEU.
                Some(Data::List(_)) => continue,
                _ => return Err(wrong(&format!("holds no number as {}", quote(name)))),
            };
            found
                .entry(format!("{name},{filter}"))
                .or_default()
                .push(Sample {
                    value,
                    item: of.clone(),
                });
        }
    }
    let mut table = Table::new("lm_eval", "metric");
    for (name, samples) in found {
        let count = samples.len() as f64;
        let mean = samples.iter().map(|s| s.value).sum::<f64>() / count;
        let (metric, _) = name.split_once(',').unwrap_or((&name, ""));
        let row = Row::from([
            ("value", Cell::from(mean)),
            (
                "stderr",
                Cell::or(stderr(&samples, mean), "is of one sample"),
            ),
            ("count", Cell::Count(count)),
            (
                "share",
                Cell::lack("doesn't say how many samples the task has"),
            ),
            ("samples", Cell::Each(samples)),
        ]);
        table.row_named(name.clone(), metric, row)?;
    }
    table.with_rows().map(Measurements::Table)
}

/// The standard error of a mean, as the harness gives it: by the sample's deviation.
fn stderr(samples: &[Sample], mean: f64) -> Option<f64> {
    let n = samples.len() as f64;
    let squares: f64 = samples.iter().map(|s| (s.value - mean).powi(2)).sum();
    (samples.len() > 1).then(|| (squares / (n - 1.0) / n).sqrt())
}
