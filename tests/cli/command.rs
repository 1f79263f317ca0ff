//! Exit codes, streams and what each command says.

use super::*;

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

#[test]
fn wrong_use_is_2_and_says_so_on_stderr() {
    let folder = empty();
    fs::write(folder.path().join("notes.txt"), "").unwrap();
    for args in [
        vec!["bild"],
        vec!["build", "--format", "xml"],
        vec!["build"],
        vec!["check"],
        vec!["explain", "no-such-thing-at-all"],
        vec!["fmt", "-", "a.gate"],
        vec!["check", "notes.txt"],
        vec!["build", "--stdout", "--check"],
    ] {
        let output = gatec(folder.path()).args(&args).output().unwrap();
        assert_eq!(output.status.code(), Some(2), "{args:?}");
        assert!(output.stdout.is_empty(), "{args:?}");
        assert!(!output.stderr.is_empty(), "{args:?}");
    }
}

#[test]
fn help_documents_the_exit_codes() {
    let folder = empty();
    let output = gatec(folder.path()).arg("--help").output().unwrap();
    assert_eq!(output.status.code(), Some(0));
    let help = text(&output.stdout);
    for line in [
        "0  all is well",
        "1  findings",
        "2  the command",
        "3  a file",
    ] {
        assert!(help.contains(line), "{help}");
    }
}

#[test]
fn an_unknown_target_is_named_with_what_was_meant() {
    let folder = project();
    let output = gatec(folder.path())
        .args(["build", "--target", "plam"])
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert!(text(&output.stderr).contains("did you mean `plan`?"));
}

#[test]
fn a_missing_path_is_3() {
    let folder = empty();
    let output = gatec(folder.path())
        .args(["check", "nowhere"])
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(3));
    assert!(text(&output.stderr).contains("can't read `nowhere`: No such file"));
}

#[test]
fn the_required_version_is_checked_before_anything_is_parsed() {
    let folder = empty();
    let source = "project {\n  required_version = \">= 99\"\n}\n§ syntax of the future §\n";
    fs::write(folder.path().join("a.gate"), source).unwrap();
    let output = gatec(folder.path())
        .args(["check", "--format", "short"])
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(1));
    let own = env!("CARGO_PKG_VERSION");
    let expected = format!(
        "a.gate:2:23: error[required-version]: this project asks for gatec >= 99, and this is gatec {own}\n1 error\n"
    );
    assert_eq!(text(&output.stderr), expected);
    fs::write(
        folder.path().join("a.gate"),
        "project { required_version = \"soon\" }\n",
    )
    .unwrap();
    let output = gatec(folder.path())
        .args(["check", "--format", "short"])
        .output()
        .unwrap();
    assert!(text(&output.stderr).contains("`soon` is not a version requirement"));
}

#[test]
fn text_that_is_none_is_a_finding() {
    let folder = empty();
    fs::write(folder.path().join("a.gate"), b"x = \"\xff\xfe\"\n").unwrap();
    let output = gatec(folder.path())
        .args(["check", "--format", "json"])
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(1));
    let value: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let finding = &value["diagnostics"][0];
    assert_eq!(finding["code"], "invalid-text");
    assert_eq!(finding["primary"]["span"]["start"]["byte"], 5);
}

#[test]
fn findings_for_machines_go_to_stdout_and_for_people_to_stderr() {
    let folder = empty();
    fs::write(folder.path().join("a.gate"), b"\xff").unwrap();
    for (format, stdout) in [
        ("pretty", false),
        ("short", false),
        ("json", true),
        ("sarif", true),
        ("github", true),
    ] {
        let output = gatec(folder.path())
            .args(["check", "--format", format])
            .output()
            .unwrap();
        assert_eq!(!output.stdout.is_empty(), stdout, "{format}");
        assert_eq!(output.stderr.is_empty(), stdout, "{format}");
    }
}

