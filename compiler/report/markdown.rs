//! Markdown for a run's summary.

use serde::Serialize;
use tera::{Context, Tera};

use super::{clean, measured, ordered, score};
use crate::judge::{Assessment, Item};

const TEMPLATE: &str = include_str!("templates/summary.md.tera");

/// A table of a gate's items; gates under it follow as tables of their own.
#[derive(Serialize)]
struct Table {
    gate: String,
    pipeline: String,
    verdict: &'static str,
    score: Option<String>,
    rows: Vec<Row>,
    advice: Vec<String>,
    notes: Vec<String>,
}

#[derive(Serialize)]
struct Row {
    verdict: &'static str,
    asks: String,
    measured: String,
    reasons: Vec<String>,
    place: String,
}

/// The assessment as Markdown.
pub fn markdown(assessment: &Assessment) -> String {
    let mut tables = Vec::new();
    collect(assessment, &mut tables);
    let mut context = Context::new();
    context.insert("tables", &tables);
    match Tera::one_off(TEMPLATE, &context, false) {
        Ok(text) => format!("{}\n", text.trim_end()),
        // The template is tested; a verdict must reach people even so.
        Err(_) => super::text(assessment)
            .lines()
            .map(|line| format!("    {line}\n"))
            .collect(),
    }
}

fn collect(assessment: &Assessment, tables: &mut Vec<Table>) {
    let items = ordered(assessment);
    tables.push(Table {
        gate: escape(&assessment.title),
        pipeline: escape(&assessment.pipeline),
        verdict: assessment.verdict.name(),
        score: score(assessment).map(|s| escape(&s)),
        rows: items.iter().map(|item| row(item)).collect(),
        advice: assessment.advice.iter().map(|a| escape(a)).collect(),
        notes: assessment.notes.iter().map(|n| escape(n)).collect(),
    });
    items
        .iter()
        .filter_map(|item| item.child.as_deref())
        .for_each(|child| collect(child, tables));
}

fn row(item: &Item) -> Row {
    Row {
        verdict: item.verdict.name(),
        asks: escape(if item.asks.is_empty() {
            &item.id
        } else {
            &item.asks
        }),
        measured: escape(&measured(item)),
        reasons: item.reasons.iter().map(|r| escape(r)).collect(),
        place: escape(&item.place),
    }
}

/// Text that means nothing in Markdown, a table or HTML.
fn escape(text: &str) -> String {
    let mut escaped = String::new();
    for c in clean(text).chars() {
        match c {
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '&' => escaped.push_str("&amp;"),
            '@' => escaped.push_str("&#64;"),
            '\\' | '`' | '*' | '_' | '[' | ']' | '|' | '#' | '~' | '!' => {
                escaped.push('\\');
                escaped.push(c);
            }
            c => escaped.push(c),
        }
    }
    escaped
}
