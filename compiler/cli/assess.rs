//! `gatec assess`: a gate judged on the reports of a run.
//!
//! Takes a plan, a folder of evidence and how the nodes ended; gives text, files and an exit
//! code. What the verdict is, is decided by the judge.

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::io::{Read, Write};
use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};

use super::evidence::Evidence;
use crate::evidence::Data;
use crate::evidence::manifest::RunId;
use crate::judge::{Assessment, Run, Val, assess_run};
use crate::plan::{Event, Plan, Verdict};
use crate::report;

/// What `--help` adds.
const HELP: &str = "\
Evidence is laid out as DIR/STAGE/CELL/REPORT, where CELL is `_` for a stage without a matrix, else
the values of its keys joined by `-`. Where folders of DIR hold a `gatec-manifest`, as a generated
workflow's stages write it, the manifests say what there is. Whatever is missing or malformed is
undecided, never a pass.

How the nodes ended comes from --results and from GATEC_RESULTS, one `NODE=RESULT` a line; RESULT
is success, failure, cancelled or skipped. `NODE.when=false` says that its condition did not hold,
`NODE.verdict=skipped` how its gate was judged. GATEC_CELLS lists the cells of the run's matrices,
one `STAGE/CELL` a line, GATEC_INPUTS holds the run's inputs as a JSON object.

If GITHUB_STEP_SUMMARY names a file, the Markdown report is added to it; if GITHUB_OUTPUT names
one, `verdict=WORD` is.

Exit codes:
  0  the gate passes, warns or is skipped (the verdict says which)
  1  the gate fails
  2  the command was used wrongly, or the program has errors
  3  the verdict or the report could not be written
  4  the gate is undecided";

/// Judge a gate on the reports of a run.
#[derive(Debug, Args)]
#[command(after_help = HELP)]
pub struct AssessArgs {
    /// The gate.
    pub gate: String,
    /// The pipeline whose run is judged.
    #[arg(long, value_name = "ID")]
    pub pipeline: String,
    /// What started the run; GITHUB_EVENT_NAME if not said.
    #[arg(long, value_name = "NAME")]
    pub event: Option<String>,
    /// The folder with the stages' reports.
    #[arg(long, value_name = "DIR")]
    pub evidence: PathBuf,
    /// Take only what a stage of this very run handed over, by its manifest: GITHUB_RUN_ID,
    /// GITHUB_RUN_ATTEMPT and GITHUB_SHA say which run it is.
    #[arg(long)]
    pub this_run: bool,
    /// How the nodes ended; `-` reads standard input.
    #[arg(long, value_name = "FILE")]
    pub results: Option<PathBuf>,
    /// The project's folder.
    #[arg(long, value_name = "DIR", default_value = ".")]
    pub root: PathBuf,
    /// The form of the report on standard output.
    #[arg(long, value_enum, default_value = "text")]
    pub format: AssessForm,
    /// Write the verdict's word to this file.
    #[arg(long, value_name = "FILE")]
    pub verdict_file: Option<PathBuf>,
    /// Write the Markdown report to this file.
    #[arg(long, value_name = "FILE")]
    pub summary: Option<PathBuf>,
}

/// Forms of the report.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum AssessForm {
    /// Lines for people.
    Text,
    /// A JSON document, version 1.
    Json,
    /// Markdown.
    Markdown,
}

/// The exit code of wrong use.
const WRONG: i32 = 2;
/// The exit code where the report did not arrive.
const UNWRITTEN: i32 = 3;

/// Judges and reports; gives the exit code. `plan` is none if the program has errors (which the
/// caller showed), `env` gives environment variables.
pub fn run(
    args: &AssessArgs,
    plan: Option<&Plan>,
    env: &dyn Fn(&str) -> Option<String>,
    out: &mut dyn Write,
    err: &mut dyn Write,
) -> i32 {
    let said = |code: i32, why: String, err: &mut dyn Write| {
        // Nobody is left to tell if standard error is closed; the code tells.
        let _ = writeln!(err, "error: {why}");
        code
    };
    match judged(args, plan, env) {
        Err(why) => said(WRONG, why, err),
        Ok(found) => match publish(args, &found, env, out) {
            Err(why) => said(UNWRITTEN, why, err),
            Ok(()) => exit_code(found.verdict),
        },
    }
}