#[test]
fn colours_obey_the_flag_and_no_color() {
    let folder = empty();
    fs::write(folder.path().join("a.gate"), b"\xff").unwrap();
    let stderr = |color: &str, no_color: &str| {
        let mut command = gatec(folder.path());
        command
            .args(["check", "--color", color])
            .env("NO_COLOR", no_color);
        text(&command.output().unwrap().stderr)
    };
    assert!(stderr("always", "").contains('\u{1b}'));
    for (color, no_color) in [("auto", "1"), ("auto", ""), ("never", "")] {
        assert!(
            !stderr(color, no_color).contains('\u{1b}'),
            "{color} {no_color}"
        );
    }
}

#[test]
fn explain_prints_a_page_to_stdout() {
    let folder = empty();
    let output = gatec(folder.path())
        .args(["explain", "foreign-file"])
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(0));
    assert!(text(&output.stdout).starts_with("# foreign-file\n"));
    let output = gatec(folder.path())
        .args(["explain", "foreign-fiel"])
        .output()
        .unwrap();
    assert!(text(&output.stderr).contains("did you mean `foreign-file`?"));
}

#[test]
fn completions_are_made_for_every_shell() {
    let folder = empty();
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let output = gatec(folder.path())
            .args(["completions", shell])
            .output()
            .unwrap();
        assert_eq!(output.status.code(), Some(0));
        assert!(text(&output.stdout).contains("gatec"), "{shell}");
    }
}

#[test]
fn init_writes_a_first_program_and_never_overwrites() {
    let folder = empty();
    fs::write(folder.path().join("package.json"), "{}").unwrap();
    let output = gatec(folder.path()).arg("init").output().unwrap();
    assert_eq!(output.status.code(), Some(0));
    assert!(text(&output.stderr).contains("gatec check"));
    let program = read(folder.path(), "pipeline.gate");
    assert!(program.contains("use node.setup {"));
    assert!(program.contains("run \"npm ci\" { name"));
    let check = gatec(folder.path())
        .args(["check", "--deny-warnings"])
        .output()
        .unwrap();
    assert_eq!(check.status.code(), Some(0), "{}", text(&check.stderr));
    fs::write(folder.path().join("pipeline.gate"), "mine").unwrap();
    let output = gatec(folder.path()).arg("init").output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert_eq!(read(folder.path(), "pipeline.gate"), "mine");
}

#[test]
fn init_knows_the_tools_of_a_folder() {
    for (files, setup) in [
        ("Cargo.toml", "run \"cargo test\""),
        ("Cargo.toml Cargo.lock", "run \"cargo test --locked\""),
        ("package.json pnpm-lock.yaml", "pnpm@10 install"),
        ("package.json yarn.lock", "yarn install"),
        ("go.mod", "use \"actions/setup-go@"),
        ("pyproject.toml", "use python.setup {"),
        ("requirements.txt", "-r requirements.txt"),
        ("Makefile", "run \"make test\""),
        ("", "put your tests here"),
    ] {
        let folder = empty();
        for file in files.split_whitespace() {
            fs::write(folder.path().join(file), "").unwrap();
        }
        gatec(folder.path()).arg("init").assert().success();
        assert!(
            read(folder.path(), "pipeline.gate").contains(setup),
            "{files}"
        );
        let check = gatec(folder.path())
            .args(["check", "--deny-warnings"])
            .output()
            .unwrap();
        assert_eq!(check.status.code(), Some(0), "{}", text(&check.stderr));
        let fmt = gatec(folder.path())
            .args(["fmt", "--check"])
            .output()
            .unwrap();
        assert_eq!(fmt.status.code(), Some(0), "{}", text(&fmt.stderr));
    }
}

#[test]
fn fmt_says_that_a_folder_holds_nothing() {
    let folder = empty();
    let output = gatec(folder.path()).arg("fmt").output().unwrap();
    assert_eq!(output.status.code(), Some(0));
    assert!(text(&output.stderr).contains("there is no .gate file in"));
}

