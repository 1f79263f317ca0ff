//! The part of a file that is drawn: found by line index, cut where lines are too long to read.

use std::borrow::Cow;

use miette::{MietteError, MietteSpanContents, SourceCode, SourceSpan, SpanContents};

use super::clean;
use crate::source::{FileId, SourceFile, SourceMap, Span};

/// A longer label shows its first line only.
const MOST_LINES: usize = 8;
/// Longer lines are cut around the label.
const LONGEST_LINE: usize = 400;
/// Bytes kept on each side of a label in a cut line.
const MARGIN: usize = 60;

/// The texts of all files, harmless for a terminal.
pub(super) struct Texts<'a>(Vec<Cow<'a, str>>);

impl<'a> Texts<'a> {
    pub fn new(sources: &'a SourceMap) -> Self {
        Self(sources.iter().map(|(_, file)| clean(&file.text)).collect())
    }
}

/// A file as miette may look at it.
pub(super) struct Window<'a> {
    file: &'a SourceFile,
    text: &'a str,
}

impl<'a> Window<'a> {
    /// The file of an id; `None` for a file that is unknown or empty, of which nothing can be drawn.
    pub fn new(sources: &'a SourceMap, texts: &'a Texts, id: FileId) -> Option<Self> {
        let file = sources.get(id)?;
        let text = texts.0.get(id.0 as usize)?;
        (!text.is_empty()).then_some(Self { file, text })
    }

    /// The end of a line, without its line break.
    fn line_end(&self, line: usize) -> usize {
        let lines = self.file.lines();
        if line >= lines.line_count() {
            return self.text.len();
        }
        lines.line_start(line + 1).saturating_sub(1)
    }
}

/// The bytes of a span to draw: inside the text, on character boundaries, of few lines and on few
/// columns.
pub(super) fn drawable(sources: &SourceMap, span: Span) -> (usize, usize) {
    let Some(file) = sources.get(span.file) else {
        return (0, 0);
    };
    let text = &file.text;
    let start = floor(text, span.start as usize);
    let mut end = floor(text, span.end as usize).max(start);
    let lines = file.lines();
    if lines.line(end) >= lines.line(start) + MOST_LINES {
        let next = lines.line_start(lines.line(start) + 1);
        end = floor(text, next.saturating_sub(1)).max(start);
    }
    if end - start > LONGEST_LINE && lines.line(start) == lines.line(end) {
        end = floor(text, start + LONGEST_LINE);
    }
    (start, end)
}

/// The character boundary at or before an offset.
fn floor(text: &str, offset: usize) -> usize {
    let mut offset = offset.min(text.len());
    while !text.is_char_boundary(offset) {
        offset -= 1;
    }
    offset
}

impl SourceCode for Window<'_> {
    fn read_span<'a>(
        &'a self,
        span: &SourceSpan,
        before: usize,
        after: usize,
    ) -> Result<Box<dyn SpanContents<'a> + 'a>, MietteError> {
        let (start, end) = (span.offset(), span.offset() + span.len());
        let lines = self.file.lines();
        let (first, last) = (lines.line(start), lines.line(end));
        let top = first.saturating_sub(before).max(1);
        let bottom = (last + after).min(lines.line_count());
        let (mut from, mut to) = (lines.line_start(top), self.line_end(bottom));
        let mut line = top;
        if to.saturating_sub(from) > LONGEST_LINE * (bottom - top + 1) {
            // Only the label's own lines, and of these only what stands near the label.
            from = floor(self.text, start.saturating_sub(MARGIN)).max(lines.line_start(first));
            to = floor(self.text, end + MARGIN).min(self.line_end(last));
            line = first;
        }
        let data = self.text.as_bytes();
        let data = data
            .get(from..to.max(from))
            .ok_or(MietteError::OutOfBounds)?;
        // The place that heads the picture is asked for without context.
        let head = if before == 0 { start } else { from };
        let column = lines.line_column(self.text, head).column - 1;
        Ok(Box::new(MietteSpanContents::new_named(
            self.file.path.clone(),
            data,
            (from, data.len()).into(),
            line - 1,
            column,
            bottom - line + 1,
        )))
    }
}
