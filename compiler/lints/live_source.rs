//! `no-live-source`: criteria that count in a canary, an alert or a `verify`, and can't be
//! measured there.
//!
//! Conditions of alerts, objectives and panels are checked where they are typed.

use super::context::{Context, each_ref};
use crate::diagnostics::{Code, Diagnostic, Diagnostics};
use crate::plan::{
    Cause, Condition, Criterion, Expr, Gate, Place, Ref, Rollout, Scoring, Strategy, WeightPart,
};
use crate::proofs::reads::counts_in;
use crate::source::Span;

pub(super) fn run(context: &Context, found: &mut Diagnostics) {
    for rollout in &context.plan.rollouts {
        of_rollout(context, rollout, found);
    }
    for alert in &context.plan.alerts {
        if let Cause::Gate(gate) = &alert.cause {
            let place = format!("alert `{}`", alert.id);
            let user = User::new(context, Place::Alert, place, alert.origin.span);
            user.gate(gate, found);
        }
    }
    for node in context.pipelines.iter().flat_map(|p| p.graph.nodes) {
        if let Some((gate, span)) = node.as_deploy().and_then(|d| d.verify.as_ref()) {
            let place = format!("`verify` of deploy `{}`", node.id);
            User::new(context, Place::Verify, place, *span).gate(gate, found);
        }
    }
}

fn of_rollout(context: &Context, rollout: &Rollout, found: &mut Diagnostics) {
    let user = |place: Place, span: Span| {
        User::new(context, place, format!("rollout `{}`", rollout.id), span)
    };
    let mut criterion = |place: Place, c: &Criterion| match &c.condition {
        Condition::Gate(gate) => user(place, c.origin.span).gate(gate, found),
        Condition::Holds(expr) => user(place, expr.span).expr(expr, found),
        Condition::Outcome(_) | Condition::EveryPart => {}
    };
    rollout
        .criteria
        .iter()
        .for_each(|c| criterion(Place::Canary, c));
    if let Strategy::BlueGreen { before, after, .. } = &rollout.strategy {
        // The probes are called before and after a switch, as after a deploy.
        before
            .iter()
            .chain(after)
            .for_each(|c| criterion(Place::Verify, c));
    }
    let early = rollout.promote_early.iter().map(|(_, e, _)| e);
    for expr in early.chain(&rollout.promote) {
        user(Place::Canary, expr.span).expr(expr, found);
    }
}

/// Where criteria are used at run time.
struct User<'a> {
    context: &'a Context<'a>,
    place: Place,
    said: String,
    span: Span,
}

/// What can't be measured: where it stands, and its name.
struct Lack {
    span: Span,
    what: String,
    metric: Option<(String, Span)>,
}

impl<'a> User<'a> {
    fn new(context: &'a Context<'a>, place: Place, said: String, span: Span) -> Self {
        Self {
            context,
            place,
            said,
            span,
        }
    }

    /// A condition written at the place itself.
    fn expr(&self, expr: &Expr, found: &mut Diagnostics) {
        let Some(lack) = self.lacks(expr).into_iter().next() else {
            return;
        };
        let message = format!("`{}` has no live source for {}", lack.what, self.said);
        let finding = Diagnostic::new(Code::NoLiveSource, lack.span, message)
            .label("only a pipeline measures this");
        found.push(match &lack.metric {
            Some((id, span)) => finding
                .also(*span, "declared here without `live`")
                .help(format!(
                    "give `{id}` a source: `live = p95(SERIES, over = 5m)`"
                )),
            None => finding.help("use a metric with `live`, or a series of the service"),
        });
    }

