//! Pages keep up with what they speak of: a line that an example's README cites holds the text that
//! the README quotes, and the index of findings is what the command prints.
//!
//! A row of a table cites by two cells: `FILE.gate:LINE`, then the text in backquotes.

#![allow(clippy::disallowed_methods, missing_docs)]

use std::fs;
use std::path::{Path, PathBuf};

/// A line of a source, and what is said to stand there.
struct Citation {
    file: String,
    line: usize,
    text: String,
}

fn citation(row: &str) -> Option<Citation> {
    let cells: Vec<&str> = row.split(" | ").map(str::trim).collect();
    let (place, quoted) = cells.windows(2).find_map(|pair| match pair {
        [place, quoted] if place.contains(".gate:") => Some((*place, *quoted)),
        _ => None,
    })?;
    let (file, line) = place.rsplit_once(':')?;
    Some(Citation {
        file: file.to_string(),
        line: line.parse().expect("a line number"),
        text: quoted
            .trim_matches([' ', '|'])
            .trim_matches('`')
            .to_string(),
    })
}

/// What is wrong with a citation.
fn fault(folder: &Path, cited: &Citation) -> Option<String> {
    let source = fs::read_to_string(folder.join(&cited.file)).unwrap_or_default();
    let holds = |line: &str| line.contains(&cited.text);
    match source.lines().nth(cited.line.saturating_sub(1)) {
        Some(line) if holds(line) && !cited.text.is_empty() => None,
        _ => {
            let now: Vec<String> = source
                .lines()
                .enumerate()
                .filter(|(_, line)| holds(line))
                .map(|(index, _)| (index + 1).to_string())
                .collect();
            let Citation { file, line, text } = cited;
            Some(format!(
                "{file}:{line} has no `{text}`; now in line {}",
                now.join(", ")
            ))
        }
    }
}

fn examples() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("examples")
}

#[test]
fn cited_lines_hold_what_is_quoted() {
    for name in ["carla-rl", "prsm"] {
        let folder = examples().join(name);
        let readme = fs::read_to_string(folder.join("README.md")).unwrap();
        let cited: Vec<Citation> = readme.lines().filter_map(citation).collect();
        assert!(
            cited.len() > 50,
            "{name}: only {} rows cite a line",
            cited.len()
        );
        let faults: Vec<String> = cited.iter().filter_map(|c| fault(&folder, c)).collect();
        assert!(faults.is_empty(), "{name}:\n{}", faults.join("\n"));
    }
}

#[test]
fn a_wrong_line_is_found() {
    let row = "| C4 | deploys | pipeline.gate:1 | `deploy to_staging {` |";
    let cited = citation(row).unwrap();
    let fault = fault(&examples().join("carla-rl"), &cited).unwrap();
    assert!(fault.contains("now in line 1"), "{fault}");
}

#[test]
fn the_index_of_findings_is_printed() {
    let place = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/diagnostics.md");
    let told = fs::read_to_string(place).unwrap();
    let mut gatec = assert_cmd::Command::cargo_bin("gatec").unwrap();
    let printed = gatec.args(["explain", "findings"]).assert().success();
    assert!(
        told.as_bytes() == printed.get_output().stdout,
        "run `cargo run -- explain findings > docs/diagnostics.md`"
    );
}
