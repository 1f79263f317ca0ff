//! What makes a verdict.

use super::*;
use Operator::*;
use Verdict::*;

fn json(text: &str) -> MemoryStore {
    MemoryStore::default().with("s/_/r", text)
}

fn limit(limit: f64) -> Plan {
    simple(
        "json",
        key("s", "r", "x"),
        LessEqual,
        num(limit, Quantity::Duration),
    )
}

#[test]
fn a_limit_is_kept_broken_or_not_known() {
    for (text, verdict) in [
        ("{\"x\": 0.02}", Pass),
        ("{\"x\": 0.0200000001}", Fail),
        ("{\"x\": 0}", Pass),
        ("{}", Undecided),
    ] {
        assert_eq!(judged(&limit(0.02), &json(text)).verdict, verdict, "{text}");
    }
}

#[test]
fn an_item_tells_value_limit_and_place() {
    let found = judged(&limit(0.02), &json("{\"x\": 0.025}"));
    let item = found.items.first().unwrap();
    assert_eq!(item.value.as_deref(), Some("25ms"));
    assert_eq!(item.limit.as_deref(), Some("<= 20ms"));
    assert_eq!(item.asks, "s.r[\"x\"] <= 20ms");
    assert_eq!(item.place, "p.gate:1");
    assert_eq!(found.score, Some(Num::exact(0.0)));
}

#[test]
fn a_shown_value_never_looks_like_the_limit_it_missed() {
    let plan = simple(
        "json",
        key("s", "r", "x"),
        GreaterEqual,
        num(0.8, Quantity::Ratio),
    );
    let found = judged(&plan, &json("{\"x\": 0.79999999}"));
    assert_eq!(found.verdict, Fail);
    assert_eq!(
        found.items.first().unwrap().value.as_deref(),
        Some("79.999999%")
    );
}

#[test]
fn a_band_warns() {
    let mut plan = limit(0.02);
    plan.gates
        .iter_mut()
        .flat_map(|g| &mut g.criteria)
        .for_each(|c| {
            c.strength = Strength::Require { warn: Some(0.018) };
        });
    for (text, verdict) in [
        ("{\"x\": 0.018}", Pass),
        ("{\"x\": 0.019}", Warn),
        ("{\"x\": 0.021}", Fail),
    ] {
        let found = judged(&plan, &json(text));
        assert_eq!(found.verdict, verdict, "{text}");
        let warn = found.items.first().and_then(|i| i.numbers.warn.clone());
        assert_eq!(warn.map(|w| w.number.low), Some(0.018));
    }
}

fn with_results(plan: &Plan, store: &MemoryStore, pairs: &[(&str, &str)]) -> Assessment {
    assess(plan, "ci", "g", store, &results(pairs))
}

#[test]
fn how_the_stage_ended_counts() {
    let good = json("{\"x\": 0.01}");
    for (result, verdict) in [
        ("success", Pass),
        ("failure", Fail),
        ("cancelled", Undecided),
        ("skipped", Undecided),
        ("nonsense", Undecided),
    ] {
        let found = with_results(&limit(0.02), &good, &[("s", result)]);
        assert_eq!(found.verdict, verdict, "{result}");
    }
    let found = with_results(&limit(0.02), &good, &[]);
    assert_eq!(found.verdict, Undecided);
    assert_eq!(reasons(&found), "nobody said how stage `s` ended");
}

#[test]
fn a_failed_stage_fails_even_what_it_left_in_order() {
    let found = with_results(&limit(0.02), &json("{\"x\": 0.01}"), &[("s", "failure")]);
    let verdicts: Vec<_> = found.items.iter().map(|i| (i.role, i.verdict)).collect();
    assert_eq!(verdicts, [(Role::Stage, Fail), (Role::Require, Pass)]);
}

#[test]
fn a_stage_that_may_fail_is_judged_by_its_report() {
    let mut plan = limit(0.02);
    for node in plan.pipelines.iter_mut().flat_map(|p| &mut p.nodes) {
        if let NodeKind::Stage(stage) = &mut node.kind {
            stage.may_fail = true;
        }
    }
    let found = with_results(&plan, &json("{\"x\": 0.01}"), &[("s", "failure")]);
    assert_eq!(found.verdict, Pass);
}

/// `a` (with a `when`) → `b` → `s`, which makes the report; `c` stands alone.
fn chain() -> Plan {
    let mut a = stage("a", vec![]);
    a.when = Some(expr(ExprKind::Ref(Ref::FromFork), Type::Bool));
    let mut b = stage("b", vec![]);
    let mut s = stage("s", vec![report("r", "json", "r", None)]);
    let need = |id: &str, reason| Need {
        node: id.to_string(),
        reason,
        span: Span::default(),
    };
    b.needs = vec![need("a", NeedReason::Order)];
    s.needs = vec![
        need("b", NeedReason::Order),
        need("c", NeedReason::Evidence),
    ];
    let criterion = require("c", key("s", "r", "x"), LessEqual, count(1.0));
    plan(
        vec![a, b, stage("c", vec![]), s],
        vec![],
        vec![gate("g", vec![criterion])],
    )
}

