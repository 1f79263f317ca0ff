//! `gatec assess` on folders of evidence.

mod replay;
mod told;

use std::path::Path;

use clap::{CommandFactory, Parser};

use super::facts::{cells, facts, inputs, read_lines};
use super::*;
use crate::judge::Val;
use crate::plan::{
    Condition, Criterion, Expr, ExprKind, Gate, Node, NodeKind, Operator, Origin, PathSegment,
    Pipeline, Quantity, Ref, Report, Scoring, Stage, Strength, Type, Value,
};
use crate::source::Span;

#[derive(Debug, Parser)]
enum Command {
    Assess(AssessArgs),
}

fn expr(kind: ExprKind) -> Expr {
    Expr {
        kind,
        ty: Type::Data,
        span: Span::default(),
    }
}

fn origin() -> Origin {
    Origin {
        place: "ci.gate:7".to_string(),
        ..Origin::default()
    }
}

/// `gate code { require test.results.failed == 0 }` over a stage `test` of a pipeline `ci`.
fn plan() -> Plan {
    let report = Report {
        id: "results".into(),
        format: "junit".into(),
        path: "junit.xml".into(),
        across: None,
        key: vec![],
        tool: None,
        origin: origin(),
    };
    let failed = expr(ExprKind::Ref(Ref::Report {
        stage: "test".into(),
        report: "results".into(),
        path: vec![PathSegment::Field("failed".into())],
    }));
    let none = expr(ExprKind::Const(Value::Number(0.0, Quantity::Count)));
    let holds = ExprKind::Binary(Operator::Equal, Box::new(failed), Box::new(none));
    let criterion = Criterion {
        id: "failed".into(),
        condition: Condition::Holds(expr(holds)),
        strength: Strength::Require { warn: None },
        places: vec![],
        confidence: None,
        samples: None,
        if_missing: None,
        if_skipped: None,
        origin: origin(),
    };
    let gate = Gate {
        id: "code".into(),
        title: "Code".into(),
        against: None,
        pass: 100.0,
        pass_given: None,
        criteria: vec![criterion],
        scoring: Scoring::AllOrNothing,
        advice: vec![],
        overrides: vec![],
        origin: origin(),
    };
    let node = Node {
        id: "test".into(),
        title: "test".into(),
        origin: origin(),
        needs: vec![],
        when: None,
        timeout: 60.0,
        kind: NodeKind::Stage(Stage {
            reports: vec![report],
            ..Stage::default()
        }),
    };
    let pipeline = Pipeline {
        id: "ci".into(),
        nodes: vec![node],
        ..Pipeline::default()
    };
    Plan {
        pipelines: vec![pipeline],
        gates: vec![gate],
        ..Plan::default()
    }
}

struct Ran {
    code: i32,
    out: String,
    err: String,
}

/// Runs with the evidence folder `evidence` below `dir`.
fn ran(dir: &Path, more: &[&str], env: &[(&str, &str)]) -> Ran {
    ran_on(&plan(), dir, more, env)
}

fn ran_on(plan: &Plan, dir: &Path, more: &[&str], env: &[(&str, &str)]) -> Ran {
    let evidence = dir.join("evidence").display().to_string();
    let mut words = vec!["gatec", "assess", "--evidence", &evidence];
    words.extend(more);
    let Command::Assess(args) = Command::try_parse_from(words).unwrap();
    let env = |name: &str| {
        env.iter()
            .find(|(n, _)| *n == name)
            .map(|(_, v)| v.to_string())
    };
    let (mut out, mut err) = (Vec::new(), Vec::new());
    let code = run(&args, Some(plan), &env, &mut out, &mut err);
    let text = |bytes| String::from_utf8(bytes).unwrap();
    Ran {
        code,
        out: text(out),
        err: text(err),
    }
}

fn folder(report: &str) -> tempfile::TempDir {
    let dir = tempfile::tempdir().unwrap();
    std::fs::create_dir_all(dir.path().join("evidence/test/_")).unwrap();
    std::fs::write(dir.path().join("evidence/test/_/junit.xml"), report).unwrap();
    dir
}

const GATE: [&str; 3] = ["code", "--pipeline", "ci"];
const GOOD: &str = "<testsuite><testcase/></testsuite>";
const BAD: &str = "<testsuite><testcase><failure/></testcase></testsuite>";
const RAN: [(&str, &str); 1] = [("GATEC_RESULTS", "test=success\n")];

