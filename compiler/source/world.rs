//! Where files come from: the disk in the CLI, memory in tests and editors.

use std::collections::BTreeMap;

/// Gives the text of project files by path relative to the project root.
pub trait World {
    /// The text of a file, or why it can't be had, in words for people.
    fn read(&self, path: &str) -> Result<String, String>;
    /// Whether a file (not a folder) exists.
    fn exists(&self, path: &str) -> bool;
}

/// Files held in memory.
#[derive(Clone, Debug, Default)]
pub struct MemoryWorld {
    files: BTreeMap<String, String>,
}

impl MemoryWorld {
    /// A world of the given files.
    pub fn new<'a>(files: impl IntoIterator<Item = (&'a str, &'a str)>) -> Self {
        let files = files
            .into_iter()
            .map(|(p, t)| (p.to_string(), t.to_string()))
            .collect();
        Self { files }
    }
}

impl World for MemoryWorld {
    fn read(&self, path: &str) -> Result<String, String> {
        self.files
            .get(path)
            .cloned()
            .ok_or_else(|| "no such file".to_string())
    }

    fn exists(&self, path: &str) -> bool {
        self.files.contains_key(path)
    }
}
