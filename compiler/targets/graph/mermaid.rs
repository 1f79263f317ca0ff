//! Mermaid, which GitHub draws in Markdown.

use super::picture::{Box, Kind, Picture};
use crate::plan::NeedReason;

pub(super) fn draw(pictures: &[Picture]) -> String {
    let mut text = String::from("flowchart LR\n");
    for (number, picture) in pictures.iter().enumerate() {
        text.push_str(&format!(
            "  subgraph p{number}[\"{}\"]\n",
            escape(&picture.title)
        ));
        for (index, node) in picture.boxes.iter().enumerate() {
            text.push_str(&format!("    p{number}n{index}{}\n", shape(node)));
        }
        for arrow in &picture.arrows {
            let line = match arrow.reason {
                NeedReason::Order => "-->",
                NeedReason::Data => "==>",
                NeedReason::Evidence => "-.->",
            };
            let (from, to) = (arrow.from, arrow.to);
            text.push_str(&format!("    p{number}n{from} {line} p{number}n{to}\n"));
        }
        text.push_str("  end\n");
    }
    text
}

fn shape(node: &Box) -> String {
    let mut label = escape(&node.title);
    if let Some(detail) = &node.detail {
        label.push_str(&format!("<br/>{}", escape(detail)));
    }
    match node.kind {
        Kind::Stage => format!("[\"{label}\"]"),
        Kind::Gate => format!("{{{{\"{label}\"}}}}"),
        Kind::Deploy => format!("([\"{label}\"])"),
    }
}

/// Mermaid reads `#name;` as a character.
fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '#' => escaped.push_str("#35;"),
            '"' => escaped.push_str("#quot;"),
            '<' => escaped.push_str("#lt;"),
            '>' => escaped.push_str("#gt;"),
            '&' => escaped.push_str("#amp;"),
            '`' => escaped.push_str("#96;"),
            c if c.is_control() => escaped.push(' '),
            c => escaped.push(c),
        }
    }
    escaped
}