#[test]
fn exit_codes_tell_the_verdict() {
    for (report, code, word) in [(GOOD, 0, "PASS"), (BAD, 1, "FAIL"), ("", 4, "UNDECIDED")] {
        let found = ran(folder(report).path(), &GATE, &RAN);
        assert_eq!(found.code, code, "{}", found.out);
        assert!(found.out.starts_with(word), "{}", found.out);
    }
    let nothing = tempfile::tempdir().unwrap();
    let found = ran(nothing.path(), &GATE, &RAN);
    assert_eq!(found.code, 4);
    assert!(
        found
            .out
            .contains("report `results` of stage `test` is missing"),
        "{}",
        found.out
    );
}

#[test]
fn wrong_use_is_told_and_names_what_there_is() {
    let dir = folder(GOOD);
    for (words, env, says) in [
        (["nobody", "--pipeline", "ci"], "", "there are: code"),
        (["code", "--pipeline", "nobody"], "", "there are: ci"),
        (GATE, "test", "is not NODE=RESULT"),
        (GATE, "test=great", "is no result"),
        (GATE, "test=success\ntest=failure", "has two results"),
    ] {
        let found = ran(dir.path(), &words, &[("GATEC_RESULTS", env)]);
        assert_eq!((found.code, found.out.as_str()), (2, ""), "{words:?} {env}");
        assert!(found.err.contains(says), "{}", found.err);
    }
    let missing = ran(
        dir.path(),
        &[&GATE[..], &["--results", "/nowhere/r"]].concat(),
        &RAN,
    );
    assert_eq!(missing.code, 2);
}

#[test]
fn a_report_from_before_the_run_is_not_taken() {
    let dir = folder(
        "<testsuites><testsuite timestamp='2026-11-20T10:00:00Z'><testcase/></testsuite></testsuites>",
    );
    let since = |time| [&GATE[..], &["--since", time]].concat();
    let found = ran(dir.path(), &since("2026-11-20T09:59:00Z"), &RAN);
    assert_eq!(found.code, 0, "{}", found.out);
    let found = ran(dir.path(), &since("2026-11-22T21:00:00+02:00"), &RAN);
    assert_eq!(found.code, 4, "{}", found.out);
    let says = "is of 2026-11-20T10:00:00Z, before this run began (2026-11-22T21:00:00+02:00)";
    assert!(found.out.contains(says), "{}", found.out);
    let by_env = [RAN[0], ("GATEC_SINCE", "2026-11-22T21:00:00Z")];
    assert_eq!(ran(dir.path(), &GATE, &by_env).code, 4);
    // A report that says no time is not blamed.
    assert_eq!(ran(folder(GOOD).path(), &GATE, &by_env).code, 0);
    let found = ran(dir.path(), &since("yesterday"), &RAN);
    assert_eq!(found.code, 2);
    assert!(
        found.err.contains("`yesterday` is no time"),
        "{}",
        found.err
    );
}

#[test]
fn a_program_with_errors_is_not_judged() {
    let words = [
        "gatec",
        "assess",
        "code",
        "--pipeline",
        "ci",
        "--evidence",
        ".",
    ];
    let Command::Assess(args) = Command::try_parse_from(words).unwrap();
    let (mut out, mut err) = (Vec::new(), Vec::new());
    assert_eq!(run(&args, None, &|_| None, &mut out, &mut err), 2);
    assert!(out.is_empty() && !err.is_empty());
}

#[test]
fn the_verdict_and_the_summary_are_written() {
    let dir = folder(BAD);
    let at = |name: &str| dir.path().join(name).display().to_string();
    std::fs::write(at("step"), "before\n").unwrap();
    let (word, summary, step) = (at("verdict"), at("summary.md"), at("step"));
    let more = [
        "--verdict-file",
        &word,
        "--summary",
        &summary,
        "--format",
        "json",
    ];
    let env = [RAN[0], ("GITHUB_STEP_SUMMARY", step.as_str())];
    let found = ran(dir.path(), &[&GATE[..], &more].concat(), &env);
    assert_eq!(found.code, 1);
    let document: serde_json::Value = serde_json::from_str(&found.out).unwrap();
    assert_eq!(document["version"], 1);
    let read = |path: &str| std::fs::read_to_string(path).unwrap();
    assert_eq!(read(&word), "fail\n");
    assert!(read(&summary).starts_with("### Gate Code: ❌ fail\n"));
    assert_eq!(read(&step), format!("before\n{}", read(&summary)));
    let nowhere = at("no/such/folder");
    let found = ran(
        dir.path(),
        &[&GATE[..], &["--summary", &nowhere]].concat(),
        &RAN,
    );
    assert_eq!(found.code, 3);
}

