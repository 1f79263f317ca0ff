//! What a write in progress leaves for the next one, should it be killed.
//!
//! A write stages every new text beside its place, then says in the journal that all are there,
//! then renames. Killed before that word, the next build throws the staged files away: nothing
//! has changed. Killed after it, the next build finishes the renames.

use std::fs::{self, File};
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::{Tried, Trouble, resolve};
use crate::lock::{FILE_NAME, digest};

/// The journal's name, in the root.
const JOURNAL: &str = ".gatec-journal";

/// How far a write came.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Phase {
    /// Some texts may be staged; no file is replaced.
    Stage,
    /// All texts are staged; some files may be replaced.
    Replace,
}

/// One file of a write.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Entry {
    /// Path relative to the root.
    pub path: String,
    /// SHA-256 of what stood there; none when nothing did.
    pub old: Option<String>,
    /// SHA-256 of the staged text; none when the file is removed.
    pub new: Option<String>,
}

/// A write, as the next one must know it.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Journal {
    pub phase: Phase,
    pub entries: Vec<Entry>,
}

impl Journal {
    /// Puts the journal in its place, whole or not at all. A kill takes nothing back that was
    /// written; only what the renames rely on must outlive a power cut, too.
    pub fn save(&self, root: &Path) -> Result<(), Trouble> {
        let place = root.join(JOURNAL);
        let staged = staged(&place);
        let lasting = self.phase == Phase::Replace;
        let text = serde_json::to_vec_pretty(self).map_err(std::io::Error::other);
        text.and_then(|text| create(&staged, &text))
            .and_then(|file| if lasting { file.sync_all() } else { Ok(()) })
            .and_then(|()| fs::rename(&staged, &place))
            .tried("write in", root)?;
        if lasting {
            sync_folder(root);
        }
        Ok(())
    }

    /// Takes the journal away: the write is done, or undone.
    pub fn remove(root: &Path) -> Result<(), Trouble> {
        let place = root.join(JOURNAL);
        // A half-written journal of a kill, or of a full disk.
        remove_if_there(&staged(&place)).tried("remove", &staged(&place))?;
        remove_if_there(&place).tried("remove", &place)
    }

    fn load(root: &Path) -> Result<Option<Self>, Trouble> {
        let place = root.join(JOURNAL);
        let bytes = match fs::read(&place) {
            Ok(bytes) => bytes,
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(error).tried("read", &place),
        };
        let journal = serde_json::from_slice(&bytes).map_err(std::io::Error::other);
        journal.map(Some).tried("read", &place).map_err(|trouble| {
            trouble.note("it is what an interrupted build left; if you know it isn't, delete it")
        })
    }
}

/// Whether a build was interrupted here and not finished yet.
pub fn pending(root: &Path) -> bool {
    root.join(JOURNAL).exists()
}

/// Keeps other builds out of a root, and stands for a root whose last write is complete.
#[derive(Debug)]
pub struct Guard {
    _folder: Option<File>,
    recovered: usize,
}

impl Guard {
    /// Waits for other builds of the root, then finishes or undoes an interrupted one.
    pub fn take(root: &Path) -> Result<Self, Trouble> {
        // Where a system can't lock folders, builds are trusted to come one by one.
        let folder = File::open(root).ok();
        if let Some(folder) = &folder {
            folder.lock().ok();
        }
        let recovered = match Journal::load(root)? {
            None => 0,
            Some(journal) => recover(root, &journal)?,
        };
        Ok(Self {
            _folder: folder,
            recovered,
        })
    }

    /// How many files an interrupted build had left to do.
    pub fn recovered(&self) -> usize {
        self.recovered
    }
}

fn recover(root: &Path, journal: &Journal) -> Result<usize, Trouble> {
    let mut done = 0;
    for entry in &journal.entries {
        // A journal is text that anyone may have written: its paths are checked like all others.
        let Some(place) = place(root, &entry.path) else {
            continue;
        };
        let finished = match journal.phase {
            Phase::Stage => remove_if_there(&staged(&place)).map(|()| false),
            Phase::Replace => finish(&place, entry),
        };
        done += usize::from(finished.tried("finish the interrupted write of", &place)?);
    }
    Journal::remove(root)?;
    Ok(done)
}

/// Brings one file to its new state, unless someone changed it since.
fn finish(place: &Path, entry: &Entry) -> std::io::Result<bool> {
    let now = match fs::read(place) {
        Ok(bytes) => Some(digest(&bytes)),
        Err(error) if error.kind() == ErrorKind::NotFound => None,
        Err(error) => return Err(error),
    };
    let staged = staged(place);
    let Some(new) = &entry.new else {
        let ours = now.is_some() && now == entry.old;
        return if ours {
            fs::remove_file(place).map(|()| true)
        } else {
            Ok(false)
        };
    };
    let whole = fs::read(&staged).is_ok_and(|bytes| digest(&bytes) == *new);
    if whole && now == entry.old {
        fs::rename(&staged, place).map(|()| true)
    } else {
        remove_if_there(&staged).map(|()| false)
    }
}

/// Where a file of a write is; the lock, too, is one.
pub(super) fn place(root: &Path, path: &str) -> Option<PathBuf> {
    match path {
        FILE_NAME => Some(root.join(FILE_NAME)),
        _ => resolve(root, path).ok(),
    }
}

/// Where the new text of a file waits: beside it, so that a rename is one step.
pub(super) fn staged(place: &Path) -> PathBuf {
    let name = place.file_name().unwrap_or_default().to_string_lossy();
    place.with_file_name(format!(".{name}.gatec-new"))
}

/// Writes a file that must not be there, to the disk itself.
pub(super) fn write_new(place: &Path, content: &[u8], like: Option<&Path>) -> std::io::Result<()> {
    let file = create(place, content)?;
    if let Some(meta) = like.and_then(|l| fs::metadata(l).ok()) {
        file.set_permissions(meta.permissions())?;
    }
    file.sync_all()
}

/// Writes a file that must not be there.
fn create(place: &Path, content: &[u8]) -> std::io::Result<File> {
    // Never through a link that someone put here.
    remove_if_there(place)?;
    let mut file = File::create_new(place)?;
    file.write_all(content)?;
    Ok(file)
}

pub(super) fn remove_if_there(place: &Path) -> std::io::Result<()> {
    match fs::remove_file(place) {
        Err(error) if error.kind() != ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

/// Makes renames in a folder durable, where the system can.
pub(super) fn sync_folder(folder: &Path) {
    if let Ok(folder) = File::open(folder) {
        folder.sync_all().ok();
    }
}
