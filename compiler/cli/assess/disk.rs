//! Evidence in a folder.

use std::io::BufReader;
use std::path::{Path, PathBuf};

use crate::evidence::{EvidenceStore, Found};

/// Evidence in a folder. Links that lead out of it are not followed.
pub struct Disk {
    /// The folder.
    pub root: PathBuf,
}

impl EvidenceStore for Disk {
    fn name(&self) -> String {
        self.root.display().to_string()
    }

    fn read(&self, path: &str) -> Found<'_> {
        let unreadable = |error: std::io::Error| match error.kind() {
            std::io::ErrorKind::NotFound | std::io::ErrorKind::NotADirectory => Found::Missing,
            _ => Found::Unreadable(format!("can't be read: {error}")),
        };
        let place = self.root.join(path);
        let (root, place) = match (self.root.canonicalize(), place.canonicalize()) {
            (Ok(root), Ok(place)) => (root, place),
            (Err(error), _) | (_, Err(error)) => return unreadable(error),
        };
        if !place.starts_with(&root) {
            return Found::Unreadable("leads out of the evidence folder; refused".to_string());
        }
        open(&place).unwrap_or_else(unreadable)
    }

    fn cells(&self, stage: &str) -> Vec<String> {
        let Ok(entries) = std::fs::read_dir(self.root.join(stage)) else {
            return Vec::new();
        };
        let folders = entries.flatten().filter(|entry| entry.path().is_dir());
        let mut names: Vec<_> = folders
            .map(|entry| entry.file_name().to_string_lossy().into_owned())
            .collect();
        names.sort();
        names
    }
}

fn open(place: &Path) -> std::io::Result<Found<'static>> {
    /// Fewer, larger reads, in bytes.
    const AT_ONCE: usize = 256 * 1024;
    if !std::fs::metadata(place)?.is_file() {
        return Ok(Found::Unreadable("is no file".to_string()));
    }
    let file = std::fs::File::open(place)?;
    Ok(Found::File(Box::new(BufReader::with_capacity(
        AT_ONCE, file,
    ))))
}
