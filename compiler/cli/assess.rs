//! `gatec assess`: a gate judged on the reports of a run.
//!
//! Takes a plan, a folder of evidence and how the nodes ended; gives text, files and an exit
//! code. What the verdict is, is decided by the judge.

mod facts;
pub mod publish;
mod replay;
#[cfg(test)]
mod tests;
mod what_if;

use std::collections::BTreeMap;
use std::io::Write;
use std::path::PathBuf;

use clap::Args;

use self::publish::{Report, publish};
use super::evidence::Evidence;
use super::store::{self, Place, Wanted};
use crate::baseline::History;
use crate::evidence::Made;
use crate::evidence::manifest::RunId;
use crate::judge::{Assessment, Run, assess_run, record};
use crate::plan::{Baseline, Event, Pipeline, Plan, Verdict};
use crate::report::Form;

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

Earlier results are read from --baseline, GATEC_BASELINE or the baseline's own `store`. With
--record the run joins them, if it is of the baseline's branch and was accepted. GATEC_KEYS holds
what --key does, one `NAME=VALUE` a line; GATEC_APPROVALS who approved an override, one
`GROUP=PERSON` a line; GATEC_ASKED_AT when it was asked for; GITHUB_ACTOR who started the run.
GATEC_SINCE says what --since does.

If GITHUB_STEP_SUMMARY names a file, the Markdown report is added to it; if GITHUB_OUTPUT names
one, `verdict=WORD` is.

With --replay each folder of DIR is a recorded run: its evidence, a file `results` that says how its
nodes ended (as --results), a file `time` that says when it was (as --since), and, to compare with,
the `report.json` of its time. A table, or with --format json a document, tells how the gate would be
judged as the program of --root is now, against the earlier results as of each run. Of the environment
only what says where those are is read, and a runner is told nothing.

Exit codes:
  0  the gate passes, warns, is skipped or overridden (the verdict says which)
  1  the gate fails
  2  the command was used wrongly, or the program has errors
  3  the verdict or the report could not be written
  4  the gate is undecided
  5  --what-if or --replay: the report tells what would be, and nothing is decided";

/// Judge a gate on the reports of a run.
#[derive(Clone, Debug, Args)]
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
    #[arg(long, value_name = "DIR", required_unless_present = "replay")]
    pub evidence: Option<PathBuf>,
    /// Judge recorded runs again, one in each folder of DIR. Decides nothing.
    #[arg(
        long,
        value_name = "DIR",
        conflicts_with_all = [
            "evidence", "this_run", "results", "reports", "verdict_file", "summary", "record"
        ]
    )]
    pub replay: Option<PathBuf>,
    /// Take only what a stage of this very run handed over, by its manifest: GITHUB_RUN_ID,
    /// GITHUB_RUN_ATTEMPT and GITHUB_SHA say which run it is.
    #[arg(long)]
    pub this_run: bool,
    /// When the run began (`2026-11-22T21:00:00Z`, or seconds since 1970); GATEC_SINCE if not said. A report that says it
    /// was made before is left over from another run, and is not taken.
    #[arg(long, value_name = "TIME")]
    pub since: Option<String>,
    /// How the nodes ended; `-` reads standard input.
    #[arg(long, value_name = "FILE")]
    pub results: Option<PathBuf>,
    /// The project's folder.
    #[arg(long, value_name = "DIR", default_value = ".")]
    pub root: PathBuf,
    /// The form of the report on standard output.
    #[arg(long, value_name = "FORM", value_parser = publish::form(), default_value = "text")]
    pub format: &'static Form,
    /// Write a report to a file, too: `html=report.html`. May be said again; `-` is standard output.
    #[arg(long = "report", value_name = "FORM=FILE", value_parser = publish::report)]
    pub reports: Vec<Report>,
    /// Whether standard output is a terminal with colours.
    #[arg(skip)]
    pub color: bool,
    /// Write the verdict's word to this file.
    #[arg(long, value_name = "FILE")]
    pub verdict_file: Option<PathBuf>,
    /// Write the Markdown report to this file.
    #[arg(long, value_name = "FILE")]
    pub summary: Option<PathBuf>,
    /// Where earlier results are kept: a folder, a file that ends in `.jsonl`, or `s3://bucket/prefix`.
    #[arg(long, value_name = "PATH")]
    pub baseline: Option<PathBuf>,
    /// Let the run join the earlier results, if it is accepted.
    #[arg(long, conflicts_with = "what_if")]
    pub record: bool,
    /// What tells this run's results from others, as `NAME=VALUE`.
    #[arg(long = "key", value_name = "NAME=VALUE")]
    pub keys: Vec<String>,
    /// The environment that is deployed to, for limits that depend on it.
    #[arg(long, value_name = "NAME")]
    pub environment: Option<String>,
    /// Judge as if a metric were this: `latency_p95 = 19ms`. Decides nothing.
    #[arg(long, value_name = "METRIC = VALUE", conflicts_with = "verdict_file")]
    pub what_if: Vec<String>,
}

