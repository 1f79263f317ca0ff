//! Every form of the same findings.

use super::*;
use crate::source::Span;

fn sample() -> (SourceMap, Vec<Diagnostic>) {
    let mut sources = SourceMap::new();
    let a = sources.add("a b.gate", "pipeline ci {\n  stag é {\n  }\n}\n");
    let b = sources.add("b.gate", "stage lint { }\n");
    let wrong = Span::new(a, 16, 20);
    let error = Diagnostic::new(
        Code::SyntaxError,
        wrong,
        "no keyword is `stag`, 100%: never\nso",
    )
    .label("not known")
    .also(Span::new(b, 0, 5), "written so here")
    .help("write `stage`")
    .replace(wrong, "stage");
    let mut warning = Diagnostic::new(Code::MissingBrace, Span::new(b, 11, 12), "opened here");
    warning.severity = Severity::Warning;
    (sources, vec![error, warning])
}

fn shown(format: Format) -> String {
    let (sources, findings) = sample();
    let mut out = Vec::new();
    render(&sources, &findings, format, &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

#[test]
fn pretty_shows_both_files_and_says_the_severity_once() {
    let text = shown(Format::Pretty(Look::PLAIN));
    assert!(text.contains("error[syntax-error]"), "{text}");
    assert!(text.contains("[a b.gate:2:3]"), "{text}");
    assert!(text.contains("[b.gate:1:1]"), "{text}");
    assert!(text.contains("help: write `stage`"), "{text}");
    assert!(
        !text.contains("Error:") && !text.contains("Advice:"),
        "{text}"
    );
    assert!(!text.contains('\u{1b}'), "{text}");
}

#[test]
fn pretty_obeys_color_and_ascii() {
    let look = |color, unicode| {
        Format::Pretty(Look {
            color,
            unicode,
            width: 80,
        })
    };
    assert!(shown(look(true, true)).contains('\u{1b}'));
    assert!(shown(look(false, false)).replace('é', "e").is_ascii());
}

#[test]
fn short_is_one_line_each() {
    assert_eq!(
        shown(Format::Short),
        "a b.gate:2:3: error[syntax-error]: no keyword is `stag`, 100%: never so\n\
         b.gate:1:12: warning[missing-brace]: opened here\n"
    );
}

#[test]
fn json_has_version_spans_and_edits() {
    let value: serde_json::Value = serde_json::from_str(&shown(Format::Json)).unwrap();
    assert_eq!(value["version"], 1);
    assert_eq!(
        (&value["errors"], &value["warnings"]),
        (&1.into(), &1.into())
    );
    let first = &value["diagnostics"][0];
    assert_eq!(first["primary"]["path"], "a b.gate");
    let expected = serde_json::json!({
        "start": { "byte": 16, "line": 2, "column": 3 },
        "end": { "byte": 20, "line": 2, "column": 7 },
    });
    assert_eq!(first["primary"]["span"], expected);
    assert_eq!(first["fix"]["edits"][0]["text"], "stage");
    assert_eq!(first["secondary"][0]["path"], "b.gate");
}

#[test]
fn sarif_has_rules_regions_and_fixes() {
    let value: serde_json::Value = serde_json::from_str(&shown(Format::Sarif)).unwrap();
    let run = &value["runs"][0];
    let result = &run["results"][0];
    let index = result["ruleIndex"].as_u64().unwrap() as usize;
    assert_eq!(run["tool"]["driver"]["rules"][index]["id"], "syntax-error");
    let place = &result["locations"][0]["physicalLocation"];
    assert_eq!(place["artifactLocation"]["uri"], "a%20b.gate");
    assert_eq!(place["region"]["endColumn"], 7);
    assert_eq!(
        result["relatedLocations"][0]["message"]["text"],
        "written so here"
    );
    let replacement = &result["fixes"][0]["artifactChanges"][0]["replacements"][0];
    assert_eq!(replacement["insertedContent"]["text"], "stage");
}

#[test]
fn github_escapes_and_counts() {
    let text = shown(Format::Github);
    let first = text.lines().next().unwrap();
    assert_eq!(
        first,
        "::error file=a b.gate,line=2,endLine=2,col=3,endColumn=7,title=syntax-error::\
         no keyword is `stag`, 100%25: never%0Aso%0Anot known%0Ahelp: write `stage`"
    );
    assert!(text.ends_with("gatec: 1 error, 1 warning\n"), "{text}");
}

#[test]
fn github_keeps_what_is_beyond_ten_in_the_log() {
    let mut sources = SourceMap::new();
    let file = sources.add("x.gate", "x\n".repeat(13));
    let findings: Vec<Diagnostic> = (0..13)
        .map(|i| Diagnostic::new(Code::SyntaxError, Span::new(file, i * 2, i * 2 + 1), "bad"))
        .collect();
    let mut out = Vec::new();
    render(&sources, &findings, Format::Github, &mut out).unwrap();
    let text = String::from_utf8(out).unwrap();
    assert_eq!(
        text.lines().filter(|l| l.starts_with("::error ")).count(),
        10
    );
    assert!(
        text.contains("  x.gate:13:1: error[syntax-error]: bad\n"),
        "{text}"
    );
    assert!(
        text.ends_with("gatec: 13 errors; 3 of them only in this log\n"),
        "{text}"
    );
}

#[test]
fn strange_spans_are_drawn_without_a_crash() {
    let mut sources = SourceMap::new();
    let long = sources.add("long.gate", format!("a = \"{}\"", "é".repeat(100_000)));
    let empty = sources.add("empty.gate", "");
    let many = sources.add("many.gate", "line\r\n".repeat(1000));
    let spans = [
        Span::new(long, 50_001, 50_003),
        Span::new(long, 0, 200_005),
        Span::new(long, 999_999, 999_999),
        Span::new(empty, 0, 0),
        Span::new(many, 0, 6000),
        Span::new(many, 6000, 6000),
        Span::new(many, 5, 6),
        Span::new(crate::source::FileId(99), 0, 5),
    ];
    for span in spans {
        let finding = Diagnostic::new(Code::SyntaxError, span, "here").label("this");
        let mut out = Vec::new();
        let format = Format::Pretty(Look::PLAIN);
        render(&sources, &[finding], format, &mut out).unwrap();
        let text = String::from_utf8(out).unwrap();
        assert!(
            text.contains("× here") && text.len() < 3000,
            "{span:?}: {text}"
        );
        assert!(!text.contains("Failed to read"), "{span:?}: {text}");
    }
}
