//! The example's evidence with one thing wrong, and what is said of it.

use super::*;

const SAFETY: &str = "model_validation/_/safety.xml";
const SAMPLES: &str = "model_validation/_/samples.json";
const LOAD: &str = "load/_/load.json";
const AUDIT: &str = "dependencies/_/pip-audit.json";
const BENCHMARK: &str = "benchmark/_/performance-results.json";
/// All of the load test succeeded.
const WHOLE: &str = "\"success_rate\": 1.0";

/// One thing wrong with the evidence: its verdict, the gate it is found in, and what is said.
type Flaw = (
    BTreeMap<String, String>,
    Verdict,
    &'static str,
    &'static str,
);

fn failing() -> Vec<Flaw> {
    // Every pass gives the same conclusion, and one of four is wrong.
    let mut samples: Value = serde_json::from_str(&evidence().0[SAMPLES]).unwrap();
    let items = samples["items"].as_array_mut().unwrap().iter_mut();
    let reasoning = items.filter(|item| item["model_type"] == "reasoning");
    for item in reasoning.step_by(4) {
        item["pattern"] = 0.0.into();
        item["overall"] = 0.5.into();
    }
    vec![
        (
            with(SAFETY, junit(0, 7)),
            Verdict::Fail,
            "ai_model",
            "fail safety_rate >= 95% 0%",
        ),
        (
            replaced(LOAD, WHOLE, "\"success_rate\": 0.5"),
            Verdict::Fail,
            "performance",
            "fail load_success >= 95% 50%",
        ),
        (
            with(SAMPLES, samples.to_string()),
            Verdict::Fail,
            "ai_model",
            "fail every(outputs_pattern) >= pattern_floor",
        ),
    ]
}

fn undecided() -> Vec<Flaw> {
    let mut unmeasured = evidence().0;
    assert!(unmeasured.remove(BENCHMARK).is_some());
    let unaudited = "{\"dependencies\": [{\"name\": \"psutil\", \"skip_reason\": \"Dependency not found on PyPI \
                     and could not be audited: psutil (7.2.2)\"}], \"fixes\": []}";
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
            unmeasured,
            Verdict::Undecided,
            "performance",
            "because report `results` of stage `benchmark` is missing",
        ),
        (
            replaced(LOAD, WHOLE, "\"success_rate\": 97.5"),
            Verdict::Undecided,
            "performance",
            "because metric `load_success` is 9750%, outside 0% to 100%: is its report in another unit?",
        ),
        (
            with(SAMPLES, few.to_string()),
            Verdict::Undecided,
            "ai_model",
            "undecided every(outputs_score) >= output_mark",
        ),
        (
            with(AUDIT, unaudited),
            Verdict::Undecided,
            "security",
            "undecided count(dependencies.findings) == 0 0 to 1",
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
    let readme = words(&readme);
    let run = evidence().1;
    for (files, verdict, gate, said) in failing().into_iter().chain(undecided()) {
        let found = judged(&plan, &files, &run);
        let report = said_of(&found);
        assert_eq!(found.verdict, verdict, "{said}: {report}");
        assert_eq!(part(&found, gate).verdict, verdict, "{said}: {report}");
        assert!(report.contains(said), "{said}: {report}");
        assert!(readme.contains(said), "the README doesn't quote: {said}");
    }
}
