//! Which values a fact can have on an event.

use super::glob;
use crate::plan::{Event, Input, InputKind, Pipeline, Ref, Trigger};
use std::collections::BTreeSet;

/// A value of a fact.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Val {
    /// The event has no such fact.
    Absent,
    /// A text that no condition names.
    Other,
    /// A text.
    Text(String),
    /// A truth value.
    Bool(bool),
}

/// What conditions say of a fact.
#[derive(Debug, Default)]
pub struct Mention {
    /// Texts it is compared with.
    pub texts: BTreeSet<String>,
    /// Whether it is used as a truth value.
    pub bools: bool,
}

impl Mention {
    fn texts(&self) -> Vec<Val> {
        self.texts.iter().cloned().map(Val::Text).collect()
    }

    fn open(&self) -> Vec<Val> {
        let mut values = self.texts();
        if self.bools {
            values.extend([Val::Bool(true), Val::Bool(false)]);
        }
        if !self.bools || !self.texts.is_empty() {
            values.push(Val::Other);
        }
        values
    }
}

/// Texts that a list of patterns lets through.
fn filtered(mention: &Mention, patterns: &[String]) -> Vec<Val> {
    let literals = patterns.iter().filter(|p| glob::is_literal(p));
    let names: BTreeSet<&String> = mention
        .texts
        .iter()
        .chain(literals.filter(|p| !p.starts_with('!')))
        .filter(|name| glob::accepts(patterns, name))
        .collect();
    let mut values: Vec<Val> = names.into_iter().cloned().map(Val::Text).collect();
    if glob::accepts_more(patterns) {
        values.push(Val::Other);
    }
    values
}

/// Branch, target branch, tag and fork of a run; the facts that every pipeline has.
pub struct Core<'a> {
    /// What is said of the branch.
    pub branch: &'a Mention,
    /// What is said of the target branch.
    pub target: &'a Mention,
    /// What is said of the tag.
    pub tag: &'a Mention,
}

impl Core<'_> {
    /// The combinations that a trigger starts: branch, target branch, tag, fork.
    pub fn of(&self, trigger: &Trigger) -> Vec<[Val; 4]> {
        use Val::Absent;
        let no = Val::Bool(false);
        let branches = |patterns: &[String]| filtered(self.branch, patterns);
        let mut found = Vec::new();
        match trigger.event {
            Event::Push => {
                // Only branches or only tags filtered: the other kind of push starts nothing.
                if trigger.tags.is_empty() || !trigger.branches.is_empty() {
                    let each = branches(&trigger.branches);
                    found.extend(each.into_iter().map(|b| [b, Absent, Absent, no.clone()]));
                }
                if trigger.branches.is_empty() || !trigger.tags.is_empty() {
                    let each = filtered(self.tag, &trigger.tags);
                    found.extend(each.into_iter().map(|t| [Absent, Absent, t, no.clone()]));
                }
            }
            Event::PullRequest => {
                for fork in [false, true] {
                    let each = filtered(self.target, &trigger.branches);
                    found.extend(
                        each.into_iter()
                            .map(|t| [Absent, t, Absent, Val::Bool(fork)]),
                    );
                }
            }
            Event::Release => {
                let each = filtered(self.tag, &trigger.tags);
                found.extend(each.into_iter().map(|t| [Absent, Absent, t, no.clone()]));
            }
            Event::Schedule | Event::Dispatch => {
                let each = branches(&[]);
                found.extend(each.into_iter().map(|b| [b, Absent, Absent, no.clone()]));
            }
            // What these bring depends on who starts them: everything is possible.
            Event::Call | Event::MergeGroup | Event::Api => {
                let maybe = |mut values: Vec<Val>| {
                    values.push(Absent);
                    values
                };
                for b in maybe(branches(&[])) {
                    for t in maybe(filtered(self.target, &[])) {
                        for tag in maybe(filtered(self.tag, &[])) {
                            for fork in [false, true] {
                                found.push([b.clone(), t.clone(), tag.clone(), Val::Bool(fork)]);
                            }
                        }
                    }
                }
            }
        }
        found
    }
}

/// The values that any other fact can have on a trigger.
pub fn values(fact: &Ref, mention: &Mention, trigger: &Trigger, pipeline: &Pipeline) -> Vec<Val> {
    let maybe = |mut values: Vec<Val>| {
        values.push(Val::Absent);
        values
    };
    match fact {
        Ref::SourceBranch => match trigger.event {
            Event::PullRequest => mention.open(),
            Event::Call | Event::MergeGroup | Event::Api => maybe(mention.open()),
            _ => vec![Val::Absent],
        },
        Ref::Changed(_) => vec![Val::Bool(true), Val::Bool(false)],
        Ref::Input(id) => match pipeline.inputs.iter().find(|i| i.id == *id) {
            Some(input) => input_values(input, mention, trigger.event),
            None => maybe(mention.open()),
        },
        Ref::Variable(_) | Ref::NodeOutput { .. } => maybe(mention.open()),
        Ref::EventField(path) => event_field(path, mention, trigger),
        _ => mention.open(),
    }
}

fn input_values(input: &Input, mention: &Mention, event: Event) -> Vec<Val> {
    let given = match event {
        Event::Dispatch => input.dispatch,
        Event::Call => input.call,
        _ => false,
    };
    if !given {
        return vec![Val::Absent];
    }
    match &input.kind {
        InputKind::Bool => vec![Val::Bool(true), Val::Bool(false)],
        InputKind::Choice(texts) | InputKind::Environment(texts) => {
            let mut values: Vec<Val> = texts.iter().cloned().map(Val::Text).collect();
            // A caller's value is not checked against the choices.
            if event == Event::Call {
                values.extend(mention.open());
                values.dedup();
            }
            values
        }
        InputKind::Text | InputKind::Number(_) => {
            let mut values = mention.open();
            values.push(Val::Absent);
            values
        }
    }
}

fn event_field(path: &[String], mention: &Mention, trigger: &Trigger) -> Vec<Val> {
    let names: Vec<&str> = path.iter().map(String::as_str).collect();
    let mut values = mention.open();
    match (names.as_slice(), trigger.event) {
        (["action"], _) if !trigger.types.is_empty() => {
            return trigger.types.iter().cloned().map(Val::Text).collect();
        }
        (["action"], Event::PullRequest) => {
            let usual = ["opened", "synchronize", "reopened"];
            return usual.iter().map(|t| Val::Text(t.to_string())).collect();
        }
        (["release", ..], Event::Push | Event::PullRequest | Event::Schedule | Event::Dispatch)
        | (
            ["pull_request", ..],
            Event::Push | Event::Release | Event::Schedule | Event::Dispatch,
        ) => {
            return vec![Val::Absent];
        }
        _ => values.push(Val::Absent),
    }
    values
}
