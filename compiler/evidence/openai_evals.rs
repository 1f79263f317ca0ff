//! The event log of OpenAI evals (`oaieval --record_path`), one event a line.
//!
//! Counted from the single `match` events: the log's own `boostrap_std` (as it is spelled) draws
//! half of the samples without putting them back, and is no error of the mean. Whatever else an
//! eval reports stands in its final report, by name. A log without that line is of a run that
//! didn't end.

use std::io::BufRead;

use super::table::{Cell, Row, Table};
use super::{Data, Made, Malformed, Measurements, Reading, Sample, quote, whole};

const WHAT: &str = "an event log of OpenAI evals";

/// What was counted.
#[derive(Default)]
struct Events {
    passes: Vec<Sample>,
    errors: f64,
}

/// Reads a log.
pub fn read(input: &mut dyn BufRead) -> Result<Measurements, Malformed> {
    let bytes = whole(input)?;
    let lines = bytes.split(|b| *b == b'\n').map(<[u8]>::trim_ascii);
    let lines = lines.enumerate().filter(|(_, line)| !line.is_empty());
    let (mut spec, mut report) = (None, None);
    let mut events = Events::default();
    for (at, line) in lines {
        let wrong = |Malformed(why)| Malformed(format!("{why} (line {} of it)", at + 1));
        let event = Data::parse(line).map_err(wrong)?;
        if report.is_some() {
            return Err(Malformed::new("goes on after its final report"));
        }
        match (event.get("spec"), event.get("final_report")) {
            (Some(found), _) if spec.is_none() => spec = Some(found.clone()),
            (Some(_), _) => return Err(Malformed::new("is of two runs")),
            (None, _) if spec.is_none() => {
                return Err(Malformed(format!(
                    "is not {WHAT}: it begins without a spec"
                )));
            }
            (None, Some(found)) => report = Some(found.clone()),
            (None, None) => events.add(&event).map_err(wrong)?,
        }
    }
    let made = spec.and_then(|spec| Made::at(&spec, &["created_at"]));
    let report = report.ok_or_else(|| Malformed::new("ends without its final report"))?;
    Ok(Measurements::Table(events.table(&report)?).of(made))
}

impl Events {
    fn add(&mut self, event: &Data) -> Result<(), Malformed> {
        let data = event.get("data");
        match event.text_of("type") {
            None => return Err(Malformed(format!("is not {WHAT}: an event has no type"))),
            Some("error") => self.errors += 1.0,
            Some("match") => {
                let Some(Data::Bool(correct)) = data.and_then(|d| d.get("correct")) else {
                    return Err(Malformed::new(
                        "holds a match that is neither right nor wrong",
                    ));
                };
                self.passes.push(Sample {
                    value: f64::from(u8::from(*correct)),
                    item: event.text_of("sample_id").map(str::to_string),
                });
            }
            Some(_) => {}
        }
        Ok(())
    }

    fn table(self, report: &Data) -> Result<Table, Malformed> {
        let mut table = Table::new("openai_evals", "metric");
        let Data::Record(metrics) = report else {
            return Err(Malformed(format!(
                "is not {WHAT}: its final report is no object"
            )));
        };
        for (name, value) in metrics {
            if let Data::Number(value) = value {
                table.row(name.as_str(), Row::from([("value", Cell::from(*value))]))?;
            }
        }
        let all = self.passes.len() as f64;
        let passed: f64 = self.passes.iter().map(|sample| sample.value).sum();
        if all + self.errors == 0.0 && metrics.is_empty() {
            return Err(Malformed::new("holds no result, so nothing was measured"));
        }
        let claimed = report.get("accuracy").and_then(Data::number);
        if let Some(claimed) = claimed.filter(|c| all > 0.0 && (c - passed / all).abs() > 1e-9) {
            table.note(format!(
                "claims {} {claimed}, and its events give {}: what is counted counts",
                quote("accuracy"),
                passed / all
            ));
        }
        let none = all == 0.0;
        let or_none = |cell: Cell| match none {
            true => Cell::lack("holds no match, so nothing was counted"),
            false => cell,
        };
        table.total("pass_rate", or_none(self.rate(passed, all)));
        table.total("total", or_none(Cell::Count(all)));
        table.total("passed", or_none(Cell::Count(passed)));
        table.total("failed", or_none(Cell::Count(all - passed)));
        table.total("errors", Cell::Count(self.errors));
        table.total("passes", or_none(Cell::Each(self.passes)));
        Ok(table)
    }

    /// What failed to answer may have been right or wrong.
    fn rate(&self, passed: f64, all: f64) -> Cell {
        match self.errors > 0.0 {
            false => Cell::Share(passed, all),
            true => Cell::Value(Reading {
                low: passed / (all + self.errors),
                high: (passed + self.errors) / (all + self.errors),
            }),
        }
    }
}
