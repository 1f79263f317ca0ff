//! Services, environments and rollouts of the dump.

use super::quality::{criterion, percent};
use super::{Tree, full};
use crate::plan::value::{Quantity, decimal, duration};
use crate::plan::{
    Amount, Egress, Environment, Probe, Resources, Rollout, Series, Service, Strategy, Value,
};

pub(super) fn service(tree: &mut Tree, service: &Service) {
    tree.open_at(
        &format!("service {}", service.id),
        Some(&service.origin),
        |tree| {
            tree.fact("port", Some(service.port));
            tree.fact("replicas", Some(replicas(service.replicas)));
            tree.fact("scale at", service.scale_at.map(percent));
            resources(tree, &service.resources);
            tree.fact("metrics", service.metrics.as_ref());
            tree.fact("health", service.health.as_ref());
            tree.fact("ready", service.ready.as_ref());
            service.probes.iter().for_each(|p| probe(tree, p));
            service.series.iter().for_each(|s| series(tree, s));
            tree.pairs("env", &service.env);
            tree.pairs("config", &service.config);
            for (variable, secret) in &service.secrets {
                tree.line(&format!("secret {variable} = {secret}"));
            }
            tree.list("command", &service.command);
            tree.fact("user", service.user);
            tree.list("writable", &service.writable);
            tree.list("calls", &service.calls);
            tree.fact("egress", (service.egress == Egress::Open).then_some("open"));
            for (key, value) in &service.labels {
                tree.line(&format!("label {key} = {value:?}"));
            }
            tree.raw(&service.raw);
        },
    );
}

fn replicas((least, most): (u32, u32)) -> String {
    match least == most {
        true => least.to_string(),
        false => format!("{least}..{most}"),
    }
}

fn resources(tree: &mut Tree, resources: &Resources) {
    let pair = |(request, limit): (f64, f64), quantity: Quantity| {
        let show = |number| Value::Number(number, quantity.clone());
        format!("{} to {}", show(request), show(limit))
    };
    tree.fact("cpu", resources.cpu.map(|cpu| pair(cpu, Quantity::Cpu)));
    tree.fact(
        "memory",
        resources.memory.map(|memory| pair(memory, Quantity::Bytes)),
    );
    tree.fact("gpu", resources.gpu);
}

fn probe(tree: &mut Tree, probe: &Probe) {
    let line = format!("probe {} {}", probe.method, probe.path);
    tree.open_at(&line, Some(&probe.origin), |tree| {
        tree.fact("timeout", probe.timeout.map(duration));
        tree.fact("json", probe.json.as_ref());
        for expect in &probe.expects {
            tree.line(&format!("expect {expect:#}"));
        }
    });
}

fn series(tree: &mut Tree, series: &Series) {
    let kind = format!("{:?}", series.kind).to_lowercase();
    let line = format!("series {} {kind} of {}", series.id, series.unit.describe());
    tree.open_at(&line, Some(&series.origin), |tree| {
        tree.list("labels", &series.labels);
        let buckets: Vec<String> = series.buckets.iter().map(|b| decimal(*b)).collect();
        tree.list("buckets", &buckets);
    });
}

pub(super) fn environment(tree: &mut Tree, environment: &Environment) {
    let line = format!("environment {}", environment.id);
    tree.open_at(&line, Some(&environment.origin), |tree| {
        tree.fact("namespace", Some(&environment.namespace));
        tree.fact("url", environment.url.as_ref());
        if environment.approval {
            tree.line("approval");
        }
        tree.fact("login", environment.login.as_ref());
        tree.fact("prometheus", environment.prometheus.as_ref());
        tree.fact("push", environment.push.as_ref());
        let router = environment.router.as_ref();
        tree.fact("router", router.map(|r| &r.name));
        tree.fact("engine", environment.engine.as_ref().map(|(v, _)| v));
        if environment.install_monitoring.is_some() {
            tree.line("installs monitoring");
        }
        for overlay in &environment.overrides {
            let line = format!("override {}", overlay.service);
            tree.open_at(&line, Some(&overlay.origin), |tree| {
                tree.fact("replicas", overlay.replicas.map(replicas));
                resources(tree, &overlay.resources);
                tree.pairs("env", &overlay.env);
            });
        }
    });
}

pub(super) fn rollout(tree: &mut Tree, rollout: &Rollout) {
    tree.open_at(
        &format!("rollout {}", rollout.id),
        Some(&rollout.origin),
        |tree| {
            strategy(tree, &rollout.strategy);
            tree.fact("against", rollout.against.as_ref());
            rollout.criteria.iter().for_each(|c| criterion(tree, c));
            if let Some((share, when, _)) = &rollout.promote_early {
                tree.line(&format!("promote from {} when {:#}", percent(*share), when));
            }
            tree.fact("promote when", rollout.promote.as_ref().map(full));
            tree.fact("on failure", Some(&rollout.on_failure));
        },
    );
}

fn strategy(tree: &mut Tree, strategy: &Strategy) {
    match strategy {
        Strategy::Rolling {
            max_unavailable,
            max_surge,
        } => tree.line(&format!(
            "rolling, {} missing and {} extra at most",
            amount(*max_unavailable),
            amount(*max_surge)
        )),
        Strategy::Canary { steps, hold } => {
            let steps: Vec<String> = steps.iter().map(|s| percent(*s)).collect();
            tree.line(&format!(
                "canary {}, {} each",
                steps.join(", "),
                duration(*hold)
            ));
        }
        Strategy::BlueGreen {
            warm_up,
            before,
            wait,
            watch,
            after,
            keep_old,
        } => tree.open("blue-green", |tree| {
            tree.fact(
                "warm up",
                warm_up.map(|n| format!("{} requests", decimal(n))),
            );
            tree.open("before", |tree| {
                before.iter().for_each(|c| criterion(tree, c))
            });
            tree.fact("wait", Some(duration(*wait)));
            tree.fact("watch", Some(duration(*watch)));
            tree.open("after", |tree| {
                after.iter().for_each(|c| criterion(tree, c))
            });
            tree.fact("keep old", Some(duration(*keep_old)));
        }),
        Strategy::Ab {
            split,
            sticky,
            sample,
            at_most,
        } => tree.open(&format!("a/b {}", percent(*split)), |tree| {
            tree.fact("sticky", sticky.as_ref());
            tree.fact("sample", sample.map(|n| format!("{} requests", decimal(n))));
            tree.fact("at most", Some(duration(*at_most)));
        }),
    }
}

fn amount(amount: Amount) -> String {
    match amount {
        Amount::Absolute(count) => count.to_string(),
        Amount::Share(share) => percent(share),
    }
}
