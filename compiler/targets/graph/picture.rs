//! What all drawings show of a pipeline: titled boxes of a kind, arrows with a reason, layers.

use std::collections::BTreeMap;

use super::layout;
use crate::plan::{NeedReason, Node, NodeKind, Pipeline};

/// A pipeline, ready to be drawn.
pub(super) struct Picture {
    pub id: String,
    /// Its title and what starts it.
    pub title: String,
    pub boxes: Vec<Box>,
    pub arrows: Vec<Arrow>,
    /// Indices of boxes, layer by layer, each in drawing order.
    pub layers: Vec<Vec<usize>>,
}

/// A node.
pub(super) struct Box {
    pub id: String,
    pub title: String,
    pub kind: Kind,
    /// What stands beside the title: cells of a matrix, the environment of a deploy.
    pub detail: Option<String>,
}

/// What a node is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Stage,
    Gate,
    Deploy,
}

impl Kind {
    pub fn name(self) -> &'static str {
        match self {
            Kind::Stage => "stage",
            Kind::Gate => "gate",
            Kind::Deploy => "deploy",
        }
    }
}

/// `to` waits for `from`; both are indices of boxes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Arrow {
    pub from: usize,
    pub to: usize,
    pub reason: NeedReason,
}

impl Picture {
    pub fn of(pipeline: &Pipeline) -> Self {
        let boxes: Vec<Box> = pipeline.nodes.iter().map(picture_box).collect();
        let arrows = arrows(pipeline);
        let layers = layout::layers(boxes.len(), &arrows);
        Self {
            id: pipeline.id.clone(),
            title: title(pipeline),
            boxes,
            arrows,
            layers,
        }
    }

    /// Boxes that a box waits for, in their own order.
    pub fn needs(&self, index: usize) -> impl Iterator<Item = (&Box, NeedReason)> {
        let of_box = self.arrows.iter().filter(move |a| a.to == index);
        of_box.filter_map(|a| Some((self.boxes.get(a.from)?, a.reason)))
    }
}

fn title(pipeline: &Pipeline) -> String {
    let name = match pipeline.title.as_str() {
        "" => &pipeline.id,
        title => title,
    };
    let mut events: Vec<&str> = pipeline.triggers.iter().map(|t| t.event.name()).collect();
    events.dedup();
    match events.is_empty() {
        true => name.to_string(),
        false => format!("{name} (on {})", events.join(", ")),
    }
}

fn picture_box(node: &Node) -> Box {
    let (kind, detail) = match &node.kind {
        NodeKind::Stage(stage) => {
            let keys = stage.matrix.iter().flat_map(|m| &m.keys);
            let keys: Vec<&str> = keys.map(|key| key.name.as_str()).collect();
            let detail = (!keys.is_empty()).then(|| format!("per {}", keys.join(" × ")));
            (Kind::Stage, detail)
        }
        NodeKind::Judge(_) => (Kind::Gate, None),
        NodeKind::Deploy(d) => (Kind::Deploy, Some(format!("to {}", d.environment))),
    };
    let title = match node.title.as_str() {
        "" => &node.id,
        title => title,
    };
    Box {
        id: node.id.clone(),
        title: title.to_string(),
        kind,
        detail,
    }
}

/// One arrow per pair, with the strongest reason; needs of nodes that aren't there are left out.
fn arrows(pipeline: &Pipeline) -> Vec<Arrow> {
    let ids = pipeline.nodes.iter().enumerate();
    let index: BTreeMap<&str, usize> = ids.map(|(i, n)| (n.id.as_str(), i)).collect();
    let mut arrows = Vec::new();
    for (to, node) in pipeline.nodes.iter().enumerate() {
        let mut from: BTreeMap<usize, NeedReason> = BTreeMap::new();
        for need in &node.needs {
            if let Some(at) = index.get(need.node.as_str()) {
                let reason = from.entry(*at).or_insert(need.reason);
                *reason = need.reason.min(*reason);
            }
        }
        arrows.extend(
            from.into_iter()
                .map(|(from, reason)| Arrow { from, to, reason }),
        );
    }
    arrows
}
