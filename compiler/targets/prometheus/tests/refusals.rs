//! What has no form in Prometheus, or could never fire, is said.

use super::build::*;
use super::programs::{carla, prsm};
use crate::diagnostics::Diagnostic;
use crate::plan::*;
use crate::targets::prometheus::emit;
use Quantity::{Duration, Number, Ratio};

fn findings(plan: Plan) -> Vec<Diagnostic> {
    emit(&valid(plan)).diagnostics.sorted()
}

fn codes(plan: Plan) -> Vec<&'static str> {
    findings(plan).iter().map(|d| d.code.name()).collect()
}

/// The second program with one alert only.
fn with(cause: Expr) -> Plan {
    Plan {
        alerts: vec![alert(290, "it", Cause::When(cause), 60.0, "warning")],
        tests: vec![],
        ..prsm()
    }
}

fn own(name: &str) -> Expr {
    series("model_server", name, vec![])
}

fn above(func: Func, name: &str, limit: f64) -> Expr {
    let asked = call(func, vec![own(name), seconds(300.0)], Number);
    binary(Operator::Greater, asked, number(limit, Number))
}

#[test]
fn functions_ask_only_what_a_kind_holds() {
    let wrong = [
        (Func::RateOf, "memory_usage_bytes"),
        (Func::Quantile(950), "memory_usage_bytes"),
        (Func::Max, "inference_latency_seconds"),
        (Func::Mean, "inference_requests_total"),
        (Func::Last, "inference_latency_seconds"),
        (Func::Share, "model_accuracy_score"),
    ];
    for (func, name) in wrong {
        let found = codes(with(above(func, name, 0.5)));
        assert_eq!(found, ["wrong-series-kind"], "{} of {name}", func.name());
    }
}

#[test]
fn a_raw_histogram_is_no_value() {
    let raw = binary(
        Operator::Greater,
        own("inference_latency_seconds"),
        seconds(1.0),
    );
    assert_eq!(codes(with(raw)), ["wrong-series-kind"]);
}

#[test]
fn a_limit_that_nothing_reaches_is_refused() {
    let latency = "inference_latency_seconds";
    assert_eq!(
        codes(with(above(Func::Quantile(950), latency, 5.0))),
        ["alert-never-fires"]
    );
    assert!(codes(with(above(Func::Quantile(950), latency, 4.9))).is_empty());
    assert_eq!(
        codes(with(above(Func::Share, latency, 1.0))),
        ["alert-never-fires"]
    );
}

#[test]
fn a_bound_must_be_a_bucket_and_is_said_with_its_unit() {
    let within = call(
        Func::Within,
        vec![own("inference_latency_seconds"), seconds(0.3)],
        Ratio,
    );
    let low = binary(Operator::Less, within, number(0.9, Ratio));
    let found = findings(with(low));
    let said = found.first().map(|d| d.message.as_str());
    assert_eq!(
        said,
        Some("`inference_latency_seconds` counts no events up to 300ms")
    );
    assert_eq!(found.len(), 1);
}

#[test]
fn what_prometheus_cannot_know_is_refused_once() {
    let rise = call(Func::Rise, vec![metric_ref("latency", Duration)], Ratio);
    let over = binary(Operator::Greater, rise, number(0.1, Ratio));
    assert_eq!(codes(with(over)), ["not-in-promql"]);
    let branch = expr(ExprKind::Ref(Ref::Branch), Type::Str);
    assert_eq!(codes(with(branch)), ["not-in-promql"]);
    let unsaid = binary(
        Operator::Greater,
        metric_ref("nobody", Ratio),
        number(0.1, Ratio),
    );
    assert_eq!(codes(with(unsaid)), ["not-in-promql"]);
}

#[test]
fn a_metric_that_cannot_be_asked_is_one_finding_however_many_read_it() {
    let mut plan = carla();
    plan.metrics[1].live = Some(call(
        Func::RateOf,
        vec![series(
            "policy_server",
            "process_resident_memory_bytes",
            vec![],
        )],
        Duration,
    ));
    plan.tests.clear();
    assert_eq!(codes(plan), ["wrong-series-kind"]);
}

