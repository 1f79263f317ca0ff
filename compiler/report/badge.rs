//! A badge: a small drawing that says the verdict, for a README.

use serde::Serialize;
use tera::{Context, Tera};

use super::document::Document;
use super::say::{clean, points};
use crate::plan::Verdict;

const TEMPLATE: &str = include_str!("templates/badge.svg.tera");

/// Width of a character, in pixels.
const CHARACTER: usize = 7;
/// Space beside a text, in pixels.
const SPACE: usize = 14;
/// Characters of the gate's name.
const LONGEST: usize = 40;

#[derive(Serialize)]
struct Badge {
    label: String,
    says: String,
    color: &'static str,
    left: usize,
    right: usize,
}

/// The badge as SVG.
pub fn badge(document: &Document) -> String {
    let gate = &document.gate;
    let label = format!(
        "gate {}",
        clean(&gate.gate).chars().take(LONGEST).collect::<String>()
    );
    let says = match gate.score.filter(|_| gate.scored) {
        Some(score) => format!("{} {}", gate.verdict.name(), points(score)),
        None => gate.verdict.name().to_string(),
    };
    let width = |text: &str| text.chars().count() * CHARACTER + SPACE;
    let badge = Badge {
        left: width(&label),
        right: width(&says),
        color: color(gate.verdict),
        label,
        says,
    };
    let context = Context::from_serialize(&badge);
    let drawn = context.and_then(|context| Tera::one_off(TEMPLATE, &context, true));
    drawn.unwrap_or_default()
}

/// Dark enough for white letters.
fn color(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Pass => "#1a7f37",
        Verdict::Warn => "#8a5a00",
        Verdict::Fail => "#b3261e",
        Verdict::Undecided => "#6e40c9",
        Verdict::Skipped => "#57606a",
        Verdict::Overridden => "#8a5a00",
    }
}
