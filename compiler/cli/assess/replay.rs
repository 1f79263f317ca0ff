//! `gatec assess --replay DIR`: recorded runs judged once more, by the gate as it is now.
//!
//! Takes a folder with one folder for each run, gives a table and a line that counts, or the same as
//! JSON. Each run is compared with what was known before it. Nothing is recorded, and no runner is
//! told. How a run is judged is what `assess` does with any run.

use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use super::super::screen::count;
use super::super::store::{Place, Wanted};
use super::{AssessArgs, Env, asked, facts, judged, places, run_of, what_if};
use crate::baseline::History;
use crate::plan::{Baseline, Plan, Verdict};
use crate::report::document::{Gate, Item};
use crate::report::{self, Document};

/// The file of a run that says how its nodes ended.
const RESULTS: &str = "results";
/// The file of a run that says when it was.
const TIME: &str = "time";
/// The file of a run with the report of its time.
const REPORT: &str = "report.json";
/// Where there is nothing to say.
const NOTHING: &str = "-";

/// Verdicts in the order in which they are counted.
const VERDICTS: [Verdict; 6] = [
    Verdict::Pass,
    Verdict::Warn,
    Verdict::Fail,
    Verdict::Undecided,
    Verdict::Skipped,
    Verdict::Overridden,
];

/// A recorded run.
struct Recorded {
    name: String,
    /// When it was, in seconds since 1970 (UTC), if anything says it.
    time: Option<f64>,
    /// The verdict of its time, if that is known; else why it can't be read.
    then: Result<Option<Verdict>, String>,
    /// The report as it would be now; else why it can't be judged.
    now: Result<Document, String>,
}

/// What is known of all runs in a folder, in the form that is asked for. An error is wrong use.
pub fn told(args: &AssessArgs, folder: &Path, plan: &Plan, env: Env) -> Result<String, String> {
    asked(args, plan)?;
    what_if::assumed(plan, &args.what_if)?;
    let as_json = match args.format.name {
        "text" => false,
        "json" => true,
        other => return Err(format!("--replay gives text or json, no {other}")),
    };
    let pasts: Vec<Past> = places(args, plan, env).map(Past::of).collect();
    let mut found = Vec::new();
    for (name, path) in runs(folder)? {
        found.push((time(&name, &path, &pasts)?, name, path));
    }
    found.sort_by(|(a, x, _), (b, y, _)| {
        let order = |time: &Option<f64>| time.unwrap_or(f64::INFINITY);
        let by_time = order(a).total_cmp(&order(b));
        by_time.then_with(|| natural(x).cmp(&natural(y)))
    });
    let recorded = found.into_iter().map(|(time, name, path)| Recorded {
        then: then(args, &path),
        now: now(args, &path, plan, &pasts, time),
        name,
        time,
    });
    let recorded: Vec<Recorded> = recorded.collect();
    Ok(match as_json {
        true => document(args, &recorded),
        false => table(args, &recorded),
    })
}

/// What was measured before, as it is kept now.
struct Past<'p> {
    baseline: &'p Baseline,
    place: Result<Place, String>,
    /// All that is kept; none of a place that can tell what was at any time.
    kept: Option<Result<History, String>>,
}

