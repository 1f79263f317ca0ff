//! The conditions of emitted workflows mean what the graph means: a model of GitHub's jobs runs
//! every small program in every event with every outcome, and an independent statement of the
//! language says what must come of it.

#![allow(clippy::disallowed_methods, missing_docs)]

#[path = "github_semantics/compare.rs"]
mod compare;
#[path = "github_semantics/evaluator.rs"]
mod evaluator;
#[path = "github_semantics/expression/mod.rs"]
mod expression;
#[path = "github_semantics/graphs.rs"]
mod graphs;
#[path = "github_semantics/meaning.rs"]
mod meaning;
#[path = "github_semantics/run.rs"]
mod run;
#[path = "github_semantics/scripts.rs"]
mod scripts;
#[path = "github_semantics/workflow.rs"]
mod workflow;

use compare::{Breadth, Subject};
use evaluator::Evaluator;
use gatec::diagnostics::{Code, Severity};
use gatec::plan::{Plan, ValidPlan};
use gatec::source::MemoryWorld;
use graphs::{Graph, count, nth, program, with_gates};
use workflow::Workflow;

/// Findings that these programs ask for: they are to be odd. Nothing of them is in the way of
/// writing a workflow.
const EXPECTED: [Code; 3] = [
    Code::UnreachableStage,
    Code::DeadTrigger,
    Code::SkipPassesGate,
];

/// The plan and the workflows of programs, compiled as one.
fn compiled(graphs: &[Graph]) -> (Plan, Vec<String>) {
    let text = program(graphs);
    let world = MemoryWorld::new([("graphs.gate", text.as_str())]);
    let compilation = gatec::compile(&world, &["graphs.gate".to_string()]);
    for found in compilation.diagnostics.iter() {
        let fine = found.severity != Severity::Error || EXPECTED.contains(&found.code);
        assert!(fine, "{found:?}");
    }
    let valid = ValidPlan::new(compilation.plan.clone(), &Default::default()).expect("a plan");
    let emitted = gatec::targets::github::emit(&valid);
    assert!(!emitted.diagnostics.has_errors(), "{:?}", emitted.diagnostics);
    let texts = emitted.files.into_iter().map(|file| file.content).collect();
    (compilation.plan, texts)
}

/// Checks every graph in every case; gives the number of cases.
fn check(graphs: &[Graph], breadth: Breadth) -> usize {
    let folder = tempfile::tempdir().expect("a folder");
    let mut cases = 0;
    for batch in graphs.chunks(64) {
        let (plan, texts) = compiled(batch);
        let mut evaluator = Evaluator::new(&plan, folder.path().to_path_buf());
        for ((graph, text), pipeline) in batch.iter().zip(&texts).zip(&plan.pipelines) {
            let subject = Subject {
                graph,
                pipeline: pipeline.id.clone(),
                workflow: Workflow::read(text),
            };
            match subject.check(breadth, &mut evaluator) {
                Ok(count) => cases += count,
                Err(why) => panic!("{why}\n{text}"),
            }
        }
    }
    cases
}

fn without_gate(stages: u32) -> Vec<Graph> {
    let all = (0..count(stages)).map(|index| nth(stages as usize, index));
    all.filter(Graph::is_first_of_its_kind).collect()
}

#[test]
fn up_to_three_stages_mean_what_they_say() {
    for stages in 1..=3 {
        let graphs = without_gate(stages);
        let start = std::time::Instant::now();
        let cases = check(&graphs, Breadth::Full);
        println!("{stages} stages: {} graphs, {cases} cases, {:?}", graphs.len(), start.elapsed());
    }
}

#[test]
fn gates_over_up_to_three_stages_mean_what_they_say() {
    for stages in 2..=3 {
        let all = (0..count(stages)).map(|index| nth(stages as usize, index));
        let graphs: Vec<Graph> = all.flat_map(|g| with_gates(&g)).filter(Graph::is_first_of_its_kind).collect();
        println!("{} of kind", graphs.len());
        let graphs: Vec<Graph> = graphs.into_iter().step_by(if stages == 3 { 16 } else { 1 }).collect();
        let start = std::time::Instant::now();
        let cases = check(&graphs, Breadth::Full);
        println!("{stages} stages and a gate: {} graphs, {cases} cases, {:?}", graphs.len(), start.elapsed());
    }
}
