//! The live parts of two whole programs.

use super::build::*;
use crate::plan::*;

use MatcherOp::{Equal, Matches};
use Quantity::{Bytes, Duration, Number, Rate, Ratio};

const REQUESTS: &str = "request_duration_seconds";

fn quantile(tenths: u16) -> Expr {
    let predict = matcher("endpoint", Equal, "/predict");
    let series = series("policy_server", REQUESTS, vec![predict]);
    call(
        Func::Quantile(tenths),
        vec![series, seconds(300.0)],
        Duration,
    )
}

fn at_most(id: &str, limit: f64, q: Quantity) -> Expr {
    binary(
        Operator::LessEqual,
        metric_ref(id, q.clone()),
        number(limit, q),
    )
}

/// A policy server with a serving budget.
pub fn carla() -> Plan {
    let errors = series(
        "policy_server",
        REQUESTS,
        vec![matcher("status", Matches, "5..")],
    );
    let memory = series("policy_server", "process_resident_memory_bytes", vec![]);
    let mut throughput = criterion(
        52,
        "throughput",
        binary(
            Operator::GreaterEqual,
            metric_ref("throughput", Rate),
            number(1000.0, Rate),
        ),
    );
    throughput.places = vec![Place::Ci];
    let mut p99 = criterion(51, "latency_p99", at_most("latency_p99", 0.05, Duration));
    p99.strength = Strength::Require { warn: Some(0.04) };
    let mut latency = metric(14, "latency_p50", Duration, Some(quantile(500)));
    latency.origin.docs = Some("Time to answer one prediction request.".into());
    let mut budget = alert(
        260,
        "serving_budget",
        Cause::Gate("performance".into()),
        300.0,
        "warning",
    );
    budget.runbook = Some("docs/runbooks/serving.md".into());
    Plan {
        metrics: vec![
            latency,
            metric(19, "latency_p95", Duration, Some(quantile(950))),
            metric(24, "latency_p99", Duration, Some(quantile(990))),
            metric(29, "throughput", Rate, None),
            metric(
                34,
                "peak_memory",
                Bytes,
                Some(call(Func::Max, vec![memory, seconds(300.0)], Bytes)),
            ),
            metric(
                39,
                "error_rate",
                Ratio,
                Some(call(Func::Share, vec![errors, seconds(300.0)], Ratio)),
            ),
        ],
        gates: vec![gate(
            "performance",
            Some("The serving budget. CI, canary, alerts and dashboard read it here."),
            vec![
                criterion(49, "latency_p50", at_most("latency_p50", 0.01, Duration)),
                criterion(50, "latency_p95", at_most("latency_p95", 0.02, Duration)),
                p99,
                throughput,
                criterion(
                    53,
                    "peak_memory",
                    at_most("peak_memory", 1_073_741_824.0, Bytes),
                ),
                criterion(54, "error_rate", at_most("error_rate", 0.01, Ratio)),
            ],
        )],
        services: vec![service(
            "policy_server",
            vec![
                declared(
                    REQUESTS,
                    SeriesKind::Histogram,
                    Duration,
                    &["endpoint", "status"],
                    &[0.005, 0.01, 0.02, 0.05, 0.1, 0.5, 1.0],
                ),
                declared(
                    "process_resident_memory_bytes",
                    SeriesKind::Gauge,
                    Bytes,
                    &[],
                    &[],
                ),
            ],
        )],
        environments: vec![
            environment("staging", false),
            environment("production", true),
        ],
        alerts: vec![budget],
        tests: vec![
            test(
                "a canary that throws errors",
                vec![
                    ("error_rate", 0.04, Ratio),
                    ("latency_p95", 0.018, Duration),
                ],
                vec![expect("serving_budget", "fires", &["error_rate"])],
            ),
            test(
                "a healthy day",
                vec![
                    ("error_rate", 0.0, Ratio),
                    ("latency_p50", 0.008, Duration),
                    ("latency_p99", 0.042, Duration),
                ],
                vec![expect("serving_budget", "silent", &[])],
            ),
        ],
        sources: vec!["pipeline.gate".into()],
        project: Project {
            name: Some("CarlaRL".into()),
            ..Project::default()
        },
        ..Plan::default()
    }
}

fn own(name: &str, matchers: Vec<Matcher>) -> Expr {
    series("model_server", name, matchers)
}

