//! What a gate reads, and which stages it can't pass without.

use super::graph::Graph;
use crate::plan::{
    Condition, Criterion, Expr, ExprKind, Func, Gate, Metric, Place, Plan, Ref, Scoring, Strength,
    Verdict, WeightPart,
};
use std::collections::{BTreeSet, HashMap};

/// Metrics and gates by name.
#[derive(Debug)]
pub struct Names<'a> {
    /// Metrics.
    pub metrics: HashMap<&'a str, &'a Metric>,
    /// Gates.
    pub gates: HashMap<&'a str, &'a Gate>,
}

impl<'a> Names<'a> {
    /// Those of a plan.
    pub fn of(plan: &'a Plan) -> Self {
        Self {
            metrics: plan.metrics.iter().map(|m| (m.id.as_str(), m)).collect(),
            gates: plan.gates.iter().map(|g| (g.id.as_str(), g)).collect(),
        }
    }
}

/// What a gate, judged in a pipeline, asks of the nodes; by their numbers.
#[derive(Clone, Debug, Default)]
pub struct GateReads {
    /// Without these it can't pass: a skip of one skips the gate.
    pub hard: BTreeSet<usize>,
    /// These earn points or are allowed to be skipped.
    pub soft: BTreeSet<usize>,
    /// Of the soft ones, those whose skip surely doesn't matter.
    pub excused: BTreeSet<usize>,
    /// Reports it reads: stage and report.
    pub reports: BTreeSet<(String, String)>,
}

impl GateReads {
    /// Every node it reads.
    pub fn all(&self) -> impl Iterator<Item = usize> + '_ {
        self.hard.iter().chain(&self.soft).copied()
    }
}

/// Whether a criterion counts in a place.
pub fn counts_in(criterion: &Criterion, place: Place) -> bool {
    criterion.places.is_empty() || criterion.places.contains(&place)
}

/// How much a skip of what is read matters.
#[derive(Clone, Copy, PartialEq)]
enum Weight {
    Hard,
    Soft,
    Excused,
}

struct Reader<'a, 'g> {
    names: &'a Names<'a>,
    graph: &'g Graph<'g>,
    found: GateReads,
    /// Gates being read, to end at a circle.
    open: Vec<&'a str>,
}

/// What the gate of a name reads in a pipeline.
pub fn gate_reads(names: &Names, graph: &Graph, gate: &str) -> GateReads {
    let mut reader = Reader {
        names,
        graph,
        found: GateReads::default(),
        open: Vec::new(),
    };
    reader.gate(gate, Weight::Hard);
    reader.found
}

impl<'a> Reader<'a, '_> {
    fn gate(&mut self, id: &str, weight: Weight) {
        let Some(gate) = self.names.gates.get(id).copied() else {
            return;
        };
        if self.open.contains(&gate.id.as_str()) {
            return;
        }
        self.open.push(&gate.id);
        let counted = gate.criteria.iter().filter(|c| counts_in(c, Place::Ci));
        counted.for_each(|c| self.criterion(gate, c, weight));
        self.scoring(gate, weight);
        self.open.pop();
    }

    fn criterion(&mut self, gate: &'a Gate, criterion: &'a Criterion, outer: Weight) {
        let excused = matches!(criterion.if_skipped, Some(Verdict::Pass | Verdict::Warn));
        let weight = match criterion.strength {
            Strength::Require { .. } if excused && outer != Weight::Soft => Weight::Excused,
            Strength::Require { .. } => outer,
            Strength::Score { .. } if outer == Weight::Excused => outer,
            Strength::Score { .. } => Weight::Soft,
        };
        match &criterion.condition {
            Condition::Holds(expr) => self.expr(expr, weight),
            Condition::Gate(id) => self.gate(id, weight),
            Condition::Outcome(node) => self.node(node, weight),
            Condition::EveryPart => {
                if let Scoring::Weights(parts) = &gate.scoring {
                    parts.iter().for_each(|p| self.part(&p.part, weight));
                }
            }
        }
    }

    fn scoring(&mut self, gate: &'a Gate, outer: Weight) {
        match &gate.scoring {
            Scoring::AllOrNothing | Scoring::Statements => {}
            Scoring::Expression(expr) => self.expr(expr, outer),
            Scoring::Weights(parts) => {
                let weight = match outer {
                    Weight::Excused => outer,
                    _ => Weight::Soft,
                };
                parts.iter().for_each(|p| self.part(&p.part, weight));
            }
        }
    }

    fn part(&mut self, part: &'a WeightPart, weight: Weight) {
        match part {
            WeightPart::Metric(id) => self.metric(id, weight),
            WeightPart::Gate(id) => self.gate(id, weight),
            WeightPart::Value(expr) => self.expr(expr, weight),
        }
    }

    fn metric(&mut self, id: &str, weight: Weight) {
        if let Some(expr) = self.names.metrics.get(id).and_then(|m| m.report.as_ref()) {
            self.expr(expr, weight);
        }
    }

    fn expr(&mut self, expr: &'a Expr, weight: Weight) {
        let mut weight = weight;
        expr.walk(&mut |e| match &e.kind {
            // Either branch may be the one that counts.
            ExprKind::Call(Func::If, _) if weight == Weight::Hard => weight = Weight::Soft,
            ExprKind::Ref(Ref::Metric(id, _)) => self.metric(id, weight),
            ExprKind::Ref(Ref::Report { stage, report, .. }) => {
                self.found.reports.insert((stage.clone(), report.clone()));
                self.node(stage, weight);
            }
            ExprKind::Ref(Ref::Outcome(node)) => self.node(node, weight),
            ExprKind::Ref(Ref::Verdict(gate)) => self.gate(gate, Weight::Soft),
            _ => {}
        });
    }

    fn node(&mut self, id: &str, weight: Weight) {
        let Some(at) = self.graph.find(id) else {
            return;
        };
        if weight == Weight::Hard {
            self.found.hard.insert(at);
            self.found.soft.remove(&at);
            self.found.excused.remove(&at);
        } else if !self.found.hard.contains(&at) {
            let new = self.found.soft.insert(at);
            match weight {
                Weight::Excused if new => {
                    self.found.excused.insert(at);
                }
                Weight::Soft => {
                    self.found.excused.remove(&at);
                }
                _ => {}
            }
        }
    }
}
