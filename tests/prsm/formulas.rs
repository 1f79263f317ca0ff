//! Scores against those that `reference.py` computed by the document's formulas.

use super::*;

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
