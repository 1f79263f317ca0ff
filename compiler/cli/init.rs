//! `gatec init`: a first program, from what the folder holds.

use std::fs::File;
use std::io::{ErrorKind, Write};
use std::path::Path;

use super::args::Init;
use super::exit::{Exit, Failure};
use super::screen::Screen;
use super::write::Trouble;

const FILE: &str = "pipeline.gate";

/// What tells how a project is tested: a file, and what its pipeline says.
struct Kind {
    file: &'static str,
    /// The library's module, if one sets up its tools.
    module: Option<&'static str>,
    /// The step that sets them up.
    setup: Option<&'static str>,
    command: &'static str,
}

const KINDS: &[Kind] = &[
    Kind {
        file: "Cargo.toml",
        module: Some("rust"),
        setup: Some("use rust.setup"),
        command: "cargo test --locked",
    },
    Kind {
        file: "package.json",
        module: Some("node"),
        setup: Some("use node.setup { version = \"lts/*\" }"),
        command: "npm ci && npm test",
    },
    Kind {
        file: "go.mod",
        module: None,
        setup: Some("use \"actions/setup-go@v7\" { \"go-version-file\" = \"go.mod\" }"),
        command: "go test ./...",
    },
    Kind {
        file: "pyproject.toml",
        module: Some("python"),
        setup: Some("use python.setup { version = \"3.13\" }"),
        command: "python -m pip install . pytest && python -m pytest",
    },
    Kind {
        file: "Makefile",
        module: None,
        setup: None,
        command: "make test",
    },
];

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
    let known = KINDS.iter().find(|kind| folder.join(kind.file).is_file());
    let command = known.map_or("echo \"put your tests here\"", |kind| kind.command);
    let import = known.and_then(|kind| kind.module);
    let import = import.map_or(String::new(), |module| format!("import std.{module}\n\n"));
    let setup = known.and_then(|kind| kind.setup);
    let setup = setup.map_or(String::new(), |step| format!("    {step}\n"));
    let command = command.replace('\\', "\\\\").replace('"', "\\\"");
    format!(
        "\
# What this repository does on a push. `gatec build` writes the workflow from it;
# `gatec explain stage` says what a stage can hold.
{import}project {{ required_version = \">= {version}\" }}

pipeline ci {{
  on push {{ branches = [\"main\"] }}
  on pull_request

  stage test {{
{setup}    run \"{command}\"
  }}
}}
",
        version = env!("CARGO_PKG_VERSION"),
    )
}
