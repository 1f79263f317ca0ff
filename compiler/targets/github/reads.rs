//! What is read of what: only outputs that something reads are written, for GitHub's checkers
//! take an unread one for a mistake.

use super::context::Context;
use crate::plan::{
    Container, Deploy, Expr, MatrixValues, NeedReason, Node, NodeKind, Part, Ref, Stage, StepKind,
    Text,
};

/// Fills the context's lists of what is read.
pub fn gather(cx: &mut Context<'_>) {
    let pipeline = cx.pipeline;
    let mut visit = |expr: &Expr| note(cx, expr);
    for (_, expr) in pipeline.env.iter().chain(&pipeline.call_outputs) {
        visit(expr);
    }
    pipeline.nodes.iter().for_each(|n| node(n, &mut visit));
    for node in &pipeline.nodes {
        for need in node
            .needs
            .iter()
            .filter(|n| n.reason != NeedReason::Evidence)
        {
            if cx.node(&need.node).is_some_and(|n| n.as_judge().is_some()) {
                cx.read_verdicts.insert(need.node.clone());
            }
        }
    }
    opaque(cx);
}

fn note(cx: &mut Context<'_>, expr: &Expr) {
    for reference in expr.refs() {
        match reference {
            Ref::NodeOutput { node, output } => {
                cx.read_outputs.insert((node.clone(), output.clone()));
            }
            Ref::Verdict(gate) => {
                cx.read_verdicts.insert(gate.clone());
            }
            Ref::Changed(filter) => {
                cx.read_changes.insert(filter.clone());
            }
            _ => {}
        }
    }
}

/// Raw fragments name outputs in their own text.
fn opaque(cx: &mut Context<'_>) {
    let pipeline = cx.pipeline;
    let stages = || pipeline.nodes.iter().filter_map(Node::as_stage);
    let steps = stages().flat_map(|s| s.steps.iter().flat_map(|s| &s.raw));
    let raws: Vec<&str> = pipeline
        .raw
        .iter()
        .chain(stages().flat_map(|s| &s.raw))
        .chain(steps)
        .map(|r| r.yaml.as_str())
        .collect();
    if raws.is_empty() {
        return;
    }
    for node in &pipeline.nodes {
        let Some(stage) = node.as_stage() else {
            continue;
        };
        for (output, ..) in &stage.outputs {
            let text = format!("outputs.{output}");
            if raws.iter().any(|raw| raw.contains(&text)) {
                cx.read_outputs.insert((node.id.clone(), output.clone()));
            }
        }
    }
}

/// Calls `visit` on every expression of a node.
pub fn node(node: &Node, visit: &mut dyn FnMut(&Expr)) {
    if let Some(when) = &node.when {
        visit(when);
    }
    match &node.kind {
        NodeKind::Stage(s) => stage(s, visit),
        NodeKind::Deploy(Deploy { image, .. }) => visit(image),
        NodeKind::Judge(_) => {}
    }
}

fn stage(stage: &Stage, visit: &mut dyn FnMut(&Expr)) {
    let calls = stage.calls.iter();
    let called = calls.flat_map(|c| c.inputs.iter().chain(&c.secrets));
    for (_, expr) in stage.env.iter().chain(called) {
        visit(expr);
    }
    for (_, expr, _) in &stage.outputs {
        visit(expr);
    }
    if let Some(group) = &stage.concurrency {
        group
            .group
            .iter()
            .chain(&group.cancel)
            .for_each(&mut *visit);
    }
    let around = stage.container.iter().chain(&stage.services);
    around.for_each(|c| container(c, visit));
    if let Some(matrix) = &stage.matrix {
        for key in &matrix.keys {
            if let MatrixValues::From(expr) = &key.values {
                visit(expr);
            }
        }
        let rules = matrix.exclude.iter().chain(&matrix.include);
        rules.filter_map(|r| r.when.as_ref()).for_each(&mut *visit);
    }
    stage.steps.iter().for_each(|s| step(s, visit));
}

fn container(container: &Container, visit: &mut dyn FnMut(&Expr)) {
    container.env.iter().for_each(|(_, e)| visit(e));
    if let Some((user, password)) = &container.credentials {
        visit(user);
        visit(password);
    }
}

/// Calls `visit` on every expression of a step.
pub fn step(step: &crate::plan::Step, visit: &mut dyn FnMut(&Expr)) {
    step.when.iter().for_each(&mut *visit);
    step.env.iter().for_each(|(_, e)| visit(e));
    match &step.kind {
        StepKind::Run(script) => text(script, visit),
        StepKind::Action(action) => action.inputs.iter().for_each(|(_, e)| visit(e)),
        StepKind::Take { .. } => {}
    }
}

fn text(text: &Text, visit: &mut dyn FnMut(&Expr)) {
    for part in &text.parts {
        if let Part::Value(expr, _) = part {
            visit(expr);
        }
    }
}
