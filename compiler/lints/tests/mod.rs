//! Each lint on a plan that it finds, and on one that it lets be.

mod allows;
mod order;
mod quality;
mod scripts;

use super::testing::*;
use crate::diagnostics::{Code, Severity};
use crate::plan::*;
use crate::source::Span;

/// The findings of one code, in words.
fn only(plan: &Plan, code: &str) -> Vec<String> {
    let mut all = said_of(plan);
    all.retain(|f| f.starts_with(&format!("{code}: ")));
    all
}

/// The codes that are no note.
fn serious(plan: &Plan) -> Vec<&'static str> {
    let mut found = codes(plan);
    found.retain(|name| Code::from_name(name).is_some_and(|c| c.severity() > Severity::Note));
    found
}

fn push() -> Vec<Trigger> {
    vec![on(Event::Push, &["main"])]
}

fn both() -> Vec<Trigger> {
    vec![
        on(Event::Push, &["main", "develop"]),
        on(Event::PullRequest, &["main", "develop"]),
    ]
}

fn report(id: &str) -> Report {
    Report {
        id: id.into(),
        format: "junit".into(),
        path: "junit.xml".into(),
        across: None,
        key: Vec::new(),
        tool: None,
        origin: origin(),
    }
}

fn rollout(id: &str, strategy: Strategy) -> Rollout {
    Rollout {
        id: id.into(),
        strategy,
        against: None,
        criteria: Vec::new(),
        promote_early: None,
        promote: None,
        on_failure: "rollback".into(),
        origin: origin(),
    }
}

fn allow(code: &str, within: Option<Span>) -> Allow {
    Allow {
        code: code.into(),
        reason: "it is meant".into(),
        within,
        origin: origin(),
    }
}
