//! Drawings of numbers: where a value lies, where its limit, what was before, what is sure.
//!
//! Takes items of a document, gives shapes with their places in pixels; knows no SVG. A number
//! that has no place on a line (endless, or too far from the rest) leaves the drawing out.

use serde::Serialize;

use super::document::{Gate, Item, Number, Numbers};
use super::nearest::{exact, implied};
use super::say::{Round, asks, clean, earned, exact_points, number, range};
use super::scale::{LEFT, RIGHT, Scale};
use crate::plan::{Operator, Quantity, Verdict};

/// Pixels of the whole, and of where the names end and the values begin.
pub(super) const WIDTH: f64 = 720.0;
pub(super) const NAMES: f64 = 168.0;
pub(super) const VALUES: f64 = 574.0;
/// Pixels of one row.
const ROW: f64 = 24.0;
/// So many groups have a row; the worst ones, where there are more.
const ROWS: usize = 24;
/// Characters of a name.
const NAME: usize = 22;

/// Shapes in the order in which they are drawn.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Drawing {
    /// Pixels.
    pub width: f64,
    /// Pixels.
    pub height: f64,
    /// What it shows, for those who don't see it.
    pub says: String,
    /// Areas.
    pub boxes: Vec<Box>,
    /// Lines.
    pub lines: Vec<Line>,
    /// Marks.
    pub marks: Vec<Mark>,
    /// Texts.
    pub texts: Vec<Text>,
}

/// An area.
#[derive(Clone, Debug, Serialize)]
pub struct Box {
    x: f64,
    y: f64,
    width: f64,
    height: f64,
    class: &'static str,
}

/// A line.
#[derive(Clone, Debug, Serialize)]
pub struct Line {
    x1: f64,
    y1: f64,
    x2: f64,
    y2: f64,
    class: &'static str,
}

/// A mark; each kind has a shape of its own.
#[derive(Clone, Debug, Serialize)]
pub struct Mark {
    x: f64,
    y: f64,
    kind: &'static str,
}

/// A text.
#[derive(Clone, Debug, Serialize)]
pub struct Text {
    x: f64,
    y: f64,
    anchor: &'static str,
    class: &'static str,
    text: String,
}

/// What one row shows.
struct Row {
    name: String,
    value: Number,
    sure: Option<(f64, f64)>,
    /// The end of what is sure that decides.
    edge: Option<f64>,
    before: Option<f64>,
    kind: &'static str,
}

/// A limit, and on which side of it is good.
pub(super) struct Threshold {
    pub(super) at: f64,
    pub(super) op: Operator,
    pub(super) quantity: Quantity,
}

impl Threshold {
    /// How a value lies to it.
    pub(super) fn kind(&self, value: &Number) -> &'static str {
        let holds = |n: f64| match self.op {
            Operator::LessEqual => n <= self.at,
            Operator::Less => n < self.at,
            Operator::GreaterEqual => n >= self.at,
            Operator::Greater => n > self.at,
            Operator::NotEqual => n != self.at,
            _ => n == self.at,
        };
        match (holds(value.low), holds(value.high)) {
            (true, true) => "good",
            (false, false) => "bad",
            _ => "unsure",
        }
    }
}

