//! Any text at all: every byte is accounted for, nothing crashes, nothing takes long.

use super::super::tree::Tree;
use super::super::{depth, grammar, halves, parse_expression};
use super::{CORPUS, read};
use crate::diagnostics::Code;
use crate::source::FileId;
use proptest::prelude::*;
use std::time::{Duration, Instant};

/// Every byte is in a leaf, or in a gap that holds blanks, comments and signs only.
fn check(text: &str) {
    let parse = read(text);
    let mut end = 0;
    for leaf in parse.tree.leaves() {
        let range = leaf.range();
        assert!(end <= range.start, "{text:?}: {leaf:?} begins before {end}");
        assert!(
            text.get(range.clone()).is_some(),
            "{text:?}: {leaf:?} cuts a character"
        );
        gap(text, end, range.start);
        end = range.end;
    }
    gap(text, end, text.len());
    nested(text, &parse.tree);
    for found in parse.diagnostics.iter() {
        let labels = found.secondary.iter().chain([&found.primary]);
        let edits = found
            .fix
            .iter()
            .flat_map(|f| f.edits.iter().map(|(span, _)| span));
        for span in labels.map(|l| &l.span).chain(edits) {
            assert!(text.get(span.range()).is_some(), "{text:?}: {found:?}");
        }
    }
}

fn gap(text: &str, start: usize, end: usize) {
    let mut rest = &text[start..end];
    while let Some(first) = rest.chars().next() {
        let length = if rest.starts_with('#') || rest.starts_with("//") {
            rest.find('\n').unwrap_or(rest.len())
        } else if rest.starts_with("/*") {
            rest.get(2..)
                .and_then(|r| r.find("*/"))
                .map_or(rest.len(), |n| n + 4)
        } else {
            assert!(
                " \t\r\n{}[](),;=\u{feff}".contains(first),
                "{text:?}: {rest:?} is lost"
            );
            first.len_utf8()
        };
        rest = &rest[length..];
    }
}

/// Children lie within their parents and in order.
fn nested(text: &str, tree: &Tree) {
    for (index, parent) in tree.nodes().iter().enumerate() {
        let mut end = parent.start;
        for (_, child) in tree.children(index) {
            assert!(
                end <= child.start && child.end <= parent.end,
                "{text:?}: {child:?}"
            );
            end = child.end;
        }
    }
}

/// The paragraphs of the corpus: small enough to try every cut of them.
fn paragraphs() -> impl Iterator<Item = &'static str> {
    CORPUS.iter().flat_map(|text| text.split("\n\n"))
}

#[test]
fn the_corpus_is_lossless() {
    CORPUS.iter().for_each(|text| check(text));
}

#[test]
fn every_prefix_parses() {
    for text in paragraphs() {
        text.char_indices()
            .step_by(11)
            .for_each(|(at, _)| check(&text[..at]));
    }
}

