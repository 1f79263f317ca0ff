//! Which nodes run in which worlds.
//!
//! A node runs where its own condition holds and nothing it needs is skipped: a skipped need skips
//! what needs it, through any number of nodes. A need for evidence doesn't skip; a gate that
//! can't pass without a skipped stage is skipped itself, unless the program says
//! `if_skipped = pass`. Failures are left out: "runs" means "runs when all goes well".

use super::bits::{Bits, Truth};
use super::domain::Domain;
use super::graph::Graph;
use super::leaf::conjuncts;
use super::reads::{self, GateReads, Names};
use crate::plan::{Expr, Node, Pipeline, Plan};
use crate::source::Span;
use std::collections::{BTreeMap, BTreeSet};

/// Which nodes run in which worlds.
#[derive(Debug)]
pub struct Reach {
    /// The worlds.
    pub domain: Domain,
    /// Per node: where it runs; of a judgement: where it can pass.
    pub nodes: Vec<Truth>,
    /// Nodes that run nowhere for a reason of their own, in order, with the reason.
    pub unreachable: Vec<Unreachable>,
    /// What the gates of judgements read.
    pub gates: BTreeMap<String, GateReads>,
}

/// A node that runs nowhere.
#[derive(Debug)]
pub struct Unreachable {
    /// The node, by number.
    pub node: usize,
    /// The fewest conditions that exclude each other.
    pub core: Vec<Condition>,
}

/// A part of a node's condition.
#[derive(Clone, Debug)]
pub struct Condition {
    /// The node, by number.
    pub node: usize,
    /// The condition, as written.
    pub text: String,
    /// Where it was written.
    pub span: Span,
    /// Where the way from the unreachable node to this one begins; `None` for its own condition.
    pub through: Option<Step>,
    /// Where it can hold.
    pub worlds: Bits,
}

/// The first need on the way to another node.
#[derive(Clone, Debug)]
pub struct Step {
    /// The needed node, by number.
    pub node: usize,
    /// Where the need was written.
    pub span: Span,
    /// The nodes on the way, by number, from the needed one to the one with the condition.
    pub way: Vec<usize>,
}

/// The facts of one pipeline; `None` when it has a circle or too many worlds.
pub fn analyse(pipeline: &Pipeline, plan: &Plan) -> Option<Reach> {
    let graph = Graph::of(pipeline);
    analyse_graph(pipeline, &graph, &Names::of(plan))
}

/// As [`analyse`], for a caller that has graph and names already.
pub fn analyse_graph(pipeline: &Pipeline, graph: &Graph, names: &Names) -> Option<Reach> {
    let order = graph.order()?;
    let domain = Domain::of(pipeline)?;
    let gates = gate_reads(graph, names);
    let analysis = Analysis {
        graph,
        domain: &domain,
        gates: &gates,
        order,
    };
    let (nodes, _) = analysis.propagate(false);
    let none_left_out = nodes.iter().all(|t| !t.may.is_empty());
    let unreachable = if none_left_out || domain.is_empty() {
        Vec::new()
    } else {
        analysis.propagate(true).1
    };
    Some(Reach {
        domain,
        nodes,
        unreachable,
        gates,
    })
}

fn gate_reads(graph: &Graph, names: &Names) -> BTreeMap<String, GateReads> {
    let judged: BTreeSet<&str> = graph
        .nodes
        .iter()
        .filter_map(|n| n.as_judge())
        .map(|j| j.gate.as_str())
        .collect();
    judged
        .into_iter()
        .map(|g| (g.to_string(), reads::gate_reads(names, graph, g)))
        .collect()
}

impl Reach {
    /// Where a node runs.
    pub fn node(&self, at: usize) -> Option<&Truth> {
        self.nodes.get(at)
    }
}

struct Analysis<'a> {
    graph: &'a Graph<'a>,
    domain: &'a Domain,
    gates: &'a BTreeMap<String, GateReads>,
    order: &'a [usize],
}