    /// A gate that is used here: one finding lists all it lacks.
    fn gate(&self, gate: &str, found: &mut Diagnostics) {
        const SHOWN: usize = 5;
        let mut lacks = Vec::new();
        self.collect(gate, &mut Vec::new(), &mut lacks);
        if lacks.is_empty() {
            return;
        }
        let count = match lacks.len() {
            1 => "a criterion".to_string(),
            n => format!("{n} criteria"),
        };
        let message = format!(
            "{count} of gate `{gate}` can't be measured for {}",
            self.said
        );
        let finding = Diagnostic::new(Code::NoLiveSource, self.span, message)
            .label("every criterion of the gate counts here");
        let finding = lacks.iter().take(SHOWN).fold(finding, |f, lack| {
            f.also(lack.span, format!("`{}` has no live source", lack.what))
        });
        let place = match self.place {
            Place::Ci => "ci",
            Place::Canary => "canary",
            Place::Alert => "alert",
            Place::Verify => "verify",
        };
        found.push(finding.help(format!(
            "give each a `live` source, or say that it doesn't count in {place}: `{{ where = ci }}`"
        )));
    }

    fn collect<'b>(&'b self, id: &str, open: &mut Vec<&'b str>, lacks: &mut Vec<Lack>) {
        let Some(gate) = self.context.names.gates.get(id).copied() else {
            return;
        };
        if open.contains(&gate.id.as_str()) {
            return;
        }
        open.push(&gate.id);
        for criterion in gate.criteria.iter().filter(|c| counts_in(c, self.place)) {
            match &criterion.condition {
                Condition::Holds(expr) => lacks.extend(self.lacks(expr).into_iter().take(1)),
                Condition::Gate(part) => self.collect(part, open, lacks),
                Condition::Outcome(node) => lacks.push(Lack {
                    span: criterion.origin.span,
                    what: format!("stage.{node}"),
                    metric: None,
                }),
                Condition::EveryPart => {}
            }
        }
        self.scoring(gate, open, lacks);
        open.pop();
    }

    fn scoring<'b>(&'b self, gate: &'b Gate, open: &mut Vec<&'b str>, lacks: &mut Vec<Lack>) {
        match &gate.scoring {
            Scoring::Expression(expr) => lacks.extend(self.lacks(expr)),
            Scoring::Weights(weights) => {
                for weight in weights {
                    match &weight.part {
                        WeightPart::Gate(part) => self.collect(part, open, lacks),
                        WeightPart::Metric(id) => lacks.extend(self.metric(id, weight.span)),
                        WeightPart::Value(expr) => lacks.extend(self.lacks(expr)),
                    }
                }
            }
            Scoring::AllOrNothing | Scoring::Statements => {}
        }
    }

    /// What an expression asks for that can't be measured here; each once.
    fn lacks(&self, expr: &Expr) -> Vec<Lack> {
        let mut lacks: Vec<Lack> = Vec::new();
        each_ref(expr, &mut |r| {
            let lack = match r {
                Ref::Metric(id, _) => self.metric(id, expr.span),
                Ref::Report { .. } if !self.is_smoke(r) => Some(Lack {
                    span: expr.span,
                    what: format!("{r:#}"),
                    metric: None,
                }),
                _ => None,
            };
            let new = lack.filter(|l| lacks.iter().all(|old| old.what != l.what));
            lacks.extend(new);
        });
        lacks
    }

    /// Probes are called after a deploy and around a switch.
    fn is_smoke(&self, r: &Ref) -> bool {
        self.place == Place::Verify
            && matches!(r, Ref::Report { stage, report, .. }
                if stage == "smoke" || (stage.is_empty() && report == "smoke"))
    }

    fn metric(&self, id: &str, span: Span) -> Option<Lack> {
        let metric = self.context.names.metrics.get(id)?;
        if metric.live.is_some() || self.reads_only_probes(metric.report.as_ref()) {
            return None;
        }
        Some(Lack {
            span,
            what: id.to_string(),
            metric: Some((id.to_string(), metric.origin.span)),
        })
    }

    fn reads_only_probes(&self, report: Option<&Expr>) -> bool {
        let refs = report.map(Expr::refs).unwrap_or_default();
        !refs.is_empty() && refs.iter().all(|r| self.is_smoke(r))
    }
}
