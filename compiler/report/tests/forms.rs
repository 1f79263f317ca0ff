//! What each form promises.

use super::sample::{passed, rich, scored};
use super::*;
use crate::judge::Assessment;
use crate::plan::Verdict;

#[test]
fn text_shows_what_failed_first() {
    let text = made("text", &rich());
    let lines: Vec<_> = text.lines().collect();
    assert_eq!(
        lines.first(),
        Some(&"FAIL: gate release \"Release 2.0\" in pipeline release")
    );
    let order: Vec<_> = lines
        .iter()
        .filter(|line| line.starts_with("  ") && !line.starts_with("   "))
        .filter_map(|line| line.split_whitespace().next())
        .collect();
    let verdicts = [
        "fail",
        "fail",
        "fail",
        "fail",
        "undecided",
        "skipped",
        "overridden",
        "warn",
        "pass",
    ];
    assert_eq!(order.get(..9), Some(&verdicts[..]), "{text}");
    assert!(
        text.contains("-> would pass at <= 10%: 15 percentage points less"),
        "{text}"
    );
    assert!(text.contains("-> that is latency_p95 at <= 22ms"), "{text}");
    assert!(!text.contains('\u{1b}'));
}

#[test]
fn colours_are_the_callers() {
    let document = document(&rich());
    let colored = super::lines(&document, true);
    assert!(colored.starts_with("\u{1b}[1;31mFAIL\u{1b}[0m: gate release"));
    let mut plain = colored;
    for code in ["32", "33", "1;31", "1;35", "36", "2", "0"] {
        plain = plain.replace(&format!("\u{1b}[{code}m"), "");
    }
    assert_eq!(plain, super::lines(&document, false));
}

#[test]
fn json_is_read_back_as_it_was() {
    for assessment in [rich(), passed(), scored(), super::sample::hostile()] {
        let document = document(&assessment);
        let text = made("json", &assessment);
        assert_eq!(read(&text), Ok(document.clone()));
        for form in FORMS {
            let again = read(&text).map(|document| (form.render)(&document));
            assert_eq!(again, Ok((form.render)(&document)), "{}", form.name);
        }
    }
}

#[test]
fn json_of_an_older_gatec_is_read() {
    let old = r#"{"version": 1, "gate": "g", "title": "G", "pipeline": "ci", "verdict": "fail",
        "score": null, "pass": 100, "place": "", "advice": [], "notes": [], "items": [
        {"id": "a", "role": "require", "verdict": "fail", "decides": true, "asks": "a == 0",
        "value": "1", "limit": "== 0", "points": null, "reasons": [], "place": "g.gate:1",
        "gate": null}], "later": 1}"#;
    let document = read(old).unwrap();
    assert!(super::lines(&document, false).contains("fail       a == 0  1  [g.gate:1]"));
}

#[test]
fn what_is_no_report_is_not_read() {
    for (text, why) in [
        ("", "is not JSON"),
        ("[]", "has no version"),
        (
            "{\"version\": 2}",
            "is a report of version 2; this gatec reads version 1",
        ),
        ("{\"version\": 1}", "missing field"),
        ("{\"version\": \"1\"}", "has no version"),
    ] {
        let error = read(text).unwrap_err();
        assert!(error.contains(why), "{error}");
    }
    let deep = "{\"version\":1,\"gate\":".repeat(500);
    assert!(read(&deep).is_err());
}

#[test]
fn markdown_has_no_gaps() {
    let text = made("markdown", &rich());
    assert!(
        !text.contains("\n\n\n") && !text.contains("|\n\n|"),
        "{text}"
    );
}

fn elements(xml: &str, name: &str) -> usize {
    xml.matches(&format!("<{name} ")).count()
}

#[test]
fn junit_fails_only_where_the_gate_does() {
    let xml = made("junit", &rich());
    assert_eq!(
        (elements(&xml, "failure"), elements(&xml, "error")),
        (5, 1),
        "{xml}"
    );
    for lenient in [passed(), let_through(rich())] {
        let xml = made("junit", &lenient);
        assert_eq!(
            (elements(&xml, "failure"), elements(&xml, "error")),
            (0, 0),
            "{xml}"
        );
        assert!(elements(&xml, "testcase") >= 2);
    }
}

fn let_through(mut assessment: Assessment) -> Assessment {
    assessment.verdict = Verdict::Overridden;
    assessment.overridden = Some(crate::judge::Overridden {
        was: Verdict::Fail,
        reason: "a fix follows".to_string(),
        by: "amira".to_string(),
        until: None,
        place: String::new(),
    });
    assessment
}

#[test]
fn annotations_stand_at_their_lines_and_excused_ones_are_warnings() {
    let text = made("annotations", &rich());
    let first = "::error file=gates/release.gate,line=12,title=gate release%3A fail::rise(latency_p95) <= 10%25: 25%25%0A";
    assert!(text.starts_with(first), "{text}");
    assert!(
        text.contains("::warning file=gates/release.gate,line=12,title=gate licences%3A fail::")
    );
    assert!(!made("annotations", &let_through(rich())).contains("::error"));
    assert_eq!(made("annotations", &passed()), "");
}

#[test]
fn sarif_names_rules_that_it_has() {
    let log: serde_json::Value = serde_json::from_str(&made("sarif", &rich())).unwrap();
    let results = log.pointer("/runs/0/results").unwrap().as_array().unwrap();
    assert!(results.len() > 5);
    for result in results {
        let index = result.get("ruleIndex").unwrap();
        let rule = log.pointer(&format!("/runs/0/tool/driver/rules/{index}/id"));
        assert_eq!(rule, result.get("ruleId"));
    }
}

#[test]
fn the_page_loads_and_runs_nothing() {
    for page in [made("html", &rich()), made("badge", &rich())] {
        let outside = page.replace("http://www.w3.org/2000/svg", "");
        for word in [
            "<script", "http:", "https:", "src=", "@import", "url(http", "onload",
        ] {
            assert!(!outside.contains(word), "{word}");
        }
    }
    let page = made("html", &rich());
    assert_eq!(
        page.matches("<svg").count(),
        page.matches("role=\"img\"").count()
    );
    assert!(page.contains("<h1 id=\"title-0\">Gate Release 2.0</h1>"));
}

#[test]
fn what_is_kept_is_drawn_in_its_order() {
    let page = made("html", &rich());
    let says = "latency_p95, 5 runs kept in main since 2026-11-01: 18ms, 21ms, 19ms, 22ms, 20ms; \
                now 25ms; limit &lt;= 22ms";
    assert!(page.contains(says), "{page}");
    // One value is no line.
    let mut few = rich();
    for item in &mut few.items {
        item.numbers
            .past
            .iter_mut()
            .for_each(|past| past.series.truncate(1));
    }
    assert!(!made("html", &few).contains("runs kept in"));
}
