//! What must hold for every pin, and how names are found.

use super::{Access, Action, Pins, all, image, images, lookup, nearest, order};
use std::cmp::Ordering;
use std::collections::BTreeSet;

/// The only action here whose repository has no three-part release tag.
const ONE_PART: &[&str] = &["dtolnay/rust-toolchain"];

fn is_hex(text: &str, length: usize) -> bool {
    text.len() == length && text.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'))
}

fn parts(version: &str) -> Vec<&str> {
    version
        .strip_prefix('v')
        .unwrap_or(version)
        .split('.')
        .collect()
}

#[test]
fn the_table_is_sorted_without_duplicates() {
    assert!(all().len() >= 50, "the table lost entries: {}", all().len());
    for pair in all().windows(2) {
        let [left, right] = pair else { continue };
        assert_eq!(
            order(&left.name, &right.name),
            Ordering::Less,
            "{} {}",
            left.name,
            right.name
        );
    }
}

#[test]
fn every_commit_is_forty_lower_case_hex_digits() {
    for action in all() {
        assert!(
            is_hex(&action.commit, 40),
            "{} {}",
            action.name,
            action.commit
        );
    }
}

#[test]
fn every_version_is_a_release() {
    for action in all() {
        let parts = parts(&action.version);
        let numeric = parts
            .iter()
            .all(|p| !p.is_empty() && p.bytes().all(|b| b.is_ascii_digit()));
        let wanted = if ONE_PART.contains(&&*action.name) {
            1
        } else {
            3
        };
        assert!(
            numeric && parts.len() == wanted,
            "{} {}",
            action.name,
            action.version
        );
    }
}

#[test]
fn actions_of_one_repository_share_its_commit() {
    let repository = |name: &str| name.splitn(3, '/').take(2).collect::<Vec<_>>().join("/");
    for pair in all().windows(2) {
        let [left, right] = pair else { continue };
        if repository(&left.name) == repository(&right.name) {
            assert_eq!(
                (&left.version, &left.commit),
                (&right.version, &right.commit)
            );
        } else {
            assert_ne!(left.commit, right.commit, "{} {}", left.name, right.name);
        }
    }
}

#[test]
fn every_action_is_well_formed() {
    for action in all() {
        let runtimes = ["node20", "node24", "composite", "docker"];
        assert!(
            runtimes.contains(&&*action.runtime),
            "{} {}",
            action.name,
            action.runtime
        );
        assert!(action.name.split('/').count() >= 2, "{}", action.name);
        let inputs: BTreeSet<_> = action.inputs.iter().map(|input| &input.name).collect();
        assert_eq!(
            inputs.len(),
            action.inputs.len(),
            "an input twice in {}",
            action.name
        );
        let outputs: BTreeSet<_> = action.outputs.iter().collect();
        assert_eq!(
            outputs.len(),
            action.outputs.len(),
            "an output twice in {}",
            action.name
        );
        for input in action.inputs.iter() {
            assert!(
                !(input.required && input.default.is_some()),
                "{} {}",
                action.name,
                input.name
            );
        }
    }
}

#[test]
fn every_permission_is_a_scope_github_knows_with_a_reason() {
    let scopes = [
        "actions",
        "attestations",
        "checks",
        "contents",
        "deployments",
        "discussions",
        "id-token",
        "issues",
        "packages",
        "pages",
        "pull-requests",
        "security-events",
        "statuses",
    ];
    for action in all() {
        for needed in action.permissions.iter() {
            assert!(
                scopes.contains(&&*needed.scope),
                "{} {}",
                action.name,
                needed.scope
            );
            assert!(
                !needed.reason.is_empty(),
                "{} {}",
                action.name,
                needed.scope
            );
            // There is no reading of an identity token: GitHub grants it or does not.
            assert!(
                needed.scope != "id-token" || needed.access == Access::Write,
                "{}",
                action.name
            );
        }
    }
}

#[test]
fn a_name_is_found_in_any_case() {
    for action in all() {
        assert_eq!(lookup(&action.name), Some(action));
        assert_eq!(lookup(&action.name.to_ascii_uppercase()), Some(action));
    }
    assert_eq!(lookup("actions/chekout"), None);
    assert_eq!(lookup(""), None);
}

