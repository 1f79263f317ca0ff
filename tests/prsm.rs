//! The scorecard of `examples/prsm`: on the evidence that its own tools wrote, on that evidence with
//! one thing wrong, and against scores that were computed without gatec.

#![allow(clippy::disallowed_methods)] // Tests read the example from disk.

#[path = "prsm/flaws.rs"]
mod flaws;
#[path = "prsm/formulas.rs"]
mod formulas;
#[path = "prsm/roadmap.rs"]
mod roadmap;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use gatec::baseline::{File, History};
use gatec::evidence::MemoryStore;
use gatec::judge::{Assessment, Kept, Run, Val, assess_run, record, try_out};
use gatec::plan::{Plan, Verdict};
use gatec::source::MemoryWorld;
use serde_json::Value;

const EXAMPLE: &str = "examples/prsm";

/// The files of a folder with an ending, by their path in it.
fn files(folder: &Path, below: &Path) -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    for entry in std::fs::read_dir(below).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(files(folder, &path));
        } else {
            let name = path.strip_prefix(folder).unwrap().to_str().unwrap();
            found.insert(name.to_string(), std::fs::read_to_string(&path).unwrap());
        }
    }
    found
}

fn plan() -> Plan {
    let folder = PathBuf::from(EXAMPLE);
    let entries = std::fs::read_dir(&folder).unwrap();
    let paths = entries.map(|e| e.unwrap().file_name().into_string().unwrap());
    let mut names: Vec<String> = paths.filter(|p| p.ends_with(".gate")).collect();
    names.sort();
    let read = |name: &String| std::fs::read_to_string(folder.join(name)).unwrap();
    let texts: Vec<String> = names.iter().map(read).collect();
    let world = MemoryWorld::new(
        names
            .iter()
            .zip(&texts)
            .map(|(n, t)| (n.as_str(), t.as_str())),
    );
    let compilation = gatec::compile(&world, &names);
    let found: Vec<_> = compilation.diagnostics.iter().map(|d| &d.message).collect();
    assert!(compilation.valid.is_some(), "{found:?}");
    (*compilation.plan).clone()
}

/// The reports of the example by path, and how its stages ended.
fn evidence() -> (BTreeMap<String, String>, Run) {
    let folder = PathBuf::from(EXAMPLE).join("evidence");
    let mut found = files(&folder, &folder);
    let ended = found.remove("results.txt").unwrap();
    let pairs = ended.lines().filter_map(|line| line.split_once('='));
    let results = pairs.map(|(k, v)| (k.to_string(), v.to_string())).collect();
    // A run of the main branch, so that it may be recorded.
    let facts = [("event", "push"), ("branch", "main")];
    let facts = facts.map(|(name, value)| (name.to_string(), Val::text(value)));
    let run = Run {
        results,
        facts: facts.into(),
        past: [("accepted".to_string(), Ok(History::default()))].into(),
        now: Some(1.8e9),
        ..Run::default()
    };
    (found, run)
}

fn store(files: &BTreeMap<String, String>) -> MemoryStore {
    let put = |store: MemoryStore, (path, text): (&String, &String)| store.with(path, text.clone());
    files.iter().fold(MemoryStore::default(), put)
}

fn judged(plan: &Plan, files: &BTreeMap<String, String>, run: &Run) -> Assessment {
    assess_run(plan, "prsm", "release", &store(files), run)
}

/// The gate of a name in the tree of a verdict.
fn part<'a>(found: &'a Assessment, gate: &str) -> &'a Assessment {
    let mut children = found.items.iter().filter_map(|i| i.child.as_deref());
    children.find(|c| c.gate == gate).unwrap()
}

