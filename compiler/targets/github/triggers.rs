//! `on`: what starts a pipeline, its inputs, and what it offers to callers.

use super::context::Context;
use super::expressions::{Lower, Scope, Tree};
use super::schema::Group;
use super::text::{literal, scalar};
use crate::diagnostics::{Code, Diagnostic};
use crate::plan::value::decimal;
use crate::plan::{Event, Input, InputKind, Quantity, Trigger, Value, title};
use crate::targets::yaml::{Entry, Map, Yaml};

/// The most inputs that GitHub takes.
const INPUTS: usize = 25;

/// The key `on`.
pub fn on(cx: &Context<'_>) -> Map {
    let mut on = Map::new();
    for trigger in &cx.pipeline.triggers {
        let key = key(trigger.event);
        if on.get(key).is_some() {
            continue;
        }
        match trigger.event {
            Event::Schedule => {
                let all = cx
                    .pipeline
                    .triggers
                    .iter()
                    .filter(|t| t.event == Event::Schedule);
                on.push(key, all.flat_map(schedule).collect::<Vec<Yaml>>());
            }
            Event::Dispatch => {
                on.push(key, dispatch(cx));
            }
            Event::Call => {
                on.push(key, call(cx));
            }
            _ => {
                on.push(key, filters(trigger));
            }
        }
    }
    on
}

fn key(event: Event) -> &'static str {
    match event {
        Event::Dispatch => "workflow_dispatch",
        Event::Call => "workflow_call",
        other => other.name(),
    }
}

fn filters(trigger: &Trigger) -> Map {
    let mut map = Map::new();
    patterns(&mut map, "branches", "branches-ignore", &trigger.branches);
    patterns(&mut map, "tags", "tags-ignore", &trigger.tags);
    patterns(&mut map, "paths", "paths-ignore", &trigger.paths);
    if !trigger.types.is_empty() {
        map.push("types", texts(trigger.types.iter().map(String::as_str)));
    }
    map
}

/// Patterns that only exclude have a key of their own.
fn patterns(map: &mut Map, key: &'static str, ignore: &'static str, patterns: &[String]) {
    if patterns.is_empty() {
        return;
    }
    if patterns.iter().all(|p| p.starts_with('!')) {
        map.push(
            ignore,
            texts(patterns.iter().map(|p| p.trim_start_matches('!'))),
        );
    } else {
        map.push(key, texts(patterns.iter().map(String::as_str)));
    }
}

fn texts<'t>(texts: impl Iterator<Item = &'t str>) -> Yaml {
    texts
        .map(|t| t.to_string().into())
        .collect::<Vec<Yaml>>()
        .into()
}

fn schedule(trigger: &Trigger) -> Vec<Yaml> {
    let one = |cron: &String| {
        let mut map = Map::new();
        map.push("cron", cron.clone());
        map.push_some("timezone", trigger.timezone.clone());
        Yaml::Map(map)
    };
    trigger.cron.iter().map(one).collect()
}

fn dispatch(cx: &Context<'_>) -> Map {
    let inputs: Vec<&Input> = cx.pipeline.inputs.iter().filter(|i| i.dispatch).collect();
    if let Some(one) = inputs.get(INPUTS) {
        let message = format!("a run by hand may ask for {INPUTS} inputs on GitHub");
        cx.report(
            Diagnostic::new(Code::TooManyInputs, one.origin.span, message)
                .label("one too many")
                .help("join some of them into one text"),
        );
    }
    let mut map = Map::new();
    push_inputs(&mut map, &inputs, true);
    map
}

fn push_inputs(map: &mut Map, inputs: &[&Input], by_hand: bool) {
    if inputs.is_empty() {
        return;
    }
    let mut keys = Map::new();
    for input in inputs {
        keys.push(input.id.clone(), one_input(input, by_hand));
    }
    map.push("inputs", keys);
}

fn one_input(input: &Input, by_hand: bool) -> Map {
    let mut map = Map::new();
    let said = description(input, by_hand);
    map.push_some("description", said.map(|text| literal(&text)));
    map.push("type", kind(&input.kind, by_hand));
    map.push("required", input.default.is_none());
    map.push_some("default", input.default.as_ref().and_then(default));
    if by_hand && let InputKind::Choice(options) | InputKind::Environment(options) = &input.kind {
        map.push("options", texts(options.iter().map(String::as_str)));
    }
    map
}

