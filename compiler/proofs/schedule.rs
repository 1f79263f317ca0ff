//! When nodes begin and end, at the latest: by their timeouts.

use super::graph::Graph;

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
