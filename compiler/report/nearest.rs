//! The smallest changes that would make an item pass.
//!
//! Takes an item and those beside it, gives changes. For a threshold all of them are needed, one
//! for each group that fails; for a score any one of them is enough. Judges nothing: what it says
//! of an item that passes is nothing.

use super::document::{Bound, Change, Item, Limit, Number, Past, Points};
use super::say::{self, Round, difference};
use crate::plan::{Better, Operator, Quantity, Verdict};

/// So many parts are named that could give the missing points.
const NAMED: usize = 3;

/// What would make an item pass; nothing where that can't be told, or it passes.
pub fn nearest(item: &Item, all: &[Item]) -> Vec<Change> {
    if !matches!(item.verdict, Verdict::Fail | Verdict::Undecided) {
        return Vec::new();
    }
    if item.role == "total" {
        return total(item, all);
    }
    let numbers = &item.numbers;
    let Some(limit) = &numbers.limit else {
        return Vec::new();
    };
    if !numbers.bounds.is_empty() {
        let bounds = numbers.bounds.iter();
        return bounds.filter_map(|b| bound(b, limit)).collect();
    }
    let groups = numbers.groups.iter();
    let mut changes: Vec<Change> = groups
        .filter_map(|g| threshold(&g.group, &g.number, limit))
        .collect();
    if let Some(value) = &numbers.value {
        changes.extend(threshold("", value, limit));
        changes.extend(metric(item, value, limit));
    }
    changes
}

/// How a value would have to differ to be within a limit; none if it is.
fn threshold(group: &str, value: &Number, limit: &Limit) -> Option<Change> {
    let quantity = &limit.number.quantity;
    let to = &limit.number;
    let (at, by) = match limit.op {
        Operator::LessEqual | Operator::Less => (to.low, to.low - value.high),
        Operator::GreaterEqual | Operator::Greater => (to.high, to.high - value.low),
        Operator::Equal if to.low == to.high => {
            let (up, down) = (to.low - value.low, to.low - value.high);
            (to.low, if up.abs() > down.abs() { up } else { down })
        }
        _ => return None,
    };
    let beyond = matches!(limit.op, Operator::Less | Operator::Greater);
    let wrong = match limit.op {
        Operator::LessEqual => by < 0.0,
        Operator::GreaterEqual => by > 0.0,
        Operator::Less => by <= 0.0,
        Operator::Greater => by >= 0.0,
        _ => by != 0.0,
    };
    if !wrong || !at.is_finite() || !by.is_finite() {
        return None;
    }
    let of = if group.is_empty() {
        String::new()
    } else {
        format!("{group} ")
    };
    let says = format!(
        "{of}would pass at {}: {}",
        limit_text(limit.op, at, quantity),
        distance(by, quantity, beyond, value.low != value.high)
    );
    Some(change(group, at, by, quantity, says))
}

/// `<= 20ms`; an equation without its sign.
fn limit_text(op: Operator, at: f64, quantity: &Quantity) -> String {
    let number = say::number(at, quantity, Round::Near);
    match op {
        Operator::Equal => number,
        op => format!("{} {number}", op.text()),
    }
}

/// `5ms less`, `more than 5ms less`, `up to 3 fewer`
fn distance(by: f64, quantity: &Quantity, beyond: bool, unsure: bool) -> String {
    if by == 0.0 {
        return "it is just there".to_string();
    }
    let way = match (by > 0.0, quantity) {
        (true, _) => "more",
        (false, Quantity::Count) => "fewer",
        (false, _) => "less",
    };
    let lead = match (beyond, unsure) {
        (true, _) => "more than ",
        (_, true) => "up to ",
        _ => "",
    };
    let round = if beyond { Round::Near } else { Round::Up };
    format!("{lead}{} {way}", difference(by, quantity, round))
}

