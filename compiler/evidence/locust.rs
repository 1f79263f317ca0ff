//! Locust: the `_stats.csv` of `--csv`, and the JSON of `--json` or `--json-file`.
//!
//! The CSV is what was last flushed: of one run it held 1119 requests and the JSON 1160, so the
//! JSON is the better evidence. Response times are milliseconds, and both forms round them before
//! they count them (to 1 below 100, to 10 below 1000, to 100 below 10000, else to 1000), so a
//! percentile is known within half of that. Mean, least and greatest are exact.

use std::io::BufRead;

use super::csv::Sheet;
use super::table::{Cell, Row, Table};
use super::{Data, Malformed, Measurements, Reading, quote, whole};

const WHAT: &str = "Locust's statistics";
const MILLI: f64 = 1e-3;
/// Percentiles: the field, the CSV's column, the share.
const PERCENTILES: &[(&str, &str, f64)] = &[
    ("median", "50%", 0.5),
    ("p90", "90%", 0.9),
    ("p95", "95%", 0.95),
    ("p99", "99%", 0.99),
];

/// What is known of one endpoint, times in milliseconds.
struct Endpoint {
    method: String,
    name: String,
    requests: f64,
    failures: f64,
    /// Requests per second.
    rate: Option<f64>,
    times: Option<Times>,
}

/// Times of an endpoint that answered.
struct Times {
    mean: f64,
    min: f64,
    max: f64,
    percentiles: Vec<Option<f64>>,
}

/// Reads either form.
pub fn read(input: &mut dyn BufRead) -> Result<Measurements, Malformed> {
    let bytes = whole(input)?;
    let mut table = Table::new("locust", "endpoint");
    let (endpoints, total) = match bytes.trim_ascii_start().first() {
        Some(b'[') => of_json(&bytes)?,
        _ => {
            table.note(
                "is a CSV, which lacks what came after its last flush: `--json-file` holds all",
            );
            of_csv(&bytes)?
        }
    };
    if let Some(wrong) = endpoints.iter().find(|e| e.failures > e.requests) {
        return Err(Malformed(format!(
            "claims {} failures of {} requests of {}",
            wrong.failures,
            wrong.requests,
            quote(&wrong.name)
        )));
    }
    let requests: f64 = endpoints.iter().map(|e| e.requests).sum();
    if requests <= 0.0 {
        return Err(Malformed::new("holds no request, so nothing was measured"));
    }
    if (total.requests - requests).abs() > 0.0 {
        return Err(Malformed(format!(
            "claims {} requests, and its endpoints have {requests}",
            total.requests
        )));
    }
    table.totals(row(&total));
    for endpoint in &endpoints {
        let key = format!("{} {}", endpoint.method, endpoint.name);
        table.row_named(key.trim(), &endpoint.name, row(endpoint))?;
    }
    Ok(Measurements::Table(table))
}

fn row(endpoint: &Endpoint) -> Row {
    let mut row = Row::from([
        ("requests", Cell::Count(endpoint.requests)),
        ("failures", Cell::Count(endpoint.failures)),
        (
            "failure_rate",
            Cell::Share(endpoint.failures, endpoint.requests),
        ),
        (
            "per_second",
            Cell::or(endpoint.rate, "doesn't say how long it took"),
        ),
    ]);
    let Some(times) = &endpoint.times else {
        let fields = PERCENTILES.iter().map(|(field, ..)| *field);
        for field in fields.chain(["mean", "min", "max"]) {
            row.insert(field, Cell::lack("has no answer, so no time was measured"));
        }
        return row;
    };
    row.insert("mean", Cell::from(times.mean * MILLI));
    row.insert("min", Cell::Least(Reading::from(times.min * MILLI)));
    row.insert("max", Cell::Greatest(Reading::from(times.max * MILLI)));
    for ((field, ..), found) in PERCENTILES.iter().zip(&times.percentiles) {
        let reading = found.map(|ms| {
            let Reading { low, high } = unrounded(ms).within(times.min, times.max);
            Reading {
                low: low * MILLI,
                high: high * MILLI,
            }
        });
        let cell = reading.map_or_else(|| Cell::lack("doesn't say it"), Cell::Value);
        row.insert(field, cell);
    }
    row
}

