//! Third-party code: the pinned reference of an action or image, and the rights it asks for.

use super::context::Context;
use crate::diagnostics::{Code, Diagnostic};
use crate::pins;
use crate::source::Span;
use crate::targets::yaml::{Entry, Yaml};

/// The checkout of the sources.
pub const CHECKOUT: &str = "actions/checkout";
/// Keeps files of a job.
pub const UPLOAD: &str = "actions/upload-artifact";
/// Fetches them.
pub const DOWNLOAD: &str = "actions/download-artifact";
/// Takes on a role at AWS, by the run's own token.
pub const AWS: &str = "aws-actions/configure-aws-credentials";

/// `uses:` of an action that gatec itself writes.
pub fn own(cx: &Context<'_>, name: &'static str) -> Entry {
    match cx.plan.pins.own(name) {
        Some(action) => pinned(name, action),
        None => Entry::from(Yaml::from(name)),
    }
}

fn pinned(name: &str, action: &pins::Action) -> Entry {
    let uses = format!("{name}@{}", action.commit);
    Entry::from(Yaml::from(uses)).with_trailing(action.version.to_string())
}

/// `uses:` of an action or workflow that the program names.
pub fn used(cx: &Context<'_>, name: &str, version: &str) -> Entry {
    match cx.plan.pins.find(name, version) {
        Some(action) => pinned(name, action),
        // A version whose commit is unknown was reported when the program was read.
        None => Entry::from(Yaml::from(format!("{name}@{version}"))),
    }
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
