//! Findings with their source, for people.
//!
//! The only file that names miette. A [`Diagnostic`] is lent to it as one report for the file of
//! the primary place and one at advice level for each other file, because a report has one source.

use std::fmt;
use std::io::{self, Write};

use miette::{GraphicalReportHandler, GraphicalTheme, LabeledSpan, SourceCode};

use super::Look;
use super::clean::clean;
use super::place::region;
use crate::diagnostics::{Diagnostic, Label, Severity};
use crate::source::{FileId, SourceMap};

mod window;

use window::{Texts, Window};

pub(super) fn render(
    sources: &SourceMap,
    findings: &[Diagnostic],
    look: Look,
    out: &mut dyn Write,
) -> io::Result<()> {
    let handler = handler(look);
    let texts = Texts::new(sources);
    for finding in findings {
        for (index, report) in reports(sources, &texts, finding).iter().enumerate() {
            let mut text = String::from(if index == 0 { "" } else { "\n" });
            handler
                .render_report(&mut text, report)
                .map_err(io::Error::other)?;
            out.write_all(trim_line_ends(&text).as_bytes())?;
        }
        writeln!(out)?;
    }
    Ok(())
}

fn handler(look: Look) -> GraphicalReportHandler {
    let theme = match (look.unicode, look.color) {
        (true, true) => GraphicalTheme::unicode(),
        (true, false) => GraphicalTheme::unicode_nocolor(),
        (false, true) => GraphicalTheme {
            characters: miette::ThemeCharacters::ascii(),
            styles: miette::ThemeStyles::ansi(),
        },
        (false, false) => GraphicalTheme::none(),
    };
    GraphicalReportHandler::new_themed(theme)
        .with_width(look.width)
        .with_links(false)
        .without_syntax_highlighting()
        .with_break_words(false)
}

/// miette leaves blanks at the end of empty lines of a picture.
fn trim_line_ends(text: &str) -> String {
    let mut trimmed = String::with_capacity(text.len());
    for line in text.lines() {
        trimmed.push_str(line.trim_end());
        trimmed.push('\n');
    }
    trimmed
}

/// The finding as reports of one source each: first its own file, then the others in the order
/// they are named.
fn reports<'a>(
    sources: &'a SourceMap,
    texts: &'a Texts<'a>,
    finding: &Diagnostic,
) -> Vec<Report<'a>> {
    let file = finding.primary.span.file;
    let here = finding.secondary.iter().filter(|l| l.span.file == file);
    let labels = std::iter::once(&finding.primary).chain(here);
    let mut reports = vec![Report {
        code: Some(format!(
            "{}[{}]",
            finding.severity.word(),
            finding.code.name()
        )),
        severity: finding.severity,
        message: clean(&finding.message).into_owned(),
        help: help(finding),
        window: Window::new(sources, texts, file),
        labels: labels
            .map(|label| labelled(sources, label, std::ptr::eq(label, &finding.primary)))
            .collect(),
    }];
    for other in other_files(finding, file) {
        let labels: Vec<&Label> = finding
            .secondary
            .iter()
            .filter(|l| l.span.file == other)
            .collect();
        reports.push(elsewhere(sources, texts, other, &labels));
    }
    reports
}

fn other_files(finding: &Diagnostic, file: FileId) -> Vec<FileId> {
    let mut others = Vec::new();
    for label in &finding.secondary {
        if label.span.file != file && !others.contains(&label.span.file) {
            others.push(label.span.file);
        }
    }
    others
}

/// Labels of another file: a report without code and help, headed by the first label's text.
fn elsewhere<'a>(
    sources: &'a SourceMap,
    texts: &'a Texts<'a>,
    file: FileId,
    labels: &[&Label],
) -> Report<'a> {
    let heading = labels.first().map(|l| l.text.as_str()).unwrap_or_default();
    let place = labels
        .first()
        .and_then(|l| region(sources, l.span))
        .map(|at| format!(" ({})", at.path))
        .unwrap_or_default();
    Report {
        code: None,
        severity: Severity::Note,
        message: format!("{}{place}", clean(heading)),
        help: None,
        window: Window::new(sources, texts, file),
        labels: labels.iter().map(|l| labelled(sources, l, false)).collect(),
    }
}

fn help(finding: &Diagnostic) -> Option<String> {
    let mut lines: Vec<String> = finding.help.iter().map(|h| clean(h).into_owned()).collect();
    if let Some(fix) = &finding.fix
        && lines.is_empty()
    {
        lines.push(clean(&fix.title).into_owned());
    }
    (!lines.is_empty()).then(|| lines.join("\n"))
}

/// miette heads a picture with its primary label.
fn labelled(sources: &SourceMap, label: &Label, primary: bool) -> LabeledSpan {
    let (start, end) = window::drawable(sources, label.span);
    let text = (!label.text.is_empty()).then(|| clean(&label.text).into_owned());
    let (at, length) = (start, end.saturating_sub(start));
    match primary {
        true => LabeledSpan::new_primary_with_span(text, (at, length)),
        false => LabeledSpan::new(text, at, length),
    }
}

/// What miette is shown of a finding.
struct Report<'a> {
    code: Option<String>,
    severity: Severity,
    message: String,
    help: Option<String>,
    window: Option<Window<'a>>,
    labels: Vec<LabeledSpan>,
}

impl fmt::Display for Report<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl fmt::Debug for Report<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Report<'_> {}

impl miette::Diagnostic for Report<'_> {
    fn code<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        let code = self.code.as_ref()?;
        Some(Box::new(code))
    }

    fn severity(&self) -> Option<miette::Severity> {
        Some(match self.severity {
            Severity::Error => miette::Severity::Error,
            Severity::Warning => miette::Severity::Warning,
            Severity::Note => miette::Severity::Advice,
        })
    }

    fn help<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        let help = self.help.as_ref()?;
        Some(Box::new(help))
    }

    fn source_code(&self) -> Option<&dyn SourceCode> {
        let window = self.window.as_ref()?;
        Some(window)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        self.window.as_ref()?;
        Some(Box::new(self.labels.iter().cloned()))
    }
}