/// What a response time may have been before Locust rounded it.
fn unrounded(ms: f64) -> Reading {
    let half = |ms: f64| match ms {
        ms if ms < 100.0 => 0.5,
        ms if ms < 1_000.0 => 5.0,
        ms if ms < 10_000.0 => 50.0,
        _ => 500.0,
    };
    // 100 may have been 99.6 as well as 104.
    Reading {
        low: ms - half(ms - f64::EPSILON * ms),
        high: ms + half(ms),
    }
}

fn of_csv(bytes: &[u8]) -> Result<(Vec<Endpoint>, Endpoint), Malformed> {
    if !bytes.ends_with(b"\n") {
        return Err(Malformed::new("ends in the middle of a line"));
    }
    let sheet = Sheet::read(bytes)?;
    for column in ["Type", "Name", "Request Count", "Failure Count"] {
        if !sheet.has(column) {
            return Err(Malformed(format!(
                "is not {WHAT}: it has no column {}",
                quote(column)
            )));
        }
    }
    let mut endpoints = Vec::new();
    let mut total = None;
    for record in 0..sheet.len() {
        let endpoint = of_record(&sheet, record)?;
        // The last line has no method.
        if endpoint.method.is_empty() && endpoint.name == "Aggregated" {
            total = Some(endpoint);
        } else {
            endpoints.push(endpoint);
        }
    }
    let total = total.ok_or_else(|| {
        Malformed::new("ends in the middle: its last line, `Aggregated`, is missing")
    })?;
    Ok((endpoints, total))
}

fn of_record(sheet: &Sheet, record: usize) -> Result<Endpoint, Malformed> {
    let text = |column: &str| sheet.cell(record, column).unwrap_or_default();
    let name = quote(text("Name"));
    let number = |column: &str| -> Result<Option<f64>, Malformed> {
        match text(column) {
            "N/A" | "" => Ok(None),
            text => {
                let number = text
                    .parse()
                    .ok()
                    .filter(|n: &f64| n.is_finite() && *n >= 0.0);
                let wrong = || Malformed(format!("holds {} as {column} of {name}", quote(text)));
                number.map(Some).ok_or_else(wrong)
            }
        }
    };
    let counted = |column: &str| {
        number(column)?.ok_or_else(|| Malformed(format!("holds no {column} of {name}")))
    };
    let percentiles = PERCENTILES.iter().map(|(_, column, _)| number(column));
    let percentiles = percentiles.collect::<Result<Vec<_>, _>>()?;
    let requests = counted("Request Count")?;
    let times = match (
        number("Average Response Time")?,
        number("Min Response Time")?,
        number("Max Response Time")?,
    ) {
        (Some(mean), Some(min), Some(max)) if requests > 0.0 && min <= max => Some(Times {
            mean,
            min,
            max,
            percentiles,
        }),
        _ => None,
    };
    Ok(Endpoint {
        method: text("Type").to_string(),
        name: text("Name").to_string(),
        requests,
        failures: counted("Failure Count")?,
        rate: number("Requests/s")?,
        times,
    })
}

/// An endpoint of the JSON, with its histogram: rounded milliseconds and how often.
struct Counted {
    endpoint: Endpoint,
    histogram: Vec<(f64, f64)>,
    sum: f64,
    answered: f64,
    start: Option<f64>,
    end: Option<f64>,
}

fn of_json(bytes: &[u8]) -> Result<(Vec<Endpoint>, Endpoint), Malformed> {
    let report = Data::parse(bytes)?;
    let entries = report.list().unwrap_or_default();
    let counted = entries.iter().map(of_entry);
    let counted = counted.collect::<Result<Vec<_>, _>>()?;
    let sum = |of: fn(&Counted) -> f64| counted.iter().map(of).sum::<f64>();
    let all = Counted {
        histogram: counted.iter().flat_map(|c| c.histogram.clone()).collect(),
        sum: sum(|c| c.sum),
        answered: sum(|c| c.answered),
        start: counted.iter().filter_map(|c| c.start).reduce(f64::min),
        end: counted.iter().filter_map(|c| c.end).reduce(f64::max),
        endpoint: Endpoint {
            method: String::new(),
            name: "Aggregated".into(),
            requests: sum(|c| c.endpoint.requests),
            failures: sum(|c| c.endpoint.failures),
            rate: None,
            times: extremes(counted.iter().filter_map(|c| c.endpoint.times.as_ref())),
        },
    };
    let finish = |counted: Counted| -> Endpoint { counted.finish() };
    let total = finish(all);
    Ok((counted.into_iter().map(finish).collect(), total))
}