/// The exit code of a verdict.
fn exit_code(verdict: Verdict) -> i32 {
    match verdict {
        Verdict::Pass | Verdict::Warn | Verdict::Skipped | Verdict::Overridden => 0,
        Verdict::Fail => 1,
        Verdict::Undecided => 4,
    }
}

type Env<'a> = &'a dyn Fn(&str) -> Option<String>;

fn judged(args: &AssessArgs, plan: Option<&Plan>, env: Env) -> Result<Assessment, String> {
    let plan = plan.ok_or("the program has errors, so no gate of it is judged")?;
    let Some(pipeline) = plan.pipeline(&args.pipeline) else {
        let known = names(plan.pipelines.iter().map(|p| p.id.as_str()));
        return Err(format!(
            "there is no pipeline `{}`; there are: {known}",
            args.pipeline
        ));
    };
    if plan.gate(&args.gate).is_none() {
        let known = names(plan.gates.iter().map(|g| g.id.as_str()));
        return Err(format!(
            "there is no gate `{}`; there are: {known}",
            args.gate
        ));
    }
    // A called pipeline sees the event of its caller, so nothing is known of its own.
    let called = pipeline.has_event(Event::Call);
    let mut run = Run {
        facts: if called {
            BTreeMap::new()
        } else {
            facts(args.event.as_deref(), env)
        },
        cells: env("GATEC_CELLS").map(|text| cells(&text)),
        ..Run::default()
    };
    read_lines(&env("GATEC_RESULTS").unwrap_or_default(), &mut run)?;
    if let Some(path) = &args.results {
        read_lines(&read_results(path)?, &mut run)?;
    }
    if let Some(text) = env("GATEC_INPUTS") {
        inputs(&text, &mut run.facts)?;
    }
    let evidence = Evidence::open(&args.evidence, this_run(args, env)?);
    let store = evidence.store();
    let mut found = assess_run(plan, &args.pipeline, &args.gate, store, &run);
    found.notes.extend(evidence.broken().iter().cloned());
    Ok(found)
}

/// The run that the evidence must be of, if it matters.
fn this_run(args: &AssessArgs, env: Env) -> Result<Option<RunId>, String> {
    if !args.this_run {
        return Ok(None);
    }
    let asked = |name: &str| {
        let value = env(name).filter(|value| !value.is_empty());
        value.ok_or_else(|| format!("--this-run asks for {name}, which is not set"))
    };
    let attempt = asked("GITHUB_RUN_ATTEMPT")?;
    Ok(Some(RunId {
        run: asked("GITHUB_RUN_ID")?,
        attempt: attempt.parse().map_err(|_| {
            format!(
                "GITHUB_RUN_ATTEMPT is `{}`, no number",
                attempt.escape_debug()
            )
        })?,
        commit: asked("GITHUB_SHA")?,
    }))
}

fn names<'a>(names: impl Iterator<Item = &'a str>) -> String {
    let names: Vec<_> = names.collect();
    if names.is_empty() {
        "none".to_string()
    } else {
        names.join(", ")
    }
}

fn read_results(path: &Path) -> Result<String, String> {
    let mut text = String::new();
    let read = match path == Path::new("-") {
        true => std::io::stdin().read_to_string(&mut text).map(drop),
        false => std::fs::read_to_string(path).map(|read| text = read),
    };
    read.map_err(|error| format!("{} can't be read: {error}", path.display()))?;
    Ok(text)
}

/// `NODE=RESULT`, `NODE.when=true` and `NODE.verdict=pass` lines; empty lines are read over.
fn read_lines(text: &str, run: &mut Run) -> Result<(), String> {
    for line in text.lines().map(str::trim).filter(|line| !line.is_empty()) {
        let (node, said) = line
            .split_once('=')
            .map(|(node, said)| (node.trim(), said.trim()))
            .filter(|(node, _)| !node.is_empty())
            .ok_or_else(|| format!("`{}` is not NODE=RESULT", line.escape_debug()))?;
        let known = if let Some(node) = node.strip_suffix(".when") {
            // Anything but a plain word leaves the condition unknown, which is no excuse for a skip.
            run.conditions.insert(node.to_string(), said != "false");
            true
        } else if let Some(node) = node.strip_suffix(".verdict") {
            run.verdicts.insert(node.to_string(), said.to_string());
            true
        } else {
            let before = run.results.insert(node.to_string(), said.to_string());
            if before.is_some_and(|before| before != said) {
                return Err(format!("`{}` has two results", node.escape_debug()));
            }
            matches!(said, "success" | "failure" | "cancelled" | "skipped")
        };
        if !known {
            return Err(format!("`{}` is no result of a node", said.escape_debug()));
        }
    }
    Ok(())
}

