//! Pictures of diagnostics.
//!
//! Takes sources and sorted findings, gives text for people or machines. One file per form; none
//! does I/O of its own, none knows the language, and only `terminal` knows the drawing crate.

mod clean;
mod github;
mod json;
mod place;
mod sarif;
mod short;
mod terminal;

use std::io::{self, Write};

use super::{Code, Diagnostic, Severity};
use crate::source::SourceMap;

/// How findings are shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// With the source, for people.
    Pretty(Look),
    /// One line each: `path:line:column: error[code]: message`.
    Short,
    /// One JSON document with `"version": 1`.
    Json,
    /// One SARIF 2.1.0 log.
    Sarif,
    /// Workflow commands that GitHub shows beside the changed lines.
    Github,
}

/// What the terminal can show.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Look {
    /// Colours.
    pub color: bool,
    /// Characters beyond ASCII.
    pub unicode: bool,
    /// Columns.
    pub width: usize,
}

impl Look {
    /// The same everywhere: no colours, 80 columns.
    pub const PLAIN: Look = Look {
        color: false,
        unicode: true,
        width: 80,
    };
}

/// Writes findings in the order given.
pub fn render(
    sources: &SourceMap,
    findings: &[Diagnostic],
    format: Format,
    out: &mut dyn Write,
) -> io::Result<()> {
    match format {
        Format::Pretty(look) => terminal::render(sources, findings, look, out),
        Format::Short => short::render(sources, findings, out),
        Format::Json => json::render(sources, findings, out),
        Format::Sarif => sarif::render(sources, findings, out),
        Format::Github => github::render(sources, findings, out),
    }
}

/// `3 errors, 1 warning`; `None` when there is nothing to count.
pub fn summary(findings: &[Diagnostic]) -> Option<String> {
    let count = |severity| findings.iter().filter(|d| d.severity == severity).count();
    let parts: Vec<String> = [Severity::Error, Severity::Warning, Severity::Note]
        .into_iter()
        .map(|severity| (count(severity), severity.word()))
        .filter(|(count, _)| *count > 0)
        .map(|(count, word)| format!("{count} {word}{}", if count == 1 { "" } else { "s" }))
        .collect();
    (!parts.is_empty()).then(|| parts.join(", "))
}

/// The page of a code for people: without the notes that its test reads.
pub fn page(code: Code) -> String {
    let lines = code.page().lines().filter(|line| !line.starts_with("<!--"));
    lines.flat_map(|line| [line, "\n"]).collect()
}

#[cfg(test)]
mod tests;
