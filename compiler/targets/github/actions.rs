//! Third-party code: the pinned reference of an action or image, and the rights it asks for.

use super::context::Context;
use crate::diagnostics::{Code, Diagnostic};
use crate::pins;
use crate::plan::ActionUse;
use crate::source::Span;
use crate::targets::yaml::{Entry, Yaml};

/// The checkout of the sources.
pub const CHECKOUT: &str = "actions/checkout";
/// Keeps files of a job.
pub const UPLOAD: &str = "actions/upload-artifact";
/// Fetches them.
pub const DOWNLOAD: &str = "actions/download-artifact";

/// `uses:` of an action that gatec itself writes.
pub fn own(name: &'static str) -> Entry {
    match pins::lookup(name) {
        Some(action) => pinned(name, action.commit, action.version),
        None => Entry::from(Yaml::from(name)),
    }
}

fn pinned(name: &str, commit: &str, version: &str) -> Entry {
    Entry::from(Yaml::from(format!("{name}@{commit}"))).with_trailing(version.to_string())
}

/// `uses:` of an action or workflow that the program names.
pub fn used(name: &str, version: &str) -> Entry {
    let known = pins::lookup(name);
    if is_commit(version) {
        let tag = known.filter(|a| a.commit == version).map(|a| a.version);
        let entry = Entry::from(Yaml::from(format!("{name}@{version}")));
        return match tag {
            Some(tag) => entry.with_trailing(tag),
            None => entry,
        };
    }
    match known {
        Some(action) if covers(version, action.version) => {
            pinned(name, action.commit, action.version)
        }
        // An unknown commit was reported when the program was read.
        _ => Entry::from(Yaml::from(format!("{name}@{version}"))),
    }
}

/// Whether `asked` (`v5`, `5.1`) means the release `exact` (`v5.1.2`).
fn covers(asked: &str, exact: &str) -> bool {
    let bare = |text: &'_ str| text.strip_prefix('v').unwrap_or(text).to_string();
    let (asked, exact) = (bare(asked), bare(exact));
    asked.is_empty() || exact == asked || exact.starts_with(&format!("{asked}."))
}

/// Whether a version is a whole commit.
pub fn is_commit(version: &str) -> bool {
    version.len() == 40 && version.chars().all(|c| c.is_ascii_hexdigit())
}

/// Rights an action asks for: scope, whether it writes, why.
pub fn rights(action: &ActionUse) -> impl Iterator<Item = (&'static str, bool, &'static str)> {
    let known = pins::lookup(&action.name);
    let all = known.map_or(&[][..], |a| a.permissions);
    all.iter()
        .map(|p| (p.scope, p.access == pins::Access::Write, p.reason))
}

/// A container image by its digest.
pub fn image(cx: &Context<'_>, image: &str, span: Span) -> Entry {
    if image.contains("@sha256:") {
        return Entry::from(Yaml::from(image.to_string()));
    }
    if let Some(pin) = pins::image(image) {
        return Entry::from(Yaml::from(format!("{image}@{}", pin.digest)));
    }
    let entry = Entry::from(Yaml::from(super::text::literal(image)));
    if let Some(reason) = cx.allowed(Code::ImageWithoutDigest, span) {
        return entry.with_trailing(format!("zizmor: ignore[unpinned-images] {reason}"));
    }
    let message = format!("the image `{image}` can change without notice");
    cx.report(
        Diagnostic::new(Code::ImageWithoutDigest, span, message)
            .help("write its digest: `name:tag@sha256:…`"),
    );
    entry
}
