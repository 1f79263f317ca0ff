//! `overlapping-triggers`: a push to a branch with an open pull request starts everything twice.
//!
//! Reported when `on push` takes branches that pull requests come from, not only those they go to,
//! and some node runs on both events.

use super::context::{Context, PipelineFacts};
use crate::diagnostics::{Code, Diagnostic, Diagnostics};
use crate::plan::{Event, Trigger};
use crate::proofs::Reach;

pub(super) fn run(context: &Context, found: &mut Diagnostics) {
    for facts in &context.pipelines {
        let of = |event: Event| facts.pipeline.triggers.iter().find(|t| t.event == event);
        let both = of(Event::Push).zip(of(Event::PullRequest));
        if let (Some((push, pull_request)), Some(reach)) = (both, &facts.reach)
            && let Some(branch) = source_branch(push, pull_request)
            && runs_twice(reach)
        {
            found.push(report(facts, push, pull_request, &branch));
        }
    }
}

/// A pattern of `on push` that takes branches a pull request comes from.
fn source_branch(push: &Trigger, pull_request: &Trigger) -> Option<String> {
    if push.branches.is_empty() {
        return push.tags.is_empty().then(|| "**".to_string());
    }
    let target = |p: &&String| pull_request.branches.contains(p);
    let source = |p: &&String| !p.starts_with('!') && !target(p) && p.contains('*');
    push.branches.iter().find(source).cloned()
}

fn runs_twice(reach: &Reach) -> bool {
    let push = reach.domain.select(|w| w.event == Event::Push);
    let pull_request = reach.domain.select(|w| w.event == Event::PullRequest);
    let mut nodes = reach.nodes.iter();
    nodes.any(|n| n.may.meets(&push) && n.may.meets(&pull_request))
}

fn report(
    facts: &PipelineFacts,
    push: &Trigger,
    pull_request: &Trigger,
    branch: &str,
) -> Diagnostic {
    let what = match branch {
        "**" => "any branch".to_string(),
        pattern => format!("`{pattern}`"),
    };
    Diagnostic::new(
        Code::OverlappingTriggers,
        push.origin.span,
        format!(
            "a push to {what} with an open pull request starts `{}` twice",
            facts.pipeline.id
        ),
    )
    .label("starts it once")
    .also(
        pull_request.origin.span,
        "starts it again, for the same commit",
    )
    .help("let `on push` take only the branches that pull requests go to: `branches = [\"main\"]`")
}
