//! One line per finding, as compilers have always done and editors can read.

use std::io::{self, Write};

use super::clean::clean;
use super::place::region;
use crate::diagnostics::Diagnostic;
use crate::source::SourceMap;

pub(super) fn render(
    sources: &SourceMap,
    findings: &[Diagnostic],
    out: &mut dyn Write,
) -> io::Result<()> {
    findings
        .iter()
        .try_for_each(|finding| writeln!(out, "{}", line(sources, finding)))
}

/// `path:line:column: error[code]: message`
pub(super) fn line(sources: &SourceMap, finding: &Diagnostic) -> String {
    let place = match region(sources, finding.primary.span) {
        Some(at) => format!("{}:{}:{}: ", at.path, at.start.line, at.start.column),
        None => String::new(),
    };
    let (severity, code) = (finding.severity.word(), finding.code.name());
    let message = format!("{place}{severity}[{code}]: {}", finding.message);
    clean(&message).replace(['\n', '\r'], " ")
}
