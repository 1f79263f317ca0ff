//! LCOV tracefiles, counted from their lines: a file may stand in several records, one for each
//! test, and its lines count once.

use std::collections::BTreeMap;
use std::io::{BufRead, Read};

use super::lines::Lines;
use super::tally::Tally;
use super::{Malformed, Measurements, Reading, quote, unreadable};

const WHAT: &str = "LCOV";
/// The longest line, in bytes.
const LONGEST: u64 = 64 * 1024;

/// Reads a tracefile.
pub fn read(input: &mut dyn BufRead) -> Result<Measurements, Malformed> {
    let mut trace = Trace::default();
    let mut line = Vec::new();
    loop {
        line.clear();
        let read = input.take(LONGEST + 1).read_until(b'\n', &mut line);
        read.map_err(|error| unreadable(&error))?;
        if line.is_empty() {
            return trace.finish().map(Measurements::Tally);
        }
        if line.len() as u64 > LONGEST {
            return Err(Malformed(format!(
                "is not {WHAT}: it has a line without end"
            )));
        }
        trace.line(String::from_utf8_lossy(&line).trim())?;
    }
}

fn derive(tally: &Tally, field: &str) -> Option<Result<Reading, Malformed>> {
    let share = |hit, all, nothing| tally.share(hit, tally.get(all), nothing);
    Some(match field {
        "lines" => Ok(tally.get("lines").into()),
        "line_rate" => share("hit", "lines", "holds no line, so nothing was measured"),
        "branch_rate" => share("branches_hit", "branches", "holds no branch"),
        "function_rate" => share("functions_hit", "functions", "holds no function"),
        _ => return None,
    })
}

/// What is known of one source file.
#[derive(Default)]
struct File {
    lines: Lines,
    /// By line, block and branch: whether it was taken.
    branches: BTreeMap<(u32, String), bool>,
    /// By name: whether it was called.
    functions: BTreeMap<String, bool>,
}

/// What a record claims, and what was listed in it.
#[derive(Default)]
struct Record {
    name: String,
    /// `LF` and `LH`.
    claimed: [Option<f64>; 2],
    listed: Lines,
    /// LCOV 2 names a function once and counts it by index.
    indexed: BTreeMap<String, bool>,
}

#[derive(Default)]
struct Trace {
    files: BTreeMap<String, File>,
    record: Option<Record>,
    /// The first record whose totals are not those of its lines.
    doubt: Option<String>,
}

impl Trace {
    fn line(&mut self, line: &str) -> Result<(), Malformed> {
        if line.is_empty() || line.starts_with('#') {
            return Ok(());
        }
        if line == "end_of_record" {
            return self.end();
        }
        let unlike = || Malformed(format!("is not {WHAT}: it has the line {}", quote(line)));
        let (key, rest) = line.split_once(':').ok_or_else(unlike)?;
        let known = !key.is_empty() && key.bytes().all(|b| b.is_ascii_uppercase());
        match (key, &mut self.record) {
            _ if !known => Err(unlike()),
            ("TN", _) => Ok(()),
            ("SF", Some(open)) => Err(cut_off(&open.name)),
            ("SF", none) => {
                *none = Some(Record {
                    name: rest.to_string(),
                    ..Record::default()
                });
                Ok(())
            }
            (_, None) => Err(unlike()),
            (key, Some(record)) => {
                let file = self.files.entry(record.name.clone()).or_default();
                of_record(key, rest, record, file).ok_or_else(unlike)
            }
        }
    }

    fn end(&mut self) -> Result<(), Malformed> {
        let Some(record) = self.record.take() else {
            return Err(Malformed(format!(
                "is not {WHAT}: a record ends that never began"
            )));
        };
        let (hit, listed) = record.listed.count();
        if let [Some(all), Some(covered)] = record.claimed {
            if listed == 0.0 && all > 0.0 {
                return Err(Malformed(format!(
                    "claims {all} lines of {} and lists none of them",
                    quote(&record.name)
                )));
            }
            if (covered, all) != (hit, listed) && self.doubt.is_none() {
                self.doubt = Some(format!(
                    "claims {covered} of {all} lines of {}, and lists {hit} of {listed}: what is listed counts",
                    quote(&record.name)
                ));
            }
        }
        let file = self.files.entry(record.name).or_default();
        for (index, called) in record.indexed {
            *file.functions.entry(index).or_default() |= called;
        }
        Ok(())
    }

    fn finish(self) -> Result<Tally, Malformed> {
        if let Some(open) = &self.record {
            return Err(cut_off(&open.name));
        }
        let mut tally = Tally::new("lcov", derive);
        for file in self.files.values() {
            let (hit, lines) = file.lines.count();
            let taken = file.branches.values().filter(|t| **t).count();
            let called = file.functions.values().filter(|c| **c).count();
            for (name, by) in [
                ("hit", hit),
                ("lines", lines),
                ("branches_hit", taken as f64),
                ("branches", file.branches.len() as f64),
                ("functions_hit", called as f64),
                ("functions", file.functions.len() as f64),
            ] {
                tally.count(name, by);
            }
        }
        self.doubt.into_iter().for_each(|doubt| tally.note(doubt));
        Ok(tally)
    }
}

/// A line within a record; none if it isn't as LCOV writes it.
fn of_record(key: &str, rest: &str, record: &mut Record, file: &mut File) -> Option<()> {
    match key {
        "DA" => {
            let mut parts = rest.split(',');
            let line = parts.next()?.parse().ok()?;
            let hit = times(parts.next()?)?;
            file.lines.add(line, hit);
            record.listed.add(line, hit);
        }
        "BRDA" => {
            // coverage.py writes free text as the branch: commas in it don't count.
            let (line, rest) = rest.split_once(',')?;
            let (branch, taken) = rest.rsplit_once(',')?;
            branch.split_once(',')?;
            // `-`: the line never ran.
            let taken = taken != "-" && times(taken)?;
            let branch = (line.parse().ok()?, branch.to_string());
            *file.branches.entry(branch).or_default() |= taken;
        }
        "FN" => {
            let (line, name) = rest.split_once(',')?;
            line.parse::<u32>().ok()?;
            // LCOV 2 may give the last line, too.
            let name = match name.split_once(',') {
                Some((last, name)) if last.parse::<u32>().is_ok() => name,
                _ => name,
            };
            file.functions.entry(name.to_string()).or_default();
        }
        "FNDA" => {
            let (called, name) = rest.split_once(',')?;
            *file.functions.entry(name.to_string()).or_default() |= times(called)?;
        }
        "FNL" => {
            let (index, _) = rest.split_once(',')?;
            record.indexed.entry(format!("#{index}")).or_default();
        }
        "FNA" => {
            let (index, rest) = rest.split_once(',')?;
            let (called, _) = rest.split_once(',')?;
            *record.indexed.entry(format!("#{index}")).or_default() |= times(called)?;
        }
        "LF" => record.claimed[0] = Some(f64::from(rest.parse::<u32>().ok()?)),
        "LH" => record.claimed[1] = Some(f64::from(rest.parse::<u32>().ok()?)),
        // Totals of what is counted here, versions, and what later versions may add.
        _ => {}
    }
    Some(())
}

/// Whether something happened, from how often it did.
fn times(text: &str) -> Option<bool> {
    let number: f64 = text.parse().ok()?;
    let counts = number.is_finite() && number >= 0.0 && number.fract() == 0.0;
    counts.then_some(number > 0.0)
}

fn cut_off(name: &str) -> Malformed {
    Malformed(format!(
        "ends in the middle: the record of {} is never ended",
        quote(name)
    ))
}
