//! What stands on disk, compared with what should.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use super::{Refusal, Tried, Trouble, resolve};
use crate::lock::{Lock, digest};
use crate::targets::OutputFile;

/// Whether the outputs are all that the root has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    /// All: what the lock has beyond them is an orphan.
    Whole,
    /// Some targets or one file: the rest is left alone.
    Part,
}

/// What stands where an output should.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum State {
    /// Nothing.
    Missing,
    /// The same text.
    Current,
    /// What an earlier build wrote.
    Stale,
    /// What an earlier build wrote, changed since.
    HandEdited,
    /// Something that gatec did not write; why, if it isn't just a file.
    Foreign(Option<String>),
    /// Nowhere it may be; why.
    Outside(String),
    /// Another output of this build has the path; which.
    Collides(String),
}

/// An output and what stands there.
#[derive(Clone, Debug)]
pub struct Inspected {
    /// Path relative to the root.
    pub path: String,
    /// What should stand there.
    pub content: String,
    /// What stands there.
    pub state: State,
    /// The text that stands there, as far as it is text.
    pub found: Option<String>,
    /// SHA-256 of what stands there, if it has to be replaced.
    pub(super) old: Option<String>,
    /// SHA-256 of what should stand there.
    pub(super) new: String,
}

/// A file that an earlier build wrote and this one doesn't.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Orphan {
    /// Path relative to the root.
    pub path: String,
    /// Whether it was changed since; then it is kept.
    pub edited: bool,
    /// The text that stands there, as far as it is text.
    pub found: String,
    /// SHA-256 of what stands there.
    pub(super) old: String,
}

/// The whole comparison.
#[derive(Clone, Debug)]
pub struct Inspection {
    /// Each output, in the order given.
    pub outputs: Vec<Inspected>,
    /// What is no longer made.
    pub orphans: Vec<Orphan>,
    /// The lock after a build.
    pub lock: Lock,
    /// The lock file's state.
    pub lock_file: Inspected,
    pub(super) root: PathBuf,
}

/// Compares outputs with the disk. `old` is what the lock says, `actions` what it shall say.
pub fn inspect(
    root: &Path,
    old: &Lock,
    actions: BTreeMap<String, crate::lock::Action>,
    files: &[OutputFile],
    scope: Scope,
) -> Result<Inspection, Trouble> {
    let mut taken = BTreeMap::new();
    let mut outputs = Vec::new();
    for file in files {
        // Folders of macOS and Windows don't tell `A` from `a`.
        let state = match taken.insert(file.path.to_lowercase(), file) {
            Some(same) if same == file => continue,
            Some(other) => Some(State::Collides(other.path.clone())),
            None => None,
        };
        outputs.push(look(root, old, file, state)?);
    }
    let orphans = match scope {
        Scope::Whole => orphans(root, old, files)?,
        Scope::Part => Vec::new(),
    };
    let lock = next_lock(old, actions, &outputs, scope);
    let lock_file = look_at_lock(root, &lock)?;
    Ok(Inspection {
        outputs,
        orphans,
        lock,
        lock_file,
        root: root.to_path_buf(),
    })
}

impl Inspection {
    /// Whether a build would change nothing.
    pub fn is_current(&self) -> bool {
        let mut all = self.outputs.iter().chain([&self.lock_file]);
        all.all(|o| o.state == State::Current) && self.orphans.iter().all(|o| o.edited)
    }

    /// Whether nothing stands in the way of writing.
    pub fn is_free(&self) -> bool {
        use State::*;
        let free = |o: &Inspected| matches!(o.state, Missing | Current | Stale);
        self.outputs.iter().all(free)
    }
}

fn next_lock(
    old: &Lock,
    mut actions: BTreeMap<String, crate::lock::Action>,
    outputs: &[Inspected],
    scope: Scope,
) -> Lock {
    let mut hashes = BTreeMap::new();
    if scope == Scope::Part {
        hashes.clone_from(&old.files);
        for (name, action) in &old.actions {
            actions.entry(name.clone()).or_insert(action.clone());
        }
    }
    for output in outputs {
        hashes.insert(output.path.clone(), output.new.clone());
    }
    let mut lock = Lock::new(actions);
    lock.files = hashes;
    lock
}

