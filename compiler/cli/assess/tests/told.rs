//! What the caller says of cells and baselines: a slip of it is no pass.

use super::*;

#[test]
fn cells_are_told_as_stage_and_cell() {
    assert!(cells("").is_ok_and(|found| found.is_empty()));
    let found = cells("\n test/3.11 \ntest/3.12\n").unwrap();
    assert_eq!(found["test"], ["3.11", "3.12"]);
    let dir = folder(GOOD);
    for text in ["garbage", "test/", "/3.11", "test/3.11\nnothing"] {
        let env = [RAN[0], ("GATEC_CELLS", text)];
        let found = ran(dir.path(), &GATE, &env);
        assert_eq!(found.code, 2, "{text}: {}", found.out);
        assert!(found.err.contains("is not STAGE/CELL"), "{}", found.err);
    }
}

#[test]
fn a_baseline_that_is_named_must_be_there_or_begin() {
    let text = r#"
project { evaluator { path = "gatec" } }
metric l: duration { better = lower, report = bench.r["l"] * 1s }
baseline b { }
gate code { against = b, require rise(l) <= 10% }
pipeline ci {
  on push { branches = ["main"] }
  stage bench { run "make", reports { r = json("r.json") } }
  check code
}
"#;
    let world = crate::source::MemoryWorld::new([("p.gate", text)]);
    let compiled = crate::compile(&world, &["p.gate".to_string()]);
    let dir = tempfile::tempdir().unwrap();
    std::fs::create_dir_all(dir.path().join("evidence/bench/_")).unwrap();
    std::fs::write(dir.path().join("evidence/bench/_/r.json"), r#"{"l": 99}"#).unwrap();
    let place = dir.path().join("results").display().to_string();
    let words = [&GATE[..], &["--baseline", &place]].concat();
    let env = [
        ("GATEC_RESULTS", "bench=success"),
        ("GITHUB_EVENT_NAME", "push"),
        ("GITHUB_REF_NAME", "main"),
    ];
    let found = ran_on(&compiled.plan, dir.path(), &words, &env);
    assert_eq!(found.code, 4, "{}", found.out);
    assert!(found.out.contains("nothing is there"), "{}", found.out);
    assert!(found.out.contains("--record"), "{}", found.out);
    let recorded = [&words[..], &["--record"]].concat();
    let found = ran_on(&compiled.plan, dir.path(), &recorded, &env);
    assert_eq!(found.code, 0, "{}{}", found.out, found.err);
    assert!(found.out.contains("results/b"), "{}", found.out);
    let found = ran_on(&compiled.plan, dir.path(), &words, &env);
    assert_eq!(found.code, 0, "{}", found.out);
}
