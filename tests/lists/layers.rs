//! Each part of the compiler knows only those below it, and only the command touches the world.

use super::{File, files, none_of};

/// A folder or file of `compiler/`, and what it may name.
const LAYERS: &[(&str, &[&str])] = &[
    ("source", &[]),
    ("diagnostics", &["source"]),
    ("syntax", &["source", "diagnostics"]),
    ("format", &["source", "diagnostics", "syntax"]),
    ("plan", &["source", "diagnostics", "pins"]),
    ("schema", &["plan"]),
    ("stdlib", &[]),
    ("parallel", &[]),
    ("pins", &[]),
    (
        "resolve",
        &[
            "source",
            "diagnostics",
            "syntax",
            "schema",
            "plan",
            "pins",
            "stdlib",
        ],
    ),
    (
        "lower",
        &[
            "source",
            "diagnostics",
            "syntax",
            "schema",
            "plan",
            "stdlib",
            "pins",
            "parallel",
            "resolve",
        ],
    ),
    ("proofs", &["source", "plan"]),
    ("lints", &["source", "diagnostics", "plan", "proofs"]),
    (
        "targets",
        &[
            "source",
            "diagnostics",
            "plan",
            "pins",
            "parallel",
            "proofs",
        ],
    ),
    ("stats", &[]),
    ("evidence", &[]),
    ("baseline", &["plan"]),
    (
        "judge",
        &["source", "schema", "plan", "evidence", "stats", "baseline"],
    ),
    ("report", &["plan", "judge"]),
    // The lock is written by the one YAML printer.
    ("lock", &["source", "diagnostics", "targets", "pins"]),
];

/// Parts that stand above all others.
const TOP: &[&str] = &["cli", "lib", "main"];

/// What touches files, the environment, the process or the terminal.
const WORLD: &[&str] = &[
    "std::fs",
    "std::env::",
    "std::process",
    "std::net",
    "println!",
    "eprintln!",
    "print!",
    "stdin()",
    "stdout()",
    "stderr()",
];

/// `judge` of `compiler/judge/gate.rs`.
fn part(file: &File) -> &str {
    let below = file.path.trim_start_matches("compiler/");
    let part = below.split('/').next().unwrap_or_default();
    part.trim_end_matches(".rs")
}

fn sources() -> Vec<File> {
    let mut sources = files("compiler", ".rs");
    sources.retain(|f| !f.is_test() && !TOP.contains(&part(f)));
    sources
}

/// Lines of code, numbered, without comments.
fn lines(file: &File) -> impl Iterator<Item = (usize, &str)> {
    let code = file.code().lines().enumerate();
    code.map(|(number, line)| (number + 1, line.trim()))
        .filter(|(_, line)| !line.starts_with("//"))
}

/// Parts that a line names: `lints` in `use crate::lints::run`.
fn named(line: &str) -> impl Iterator<Item = &str> {
    line.match_indices("crate::").filter_map(|(at, found)| {
        let rest = line.get(at + found.len()..)?;
        let end = rest.find(|c: char| !c.is_alphanumeric() && c != '_');
        rest.get(..end.unwrap_or(rest.len()))
    })
}

#[test]
fn parts_know_only_those_below() {
    let mut wrong = Vec::new();
    for file in sources() {
        let own = part(&file);
        let Some((_, below)) = LAYERS.iter().find(|(name, _)| *name == own) else {
            wrong.push(format!(
                "add to LAYERS in tests/lists/layers.rs: ({own:?}, &[…]),"
            ));
            continue;
        };
        for (number, line) in lines(&file) {
            for other in named(line).filter(|o| *o != own && !o.is_empty()) {
                if !below.contains(&other) {
                    wrong.push(format!(
                        "{}:{number}: `{own}` names `{other}`, which is not below it",
                        file.path
                    ));
                }
            }
        }
    }
    wrong.dedup();
    none_of(wrong);
}

#[test]
fn only_the_command_touches_the_world() {
    let mut wrong = Vec::new();
    for file in sources() {
        for (number, line) in lines(&file) {
            if let Some(what) = WORLD.iter().find(|w| line.contains(**w)) {
                wrong.push(format!(
                    "{}:{number}: `{what}` belongs in compiler/cli",
                    file.path
                ));
            }
        }
    }
    none_of(wrong);
}

#[test]
fn the_table_of_layers_names_no_part_that_is_gone() {
    let sources = sources();
    let gone = LAYERS
        .iter()
        .filter(|(name, _)| !sources.iter().any(|f| part(f) == *name));
    none_of(
        gone.map(|(name, _)| format!("remove from LAYERS: {name:?}"))
            .collect(),
    );
}
