//! Lists that must agree; each failure prints the line to add.

#![allow(clippy::disallowed_methods, missing_docs)]

#[path = "lists/layers.rs"]
mod layers;
#[path = "lists/registered.rs"]
mod registered;
#[path = "lists/words.rs"]
mod words;

use std::fs;
use std::path::{Path, PathBuf};

/// A file of the repository: its path from the root with `/`, and its text.
struct File {
    path: String,
    text: String,
}

impl File {
    /// `b` of `a/b.rs`.
    fn stem(&self) -> &str {
        let name = self.path.rsplit('/').next().unwrap_or_default();
        name.split('.').next().unwrap_or_default()
    }

    /// Whether it only holds tests.
    fn is_test(&self) -> bool {
        let mut parts = self.path.split('/');
        parts.any(|p| p == "tests" || p.ends_with("tests.rs") || p == "testing.rs")
    }

    /// The text without tests, which stand last.
    fn code(&self) -> &str {
        let end = self.text.find("\n#[cfg(test)]\nmod tests {");
        end.and_then(|end| self.text.get(..end))
            .unwrap_or(&self.text)
    }
}

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// Files below a folder that end so, sorted.
fn files(folder: &str, end: &str) -> Vec<File> {
    let mut found: Vec<File> = walkdir::WalkDir::new(root().join(folder))
        .into_iter()
        .filter_map(Result::ok)
        .filter(|e| e.file_type().is_file() && e.path().to_string_lossy().ends_with(end))
        .map(|e| File {
            path: relative(e.path()),
            text: fs::read_to_string(e.path()).unwrap(),
        })
        .collect();
    assert!(!found.is_empty(), "no `*{end}` below `{folder}`");
    found.sort_by(|a, b| a.path.cmp(&b.path));
    found
}

fn relative(path: &Path) -> String {
    let parts = path.strip_prefix(root()).unwrap().components();
    let parts: Vec<_> = parts.map(|c| c.as_os_str().to_string_lossy()).collect();
    parts.join("/")
}

/// Fails with every line, if there is any.
fn none_of(wrong: Vec<String>) {
    assert!(wrong.is_empty(), "\n{}\n", wrong.join("\n"));
}
