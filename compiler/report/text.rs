//! Text for a terminal.

use super::{clean, measured, ordered, score};
use crate::judge::{Assessment, Item};

/// A gate's verdict and every item under it, what went wrong first.
pub fn text(assessment: &Assessment) -> String {
    let mut lines = vec![head(assessment)];
    body(assessment, 1, &mut lines);
    let mut text = lines.join("\n");
    text.push('\n');
    text
}

fn head(assessment: &Assessment) -> String {
    let score = score(assessment)
        .map(|s| format!(" ({s})"))
        .unwrap_or_default();
    let verdict = assessment.verdict.name().to_uppercase();
    let title = match assessment.title == assessment.gate {
        true => String::new(),
        false => format!(" \"{}\"", clean(&assessment.title)),
    };
    let (gate, pipeline) = (clean(&assessment.gate), clean(&assessment.pipeline));
    format!("{verdict}: gate {gate}{title} in pipeline {pipeline}{score}")
}

fn body(assessment: &Assessment, depth: usize, lines: &mut Vec<String>) {
    for item in ordered(assessment) {
        line(item, depth, lines);
    }
    let indent = "  ".repeat(depth);
    lines.extend(
        assessment
            .advice
            .iter()
            .map(|a| format!("{indent}advice: {}", clean(a))),
    );
    lines.extend(
        assessment
            .notes
            .iter()
            .map(|n| format!("{indent}note: {}", clean(n))),
    );
}

fn line(item: &Item, depth: usize, lines: &mut Vec<String>) {
    let indent = "  ".repeat(depth);
    let what = if item.asks.is_empty() {
        &item.id
    } else {
        &item.asks
    };
    let measured = match measured(item) {
        none if none.is_empty() => none,
        some => format!(": {some}"),
    };
    let place = match item.place.as_str() {
        "" => String::new(),
        place => format!("  [{place}]"),
    };
    let verdict = item.verdict.name();
    lines.push(clean(&format!(
        "{indent}{verdict:<9} {what}{measured}{place}"
    )));
    lines.extend(
        item.reasons
            .iter()
            .map(|r| format!("{indent}          because {}", clean(r))),
    );
    if let Some(child) = &item.child {
        if let Some(score) = score(child) {
            lines.push(format!("{indent}          {score}"));
        }
        body(child, depth + 1, lines);
    }
}
