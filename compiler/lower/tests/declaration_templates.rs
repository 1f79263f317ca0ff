//! Templates of metrics, limits, baselines and gates.

use super::{compiled, errors};
use crate::diagnostics::{Diagnostic, Severity};
use crate::plan::{Condition, Plan};
use crate::source::MemoryWorld;

const TEMPLATE: &str = r#"
tight = 5%
dimension kind { values = ["text", "image"] }
limit floor: ratio { by = kind, others = 80%, cases { text = 90% } }
metric errors: ratio { better = lower, report = ask.results["errors"] }
baseline accepted { branch = "main" }

template answers {
  param from: report
  param kinds: dimension
  param mark: ratio { default = 85% }
  param sure: ratio { default = none }
  param past: baseline
  param grow: ratio { default = tight }
  param wrong: metric { default = none }
  metric score: ratio {
    better  = higher
    by      = kinds
    cluster = "input"
    report  = mean(from["items[*].score"])
  }
  metric time: duration { better = lower, report = from["seconds"] * 1s }
  gate answers {
    against = past
    require every(score) >= mark { confidence = sure }
    require rise(time) <= grow
    require score[kinds = "text"] >= 50% { id = "text" }
    require wrong <= 1%
    advise "Look at ${{ mark }}" { when failed("every(score)") }
  }
  gate parts {
    weights { score_of_all = 60%, gate.answers = 40% }
    pass = 90pt
  }
  metric score_of_all: ratio { better = higher, report = from["all"] }
}
"#;

const PIPELINE: &str = r#"
gate all { require small, require gate.small_parts, require gate.big_parts }
pipeline ci {
  on push { branches = ["main"] }
  stage ask {
    run "make ask"
    reports { results = json("results.json"), more = json("more.json") }
  }
  check all
}
"#;

fn program(uses: &str) -> String {
    format!("{TEMPLATE}\n{uses}\n{PIPELINE}")
}

const USES: &str = "
use answers small { from = ask.results, kinds = kind, mark = floor, past = accepted }
use answers big { from = ask.more, kinds = kind, past = accepted, sure = 95%, grow = none, wrong = errors }
";

fn ids(plan: &Plan, gate: &str) -> Vec<String> {
    let gate = plan.gates.iter().find(|g| g.id == gate).expect("the gate");
    gate.criteria.iter().map(|c| c.id.clone()).collect()
}

fn findings(text: &str) -> Vec<(Diagnostic, String)> {
    let world = MemoryWorld::new([("pipeline.gate", text)]);
    let compilation = crate::compile(&world, &["pipeline.gate".to_string()]);
    let sources = compilation.sources;
    let found = compilation.diagnostics.sorted().into_iter();
    let found = found.filter(|d| d.severity == Severity::Error);
    found
        .map(|d| (d.clone(), sources.place(d.primary.span)))
        .collect()
}

#[test]
fn two_uses_have_their_own_names() {
    let (plan, errors) = compiled(&[("pipeline.gate", &program(USES))]);
    assert_eq!(errors, Vec::<String>::new());
    let metrics: Vec<&str> = plan.metrics.iter().map(|m| m.id.as_str()).collect();
    assert_eq!(
        metrics,
        [
            "errors",
            "small_score",
            "small_time",
            "small_score_of_all",
            "big_score",
            "big_time",
            "big_score_of_all"
        ]
    );
    let gates: Vec<&str> = plan.gates.iter().map(|g| g.id.as_str()).collect();
    assert_eq!(gates, ["all", "small", "small_parts", "big", "big_parts"]);
}

#[test]
fn a_parameter_that_is_none_leaves_out_what_names_it() {
    let (plan, _) = compiled(&[("pipeline.gate", &program(USES))]);
    assert_eq!(
        ids(&plan, "small"),
        ["every_small_score", "rise_small_time", "text"]
    );
    assert_eq!(ids(&plan, "big"), ["every_big_score", "text", "errors"]);
    let first = |gate: &str| {
        let gate = plan.gates.iter().find(|g| g.id == gate);
        gate.and_then(|g| g.criteria.first()).expect("a criterion")
    };
    assert_eq!(first("small").confidence, None);
    assert_eq!(first("big").confidence, Some(0.95));
    let Condition::Holds(holds) = &first("small").condition else {
        panic!("no comparison")
    };
    let mut limits = Vec::new();
    holds.walk(&mut |e| {
        if let crate::plan::ExprKind::Ref(crate::plan::Ref::Limit(name)) = &e.kind {
            limits.push(name.clone());
        }
    });
    assert_eq!(limits, ["floor"]);
}

#[test]
fn places_are_those_of_the_use() {
    let text = program(USES);
    let (plan, _) = compiled(&[("pipeline.gate", &text)]);
    let line = 1 + text
        .lines()
        .position(|l| l.starts_with("use answers big"))
        .unwrap();
    let gate = plan.gates.iter().find(|g| g.id == "big").unwrap();
    assert_eq!(gate.origin.place, format!("pipeline.gate:{line}"));
}

