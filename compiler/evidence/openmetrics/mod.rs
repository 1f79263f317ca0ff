//! Prometheus' text format and OpenMetrics: one scrape, by series.
//!
//! A key is the series as Prometheus writes it, `http_requests_total{code="200"}`, its labels in
//! any order; or its name alone, where only one series has it. A histogram or summary is one row
//! without `le` and `quantile`. A quantile of a histogram lies somewhere in its bucket, so it is
//! known between the bucket's bounds. Units are in the metrics' names, by custom.

mod line;

use std::collections::BTreeMap;
use std::io::{BufRead, Read};

use self::line::{Line, Sample, series};
use super::table::{Cell, Row, Table};
use super::{MAX_BYTES, Malformed, Measurements, Reading, quote, unreadable};

/// Quantiles that rows give.
const QUANTILES: &[(&str, f64)] = &[("p50", 0.5), ("p90", 0.9), ("p95", 0.95), ("p99", 0.99)];

/// What is known of one series.
#[derive(Default)]
struct Series {
    /// As the report writes it.
    written: Option<String>,
    name: String,
    value: Option<f64>,
    count: Option<f64>,
    sum: Option<f64>,
    /// Upper bounds and how many are not above them.
    buckets: Vec<(f64, f64)>,
    /// Quantiles of a summary.
    quantiles: Vec<(f64, f64)>,
}

/// What the lines so far say.
#[derive(Default)]
struct Scrape {
    /// `counter`, `histogram` … by family.
    kinds: BTreeMap<String, String>,
    series: BTreeMap<String, Series>,
    ended: bool,
    /// Something only OpenMetrics has.
    open: bool,
}

/// Reads a scrape, line by line.
pub fn read(input: &mut dyn BufRead) -> Result<Measurements, Malformed> {
    let mut scrape = Scrape::default();
    let mut input = input.take(MAX_BYTES + 1);
    let mut text = String::new();
    let mut at = 0;
    let mut whole = true;
    loop {
        text.clear();
        if input.read_line(&mut text).map_err(|e| unreadable(&e))? == 0 {
            break;
        }
        at += 1;
        whole = text.ends_with('\n');
        let said = scrape.line(text.trim_end_matches(['\n', '\r']));
        said.map_err(|Malformed(why)| Malformed(format!("{why} (line {at})")))?;
    }
    if input.limit() == 0 {
        return Err(Malformed(format!(
            "is greater than {} MiB",
            MAX_BYTES >> 20
        )));
    }
    if !whole && !scrape.ended {
        return Err(Malformed::new("ends in the middle of a line"));
    }
    if scrape.open && !scrape.ended {
        return Err(Malformed::new(
            "ends in the middle: OpenMetrics ends with `# EOF`",
        ));
    }
    scrape.table()
}

impl Scrape {
    fn line(&mut self, text: &str) -> Result<(), Malformed> {
        if self.ended && !text.trim().is_empty() {
            return Err(Malformed::new("goes on after `# EOF`"));
        }
        match line::parse(text)? {
            Line::Nothing => {}
            Line::Unit => self.open = true,
            Line::End => self.ended = true,
            Line::Kind(family, kind) => {
                if self.kinds.insert(family.clone(), kind).is_some() {
                    return Err(Malformed(format!(
                        "says the type of {} twice",
                        quote(&family)
                    )));
                }
            }
            Line::Sample(sample) => {
                self.open |= sample.exemplar;
                self.sample(sample)?;
            }
        }
        Ok(())
    }

    /// The kind of the family that a part of it belongs to.
    fn part<'s>(&self, name: &'s str, suffix: &str) -> Option<(&'s str, &str)> {
        let family = name.strip_suffix(suffix)?;
        Some((family, self.kinds.get(family)?.as_str()))
    }

    fn sample(&mut self, sample: Sample) -> Result<(), Malformed> {
        let Sample {
            name,
            mut labels,
            value,
            written,
            ..
        } = sample;
        // Prometheus' own text gives a counter's type to its whole name.
        self.open |= matches!(self.part(&name, "_total"), Some((_, "counter")));
        let bucket = self.part(&name, "_bucket");
        if let Some((family, "histogram" | "gaugehistogram")) = bucket {
            let le = labels.remove("le").and_then(|le| line::number(&le));
            let le = le.filter(|le| !le.is_nan());
            let le = le.ok_or_else(|| {
                Malformed(format!(
                    "holds a bucket of {} without a bound",
                    quote(family)
                ))
            })?;
            let family = family.to_string();
            let of = self.of(&family, &labels);
            if of.buckets.iter().any(|(bound, _)| *bound == le) {
                return Err(Malformed(format!(
                    "holds a bucket of {} twice",
                    quote(&family)
                )));
            }
            of.buckets.push((le, value));
            return Ok(());
        }
        for (suffix, set) in [
            ("_count", 0),
            ("_sum", 1),
            ("_created", 2),
            ("_gcount", 0),
            ("_gsum", 1),
        ] {
            let Some((family, kind)) = self.part(&name, suffix) else {
                continue;
            };
            let made = suffix == "_created" && kind == "counter";
            if !made && !matches!(kind, "histogram" | "summary" | "gaugehistogram") {
                continue;
            }
            let family = family.to_string();
            if set == 2 {
                return Ok(());
            }
            let of = self.of(&family, &labels);
            let field = if set == 0 { &mut of.count } else { &mut of.sum };
            return put(field, value, &name);
        }
        if self.kinds.get(&name).map(String::as_str) == Some("summary")
            && let Some(quantile) = labels.remove("quantile")
        {
            let wrong = || {
                Malformed(format!(
                    "holds a quantile of {} that is no number",
                    quote(&name)
                ))
            };
            let quantile = line::number(&quantile).ok_or_else(wrong)?;
            self.of(&name, &labels).quantiles.push((quantile, value));
            return Ok(());
        }
        let of = self.of(&name, &labels);
        of.written = Some(written);
        put(&mut of.value, value, &name)
    }

    fn of(&mut self, name: &str, labels: &BTreeMap<String, String>) -> &mut Series {
        let key = series(name, labels);
        self.series.entry(key).or_insert_with(|| Series {
            name: name.to_string(),
            ..Series::default()
        })
    }

    fn table(self) -> Result<Measurements, Malformed> {
        let mut table = Table::new("openmetrics", "series");
        for (key, series) in self.series {
            let row = series.row()?;
            if let Some(written) = &series.written {
                table.name(written, &key);
            }
            table.row_named(key, &series.name, row)?;
        }
        table.with_rows().map(Measurements::Table)
    }
}