#[test]
fn explain_knows_the_library() {
    let folder = empty();
    let output = gatec(folder.path())
        .args(["explain", "node.setup"])
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(0));
    let page = text(&output.stdout);
    assert!(
        page.contains("| `version` | `string` | an error |"),
        "{page}"
    );
    assert!(page.contains("`import std.node`"), "{page}");
    let output = gatec(folder.path())
        .args(["explain", "node.setpu"])
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert!(text(&output.stderr).contains("did you mean `node.setup`?"));
    let output = gatec(folder.path())
        .args(["explain", "policy"])
        .output()
        .unwrap();
    assert!(text(&output.stdout).contains("# `policy NAME`"));
}

#[test]
fn sources_are_found_where_they_count() {
    let folder = empty();
    let root = folder.path();
    for (path, text) in [
        ("project.gate", "project { }\n"),
        ("sub/a.gate", ""),
        ("later/b.gate", ""),
        (".hidden/c.gate", ""),
        ("ignored/d.gate", ""),
        ("inner/e.gate", "project { }\n"),
        ("inner/deep/f.gate", ""),
        ("locked/g.gate", ""),
        ("locked/gate.lock", "version: 1\n"),
        (".gitignore", "ignored/\n"),
    ] {
        fs::create_dir_all(root.join(path).parent().unwrap()).unwrap();
        fs::write(root.join(path), text).unwrap();
    }
    let found = |path: &str| {
        let project = gatec::cli::discover::discover(&root.join(path))
            .ok()
            .unwrap();
        (project.root.file_name().unwrap().to_owned(), project.files)
    };
    let name = root.file_name().unwrap().to_owned();
    assert_eq!(
        found("."),
        (
            name.clone(),
            vec!["project.gate".into(), "sub/a.gate".into()]
        )
    );
    assert_eq!(found("sub"), found("."), "the root is looked for upward");
    assert_eq!(found("later"), ("later".into(), vec!["b.gate".into()]));
    assert_eq!(
        found("inner/deep"),
        ("inner".into(), vec!["deep/f.gate".into(), "e.gate".into()])
    );
    assert_eq!(found("locked"), ("locked".into(), vec!["g.gate".into()]));
    assert_eq!(
        found("sub/a.gate"),
        (name, vec!["sub/a.gate".into()]),
        "a file stands alone"
    );
}

#[test]
fn a_broken_lock_stops_the_build() {
    let folder = project();
    let root = folder.path();
    fs::write(root.join(FILE_NAME), "<<<<<<< HEAD\nversion: 1\n=======\n").unwrap();
    let output = gatec(root)
        .args(["build", "--format", "short"])
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(1), "{output:?}");
    assert!(text(&output.stderr).contains("gate.lock:1:1: error[broken-lock]"));
}

#[test]
fn a_reader_that_goes_away_is_no_trouble() {
    let folder = project();
    let program = assert_cmd::cargo::cargo_bin("gatec");
    let status = std::process::Command::new("sh")
        .args([
            "-c",
            "\"$0\" completions zsh | true; \"$0\" completions bash | head -c 1 >/dev/null",
        ])
        .arg(program)
        .current_dir(folder.path())
        .output()
        .unwrap();
    assert!(status.stderr.is_empty(), "{}", text(&status.stderr));
}

#[test]
fn a_full_standard_output_is_3() {
    let Ok(full) = fs::OpenOptions::new().write(true).open("/dev/full") else {
        eprintln!("SKIPPED: this system has no /dev/full");
        return;
    };
    let status = std::process::Command::new(assert_cmd::cargo::cargo_bin("gatec"))
        .args(["completions", "bash"])
        .stdout(full)
        .stderr(std::process::Stdio::piped())
        .output()
        .unwrap();
    assert_eq!(status.status.code(), Some(3));
    assert!(text(&status.stderr).contains("No space left on device"));
}
