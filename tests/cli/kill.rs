//! `kill -9` in the middle of builds: this test starts itself as a program that builds again and
//! again, and kills it at many moments.

use super::*;

use std::process::{Child, Command as Process, Stdio};
use std::time::Duration;

const ROOT: &str = "GATEC_TEST_KILL_ROOT";
const FILES: usize = 12;

/// The files of a generation: large enough that a write is not one block.
fn files(generation: u32) -> Vec<OutputFile> {
    let line = format!("generation {generation}\n");
    let names = (0..FILES).map(|i| format!("out/{}/{i}.yml", i % 3));
    let mut files: Vec<OutputFile> = names.map(|n| file(&n, &line.repeat(400))).collect();
    files.push(file(&format!("sometimes/{}.yml", generation % 2), &line));
    files
}

/// Builds until it is killed.
fn victim(root: &Path) {
    fs::write(root.with_extension("ready"), "").unwrap();
    for generation in 0..u32::MAX {
        write(root, &files(generation)).unwrap();
    }
}

/// The victim, as soon as it builds.
fn spawn(root: &Path) -> Child {
    let ready = root.with_extension("ready");
    fs::remove_file(&ready).ok();
    let child = Process::new(std::env::current_exe().unwrap())
        .args(["--exact", "kill::a_build_may_be_killed_at_any_moment"])
        .env(ROOT, root)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let since = std::time::Instant::now();
    while !ready.exists() {
        assert!(
            since.elapsed() < Duration::from_secs(30),
            "the victim did not start"
        );
        std::thread::sleep(Duration::from_millis(1));
    }
    child
}

/// Every file that is there is whole: all of one generation.
fn assert_whole(root: &Path) -> usize {
    let mut seen = 0;
    for output in files(0).iter().take(FILES) {
        let Ok(text) = fs::read_to_string(root.join(&output.path)) else {
            continue;
        };
        seen += 1;
        assert_eq!(text.lines().count(), 400, "{} is torn", output.path);
        let first = text.lines().next().unwrap();
        assert!(text.lines().all(|l| l == first), "{} is mixed", output.path);
    }
    seen
}

#[test]
fn a_build_may_be_killed_at_any_moment() {
    if let Some(root) = std::env::var_os(ROOT) {
        return victim(Path::new(&root));
    }
    let folder = tempfile::tempdir().unwrap();
    let root = &folder.path().join("root");
    fs::create_dir(root).unwrap();
    let (mut interrupted, mut seen) = (0, 0);
    for round in 0..60u64 {
        let mut child = spawn(root);
        // Moments spread over several builds, the same in every run of this test.
        std::thread::sleep(Duration::from_micros((round * 7919) % 40_000));
        child.kill().unwrap();
        child.wait().unwrap();
        seen += assert_whole(root);
        interrupted += usize::from(gatec::cli::write::pending(root));
        if round % 5 == 4 {
            // Another source than any before: nothing may be taken for a hand edit.
            write(root, &files(1_000_000 + round as u32)).unwrap();
            assert!(look(root, &files(1_000_000 + round as u32)).is_current());
            let left = walkdir::WalkDir::new(root).into_iter().map(Result::unwrap);
            let left: Vec<_> = left.filter(|e| e.file_type().is_file()).collect();
            assert_eq!(left.len(), FILES + 2, "{left:?}");
        }
    }
    assert!(seen > 0, "the builds never got as far as a file");
    assert!(interrupted > 0, "no kill fell into a write");
}

#[test]
fn builds_at_the_same_time_take_turns() {
    let folder = tempfile::tempdir().unwrap();
    let root = &folder.path().join("root");
    fs::create_dir(root).unwrap();
    let mut children = [spawn(root), spawn(root)];
    std::thread::sleep(Duration::from_millis(700));
    // A victim that met a half-written root would have stopped with a panic.
    let ended = children.each_mut().map(|child| child.try_wait().unwrap());
    for child in &mut children {
        child.kill().unwrap();
        child.wait().unwrap();
    }
    assert_eq!(ended, [None, None]);
    write(root, &files(7)).unwrap();
    assert_eq!(assert_whole(root), FILES);
}

/// A program whose workflow is large, and another for every word.
fn program(word: &str) -> String {
    let stage = |i: usize| format!("  stage s{i} {{ run \"echo {word} {i}\" }}\n");
    let stages: String = (0..40).map(stage).collect();
    format!("project {{ }}\npipeline ci {{\n  on push\n{stages}}}\n")
}

#[test]
fn the_command_itself_may_be_killed_at_any_moment() {
    let folder = empty();
    let root = folder.path();
    let source = root.join("pipeline.gate");
    let gatec = assert_cmd::cargo::cargo_bin("gatec");
    for round in 0..40u64 {
        fs::write(&source, program(&format!("word{round}"))).unwrap();
        let mut child = Process::new(&gatec)
            .arg("build")
            .current_dir(root)
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        std::thread::sleep(Duration::from_micros(500 + (round * 1_931) % 30_000));
        child.kill().unwrap();
        child.wait().unwrap();
        let Ok(workflow) = fs::read_to_string(root.join(".github/workflows/ci.yml")) else {
            continue;
        };
        let words: std::collections::BTreeSet<&str> = workflow
            .split_whitespace()
            .filter(|w| w.starts_with("word"))
            .collect();
        assert_eq!(words.len(), 1, "the workflow is of one source: {words:?}");
    }
    fs::write(&source, program("last")).unwrap();
    let build = super::gatec(root).arg("build").output().unwrap();
    assert_eq!(
        build.status.code(),
        Some(0),
        "{}",
        String::from_utf8_lossy(&build.stderr)
    );
    let check = super::gatec(root)
        .args(["build", "--check"])
        .output()
        .unwrap();
    assert_eq!(
        check.status.code(),
        Some(0),
        "{}",
        String::from_utf8_lossy(&check.stderr)
    );
    let mut names: Vec<_> = fs::read_dir(root)
        .unwrap()
        .map(|e| e.unwrap().file_name())
        .collect();
    names.sort();
    assert_eq!(names, [".git", ".github", "gate.lock", "pipeline.gate"]);
}
