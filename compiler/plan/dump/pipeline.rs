//! Pipelines of the dump.

use super::{Tree, full};
use crate::plan::value::duration;
use crate::plan::{
    After, Artifact, Concurrency, Container, Deploy, Expr, Input, InputKind, Judge, Matrix,
    MatrixRule, MatrixValues, NeedReason, Node, NodeKind, Pipeline, RemoteCall, Report, Runner,
    Stage, Step, StepKind, Trigger,
};

pub(super) fn pipeline(tree: &mut Tree, pipeline: &Pipeline) {
    let line = format!("pipeline {} {:?}", pipeline.id, pipeline.title);
    tree.open_at(&line, Some(&pipeline.origin), |tree| {
        pipeline.triggers.iter().for_each(|t| trigger(tree, t));
        pipeline.inputs.iter().for_each(|i| input(tree, i));
        for secret in &pipeline.call_secrets {
            let optional = if secret.optional { " optional" } else { "" };
            tree.line(&format!("call secret {}{optional}", secret.id));
        }
        for (name, value) in &pipeline.call_outputs {
            tree.line(&format!("call output {name} = {value:#}"));
        }
        tree.fact("run name", pipeline.run_name.as_ref().map(full));
        environment(tree, &pipeline.env);
        tree.fact("shell", pipeline.shell.as_ref());
        tree.fact("dir", pipeline.dir.as_ref());
        concurrency(tree, pipeline.concurrency.as_ref());
        for (name, paths) in &pipeline.changed {
            tree.list(&format!("changed {name} ="), paths);
        }
        pipeline.nodes.iter().for_each(|n| node(tree, n));
        tree.raw(&pipeline.raw);
    });
}

fn trigger(tree: &mut Tree, trigger: &Trigger) {
    tree.open(&format!("on {}", trigger.event.name()), |tree| {
        tree.list("branches", &trigger.branches);
        tree.list("tags", &trigger.tags);
        tree.list("paths", &trigger.paths);
        tree.list("types", &trigger.types);
        tree.list("cron", &trigger.cron);
        tree.fact("timezone", trigger.timezone.as_ref());
    });
}

fn input(tree: &mut Tree, input: &Input) {
    let kind = match &input.kind {
        InputKind::Text => "string".to_string(),
        InputKind::Number(quantity) => quantity.name().to_string(),
        InputKind::Bool => "bool".to_string(),
        InputKind::Choice(options) => format!("one of {}", options.join(", ")),
        InputKind::Environment(names) => format!("environment of {}", names.join(", ")),
    };
    tree.open_at(
        &format!("input {}: {kind}", input.id),
        Some(&input.origin),
        |tree| {
            tree.fact("description", input.description.as_ref());
            tree.fact("default", input.default.as_ref());
            tree.fact("at least", input.at_least);
            tree.fact("at most", input.at_most);
            let by = [("dispatch", input.dispatch), ("call", input.call)];
            let by: Vec<&str> = by
                .iter()
                .filter(|(_, on)| *on)
                .map(|(name, _)| *name)
                .collect();
            tree.list("on", &by);
        },
    );
}

fn environment(tree: &mut Tree, env: &[(String, Expr)]) {
    for (name, value) in env {
        tree.line(&format!("env {name} = {value:#}"));
    }
}

fn concurrency(tree: &mut Tree, concurrency: Option<&Concurrency>) {
    let Some(concurrency) = concurrency else {
        return;
    };
    let group: Vec<String> = concurrency.group.iter().map(full).collect();
    tree.open(&format!("concurrency {}", group.join(", ")), |tree| {
        tree.fact("cancel", concurrency.cancel.as_ref().map(full));
    });
}

fn node(tree: &mut Tree, node: &Node) {
    let kind = match &node.kind {
        NodeKind::Stage(_) => "stage",
        NodeKind::Judge(_) => "judge",
        NodeKind::Deploy(_) => "deploy",
    };
    let line = format!("{kind} {} {:?}", node.id, node.title);
    tree.open_at(&line, Some(&node.origin), |tree| {
        for need in &node.needs {
            let reason = match need.reason {
                NeedReason::Order => "order",
                NeedReason::Data => "data",
                NeedReason::Evidence => "evidence",
            };
            tree.line(&format!("needs {} ({reason})", need.node));
        }
        tree.fact("when", node.when.as_ref().map(full));
        tree.fact("timeout", Some(duration(node.timeout)));
        match &node.kind {
            NodeKind::Stage(inner) => stage(tree, inner),
            NodeKind::Judge(inner) => judge(tree, inner),
            NodeKind::Deploy(inner) => deploy(tree, inner),
        }
    });
}

