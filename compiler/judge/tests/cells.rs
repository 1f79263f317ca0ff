//! Cells of a matrix.

use super::*;
use Operator::*;
use Verdict::*;

fn values(name: &str, values: &[&str]) -> MatrixKey {
    let values = values.iter().map(|v| Value::Str(v.to_string())).collect();
    MatrixKey {
        name: name.to_string(),
        values: MatrixValues::Known(values),
        span: Span::default(),
    }
}

fn rule(pairs: &[(&str, &str)], when: Option<Expr>) -> MatrixRule {
    let pairs = pairs
        .iter()
        .map(|(k, v)| (k.to_string(), Value::Str(v.to_string())))
        .collect();
    MatrixRule {
        pairs,
        when,
        span: Span::default(),
    }
}

fn matrix(keys: Vec<MatrixKey>) -> Matrix {
    Matrix {
        keys,
        ..Matrix::default()
    }
}

fn in_cells(format: &str, across: Option<Across>, matrix: Matrix, criterion: Criterion) -> Plan {
    let reports = vec![report("r", format, "r", across)];
    let stage = Stage {
        reports,
        matrix: Some(matrix),
        ..Stage::default()
    };
    plan(
        vec![node("s", &[], NodeKind::Stage(stage))],
        vec![],
        vec![gate("g", vec![criterion])],
    )
}

fn python() -> Matrix {
    matrix(vec![values("python", &["3.11", "3.12"])])
}

fn junit(passed: usize, failed: usize) -> String {
    let (passed, failed) = (
        "<testcase/>".repeat(passed),
        "<testcase><failure/></testcase>".repeat(failed),
    );
    format!("<testsuite>{passed}{failed}</testsuite>")
}

fn rate() -> Criterion {
    require(
        "rate",
        field("s", "r", "pass_rate"),
        GreaterEqual,
        num(0.9, Quantity::Ratio),
    )
}

#[test]
fn a_sum_recomputes_rates_from_counts() {
    let plan = in_cells("junit", Some(Across::Sum), python(), rate());
    // 50% and 100%: the mean is 75%, of the cases it is 19 of 20.
    let store = MemoryStore::default()
        .with("s/3.11/r", junit(1, 1))
        .with("s/3.12/r", junit(18, 0));
    let found = judged(&plan, &store);
    assert_eq!(found.verdict, Pass);
    assert_eq!(found.items.first().unwrap().value.as_deref(), Some("95%"));
}

#[test]
fn the_worst_cell_decides_and_is_named() {
    for across in [Some(Across::Worst), None] {
        let plan = in_cells("junit", across, python(), rate());
        let store = MemoryStore::default()
            .with("s/3.11/r", junit(1, 1))
            .with("s/3.12/r", junit(18, 0));
        let found = judged(&plan, &store);
        assert_eq!(found.verdict, Fail);
        assert_eq!(reasons(&found), "in s, cell 3.11");
        assert_eq!(found.items.first().unwrap().value.as_deref(), Some("50%"));
    }
}

#[test]
fn a_missing_cell_is_undecided_and_named() {
    for across in [Some(Across::Worst), Some(Across::Sum)] {
        let plan = in_cells("junit", across, python(), rate());
        let store = MemoryStore::default().with("s/3.12/r", junit(18, 0));
        let found = judged(&plan, &store);
        assert_eq!(found.verdict, Undecided, "{across:?}");
        let why = "report `r` of stage `s`, cell 3.11 is missing (evidence/s/3.11/r)";
        assert_eq!(reasons(&found), why);
    }
    let plan = in_cells("junit", Some(Across::Worst), python(), rate());
    // A cell that fails decides, whatever the other would say.
    let store = MemoryStore::default().with("s/3.12/r", junit(0, 1));
    assert_eq!(judged(&plan, &store).verdict, Fail);
}

#[test]
fn a_cell_that_the_program_does_not_have_is_undecided() {
    let plan = in_cells("junit", Some(Across::Sum), python(), rate());
    let store = MemoryStore::default()
        .with("s/3.11/r", junit(9, 0))
        .with("s/3.12/r", junit(9, 0))
        .with("s/3.13/r", junit(9, 0));
    let found = judged(&plan, &store);
    assert_eq!(found.verdict, Undecided);
    assert!(reasons(&found).contains("\"3.13\""));
}

