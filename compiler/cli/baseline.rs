//! `gatec baseline`: earlier results shown, recorded, pinned.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::assess::AssessArgs;
use super::exit::Failure;
use super::store::{self, Place, Wanted};
use crate::baseline::{Entry, File, History, Pin, Record};
use crate::plan::{Baseline, Plan};

/// What is done with earlier results.
#[derive(Debug, Subcommand)]
pub enum BaselineCommand {
    /// Show what is kept.
    Show(Of),
    /// Judge a gate, and let the run join the earlier results if it is accepted; as `gatec assess
    /// --record`.
    Record(Box<AssessArgs>),
    /// Pin the record that a budget counts from.
    Anchor(Anchor),
}

/// Which baseline, and where it lives.
#[derive(Debug, Args)]
pub struct Of {
    /// The baseline; may be left out if the program has one only.
    pub name: Option<String>,
    /// Where earlier results are kept: a folder, a file that ends in `.jsonl`, or `s3://bucket/prefix`.
    #[arg(long = "baseline", value_name = "PATH")]
    pub place: Option<PathBuf>,
    /// The project's folder.
    #[arg(long, value_name = "DIR", default_value = ".")]
    pub root: PathBuf,
}

/// `gatec baseline anchor`
#[derive(Debug, Args)]
pub struct Anchor {
    /// The record's id, the beginning of its commit, or its run.
    pub record: String,
    /// Which baseline.
    #[command(flatten)]
    pub of: Of,
}

/// The records of a baseline, oldest first.
pub fn show(args: &Of, plan: &Plan) -> Result<String, Failure> {
    let (baseline, _, history) = open(args, plan)?;
    let mut lines = vec![format!(
        "baseline {}: {} of branch {}",
        baseline.id,
        super::screen::count(history.records.len(), "record"),
        baseline.branch.as_deref().unwrap_or("main")
    )];
    for record in &history.records {
        lines.extend(lines_of(record, is_anchor(&history, record)));
    }
    lines.push(String::new());
    Ok(lines.join("\n"))
}

fn is_anchor(history: &History, record: &Record) -> bool {
    history
        .anchor(&record.key)
        .is_some_and(|anchor| anchor.id() == record.id())
}

fn lines_of(record: &Record, anchor: bool) -> Vec<String> {
    let commit: String = record.commit.chars().take(12).collect();
    let key: Vec<String> = record.key.iter().map(|(k, v)| format!("{k}={v}")).collect();
    let mut words = vec![record.id()];
    words.extend(
        [commit, key.join(" ")]
            .into_iter()
            .filter(|word| !word.is_empty()),
    );
    words.extend(anchor.then(|| "anchor".to_string()));
    let mut lines = vec![format!("  {}", words.join("  "))];
    lines.extend(
        record
            .values
            .iter()
            .map(|entry| format!("    {}", line_of(entry))),
    );
    lines
}

fn line_of(entry: &Entry) -> String {
    let of: Vec<&str> = [entry.group.as_str(), entry.cell.as_str()]
        .into_iter()
        .filter(|text| !text.is_empty())
        .collect();
    let of = if of.is_empty() {
        String::new()
    } else {
        format!(" [{}]", of.join(", "))
    };
    let value = entry
        .value
        .map_or("null".to_string(), crate::plan::value::decimal);
    format!("{}{of} = {value} ({})", entry.metric, entry.unit)
}

/// Pins a record; tells which.
pub fn anchor(args: &Anchor, plan: &Plan) -> Result<String, Failure> {
    let (baseline, place, history) = open(&args.of, plan)?;
    let wanted = args.record.as_str();
    let fits = |record: &&Record| {
        record.id() == wanted
            || record.run == wanted
            || (wanted.len() >= 7 && record.commit.starts_with(wanted))
    };
    let Some(record) = history.records.iter().rev().find(fits) else {
        return Err(Failure::Usage(format!(
            "baseline `{}` has no record `{}`; `gatec baseline show {}` lists them",
            baseline.id,
            wanted.escape_debug(),
            baseline.id
        )));
    };
    let pin = File::Pin(Pin::new(&baseline.id, store::now(), &record.id()));
    place.write(&baseline.id, &pin).map_err(unwritten)?;
    Ok(format!(
        "the anchor of baseline `{}` is now {}\n",
        baseline.id,
        record.id()
    ))
}

fn open<'p>(args: &Of, plan: &'p Plan) -> Result<(&'p Baseline, Place, History), Failure> {
    let baseline = chosen(args, plan).map_err(Failure::Usage)?;
    let env = |name: &str| std::env::var(name).ok();
    let place = store::place(plan, baseline, args.place.as_deref(), &args.root, &env);
    let place = place.ok_or_else(|| {
        let id = &baseline.id;
        Failure::Usage(format!(
            "nobody says where baseline `{id}` keeps its results: --baseline DIR"
        ))
    })?;
    let place = place.map_err(unwritten)?;
    let history = place.read(&Wanted::all(baseline)).map_err(unwritten)?;
    Ok((baseline, place, history))
}

fn chosen<'p>(args: &Of, plan: &'p Plan) -> Result<&'p Baseline, String> {
    let names: Vec<_> = plan.baselines.iter().map(|b| b.id.as_str()).collect();
    match (&args.name, plan.baselines.as_slice()) {
        (Some(name), _) => plan.baseline(name).ok_or_else(|| {
            format!(
                "there is no baseline `{}`; there are: {}",
                name.escape_debug(),
                names.join(", ")
            )
        }),
        (None, [only]) => Ok(only),
        (None, []) => Err("the program has no baseline".to_string()),
        (None, _) => Err(format!("say which baseline: {}", names.join(", "))),
    }
}

fn unwritten(why: String) -> Failure {
    Failure::Trouble(super::write::Trouble {
        doing: "use the baseline".to_string(),
        error: std::io::Error::other(why),
        note: None,
    })
}
