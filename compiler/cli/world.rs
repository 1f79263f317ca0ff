//! The disk as the compiler's world.

use std::collections::BTreeMap;
use std::path::{Component, Path, PathBuf};

use crate::source::World;

/// Files below a root, some of them already read.
#[derive(Clone, Debug)]
pub struct DiskWorld {
    root: PathBuf,
    texts: BTreeMap<String, String>,
}

impl DiskWorld {
    /// The files below a root; `texts` are those that were read before.
    pub fn new(root: PathBuf, texts: BTreeMap<String, String>) -> Self {
        Self { root, texts }
    }

    fn place(&self, path: &str) -> Option<PathBuf> {
        let normal = |c: Component| matches!(c, Component::Normal(_));
        Path::new(path)
            .components()
            .all(normal)
            .then(|| self.root.join(path))
    }
}

impl World for DiskWorld {
    fn read(&self, path: &str) -> Result<String, String> {
        if let Some(text) = self.texts.get(path) {
            return Ok(text.clone());
        }
        let outside = || "the path leads out of the project".to_string();
        let place = self.place(path).ok_or_else(outside)?;
        std::fs::read_to_string(place).map_err(|error| error.to_string())
    }

    fn exists(&self, path: &str) -> bool {
        let on_disk = || self.place(path).is_some_and(|place| place.is_file());
        self.texts.contains_key(path) || on_disk()
    }
}
