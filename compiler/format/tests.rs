//! The layout, and that it changes nothing else.

use super::format;
use super::gaps::Gap;
use crate::source::FileId;
use crate::syntax::tree::Kind;
use crate::syntax::{Parse, parse};

const CORPUS: [&str; 3] = [
    include_str!("../../tests/corpus/carla_rl.gate"),
    include_str!("../../tests/corpus/prsm.gate"),
    include_str!("../../tests/corpus/forms.gate"),
];

fn formatted(text: &str) -> String {
    format(text).unwrap_or_else(|found| panic!("{text:?}: {found:?}"))
}

/// A text that is laid out as it should be.
fn fixed(text: &str) {
    assert_eq!(formatted(text), text);
}

/// The items without their places.
fn meaning(parse: &Parse) -> String {
    let all = format!("{:?}", parse.items);
    let mut parts = all.split("Span {");
    let mut out = parts.next().unwrap_or_default().to_string();
    for part in parts {
        out.push_str(part.split_once(" }").map_or(part, |(_, rest)| rest));
    }
    out
}

/// The leaves without their places, and the comments.
fn words(text: &str, parse: &Parse) -> (Vec<String>, Vec<String>) {
    let (mut leaves, mut comments, mut end) = (Vec::new(), Vec::new(), 0);
    let all = |start: usize, stop: usize| Gap::read(&text[start..stop]).comments;
    for leaf in parse.tree.leaves() {
        comments.extend(
            all(end, leaf.start as usize)
                .iter()
                .map(|c| c.text.to_string()),
        );
        match leaf.kind {
            // Without children, and yet no leaf.
            Kind::File | Kind::Block | Kind::List | Kind::Call | Kind::Index => {
                end = leaf.start as usize;
                continue;
            }
            // Its indentation may change.
            Kind::Text => {}
            _ => leaves.push(text[leaf.range()].to_string()),
        }
        end = leaf.end as usize;
    }
    comments.extend(all(end, text.len()).iter().map(|c| c.text.to_string()));
    (leaves, comments)
}

/// Formats a text if it has no mistake, and checks all that must stay.
fn check(text: &str) -> bool {
    let before = parse(FileId(0), text);
    if !before.diagnostics.is_empty() {
        return false;
    }
    let once = formatted(text);
    let after = parse(FileId(0), &once);
    assert!(
        after.diagnostics.is_empty(),
        "{text}\n---\n{once}\n{:?}",
        after.diagnostics
    );
    assert_eq!(meaning(&after), meaning(&before), "{text}\n---\n{once}");
    assert_eq!(
        words(&once, &after),
        words(text, &before),
        "{text}\n---\n{once}"
    );
    assert_eq!(formatted(&once), once, "{text}\n--- once\n{once}");
    assert!(!once.contains('\r') && !once.contains('\u{feff}') && !once.contains("\n\n\n"));
    true
}

#[test]
fn the_corpus_keeps_its_meaning() {
    for text in CORPUS {
        assert!(check(text));
        assert!(check(&format!("\u{feff}{}", text.replace('\n', "\r\n"))));
    }
}

#[test]
fn any_program_keeps_its_meaning() {
    const BITS: &[&str] = &[
        "\n",
        "\n\n\n",
        " ",
        "  ",
        " # c\n",
        "\n  # own\n",
        "\n## doc\n",
        "#d\n#e\n\n",
        ",",
        ", ",
        "\t",
        "\r\n",
        "(",
        ")",
        "[",
        "]",
        "{ a = 1 }",
        " and x",
        " - 1",
        "\"\"\"\n   t\n     u\n  \"\"\"",
        "\"\"\" v\n w\"\"\"",
        "{ }",
        "[\n]",
        "not ",
        "-",
    ];
    let mut seed = 7_u64;
    let mut random = |below: usize| {
        seed = seed
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (seed >> 33) as usize % below
    };
    let paragraphs: Vec<&str> = CORPUS.iter().flat_map(|t| t.split("\n\n")).collect();
    let mut checked = 0;
    for _ in 0..1500 {
        let mut text = paragraphs[random(paragraphs.len())].to_string();
        for _ in 0..=random(3) {
            let places: Vec<usize> = text.char_indices().map(|(at, _)| at).collect();
            let at = places[random(places.len())];
            text.insert_str(at, BITS[random(BITS.len())]);
        }
        checked += usize::from(check(&text));
    }
    assert!(checked > 300, "only {checked} of the texts had no mistake");
}

#[test]
fn a_text_with_mistakes_is_not_touched() {
    assert!(format("a =\n").is_err_and(|found| found.has_errors()));
}

#[test]
fn attributes_are_aligned() {
    assert_eq!(
        formatted("k x{a=1\nlonger=2 # c\n b.c= 3#d\n\n\n\nz=1\n}"),
        "k x {\n  a      = 1\n  longer = 2  # c\n  b.c    = 3  #d\n\n  z = 1\n}\n"
    );
}

#[test]
fn one_line_stays_if_it_fits() {
    fixed("k { a = 1, run \"x\" { b = [1, 2] } }\n");
    assert_eq!(formatted("k {a=1,b=2,\n}"), "k {\n  a = 1\n  b = 2\n}\n");
    let long = "word_".repeat(12);
    assert_eq!(
        formatted(&format!("k {{ a = {long}, b = {long} }}")),
        format!("k {{\n  a = {long}\n  b = {long}\n}}\n")
    );
    assert_eq!(
        formatted(&format!("needs [{long}, {long}]")),
        format!("needs [\n  {long},\n  {long},\n]\n")
    );
    assert_eq!(formatted("a = [1,2\n]"), "a = [\n  1,\n  2,\n]\n");
    assert_eq!(formatted("a = [ ]\nk {\n}"), "a = []\nk { }\n");
}

#[test]
fn comments_stay_where_they_are() {
    fixed(
        "# top\n\n## Doc.\nk x {  # head\n  # own\n  a = 1  # behind\n\n  # last\n}  # end\n# tail\n",
    );
    fixed("a = [  # open\n  # own\n  1,  # one\n  2,\n  # last\n]\n");
    fixed(
        "a = x      # one\n    # own\n    and y  # two\n    or z\n"
            .replace("x      #", "x  #")
            .as_str(),
    );
    fixed("a = f(\n  x,\n  over =  # why\n      5m,\n)\n");
}

#[test]
fn lines_go_on_before_an_operator() {
    assert_eq!(
        formatted("a = 1 +\n 2\n  - 3..4"),
        "a = 1\n    + 2\n    - 3..4\n"
    );
    fixed("when not x\n    or -y in [a] { }\n");
    fixed("metric a: ratio { by = (x + 1) * f(y)[z = 1].w }\n");
}

#[test]
fn words_of_operators_keep_their_comma() {
    let text = "k {\n  a = 1, in = 2\n}";
    assert!(check(text));
    assert_eq!(formatted(text), "k {\n  a  = 1,\n  in = 2\n}\n");
}

#[test]
fn text_blocks_move_with_their_item() {
    assert_eq!(
        formatted("k {\nrun \"\"\"\nx\n\n    y  \n\"\"\" z { a = 1 }\n}"),
        "k {\n  run \"\"\"\n    x\n\n        y  \n  \"\"\" z { a = 1 }\n}\n"
    );
    fixed("a = \"\"\"\n  x\n    y\"\"\"\n");
    fixed("a = \"\"\"x\n   y\n \"\"\"\n");
    assert!(check(
        "a = f(\"\"\"\n      x\n  \"\"\", [\"\"\"\n y\n\"\"\"])"
    ));
}