/// The metric under `rise(m) <= 10%`: what it would have to be itself.
fn metric(item: &Item, value: &Number, limit: &Limit) -> Option<Change> {
    let [past] = item.numbers.past.as_slice() else {
        return None;
    };
    let (at, op) = implied(past, value, limit)?;
    let quantity = &past.now.quantity;
    let round = match op {
        Operator::LessEqual | Operator::Less => Round::Down,
        Operator::GreaterEqual | Operator::Greater => Round::Up,
        _ => return None,
    };
    let by = at - exact(&past.now)?;
    if !by.is_finite() || by == 0.0 {
        return None;
    }
    let says = format!(
        "that is {} at {} {}",
        past.metric,
        op.text(),
        say::number(at, quantity, round)
    );
    Some(change(&past.metric, at, by, quantity, says))
}

/// The limit of a metric itself where a limit is set to its `rise`, `drop` or `change`; none where
/// the compared value is none of these.
pub fn implied(past: &Past, value: &Number, limit: &Limit) -> Option<(f64, Operator)> {
    let (before, by) = (exact(&past.before)?, exact(&past.change)?);
    let (value, to) = (exact(value)?, exact(&limit.number)?);
    let share = past.relative.filter(|r| r.low == r.high).map(|r| r.low);
    let whole = share.filter(|s| *s != 0.0).map(|s| by / s);
    let (at, op) = match (share, whole) {
        (Some(share), Some(whole)) if share == value => (before + to * whole, limit.op),
        (Some(share), Some(whole)) if -share == value => (before - to * whole, mirrored(limit.op)),
        _ if by == value => (before + to, limit.op),
        _ => return None,
    };
    at.is_finite().then_some((at, op))
}

fn mirrored(op: Operator) -> Operator {
    match op {
        Operator::LessEqual => Operator::GreaterEqual,
        Operator::Less => Operator::Greater,
        Operator::GreaterEqual => Operator::LessEqual,
        Operator::Greater => Operator::Less,
        other => other,
    }
}

/// A number that is known.
pub fn exact(number: &Number) -> Option<f64> {
    (number.low == number.high).then_some(number.low)
}

/// How far a confidence bound is from the limit, and whether more samples could close that.
fn bound(bound: &Bound, limit: &Limit) -> Option<Change> {
    let quantity = &limit.number.quantity;
    let to = exact(&limit.number)?;
    let (edge, side, past) = match limit.op {
        Operator::GreaterEqual | Operator::Greater => (bound.interval.low, "lower", 1.0),
        Operator::LessEqual | Operator::Less => (bound.interval.high, "upper", -1.0),
        _ => return None,
    };
    let by = to - edge;
    if !by.is_finite() || by * past <= 0.0 {
        return None;
    }
    let group = bound.group.as_deref().unwrap_or_default();
    let of = if group.is_empty() {
        String::new()
    } else {
        format!("{group}: ")
    };
    let way = if past > 0.0 { "more" } else { "less" };
    let mut says = format!(
        "{of}would pass with a {side} bound {}: {} {way}",
        limit_text(limit.op, to, quantity),
        difference(by, quantity, Round::Up)
    );
    says.push_str(&match samples(bound, edge, to, past) {
        Some(n) => format!("; if the estimate holds, about {n} samples would show it"),
        None => "; more samples alone would not show it".to_string(),
    });
    Some(change(group, to, by, quantity, says))
}

/// About how many samples would bring the bound to the limit if the estimate stays.
///
/// The distance of a bound from its estimate shrinks with the square root of their number, so
/// `n * ((estimate - bound) / (estimate - limit))^2`.
fn samples(bound: &Bound, edge: f64, to: f64, past: f64) -> Option<u64> {
    let estimate = exact(&bound.estimate)?;
    let room = (estimate - to) * past;
    let times = ((estimate - edge) * past / room).powi(2);
    let needed = bound.n as f64 * times;
    // Two digits are all that such an estimate is worth.
    let digit = 10f64.powf((needed.log10().floor() - 1.0).max(0.0));
    let rounded = (needed / digit).ceil() * digit;
    // Beyond a billion nobody samples: that is "no".
    (room > 0.0 && needed > bound.n as f64 && rounded < 1e9).then_some(rounded as u64)
}

