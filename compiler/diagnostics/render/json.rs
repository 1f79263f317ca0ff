//! Findings for programs. `version` changes when a field is removed or changes its meaning;
//! fields may be added under the same version.

use std::io::{self, Write};

use serde::Serialize;

use super::place::region;
use crate::diagnostics::{Diagnostic, Fix, Label, Severity};
use crate::source::{LineColumn, SourceMap, Span};

#[derive(Serialize)]
struct Document<'a> {
    version: u32,
    diagnostics: Vec<Finding<'a>>,
    errors: usize,
    warnings: usize,
}

#[derive(Serialize)]
struct Finding<'a> {
    code: &'a str,
    severity: &'a str,
    message: &'a str,
    primary: Place<'a>,
    secondary: Vec<Place<'a>>,
    help: &'a [String],
    fix: Option<Change<'a>>,
}

/// `path` and `span` are null for a finding of no file.
#[derive(Serialize)]
struct Place<'a> {
    path: Option<&'a str>,
    span: Option<Range>,
    label: &'a str,
}

#[derive(Serialize)]
struct Range {
    start: Position,
    end: Position,
}

/// `byte` counts from 0, `line` and `column` (in characters) from 1.
#[derive(Serialize)]
struct Position {
    byte: u32,
    line: usize,
    column: usize,
}

#[derive(Serialize)]
struct Change<'a> {
    title: &'a str,
    edits: Vec<Edit<'a>>,
}

#[derive(Serialize)]
struct Edit<'a> {
    path: Option<&'a str>,
    span: Option<Range>,
    text: &'a str,
}

pub(super) fn render(
    sources: &SourceMap,
    findings: &[Diagnostic],
    out: &mut dyn Write,
) -> io::Result<()> {
    let count = |severity| findings.iter().filter(|d| d.severity == severity).count();
    let document = Document {
        version: 1,
        diagnostics: findings.iter().map(|d| finding(sources, d)).collect(),
        errors: count(Severity::Error),
        warnings: count(Severity::Warning),
    };
    serde_json::to_writer_pretty(&mut *out, &document)?;
    writeln!(out)
}

fn finding<'a>(sources: &'a SourceMap, diagnostic: &'a Diagnostic) -> Finding<'a> {
    let label = |label| place(sources, label);
    Finding {
        code: diagnostic.code.name(),
        severity: diagnostic.severity.word(),
        message: &diagnostic.message,
        primary: label(&diagnostic.primary),
        secondary: diagnostic.secondary.iter().map(label).collect(),
        help: &diagnostic.help,
        fix: diagnostic.fix.as_ref().map(|fix| change(sources, fix)),
    }
}

fn place<'a>(sources: &'a SourceMap, label: &'a Label) -> Place<'a> {
    let (path, span) = range(sources, label.span);
    Place {
        path,
        span,
        label: &label.text,
    }
}

fn change<'a>(sources: &'a SourceMap, fix: &'a Fix) -> Change<'a> {
    let edit = |(span, text): &'a (Span, String)| {
        let (path, span) = range(sources, *span);
        Edit { path, span, text }
    };
    Change {
        title: &fix.title,
        edits: fix.edits.iter().map(edit).collect(),
    }
}

fn range(sources: &SourceMap, span: Span) -> (Option<&str>, Option<Range>) {
    let position = |byte: u32, at: LineColumn| Position {
        byte,
        line: at.line,
        column: at.column,
    };
    match region(sources, span) {
        None => (None, None),
        Some(at) => {
            let start = position(span.start, at.start);
            let end = position(span.end, at.end);
            (Some(at.path), Some(Range { start, end }))
        }
    }
}