/// A text whose columns are one blank apart.
fn words(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The report of a verdict, whatever its columns.
fn said_of(found: &Assessment) -> String {
    words(&gatec::report::text(found))
}

/// JUnit XML of so many tests.
fn junit(passed: u64, failed: u64) -> String {
    let case =
        |at: u64, body: &str| format!("<testcase classname=\"t\" name=\"t{at}\">{body}</testcase>");
    let good = (0..passed).map(|at| case(at, ""));
    let bad = (0..failed).map(|at| case(passed + at, "<failure message=\"no\"/>"));
    let cases: String = good.chain(bad).collect();
    let total = passed + failed;
    format!(
        "<testsuites><testsuite name=\"t\" tests=\"{total}\" failures=\"{failed}\">{cases}</testsuite></testsuites>"
    )
}

/// The example's evidence with one report written anew.
fn with(path: &str, text: impl Into<String>) -> BTreeMap<String, String> {
    let mut found = evidence().0;
    let old = found.insert(path.to_string(), text.into());
    assert!(old.is_some(), "{path} is no report of the example");
    found
}

/// The example's evidence with a text in one of its reports replaced.
fn replaced(path: &str, old: &str, new: &str) -> BTreeMap<String, String> {
    let text = &evidence().0[path];
    assert!(text.contains(old), "{path} has no {old}");
    with(path, text.replace(old, new))
}

/// What a run of the example leaves for later ones.
fn history(plan: &Plan, files: &BTreeMap<String, String>, run: &Run) -> History {
    let baseline = plan.baseline("accepted").unwrap();
    let kept = record(plan, "prsm", "release", baseline, &store(files), run).unwrap();
    History::of([File::Record(kept)])
}

#[test]
fn the_tools_own_reports_pass() {
    let plan = plan();
    let (files, run) = evidence();
    let found = judged(&plan, &files, &run);
    let report = said_of(&found);
    assert_eq!(found.verdict, Verdict::Pass, "{report}");
    for gate in ["ai_model", "performance", "drift", "distributed"] {
        assert_eq!(part(&found, gate).verdict, Verdict::Pass, "{report}");
    }
}

#[test]
fn a_failed_stage_fails_what_reads_it() {
    let plan = plan();
    let (files, mut run) = evidence();
    run.results.insert("distributed".into(), "failure".into());
    assert_eq!(judged(&plan, &files, &run).verdict, Verdict::Fail);
}

#[test]
fn a_slower_model_is_held_against_the_last_release() {
    let plan = plan();
    let (files, mut run) = evidence();
    let history = history(&plan, &files, &run);
    run.past.insert("accepted".into(), Ok(history));
    let same = judged(&plan, &files, &run);
    assert_eq!(
        same.verdict,
        Verdict::Pass,
        "{}",
        gatec::report::text(&same)
    );

    const PATH: &str = "benchmark/_/performance-results.json";
    let mut results: Value = serde_json::from_str(&files[PATH]).unwrap();
    let slower = results["total_s"].as_f64().unwrap() * 1.08;
    results["total_s"] = slower.into();
    let found = judged(&plan, &with(PATH, results.to_string()), &run);
    let report = said_of(&found);
    assert_eq!(found.verdict, Verdict::Fail, "{report}");
    assert!(report.contains("rise(benchmark_time) <= 5% 8%"), "{report}");
    let points = part(&same, "performance").score.unwrap().low;
    let lost = points - part(&found, "performance").score.unwrap().low;
    assert!((lost - 16.0).abs() < 1e-9, "8 % cost {lost} points, not 16");
}

#[test]
fn the_programs_own_tests_are_kept() {
    let plan = plan();
    assert!(!plan.tests.is_empty());
    for test in &plan.tests {
        for outcome in try_out(&plan, test) {
            assert_eq!(outcome.result, Kept::Yes, "{}", test.title);
        }
    }
}

#[test]
fn sources_are_formatted() {
    for name in ["pipeline.gate", "roadmap.gate"] {
        let text = std::fs::read_to_string(Path::new(EXAMPLE).join(name)).unwrap();
        assert!(
            gatec::format::format(&text).unwrap() == text,
            "{name}: run `gatec fmt`"
        );
    }
}
