//! SVG: columns of boxes and curves between them. Colours follow the reader's light or dark
//! setting; nothing is loaded and no script runs.

use quick_xml::escape::escape;

use super::picture::{Box, Kind, Picture};
use crate::plan::NeedReason;

const BOX_HEIGHT: usize = 40;
const ROW: usize = 56;
const GAP: usize = 72;
const MARGIN: usize = 16;
const TITLE: usize = 32;
/// A safe width of a letter at 13 px.
const LETTER: usize = 8;

const STYLE: &str = "\
  <style>
    text { font: 13px ui-sans-serif, system-ui, sans-serif; fill: #1f2328; }
    .title { font-weight: 600; }
    .detail { font-size: 11px; fill: #59636e; }
    rect, polygon { fill: #f6f8fa; stroke: #59636e; stroke-width: 1.2; }
    .gate { fill: #fff8c5; stroke: #9a6700; }
    .deploy { fill: #dafbe1; stroke: #1a7f37; }
    path { fill: none; stroke: #818b98; stroke-width: 1.3; }
    .data { stroke-width: 2.2; }
    .evidence { stroke-dasharray: 4 3; }
    marker path { fill: #818b98; stroke: none; }
    @media (prefers-color-scheme: dark) {
      text { fill: #f0f6fc; }
      .detail { fill: #9198a1; }
      rect, polygon { fill: #212830; stroke: #9198a1; }
      .gate { fill: #3a2d0a; stroke: #d29922; }
      .deploy { fill: #12361f; stroke: #3fb950; }
    }
  </style>
  <defs><marker id=\"tip\" viewBox=\"0 0 8 8\" refX=\"7\" refY=\"4\" markerWidth=\"7\" \
markerHeight=\"7\" orient=\"auto\"><path d=\"M0 0 L8 4 L0 8 z\"/></marker></defs>
";

pub(super) fn draw(pictures: &[Picture]) -> String {
    let (mut body, mut width, mut top) = (String::new(), 2 * MARGIN, MARGIN);
    for picture in pictures {
        let plan = Placed::new(picture, top);
        body.push_str(&plan.draw());
        width = width.max(plan.right + MARGIN);
        top = plan.bottom + MARGIN;
    }
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {top}\" \
         width=\"{width}\" height=\"{top}\" role=\"img\">\n{STYLE}{body}</svg>\n"
    )
}

/// Where everything stands.
struct Placed<'a> {
    picture: &'a Picture,
    top: usize,
    right: usize,
    bottom: usize,
    /// Left, top and width of each box, by index.
    boxes: Vec<(usize, usize, usize)>,
}

impl<'a> Placed<'a> {
    fn new(picture: &'a Picture, top: usize) -> Self {
        let mut boxes = vec![(0, 0, 0); picture.boxes.len()];
        let rows = picture.layers.iter().map(Vec::len).max().unwrap_or(0);
        let mut left = MARGIN;
        for layer in &picture.layers {
            let members = layer.iter().filter_map(|i| picture.boxes.get(*i));
            let width = members.map(box_width).max().unwrap_or(0);
            // A short layer stands in the middle of its column.
            let first = top + TITLE + (rows - layer.len()) * ROW / 2;
            for (at, index) in layer.iter().enumerate() {
                if let Some(slot) = boxes.get_mut(*index) {
                    *slot = (left, first + at * ROW, width);
                }
            }
            left += width + GAP;
        }
        let title = MARGIN + letters(&picture.title) * LETTER;
        Self {
            picture,
            top,
            right: title.max(left.saturating_sub(GAP)),
            bottom: top + TITLE + rows * ROW,
            boxes,
        }
    }

    fn draw(&self) -> String {
        let title = escape(&self.picture.title);
        let baseline = self.top + 16;
        let mut text =
            format!("  <text class=\"title\" x=\"{MARGIN}\" y=\"{baseline}\">{title}</text>\n");
        for arrow in &self.picture.arrows {
            let (Some(from), Some(to)) = (self.boxes.get(arrow.from), self.boxes.get(arrow.to))
            else {
                continue;
            };
            text.push_str(&curve(*from, *to, arrow.reason));
        }
        for (node, place) in self.picture.boxes.iter().zip(&self.boxes) {
            text.push_str(&framed(node, *place));
        }
        text
    }
}

fn letters(text: &str) -> usize {
    text.chars().count()
}

fn box_width(node: &Box) -> usize {
    let detail = node.detail.as_deref().map_or(0, letters);
    letters(&node.title).max(detail) * LETTER + 32
}

type Place = (usize, usize, usize);

fn curve(from: Place, to: Place, reason: NeedReason) -> String {
    let (x1, y1) = (from.0 + from.2, from.1 + BOX_HEIGHT / 2);
    let (x2, y2) = (to.0, to.1 + BOX_HEIGHT / 2);
    let (c1, c2) = (x1 + GAP / 2, x2.saturating_sub(GAP / 2));
    let class = match reason {
        NeedReason::Order => "order",
        NeedReason::Data => "data",
        NeedReason::Evidence => "evidence",
    };
    format!(
        "  <path class=\"{class}\" marker-end=\"url(#tip)\" d=\"M{x1} {y1} C{c1} {y1} {c2} {y2} {x2} {y2}\"/>\n"
    )
}

fn framed(node: &Box, (left, top, width): Place) -> String {
    let (right, bottom, middle) = (left + width, top + BOX_HEIGHT, top + BOX_HEIGHT / 2);
    let frame = match node.kind {
        Kind::Stage => rounded(left, top, width, 6, "stage"),
        Kind::Deploy => rounded(left, top, width, 18, "deploy"),
        Kind::Gate => format!(
            "<polygon class=\"gate\" points=\"{left},{middle} {},{top} {},{top} {right},{middle} \
             {},{bottom} {},{bottom}\"/>",
            left + 10,
            right - 10,
            right - 10,
            left + 10
        ),
    };
    let centre = left + width / 2;
    let line = |class: &str, y: usize, text: &str| {
        let text = escape(text);
        format!(
            "<text class=\"{class}\" x=\"{centre}\" y=\"{y}\" text-anchor=\"middle\">{text}</text>"
        )
    };
    let words = match &node.detail {
        None => line("name", middle + 5, &node.title),
        Some(detail) => {
            line("name", middle - 3, &node.title) + &line("detail", middle + 12, detail)
        }
    };
    format!("  {frame}{words}\n")
}

fn rounded(left: usize, top: usize, width: usize, radius: usize, class: &str) -> String {
    format!(
        "<rect class=\"{class}\" x=\"{left}\" y=\"{top}\" width=\"{width}\" \
         height=\"{BOX_HEIGHT}\" rx=\"{radius}\"/>"
    )
}
