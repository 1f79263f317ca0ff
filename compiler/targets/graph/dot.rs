//! DOT, for Graphviz.

use super::picture::{Box, Kind, Picture};
use crate::plan::NeedReason;

pub(super) fn draw(pictures: &[Picture]) -> String {
    let mut text = String::from(
        "digraph gate {\n  rankdir=LR;\n  node [fontname=\"sans-serif\", shape=box, style=rounded];\n",
    );
    for (number, picture) in pictures.iter().enumerate() {
        text.push_str(&format!(
            "  subgraph cluster_{number} {{\n    label={};\n",
            quote(&picture.title)
        ));
        let id = |index: usize| match picture.boxes.get(index) {
            Some(node) => quote(&format!("{}.{}", picture.id, node.id)),
            None => quote(&picture.id),
        };
        for (index, node) in picture.boxes.iter().enumerate() {
            text.push_str(&format!("    {} [{}];\n", id(index), attributes(node)));
        }
        for arrow in &picture.arrows {
            let style = match arrow.reason {
                NeedReason::Order => "",
                NeedReason::Data => " [style=bold]",
                NeedReason::Evidence => " [style=dashed]",
            };
            text.push_str(&format!(
                "    {} -> {}{style};\n",
                id(arrow.from),
                id(arrow.to)
            ));
        }
        text.push_str("  }\n");
    }
    text.push_str("}\n");
    text
}

fn attributes(node: &Box) -> String {
    let label = match &node.detail {
        Some(detail) => format!("{}\n{detail}", node.title),
        None => node.title.clone(),
    };
    let shape = match node.kind {
        Kind::Stage => "",
        Kind::Gate => ", shape=hexagon, style=solid",
        Kind::Deploy => ", style=\"rounded,bold\"",
    };
    format!("label={}{shape}", quote(&label))
}

fn quote(text: &str) -> String {
    let escaped = text.replace('\\', "\\\\").replace('"', "\\\"");
    format!("\"{}\"", escaped.replace('\n', "\\n").replace('\r', ""))
}
