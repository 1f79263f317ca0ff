//! What a report says that shows nothing, or can't be: none of it passes.

use super::*;
use Verdict::{Fail, Pass, Undecided};

fn plan_of(metric: &str, gate: &str) -> Plan {
    program(&format!(
        r#"
dimension language {{ values = ["de", "en"] }}
{metric}
gate g {{ {gate} }}
pipeline ci {{
  on push {{ branches = ["main"] }}
  stage s {{ run "make", reports {{ r = json("r.json") }} }}
  check g
}}
"#
    ))
}

fn found(metric: &str, gate: &str, report: &str) -> Assessment {
    let plan = plan_of(metric, gate);
    let store = MemoryStore::default().with("s/_/r.json", report);
    assess_run(&plan, "ci", "g", &store, &well(&plan))
}

/// Judges gates on reports; each names what a reason must say.
fn judges(metric: &str, cases: &[(&str, &str, Verdict, &str)]) {
    for (gate, report, verdict, says) in cases {
        let found = found(metric, gate, report);
        let told = reasons(&found);
        assert_eq!(found.verdict, *verdict, "{gate} on {report}: {told}");
        assert!(told.contains(says), "{gate} on {report}: {told}");
    }
}

#[test]
fn a_bare_value_of_a_report_must_be_true() {
    let two = "require s.r[\"ok\"]\n require s.r[\"a\"] <= 5";
    let every = "require every(s.r[\"runs[*].ok\"])\n require s.r[\"a\"] <= 5";
    judges(
        "",
        &[
            (two, r#"{"ok": true, "a": 1}"#, Pass, ""),
            (two, r#"{"ok": false, "a": 1}"#, Fail, ""),
            (
                two,
                r#"{"ok": null, "a": 1}"#,
                Undecided,
                "null, no condition",
            ),
            (
                two,
                r#"{"ok": 1, "a": 1}"#,
                Undecided,
                "the number 1, no condition",
            ),
            (two, r#"{"ok": "true", "a": 1}"#, Undecided, "no condition"),
            (two, r#"{"a": 1}"#, Undecided, "no key \"ok\""),
            (every, r#"{"runs": [{"ok": true}], "a": 1}"#, Pass, ""),
            (
                every,
                r#"{"runs": [{"ok": true}, {"ok": false}], "a": 1}"#,
                Fail,
                "",
            ),
            (
                every,
                r#"{"runs": [{"ok": null}], "a": 1}"#,
                Undecided,
                "null in it",
            ),
            (every, r#"{"runs": [], "a": 1}"#, Undecided, "has no member"),
            (
                "require if(s.r[\"a\"] <= 5, s.r[\"ok\"], s.r[\"ok\"])",
                r#"{"ok": false, "a": 1}"#,
                Fail,
                "",
            ),
        ],
    );
}

#[test]
fn the_contrary_of_nothing_is_not_true() {
    let not = r#"require not s.r["x"]"#;
    let words = r#"require not (s.r["x"] in ["bad"])"#;
    let numbers = r#"require not (s.r["x"] in [1, 2])"#;
    judges(
        "",
        &[
            (not, r#"{"x": false}"#, Pass, ""),
            (not, r#"{"x": true}"#, Fail, ""),
            (not, r#"{"x": null}"#, Undecided, "null"),
            (words, r#"{"x": "good"}"#, Pass, ""),
            (words, r#"{"x": "bad"}"#, Fail, ""),
            (words, r#"{"x": 5}"#, Undecided, "the number 5"),
            (words, r#"{"x": null}"#, Undecided, "null"),
            (numbers, r#"{"x": 3}"#, Pass, ""),
            (numbers, r#"{"x": 2}"#, Fail, ""),
            (numbers, r#"{"x": "1"}"#, Undecided, "the text \"1\""),
        ],
    );
}

#[test]
fn what_is_counted_or_timed_is_not_negative() {
    for (metric, gate, says) in [
        (
            r#"metric m: count { better = lower, report = s.r["a"] }"#,
            "require m <= 5",
            "metric `m` is -1, and a count is 0 or more: does its tool write -1 for \"not measured\"?",
        ),
        (
            r#"metric m: duration { better = lower, report = s.r["a"] * 1ms }"#,
            "require m <= 5ms",
            "and a duration is 0 or more",
        ),
        (
            r#"metric m: bytes { better = lower, report = s.r["a"] * 1MiB }"#,
            "require m <= 5MiB",
            "and bytes are 0 or more",
        ),
    ] {
        judges(
            metric,
            &[
                (gate, r#"{"a": -1}"#, Undecided, says),
                (gate, r#"{"a": 0}"#, Pass, ""),
                (gate, r#"{"a": 9}"#, Fail, ""),
            ],
        );
    }
    let wide = r#"metric m: count { better = lower, range = -10..10, report = s.r["a"] }"#;
    judges(wide, &[("require m <= 5", r#"{"a": -1}"#, Pass, "")]);
}

#[test]
fn what_is_given_has_its_range_too() {
    let plan = plan_of(
        r#"metric m: ratio { better = higher, report = s.r["a"] }"#,
        "require m >= 80%",
    );
    for (value, verdict) in [(0.9, Pass), (7.0, Undecided), (-1.0, Undecided)] {
        let mut run = well(&plan);
        run.assumed.metrics.insert("m".into(), Val::number(value));
        let found = assess_run(&plan, "ci", "g", &MemoryStore::default(), &run);
        assert_eq!(found.verdict, verdict, "{value}: {}", reasons(&found));
    }
}

#[test]
fn a_share_of_a_report_is_between_none_and_all() {
    let level = r#"require s.r["a"] >= 80%"#;
    let mean = r#"require mean(s.r["l"]) >= 80%"#;
    let score = r#"score = 100pt * s.r["a"], pass = 90pt"#;
    let unit = "is its report in another unit? (report `r` of stage `s`";
    judges(
        "",
        &[
            (level, r#"{"a": 0.8}"#, Pass, ""),
            (level, r#"{"a": 0.7}"#, Fail, ""),
            (level, r#"{"a": 7}"#, Undecided, unit),
            (
                level,
                r#"{"a": 7}"#,
                Undecided,
                "is 700%, outside 0% to 100%",
            ),
            (mean, r#"{"l": [0.9]}"#, Pass, ""),
            (mean, r#"{"l": [90]}"#, Undecided, unit),
            (score, r#"{"a": 1}"#, Pass, ""),
            (
                score,
                r#"{"a": 85}"#,
                Undecided,
                "the score is 8500pt, above 100pt",
            ),
            (score, r#"{"a": -1}"#, Fail, "the score is below 0pt"),
        ],
    );
    let sum = r#"score = 10pt * s.r["a"] + 70pt * s.r["b"] + 20pt * s.r["b"], pass = 100pt"#;
    judges("", &[(sum, r#"{"a": 1, "b": 1}"#, Pass, "")]);
}

#[test]
fn a_comparison_of_nothing_counts_nothing() {
    let f1 = r#"metric f1: ratio { better = higher, by = language, report = s.r["*.f1"] }"#;
    let groups = r#"{"de": {"f1": 0.1}, "en": {"f1": 0.9}}"#;
    let some = r#"require count(f1[language =~ "d.*"] < 90%) == 0"#;
    let none = r#"require count(f1[language =~ "zz.*"] < 90%) == 0"#;
    judges(
        f1,
        &[
            (some, groups, Fail, ""),
            (none, groups, Undecided, "there is nothing to compare"),
        ],
    );
    let broken = r#"require count(s.r["runs[*].ok"] == false) == 0"#;
    let all = r#"require count(s.r["runs"]) == 0"#;
    judges(
        "",
        &[
            (broken, r#"{"runs": [{"ok": true}]}"#, Pass, ""),
            (
                broken,
                r#"{"runs": []}"#,
                Undecided,
                "there is nothing to compare",
            ),
            (all, r#"{"runs": []}"#, Pass, ""),
        ],
    );
}

#[test]
fn a_member_of_a_group_that_nobody_declared_is_named() {
    let f1 =
        r#"metric f1: ratio { better = higher, by = language, report = mean(s.r["l[*].f1"]) }"#;
    let of = |third: &str| {
        let two = r#"{"language": "de", "f1": 0.9}, {"language": "en", "f1": 0.9}"#;
        format!(r#"{{"l": [{two}{third}]}}"#)
    };
    let (known, other) = (
        of(r#", {"language": "en", "f1": 0.8}"#),
        of(r#", {"language": "EN", "f1": 0}"#),
    );
    let gate = "require every(f1) >= 50%";
    judges(
        f1,
        &[
            (gate, &known, Pass, ""),
            (
                gate,
                &other,
                Undecided,
                "a member whose \"language\" is \"EN\", which dimension `language` doesn't have",
            ),
        ],
    );
}

#[test]
fn a_skipped_stage_is_excused_only_by_what_is_known() {
    let text = r#"
gate g {
  require a.r["x"] <= 5 { if_skipped = pass }
  require b.r["x"] <= 5
}
pipeline ci {
  on push { branches = ["main", "dev"] }
  stage a { when branch == "main", run "make", reports { r = json("r.json") } }
  stage b { run "make", reports { r = json("r.json") } }
  check g
}
"#;
    let plan = program(text);
    let b = MemoryStore::default().with("b/_/r.json", r#"{"x": 1}"#);
    let judged = |branch: Option<&str>, told: Option<bool>| {
        let mut run = well(&plan);
        run.results.insert("a".into(), "skipped".into());
        run.facts.remove("branch");
        run.facts
            .extend(branch.map(|b| ("branch".to_string(), Val::text(b))));
        run.conditions
            .extend(told.map(|held| ("a".to_string(), held)));
        assess_run(&plan, "ci", "g", &b, &run)
    };
    assert_eq!(judged(Some("dev"), None).verdict, Pass);
    assert_eq!(judged(None, Some(false)).verdict, Pass);
    assert_eq!(judged(Some("main"), None).verdict, Undecided);
    let unknown = judged(None, None);
    assert_eq!(unknown.verdict, Undecided);
    assert!(
        reasons(&unknown).contains("`a.when=false`"),
        "{}",
        reasons(&unknown)
    );
}

#[test]
fn cells_that_nobody_tells_are_those_of_the_program() {
    let text = r#"
gate g { require s.r["x"] <= 5 }
pipeline ci {
  on push { branches = ["main"] }
  stage s { matrix { py = ["3.11", "3.12"] }, run "make", reports { r = json("r.json", across = sum) } }
  check g
}
"#;
    let plan = program(text);
    let run = Run {
        cells: Some(BTreeMap::new()),
        ..well(&plan)
    };
    let one = MemoryStore::default().with("s/3.11/r.json", r#"{"x": 1}"#);
    let found = assess_run(&plan, "ci", "g", &one, &run);
    assert_eq!(found.verdict, Undecided, "{}", reasons(&found));
    let both = one.with("s/3.12/r.json", r#"{"x": 1}"#);
    assert_eq!(assess_run(&plan, "ci", "g", &both, &run).verdict, Pass);
}