#[test]
fn results_come_from_a_file_too() {
    let dir = folder(GOOD);
    let path = dir.path().join("results").display().to_string();
    std::fs::write(&path, "\ntest = success\n").unwrap();
    assert_eq!(
        ran(
            dir.path(),
            &[&GATE[..], &["--results", &path]].concat(),
            &[]
        )
        .code,
        0
    );
    // Without a word on how the stage ended nothing passes.
    assert_eq!(ran(dir.path(), &GATE, &[]).code, 4);
    assert_eq!(
        ran(dir.path(), &GATE, &[("GATEC_RESULTS", "test=cancelled")]).code,
        4
    );
    assert_eq!(
        ran(dir.path(), &GATE, &[("GATEC_RESULTS", "test=failure")]).code,
        1
    );
}

#[cfg(unix)]
#[test]
fn evidence_does_not_leave_its_folder() {
    let dir = folder(GOOD);
    let report = dir.path().join("evidence/test/_/junit.xml");
    std::fs::rename(&report, dir.path().join("outside.xml")).unwrap();
    std::os::unix::fs::symlink(dir.path().join("outside.xml"), &report).unwrap();
    let found = ran(dir.path(), &GATE, &RAN);
    assert_eq!(found.code, 4);
    assert!(
        found.out.contains("leads out of the evidence folder"),
        "{}",
        found.out
    );
    std::fs::remove_file(&report).unwrap();
    std::fs::create_dir(&report).unwrap();
    assert_eq!(ran(dir.path(), &GATE, &RAN).code, 4);
}

#[test]
fn a_great_report_of_nothing_is_undecided() {
    let dir = folder("");
    let report = dir.path().join("evidence/test/_/junit.xml");
    std::fs::File::create(report)
        .unwrap()
        .set_len(2 << 20)
        .unwrap();
    let found = ran(dir.path(), &GATE, &RAN);
    assert_eq!(found.code, 4);
    assert!(found.out.contains("is not JUnit XML"), "{}", found.out);
}

#[test]
fn the_help_documents_the_exit_codes() {
    let mut command = Command::command();
    let assess = command.find_subcommand_mut("assess").unwrap();
    let help = assess.render_long_help().to_string();
    for code in [
        "  0  the gate passes",
        "  1  the gate fails",
        "  2  ",
        "  3  ",
    ] {
        assert!(help.contains(code), "{help}");
    }
}

#[test]
fn facts_are_those_of_the_event() {
    let of = |pairs: &'static [(&str, &str)]| {
        facts(None, &move |name| {
            pairs
                .iter()
                .find(|(n, _)| *n == name)
                .map(|(_, v)| v.to_string())
        })
    };
    assert!(of(&[]).is_empty());
    let push = of(&[("GITHUB_EVENT_NAME", "push"), ("GITHUB_REF_NAME", "main")]);
    assert_eq!(push.get("branch"), Some(&Val::text("main")));
    assert_eq!(push.get("target_branch"), Some(&Val::Null));
    let pull = of(&[
        ("GITHUB_EVENT_NAME", "pull_request"),
        ("GITHUB_REF_NAME", "7/merge"),
        ("GITHUB_BASE_REF", "main"),
    ]);
    assert_eq!(pull.get("branch"), Some(&Val::Null));
    assert_eq!(pull.get("target_branch"), Some(&Val::text("main")));
}

#[test]
fn a_workflow_tells_conditions_verdicts_cells_and_inputs() {
    let mut run = Run::default();
    let text = "a=skipped\na.when=false\n\nrelease=success\nrelease.verdict=skipped\n";
    read_lines(text, &mut run).unwrap();
    assert_eq!(run.conditions.get("a"), Some(&false));
    assert_eq!(
        run.verdicts.get("release").map(String::as_str),
        Some("skipped")
    );
    assert_eq!(run.results.len(), 2);
    let cells = cells("test/3.11\n\ntest/3.12\nother/0\n").unwrap();
    assert_eq!(cells.get("test").map(Vec::len), Some(2));
    let mut facts = BTreeMap::new();
    inputs("{\"target\": \"staging\"}", &mut facts).unwrap();
    assert_eq!(facts.get("inputs.target"), Some(&Val::text("staging")));
    assert!(inputs("{", &mut facts).is_err());
    let dir = folder(GOOD);
    let event = [&GATE[..], &["--event", "push"]].concat();
    assert_eq!(ran(dir.path(), &event, &RAN).code, 0);
}

