//! Hand-built plans judged.

mod bounds;
mod cells;
mod corpus;
mod groups;
mod malformed;
mod overriding;
mod past;
mod property;
mod rows;
mod sampled;
mod scores;
mod suspect;
mod trials;
mod values;
mod verdicts;

use std::collections::BTreeMap;

use super::*;
use crate::evidence::MemoryStore;
use crate::plan::*;
use crate::source::Span;

pub fn origin(place: &str) -> Origin {
    Origin {
        place: place.to_string(),
        ..Origin::default()
    }
}

pub fn expr(kind: ExprKind, ty: Type) -> Expr {
    Expr {
        kind,
        ty,
        span: Span::default(),
    }
}

/// A number with its unit.
pub fn num(number: f64, quantity: Quantity) -> Expr {
    let ty = Type::Quantity(quantity.clone());
    expr(ExprKind::Const(Value::Number(number, quantity)), ty)
}

pub fn count(number: f64) -> Expr {
    num(number, Quantity::Count)
}

pub fn field(stage: &str, report: &str, field: &str) -> Expr {
    at(stage, report, vec![PathSegment::Field(field.to_string())])
}

pub fn key(stage: &str, report: &str, key: &str) -> Expr {
    at(stage, report, vec![PathSegment::Key(key.to_string())])
}

pub fn at(stage: &str, report: &str, path: Vec<PathSegment>) -> Expr {
    let of = Ref::Report {
        stage: stage.into(),
        report: report.into(),
        path,
    };
    expr(ExprKind::Ref(of), Type::Data)
}

pub fn matcher(label: &str, op: MatcherOp, values: &[&str]) -> Matcher {
    let values = values.iter().map(|v| Value::Str(v.to_string())).collect();
    Matcher {
        label: label.to_string(),
        op,
        values,
    }
}

pub fn metric_ref(id: &str) -> Expr {
    expr(
        ExprKind::Ref(Ref::Metric(id.to_string(), vec![])),
        Type::Data,
    )
}

pub fn binary(left: Expr, op: Operator, right: Expr) -> Expr {
    expr(
        ExprKind::Binary(op, Box::new(left), Box::new(right)),
        Type::Bool,
    )
}

pub fn call(func: Func, args: Vec<Expr>) -> Expr {
    expr(ExprKind::Call(func, args), Type::Data)
}

pub fn criterion(id: &str, condition: Condition) -> Criterion {
    Criterion {
        id: id.to_string(),
        condition,
        strength: Strength::Require { warn: None },
        places: vec![],
        confidence: None,
        samples: None,
        if_missing: None,
        if_skipped: None,
        origin: origin("p.gate:1"),
    }
}

pub fn require(id: &str, left: Expr, op: Operator, right: Expr) -> Criterion {
    criterion(id, Condition::Holds(binary(left, op, right)))
}

pub fn gate(id: &str, criteria: Vec<Criterion>) -> Gate {
    Gate {
        id: id.to_string(),
        title: id.to_string(),
        against: None,
        pass: 100.0,
        pass_given: None,
        criteria,
        scoring: Scoring::AllOrNothing,
        advice: vec![],
        overrides: vec![],
        origin: origin("p.gate:9"),
    }
}

pub fn metric(id: &str, quantity: Quantity, report: Expr) -> Metric {
    Metric {
        id: id.to_string(),
        ty: Type::Quantity(quantity),
        better: Some(Better::Higher),
        key: vec![],
        by: None,
        samples: None,
        repeats: None,
        cluster: None,
        range: None,
        report: Some(report),
        live: None,
        origin: origin("p.gate:2"),
    }
}

pub fn report(id: &str, format: &str, path: &str, across: Option<Across>) -> Report {
    let (id, format, path) = (id.to_string(), format.to_string(), path.to_string());
    Report {
        id,
        format,
        path,
        across,
        key: vec![],
        tool: None,
        origin: origin("p.gate:3"),
    }
}

pub fn node(id: &str, needs: &[&str], kind: NodeKind) -> Node {
    let need = |node: &&str| Need {
        node: node.to_string(),
        reason: NeedReason::Order,
        span: Span::default(),
    };
    Node {
        id: id.to_string(),
        title: id.to_string(),
        origin: origin("p.gate:4"),
        needs: needs.iter().map(need).collect(),
        when: None,
        timeout: 60.0,
        kind,
    }
}

pub fn stage(id: &str, reports: Vec<Report>) -> Node {
    node(
        id,
        &[],
        NodeKind::Stage(Stage {
            reports,
            ..Stage::default()
        }),
    )
}

/// A plan with one pipeline `ci`.
pub fn plan(nodes: Vec<Node>, metrics: Vec<Metric>, gates: Vec<Gate>) -> Plan {
    let pipeline = Pipeline {
        id: "ci".to_string(),
        nodes,
        ..Pipeline::default()
    };
    Plan {
        pipelines: vec![pipeline],
        metrics,
        gates,
        ..Plan::default()
    }
}

pub fn results(pairs: &[(&str, &str)]) -> BTreeMap<String, String> {
    pairs
        .iter()
        .map(|(k, v)| (k.to_string(), v.to_string()))
        .collect()
}

/// Judges the gate `g` where every stage went well.
pub fn judged(plan: &Plan, store: &MemoryStore) -> Assessment {
    let nodes = plan.pipelines.iter().flat_map(|p| &p.nodes);
    let results = nodes
        .map(|n| (n.id.clone(), "success".to_string()))
        .collect();
    assess(plan, "ci", "g", store, &results)
}

/// A gate `g` of one criterion over one report `r` of the stage `s`.
pub fn simple(format: &str, left: Expr, op: Operator, right: Expr) -> Plan {
    let stage = stage("s", vec![report("r", format, "r", None)]);
    plan(
        vec![stage],
        vec![],
        vec![gate("g", vec![require("c", left, op, right)])],
    )
}

pub fn reasons(found: &Assessment) -> String {
    let each = found.items.iter().flat_map(|i| i.reasons.iter().cloned());
    each.collect::<Vec<_>>().join("; ")
}

/// A program of one pipeline `ci`, compiled; it must be without errors.
pub fn program(text: &str) -> Plan {
    let head = "project { evaluator { path = \"tools/gatec\" } }\n";
    let text = format!("{head}{text}");
    let world = crate::source::MemoryWorld::new([("p.gate", text.as_str())]);
    let compilation = crate::compile(&world, &["p.gate".to_string()]);
    let found: Vec<String> = compilation
        .diagnostics
        .iter()
        .filter(|d| d.severity == crate::diagnostics::Severity::Error)
        .map(|d| d.message.clone())
        .collect();
    assert!(found.is_empty(), "{found:?}");
    (*compilation.plan).clone()
}

/// A run of the pipeline `ci` in which every node went well, on a push to `main`.
pub fn well(plan: &Plan) -> Run {
    let nodes = plan.pipelines.iter().flat_map(|p| &p.nodes);
    let facts = [("event", "push"), ("branch", "main")];
    Run {
        results: nodes
            .map(|n| (n.id.clone(), "success".to_string()))
            .collect(),
        facts: facts.map(|(k, v)| (k.to_string(), Val::text(v))).into(),
        now: Some(1_000_000.0),
        ..Run::default()
    }
}

/// The item of an id.
pub fn item<'a>(found: &'a Assessment, id: &str) -> &'a Item {
    let item = found.items.iter().find(|i| i.id == id);
    item.unwrap_or_else(|| panic!("no item {id} in {:?}", found.items))
}