/// The values of an item on a line with its limit; none where there is nothing to draw.
pub fn values(item: &Item) -> Option<Drawing> {
    let (threshold, mut rows) = rows(item)?;
    let hidden = rows.len().saturating_sub(ROWS);
    rows.truncate(ROWS);
    let warn = item.numbers.warn.as_ref().and_then(exact);
    let warn = warn.filter(|_| item.numbers.past.is_empty());
    let numbers = rows.iter().flat_map(|row| {
        let (low, high) = row.sure.unwrap_or((row.value.low, row.value.high));
        [
            row.value.low,
            row.value.high,
            low,
            high,
            row.before.unwrap_or(low),
        ]
    });
    let scale = Scale::over(numbers.chain([threshold.at]).chain(warn))?;
    let top = if warn.is_some() { 52.0 } else { 36.0 };
    let height = top + ROW * rows.len() as f64;
    let mut drawing = Drawing {
        width: WIDTH,
        height: height + if hidden > 0 { 44.0 } else { 26.0 },
        says: said(item, &rows, &threshold),
        ..Drawing::default()
    };
    drawing.threshold(&threshold, &scale, height);
    if let Some(warn) = warn {
        let text = format!(
            "warns from {}",
            number(warn, &threshold.quantity, Round::Near)
        );
        drawing.upright(scale.at(warn), 44.0, height, "warns", text);
    }
    drawing.axis(&scale, height, &threshold.quantity);
    for (row, y) in rows
        .iter()
        .zip((0..).map(|n| top + ROW * (f64::from(n) + 0.5)))
    {
        drawing.row(row, y, &scale);
        if let Some(edge) = row.edge.filter(|edge| edge.is_finite()) {
            let bound = Number {
                low: edge,
                high: edge,
                quantity: threshold.quantity.clone(),
            };
            drawing.mark(scale.at(edge), y, threshold.kind(&bound));
        }
    }
    if hidden > 0 {
        let text = format!("and {hidden} more, all nearer to good");
        drawing.text(LEFT, height + 40.0, "start", "dim", text);
    }
    Some(drawing)
}

/// What is drawn of an item: its groups, else its bounds, else its one value and the one before.
fn rows(item: &Item) -> Option<(Threshold, Vec<Row>)> {
    let numbers = &item.numbers;
    let limit = numbers.limit.as_ref()?;
    let mut threshold = Threshold {
        at: exact(&limit.number)?,
        op: limit.op,
        quantity: limit.number.quantity.clone(),
    };
    let named = |group: Option<&str>| group.map_or_else(|| "now".to_string(), clean);
    let row = |name: String, value: &Number, sure, kind| Row {
        name,
        value: value.clone(),
        sure,
        edge: sure.and_then(|(low, high)| match limit.op {
            Operator::GreaterEqual | Operator::Greater => Some(low),
            Operator::LessEqual | Operator::Less => Some(high),
            _ => None,
        }),
        before: None,
        kind,
    };
    let mut rows: Vec<Row> = match (&numbers.groups, &numbers.bounds, &numbers.value) {
        (groups, ..) if !groups.is_empty() => groups
            .iter()
            .map(|g| {
                row(
                    clean(&g.group),
                    &g.number,
                    sure(numbers, &g.group),
                    threshold.kind(&g.number),
                )
            })
            .collect(),
        (_, bounds, _) if !bounds.is_empty() => bounds
            .iter()
            .map(|b| {
                let sure = (b.interval.low, b.interval.high);
                row(named(b.group.as_deref()), &b.estimate, Some(sure), "")
            })
            .collect(),
        (.., Some(value)) => match numbers.past.as_slice() {
            [past] => match implied(past, value, limit) {
                Some((at, op)) => {
                    let quantity = past.now.quantity.clone();
                    threshold = Threshold { at, op, quantity };
                    vec![row(
                        clean(&past.metric),
                        &past.now,
                        None,
                        threshold.kind(&past.now),
                    )]
                }
                None => vec![row(named(None), value, None, threshold.kind(value))],
            },
            _ => vec![row(named(None), value, None, threshold.kind(value))],
        },
        _ => return None,
    };
    for row in &mut rows {
        // An estimate decides nothing where a bound does.
        row.kind = match (row.sure, item.verdict, row.kind) {
            (Some(_), ..) => "estimate",
            (None, Verdict::Warn, "good") => "warn",
            (.., kind) => kind,
        };
        let same = |p: &&super::document::Past| {
            p.now == row.value && p.group.as_deref().is_none_or(|g| clean(g) == row.name)
        };
        row.before = numbers
            .past
            .iter()
            .find(same)
            .and_then(|p| exact(&p.before));
    }
    worst_first(&mut rows, &threshold);
    Some((threshold, rows))
}

