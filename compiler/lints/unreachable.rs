//! `unreachable-stage`: stages, deploys, checks and steps that no event reaches.

use super::context::{Context, PipelineFacts, called, name_of};
use crate::diagnostics::{Code, Diagnostic, Diagnostics};
use crate::plan::{
    Event, Expr, ExprKind, Need, NeedReason, Node, Operator, Pipeline, Ref, Step, Trigger, Value,
};
use crate::proofs::conjuncts;
use crate::proofs::reachability::{Condition, Unreachable};
use crate::proofs::show;
use crate::proofs::{Bits, Reach};

pub(super) fn run(context: &Context, found: &mut Diagnostics) {
    outcomes(context, found);
    for facts in &context.pipelines {
        let Some(reach) = &facts.reach else {
            continue;
        };
        for unreachable in &reach.unreachable {
            if let Some(finding) = report(facts, reach, unreachable) {
                found.push(finding);
            }
        }
        steps(facts, reach, found);
    }
}

fn report(facts: &PipelineFacts, reach: &Reach, unreachable: &Unreachable) -> Option<Diagnostic> {
    let node = facts.graph.node(unreachable.node)?;
    let core = &unreachable.core;
    let own: Vec<&Condition> = core.iter().filter(|c| c.through.is_none()).collect();
    let span = own.first().map_or(node.origin.span, |c| c.span);
    let message = format!("{} can never run", called(node));
    let mut finding = Diagnostic::new(Code::UnreachableStage, span, message);
    finding = match own.first() {
        Some(condition) => finding.label(format!("runs only when `{}`", condition.text)),
        None => finding.label("no event gets here"),
    };
    for condition in own.iter().skip(1) {
        finding = finding.also(
            condition.span,
            format!("and only when `{}`", condition.text),
        );
    }
    let others: Vec<&Condition> = core.iter().filter(|c| c.through.is_some()).collect();
    for condition in &others {
        let Some(other) = facts.graph.node(condition.node) else {
            continue;
        };
        let text = format!("{} runs only when `{}`", called(other), condition.text);
        finding = finding.also(condition.span, text);
    }
    if let Some(step) = others.first().and_then(|c| c.through.as_ref())
        && step.span != span
    {
        finding = finding.also(step.span, way(facts, node, &step.way));
    }
    if others.is_empty() {
        finding = triggers(facts.pipeline, finding);
    }
    Some(help(facts, reach, core, &others, finding))
}

/// How a node waits for another: "`a` needs `b`, which needs `c`".
fn way(facts: &PipelineFacts, node: &Node, way: &[usize]) -> String {
    let names: Vec<String> = way
        .iter()
        .filter_map(|at| facts.graph.node(*at))
        .map(|n| match n.as_judge() {
            Some(judge) => format!("gate `{}`, which reads", judge.gate),
            None => format!("`{}`, which needs", n.id),
        })
        .collect();
    let text = format!("`{}` needs {}", name_of(node), names.join(" "));
    let end = [", which needs", ", which reads"];
    let text = end
        .iter()
        .fold(text.as_str(), |t, e| t.strip_suffix(e).unwrap_or(t));
    text.to_string()
}

/// Labels what starts the pipeline.
fn triggers(pipeline: &Pipeline, finding: Diagnostic) -> Diagnostic {
    const SHOWN: usize = 4;
    let shown = pipeline.triggers.iter().take(SHOWN);
    shown.fold(finding, |f, t| f.also(t.origin.span, starts(t)))
}

fn starts(trigger: &Trigger) -> String {
    let filter = |word: &str, patterns: &[String]| match patterns {
        [] => String::new(),
        some => format!(" {word} {}", some.join(", ")),
    };
    format!(
        "starts on {}{}{}",
        trigger.event.name(),
        filter("to", &trigger.branches),
        filter("of tag", &trigger.tags)
    )
}

/// On which event the node should run, and what is skipped then.
fn skipped(
    facts: &PipelineFacts,
    reach: &Reach,
    core: &[Condition],
    others: &[&Condition],
) -> String {
    let own = core.iter().filter(|c| c.through.is_none());
    let mut worlds = Bits::all(reach.domain.len());
    own.for_each(|c| worlds.keep(&c.worlds));
    let then = worlds
        .iter()
        .next()
        .zip(others.first())
        .and_then(|(world, other)| {
            let node = facts.graph.node(other.node)?;
            let off = !other.worlds.has(world);
            off.then(|| {
                format!(
                    "on {}, {} is skipped",
                    reach.domain.describe(world),
                    called(node)
                )
            })
        });
    format!(
        "{}, and a skipped need skips what needs it: change a condition, or don't need it",
        then.unwrap_or_else(|| "on every event something that it needs is skipped".to_string())
    )
}