#[test]
fn sides_that_group_differently_never_meet() {
    let sum = binary(
        Operator::Add,
        metric_ref("accuracy", Ratio),
        metric_ref("error_rate", Ratio),
    );
    let found = findings(with(binary(Operator::Greater, sum, number(0.5, Ratio))));
    assert_eq!(found.len(), 1);
    assert!(
        found[0].message.contains("different groups"),
        "{}",
        found[0].message
    );
}

#[test]
fn the_programs_own_promql_is_parsed() {
    let text = |t: &str| expr(ExprKind::Const(Value::Str(t.into())), Type::Str);
    let bad = expr(
        ExprKind::Call(Func::Promql, vec![text("rate(x[")]),
        Type::Bool,
    );
    assert_eq!(codes(with(bad)), ["invalid-promql"]);
}

#[test]
fn a_text_names_only_labels_that_are_left() {
    let mut plan = with(above(Func::Max, "memory_usage_bytes", 1.0));
    let label = expr(ExprKind::Ref(Ref::Label("instance".into())), Type::Str);
    plan.alerts[0].summary = Some(Text {
        parts: vec![Part::Value(label, Quoting::Message)],
    });
    let found = findings(plan);
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].code.name(), "label-not-kept");
    assert!(found[0].help[0].contains("namespace, job"));
}

#[test]
fn an_alert_that_nobody_evaluates_is_said() {
    let mut plan = carla();
    plan.environments[1].prometheus = None;
    let emitted = emit(&valid(plan));
    assert!(emitted.files.is_empty());
    assert_eq!(
        emitted.diagnostics.sorted()[0].code.name(),
        "alert-without-prometheus"
    );
}

#[test]
fn a_gate_without_live_criteria_alerts_nobody() {
    let mut plan = carla();
    plan.gates[0]
        .criteria
        .iter_mut()
        .for_each(|c| c.places = vec![Place::Ci]);
    plan.tests.clear();
    assert_eq!(codes(plan), ["alert-never-fires"]);
}

#[test]
fn a_criterion_must_be_live_where_it_counts() {
    let mut plan = carla();
    // Throughput has no live source; only `{ where = ci }` kept it out.
    plan.gates[0].criteria[3].places.clear();
    assert_eq!(codes(plan), ["not-in-promql"]);
}

#[test]
fn a_test_whose_values_lead_elsewhere_is_said() {
    let mut plan = carla();
    plan.tests[0].expects = vec![expect("serving_budget", "silent", &[])];
    assert_eq!(codes(plan), ["alert-test-contradicts"]);
    let mut plan = carla();
    plan.tests[0].expects = vec![expect("serving_budget", "fires", &["latency_p95"])];
    assert_eq!(codes(plan), ["alert-test-contradicts"]);
}

#[test]
fn a_value_that_buckets_cannot_tell_is_said() {
    let mut plan = carla();
    plan.tests[0].live = vec![("latency_p95".into(), Value::Number(2.0, Duration), span())];
    plan.tests[0].expects.clear();
    assert_eq!(codes(plan), ["untestable-live-value"]);
}

#[test]
fn an_expectation_that_no_live_value_decides_is_said() {
    let mut plan = carla();
    plan.tests[0].live.clear();
    assert_eq!(codes(plan), ["untestable-live-value"]);
}

#[test]
fn later_parts_are_noted() {
    let failures = expr(
        ExprKind::Ref(Ref::Ci("failures".into(), vec![])),
        Type::Unknown,
    );
    let ci = binary(Operator::Greater, failures, number(0.0, Number));
    assert_eq!(codes(with(ci)), ["not-yet"]);
}

#[test]
fn the_silence_of_a_series_is_asked_without_a_time() {
    let args = vec![own("inference_latency_seconds"), seconds(600.0)];
    let silent = expr(ExprKind::Call(Func::NoData, args), Type::Bool);
    let found = findings(with(silent));
    assert_eq!(found.len(), 1);
    let helps: Vec<&str> = found
        .iter()
        .flat_map(|d| &d.help)
        .map(String::as_str)
        .collect();
    assert!(helps.concat().contains("`for = 10m`"), "{helps:?}");
}