/// `STAGE/CELL` lines; empty lines are read over.
fn cells(text: &str) -> BTreeMap<String, Vec<String>> {
    let mut cells: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let lines = text.lines().map(str::trim);
    for (stage, cell) in lines.filter_map(|line| line.split_once('/')) {
        cells
            .entry(stage.to_string())
            .or_default()
            .push(cell.to_string());
    }
    cells
}

/// Inputs of the run, from a JSON object, as facts.
fn inputs(text: &str, facts: &mut BTreeMap<String, Val>) -> Result<(), String> {
    let data = Data::parse(text.as_bytes()).map_err(|why| format!("GATEC_INPUTS {}", why.0))?;
    if let Val::Record(fields) = Val::from(&data) {
        facts.extend(
            fields
                .into_iter()
                .map(|(name, value)| (format!("inputs.{name}"), value)),
        );
    }
    Ok(())
}

/// What the runner says of the run, in the language's names; nothing outside a runner.
fn facts(event: Option<&str>, env: Env) -> BTreeMap<String, Val> {
    let mut facts = BTreeMap::new();
    let Some(event) = event
        .map(str::to_string)
        .or_else(|| env("GITHUB_EVENT_NAME"))
    else {
        return facts;
    };
    let event = if event == "workflow_dispatch" {
        "dispatch".to_string()
    } else {
        event
    };
    let pull = event == "pull_request";
    let of_tag = env("GITHUB_REF_TYPE").as_deref() == Some("tag");
    let or_null =
        |value: Option<String>| value.filter(|v| !v.is_empty()).map_or(Val::Null, Val::Text);
    let mut set = |name: &str, value: Val| facts.insert(name.to_string(), value);
    let name = env("GITHUB_REF_NAME");
    set(
        "branch",
        or_null(
            name.clone()
                .filter(|_| !pull && !of_tag && event != "release"),
        ),
    );
    set("tag", or_null(name.filter(|_| of_tag)));
    set(
        "target_branch",
        or_null(env("GITHUB_BASE_REF").filter(|_| pull)),
    );
    set(
        "source_branch",
        or_null(env("GITHUB_HEAD_REF").filter(|_| pull)),
    );
    set("event", Val::Text(event));
    facts
}

fn publish(
    args: &AssessArgs,
    found: &Assessment,
    env: Env,
    out: &mut dyn Write,
) -> Result<(), String> {
    // The verdict first: whoever waits for it must not find none where the rest went wrong.
    if let Some(path) = &args.verdict_file {
        let word = format!("{}\n", found.verdict.name());
        std::fs::write(path, word).map_err(|error| unwritable(path, &error))?;
    }
    let text = match args.format {
        AssessForm::Text => report::text(found),
        AssessForm::Json => report::json(found),
        AssessForm::Markdown => report::markdown(found),
    };
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Err(error) if error.kind() != std::io::ErrorKind::BrokenPipe => {
            return Err(format!("the report can't be written: {error}"));
        }
        _ => {}
    }
    if let Some(path) = &args.summary {
        std::fs::write(path, report::markdown(found)).map_err(|error| unwritable(path, &error))?;
    }
    // On a runner the report joins the summary, and the verdict is an output of the step.
    let runner_file = |name: &str| env(name).filter(|path| !path.is_empty());
    if let Some(path) = runner_file("GITHUB_OUTPUT") {
        append(
            Path::new(&path),
            &format!("verdict={}\n", found.verdict.name()),
        )?;
    }
    match runner_file("GITHUB_STEP_SUMMARY") {
        Some(path) => append(Path::new(&path), &report::markdown(found)),
        None => Ok(()),
    }
}

fn append(path: &Path, text: &str) -> Result<(), String> {
    let file = std::fs::OpenOptions::new()
        .create(true)
        .append(true)
        .open(path);
    file.and_then(|mut file| file.write_all(text.as_bytes()))
        .map_err(|e| unwritable(path, &e))
}

fn unwritable(path: &Path, error: &std::io::Error) -> String {
    format!("{} can't be written: {error}", path.display())
}
