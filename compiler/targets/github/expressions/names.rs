//! What the plan's references and symbols are called on GitHub, and where each may stand.

use super::Tree;
use crate::plan::Ref;
use crate::targets::github::context::Context;

/// Where an expression stands; GitHub offers other names at each place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    /// Keys of the workflow.
    Workflow,
    /// A job's `if` or `strategy`, evaluated before it has cells.
    JobIf,
    /// Other keys of a job.
    Job,
    /// A step's `if`.
    StepIf,
    /// Other keys of a step.
    Step,
    /// A value that a called workflow hands back.
    CallOutput,
}

impl Scope {
    /// Whether a reference may stand here.
    pub fn offers(self, reference: &Ref) -> bool {
        use Scope::*;
        match reference {
            Ref::Secret(_) => matches!(self, Step | Workflow | Job),
            Ref::Matrix(..) => matches!(self, Job | Step | StepIf),
            Ref::StepOutput { .. } => matches!(self, Step | StepIf | Job),
            Ref::NodeOutput { .. } => self != Workflow,
            Ref::Changed(_) | Ref::Outcome(_) | Ref::Verdict(_) => {
                !matches!(self, Workflow | CallOutput)
            }
            _ => true,
        }
    }

    /// As said to people.
    pub fn describe(self) -> &'static str {
        match self {
            Scope::Workflow => "before any stage runs",
            Scope::JobIf => "before the stage has a runner",
            Scope::Job => "outside the stage's steps",
            Scope::StepIf => "in a step's condition",
            Scope::Step => "in a step",
            Scope::CallOutput => "in a value handed back to a caller",
        }
    }
}

/// The path of a reference, if GitHub has one.
pub fn path(cx: &Context<'_>, scope: Scope, reference: &Ref) -> Option<Tree> {
    let path = match reference {
        Ref::Event => "github.event_name".to_string(),
        Ref::Branch | Ref::Tag => "github.ref_name".to_string(),
        Ref::TargetBranch => "github.base_ref".to_string(),
        Ref::SourceBranch => "github.head_ref".to_string(),
        Ref::Commit => "github.sha".to_string(),
        Ref::GitRef => "github.ref".to_string(),
        Ref::Run => "github.run_id".to_string(),
        Ref::Actor => "github.actor".to_string(),
        Ref::Token => "github.token".to_string(),
        Ref::Repository => "github.repository".to_string(),
        Ref::Owner => "github.repository_owner".to_string(),
        Ref::DefaultBranch => "github.event.repository.default_branch".to_string(),
        Ref::PullRequestNumber => "github.event.pull_request.number".to_string(),
        Ref::PipelineTitle => return Some(Tree::text(cx.pipeline.title.clone())),
        Ref::Changed(filter) => {
            let job = cx.changes_id.as_deref().unwrap_or_default();
            format!("needs.{job}.outputs.{}", cx.ident(filter))
        }
        Ref::Input(name) => format!("inputs.{name}"),
        Ref::Variable(name) => format!("vars.{name}"),
        Ref::Secret(name) => format!("secrets.{name}"),
        Ref::Matrix(key, None) => format!("matrix.{key}"),
        Ref::Matrix(key, Some(field)) => format!("matrix.{key}.{field}"),
        Ref::StepOutput { step, output } => {
            format!("steps.{}.outputs.{output}", cx.ident(step))
        }
        Ref::NodeOutput { node, output } => {
            let from = if scope == Scope::CallOutput {
                "jobs"
            } else {
                "needs"
            };
            format!("{from}.{}.outputs.{output}", cx.job_id(node))
        }
        Ref::Outcome(node) => format!("needs.{}.result", cx.job_id(node)),
        Ref::Verdict(node) => format!("needs.{}.outputs.verdict", cx.job_id(node)),
        Ref::EventField(fields) => format!("github.event.{}", fields.join(".")),
        _ => return None,
    };
    Some(Tree::Path(path))
}

/// What a symbol of a closed set is called on GitHub; `None` when it has no such thing.
pub fn symbol(set: &str, name: &str) -> Option<String> {
    let text = match (set, name) {
        ("event", "call") => return None,
        ("event", "dispatch") => "workflow_dispatch",
        ("event", "api") => "repository_dispatch",
        ("runner", _) => return crate::targets::github::runners::label(name).map(str::to_string),
        ("outcome", "failed") => "failure",
        ("outcome", "succeeded" | "passed" | "ok") => "success",
        _ => name,
    };
    Some(text.to_string())
}

/// The environment variable that carries a reference into a script.
pub fn variable_name(reference: &Ref) -> String {
    let upper = |parts: &[&str]| {
        let joined: Vec<String> = parts
            .iter()
            .map(|part| {
                let clean = |c: char| match c {
                    c if c.is_ascii_alphanumeric() => c.to_ascii_uppercase(),
                    _ => '_',
                };
                part.chars().map(clean).collect()
            })
            .collect();
        joined.join("_")
    };
    match reference {
        Ref::Event => "EVENT".into(),
        Ref::Branch => "BRANCH".into(),
        Ref::TargetBranch => "TARGET_BRANCH".into(),
        Ref::SourceBranch => "SOURCE_BRANCH".into(),
        Ref::Tag => "TAG".into(),
        Ref::FromFork => "FROM_FORK".into(),
        Ref::Commit => "COMMIT".into(),
        Ref::GitRef => "REF".into(),
        Ref::Run => "RUN_ID".into(),
        Ref::Actor => "ACTOR".into(),
        Ref::Token => "GITHUB_TOKEN".into(),
        Ref::Repository => "REPOSITORY".into(),
        Ref::Owner => "OWNER".into(),
        Ref::DefaultBranch => "DEFAULT_BRANCH".into(),
        Ref::PullRequestNumber => "PULL_REQUEST".into(),
        Ref::Changed(name) => upper(&["CHANGED", name]),
        Ref::Input(name) => upper(&["INPUT", name]),
        Ref::Variable(name) | Ref::Secret(name) => upper(&[name]),
        Ref::Matrix(key, None) => upper(&["MATRIX", key]),
        Ref::Matrix(key, Some(field)) => upper(&["MATRIX", key, field]),
        Ref::StepOutput { step, output } => upper(&[step, output]),
        Ref::NodeOutput { node, output } => upper(&[node, output]),
        Ref::Outcome(node) => upper(&[node, "RESULT"]),
        Ref::Verdict(node) => upper(&[node, "VERDICT"]),
        Ref::EventField(fields) => {
            let mut parts = vec!["EVENT"];
            parts.extend(fields.iter().map(String::as_str));
            upper(&parts)
        }
        _ => "VALUE".into(),
    }
}
