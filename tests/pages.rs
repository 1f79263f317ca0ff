//! Pages are tests: the program under `## Wrong` gives the page's finding and no other, the one
//! under `## Right` gives none. So do programs in the README, the docs, the library and the
//! reference.
//!
//! Info strings: `gate` is a clean program, `gate error=CODE` (`warning=`, `note=`) one with this
//! finding, `times=2` says how often, `gate file=a/b.gate` is another file of the next program,
//! `gate fragment` is only parsed.

#![allow(clippy::disallowed_methods, missing_docs)]

#[path = "support/markdown.rs"]
mod markdown;

use std::fs;
use std::path::{Path, PathBuf};

use gatec::diagnostics::render::{Format, Look, render};
use gatec::diagnostics::{Code, Diagnostic, Severity};
use gatec::source::{FileId, MemoryWorld, SourceMap};
use markdown::{Block, blocks};

const MAIN: &str = "page.gate";

/// What a program must give: a finding and how often, or none.
struct Expected {
    severity: Severity,
    code: String,
    times: usize,
}

fn expected(block: &Block) -> Option<Expected> {
    let severities = [Severity::Error, Severity::Warning, Severity::Note];
    let (severity, code) = severities
        .into_iter()
        .find_map(|s| Some((s, block.option(s.word())?)))?;
    let times = block.option("times").map_or(1, |n| n.parse().unwrap());
    Some(Expected {
        severity,
        code: code.to_string(),
        times,
    })
}

/// Runs the programs of a text; gives what is wrong with them.
fn run(place: &str, markdown: &str) -> Vec<String> {
    let mut wrong = Vec::new();
    let mut files: Vec<(String, String)> = Vec::new();
    for block in blocks(markdown).into_iter().filter(Block::is_gate) {
        let at = format!("{place}:{}", block.line);
        if let Some(path) = block.option("file") {
            files.push((path.to_string(), block.text));
        } else if block.words().contains(&"fragment") {
            wrong.extend(parse(&block.text).map(|why| format!("{at}: {why}")));
        } else {
            let others = std::mem::take(&mut files);
            let why = check(&block.text, &others, expected(&block));
            wrong.extend(why.map(|why| format!("{at}: {why}")));
        }
    }
    wrong
}

/// What is wrong with a part of a program.
fn parse(text: &str) -> Option<String> {
    let parsed = gatec::syntax::parse(FileId(0), text);
    let mut sources = SourceMap::new();
    sources.add(MAIN, text);
    let found = parsed.diagnostics.sorted();
    (!found.is_empty()).then(|| format!("does not parse\n{}", shown(&sources, &found)))
}

/// What is wrong with a program.
fn check(text: &str, others: &[(String, String)], expected: Option<Expected>) -> Option<String> {
    let files = others.iter().map(|(p, t)| (p.as_str(), t.as_str()));
    let world = MemoryWorld::new(files.chain([(MAIN, text)]));
    let compilation = gatec::check(&world, &[MAIN.to_string()]);
    let found = compilation.diagnostics.sorted();
    let wanted = |d: &Diagnostic| {
        expected
            .as_ref()
            .is_some_and(|e| d.code.name() == e.code && d.severity == e.severity)
    };
    let (hits, rest): (Vec<&Diagnostic>, Vec<&Diagnostic>) = found.iter().partition(|d| wanted(d));
    let also = rest.iter().any(|d| d.severity != Severity::Note);
    let picture = shown(&compilation.sources, &found);
    match &expected {
        Some(e) if hits.len() != e.times => Some(format!(
            "expected {} {} time(s), found {}\n{picture}",
            e.code,
            e.times,
            hits.len()
        )),
        Some(e) if also => Some(format!("gives more than {}\n{picture}", e.code)),
        None if also => Some(format!("is not clean\n{picture}")),
        _ => None,
    }
}

