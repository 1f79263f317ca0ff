//! `gatec init`: a first program, from what the folder holds.

use std::fs::File;
use std::io::{ErrorKind, Write};
use std::path::Path;

use super::args::Init;
use super::exit::{Exit, Failure};
use super::screen::Screen;
use super::write::Trouble;

const FILE: &str = "pipeline.gate";

/// What tells how a project is tested, and the command.
const KINDS: &[(&str, &str)] = &[
    ("Cargo.toml", "cargo test --locked"),
    ("package.json", "npm ci && npm test"),
    ("go.mod", "go test ./..."),
    (
        "pyproject.toml",
        "python -m pip install . pytest && python -m pytest",
    ),
    ("Makefile", "make test"),
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
    let known = KINDS.iter().find(|(file, _)| folder.join(file).is_file());
    let command = known.map_or("echo \"put your tests here\"", |(_, command)| command);
    let command = command.replace('\\', "\\\\").replace('"', "\\\"");
    format!(
        "\
# What this repository does on a push. `gatec build` writes the workflow from it;
# `gatec explain stage` says what a stage can hold.
project {{ required_version = \">= {version}\" }}

pipeline ci {{
  on push {{ branches = [\"main\"] }}
  on pull_request

  stage test {{
    run \"{command}\"
  }}
}}
",
        version = env!("CARGO_PKG_VERSION"),
    )
}
