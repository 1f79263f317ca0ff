//! What is a file must be in its list, and the other way round.

use std::collections::BTreeSet;

use gatec::diagnostics::Code;
use gatec::evidence::READERS;

use super::{files, none_of, root};

#[test]
fn pages_and_codes() {
    let codes: BTreeSet<&str> = Code::ALL.iter().map(|c| c.name()).collect();
    assert_eq!(codes.len(), Code::ALL.len(), "two codes share a name");
    let pages = files("compiler/diagnostics/codes", ".md");
    let stray = pages.iter().filter(|p| !codes.contains(p.stem()));
    none_of(
        stray
            .map(|p| {
                format!(
                    "{} is no code's page: remove it, or add to compiler/diagnostics/codes.rs: {} \"{}\" Error \"…\";",
                    p.path,
                    camel(p.stem()),
                    p.stem()
                )
            })
            .collect(),
    );
}

#[test]
fn every_code_is_reported_somewhere() {
    let sources = files("compiler", ".rs");
    let code = |f: &&super::File| !f.is_test() && f.path != "compiler/diagnostics/codes.rs";
    let text: String = sources.iter().filter(code).map(|f| f.code()).collect();
    let dead = Code::ALL.iter().filter(|c| {
        let name = format!("Code::{c:?}");
        !text.match_indices(&name).any(|(at, found)| {
            let next = text.get(at + found.len()..).and_then(|t| t.chars().next());
            !next.is_some_and(|c| c.is_alphanumeric())
        })
    });
    none_of(
        dead.map(|c| {
            format!(
                "nothing reports `{}`: remove its line in compiler/diagnostics/codes.rs and its page",
                c.name()
            )
        })
        .collect(),
    );
}

#[test]
fn modules_of_the_library_and_the_embed_table() {
    let table = std::fs::read_to_string(root().join("compiler/stdlib.rs")).unwrap();
    let modules = files("stdlib/std", ".gate");
    let missing = modules.iter().filter_map(|m| {
        let name = m.stem();
        let line = format!("(\"{name}\", include_str!(\"../stdlib/std/{name}.gate\")),");
        (!table.contains(&line)).then(|| format!("add to compiler/stdlib.rs: {line}"))
    });
    none_of(missing.collect());
    assert_eq!(
        table.matches("include_str!(").count(),
        modules.len(),
        "compiler/stdlib.rs embeds a file twice"
    );
}

#[test]
fn lints_and_their_files() {
    let list = std::fs::read_to_string(root().join("compiler/lints/mod.rs")).unwrap();
    let helpers = ["mod", "context", "allows"];
    let lints = files("compiler/lints", ".rs");
    let lints = lints
        .iter()
        .filter(|f| !f.is_test() && !helpers.contains(&f.stem()));
    let missing = lints.filter_map(|f| {
        let name = f.stem();
        let line = format!("{name}::run");
        let told = list.contains(&line) && list.contains(&format!("mod {name};"));
        (!told).then(|| {
            format!(
                "add to LINTS in compiler/lints/mod.rs: lint(&[Code::…], {line}), and `mod {name};`"
            )
        })
    });
    none_of(missing.collect());
}

#[test]
fn every_reader_is_fuzzed() {
    let readers: BTreeSet<&str> = READERS.iter().map(|r| r.name).collect();
    let mut targets = files("fuzz/fuzz_targets", ".rs");
    targets.retain(|target| target.stem() != "program"); // The compiler's own.
    let fuzzed: BTreeSet<&str> = targets.iter().map(|f| f.stem()).collect();
    assert_eq!(readers, fuzzed, "readers and fuzz/fuzz_targets");
    let manifest = std::fs::read_to_string(root().join("fuzz/Cargo.toml")).unwrap();
    let wrong = targets.iter().filter_map(|target| {
        let name = target.stem();
        let bin = format!("[[bin]]\nname = \"{name}\"\npath = \"fuzz_targets/{name}.rs\"\n");
        let reads = format!("gatec_fuzz::reader!(\"{name}\");");
        let told = manifest.contains(&bin) && target.text.contains(&reads);
        (!told).then(|| {
            format!(
                "{}: must hold `{reads}`, and fuzz/Cargo.toml: {bin}",
                target.path
            )
        })
    });
    none_of(wrong.collect());
}

#[test]
fn the_reference_is_the_schema() {
    let place = root().join("docs/reference.md");
    let told = std::fs::read_to_string(&place).unwrap_or_default();
    assert!(
        told == gatec::schema::reference(),
        "docs/reference.md is not what the schema says: run `cargo run -- explain reference > docs/reference.md`"
    );
}

fn camel(name: &str) -> String {
    let word = |w: &str| {
        let (first, rest) = w.split_at(1);
        format!("{}{rest}", first.to_uppercase())
    };
    name.split('-').map(word).collect()
}
