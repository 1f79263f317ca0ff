//! Which files the writer touches, and which it refuses to.

use super::*;
use gatec::cli::write::State;

fn states(root: &Path, files: &[OutputFile]) -> Vec<State> {
    look(root, files)
        .outputs
        .into_iter()
        .map(|o| o.state)
        .collect()
}

fn refused(root: &Path, path: &str) -> State {
    let inspection = look(root, &[file(path, "x")]);
    assert!(!inspection.is_free(), "{path}");
    inspection.outputs.into_iter().next().unwrap().state
}

#[test]
fn twice_gives_the_same_bytes_and_leaves_the_time_alone() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path();
    let files = [file("a/b.yml", "one\n"), file("c.yml", "two\n")];
    let first = write(root, &files).unwrap();
    assert_eq!(first.created, ["a/b.yml", "c.yml"]);
    let all = ["a/b.yml", "c.yml", FILE_NAME];
    let state = || {
        all.map(|p| {
            (
                read(root, p),
                fs::metadata(root.join(p)).unwrap().modified().unwrap(),
            )
        })
    };
    let before = state();
    std::thread::sleep(std::time::Duration::from_millis(20));
    let second = write(root, &files).unwrap();
    assert_eq!(
        (second.unchanged, second.created.len(), second.updated.len()),
        (2, 0, 0)
    );
    assert_eq!(state(), before);
    write(root, &[files[0].clone(), file("c.yml", "three\n")]).unwrap();
    let after = state();
    assert_eq!(after[0], before[0], "the unchanged file keeps its time");
    assert_eq!(after[1].0, "three\n");
}

#[test]
fn a_file_of_the_users_is_never_overwritten() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path();
    fs::write(root.join("a.yml"), "mine\n").unwrap();
    assert_eq!(refused(root, "a.yml"), State::Foreign(None));
    fs::create_dir(root.join("folder")).unwrap();
    assert!(matches!(refused(root, "folder"), State::Foreign(Some(_))));
    assert!(matches!(
        refused(root, "a.yml/below"),
        State::Foreign(Some(_))
    ));
    // The very text that gatec would write is as good as its own.
    assert_eq!(states(root, &[file("a.yml", "mine\n")]), [State::Current]);
    assert_eq!(read(root, "a.yml"), "mine\n");
}

#[test]
fn an_edit_by_hand_is_seen_and_kept() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path();
    write(root, &[file("a.yml", "one\n")]).unwrap();
    assert_eq!(states(root, &[file("a.yml", "two\n")]), [State::Stale]);
    fs::write(root.join("a.yml"), "edited\n").unwrap();
    assert_eq!(states(root, &[file("a.yml", "one\n")]), [State::HandEdited]);
    fs::remove_file(root.join("a.yml")).unwrap();
    assert_eq!(states(root, &[file("a.yml", "one\n")]), [State::Missing]);
}

#[test]
fn line_ends_of_a_checkout_are_no_edit() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path();
    write(root, &[file("a.yml", "one\ntwo\n")]).unwrap();
    fs::write(root.join("a.yml"), "one\r\ntwo\r\n").unwrap();
    assert_eq!(
        states(root, &[file("a.yml", "one\ntwo\n")]),
        [State::Current]
    );
    assert_eq!(states(root, &[file("a.yml", "three\n")]), [State::Stale]);
}

#[test]
fn orphans_go_and_edited_orphans_stay() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path();
    write(
        root,
        &[
            file("a/b/old.yml", "x"),
            file("a/edited.yml", "x"),
            file("c/d.yml", "x"),
        ],
    )
    .unwrap();
    fs::write(root.join("a/edited.yml"), "mine").unwrap();
    let changes = write(root, &[]).unwrap();
    assert_eq!(changes.removed, ["a/b/old.yml", "c/d.yml"]);
    assert!(
        !root.join("a/b").exists(),
        "an emptied folder goes with its file"
    );
    assert!(!root.join("c").exists());
    assert_eq!(read(root, "a/edited.yml"), "mine");
    assert!(lock(root).files.is_empty());
}

#[test]
fn a_part_of_a_build_removes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path();
    write(root, &[file("a.yml", "x"), file("b.yml", "x")]).unwrap();
    let files = [file("a.yml", "y")];
    let part = inspect(root, &lock(root), Default::default(), &files, Scope::Part).unwrap();
    commit(&part).unwrap();
    assert_eq!(
        (read(root, "a.yml"), read(root, "b.yml")),
        ("y".into(), "x".into())
    );
    assert_eq!(lock(root).files.len(), 2);
}

