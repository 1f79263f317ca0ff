//! Evidence in a folder.

use std::io::Read;
use std::path::{Path, PathBuf};

use crate::evidence::{EvidenceStore, Found, MAX_BYTES};

/// Evidence in a folder. Links that lead out of it are not followed.
pub struct Disk {
    /// The folder.
    pub root: PathBuf,
}

impl EvidenceStore for Disk {
    fn name(&self) -> String {
        self.root.display().to_string()
    }

    fn read(&self, path: &str) -> Found {
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
        read_limited(&place).unwrap_or_else(unreadable)
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

fn read_limited(place: &Path) -> std::io::Result<Found> {
    if !std::fs::metadata(place)?.is_file() {
        return Ok(Found::Unreadable("is no file".to_string()));
    }
    // One byte more than is read shows that there is more.
    let mut bytes = Vec::new();
    std::fs::File::open(place)?
        .take(MAX_BYTES + 1)
        .read_to_end(&mut bytes)?;
    Ok(Found::Bytes(bytes))
}
