//! Stages as jobs.

use super::actions;
use super::conditions;
use super::context::{Context, secret_in};
use super::expressions::{Lower, Scope, Tree};
use super::permissions::Rights;
use super::runners;
use super::schema::{Body, Group, Job, JobParts};
use super::steps::{self, Surroundings};
use super::text::{literal, scalar};
use crate::diagnostics::{Code, Diagnostic};
use crate::plan::{
    After, Concurrency, Container, Expr, Node, RemoteCall, Runner, Stage, StepKind, Value,
};
use crate::targets::yaml::{Entry, Map, Yaml};
use std::collections::BTreeSet;

/// A stage's job.
pub fn stage(cx: &Context<'_>, node: &Node, stage: &Stage) -> Job {
    let mut parts = frame(cx, node, needs(cx, node));
    parts.permissions = Rights::of_stage(stage).into_map();
    parts.concurrency = stage
        .concurrency
        .as_ref()
        .map(|c| group(cx, c, Scope::JobIf));
    parts.strategy = stage
        .matrix
        .as_ref()
        .map(|m| super::matrix::strategy(cx, m, node.origin.span));
    match &stage.calls {
        Some(call) => called(cx, call, &mut parts),
        None => worked(cx, node, stage, &mut parts),
    }
    finish(cx, node, parts, &stage.raw)
}

/// What every job has.
pub fn frame(cx: &Context<'_>, node: &Node, needs: Vec<String>) -> JobParts {
    let own = match &node.kind {
        crate::plan::NodeKind::Stage(stage) => runners::is_own(stage.runner.as_ref()),
        _ => false,
    };
    super::limits::timeout(cx, node, own);
    JobParts {
        name: literal(&node.title),
        condition: conditions::of_job(cx, node, !needs.is_empty()),
        needs,
        timeout: Some(super::minutes(node.timeout)),
        ..JobParts::default()
    }
}

/// The keys under the job's id, with what was written as GitHub's own.
pub fn finish(cx: &Context<'_>, node: &Node, parts: JobParts, raw: &[crate::plan::Raw]) -> Job {
    let mut keys = parts.into_map();
    super::raw::merge(cx, &mut keys, raw, &super::raw::JOB);
    Job {
        id: cx.job_id(&node.id),
        comment: node.origin.docs.clone(),
        keys,
    }
}

/// The jobs a node waits for.
pub fn needs(cx: &Context<'_>, node: &Node) -> Vec<String> {
    let changes = cx
        .changes_id
        .iter()
        .filter(|_| conditions::changes_read(node));
    let mut ids: Vec<String> = changes.cloned().collect();
    for need in &node.needs {
        let id = cx.job_id(&need.node);
        if !ids.contains(&id) {
            ids.push(id);
        }
    }
    ids
}

fn worked(cx: &Context<'_>, node: &Node, stage: &Stage, parts: &mut JobParts) {
    parts.runs_on = Some(runs_on(cx, node, stage.runner.as_ref()));
    let environment = stage.environment.as_deref();
    parts.environment = environment.map(|name| super::deploy::environment(cx, name));
    if stage.may_fail {
        let place = &node.origin.place;
        let reason = format!(
            "Its failure is not the pipeline's: {place} says so.\njactionlint ignore=continue-on-error"
        );
        parts.may_fail = Some(reason);
    }
    if let Some(around) = &stage.container {
        let entry = container(cx, stage, around);
        parts.container = Some(entry.0.unwrap_or_else(|| Yaml::from(entry.1).into()));
    }
    for beside in &stage.services {
        let (_, map) = container(cx, stage, beside);
        parts.services.push(literal(&beside.id), map);
    }
    for (name, expr, _) in &stage.outputs {
        if cx.read_outputs.contains(&(node.id.clone(), name.clone())) {
            let value = scalar(Lower::new(cx, Scope::Job), expr);
            parts.outputs.push(name.clone(), value);
        }
    }
    let lower = Lower::new(cx, Scope::Job);
    for (name, expr) in &stage.env {
        if secret_in(expr).is_none() {
            parts.env.push(name.clone(), scalar(lower, expr));
        }
    }
    parts.body = Body::Steps(all_steps(cx, node, stage));
}