#[test]
fn no_path_leads_out_of_the_root() {
    let outer = tempfile::tempdir().unwrap();
    let root = outer.path().join("root");
    fs::create_dir(&root).unwrap();
    for path in [
        "../escape.yml",
        "a/../../escape.yml",
        "/escape.yml",
        "",
        ".",
        "a//b",
        "./a",
        "a\\b",
        "a\nb",
        ".git/hooks/post-checkout",
        ".GIT/config",
        "gate.lock",
        "pipeline.gate",
    ] {
        assert!(
            matches!(refused(&root, path), State::Outside(_)),
            "{path:?}"
        );
    }
    assert_eq!(fs::read_dir(outer.path()).unwrap().count(), 1);
}

#[cfg(unix)]
#[test]
fn no_link_leads_out_of_the_root() {
    use std::os::unix::fs::symlink;
    let outer = tempfile::tempdir().unwrap();
    let root = outer.path().join("root");
    fs::create_dir_all(root.join("real")).unwrap();
    fs::create_dir(outer.path().join("elsewhere")).unwrap();
    symlink(outer.path().join("elsewhere"), root.join("out")).unwrap();
    symlink(outer.path().join("target.yml"), root.join("file.yml")).unwrap();
    symlink(root.join("real"), root.join("inside")).unwrap();
    assert!(matches!(refused(&root, "out/a.yml"), State::Outside(_)));
    assert!(matches!(
        refused(&root, "file.yml"),
        State::Foreign(Some(_))
    ));
    write(&root, &[file("inside/a.yml", "x")]).unwrap();
    assert_eq!(read(&root, "real/a.yml"), "x");
    assert_eq!(
        fs::read_dir(outer.path().join("elsewhere"))
            .unwrap()
            .count(),
        0
    );
    assert!(!outer.path().join("target.yml").exists());
}

#[cfg(unix)]
#[test]
fn a_link_planted_for_the_staged_file_is_not_followed() {
    use std::os::unix::fs::symlink;
    let outer = tempfile::tempdir().unwrap();
    let root = outer.path().join("root");
    fs::create_dir(&root).unwrap();
    fs::write(outer.path().join("victim"), "safe").unwrap();
    symlink(outer.path().join("victim"), root.join(".a.yml.gatec-new")).unwrap();
    write(&root, &[file("a.yml", "x")]).unwrap();
    assert_eq!(
        fs::read_to_string(outer.path().join("victim")).unwrap(),
        "safe"
    );
    assert_eq!(read(&root, "a.yml"), "x");
}

#[test]
fn a_lock_or_a_journal_made_by_others_reaches_nothing_outside() {
    let outer = tempfile::tempdir().unwrap();
    let root = outer.path().join("root");
    fs::create_dir(&root).unwrap();
    let victim = outer.path().join("victim");
    fs::write(&victim, "safe").unwrap();
    let hash = gatec::lock::digest(b"safe");
    fs::write(
        root.join(FILE_NAME),
        format!("version: 1\nfiles:\n  ../victim: {hash}\n"),
    )
    .unwrap();
    let journal = format!(
        "{{\"phase\":\"replace\",\"entries\":[{{\"path\":\"../victim\",\"old\":\"{hash}\",\"new\":null}}]}}"
    );
    fs::write(root.join(".gatec-journal"), journal).unwrap();
    let changes = write(&root, &[]).unwrap();
    assert!(changes.removed.is_empty());
    assert_eq!(fs::read_to_string(victim).unwrap(), "safe");
}

#[test]
fn outputs_that_are_one_file_to_some_systems_collide() {
    let folder = tempfile::tempdir().unwrap();
    let files = [file("A.yml", "x"), file("a.yml", "y")];
    let states = states(folder.path(), &files);
    assert_eq!(states, [State::Missing, State::Collides("A.yml".into())]);
    // The same file twice is no contradiction.
    let twice = [file("a.yml", "x"), file("a.yml", "x")];
    assert_eq!(look(folder.path(), &twice).outputs.len(), 1);
}

#[cfg(unix)]
#[test]
fn a_replaced_file_keeps_its_permissions() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path();
    write(root, &[file("run.sh", "one")]).unwrap();
    fs::set_permissions(root.join("run.sh"), fs::Permissions::from_mode(0o755)).unwrap();
    write(root, &[file("run.sh", "two")]).unwrap();
    let mode = fs::metadata(root.join("run.sh"))
        .unwrap()
        .permissions()
        .mode();
    assert_eq!(
        (read(root, "run.sh").as_str(), mode & 0o777),
        ("two", 0o755)
    );
}
