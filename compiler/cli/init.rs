//! `gatec init`: a first program, from what the folder holds.

use std::fs::File;
use std::io::{ErrorKind, Write};
use std::path::Path;

use super::args::Init;
use super::exit::{Exit, Failure};
use super::screen::Screen;
use super::write::Trouble;

const FILE: &str = "pipeline.gate";

/// What tells how a project is tested: files, and what its pipeline says.
struct Kind {
    /// Files that are all there.
    files: &'static [&'static str],
    /// The library's module, if one sets up its tools.
    module: Option<&'static str>,
    /// Its steps, one a line.
    steps: &'static [&'static str],
}

const fn kind(
    files: &'static [&'static str],
    module: Option<&'static str>,
    steps: &'static [&'static str],
) -> Kind {
    Kind {
        files,
        module,
        steps,
    }
}

const NODE: &str = r#"use node.setup { version = "lts/*" }"#;
const PYTHON: &str = r#"use python.setup { version = "3.13" }"#;
const PYTEST: &str = r#"run "python -m pytest" { name = "Test" }"#;

/// The first that fits is taken: what says more stands before what says less.
#[rustfmt::skip]
const KINDS: &[Kind] = &[
    kind(&["Cargo.toml", "Cargo.lock"], Some("rust"), &["use rust.setup", r#"run "cargo test --locked" { name = "Test" }"#]),
    kind(&["Cargo.toml"], Some("rust"), &["use rust.setup", r#"run "cargo test" { name = "Test" }"#]),
    kind(&["package.json", "pnpm-lock.yaml"], Some("node"), &[
        NODE,
        r#"run "npx --yes pnpm@10 install --frozen-lockfile" { name = "Install" }"#,
        r#"run "npx --yes pnpm@10 test" { name = "Test" }"#,
    ]),
    kind(&["package.json", "yarn.lock"], Some("node"), &[
        NODE,
        r#"run "yarn install --frozen-lockfile" { name = "Install" }"#,
        r#"run "yarn test" { name = "Test" }"#,
    ]),
    kind(&["package.json"], Some("node"), &[
        NODE,
        r#"run "npm ci" { name = "Install" }"#,
        r#"run "npm test" { name = "Test" }"#,
    ]),
    kind(&["go.mod"], None, &[
        r#"use "actions/setup-go@v7" { "go-version-file" = "go.mod" }"#,
        r#"run "go test ./..." { name = "Test" }"#,
    ]),
    kind(&["pyproject.toml"], Some("python"), &[
        PYTHON,
        r#"run "python -m pip install . pytest" { name = "Install" }"#,
        PYTEST,
    ]),
    kind(&["requirements.txt"], Some("python"), &[
        PYTHON,
        r#"run "python -m pip install -r requirements.txt pytest" { name = "Install" }"#,
        PYTEST,
    ]),
    kind(&["Makefile"], None, &[r#"run "make test" { name = "Test" }"#]),
];

/// What a folder gets that tells nothing.
const PLACEHOLDER: &str = r#"run "echo 'put your tests here'" { name = "Test" }"#;

pub(super) fn run(args: &Init, screen: &mut Screen) -> Result<Exit, Failure> {
    let place = match args.path.as_os_str() == "." {
        true => FILE.into(),
        false => args.path.join(FILE),
    };
    let mut file = File::create_new(&place).map_err(|error| match error.kind() {
        ErrorKind::AlreadyExists => Failure::Usage(format!(
            "`{}` exists, and init never overwrites",
            place.display()
        )),
        _ => Trouble::new("write", &place, error).into(),
    })?;
    let written = file.write_all(program(&args.path).as_bytes());
    written.map_err(|e| Trouble::new("write", &place, e))?;
    screen.say(&format!(
        "wrote {}\n\nnext:\n  gatec check    what it says, checked\n  gatec graph    what it \
         does, drawn\n  gatec build    the workflow, written",
        place.display()
    ))?;
    Ok(Exit::Ok)
}

fn program(folder: &Path) -> String {
    let fits = |kind: &&Kind| kind.files.iter().all(|file| folder.join(file).is_file());
    let known = KINDS.iter().find(fits);
    let import = known.and_then(|kind| kind.module);
    let import = import.map_or(String::new(), |module| format!("import std.{module}\n\n"));
    let steps = known.map_or(&[PLACEHOLDER][..], |kind| kind.steps);
    format!(
        "\
# What this repository does on a push. `gatec build` writes the workflow from it;
# `gatec explain stage` says what a stage can hold.
{import}project {{ required_version = \">= {version}\" }}

pipeline ci {{
  on push {{ branches = [\"main\"] }}
  on pull_request

  stage test {{
    {steps}
  }}
}}
",
        version = env!("CARGO_PKG_VERSION"),
        steps = steps.join("\n    "),
    )
}