fn stage(tree: &mut Tree, stage: &Stage) {
    tree.fact("runner", stage.runner.as_ref().map(runner));
    if let Some(inner) = &stage.container {
        container(tree, "inside", inner);
    }
    stage
        .services
        .iter()
        .for_each(|s| container(tree, "beside", s));
    if let Some(cells) = &stage.matrix {
        matrix(tree, cells);
    }
    tree.fact("environment", stage.environment.as_ref());
    environment(tree, &stage.env);
    for permission in &stage.permissions {
        let access = if permission.write { "write" } else { "read" };
        let (scope, reason) = (&permission.scope, &permission.reason);
        tree.line(&format!("may {access} {scope}: {reason}"));
    }
    concurrency(tree, stage.concurrency.as_ref());
    tree.fact("retries", (stage.retries > 0).then_some(stage.retries));
    flags(
        tree,
        &[
            ("may fail", stage.may_fail),
            ("no checkout", !stage.checkout),
        ],
    );
    if let Some(remote) = &stage.calls {
        call(tree, remote);
    }
    stage.steps.iter().for_each(|s| step(tree, s));
    stage.reports.iter().for_each(|r| report(tree, r));
    stage.artifacts.iter().for_each(|a| artifact(tree, a));
    for (name, value, _) in &stage.outputs {
        tree.line(&format!("output {name} = {value:#}"));
    }
    tree.raw(&stage.raw);
}

fn flags(tree: &mut Tree, flags: &[(&str, bool)]) {
    for (name, _) in flags.iter().filter(|(_, on)| *on) {
        tree.line(name);
    }
}

fn runner(runner: &Runner) -> String {
    match runner {
        Runner::Hosted(name) => name.clone(),
        Runner::Machine {
            cores,
            memory,
            disk,
        } => {
            let gib = |bytes: &f64| format!("{}GiB", bytes / 1024f64.powi(3));
            let mut parts = vec![format!("{cores} cores")];
            parts.extend(memory.as_ref().map(|m| format!("{} memory", gib(m))));
            parts.extend(disk.as_ref().map(|d| format!("{} disk", gib(d))));
            parts.join(", ")
        }
        Runner::Labels(labels) => format!("self-hosted {}", labels.join(", ")),
        Runner::Group(group, labels) => format!("group {group} {}", labels.join(", ")),
        Runner::FromMatrix(key) => format!("matrix.{key}"),
    }
}

fn container(tree: &mut Tree, place: &str, container: &Container) {
    let line = format!("container {place} {} {}", container.id, container.image);
    tree.open(&line, |tree| {
        environment(tree, &container.env);
        tree.list("ports", &container.ports);
        tree.list("volumes", &container.volumes);
        tree.fact("health", container.health.as_ref());
        let login = container.credentials.as_ref();
        tree.fact(
            "login",
            login.map(|(user, key)| format!("{:#} {:#}", user, key)),
        );
    });
}

fn matrix(tree: &mut Tree, matrix: &Matrix) {
    tree.open("matrix", |tree| {
        for key in &matrix.keys {
            let values = match &key.values {
                MatrixValues::Known(values) => {
                    let values: Vec<String> = values.iter().map(ToString::to_string).collect();
                    format!("[{}]", values.join(", "))
                }
                MatrixValues::From(source) => format!("from {source:#}"),
            };
            tree.line(&format!("{} = {values}", key.name));
        }
        matrix.exclude.iter().for_each(|r| rule(tree, "exclude", r));
        matrix.include.iter().for_each(|r| rule(tree, "include", r));
        tree.fact("at once", matrix.max_parallel);
        flags(tree, &[("fail fast", matrix.fail_fast)]);
    });
}