fn shown(sources: &SourceMap, found: &[Diagnostic]) -> String {
    let mut out = Vec::new();
    render(sources, found, Format::Pretty(Look::PLAIN), &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn read(path: &Path) -> String {
    fs::read_to_string(path).unwrap()
}

/// Files below a folder of the repository that end so, sorted, with their paths from the root.
fn files(folder: &str, end: &str) -> Vec<(String, String)> {
    let mut found: Vec<(String, String)> = walkdir::WalkDir::new(root().join(folder))
        .into_iter()
        .filter_map(Result::ok)
        .filter(|e| e.file_type().is_file() && e.path().to_string_lossy().ends_with(end))
        .map(|e| {
            let path = e.path().strip_prefix(root()).unwrap();
            (path.to_string_lossy().into_owned(), read(e.path()))
        })
        .collect();
    found.sort();
    found
}

fn report(wrong: Vec<String>) {
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n\n"));
}

/// What is wrong with the form of a code's page.
fn form(code: Code, page: &str) -> Option<String> {
    let name = code.name();
    let mut lines = page.lines();
    if lines.next() != Some(&format!("# {name}")) {
        return Some(format!("begins with `# {name}`"));
    }
    let about = lines.find(|l| !l.is_empty() && !l.starts_with("<!--"));
    if about.is_none_or(|l| l.starts_with('#') || l.starts_with("```")) {
        return Some("says in its first paragraph what the finding means".to_string());
    }
    let blocks: Vec<Block> = blocks(page).into_iter().filter(Block::is_gate).collect();
    if page.contains("<!-- no program: ") {
        return (!blocks.is_empty()).then(|| "says `no program`, and has one".to_string());
    }
    let fits = |b: &Block| match b.section.as_str() {
        "Wrong" => b.option("file").is_some() || expected(b).is_some_and(|e| e.code == name),
        _ => expected(b).is_none(),
    };
    if let Some(odd) = blocks.iter().find(|b| !fits(b)) {
        let why = format!(
            "line {}: `{}` under `## {}`",
            odd.line, odd.info, odd.section
        );
        return Some(why);
    }
    let program = |section: &str| {
        let here = |b: &&Block| b.section == section && b.option("file").is_none();
        blocks.iter().any(|b| here(&b))
    };
    ["Wrong", "Right"]
        .into_iter()
        .find(|section| !program(section))
        .map(|section| {
            format!("has a program under `## {section}`, or a line `<!-- no program: WHY -->`")
        })
}

#[test]
fn every_code_has_a_page_of_the_form() {
    let wrong = Code::ALL.iter().filter_map(|code| {
        let path = format!("compiler/diagnostics/codes/{}.md", code.name());
        let why = form(*code, &read(&root().join(&path)))?;
        Some(format!("{path}: a page {why}"))
    });
    report(wrong.collect());
}

#[test]
fn pages_of_codes_hold() {
    let pages = files("compiler/diagnostics/codes", ".md");
    assert!(pages.len() >= Code::ALL.len());
    report(pages.iter().flat_map(|(p, text)| run(p, text)).collect());
}

#[test]
fn programs_in_the_docs_hold() {
    let mut pages = files("docs", ".md");
    pages.extend(files("examples", "README.md"));
    pages.extend(files("stdlib", "README.md"));
    pages.extend(files("README.md", "README.md"));
    report(pages.iter().flat_map(|(p, text)| run(p, text)).collect());
}

#[test]
fn programs_in_the_library_hold() {
    let wrong = files("stdlib", ".gate")
        .into_iter()
        .flat_map(|(path, text)| {
            let docs: String = text
                .lines()
                .map(|line| {
                    let line = line.trim_start();
                    let doc = line.strip_prefix("## ").or(line.strip_prefix("##"));
                    format!("{}\n", doc.unwrap_or_default())
                })
                .collect();
            run(&path, &docs)
        });
    report(wrong.collect());
}

#[test]
fn examples_of_the_schema_hold() {
    let wrong = gatec::schema::all().into_iter().filter_map(|(block, _)| {
        let why = check(block.example, &[], None)?;
        Some(format!("the example of `{}` {why}", block.keyword))
    });
    report(wrong.collect());
}
