//! A pipeline's nodes by number, with their needs.

use crate::plan::{Need, NeedReason, Node, Pipeline};
use std::collections::HashMap;

/// A pipeline's graph; nodes are numbered as in `pipeline.nodes`.
#[derive(Debug)]
pub struct Graph<'a> {
    /// The nodes.
    pub nodes: &'a [Node],
    index: HashMap<&'a str, usize>,
    needs: Vec<Vec<(usize, &'a Need)>>,
}

impl<'a> Graph<'a> {
    /// The graph of a pipeline; a need that names no node is left out.
    pub fn of(pipeline: &'a Pipeline) -> Self {
        let nodes = pipeline.nodes.as_slice();
        let index: HashMap<&str, usize> = nodes
            .iter()
            .enumerate()
            .map(|(i, n)| (n.id.as_str(), i))
            .collect();
        let needs = nodes
            .iter()
            .map(|node| {
                let known = |n: &'a Need| index.get(n.node.as_str()).map(|i| (*i, n));
                node.needs.iter().filter_map(known).collect()
            })
            .collect();
        Self {
            nodes,
            index,
            needs,
        }
    }

    /// The number of a node's id.
    pub fn find(&self, id: &str) -> Option<usize> {
        self.index.get(id).copied()
    }

    /// The node of a number.
    pub fn node(&self, at: usize) -> Option<&'a Node> {
        self.nodes.get(at)
    }

    /// What a node needs.
    pub fn needs(&self, at: usize) -> &[(usize, &'a Need)] {
        self.needs.get(at).map(Vec::as_slice).unwrap_or_default()
    }

    /// What must not be skipped for a node to run.
    pub fn binding(&self, at: usize) -> impl Iterator<Item = (usize, &'a Need)> + '_ {
        self.needs(at)
            .iter()
            .copied()
            .filter(|(_, n)| n.reason != NeedReason::Evidence)
    }

    /// Every node, needs first; `None` when there is a circle.
    pub fn order(&self) -> Option<Vec<usize>> {
        let mut order = Vec::with_capacity(self.nodes.len());
        self.peel(|at| order.push(at));
        (order.len() == self.nodes.len()).then_some(order)
    }

    /// Visits nodes whose needs are all visited, until none is left.
    pub(super) fn peel(&self, mut visit: impl FnMut(usize)) {
        let mut waiting: Vec<usize> = self.needs.iter().map(Vec::len).collect();
        let mut users: Vec<Vec<usize>> = vec![Vec::new(); self.nodes.len()];
        for (at, needs) in self.needs.iter().enumerate() {
            for (need, _) in needs {
                if let Some(list) = users.get_mut(*need) {
                    list.push(at);
                }
            }
        }
        let mut ready: std::collections::VecDeque<usize> = waiting
            .iter()
            .enumerate()
            .filter(|(_, n)| **n == 0)
            .map(|(i, _)| i)
            .collect();
        while let Some(at) = ready.pop_front() {
            visit(at);
            for user in users.get(at).into_iter().flatten() {
                if let Some(count) = waiting.get_mut(*user) {
                    *count -= 1;
                    if *count == 0 {
                        ready.push_back(*user);
                    }
                }
            }
        }
    }
}