#[test]
fn every_text_with_a_character_less_parses() {
    for text in paragraphs() {
        for (at, c) in text.char_indices().step_by(11) {
            check(&format!("{}{}", &text[..at], &text[at + c.len_utf8()..]));
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_text_parses(text in "\\PC*") {
        check(&text);
    }

    #[test]
    fn any_heap_of_signs_parses(text in "[{}()\\[\\]=,;:.\"'#/\\\\*+<>!~\\-_a1é% \\n\\r\\t\u{1}]{0,80}") {
        check(&text);
        parse_expression(FileId(0), &text, 7);
    }

    #[test]
    fn any_heap_of_words_parses(words in prop::collection::vec(prop::sample::select(WORDS), 0..40)) {
        check(&words.concat());
    }
}

const WORDS: &[&str] = &[
    "a", "k ", " = ", "{", "}", " {\n", "\n", "[", "]", "(", ")", ", ", "\"x\"", "\"", "\"\"\"",
    "not ", " and ", " in ", "5m", "..", ".b", ": ", "-", " + ", "# c\n", "//", "/*", "*/", "'",
    "== ", ";", "=~", "\\", "\u{feff}", "\u{1}", "é",
];

/// Every way to nest.
const NESTS: &[&str] = &[
    "[",
    "(",
    "{",
    "a {",
    "a = {",
    "a = [{ b = ",
    "f(",
    "m[",
    "x = (",
    "-(",
    "[not (",
];

#[test]
fn the_limit_is_reached_without_complaint() {
    for (open, close) in [("[", "]"), ("(", ")"), ("{ a = ", " }"), ("f(x[", "])")] {
        let each = open.matches(['[', '(', '{']).count();
        let count = depth::LIMIT / each;
        let text = format!("a = {}1{}", open.repeat(count), close.repeat(count));
        assert!(read(&text).diagnostics.is_empty(), "{text}");
    }
    let blocks = format!(
        "{}{}",
        "a {\n".repeat(depth::LIMIT),
        "}\n".repeat(depth::LIMIT)
    );
    assert!(read(&blocks).diagnostics.is_empty());
}

#[test]
fn beyond_the_limit_is_one_finding() {
    let text = format!("a = {}1{}\nb = 2\n", "[".repeat(200), "]".repeat(200));
    let parse = read(&text);
    let codes: Vec<_> = parse.diagnostics.iter().map(|d| d.code).collect();
    assert_eq!(codes, [Code::NestedTooDeeply]);
    assert_eq!(parse.items.len(), 2);
    let open = "a {\n".repeat(20_000);
    let codes: Vec<_> = read(&open).diagnostics.iter().map(|d| d.code).collect();
    assert_eq!(codes, [Code::NestedTooDeeply]);
}

#[test]
fn long_chains_are_cut() {
    for link in [
        "1 + ",
        "-",
        "not ",
        "not a == ",
        "a == not ",
        "a.b + ",
        "x or ",
        "1..",
        "a: ",
    ] {
        let text = format!("a = {}1\nb = 2\n", link.repeat(20_000));
        let parse = read(&text);
        assert_eq!(parse.items.len(), 2, "{link}");
        assert!(
            parse
                .diagnostics
                .iter()
                .any(|d| d.primary.span.start < text.len() as u32 - 6),
            "{link}"
        );
    }
    for link in [".b", "(c)", "[d]"] {
        let parse = read(&format!("a = x{}\nb = 2\n", link.repeat(20_000)));
        let codes: Vec<_> = parse.diagnostics.iter().map(|d| d.code).collect();
        assert_eq!(codes, [Code::NestedTooDeeply], "{link}");
    }
}

#[test]
fn time_is_linear() {
    let closers = format!("{}{}", "(".repeat(20_000), "]".repeat(20_000));
    let mut texts = vec![
        closers,
        format!("{}\n]", "a = [\n".repeat(10_000)),
        "x = 1 ".repeat(20_000),
    ];
    texts.extend(NESTS.iter().map(|open| open.repeat(20_000)));
    texts.extend(
        [
            "\"", "'", "\"\"\"", "/*", "//", "\n", " ", ",", "a", "9", "?", "\\", "#", "}", "]",
            "a,",
        ]
        .map(|t| t.repeat(50_000)),
    );
    texts.push(format!("k {{\n{}}}", "a, ".repeat(20_000)));
    for text in texts {
        let start = Instant::now();
        let parse = read(&text);
        let name: String = text.chars().take(10).collect();
        assert!(
            start.elapsed() < Duration::from_secs(20),
            "{name}: {:?}",
            start.elapsed()
        );
        assert!(parse.tree.nodes().len() <= 4 * text.len() + 4);
    }
}

/// Cuts a text in two, parses and joins the halves; gives the cut if it could be made.
fn cut_and_joined(text: &str) -> Option<depth::Cut> {
    let cut = depth::scan(text).cut?;
    let joined = halves::file(text, cut)?;
    assert_eq!(joined, grammar::file(text), "{cut:?} of {text:?}");
    Some(cut)
}

#[test]
fn two_halves_make_the_tree_of_the_whole() {
    let mut cuts = Vec::new();
    for text in CORPUS {
        let starts = text.match_indices("\n").map(|(at, _)| at + 1);
        cuts.extend(starts.filter_map(|at| cut_and_joined(&text[at..])));
    }
    let within = cuts.iter().filter(|cut| cut.inside).count();
    assert!(
        within > 10 && cuts.len() - within > 10,
        "{within} of {}",
        cuts.len()
    );
}

#[test]
fn what_goes_on_after_a_brace_is_not_cut() {
    let record = "x = [{ a = 1 }\n]\ny = { a = 1 }\n";
    for (next, apart) in [
        ("z = 1\n", true),
        ("and z\n", false),
        ("+ z\n", false),
        ("# z\n", false),
    ] {
        let text = format!("{record}{next}");
        assert_eq!(depth::scan(&text).cut.is_some(), apart, "{text}");
    }
}