fn help(
    facts: &PipelineFacts,
    reach: &Reach,
    core: &[Condition],
    others: &[&Condition],
    finding: Diagnostic,
) -> Diagnostic {
    let mut finding = finding;
    if others.is_empty() {
        finding = finding.help(if core.len() > 1 {
            "no event fulfils these conditions together: change one of them"
        } else {
            "no event fulfils this condition: change it, or add the event with `on`"
        });
    } else {
        finding = finding.help(skipped(facts, reach, core, others));
    }
    let through_gate = others
        .iter()
        .filter_map(|c| c.through.as_ref())
        .flat_map(|s| &s.way)
        .filter_map(|at| facts.graph.node(*at))
        .find_map(|n| n.as_judge());
    if let Some(gate) = through_gate {
        finding = finding.help(format!(
            "a gate may pass without a skipped stage if it says so: \
             `require … {{ if_skipped = pass }}` in gate `{}`",
            gate.gate
        ));
    }
    match absent_branch(facts.pipeline, core) {
        Some(text) => finding.help(text),
        None => finding,
    }
}

/// Why a condition on `branch` fails on pull requests and releases.
fn absent_branch(pipeline: &Pipeline, core: &[Condition]) -> Option<&'static str> {
    let asked = |c: &Condition| c.text.starts_with("branch ") || c.text.contains("(branch, ");
    if !core.iter().any(asked) {
        return None;
    }
    let named = |event: Event| {
        let text = format!("event == {}", event.name());
        core.len() == 1 || core.iter().any(|c| c.text == text)
    };
    let meant = |event: Event| pipeline.has_event(event) && named(event);
    if meant(Event::PullRequest) {
        return Some(
            "a pull request has no `branch`: it has a `target_branch` and a `source_branch`",
        );
    }
    meant(Event::Release).then_some("a release has no `branch`: it has a `tag`")
}

fn steps(facts: &PipelineFacts, reach: &Reach, found: &mut Diagnostics) {
    for (at, node) in facts.graph.nodes.iter().enumerate() {
        let (Some(stage), Some(runs)) = (node.as_stage(), reach.node(at)) else {
            continue;
        };
        if runs.may.is_empty() {
            continue;
        }
        // A template has steps for every use of it.
        for step in stage.steps.iter().filter(|s| s.template.is_none()) {
            let Some(when) = &step.when else {
                continue;
            };
            let truth = reach.domain.eval(when, stage.matrix.as_ref());
            if !truth.may.meets(&runs.may) {
                found.push(dead_step(facts.pipeline, node, step, truth.may.is_empty()));
            }
        }
    }
}

fn dead_step(pipeline: &Pipeline, node: &Node, step: &Step, alone: bool) -> Diagnostic {
    let Some(when) = &step.when else {
        return Diagnostic::new(
            Code::UnreachableStage,
            step.origin.span,
            "a step never runs",
        );
    };
    let name = step.id.as_deref().unwrap_or(&step.title);
    let message = format!("step `{name}` of {} can never run", called(node));
    let finding = Diagnostic::new(Code::UnreachableStage, when.span, message)
        .label(format!("runs only when `{}`", show(when)));
    match (&node.when, alone) {
        (Some(outer), false) => finding
            .also(
                outer.span,
                format!("its stage runs only when `{}`", show(outer)),
            )
            .help("no event fulfils both: change one of the conditions, or remove the step"),
        (None, false) => finding
            .also(node.origin.span, "what this stage needs never runs then")
            .help("change the condition, or remove the step"),
        (_, true) => triggers(pipeline, finding)
            .help("no event fulfils this condition: change it, or remove the step"),
    }
}

/// What needs a node to end well and asks that it did not: `needs scan` and
/// `when stage.scan == failure` exclude each other.
fn outcomes(context: &Context, found: &mut Diagnostics) {
    for node in context.pipelines.iter().flat_map(|p| p.graph.nodes) {
        let Some(when) = &node.when else { continue };
        for part in conjuncts(when) {
            let Some(other) = not_well(part) else {
                continue;
            };
            let binds = |n: &&Need| n.node == other && n.reason != NeedReason::Evidence;
            if let Some(need) = node.needs.iter().find(binds) {
                found.push(excluded(node, part, need));
            }
        }
    }
}

/// The node that must not have ended well for a condition to hold.
fn not_well(condition: &Expr) -> Option<&str> {
    let ExprKind::Binary(operator, a, b) = &condition.kind else {
        return None;
    };
    let ExprKind::Ref(Ref::Outcome(node)) = &a.kind else {
        return None;
    };
    let Some(Value::Symbol(outcome)) = b.value() else {
        return None;
    };
    let well = outcome == "success";
    let unwell = match operator {
        Operator::Equal => !well,
        Operator::NotEqual => well,
        _ => false,
    };
    unwell.then_some(node.as_str())
}

fn excluded(node: &Node, condition: &Expr, need: &Need) -> Diagnostic {
    let (name, other) = (name_of(node), &need.node);
    let message = format!("{} can never run", called(node));
    let finding = Diagnostic::new(Code::UnreachableStage, condition.span, message)
        .label(format!("asks that `{other}` did not end well"))
        .also(need.span, format!("`{name}` needs `{other}` to end well"));
    finding.help(match need.reason {
        NeedReason::Order => format!("leave out `needs {other}`: the condition waits for it"),
        _ => format!("use nothing of `{other}`: what it gives is there only if it ends well"),
    })
}
