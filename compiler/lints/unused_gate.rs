//! `unused-gate`: gates that nothing uses.
//!
//! Uses: `needs`, `check`, `verify`, a rollout, an alert, a baseline's `accept_on`, a value that
//! reads its verdict, and being part of a gate that is used. A `test` is no use.

use super::context::{Context, each_ref, pipeline_refs};
use crate::diagnostics::{Code, Diagnostic, Diagnostics};
use crate::plan::{
    Cause, Condition, Criterion, Expr, Gate, Plan, Ref, Scoring, Strategy, WeightPart,
};
use std::collections::BTreeSet;

pub(super) fn run(context: &Context, found: &mut Diagnostics) {
    let mut used: BTreeSet<&str> = BTreeSet::new();
    let mut queue = roots(context.plan);
    while let Some(id) = queue.pop() {
        let Some(gate) = context.names.gates.get(id) else {
            continue;
        };
        if used.insert(&gate.id) {
            queue.extend(parts(gate));
        }
    }
    let unused = |g: &&Gate| !used.contains(g.id.as_str());
    // A part of an unused gate is mended with it.
    let all = context.plan.gates.iter();
    let held: BTreeSet<&str> = all.filter(unused).flat_map(parts).collect();
    for gate in context.plan.gates.iter().filter(unused) {
        if !held.contains(gate.id.as_str()) {
            found.push(report(gate));
        }
    }
}

fn roots(plan: &Plan) -> Vec<&str> {
    let mut roots: Vec<&str> = Vec::new();
    for pipeline in &plan.pipelines {
        for node in &pipeline.nodes {
            roots.extend(node.as_judge().map(|j| j.gate.as_str()));
            let verify = node.as_deploy().and_then(|d| d.verify.as_ref());
            roots.extend(verify.map(|(gate, _)| gate.as_str()));
        }
        pipeline_refs(pipeline, &mut |r| roots.extend(verdict(r)));
    }
    for rollout in &plan.rollouts {
        roots.extend(rollout.criteria.iter().flat_map(of_criterion));
        if let Strategy::BlueGreen { before, after, .. } = &rollout.strategy {
            roots.extend(before.iter().chain(after).flat_map(of_criterion));
        }
        let early = rollout.promote_early.iter().map(|(_, e, _)| e);
        early
            .chain(&rollout.promote)
            .for_each(|e| of_expr(e, &mut roots));
    }
    for alert in &plan.alerts {
        match &alert.cause {
            Cause::Gate(gate) => roots.push(gate),
            Cause::When(expr) => of_expr(expr, &mut roots),
        }
    }
    roots.extend(plan.baselines.iter().filter_map(|b| b.accept_on.as_deref()));
    roots
}

/// The gates that a gate is made of.
fn parts(gate: &Gate) -> Vec<&str> {
    let mut parts: Vec<&str> = gate.criteria.iter().flat_map(of_criterion).collect();
    match &gate.scoring {
        Scoring::Expression(expr) => of_expr(expr, &mut parts),
        Scoring::Weights(weights) => {
            for weight in weights {
                match &weight.part {
                    WeightPart::Gate(id) => parts.push(id),
                    WeightPart::Value(expr) => of_expr(expr, &mut parts),
                    WeightPart::Metric(_) => {}
                }
            }
        }
        Scoring::AllOrNothing | Scoring::Statements => {}
    }
    parts
}

fn of_criterion(criterion: &Criterion) -> Vec<&str> {
    let mut found = Vec::new();
    match &criterion.condition {
        Condition::Gate(id) => found.push(id.as_str()),
        Condition::Holds(expr) => of_expr(expr, &mut found),
        Condition::Outcome(_) | Condition::EveryPart => {}
    }
    found
}

fn of_expr<'a>(expr: &'a Expr, found: &mut Vec<&'a str>) {
    each_ref(expr, &mut |r| found.extend(verdict(r)));
}

/// The gate that a reference asks about.
fn verdict(r: &Ref) -> Option<&str> {
    match r {
        Ref::Verdict(gate) => Some(gate),
        Ref::Ci(_, matchers) => matchers
            .iter()
            .find(|m| m.label == "gate")
            .and_then(|m| m.values.first())
            .and_then(|v| v.as_str()),
        _ => None,
    }
}

fn report(gate: &Gate) -> Diagnostic {
    let message = format!("nothing uses gate `{}`", gate.id);
    Diagnostic::new(Code::UnusedGate, gate.origin.span, message)
        .label("judged nowhere")
        .help(format!(
            "let a stage or deploy need it (`needs {0}`), or judge it in a pipeline (`check {0}`)",
            gate.id
        ))
}
