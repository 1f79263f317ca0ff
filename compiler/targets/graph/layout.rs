//! Which layer a box stands in, and in which order.

use petgraph::algo::toposort;
use petgraph::graph::{DiGraph, NodeIndex};

use super::picture::Arrow;

/// Times the boxes of all layers are put nearer to what they wait for.
const ROUNDS: usize = 4;
/// Beyond this a picture is a web whatever one does.
const MOST_PASSES: usize = 1500;

/// Layers of boxes: each box one layer after the last that it waits for. In a plan with a cycle
/// the arrows that go against the order of the source don't count.
pub(super) fn layers(boxes: usize, arrows: &[Arrow]) -> Vec<Vec<usize>> {
    let (graph, depth) = depths(boxes, arrows);
    let mut layers = by_depth(&depth);
    untangle(&mut layers, &graph);
    layers
}

/// Layers in which an arrow over several of them has a place to pass in each.
pub(super) struct Routed {
    /// Indices of boxes, and above them of passes.
    pub layers: Vec<Vec<usize>>,
    /// The passes of each arrow, in its direction.
    pub passes: Vec<Vec<usize>>,
}

/// Layers with passes. Where the arrows are too many to be told apart, they get none.
pub(super) fn routed(boxes: usize, arrows: &[Arrow]) -> Routed {
    let (_, mut depth) = depths(boxes, arrows);
    let at = |depth: &[usize], index: usize| depth.get(index).copied().unwrap_or(0);
    let span = |a: &Arrow| (at(&depth, a.from) + 1)..at(&depth, a.to);
    let many = arrows.iter().map(|a| span(a).len()).sum::<usize>() > MOST_PASSES;
    let mut passes = Vec::new();
    let mut links = Vec::new();
    for arrow in arrows {
        let between = (at(&depth, arrow.from) + 1)..at(&depth, arrow.to);
        let mut own = Vec::new();
        for layer in between.filter(|_| !many) {
            own.push(depth.len());
            depth.push(layer);
        }
        let stops = [&[arrow.from], own.as_slice(), &[arrow.to]].concat();
        let pairs = stops.iter().zip(stops.iter().skip(1));
        links.extend(pairs.map(|(from, to)| Arrow {
            from: *from,
            to: *to,
            reason: arrow.reason,
        }));
        passes.push(own);
    }
    let mut layers = by_depth(&depth);
    untangle(&mut layers, &graph(depth.len(), links.iter()));
    Routed { layers, passes }
}

fn depths(boxes: usize, arrows: &[Arrow]) -> (DiGraph<(), ()>, Vec<usize>) {
    let whole = graph(boxes, arrows.iter());
    let (kept, order) = match toposort(&whole, None) {
        Ok(order) => (whole, order),
        Err(_) => {
            let forward = graph(boxes, arrows.iter().filter(|a| a.from < a.to));
            let order = toposort(&forward, None).unwrap_or_default();
            (forward, order)
        }
    };
    let mut depth = vec![0usize; boxes];
    for node in order {
        let before = kept.neighbors_directed(node, petgraph::Incoming);
        let deepest = before.filter_map(|b| depth.get(b.index())).max();
        let own = deepest.map_or(0, |d| d + 1);
        if let Some(slot) = depth.get_mut(node.index()) {
            *slot = own;
        }
    }
    (kept, depth)
}

fn by_depth(depth: &[usize]) -> Vec<Vec<usize>> {
    let count = depth.iter().max().map_or(0, |d| d + 1);
    let mut layers = vec![Vec::new(); count];
    for (index, depth) in depth.iter().enumerate() {
        if let Some(layer) = layers.get_mut(*depth) {
            layer.push(index);
        }
    }
    layers
}

fn graph<'a>(boxes: usize, arrows: impl Iterator<Item = &'a Arrow>) -> DiGraph<(), ()> {
    let mut graph = DiGraph::with_capacity(boxes, 0);
    for _ in 0..boxes {
        graph.add_node(());
    }
    for arrow in arrows.filter(|a| a.from < boxes && a.to < boxes) {
        graph.add_edge(NodeIndex::new(arrow.from), NodeIndex::new(arrow.to), ());
    }
    graph
}

/// Orders each layer by the mean place of what its boxes wait for; ties keep the source's order.
fn untangle(layers: &mut [Vec<usize>], graph: &DiGraph<(), ()>) {
    let mut place = vec![0usize; graph.node_count()];
    for _ in 0..ROUNDS {
        for layer in layers.iter_mut() {
            let mut keyed: Vec<(u64, usize)> = layer
                .iter()
                .map(|index| (centre(*index, graph, &place), *index))
                .collect();
            keyed.sort();
            *layer = keyed.into_iter().map(|(_, index)| index).collect();
            for (at, index) in layer.iter().enumerate() {
                if let Some(slot) = place.get_mut(*index) {
                    *slot = at;
                }
            }
        }
    }
}

/// Mean place of the boxes waited for, in thousandths: whole numbers sort the same everywhere.
fn centre(index: usize, graph: &DiGraph<(), ()>, place: &[usize]) -> u64 {
    let before = graph.neighbors_directed(NodeIndex::new(index), petgraph::Incoming);
    let places: Vec<usize> = before
        .filter_map(|b| place.get(b.index()).copied())
        .collect();
    match places.len() {
        0 => 0,
        count => (places.iter().sum::<usize>() * 1000 / count) as u64,
    }
}
