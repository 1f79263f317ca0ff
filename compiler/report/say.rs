//! What several forms say: numbers for people, and the facts of an item as short texts.

use super::document::{Bound, Gate, Item, Number, Past, Span};
use crate::plan::{Operator, Quantity, Value, Verdict};

/// Which way a number is rounded to six digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Round {
    /// To the nearest.
    Near,
    /// To the next above.
    Up,
    /// To the next below.
    Down,
}

/// A number with its unit.
pub fn number(number: f64, quantity: &Quantity, round: Round) -> String {
    Value::Number(rounded(number, quantity, round), quantity.clone()).to_string()
}

fn rounded(number: f64, quantity: &Quantity, round: Round) -> f64 {
    let near: f64 = format!("{number:.5e}").parse().unwrap_or(number);
    let scale = match quantity {
        Quantity::Count => 1.0,
        _ => 10f64.powf(5.0 - number.abs().log10().floor()),
    };
    // What is nearer than this is the error of the arithmetic before it.
    let there = (near - number).abs() <= 1e-9 * number.abs();
    if round == Round::Near || (there && (near * scale).fract().abs() < 1e-6) {
        return near;
    }
    let scaled = match round {
        Round::Up => (number * scale).ceil() / scale,
        _ => (number * scale).floor() / scale,
    };
    if scaled.is_finite() { scaled } else { number }
}

/// A difference, without its sign: shares differ by percentage points.
pub fn difference(by: f64, quantity: &Quantity, round: Round) -> String {
    match quantity {
        Quantity::Ratio => {
            let points = rounded(by.abs() * 100.0, &Quantity::Number, round);
            let s = if points == 1.0 { "" } else { "s" };
            format!(
                "{} percentage point{s}",
                Value::Number(points, Quantity::Number)
            )
        }
        quantity => number(by.abs(), quantity, round),
    }
}

/// A number that may be known within bounds only: `3`, `0 to 5`, `at least 3`.
pub fn range(range: &Number) -> String {
    let one = |n| number(n, &range.quantity, Round::Near);
    match (range.low.is_finite(), range.high.is_finite()) {
        (true, true) if range.low == range.high => one(range.low),
        (true, true) => format!("{} to {}", one(range.low), one(range.high)),
        (true, false) => format!("at least {}", one(range.low)),
        (false, true) => format!("at most {}", one(range.high)),
        (false, false) => "unknown".to_string(),
    }
}

/// Points as people write them, to four digits after the point.
pub fn points(points: Span) -> String {
    let tidy = |n: f64| (n * 1e4).round() / 1e4;
    range(&Number {
        low: tidy(points.low),
        high: tidy(points.high),
        quantity: Quantity::Points,
    })
}

/// A bare number of points.
pub fn exact_points(number: f64) -> String {
    points(Span {
        low: number,
        high: number,
    })
}

/// `score 72pt, needs 85pt`, where a gate scores.
pub fn score(gate: &Gate) -> Option<String> {
    let score = gate.score.map_or("unknown".to_string(), points);
    gate.scored
        .then(|| format!("score {score}, needs {}", exact_points(gate.pass)))
}

/// What was asked, in the words of the program.
pub fn asks(item: &Item) -> &str {
    if item.asks.is_empty() {
        &item.id
    } else {
        &item.asks
    }
}

/// What was measured, in one line: `79.2%, limit >= 80%, 12pt of 30pt`.
pub fn measured(item: &Item) -> String {
    let limit = limit(item).map(|limit| format!("limit {limit}"));
    [value(item), limit, earned(item)]
        .into_iter()
        .flatten()
        .collect::<Vec<_>>()
        .join(", ")
}

/// What was measured; of a gate its score or how many of its conditions passed; where nothing
/// could be measured, that.
pub fn value(item: &Item) -> Option<String> {
    let known = item.value.clone().filter(|value| !value.is_empty());
    let none = || match &item.gate {
        Some(gate) => Some(score(gate).unwrap_or_else(|| counted(gate))),
        None => (item.verdict == Verdict::Undecided).then(|| "not known".to_string()),
    };
    known.or_else(none)
}

