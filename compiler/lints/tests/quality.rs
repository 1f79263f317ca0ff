//! Lints of gates, measurements and deploys.

use super::*;

#[test]
fn a_gate_that_passes_with_nothing_measured_is_found() {
    let build = |when: &str| {
        let mut plan = plan(
            both(),
            vec![
                stage("test").when(when),
                judge("good", true).reads(&["test"]),
                stage("other"),
            ],
        );
        plan.metrics.push(metric("rate", "test"));
        let mut criterion = limit("rate", Operator::GreaterEqual, 0.8, Quantity::Ratio);
        criterion.if_skipped = Some(Verdict::Pass);
        plan.gates.push(gate("good", vec![criterion]));
        plan
    };
    let found = only(&build("event == pull_request"), "skip-passes-gate").join("\n");
    assert!(
        found.contains("passes on push to `develop` with nothing measured"),
        "{found}"
    );
    // What changed is known only then.
    assert!(serious(&build("changed.py")).is_empty());

    let mut plan = build("event == pull_request");
    plan.gates[0]
        .criteria
        .push(require(Condition::Outcome("other".into())));
    assert!(serious(&plan).is_empty());
    plan.gates[0].criteria[0].if_missing = Some(Verdict::Pass);
    assert_eq!(serious(&plan), ["skip-passes-gate"]);
}

#[test]
fn measures_need_a_gate() {
    let measured = || {
        stage("test").with(|s| {
            s.steps[0].measure = true;
            s.reports.push(report("results"));
        })
    };
    assert_eq!(codes(&plan(push(), vec![measured()])), ["unjudged-measure"]);
    let mut judged = plan(
        push(),
        vec![measured(), judge("good", true).reads(&["test"])],
    );
    judged.metrics.push(metric("rate", "test"));
    let criterion = limit("rate", Operator::GreaterEqual, 0.8, Quantity::Ratio);
    judged.gates.push(gate("good", vec![criterion]));
    assert!(codes(&judged).is_empty());
}

#[test]
fn gates_must_be_used() {
    let mut plan = plan(push(), vec![stage("a"), judge("outer", true)]);
    plan.gates.push(gate("inner", Vec::new()));
    let part = require(Condition::Gate("inner".into()));
    plan.gates.push(gate("outer", vec![part.clone()]));
    assert!(codes(&plan).is_empty());
    plan.gates.push(gate("alone", vec![part]));
    assert_eq!(only(&plan, "unused-gate").len(), 1);
    plan.pipelines[0].nodes.pop();
    let found = only(&plan, "unused-gate");
    assert_eq!(
        found.len(),
        2,
        "the part of an unused gate is not told: {found:?}"
    );
}

#[test]
fn a_deploy_lasts_as_long_as_its_rollout() {
    let canary = Strategy::Canary {
        steps: vec![0.05, 0.1, 0.25, 0.5, 0.75, 1.0],
        hold: 600.0,
    };
    let mut plan = plan(push(), vec![deploy("production", "progressive")]);
    plan.rollouts.push(rollout("progressive", canary));
    plan.pipelines[0].nodes[0].timeout = 1200.0;
    assert_eq!(
        said_of(&plan),
        [
            "timeout-shorter-than-rollout: deploy `production` ends after 20m, its rollout \
          `progressive` takes 1h | ends after 20m | takes 1h: 6 steps of 10m | \
          help: remove its `timeout` (the holds and 15m are the default), or make it more than 1h"
        ]
    );
    plan.pipelines[0].nodes[0].timeout = 5400.0;
    assert!(codes(&plan).is_empty());
}

#[test]
fn cells_must_become_one() {
    let build = |across: Option<Across>| {
        let node = stage("test").with(|s| {
            let mut results = report("results");
            results.across = across;
            s.reports.push(results);
            s.matrix = Some(Matrix {
                keys: vec![MatrixKey {
                    name: "python".into(),
                    values: MatrixValues::Known(vec![
                        Value::Str("3.11".into()),
                        Value::Str("3.12".into()),
                    ]),
                    span: place(),
                }],
                ..Matrix::default()
            });
        });
        let mut plan = plan(push(), vec![node, judge("good", true).reads(&["test"])]);
        plan.metrics.push(metric("rate", "test"));
        let criterion = limit("rate", Operator::GreaterEqual, 0.8, Quantity::Ratio);
        plan.gates.push(gate("good", vec![criterion]));
        codes(&plan)
    };
    assert_eq!(build(None), ["missing-across"]);
    assert!(build(Some(Across::Worst)).is_empty());
}

