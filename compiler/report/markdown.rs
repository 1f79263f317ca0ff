//! Markdown: for a run's summary, and for a comment on a pull request.
//!
//! GitHub takes so much and no more, and refuses the whole of what is longer. So a report is made
//! shorter step by step until it fits, and says what it left out. What decided stays longest.

use serde::Serialize;
use tera::{Context, Tera};

use super::document::{Document, Gate, Item};
use super::say::{asks, clean, earned, facts, ordered, overridden, score, value};
use super::text::text;
use crate::plan::Verdict;

const TEMPLATE: &str = include_str!("templates/summary.md.tera");

/// Bytes that GitHub takes as the summary of one step.
pub const SUMMARY: usize = 1024 * 1024;
/// Characters that GitHub takes as a comment; counted as bytes here, which are never fewer.
pub const COMMENT: usize = 65_536;

/// How much is told.
#[derive(Clone, Copy)]
struct Detail {
    /// Lines under a condition that did not pass, and under one that did.
    lines: (usize, usize),
    /// Characters of one text.
    characters: usize,
    /// Conditions that passed.
    others: bool,
    /// Advice and notes.
    remarks: bool,
    /// Conditions in all.
    rows: usize,
    /// What is missing, for people.
    left_out: &'static str,
}

const ALL: Detail = Detail {
    lines: (usize::MAX, usize::MAX),
    characters: usize::MAX,
    others: true,
    remarks: true,
    rows: usize::MAX,
    left_out: "",
};

/// From all to the least.
const STEPS: &[Detail] = &[
    ALL,
    Detail {
        lines: (usize::MAX, 0),
        left_out: "the details of conditions that passed",
        ..ALL
    },
    Detail {
        others: false,
        left_out: "conditions that passed",
        ..ALL
    },
    Detail {
        others: false,
        lines: (3, 0),
        characters: 300,
        left_out: "conditions that passed, and long texts",
        ..ALL
    },
    Detail {
        others: false,
        lines: (0, 0),
        characters: 80,
        remarks: false,
        left_out: "all but the conditions that decided, and long texts",
        ..ALL
    },
];

/// A gate's conditions; gates under it follow as tables of their own.
#[derive(Serialize)]
struct Table {
    gate: String,
    pipeline: String,
    verdict: String,
    score: Option<String>,
    overridden: Option<String>,
    points: bool,
    rows: Vec<Row>,
    left: usize,
    advice: Vec<String>,
    notes: Vec<String>,
}

#[derive(Serialize)]
struct Row {
    verdict: String,
    asks: String,
    value: String,
    limit: String,
    points: String,
    lines: Vec<String>,
    place: String,
}

/// The report for a run's summary, of which `room` bytes are free.
pub fn markdown(document: &Document, room: usize) -> String {
    fitted(document, "", room)
}

/// The report for a comment, which begins with a mark that is not shown: by it the comment of an
/// earlier run is found again.
pub fn comment(document: &Document) -> String {
    let mark = format!("{}\n", mark(document));
    fitted(document, &mark, COMMENT)
}

/// `<!-- gatec: PIPELINE/GATE -->`
pub fn mark(document: &Document) -> String {
    let word = |text: &str| -> String {
        let kept = text.chars().take(100);
        kept.map(|c| {
            if c.is_alphanumeric() || c == '_' {
                c
            } else {
                '.'
            }
        })
        .collect()
    };
    let (pipeline, gate) = (&document.gate.pipeline, &document.gate.gate);
    format!("<!-- gatec: {}/{} -->", word(pipeline), word(gate))
}

fn fitted(document: &Document, mark: &str, room: usize) -> String {
    let mut shortest = ALL;
    for detail in STEPS {
        let page = format!("{mark}{}", page(document, *detail));
        if page.len() <= room {
            return page;
        }
        shortest = *detail;
    }
    // So many decided that not all of their names fit: as many as do, and their number.
    let (mut fits, mut too_many) = (0, count(&document.gate) + 1);
    let short = |rows| {
        let detail = Detail {
            rows,
            left_out: "conditions that decided, for there are too many",
            ..shortest
        };
        format!("{mark}{}", page(document, detail))
    };
    while fits + 1 < too_many {
        let rows = fits + (too_many - fits) / 2;
        if short(rows).len() <= room {
            fits = rows
        } else {
            too_many = rows
        }
    }
    Some(short(fits))
        .filter(|page| page.len() <= room)
        .unwrap_or_default()
}

