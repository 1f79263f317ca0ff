//! The scorecard of `examples/prsm`: on the evidence that its own tools wrote, on that evidence with
//! one thing wrong, and against scores that were computed without gatec.

#![allow(clippy::disallowed_methods)] // Tests read the example from disk.

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
    let report = gatec::report::text(&found);
    assert_eq!(found.verdict, Verdict::Pass, "{report}");
    for gate in ["ai_model", "performance", "drift", "distributed"] {
        assert_eq!(part(&found, gate).verdict, Verdict::Pass, "{report}");
    }
}

/// One thing wrong with the evidence: its verdict, the gate it is found in, and what is said.
type Flaw = (
    BTreeMap<String, String>,
    Verdict,
    &'static str,
    &'static str,
);

fn flaws() -> Vec<Flaw> {
    const SAFETY: &str = "model_validation/_/safety.xml";
    const SAMPLES: &str = "model_validation/_/samples.json";
    const LOAD: &str = "load/_/load.json";
    const AUDIT: &str = "dependencies/_/pip-audit.json";
    const BENCHMARK: &str = "benchmark/_/performance-results.json";
    let whole = "\"success_rate\": 1.0";
    let mut unmeasured = evidence().0;
    assert!(unmeasured.remove(BENCHMARK).is_some());
    let unaudited = "{\"dependencies\": [{\"name\": \"psutil\", \"skip_reason\": \"Dependency not found on PyPI \
                     and could not be audited: psutil (7.2.2)\"}], \"fixes\": []}";
    // Every pass gives the same conclusion, and one of four is wrong.
    let mut samples: Value = serde_json::from_str(&evidence().0[SAMPLES]).unwrap();
    let items = samples["items"].as_array_mut().unwrap().iter_mut();
    let reasoning = items.filter(|item| item["model_type"] == "reasoning");
    for item in reasoning.step_by(4) {
        item["pattern"] = 0.0.into();
        item["overall"] = 0.5.into();
    }
    // Three inputs of each kind, all answered right.
    let mut seen: BTreeMap<String, u32> = BTreeMap::new();
    let mut few: Value = serde_json::from_str(&evidence().0[SAMPLES]).unwrap();
    few["items"].as_array_mut().unwrap().retain(|item| {
        let count = seen.entry(item["model_type"].to_string()).or_default();
        *count += 1;
        *count <= 3
    });
    vec![
        (
            with(SAFETY, junit(0, 7)),
            Verdict::Fail,
            "ai_model",
            "fail      safety_rate >= 95%: 0%, limit >= 95%",
        ),
        (
            replaced(LOAD, whole, "\"success_rate\": 0.5"),
            Verdict::Fail,
            "performance",
            "fail      load_success >= 95%: 50%, limit >= 95%",
        ),
        (
            unmeasured,
            Verdict::Undecided,
            "performance",
            "because report `results` of stage `benchmark` is missing",
        ),
        (
            replaced(LOAD, whole, "\"success_rate\": 97.5"),
            Verdict::Undecided,
            "performance",
            "because metric `load_success` is 9750%, outside 0% to 100%: is its report in another unit?",
        ),
        (
            with(SAMPLES, samples.to_string()),
            Verdict::Fail,
            "ai_model",
            "fail      every(output_pattern) >= pattern_floor:",
        ),
        (
            with(SAMPLES, few.to_string()),
            Verdict::Undecided,
            "ai_model",
            "undecided every(output_score) >= output_mark:",
        ),
        (
            with(AUDIT, unaudited),
            Verdict::Undecided,
            "security",
            "undecided count(dependencies.findings) == 0: 0 to 1, limit == 0",
        ),
        (
            with(
                SAFETY,
                evidence().0[SAFETY].chars().take(300).collect::<String>(),
            ),
            Verdict::Undecided,
            "ai_model",
            "because report `safety` of stage `model_validation`",
        ),
    ]
}

