//! Policies: what a repository demands or forbids, held against its pipelines.
//!
//! Takes the plan, reports what breaks a policy. Every rule is a line of [`RULES`]; the words are
//! those of the sets `demand` and `ban`, and the attributes of `policy`.

use super::Lower;
use crate::diagnostics::{Code, Diagnostic};
use crate::plan::{Comment, MatrixValues, Node, NodeKind, Plan, Runner, Stage, StepKind, Value};
use crate::resolve::Scope;
use crate::resolve::shape::Shape;
use crate::source::Span;
use std::collections::BTreeSet;

/// What breaks a rule, and where.
struct Breach {
    what: String,
    span: Span,
}

/// What a rule looks at.
struct Facts<'p, 'l, 'a> {
    plan: &'p Plan,
    lower: &'p Lower<'l, 'a>,
    /// What the rule's attribute lists; empty for a word.
    listed: Vec<String>,
}

struct Rule {
    /// Its word or attribute.
    name: &'static str,
    /// What breaks it.
    finds: fn(&Facts) -> Vec<Breach>,
    /// What is said of a breach, after its name.
    message: &'static str,
    /// The way out.
    help: &'static str,
}

#[rustfmt::skip]
const RULES: &[Rule] = &[
    Rule { name: "timeout", finds: without_timeout, message: "says no timeout", help: "write `timeout = 20m` in the stage, or in the pipeline for all of them" },
    Rule { name: "docs", finds: without_docs, message: "has no `##` line that says what it is for", help: "write one above it: `## What it is for.`" },
    Rule { name: "gate", finds: without_gate, message: "waits for no gate", help: "write `needs GATE` in it" },
    Rule { name: "raw", finds: raws, message: "is a `raw` fragment", help: "say it in the language, or ask the owners of the policy" },
    Rule { name: "unknown_actions", finds: unknown_actions, message: "is an action whose inputs are not known", help: "write its commands in a `run`, or use an action that gatec knows" },
    Rule { name: "unpinned_images", finds: unpinned_images, message: "is an image without its digest", help: "write `image:tag@sha256:…`, as `docker pull` prints it" },
    Rule { name: "self_hosted", finds: self_hosted, message: "runs on a machine of your own", help: "give it a hosted `runner`" },
    Rule { name: "write_access", finds: write_access, message: "has a right to write", help: "move what writes to a repository that may, or ask the owners of the policy" },
    Rule { name: "may_fail", finds: may_fail, message: "may fail unseen", help: "remove `may_fail`; a `measure` is judged by a gate instead" },
    Rule { name: "allow", finds: allows, message: "is silenced here", help: "mend the finding, and remove the `allow`" },
    Rule { name: "runners", finds: other_runners, message: "runs on another machine", help: "give it a `runner` that the policy lists" },
    Rule { name: "actions", finds: other_actions, message: "is not on the list", help: "write its commands in a `run`, or ask the owners of the policy to list it" },
];

impl<'a> Lower<'_, 'a> {
    /// Reports what breaks a policy.
    pub(super) fn policies(&self, plan: &Plan) {
        for shape in self.program.all("policy") {
            for name in self.words(shape) {
                self.hold(shape, &name, vec![], plan);
            }
            for name in ["runners", "actions"] {
                if shape.attribute(name).is_some() {
                    self.hold(shape, name, self.texts(shape, name), plan);
                }
            }
            self.text(shape, "because");
        }
    }

    /// The words of `require` and `forbid`.
    fn words(&self, shape: &Shape<'a>) -> Vec<String> {
        let statements = shape.children.iter();
        let typed = statements.filter_map(|s| {
            let ty = match s.block.args.first()?.kind {
                crate::schema::ArgumentKind::Value(ty) => ty,
                _ => return None,
            };
            self.cx.typed(s.arg(0)?, &ty, &Scope::CONSTANT)
        });
        let words = typed.flat_map(|v| v.as_list().to_vec());
        words.filter_map(|v| v.as_str().map(String::from)).collect()
    }

    fn hold(&self, policy: &Shape<'a>, name: &str, listed: Vec<String>, plan: &Plan) {
        let Some(rule) = RULES.iter().find(|r| r.name == name) else {
            return;
        };
        let facts = Facts {
            plan,
            lower: self,
            listed,
        };
        let because = policy.attribute("because");
        let because = because.and_then(|e| self.cx.infer_quietly(e, &Scope::CONSTANT));
        let because = because.and_then(|e| e.value().and_then(Value::as_str).map(String::from));
        let id = self.name(policy).unwrap_or_default();
        // Of a template, once for all its uses.
        let mut told = BTreeSet::new();
        let mut breaches = (rule.finds)(&facts);
        breaches.retain(|breach| told.insert(breach.span));
        for breach in breaches {
            self.report(
                Diagnostic::new(
                    Code::PolicyViolation,
                    breach.span,
                    format!("{} {}", breach.what, rule.message),
                )
                .label(format!("policy `{id}`, rule `{name}`"))
                .also(policy.head(), because.as_deref().unwrap_or("the policy"))
                .help(rule.help),
            );
        }
    }
}