/// A model server with alerts by condition.
pub fn prsm() -> Plan {
    let over = |func, series: Expr, window: f64, q| call(func, vec![series, seconds(window)], q);
    let latency = || own("inference_latency_seconds", vec![]);
    let mut accuracy = metric(
        12,
        "accuracy",
        Ratio,
        Some(over(
            Func::Mean,
            own("model_accuracy_score", vec![]),
            600.0,
            Ratio,
        )),
    );
    accuracy.key = vec!["model".into()];
    let errors = matcher("status", Equal, "error");
    let busy = binary(
        Operator::Multiply,
        over(
            Func::Max,
            own("gpu_utilization_percent", vec![]),
            300.0,
            Number,
        ),
        number(0.01, Ratio),
    );
    let within = call(Func::Within, vec![latency(), seconds(1.0)], Ratio);
    let when = |metric: &str, op, limit, q: Quantity| {
        Cause::When(binary(op, metric_ref(metric, q.clone()), number(limit, q)))
    };
    let gone = call(
        Func::NoData,
        vec![series("", "up", vec![matcher("job", Equal, "agent")])],
        Number,
    );
    let message = |text: &str, label: &str| Text {
        parts: vec![
            Part::Text(text.into()),
            Part::Value(
                expr(ExprKind::Ref(Ref::Label(label.into())), Type::Str),
                Quoting::Message,
            ),
            Part::Text(" at ".into()),
            Part::Value(
                expr(ExprKind::Ref(Ref::AlertValue), Type::Unknown),
                Quoting::Message,
            ),
        ],
    };
    let mut low = alert(
        290,
        "model_accuracy",
        when("accuracy", Operator::Less, 0.85, Ratio),
        120.0,
        "critical",
    );
    low.labels = vec![("component".into(), "ai-validation".into())];
    low.summary = Some(message("Low accuracy of ", "model"));
    low.runbook = Some("https://docs.prsm.ai/runbooks/model-validation".into());
    let mut busy_alert = alert(
        300,
        "gpu_exhausted",
        when("gpu_busy", Operator::Greater, 0.95, Ratio),
        600.0,
        "warning",
    );
    busy_alert.keep = Some(600.0);
    let both = Cause::When(binary(
        Operator::And,
        binary(
            Operator::Greater,
            metric_ref("throughput", Rate),
            number(50.0, Rate),
        ),
        binary(
            Operator::Greater,
            metric_ref("error_rate", Ratio),
            number(0.05, Ratio),
        ),
    ));
    let raw = expr(
        ExprKind::Call(
            Func::Promql,
            vec![expr(
                ExprKind::Const(Value::Str(
                    "predict_linear(node_filesystem_avail_bytes[6h], 86400) < 0".into(),
                )),
                Type::Str,
            )],
        ),
        Type::Bool,
    );
    Plan {
        metrics: vec![
            accuracy,
            metric(
                17,
                "latency",
                Duration,
                Some(over(Func::Quantile(950), latency(), 300.0, Duration)),
            ),
            metric(
                20,
                "mean_latency",
                Duration,
                Some(over(Func::Mean, latency(), 300.0, Duration)),
            ),
            metric(
                21,
                "throughput",
                Rate,
                Some(over(Func::RateOf, latency(), 300.0, Rate)),
            ),
            metric(
                22,
                "error_rate",
                Ratio,
                Some(over(
                    Func::Share,
                    own("inference_requests_total", vec![errors]),
                    300.0,
                    Ratio,
                )),
            ),
            metric(27, "gpu_busy", Ratio, Some(busy)),
            metric(28, "fast", Ratio, Some(within)),
            metric(
                29,
                "gpu_memory",
                Bytes,
                Some(over(
                    Func::Max,
                    own("memory_usage_bytes", vec![]),
                    300.0,
                    Bytes,
                )),
            ),
        ],
        services: vec![service(
            "model_server",
            vec![
                declared(
                    "model_accuracy_score",
                    SeriesKind::Gauge,
                    Ratio,
                    &["model", "version"],
                    &[],
                ),
                declared(
                    "inference_latency_seconds",
                    SeriesKind::Histogram,
                    Duration,
                    &[],
                    &[0.01, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0],
                ),
                declared(
                    "inference_requests_total",
                    SeriesKind::Counter,
                    Quantity::Count,
                    &["status"],
                    &[],
                ),
                declared("memory_usage_bytes", SeriesKind::Gauge, Bytes, &[], &[]),
                declared(
                    "gpu_utilization_percent",
                    SeriesKind::Gauge,
                    Number,
                    &["device"],
                    &[],
                ),
            ],
        )],
        environments: vec![
            environment("staging", true),
            environment("production", true),
        ],
        alerts: vec![
            low,
            alert(
                295,
                "inference_latency",
                when("latency", Operator::Greater, 1.0, Duration),
                300.0,
                "warning",
            ),
            busy_alert,
            alert(
                305,
                "too_slow",
                when("fast", Operator::Less, 0.99, Ratio),
                300.0,
                "warning",
            ),
            alert(306, "errors_under_load", both, 300.0, "critical"),
            alert(307, "agent_gone", Cause::When(gone), 300.0, "critical"),
            alert(308, "disk_full", Cause::When(raw), 300.0, "warning"),
        ],
        tests: vec![test(
            "a slow model",
            vec![
                ("latency", 1.5, Duration),
                ("mean_latency", 0.75, Duration),
                ("throughput", 120.0, Rate),
                ("gpu_busy", 0.97, Ratio),
                ("fast", 0.5, Ratio),
                ("accuracy", 0.9, Ratio),
                ("gpu_memory", 8_589_934_592.0, Bytes),
            ],
            vec![
                expect("inference_latency", "fires", &[]),
                expect("model_accuracy", "silent", &[]),
            ],
        )],
        sources: vec!["prsm.gate".into()],
        ..Plan::default()
    }
}
