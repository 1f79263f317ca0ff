//! Makes the disk agree with an inspection: all of it or nothing.
//!
//! A commit is a list of steps, each of which a kill may follow; a test stops after every one.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use super::journal::{self, Entry, Journal, Phase, staged, sync_folder, write_new};
use super::{Inspected, Inspection, State, Tried, Trouble};

/// What a commit did, by path relative to the root.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Changes {
    /// Files that were not there.
    pub created: Vec<String>,
    /// Files that were replaced.
    pub updated: Vec<String>,
    /// Orphans that were removed.
    pub removed: Vec<String>,
    /// How many files were right already.
    pub unchanged: usize,
}

/// Writes what the inspection found missing or stale and removes its orphans.
///
/// The caller holds the root's [`Guard`](super::Guard) and has made sure that
/// [`Inspection::is_free`].
pub fn commit(inspection: &Inspection) -> Result<Changes, Trouble> {
    let changes = changes(inspection);
    if inspection.is_current() {
        return Ok(changes);
    }
    let mut commit = Commit::new(inspection)?;
    for step in commit.steps() {
        if let Err(trouble) = commit.perform(&step) {
            return Err(commit.abandon(trouble));
        }
    }
    Ok(changes)
}

fn changes(inspection: &Inspection) -> Changes {
    let paths = |state: State| {
        let of_state = inspection.outputs.iter().filter(move |o| o.state == state);
        of_state.map(|o| o.path.clone()).collect::<Vec<_>>()
    };
    let gone = inspection.orphans.iter().filter(|o| !o.edited);
    Changes {
        created: paths(State::Missing),
        updated: paths(State::Stale),
        removed: gone.map(|o| o.path.clone()).collect(),
        unchanged: paths(State::Current).len(),
    }
}

/// One step of a commit.
#[derive(Clone, Debug)]
pub(super) enum Step {
    Say(Phase),
    MakeFolder(PathBuf),
    Stage(usize),
    Settle(usize),
    Prune,
    Done,
}

pub(super) struct Commit<'a> {
    inspection: &'a Inspection,
    /// Outputs to write; entries of the journal come in the same order, then the removals.
    writes: Vec<&'a Inspected>,
    entries: Vec<Entry>,
    places: Vec<PathBuf>,
    made: Vec<PathBuf>,
    replacing: bool,
}

impl<'a> Commit<'a> {
    pub fn new(inspection: &'a Inspection) -> Result<Self, Trouble> {
        let root = &inspection.root;
        let all = inspection.outputs.iter().chain([&inspection.lock_file]);
        let writes: Vec<&Inspected> = all.filter(|o| o.state != State::Current).collect();
        let written = writes.iter().map(|o| Entry {
            path: o.path.clone(),
            old: o.old.clone(),
            new: Some(o.new.clone()),
        });
        let orphans = inspection.orphans.iter().filter(|o| !o.edited);
        let removed = orphans.map(|o| Entry {
            path: o.path.clone(),
            old: Some(o.old.clone()),
            new: None,
        });
        let entries: Vec<Entry> = written.chain(removed).collect();
        let places = entries.iter().map(|e| {
            let lost = || std::io::Error::other("the path changed while gatec was running");
            journal::place(root, &e.path)
                .ok_or_else(lost)
                .tried("write", Path::new(&e.path))
        });
        Ok(Self {
            inspection,
            writes,
            places: places.collect::<Result<_, _>>()?,
            entries,
            made: Vec::new(),
            replacing: false,
        })
    }

    pub fn steps(&self) -> Vec<Step> {
        let mut steps = vec![Step::Say(Phase::Stage)];
        steps.extend(self.missing_folders().into_iter().map(Step::MakeFolder));
        steps.extend((0..self.writes.len()).map(Step::Stage));
        steps.push(Step::Say(Phase::Replace));
        steps.extend((0..self.entries.len()).map(Step::Settle));
        steps.extend([Step::Prune, Step::Done]);
        steps
    }

    pub fn perform(&mut self, step: &Step) -> Result<(), Trouble> {
        match step {
            Step::Say(phase) => self.say(*phase),
            Step::MakeFolder(folder) => self.make_folder(folder),
            Step::Stage(index) => self.stage(*index),
            Step::Settle(index) => self.settle(*index),
            Step::Prune => {
                self.prune();
                Ok(())
            }
            Step::Done => Journal::remove(&self.inspection.root),
        }
    }

    fn say(&mut self, phase: Phase) -> Result<(), Trouble> {
        let journal = Journal {
            phase,
            entries: self.entries.clone(),
        };
        journal.save(&self.inspection.root)?;
        self.replacing = phase == Phase::Replace;
        Ok(())
    }

    /// Folders to make, outer before inner.
    fn missing_folders(&self) -> BTreeSet<PathBuf> {
        let places = self.places.iter().take(self.writes.len());
        places
            .flat_map(|place| place.ancestors().skip(1))
            .filter(|folder| folder.starts_with(&self.inspection.root) && !folder.exists())
            .map(Path::to_path_buf)
            .collect()
    }

    fn make_folder(&mut self, folder: &Path) -> Result<(), Trouble> {
        fs::create_dir(folder).tried("make the folder", folder)?;
        self.made.push(folder.to_path_buf());
        Ok(())
    }

    fn stage(&self, index: usize) -> Result<(), Trouble> {
        let (Some(output), Some(place)) = (self.writes.get(index), self.places.get(index)) else {
            return Ok(());
        };
        write_new(&staged(place), output.content.as_bytes(), Some(place)).tried("write", place)
    }

    fn settle(&self, index: usize) -> Result<(), Trouble> {
        let (Some(entry), Some(place)) = (self.entries.get(index), self.places.get(index)) else {
            return Ok(());
        };
        match entry.new {
            Some(_) => fs::rename(staged(place), place).tried("replace", place),
            None => journal::remove_if_there(place).tried("remove", place),
        }
    }

    /// Takes away folders that the removals left empty, and makes all renames durable.
    fn prune(&self) {
        let root = &self.inspection.root;
        for place in self.places.iter().skip(self.writes.len()) {
            let inside = |folder: &&Path| folder.starts_with(root) && *folder != root;
            // An inner folder that isn't empty keeps the outer ones.
            let mut folders = place.ancestors().skip(1).take_while(inside);
            while folders.next().is_some_and(|f| fs::remove_dir(f).is_ok()) {}
        }
        let folders: BTreeSet<_> = self.places.iter().filter_map(|p| p.parent()).collect();
        folders.into_iter().for_each(sync_folder);
    }

    /// After trouble: undoes what was staged, or says how the rest gets done.
    fn abandon(&self, trouble: Trouble) -> Trouble {
        if self.replacing {
            return trouble.note(
                "some files are written and some are not yet: mend this, then run the same \
                 command again, and it finishes the rest",
            );
        }
        let staged_files = self
            .places
            .iter()
            .take(self.writes.len())
            .map(|p| staged(p));
        let mut clean = true;
        for file in staged_files {
            clean &= journal::remove_if_there(&file).is_ok();
        }
        for folder in self.made.iter().rev() {
            clean &= fs::remove_dir(folder).is_ok();
        }
        clean &= Journal::remove(&self.inspection.root).is_ok();
        trouble.note(match clean {
            true => "nothing was changed",
            false => "no file was changed; the next build removes what is left of this one",
        })
    }
}

#[cfg(test)]
#[path = "commit_tests.rs"]
mod tests;
