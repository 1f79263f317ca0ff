//! Drawings of what a baseline keeps: the values of earlier runs in their order, the one of now,
//! and the limit.
//!
//! Takes items of a document, gives shapes with their places in pixels, as [`plot`](super::plot).

use super::document::{Item, Past};
use super::nearest::{exact, implied};
use super::plot::{Drawing, NAMES, Threshold, VALUES, WIDTH};
use super::say::{Round, clean, date, number, range};
use super::scale::{LEFT, RIGHT, Scale};
use crate::plan::Verdict;

/// Pixels from above at which the values begin and end.
const TOP: f64 = 40.0;
const BOTTOM: f64 = 140.0;
/// Fewer values make no line.
const FEWEST: usize = 2;
/// So many metrics and groups are drawn; those that changed most, where there are more.
const MOST: usize = 6;

/// The past of each metric that an item compares, where enough of it is kept.
pub fn trends(item: &Item) -> Vec<Drawing> {
    let mut pasts: Vec<&Past> = item.numbers.past.iter().collect();
    if pasts.len() > MOST {
        let moved = |past: &Past| past.relative.map_or(0.0, |r| r.low.abs().max(r.high.abs()));
        pasts.sort_by(|a, b| moved(b).total_cmp(&moved(a)));
    }
    pasts
        .into_iter()
        .filter_map(|past| trend(item, past))
        .take(MOST)
        .collect()
}

fn trend(item: &Item, past: &Past) -> Option<Drawing> {
    let now = exact(&past.now).filter(|_| past.series.len() >= FEWEST)?;
    let threshold = threshold(item, past);
    let kept = past.series.iter().map(|kept| kept.value);
    let values: Vec<f64> = kept.chain([now]).collect();
    let limit = threshold.iter().map(|threshold| threshold.at);
    let up = Scale::over(values.iter().copied().chain(limit))?;
    let along = Scale::new(0.0, (values.len() - 1) as f64)?;
    let y = |value: f64| BOTTOM - up.share(value) * (BOTTOM - TOP);
    let points: Vec<(f64, f64)> = values
        .iter()
        .enumerate()
        .map(|(at, value)| (along.at(at as f64), y(*value)))
        .collect();
    let mut drawing = Drawing {
        width: WIDTH,
        height: BOTTOM + 26.0,
        says: said(past, threshold.as_ref()),
        ..Drawing::default()
    };
    drawing.line((LEFT, BOTTOM), (RIGHT, BOTTOM), "axis");
    for tick in up.ticks() {
        let text = number(tick, &past.before.quantity, Round::Near);
        drawing.line((LEFT - 4.0, y(tick)), (LEFT, y(tick)), "axis");
        drawing.text(NAMES, y(tick) + 4.0, "end", "dim", text);
    }
    if let Some(threshold) = &threshold {
        let at = y(threshold.at);
        drawing.line((LEFT, at), (RIGHT, at), "limit");
    }
    drawing.text(
        LEFT,
        22.0,
        "start",
        "limit",
        titled(past, threshold.as_ref()),
    );
    for (from, to) in points.iter().zip(points.iter().skip(1)) {
        drawing.line(*from, *to, "moved");
    }
    let kind = kind(item, past, threshold.as_ref());
    let (last, earlier) = points.split_last()?;
    for (x, y) in earlier {
        drawing.mark(*x, *y, "kept");
    }
    drawing.mark(last.0, last.1, kind);
    drawing.text(VALUES, last.1 + 4.0, "start", "value", range(&past.now));
    let first = past.series.first().and_then(|kept| day(kept.time));
    drawing.text(
        LEFT,
        BOTTOM + 18.0,
        "start",
        "dim",
        first.unwrap_or_default(),
    );
    drawing.text(RIGHT, BOTTOM + 18.0, "end", "dim", "now".to_string());
    Some(drawing)
}

/// The limit of the metric itself: as it was written, or as its `rise`, `drop` or `change` sets it.
fn threshold(item: &Item, past: &Past) -> Option<Threshold> {
    let numbers = &item.numbers;
    let limit = numbers.limit.as_ref()?;
    let of_group = || {
        let group = numbers
            .groups
            .iter()
            .find(|g| Some(&g.group) == past.group.as_ref());
        group.map(|group| &group.number)
    };
    let value = of_group().or(numbers.value.as_ref())?;
    let (at, op) = implied(past, value, limit)?;
    Some(Threshold {
        at,
        op,
        quantity: past.now.quantity.clone(),
    })
}

/// The shape of the value of now, as [`plot`](super::plot) has it.
fn kind(item: &Item, past: &Past, threshold: Option<&Threshold>) -> &'static str {
    match threshold.map(|threshold| threshold.kind(&past.now)) {
        Some(_) if !item.numbers.bounds.is_empty() => "estimate",
        Some("good") if item.verdict == Verdict::Warn => "warn",
        Some(kind) => kind,
        None => "estimate",
    }
}

fn limited(threshold: &Threshold) -> String {
    let at = number(threshold.at, &threshold.quantity, Round::Near);
    format!("limit {} {at}", threshold.op.text())
}

/// `latency of fr, limit <= 22ms`
fn titled(past: &Past, threshold: Option<&Threshold>) -> String {
    let group = past.group.as_ref();
    let group = group.map_or(String::new(), |g| format!(" of {g}"));
    let limit = threshold.map_or(String::new(), |t| format!(", {}", limited(t)));
    format!("{}{group}{limit}", past.metric)
}

/// The same in words.
fn said(past: &Past, threshold: Option<&Threshold>) -> String {
    let group = past
        .group
        .as_ref()
        .map_or(String::new(), |g| format!(" of {g}"));
    let one = |value: f64| number(value, &past.before.quantity, Round::Near);
    let kept: Vec<String> = past.series.iter().map(|kept| one(kept.value)).collect();
    let since = past.series.first().and_then(|kept| day(kept.time));
    let since = since.map_or(String::new(), |day| format!(" since {day}"));
    let limit = threshold.map_or(String::new(), |t| format!("; {}", limited(t)));
    clean(&format!(
        "{}{group}, {} runs kept in {}{since}: {}; now {}{limit}",
        past.metric,
        kept.len(),
        past.baseline,
        kept.join(", "),
        range(&past.now),
    ))
}

/// `2026-11-23`
fn day(seconds: f64) -> Option<String> {
    date(seconds).and_then(|date| Some(date.split_once(' ')?.0.to_string()))
}
