//! Formats that give rows or data, on real reports and on what real tools get wrong.

use super::*;

macro_rules! fixture {
    ($name:literal) => {
        include_bytes!(concat!("../../tests/fixtures/evidence/", $name)).as_slice()
    };
}

fn table(format: &str, bytes: &[u8]) -> Table {
    match read(format, &mut &*bytes) {
        Ok(Measurements::Table(table)) => table,
        other => panic!("{format}: {other:?}"),
    }
}

fn data(format: &str, text: &str) -> Result<Data, Malformed> {
    match read(format, &mut text.as_bytes())? {
        Measurements::Data(data) => Ok(data),
        other => panic!("{format}: {other:?}"),
    }
}

/// A field of a row, or of the whole where the key is empty.
fn ask(table: &Table, key: &str, field: &str) -> Result<Measured, Malformed> {
    if key.is_empty() {
        return table.field(field);
    }
    match table.choose(key)? {
        Chosen::One(key, row) => table.field_of(key, row, field),
        Chosen::Many(rows) => panic!("{key}: {} rows", rows.len()),
    }
}

fn bounds(table: &Table, key: &str, field: &str) -> (f64, f64) {
    match ask(table, key, field) {
        Ok(Measured::One(reading)) => (reading.low, reading.high),
        other => panic!("{key}.{field}: {other:?}"),
    }
}

/// Asserts exact fields of a row.
fn holds(table: &Table, key: &str, fields: &[(&str, f64)]) {
    for (field, wanted) in fields {
        let (low, high) = bounds(table, key, field);
        let close = (low - wanted).abs() <= 1e-9 * wanted.abs().max(1e-9);
        assert!(
            close && low == high,
            "{key}.{field}: {low}..{high}, not {wanted}"
        );
    }
}

/// Asserts that a field has no value, and what is said of it.
fn lacks(table: &Table, key: &str, field: &str, says: &str) {
    let found = ask(table, key, field);
    assert!(
        matches!(&found, Err(Malformed(why)) if why.contains(says)),
        "{key}.{field}: {found:?}"
    );
}

fn each(table: &Table, key: &str, field: &str) -> Vec<Sample> {
    match ask(table, key, field) {
        Ok(Measured::Each(samples)) => samples,
        other => panic!("{key}.{field}: {other:?}"),
    }
}

/// Asserts that a report gives nothing, and what is said of it.
fn refused(format: &str, text: &str, says: &str) {
    let found = read(format, &mut text.as_bytes());
    assert!(
        matches!(&found, Err(Malformed(why)) if why.contains(says)),
        "{format} {text}: {found:?}"
    );
}

/// A report of each format with rows.
const REAL: &[(&str, &[u8])] = &[
    ("pytest_benchmark", fixture!("pytest-benchmark.json")),
    ("pytest_benchmark", fixture!("pytest-benchmark-stored.json")),
    ("criterion", fixture!("criterion-estimates.json")),
    ("criterion", fixture!("criterion-sample.json")),
    ("criterion", fixture!("criterion-change.json")),
    ("criterion", fixture!("cargo-criterion.jsonl")),
    ("hyperfine", fixture!("hyperfine.json")),
    ("google_benchmark", fixture!("google-benchmark.json")),
    (
        "google_benchmark",
        fixture!("google-benchmark-aggregates.json"),
    ),
    ("k6", fixture!("k6.json")),
    ("k6", fixture!("k6-flat.json")),
    ("k6", fixture!("k6-machine.json")),
    ("locust", fixture!("locust.json")),
    ("locust", fixture!("locust_stats.csv")),
    ("openmetrics", fixture!("scrape.prom")),
    ("openmetrics", fixture!("scrape.om")),
    ("promptfoo", fixture!("promptfoo.json")),
    ("lm_eval", fixture!("lm-eval.json")),
    ("lm_eval", fixture!("lm-eval-samples.jsonl")),
    ("mlflow", fixture!("mlflow-run.json")),
    ("mlflow", fixture!("mlflow-loss")),
    ("openai_evals", fixture!("openai-evals.jsonl")),
];