impl Facts<'_, '_, '_> {
    fn nodes(&self) -> impl Iterator<Item = &Node> {
        self.plan.pipelines.iter().flat_map(|p| &p.nodes)
    }

    fn stages(&self) -> impl Iterator<Item = (&Node, &Stage)> {
        self.nodes().filter_map(|n| Some((n, n.as_stage()?)))
    }

    /// Stages that a condition holds for.
    fn stages_that(&self, breaks: impl Fn(&Stage) -> bool) -> Vec<Breach> {
        let broken = self.stages().filter(|(_, s)| breaks(s));
        broken.map(|(n, _)| breach("stage", n)).collect()
    }

    fn lists(&self, name: &str) -> bool {
        self.listed.iter().any(|l| l == name)
    }
}

fn breach(word: &str, node: &Node) -> Breach {
    Breach {
        what: format!("{word} `{}`", node.id),
        span: node.origin.span,
    }
}

fn without_timeout(facts: &Facts) -> Vec<Breach> {
    let mut found = Vec::new();
    for pipeline in facts.lower.program.all("pipeline") {
        if pipeline.attribute("timeout").is_some() {
            continue;
        }
        let placement = facts.lower.program.placement(pipeline);
        let stages = placement
            .nodes
            .iter()
            .filter(|n| n.shape.block.keyword == "stage");
        // A called pipeline has its own.
        let silent = stages
            .filter(|n| n.shape.attribute("timeout").is_none() && n.shape.one("call").is_none());
        found.extend(silent.filter_map(|n| {
            Some(Breach {
                what: format!("stage `{}`", n.id.as_ref()?),
                span: n.shape.head(),
            })
        }));
    }
    found
}

fn without_docs(facts: &Facts) -> Vec<Breach> {
    let pipelines = facts
        .plan
        .pipelines
        .iter()
        .filter(|p| p.origin.docs.is_none());
    let mut found: Vec<Breach> = pipelines
        .map(|p| Breach {
            what: format!("pipeline `{}`", p.id),
            span: p.origin.span,
        })
        .collect();
    let silent = facts.nodes().filter(|n| n.origin.docs.is_none());
    found.extend(silent.filter_map(|n| match n.kind {
        NodeKind::Stage(_) => Some(breach("stage", n)),
        NodeKind::Deploy(_) => Some(breach("deploy", n)),
        NodeKind::Judge(_) => None,
    }));
    found
}

fn without_gate(facts: &Facts) -> Vec<Breach> {
    let mut found = Vec::new();
    for pipeline in &facts.plan.pipelines {
        let gated = |node: &Node| {
            let mut needed = node.needs.iter();
            needed.any(|need| {
                let other = pipeline.nodes.iter().find(|n| n.id == need.node);
                other.is_some_and(|n| n.as_judge().is_some())
            })
        };
        let deploys = pipeline.nodes.iter().filter(|n| n.as_deploy().is_some());
        found.extend(deploys.filter(|n| !gated(n)).map(|n| breach("deploy", n)));
    }
    found
}

fn raws(facts: &Facts) -> Vec<Breach> {
    let pipelines = facts.plan.pipelines.iter().flat_map(|p| &p.raw);
    let services = facts.plan.services.iter().flat_map(|s| &s.raw);
    let stages = facts.stages().flat_map(|(_, s)| &s.raw);
    let steps = facts.stages().flat_map(|(_, s)| &s.steps);
    let all = pipelines
        .chain(services)
        .chain(stages)
        .chain(steps.flat_map(|s| &s.raw));
    let found = all.map(|raw| Breach {
        what: "this".to_string(),
        span: raw.span,
    });
    found.collect()
}

/// Third-party actions and foreign pipelines: name and place.
fn actions<'p>(facts: &'p Facts) -> impl Iterator<Item = (&'p str, Span)> {
    facts.stages().flat_map(|(node, stage)| {
        let used = stage.steps.iter().filter_map(|s| match &s.kind {
            StepKind::Action(action) => Some((action.name.as_str(), s.origin.span)),
            _ => None,
        });
        let called = stage.calls.iter();
        used.chain(called.map(|c| (c.path.as_str(), node.origin.span)))
    })
}

