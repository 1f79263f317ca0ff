//! Lines and columns of a text, from byte offsets.

/// A position for people: both numbers begin at 1, the column counts characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct LineColumn {
    /// Line, from 1.
    pub line: usize,
    /// Character in the line, from 1.
    pub column: usize,
}

/// The byte offsets at which lines begin.
#[derive(Clone, Debug, Default)]
pub struct LineIndex {
    starts: Vec<u32>,
}

impl LineIndex {
    /// Indexes a text.
    pub fn new(text: &str) -> Self {
        let newlines = text.bytes().enumerate().filter(|(_, b)| *b == b'\n');
        Self {
            starts: std::iter::once(0)
                .chain(newlines.map(|(i, _)| i as u32 + 1))
                .collect(),
        }
    }

    /// The line (from 1) that holds a byte.
    pub fn line(&self, offset: usize) -> usize {
        self.starts
            .partition_point(|s| *s as usize <= offset)
            .max(1)
    }

    /// Byte offset at which a line (from 1) begins.
    pub fn line_start(&self, line: usize) -> usize {
        self.starts
            .get(line.saturating_sub(1))
            .map_or(0, |s| *s as usize)
    }

    /// How many lines there are (at least one).
    pub fn line_count(&self) -> usize {
        self.starts.len()
    }

    /// Line and column of a byte offset in the indexed text.
    pub fn line_column(&self, text: &str, offset: usize) -> LineColumn {
        let line = self.line(offset);
        let start = self.line_start(line);
        let before = text.get(start..offset.min(text.len())).unwrap_or_default();
        LineColumn {
            line,
            column: before.chars().count() + 1,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_count_characters_not_bytes() {
        let text = "a\r\né = 😀x\n";
        let lines = LineIndex::new(text);
        let at = text.find('x').unwrap();
        assert_eq!(
            lines.line_column(text, at),
            LineColumn { line: 2, column: 6 }
        );
        assert_eq!(
            lines.line_column(text, 0),
            LineColumn { line: 1, column: 1 }
        );
        assert_eq!(lines.line_count(), 3);
    }
}
