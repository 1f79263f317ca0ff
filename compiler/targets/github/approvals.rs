//! Overrides that a group approves: a job of its own waits for one of the group, as the protection
//! rule of the *environment* of that name asks, and hands on who approved, by GitHub's own list.
//!
//! It waits only in a run that asks for the override, and beside the stages, before the gate is
//! judged. Where nobody approved, the gate is judged all the same, and its verdict stands.

use std::collections::BTreeMap;

use super::context::Context;
use super::expressions::{Lower, Scope, Tree};
use super::names::Idents;
use super::permissions::Rights;
use super::runners;
use super::schema::{Body, Job, JobParts, Step};
use super::text::literal;
use crate::plan::{Approvers, Judge, Node, Override, Pipeline, Plan, Ref};
use crate::targets::yaml::{Map, Yaml};

/// Minutes of the look into GitHub's list, once someone approved.
const MINUTES: u32 = 5;

/// A job that waits for one of a group.
pub struct Approval<'a> {
    /// The group, whose environment it is.
    pub group: &'a str,
    /// The job's id.
    pub job: String,
    /// The overrides that ask for it.
    overrides: Vec<&'a Override>,
}

/// The approvals that a pipeline's judgements may wait for, with an id for the job of each.
pub fn of<'a>(
    plan: &'a Plan,
    pipeline: &'a Pipeline,
    ids: &mut Idents,
) -> BTreeMap<&'a str, Vec<Approval<'a>>> {
    let mut found = BTreeMap::new();
    for node in &pipeline.nodes {
        let Some(judge) = node.as_judge() else {
            continue;
        };
        let mut groups: Vec<(&str, Vec<&Override>)> = Vec::new();
        for asked in overrides(plan, pipeline, judge) {
            let Approvers::Group(names) = &asked.by else {
                continue;
            };
            for name in names {
                match groups.iter_mut().find(|(group, _)| group == name) {
                    Some((_, all)) => all.push(asked),
                    None => groups.push((name, vec![asked])),
                }
            }
        }
        let alone = groups.len() == 1;
        let approvals = groups.into_iter().map(|(group, overrides)| Approval {
            job: ids.take(&match alone {
                true => format!("approve_{}", node.id),
                false => format!("approve_{}_{group}", node.id),
            }),
            group,
            overrides,
        });
        let approvals: Vec<_> = approvals.collect();
        if !approvals.is_empty() {
            found.insert(node.id.as_str(), approvals);
        }
    }
    found
}

/// The overrides of a gate and its parts that a run of the pipeline can ask for.
fn overrides<'a>(plan: &'a Plan, pipeline: &Pipeline, judge: &Judge) -> Vec<&'a Override> {
    let declared = |name: &String| pipeline.inputs.iter().any(|input| input.id == *name);
    let can_ask = |asked: &&Override| {
        let mut refs = asked.when.iter().flat_map(|when| when.refs());
        refs.all(|r| !matches!(r, Ref::Input(name) if !declared(name)))
    };
    let gates = plan.parts_of(&judge.gate).into_iter();
    gates
        .flat_map(|gate| &gate.overrides)
        .filter(can_ask)
        .collect()
}

/// What a judgement waits for.
pub fn of_node<'c>(cx: &'c Context<'_>, node: &Node) -> impl Iterator<Item = &'c Approval<'c>> {
    cx.approvals.get(node.id.as_str()).into_iter().flatten()
}

/// The jobs that wait for a judgement's approvals.
pub fn jobs(cx: &Context<'_>, node: &Node) -> Vec<Job> {
    of_node(cx, node).map(|a| job(cx, node, a)).collect()
}

/// Whether a run asks for one of these.
fn asked(cx: &Context<'_>, overrides: &[&Override], scope: Scope) -> Tree {
    let lower = Lower::new(cx, scope);
    let each = overrides.iter().map(|asked| match &asked.when {
        Some(when) => lower.truth(when),
        None => Tree::Bool(true),
    });
    Tree::any(each)
}

