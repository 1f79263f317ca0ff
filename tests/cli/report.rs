//! `gatec report`: other forms of a report that was kept as JSON.

use super::*;

/// The JSON report of the sample, as reviewed.
fn kept() -> tempfile::TempDir {
    let folder = empty();
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/snapshots/reports/json.snap");
    let snapshot = fs::read_to_string(path).unwrap();
    let json = snapshot.splitn(3, "---\n").nth(2).unwrap();
    fs::write(folder.path().join("kept.json"), json).unwrap();
    folder
}

#[test]
fn a_kept_report_is_told_in_other_forms() {
    let folder = kept();
    let run = |args: &[&str]| {
        let output = gatec(folder.path())
            .arg("report")
            .args(args)
            .output()
            .unwrap();
        assert!(output.status.success(), "{args:?} {output:?}");
        String::from_utf8(output.stdout).unwrap()
    };
    assert!(run(&["kept.json"]).starts_with("FAIL: gate release"));
    assert!(run(&["kept.json", "--color", "always"]).starts_with("\u{1b}[1;31mFAIL"));
    let again = run(&["kept.json", "--format", "json"]);
    assert_eq!(
        again.trim_end(),
        read(folder.path(), "kept.json").trim_end()
    );
    let written = ["--report", "html=page.html", "--report", "badge=badge.svg"];
    assert_eq!(run(&[&["kept.json"], &written[..]].concat()), "");
    assert!(read(folder.path(), "page.html").starts_with("<!doctype html>"));
    assert!(read(folder.path(), "badge.svg").starts_with("<svg "));
}

#[test]
fn what_is_no_report_is_wrong_use_and_a_missing_file_is_trouble() {
    let folder = empty();
    fs::write(folder.path().join("other.json"), "{\"version\": 7}").unwrap();
    for (file, code, says) in [
        (
            "other.json",
            2,
            "other.json is a report of version 7; this gatec reads version 1",
        ),
        ("nowhere.json", 3, "can't read `nowhere.json`"),
    ] {
        let output = gatec(folder.path())
            .args(["report", file])
            .output()
            .unwrap();
        assert_eq!(output.status.code(), Some(code));
        let error = String::from_utf8(output.stderr).unwrap();
        assert!(error.contains(says), "{error}");
    }
}