fn all_steps(cx: &Context<'_>, node: &Node, stage: &Stage) -> Vec<Yaml> {
    steps::check_retries(cx, node, stage);
    let around = surroundings(cx, stage);
    let mut list: Vec<Yaml> = Vec::with_capacity(stage.steps.len() + 4);
    if let Some(Runner::Machine {
        cores,
        memory,
        disk,
    }) = stage.runner
    {
        list.push(steps::check_machine(cores, memory, disk).into());
    }
    list.extend(super::inputs::checks(cx, node).into_iter().map(Yaml::from));
    if stage.checkout {
        list.push(steps::checkout(cx).into());
    }
    // What cleans up comes after what is kept.
    let last = stage.steps.iter().rposition(|s| s.after == After::Success);
    let end = last.map_or(0, |at| at + 1);
    let (work, after) = stage.steps.split_at(end.min(stage.steps.len()));
    let write = |step| Yaml::Map(steps::written(cx, &around, step));
    let clear = || steps::clear_reports(cx, stage).map(Yaml::from);
    list.extend(clear());
    let mut made = false;
    for step in work {
        list.push(write(step));
        if steps::brings_sources(step, made) {
            list.extend(clear());
        }
        made |= matches!(step.kind, StepKind::Run(_));
    }
    list.extend(
        steps::keep_reports(cx, node, stage)
            .into_iter()
            .map(Yaml::from),
    );
    let artifacts = stage.artifacts.iter();
    list.extend(artifacts.map(|a| steps::keep_artifact(cx, node, stage, a).into()));
    list.extend(after.iter().map(write));
    list
}

fn surroundings<'a>(cx: &Context<'a>, stage: &'a Stage) -> Surroundings<'a> {
    let all = || cx.pipeline.env.iter().chain(&stage.env);
    let secrets = all().filter(|(_, e)| secret_in(e).is_some());
    let outside: BTreeSet<String> = all().map(|(name, _)| name.clone()).collect();
    Surroundings {
        stage,
        secrets: secrets.map(|(name, e)| (name.as_str(), e)).collect(),
        outside,
    }
}

fn called(cx: &Context<'_>, call: &RemoteCall, parts: &mut JobParts) {
    // A called workflow sets its own time limits.
    parts.timeout = None;
    let lower = Lower::new(cx, Scope::Job);
    let values = |pairs: &[(String, Expr)]| {
        let mut map = Map::new();
        for (name, expr) in pairs {
            // Unlike an action, a pipeline has typed inputs, and GitHub refuses text for a number.
            let value = match expr.value() {
                Some(value @ (Value::Bool(_) | Value::Number(..))) => super::json::yaml(value),
                _ => scalar(lower, expr).into(),
            };
            map.push(name.clone(), value);
        }
        map
    };
    parts.body = Body::Call {
        uses: actions::used(lower.cx, &call.path, &call.version),
        with: values(&call.inputs),
        secrets: values(&call.secrets),
    };
}

/// `runs-on`.
fn runs_on(cx: &Context<'_>, node: &Node, runner: Option<&Runner>) -> Entry {
    let label = |text: &str| Yaml::from(text.to_string());
    match runner {
        None => label(runners::DEFAULT).into(),
        Some(Runner::Hosted(name)) => match runners::label(name) {
            Some(known) => label(known).into(),
            None => {
                let message = format!("GitHub hosts no machine `{name}`");
                let known: Vec<&str> = runners::HOSTED.iter().map(|h| h.name).collect();
                let help = format!("it hosts {}", known.join(", "));
                cx.report(
                    Diagnostic::new(Code::RunnerUnknown, node.origin.span, message).help(help),
                );
                label(name).into()
            }
        },
        Some(Runner::Machine {
            cores,
            memory,
            disk,
        }) => machine(cx, node, *cores, *memory, *disk),
        Some(Runner::FromMatrix(key)) => {
            Yaml::from(Tree::path(format!("matrix.{key}")).wrapped()).into()
        }
        Some(Runner::Labels(labels)) => own_labels(node, labels).into(),
        Some(Runner::Group(group, labels)) => {
            let mut map = Map::new();
            let group = Entry::from(Yaml::from(literal(group)));
            map.push_entry("group", meant(node, group));
            if !labels.is_empty() {
                map.push("labels", names(labels));
            }
            Yaml::from(map).into()
        }
    }
}

fn names(labels: &[String]) -> Yaml {
    let labels: Vec<Yaml> = labels.iter().map(|l| literal(l).into()).collect();
    labels.into()
}

/// One's own machines keep what a job leaves behind, which auditors want to see meant: the first
/// label carries the place that asks for it.
fn own_labels(node: &Node, labels: &[String]) -> Yaml {
    let mut entries: Vec<Entry> = labels
        .iter()
        .map(|l| Yaml::from(literal(l)).into())
        .collect();
    if let Some(first) = entries.first_mut() {
        *first = meant(node, first.clone());
    }
    entries.into()
}

