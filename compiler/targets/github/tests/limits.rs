//! GitHub's limits are said before GitHub says them.

use super::build::*;
use crate::diagnostics::Code;
use crate::plan::*;

fn codes_of(nodes: Vec<Node>) -> Vec<Code> {
    let pipeline = pipeline("ci", vec![push_to(&["main"])], nodes);
    codes(plan(vec![pipeline]))
}

fn codes(plan: Plan) -> Vec<Code> {
    emitted(plan).1.iter().map(|d| d.code).collect()
}

#[test]
fn a_script_of_21_000_characters_passes_and_a_longer_one_does_not() {
    let node = |length: usize| stage_node("a", &[], vec![run(&"x".repeat(length))]);
    assert_eq!(codes_of(vec![node(21_000)]), []);
    assert_eq!(codes_of(vec![node(21_001)]), [Code::ScriptTooLong]);
}

#[test]
fn a_matrix_of_256_cells_passes_and_one_more_does_not() {
    let node = |count: usize| {
        let values: Vec<String> = (0..count).map(|i| format!("v{i}")).collect();
        let values: Vec<&str> = values.iter().map(String::as_str).collect();
        let mut node = stage_node("a", &[], vec![run("true")]);
        as_stage(&mut node).matrix = Some(Matrix {
            keys: vec![
                known_key("k", texts(&values)),
                known_key("l", texts(&["1", "2"])),
            ],
            ..Matrix::default()
        });
        node
    };
    assert_eq!(codes_of(vec![node(128)]), []);
    assert_eq!(codes_of(vec![node(129)]), [Code::TooManyCells]);
}

#[test]
fn a_hosted_job_ends_after_six_hours() {
    let mut node = stage_node("a", &[], vec![run("true")]);
    node.timeout = 6.0 * 3600.0 + 1.0;
    assert_eq!(codes_of(vec![node.clone()]), [Code::TimeoutTooLong]);
    as_stage(&mut node).runner = Some(Runner::Labels(vec!["self-hosted".into()]));
    assert_eq!(codes_of(vec![node]), []);
}

#[test]
fn a_file_of_more_than_a_mebibyte_is_an_error_and_many_lines_a_warning() {
    let stages = |count: usize| -> Vec<Node> {
        let name = |i: usize| format!("stage_{i}");
        let steps = || (0..5).map(|i| run(&format!("echo {i}"))).collect();
        (0..count)
            .map(|i| stage_node(&name(i), &[], steps()))
            .collect()
    };
    assert_eq!(codes_of(stages(500)), []);
    assert_eq!(
        codes_of(stages(2500)),
        [Code::WorkflowTooLarge, Code::WorkflowTooLong]
    );
}

#[test]
fn no_machine_is_guessed() {
    let machine = |cores: f64, disk: f64| {
        let mut node = stage_node("a", &[], vec![run("true")]);
        as_stage(&mut node).runner = Some(Runner::Machine {
            cores,
            memory: None,
            disk: Some(disk * 1_073_741_824.0),
        });
        node
    };
    assert_eq!(codes_of(vec![machine(4.0, 14.0)]), []);
    assert_eq!(codes_of(vec![machine(4.0, 20.0)]), [Code::DiskNotPromised]);
    assert_eq!(codes_of(vec![machine(8.0, 1.0)]), [Code::NoMachineFits]);
}

#[test]
fn a_gate_without_an_evaluator_is_an_error() {
    let mut node = stage_node("a", &[], vec![run("true")]);
    as_stage(&mut node).reports = vec![report("r", "r.xml")];
    let pipeline = pipeline(
        "ci",
        vec![push_to(&["main"])],
        vec![node, judge_node("g", &[("a", "r")])],
    );
    let mut plan = plan(vec![pipeline]);
    plan.project.evaluator = None;
    assert_eq!(codes(plan), [Code::NoEvaluator]);
}

#[test]
fn two_pipelines_of_one_file_collide() {
    let one = |id| {
        pipeline(
            id,
            vec![push_to(&["main"])],
            vec![stage_node("a", &[], vec![run("true")])],
        )
    };
    assert_eq!(
        codes(plan(vec![one("ci_cd"), one("CI_CD")])),
        [Code::NameCollision]
    );
}