#[test]
fn one_flaw_in_the_reports_is_found_and_said() {
    let plan = plan();
    let readme = std::fs::read_to_string("examples/prsm/README.md").unwrap();
    let run = evidence().1;
    for (files, verdict, gate, said) in flaws() {
        let found = judged(&plan, &files, &run);
        let report = gatec::report::text(&found);
        assert_eq!(found.verdict, verdict, "{said}: {report}");
        assert_eq!(part(&found, gate).verdict, verdict, "{said}: {report}");
        assert!(report.contains(said), "{said}: {report}");
        assert!(readme.contains(said), "the README doesn't quote: {said}");
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
    let report = gatec::report::text(&found);
    assert_eq!(found.verdict, Verdict::Fail, "{report}");
    assert!(
        report.contains("rise(benchmark_time) <= 5%: 8%"),
        "{report}"
    );
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

fn pair(given: &Value) -> (u64, u64) {
    (given[0].as_u64().unwrap(), given[1].as_u64().unwrap())
}

fn tests_of(given: &Value) -> String {
    let (passed, failed) = pair(given);
    junit(passed, failed)
}

/// bandit's report of so many findings.
fn bandit(given: &Value) -> String {
    let each = [("LOW", "low"), ("MEDIUM", "medium"), ("HIGH", "high")];
    let found = each.iter().flat_map(|(severity, name)| {
        let count = given[*name].as_u64().unwrap();
        (0..count).map(move |at| {
            serde_json::json!({
                "filename": "prsm/models.py", "line_number": at, "test_id": "B311",
                "issue_severity": severity, "issue_confidence": "HIGH", "issue_text": "found",
            })
        })
    });
    // What was looked at is as in the example's own report.
    let mut report: Value = serde_json::from_str(&evidence().0["sast/_/bandit.json"]).unwrap();
    report["results"] = found.collect();
    report.to_string()
}

/// The reports that say what a set of the reference gives.
fn reports_of(given: &Value) -> BTreeMap<String, String> {
    let mut files = evidence().0;
    let mut put = |path: &str, text: String| {
        assert!(files.insert(path.to_string(), text).is_some(), "{path}");
    };
    for (group, tests) in given["groups"].as_object().unwrap() {
        put(&format!("model_validation/_/{group}.xml"), tests_of(tests));
    }
    for (suite, tests) in given["suites"].as_object().unwrap() {
        put(&format!("integration/{suite}/results.xml"), tests_of(tests));
    }
    put("code_quality/_/lint.xml", tests_of(&given["lint"]));
    put("sast/_/bandit.json", bandit(given));
    let vulnerable = (0..given["vulnerable"].as_u64().unwrap())
        .map(|at| serde_json::json!({ "id": format!("PYSEC-{at}"), "fix_versions": [] }));
    let audited = serde_json::json!({
        "dependencies": [{ "name": "psutil", "version": "7.2.2", "vulns": vulnerable.collect::<Vec<_>>() }],
    });
    put("dependencies/_/pip-audit.json", audited.to_string());
    let benchmark = serde_json::json!({
        "model": "prsm-small", "benchmark_score": given["benchmark_score"],
        "memory_efficiency": given["memory_efficiency"], "total_s": given["total_s"],
    });
    put(
        "benchmark/_/performance-results.json",
        benchmark.to_string(),
    );
    let load = serde_json::json!({ "success_rate": given["load_success"] });
    put("load/_/load.json", load.to_string());
    let summary = serde_json::json!({ "summary": { "success_rate": given["e2e_percent"] } });
    put("e2e/_/e2e.json", summary.to_string());
    put(
        "e2e/_/e2e.xml",
        junit(4, given["e2e_failed"].as_u64().unwrap()),
    );
    files
}

/// What the release before left: as the example's own, but for the time of the benchmark.
fn before(left: &History, given: &Value) -> History {
    let mut left = left.clone();
    let values = left.records.iter_mut().flat_map(|r| &mut r.values);
    let mut times = values.filter(|entry| entry.metric == "benchmark_time");
    times.next().unwrap().value = given["total_s_before"].as_f64();
    left
}

/// A score within 1e-9 of what the reference computed.
fn same(what: &str, found: &Assessment, expected: &Value) -> Result<(), String> {
    let score = found.score.ok_or(format!("{what} has no score"))?;
    let expected = expected.as_f64().unwrap();
    match score.is_exact() && (score.low - expected).abs() <= 1e-9 {
        true => Ok(()),
        false => Err(format!("{what} is {}, not {expected}", score.low)),
    }
}

/// Judges one set of the reference; gives the verdict, or what differs.
fn compared(plan: &Plan, left: &History, set: &Value) -> Result<Verdict, String> {
    let (given, expected) = (&set["given"], &set["expected"]);
    let mut run = evidence().1;
    run.past.insert("accepted".into(), Ok(before(left, given)));
    let found = judged(plan, &reports_of(given), &run);
    for (gate, score) in expected["scores"].as_object().unwrap() {
        same(gate, part(&found, gate), score)?;
    }
    same("release", &found, &expected["overall"])?;
    if found.verdict.name() != expected["verdict"] {
        let report = gatec::report::text(&found);
        return Err(format!("{} is expected: {report}", expected["verdict"]));
    }
    // Where the document says otherwise, a defect of it is why.
    let differs = expected["document"] == "PASS" && found.verdict == Verdict::Fail;
    match differs == expected["differs"].as_array().unwrap().is_empty() {
        true => Err(format!("`differs` is wrong: {expected}")),
        false => Ok(found.verdict),
    }
}

#[test]
fn scores_are_those_of_the_documents_formulas() {
    let plan = plan();
    let text = std::fs::read_to_string("tests/prsm/reference.json").unwrap();
    let sets: Vec<Value> = serde_json::from_str(&text).unwrap();
    assert!(sets.len() >= 200);
    let (files, run) = evidence();
    let left = history(&plan, &files, &run);
    let judge = |set: &Value| {
        compared(&plan, &left, set).unwrap_or_else(|why| panic!("{why}, for {}", set["given"]))
    };
    let judge = &judge;
    let all = |part: &[Value]| part.iter().map(judge).collect::<Vec<_>>();
    let verdicts: Vec<Verdict> = std::thread::scope(|scope| {
        let parts = sets.chunks(60).map(|part| scope.spawn(move || all(part)));
        let parts: Vec<_> = parts.collect();
        parts.into_iter().flat_map(|p| p.join().unwrap()).collect()
    });
    for verdict in [Verdict::Pass, Verdict::Fail] {
        let count = verdicts.iter().filter(|v| **v == verdict).count();
        assert!(count >= 50, "only {count} sets {}", verdict.name());
    }
}

/// What a team's tools write of a training that is fine.
fn trained() -> BTreeMap<String, String> {
    let reports = [
        (
            "data/_/data.json",
            r#"{"schema_errors": 0, "invalid_rate": 0.002, "drift_psi": 0.04, "bias_gap": 0.03}"#,
        ),
        (
            "features/_/features.json",
            r#"{"schema_errors": 0, "top_importance": 0.31, "max_correlation": 0.8}"#,
        ),
        (
            "training/_/training.json",
            r#"{"last_improvement": 0.004, "train_score": 0.96, "validation_score": 0.93, "trials": 40}"#,
        ),
        (
            "model/_/assessment.json",
            r#"{"fold_mean": 0.92, "fold_spread": 0.02, "fairness_gap": 0.04, "explained": 0.99,
                "robust_accuracy": 0.86}"#,
        ),
    ];
    let owned = |(path, text): (&str, &str)| (path.to_string(), text.to_string());
    reports.map(owned).into()
}

/// A run of a pipeline whose stages of these reports ended well.
fn run_with(files: &BTreeMap<String, String>) -> Run {
    let stages = files.keys().filter_map(|path| path.split('/').next());
    Run {
        results: stages
            .map(|s| (s.to_string(), "success".to_string()))
            .collect(),
        ..Run::default()
    }
}

#[test]
fn the_roadmaps_gates_judge_numbers() {
    let plan = plan();
    let good = trained();
    let judge = |files: &BTreeMap<String, String>| {
        assess_run(&plan, "mlops", "trained", &store(files), &run_with(files))
    };
    let found = judge(&good);
    assert_eq!(
        found.verdict,
        Verdict::Pass,
        "{}",
        gatec::report::text(&found)
    );
    let flaws = [
        (
            "data/_/data.json",
            "0.04",
            "0.31",
            Verdict::Fail,
            "data_drift < 0.25",
        ),
        (
            "data/_/data.json",
            "0.04",
            "0.15",
            Verdict::Warn,
            "warn      data_drift",
        ),
        (
            "features/_/features.json",
            "0.31",
            "0.97",
            Verdict::Fail,
            "top_importance",
        ),
        (
            "training/_/training.json",
            "0.93",
            "0.71",
            Verdict::Fail,
            "Fewer parameters",
        ),
        (
            "training/_/training.json",
            "0.004",
            "0.2",
            Verdict::Fail,
            "Train longer",
        ),
        (
            "model/_/assessment.json",
            "0.04",
            "0.4",
            Verdict::Fail,
            "fairness_gap",
        ),
        (
            "model/_/assessment.json",
            "\"explained\"",
            "\"explain\"",
            Verdict::Undecided,
            "explained",
        ),
    ];
    for (path, old, new, verdict, said) in flaws {
        let mut files = good.clone();
        let text = files[path].replacen(old, new, 1);
        assert_ne!(
            Some(&text),
            files.insert(path.to_string(), text.clone()).as_ref()
        );
        let found = judge(&files);
        let report = gatec::report::text(&found);
        assert_eq!(found.verdict, verdict, "{path}, {new}: {report}");
        assert!(report.contains(said), "{said}: {report}");
    }
}

#[test]
fn a_hybrid_part_that_is_not_there_is_not_missing() {
    let plan = plan();
    let circuit =
        r#"{"circuit_errors": 0, "fidelity": 0.995, "quantum_s": 2.0, "classical_s": 9.0}"#;
    let files: BTreeMap<_, _> =
        [("circuit/_/quantum.json".to_string(), circuit.to_string())].into();
    let judge = |run: &Run| assess_run(&plan, "quantum", "quantum", &store(&files), run).verdict;
    let mut run = run_with(&files);
    run.results.insert("hybrid".into(), "skipped".into());
    run.conditions.insert("hybrid".into(), false);
    assert_eq!(judge(&run), Verdict::Pass);
    // It should have run, and nobody knows why it didn't.
    run.conditions.insert("hybrid".into(), true);
    assert_eq!(judge(&run), Verdict::Undecided);
    // It ran, and wrote nothing.
    run.results.insert("hybrid".into(), "success".into());
    assert_eq!(judge(&run), Verdict::Undecided);
}