#[test]
fn skipped_by_a_condition_differs_from_blocked_by_a_failure() {
    let none = MemoryStore::default();
    for (a, b, c, verdict) in [
        // The condition of `a` skips all behind it.
        ("skipped", "skipped", "success", Skipped),
        // Evidence is waited for and blocks nothing.
        ("skipped", "skipped", "failure", Skipped),
        // Broken before: not known.
        ("failure", "skipped", "success", Undecided),
        ("cancelled", "skipped", "success", Undecided),
        ("success", "failure", "success", Undecided),
        // Nothing explains why `s` did not run.
        ("success", "success", "success", Undecided),
        ("success", "skipped", "success", Undecided),
    ] {
        let pairs = [("a", a), ("b", b), ("c", c), ("s", "skipped")];
        assert_eq!(
            with_results(&chain(), &none, &pairs).verdict,
            verdict,
            "{pairs:?}"
        );
    }
    let unknown = with_results(&chain(), &none, &[("s", "skipped"), ("b", "skipped")]);
    assert_eq!(unknown.verdict, Undecided);
}

#[test]
fn a_skip_whose_condition_holds_is_not_explained() {
    let pairs = [
        ("a", "skipped"),
        ("b", "skipped"),
        ("c", "success"),
        ("s", "skipped"),
    ];
    for (fork, verdict) in [(true, Undecided), (false, Skipped)] {
        let facts = BTreeMap::from([("from_fork".to_string(), Val::Bool(fork))]);
        let run = Run {
            results: results(&pairs),
            facts,
            ..Run::default()
        };
        let found = assess_run(&chain(), "ci", "g", &MemoryStore::default(), &run);
        assert_eq!(found.verdict, verdict, "{fork}");
    }
}

#[test]
fn what_was_told_of_conditions_and_gates_explains_a_skip() {
    let pairs = [
        ("a", "skipped"),
        ("b", "skipped"),
        ("c", "success"),
        ("s", "skipped"),
    ];
    for (held, verdict) in [(true, Undecided), (false, Skipped)] {
        let conditions = BTreeMap::from([("a".to_string(), held)]);
        let run = Run {
            results: results(&pairs),
            conditions,
            ..Run::default()
        };
        let found = assess_run(&chain(), "ci", "g", &MemoryStore::default(), &run);
        assert_eq!(found.verdict, verdict, "{held}");
    }
    let pairs = [
        ("a", "success"),
        ("b", "skipped"),
        ("c", "success"),
        ("s", "skipped"),
    ];
    for (told, verdict) in [("skipped", Skipped), ("pass", Undecided)] {
        let verdicts = BTreeMap::from([("a".to_string(), told.to_string())]);
        let run = Run {
            results: results(&pairs),
            verdicts,
            ..Run::default()
        };
        let found = assess_run(&chain(), "ci", "g", &MemoryStore::default(), &run);
        assert_eq!(found.verdict, verdict, "{told}");
    }
}

#[test]
fn what_is_skipped_or_missing_becomes_what_the_program_says() {
    let with = |missing, skipped| {
        let mut plan = chain();
        for criterion in plan.gates.iter_mut().flat_map(|g| &mut g.criteria) {
            criterion.if_missing = missing;
            criterion.if_skipped = skipped;
        }
        plan
    };
    let skip = [
        ("a", "skipped"),
        ("b", "skipped"),
        ("c", "success"),
        ("s", "skipped"),
    ];
    let ran = [
        ("a", "success"),
        ("b", "success"),
        ("c", "success"),
        ("s", "success"),
    ];
    let none = MemoryStore::default();
    for (missing, skipped, pairs, verdict) in [
        (None, Some(Pass), skip, Pass),
        (None, Some(Fail), skip, Fail),
        (Some(Warn), None, skip, Skipped),
        (Some(Warn), None, ran, Warn),
        (Some(Fail), None, ran, Fail),
        (None, Some(Pass), ran, Undecided),
        // Not even when asked for.
        (Some(Pass), None, ran, Warn),
    ] {
        let found = with_results(&with(missing, skipped), &none, &pairs);
        assert_eq!(found.verdict, verdict, "{missing:?} {skipped:?} {pairs:?}");
    }
}

#[test]
fn the_worst_of_a_gate_decides() {
    let one = |x: &str| require(x, key("s", "r", x), LessEqual, count(1.0));
    let stage = stage("s", vec![report("r", "json", "r", None)]);
    let plan = plan(
        vec![stage],
        vec![],
        vec![gate("g", vec![one("x"), one("y")])],
    );
    for (text, verdict) in [
        ("{\"x\": 1, \"y\": 1}", Pass),
        ("{\"x\": 1, \"y\": 2}", Fail),
        ("{\"x\": 1}", Undecided),
        ("{\"y\": 2}", Fail),
    ] {
        assert_eq!(judged(&plan, &json(text)).verdict, verdict, "{text}");
    }
}