fn meant(node: &Node, entry: Entry) -> Entry {
    let place = &node.origin.place;
    entry
        .with_comment("jactionlint ignore=self-hosted-runner")
        .with_trailing(format!(
            "zizmor: ignore[self-hosted-runner] asked for in {place}"
        ))
}

fn machine(
    cx: &Context<'_>,
    node: &Node,
    cores: f64,
    memory: Option<f64>,
    disk: Option<f64>,
) -> Entry {
    let span = node.origin.span;
    let Some(host) = runners::fitting(cores, memory) else {
        let message = "GitHub hosts no standard machine with so many cores and so much memory";
        cx.report(
            Diagnostic::new(Code::NoMachineFits, span, message)
                .label("asks for more")
                .help("the largest has 4 cores and 16GiB")
                .help("name a larger machine of yours: `self_hosted(…)` or a runner group"),
        );
        return Yaml::from(runners::DEFAULT).into();
    };
    if disk.is_some_and(|bytes| bytes / runners::GIB > host.disk) {
        let message = format!(
            "GitHub promises {} GiB of disk on `{}`; the stage stops if it finds less than it asks",
            host.disk, host.label
        );
        cx.report(
            Diagnostic::new(Code::DiskNotPromised, span, message)
                .label("asks for more")
                .help(
                    "ask for less, or name a machine of yours: `self_hosted(…)` or a runner group",
                ),
        );
    }
    Yaml::from(host.label).into()
}

/// A container: alone by its image where it says no more, else as a map.
fn container(cx: &Context<'_>, stage: &Stage, container: &Container) -> (Option<Entry>, Map) {
    on_linux(cx, stage, container);
    let image = actions::image(cx, &container.image, container.origin.span);
    let mut map = Map::new();
    map.push_entry("image", image.clone());
    if let Some((user, password)) = &container.credentials {
        let guarded = stage.environment.is_some();
        let mut login = Map::new();
        login.push_entry("username", steps::entry(cx, user, guarded));
        login.push_entry("password", steps::entry(cx, password, guarded));
        map.push("credentials", login);
    }
    if !container.env.is_empty() {
        let mut env = Map::new();
        for (name, expr) in &container.env {
            let guarded = stage.environment.is_some();
            env.push_entry(name.clone(), steps::entry(cx, expr, guarded));
        }
        map.push("env", env);
    }
    if !container.ports.is_empty() {
        map.push("ports", names(&container.ports));
    }
    if !container.volumes.is_empty() {
        map.push("volumes", names(&container.volumes));
    }
    if let Some(health) = &container.health {
        map.push("options", health_options(health));
    }
    let alone = (map.len() == 1).then_some(image);
    (alone, map)
}

/// GitHub starts containers on Linux only; elsewhere the job fails before its first step.
fn on_linux(cx: &Context<'_>, stage: &Stage, container: &Container) {
    let machines = stage.machines();
    let other = machines
        .iter()
        .find(|m| ["windows", "macos"].contains(&m.as_str()));
    if let Some(other) = other {
        cx.report(
            Diagnostic::new(
                Code::GithubCannotExpress,
                container.origin.span,
                format!("GitHub starts no container on `{other}`"),
            )
            .label(format!("its stage runs on {}", machines.join(", ")))
            .help("run a stage with containers on `ubuntu`, and what needs none in a stage of its own"),
        );
    }
}

/// Docker's options for a health check that a stage waits for.
fn health_options(command: &str) -> String {
    let quoted = literal(command).replace('\\', "\\\\").replace('"', "\\\"");
    format!(
        "--health-cmd \"{quoted}\" --health-interval 5s --health-timeout 5s --health-retries 20"
    )
}

/// A concurrency group.
pub fn group(cx: &Context<'_>, concurrency: &Concurrency, scope: Scope) -> Group {
    let lower = Lower::new(cx, scope);
    let part = |expr: &Expr| match expr.value() {
        Some(Value::Str(text)) => literal(text),
        _ => scalar(lower, expr),
    };
    let parts: Vec<String> = concurrency.group.iter().map(part).collect();
    let cancel = match &concurrency.cancel {
        None => Yaml::Bool(false),
        Some(expr) => flag(lower.truth(expr)),
    };
    let group = parts.join("-");
    super::limits::group(cx, &group, concurrency.origin.span);
    Group { group, cancel }
}

/// A condition as the value of a key that wants `true` or `false`.
pub fn flag(tree: Tree) -> Yaml {
    match tree {
        Tree::Bool(known) => Yaml::Bool(known),
        other => other.wrapped().into(),
    }
}
