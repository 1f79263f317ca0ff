//! When jobs and steps run. GitHub skips a job whose ancestor was skipped, takes a skipped check
//! for a passed one, and runs nothing after a failure unless a status function is asked; so every
//! condition says all it means.

use super::context::Context;
use super::expressions::{Lower, Scope, Tree};
use crate::plan::{After, Need, NeedReason, Node, Ref, Step};

/// The condition of a node's job.
pub fn of_job(cx: &Context<'_>, node: &Node, needs_any: bool) -> Option<String> {
    let due = due(cx, node);
    let whole = if needs_any {
        Tree::all([not_cancelled(), due])
    } else {
        due
    };
    (whole != Tree::Bool(true)).then(|| whole.wrapped())
}

/// Whether a node should run, once all it waits for has ended.
pub fn due(cx: &Context<'_>, node: &Node) -> Tree {
    let needs = node
        .needs
        .iter()
        .filter(|n| n.reason != NeedReason::Evidence);
    let waits = needs.map(|need| ended_well(cx, need));
    let when = own(cx, node);
    let job = cx.changes_id.iter().filter(|_| changes_read(node));
    let changes = job.map(|job| result_is(job, "success"));
    Tree::all(waits.chain(changes).chain(when))
}

/// A node's own condition.
pub fn own(cx: &Context<'_>, node: &Node) -> Option<Tree> {
    let lower = Lower::new(cx, Scope::JobIf);
    node.when.as_ref().map(|when| lower.truth(when))
}

/// A gate lets through what needs it when it passed, with or without a warning, or was overridden;
/// a skipped or undecided verdict never does.
fn ended_well(cx: &Context<'_>, need: &Need) -> Tree {
    let job = cx.job_id(&need.node);
    let ended = result_is(&job, "success");
    let Some(judge) = cx.node(&need.node).and_then(|n| n.as_judge()) else {
        return ended;
    };
    let verdict = format!("needs.{job}.outputs.verdict");
    let gates = cx.plan.parts_of(&judge.gate);
    let overridden = gates.iter().any(|gate| !gate.overrides.is_empty());
    let words = ["pass", "warn"]
        .into_iter()
        .chain(overridden.then_some("overridden"));
    let passed = Tree::any(words.map(|word| Tree::is(verdict.clone(), word)));
    Tree::all([ended, passed])
}

/// `needs.job.result == 'result'`
pub fn result_is(job: &str, result: &str) -> Tree {
    Tree::is(format!("needs.{job}.result"), result)
}

/// `!cancelled()`
pub fn not_cancelled() -> Tree {
    Tree::Call("cancelled", Vec::new()).negate()
}

/// `failure()`
pub fn failure() -> Tree {
    Tree::Call("failure", Vec::new())
}

/// The condition of a step.
pub fn of_step(cx: &Context<'_>, step: &Step) -> Option<String> {
    let lower = Lower::new(cx, Scope::StepIf);
    let status = match step.after {
        After::Success => None,
        After::Failure => Some(failure()),
        After::Always => Some(Tree::Call("always", Vec::new())),
    };
    let when = step.when.as_ref().map(|when| lower.truth(when));
    let whole = Tree::all(status.into_iter().chain(when));
    (whole != Tree::Bool(true)).then(|| whole.wrapped())
}

/// Whether anything in a node asks for changed files.
pub fn changes_read(node: &Node) -> bool {
    let mut found = false;
    super::reads::node(node, &mut |expr| {
        found |= expr.refs().iter().any(|r| matches!(r, Ref::Changed(_)));
    });
    found
}
