//! `gatec assess --replay DIR`: recorded runs judged once more, by the gate as it is now.
//!
//! Takes a folder with one folder for each run, gives a table and a line that counts. Nothing is
//! recorded, and no runner is told. How a run is judged is what `assess` does with any run.

use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use super::super::screen::count;
use super::{AssessArgs, Env, asked, judged, what_if};
use crate::plan::{Plan, Verdict};
use crate::report::document::{Gate, Item};
use crate::report::{self, Document};

/// The file of a run that says how its nodes ended.
const RESULTS: &str = "results";
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
    /// The verdict of its time, if that is known; else why it can't be read.
    then: Result<Option<Verdict>, String>,
    /// The report as it would be now; else why it can't be judged.
    now: Result<Document, String>,
}

/// The table of all runs in a folder, and what to know of it. An error is wrong use.
pub fn table(args: &AssessArgs, folder: &Path, plan: &Plan, env: Env) -> Result<String, String> {
    asked(args, plan)?;
    what_if::assumed(plan, &args.what_if)?;
    // What the environment says is of the run that replays, not of those that are replayed.
    let env = |name: &str| (name == "GATEC_BASELINE").then(|| env(name)).flatten();
    let runs: Vec<Recorded> = runs(folder)?
        .into_iter()
        .map(|(name, path)| Recorded {
            name,
            then: then(args, &path),
            now: now(args, &path, plan, &env),
        })
        .collect();
    let mut lines = vec![head(args)];
    lines.extend(rows(&runs));
    lines.extend(runs.iter().filter_map(|run| {
        let why = run.then.as_ref().err()?;
        Some(format!("note: the verdict then of {}: {why}", run.name))
    }));
    let compares = |run: &Recorded| run.now.as_ref().is_ok_and(|now| compared(&now.gate));
    if runs.iter().any(compares) {
        lines.push(
            "note: compared with the earlier results as they are kept now, which may hold these runs"
                .to_string(),
        );
    }
    lines.extend([counted(&runs), String::new()]);
    Ok(lines.join("\n"))
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
    runs.sort();
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

fn now(args: &AssessArgs, run: &Path, plan: &Plan, env: Env) -> Result<Document, String> {
    let results = run.join(RESULTS);
    let args = AssessArgs {
        evidence: Some(run.to_path_buf()),
        results: results.is_file().then_some(results),
        ..args.clone()
    };
    let (_, found) = judged(&args, plan, env)?;
    Ok(Document::from(&found))
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
    let pairs = runs
        .iter()
        .filter_map(|run| Some((run.then.as_ref().ok().copied()??, verdict(run)?)));
    let pairs: Vec<_> = pairs.collect();
    let changed = pairs.iter().filter(|(then, now)| then != now).count();
    let known = match pairs.len() {
        0 => String::new(),
        known => format!("; of {known} known then, {changed} would be another"),
    };
    format!("{}: {}{known}", count(runs.len(), "run"), counts.join(", "))
}