/// The exit code of wrong use.
const WRONG: i32 = 2;
/// The exit code of a question, which decides nothing.
const ASKED: i32 = 5;
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
    let plan = match plan.ok_or("the program has errors, so no gate of it is judged") {
        Ok(plan) => plan,
        Err(why) => return said(WRONG, why.to_string(), err),
    };
    if let Some(recorded) = &args.replay {
        if args.record {
            let why = "a run that is judged again is not recorded: leave --replay out";
            return said(WRONG, why.to_string(), err);
        }
        let told = replay::told(args, recorded, plan, env);
        return match told.map(|told| publish::say(&told, out)) {
            Ok(Ok(())) => ASKED,
            Ok(Err(why)) => said(UNWRITTEN, why.to_string(), err),
            Err(why) => said(WRONG, why, err),
        };
    }
    let judged = run_of(args, plan, env).and_then(|mut run| {
        run.past = past(args, plan, env);
        Ok((judged(args, plan, env, &run)?, run))
    });
    let (found, run) = match judged {
        Ok(judged) => judged,
        Err(why) => return said(WRONG, why, err),
    };
    if let Err(why) = publish(args, &found, env, out) {
        return said(UNWRITTEN, why, err);
    }
    if args.record
        && let Err(why) = keep(args, plan, &run, env, err)
    {
        return said(UNWRITTEN, why, err);
    }
    match args.what_if.is_empty() {
        true => exit_code(found.verdict),
        false => ASKED,
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

/// The pipeline, if there are the one and the gate that were asked for.
fn asked<'p>(args: &AssessArgs, plan: &'p Plan) -> Result<&'p Pipeline, String> {
    if plan.gate(&args.gate).is_none() {
        let known = names(plan.gates.iter().map(|g| g.id.as_str()));
        return Err(format!(
            "there is no gate `{}`; there are: {known}",
            args.gate
        ));
    }
    plan.pipeline(&args.pipeline).ok_or_else(|| {
        let known = names(plan.pipelines.iter().map(|p| p.id.as_str()));
        format!(
            "there is no pipeline `{}`; there are: {known}",
            args.pipeline
        )
    })
}

fn judged(args: &AssessArgs, plan: &Plan, env: Env, run: &Run) -> Result<Assessment, String> {
    let evidence = evidence(args, env)?;
    let store = evidence.store();
    let mut found = assess_run(plan, &args.pipeline, &args.gate, store, run);
    found.notes.extend(evidence.broken().iter().cloned());
    found.assumed = args.what_if.clone();
    if !found.assumed.is_empty() {
        let assumed = found.assumed.join(", ");
        found.notes.push(format!(
            "this is what would be if {assumed}; it decides nothing"
        ));
    }
    Ok(found)
}

fn evidence(args: &AssessArgs, env: Env) -> Result<Evidence, String> {
    let folder = args.evidence.as_deref();
    let folder = folder.ok_or("nobody says where the evidence is: --evidence DIR")?;
    Ok(Evidence::open(folder, this_run(args, env)?))
}

