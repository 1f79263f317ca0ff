//! What the compiler says: data first, pictures later.
//!
//! One [`Diagnostic`] serves the terminal, JSON, SARIF, GitHub annotations and editors. This
//! module is below everything but `source` and knows nobody else.

mod codes;
pub mod render;
mod suggest;

pub use codes::Code;
pub use suggest::nearest;

use crate::source::Span;

/// How bad it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// Something to know; never fails a run.
    Note,
    /// Something to mend; fails a run only with `--deny-warnings`.
    Warning,
    /// Nothing is written.
    Error,
}

impl Severity {
    /// `error`, `warning` or `note`.
    pub fn word(self) -> &'static str {
        match self {
            Severity::Note => "note",
            Severity::Warning => "warning",
            Severity::Error => "error",
        }
    }
}

/// A place and what is to be said of it.
#[derive(Clone, Debug, PartialEq)]
pub struct Label {
    /// Where.
    pub span: Span,
    /// What this place is.
    pub text: String,
}

/// A change that is certain to be right, as replacements that don't overlap.
#[derive(Clone, Debug, PartialEq)]
pub struct Fix {
    /// What the change does, as a command: "replace with `stage`".
    pub title: String,
    /// Spans and their new texts.
    pub edits: Vec<(Span, String)>,
}

/// One finding.
#[derive(Clone, Debug, PartialEq)]
pub struct Diagnostic {
    /// Which finding.
    pub code: Code,
    /// How bad; the code's own severity unless a program changed it.
    pub severity: Severity,
    /// What is wrong, in the user's words, without a final period.
    pub message: String,
    /// The place that decides.
    pub primary: Label,
    /// Other places that matter ("declared here").
    pub secondary: Vec<Label>,
    /// What to do.
    pub help: Vec<String>,
    /// The change that mends it, where certain.
    pub fix: Option<Fix>,
}

impl Diagnostic {
    /// A finding at a place.
    pub fn new(code: Code, span: Span, message: impl Into<String>) -> Self {
        Self {
            code,
            severity: code.severity(),
            message: message.into(),
            primary: Label {
                span,
                text: String::new(),
            },
            secondary: Vec::new(),
            help: Vec::new(),
            fix: None,
        }
    }

    /// Says what the primary place is.
    pub fn label(mut self, text: impl Into<String>) -> Self {
        self.primary.text = text.into();
        self
    }

    /// Adds a second place.
    pub fn also(mut self, span: Span, text: impl Into<String>) -> Self {
        self.secondary.push(Label {
            span,
            text: text.into(),
        });
        self
    }

    /// Adds a help that can be followed.
    pub fn help(mut self, text: impl Into<String>) -> Self {
        self.help.push(text.into());
        self
    }

    /// Adds a help when there is one.
    pub fn help_some(self, text: Option<String>) -> Self {
        match text {
            Some(text) => self.help(text),
            None => self,
        }
    }

    /// Adds the fix "replace this span".
    pub fn replace(mut self, span: Span, with: impl Into<String>) -> Self {
        let with = with.into();
        self.fix = Some(Fix {
            title: format!("replace with `{with}`"),
            edits: vec![(span, with)],
        });
        self
    }

    /// Adds a fix with several edits.
    pub fn fix(mut self, title: impl Into<String>, edits: Vec<(Span, String)>) -> Self {
        self.fix = Some(Fix {
            title: title.into(),
            edits,
        });
        self
    }
}

/// Findings of a run, gathered in any order and shown sorted.
#[derive(Clone, Debug, Default)]
pub struct Diagnostics {
    list: Vec<Diagnostic>,
}

impl IntoIterator for Diagnostics {
    type Item = Diagnostic;
    type IntoIter = std::vec::IntoIter<Diagnostic>;

    fn into_iter(self) -> Self::IntoIter {
        self.list.into_iter()
    }
}

impl Diagnostics {
    /// None yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds one.
    pub fn push(&mut self, diagnostic: Diagnostic) {
        self.list.push(diagnostic);
    }

    /// Adds all of another run.
    pub fn extend(&mut self, other: impl IntoIterator<Item = Diagnostic>) {
        self.list.extend(other);
    }

    /// Whether any is an error.
    pub fn has_errors(&self) -> bool {
        self.list.iter().any(|d| d.severity == Severity::Error)
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.list.len()
    }

    /// Forgets all but the first `len`, as [`len`](Self::len) was at an earlier moment.
    pub fn truncate(&mut self, len: usize) {
        self.list.truncate(len);
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    /// How many there are of a severity.
    pub fn count(&self, severity: Severity) -> usize {
        self.list.iter().filter(|d| d.severity == severity).count()
    }

    /// In the order of file, place and code, without repeats.
    pub fn sorted(mut self) -> Vec<Diagnostic> {
        self.list.sort_by(|a, b| {
            let key = |d: &Diagnostic| (d.primary.span, d.code.name());
            key(a).cmp(&key(b)).then_with(|| a.message.cmp(&b.message))
        });
        self.list.dedup();
        self.list
    }

    /// In the order they were found.
    pub fn iter(&self) -> impl Iterator<Item = &Diagnostic> {
        self.list.iter()
    }

    /// Keeps those for which the test holds.
    pub fn retain(&mut self, keep: impl FnMut(&Diagnostic) -> bool) {
        self.list.retain(keep);
    }
}
