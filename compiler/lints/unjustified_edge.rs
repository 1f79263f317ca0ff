//! `unjustified-edge`: a stage that waits for another without using anything of it.
//!
//! Only between stages. A stage that holds a secret, a write right or an environment is let be:
//! waiting may be what keeps it from acting on bad sources.

use super::context::{Context, PipelineFacts, each_ref, listed, stage_exprs};
use crate::diagnostics::{Code, Diagnostic, Diagnostics};
use crate::plan::value::duration;
use crate::plan::{Need, NeedReason, Node, Ref, Stage};
use crate::proofs::schedule::ends;

pub(super) fn run(context: &Context, found: &mut Diagnostics) {
    for facts in &context.pipelines {
        let Some(ends) = ends(&facts.graph) else {
            continue;
        };
        for (at, node) in facts.graph.nodes.iter().enumerate() {
            if node.as_stage().is_some_and(|s| !acts(s))
                && let Some(finding) = judge(facts, &ends, at, node)
            {
                found.push(finding);
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

fn judge(facts: &PipelineFacts, ends: &[f64], at: usize, node: &Node) -> Option<Diagnostic> {
    let needs = facts.graph.needs(at);
    let idle = |(i, need): &(usize, &Need)| {
        need.reason == NeedReason::Order
            && facts.graph.node(*i).is_some_and(|n| n.as_stage().is_some())
            && !needs
                .iter()
                .any(|(j, n)| i == j && n.reason != NeedReason::Order)
    };
    let end = |(i, _): &&(usize, &Need)| ends.get(*i).copied().unwrap_or(0.0);
    let latest = |all: &mut dyn Iterator<Item = f64>| all.fold(0.0, f64::max);
    let now = latest(&mut needs.iter().map(|n| end(&n)));
    let then = latest(&mut needs.iter().filter(|n| !idle(n)).map(|n| end(&n)));
    if now <= then {
        return None;
    }
    // Those that hold it up, the latest first.
    let mut waits: Vec<&(usize, &Need)> =
        needs.iter().filter(|n| idle(n) && end(n) > then).collect();
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
