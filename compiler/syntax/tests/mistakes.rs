//! Wrong text: what is said, where, and what is left of the program.

use super::{items, read};
use crate::diagnostics::{Code, Diagnostic};

/// The findings of a text, each as `line: code: message`.
fn said(text: &str) -> Vec<String> {
    let line = |d: &Diagnostic| 1 + text[..d.primary.span.start as usize].matches('\n').count();
    let say = |d: &Diagnostic| format!("{}: {}: {}", line(d), d.code.name(), d.message);
    read(text).diagnostics.sorted().iter().map(say).collect()
}

/// The one finding of a text.
fn one(text: &str) -> Diagnostic {
    let found = read(text).diagnostics.sorted();
    assert_eq!(found.len(), 1, "{text:?}: {found:#?}");
    found.into_iter().next().expect("one finding")
}

/// A text after its one fix, which leaves no mistake.
fn mended(text: &str) -> String {
    let mut out = text.to_string();
    let fix = one(text)
        .fix
        .unwrap_or_else(|| panic!("{text:?} has no fix"));
    for (span, with) in fix.edits.iter().rev() {
        out.replace_range(span.range(), with);
    }
    let left = read(&out).diagnostics.sorted();
    assert!(left.is_empty(), "{out:?}: {left:#?}");
    out
}

/// What is left of a text with mistakes.
fn left(text: &str) -> String {
    items(&read(text).items)
}

#[test]
fn a_value_is_missing() {
    assert_eq!(
        said("k {\n  timeout =\n  a = 1\n}"),
        ["2: missing-value: expected a value after `timeout =`, found the end of the line"]
    );
    assert_eq!(
        said("a = 1 +"),
        ["1: missing-value: expected a value after `+`, found the end of the file"]
    );
    assert_eq!(
        said("k { a = }"),
        ["1: missing-value: expected a value after `a =`, found `}`"]
    );
    assert_eq!(
        said("a = [1, , 2]"),
        ["1: missing-value: expected a value before this `,`"]
    );
    assert_eq!(
        said("a = f(over = )"),
        ["1: missing-value: expected a value after `over =`, found `)`"]
    );
    assert_eq!(
        said("a = ()"),
        ["1: missing-value: expected a value between `(` and `)`"]
    );
    assert_eq!(
        said("a = and"),
        ["1: missing-value: expected a value, found `and`"]
    );
    assert_eq!(said("a = ${{ x }}").len(), 1);
    assert_eq!(
        left("k {\n  timeout =\n  a = 1\n}"),
        "k { timeout = ?; a = 1 }"
    );
}

#[test]
fn a_brace_is_missing() {
    let text = "pipeline p {\n  stage a {\n    run \"x\"\n  stage b {\n    run \"y\"\n  }\n}\n";
    assert_eq!(
        said(text),
        ["2: missing-brace: the block of `stage a` is never closed"]
    );
    let labels = one(text).secondary;
    assert_eq!(
        labels.first().map(|l| l.span.start),
        Some(text.find("stage b").unwrap_or(0) as u32)
    );
    assert_eq!(
        said("k a {\n  b = 1\n"),
        ["1: missing-brace: this block is never closed"]
    );
    assert_eq!(
        said("k a {\nl b {\n}\n"),
        ["1: missing-brace: the block of `k a` is never closed"]
    );
    let two = "p {\n  a {\n    x\n  b {\n    y\n  }\n}\nq {\n";
    assert_eq!(
        said(two),
        [
            "2: missing-brace: the block of `a` is never closed",
            "8: missing-brace: this block is never closed",
        ]
    );
    assert_eq!(
        said("a = 1\n}\nb = 2"),
        ["2: stray-brace: this `}` closes nothing"]
    );
}

#[test]
fn an_open_string_takes_what_closes_its_line() {
    let text = "k {\n  on x { b = [\"m] }\n  run \"y }\n  z = 1\n}\n";
    assert_eq!(
        said(text),
        [
            "2: unclosed-string: this string is not closed on its line",
            "3: unclosed-string: this string is not closed on its line"
        ]
    );
}

#[test]
fn a_bracket_is_missing() {
    let text = "k {\n  needs = [a, b\n  timeout = 5m\n  run \"x\"\n}\n";
    assert_eq!(
        said(text),
        ["2: unclosed-bracket: this `[` is never closed"]
    );
    assert_eq!(left(text), "k { needs = [a, b]; timeout = 5m; run \"x\" }");
    let text = "k {\n  needs [a,\n    b,\n  env { A = 1 }\n}\n";
    assert_eq!(
        said(text),
        ["2: unclosed-bracket: this `[` is never closed"]
    );
    assert_eq!(left(text), "k { needs [a, b]; env { A = 1 } }");
    assert_eq!(
        said("a = f(g(x)\nb = 1"),
        ["1: unclosed-bracket: this `(` is never closed"]
    );
    assert_eq!(
        said("a = f([x)"),
        ["1: unclosed-bracket: this `[` is never closed"]
    );
    assert_eq!(
        said("a = x]"),
        ["1: syntax-error: `]` has no place here after `x`"]
    );
}

#[test]
fn a_comma_is_missing() {
    assert_eq!(mended("a = [b c]"), "a = [b, c]");
    assert_eq!(
        mended("a = [\n  b\n  \"c\",\n]"),
        "a = [\n  b,\n  \"c\",\n]"
    );
    assert_eq!(left("a = [\n  b\n  c\n]"), "a = [b, c]");
    assert_eq!(
        said("k { a = 1 run \"x\" }"),
        ["1: syntax-error: expected a new line or `,` before `run` after `1`"]
    );
    assert_eq!(left("k { a = 1 run \"x\" }"), "k { a = 1; run \"x\" }");
}

