//! The pins that one program is compiled with: those of its lock, then those compiled in.

use super::{Action, lookup, order};

/// Pins of a lock before pins of the table: a newer gatec knows newer releases, and what a
/// repository runs must not change because of that.
#[derive(Clone, Debug, Default)]
pub struct Pins {
    /// Sorted by name without regard to case.
    locked: Vec<Action>,
}

impl Pins {
    /// With these actions of a lock; of those that are built in, more is known.
    pub fn new(mut locked: Vec<Action>) -> Self {
        locked.retain(|held| lookup(&held.name).is_none_or(|known| known.commit != held.commit));
        locked.sort_by(|a, b| order(&a.name, &b.name));
        Self { locked }
    }

    /// What the lock holds of an action.
    pub fn locked(&self, name: &str) -> Option<&Action> {
        let at = self
            .locked
            .binary_search_by(|a| order(&a.name, name))
            .ok()?;
        self.locked.get(at)
    }

    /// The release of an action that a version or commit asks for.
    pub fn find(&self, name: &str, asked: &str) -> Option<&Action> {
        let known = [self.locked(name), lookup(name)];
        known.into_iter().flatten().find(|a| a.fits(asked))
    }

    /// The release that stands for an action that gatec writes itself: the lock's, as long as it
    /// is of the major version whose inputs gatec writes.
    pub fn own(&self, name: &str) -> Option<&Action> {
        let built_in = lookup(name);
        let same = |locked: &&Action| built_in.is_none_or(|b| b.major() == locked.major());
        self.locked(name).filter(same).or(built_in)
    }

    /// Any release of an action, for what is said of it.
    pub fn any(&self, name: &str) -> Option<&Action> {
        self.locked(name).or_else(|| lookup(name))
    }

    /// Actions whose commit in the lock is not the one that the table knows for the same release.
    pub fn contradictions(&self) -> impl Iterator<Item = (&Action, &'static Action)> {
        self.locked.iter().filter_map(|locked| {
            let known = lookup(&locked.name)?;
            let same = known.version == locked.version && known.commit != locked.commit;
            same.then_some((locked, known))
        })
    }
}

impl Action {
    /// Whether `v7`, `v7.0`, `7` or the commit itself asks for this release.
    pub fn fits(&self, asked: &str) -> bool {
        let bare = |text: &'_ str| text.strip_prefix('v').unwrap_or(text).to_string();
        let (short, exact) = (bare(asked), bare(&self.version));
        let part = exact
            .strip_prefix(&short)
            .is_some_and(|rest| rest.starts_with('.'));
        !short.is_empty() && (exact == short || part) || self.commit == asked
    }

    /// Whether its inputs are known: who pins a release may leave them out.
    pub fn is_described(&self) -> bool {
        !self.inputs.is_empty() || !self.outputs.is_empty()
    }

    /// `v7` of `v7.0.1`.
    pub fn major(&self) -> &str {
        self.version.split('.').next().unwrap_or(&self.version)
    }
}
