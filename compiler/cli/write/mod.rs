//! The writer: all outputs or none, and only files that are gatec's own.
//!
//! Takes outputs and the lock, compares them with the disk ([`inspect`]) and makes the disk agree
//! ([`commit`]). It must not know what the files say. How a write survives a kill at any point is
//! told in [`journal`] and [`commit`].

mod commit;
mod inspect;
mod journal;
mod path;
mod report;

pub use commit::{Changes, commit};
pub use inspect::{Inspected, Inspection, Orphan, Scope, State, inspect};
pub use journal::{Guard, pending};
pub use path::{Refusal, resolve};

use std::fmt;
use std::io;
use std::path::Path;

/// What went wrong outside the program: the system said no.
#[derive(Debug)]
pub struct Trouble {
    /// What was tried, after "can't": "write `a.yml`".
    pub doing: String,
    /// What the system said.
    pub error: io::Error,
    /// What holds now, and what to do.
    pub note: Option<String>,
}

impl Trouble {
    /// A failed attempt at a path.
    pub fn new(verb: &str, path: &Path, error: io::Error) -> Self {
        Self {
            doing: format!("{verb} `{}`", path.display()),
            error,
            note: None,
        }
    }

    /// Says what holds now.
    pub fn note(mut self, note: impl Into<String>) -> Self {
        self.note = Some(note.into());
        self
    }
}

impl fmt::Display for Trouble {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "can't {}: {}", self.doing, self.error)?;
        match &self.note {
            Some(note) => write!(f, "\n{note}"),
            None => Ok(()),
        }
    }
}

/// Attaches what was tried to an I/O result.
pub(super) trait Tried<T> {
    /// `verb` as in "can't VERB `path`".
    fn tried(self, verb: &str, path: &Path) -> Result<T, Trouble>;
}

impl<T> Tried<T> for io::Result<T> {
    fn tried(self, verb: &str, path: &Path) -> Result<T, Trouble> {
        self.map_err(|error| Trouble::new(verb, path, error))
    }
}

/// Replaces one file that is the user's own: all of the new text or the old one stands there.
pub fn replace(place: &Path, content: &[u8]) -> Result<(), Trouble> {
    let staged = journal::staged(place);
    let written = journal::write_new(&staged, content, Some(place));
    let done = written.and_then(|()| std::fs::rename(&staged, place));
    done.tried("write", place).map_err(|trouble| {
        journal::remove_if_there(&staged).ok();
        trouble.note("nothing was changed")
    })
}
