//! Source files, spans and positions.
//!
//! Takes text, gives [`Span`]s that name a file and a byte range, and lines and columns for
//! people. It knows nothing of the language and does no I/O: files come through a [`World`].

mod line_index;
mod world;

pub use line_index::{LineColumn, LineIndex};
pub use world::{MemoryWorld, World};

use std::sync::Arc;

/// A file in a [`SourceMap`]; small and copyable.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct FileId(pub u32);

/// A byte range of one file, `start..end`, with `start <= end`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Span {
    /// The file.
    pub file: FileId,
    /// First byte.
    pub start: u32,
    /// One past the last byte.
    pub end: u32,
}

impl Span {
    /// The range `start..end` of `file`.
    pub fn new(file: FileId, start: usize, end: usize) -> Self {
        Self {
            file,
            start: start as u32,
            end: end.max(start) as u32,
        }
    }

    /// The smallest span that holds both; `other` is ignored when it is of another file.
    pub fn to(self, other: Span) -> Span {
        if self.file != other.file {
            return self;
        }
        Span {
            file: self.file,
            start: self.start.min(other.start),
            end: self.end.max(other.end),
        }
    }

    /// The empty span at this span's end: where a missing thing should stand.
    pub fn after(self) -> Span {
        Span {
            start: self.end,
            ..self
        }
    }

    /// As a range of bytes.
    pub fn range(self) -> std::ops::Range<usize> {
        self.start as usize..self.end as usize
    }

    /// Length in bytes.
    pub fn len(self) -> usize {
        (self.end - self.start) as usize
    }

    /// Whether it holds no byte.
    pub fn is_empty(self) -> bool {
        self.start == self.end
    }
}

/// One file: where it was found and what it says.
#[derive(Clone, Debug)]
pub struct SourceFile {
    /// Path as shown to people, relative to the project root, with `/`; `std/python.gate` for the
    /// standard library.
    pub path: String,
    /// The text, exactly as read.
    pub text: Arc<str>,
    /// Whether it is part of the embedded standard library.
    pub library: bool,
    /// Of a copy: the file that it is of, and where its text is used.
    pub copy: Option<(FileId, Span)>,
    lines: LineIndex,
}

impl SourceFile {
    /// Whether it is a file of the project, and no second look at one.
    pub fn is_own(&self) -> bool {
        !self.library && self.copy.is_none()
    }

    /// Where lines begin.
    pub fn lines(&self) -> &LineIndex {
        &self.lines
    }
}

/// All files of one compilation, by [`FileId`].
#[derive(Clone, Debug, Default)]
pub struct SourceMap {
    files: Vec<SourceFile>,
}

impl SourceMap {
    /// An empty map.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a file of the project and gives its id.
    pub fn add(&mut self, path: impl Into<String>, text: impl Into<Arc<str>>) -> FileId {
        self.push(path.into(), text.into(), false, None)
    }

    /// Adds a file of the embedded library and gives its id.
    pub fn add_library(&mut self, path: impl Into<String>, text: impl Into<Arc<str>>) -> FileId {
        self.push(path.into(), text.into(), true, None)
    }

    /// Adds a second look at a file, as its text is used at a place: what is said of one use is told
    /// apart from what is said of another. None if there is no such file.
    pub fn copy(&mut self, of: FileId, used: Span) -> Option<FileId> {
        let file = self.get(of)?;
        let (path, text, library) = (file.path.clone(), Arc::clone(&file.text), file.library);
        Some(self.push(path, text, library, Some((of, used))))
    }

    fn push(
        &mut self,
        path: String,
        text: Arc<str>,
        library: bool,
        copy: Option<(FileId, Span)>,
    ) -> FileId {
        let id = FileId(self.files.len() as u32);
        let lines = LineIndex::new(&text);
        self.files.push(SourceFile {
            path,
            text,
            library,
            copy,
            lines,
        });
        id
    }

    /// The file of an id, if it is of this map.
    pub fn get(&self, id: FileId) -> Option<&SourceFile> {
        self.files.get(id.0 as usize)
    }

    /// The text under a span; empty when the span is not of this map.
    pub fn slice(&self, span: Span) -> &str {
        self.get(span.file)
            .and_then(|f| f.text.get(span.range()))
            .unwrap_or_default()
    }

    /// `path:line:column` (1-based) of a span's start.
    pub fn place(&self, span: Span) -> String {
        match self.get(span.file) {
            Some(file) => {
                let at = file.lines.line_column(&file.text, span.start as usize);
                format!("{}:{}:{}", file.path, at.line, at.column)
            }
            None => "?".to_string(),
        }
    }

    /// `path:line` (1-based) of a span's start; of what a copy holds, that of its use.
    pub fn place_line(&self, span: Span) -> String {
        let span = match self.get(span.file).and_then(|f| f.copy) {
            Some((_, used)) => used,
            None => span,
        };
        match self.get(span.file) {
            Some(file) => {
                let at = file.lines.line_column(&file.text, span.start as usize);
                format!("{}:{}", file.path, at.line)
            }
            None => "?".to_string(),
        }
    }

    /// Ids and files in the order they were added.
    pub fn iter(&self) -> impl Iterator<Item = (FileId, &SourceFile)> {
        self.files
            .iter()
            .enumerate()
            .map(|(i, f)| (FileId(i as u32), f))
    }

    /// The id of a path, if it was added.
    pub fn find(&self, path: &str) -> Option<FileId> {
        self.iter().find(|(_, f)| f.path == path).map(|(id, _)| id)
    }
}