/// The bounds of a group.
fn sure(numbers: &Numbers, group: &str) -> Option<(f64, f64)> {
    let bound = numbers
        .bounds
        .iter()
        .find(|b| b.group.as_deref() == Some(group));
    bound.map(|b| (b.interval.low, b.interval.high))
}

fn worst_first(rows: &mut [Row], threshold: &Threshold) {
    match threshold.op {
        Operator::LessEqual | Operator::Less => {
            rows.sort_by(|a, b| b.value.high.total_cmp(&a.value.high));
        }
        Operator::GreaterEqual | Operator::Greater => {
            rows.sort_by(|a, b| a.value.low.total_cmp(&b.value.low));
        }
        _ => {}
    }
}

/// The same in words.
fn said(item: &Item, rows: &[Row], threshold: &Threshold) -> String {
    let each: Vec<String> = rows
        .iter()
        .map(|row| {
            let before = row.before.map_or(String::new(), |b| {
                format!(", before {}", number(b, &row.value.quantity, Round::Near))
            });
            format!("{} {}{before}", row.name, range(&row.value))
        })
        .collect();
    let limit = number(threshold.at, &threshold.quantity, Round::Near);
    clean(&format!(
        "{}: {}; limit {} {limit}",
        clean(asks(item)),
        each.join("; "),
        threshold.op.text()
    ))
}

/// The points of a gate: of how many each part earned how many, and the pass mark.
pub fn score(gate: &Gate) -> Option<Drawing> {
    let score = gate.score.filter(|_| gate.scored)?;
    let parts: Vec<&Item> = gate
        .items
        .iter()
        .filter(|item| item.points.is_some())
        .collect();
    let most = gate.pass.max(score.high).max(100.0);
    let scale = Scale::new(0.0, most)?;
    let top = 36.0;
    let height = top + ROW * (parts.len() + 1) as f64;
    let mut drawing = Drawing {
        width: WIDTH,
        height: height + 26.0,
        says: format!(
            "score {}, needs {}",
            super::say::points(score),
            exact_points(gate.pass)
        ),
        ..Drawing::default()
    };
    let whole = (score.low, score.high, 100.0);
    drawing.bar(
        "score",
        whole,
        super::say::points(score),
        top + ROW / 2.0,
        &scale,
    );
    let mut y = top + ROW * 1.5;
    for part in parts {
        let Some(points) = part.points else { continue };
        let bar = (points.earned.low, points.earned.high, points.of);
        drawing.bar(
            &clean(&part.id),
            bar,
            earned(part).unwrap_or_default(),
            y,
            &scale,
        );
        y += ROW;
    }
    let text = format!("needs {}", exact_points(gate.pass));
    drawing.upright(scale.at(gate.pass), 28.0, top + ROW, "limit", text);
    drawing.axis(&scale, height, &Quantity::Points);
    Some(drawing)
}

impl Drawing {
    pub(super) fn text(
        &mut self,
        x: f64,
        y: f64,
        anchor: &'static str,
        class: &'static str,
        text: String,
    ) {
        self.texts.push(Text {
            x: pixel(x),
            y: pixel(y),
            anchor,
            class,
            text: clean(&text),
        });
    }

    pub(super) fn line(&mut self, from: (f64, f64), to: (f64, f64), class: &'static str) {
        self.lines.push(Line {
            x1: pixel(from.0),
            y1: pixel(from.1),
            x2: pixel(to.0),
            y2: pixel(to.1),
            class,
        });
    }

    pub(super) fn area(&mut self, x: (f64, f64), y: (f64, f64), class: &'static str) {
        self.boxes.push(Box {
            x: pixel(x.0),
            y: pixel(y.0),
            width: pixel((x.1 - x.0).max(0.0)),
            height: pixel((y.1 - y.0).max(0.0)),
            class,
        });
    }

