//! `timeout-shorter-than-rollout`: deploys that end before their rollouts do.

use super::context::{Context, called};
use crate::diagnostics::{Code, Diagnostic, Diagnostics};
use crate::plan::value::duration;
use crate::plan::{Node, Rollout, Strategy};
use std::collections::BTreeMap;

pub(super) fn run(context: &Context, found: &mut Diagnostics) {
    let rollouts = context.plan.rollouts.iter();
    let rollouts: BTreeMap<&str, &Rollout> = rollouts.map(|r| (r.id.as_str(), r)).collect();
    for node in context.pipelines.iter().flat_map(|p| p.graph.nodes) {
        let rollout = node
            .as_deploy()
            .and_then(|d| rollouts.get(d.rollout.as_str()));
        let taking = rollout.and_then(|r| Some((r, takes(&r.strategy)?)));
        if let Some((rollout, (seconds, how))) = taking
            && node.timeout < seconds
        {
            found.push(report(node, rollout, seconds, &how));
        }
    }
}

/// Seconds that a rollout takes when all goes well, and how they come about.
fn takes(strategy: &Strategy) -> Option<(f64, String)> {
    match strategy {
        Strategy::Rolling { .. } => None,
        Strategy::Canary { steps, hold } => {
            let seconds = steps.len() as f64 * hold;
            let how = format!("{} steps of {}", steps.len(), duration(*hold));
            Some((seconds, how))
        }
        Strategy::BlueGreen { wait, watch, .. } => {
            let how = format!(
                "a wait of {} and a watch of {}",
                duration(*wait),
                duration(*watch)
            );
            Some((wait + watch, how))
        }
        Strategy::Ab { at_most, .. } => Some((*at_most, "its `at_most`".to_string())),
    }
}

fn report(node: &Node, rollout: &Rollout, seconds: f64, how: &str) -> Diagnostic {
    let (limit, needed) = (duration(node.timeout), duration(seconds));
    let message = format!(
        "{} ends after {limit}, its rollout `{}` takes {needed}",
        called(node),
        rollout.id
    );
    Diagnostic::new(
        Code::TimeoutShorterThanRollout,
        node.origin.attribute("timeout"),
        message,
    )
    .label(format!("ends after {limit}"))
    .also(rollout.origin.span, format!("takes {needed}: {how}"))
    .help(format!(
        "remove its `timeout` (the holds and 15m are the default), or make it more than {needed}"
    ))
}
