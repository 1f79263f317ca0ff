//! Where evidence lies: folders `STAGE/CELL/PATH`. The disk in the CLI, memory in tests.

use std::collections::{BTreeMap, BTreeSet};
use std::io::BufRead;

/// The folder of a stage without cells.
pub const ONLY_CELL: &str = "_";

/// What was found at a path.
pub enum Found<'a> {
    /// A file, from its beginning.
    File(Box<dyn BufRead + 'a>),
    /// Nothing.
    Missing,
    /// A file that can't be read: the end of a sentence that begins with the report.
    Unreadable(String),
}

/// Gives evidence by path below one folder.
pub trait EvidenceStore {
    /// The folder's name for people.
    fn name(&self) -> String;
    /// The file at a path that [`safe_path`] holds for safe.
    fn read(&self, path: &str) -> Found<'_>;
    /// Names of the folders in a stage's folder, sorted.
    fn cells(&self, stage: &str) -> Vec<String>;
}

/// Whether a path stays below the folder it is put in.
pub fn safe_path(path: &str) -> bool {
    let plain = |part: &str| !part.is_empty() && part != "." && part != "..";
    let forbidden = |c: char| c == '\\' || c == ':' || c.is_control();
    !path.contains(forbidden) && path.split('/').all(plain)
}

/// Evidence held in memory.
#[derive(Clone, Debug, Default)]
pub struct MemoryStore {
    files: BTreeMap<String, Vec<u8>>,
}

impl MemoryStore {
    /// Adds a file.
    pub fn with(mut self, path: &str, bytes: impl Into<Vec<u8>>) -> Self {
        self.files.insert(path.to_string(), bytes.into());
        self
    }
}

impl EvidenceStore for MemoryStore {
    fn name(&self) -> String {
        "evidence".to_string()
    }

    fn read(&self, path: &str) -> Found<'_> {
        self.files
            .get(path)
            .map_or(Found::Missing, |bytes| Found::File(Box::new(&bytes[..])))
    }

    fn cells(&self, stage: &str) -> Vec<String> {
        let cell = |path: &String| {
            let (cell, _) = path
                .strip_prefix(stage)?
                .strip_prefix('/')?
                .split_once('/')?;
            Some(cell.to_string())
        };
        self.files
            .keys()
            .filter_map(cell)
            .collect::<BTreeSet<_>>()
            .into_iter()
            .collect()
    }
}
