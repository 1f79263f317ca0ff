//! Fields of rows that a key names, as gates see them.

use super::*;
use Operator::*;

const BENCH: &str = r#"{"benchmarks":[
    {"name":"test_encode","stats":{"data":[0.010,0.012]}},
    {"name":"test_decode","stats":{"data":[0.030]}}]}"#;

fn row(key: &str, field: &str) -> Expr {
    let path = vec![
        PathSegment::Key(key.to_string()),
        PathSegment::Field(field.to_string()),
    ];
    at("s", "r", path)
}

fn judge(format: &str, text: &str, left: Expr, op: Operator, limit: f64) -> Assessment {
    let store = MemoryStore::default().with("s/_/r", text);
    let limit = num(limit, Quantity::Duration);
    judged(&simple(format, left, op, limit), &store)
}

#[test]
fn a_row_is_asked_by_its_key() {
    for (key, field, limit, verdict) in [
        ("test_encode", "median", 0.02, Verdict::Pass),
        ("test_encode", "max", 0.011, Verdict::Fail),
        ("test_decode", "mean", 0.02, Verdict::Fail),
        ("test_decode", "stddev", 1.0, Verdict::Undecided),
        ("test_encod", "median", 1.0, Verdict::Undecided),
    ] {
        let found = judge("pytest_benchmark", BENCH, row(key, field), LessEqual, limit);
        assert_eq!(found.verdict, verdict, "{key}.{field}: {}", reasons(&found));
    }
}

#[test]
fn a_key_that_is_not_there_names_the_nearest() {
    let found = judge(
        "pytest_benchmark",
        BENCH,
        row("encode", "mean"),
        LessEqual,
        1.0,
    );
    let why = reasons(&found);
    assert!(
        why.starts_with(
            "report `r` of stage `s` has no benchmark \"encode\"; nearest of 2: \"test_encode\""
        ),
        "{why}"
    );
}

#[test]
fn every_row_of_a_pattern_counts() {
    let every = |limit| {
        let of = call(Func::Every, vec![row("test_*", "max")]);
        judge("pytest_benchmark", BENCH, of, LessEqual, limit).verdict
    };
    assert_eq!((every(0.05), every(0.02)), (Verdict::Pass, Verdict::Fail));
    let mean = call(Func::Mean, vec![row("test_encode", "times")]);
    let found = judge("pytest_benchmark", BENCH, mean, LessEqual, 0.0111);
    assert_eq!(found.verdict, Verdict::Pass, "{}", reasons(&found));
}

#[test]
fn a_limit_within_the_bounds_of_a_value_is_undecided() {
    let scrape = "# TYPE t histogram\nt_bucket{le=\"0.1\"} 90\nt_bucket{le=\"0.5\"} 100\n\
                  t_bucket{le=\"+Inf\"} 100\nt_count 100\nt_sum 9\n";
    for (limit, verdict) in [
        (0.5, Verdict::Pass),
        (0.3, Verdict::Undecided),
        (0.05, Verdict::Fail),
    ] {
        let found = judge("openmetrics", scrape, row("t", "p95"), LessEqual, limit);
        assert_eq!(found.verdict, verdict, "{limit}: {}", reasons(&found));
    }
}
