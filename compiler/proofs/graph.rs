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
    /// Needs before what needs them; without what stands in or behind a circle.
    order: Vec<usize>,
}

impl<'a> Graph<'a> {
    /// The graph of a pipeline; a need that names no node is left out.
    pub fn of(pipeline: &'a Pipeline) -> Self {
        let nodes = pipeline.nodes.as_slice();
        let named = nodes.iter().enumerate();
        let index: HashMap<&str, usize> = named.map(|(i, n)| (n.id.as_str(), i)).collect();
        let needs: Vec<Vec<(usize, &Need)>> = nodes
            .iter()
            .map(|node| {
                let mut needs = Vec::with_capacity(node.needs.len());
                let known = |n: &'a Need| Some((*index.get(n.node.as_str())?, n));
                needs.extend(node.needs.iter().filter_map(known));
                needs
            })
            .collect();
        Self {
            order: order(&needs),
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
    pub fn order(&self) -> Option<&[usize]> {
        (self.order.len() == self.nodes.len()).then_some(&self.order)
    }

    /// Nodes that stand in a circle or behind one.
    pub(super) fn circular(&self) -> Vec<bool> {
        let mut left = vec![true; self.nodes.len()];
        for at in &self.order {
            if let Some(slot) = left.get_mut(*at) {
                *slot = false;
            }
        }
        left
    }
}

/// Nodes whose needs are all before them, until none is left.
fn order(needs: &[Vec<(usize, &Need)>]) -> Vec<usize> {
    let mut waiting: Vec<usize> = needs.iter().map(Vec::len).collect();
    let users = Users::of(needs);
    let ready = waiting.iter().enumerate().filter(|(_, n)| **n == 0);
    let mut order: Vec<usize> = ready.map(|(at, _)| at).collect();
    let mut next = 0;
    while let Some(at) = order.get(next).copied() {
        next += 1;
        for user in users.of_node(at) {
            if let Some(count) = waiting.get_mut(*user) {
                *count -= 1;
                if *count == 0 {
                    order.push(*user);
                }
            }
        }
    }
    order
}

/// What needs each node: one list, with the place where each node's part begins.
struct Users {
    begins: Vec<usize>,
    list: Vec<usize>,
}

impl Users {
    fn of(needs: &[Vec<(usize, &Need)>]) -> Self {
        let mut begins = vec![0; needs.len() + 1];
        for (need, _) in needs.iter().flatten() {
            if let Some(count) = begins.get_mut(need + 1) {
                *count += 1;
            }
        }
        let mut sum = 0;
        for begin in &mut begins {
            sum += *begin;
            *begin = sum;
        }
        let mut list = vec![0; sum];
        let mut next = begins.clone();
        for (at, needed) in needs.iter().enumerate() {
            for (need, _) in needed {
                if let Some(place) = next.get_mut(*need) {
                    if let Some(slot) = list.get_mut(*place) {
                        *slot = at;
                    }
                    *place += 1;
                }
            }
        }
        Self { begins, list }
    }

    fn of_node(&self, at: usize) -> &[usize] {
        match (self.begins.get(at), self.begins.get(at + 1)) {
            (Some(from), Some(to)) => self.list.get(*from..*to).unwrap_or_default(),
            _ => &[],
        }
    }
}