impl<'p> Past<'p> {
    fn of((baseline, place): (&'p Baseline, Result<Place, String>)) -> Self {
        let kept = match &place {
            Ok(Place::Prometheus(_)) => None,
            Ok(place) => Some(place.read(&Wanted::all(baseline))),
            Err(why) => Some(Err(why.clone())),
        };
        Self {
            baseline,
            place,
            kept,
        }
    }

    /// What was known before a time; all of it where none is known.
    fn before(&self, time: Option<f64>) -> Result<History, String> {
        match (&self.kept, &self.place, time) {
            (Some(kept), _, Some(time)) => {
                kept.as_ref().map(|h| h.before(time)).map_err(Clone::clone)
            }
            (Some(kept), _, None) => kept.clone(),
            (None, Ok(place), at) => place.read(&Wanted {
                at,
                ..Wanted::all(self.baseline)
            }),
            (None, Err(why), _) => Err(why.clone()),
        }
    }
}

/// When a run was: as its file says, or the record that it left. Its folder is named as it is.
fn time(name: &str, run: &Path, pasts: &[Past]) -> Result<Option<f64>, String> {
    let path = run.join(TIME);
    if path.is_file() {
        let unread = |why: String| format!("{} {why}", path.display());
        let text = fs::read_to_string(&path).map_err(|e| unread(format!("can't be read: {e}")))?;
        let time = facts::seconds(&text);
        let wrong = || unread("holds no time; write it as 2026-11-22T21:00:00Z".to_string());
        return time.ok_or_else(wrong).map(Some);
    }
    let kept = pasts
        .iter()
        .filter_map(|past| past.kept.as_ref()?.as_ref().ok());
    let left = kept.flat_map(|history| &history.records);
    let left = left.filter(|record| record.run == name).map(|r| r.time);
    Ok(left.reduce(f64::min))
}

/// A name's order among others: numbers in it by their size.
fn natural(name: &str) -> Vec<(u128, String)> {
    let mut parts: Vec<String> = Vec::new();
    let mut digits = None;
    for c in name.chars() {
        let is_digit = c.is_ascii_digit();
        match parts.last_mut() {
            Some(part) if digits == Some(is_digit) => part.push(c),
            _ => parts.push(c.to_string()),
        }
        digits = Some(is_digit);
    }
    // Text comes after a number.
    let part = |part: String| (part.parse().unwrap_or(u128::MAX), part);
    parts.into_iter().map(part).collect()
}

fn table(args: &AssessArgs, runs: &[Recorded]) -> String {
    let mut lines = vec![head(args)];
    lines.extend(rows(runs));
    lines.extend(notes(runs).into_iter().map(|note| format!("note: {note}")));
    lines.extend([counted(runs), String::new()]);
    lines.join("\n")
}

/// What to know beside the rows.
fn notes(runs: &[Recorded]) -> Vec<String> {
    let unread = runs.iter().filter_map(|run| {
        let why = run.then.as_ref().err()?;
        Some(format!("the verdict then of {}: {why}", run.name))
    });
    let mut notes: Vec<String> = unread.collect();
    let timeless = |run: &&Recorded| {
        run.time.is_none() && run.now.as_ref().is_ok_and(|now| compared(&now.gate))
    };
    let timeless: Vec<&str> = runs
        .iter()
        .filter(timeless)
        .map(|r| r.name.as_str())
        .collect();
    if !timeless.is_empty() {
        notes.push(format!(
            "nothing says when {} was, so it is compared with all earlier results that are kept \
             now, which may hold these runs: a file `{TIME}` in its folder tells",
            timeless.join(", ")
        ));
    }
    notes
}

/// The same as a document, version 1.
fn document(args: &AssessArgs, runs: &[Recorded]) -> String {
    let run = |run: &Recorded| {
        let mut told = json!({
            "run": run.name,
            "time": run.time,
            "then": run.then.as_ref().ok().copied().flatten().map(Verdict::name),
            "now": Value::Null,
        });
        let said = match &run.now {
            Ok(Document { gate, .. }) => json!({
                "now": gate.verdict.name(),
                "score": gate.score.filter(|_| gate.scored),
                "deciding": report::deciding(gate),
            }),
            Err(why) => json!({ "why": report::clean(why) }),
        };
        if let (Some(told), Value::Object(said)) = (told.as_object_mut(), said) {
            told.extend(said);
        }
        told
    };
    let document = json!({
        "version": 1,
        "gate": args.gate,
        "pipeline": args.pipeline,
        "assumed": args.what_if,
        "runs": runs.iter().map(run).collect::<Vec<_>>(),
        "known": known(runs).len(),
        "changed": changed(runs),
        "notes": notes(runs),
    });
    format!("{document:#}\n")
}

fn head(args: &AssessArgs) -> String {
    let assumed = match args.what_if.as_slice() {
        [] => String::new(),
        some => format!(", if {}", some.join(", ")),
    };
    report::clean(&format!(
        "gate {} of pipeline {} as it is now{assumed}; this decides nothing",
        args.gate, args.pipeline
    ))
}

/// The folders of runs, by name. Links are not followed.
fn runs(folder: &Path) -> Result<Vec<(String, PathBuf)>, String> {
    let unreadable = |error| format!("{} can't be read: {error}", folder.display());
    if folder.join(RESULTS).is_file() {
        let shown = folder.display();
        return Err(format!(
            "{shown} is a recorded run itself; --replay takes the folder that holds it"
        ));
    }
    let mut runs = Vec::new();
    for entry in fs::read_dir(folder).map_err(unreadable)? {
        let entry = entry.map_err(unreadable)?;
        let name = entry.file_name().to_string_lossy().into_owned();
        if entry.file_type().map_err(unreadable)?.is_dir() && !name.starts_with('.') {
            runs.push((report::clean(&name), entry.path()));
        }
    }
    match runs.is_empty() {
        true => Err(format!(
            "{} holds no recorded run; each is a folder of its own in it",
            folder.display()
        )),
        false => Ok(runs),
    }
}

/// The verdict of the run's own report.
fn then(args: &AssessArgs, run: &Path) -> Result<Option<Verdict>, String> {
    let path = run.join(REPORT);
    let text = match fs::read_to_string(&path) {
        Ok(text) => text,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(format!("{} can't be read: {error}", path.display())),
    };
    let gate = report::read(&text)
        .map_err(|why| format!("{} {why}", path.display()))?
        .gate;
    match gate.gate == args.gate && gate.pipeline == args.pipeline {
        true => Ok(Some(gate.verdict)),
        false => Err(report::clean(&format!(
            "{} is of gate {} of pipeline {}",
            path.display(),
            gate.gate,
            gate.pipeline
        ))),
    }
}

fn now(
    args: &AssessArgs,
    run: &Path,
    plan: &Plan,
    pasts: &[Past],
    time: Option<f64>,
) -> Result<Document, String> {
    let results = run.join(RESULTS);
    let args = AssessArgs {
        evidence: Some(run.to_path_buf()),
        results: results.is_file().then_some(results),
        ..args.clone()
    };
    // What the environment says is of the run that replays, not of those that are replayed.
    let mut run = run_of(&args, plan, &|_| None)?;
    let past = pasts
        .iter()
        .map(|past| (past.baseline.id.clone(), past.before(time)));
    run.past = past.collect();
    run.now = time.or(run.now);
    Ok(Document::from(&judged(&args, plan, &|_| None, &run)?))
}

/// Whether a gate, or one that it asks for, was compared with earlier results.
fn compared(gate: &Gate) -> bool {
    let item =
        |item: &Item| !item.numbers.past.is_empty() || item.gate.as_deref().is_some_and(compared);
    gate.items.iter().any(item)
}

/// The lines of the table, its columns under each other.
fn rows(runs: &[Recorded]) -> Vec<String> {
    let head = ["run", "then", "now", "score", "what decides"].map(String::from);
    let mut table = vec![head];
    table.extend(runs.iter().map(row));
    let wide = |column: usize| {
        let cells = table.iter().filter_map(|row| row.get(column));
        cells.map(|cell| cell.chars().count()).max().unwrap_or(0)
    };
    let widths: Vec<usize> = (0..4).map(wide).chain([0]).collect();
    let line = |row: &[String; 5]| {
        let cells = row.iter().zip(&widths);
        let cells = cells.map(|(cell, width)| format!("{cell:width$}"));
        cells.collect::<Vec<_>>().join("  ").trim_end().to_string()
    };
    table.iter().map(line).collect()
}

fn row(run: &Recorded) -> [String; 5] {
    let then = match &run.then {
        Ok(Some(verdict)) => verdict.name(),
        Ok(None) => NOTHING,
        Err(_) => "unread",
    };
    let (now, score, decides) = match &run.now {
        Err(why) => ("not judged", None, report::clean(why)),
        Ok(Document { gate, .. }) => {
            let score = gate.score.filter(|_| gate.scored).map(report::points);
            (gate.verdict.name(), score, decides(gate))
        }
    };
    let score = score.unwrap_or_else(|| NOTHING.to_string());
    [
        run.name.clone(),
        then.to_string(),
        now.to_string(),
        score,
        decides,
    ]
}

/// The first condition that decides, and how many more there are.
fn decides(gate: &Gate) -> String {
    let all = report::deciding(gate);
    match (all.first(), all.len().saturating_sub(1)) {
        (None, _) => NOTHING.to_string(),
        (Some(one), 0) => one.clone(),
        (Some(one), more) => format!("{one} (and {more} more)"),
    }
}

/// `4 runs: 2 pass, 1 fail, 1 not judged; of 3 known then, 1 would be another`
fn counted(runs: &[Recorded]) -> String {
    let verdict = |run: &Recorded| run.now.as_ref().ok().map(|now| now.gate.verdict);
    let of = |wanted: Option<Verdict>| runs.iter().filter(|run| verdict(run) == wanted).count();
    let mut counts: Vec<(usize, &str)> = VERDICTS.map(|v| (of(Some(v)), v.name())).to_vec();
    counts.push((of(None), "not judged"));
    let counts = counts.into_iter().filter(|(n, _)| *n > 0);
    let counts: Vec<String> = counts.map(|(n, word)| format!("{n} {word}")).collect();
    let known = match known(runs).len() {
        0 => String::new(),
        known => format!(
            "; of {known} known then, {} would be another",
            changed(runs)
        ),
    };
    format!("{}: {}{known}", count(runs.len(), "run"), counts.join(", "))
}

/// The verdicts then and now, where both are known.
fn known(runs: &[Recorded]) -> Vec<(Verdict, Verdict)> {
    let both = |run: &Recorded| {
        let now = run.now.as_ref().ok()?.gate.verdict;
        Some((run.then.as_ref().ok().copied()??, now))
    };
    runs.iter().filter_map(both).collect()
}

/// How many verdicts would be another.
fn changed(runs: &[Recorded]) -> usize {
    known(runs).iter().filter(|(then, now)| then != now).count()
}