/// `1 of 3 conditions did not pass`
pub fn counted(gate: &Gate) -> String {
    let all = gate.items.len();
    let wrong = gate
        .items
        .iter()
        .filter(|item| item.verdict != Verdict::Pass)
        .count();
    let s = if all == 1 { "" } else { "s" };
    match wrong {
        0 if all == 1 => "its condition passed".to_string(),
        0 => format!("all {all} conditions passed"),
        wrong => format!("{wrong} of {all} condition{s} did not pass"),
    }
}

/// What it was held against, unless the condition itself says so.
pub fn limit(item: &Item) -> Option<&str> {
    let limit = item.limit.as_deref()?;
    (!item.asks.ends_with(limit)).then_some(limit)
}

/// `12pt of 30pt`
pub fn earned(item: &Item) -> Option<String> {
    let full = item.points?;
    Some(format!(
        "{} of {}",
        points(full.earned),
        exact_points(full.of)
    ))
}

/// What else was reckoned with, one fact a line, each led by its name.
pub fn facts(item: &Item) -> Vec<(&'static str, String)> {
    let numbers = &item.numbers;
    let mut facts = Vec::new();
    facts.extend(numbers.past.iter().map(|p| ("baseline", past(p))));
    facts.extend(numbers.bounds.iter().map(|b| {
        let op = numbers.limit.as_ref().map(|limit| limit.op);
        ("bound", bound(b, op))
    }));
    if let Some(warn) = &numbers.warn {
        facts.push(("warns from", range(warn)));
    }
    // Points of points say the weight, too.
    if let Some(weight) = numbers.weight.filter(|_| item.points.is_none()) {
        facts.push(("weight", number(weight, &Quantity::Ratio, Round::Near)));
    }
    facts
}

/// `19ms now, 15ms before (median of 20 runs of main, newest 1a2b3c4): 4ms more, +26.7%`
fn past(past: &Past) -> String {
    let of = match (&past.group, past.metric.as_str()) {
        (Some(group), metric) => format!("{metric} of {group}: "),
        (None, "") => String::new(),
        (None, metric) => format!("{metric}: "),
    };
    let runs = match past.runs {
        1 => "1 run".to_string(),
        runs => format!("{runs} runs"),
    };
    let commit = past.commit.as_deref().map_or(String::new(), |commit| {
        format!(", newest {}", commit.chars().take(12).collect::<String>())
    });
    format!(
        "{of}{} now, {} before ({} of {runs} in {}{commit}): {}",
        range(&past.now),
        range(&past.before),
        past.statistic,
        past.baseline,
        change(past),
    )
}

fn change(past: &Past) -> String {
    let (low, high) = (past.change.low, past.change.high);
    let text = match low == high {
        true if low == 0.0 => return "no change".to_string(),
        true => {
            let more = if low > 0.0 { "more" } else { "less" };
            let by = difference(low, &past.change.quantity, Round::Near);
            format!("{by} {more}")
        }
        false => format!("a change of {}", range(&past.change)),
    };
    let percent = |n: f64| {
        let sign = if n > 0.0 { "+" } else { "" };
        format!("{sign}{}", number(n, &Quantity::Ratio, Round::Near))
    };
    match past.relative {
        Some(Span { low, high }) if low == high => format!("{text}, {}", percent(low)),
        Some(Span { low, high }) => format!("{text}, {} to {}", percent(low), percent(high)),
        None => text,
    }
}

/// `at least 83.2% at 95% confidence (estimate 87%, 120 samples, Clopper-Pearson)`
fn bound(bound: &Bound, op: Option<Operator>) -> String {
    let quantity = &bound.interval.quantity;
    let one = |n| number(n, quantity, Round::Near);
    let interval = match op {
        Some(Operator::GreaterEqual | Operator::Greater) => {
            format!("at least {}", one(bound.interval.low))
        }
        Some(Operator::LessEqual | Operator::Less) => {
            format!("at most {}", one(bound.interval.high))
        }
        _ => range(&bound.interval),
    };
    let group = bound
        .group
        .as_deref()
        .map_or(String::new(), |g| format!("{g}: "));
    let worth = match bound.effective_n == bound.n as f64 {
        true => String::new(),
        false => {
            let worth = number(bound.effective_n.floor(), &Quantity::Number, Round::Near);
            format!(" worth {worth} independent ones")
        }
    };
    let samples = if bound.n == 1 { "sample" } else { "samples" };
    format!(
        "{group}{interval} at {} confidence (estimate {}, {} {samples}{worth}, {})",
        number(bound.confidence, &Quantity::Ratio, Round::Near),
        range(&bound.estimate),
        bound.n,
        bound.method,
    )
}

