//! Confidence in what tools measured one by one: rounds of benchmarks, answers of models.

use super::*;
use Verdict::*;

macro_rules! fixture {
    ($name:literal) => {
        include_bytes!(concat!("../../../tests/fixtures/evidence/", $name)).as_slice()
    };
}

/// A gate on a metric of one report, with 95% confidence.
fn judged_with(format: &str, bytes: &[u8], metric: &str, asks: &str) -> Assessment {
    let plan = program(&format!(
        r#"
metric m: {metric}
gate g {{ require m {asks} {{ confidence = 95% }} }}
pipeline ci {{
  on push {{ branches = ["main"] }}
  stage s {{ run "make", reports {{ r = {format}("r") }} }}
  check g
}}
"#
    ));
    let store = MemoryStore::default().with("s/_/r", bytes);
    assess_run(&plan, "ci", "g", &store, &well(&plan))
}

/// Format, report, metric; the limits at which it passes, is undecided and fails; samples.
type Case<'a> = (&'a str, &'a [u8], &'a str, [(&'a str, Verdict); 3], usize);

#[test]
fn what_a_tool_measured_one_by_one_has_bounds() {
    let cases: &[Case] = &[
        (
            "hyperfine",
            fixture!("hyperfine.json"),
            "duration { better = lower, report = s.r[\"sleep 0.01 [n=1]\"].median }",
            [
                ("<= 20ms", Pass),
                ("<= 11.9ms", Undecided),
                ("<= 11ms", Fail),
            ],
            12,
        ),
        (
            "criterion",
            fixture!("criterion-sample.json"),
            "duration { better = lower, report = s.r.mean }",
            [
                ("<= 1us", Pass),
                ("<= 108ns", Undecided),
                ("<= 100ns", Fail),
            ],
            20,
        ),
        (
            "lm_eval",
            fixture!("lm-eval-samples.jsonl"),
            "ratio { better = higher, report = s.r[\"acc\"].value }",
            [(">= 1%", Pass), (">= 20%", Undecided), (">= 90%", Fail)],
            20,
        ),
        (
            "promptfoo",
            fixture!("promptfoo.json"),
            "ratio { better = higher, report = s.r[\"echo {{q}}\"].pass_rate }",
            [(">= 5%", Pass), (">= 60%", Undecided), (">= 90%", Fail)],
            6,
        ),
    ];
    for (format, bytes, metric, asks, n) in cases {
        for (asks, wanted) in asks {
            let found = judged_with(format, bytes, metric, asks);
            let why = reasons(&found);
            assert_eq!(found.verdict, *wanted, "{format} {metric} {asks}: {why}");
            // What misses its limit needs no bound.
            let bounds = &item(&found, "m").numbers.bounds;
            let counted = bounds.first().map(|b| b.n);
            let wanted = Some(*n).filter(|_| *wanted != Fail);
            assert_eq!(counted, wanted, "{format} {metric} {asks}");
        }
    }
}

#[test]
fn rounds_and_repetitions_have_bounds() {
    let rounds: Vec<String> = (0..30).map(|at| format!("0.0{}", 10 + at % 3)).collect();
    let rounds = rounds.join(",");
    let pytest = format!(r#"{{"benchmarks":[{{"name":"a","stats":{{"data":[{rounds}]}}}}]}}"#);
    let entry = |time: &str| {
        format!(
            r#"{{"name":"a","run_type":"iteration","time_unit":"s","real_time":{time},"cpu_time":{time}}}"#
        )
    };
    let entries: Vec<_> = rounds.split(',').map(entry).collect();
    let google = format!(r#"{{"benchmarks":[{}]}}"#, entries.join(","));
    let codes = vec!["0"; 30].join(",");
    let hyperfine =
        format!(r#"{{"results":[{{"command":"a","times":[{rounds}],"exit_codes":[{codes}]}}]}}"#);
    for (format, text) in [
        ("pytest_benchmark", pytest),
        ("google_benchmark", google),
        ("hyperfine", hyperfine),
    ] {
        for (field, asks, wanted) in [
            ("mean", "<= 12ms", Pass),
            ("mean", "<= 11.01ms", Undecided),
            ("mean", "<= 10.9ms", Fail),
            ("median", "<= 12ms", Pass),
            ("median", "<= 10.9ms", Fail),
            ("max", "<= 1s", Undecided),
        ] {
            let metric = format!("duration {{ better = lower, report = s.r[\"a\"].{field} }}");
            let found = judged_with(format, text.as_bytes(), &metric, asks);
            let why = reasons(&found);
            assert_eq!(found.verdict, wanted, "{format} {field} {asks}: {why}");
        }
    }
}

#[test]
fn too_few_runs_say_how_many_would_do() {
    let metric = "duration { better = lower, report = s.r[\"sleep 0.01 [n=1]\"].mean }";
    let found = judged_with("hyperfine", fixture!("hyperfine.json"), metric, "<= 20ms");
    assert_eq!(found.verdict, Undecided);
    assert!(
        reasons(&found).contains("20 would do"),
        "{}",
        reasons(&found)
    );
}

#[test]
fn a_median_has_the_bound_of_a_median() {
    // One round of a hundred was a thousand times slower: the mean is 110 ms, the median 10 ms.
    let rounds = "0.010,".repeat(99) + "10.0";
    let text = format!(r#"{{"benchmarks":[{{"name":"a","stats":{{"data":[{rounds}]}}}}]}}"#);
    let asks = |field: &str| {
        let metric = format!("duration {{ better = lower, report = s.r[\"a\"].{field} }}");
        judged_with("pytest_benchmark", text.as_bytes(), &metric, "<= 20ms").verdict
    };
    assert_eq!((asks("median"), asks("mean")), (Pass, Fail));
}

#[test]
fn statistics_without_their_measurements_have_no_bound() {
    let metric = "duration { better = lower, report = s.r.mean }";
    let found = judged_with(
        "criterion",
        fixture!("criterion-estimates.json"),
        metric,
        "<= 1s",
    );
    assert_eq!(found.verdict, Undecided);
    let why = reasons(&found);
    assert!(
        why.contains("without the single measurements behind it"),
        "{why}"
    );
    assert!(why.contains("(evidence/s/_/r)"), "{why}");
}
