//! `unused-declaration`: metrics, services, environments, rollouts, baselines, notifies, path
//! filters, constants and imports that nothing uses.
//!
//! What could be used where the plan can't see it is let be: services and places in a program
//! that deploys nothing, filters and receivers beside raw fragments and alerts.

use super::context::{Context, each_ref, pipeline_refs};
use crate::diagnostics::{Code, Diagnostic, Diagnostics};
use crate::plan::{
    Cause, Condition, Criterion, Deploy, Expr, Gate, InputKind, Leftover, Pipeline, Plan, Ref,
    Scoring, Strategy, WeightPart,
};
use crate::source::Span;
use std::collections::BTreeSet;

pub(super) fn run(context: &Context, found: &mut Diagnostics) {
    let plan = context.plan;
    let used = Used::of(plan);
    let metrics = plan.metrics.iter().map(|m| (m.id.as_str(), m.origin.span));
    unused("metric", metrics, &used.metrics, found);
    let baselines = plan
        .baselines
        .iter()
        .map(|b| (b.id.as_str(), b.origin.span));
    unused("baseline", baselines, &used.baselines, found);
    if plan
        .pipelines
        .iter()
        .any(|p| p.nodes.iter().any(|n| n.as_deploy().is_some()))
    {
        let services = plan.services.iter().map(|s| (s.id.as_str(), s.origin.span));
        unused("service", services, &used.services, found);
        let places = plan
            .environments
            .iter()
            .map(|e| (e.id.as_str(), e.origin.span));
        unused("environment", places, &used.environments, found);
        let rollouts = plan.rollouts.iter().map(|r| (r.id.as_str(), r.origin.span));
        unused("rollout", rollouts, &used.rollouts, found);
    }
    // A receiver without a condition of a deploy hears alerts; a check may announce, too.
    let judges = |p: &Pipeline| {
        p.nodes
            .iter()
            .filter_map(|n| n.as_judge())
            .any(|j| j.explicit)
    };
    let heard = !plan.alerts.is_empty() || !plan.slos.is_empty();
    if !heard && !plan.pipelines.iter().any(judges) {
        let notifies = plan.notifies.iter().map(|n| (n.id.as_str(), n.origin.span));
        unused("notify", notifies, &used.notifies, found);
    }
    plan.pipelines.iter().for_each(|p| filters(p, found));
    plan.leftovers.iter().for_each(|l| found.push(leftover(l)));
}

fn unused<'a>(
    word: &str,
    declared: impl Iterator<Item = (&'a str, Span)>,
    used: &BTreeSet<&str>,
    found: &mut Diagnostics,
) {
    for (id, span) in declared.filter(|(id, _)| !used.contains(id)) {
        let message = format!("nothing uses {word} `{id}`");
        found.push(
            Diagnostic::new(Code::UnusedDeclaration, span, message).help("remove it, or use it"),
        );
    }
}

/// A constant or an import: without it the program says the same.
fn leftover(unused: &Leftover) -> Diagnostic {
    let message = format!("nothing uses {} `{}`", unused.what, unused.name);
    Diagnostic::new(Code::UnusedDeclaration, unused.span, message)
        .help("remove it, or use it")
        .fix("remove it", vec![(unused.whole, String::new())])
}

/// Path filters that no condition asks.
fn filters(pipeline: &Pipeline, found: &mut Diagnostics) {
    let opaque = !pipeline.raw.is_empty()
        || pipeline
            .nodes
            .iter()
            .filter_map(|n| n.as_stage())
            .any(|s| !s.raw.is_empty());
    if opaque || pipeline.changed.is_empty() {
        return;
    }
    let mut used = BTreeSet::new();
    pipeline_refs(pipeline, &mut |r| {
        if let Ref::Changed(name) = r {
            used.insert(name.as_str());
        }
    });
    for (name, _) in pipeline
        .changed
        .iter()
        .filter(|(n, _)| !used.contains(n.as_str()))
    {
        let message = format!("no condition of `{}` asks `changed.{name}`", pipeline.id);
        let finding = Diagnostic::new(Code::UnusedDeclaration, pipeline.origin.span, message);
        found.push(finding.help(format!("remove `{name}`, or use it: `when changed.{name}`")));
    }
}