#[test]
fn every_row_gives_each_field_of_its_format_or_says_why_not() {
    for (name, bytes) in REAL {
        let table = table(name, bytes);
        let format = crate::schema::formats::find(name).unwrap();
        let rows = format.rows.as_ref().unwrap();
        for key in table.keys() {
            for field in rows.fields {
                let silent = "report doesn't give it";
                let found = ask(&table, key, field.name);
                let said = !matches!(&found, Err(Malformed(why)) if why.contains(silent));
                assert!(said, "{name} {key}.{}", field.name);
            }
        }
        let given = |field: &str| table.keys().any(|k| ask(&table, k, field).is_ok());
        let whole = |field: &str| table.field(field).is_ok();
        let some = rows.fields.iter().any(|f| given(f.name) || whole(f.name));
        assert!(some, "{name} gives nothing");
    }
}

#[test]
fn a_report_of_one_format_is_none_of_another() {
    for (name, bytes) in REAL {
        for reader in READERS {
            let general = ["json", "yaml", "csv", *name].contains(&reader.name);
            let found = read(reader.name, &mut &**bytes);
            assert!(
                general || found.is_err(),
                "{name} as {}: {found:?}",
                reader.name
            );
        }
    }
}

#[test]
fn a_report_cut_off_is_refused() {
    for (name, bytes) in REAL {
        let bytes = bytes.trim_ascii_end();
        let one = Data::parse(bytes).is_ok();
        let last = bytes.iter().rposition(|b| *b == b'\n').unwrap_or_default();
        // What has no end of its own is whole at the end of each line, and after a name's value.
        let from = if one { 1 } else { last + 1 };
        let to = if one { bytes.len() } else { last + 12 };
        for end in (from..to.min(bytes.len())).step_by(37) {
            let cut = bytes.get(..end).unwrap();
            let found = read(name, &mut &*cut);
            assert!(
                found.is_err() || cut.ends_with(b"\n"),
                "{name} cut at {end}: {found:?}"
            );
        }
    }
}

