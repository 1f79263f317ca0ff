//! Tests of the command as its users meet it: exit codes, streams, files.

#![allow(clippy::disallowed_methods, missing_docs)]

#[path = "cli/build.rs"]
mod build;
#[path = "cli/command.rs"]
mod command;
#[path = "cli/kill.rs"]
mod kill;
#[path = "cli/pin.rs"]
mod pin;
#[path = "cli/report.rs"]
mod report;
#[path = "cli/trouble.rs"]
mod trouble;
#[path = "cli/writer.rs"]
mod writer;

use std::fs;
use std::path::Path;

use assert_cmd::Command;
use gatec::cli::write::{Changes, Guard, Inspection, Scope, Trouble, commit, inspect};
use gatec::lock::{FILE_NAME, Lock};
use gatec::targets::OutputFile;

/// The command, in a folder, with a quiet environment.
fn gatec(folder: &Path) -> Command {
    let mut command = Command::cargo_bin("gatec").unwrap();
    command
        .current_dir(folder)
        .env_remove("NO_COLOR")
        .env("TERM", "xterm");
    command
}

/// An empty folder in which no project above it counts: a repository of its own.
fn empty() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join(".git")).unwrap();
    folder
}

fn project() -> tempfile::TempDir {
    let folder = empty();
    fs::write(folder.path().join("pipeline.gate"), "project { }\n").unwrap();
    folder
}

fn file(path: &str, content: &str) -> OutputFile {
    OutputFile {
        path: path.to_string(),
        content: content.to_string(),
    }
}

fn lock(root: &Path) -> Lock {
    match fs::read_to_string(root.join(FILE_NAME)) {
        Ok(text) => Lock::parse(&text).unwrap(),
        Err(_) => Lock::default(),
    }
}

fn look(root: &Path, files: &[OutputFile]) -> Inspection {
    inspect(root, &lock(root), Default::default(), files, Scope::Whole).unwrap()
}

/// A build of these files, as the command does it.
fn write(root: &Path, files: &[OutputFile]) -> Result<Changes, Trouble> {
    let _guard = Guard::take(root)?;
    let inspection = look(root, files);
    assert!(inspection.is_free(), "{inspection:?}");
    commit(&inspection)
}

fn read(root: &Path, path: &str) -> String {
    fs::read_to_string(root.join(path)).unwrap()
}
