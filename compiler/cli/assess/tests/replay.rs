//! `gatec assess --replay` on folders of recorded runs.

use super::*;

/// Runs in a folder, each with its report, its results file and the report of its time.
fn recorded(runs: &[(&str, &str, Option<&str>, Option<&str>)]) -> tempfile::TempDir {
    let dir = tempfile::tempdir().unwrap();
    for (name, report, results, then) in runs {
        let run = dir.path().join(name);
        std::fs::create_dir_all(run.join("test/_")).unwrap();
        std::fs::write(run.join("test/_/junit.xml"), report).unwrap();
        for (file, text) in [("results", results), ("report.json", then)] {
            if let Some(text) = text {
                std::fs::write(run.join(file), text).unwrap();
            }
        }
    }
    dir
}

fn replayed(plan: &Plan, dir: &Path, more: &[&str], env: &[(&str, &str)]) -> Ran {
    let dir = dir.display().to_string();
    let mut words = vec!["gatec", "assess", "code", "--pipeline", "ci", "--replay"];
    words.push(&dir);
    words.extend(more);
    let Command::Assess(args) = Command::try_parse_from(words).unwrap();
    let env = |name: &str| {
        let found = env.iter().find(|(n, _)| *n == name);
        found.map(|(_, value)| value.to_string())
    };
    let (mut out, mut err) = (Vec::new(), Vec::new());
    let code = run(&args, Some(plan), &env, &mut out, &mut err);
    Ran {
        code,
        out: String::from_utf8(out).unwrap(),
        err: String::from_utf8(err).unwrap(),
    }
}

/// The report of a run, as JSON.
fn report_of(report: &str) -> String {
    let words = [&GATE[..], &["--format", "json"]].concat();
    ran(folder(report).path(), &words, &RAN).out
}

/// A plan whose gate lets so many tests fail.
fn lenient(most: f64) -> Plan {
    let mut plan = plan();
    let limit = expr(ExprKind::Const(Value::Number(most, Quantity::Count)));
    for criterion in plan.gates.iter_mut().flat_map(|gate| &mut gate.criteria) {
        if let Condition::Holds(Expr {
            kind: ExprKind::Binary(op, _, right),
            ..
        }) = &mut criterion.condition
        {
            *op = Operator::LessEqual;
            **right = limit.clone();
        }
    }
    plan
}

const ENDED: Option<&str> = Some("test=success\n");

#[test]
fn recorded_runs_are_judged_by_the_gate_as_it_is_now() {
    let (good, bad) = (report_of(GOOD), report_of(BAD));
    let dir = recorded(&[
        ("101", GOOD, ENDED, Some(&good)),
        ("102", BAD, ENDED, Some(&bad)),
        ("103", BAD, ENDED, None),
        ("104", GOOD, None, None),
    ]);
    let lines = |plan: &Plan| {
        let found = replayed(plan, dir.path(), &[], &[]);
        assert_eq!((found.code, found.err.as_str()), (5, ""));
        let lines = found.out.lines().map(str::to_string);
        lines.collect::<Vec<_>>()
    };
    let as_it_was = lines(&plan());
    assert_eq!(
        as_it_was.get(..5).unwrap(),
        [
            "gate code of pipeline ci as it is now; this decides nothing",
            "run  then  now        score  what decides",
            "101  pass  pass       -      -",
            "102  fail  fail       -      test.results.failed == 0: 1",
            "103  -     fail       -      test.results.failed == 0: 1",
        ]
    );
    let unknown = as_it_was.get(5).unwrap();
    assert!(unknown.starts_with("104  -     undecided  -      test.results.failed == 0: "));
    let last = "4 runs: 1 pass, 2 fail, 1 undecided; of 2 known then, 0 would be another";
    assert_eq!(as_it_was.last().unwrap(), last);
    // The threshold is the program's of now.
    let last = "4 runs: 3 pass, 1 undecided; of 2 known then, 1 would be another";
    assert_eq!(lines(&lenient(1.0)).last().unwrap(), last);
}

#[test]
fn what_the_environment_says_is_of_another_run() {
    let dir = recorded(&[("1", GOOD, None, None)]);
    let output = dir.path().join("output");
    let path = output.display().to_string();
    let runner = [
        RAN[0],
        ("GITHUB_OUTPUT", &path),
        ("GITHUB_STEP_SUMMARY", &path),
        ("GATEC_INPUTS", "nonsense"),
    ];
    let found = replayed(&plan(), dir.path(), &[], &runner);
    assert_eq!(found.code, 5, "{}", found.err);
    assert!(found.out.ends_with("1 run: 1 undecided\n"), "{}", found.out);
    assert!(!output.exists());
}

#[test]
fn a_run_that_cant_be_read_is_told_and_counted() {
    let other = report_of(GOOD).replace("\"gate\": \"code\"", "\"gate\": \"other\"");
    let dir = recorded(&[
        ("a", GOOD, Some("test=great"), None),
        ("b", GOOD, ENDED, Some("{")),
        ("c", GOOD, ENDED, Some(&other)),
    ]);
    let out = replayed(&plan(), dir.path(), &[], &[]).out;
    assert!(out.contains("a    -       not judged  -      `great` is no result"));
    assert!(out.contains("b    unread  pass "), "{out}");
    assert!(out.contains("is of gate other of pipeline ci\n"), "{out}");
    assert!(out.ends_with("\n3 runs: 2 pass, 1 not judged\n"), "{out}");
}

