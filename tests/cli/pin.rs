//! `gatec pin`: releases that the lock holds, and an action that gatec doesn't know.

use super::*;

const COMMIT: &str = "0123456789abcdef0123456789abcdef01234567";
const METADATA: &str = "inputs:\n  path: { required: true }\noutputs:\n  found: { value: x }\n\
                        runs: { using: node24 }\n";

fn with(step: &str) -> tempfile::TempDir {
    let folder = empty();
    let text = format!(
        "pipeline ci {{\n  on push {{ branches = [\"main\"] }}\n  stage test {{\n    {step}\n  }}\n}}\n"
    );
    fs::write(folder.path().join("pipeline.gate"), text).unwrap();
    fs::write(folder.path().join("action.yml"), METADATA).unwrap();
    folder
}

fn said(folder: &Path, args: &[&str]) -> (String, bool) {
    let output = gatec(folder).args(args).output().unwrap();
    let streams = [output.stdout, output.stderr].concat();
    (
        String::from_utf8_lossy(&streams).into_owned(),
        output.status.success(),
    )
}

fn workflow(folder: &Path) -> String {
    fs::read_to_string(folder.join(".github/workflows/ci.yml")).unwrap()
}

#[test]
fn an_unknown_action_is_pinned_with_its_inputs() {
    let folder = with("use \"acme/fetch@v2\" { path = \"x\", pth = \"y\" }");
    let folder = folder.path();
    let (text, ok) = said(folder, &["build"]);
    assert!(
        !ok && text.contains("gatec pin acme/fetch@v2 COMMIT"),
        "{text}"
    );
    let pin = [
        "pin",
        "acme/fetch@v2.1.0",
        COMMIT,
        "--metadata",
        "action.yml",
    ];
    let (text, ok) = said(folder, &pin);
    assert!(ok, "{text}");
    let (text, ok) = said(folder, &["build"]);
    assert!(
        !ok && text.contains("`acme/fetch` has no input `pth`"),
        "{text}"
    );
    let source = fs::read_to_string(folder.join("pipeline.gate")).unwrap();
    fs::write(
        folder.join("pipeline.gate"),
        source.replace(", pth = \"y\"", ""),
    )
    .unwrap();
    let (text, ok) = said(folder, &["build"]);
    assert!(ok, "{text}");
    assert!(workflow(folder).contains(&format!("acme/fetch@{COMMIT} # v2.1.0")));
    // The build keeps what it was given.
    assert_eq!(
        lock(folder).actions["acme/fetch"].inputs["path"],
        "required"
    );
    let (text, ok) = said(folder, &["build", "--check"]);
    assert!(ok, "{text}");
}

#[test]
fn a_release_in_the_lock_stays_until_it_is_updated() {
    let folder = with("run \"true\"");
    let folder = folder.path();
    let checkout = gatec::pins::lookup("actions/checkout").unwrap();
    let older = format!("{}.0.0-older", checkout.major());
    let (text, ok) = said(
        folder,
        &["pin", &format!("actions/checkout@{older}"), COMMIT],
    );
    assert!(ok, "{text}");
    assert!(said(folder, &["build"]).1);
    assert!(workflow(folder).contains(&format!("actions/checkout@{COMMIT} # {older}")));
    let (text, _) = said(folder, &["pin"]);
    assert!(
        text.contains(&format!("built in: {}", checkout.version)),
        "{text}"
    );
    let (text, ok) = said(folder, &["pin", "--update"]);
    assert!(ok && text.contains("1 pin updated"), "{text}");
    assert!(said(folder, &["build"]).1);
    assert!(workflow(folder).contains(&*checkout.commit));
}

#[test]
fn another_commit_for_a_known_release_is_refused() {
    let folder = with("run \"true\"");
    let folder = folder.path();
    let checkout = gatec::pins::lookup("actions/checkout").unwrap();
    let release = format!("actions/checkout@{}", checkout.version);
    let (text, ok) = said(folder, &["pin", &release, COMMIT]);
    assert!(!ok && text.contains(&*checkout.commit), "{text}");
    assert!(said(folder, &["build"]).1);
    let place = folder.join(FILE_NAME);
    let moved = fs::read_to_string(&place)
        .unwrap()
        .replace(&*checkout.commit, COMMIT);
    fs::write(&place, &moved).unwrap();
    let (text, ok) = said(folder, &["build"]);
    assert!(!ok && text.contains("other-commit"), "{text}");
    assert!(workflow(folder).contains(&*checkout.commit));
}

#[test]
fn wrong_use_says_what_is_right() {
    let folder = with("run \"true\"");
    for (args, says) in [
        (vec!["pin", "acme/fetch@v2", "abc"], "40 hex digits"),
        (vec!["pin", "fetch", COMMIT], "owner/name@v2.1.0"),
        (vec!["pin", "acme/fetch@v2"], "to which commit"),
        (
            vec!["pin", "--update", "acme/x"],
            "the lock has no `acme/x`",
        ),
    ] {
        let (text, ok) = said(folder.path(), &args);
        assert!(!ok && text.contains(says), "{args:?}: {text}");
    }
}
