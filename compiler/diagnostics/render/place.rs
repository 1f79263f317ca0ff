//! A span as files, lines and columns.

use crate::source::{LineColumn, SourceMap, Span};

/// A span in the words of other tools.
pub(super) struct Region<'a> {
    pub path: &'a str,
    pub start: LineColumn,
    /// One past the last character.
    pub end: LineColumn,
}

/// The region of a span; `None` when the span is of no file of the map.
pub(super) fn region(sources: &SourceMap, span: Span) -> Option<Region<'_>> {
    let file = sources.get(span.file)?;
    let at = |offset: u32| file.lines().line_column(&file.text, offset as usize);
    Some(Region {
        path: &file.path,
        start: at(span.start),
        end: at(span.end),
    })
}