#[test]
fn a_comma_is_too_much() {
    assert_eq!(mended("k { needs a, b }"), "k { needs [a, b] }");
    assert_eq!(
        mended("k {\n  needs a.b, c, d\n}"),
        "k {\n  needs [a.b, c, d]\n}"
    );
    assert_eq!(
        mended("k { branches = \"x\", y }"),
        "k { branches = [\"x\", y] }"
    );
    assert_eq!(mended("k { needs [a], b }"), "k { needs [a, b] }");
    assert_eq!(one("k { needs a, b }").code, Code::CommaBetweenArguments);
    assert_eq!(left("k { needs a, b, c = 1 }"), "k { needs [a, b]; c = 1 }");
    assert!(said("k { a x, b y }").is_empty());
    assert!(said("k { a x,\n b }").is_empty());
    assert!(said("k { a { }, b }").is_empty());
    assert_eq!(
        said("a = 1, b = 2"),
        ["1: syntax-error: a comma separates items within `{ }` only"]
    );
}

#[test]
fn strings_go_wrong() {
    assert_eq!(
        said("a = \"b\nc = 1"),
        ["1: unclosed-string: this string is not closed on its line"]
    );
    assert_eq!(
        said("k {\n a = \"\"\"b\n}\n"),
        ["2: unclosed-string: this `\"\"\"` is never closed"]
    );
    assert_eq!(mended("a = \"v\\d\""), "a = \"v\\\\d\"");
    assert_eq!(one("a = \"\\u{110000}\"").code, Code::UnknownEscape);
    assert_eq!(mended("run 'x'"), "run \"x\"");
    assert_eq!(left("run 'x'"), "run \"x\"");
}

#[test]
fn habits_of_other_languages() {
    assert_eq!(mended("k { timeout: 5m }"), "k { timeout = 5m }");
    assert_eq!(
        left("k {\n timeout: 5m\n b = 1 }"),
        "k { timeout = ?; b = 1 }"
    );
    assert_eq!(mended("labels: { a = 1 }"), "labels { a = 1 }");
    assert_eq!(left("labels: { a = 1 }"), "labels { a = 1 }");
    assert_eq!(mended("k { a = 1; b = 2 }"), "k { a = 1, b = 2 }");
    assert_eq!(mended("a = 1;\nb = 2"), "a = 1\nb = 2");
    assert_eq!(mended("// don't { \"\na = 1"), "# don't { \"\na = 1");
    assert_eq!(
        said("/* a\n { b */\na = 1"),
        ["1: syntax-error: a comment begins with `#`"]
    );
    assert_eq!(
        said("when a && b"),
        ["1: syntax-error: `&&` has no place here after `a`"]
    );
    assert_eq!(one("when a && b").help, ["write `and`"]);
    assert_eq!(
        said("when x not in [a]"),
        ["1: syntax-error: `not in` is no operator"]
    );
    assert_eq!(
        said("when a == not b"),
        ["1: syntax-error: `not` stands before a whole comparison"]
    );
    assert_eq!(
        said("a = 1 < x < 2"),
        ["1: syntax-error: `<` can't follow another of its kind"]
    );
    assert_eq!(mended("k { a == 3 }"), "k { a = 3 }");
    assert_eq!(mended("stage b\n{ a = 1 }"), "stage b { a = 1 }");
    assert_eq!(left("stage b\n{ a = 1 }"), "stage b { a = 1 }");
    assert_eq!(
        said("{ a = 1 }"),
        ["1: syntax-error: this block has no head"]
    );
    assert_eq!(said("\"start\"\na = 1").len(), 1);
    assert_eq!(
        said("start args = \"x\""),
        ["1: syntax-error: `=` has no place here after `args`"]
    );
    assert_eq!(
        said("not x"),
        ["1: syntax-error: `not` can't begin an item"]
    );
}

#[test]
fn names_and_numbers_go_wrong() {
    assert_eq!(
        said("a = 5x3"),
        ["1: syntax-error: `5x3` is neither a number nor a name"]
    );
    assert_eq!(
        said("a = 1.2.3"),
        ["1: syntax-error: `.` has no place here after `1.2`"]
    );
    assert_eq!(
        said("größe = 1"),
        ["1: syntax-error: `öße` has no place here after `gr`"]
    );
    assert_eq!(said("_a = 1"), ["1: syntax-error: `_a` has no place here"]);
    assert_eq!(
        said("a = [b = 1]"),
        ["1: syntax-error: `=` has no place here after `b`"]
    );
}

#[test]
fn brackets_are_glued_to_what_they_follow() {
    assert_eq!(mended("a = m [x]"), "a = m[x]");
    assert_eq!(mended("a = f  (x)"), "a = f(x)");
    assert_eq!(one("a = [m [x]]").code, Code::SyntaxError);
}

#[test]
fn a_broken_head_keeps_its_block() {
    assert_eq!(left("stage build? {\n a = 1\n}"), "stage build { a = 1 }");
    assert_eq!(said("stage build? {\n a =\n}").len(), 2);
}

#[test]
fn each_line_has_one_finding_and_each_finding_its_line() {
    let text = "k {\n  a =\n  b = ?\n  c = 1\n  run 'x' ] )\n}\nl {\n  d = [1 2\n}\n";
    let lines: Vec<String> = said(text).iter().map(|s| s[..1].to_string()).collect();
    assert_eq!(lines, ["2", "3", "5", "8"]);
    assert_eq!(
        left(text),
        "k { a = ?; b = ?; c = 1; run \"x\" }; l { d = [1, 2] }"
    );
}