fn rule(tree: &mut Tree, name: &str, rule: &MatrixRule) {
    let pairs: Vec<String> = rule
        .pairs
        .iter()
        .map(|(k, v)| format!("{k} = {v}"))
        .collect();
    let when = rule.when.as_ref().map(|w| format!(" when {w:#}"));
    tree.line(&format!(
        "{name} {}{}",
        pairs.join(", "),
        when.unwrap_or_default()
    ));
}

fn call(tree: &mut Tree, call: &RemoteCall) {
    tree.open(&format!("call {}@{}", call.path, call.version), |tree| {
        for (name, value) in call.inputs.iter().chain(&call.secrets) {
            tree.line(&format!("{name} = {value:#}"));
        }
    });
}

fn step(tree: &mut Tree, step: &Step) {
    let id = step
        .id
        .as_ref()
        .map(|id| format!("{id} "))
        .unwrap_or_default();
    let line = format!("step {id}{:?}", step.title);
    tree.open_at(&line, Some(&step.origin), |tree| {
        match &step.kind {
            StepKind::Run(script) => tree.line(&format!("run {script:#}")),
            StepKind::Action(action) => {
                tree.open(&format!("use {}@{}", action.name, action.version), |tree| {
                    for (name, value) in &action.inputs {
                        tree.line(&format!("{name} = {value:#}"));
                    }
                });
            }
            StepKind::Take { node, artifact, to } => {
                tree.line(&format!("take {node}.{artifact} to {to}"));
            }
        }
        tree.fact("when", step.when.as_ref().map(full));
        let after = match step.after {
            After::Success => None,
            After::Failure => Some("failure"),
            After::Always => Some("anything"),
        };
        tree.fact("after", after);
        environment(tree, &step.env);
        tree.fact("dir", step.dir.as_ref());
        tree.fact("shell", step.shell.as_ref());
        tree.fact("timeout", step.timeout.map(duration));
        tree.fact("retries", step.retries);
        tree.fact("from template", step.template.as_ref());
        flags(
            tree,
            &[("may fail", step.may_fail), ("measures", step.measure)],
        );
        let names: Vec<&str> = step.outputs.iter().map(|(name, _)| name.as_str()).collect();
        tree.list("outputs", &names);
        tree.raw(&step.raw);
    });
}

fn report(tree: &mut Tree, report: &Report) {
    let across = report
        .across
        .map(|a| format!(" across cells {a:?}").to_lowercase());
    let key: Vec<String> = report.key.iter().map(full).collect();
    let key = match key.is_empty() {
        true => String::new(),
        false => format!(" key {}", key.join(", ")),
    };
    let across = across.unwrap_or_default();
    tree.line(&format!(
        "report {} {} {}{across}{key}",
        report.id, report.format, report.path
    ));
}

fn artifact(tree: &mut Tree, artifact: &Artifact) {
    let days = artifact.retention_days.map(|d| format!(" for {d} days"));
    let paths = artifact.paths.join(", ");
    tree.line(&format!(
        "artifact {} {paths}{}",
        artifact.id,
        days.unwrap_or_default()
    ));
}

fn judge(tree: &mut Tree, judge: &Judge) {
    tree.line(&format!("gate {}", judge.gate));
    for evidence in &judge.evidence {
        tree.line(&format!("evidence {}.{}", evidence.node, evidence.report));
    }
    tree.list("outcomes", &judge.outcomes);
    let comment = judge.comment == crate::plan::Comment::PullRequest;
    flags(
        tree,
        &[
            ("comments", comment),
            ("html", judge.html),
            ("implied", !judge.explicit),
        ],
    );
}

fn deploy(tree: &mut Tree, deploy: &Deploy) {
    tree.list("services", &deploy.services);
    tree.fact("image", Some(format!("{:#}", deploy.image)));
    tree.fact("environment", Some(&deploy.environment));
    tree.fact("rollout", Some(&deploy.rollout));
    tree.fact("verify", deploy.verify.as_ref().map(|(gate, _)| gate));
    let announce: Vec<&str> = deploy
        .announce
        .iter()
        .map(|(name, _)| name.as_str())
        .collect();
    tree.list("announce", &announce);
}