#[test]
fn a_wrong_argument_is_said_once() {
    let cases = [
        ("mark = 85%", "mark = 85", "wrong-unit"),
        ("mark = 85%", "mark = 20ms", "wrong-unit"),
        ("mark = 85%", "mark = flor", "unknown-name"),
        ("past = accepted", "past = acepted", "unknown-name"),
        ("kinds = kind", "kinds = kinds", "unknown-name"),
        ("from = ask.more", "from = ask.les", "unknown-report"),
        ("from = ask.more", "from = aks.more", "unknown-name"),
        ("from = ask.more", "from = ask.more[\"x\"]", "wrong-type"),
        ("from = ask.more, ", "", "missing-parameter"),
        ("mark = 85%", "marc = 85%", "unknown-parameter"),
        ("answers big", "answer big", "unknown-template"),
    ];
    let uses = USES.replace("past = accepted, sure", "mark = 85%, past = accepted, sure");
    assert_eq!(errors(&program(&uses)), Vec::<String>::new());
    for (old, new, code) in cases {
        let (small, big) = uses.rsplit_once("use ").unwrap();
        let wrong = format!("{small}use {}", big.replacen(old, new, 1));
        assert_ne!(wrong, uses);
        let text = program(&wrong);
        let found = findings(&text);
        let said: Vec<String> = found
            .iter()
            .map(|(d, at)| format!("{at} {}: {}", d.code.name(), d.message))
            .collect();
        assert_eq!(found.len(), 1, "{new}: {said:#?}");
        assert_eq!(found[0].0.code.name(), code, "{new}: {said:#?}");
        let line = 1 + text
            .lines()
            .position(|l| {
                l.contains(" big") && l.starts_with("use")
                    || l.starts_with("use answers small { from = ask.more")
            })
            .unwrap();
        assert!(
            found[0].1.starts_with(&format!("pipeline.gate:{line}:")),
            "{new}: {said:#?}"
        );
    }
}

#[test]
fn two_uses_of_one_name_are_one_finding() {
    let uses = USES
        .replace("answers small", "answers")
        .replace("answers big", "answers");
    let text = program(&uses).replace(
        "require small, require gate.small_parts, require gate.big_parts",
        "require answers, require gate.answers_parts",
    );
    assert_eq!(
        errors(&text),
        ["duplicate-name: use `answers` is declared twice"]
    );
}

#[test]
fn a_parameter_and_a_declaration_have_names_of_their_own() {
    let text = program(USES).replace("param mark: ratio", "param time: ratio");
    let text = text
        .replace(">= mark", ">= time")
        .replace("{{ mark", "{{ time");
    let text = text.replace("mark = floor, ", "");
    assert_eq!(
        errors(&text),
        ["duplicate-name: template `answers` has a parameter and a declaration `time`"]
    );
}

#[test]
fn a_mistake_of_the_template_is_said_once_with_its_uses() {
    let text = program(USES).replace("from[\"seconds\"] * 1s", "from[\"seconds\"] * 1B");
    let found = findings(&text);
    let said: Vec<&String> = found.iter().map(|(d, _)| &d.message).collect();
    assert_eq!(said.len(), 1, "{said:?}");
    let (finding, at) = &found[0];
    let line = 1 + text.lines().position(|l| l.contains("* 1B")).unwrap();
    assert!(at.starts_with(&format!("pipeline.gate:{line}:")), "{at}");
    let labels: Vec<&str> = finding.secondary.iter().map(|l| l.text.as_str()).collect();
    assert!(labels.contains(&"in what is used here"), "{labels:?}");
    assert!(labels.contains(&"and here"), "{labels:?}");
}

#[test]
fn a_report_of_another_format_is_one_finding_at_the_use_of_the_library() {
    let text = r#"
import std.ml
project { evaluator { path = "tools/gatec" } }
use ml.data { from = test.coverage }
pipeline ci {
  on push { branches = ["main"] }
  stage test {
    run "make test"
    reports { coverage = cobertura("coverage.xml") }
  }
  check data
}
"#;
    let found = findings(text);
    let said: Vec<&String> = found.iter().map(|(d, _)| &d.message).collect();
    assert_eq!(said, ["a cobertura report has no paths"]);
    let (finding, at) = &found[0];
    assert!(at.starts_with("pipeline.gate:4:"), "{at}");
    assert!(finding.fix.is_none());
    assert_eq!(finding.secondary.len(), 4, "each field that is read");
}

#[test]
fn a_mistake_of_shape_is_the_templates_own() {
    let text = program(USES).replace("cluster = \"input\"", "clusters = \"input\"");
    let said: Vec<String> = findings(&text)
        .into_iter()
        .map(|(d, _)| d.message)
        .collect();
    assert_eq!(said, ["`metric` has no attribute `clusters`"]);
}

#[test]
fn templates_are_used_where_what_they_hold_belongs() {
    let elsewhere = program(USES).replace(
        "run \"make ask\"",
        "run \"make ask\"\n    use answers { from = ask.more }",
    );
    assert_eq!(
        errors(&elsewhere),
        ["template-out-of-place: template `answers` holds declarations, and a stage holds steps"]
    );
    let step = "\ntemplate hello { run \"echo hello\" }\nuse hello\nuse \"actions/checkout@v6\"\n";
    assert_eq!(
        errors(&(program(USES) + step)),
        [
            "template-out-of-place: template `hello` holds steps, and the top of a file holds declarations",
            "template-out-of-place: `actions/checkout@v6` is a step, and the top of a file holds declarations"
        ]
    );
    let mixed = program(USES).replace("  gate parts {", "  run \"make\"\n  gate parts {");
    assert_eq!(
        errors(&mixed),
        ["mixed-template: template `answers` holds declarations and steps"]
    );
}
