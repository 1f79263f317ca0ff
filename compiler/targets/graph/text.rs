//! Text for a terminal: one line per node, layer by layer.

use super::picture::{Kind, Picture};
use crate::plan::NeedReason;

pub(super) fn draw(pictures: &[Picture]) -> String {
    let drawn: Vec<String> = pictures.iter().map(one).collect();
    drawn.join("\n")
}

fn one(picture: &Picture) -> String {
    let width = |text: &str| text.chars().count();
    let titles: Vec<String> = picture.boxes.iter().map(|b| clean(&b.title)).collect();
    let widest = titles.iter().map(|t| width(t)).max().unwrap_or(0);
    let digits = picture.layers.len().to_string().len();
    let mut text = format!("{}\n", clean(&picture.title));
    for (depth, layer) in picture.layers.iter().enumerate() {
        for (at, index) in layer.iter().enumerate() {
            let (Some(node), Some(title)) = (picture.boxes.get(*index), titles.get(*index)) else {
                continue;
            };
            let number = match at {
                0 => (depth + 1).to_string(),
                _ => String::new(),
            };
            let bar = match (at, layer.len()) {
                (_, 1) => '─',
                (0, _) => '┬',
                (at, count) if at + 1 == count => '└',
                _ => '├',
            };
            let mark = match node.kind {
                Kind::Stage => '▢',
                Kind::Gate => '◇',
                Kind::Deploy => '▲',
            };
            let pad = " ".repeat(widest.saturating_sub(width(title)));
            let mut line = format!(
                "{number:>digits$} {bar} {mark} {title}{pad}  {:<6}",
                node.kind.name()
            );
            if let Some(detail) = &node.detail {
                line.push_str(&format!("  {}", clean(detail)));
            }
            if let Some(needs) = needs(picture, *index) {
                line.push_str(&format!("  ← {needs}"));
            }
            text.push_str(line.trim_end());
            text.push('\n');
        }
    }
    text
}

/// What a box waits for: `build, test (data), lint (evidence)`.
fn needs(picture: &Picture, index: usize) -> Option<String> {
    let names: Vec<String> = picture
        .needs(index)
        .map(|(node, reason)| match reason {
            NeedReason::Order => node.id.clone(),
            NeedReason::Data => format!("{} (data)", node.id),
            NeedReason::Evidence => format!("{} (evidence)", node.id),
        })
        .collect();
    (!names.is_empty()).then(|| names.join(", "))
}

/// A title is one line, whatever its author put in it.
fn clean(text: &str) -> String {
    let plain = |c: char| if c.is_control() { ' ' } else { c };
    text.chars().map(plain).collect()
}