#[test]
fn a_criterion_of_another_place_is_not_judged_here() {
    let mut plan = limit(0.02);
    let elsewhere = Criterion {
        places: vec![Place::Canary],
        ..require("live", key("s", "r", "nowhere"), LessEqual, count(1.0))
    };
    plan.gates
        .iter_mut()
        .for_each(|g| g.criteria.push(elsewhere.clone()));
    assert_eq!(judged(&plan, &json("{\"x\": 0.01}")).verdict, Pass);
    // A gate of which nothing is left is no pass.
    plan.gates
        .iter_mut()
        .for_each(|g| g.criteria = vec![elsewhere.clone()]);
    assert_eq!(judged(&plan, &json("{\"x\": 0.01}")).verdict, Undecided);
    plan.gates.iter_mut().for_each(|g| g.criteria = vec![]);
    assert_eq!(judged(&plan, &json("{\"x\": 0.01}")).verdict, Undecided);
}

#[test]
fn outcomes_are_criteria() {
    let outcome = criterion("lint", Condition::Outcome("lint".to_string()));
    let mut lint = stage("lint", vec![]);
    lint.when = Some(expr(ExprKind::Ref(Ref::FromFork), Type::Bool));
    let plan = plan(vec![lint], vec![], vec![gate("g", vec![outcome])]);
    for (result, verdict) in [
        ("success", Pass),
        ("failure", Fail),
        ("cancelled", Undecided),
        ("skipped", Skipped),
    ] {
        let found = with_results(&plan, &MemoryStore::default(), &[("lint", result)]);
        assert_eq!(found.verdict, verdict, "{result}");
    }
}

#[test]
fn gates_over_gates_pass_on_their_verdicts() {
    let child = |id: &str| criterion(id, Condition::Gate(id.to_string()));
    let mut plan = limit(0.02);
    let mut inner = plan.gates.pop().unwrap();
    inner.id = "inner".to_string();
    plan.gates = vec![inner, gate("g", vec![child("inner")])];
    for (text, verdict) in [
        ("{\"x\": 0}", Pass),
        ("{\"x\": 1}", Fail),
        ("{}", Undecided),
    ] {
        let found = judged(&plan, &json(text));
        assert_eq!(found.verdict, verdict, "{text}");
        assert!(found.items.first().unwrap().child.is_some());
    }
}

#[test]
fn a_gate_of_itself_or_of_nothing_is_undecided() {
    let child = |id: &str| criterion(id, Condition::Gate(id.to_string()));
    let circle = plan(
        vec![],
        vec![],
        vec![gate("g", vec![child("h")]), gate("h", vec![child("g")])],
    );
    assert_eq!(judged(&circle, &MemoryStore::default()).verdict, Undecided);
    let absent = plan(vec![], vec![], vec![gate("g", vec![child("nobody")])]);
    assert_eq!(judged(&absent, &MemoryStore::default()).verdict, Undecided);
    assert_eq!(
        judged(&plan(vec![], vec![], vec![]), &MemoryStore::default()).verdict,
        Undecided
    );
    let found = assess(
        &absent,
        "nowhere",
        "g",
        &MemoryStore::default(),
        &results(&[]),
    );
    assert_eq!(found.verdict, Undecided);
}

#[test]
fn what_has_no_past_or_no_samples_is_undecided() {
    let good = json("{\"x\": 0.01}");
    for func in [Func::Rise, Func::Drop, Func::Change] {
        let plan = simple(
            "json",
            call(func, vec![key("s", "r", "x")]),
            LessEqual,
            count(9.0),
        );
        let found = judged(&plan, &good);
        assert_eq!(found.verdict, Undecided, "{func:?}");
        assert!(reasons(&found).contains("names nothing to compare with"));
    }
    for (confidence, samples) in [(Some(0.95), None), (None, Some(100.0))] {
        let mut plan = limit(0.02);
        for criterion in plan.gates.iter_mut().flat_map(|g| &mut g.criteria) {
            (criterion.confidence, criterion.samples) = (confidence, samples);
        }
        let found = judged(&plan, &good);
        assert_eq!(found.verdict, Undecided);
        assert!(reasons(&found).contains("is no metric"));
    }
}

#[test]
fn advice_is_given_where_it_helps() {
    let mut plan = limit(0.02);
    let failed = call(
        Func::Failed,
        vec![expr(ExprKind::Const(Value::Str("c".into())), Type::Str)],
    );
    let cheap = binary(key("s", "r", "x"), Less, count(0.0));
    let advise = |text: &str, when: Option<Expr>| Advice {
        text: Text::plain(text),
        when,
        origin: origin("p.gate:5"),
    };
    plan.gates.iter_mut().for_each(|g| {
        g.advice = vec![
            advise("always", None),
            advise("it failed", Some(failed.clone())),
            advise("never", Some(cheap.clone())),
        ];
    });
    assert_eq!(
        judged(&plan, &json("{\"x\": 1}")).advice,
        ["always", "it failed"]
    );
    assert!(judged(&plan, &json("{\"x\": 0}")).advice.is_empty());
}
