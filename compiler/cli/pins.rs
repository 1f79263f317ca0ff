//! Which pins a build used, for the lock.

use std::collections::{BTreeMap, BTreeSet};

use crate::lock::Action;
use crate::pins::Pins;
use crate::targets::OutputFile;

/// The third-party actions that the files run, read from their `uses:` lines: what was written is
/// the truth, whoever asked for it.
pub fn in_use(files: &[OutputFile], pins: &Pins) -> BTreeMap<String, Action> {
    // A large workflow says the same line thousands of times.
    let values: BTreeSet<&str> = files.iter().flat_map(|file| used(&file.content)).collect();
    let found = values.into_iter().filter_map(|value| action(value, pins));
    found.collect()
}

/// What follows `uses:` or `- uses:` at the beginning of lines.
fn used(content: &str) -> impl Iterator<Item = &str> {
    let found = memchr::memmem::find_iter(content.as_bytes(), "uses:");
    found.filter_map(|at| {
        let (before, rest) = content.split_at_checked(at)?;
        let head = before.rsplit('\n').next()?.trim_start_matches(' ');
        let line = rest.lines().next()?.strip_prefix("uses:");
        line.filter(|_| matches!(head, "" | "- "))
    })
}

/// `owner/name@commit # v6`
fn action(value: &str, pins: &Pins) -> Option<(String, Action)> {
    let (used, comment) = value.split_once('#').unwrap_or((value, ""));
    let (name, commit) = used.trim().trim_matches(['"', '\'']).split_once('@')?;
    let local = name.starts_with("./") || name.starts_with("docker:");
    let action = match pins.find(name, commit) {
        Some(pin) => Action::of(pin),
        None => Action {
            version: comment.trim().to_string(),
            commit: commit.to_string(),
            ..Action::default()
        },
    };
    (!local).then(|| (name.to_string(), action))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pins;

    #[test]
    fn what_is_written_is_locked() {
        let content = "jobs:\n  a:\n    steps:\n      - uses: acme/x/y@abc # v1.2\n\
                       \x20       with: {}\n      - name: n\n        uses: \"acme/z@def\"\n\
                       \x20     - uses: ./local\n      - run: \"uses: no@no\"\n";
        let files = [OutputFile {
            path: "w.yml".into(),
            content: content.into(),
        }];
        let used = in_use(&files, &Pins::default());
        assert_eq!(used.keys().collect::<Vec<_>>(), ["acme/x/y", "acme/z"]);
        assert_eq!(used["acme/x/y"].version, "v1.2");
        assert_eq!(used["acme/z"].commit, "def");
        let checkout = pins::lookup("actions/checkout").unwrap();
        let content = format!("- uses: {}@{} # {}\n", checkout.name, checkout.commit, "v0");
        let path = "w.yml".into();
        let used = in_use(&[OutputFile { path, content }], &Pins::default());
        assert_eq!(used["actions/checkout"].runtime, checkout.runtime);
        assert_eq!(used["actions/checkout"].permissions["contents"], "read");
    }
}
