//! Workflow commands: GitHub shows them beside the changed lines.
//!
//! GitHub keeps ten errors and ten warnings of a step and drops the rest in silence, so the rest
//! is written as plain lines of the log and the last line counts what was found.

use std::io::{self, Write};

use super::place::region;
use super::{short, summary};
use crate::diagnostics::{Diagnostic, Severity};
use crate::source::SourceMap;

/// Annotations of one severity that GitHub keeps per step.
const LIMIT: usize = 10;

pub(super) fn render(
    sources: &SourceMap,
    findings: &[Diagnostic],
    out: &mut dyn Write,
) -> io::Result<()> {
    let mut beyond = Vec::new();
    for severity in [Severity::Error, Severity::Warning, Severity::Note] {
        let mut of_severity = findings.iter().filter(|d| d.severity == severity);
        for finding in of_severity.by_ref().take(LIMIT) {
            writeln!(out, "{}", command(sources, finding))?;
        }
        beyond.extend(of_severity);
    }
    for finding in &beyond {
        // Two blanks, so that no message can begin with `::` and be taken for a command.
        writeln!(out, "  {}", short::line(sources, finding))?;
    }
    match summary(findings) {
        Some(counts) if beyond.is_empty() => writeln!(out, "gatec: {counts}"),
        Some(counts) => writeln!(
            out,
            "gatec: {counts}; {} of them only in this log",
            beyond.len()
        ),
        None => Ok(()),
    }
}

fn command(sources: &SourceMap, finding: &Diagnostic) -> String {
    let name = match finding.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Note => "notice",
    };
    let place = match region(sources, finding.primary.span) {
        None => String::new(),
        Some(at) => {
            let (start, end) = (at.start, at.end);
            let file = property(at.path);
            format!(
                "file={file},line={},endLine={},col={},endColumn={},",
                start.line, end.line, start.column, end.column
            )
        }
    };
    let mut message = finding.message.clone();
    if !finding.primary.text.is_empty() {
        message.push('\n');
        message.push_str(&finding.primary.text);
    }
    for help in &finding.help {
        message.push_str("\nhelp: ");
        message.push_str(help);
    }
    let title = property(finding.code.name());
    format!("::{name} {place}title={title}::{}", data(&message))
}

/// Text after `::`, escaped as the runner reads it.
fn data(text: &str) -> String {
    text.replace('%', "%25")
        .replace('\r', "%0D")
        .replace('\n', "%0A")
}

/// The value of a property, escaped as the runner reads it.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}
