//! `gatec build` from source to files, and everything that may stand in its way.

use super::*;

use std::process::Output;

const WORKFLOW: &str = ".github/workflows/ci.yml";

fn program(command: &str) -> String {
    format!("project {{ }}\npipeline ci {{\n  on push\n  stage test {{ run \"{command}\" }}\n}}\n")
}

/// A project with a pipeline `ci`, not built yet.
fn source() -> tempfile::TempDir {
    let folder = empty();
    fs::write(folder.path().join("pipeline.gate"), program("make test")).unwrap();
    folder
}

fn built() -> tempfile::TempDir {
    let folder = source();
    let output = run(folder.path(), &["build"]);
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    folder
}

fn run(root: &Path, args: &[&str]) -> Output {
    gatec(root).args(args).output().unwrap()
}

fn stderr(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

fn stdout(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}

/// Asserts that a run fails with this finding and no other.
fn assert_finding(root: &Path, args: &[&str], line: &str) {
    let output = run(root, args);
    assert_eq!(output.status.code(), Some(1), "{}", stderr(&output));
    let shown = stderr(&output);
    assert!(shown.contains(line), "{shown}");
    assert!(shown.ends_with("\n1 error\n"), "{shown}");
}

#[test]
fn a_build_says_what_it_wrote_and_then_all_is_up_to_date() {
    let folder = source();
    let root = folder.path();
    let first = run(root, &["build"]);
    let expected = format!("created {WORKFLOW}\n1 written, 0 unchanged, 0 removed\n");
    assert_eq!((stderr(&first), stdout(&first)), (expected, String::new()));
    let before = (read(root, WORKFLOW), read(root, FILE_NAME));
    let second = run(root, &["build"]);
    assert_eq!(stderr(&second), "0 written, 1 unchanged, 0 removed\n");
    assert_eq!((read(root, WORKFLOW), read(root, FILE_NAME)), before);
    let check = run(root, &["build", "--check"]);
    assert_eq!(check.status.code(), Some(0));
    assert_eq!(stderr(&check), "1 file checked, all up to date\n");
    assert!(
        before.1.contains("actions/checkout:\n    version: v"),
        "{}",
        before.1
    );
}

#[test]
fn a_program_with_an_error_writes_nothing() {
    let folder = source();
    let root = folder.path();
    fs::write(
        root.join("pipeline.gate"),
        "pipeline ci {\n  on push\n  stag test { }\n}\n",
    )
    .unwrap();
    let output = run(root, &["build", "--format", "short"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(
        stderr(&output).contains("pipeline.gate:3:3: error["),
        "{}",
        stderr(&output)
    );
    assert_eq!(
        fs::read_dir(root).unwrap().count(),
        2,
        "only .git and the source"
    );
}

#[test]
fn a_missing_output_is_drift() {
    let folder = built();
    fs::remove_file(folder.path().join(WORKFLOW)).unwrap();
    let line = ".github/workflows/ci.yml:1:1: error[missing-output]";
    assert_finding(
        folder.path(),
        &["build", "--check", "--format", "short"],
        line,
    );
    assert!(
        !folder.path().join(WORKFLOW).exists(),
        "a check writes nothing"
    );
}

#[test]
fn a_changed_source_is_drift_until_it_is_built() {
    let folder = built();
    let root = folder.path();
    fs::write(root.join("pipeline.gate"), program("make check")).unwrap();
    let check = run(root, &["build", "--check", "--format", "short"]);
    assert_eq!(check.status.code(), Some(1));
    let shown = stderr(&check);
    assert!(
        shown.contains(".github/workflows/ci.yml:1:1: error[stale-output]"),
        "{shown}"
    );
    assert!(
        shown.contains("gate.lock:1:1: error[stale-output]"),
        "{shown}"
    );
    let diff = run(root, &["build", "--diff"]);
    assert_eq!(diff.status.code(), Some(0));
    let patch = stdout(&diff);
    assert!(patch.contains("--- a/.github/workflows/ci.yml\n+++ b/.github/workflows/ci.yml\n"));
    assert!(
        patch.contains("\n-") && patch.contains("make check"),
        "{patch}"
    );
    let build = run(root, &["build"]);
    assert!(stderr(&build).starts_with("updated .github/workflows/ci.yml\n"));
    assert_eq!(stdout(&run(root, &["build", "--diff"])), "");
}

#[test]
fn a_hand_edit_stops_build_and_check_and_stays() {
    let folder = built();
    let root = folder.path();
    let edited = read(root, WORKFLOW) + "# mine\n";
    fs::write(root.join(WORKFLOW), &edited).unwrap();
    let line = ".github/workflows/ci.yml:1:1: error[hand-edited-output]";
    assert_finding(root, &["build", "--format", "short"], line);
    assert_finding(root, &["build", "--check", "--format", "short"], line);
    assert_eq!(read(root, WORKFLOW), edited);
    let pretty = stderr(&run(root, &["build"]));
    assert!(pretty.contains("gatec build --diff"), "{pretty}");
    assert!(stdout(&run(root, &["build", "--diff"])).contains("\n-# mine\n"));
    fs::remove_file(root.join(WORKFLOW)).unwrap();
    assert_eq!(run(root, &["build"]).status.code(), Some(0));
}

#[test]
fn a_workflow_of_the_users_is_not_overwritten() {
    let folder = source();
    let root = folder.path();
    fs::create_dir_all(root.join(".github/workflows")).unwrap();
    fs::write(root.join(WORKFLOW), "on: push\n").unwrap();
    let line = ".github/workflows/ci.yml:1:1: error[foreign-file]";
    assert_finding(root, &["build", "--format", "short"], line);
    assert_eq!(read(root, WORKFLOW), "on: push\n");
    assert!(!root.join(FILE_NAME).exists(), "nothing else was written");
}

#[test]
fn a_renamed_pipeline_takes_its_old_file_with_it() {
    let folder = built();
    let root = folder.path();
    let renamed = program("make test").replace("pipeline ci", "pipeline main");
    fs::write(root.join("pipeline.gate"), renamed).unwrap();
    let check = stderr(&run(root, &["build", "--check", "--format", "short"]));
    assert!(
        check.contains("ci.yml:1:1: error[orphaned-output]"),
        "{check}"
    );
    let build = stderr(&run(root, &["build"]));
    assert!(
        build.contains("removed .github/workflows/ci.yml\n"),
        "{build}"
    );
    assert!(!root.join(WORKFLOW).exists());
    assert!(root.join(".github/workflows/main.yml").exists());
}

#[test]
fn an_edited_orphan_is_kept_with_a_warning() {
    let folder = built();
    let root = folder.path();
    fs::write(root.join(WORKFLOW), "mine\n").unwrap();
    let renamed = program("make test").replace("pipeline ci", "pipeline main");
    fs::write(root.join("pipeline.gate"), renamed).unwrap();
    let denied = run(root, &["build", "--deny-warnings", "--format", "short"]);
    assert_eq!(denied.status.code(), Some(1));
    assert!(
        !root.join(".github/workflows/main.yml").exists(),
        "a failed build writes nothing"
    );
    let build = run(root, &["build", "--format", "short"]);
    assert_eq!(build.status.code(), Some(0));
    assert!(
        stderr(&build).contains("ci.yml:1:1: warning[edited-orphan]"),
        "{}",
        stderr(&build)
    );
    assert_eq!(read(root, WORKFLOW), "mine\n");
}

#[test]
fn stdout_and_out_leave_the_project_alone() {
    let folder = source();
    let root = folder.path();
    let printed = stdout(&run(root, &["build", "--stdout"]));
    assert!(
        printed.starts_with("# ---- .github/workflows/ci.yml ----\n"),
        "{printed}"
    );
    let out = run(root, &["build", "--out", "elsewhere/deep"]);
    assert_eq!(out.status.code(), Some(0), "{}", stderr(&out));
    assert!(stderr(&out).starts_with("created elsewhere/deep/.github/workflows/ci.yml\n"));
    assert!(printed.ends_with(&read(root, "elsewhere/deep/.github/workflows/ci.yml")));
    assert!(!root.join(".github").exists() && !root.join(FILE_NAME).exists());
    assert_eq!(
        run(root, &["build", "--out", "elsewhere/deep", "--check"])
            .status
            .code(),
        Some(0)
    );
}

#[test]
fn one_target_leaves_the_files_of_others_alone() {
    let folder = built();
    let root = folder.path();
    let output = run(root, &["build", "--target", "prometheus"]);
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    assert!(root.join(WORKFLOW).exists());
    assert!(lock(root).files.contains_key(WORKFLOW));
}

#[test]
fn the_plan_is_printed_and_nothing_written() {
    let folder = source();
    let output = run(folder.path(), &["build", "--target", "plan"]);
    assert_eq!(output.status.code(), Some(0));
    assert!(
        stdout(&output).contains("stage test \"Test\""),
        "{}",
        stdout(&output)
    );
    assert!(!folder.path().join(FILE_NAME).exists());
}

#[test]
fn an_interrupted_build_is_seen_by_check_and_mended_by_build() {
    let folder = built();
    let root = folder.path();
    fs::write(
        root.join(".gatec-journal"),
        "{\"phase\":\"stage\",\"entries\":[]}",
    )
    .unwrap();
    let line = "error[unfinished-build]";
    assert_finding(root, &["build", "--check", "--format", "short"], line);
    assert_eq!(run(root, &["build"]).status.code(), Some(0));
    assert_eq!(run(root, &["build", "--check"]).status.code(), Some(0));
}

#[test]
fn paths_are_shown_from_where_the_command_runs() {
    let folder = source();
    let root = folder.path();
    fs::create_dir_all(root.join("a/b")).unwrap();
    let from_below = stderr(&run(&root.join("a/b"), &["build"]));
    assert!(
        from_below.starts_with("created ../../.github/workflows/ci.yml\n"),
        "{from_below}"
    );
    fs::write(root.join("pipeline.gate"), "project { }\npipelin x { }\n").unwrap();
    let above = root.parent().unwrap();
    let name = root.file_name().unwrap().to_str().unwrap();
    let shown = stderr(&run(above, &["check", "--format", "short", name]));
    assert!(
        shown.starts_with(&format!("{name}/pipeline.gate:2:1: error[")),
        "{shown}"
    );
}

#[test]
fn graphs_are_data_on_stdout() {
    let folder = source();
    let root = folder.path();
    for (format, begin) in [
        ("mermaid", "flowchart LR"),
        ("dot", "digraph"),
        ("svg", "<svg"),
        ("text", "CI (on push)"),
    ] {
        let output = run(root, &["graph", "--format", format]);
        assert_eq!(output.status.code(), Some(0));
        assert!(stdout(&output).starts_with(begin), "{}", stdout(&output));
        assert_eq!(stderr(&output), "");
    }
    let output = run(root, &["graph", "--pipeline", "cii"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(stderr(&output).contains("did you mean `ci`?"));
}

#[test]
fn two_projects_are_checked_as_one_run() {
    let folder = empty();
    let root = folder.path();
    for name in ["one", "two"] {
        fs::create_dir(root.join(name)).unwrap();
        fs::write(root.join(name).join("a.gate"), "project { }\nstag x { }\n").unwrap();
    }
    let output = run(root, &["check", "--format", "json", "one", "two", "one"]);
    assert_eq!(output.status.code(), Some(1));
    let value: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let found = value["diagnostics"].as_array().unwrap();
    let paths: Vec<_> = found
        .iter()
        .map(|d| d["primary"]["path"].as_str().unwrap())
        .collect();
    assert_eq!(paths, ["one/a.gate", "two/a.gate"]);
}