#[test]
fn rates_of_cells_are_not_added_up() {
    let told = |across: &str, value: &str| {
        let text = format!(
            "project {{ evaluator {{ path = \"tools/gatec\" }} }}
metric m: ratio {{ better = higher, report = {value} }}
gate q {{ require m >= 80% }}
pipeline ci {{
  on push {{ branches = [\"main\"] }}
  stage test {{
    matrix {{ py = [\"3.11\", \"3.12\"] }}
    run \"make\"
    reports {{ r = json(\"r.json\", across = {across}) }}
  }}
  check q
}}
"
        );
        let world = crate::source::MemoryWorld::new([("pipeline.gate", text.as_str())]);
        let found = crate::compile(&world, &["pipeline.gate".to_string()]).diagnostics;
        let messages = found.iter().map(|d| d.message.clone());
        messages.collect::<Vec<_>>()
    };
    let rates = ["`m` is a rate, and rates of cells don't add up"];
    assert_eq!(told("sum", "test.r[\"a\"]"), rates);
    assert!(told("worst", "test.r[\"a\"]").is_empty());
    assert!(told("sum", "test.r[\"passed\"] / test.r[\"total\"]").is_empty());
}

/// A plan with one gate that a check judges.
fn judged(criteria: Vec<Criterion>) -> Plan {
    let mut plan = plan(
        push(),
        vec![stage("test"), judge("good", true).reads(&["test"])],
    );
    plan.metrics.push(metric("rate", "test"));
    plan.gates.push(gate("good", criteria));
    plan
}

#[test]
fn samples_that_show_nothing_are_counted() {
    let with = |op, bound, samples| {
        let mut criterion = limit("rate", op, bound, Quantity::Ratio);
        criterion.confidence = Some(0.95);
        let mut plan = judged(vec![criterion]);
        plan.metrics[0].samples = Some(samples);
        only(&plan, "cannot-tell-apart")
    };
    let found = with(Operator::GreaterEqual, 0.85, 5.0);
    assert_eq!(
        found,
        [
            "cannot-tell-apart: 5 samples can't show `rate >= 85%` at 95% confidence, even if all are perfect | \
          5 of 5 show no better than 54.9% | `rate` has 5 samples | \
          help: take at least 19 samples: 19 good ones in a row show it"
        ]
    );
    assert!(with(Operator::GreaterEqual, 0.85, 19.0).is_empty());
    assert_eq!(with(Operator::LessEqual, 0.01, 100.0).len(), 1);
    assert!(with(Operator::LessEqual, 0.01, 299.0).is_empty());
}

fn weight(part: &str, share: f64) -> Weight {
    Weight {
        part: WeightPart::Gate(part.into()),
        weight: share,
        at_least: None,
        span: place(),
    }
}

/// The release card of the second seed (D27).
fn scorecard(pass: f64) -> Plan {
    let parts = [
        ("code", 0.15, 85.0),
        ("model", 0.30, 90.0),
        ("speed", 0.25, 85.0),
        ("security", 0.15, 95.0),
        ("together", 0.10, 88.0),
        ("whole", 0.05, 95.0),
    ];
    let mut plan = judged(vec![require(Condition::EveryPart)]);
    plan.gates[0].pass = pass;
    plan.gates[0].pass_given = Some(place());
    let weights = parts.iter().map(|(id, share, _)| weight(id, *share));
    plan.gates[0].scoring = Scoring::Weights(weights.collect());
    for (id, _, mark) in parts {
        let mut part = gate(id, Vec::new());
        part.pass = mark;
        plan.gates.push(part);
    }
    plan
}

#[test]
fn a_pass_mark_under_the_parts_is_found() {
    let found = only(&scorecard(87.0), "pass-mark-never-binds").join("\n");
    assert!(
        found.contains("parts that just pass already give 88.8pt"),
        "{found}"
    );
    assert!(only(&scorecard(90.0), "pass-mark-never-binds").is_empty());
    let mut without = scorecard(87.0);
    without.gates[0].criteria.clear();
    assert!(only(&without, "pass-mark-never-binds").is_empty());
}

fn call(func: Func, args: Vec<Expr>, quantity: Quantity) -> Expr {
    Expr {
        kind: ExprKind::Call(func, args),
        ty: Type::Quantity(quantity),
        span: place(),
    }
}

#[test]
fn penalties_end_at_nothing() {
    let points = Type::Quantity(Quantity::Points);
    let rise = || {
        let rise = call(
            Func::Rise,
            vec![measured("rate", Quantity::Ratio)],
            Quantity::Ratio,
        );
        binary(
            Operator::Multiply,
            number(200.0, Quantity::Points),
            rise,
            points.clone(),
        )
    };
    let score = |penalty: Expr| {
        let full = number(100.0, Quantity::Points);
        let mut plan = judged(Vec::new());
        plan.gates[0].scoring =
            Scoring::Expression(binary(Operator::Subtract, full, penalty, points.clone()));
        only(&plan, "penalty-can-pay")
    };
    let found = score(rise()).join("\n");
    assert!(found.contains("earns up to 200pt"), "{found}");
    assert!(
        found.contains("`clamp(200pt * rise(rate), 0pt, 30pt)`"),
        "{found}"
    );
    let zero = number(0.0, Quantity::Points);
    let most = number(30.0, Quantity::Points);
    assert!(
        score(call(
            Func::Clamp,
            vec![rise(), zero, most.clone()],
            Quantity::Points
        ))
        .is_empty()
    );
    assert_eq!(
        score(call(Func::Capped, vec![rise(), most], Quantity::Points)).len(),
        1
    );
    // What a file holds is not known to be negative.
    let anything = reference(Ref::AlertValue, Type::Data);
    assert!(score(anything).is_empty());
}

#[test]
fn limits_lie_inside_the_range() {
    let code = |op, bound| codes(&judged(vec![limit("rate", op, bound, Quantity::Ratio)]));
    assert_eq!(code(Operator::GreaterEqual, 1.01), ["threshold-never-true"]);
    assert_eq!(code(Operator::LessEqual, 1.0), ["threshold-always-true"]);
    assert_eq!(code(Operator::GreaterEqual, 0.0), ["threshold-always-true"]);
    assert!(code(Operator::GreaterEqual, 1.0).is_empty());
    assert!(code(Operator::Equal, 0.0).is_empty());
}

#[test]
fn limits_agree_with_each_other() {
    let two = |a: (Operator, f64), b: (Operator, f64)| {
        let one = |(op, bound)| limit("rate", op, bound, Quantity::Ratio);
        codes(&judged(vec![one(a), one(b)]))
    };
    use Operator::{GreaterEqual, LessEqual};
    assert_eq!(
        two((GreaterEqual, 0.8), (GreaterEqual, 0.9)),
        ["redundant-threshold"]
    );
    assert_eq!(
        two((GreaterEqual, 0.9), (LessEqual, 0.8)),
        ["threshold-never-true"]
    );
    assert!(two((GreaterEqual, 0.2), (LessEqual, 0.8)).is_empty());
}

fn alert(condition: Expr) -> Plan {
    let mut plan = judged(vec![limit(
        "rate",
        Operator::GreaterEqual,
        0.5,
        Quantity::Ratio,
    )]);
    plan.metrics[0].live = Some(reference(Ref::AlertValue, Type::Quantity(Quantity::Ratio)));
    plan.alerts.push(Alert {
        id: "low".into(),
        cause: Cause::When(condition),
        hold: 300.0,
        keep: None,
        severity: "critical".into(),
        labels: Vec::new(),
        summary: None,
        description: None,
        runbook: None,
        environments: Vec::new(),
        origin: origin(),
    });
    plan
}

#[test]
fn alerts_can_fire_and_be_silent() {
    let when = |op, bound| {
        let limit = number(bound, Quantity::Ratio);
        let left = measured("rate", Quantity::Ratio);
        codes(&alert(binary(op, left, limit, Type::Bool)))
    };
    assert_eq!(when(Operator::Greater, 1.0), ["alert-never-fires"]);
    assert_eq!(when(Operator::Less, 1.5), ["alert-always-fires"]);
    assert!(when(Operator::Less, 0.85).is_empty());
}

#[test]
fn run_time_places_need_live_sources() {
    let condition = || {
        let left = measured("rate", Quantity::Ratio);
        binary(
            Operator::Less,
            left,
            number(0.85, Quantity::Ratio),
            Type::Bool,
        )
    };
    let mut plan = alert(condition());
    plan.metrics[0].live = None;
    plan.rollouts.push(rollout(
        "gentle",
        Strategy::Canary {
            steps: vec![1.0],
            hold: 60.0,
        },
    ));
    plan.rollouts[0]
        .criteria
        .push(require(Condition::Holds(condition())));
    let found = only(&plan, "no-live-source");
    assert_eq!(
        found,
        [
            "no-live-source: `rate` has no live source for rollout `gentle` | only a pipeline \
          measures this | declared here without `live` | \
          help: give `rate` a source: `live = p95(SERIES, over = 5m)`"
        ]
    );
    plan.rollouts.clear();
    plan.alerts[0].cause = Cause::Gate("good".into());
    let found = only(&plan, "no-live-source").join("\n");
    assert!(found.contains("a criterion of gate `good` can't be measured for alert `low`"));
    plan.gates[0].criteria[0].places = vec![Place::Ci];
    assert!(codes(&plan).is_empty());
}

#[test]
fn declarations_are_used() {
    let mut plan = judged(Vec::new());
    plan.metrics[0].id = "alone".into();
    assert_eq!(
        said_of(&plan),
        ["unused-declaration: nothing uses metric `alone` | help: remove it, or use it"]
    );
    let mut deploys = super::super::testing::plan(push(), vec![deploy("d", "used")]);
    let rolling = || Strategy::Rolling {
        max_unavailable: Amount::Absolute(0),
        max_surge: Amount::Absolute(1),
    };
    deploys.rollouts.push(rollout("used", rolling()));
    assert!(codes(&deploys).is_empty());
    deploys.rollouts.push(rollout("spare", rolling()));
    assert_eq!(codes(&deploys), ["unused-declaration"]);
}
