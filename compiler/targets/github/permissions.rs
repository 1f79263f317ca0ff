//! The token's rights of one job: the union of what its steps ask for, each with its reason.

use crate::plan::Stage;
use crate::targets::yaml::Map;
use std::collections::BTreeMap;

/// Rights by scope: whether it writes, and why.
#[derive(Default)]
pub struct Rights(BTreeMap<String, (bool, Vec<String>)>);

impl Rights {
    /// Adds a right; writing includes reading. The language spells scopes with underscores.
    pub fn add(&mut self, scope: &str, write: bool, reason: &str) {
        let right = self.0.entry(scope.replace('_', "-")).or_default();
        if write && !right.0 {
            // What only reading was asked for says nothing of the writing.
            *right = (true, Vec::new());
        }
        let counts = write == right.0 && !reason.is_empty();
        if counts && !right.1.iter().any(|r| r == reason) {
            right.1.push(reason.to_string());
        }
    }

    /// Adds the right to fetch the sources.
    pub fn with_sources(mut self) -> Self {
        self.add("contents", false, "fetch the sources");
        self
    }

    /// What a stage's steps ask for.
    pub fn of_stage(stage: &Stage) -> Self {
        let mut rights = Self::default();
        if stage.checkout && stage.calls.is_none() {
            rights = rights.with_sources();
        }
        for permission in &stage.permissions {
            rights.add(&permission.scope, permission.write, &permission.reason);
        }
        rights
    }

    /// As the key `permissions`; reading the sources explains itself.
    pub fn into_map(self) -> Map {
        let mut map = Map::new();
        for (scope, (write, reasons)) in self.0 {
            let level = if write { "write" } else { "read" };
            let plain = scope == "contents" && !write;
            if plain || reasons.is_empty() {
                map.push(scope, level);
            } else {
                map.push_trailing(scope, level, reasons.join("; "));
            }
        }
        map
    }
}