/// Names by kind that something uses.
#[derive(Default)]
struct Used<'a> {
    metrics: BTreeSet<&'a str>,
    baselines: BTreeSet<&'a str>,
    services: BTreeSet<&'a str>,
    environments: BTreeSet<&'a str>,
    rollouts: BTreeSet<&'a str>,
    notifies: BTreeSet<&'a str>,
}

impl<'a> Used<'a> {
    fn of(plan: &'a Plan) -> Self {
        let mut used = Self::default();
        plan.gates.iter().for_each(|g| used.gate(g));
        plan.pipelines.iter().for_each(|p| used.pipeline(p));
        for metric in &plan.metrics {
            metric
                .report
                .iter()
                .chain(&metric.live)
                .for_each(|e| used.expr(e));
        }
        for rollout in &plan.rollouts {
            used.baselines.extend(rollout.against.as_deref());
            rollout.criteria.iter().for_each(|c| used.criterion(c));
            if let Strategy::BlueGreen { before, after, .. } = &rollout.strategy {
                before.iter().chain(after).for_each(|c| used.criterion(c));
            }
            let early = rollout.promote_early.iter().map(|(_, e, _)| e);
            early.chain(&rollout.promote).for_each(|e| used.expr(e));
        }
        for alert in &plan.alerts {
            used.environments
                .extend(alert.environments.iter().map(String::as_str));
            if let Cause::When(expr) = &alert.cause {
                used.expr(expr);
            }
        }
        for slo in &plan.slos {
            slo.good.iter().chain(&slo.bad).for_each(|e| used.expr(e));
        }
        for board in &plan.dashboards {
            let names = board.from.iter().map(String::as_str);
            used.services.extend(names);
            let panels = board.rows.iter().flat_map(|r| &r.panels);
            panels.flat_map(|p| &p.show).for_each(|e| used.expr(e));
        }
        let calls = plan.services.iter().flat_map(|s| &s.calls);
        used.services.extend(calls.map(String::as_str));
        used
    }

    fn pipeline(&mut self, pipeline: &'a Pipeline) {
        for input in &pipeline.inputs {
            if let InputKind::Environment(names) = &input.kind {
                self.environments.extend(names.iter().map(String::as_str));
            }
        }
        for node in &pipeline.nodes {
            if let Some(deploy) = node.as_deploy() {
                self.deploy(deploy);
            }
            let place = node.as_stage().and_then(|s| s.environment.as_deref());
            self.environments.extend(place);
        }
        pipeline_refs(pipeline, &mut |r| self.reference(r));
    }

    fn deploy(&mut self, deploy: &'a Deploy) {
        self.services
            .extend(deploy.services.iter().map(String::as_str));
        self.environments.insert(&deploy.environment);
        self.rollouts.insert(&deploy.rollout);
        self.notifies
            .extend(deploy.announce.iter().map(|(n, _)| n.as_str()));
    }

    fn gate(&mut self, gate: &'a Gate) {
        self.baselines.extend(gate.against.as_deref());
        gate.criteria.iter().for_each(|c| self.criterion(c));
        gate.advice
            .iter()
            .filter_map(|a| a.when.as_ref())
            .for_each(|e| self.expr(e));
        match &gate.scoring {
            Scoring::Expression(expr) => self.expr(expr),
            Scoring::Weights(weights) => {
                for weight in weights {
                    match &weight.part {
                        WeightPart::Metric(id) => {
                            self.metrics.insert(id);
                        }
                        WeightPart::Value(expr) => self.expr(expr),
                        WeightPart::Gate(_) => {}
                    }
                }
            }
            Scoring::AllOrNothing | Scoring::Statements => {}
        }
    }

    fn criterion(&mut self, criterion: &'a Criterion) {
        if let Condition::Holds(expr) = &criterion.condition {
            self.expr(expr);
        }
    }

    fn expr(&mut self, expr: &'a Expr) {
        each_ref(expr, &mut |r| self.reference(r));
    }

    fn reference(&mut self, r: &'a Ref) {
        match r {
            Ref::Metric(id, _) => {
                self.metrics.insert(id);
            }
            Ref::Series { service, .. } => {
                self.services.insert(service);
            }
            _ => {}
        }
    }
}