#[test]
fn what_holds_nothing_is_refused() {
    for (format, text, says) in [
        ("pytest_benchmark", r#"{"benchmarks":[]}"#, "no benchmark"),
        ("pytest_benchmark", "{}", "no list `benchmarks`"),
        ("pytest_benchmark", "[]", "no list `benchmarks`"),
        ("criterion", "{}", "neither estimates nor a sample"),
        ("criterion", r#"{"iters":[],"times":[]}"#, "no run"),
        (
            "criterion",
            r#"{"reason":"group-complete"}"#,
            "no benchmark",
        ),
        ("hyperfine", r#"{"results":[]}"#, "no command"),
        ("google_benchmark", r#"{"benchmarks":[]}"#, "no benchmark"),
        ("k6", "{}", "no `metrics`"),
        ("k6", r#"{"metrics":{}}"#, "no metric"),
        ("k6", r#"{"version":"2.0.0","results":{}}"#, "\"2.0.0\""),
        ("locust", "[]", "no request"),
        ("locust", "Type,Name\n", "no column"),
        ("openmetrics", "# HELP a b\n", "no series"),
        ("promptfoo", r#"{"results":{"results":[]}}"#, "no answer"),
        ("promptfoo", "{}", "no `results`"),
        ("lm_eval", r#"{"results":{}}"#, "nothing was measured"),
        (
            "lm_eval",
            r#"{"results":{"a":{"alias":"a"}}}"#,
            "nothing was measured",
        ),
        ("mlflow", "{}", "no metric"),
        ("mlflow", r#"{"data":{}}"#, "the run has none"),
        ("safety", "{}", "no list `vulnerabilities`"),
        ("safety", r#"{"vulnerabilities":[]}"#, "saw no package"),
        (
            "safety",
            r#"{"scan_results":{"projects":[]}}"#,
            "saw no package",
        ),
        ("cyclonedx", "{}", "is not CycloneDX"),
        (
            "cyclonedx",
            r#"{"bomFormat":"CycloneDX","specVersion":"1.2"}"#,
            "\"1.2\"",
        ),
        (
            "cyclonedx",
            r#"{"bomFormat":"CycloneDX","specVersion":"1.6"}"#,
            "didn't look",
        ),
        ("csv", "a,b\n", "no row"),
        ("yaml", "# only a comment\n", "nothing but"),
    ] {
        refused(format, text, says);
    }
}

#[test]
fn numbers_that_are_none_are_refused() {
    let hyperfine = |times: &str| {
        format!(r#"{{"results":[{{"command":"a","times":{times},"exit_codes":[0]}}]}}"#)
    };
    let k6 = |values: &str| {
        format!(r#"{{"metrics":{{"http_req_failed":{{"type":"rate","values":{values}}}}}}}"#)
    };
    let locust = |count: &str| format!("Type,Name,Request Count,Failure Count\nGET,/,{count},0\n");
    for (format, text, says) in [
        ("hyperfine", hyperfine("[NaN]"), "NaN"),
        ("hyperfine", hyperfine(r#"["1"]"#), "the text \"1\""),
        ("hyperfine", hyperfine("[-1]"), "holds -1"),
        ("hyperfine", hyperfine("[]"), "no run of \"a\""),
        ("hyperfine", hyperfine("[1,2]"), "2 times and 1 exit codes"),
        ("k6", k6(r#"{"passes":7,"fails":-8}"#), "claims 7 of -1"),
        (
            "k6",
            k6(r#"{"passes":1,"fails":1,"rate":0.9}"#),
            "counts give 0.5",
        ),
        ("k6", k6(r#"{"passes":"1","fails":1}"#), "has no values"),
        (
            "k6",
            k6(r#"{"passes":1,"passes":1,"fails":1}"#),
            "stands twice",
        ),
        ("locust", locust("many"), "\"many\""),
        ("locust", locust("-1"), "\"-1\""),
        ("locust", locust("NaN"), "\"NaN\""),
        ("mlflow", r#"{"a":"0.9"}"#.into(), ""),
        ("mlflow", r#"{"a":NaN}"#.into(), "NaN"),
        ("mlflow", "1 nan 0\n".into(), "holds NaN"),
        ("mlflow", "1 0.5 0\n2 0.".into(), "in the middle"),
        (
            "lm_eval",
            r#"{"results":{"a":{"acc,none":NaN}}}"#.into(),
            "NaN",
        ),
        ("openmetrics", "a 1\na 2\n".into(), "twice"),
        ("openmetrics", "a one\n".into(), "no Prometheus text"),
        (
            "openmetrics",
            "a{b=\"1\",b=\"2\"} 1\n".into(),
            "no Prometheus text",
        ),
        ("openmetrics", "a 1".into(), "in the middle"),
        ("openmetrics", "# UNIT a seconds\na 1\n".into(), "`# EOF`"),
        ("openmetrics", "a 1\n# EOF\nb 2\n".into(), "goes on after"),
        ("yaml", "a: .nan\n".into(), "out of range"),
        ("yaml", "a: 1\na: 2\n".into(), "stands twice"),
        ("yaml", "a: 1\n---\na: 2\n".into(), "several documents"),
        ("yaml", "a: [1, 2\n".into(), "is not YAML"),
        ("csv", "a,b\n1\n".into(), "line 2 has 1 cells of 2"),
        ("csv", "a,a\n1,2\n".into(), "two columns \"a\""),
    ] {
        match says {
            "" => lacks(&table(format, text.as_bytes()), "a", "value", "no number"),
            says => refused(format, &text, says),
        }
    }
}

#[test]
fn pytest_benchmark_counts_its_rounds() {
    let found = table("pytest_benchmark", fixture!("pytest-benchmark.json"));
    let row = [
        ("mean", 2.4817947369707615e-05),
        ("median", 2.4837000182742486e-05),
        ("min", 2.4036000013438752e-05),
        ("max", 2.5428000299143605e-05),
        ("stddev", 4.1619926503056393e-07),
        ("runs", 19.0),
        ("rate", 40293.42093055544),
    ];
    holds(&found, "test_x.py::test_bench", &row);
    holds(&found, "test_bench", &row);
    assert_eq!(each(&found, "test_bench", "times").len(), 19);
    let stored = table("pytest_benchmark", fixture!("pytest-benchmark-stored.json"));
    holds(&stored, "test_bench", &row);
    lacks(&stored, "test_bench", "times", "holds no rounds");
    refused(
        "pytest_benchmark",
        r#"{"benchmarks":[{"name":"a","stats":{"mean":1,"data":[2,3]}}]}"#,
        "claims 1 s as the mean of \"a\"",
    );
    let twice =
        r#"{"benchmarks":[{"name":"a","stats":{"data":[1]}},{"name":"a","stats":{"data":[1]}}]}"#;
    refused("pytest_benchmark", twice, "twice");
    let dirty =
        br#"{"commit_info":{"dirty":true},"benchmarks":[{"name":"a","stats":{"data":[1]}}]}"#;
    let dirty = table("pytest_benchmark", dirty);
    assert_eq!(dirty.notes().len(), 1);
    lacks(&dirty, "a", "stddev", "one run");
}

#[test]
fn criterion_is_in_nanoseconds_with_bounds() {
    let found = table("criterion", fixture!("criterion-estimates.json"));
    holds(
        &found,
        "",
        &[
            ("mean", 107.5788656357532e-9),
            ("mean_low", 94.2453303921087e-9),
            ("mean_high", 121.16306595224488e-9),
            ("slope", 117.30483186587509e-9),
            ("stddev", 31.70411583897649e-9),
        ],
    );
    lacks(&found, "", "times", "sample.json");
    // The code is the same: +12 % of noise, and its interval says so.
    let change = table("criterion", fixture!("criterion-change.json"));
    let noise = [
        ("change", 0.12351353510498164),
        ("change_low", -0.038482640002803103),
    ];
    holds(&change, "", &noise);
    lacks(&change, "", "mean", "holds no times");
    let sample = table("criterion", fixture!("criterion-sample.json"));
    holds(
        &sample,
        "",
        &[("mean", 107.5788656357532e-9), ("runs", 20.0)],
    );
    assert_eq!(each(&sample, "", "times").len(), 20);
    let many = table("criterion", fixture!("cargo-criterion.jsonl"));
    let row = [
        ("mean", 106e-9),
        ("min", 100e-9),
        ("runs", 3.0),
        ("change", 0.04),
    ];
    holds(&many, "fold/100", &row);
    lacks(&many, "fold/100", "slope", "no such estimate");
}

#[test]
fn hyperfine_gives_no_time_of_what_failed() {
    let found = table("hyperfine", fixture!("hyperfine.json"));
    let row = [
        ("mean", 0.012635203083333333),
        ("median", 0.011775565500000001),
        ("stddev", 0.0019411603856567326),
        ("runs", 12.0),
        ("failed", 0.0),
        ("memory", 3305472.0),
        ("user", 0.000837),
    ];
    holds(&found, "sleep 0.01 [n=1]", &row);
    lacks(&found, "sleep 0.01", "mean", "2 rows named");
    lacks(&found, "false [n=1]", "mean", "failed in 12 of 12 runs");
    holds(&found, "false [n=1]", &[("failed", 12.0)]);
    assert!(bounds(&found, "true 1", "mean").0 > 0.0);
    let one = table("hyperfine", fixture!("hyperfine-one-run.json"));
    lacks(&one, "true", "stddev", "one run");
    let killed = br#"{"results":[{"command":"a","times":[1],"exit_codes":[null]}]}"#;
    lacks(&table("hyperfine", killed), "a", "mean", "failed in 1 of 1");
}

#[test]
fn google_benchmark_counts_repetitions() {
    let found = table("google_benchmark", fixture!("google-benchmark.json"));
    let row = [
        ("mean", 5552.130880627486e-9),
        ("median", 4356.703552585359e-9),
        ("stddev", 2116.5802728100884e-9),
        ("runs", 3.0),
    ];
    holds(&found, "sum_list/repeats:3", &row);
    holds(&found, "sum_list", &row);
    let row = [
        ("mean", 2.7749396503035735e-6),
        ("rate", 14013911.865493288),
    ];
    holds(&found, "sort_list/8", &row);
    lacks(&found, "sort_list/8", "stddev", "one run");
    lacks(&found, "broken", "mean", "did not run: \"no device\"");
    let averages = table(
        "google_benchmark",
        fixture!("google-benchmark-aggregates.json"),
    );
    assert!(bounds(&averages, "sum_list", "mean").0 > 0.0);
    lacks(&averages, "sum_list", "times", "averages only");
    let no_unit = r#"{"benchmarks":[{"name":"a","real_time":1,"cpu_time":1}]}"#;
    refused("google_benchmark", no_unit, "the unit");
}

#[test]
fn k6_forms_mean_the_same() {
    for (bytes, machine) in [
        (fixture!("k6.json"), false),
        (fixture!("k6-flat.json"), false),
        (fixture!("k6-machine.json"), true),
    ] {
        let found = table("k6", bytes);
        // k6 calls 7 of 60 requests passed: they failed.
        let row = [
            ("http_reqs", 60.0),
            ("http_req_failed", 7.0 / 60.0),
            ("checks", 113.0 / 120.0),
            ("checks_failed", 7.0),
            ("iterations", 60.0),
        ];
        holds(&found, "", &row);
        let p95 = bounds(&found, "", "http_req_duration_p95").0;
        assert!(p95 > 1e-4 && p95 < 1.0, "{p95}");
        assert_eq!(p95, bounds(&found, "http_req_duration", "p95").0);
        holds(
            &found,
            "status is 200",
            &[("rate", 53.0 / 60.0), ("failed", 7.0)],
        );
        holds(&found, "has text", &[("rate", 1.0), ("count", 60.0)]);
        holds(&found, "queue", &[("value", 3.0)]);
        holds(&found, "bad_answers", &[("rate", 7.0 / 60.0)]);
        lacks(&found, "queue", "p95", "is a gauge");
        lacks(&found, "http_req_duration", "p99", "--summary-trend-stats");
        lacks(&found, "http_req_duration{kind:none}", "p95", "zeros only");
        lacks(&found, "answer_size", "mean", "without a unit");
        match machine {
            true => lacks(&found, "", "thresholds_crossed", "doesn't hold thresholds"),
            // The flat form writes true for crossed, the other false for not ok.
            false => holds(&found, "", &[("thresholds_crossed", 1.0)]),
        }
    }
    let silent = table("k6", br#"{"metrics":{"iterations":{"count":3,"rate":1}}}"#);
    lacks(
        &silent,
        "",
        "http_req_failed",
        "no metric `http_req_failed`",
    );
    lacks(&silent, "", "checks", "nothing was measured");
    lacks(&silent, "", "thresholds_crossed", "no threshold");
}

#[test]
fn locust_knows_percentiles_within_its_rounding() {
    let found = table("locust", fixture!("locust.json"));
    holds(
        &found,
        "",
        &[
            ("requests", 1160.0),
            ("failures", 18.0),
            ("failure_rate", 18.0 / 1160.0),
        ],
    );
    let row = [
        ("requests", 291.0),
        ("mean", 2981.686752000769e-3 / 291.0),
        ("max", 104.93541100004222e-3),
    ];
    holds(&found, "GET /item?id=[id]", &row);
    holds(&found, "/item?id=[id]", &row);
    assert!(found.notes().is_empty());
    let csv = table("locust", fixture!("locust_stats.csv"));
    holds(&csv, "", &[("requests", 1119.0), ("failures", 18.0)]);
    assert_eq!(csv.notes().len(), 1);
    let (low, high) = bounds(&csv, "GET /", "p99");
    assert!(
        (low - 0.0955).abs() < 1e-9 && (high - 0.0965).abs() < 1e-9,
        "{low} {high}"
    );
    let text = "Type,Name,Request Count,Failure Count,Average Response Time,Min Response Time,\
                Max Response Time,50%\nGET,/,5,0,900,800,1020.8,1000\nGET,/b,0,0,N/A,N/A,N/A,N/A\n\
                ,Aggregated,5,0,900,800,1020.8,1000\n";
    let rounded = table("locust", text.as_bytes());
    let (low, high) = bounds(&rounded, "GET /", "median");
    assert!(
        (low - 0.995).abs() < 1e-9 && (high - 1.0208).abs() < 1e-9,
        "{low} {high}"
    );
    lacks(&rounded, "GET /b", "mean", "no answer");
    lacks(&rounded, "GET /b", "failure_rate", "saw nothing");
    refused(
        "locust",
        &text.replace("Aggregated,5", "Aggregated,6"),
        "claims 6 requests",
    );
    let (cut, _) = text.rsplit_once(",Aggregated").unwrap();
    refused("locust", cut, "`Aggregated`, is missing");
}

#[test]
fn scrapes_know_quantiles_within_buckets() {
    for bytes in [fixture!("scrape.prom"), fixture!("scrape.om")] {
        let found = table("openmetrics", bytes);
        holds(
            &found,
            r#"http_requests_total{code="200",path="/"}"#,
            &[("value", 95.0)],
        );
        holds(
            &found,
            r#"http_requests_total{code="500",path="/a\"b"}"#,
            &[("value", 5.0)],
        );
        holds(&found, "queue_length", &[("value", 7.0)]);
        holds(&found, "job_seconds", &[("mean", 3.0), ("count", 2.0)]);
        let times = "http_request_duration_seconds";
        holds(&found, times, &[("count", 100.0), ("mean", 0.18)]);
        assert_eq!(bounds(&found, times, "p50"), (0.0, 0.1));
        assert_eq!(bounds(&found, times, "p95"), (0.25, 0.5));
        assert_eq!(bounds(&found, times, "p99"), (0.5, 1.0));
        lacks(&found, "stale", "value", "is NaN");
        lacks(&found, "http_requests_total", "value", "2 rows named");
        lacks(&found, "queue_length", "p95", "without this quantile");
    }
    let text =
        "# TYPE h histogram\nh_bucket{le=\"1\"} 1\nh_bucket{le=\"+Inf\"} 9\nh_count 9\nh_sum 99\n";
    lacks(
        &table("openmetrics", text.as_bytes()),
        "h",
        "p95",
        "above the greatest bound",
    );
    refused(
        "openmetrics",
        &text.replace("_count 9", "_count 8"),
        "don't add up",
    );
    refused(
        "openmetrics",
        &text.replace("+Inf", "5"),
        "no bucket `+Inf`",
    );
    let summary = "# TYPE s summary\ns{quantile=\"0.95\"} 2\ns_count 0\ns_sum 0\n";
    let summary = table("openmetrics", summary.as_bytes());
    holds(&summary, "s", &[("p95", 2.0)]);
    lacks(&summary, "s", "mean", "without an observation");
}

#[test]
fn promptfoo_weighs_scores_and_leaves_out_what_was_not_asserted() {
    let found = table("promptfoo", fixture!("promptfoo.json"));
    lacks(&found, "", "pass_rate", "of 2 prompts and providers");
    lacks(&found, "echo", "pass_rate", "2 rows named");
    let row = [
        ("total", 6.0),
        ("passed", 4.0),
        ("failed", 2.0),
        ("unasserted", 2.0),
        ("pass_rate", 4.0 / 6.0),
    ];
    holds(&found, "{{q}}", &row);
    // Not 8/8, as its counts would have it.
    holds(&found, "echo {{q}}/accuracy", &[("score", 8.0 / 12.0)]);
    holds(&found, "echo {{q}}/exact", &[("score", 1.0)]);
    let passes = each(&found, "{{q}}", "passes");
    let items: std::collections::BTreeSet<_> = passes.iter().map(|s| s.item.clone()).collect();
    assert_eq!((passes.len(), items.len()), (6, 3));
    assert_eq!(found.notes().len(), 1);
    let answer = |success: bool, rest: &str| {
        format!(
            r#"{{"provider":"p","success":{success},"score":1,"gradingResult":{{"componentResults":[{{}}]}}{rest}}}"#
        )
    };
    let report =
        |answers: &[String]| format!(r#"{{"results":{{"results":[{}]}}}}"#, answers.join(","));
    let errors = report(&[answer(true, ""), answer(false, r#","failureReason":2"#)]);
    let errors = table("promptfoo", errors.as_bytes());
    assert_eq!(bounds(&errors, "", "pass_rate"), (0.5, 1.0));
    lacks(&errors, "", "score", "errored");
    let old = r#"{"results":{"prompts":[{"provider":"p","label":"","metrics":{"namedScores":{"m":3},"namedScoresCount":{"m":4}}}],
        "results":[{"provider":"p","success":true,"score":1,"namedScores":{"m":1},"gradingResult":{"componentResults":[{}]}}]}}"#;
    holds(&table("promptfoo", old.as_bytes()), "m", &[("score", 0.75)]);
}

#[test]
fn lm_eval_names_metrics_by_task() {
    let found = table("lm_eval", fixture!("lm-eval.json"));
    let row = [
        ("value", 0.25),
        ("stderr", 0.05637345210021216),
        ("count", 60.0),
        ("share", 1.0),
    ];
    holds(&found, "toyqa/acc,none", &row);
    holds(&found, "toyqa/acc", &row);
    lacks(&found, "toyqa/acc", "samples", "--log_samples");
    let samples = table("lm_eval", fixture!("lm-eval-samples.jsonl"));
    let counted = each(&samples, "acc", "samples");
    holds(&samples, "acc", &[("count", counted.len() as f64)]);
    assert!(counted.iter().all(|s| s.item.is_some()));
    let limited = br#"{"results":{"a":{"acc,none":1,"acc_stderr,none":"N/A"}},"n-samples":{"a":{"original":100,"effective":5}}}"#;
    let limited = table("lm_eval", limited);
    assert_eq!(limited.notes(), ["is of 5 of 100 samples of \"a\""]);
    lacks(&limited, "a/acc", "stderr", "N/A");
    let old = table(
        "lm_eval",
        br#"{"results":{"sciq":{"acc":0.871,"acc_stderr":0.01}}}"#,
    );
    holds(&old, "sciq/acc", &[("value", 0.871), ("stderr", 0.01)]);
}

#[test]
fn mlflow_has_metrics_and_their_history() {
    let run = table("mlflow", fixture!("mlflow-run.json"));
    holds(&run, "loss", &[("value", 0.6)]);
    holds(&run, "eval/f1 score", &[("value", 0.9)]);
    lacks(&run, "loss", "least", "last value only");
    let loss = table("mlflow", fixture!("mlflow-loss"));
    let row = [
        ("value", 0.6),
        ("least", 0.5),
        ("greatest", 0.9),
        ("count", 3.0),
    ];
    holds(&loss, "", &row);
    let flat = table("mlflow", br#"{"rmse":1.5}"#);
    holds(&flat, "rmse", &[("value", 1.5)]);
    let rest = table(
        "mlflow",
        br#"{"run":{"data":{"metrics":[{"key":"a","value":2,"step":1}]}}}"#,
    );
    holds(&rest, "a", &[("value", 2.0)]);
}

#[test]
fn scanners_findings_are_those_that_count() {
    use Severity::*;
    let of = |format: &str, bytes: &[u8]| -> Vec<_> {
        match read(format, &mut &*bytes) {
            Ok(Measurements::Findings(found)) => found
                .found
                .iter()
                .map(|f| (f.severity, f.package.clone().unwrap_or_default()))
                .collect(),
            other => panic!("{format}: {other:?}"),
        }
    };
    let named = |pairs: &[(Severity, &str)]| -> Vec<_> {
        pairs.iter().map(|(s, p)| (*s, p.to_string())).collect()
    };
    assert_eq!(
        of("safety", fixture!("safety.json")),
        named(&[(Medium, "django"), (High, "django"), (Unknown, "jinja2")])
    );
    assert_eq!(
        of("safety", fixture!("safety-scan.json")),
        named(&[(Unknown, "django")])
    );
    assert_eq!(
        of("cyclonedx", fixture!("cyclonedx.json")),
        named(&[
            (Critical, "log4j-core"),
            (Critical, "disruptor"),
            (Unknown, "")
        ])
    );
    let clean = br#"{"bomFormat":"CycloneDX","specVersion":"1.5","vulnerabilities":[]}"#;
    assert_eq!(of("cyclonedx", clean), []);
}

#[test]
fn csv_is_asked_by_row_and_column() {
    let scores = std::str::from_utf8(fixture!("scores.csv")).unwrap();
    let scores = data("csv", scores).unwrap();
    let at = |path: &str| path::find(&scores, path);
    assert_eq!(at("resnet.accuracy"), Ok(Data::Number(0.91)));
    assert_eq!(at("vit.note"), Ok(Data::Text("a, b".into())));
    // NaN is text, which no gate takes for a number.
    assert_eq!(at("mlp.accuracy"), Ok(Data::Text("NaN".into())));
    assert_eq!(at("mlp.note"), Ok(Data::Null));
    assert!(matches!(at("bert.accuracy"), Err(Malformed(m)) if m.contains("\"mlp\"")));
    let found = at("$[?@.accuracy > 0.92].model");
    assert_eq!(found, Ok(Data::List(vec![Data::Text("vit".into())])));
    let repeated = data("csv", "m,x\na,1\na,2\n").unwrap();
    let column = Data::List(vec![Data::Number(1.0), Data::Number(2.0)]);
    assert_eq!(path::find(&repeated, "*.x"), Ok(column));
    let names = data("csv", "k,v\na,007\nb,-0.5\nc,inf\nd,1e3\n").unwrap();
    for (key, value) in [
        ("a", Data::Text("007".into())),
        ("b", Data::Number(-0.5)),
        ("c", Data::Text("inf".into())),
        ("d", Data::Number(1000.0)),
    ] {
        assert_eq!(path::find(&names, &format!("{key}.v")), Ok(value));
    }
}

#[test]
fn yaml_is_asked_by_path() {
    let scores = std::str::from_utf8(fixture!("scores.yaml")).unwrap();
    let scores = data("yaml", scores).unwrap();
    let at = |path: &str| path::find(&scores, path);
    assert_eq!(at("latency.p95_ms"), Ok(Data::Number(40.5)));
    assert_eq!(at("again"), Ok(Data::Number(0.93)));
    assert_eq!(at("$.languages.de.f1"), Ok(Data::Number(0.85)));
    let numbered = data("yaml", "codes: {200: 9, true: 1}\n").unwrap();
    assert_eq!(path::find(&numbered, "codes.200"), Ok(Data::Number(9.0)));
}

#[test]
fn samples_stand_behind_statistics() {
    let of = |format: &str, bytes: &[u8], part: Part| {
        read(format, &mut &*bytes).unwrap().samples(part, None)
    };
    let bench = fixture!("pytest-benchmark.json");
    let times = of("pytest_benchmark", bench, Part::Row("test_bench", "mean"));
    assert_eq!(times.map(|s| s.count()), Ok(19));
    let failed = of("k6", fixture!("k6.json"), Part::Field("http_req_failed"));
    assert_eq!(failed, Ok(Sampled::Rate { passed: 7, of: 60 }));
    assert!(
        of(
            "k6",
            fixture!("k6.json"),
            Part::Field("http_req_duration_p95")
        )
        .is_err()
    );
    let passes = of(
        "promptfoo",
        fixture!("promptfoo.json"),
        Part::Row("{{q}}", "pass_rate"),
    );
    assert_eq!(passes.map(|s| s.count()), Ok(6));
    assert!(of("pytest_benchmark", bench, Part::Row("*", "mean")).is_err());
}

#[test]
fn the_page_on_evidence_names_every_format_and_field() {
    let page = include_str!("../../docs/evidence.md");
    for format in crate::schema::formats::FORMATS {
        let rows = format.rows.iter().flat_map(|r| r.fields);
        let names = format.fields.iter().chain(rows).map(|f| f.name);
        let line = page
            .lines()
            .find(|l| l.starts_with(&format!("| `{}` |", format.name)));
        let line = line.unwrap_or_else(|| panic!("no line of {}", format.name));
        for name in names {
            assert!(
                line.contains(&format!("`{name}`")),
                "{}.{name}",
                format.name
            );
        }
    }
}

#[test]
fn openai_evals_are_counted_from_their_events() {
    let log = fixture!("openai-evals.jsonl");
    let found = table("openai_evals", log);
    let whole = [
        ("total", 3.0),
        ("passed", 2.0),
        ("failed", 1.0),
        ("errors", 0.0),
    ];
    holds(&found, "", &whole);
    holds(&found, "", &[("pass_rate", 2.0 / 3.0)]);
    holds(&found, "boostrap_std", &[("value", 0.27)]);
    assert_eq!(each(&found, "", "passes").len(), 3);
    assert!(found.notes().is_empty());
    let text = std::str::from_utf8(log).unwrap();
    let other = text.replace("0.6666666666666666", "0.9");
    let other = table("openai_evals", other.as_bytes());
    assert!(
        other
            .notes()
            .first()
            .unwrap()
            .contains("claims \"accuracy\" 0.9")
    );
    // What failed to come may have been right.
    let failed = text.replace("\"type\": \"sampling\"", "\"type\": \"error\"");
    let failed = table("openai_evals", failed.as_bytes());
    let Ok(Measured::One(rate)) = failed.field("pass_rate") else {
        panic!("a rate")
    };
    assert_eq!((rate.low, rate.high), (0.5, 0.75));
}
