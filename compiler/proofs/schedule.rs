//! When nodes begin and end, at the latest: by their timeouts.

use super::graph::Graph;
use crate::plan::Pipeline;

/// The longest way through a pipeline.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct CriticalPath {
    /// Node ids, first to last.
    pub nodes: Vec<String>,
    /// Seconds from start to end.
    pub seconds: f64,
}

/// The longest way through a pipeline by the nodes' timeouts; empty when it has a circle.
pub fn critical_path(pipeline: &Pipeline) -> CriticalPath {
    let graph = Graph::of(pipeline);
    let Some(ends) = ends(&graph) else {
        return CriticalPath::default();
    };
    let end = |at: usize| ends.get(at).copied().unwrap_or(0.0);
    let latest = |all: &mut dyn Iterator<Item = usize>| {
        all.fold(None, |best: Option<usize>, at| match best {
            Some(b) if end(b) >= end(at) => best,
            _ => Some(at),
        })
    };
    let mut path = Vec::new();
    let mut next = latest(&mut (0..graph.nodes.len()));
    let seconds = next.map_or(0.0, end);
    while let Some(at) = next {
        path.extend(graph.node(at).map(|n| n.id.clone()));
        next = latest(&mut graph.needs(at).iter().map(|(need, _)| *need));
    }
    path.reverse();
    CriticalPath {
        nodes: path,
        seconds,
    }
}

/// When each node ends at the latest; `None` when there is a circle.
pub fn ends(graph: &Graph) -> Option<Vec<f64>> {
    let mut ends = vec![0.0_f64; graph.nodes.len()];
    for at in graph.order()?.iter().copied() {
        let begin = graph
            .needs(at)
            .iter()
            .filter_map(|(need, _)| ends.get(*need))
            .fold(0.0_f64, |a, b| a.max(*b));
        if let (Some(slot), Some(node)) = (ends.get_mut(at), graph.node(at)) {
            *slot = begin + node.timeout;
        }
    }
    Some(ends)
}
