//! `overlapping-triggers`: a push to a branch with an open pull request starts everything twice.
//!
//! Reported when `on push` takes branches that pull requests come from (a pattern, or a branch that
//! is merged into another one), and some node runs on both events.

use super::context::{Context, PipelineFacts};
use crate::diagnostics::{Code, Diagnostic, Diagnostics};
use crate::plan::{Event, Trigger};
use crate::proofs::Reach;
use crate::proofs::glob::is_literal;

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
    let targets = &pull_request.branches;
    // A branch that is merged into another one of `on push` is a source, too.
    let merged = |p: &str| {
        let mut others = push.branches.iter().filter(|o| *o != p && is_literal(o));
        others.any(|o| targets.is_empty() || targets.contains(o))
    };
    let source = |p: &&String| match is_literal(p) {
        true => targets.contains(p) && merged(p),
        false => !p.starts_with('!') && !targets.contains(p),
    };
    // The last one: the first is usually where all is merged to.
    push.branches.iter().rev().find(source).cloned()
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
    .help(
        "let `on push` take only branches that no pull request comes from, \
         or `allow \"overlapping-triggers\"` with the reason for it",
    )
}
