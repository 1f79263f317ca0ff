//! Points.

use super::*;
use Operator::*;
use Verdict::*;

fn store(text: &str) -> MemoryStore {
    MemoryStore::default().with("s/_/r", text)
}

/// A gate `g` over the report `r` with metrics `a` (a ratio) and `b` (points).
fn scored(scoring: Scoring, pass: f64, criteria: Vec<Criterion>) -> Plan {
    let stage = stage("s", vec![report("r", "json", "r", None)]);
    let metrics = vec![
        metric("a", Quantity::Ratio, key("s", "r", "a")),
        metric("b", Quantity::Points, key("s", "r", "b")),
    ];
    plan(
        vec![stage],
        metrics,
        vec![Gate {
            scoring,
            pass,
            ..gate("g", criteria)
        }],
    )
}

fn weight(part: WeightPart, weight: f64, at_least: Option<f64>) -> Weight {
    Weight {
        part,
        weight,
        at_least,
        span: Span::default(),
    }
}

fn weights(at_least: Option<f64>) -> Scoring {
    Scoring::Weights(vec![
        weight(WeightPart::Metric("a".into()), 0.6, at_least),
        weight(WeightPart::Metric("b".into()), 0.4, None),
    ])
}

#[test]
fn a_score_is_arithmetic() {
    // 100pt * a - 5pt * count(list)
    let points = binary(num(100.0, Quantity::Points), Multiply, metric_ref("a"));
    let list = call(Func::Count, vec![key("s", "r", "list")]);
    let penalty = binary(num(5.0, Quantity::Points), Multiply, list);
    let plan = scored(
        Scoring::Expression(binary(points, Subtract, penalty)),
        85.0,
        vec![],
    );
    for (text, score, verdict) in [
        ("{\"a\": 1, \"list\": [1, 2, 3]}", Some(85.0), Pass),
        ("{\"a\": 1, \"list\": [1, 2, 3, 4]}", Some(80.0), Fail),
        ("{\"a\": 1}", None, Undecided),
        ("{\"a\": \"1\", \"list\": []}", None, Undecided),
        ("{\"a\": 85, \"list\": []}", None, Undecided),
    ] {
        let found = judged(&plan, &store(text));
        assert_eq!(found.verdict, verdict, "{text}: {}", reasons(&found));
        assert_eq!(found.score, score.map(Num::exact), "{text}");
    }
}

