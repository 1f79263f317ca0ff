//! Verdicts shown: text for a terminal, Markdown for a summary, JSON for programs.
//!
//! Takes an [`Assessment`](crate::judge::Assessment), gives text. Judges nothing; texts that came
//! from evidence are made harmless here, once more, for the form they are put in.

mod json;
mod markdown;
#[cfg(test)]
mod tests;
mod text;

pub use json::json;
pub use markdown::markdown;
pub use text::text;

use crate::judge::{Assessment, Item, Num};
use crate::plan::{Quantity, Value, Verdict};

/// Items with what went wrong first.
fn ordered(assessment: &Assessment) -> Vec<&Item> {
    let rank = |item: &&Item| match item.verdict {
        Verdict::Fail => 0,
        Verdict::Undecided => 1,
        Verdict::Skipped => 2,
        Verdict::Overridden => 3,
        Verdict::Warn => 4,
        Verdict::Pass => 5,
    };
    let mut items: Vec<&Item> = assessment.items.iter().collect();
    items.sort_by_key(rank);
    items
}

/// Points as people write them, to four digits after the point.
fn points(points: Num) -> String {
    let one = |n: f64| {
        let rounded = (n * 1e4).round() / 1e4;
        Value::Number(rounded, Quantity::Points).to_string()
    };
    match points.is_exact() {
        true => one(points.low),
        false => format!("{} to {}", one(points.low), one(points.high)),
    }
}

/// `72pt of 85pt`, where a gate scores.
fn score(assessment: &Assessment) -> Option<String> {
    let needed = points(Num::exact(assessment.pass));
    let score = assessment.score.map_or("unknown".to_string(), points);
    assessment
        .scored
        .then(|| format!("score {score}, needs {needed}"))
}

/// What was asked and what was measured, in one line: `coverage >= 80%`, `79.2%`.
fn measured(item: &Item) -> String {
    let points = item
        .points
        .map(|(earned, full)| format!("{} of {}", points(earned), points(Num::exact(full))));
    let parts = [
        item.value.clone(),
        item.limit.as_ref().map(|l| format!("limit {l}")),
        points,
    ];
    parts.into_iter().flatten().collect::<Vec<_>>().join(", ")
}

/// Text on one line, without control characters.
fn clean(text: &str) -> String {
    let text: String = text
        .chars()
        .map(|c| if c.is_control() { ' ' } else { c })
        .collect();
    // Old runners take this for a command wherever it stands.
    text.replace("##[", "## [")
}
