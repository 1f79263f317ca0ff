//! The plan speaks of no target: what it calls things fits all of them.

use super::{files, none_of};

/// Words that belong to a target.
const WORDS: &[&str] = &["job", "workflow", "manifest"];

/// Lines that may hold one, and why.
const ALLOWED: &[(&str, &str, &str)] = &[(
    "compiler/plan/say.rs",
    "Ref::PipelineTitle => \"workflow\".into(),",
    "the language itself calls the pipeline's title so",
)];

#[test]
fn the_plan_has_no_words_of_a_target() {
    let mut wrong = Vec::new();
    for file in files("compiler/plan", ".rs") {
        for (number, line) in file.text.lines().enumerate() {
            let lower = line.to_lowercase();
            let Some(word) = WORDS.iter().find(|w| lower.contains(**w)) else {
                continue;
            };
            let line = line.trim();
            let allowed =
                |(path, text, _): &(&str, &str, &str)| *path == file.path && *text == line;
            if !ALLOWED.iter().any(allowed) {
                wrong.push(format!(
                    "{}:{}: `{word}` is a target's word; use the language's, or add to ALLOWED in tests/lists/words.rs: ({:?}, {line:?}, \"WHY\"),",
                    file.path,
                    number + 1,
                    file.path
                ));
            }
        }
    }
    none_of(wrong);
}

#[test]
fn what_is_allowed_is_needed() {
    let plan = files("compiler/plan", ".rs");
    let stands = |path: &str, text: &str| {
        let mut here = plan.iter().filter(|f| f.path == path);
        here.any(|f| f.text.lines().any(|l| l.trim() == text))
    };
    let stale = ALLOWED.iter().filter(|(path, text, _)| !stands(path, text));
    none_of(
        stale
            .map(|(path, text, _)| {
                format!("remove from ALLOWED: {text:?} no longer stands in {path}")
            })
            .collect(),
    );
}