fn kind(kind: &InputKind, by_hand: bool) -> &'static str {
    match kind {
        InputKind::Number(_) => "number",
        InputKind::Bool => "boolean",
        InputKind::Choice(_) | InputKind::Environment(_) if by_hand => "choice",
        InputKind::Text | InputKind::Choice(_) | InputKind::Environment(_) => "string",
    }
}

fn default(value: &Value) -> Option<Yaml> {
    match value {
        Value::None => None,
        Value::Bool(b) => Some((*b).into()),
        Value::Number(..) => Some(super::json::yaml(value)),
        Value::Str(s) | Value::Symbol(s) => Some(literal(s).into()),
        other => Some(super::text::constant(other).into()),
    }
}

/// What people read beside the field: its description, the unit and the bounds. A form by hand has
/// its name at least; to a caller that would say nothing new.
fn description(input: &Input, by_hand: bool) -> Option<String> {
    let text = input.description.clone();
    let mut notes = Vec::new();
    if let InputKind::Number(quantity) = &input.kind
        && let Some(unit) = unit(quantity)
    {
        notes.push(format!("in {unit}"));
    }
    let bound = |word: &str, number: Option<f64>| number.map(|n| format!("{word} {}", decimal(n)));
    notes.extend(bound("at least", input.at_least));
    notes.extend(bound("at most", input.at_most));
    let named = by_hand || !notes.is_empty();
    let text = text.or_else(|| named.then(|| title(&input.id)))?;
    Some(match notes.is_empty() {
        true => text,
        false => format!("{text} ({})", notes.join(", ")),
    })
}

/// The unit in which GitHub's number field is read.
fn unit(quantity: &Quantity) -> Option<&str> {
    Some(match quantity {
        Quantity::Number | Quantity::Count => return None,
        Quantity::Ratio => "shares of 1",
        Quantity::Points => "points",
        Quantity::Duration => "seconds",
        Quantity::Bytes => "bytes",
        Quantity::Rate => "per second",
        Quantity::Cpu => "cores",
        Quantity::User(unit) => unit,
    })
}

fn call(cx: &Context<'_>) -> Map {
    let pipeline = cx.pipeline;
    let inputs: Vec<&Input> = pipeline.inputs.iter().filter(|i| i.call).collect();
    let mut map = Map::new();
    push_inputs(&mut map, &inputs, false);
    let lower = Lower::new(cx, Scope::CallOutput);
    let mut outputs = Map::new();
    for (name, expr) in &pipeline.call_outputs {
        let mut output = Map::new();
        output.push("value", scalar(lower, expr));
        outputs.push(name.clone(), output);
    }
    if !outputs.is_empty() {
        map.push("outputs", outputs);
    }
    let mut secrets = Map::new();
    for secret in &pipeline.call_secrets {
        let mut keys = Map::new();
        let docs = secret.origin.docs.clone();
        keys.push_some("description", docs.map(|text| literal(&text)));
        keys.push("required", !secret.optional);
        secrets.push(secret.id.clone(), keys);
    }
    if !secrets.is_empty() {
        map.push("secrets", secrets);
    }
    map
}

/// `concurrency`: what the program says; else a newer run of a pull request ends the older one,
/// and no other run ends any. A pipeline that is only called leaves it to its callers, whose
/// calls would else end each other.
pub fn concurrency(cx: &Context<'_>) -> Option<Group> {
    if let Some(said) = &cx.pipeline.concurrency {
        return Some(super::jobs::group(cx, said, Scope::Workflow));
    }
    if cx.pipeline.triggers.iter().all(|t| t.event == Event::Call) {
        return None;
    }
    let pulls = cx.pipeline.has_event(Event::PullRequest);
    let others = cx
        .pipeline
        .triggers
        .iter()
        .any(|t| t.event != Event::PullRequest);
    let cancel = match (pulls, others) {
        (true, false) => Yaml::Bool(true),
        (true, true) => Tree::is("github.event_name", "pull_request")
            .wrapped()
            .into(),
        (false, _) => Yaml::Bool(false),
    };
    Some(Group {
        group: format!("{}-{}", cx.slug, Tree::path("github.ref").wrapped()),
        cancel,
    })
}

/// `env` of every step; secrets go to the steps that use them.
pub fn env(cx: &Context<'_>) -> Map {
    let lower = Lower::new(cx, Scope::Workflow);
    let mut map = Map::new();
    for (name, expr) in &cx.pipeline.env {
        if super::context::secret_in(expr).is_none() {
            map.push_entry(name.clone(), Entry::from(Yaml::from(scalar(lower, expr))));
        }
    }
    map
}
