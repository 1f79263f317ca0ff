//! Random bytes as reports: no panic, and no pass of a gate that asks for something.

use proptest::prelude::*;
use proptest::strategy::Strategy;

use super::*;
use Operator::*;

/// A criterion of each format that no accident fulfils.
fn strict(format: &str) -> Plan {
    let all = || call(Func::Count, vec![at("s", "r", vec![])]);
    let (left, op, right) = match format {
        "junit" => (field("s", "r", "passed"), GreaterEqual, count(1e6)),
        "cobertura" => (field("s", "r", "lines"), GreaterEqual, count(1e6)),
        "radon" => (field("s", "r", "blocks"), GreaterEqual, count(1e6)),
        "json" => (key("s", "r", "a.b[*].c"), GreaterEqual, count(1e6)),
        _ => (all(), GreaterEqual, count(1e6)),
    };
    simple(format, left, op, right)
}

fn formats() -> impl Strategy<Value = &'static str> {
    proptest::sample::select(
        crate::evidence::READERS
            .iter()
            .map(|r| r.name)
            .collect::<Vec<_>>(),
    )
}

/// Text made of what the formats are made of.
fn fragments() -> impl Strategy<Value = String> {
    let words = [
        "<testsuite>",
        "</testsuite>",
        "<testcase/>",
        "<testcase>",
        "</testcase>",
        "<failure/>",
        "<coverage>",
        "</coverage>",
        "<line hits='1'/>",
        "<!DOCTYPE a [",
        "]>",
        "<![CDATA[",
        "&x;",
        "{",
        "}",
        "[",
        "]",
        ",",
        ":",
        "\"a\"",
        "\"b\"",
        "\"runs\"",
        "\"results\"",
        "\"version\"",
        "\"2.1.0\"",
        "\"SchemaVersion\"",
        "2",
        "null",
        "NaN",
        "1e999",
        "-",
        "\"errors\"",
        "\\u0000",
        "\"vulns\"",
        "\"name\"",
        "\"dependencies\"",
        "\u{0}",
        "é",
        " ",
        "\n",
    ];
    let word = proptest::sample::select(words.to_vec());
    proptest::collection::vec(word, 0..60).prop_map(|words| words.concat())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn random_bytes_never_pass(format in formats(), bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
        let store = MemoryStore::default().with("s/_/r", bytes);
        let found = judged(&strict(format), &store);
        prop_assert!(matches!(found.verdict, Verdict::Undecided | Verdict::Fail));
    }

    #[test]
    fn random_structure_never_passes(format in formats(), text in fragments()) {
        let store = MemoryStore::default().with("s/_/r", text);
        let found = judged(&strict(format), &store);
        prop_assert!(matches!(found.verdict, Verdict::Undecided | Verdict::Fail));
    }

    #[test]
    fn random_paths_never_panic(path in ".{0,30}") {
        let store = MemoryStore::default().with("s/_/r", r#"{"a":{"b":[1,{"c":2}]}}"#);
        let plan = simple("json", key("s", "r", &path), Greater, count(1e6));
        prop_assert!(judged(&plan, &store).verdict != Verdict::Pass);
    }

    #[test]
    fn reports_of_any_text_are_shown(text in ".{0,200}") {
        let store = MemoryStore::default().with("s/_/r", serde_json::json!({ "a": text }).to_string());
        let plan = simple("json", key("s", "r", "a"), LessEqual, count(1.0));
        let found = judged(&plan, &store);
        prop_assert_eq!(found.verdict, Verdict::Undecided);
        let shown = crate::report::text(&found);
        prop_assert!(shown.chars().all(|c| c == '\n' || !c.is_control()));
        prop_assert!(crate::report::markdown(&(&found).into(), crate::report::SUMMARY).lines().filter(|l| l.starts_with('|')).count() == 3);
    }
}
