//! Selections, groups, metrics and facts.

use super::*;
use MatcherOp::*;
use Operator::{Equal as Is, GreaterEqual, LessEqual, Multiply};
use Verdict::{Fail, Pass, Undecided};

const RESULTS: &str = include_str!("../../../tests/fixtures/evidence/results.json");

fn store(text: &str) -> MemoryStore {
    MemoryStore::default().with("s/_/r", text)
}

fn counted(
    format: &str,
    matchers: Vec<Matcher>,
    op: Operator,
    limit: f64,
    text: &str,
) -> Assessment {
    let selected = at("s", "r", vec![PathSegment::Filter(matchers)]);
    let plan = simple(format, call(Func::Count, vec![selected]), op, count(limit));
    judged(&plan, &store(text))
}

#[test]
fn findings_are_selected_and_counted() {
    let bandit = include_str!("../../../tests/fixtures/evidence/bandit.json");
    for (matchers, number) in [
        (vec![matcher("severity", Equal, &["high"])], 2.0),
        (vec![matcher("severity", In, &["high", "low"])], 3.0),
        (vec![matcher("severity", NotEqual, &["high"])], 1.0),
        (vec![matcher("rule", Matches, &["B3.*"])], 1.0),
        (vec![matcher("rule", NotMatches, &["B3.*"])], 2.0),
        // The pattern is anchored at both ends.
        (vec![matcher("rule", Matches, &["B3"])], 0.0),
        (
            vec![
                matcher("severity", Equal, &["high"]),
                matcher("rule", Equal, &["B602"]),
            ],
            1.0,
        ),
        (vec![matcher("tool", Equal, &["bandit"])], 3.0),
    ] {
        let found = counted("bandit", matchers.clone(), Is, number, bandit);
        assert_eq!(found.verdict, Pass, "{matchers:?}: {}", reasons(&found));
    }
}

#[test]
fn an_unknown_severity_may_be_any() {
    let trivy = include_str!("../../../tests/fixtures/evidence/trivy.json");
    let of = |severity: &str, op, limit| {
        counted(
            "trivy",
            vec![matcher("severity", Equal, &[severity])],
            op,
            limit,
            trivy,
        )
        .verdict
    };
    // One is critical, one has no severity.
    assert_eq!(of("critical", LessEqual, 0.0), Fail);
    assert_eq!(of("critical", LessEqual, 1.0), Undecided);
    assert_eq!(of("critical", LessEqual, 2.0), Pass);
    assert_eq!(of("low", Is, 0.0), Undecided);
    assert_eq!(of("unknown", Is, 1.0), Pass);
    let found = counted(
        "trivy",
        vec![matcher("severity", Equal, &["low"])],
        Is,
        0.0,
        trivy,
    );
    assert!(
        reasons(&found).contains("is between 0 and 1"),
        "{}",
        reasons(&found)
    );
}

#[test]
fn pip_audit_has_no_severities_to_pass_by() {
    let text = r#"[{"name": "a", "vulns": [{"id": "PYSEC-1"}]}]"#;
    let severe = vec![matcher("severity", In, &["critical", "high"])];
    assert_eq!(
        counted("pip_audit", severe.clone(), Is, 0.0, text).verdict,
        Undecided
    );
    assert_eq!(counted("pip_audit", vec![], Is, 0.0, text).verdict, Fail);
    let clean = r#"[{"name": "a", "vulns": []}]"#;
    assert_eq!(counted("pip_audit", severe, Is, 0.0, clean).verdict, Pass);
    let skipped = r#"[{"name": "a", "skip_reason": "not found"}]"#;
    assert_eq!(
        counted("pip_audit", vec![], Is, 0.0, skipped).verdict,
        Undecided
    );
}