    /// A line across all rows with its text above, which stays within the drawing.
    fn upright(&mut self, x: f64, y: f64, bottom: f64, class: &'static str, text: String) {
        let anchor = match x {
            x if x < LEFT + 70.0 => "start",
            x if x > RIGHT - 70.0 => "end",
            _ => "middle",
        };
        self.line((x, y + 4.0), (x, bottom), class);
        self.text(x, y, anchor, class, text);
    }

    fn threshold(&mut self, threshold: &Threshold, scale: &Scale, bottom: f64) {
        let x = scale.at(threshold.at);
        let good = match threshold.op {
            Operator::LessEqual | Operator::Less => Some((LEFT, x)),
            Operator::GreaterEqual | Operator::Greater => Some((x, RIGHT)),
            _ => None,
        };
        if let Some(good) = good {
            self.area(good, (32.0, bottom), "passes");
        }
        let at = number(threshold.at, &threshold.quantity, Round::Near);
        let arrow = match threshold.op {
            Operator::LessEqual | Operator::Less => "◂ passes, ",
            _ => "",
        };
        let after = match threshold.op {
            Operator::GreaterEqual | Operator::Greater => " , passes ▸",
            _ => "",
        };
        let text = format!("{arrow}limit {} {at}{after}", threshold.op.text()).replace(" ,", ",");
        self.upright(x, 22.0, bottom, "limit", text);
    }

    fn axis(&mut self, scale: &Scale, y: f64, quantity: &Quantity) {
        self.line((LEFT, y), (RIGHT, y), "axis");
        for tick in scale.ticks() {
            let x = scale.at(tick);
            self.line((x, y), (x, y + 4.0), "axis");
            self.text(
                x,
                y + 18.0,
                "middle",
                "dim",
                number(tick, quantity, Round::Near),
            );
        }
    }

    fn row(&mut self, row: &Row, y: f64, scale: &Scale) {
        self.text(NAMES, y + 4.0, "end", "name", short(&row.name));
        self.text(VALUES, y + 4.0, "start", "value", range(&row.value));
        let (low, high) = row.sure.unwrap_or((row.value.low, row.value.high));
        if low < high {
            self.line((scale.at(low), y), (scale.at(high), y), "sure");
            for end in [low, high].into_iter().filter(|end| end.is_finite()) {
                let x = scale.at(end);
                self.line((x, y - 5.0), (x, y + 5.0), "sure");
            }
        }
        let x = scale.at((row.value.low + row.value.high) / 2.0);
        if let Some(before) = row.before {
            self.line((scale.at(before), y), (x, y), "moved");
            self.mark(scale.at(before), y, "before");
        }
        self.mark(x, y, row.kind);
    }

    pub(super) fn mark(&mut self, x: f64, y: f64, kind: &'static str) {
        self.marks.push(Mark {
            x: pixel(x),
            y: pixel(y),
            kind,
        });
    }

    /// A bar of points: earned, perhaps earned, to earn.
    fn bar(&mut self, name: &str, bar: (f64, f64, f64), value: String, y: f64, scale: &Scale) {
        let (low, high, of) = bar;
        let rows = (y - 7.0, y + 7.0);
        self.text(NAMES, y + 4.0, "end", "name", short(name));
        self.text(VALUES, y + 4.0, "start", "value", value);
        self.area((scale.at(0.0), scale.at(of)), rows, "full");
        self.area((scale.at(low), scale.at(high)), rows, "maybe");
        self.area((scale.at(0.0), scale.at(low)), rows, "earned");
    }
}

/// To a tenth of a pixel.
fn pixel(n: f64) -> f64 {
    (n * 10.0).round() / 10.0
}

fn short(name: &str) -> String {
    match name.char_indices().nth(NAME) {
        Some((end, _)) => format!("{}…", name.get(..end).unwrap_or(name)),
        None => name.to_string(),
    }
}