#[test]
fn known_actions_have_their_inputs() {
    let checkout = lookup("actions/checkout").expect("checkout is pinned");
    assert_eq!(checkout.runtime, "node24");
    assert_eq!(
        checkout
            .input("fetch-depth")
            .and_then(|input| input.default.as_deref()),
        Some("1")
    );
    assert_eq!(checkout.input("FETCH-DEPTH"), checkout.input("fetch-depth"));
    assert_eq!(checkout.input("depth"), None);
    let upload = lookup("actions/upload-artifact").expect("upload-artifact is pinned");
    assert!(upload.input("path").is_some_and(|input| input.required));
    let sarif = lookup("github/codeql-action/upload-sarif").expect("upload-sarif is pinned");
    let writes = sarif
        .permissions
        .iter()
        .find(|needed| needed.scope == "security-events");
    assert_eq!(writes.map(|needed| needed.access), Some(Access::Write));
    let pypi = lookup("pypa/gh-action-pypi-publish").expect("pypi-publish is pinned");
    assert!(
        pypi.input("packages_dir")
            .is_some_and(|input| input.deprecated)
    );
}

#[test]
fn the_scanner_is_not_one_of_the_hijacked_releases() {
    // In March 2026 every tag of this action before v0.35.0 was moved to a malicious commit.
    let trivy = lookup("aquasecurity/trivy-action").expect("trivy is pinned");
    let minor = parts(&trivy.version)
        .get(1)
        .and_then(|part| part.parse::<u32>().ok());
    assert!(minor.is_some_and(|minor| minor >= 35), "{}", trivy.version);
}

#[test]
fn a_misspelt_name_is_guessed() {
    assert_eq!(nearest("actions/chekout"), Some("actions/checkout"));
    assert_eq!(nearest("Action/Setup-Pyton"), Some("actions/setup-python"));
    assert_eq!(nearest("actions/setup-uv"), Some("astral-sh/setup-uv"));
    assert_eq!(nearest("checkout"), Some("actions/checkout"));
    assert_eq!(nearest("somebody/something-else-entirely"), None);
    assert_eq!(nearest(""), None);
}

#[test]
fn every_image_is_a_tag_with_a_digest() {
    for pinned in images() {
        let digest = pinned.digest.strip_prefix("sha256:").unwrap_or_default();
        assert!(is_hex(digest, 64), "{}", pinned.name);
        assert!(pinned.name.contains(':'), "{}", pinned.name);
        assert_eq!(image(pinned.name), Some(pinned));
    }
    assert_eq!(image("postgres:15"), None);
    assert!(image("postgres:16").is_some());
}

const COMMIT: &str = "0123456789abcdef0123456789abcdef01234567";

fn release(name: &str, version: &str) -> Action {
    let text = "inputs:\n  path:\n    required: true\n  depth:\n    required: \"true\"\n    \
                default: 1\n  old:\n    deprecationMessage: gone\n  bare:\noutputs:\n  \
                found: { value: x }\nruns:\n  using: node24\n";
    Action::described(name, version, COMMIT, text).unwrap()
}

#[test]
fn an_action_describes_itself() {
    let action = release("acme/fetch", "v2.1.0");
    let inputs = action.inputs.iter();
    let said: Vec<_> = inputs
        .map(|i| (&*i.name, i.required, i.deprecated))
        .collect();
    let wanted = [
        ("path", true, false),
        ("depth", false, false),
        ("old", false, true),
        ("bare", false, false),
    ];
    assert_eq!(said, wanted);
    assert_eq!((&*action.runtime, &*action.outputs[0]), ("node24", "found"));
    assert!(Action::described("a/b", "v1", COMMIT, "name: not an action").is_err());
}

#[test]
fn a_lock_holds_a_release_and_the_source_asks_for_one() {
    let checkout = lookup("actions/checkout").unwrap();
    let held = Pins::new(vec![
        release("Actions/Checkout", "v4.9.0"),
        release("acme/fetch", "v2.1.0"),
    ]);
    let found = |name, asked| held.find(name, asked).map(|a| a.version.to_string());
    assert_eq!(found("acme/fetch", "v2").as_deref(), Some("v2.1.0"));
    assert_eq!(found("acme/fetch", COMMIT).as_deref(), Some("v2.1.0"));
    assert_eq!(found("acme/fetch", "v2.2"), None);
    assert_eq!(found("acme/fetch", ""), None);
    assert_eq!(found("actions/checkout", "v4").as_deref(), Some("v4.9.0"));
    let built_in = Some(checkout.version.to_string());
    assert_eq!(found("actions/checkout", checkout.major()), built_in);
    // What gatec writes itself fits the inputs of one major version only.
    assert_eq!(held.own("actions/checkout"), Some(checkout));
    assert_eq!(held.contradictions().count(), 0);
    let moved = Pins::new(vec![release("actions/checkout", &checkout.version)]);
    assert_eq!(moved.contradictions().count(), 1);
}