fn unknown_actions(facts: &Facts) -> Vec<Breach> {
    let mut found = Vec::new();
    for (_, stage) in facts.stages() {
        for step in &stage.steps {
            let StepKind::Action(action) = &step.kind else {
                continue;
            };
            let pins = &facts.lower.program.pins;
            let known = pins.find(&action.name, &action.version);
            let known = known.is_some_and(|a| a.is_described());
            if !known {
                found.push(Breach {
                    what: format!("`{}`", action.name),
                    span: step.origin.span,
                });
            }
        }
    }
    found
}

fn other_actions(facts: &Facts) -> Vec<Breach> {
    let listed = |name: &str| facts.listed.iter().any(|p| accepts(p, name));
    let others = actions(facts).filter(|(name, _)| !listed(name));
    let found = others.map(|(name, span)| Breach {
        what: format!("`{name}`"),
        span,
    });
    found.collect()
}

/// Whether `acme/*` accepts all that is in `acme`, and `acme/tool` itself.
fn accepts(pattern: &str, name: &str) -> bool {
    match pattern.strip_suffix("/*") {
        Some(owner) => name
            .strip_prefix(owner)
            .is_some_and(|rest| rest.starts_with('/')),
        None => pattern == name,
    }
}

fn unpinned_images(facts: &Facts) -> Vec<Breach> {
    let containers = facts
        .stages()
        .flat_map(|(_, s)| s.container.iter().chain(&s.services));
    let moving = containers.filter(|c| !c.image.contains("@sha256:"));
    let found = moving.map(|c| Breach {
        what: format!("`{}`", c.image),
        span: c.origin.span,
    });
    found.collect()
}

/// A machine that only the run knows may be one's own.
fn self_hosted(facts: &Facts) -> Vec<Breach> {
    facts.stages_that(|s| {
        matches!(s.runner, Some(Runner::Labels(_) | Runner::Group(..))) || machines(s).is_none()
    })
}

/// A check that comments writes to the pull request.
fn write_access(facts: &Facts) -> Vec<Breach> {
    let mut found = facts.stages_that(|s| s.permissions.iter().any(|p| p.write));
    let comments = |n: &&Node| n.as_judge().is_some_and(|j| j.comment != Comment::Never);
    found.extend(facts.nodes().filter(comments).map(|n| breach("check", n)));
    found
}

fn may_fail(facts: &Facts) -> Vec<Breach> {
    let mut found = facts.stages_that(|s| s.may_fail);
    let steps = facts.stages().flat_map(|(_, s)| &s.steps);
    found.extend(steps.filter(|s| s.may_fail).map(|s| Breach {
        what: "this step".to_string(),
        span: s.origin.span,
    }));
    found
}

fn allows(facts: &Facts) -> Vec<Breach> {
    let allows = facts.plan.allows.iter();
    let found = allows.map(|a| Breach {
        what: format!("`{}`", a.code),
        span: a.origin.span,
    });
    found.collect()
}

fn other_runners(facts: &Facts) -> Vec<Breach> {
    let listed = |words: Vec<String>| words.iter().all(|m| facts.lists(m));
    facts.stages_that(|stage| stage.calls.is_none() && !machines(stage).is_some_and(listed))
}

/// The words of the machines that a stage runs on; none if only the run knows.
fn machines(stage: &Stage) -> Option<Vec<String>> {
    let word = match &stage.runner {
        None => "ubuntu",
        Some(Runner::Hosted(name)) => name,
        Some(Runner::Machine { .. }) => "machine",
        Some(Runner::Labels(_)) => "self_hosted",
        Some(Runner::Group(..)) => "group",
        Some(Runner::FromMatrix(key)) => {
            let matrix = stage.matrix.as_ref()?;
            let mut keys = matrix.keys.iter().filter(|k| k.name == *key);
            let known = !keys.any(|k| matches!(k.values, MatrixValues::From(_)));
            return known.then(|| matrix.words(key));
        }
    };
    Some(vec![word.to_string()])
}

#[cfg(test)]
mod tests {
    use super::RULES;
    use crate::schema::sets;

    #[test]
    fn every_word_of_a_policy_is_a_rule() {
        let words = sets::DEMAND.members.iter().chain(sets::BAN.members);
        let words: Vec<&str> = words.copied().chain(["runners", "actions"]).collect();
        let rules: Vec<&str> = RULES.iter().map(|r| r.name).collect();
        assert_eq!(words, rules);
    }
}
