//! A plan with one alert for each form of query that the two programs don't use.

use super::build::*;
use crate::plan::*;
use Operator::{And, Divide, Equal, Greater, GreaterEqual, Less, NotEqual, Or};
use Quantity::{Bytes, Count, Duration, Number, Rate, Ratio};

fn jobs(name: &str, matchers: Vec<Matcher>) -> Expr {
    series("job_runner", name, matchers)
}

fn ask(func: Func, name: &str, q: Quantity) -> Expr {
    call(func, vec![jobs(name, vec![])], q)
}

fn limit(op: Operator, what: Expr, n: f64, q: Quantity) -> Expr {
    binary(op, what, number(n, q))
}

fn not(inner: Expr) -> Expr {
    expr(ExprKind::Not(Box::new(inner)), Type::Bool)
}

fn conditions() -> Vec<(&'static str, Expr)> {
    let failed = jobs(
        "failures_total",
        vec![matcher("reason", MatcherOp::NotMatches, "user|quota")],
    );
    let queue = || ask(Func::Last, "queue_length", Count);
    let busy = || ask(Func::Sum, "busy_workers", Count);
    let length = |op, n| limit(op, queue(), n, Count);
    let elsewhere = call(Func::Max, vec![series("store", "disk_used", vec![])], Ratio);
    let lowest = call(
        Func::Min,
        vec![metric_ref("left", Bytes), metric_ref("used", Bytes)],
        Bytes,
    );
    let clamped = call(
        Func::Capped,
        vec![metric_ref("left", Bytes), number(1e9, Bytes)],
        Bytes,
    );
    let language = Ref::Metric(
        "f1".into(),
        vec![matcher("language", MatcherOp::Equal, "de")],
    );
    let german = expr(ExprKind::Ref(language), quantity(Ratio));
    let every = call(Func::Every, vec![metric_ref("f1", Ratio)], Ratio);
    let weak = limit(Less, metric_ref("f1", Ratio), 0.9, Ratio);
    let count = expr(ExprKind::Call(Func::Count, vec![weak]), quantity(Count));
    let ratio = binary(Divide, metric_ref("used", Bytes), metric_ref("left", Bytes));
    vec![
        (
            "failures",
            limit(
                Greater,
                call(Func::Increase, vec![failed, seconds(900.0)], Count),
                5.0,
                Count,
            ),
        ),
        ("newest", length(GreaterEqual, 100.0)),
        ("exactly", length(Equal, 7.0)),
        ("unlike", length(NotEqual, 7.0)),
        ("all_busy", limit(Greater, busy(), 8.0, Count)),
        (
            "summary",
            limit(
                Greater,
                ask(Func::Quantile(990), "gc_seconds", Duration),
                90.0,
                Duration,
            ),
        ),
        ("mirrored", binary(Less, number(3.0, Count), busy())),
        (
            "neither",
            not(binary(
                And,
                length(Less, 10.0),
                limit(Less, busy(), 2.0, Count),
            )),
        ),
        (
            "either",
            binary(
                Or,
                limit(Greater, busy(), 9.0, Count),
                metric_above("used", 2e9),
            ),
        ),
        (
            "two_services",
            binary(
                And,
                limit(Greater, busy(), 4.0, Count),
                limit(Greater, elsewhere, 0.9, Ratio),
            ),
        ),
        ("lowest", limit(Less, lowest, 1e6, Bytes)),
        ("capped", limit(Less, clamped, 1e6, Bytes)),
        ("german", limit(Less, german, 0.85, Ratio)),
        ("any_language", limit(Less, every, 0.8, Ratio)),
        ("weak_languages", limit(Greater, count, 1.0, Count)),
        ("used_share", limit(Greater, ratio, 3.0, Number)),
        (
            "slow_drain",
            limit(Less, ask(Func::RateOf, "failures_total", Rate), 2.0, Rate),
        ),
        ("silent_runner", ask(Func::NoData, "queue_length", Number)),
    ]
}

fn metric_above(id: &str, n: f64) -> Expr {
    limit(Greater, metric_ref(id, Bytes), n, Bytes)
}

/// One alert for each.
pub fn forms() -> Plan {
    let mut f1 = metric(10, "f1", Ratio, Some(ask(Func::Min, "f1_score", Ratio)));
    f1.by = Some(Dimension {
        id: "language".into(),
        values: vec!["en".into(), "de".into()],
        origin: origin("forms.gate:9", None),
    });
    let gauge = |id, q, labels: &[&str]| declared(id, SeriesKind::Gauge, q, labels, &[]);
    let alerts = conditions()
        .into_iter()
        .enumerate()
        .map(|(i, (id, condition))| Alert {
            keep: (id == "slow_drain").then_some(1800.0),
            ..alert(100 + i, id, Cause::When(condition), 120.0, "warning")
        });
    let left = call(
        Func::Min,
        vec![jobs("memory_left", vec![]), seconds(120.0)],
        Bytes,
    );
    Plan {
        alerts: alerts.collect(),
        metrics: vec![
            f1,
            metric(11, "left", Bytes, Some(left)),
            metric(
                12,
                "used",
                Bytes,
                Some(ask(Func::Max, "memory_used", Bytes)),
            ),
        ],
        services: vec![
            service(
                "job_runner",
                vec![
                    declared(
                        "failures_total",
                        SeriesKind::Counter,
                        Count,
                        &["reason"],
                        &[],
                    ),
                    declared("gc_seconds", SeriesKind::Summary, Duration, &[], &[]),
                    gauge("queue_length", Count, &["queue"]),
                    gauge("busy_workers", Count, &[]),
                    gauge("memory_left", Bytes, &[]),
                    gauge("memory_used", Bytes, &[]),
                    gauge("f1_score", Ratio, &["language"]),
                ],
            ),
            service("store", vec![gauge("disk_used", Ratio, &[])]),
        ],
        environments: vec![environment("live", true)],
        sources: vec!["forms.gate".into()],
        ..Plan::default()
    }
}