#[test]
fn sums_of_data_add_numbers() {
    let total = require("n", key("s", "r", "n"), GreaterEqual, count(5.0));
    let plan = in_cells("json", Some(Across::Sum), python(), total);
    let with = |a: &str, b: &str| {
        MemoryStore::default()
            .with("s/3.11/r", a)
            .with("s/3.12/r", b)
    };
    assert_eq!(
        judged(&plan, &with("{\"n\": 2}", "{\"n\": 3}")).verdict,
        Pass
    );
    assert_eq!(
        judged(&plan, &with("{\"n\": 2}", "{\"n\": 2}")).verdict,
        Fail
    );
    assert_eq!(
        judged(&plan, &with("{\"n\": 2}", "{\"n\": \"3\"}")).verdict,
        Undecided
    );
}

fn names(matrix: Matrix, run: &Run) -> (Vec<String>, Vec<String>) {
    let stage = Stage {
        matrix: Some(matrix),
        ..Stage::default()
    };
    match expected(&stage, run) {
        Cells::Known(sure, optional) => (sure, optional),
        Cells::Open => panic!("known cells"),
    }
}

#[test]
fn cells_are_all_combinations_less_and_plus_what_the_rules_say() {
    let keys = || vec![values("os", &["linux", "win"]), values("py", &["1", "2"])];
    let run = Run::default();
    assert_eq!(
        names(matrix(keys()), &run).0,
        ["linux-1", "linux-2", "win-1", "win-2"]
    );
    let ruled = Matrix {
        exclude: vec![rule(&[("os", "win"), ("py", "1")], None)],
        include: vec![
            rule(&[("os", "mac"), ("py", "2")], None),
            // Only adds a value to cells that are there.
            rule(&[("os", "linux"), ("fast", "yes")], None),
        ],
        ..matrix(keys())
    };
    assert_eq!(
        names(ruled, &run).0,
        ["linux-1", "linux-2", "win-2", "mac-2"]
    );
    let only_included = Matrix {
        include: vec![rule(&[("cfg", "a/b c")], None)],
        ..matrix(vec![])
    };
    assert_eq!(names(only_included, &run).0, ["a-b-c"]);
}

#[test]
fn a_rule_with_a_condition_is_decided_by_the_run() {
    let is_pull = binary(
        expr(ExprKind::Ref(Ref::Event), Type::Symbol("event")),
        Equal,
        expr(
            ExprKind::Const(Value::Symbol("pull_request".into())),
            Type::Symbol("event"),
        ),
    );
    let with_rule = || Matrix {
        exclude: vec![rule(&[("os", "win")], Some(is_pull.clone()))],
        ..matrix(vec![values("os", &["linux", "win"])])
    };
    let on = |event: &str| Run {
        facts: BTreeMap::from([("event".to_string(), Val::text(event))]),
        ..Run::default()
    };
    assert_eq!(names(with_rule(), &on("push")).0, ["linux", "win"]);
    assert_eq!(names(with_rule(), &on("pull_request")).0, ["linux"]);
    let (sure, optional) = names(with_rule(), &Run::default());
    assert_eq!(
        (sure, optional),
        (vec!["linux".to_string()], vec!["win".to_string()])
    );
}

#[test]
fn cells_known_at_run_time_are_those_found() {
    let open = MatrixKey {
        name: "part".into(),
        values: MatrixValues::From(expr(ExprKind::Ref(Ref::Run), Type::Data)),
        span: Span::default(),
    };
    let plan = in_cells("junit", Some(Across::Sum), matrix(vec![open]), rate());
    assert_eq!(judged(&plan, &MemoryStore::default()).verdict, Undecided);
    let store = MemoryStore::default()
        .with("s/one/r", junit(9, 0))
        .with("s/two/r", junit(9, 1));
    assert_eq!(judged(&plan, &store).verdict, Pass);
}

#[test]
fn two_cells_of_one_name_are_undecided() {
    let same = matrix(vec![values("x", &["a/b", "a-b"])]);
    let plan = in_cells("junit", Some(Across::Sum), same, rate());
    let store = MemoryStore::default().with("s/a-b/r", junit(9, 0));
    assert_eq!(judged(&plan, &store).verdict, Undecided);
}

#[test]
fn cells_that_were_told_count_instead_of_the_programs() {
    let plan = in_cells("junit", Some(Across::Sum), python(), rate());
    let store = MemoryStore::default()
        .with("s/0/r", junit(9, 0))
        .with("s/1/r", junit(9, 0));
    let told = |names: &[&str]| {
        let names = names.iter().map(|n| n.to_string()).collect();
        let cells = Some(BTreeMap::from([("s".to_string(), names)]));
        let run = Run {
            results: results(&[("s", "success")]),
            cells,
            ..Run::default()
        };
        assess_run(&plan, "ci", "g", &store, &run).verdict
    };
    assert_eq!(told(&["0", "1"]), Pass);
    assert_eq!(told(&["0", "1", "2"]), Undecided);
    assert_eq!(told(&["0"]), Undecided);
}