#[test]
fn a_question_decides_nothing() {
    let dir = folder(GOOD);
    let output = dir.path().join("output");
    let path = output.display().to_string();
    let mut words = GATE.to_vec();
    words.extend(["--what-if", "lines = 50%"]);
    let mut plan = plan();
    let report = plan
        .gates
        .first()
        .and_then(|g| g.criteria.first())
        .map(|c| c.condition.clone());
    let Some(Condition::Holds(Expr {
        kind: ExprKind::Binary(_, left, _),
        ..
    })) = report
    else {
        panic!("a comparison")
    };
    plan.metrics.push(crate::plan::Metric {
        id: "lines".into(),
        ty: Type::Quantity(Quantity::Ratio),
        better: None,
        key: vec![],
        by: None,
        samples: None,
        repeats: None,
        cluster: None,
        range: None,
        report: Some(*left),
        live: None,
        origin: origin(),
    });
    let runner = [RAN[0], ("GITHUB_OUTPUT", path.as_str())];
    let found = ran_on(&plan, dir.path(), &words, &runner);
    assert_eq!(found.code, 5, "{}", found.err);
    assert!(
        found.out.contains("what would be if lines = 50%"),
        "{}",
        found.out
    );
    assert!(!output.exists());
    for (value, says) in [
        ("lines = 50ms", "is not a ratio"),
        ("line = 1%", "no metric `line`"),
        ("x", "is not METRIC"),
    ] {
        let mut words = GATE.to_vec();
        words.extend(["--what-if", value]);
        let found = ran_on(&plan, dir.path(), &words, &RAN);
        assert_eq!(found.code, 2, "{value}");
        assert!(found.err.contains(says), "{}", found.err);
    }
}

#[test]
fn reports_are_written_in_the_forms_asked_for() {
    let dir = folder(BAD);
    let at = |name: &str| dir.path().join(name).display().to_string();
    let more: Vec<String> = ["html", "junit", "json", "badge"]
        .iter()
        .flat_map(|form| ["--report".to_string(), format!("{form}={}", at(form))])
        .collect();
    let mut words = GATE.to_vec();
    words.extend(more.iter().map(String::as_str));
    words.extend(["--report", "annotations=-"]);
    let found = ran(dir.path(), &words, &RAN);
    assert_eq!(found.code, 1);
    let begins = |form: &str, text: &str| {
        let report = std::fs::read_to_string(at(form)).unwrap();
        assert!(report.starts_with(text), "{form}: {report}");
    };
    begins("html", "<!doctype html>");
    begins("junit", "<?xml version=\"1.0\"");
    begins("json", "{\n  \"version\": 1");
    begins("badge", "<svg ");
    assert!(found.out.starts_with("FAIL: gate code"), "{}", found.out);
    let annotation = "\n::error file=ci.gate,line=7,title=gate code%3A fail::";
    assert!(found.out.contains(annotation), "{}", found.out);
}

#[test]
fn a_form_that_is_not_there_is_told() {
    for (report, says) in [
        ("pdf=x", "there is no form `pdf`; there are: text, json"),
        ("html", "it is FORM=FILE"),
        ("html=", "it is FORM=FILE"),
    ] {
        let words = [
            "gatec",
            "assess",
            "code",
            "--pipeline",
            "ci",
            "--evidence",
            ".",
            "--report",
        ];
        let error = Command::try_parse_from(words.into_iter().chain([report])).unwrap_err();
        assert!(error.to_string().contains(says), "{error}");
    }
}

#[test]
fn a_summary_that_is_nearly_full_is_not_overfilled() {
    let dir = folder(BAD);
    let step = dir.path().join("step");
    std::fs::write(&step, "x".repeat(1024 * 1024 - 50)).unwrap();
    let path = step.display().to_string();
    let env = [RAN[0], ("GITHUB_STEP_SUMMARY", path.as_str())];
    assert_eq!(ran(dir.path(), &GATE, &env).code, 1);
    assert_eq!(std::fs::metadata(&step).unwrap().len(), 1024 * 1024 - 50);
}
