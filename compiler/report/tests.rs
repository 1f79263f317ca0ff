//! The three forms of a report.

use super::*;
use crate::judge::Role;

fn item(id: &str, verdict: Verdict, reason: &str) -> Item {
    Item {
        asks: format!("{id} >= 80%"),
        value: Some("79.2%".to_string()),
        limit: Some(">= 80%".to_string()),
        reasons: vec![reason.to_string()],
        ..Item::new(Role::Require, id, verdict, "gates.gate:3")
    }
}

fn assessment() -> Assessment {
    let child = Assessment {
        score: Some(Num {
            low: 61.5,
            high: 62.0,
        }),
        scored: true,
        items: vec![item("deep", Verdict::Undecided, "a|b <c> @d `e`")],
        ..Assessment::nothing("parts", "ci", String::new())
    };
    let part = Item {
        child: Some(Box::new(child)),
        ..item("parts", Verdict::Undecided, "")
    };
    Assessment {
        verdict: Verdict::Fail,
        items: vec![
            item("good", Verdict::Pass, "x"),
            part,
            item("bad", Verdict::Fail, "1\n::error::2"),
        ],
        advice: vec!["Write tests".to_string()],
        notes: vec!["A note".to_string()],
        ..Assessment::nothing("code", "ci", String::new())
    }
}

#[test]
fn text_shows_what_failed_first() {
    let text = text(&assessment());
    let lines: Vec<_> = text.lines().collect();
    assert_eq!(lines.first(), Some(&"FAIL: gate code in pipeline ci"));
    assert_eq!(
        lines.get(1),
        Some(&"  fail      bad >= 80%: 79.2%, limit >= 80%  [gates.gate:3]")
    );
    assert_eq!(lines.get(2), Some(&"            because 1 ::error::2"));
    assert!(text.contains("score 61.5pt to 62pt, needs 100pt"));
    assert!(text.contains("    undecided deep >= 80%"));
    assert!(text.ends_with("  advice: Write tests\n  note: A note\n"));
}

#[test]
fn markdown_is_a_table_that_texts_cannot_break() {
    let text = markdown(&assessment());
    assert!(text.starts_with("### Gate code: fail\n"), "{text}");
    let row = "| fail | bad &gt;= 80% | 79.2%, limit &gt;= 80%<br>1 ::error::2 | gates.gate:3 |";
    assert!(text.lines().any(|line| line == row), "{text}");
    assert!(text.contains("a\\|b &lt;c&gt; &#64;d \\`e\\`"), "{text}");
    assert!(text.contains("### Gate parts: undecided"));
    assert!(text.contains("- Advice: Write tests\n"));
    assert!(!text.contains("\n\n\n"), "{text:?}");
}

#[test]
fn json_has_a_version_and_the_whole_tree() {
    let document: serde_json::Value = serde_json::from_str(&json(&assessment())).unwrap();
    assert_eq!(document.pointer("/version"), Some(&serde_json::json!(1)));
    assert_eq!(
        document.pointer("/verdict"),
        Some(&serde_json::json!("fail"))
    );
    let deep = document.pointer("/items/1/gate/items/0/verdict");
    assert_eq!(deep, Some(&serde_json::json!("undecided")));
    let score = document.pointer("/items/1/gate/score/low");
    assert_eq!(score, Some(&serde_json::json!(61.5)));
}
