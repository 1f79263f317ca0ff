//! Every example: what each target writes for it, as a snapshot; and that it is stable.
//!
//! Adding an example is adding a folder: `cargo insta review` shows its outputs to read.

#![allow(clippy::disallowed_methods)] // Tests read the examples from disk.

use std::fmt::Write as _;
use std::path::Path;

use gatec::source::MemoryWorld;
use gatec::targets::TARGETS;

/// The `.gate` files directly in an example's folder, as one program.
fn compile(folder: &Path) -> gatec::Compilation {
    let mut files: Vec<(String, String)> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|e| e == "gate"))
        .map(|path| {
            let name = path.file_name().unwrap().to_str().unwrap().to_string();
            (name, std::fs::read_to_string(&path).unwrap())
        })
        .collect();
    files.sort();
    let world = MemoryWorld::new(files.iter().map(|(n, t)| (n.as_str(), t.as_str())));
    let paths: Vec<String> = files.iter().map(|(n, _)| n.clone()).collect();
    gatec::compile(&world, &paths)
}

fn outputs(folder: &Path, target: &gatec::targets::Target) -> String {
    let compilation = compile(folder);
    let findings: Vec<_> = compilation.diagnostics.iter().map(|d| &d.message).collect();
    let plan = compilation
        .valid
        .unwrap_or_else(|| panic!("{}: {findings:?}", folder.display()));
    let mut text = String::new();
    for file in (target.emit)(&plan).files {
        writeln!(text, "──── {} ────\n{}", file.path, file.content).unwrap();
    }
    text
}

fn examples() -> Vec<std::path::PathBuf> {
    let mut folders: Vec<_> = std::fs::read_dir("examples")
        .unwrap()
        .map(|e| e.unwrap().path())
        .filter(|p| p.join("pipeline.gate").exists())
        .collect();
    folders.sort();
    assert!(!folders.is_empty(), "there are no examples");
    folders
}

#[test]
fn outputs_are_as_reviewed() {
    for folder in examples() {
        let name = folder.file_name().unwrap().to_str().unwrap();
        for target in TARGETS {
            let mut settings = insta::Settings::clone_current();
            settings.set_snapshot_path(format!("../snapshots/examples/{name}"));
            settings.set_prepend_module_to_snapshot(false);
            settings.set_omit_expression(true);
            let text = outputs(&folder, target);
            if !text.is_empty() {
                settings.bind(|| insta::assert_snapshot!(target.name, text));
            }
        }
    }
}

#[test]
fn outputs_are_the_same_every_time() {
    for folder in examples() {
        for target in TARGETS {
            assert_eq!(
                outputs(&folder, target),
                outputs(&folder, target),
                "{}",
                folder.display()
            );
        }
    }
}

#[test]
fn every_output_reads_back_as_yaml() {
    for folder in examples() {
        let plan = compile(&folder).valid.unwrap();
        for target in TARGETS {
            let files = (target.emit)(&plan).files;
            // Go templates are no data.
            for file in files.iter().filter(|f| !f.path.ends_with(".tmpl")) {
                let read = serde_yaml::from_str::<serde_yaml::Value>(&file.content);
                assert!(read.is_ok(), "{}: {:?}", file.path, read.err());
            }
        }
    }
}

#[test]
fn examples_are_formatted() {
    for folder in examples() {
        let path = folder.join("pipeline.gate");
        let text = std::fs::read_to_string(&path).unwrap();
        let formatted = gatec::format::format(&text).unwrap();
        assert!(formatted == text, "{}: run `gatec fmt`", path.display());
    }
}

/// What the reference systems ask for and is not built yet is said, each at its place.
#[test]
fn what_comes_later_is_named() {
    for name in ["carla-rl", "prsm"] {
        let folder = Path::new("examples").join(name).join("later");
        let mut compilation = compile(&folder);
        gatec::emit(&mut compilation, TARGETS);
        let mut text = String::new();
        for found in compilation.diagnostics.clone().sorted() {
            let place = compilation.sources.place_line(found.primary.span);
            let (word, code) = (found.severity.word(), found.code.name());
            writeln!(text, "{place}: {word}[{code}]: {}", found.message).unwrap();
        }
        let mut settings = insta::Settings::clone_current();
        settings.set_snapshot_path(format!("../snapshots/examples/{name}"));
        settings.set_prepend_module_to_snapshot(false);
        settings.set_omit_expression(true);
        settings.bind(|| insta::assert_snapshot!("later", text));
    }
}

/// The two programs that the language was designed by: everything in them is read, resolved and
/// typed; what remains is what this version doesn't build yet.
#[test]
fn the_design_programs_resolve() {
    for name in ["carla_rl", "prsm"] {
        let text = std::fs::read_to_string(format!("tests/corpus/{name}.gate")).unwrap();
        // `std.ml` and the evaluator's address are not part of the design programs' own text.
        let text = text.replace("import std.ml\n", "")
            + "project { evaluator { path = \"tools/gatec\" } }\n";
        let world = MemoryWorld::new([("pipeline.gate", text.as_str())]);
        let compilation = gatec::check(&world, &["pipeline.gate".to_string()]);
        let errors: Vec<String> = compilation
            .diagnostics
            .iter()
            .filter(|d| d.severity == gatec::diagnostics::Severity::Error)
            .filter(|d| d.code.name() != "not-yet")
            .map(|d| {
                format!(
                    "{}: {}",
                    compilation.sources.place(d.primary.span),
                    d.message
                )
            })
            .collect();
        assert!(errors.is_empty(), "{name}: {errors:#?}");
        assert!(!compilation.plan.pipelines.is_empty());
    }
}
