//! Circles of needs.

use super::graph::Graph;
use std::collections::VecDeque;

/// A circle: nodes by number, each needing the next, the last the first.
pub type Circle = Vec<usize>;

/// Circles that share no node, shortest first found; at most `limit`.
pub fn circles(graph: &Graph, limit: usize) -> Vec<Circle> {
    let mut left = graph.circular();
    let mut found = Vec::new();
    for start in 0..graph.nodes.len() {
        if found.len() == limit {
            break;
        }
        let circle = match left.get(start) {
            Some(true) => shortest(graph, &left, start),
            _ => None,
        };
        if let Some(circle) = circle {
            for at in &circle {
                if let Some(slot) = left.get_mut(*at) {
                    *slot = false;
                }
            }
            found.push(circle);
        }
    }
    found
}

/// The shortest way from a node along its needs back to it.
fn shortest(graph: &Graph, left: &[bool], start: usize) -> Option<Circle> {
    let mut from: Vec<Option<usize>> = vec![None; graph.nodes.len()];
    let mut queue = VecDeque::from([start]);
    while let Some(at) = queue.pop_front() {
        for (need, _) in graph.needs(at) {
            if *need == start {
                return Some(walk_back(&from, start, at));
            }
            if let (Some(true), Some(slot @ None)) = (left.get(*need), from.get_mut(*need)) {
                *slot = Some(at);
                queue.push_back(*need);
            }
        }
    }
    None
}

fn walk_back(from: &[Option<usize>], start: usize, end: usize) -> Circle {
    let mut path = vec![end];
    let mut at = end;
    while at != start {
        match from.get(at) {
            Some(Some(before)) => at = *before,
            _ => break,
        }
        path.push(at);
    }
    path.reverse();
    path
}
