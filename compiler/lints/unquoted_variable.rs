//! `unquoted-variable`: a variable with text from an event, used in a script without quotes.
//!
//! Only variables that the program itself fills with what strangers may choose: names of branches
//! and tags, titles, bodies. For all others there is shellcheck.

use super::context::{Context, PipelineFacts, called};
use crate::diagnostics::{Code, Diagnostic, Diagnostics};
use crate::plan::{Expr, ExprKind, Node, Ref, Stage, Step, StepKind};
use crate::proofs::shell::commands;
use std::collections::BTreeSet;

pub(super) fn run(context: &Context, found: &mut Diagnostics) {
    for facts in &context.pipelines {
        for node in facts.graph.nodes {
            let Some(stage) = node.as_stage() else {
                continue;
            };
            for step in &stage.steps {
                self::step(facts, node, stage, step, found);
            }
        }
    }
}

fn step(facts: &PipelineFacts, node: &Node, stage: &Stage, step: &Step, found: &mut Diagnostics) {
    let shell = step.shell.as_deref().unwrap_or("bash");
    let StepKind::Run(script) = &step.kind else {
        return;
    };
    let shared = stage.env.iter().chain(&facts.pipeline.env);
    let all: Vec<&(String, Expr)> = step.env.iter().chain(shared).collect();
    if !matches!(shell, "bash" | "sh") || !all.iter().any(|(_, value)| is_strange(value)) {
        return;
    }
    let commands = commands(script);
    let bare: BTreeSet<&str> = commands
        .iter()
        .flat_map(|c| c.bare.iter().map(String::as_str))
        .collect();
    for name in bare {
        // The innermost environment decides.
        if let Some((_, value)) = all.iter().find(|(n, _)| n == name)
            && is_strange(value)
        {
            found.push(report(node, step, name, value));
        }
    }
}

/// Whether strangers choose a value.
fn is_strange(value: &Expr) -> bool {
    matches!(
        &value.kind,
        ExprKind::Ref(
            Ref::Branch | Ref::SourceBranch | Ref::TargetBranch | Ref::Tag | Ref::EventField(_)
        )
    )
}

fn report(node: &Node, step: &Step, name: &str, value: &Expr) -> Diagnostic {
    let message = format!(
        "`${name}` stands without quotes in a script of {}",
        called(node)
    );
    let finding = Diagnostic::new(
        Code::UnquotedVariable,
        step.origin.attribute("script"),
        message,
    )
    .label("the shell splits its text into words and takes `*` for files");
    let finding = match step.template {
        Some(_) => finding,
        None => finding.also(value.span, "whoever starts the run chooses this text"),
    };
    finding.help(format!("write `\"${name}\"`"))
}
