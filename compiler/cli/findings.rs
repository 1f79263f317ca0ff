//! The findings of one run of the command: of several compilations, of the disk and of the lock,
//! with paths as seen from where the command was run.

use crate::diagnostics::{Diagnostic, Diagnostics, Severity};
use crate::source::{FileId, SourceMap, Span};

/// Findings and the files they are of.
#[derive(Debug, Default)]
pub struct Findings {
    sources: SourceMap,
    list: Diagnostics,
}

impl Findings {
    /// Takes over the findings of a compilation whose root is `prefix` from here.
    pub fn absorb(&mut self, prefix: &str, sources: &SourceMap, diagnostics: Diagnostics) {
        if diagnostics.is_empty() {
            return;
        }
        let offset = self.sources.iter().count() as u32;
        for (_, file) in sources.iter() {
            match file.library {
                true => self
                    .sources
                    .add_library(file.path.clone(), file.text.clone()),
                false => self
                    .sources
                    .add(format!("{prefix}{}", file.path), file.text.clone()),
            };
        }
        for diagnostic in diagnostics.iter() {
            self.list.push(moved(diagnostic.clone(), offset));
        }
    }

    /// The place of a whole file that isn't source, for a finding that shows no text.
    pub fn file(&mut self, path: &str) -> Span {
        self.text(path, String::new())
    }

    /// The beginning of a file with its text.
    pub fn text(&mut self, path: &str, text: String) -> Span {
        Span::new(self.sources.add(path, text), 0, 0)
    }

    /// Adds a finding with places of this run.
    pub fn push(&mut self, diagnostic: Diagnostic) {
        self.list.push(diagnostic);
    }

    /// Whether the run has failed.
    pub fn fail(&self, deny_warnings: bool) -> bool {
        self.list.has_errors() || (deny_warnings && self.list.count(Severity::Warning) > 0)
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    /// The files and the findings in order.
    pub fn sorted(self) -> (SourceMap, Vec<Diagnostic>) {
        (self.sources, self.list.sorted())
    }
}

fn moved(mut diagnostic: Diagnostic, offset: u32) -> Diagnostic {
    let shift = |span: &mut Span| span.file = FileId(span.file.0.saturating_add(offset));
    shift(&mut diagnostic.primary.span);
    for label in &mut diagnostic.secondary {
        shift(&mut label.span);
    }
    for (span, _) in diagnostic.fix.iter_mut().flat_map(|fix| &mut fix.edits) {
        shift(span);
    }
    diagnostic
}
