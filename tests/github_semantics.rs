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
#[path = "github_semantics/matrices.rs"]
mod matrices;
#[path = "github_semantics/meaning.rs"]
mod meaning;
#[path = "github_semantics/mutants.rs"]
mod mutants;
#[cfg(unix)]
#[path = "github_semantics/real_scripts.rs"]
mod real_scripts;
#[path = "github_semantics/run.rs"]
mod run;
#[path = "github_semantics/scripts.rs"]
mod scripts;
#[path = "github_semantics/truth.rs"]
mod truth;
#[path = "github_semantics/workflow.rs"]
mod workflow;

use compare::{Breadth, Subject};
use evaluator::Evaluator;
use gatec::diagnostics::{Code, Severity};
use gatec::plan::{Plan, ValidPlan};
use gatec::source::MemoryWorld;
use graphs::{Graph, count, nth, program, with_gates};
use mutants::Tally;
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
    assert!(
        !emitted.diagnostics.has_errors(),
        "{:?}",
        emitted.diagnostics
    );
    let texts = emitted.files.into_iter().map(|file| file.content).collect();
    ((*compilation.plan).clone(), texts)
}

fn subject<'g>(graph: &'g Graph, pipeline: &str, text: &str) -> Subject<'g> {
    Subject {
        graph,
        pipeline: pipeline.to_string(),
        workflow: Workflow::read(text),
    }
}

/// Checks every graph in every case; gives the number of cases.
fn check(graphs: &[Graph], breadth: Breadth) -> usize {
    let folder = tempfile::tempdir().expect("a folder");
    let mut cases = 0;
    for batch in graphs.chunks(64) {
        let (plan, texts) = compiled(batch);
        let mut evaluator = Evaluator::new(&plan, folder.path().to_path_buf());
        for ((graph, text), pipeline) in batch.iter().zip(&texts).zip(&plan.pipelines) {
            match subject(graph, &pipeline.id, text).check(breadth, &mut evaluator) {
                Ok(count) => cases += count,
                Err(why) => panic!("{why}\n{text}"),
            }
        }
    }
    cases
}

fn all(stages: usize) -> impl Iterator<Item = Graph> {
    (0..count(stages)).map(move |index| nth(stages, index))
}

/// Every graph of so many stages that no renaming gives again.
fn without_gate(stages: usize) -> Vec<Graph> {
    all(stages).filter(Graph::is_first_of_its_kind).collect()
}

fn gated(stages: usize) -> Vec<Graph> {
    let graphs = all(stages).flat_map(|graph| with_gates(&graph));
    graphs.filter(Graph::is_first_of_its_kind).collect()
}

/// Some graphs of so many stages, spread over all of them; the same ones at each run.
fn some(stages: usize, wanted: usize) -> impl Iterator<Item = Graph> {
    let all = count(stages);
    (0..wanted).map(move |at| nth(stages, at * 7919 % all))
}

fn tell(what: &str, graphs: &[Graph], breadth: Breadth) {
    let start = std::time::Instant::now();
    let cases = check(graphs, breadth);
    let time = start.elapsed();
    println!("{what}: {} graphs, {cases} cases, {time:.1?}", graphs.len());
}

#[test]
fn up_to_three_stages_mean_what_they_say() {
    for stages in 1..=3 {
        let what = format!("every graph of {stages} stages");
        tell(&what, &without_gate(stages), Breadth::Full);
    }
}

/// Whether every graph of a size is wanted where a sample is the rule: that takes minutes.
fn exhaustive() -> bool {
    std::env::var_os("GATEC_TEST_EXHAUSTIVE").is_some()
}

#[test]
fn four_stages_mean_what_they_say() {
    if exhaustive() {
        return tell("every graph of 4 stages", &without_gate(4), Breadth::Full);
    }
    let graphs: Vec<Graph> = some(4, 400).collect();
    tell("graphs of 4 stages", &graphs, Breadth::Narrow);
}

#[test]
fn gates_mean_what_they_say() {
    tell(
        "every graph of 2 stages and a gate",
        &gated(2),
        Breadth::Full,
    );
    let three = "graphs of 3 stages and a gate";
    if exhaustive() {
        tell(three, &gated(3), Breadth::Full);
    } else {
        let some_of_three: Vec<Graph> = gated(3).into_iter().step_by(29).collect();
        tell(three, &some_of_three, Breadth::Narrow);
    }
    let one_each = some(4, 100).enumerate().map(|(at, graph)| {
        let mut gates = with_gates(&graph);
        gates.swap_remove(at % gates.len())
    });
    let graphs: Vec<Graph> = one_each.collect();
    tell("graphs of 4 stages and a gate", &graphs, Breadth::Narrow);
}

#[test]
fn conditions_on_changes_mean_what_they_say() {
    let on_changes = |graphs: Vec<Graph>| -> Vec<Graph> {
        let graphs = graphs.into_iter().map(Graph::on_changes);
        graphs.filter(Graph::reads_changes).collect()
    };
    let two = on_changes(without_gate(2));
    tell("graphs of 2 stages on changes", &two, Breadth::Full);
    let guarded = on_changes(gated(2));
    tell("the same with a gate", &guarded, Breadth::Full);
    let three = on_changes(gated(3).into_iter().step_by(97).collect());
    tell(
        "graphs of 3 stages and a gate on changes",
        &three,
        Breadth::Narrow,
    );
}

#[test]
fn a_workflow_that_means_something_else_is_noticed() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut graphs = without_gate(2);
    graphs.extend(without_gate(3).into_iter().step_by(23));
    graphs.extend(gated(2).into_iter().step_by(3));
    graphs.extend(gated(3).into_iter().step_by(401));
    let (plan, texts) = compiled(&graphs);
    let mut evaluator = Evaluator::new(&plan, folder.path().to_path_buf());
    let mut tally = Tally::default();
    for ((graph, text), pipeline) in graphs.iter().zip(&texts).zip(&plan.pipelines) {
        let subject = subject(graph, &pipeline.id, text);
        mutants::conditions(&subject, &mut evaluator, &mut tally);
        mutants::last_job(&subject, text, &mut evaluator, &mut tally);
    }
    println!(
        "{} graphs, changes tried and told: {:?}",
        graphs.len(),
        tally.0
    );
    assert_eq!(tally.0.len(), 8);
    assert!(tally.0.values().all(|(_, told)| *told > 0));
}