fn job(cx: &Context<'_>, node: &Node, approval: &Approval<'_>) -> Job {
    let condition = asked(cx, &approval.overrides, Scope::JobIf);
    let group = literal(approval.group);
    let mut look = Step {
        name: "Look who approved".into(),
        id: Some("look".into()),
        run: Some(LOOK.into()),
        ..Step::default()
    };
    look.env
        .push("GH_TOKEN", Tree::path("github.token").wrapped());
    look.env.push("GROUP", group.clone());
    let mut rights = Rights::default();
    rights.add("actions", false, "tell who approved");
    let mut outputs = Map::new();
    let approvals = Tree::path("steps.look.outputs.approvals");
    outputs.push("approvals", approvals.wrapped());
    let parts = JobParts {
        name: format!("{}: approval by {group}", literal(&node.title)),
        condition: (condition != Tree::Bool(true)).then(|| condition.wrapped()),
        runs_on: Some(Yaml::from(runners::DEFAULT).into()),
        timeout: Some(MINUTES),
        permissions: rights.into_map(),
        environment: Some(group.clone().into()),
        outputs,
        body: Body::Steps(vec![look.into()]),
        ..JobParts::default()
    };
    Job {
        id: approval.job.clone(),
        comment: Some(format!(
            "A person of `{group}` answers for it: the protection rule of this environment asks for\n\
             one. Without such a rule nobody approved, and the override doesn't hold."
        )),
        keys: parts.into_map(),
    }
}

/// One `GROUP=PERSON` for each who approved in the group's name. Neither holds the line that ends
/// the list.
const LOOK: &str = r#"approvals="$(gh api "repos/${GITHUB_REPOSITORY}/actions/runs/${GITHUB_RUN_ID}/approvals" --jq '
  .[] | select(.state == "approved" and any(.environments[]; .name == env.GROUP)) | "\(env.GROUP)=\(.user.login)"')"
printf 'approvals<<END_OF_APPROVALS\n%s\nEND_OF_APPROVALS\n' "${approvals}" >> "${GITHUB_OUTPUT}"
echo "${approvals:-nobody approved}""#;

/// The step that tells when an override was asked for, if one expires.
pub fn when_asked(cx: &Context<'_>, judge: &Judge) -> Option<Step> {
    let expires = expiring(cx, judge);
    let condition = asked(cx, &expires, Scope::StepIf);
    if expires.is_empty() || condition == Tree::Bool(false) {
        return None;
    }
    let mut step = Step {
        name: "Look when the override was asked for".into(),
        id: Some("asked".into()),
        condition: (condition != Tree::Bool(true)).then(|| condition.wrapped()),
        run: Some(ASKED.into()),
        ..Step::default()
    };
    step.env
        .push("GH_TOKEN", Tree::path("github.token").wrapped());
    Some(step)
}

fn expiring<'a>(cx: &Context<'a>, judge: &Judge) -> Vec<&'a Override> {
    let mut found = overrides(cx.plan, cx.pipeline, judge);
    found.retain(|asked| asked.expires.is_some());
    found
}

/// A run's inputs are those of its first attempt.
const ASKED: &str = r#"at="$(gh api "repos/${GITHUB_REPOSITORY}/actions/runs/${GITHUB_RUN_ID}" --jq .created_at)"
printf 'at=%s\n' "${at}" >> "${GITHUB_OUTPUT}""#;

/// Tells the evaluator who approved, and when it was asked for.
pub fn hand_over(cx: &Context<'_>, node: &Node, judge: &Judge, step: &mut Step) {
    let outputs: Vec<String> = of_node(cx, node)
        .map(|a| Tree::path(format!("needs.{}.outputs.approvals", a.job)).wrapped())
        .collect();
    let approvals = match outputs.as_slice() {
        [] => None,
        [one] => Some(Yaml::from(one.clone())),
        many => Some(Yaml::Block(many.join("\n"))),
    };
    step.env.push_some("GATEC_APPROVALS", approvals);
    if !expiring(cx, judge).is_empty() {
        let at = Tree::path("steps.asked.outputs.at");
        step.env.push("GATEC_ASKED_AT", at.wrapped());
    }
}
