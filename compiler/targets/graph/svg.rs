//! SVG: columns of boxes and curves between them. Colours follow the reader's light or dark
//! setting; nothing is loaded and no script runs.

use quick_xml::escape::escape;

use super::layout::{self, Routed};
use super::picture::{Box, Kind, Picture};
use crate::plan::NeedReason;

const BOX_HEIGHT: usize = 40;
const ROW: usize = 56;
/// Height of a column's place through which an arrow passes.
const PASS: usize = 20;
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
  <defs><marker id=\"tip\" viewBox=\"0 0 8 8\" refX=\"7\" refY=\"4\" markerUnits=\"userSpaceOnUse\" markerWidth=\"9\" \
markerHeight=\"9\" orient=\"auto\"><path d=\"M0 0 L8 4 L0 8 z\"/></marker></defs>
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
    /// Boxes by index, and above them passes.
    places: Vec<Place>,
    /// The passes of each arrow.
    passes: Vec<Vec<usize>>,
}

/// A box or a pass in its column.
#[derive(Clone, Copy, Default)]
struct Place {
    left: usize,
    middle: usize,
    width: usize,
}

impl<'a> Placed<'a> {
    fn new(picture: &'a Picture, top: usize) -> Self {
        let Routed { layers, passes } = layout::routed(picture.boxes.len(), &picture.arrows);
        let height = |index: &usize| {
            if *index < picture.boxes.len() {
                ROW
            } else {
                PASS
            }
        };
        let tall = |layer: &Vec<usize>| layer.iter().map(height).sum::<usize>();
        let tallest = layers.iter().map(tall).max().unwrap_or(0);
        let count = picture.boxes.len() + passes.iter().map(Vec::len).sum::<usize>();
        let mut places = vec![Place::default(); count];
        let mut left = MARGIN;
        for layer in &layers {
            let members = layer.iter().filter_map(|i| picture.boxes.get(*i));
            let width = members.map(box_width).max().unwrap_or(0);
            // A short layer stands in the middle of its column.
            let mut y = top + TITLE + (tallest - tall(layer)) / 2;
            for index in layer {
                if let Some(place) = places.get_mut(*index) {
                    let middle = y + height(index) / 2;
                    *place = Place {
                        left,
                        middle,
                        width,
                    };
                }
                y += height(index);
            }
            left += width + GAP;
        }
        let title = MARGIN + letters(&picture.title) * LETTER;
        Self {
            picture,
            top,
            right: title.max(left.saturating_sub(GAP)),
            bottom: top + TITLE + tallest,
            places,
            passes,
        }
    }

    fn draw(&self) -> String {
        let title = escape(&self.picture.title);
        let baseline = self.top + 16;
        let mut text =
            format!("  <text class=\"title\" x=\"{MARGIN}\" y=\"{baseline}\">{title}</text>\n");
        for (arrow, passes) in self.picture.arrows.iter().zip(&self.passes) {
            let stops = [&[arrow.from], passes.as_slice(), &[arrow.to]].concat();
            let stops: Vec<Place> = stops
                .iter()
                .filter_map(|i| self.places.get(*i).copied())
                .collect();
            text.push_str(&curve(&stops, arrow.reason));
        }
        for (node, place) in self.picture.boxes.iter().zip(&self.places) {
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

/// A line from the right edge of the first place to the left edge of the last, straight through
/// the columns between.
fn curve(stops: &[Place], reason: NeedReason) -> String {
    let class = match reason {
        NeedReason::Order => "order",
        NeedReason::Data => "data",
        NeedReason::Evidence => "evidence",
    };
    let Some((first, rest)) = stops.split_first() else {
        return String::new();
    };
    let (mut x, mut y) = (first.left + first.width, first.middle);
    let mut line = format!("M{x} {y}");
    for (at, stop) in rest.iter().enumerate() {
        let (c1, c2) = (x + GAP / 2, stop.left.saturating_sub(GAP / 2));
        line.push_str(&format!(
            " C{c1} {y} {c2} {0} {1} {0}",
            stop.middle, stop.left
        ));
        (x, y) = (stop.left + stop.width, stop.middle);
        if at + 1 < rest.len() {
            line.push_str(&format!(" H{x}"));
        }
    }
    format!("  <path class=\"{class}\" marker-end=\"url(#tip)\" d=\"{line}\"/>\n")
}

fn framed(node: &Box, place: Place) -> String {
    let Place {
        left,
        middle,
        width,
    } = place;
    let (top, right) = (middle - BOX_HEIGHT / 2, left + width);
    let bottom = top + BOX_HEIGHT;
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