/// Who let a failure through, and until when.
pub fn overridden(gate: &Gate) -> Option<String> {
    let by = gate.overridden.as_ref()?;
    let until = by
        .until
        .and_then(date)
        .map_or(String::new(), |date| format!(", until {date}"));
    let (was, who, why) = (by.was.name(), &by.by, &by.reason);
    Some(format!(
        "overridden by {who}{until}: {why} (without it: {was})"
    ))
}

/// Seconds since 1970 as `2026-11-23 06:00 UTC`; none outside of the years 1970 to 9999.
pub fn date(seconds: f64) -> Option<String> {
    if !(0.0..253_402_300_800.0).contains(&seconds) {
        return None;
    }
    let seconds = seconds as i64;
    let (days, rest) = (seconds / 86_400, seconds % 86_400);
    // Days to year, month, day: Hinnant, "chrono-compatible low-level date algorithms".
    let shifted = days + 719_468;
    let (era, of_era) = (shifted / 146_097, shifted % 146_097);
    let year_of_era = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month_from_march = (5 * of_year + 2) / 153;
    let day = of_year - (153 * month_from_march + 2) / 5 + 1;
    let month = if month_from_march < 10 {
        month_from_march + 3
    } else {
        month_from_march - 9
    };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    let (hour, minute) = (rest / 3600, rest % 3600 / 60);
    Some(format!(
        "{year:04}-{month:02}-{day:02} {hour:02}:{minute:02} UTC"
    ))
}

/// Whether an item's own end is what its gate's is made of: it failed and decides, or isn't known.
pub fn decided(item: &Item) -> bool {
    match item.verdict {
        Verdict::Fail => item.decides,
        Verdict::Undecided | Verdict::Skipped | Verdict::Overridden | Verdict::Warn => true,
        Verdict::Pass => false,
    }
}

/// What a verdict comes from, each condition in one line; empty where all is well.
pub fn deciding(gate: &Gate) -> Vec<String> {
    let verdict = gate.overridden.as_ref().map_or(gate.verdict, |by| by.was);
    let so = |item: &&&Item| item.verdict == verdict && decided(item);
    let line = |item: &&Item| {
        let known = value(item).filter(|_| item.verdict != Verdict::Undecided);
        let why = known.or_else(|| item.reasons.first().cloned());
        let why = why.map_or(String::new(), |why| format!(": {why}"));
        clean(&format!("{}{why}", asks(item)))
    };
    ordered(gate).iter().filter(so).map(line).collect()
}

/// Items with what went wrong first, and of that what decided.
pub fn ordered(gate: &Gate) -> Vec<&Item> {
    let rank = |item: &&Item| {
        let rank = match item.verdict {
            Verdict::Fail => 0,
            Verdict::Undecided => 1,
            Verdict::Skipped => 2,
            Verdict::Overridden => 3,
            Verdict::Warn => 4,
            Verdict::Pass => 5,
        };
        (rank, !item.decides)
    };
    let mut items: Vec<&Item> = gate.items.iter().collect();
    items.sort_by_key(rank);
    items
}

/// Text on one line, without characters that steer a terminal or turn text around.
pub fn clean(text: &str) -> String {
    let turns = |c| matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{2028}' | '\u{2029}' | '\u{feff}');
    let text: String = text
        .chars()
        .map(|c| if c.is_control() || turns(c) { ' ' } else { c })
        .collect();
    // Old runners take this for a command wherever it stands.
    text.replace("##[", "## [")
}

/// File and line of a place such as `gates/ci.gate:12`; a column after it is left out.
pub fn file_and_line(place: &str) -> Option<(&str, usize)> {
    let (head, last) = place.rsplit_once(':')?;
    let last: usize = last.parse().ok()?;
    match head
        .rsplit_once(':')
        .map(|(file, line)| (file, line.parse()))
    {
        Some((file, Ok(line))) => Some((file, line)),
        _ => Some((head, last)),
    }
    .filter(|(file, line)| !file.is_empty() && *line > 0)
}