/// Everything that is known of the run itself.
fn run_of(args: &AssessArgs, plan: &Plan, env: Env) -> Result<Run, String> {
    let pipeline = asked(args, plan)?;
    // A called pipeline sees the event of its caller, so nothing is known of its own.
    let facts = match pipeline.has_event(Event::Call) {
        true => BTreeMap::new(),
        false => facts::facts(args.event.as_deref(), env),
    };
    let keys = env("GATEC_KEYS").unwrap_or_default() + "\n" + &args.keys.join("\n");
    let mut run = Run {
        facts,
        cells: env("GATEC_CELLS").map(|text| facts::cells(&text)),
        keys: facts::pairs(&keys, "NAME=VALUE")?.into_iter().collect(),
        now: Some(store::now()),
        since: since(args, env)?,
        request: facts::request(env)?,
        assumed: what_if::assumed(plan, &args.what_if)?,
        ..Run::default()
    };
    facts::read_lines(&env("GATEC_RESULTS").unwrap_or_default(), &mut run)?;
    if let Some(path) = &args.results {
        facts::read_lines(&facts::read_results(path)?, &mut run)?;
    }
    if let Some(text) = env("GATEC_INPUTS") {
        facts::inputs(&text, &mut run.facts)?;
    }
    let said = args
        .environment
        .clone()
        .or_else(|| env("GATEC_ENVIRONMENT"));
    facts::environment(&mut run, pipeline, said);
    Ok(run)
}

/// Where each baseline is that the gate compares with; no other, as one may be a server away.
fn places<'p>(
    args: &'p AssessArgs,
    plan: &'p Plan,
    env: Env,
) -> impl Iterator<Item = (&'p Baseline, Result<Place, String>)> {
    let compared = plan.baselines_compared(&args.gate).into_iter();
    let place = move |b| store::place(plan, b, args.baseline.as_deref(), &args.root, env);
    compared.filter_map(move |baseline| Some((baseline, place(baseline)?)))
}

/// The earlier results that the gate compares with.
fn past(args: &AssessArgs, plan: &Plan, env: Env) -> BTreeMap<String, Result<History, String>> {
    let read = |(baseline, place): (&Baseline, Result<Place, String>)| {
        let past = place.and_then(|place| place.read(&Wanted::by(plan, baseline)));
        (baseline.id.clone(), past)
    };
    places(args, plan, env).map(read).collect()
}

/// When the run began, if anyone says it.
fn since(args: &AssessArgs, env: Env) -> Result<Option<Made>, String> {
    let by_env = env("GATEC_SINCE").filter(|text| !text.is_empty());
    let said = args.since.clone().map(|text| ("--since", text));
    let Some((whence, text)) = said.or(by_env.map(|text| ("GATEC_SINCE", text))) else {
        return Ok(None);
    };
    let wrong = || {
        let text = text.escape_debug();
        format!("{whence}: `{text}` is no time; write it as 2026-11-22T21:00:00Z")
    };
    let seconds = text.trim().parse().ok().and_then(Made::since_1970);
    let made = seconds.or_else(|| Made::exactly(&text));
    made.map(Some).ok_or_else(wrong)
}

/// Lets the run join the earlier results of the baselines that accept it; says which.
fn keep(
    args: &AssessArgs,
    plan: &Plan,
    run: &Run,
    env: Env,
    err: &mut dyn Write,
) -> Result<(), String> {
    let evidence = evidence(args, env)?;
    for baseline in plan.baselines_entered(&args.gate) {
        let id = &baseline.id;
        let said = match record(
            plan,
            &args.pipeline,
            &args.gate,
            baseline,
            evidence.store(),
            run,
        ) {
            Err(why) => format!("not recorded in baseline `{id}`: {why}"),
            Ok(mut record) => {
                record.commit = env("GITHUB_SHA").unwrap_or_default();
                record.run = env("GITHUB_RUN_ID").unwrap_or_default();
                let place = store::place(plan, baseline, args.baseline.as_deref(), &args.root, env);
                let place = place.ok_or_else(|| {
                    format!("nobody says where baseline `{id}` keeps its results: --baseline DIR")
                })??;
                let said = place.add(baseline, record)?;
                publish::output(env, &format!("recorded_{id}=true"))?;
                said
            }
        };
        // Nobody is left to tell if standard error is closed; the record is there all the same.
        let _ = writeln!(err, "{said}");
    }
    Ok(())
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