#[test]
fn records_of_data_are_selected() {
    let failed = || Matcher {
        label: "passed".into(),
        op: Equal,
        values: vec![Value::Bool(false)],
    };
    let checks = |matchers, limit, text| {
        let path = vec![
            PathSegment::Key("checks".into()),
            PathSegment::Filter(matchers),
        ];
        let plan = simple(
            "json",
            call(Func::Count, vec![at("s", "r", path)]),
            Is,
            count(limit),
        );
        judged(&plan, &store(text)).verdict
    };
    let critical = || matcher("severity", Equal, &["critical"]);
    assert_eq!(checks(vec![critical(), failed()], 1.0, RESULTS), Pass);
    assert_eq!(checks(vec![failed()], 2.0, RESULTS), Pass);
    // The text "false" is no `false`, and a missing field is none either: not known.
    let quoted = r#"{"checks": [{"severity": "critical", "passed": "false"}]}"#;
    assert_eq!(checks(vec![critical(), failed()], 0.0, quoted), Undecided);
    assert_eq!(
        checks(vec![failed()], 0.0, r#"{"checks": [{}]}"#),
        Undecided
    );
    assert_eq!(checks(vec![failed()], 0.0, r#"{"checks": [3]}"#), Undecided);
    assert_eq!(checks(vec![failed()], 0.0, r#"{"checks": {}}"#), Undecided);
    let broken = matcher("severity", Matches, &["("]);
    assert_eq!(checks(vec![broken], 0.0, RESULTS), Undecided);
}

fn grouped(criterion: Criterion, values: &[&str]) -> Plan {
    let stage = stage("s", vec![report("r", "json", "r", None)]);
    let dimension = Dimension {
        id: "language".into(),
        values: values.iter().map(|v| v.to_string()).collect(),
        origin: origin("p.gate:6"),
    };
    let f1 = Metric {
        by: Some(dimension),
        ..metric("f1", Quantity::Ratio, key("s", "r", "scores.*.f1"))
    };
    plan(vec![stage], vec![f1], vec![gate("g", vec![criterion])])
}

#[test]
fn groups_are_judged_each_counted_or_one() {
    let f1 = || metric_ref("f1");
    let every = |limit| {
        require(
            "e",
            call(Func::Every, vec![f1()]),
            GreaterEqual,
            num(limit, Quantity::Ratio),
        )
    };
    let below = |limit| {
        let low = binary(f1(), Operator::Less, num(limit, Quantity::Ratio));
        require("n", call(Func::Count, vec![low]), LessEqual, count(1.0))
    };
    let german = |limit| {
        let one = Ref::Metric("f1".into(), vec![matcher("language", Equal, &["de"])]);
        require(
            "de",
            expr(ExprKind::Ref(one), Type::Data),
            GreaterEqual,
            num(limit, Quantity::Ratio),
        )
    };
    for (criterion, verdict) in [
        (every(0.79), Pass),
        (every(0.8), Fail),
        (below(0.8), Pass),
        (below(0.9), Fail),
        (german(0.85), Pass),
        (german(0.87), Fail),
    ] {
        let plan = grouped(criterion.clone(), &["de", "en"]);
        let found = judged(&plan, &store(RESULTS));
        assert_eq!(
            found.verdict,
            verdict,
            "{}: {}",
            criterion.id,
            reasons(&found)
        );
        // A group that vanished from the report.
        let plan = grouped(criterion.clone(), &["de", "en", "fr"]);
        let found = judged(&plan, &store(RESULTS));
        assert_eq!(found.verdict, Undecided, "{criterion:?}");
        assert!(reasons(&found).contains("\"fr\""));
    }
    // Groups without a word on how they count are no number.
    let bare = grouped(require("f1", f1(), GreaterEqual, count(0.0)), &["de", "en"]);
    assert_eq!(judged(&bare, &store(RESULTS)).verdict, Undecided);
}

#[test]
fn metrics_carry_units_and_ranges() {
    let with = |quantity, report, range| {
        let stage = stage("s", vec![report_of("r")]);
        let metric = Metric {
            range,
            ..metric("m", quantity, report)
        };
        let criterion = require("m", metric_ref("m"), GreaterEqual, count(0.0));
        plan(vec![stage], vec![metric], vec![gate("g", vec![criterion])])
    };
    let p50 = || {
        binary(
            key("s", "r", "latency.p50_ms"),
            Multiply,
            num(0.001, Quantity::Duration),
        )
    };
    assert_eq!(
        judged(&with(Quantity::Duration, p50(), None), &store(RESULTS)).verdict,
        Pass
    );
    // 8.25 as a ratio is 825%.
    let raw = || key("s", "r", "latency.p50_ms");
    let found = judged(&with(Quantity::Ratio, raw(), None), &store(RESULTS));
    assert_eq!(found.verdict, Undecided);
    assert!(
        reasons(&found).contains("825%, outside 0% to 100%"),
        "{}",
        reasons(&found)
    );
    let wide = with(Quantity::Ratio, raw(), Some((0.0, 10.0)));
    assert_eq!(judged(&wide, &store(RESULTS)).verdict, Pass);
    let circle = with(Quantity::Number, metric_ref("m"), None);
    assert_eq!(judged(&circle, &store(RESULTS)).verdict, Undecided);
}

fn report_of(id: &str) -> Report {
    report(id, "json", "r", None)
}

#[test]
fn two_tools_of_one_report_are_one() {
    let reports = vec![
        report("r", "bandit", "b.json", None),
        report("r", "trivy", "t.json", None),
    ];
    let all = require(
        "n",
        call(Func::Count, vec![at("s", "r", vec![])]),
        Is,
        count(7.0),
    );
    let plan = plan(
        vec![stage("s", reports)],
        vec![],
        vec![gate("g", vec![all])],
    );
    let bandit: &[u8] = include_bytes!("../../../tests/fixtures/evidence/bandit.json");
    let trivy: &[u8] = include_bytes!("../../../tests/fixtures/evidence/trivy.json");
    let one = MemoryStore::default().with("s/_/b.json", bandit);
    assert_eq!(judged(&plan, &one).verdict, Undecided);
    assert_eq!(judged(&plan, &one.with("s/_/t.json", trivy)).verdict, Pass);
}

#[test]
fn conditions_are_decided_by_one_side_where_it_can() {
    let known = |limit| binary(key("s", "r", "throughput"), LessEqual, count(limit));
    let missing = || binary(key("s", "r", "nothing"), LessEqual, count(0.0));
    for (op, limit, verdict) in [
        (Operator::Or, 9.0, Pass),
        (Operator::Or, 1.0, Undecided),
        (Operator::And, 9.0, Undecided),
        (Operator::And, 1.0, Fail),
    ] {
        for (a, b) in [(known(limit), missing()), (missing(), known(limit))] {
            let plan = simple("json", a, op, b);
            let found = judged(&plan, &store("{\"throughput\": 5}"));
            assert_eq!(found.verdict, verdict, "{op:?} {limit}");
        }
    }
}

#[test]
fn expressions_are_said_as_they_are_written() {
    let path = vec![PathSegment::Filter(vec![matcher(
        "severity",
        In,
        &["high", "low"],
    )])];
    let sum = binary(
        count(1.0),
        Operator::Add,
        call(Func::Count, vec![at("s", "r", path)]),
    );
    let product = binary(sum, Multiply, num(5.0, Quantity::Points));
    let text = "(1 + count(s.r[severity in [\"high\", \"low\"]])) * 5pt";
    assert_eq!(product.to_string(), text);
}

#[test]
fn what_a_report_leaves_unclear_is_noted() {
    let store =
        MemoryStore::default().with("s/_/r", "<testsuite tests='9'><testcase/></testsuite>");
    let plan = simple("junit", field("s", "r", "failed"), LessEqual, count(0.0));
    assert_eq!(
        judged(&plan, &store).notes,
        [
            "report `r` of stage `s` claims 9 test cases and lists 1: what is listed counts (evidence/s/_/r)"
        ]
    );
}

#[test]
fn a_rounded_rate_that_straddles_its_limit_is_undecided() {
    let store = MemoryStore::default().with("s/_/r", "<coverage line-rate='0.97'/>");
    for (limit, verdict) in [
        (0.96, Verdict::Pass),
        (0.97, Verdict::Undecided),
        (0.98, Verdict::Fail),
    ] {
        let limit = num(limit, Quantity::Ratio);
        let plan = simple(
            "cobertura",
            field("s", "r", "line_rate"),
            GreaterEqual,
            limit,
        );
        assert_eq!(judged(&plan, &store).verdict, verdict);
    }
}