/// The missing points, and which single part could give them.
fn total(item: &Item, all: &[Item]) -> Vec<Change> {
    let (Some(value), Some(limit)) = (&item.numbers.value, &item.numbers.limit) else {
        return Vec::new();
    };
    let (pass, missing) = (limit.number.high, limit.number.high - value.low);
    if !(missing.is_finite() && missing > 0.0) {
        return Vec::new();
    }
    let shown = say::number(missing, &Quantity::Points, Round::Up);
    let verb = if item.verdict == Verdict::Fail {
        "are missing"
    } else {
        "may be missing"
    };
    let mut parts: Vec<(f64, Change)> = all
        .iter()
        .filter_map(|part| Some((missing / part.points?.of, alone(part, missing)?)))
        .collect();
    parts.sort_by(|a, b| a.0.total_cmp(&b.0));
    let by_parts = all.iter().any(|part| part.points.is_some());
    let more = match parts.len() {
        // What an expression is made of has no points of its own.
        0 if !by_parts => format!("{shown} {verb}"),
        0 => format!(
            "{shown} {verb}, and no part alone could give them{}",
            most(all)
        ),
        1 => format!("{shown} {verb}; this part alone would give them"),
        _ => format!("{shown} {verb}; one of these parts alone would give them"),
    };
    let mut changes = vec![change("score", pass, missing, &Quantity::Points, more)];
    changes.extend(parts.into_iter().take(NAMED).map(|(_, change)| change));
    changes
}

/// How much the part that could give most could give.
fn most(all: &[Item]) -> String {
    let best = all
        .iter()
        .filter_map(|part| Some((room(part.points?), part)))
        .filter(|(room, _)| *room > 0.0)
        .max_by(|a, b| a.0.total_cmp(&b.0));
    best.map_or(String::new(), |(room, part)| {
        let points = say::number(room, &Quantity::Points, Round::Near);
        format!(": {} has {points} to give, more than any other", part.id)
    })
}

/// Points that a part has not earned, or is not sure to have.
fn room(points: Points) -> f64 {
    points.of - points.earned.low
}

/// What a part would have to be to give the missing points alone; none if it can't.
fn alone(part: &Item, missing: f64) -> Option<Change> {
    let points = part.points?;
    let slack = 1e-9 * missing.abs();
    if !matches!(part.role.as_str(), "part" | "score") || room(points) + slack < missing {
        return None;
    }
    if part.role == "score" {
        let by = room(points);
        let says = format!(
            "{} if it passed ({})",
            part.id,
            say::number(points.of, &Quantity::Points, Round::Near)
        );
        return Some(change(&part.id, points.of, by, &Quantity::Points, says));
    }
    let value = part.numbers.value.as_ref()?;
    let whole = match value.quantity {
        Quantity::Ratio => 1.0,
        Quantity::Points => 100.0,
        _ => return None,
    };
    let share = ((points.earned.low + missing) / points.of).clamp(0.0, 1.0);
    let lower = part.numbers.better == Some(Better::Lower);
    let (at, now) = match lower {
        true => ((1.0 - share) * whole, value.high),
        false => (share * whole, value.low),
    };
    let (op, round) = if lower {
        ("<=", Round::Down)
    } else {
        (">=", Round::Up)
    };
    let by = at - now;
    if !at.is_finite() || !by.is_finite() {
        return None;
    }
    let says = format!(
        "{} at {op} {}: {}",
        part.id,
        say::number(at, &value.quantity, round),
        distance(by, &value.quantity, false, false)
    );
    Some(change(&part.id, at, by, &value.quantity, says))
}

fn change(what: &str, at: f64, by: f64, quantity: &Quantity, says: String) -> Change {
    let number = |n: f64| Number {
        low: n,
        high: n,
        quantity: quantity.clone(),
    };
    Change {
        what: what.to_string(),
        at: Some(number(at)),
        by: Some(number(by)),
        says,
    }
}
