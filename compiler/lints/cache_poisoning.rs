//! `cache-poisoning`: a cache that is restored where something is published.
//!
//! Two places: a run for a release or a tag, and a stage that publishes, with all whose artifacts
//! or outputs it uses. A cache elsewhere, as in tests before a release, is let be: a gate may
//! judge what it gave, and nobody gets it.

use super::context::{Context, PipelineFacts, called};
use crate::diagnostics::{Code, Diagnostic, Diagnostics};
use crate::plan::{ActionUse, Event, NeedReason, Node, NodeKind, Stage, Step, StepKind, Value};
use crate::proofs::Bits;
use crate::proofs::publish::{input, publish, truth};
use std::collections::BTreeMap;
use std::rc::Rc;

/// When an action restores a cache.
enum Caches {
    Always,
    /// If this input is set, and not to `false`.
    With(&'static str),
    /// Unless this input is `false`.
    Unless(&'static str),
}

/// Actions that can restore a cache.
const ACTIONS: &[(&str, Caches)] = &[
    ("actions/cache", Caches::Always),
    ("actions/cache/restore", Caches::Always),
    ("actions/setup-python", Caches::With("cache")),
    ("actions/setup-node", Caches::With("cache")),
    ("actions/setup-java", Caches::With("cache")),
    ("actions/setup-dotnet", Caches::With("cache")),
    ("actions/setup-go", Caches::Unless("cache")),
    ("astral-sh/setup-uv", Caches::Unless("enable-cache")),
    ("ruby/setup-ruby", Caches::With("bundler-cache")),
    ("Swatinem/rust-cache", Caches::Always),
    ("docker/build-push-action", Caches::With("cache-from")),
];

pub(super) fn run(context: &Context, found: &mut Diagnostics) {
    for facts in &context.pipelines {
        let publishing = publishing(facts);
        let released = released(facts);
        for (at, node) in facts.graph.nodes.iter().enumerate() {
            let Some(stage) = node.as_stage() else {
                continue;
            };
            for step in &stage.steps {
                let Some(off) = cached(step) else { continue };
                let why = match publishing.get(&at) {
                    Some(sink) => Some(sink.why(node)),
                    None => in_release(facts, &released, at, stage, step),
                };
                found.extend(why.map(|why| report(node, step, &why, &off)));
            }
        }
    }
}

/// How a step that restores a cache is told not to.
fn cached(step: &Step) -> Option<String> {
    let StepKind::Action(action) = &step.kind else {
        return None;
    };
    let (_, caches) = ACTIONS.iter().find(|(name, _)| *name == action.name)?;
    match caches {
        Caches::Always => Some("remove this step".to_string()),
        Caches::With(name) => set(action, name).then(|| format!("leave out `{name}`")),
        Caches::Unless(name) => {
            let off = input(&action.inputs, name).map(|e| truth(e) == Some(true));
            // What is neither `true` nor absent may be `false`.
            off.unwrap_or(true)
                .then(|| format!("write `\"{name}\" = false`"))
        }
    }
}

fn set(action: &ActionUse, name: &str) -> bool {
    let value = input(&action.inputs, name).and_then(|e| e.value());
    match value {
        Some(Value::Str(text) | Value::Symbol(text)) => !text.is_empty() && text != "false",
        Some(Value::Bool(set)) => *set,
        _ => false,
    }
}

/// A node from which something goes out.
struct Sink<'a> {
    node: &'a Node,
    how: Option<String>,
}

impl Sink<'_> {
    /// Why a node's cache matters.
    fn why(&self, node: &Node) -> String {
        let other = match std::ptr::eq(self.node, node) {
            true => "",
            false => " what it makes",
        };
        let name = called(self.node);
        match &self.how {
            Some(how) => format!("{name} publishes{other} (`{how}`)"),
            None => format!("{name} puts{other} into service"),
        }
    }
}

/// Nodes that publish, and those whose artifacts and outputs they use, by number.
fn publishing<'a>(facts: &PipelineFacts<'a>) -> BTreeMap<usize, Rc<Sink<'a>>> {
    let mut sinks: BTreeMap<usize, Rc<Sink>> = BTreeMap::new();
    let mut queue: Vec<usize> = Vec::new();
    for (at, node) in facts.graph.nodes.iter().enumerate() {
        let how = match &node.kind {
            NodeKind::Stage(stage) => stage.steps.iter().find_map(publish).map(|p| Some(p.how)),
            NodeKind::Deploy(_) => Some(None),
            NodeKind::Judge(_) => None,
        };
        if let Some(how) = how {
            sinks.insert(at, Rc::new(Sink { node, how }));
            queue.push(at);
        }
    }
    while let Some(at) = queue.pop() {
        let Some(sink) = sinks.get(&at).cloned() else {
            continue;
        };
        let data = facts.graph.needs(at).iter();
        for (need, _) in data.filter(|(_, n)| n.reason == NeedReason::Data) {
            if !sinks.contains_key(need) {
                sinks.insert(*need, Rc::clone(&sink));
                queue.push(*need);
            }
        }
    }
    sinks
}

/// The worlds of releases and tags that the pipeline asks for by name.
fn released(facts: &PipelineFacts) -> Option<Bits> {
    let reach = facts.reach.as_ref()?;
    let triggers = &facts.pipeline.triggers;
    let asked = |at: usize| {
        triggers
            .get(at)
            .is_some_and(|t| t.event == Event::Release || !t.tags.is_empty())
    };
    let worlds = reach.domain.select(|w| asked(w.trigger) && w.is_of_tag());
    (!worlds.is_empty()).then_some(worlds)
}

/// Whether a step runs for a release.
fn in_release(
    facts: &PipelineFacts,
    released: &Option<Bits>,
    at: usize,
    stage: &Stage,
    step: &Step,
) -> Option<String> {
    let reach = facts.reach.as_ref()?;
    let mut worlds = released.clone()?;
    worlds.keep(&reach.node(at)?.may);
    if let Some(when) = &step.when {
        worlds.keep(&reach.domain.eval(when, stage.matrix.as_ref()).may);
    }
    let first = worlds.iter().next()?;
    let mut event = reach.domain.describe(first);
    if event == Event::Push.name() {
        event.push_str(" of a tag");
    }
    Some(format!("it runs on {event}"))
}

fn report(node: &Node, step: &Step, why: &str, off: &str) -> Diagnostic {
    let name = step.id.as_deref().unwrap_or(&step.title);
    let message = format!("step `{name}` of {} restores a cache: {why}", called(node));
    let off = match step.template.as_deref() {
        Some(template @ "rust.setup") => format!("give `{template}` a `cache = false`"),
        Some(template) => format!("leave out the `cache` of `{template}`"),
        None => off.to_string(),
    };
    Diagnostic::new(Code::CachePoisoning, step.origin.span, message)
        .label("who can write this cache, as any run of the branch can, decides what goes out")
        .help(format!(
            "{off}: what goes out is made from nothing but the sources"
        ))
}
