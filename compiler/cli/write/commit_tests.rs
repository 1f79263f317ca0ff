//! A commit stopped after every one of its steps, and what the next build makes of it.

use std::fs;
use std::path::Path;

use super::*;
use crate::cli::write::{Guard, Scope, inspect, pending};
use crate::lock::{FILE_NAME, Lock};
use crate::targets::OutputFile;

fn outputs(generation: u32) -> Vec<OutputFile> {
    let file = |path: &str| OutputFile {
        path: path.to_string(),
        content: format!("{path} of generation {generation}\n"),
    };
    let mut files = vec![file("a.yml"), file("deep/er/b.yml"), file("c.yml")];
    // Each generation has one file that the next has not.
    files.push(file(&format!("only/{generation}.yml")));
    files
}

fn lock(root: &Path) -> Lock {
    match fs::read_to_string(root.join(FILE_NAME)) {
        Ok(text) => Lock::parse(&text).unwrap(),
        Err(_) => Lock::default(),
    }
}

fn look(root: &Path, generation: u32) -> Inspection {
    let files = outputs(generation);
    inspect(root, &lock(root), Default::default(), &files, Scope::Whole).unwrap()
}

fn build(root: &Path, generation: u32) {
    let _guard = Guard::take(root).unwrap();
    let inspection = look(root, generation);
    assert!(
        inspection.is_free(),
        "generation {generation}: {inspection:?}"
    );
    commit(&inspection).unwrap();
}

fn assert_is(root: &Path, generation: u32) {
    for file in outputs(generation) {
        assert_eq!(
            fs::read_to_string(root.join(&file.path)).unwrap(),
            file.content
        );
    }
    let mut found: Vec<String> = walkdir::WalkDir::new(root)
        .into_iter()
        .map(Result::unwrap)
        .filter(|e| e.file_type().is_file())
        .map(|e| e.path().strip_prefix(root).unwrap().display().to_string())
        .collect();
    found.sort();
    let mut expected: Vec<String> = outputs(generation).into_iter().map(|f| f.path).collect();
    expected.push(FILE_NAME.to_string());
    expected.sort();
    assert_eq!(found, expected, "nothing else is left");
    assert!(look(root, generation).is_current());
}

/// Performs the first steps of a commit, then forgets it as a kill would.
fn killed_after(root: &Path, generation: u32, steps: usize) -> bool {
    let inspection = look(root, generation);
    let mut commit = Commit::new(&inspection).unwrap();
    let all = commit.steps();
    for step in all.iter().take(steps) {
        commit.perform(step).unwrap();
    }
    steps < all.len()
}

#[test]
fn every_file_is_old_or_new_after_a_kill_at_any_step() {
    for steps in 0.. {
        let root = tempfile::tempdir().unwrap();
        let root = root.path();
        build(root, 1);
        let more = killed_after(root, 2, steps);
        for (old, new) in outputs(1).into_iter().zip(outputs(2)).take(3) {
            let now = fs::read_to_string(root.join(&old.path)).unwrap();
            assert!([old.content, new.content].contains(&now), "{steps}: {now}");
        }
        // The source moved on meanwhile: nothing may be taken for a hand edit.
        build(root, 3);
        assert_is(root, 3);
        if !more {
            break;
        }
    }
}

#[test]
fn a_first_build_may_be_killed_at_any_step() {
    for steps in 0.. {
        let root = tempfile::tempdir().unwrap();
        let more = killed_after(root.path(), 1, steps);
        build(root.path(), 2);
        assert_is(root.path(), 2);
        if !more {
            break;
        }
    }
}

#[test]
fn an_edit_after_the_kill_is_not_lost() {
    let root = tempfile::tempdir().unwrap();
    let root = root.path();
    build(root, 1);
    let steps = Commit::new(&look(root, 2)).unwrap().steps();
    let before_renames = 1 + steps
        .iter()
        .position(|s| matches!(s, Step::Say(Phase::Replace)))
        .unwrap();
    killed_after(root, 2, before_renames);
    assert!(pending(root));
    fs::write(root.join("a.yml"), "mine\n").unwrap();
    drop(Guard::take(root).unwrap());
    assert_eq!(fs::read_to_string(root.join("a.yml")).unwrap(), "mine\n");
    assert!(!pending(root));
    let edited = look(root, 2);
    let state = &edited
        .outputs
        .iter()
        .find(|o| o.path == "a.yml")
        .unwrap()
        .state;
    assert_eq!(*state, State::HandEdited);
}
