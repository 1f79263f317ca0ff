//! `unjustified-edge`: a stage that waits for another without using anything of it.
//!
//! Only between stages. A stage that holds a secret, a write right or an environment is let be:
//! waiting may be what keeps it from acting on bad sources.

use super::context::{Context, PipelineFacts, each_ref, listed, stage_exprs};
use crate::diagnostics::{Code, Diagnostic, Diagnostics};
use crate::plan::value::duration;
use crate::plan::{Expr, Need, NeedReason, Node, Ref, Stage, StepKind};
use crate::proofs::schedule::ends;
use std::collections::BTreeSet;

pub(super) fn run(context: &Context, found: &mut Diagnostics) {
    let mut told = BTreeSet::new();
    for facts in &context.pipelines {
        let Some(ends) = ends(&facts.graph) else {
            continue;
        };
        for (at, node) in facts.graph.nodes.iter().enumerate() {
            let runs = facts.reach.as_ref().and_then(|r| r.node(at));
            let dead = runs.is_some_and(|truth| truth.may.is_empty());
            if node.as_stage().is_some_and(|s| !dead && !acts(s))
                && let Some(finding) = judge(facts, &ends, at, node)
                // Of a template, once for all its uses.
                && told.insert(finding.primary.span)
            {
                found.push(finding);
                if context.is_silenced(Code::UnjustifiedEdge) {
                    return;
                }
            }
        }
    }
}

/// Whether a stage may do more than look.
fn acts(stage: &Stage) -> bool {
    let mut secret = false;
    stage_exprs(stage, &mut |expr| {
        each_ref(expr, &mut |r| secret |= matches!(r, Ref::Secret(_)));
    });
    secret || stage.environment.is_some() || stage.permissions.iter().any(|p| p.write)
}

/// Nodes whose outputs, artifacts or outcomes a stage uses; a `needs` beside it says no more.
fn used<'a>(node: &'a Node) -> BTreeSet<&'a str> {
    let mut used = BTreeSet::new();
    let mut see = |expr: &'a Expr| {
        each_ref(expr, &mut |r| {
            if let Ref::NodeOutput { node, .. } | Ref::Outcome(node) = r {
                used.insert(node.as_str());
            }
        });
    };
    node.when.iter().for_each(&mut see);
    if let Some(stage) = node.as_stage() {
        stage_exprs(stage, &mut see);
        used.extend(stage.steps.iter().filter_map(|step| match &step.kind {
            StepKind::Take { node, .. } => Some(node.as_str()),
            _ => None,
        }));
    }
    used
}

fn judge(facts: &PipelineFacts, ends: &[f64], at: usize, node: &Node) -> Option<Diagnostic> {
    let needs = facts.graph.needs(at);
    let used = used(node);
    let other = |n: &&(usize, &Need)| n.1.reason != NeedReason::Order;
    let others: Vec<usize> = needs.iter().filter(other).map(|(i, _)| *i).collect();
    let idle = |(i, need): &(usize, &Need)| {
        need.reason == NeedReason::Order
            && !others.contains(i)
            && !used.contains(need.node.as_str())
            && facts.graph.node(*i).is_some_and(|n| n.as_stage().is_some())
    };
    let end = |(i, _): &(usize, &Need)| ends.get(*i).copied().unwrap_or(0.0);
    let (mut waits, kept): (Vec<_>, Vec<_>) = needs.iter().copied().partition(idle);
    let now = needs.iter().map(end).fold(0.0, f64::max);
    let then = kept.iter().map(end).fold(0.0, f64::max);
    // Those that hold it up, the latest first.
    waits.retain(|n| end(n) > then);
    waits.sort_by(|a, b| end(b).total_cmp(&end(a)));
    let (_, first) = waits.first()?;
    let mut names: Vec<&str> = waits.iter().map(|(_, n)| n.node.as_str()).collect();
    names.dedup();
    let it = if names.len() == 1 { "it" } else { "them" };
    let message = format!(
        "stage `{}` waits for {} and uses nothing of {it}",
        node.id,
        listed(&names)
    );
    let earlier = duration(now - then);
    Some(
        Diagnostic::new(Code::UnjustifiedEdge, first.span, message)
            .label(format!("could start up to {earlier} earlier"))
            .help("remove the need, or `allow \"unjustified-edge\"` with the reason for it"),
    )
}
