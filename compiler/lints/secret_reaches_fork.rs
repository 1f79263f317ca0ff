//! `secret-reaches-fork`: secrets and write rights in what a fork's pull request runs.
//!
//! A secret declared `optional` is not reported: the program works without it. A write right is a
//! stage's; it isn't reported when a step of the stage is closed to forks, which may be the one
//! that needs it.

use super::context::{Context, PipelineFacts, called, each_ref, listed, shared_exprs, step_exprs};
use crate::diagnostics::{Code, Diagnostic, Diagnostics};
use crate::plan::{Event, Expr, Node, NodeKind, Ref, Stage, Step};
use crate::proofs::{Bits, Domain, Reach};
use crate::source::Span;
use std::collections::BTreeSet;

const HELP: &str = "close it to forks: `when not from_fork`";

pub(super) fn run(context: &Context, found: &mut Diagnostics) {
    let declared = context.plan.secrets.iter();
    let optional = |s: &&crate::plan::Secret| s.optional;
    let optional: BTreeSet<&str> = declared.filter(optional).map(|s| s.id.as_str()).collect();
    for facts in &context.pipelines {
        let Some(reach) = facts.reach.as_ref().filter(|_| facts.has_pull_requests()) else {
            continue;
        };
        let forks = reach.domain.select(Domain::from_fork);
        let search = Search {
            facts,
            reach,
            forks,
            optional: &optional,
        };
        search.run(found);
    }
}

struct Search<'a> {
    facts: &'a PipelineFacts<'a>,
    reach: &'a Reach,
    forks: Bits,
    optional: &'a BTreeSet<&'a str>,
}

/// Secrets by name, and where the first stands.
struct Secrets<'a> {
    names: Vec<&'a str>,
    span: Span,
}

impl Search<'_> {
    fn run(&self, found: &mut Diagnostics) {
        let mut any_stage = false;
        for (at, node) in self.facts.graph.nodes.iter().enumerate() {
            let Some(runs) = self.reach.node(at) else {
                continue;
            };
            let mut open = runs.may.clone();
            open.keep(&self.forks);
            if open.is_empty() {
                continue;
            }
            match &node.kind {
                NodeKind::Stage(stage) => {
                    any_stage = true;
                    self.stage(node, stage, &open, found);
                }
                NodeKind::Deploy(_) => found.push(
                    self.finding(
                        node.origin.span,
                        format!("{} runs for pull requests from forks", called(node)),
                    )
                    .label("logs in to the environment with a secret"),
                ),
                NodeKind::Judge(_) => {}
            }
        }
        if any_stage {
            self.shared_env(found);
        }
    }

    fn finding(&self, span: Span, message: String) -> Diagnostic {
        let mut triggers = self.facts.pipeline.triggers.iter();
        let finding = Diagnostic::new(Code::SecretReachesFork, span, message).help(HELP);
        match triggers.find(|t| t.event == Event::PullRequest) {
            Some(trigger) => finding.also(trigger.origin.span, "forks start this, too"),
            None => finding,
        }
    }

    fn shared_env(&self, found: &mut Diagnostics) {
        let env = self.facts.pipeline.env.iter().map(|(_, e)| e);
        if let Some(secrets) = self.secrets(env) {
            let message = format!(
                "{} reaches every stage of `{}`, for pull requests from forks, too",
                said(&secrets),
                self.facts.pipeline.id
            );
            found.push(
                self.finding(secrets.span, message)
                    .help("or give it only to the steps that need it, in their own `env`"),
            );
        }
    }

    fn stage(&self, node: &Node, stage: &Stage, open: &Bits, found: &mut Diagnostics) {
        let mut shared = Vec::new();
        shared_exprs(stage, &mut |e| shared.push(e));
        if let Some(secrets) = self.secrets(shared.into_iter()) {
            let message = format!(
                "{} with {} runs for pull requests from forks",
                called(node),
                said(&secrets)
            );
            let finding = self.finding(secrets.span, message);
            found.push(finding.label("every step of the stage has it"));
        }
        let mut closed = false;
        for step in &stage.steps {
            if self.runs(stage, step, open) {
                self.step(node, step, found);
            } else {
                closed = true;
            }
        }
        if !closed {
            self.rights(node, stage, found);
        }
    }

    fn runs(&self, stage: &Stage, step: &Step, open: &Bits) -> bool {
        match &step.when {
            Some(when) => {
                let truth = self.reach.domain.eval(when, stage.matrix.as_ref());
                truth.may.meets(open)
            }
            None => true,
        }
    }

    fn step(&self, node: &Node, step: &Step, found: &mut Diagnostics) {
        let mut exprs = Vec::new();
        step_exprs(step, &mut |e| exprs.push(e));
        let Some(secrets) = self.secrets(exprs.into_iter()) else {
            return;
        };
        // A template's expression stands in the template; the use is what the author can change.
        let own = secrets.span.file == step.origin.span.file && step.template.is_none();
        let span = if own { secrets.span } else { step.origin.span };
        let message = format!(
            "step `{}` of {} with {} runs for pull requests from forks",
            step.id.as_deref().unwrap_or(&step.title),
            called(node),
            said(&secrets)
        );
        found.push(self.finding(span, message).label("a fork gets here"));
    }

    fn rights(&self, node: &Node, stage: &Stage, found: &mut Diagnostics) {
        let written = stage.permissions.iter().filter(|p| p.write);
        let scopes: Vec<&str> = written.clone().map(|p| p.scope.as_str()).collect();
        if scopes.is_empty() {
            return;
        }
        let reasons: Vec<&str> = written.map(|p| p.reason.as_str()).collect();
        let message = format!(
            "{} may write {} and runs for pull requests from forks",
            called(node),
            listed(&scopes)
        );
        let finding = self.finding(node.origin.span, message);
        found.push(finding.label(format!("may write: {}", reasons.join("; "))));
    }

    fn secrets<'e>(&self, exprs: impl Iterator<Item = &'e Expr>) -> Option<Secrets<'e>>
    where
        Self: 'e,
    {
        let mut found: Option<Secrets> = None;
        for expr in exprs {
            each_ref(expr, &mut |r| {
                if let Ref::Secret(name) = r
                    && !self.optional.contains(name.as_str())
                {
                    let secrets = found.get_or_insert(Secrets {
                        names: Vec::new(),
                        span: expr.span,
                    });
                    if !secrets.names.contains(&name.as_str()) {
                        secrets.names.push(name);
                    }
                }
            });
        }
        found
    }
}

fn said(secrets: &Secrets) -> String {
    let word = if secrets.names.len() == 1 {
        "secret"
    } else {
        "secrets"
    };
    format!("{word} {}", listed(&secrets.names))
}