#[test]
fn functions_of_scores() {
    let x = || key("s", "r", "x");
    let n = |n| num(n, Quantity::Points);
    for (expr, score) in [
        (call(Func::Clamp, vec![x(), n(0.0), n(30.0)]), 30.0),
        (call(Func::Capped, vec![x(), n(50.0)]), 50.0),
        (call(Func::Min, vec![x(), n(7.0)]), 7.0),
        (call(Func::Max, vec![x(), n(7.0)]), 70.0),
        (call(Func::Mean, vec![x(), n(30.0)]), 50.0),
        (
            call(Func::Sum, vec![x(), n(20.0), key("s", "r", "l[*].v")]),
            93.0,
        ),
        (call(Func::Mean, vec![key("s", "r", "l[*].v")]), 1.5),
        (call(Func::Abs, vec![binary(n(0.0), Subtract, x())]), 70.0),
        (binary(x(), Divide, n(7.0)), 10.0),
    ] {
        let plan = scored(Scoring::Expression(expr.clone()), 0.0, vec![]);
        let found = judged(&plan, &store(r#"{"x": 70, "l": [{"v": 1}, {"v": 2}]}"#));
        assert_eq!(found.score, Some(Num::exact(score)), "{expr}");
    }
}

#[test]
fn what_is_no_number_is_undecided() {
    let x = || key("s", "r", "x");
    let zero = || num(0.0, Quantity::Number);
    for expr in [
        binary(x(), Divide, zero()),
        binary(
            num(1e308, Quantity::Number),
            Multiply,
            num(1e308, Quantity::Number),
        ),
        call(Func::Mean, vec![key("s", "r", "none[*].v")]),
        call(Func::Max, vec![key("s", "r", "none")]),
        call(Func::Last, vec![x()]),
        call(Func::Min, vec![]),
        metric_ref("nobody"),
    ] {
        let plan = scored(Scoring::Expression(expr.clone()), 0.0, vec![]);
        let found = judged(&plan, &store(r#"{"x": 70, "none": []}"#));
        assert_eq!(found.verdict, Undecided, "{expr}");
    }
}

#[test]
fn weights_earn_in_proportion() {
    let plan = scored(weights(None), 80.0, vec![]);
    for (text, score, verdict) in [
        ("{\"a\": 1, \"b\": 100}", Some(100.0), Pass),
        ("{\"a\": 0.8, \"b\": 80}", Some(80.0), Pass),
        ("{\"a\": 0.8, \"b\": 70}", Some(76.0), Fail),
        ("{\"a\": 1, \"b\": 250}", Some(100.0), Pass),
        ("{\"a\": 1}", None, Undecided),
    ] {
        let found = judged(&plan, &store(text));
        assert_eq!(found.verdict, verdict, "{text}");
        assert_eq!(
            found.score.map(|s| (s.low * 1e9).round() / 1e9),
            score,
            "{text}"
        );
    }
}

#[test]
fn a_part_may_ask_for_a_least_value() {
    let plan = scored(weights(Some(0.95)), 50.0, vec![]);
    assert_eq!(
        judged(&plan, &store("{\"a\": 0.95, \"b\": 50}")).verdict,
        Pass
    );
    assert_eq!(
        judged(&plan, &store("{\"a\": 0.94, \"b\": 100}")).verdict,
        Fail
    );
}

/// `g` over the gates `x` (`x <= 1`) and `y` (`y <= 1`).
fn over_gates(pass: f64, every_part: bool) -> Plan {
    let leaf = |id: &str| {
        gate(
            id,
            vec![require(id, key("s", "r", id), LessEqual, count(1.0))],
        )
    };
    let parts = ["x", "y"].map(|id| weight(WeightPart::Gate(id.to_string()), 0.5, None));
    let every = every_part.then(|| criterion("every_part", Condition::EveryPart));
    let mut plan = scored(
        Scoring::Weights(parts.to_vec()),
        pass,
        every.into_iter().collect(),
    );
    plan.gates.extend([leaf("x"), leaf("y")]);
    plan
}

#[test]
fn a_child_gives_its_points_and_every_part_its_verdict() {
    for (text, every, score, verdict) in [
        ("{\"x\": 1, \"y\": 1}", false, Some(100.0), Pass),
        ("{\"x\": 1, \"y\": 2}", false, Some(50.0), Pass),
        ("{\"x\": 1, \"y\": 2}", true, Some(50.0), Fail),
        ("{\"x\": 1, \"y\": 1}", true, Some(100.0), Pass),
        ("{\"x\": 1}", false, None, Undecided),
        ("{\"x\": 1}", true, None, Undecided),
    ] {
        let found = judged(&over_gates(50.0, every), &store(text));
        assert_eq!(found.verdict, verdict, "{text} {every}");
        assert_eq!(found.score, score.map(Num::exact), "{text} {every}");
    }
}

#[test]
fn a_failed_stage_fails_the_gate_that_takes_a_childs_points() {
    let mut plan = over_gates(50.0, false);
    plan.gates.iter_mut().filter(|g| g.id != "g").for_each(|g| {
        let earned = key("s", "r", &g.id);
        g.scoring = Scoring::Expression(binary(earned, Multiply, num(100.0, Quantity::Points)));
    });
    let good = store("{\"x\": 1, \"y\": 1}");
    assert_eq!(judged(&plan, &good).verdict, Pass);
    let failed = assess(&plan, "ci", "g", &good, &results(&[("s", "failure")]));
    assert_eq!(
        (failed.verdict, failed.score),
        (Fail, Some(Num::exact(100.0)))
    );
}

/// `score x <= 1 { weight = 60% }`, `score y <= 1 { weight = 40% }`
fn statements(pass: f64, missing: Option<Verdict>) -> Plan {
    let one = |id: &str, weight| Criterion {
        strength: Strength::Score { weight },
        if_missing: missing,
        ..require(id, key("s", "r", id), LessEqual, count(1.0))
    };
    scored(
        Scoring::Statements,
        pass,
        vec![one("x", 0.6), one("y", 0.4)],
    )
}

#[test]
fn soft_criteria_earn_their_share() {
    for (text, pass, missing, verdict) in [
        ("{\"x\": 1, \"y\": 1}", 100.0, None, Pass),
        ("{\"x\": 1, \"y\": 2}", 60.0, None, Pass),
        ("{\"x\": 2, \"y\": 1}", 60.0, None, Fail),
        // Missing: not known, even if the rest would do, but a fail where nothing could help.
        ("{\"x\": 1}", 60.0, None, Undecided),
        ("{\"x\": 2}", 60.0, None, Fail),
        ("{\"x\": 1}", 60.0, Some(Warn), Warn),
        ("{\"x\": 1}", 70.0, Some(Warn), Fail),
    ] {
        let found = judged(&statements(pass, missing), &store(text));
        assert_eq!(found.verdict, verdict, "{text} {pass} {missing:?}");
    }
}

#[test]
fn a_skipped_part_skips_the_gate() {
    let mut plan = scored(weights(None), 10.0, vec![]);
    for node in plan.pipelines.iter_mut().flat_map(|p| &mut p.nodes) {
        node.when = Some(expr(ExprKind::Const(Value::Bool(false)), Type::Bool));
    }
    let found = assess(
        &plan,
        "ci",
        "g",
        &store("{}"),
        &results(&[("s", "skipped")]),
    );
    assert_eq!(found.verdict, Skipped);
    for scoring in [Scoring::Expression(metric_ref("b")), Scoring::Statements] {
        let soft = Criterion {
            strength: Strength::Score { weight: 1.0 },
            ..require("c", metric_ref("b"), GreaterEqual, count(0.0))
        };
        let criteria = if matches!(scoring, Scoring::Statements) {
            vec![soft]
        } else {
            vec![]
        };
        plan.gates = vec![Gate {
            scoring,
            pass: 10.0,
            ..gate("g", criteria)
        }];
        let found = assess(
            &plan,
            "ci",
            "g",
            &store("{}"),
            &results(&[("s", "skipped")]),
        );
        assert_eq!(found.verdict, Skipped);
    }
}

#[test]
fn a_lower_part_earns_what_it_spares() {
    let mut plan = scored(weights(None), 90.0, vec![]);
    plan.metrics
        .iter_mut()
        .filter(|m| m.id == "a")
        .for_each(|m| m.better = Some(Better::Lower));
    let found = judged(&plan, &store("{\"a\": 0.05, \"b\": 100}"));
    assert_eq!(found.score.map(|s| (s.low * 1e6).round() / 1e6), Some(97.0));
}
