//! A disk that is full, a folder that may not be written: nothing is lost, and the message says
//! what the system said.

use super::*;

use std::path::PathBuf;
use std::process::Command as Process;

/// A small file system of its own, or a loud skip where the tests may not mount one.
struct Mount {
    folder: tempfile::TempDir,
}

impl Mount {
    fn new(options: &str) -> Option<Self> {
        let folder = tempfile::tempdir().unwrap();
        let mounted = Process::new("mount")
            .args(["-t", "tmpfs", "-o", options, "gatec-test"])
            .arg(folder.path())
            .status()
            .is_ok_and(|status| status.success());
        if !mounted {
            eprintln!("SKIPPED: this user may not mount a file system to fill");
            return None;
        }
        Some(Self { folder })
    }

    fn path(&self) -> PathBuf {
        self.folder.path().to_path_buf()
    }

    fn remount(&self, options: &str) {
        let mut mount = Process::new("mount");
        mount
            .args(["-o", &format!("remount,{options}")])
            .arg(self.folder.path());
        assert!(mount.status().unwrap().success());
    }
}

impl Drop for Mount {
    fn drop(&mut self) {
        Process::new("umount").arg(self.folder.path()).status().ok();
    }
}

fn names(root: &Path) -> Vec<String> {
    let mut names: Vec<String> = fs::read_dir(root)
        .unwrap()
        .map(|e| e.unwrap().file_name().to_string_lossy().into_owned())
        .collect();
    names.sort();
    names
}

#[test]
fn a_full_disk_loses_nothing() {
    let Some(mount) = Mount::new("size=96k") else {
        return;
    };
    let root = mount.path();
    write(&root, &[file("a.yml", "old\n"), file("b.yml", "old\n")]).unwrap();
    let before = names(&root);
    let large = "x".repeat(200_000);
    let files = [
        file("a.yml", "new\n"),
        file("b.yml", &large),
        file("new/c.yml", "new\n"),
    ];
    let trouble = write(&root, &files).unwrap_err().to_string();
    assert!(
        trouble.contains("b.yml`: No space left on device"),
        "{trouble}"
    );
    assert!(trouble.ends_with("nothing was changed"), "{trouble}");
    assert_eq!(
        (read(&root, "a.yml"), read(&root, "b.yml")),
        ("old\n".into(), "old\n".into())
    );
    assert_eq!(names(&root), before, "nothing is left behind");
    // With room again, the same build succeeds.
    mount.remount("size=1m");
    write(&root, &files).unwrap();
    assert_eq!(read(&root, "b.yml").len(), large.len());
}

#[test]
fn a_disk_without_a_free_file_loses_nothing() {
    // Inodes: the root, a.yml, b.yml, gate.lock and three more.
    let Some(mount) = Mount::new("size=1m,nr_inodes=7") else {
        return;
    };
    let root = mount.path();
    write(&root, &[file("a.yml", "old\n")]).unwrap();
    let files: Vec<OutputFile> = (0..9).map(|i| file(&format!("{i}.yml"), "new\n")).collect();
    let trouble = write(&root, &files).unwrap_err().to_string();
    assert!(trouble.contains("No space left on device"), "{trouble}");
    assert_eq!(names(&root), ["a.yml", "gate.lock"]);
    assert_eq!(read(&root, "a.yml"), "old\n");
}

#[test]
fn a_folder_that_may_not_be_written_is_named() {
    let Some(mount) = Mount::new("size=1m") else {
        return;
    };
    let root = mount.path();
    write(&root, &[file("a.yml", "old\n")]).unwrap();
    mount.remount("ro");
    let trouble = write(&root, &[file("a.yml", "new\n")])
        .unwrap_err()
        .to_string();
    assert!(trouble.contains("can't write in `"), "{trouble}");
    assert!(trouble.contains("Read-only file system"), "{trouble}");
    // What is up to date needs no write.
    assert_eq!(
        write(&root, &[file("a.yml", "old\n")]).unwrap().unchanged,
        1
    );
}

#[cfg(unix)]
#[test]
fn a_folder_of_others_loses_nothing() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path();
    write(root, &[file("a.yml", "old\n"), file("shut/b.yml", "old\n")]).unwrap();
    let mode =
        |mode| fs::set_permissions(root.join("shut"), fs::Permissions::from_mode(mode)).unwrap();
    mode(0o555);
    let free = fs::write(root.join("shut/probe"), "").is_ok();
    let result = write(root, &[file("a.yml", "new\n"), file("shut/b.yml", "new\n")]);
    mode(0o755);
    if free {
        eprintln!("SKIPPED: this user may write anywhere");
        return;
    }
    let trouble = result.unwrap_err().to_string();
    assert!(
        trouble.contains("shut/b.yml`: Permission denied"),
        "{trouble}"
    );
    assert_eq!(read(root, "a.yml"), "old\n");
}

#[test]
fn a_root_that_is_a_file_is_trouble() {
    let folder = project();
    fs::write(folder.path().join("out"), "a file").unwrap();
    let output = gatec(folder.path())
        .args(["build", "--out", "out"])
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(3), "{output:?}");
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert!(stderr.contains("can't make the folder `out`: "), "{stderr}");
}