fn look(
    root: &Path,
    lock: &Lock,
    file: &OutputFile,
    known: Option<State>,
) -> Result<Inspected, Trouble> {
    let mut inspected = Inspected {
        path: file.path.clone(),
        content: file.content.clone(),
        state: State::Missing,
        found: None,
        old: None,
        new: digest(file.content.as_bytes()),
    };
    let place = match (known, resolve(root, &file.path)) {
        (Some(state), _) => {
            inspected.state = state;
            return Ok(inspected);
        }
        (None, Ok(place)) => place,
        (None, Err(refusal)) => {
            inspected.state = match refusal {
                Refusal::Outside(why) => State::Outside(why),
                Refusal::Occupied(why) => State::Foreign(Some(why)),
            };
            return Ok(inspected);
        }
    };
    let Some(bytes) = read(&place)? else {
        return Ok(inspected);
    };
    let text = unix_lines(&bytes);
    inspected.state = if *text == *file.content.as_bytes() {
        State::Current
    } else {
        match lock.files.get(&file.path) {
            None => State::Foreign(None),
            Some(hash) if *hash == digest(&text) => State::Stale,
            Some(_) => State::HandEdited,
        }
    };
    inspected.old = (inspected.state != State::Current).then(|| digest(&bytes));
    inspected.found = Some(String::from_utf8_lossy(&text).into_owned());
    Ok(inspected)
}

fn look_at_lock(root: &Path, lock: &Lock) -> Result<Inspected, Trouble> {
    let content = lock.print();
    let bytes = read(&root.join(crate::lock::FILE_NAME))?;
    // Nothing to remember and no lock: none is made.
    let idle = bytes.is_none() && *lock == Lock::default();
    let state = match &bytes {
        None if idle => State::Current,
        None => State::Missing,
        Some(bytes) if *unix_lines(bytes) == *content.as_bytes() => State::Current,
        Some(_) => State::Stale,
    };
    Ok(Inspected {
        path: crate::lock::FILE_NAME.to_string(),
        new: digest(content.as_bytes()),
        content,
        state,
        old: bytes.as_deref().map(digest),
        found: bytes.map(|b| String::from_utf8_lossy(&unix_lines(&b)).into_owned()),
    })
}

fn orphans(root: &Path, lock: &Lock, files: &[OutputFile]) -> Result<Vec<Orphan>, Trouble> {
    let mut orphans = Vec::new();
    for (path, hash) in &lock.files {
        if files.iter().any(|f| f.path == *path) {
            continue;
        }
        // A lock is text that anyone may have written: its paths are checked like all others.
        let Ok(place) = resolve(root, path) else {
            continue;
        };
        if let Some(bytes) = read(&place)? {
            orphans.push(Orphan {
                path: path.clone(),
                edited: digest(&unix_lines(&bytes)) != *hash,
                old: digest(&bytes),
                found: String::from_utf8_lossy(&bytes).into_owned(),
            });
        }
    }
    Ok(orphans)
}

/// The content of a file; `None` when there is none.
fn read(place: &Path) -> Result<Option<Vec<u8>>, Trouble> {
    match std::fs::read(place) {
        Ok(bytes) => Ok(Some(bytes)),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error).tried("read", place),
    }
}

/// A checkout on Windows may have put `\r\n` where a build wrote `\n`; that is no edit.
fn unix_lines(bytes: &[u8]) -> Cow<'_, [u8]> {
    if !bytes.contains(&b'\r') {
        return Cow::Borrowed(bytes);
    }
    let keep = |i: usize| bytes.get(i) != Some(&b'\r') || bytes.get(i + 1) != Some(&b'\n');
    let kept = (0..bytes.len()).filter(|i| keep(*i));
    Cow::Owned(kept.filter_map(|i| bytes.get(i).copied()).collect())
}