fn extremes<'t>(each: impl Iterator<Item = &'t Times>) -> Option<Times> {
    each.map(|t| (t.min, t.max))
        .reduce(|a, b| (a.0.min(b.0), a.1.max(b.1)))
        .map(|(min, max)| Times {
            mean: 0.0,
            min,
            max,
            percentiles: vec![],
        })
}

fn of_entry(entry: &Data) -> Result<Counted, Malformed> {
    let name = entry
        .text_of("name")
        .ok_or_else(|| Malformed(format!("is not {WHAT}: an entry has no name")))?;
    let number = |key: &str| entry.get(key).and_then(Data::number).filter(|n| *n >= 0.0);
    let counted = |key: &str| {
        number(key).ok_or_else(|| Malformed(format!("holds no {key} of {}", quote(name))))
    };
    let requests = counted("num_requests")?;
    let answered = requests - number("num_none_requests").unwrap_or_default();
    let Some(Data::Record(times)) = entry.get("response_times") else {
        return Err(Malformed(format!(
            "holds no response_times of {}",
            quote(name)
        )));
    };
    let pair = |(ms, count): (&String, &Data)| {
        let ms = ms
            .parse()
            .ok()
            .filter(|ms: &f64| ms.is_finite() && *ms >= 0.0)?;
        Some((ms, count.number().filter(|n| *n >= 0.0)?))
    };
    let histogram: Option<Vec<(f64, f64)>> = times.iter().map(pair).collect();
    let histogram = histogram.ok_or_else(|| {
        Malformed(format!(
            "holds response_times of {} that are no counts",
            quote(name)
        ))
    })?;
    let seen: f64 = histogram.iter().map(|(_, count)| count).sum();
    if (seen - answered).abs() > 0.0 {
        return Err(Malformed(format!(
            "claims {answered} answers of {}, and its times are {seen}",
            quote(name)
        )));
    }
    let times = match (number("min_response_time"), number("max_response_time")) {
        (Some(min), Some(max)) if answered > 0.0 && min <= max => Some(Times {
            mean: 0.0,
            min,
            max,
            percentiles: vec![],
        }),
        _ => None,
    };
    Ok(Counted {
        endpoint: Endpoint {
            method: entry.text_of("method").unwrap_or_default().to_string(),
            name: name.to_string(),
            requests,
            failures: counted("num_failures")?,
            rate: None,
            times,
        },
        histogram,
        sum: counted("total_response_time")?,
        answered,
        start: number("start_time"),
        end: number("last_request_timestamp"),
    })
}

impl Counted {
    /// Mean, percentiles and rate of what was counted.
    fn finish(mut self) -> Endpoint {
        self.histogram.sort_by(|a, b| a.0.total_cmp(&b.0));
        let percentiles = PERCENTILES
            .iter()
            .map(|(.., share)| self.percentile(*share));
        let percentiles = percentiles.collect();
        if let Some(times) = &mut self.endpoint.times {
            times.mean = self.sum / self.answered;
            times.percentiles = percentiles;
        }
        self.endpoint.rate = match (self.start, self.end) {
            (Some(start), Some(end)) if end > start => Some(self.endpoint.requests / (end - start)),
            _ => None,
        };
        self.endpoint
    }

    /// As Locust counts it: the greatest time that no more than this share is below.
    fn percentile(&self, share: f64) -> Option<f64> {
        let most = (self.answered * share).floor();
        let mut below = 0.0;
        let mut found = None;
        for (ms, count) in &self.histogram {
            if below > most {
                break;
            }
            found = Some(*ms);
            below += count;
        }
        found
    }
}