#[test]
fn wrong_use_of_a_replay_is_told() {
    let empty = tempfile::tempdir().unwrap();
    let dir = recorded(&[("1", GOOD, ENDED, None)]);
    for (place, more, says) in [
        (empty.path(), vec![], "holds no recorded run"),
        (&empty.path().join("none"), vec![], "can't be read"),
        (&dir.path().join("1"), vec![], "is a recorded run itself"),
        (dir.path(), vec!["--what-if", "x = 1"], "no metric `x`"),
        (
            dir.path(),
            vec!["--format", "html"],
            "text or json, no html",
        ),
    ] {
        let found = replayed(&plan(), place, &more, &[]);
        assert_eq!((found.code, found.out.as_str()), (2, ""));
        assert!(found.err.contains(says), "{}", found.err);
    }
    let gates = Plan {
        gates: vec![],
        ..plan()
    };
    assert_eq!(replayed(&gates, dir.path(), &[], &[]).code, 2);
    for more in [["--record", "--record"], ["--evidence", "."]] {
        let words = [
            "gatec",
            "assess",
            "code",
            "--pipeline",
            "ci",
            "--replay",
            ".",
        ];
        assert!(Command::try_parse_from(words.into_iter().chain(more)).is_err());
    }
}

const COMPARED: &str = r#"
project { evaluator { path = "tools/gatec" } }
metric latency: duration { better = lower, report = test.r["ms"] * 1ms }
baseline b { store = folder("past") }
gate code { against = b, require rise(latency) <= 10% }
pipeline ci {
  on push { branches = ["main"] }
  stage test { run "x", reports { r = json("r.json") } }
  check code
}
"#;

/// Three recorded runs of a project whose baseline knows the runs 9 and 10 and what came after.
fn compared() -> (Plan, tempfile::TempDir) {
    let world = crate::source::MemoryWorld::new([("p.gate", COMPARED)]);
    let plan = (*crate::compile(&world, &["p.gate".to_string()]).plan).clone();
    let dir = tempfile::tempdir().unwrap();
    for (name, ms, time) in [
        ("10", 12.0, None),
        ("9", 10.0, None),
        ("11", 12.0, Some("1970-01-01T00:00:25Z\n")),
        ("12", 12.0, None),
    ] {
        let run = dir.path().join("runs").join(name);
        std::fs::create_dir_all(run.join("test/_")).unwrap();
        std::fs::write(run.join("test/_/r.json"), format!("{{\"ms\": {ms}}}")).unwrap();
        std::fs::write(run.join("results"), "test=success").unwrap();
        if let Some(time) = time {
            std::fs::write(run.join("time"), time).unwrap();
        }
    }
    let past = dir.path().join("past/b");
    std::fs::create_dir_all(&past).unwrap();
    for (run, time, ms) in [("9", 10.0, 10.0), ("10", 20.0, 12.0), ("99", 30.0, 50.0)] {
        let mut record = crate::baseline::Record::new("b", time);
        record.run = run.to_string();
        record.values.push(crate::baseline::Entry {
            metric: "latency".into(),
            cell: String::new(),
            group: String::new(),
            unit: "duration".into(),
            value: Some(ms / 1000.0),
            samples: None,
        });
        let file = crate::baseline::File::Record(record);
        std::fs::write(past.join(file.name()), file.text()).unwrap();
    }
    (plan, dir)
}

#[test]
fn each_run_is_compared_with_what_was_known_before_it() {
    let (plan, dir) = compared();
    let root = dir.path().display().to_string();
    let found = replayed(&plan, &dir.path().join("runs"), &["--root", &root], &[]);
    let rows: Vec<&str> = found.out.lines().skip(2).take(4).collect();
    assert_eq!(
        rows,
        [
            // Nothing was known before the first.
            "9    -     pass  -      -",
            "10   -     fail  -      rise(latency) <= 10%: 20%",
            "11   -     pass  -      -",
            // Nothing says when this one was, so it counts as the last.
            "12   -     pass  -      -",
        ],
        "{}",
        found.out
    );
    assert!(
        found.out.contains("note: nothing says when 12 was, so"),
        "{}",
        found.out
    );
    let wrong = dir.path().join("runs/11/time");
    std::fs::write(wrong, "yesterday").unwrap();
    let found = replayed(&plan, &dir.path().join("runs"), &["--root", &root], &[]);
    assert_eq!(found.code, 2);
    assert!(
        found.err.contains("time holds no time; write it as"),
        "{}",
        found.err
    );
}

#[test]
fn a_replay_is_a_document_too() {
    let (plan, dir) = compared();
    let root = dir.path().display().to_string();
    let more = ["--root", &root, "--format", "json"];
    let found = replayed(&plan, &dir.path().join("runs"), &more, &[]);
    assert_eq!((found.code, found.err.as_str()), (5, ""));
    let document: serde_json::Value = serde_json::from_str(&found.out).unwrap();
    assert_eq!(document["version"], 1);
    let runs = document["runs"].as_array().unwrap();
    let told: Vec<_> = runs
        .iter()
        .map(|r| (&r["run"], &r["time"], &r["now"]))
        .collect();
    assert_eq!(
        format!("{told:?}"),
        r#"[(String("9"), Number(10.0), String("pass")), (String("10"), Number(20.0), String("fail")), (String("11"), Number(25.0), String("pass")), (String("12"), Null, String("pass"))]"#
    );
    assert_eq!(runs[1]["deciding"][0], "rise(latency) <= 10%: 20%");
}
