//! The versions of Argo Rollouts that the output was held against, and what each lacks.

use crate::diagnostics::{Code, Diagnostic, Diagnostics};
use crate::plan::{Environment, Rollout};
use crate::targets::yaml::{Map, Yaml};

use super::{Files, cannot};

/// A version: major and minor.
type Version = (u32, u32);

/// The one that is meant where an environment says none: its definitions are in
/// `tests/conformance/crds`.
pub(super) const DEFAULT: Version = (1, 9);

/// The oldest version that is known to carry out everything that isn't in [`FIELDS`].
const OLDEST: Version = (1, 2);

/// Fields that came later than the oldest version, by the last name of their path; read from the
/// definitions of each release.
const FIELDS: &[(&str, Version)] = &[("plugins", (1, 5))];

/// Says which fields the version in an environment's cluster lacks.
pub(super) fn check(
    environment: &Environment,
    files: &Files,
    rollout: &Rollout,
    found: &mut Diagnostics,
) {
    let Some((text, span)) = &environment.engine else {
        return;
    };
    let Some(version) = parse(text).filter(|v| (OLDEST..=DEFAULT).contains(v)) else {
        let message = format!("gatec doesn't know Argo Rollouts `{text}`");
        found.push(
            Diagnostic::new(Code::InvalidValue, *span, message)
                .label("not a known version")
                .help(format!("it knows {} to {}", said(OLDEST), said(DEFAULT))),
        );
        return;
    };
    for (field, since) in FIELDS.iter().filter(|(_, since)| *since > version) {
        if files.iter().any(|(_, object)| holds(object, field)) {
            let message = format!(
                "Argo Rollouts {} lacks `{field}`, which came with {}",
                said(version),
                said(*since)
            );
            found.push(
                cannot(*span, message)
                    .label("the version in this cluster")
                    .also(rollout.origin.span, "needed by this rollout")
                    .help("update the controller, or leave out `router`"),
            );
        }
    }
}

/// `1.9`, `v1.9.1`
fn parse(text: &str) -> Option<Version> {
    let mut parts = text.trim_start_matches('v').split('.');
    Some((parts.next()?.parse().ok()?, parts.next()?.parse().ok()?))
}

fn said((major, minor): Version) -> String {
    format!("{major}.{minor}")
}

fn holds(object: &Map, field: &str) -> bool {
    object
        .iter()
        .any(|(key, value)| key == field || within(value, field))
}

fn within(value: &Yaml, field: &str) -> bool {
    match value {
        Yaml::Map(map) => holds(map, field),
        Yaml::List(items) => items.iter().any(|i| within(&i.value, field)),
        _ => false,
    }
}