/// Sets what may stand once.
fn put(field: &mut Option<f64>, value: f64, name: &str) -> Result<(), Malformed> {
    match field.replace(value) {
        None => Ok(()),
        Some(_) => Err(Malformed(format!("holds the series {} twice", quote(name)))),
    }
}

impl Series {
    fn row(&self) -> Result<Row, Malformed> {
        let finite = |number: Option<f64>, what: &str| match number {
            Some(n) if n.is_finite() => Cell::from(n),
            Some(n) => Cell::lack(format!("is {n}, no measurement")),
            None => Cell::lack(format!("is a series without {what}")),
        };
        let mean = match (self.sum, self.count) {
            (Some(sum), Some(count)) if count > 0.0 => Some(sum / count),
            _ => None,
        };
        let mut row = Row::from([
            ("value", finite(self.value, "a single value")),
            ("count", finite(self.count, "a count")),
            ("sum", finite(self.sum, "a sum")),
            ("mean", finite(mean, "an observation")),
        ]);
        let buckets = self.sorted()?;
        for (field, share) in QUANTILES {
            let said = self
                .quantiles
                .iter()
                .find(|(q, _)| (q - share).abs() < 1e-9);
            let cell = match said {
                Some((_, value)) => finite(Some(*value), "it"),
                None if buckets.is_empty() => Cell::lack("is a series without this quantile"),
                None => quantile(&buckets, *share),
            };
            row.insert(field, cell);
        }
        Ok(row)
    }

    /// The buckets in order, checked: they count up to all observations.
    fn sorted(&self) -> Result<Vec<(f64, f64)>, Malformed> {
        let mut buckets = self.buckets.clone();
        buckets.sort_by(|a, b| a.0.total_cmp(&b.0));
        let wrong =
            |why: &str| Malformed(format!("holds a histogram {}: {why}", quote(&self.name)));
        let Some((bound, all)) = buckets.last() else {
            return Ok(buckets);
        };
        let rising = buckets.windows(2).all(|w| match w {
            [a, b] => a.1 <= b.1,
            _ => true,
        });
        if !bound.is_infinite() {
            return Err(wrong("it has no bucket `+Inf`"));
        }
        if !rising || self.count.is_some_and(|count| count != *all) {
            return Err(wrong("its buckets don't add up"));
        }
        Ok(buckets)
    }
}

/// Where a quantile of a histogram lies: in the bucket that its rank falls in.
fn quantile(buckets: &[(f64, f64)], share: f64) -> Cell {
    let all = buckets.last().map_or(0.0, |(_, count)| *count);
    if all <= 0.0 {
        return Cell::lack("has no observation, so nothing was measured");
    }
    let rank = share * all;
    let found = buckets.iter().position(|(_, count)| *count >= rank);
    let above = found
        .and_then(|at| buckets.get(at))
        .map(|(bound, _)| *bound);
    let below = found
        .and_then(|at| at.checked_sub(1))
        .and_then(|at| buckets.get(at));
    match (below.map(|(bound, _)| *bound), above) {
        (_, Some(high)) if high.is_infinite() => Cell::lack(format!(
            "lies above the greatest bound, {}",
            below.map_or(0.0, |(bound, _)| *bound)
        )),
        (low, Some(high)) => Cell::Value(Reading {
            // The first bucket of what can't be negative starts at 0.
            low: low.unwrap_or(if high > 0.0 { 0.0 } else { f64::MIN }),
            high,
        }),
        _ => Cell::lack("has buckets that don't add up"),
    }
}
