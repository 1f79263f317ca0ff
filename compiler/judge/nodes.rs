//! How nodes ended, and whether a skipped one was meant to be.

use super::Run;
use super::eval::Facts;
use super::lack::Lack;
use crate::plan::{Expr, Need, NeedReason, Node, NodeKind, Pipeline, Verdict};

/// Deepest chain of needs that is followed.
const DEEPEST: usize = 200;

/// How a node ended.
#[derive(Clone, Debug, PartialEq)]
pub enum Ended {
    /// Well.
    Success,
    /// Badly.
    Failure,
    /// Its own condition, or that of a stage it needs, was false; why.
    Skipped(String),
    /// It was cancelled, blocked, or nobody says; why.
    Unclear(String),
}

impl Ended {
    /// Nothing if it ended well, else why it says nothing.
    pub fn lack(&self) -> Option<Lack> {
        match self {
            Ended::Success | Ended::Failure => None,
            Ended::Skipped(why) => Some(Lack::skipped(why)),
            Ended::Unclear(why) => Some(Lack::new(why)),
        }
    }
}

/// How a node of a pipeline ended.
pub fn ended(pipeline: &Pipeline, id: &str, run: &Run) -> Ended {
    follow(pipeline, id, run, DEEPEST)
}

fn follow(pipeline: &Pipeline, id: &str, run: &Run, depth: usize) -> Ended {
    let Some(node) = pipeline.node(id) else {
        return Ended::Unclear(format!("the pipeline `{}` has no `{id}`", pipeline.id));
    };
    let what = name(node);
    match run.results.get(id).map(String::as_str) {
        Some("success") => Ended::Success,
        Some("failure") => Ended::Failure,
        Some("cancelled") => Ended::Unclear(format!("{what} was cancelled")),
        Some("skipped") if depth > 0 => skipped(pipeline, node, run, depth - 1),
        Some("skipped") => Ended::Unclear(format!("{what} was skipped behind too many others")),
        Some(_) => Ended::Unclear(format!("how {what} ended is not understood")),
        None => Ended::Unclear(format!("nobody said how {what} ended")),
    }
}

/// A node that did not run: because of a condition, or because something before it broke?
fn skipped(pipeline: &Pipeline, node: &Node, run: &Run, depth: usize) -> Ended {
    let what = name(node);
    let mut because = None;
    for need in node.needs.iter().filter(|need| blocks(need)) {
        match follow(pipeline, &need.node, run, depth) {
            // A gate that was skipped lets nothing on, and breaks nothing either.
            Ended::Success if is_skipped_gate(&need.node, run) => {
                because = because.or(Some(need.node.as_str()));
            }
            Ended::Success => {}
            Ended::Skipped(_) => because = because.or(Some(need.node.as_str())),
            Ended::Failure => {
                return Ended::Unclear(format!("{what} did not run: `{}` failed", need.node));
            }
            Ended::Unclear(why) => {
                return Ended::Unclear(format!("{what} did not run: {why}"));
            }
        }
    }
    if let Some(need) = because {
        return Ended::Skipped(format!("{what} was skipped, as `{need}` was"));
    }
    let Some(when) = &node.when else {
        return Ended::Unclear(format!("{what} was skipped, and nothing says why"));
    };
    match held(node, when, run) {
        Some(true) => Ended::Unclear(format!("{what} was skipped, though its `when` holds")),
        Some(false) => Ended::Skipped(format!("{what} was skipped: its `when` was false")),
        None => Ended::Unclear(format!(
            "{what} was skipped, and nobody says that its `when` was false: tell it beside its \
             result, `{}.when=false`",
            node.id
        )),
    }
}

/// Whether a node's condition held, as it was told or follows from the facts.
fn held(node: &Node, when: &Expr, run: &Run) -> Option<bool> {
    let told = run.conditions.get(&node.id).copied();
    told.or_else(|| Facts(run).holds(when))
}

fn is_skipped_gate(node: &str, run: &Run) -> bool {
    run.verdicts
        .get(node)
        .is_some_and(|v| v == Verdict::Skipped.name())
}

/// Evidence is read however its stage ended.
fn blocks(need: &Need) -> bool {
    need.reason != NeedReason::Evidence
}

/// `stage `test``
pub fn name(node: &Node) -> String {
    let kind = match node.kind {
        NodeKind::Stage(_) => "stage",
        NodeKind::Judge(_) => "gate",
        NodeKind::Deploy(_) => "deploy",
    };
    format!("{kind} `{}`", node.id)
}
