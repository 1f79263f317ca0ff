//! `dead-trigger`: events on which nothing runs.

use super::context::{Context, PipelineFacts, called};
use crate::diagnostics::{Code, Diagnostic, Diagnostics};
use crate::plan::{Node, Trigger};
use crate::proofs::{Bits, Reach, show};

pub(super) fn run(context: &Context, found: &mut Diagnostics) {
    for facts in &context.pipelines {
        let Some(reach) = &facts.reach else {
            continue;
        };
        // A pipeline in which nothing runs at all is told so at its nodes.
        let alive = useful(facts).any(|at| runs_in(reach, at, None));
        if !alive {
            continue;
        }
        for (number, trigger) in facts.pipeline.triggers.iter().enumerate() {
            let worlds = reach.domain.select(|w| w.trigger == number);
            let runs = useful(facts).any(|at| runs_in(reach, at, Some(&worlds)));
            if !runs && !worlds.is_empty() {
                found.push(report(facts, trigger));
            }
        }
    }
}

/// Nodes that somebody wrote; a gate that is only needed does nothing by itself.
fn useful<'a>(facts: &'a PipelineFacts) -> impl Iterator<Item = usize> + 'a {
    let written = |node: &Node| node.as_judge().is_none_or(|j| j.explicit);
    let nodes = facts.graph.nodes.iter().enumerate();
    nodes.filter(move |(_, n)| written(n)).map(|(at, _)| at)
}

fn runs_in(reach: &Reach, node: usize, worlds: Option<&Bits>) -> bool {
    reach.node(node).is_some_and(|truth| match worlds {
        Some(worlds) => truth.may.meets(worlds),
        None => !truth.may.is_empty(),
    })
}

fn report(facts: &PipelineFacts, trigger: &Trigger) -> Diagnostic {
    const SHOWN: usize = 3;
    let event = trigger.event.name();
    let name = &facts.pipeline.id;
    let finding = Diagnostic::new(
        Code::DeadTrigger,
        trigger.origin.span,
        format!("`{event}` starts `{name}`, and nothing in it runs then"),
    )
    .label("starts an empty run");
    let roots = facts.graph.nodes.iter().filter(|n| n.needs.is_empty());
    let conditions = roots.filter_map(|n| Some((n, n.when.as_ref()?)));
    conditions
        .take(SHOWN)
        .fold(finding, |f, (node, when)| {
            f.also(
                when.span,
                format!("{} runs only when `{}`", called(node), show(when)),
            )
        })
        .help(format!("remove `on {event}`, or let something run on it"))
}
