//! One page for a browser: no script, nothing loaded, readable in the dark and without colours.

use serde::Serialize;
use tera::{Context, Tera};

use super::document::{Document, Gate, Item};
use super::plot::{self, Drawing};
use super::say::{asks, clean, earned, facts, ordered, overridden, score, value};
use super::text::text;
use super::trend;
use crate::plan::Verdict;

/// Texts are escaped in templates whose names end like these.
const TEMPLATES: [(&str, &str); 2] = [
    ("parts.html", include_str!("templates/parts.html.tera")),
    ("report.html", include_str!("templates/report.html.tera")),
];
const STYLE: &str = include_str!("templates/report.css");

#[derive(Serialize)]
struct Page {
    title: String,
    style: &'static str,
    version: &'static str,
    assumed: Vec<String>,
    sections: Vec<Section>,
}

/// A gate.
#[derive(Serialize)]
struct Section {
    number: usize,
    gate: String,
    title: String,
    pipeline: String,
    place: String,
    verdict: Shown,
    score: Option<String>,
    plot: Option<Drawing>,
    overridden: Option<String>,
    wrong: Vec<Card>,
    right: Vec<Card>,
    advice: Vec<String>,
    notes: Vec<String>,
}

/// A verdict: its word and its shape.
#[derive(Serialize)]
struct Shown {
    word: &'static str,
    sign: &'static str,
}

/// A condition.
#[derive(Serialize)]
struct Card {
    verdict: Shown,
    asks: String,
    role: &'static str,
    short: Option<String>,
    facts: Vec<Fact>,
    reasons: Vec<String>,
    nearest: Vec<String>,
    plot: Option<Drawing>,
    trends: Vec<Drawing>,
    /// The number of the section of its gate.
    gate: Option<usize>,
}

#[derive(Serialize)]
struct Fact {
    name: &'static str,
    text: String,
}

/// The page.
pub fn html(document: &Document) -> String {
    let mut sections = Vec::new();
    section(&document.gate, &mut sections);
    let gate = &document.gate;
    let page = Page {
        title: format!("{}: gate {}", gate.verdict.name(), clean(&gate.title)),
        style: STYLE,
        version: env!("CARGO_PKG_VERSION"),
        assumed: gate.assumed.iter().map(|a| clean(a)).collect(),
        sections,
    };
    // The templates are tested; a verdict must reach people even so.
    made(&page).unwrap_or_else(|_| plain(document))
}

fn made(page: &Page) -> tera::TeraResult<String> {
    let mut tera = Tera::default();
    tera.autoescape_on(vec![".html"]);
    tera.add_raw_templates(TEMPLATES)?;
    tera.render("report.html", &Context::from_serialize(page)?)
}

fn plain(document: &Document) -> String {
    let text = text(document, false)
        .replace('&', "&amp;")
        .replace('<', "&lt;");
    format!("<!doctype html>\n<meta charset=\"utf-8\">\n<title>gatec</title>\n<pre>{text}</pre>\n")
}

fn section(gate: &Gate, sections: &mut Vec<Section>) {
    let number = sections.len();
    sections.push(Section {
        number,
        gate: clean(&gate.gate),
        title: clean(&gate.title),
        pipeline: clean(&gate.pipeline),
        place: clean(&gate.place),
        verdict: shown(gate.verdict),
        score: score(gate),
        plot: plot::score(gate),
        overridden: overridden(gate).map(|text| clean(&text)),
        wrong: Vec::new(),
        right: Vec::new(),
        advice: gate.advice.iter().map(|a| clean(a)).collect(),
        notes: gate.notes.iter().map(|n| clean(n)).collect(),
    });
    let (mut wrong, mut right) = (Vec::new(), Vec::new());
    for item in ordered(gate) {
        let child = item.gate.as_deref().map(|child| {
            let number = sections.len();
            section(child, sections);
            number
        });
        let cards = if item.verdict == Verdict::Pass {
            &mut right
        } else {
            &mut wrong
        };
        cards.push(card(item, child));
    }
    if let Some(section) = sections.get_mut(number) {
        (section.wrong, section.right) = (wrong, right);
    }
}

fn card(item: &Item, gate: Option<usize>) -> Card {
    let mut known = Vec::new();
    let mut fact = |name: &'static str, text: Option<String>| {
        known.extend(text.map(|text| Fact {
            name,
            text: clean(&text),
        }));
    };
    fact("measured", value(item));
    fact("limit", item.limit.clone());
    for (name, text) in facts(item) {
        fact(name, Some(text));
    }
    fact("points", earned(item));
    fact(
        "written in",
        Some(item.place.clone()).filter(|p| !p.is_empty()),
    );
    Card {
        verdict: shown(item.verdict),
        asks: clean(asks(item)),
        role: role(item),
        short: value(item).map(|value| clean(&value)),
        facts: known,
        reasons: item.reasons.iter().map(|r| clean(r)).collect(),
        nearest: item.nearest.iter().map(|c| clean(&c.says)).collect(),
        plot: plot::values(item).filter(|_| item.role != "total"),
        trends: trend::trends(item),
        gate,
    }
}

/// What an item is to its gate, where that isn't plain.
fn role(item: &Item) -> &'static str {
    match item.role.as_str() {
        "score" => "scores points",
        "part" => "part of the score",
        "stage" => "stage",
        _ => "",
    }
}

fn shown(verdict: Verdict) -> Shown {
    let sign = match verdict {
        Verdict::Pass => "✓",
        Verdict::Warn => "▲",
        Verdict::Fail => "✕",
        Verdict::Undecided => "?",
        Verdict::Skipped => "»",
        Verdict::Overridden => "↷",
    };
    Shown {
        word: verdict.name(),
        sign,
    }
}