impl Analysis<'_> {
    /// Where each node runs. With `explain`, a node that runs nowhere is explained and then
    /// taken to run wherever its own condition holds, so that what needs it is judged by itself.
    fn propagate(&self, explain: bool) -> (Vec<Truth>, Vec<Unreachable>) {
        let always = Truth::always(self.domain.len());
        // An empty truth stands for a node that has not come yet; needs come first.
        let mut runs = vec![Truth::never(0); self.graph.nodes.len()];
        let mut found: Vec<Unreachable> = Vec::new();
        let mut mended: BTreeSet<usize> = BTreeSet::new();
        for at in self.order {
            let Some(node) = self.graph.node(*at) else {
                continue;
            };
            let mut truth = self.own(node).unwrap_or_else(|| always.clone());
            for (need, _) in self.graph.binding(*at) {
                if let Some(other) = runs.get(need) {
                    truth.keep(other);
                }
            }
            self.keep_evidence(node, &runs, &mut truth);
            let hidden = node.as_judge().is_some_and(|j| !j.explicit);
            if explain && !hidden && truth.may.is_empty() {
                let core = self.core(*at, &mended);
                found.push(Unreachable { node: *at, core });
                mended.insert(*at);
                let own = self.own(node).filter(|own| !own.may.is_empty());
                truth = own.unwrap_or_else(|| always.clone());
            }
            if let Some(slot) = runs.get_mut(*at) {
                *slot = truth;
            }
        }
        (runs, found)
    }

    /// Where a node's own condition holds, if it has one.
    fn own(&self, node: &Node) -> Option<Truth> {
        let matrix = node.as_stage().and_then(|s| s.matrix.as_ref());
        let condition = node.when.as_ref()?;
        Some(self.domain.eval(condition, matrix))
    }

    fn reads(&self, node: &Node) -> Option<&GateReads> {
        self.gates.get(&node.as_judge()?.gate)
    }

    fn keep_evidence(&self, node: &Node, runs: &[Truth], truth: &mut Truth) {
        let Some(reads) = self.reads(node) else {
            return;
        };
        for stage in reads.hard.iter().filter_map(|i| runs.get(*i)) {
            truth.keep(stage);
        }
        for at in reads.soft.difference(&reads.excused) {
            if let Some(stage) = runs.get(*at) {
                truth.must.keep(&stage.must);
            }
        }
    }

    /// The fewest conditions, of the node and of all it needs, that exclude each other.
    fn core(&self, node: usize, mended: &BTreeSet<usize>) -> Vec<Condition> {
        let mut conditions = self.conditions(node, mended);
        if conditions.len() > 200 {
            return Vec::new();
        }
        // From the far end, so that what remains is near the node.
        for at in (0..conditions.len()).rev() {
            let mut rest = Bits::all(self.domain.len());
            let others = conditions.iter().enumerate().filter(|(i, _)| *i != at);
            others.for_each(|(_, c)| rest.keep(&c.worlds));
            if rest.is_empty() {
                conditions.remove(at);
            }
        }
        conditions
    }

    /// The conditions of a node and of all that binds it, nearest first.
    fn conditions(&self, start: usize, mended: &BTreeSet<usize>) -> Vec<Condition> {
        let mut found = Vec::new();
        let mut seen = BTreeSet::from([start]);
        let mut queue = std::collections::VecDeque::from([(start, None::<Step>)]);
        while let Some((at, through)) = queue.pop_front() {
            let Some(node) = self.graph.node(at) else {
                continue;
            };
            found.extend(self.parts(at, node, &through));
            if at != start && mended.contains(&at) {
                continue;
            }
            for (need, span) in self.bound_by(at, node) {
                if !seen.insert(need) {
                    continue;
                }
                let mut step = through.clone().unwrap_or(Step {
                    node: need,
                    span,
                    way: Vec::new(),
                });
                step.way.push(need);
                queue.push_back((need, Some(step)));
            }
        }
        found
    }

    fn parts(&self, at: usize, node: &Node, through: &Option<Step>) -> Vec<Condition> {
        let matrix = node.as_stage().and_then(|s| s.matrix.as_ref());
        let part = |expr: &Expr| Condition {
            node: at,
            text: super::show(expr),
            span: expr.span,
            through: through.clone(),
            worlds: self.domain.eval(expr, matrix).may,
        };
        let all = node.when.as_ref().map(conjuncts).unwrap_or_default();
        all.into_iter().map(part).collect()
    }

    /// Nodes whose skip skips this one, and where that was asked for.
    fn bound_by(&self, at: usize, node: &Node) -> Vec<(usize, Span)> {
        let mut bound: Vec<_> = self.graph.binding(at).map(|(i, n)| (i, n.span)).collect();
        if let Some(reads) = self.reads(node) {
            bound.extend(reads.hard.iter().map(|i| (*i, node.origin.span)));
        }
        bound
    }
}