fn count(gate: &Gate) -> usize {
    let below = gate.items.iter().filter_map(|item| item.gate.as_deref());
    gate.items.len() + below.map(count).sum::<usize>()
}

fn page(document: &Document, detail: Detail) -> String {
    let mut tables = Vec::new();
    let mut rows = detail.rows;
    collect(&document.gate, detail, &mut rows, &mut tables);
    let mut context = Context::new();
    context.insert("tables", &tables);
    context.insert("left_out", detail.left_out);
    match Tera::one_off(TEMPLATE, &context, false) {
        Ok(text) => format!("{}\n", text.trim_end()),
        // The template is tested; a verdict must reach people even so.
        Err(_) => text(document, false)
            .lines()
            .map(|line| format!("    {line}\n"))
            .collect(),
    }
}

fn collect(gate: &Gate, detail: Detail, rows: &mut usize, tables: &mut Vec<Table>) {
    let items = ordered(gate);
    let cut = |text: &str| shortened(text, detail.characters);
    let shown: Vec<&Item> = items
        .iter()
        .filter(|item| detail.others || item.verdict != Verdict::Pass)
        .take(*rows)
        .copied()
        .collect();
    *rows -= shown.len();
    let remarks = |texts: &[String]| match detail.remarks {
        true => texts.iter().map(|t| cut(t)).collect(),
        false => Vec::new(),
    };
    if detail.others || !shown.is_empty() || tables.is_empty() {
        tables.push(Table {
            gate: cut(&gate.title),
            pipeline: cut(&gate.pipeline),
            verdict: sign(gate.verdict),
            score: score(gate).map(|s| cut(&s)),
            overridden: overridden(gate).map(|text| cut(&text)),
            points: shown.iter().any(|item| item.points.is_some()),
            rows: shown.iter().map(|item| row(item, detail)).collect(),
            left: items.len() - shown.len(),
            advice: remarks(&gate.advice),
            notes: remarks(&gate.notes),
        });
    }
    for child in items.iter().filter_map(|item| item.gate.as_deref()) {
        collect(child, detail, rows, tables);
    }
}

fn row(item: &Item, detail: Detail) -> Row {
    let cut = |text: &str| shortened(text, detail.characters);
    let most = match item.verdict {
        Verdict::Pass => detail.lines.1,
        _ => detail.lines.0,
    };
    let nearest = item
        .nearest
        .iter()
        .map(|change| format!("→ {}", change.says));
    let facts = facts(item)
        .into_iter()
        .map(|(name, fact)| format!("{name}: {fact}"));
    let lines = item.reasons.iter().cloned().chain(nearest).chain(facts);
    Row {
        verdict: sign(item.verdict),
        asks: cut(asks(item)),
        value: cut(&value(item).unwrap_or_default()),
        limit: cut(item.limit.as_deref().unwrap_or_default()),
        points: cut(&earned(item).unwrap_or_default()),
        lines: lines.take(most).map(|line| cut(&line)).collect(),
        place: cut(&item.place),
    }
}

/// A verdict as a sign that is told from others without its colour, and its word.
pub fn sign(verdict: Verdict) -> String {
    let sign = match verdict {
        Verdict::Pass => "✅",
        Verdict::Warn => "⚠️",
        Verdict::Fail => "❌",
        Verdict::Undecided => "❔",
        Verdict::Skipped => "⏭️",
        Verdict::Overridden => "🔓",
    };
    format!("{sign} {}", verdict.name())
}

/// The beginning of a text, escaped.
fn shortened(text: &str, characters: usize) -> String {
    match text.char_indices().nth(characters) {
        Some((end, _)) => escape(text.get(..end).unwrap_or(text)) + "…",
        None => escape(text),
    }
}

/// Text that means nothing in Markdown, a table or HTML, and links to nowhere.
fn escape(text: &str) -> String {
    let mut escaped = String::new();
    for c in clean(text).chars() {
        match c {
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '&' => escaped.push_str("&amp;"),
            '@' => escaped.push_str("&#64;"),
            '$' => escaped.push_str("&#36;"),
            '\\' | '`' | '*' | '_' | '[' | ']' | '|' | '#' | '~' | '!' => {
                escaped.push('\\');
                escaped.push(c);
            }
            c => escaped.push(c),
        }
    }
    escaped
        .replace("://", "&#58;//")
        .replace("www.", "www&#46;")
}
