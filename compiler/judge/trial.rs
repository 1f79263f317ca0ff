//! `test` blocks: given these measurements, so must a gate come out.

use super::assumed::{Assumed, Rest};
use super::gate::Judge;
use super::result::{Assessment, Item, Role};
use super::sources::Sources;
use super::value::Val;
use super::{Num, Run};
use crate::evidence::MemoryStore;
use crate::plan::value::decimal;
use crate::plan::{Expect, Metric, Node, Pipeline, Plan, Subject, Test, Value, Verdict};

/// How one expectation came out.
#[derive(Clone, Debug, PartialEq)]
pub struct Outcome {
    /// `gate.performance == fail`
    pub expects: String,
    /// Where it was written.
    pub place: String,
    /// What came of it.
    pub result: Kept,
}

/// Whether an expectation was kept.
#[derive(Clone, Debug, PartialEq)]
pub enum Kept {
    /// It came out so.
    Yes,
    /// It didn't; how, and why.
    No(Vec<String>),
    /// It can't be told here; why.
    NotJudged(String),
}

/// Judges every expectation of a test.
pub fn try_out(plan: &Plan, test: &Test) -> Vec<Outcome> {
    let judged = |expect: &Expect| {
        let (subject, result) = match &expect.subject {
            Subject::Gate(id) => (format!("gate.{id}"), gate(plan, test, expect, id)),
            Subject::Rollout(id) => (
                format!("rollout.{id}"),
                Kept::NotJudged("rollouts are not judged by this version of gatec".to_string()),
            ),
            Subject::Alert(id) => (
                format!("alert.{id}"),
                Kept::NotJudged(
                    "alerts are tested by `promtool test rules`, on the file that `gatec build` writes"
                        .to_string(),
                ),
            ),
        };
        Outcome {
            expects: format!("{subject} == {}", expect.outcome),
            place: expect.origin.place.clone(),
            result,
        }
    };
    test.expects.iter().map(judged).collect()
}

fn gate(plan: &Plan, test: &Test, expect: &Expect, id: &str) -> Kept {
    let run = run_of(plan, test);
    let nothing = Pipeline::default();
    let pipeline = pipeline_of(plan, id).unwrap_or(&nothing);
    let run = with_nodes(run, pipeline, test);
    let store = MemoryStore::default();
    let sources = Sources::new(pipeline, &store, &run);
    let found = Judge::new(plan, &sources).gate(id);
    let wrong = differences(&found, expect);
    match wrong.is_empty() {
        true => Kept::Yes,
        false => Kept::No(wrong.into_iter().chain(reasons(&found)).collect()),
    }
}

fn run_of(plan: &Plan, test: &Test) -> Run {
    let given = |list: &[(String, Value, crate::source::Span)]| {
        let each = list.iter().filter_map(|(id, value, _)| {
            let metric = plan.metric(id)?;
            Some((id.clone(), in_groups(metric, Val::from(value))))
        });
        each.collect()
    };
    Run {
        assumed: Assumed {
            metrics: given(&test.given),
            past: given(&test.baseline),
            rest: if test.others_perfect {
                Rest::Perfect
            } else {
                Rest::Missing
            },
        },
        ..Run::default()
    }
}

/// One value given for a metric with groups is that of each.
fn in_groups(metric: &Metric, value: Val) -> Val {
    match (&metric.by, value) {
        (Some(groups), value @ Val::Number(_)) => {
            let each = groups.values.iter().map(|g| (g.clone(), value.clone()));
            Val::Record(each.collect())
        }
        (_, value) => value,
    }
}

/// The pipeline whose stages the gate reads, else the first.
fn pipeline_of<'p>(plan: &'p Plan, gate: &str) -> Option<&'p Pipeline> {
    let mut read = std::collections::BTreeSet::new();
    for gate in plan.parts_of(gate) {
        for criterion in &gate.criteria {
            if let crate::plan::Condition::Holds(expr) = &criterion.condition {
                read.extend(
                    super::scope::reports(plan, expr)
                        .into_iter()
                        .map(|(stage, _)| stage),
                );
            }
        }
        if let crate::plan::Scoring::Expression(expr) = &gate.scoring {
            read.extend(
                super::scope::reports(plan, expr)
                    .into_iter()
                    .map(|(stage, _)| stage),
            );
        }
    }
    let stages = |p: &&Pipeline| read.iter().filter(|stage| p.node(stage).is_some()).count();
    // The first of those with the most of them.
    plan.pipelines.iter().rev().max_by_key(stages)
}

/// Where the rest is perfect, every node went well.
fn with_nodes(mut run: Run, pipeline: &Pipeline, test: &Test) -> Run {
    if test.others_perfect {
        let well = |node: &Node| (node.id.clone(), "success".to_string());
        run.results = pipeline.nodes.iter().map(well).collect();
    }
    run
}

/// What came out otherwise than expected.
fn differences(found: &Assessment, expect: &Expect) -> Vec<String> {
    let mut wrong = Vec::new();
    if found.verdict.name() != expect.outcome {
        wrong.push(format!("it comes out as {}", found.verdict.name()));
    }
    if let Some(wanted) = expect.score
        && !found.score.is_some_and(|score| same(score, wanted))
    {
        let score = match found.score {
            Some(score) if score.is_exact() => format!("{}pt", decimal(score.low)),
            Some(score) => format!(
                "between {}pt and {}pt",
                decimal(score.low),
                decimal(score.high)
            ),
            None => "not known".to_string(),
        };
        wrong.push(format!("its score is {score}, not {}pt", decimal(wanted)));
    }
    if !expect.on.is_empty() {
        wrong.extend(other_criteria(found, &expect.on));
    }
    wrong
}

fn same(score: Num, wanted: f64) -> bool {
    score.compare(crate::plan::Operator::Equal, Num::exact(wanted)) == Some(true)
}

/// A criterion that decided, with the gates it is a part of, outermost first.
type Decided = Vec<String>;

/// What decided though the test doesn't name it, and what it names that did not decide.
fn other_criteria(found: &Assessment, on: &[String]) -> Vec<String> {
    let mut decided = Vec::new();
    collect(found, found.verdict, &[], &mut decided);
    let named = |path: &&Decided| !path.iter().any(|id| on.contains(id));
    let unnamed = decided.iter().filter(named).filter_map(|path| path.last());
    let unnamed = unnamed.map(|id| format!("`{id}` decides it, too"));
    let idle = on
        .iter()
        .filter(|id| !decided.iter().any(|path| path.contains(id)));
    let idle = idle.map(|id| format!("`{id}` doesn't decide it"));
    idle.chain(unnamed).collect()
}

fn collect(found: &Assessment, verdict: Verdict, above: &[String], decided: &mut Vec<Decided>) {
    // Points and stages have no name that a test could say.
    let nameless = |item: &Item| matches!(item.role, Role::Total | Role::Stage);
    // Parts decide where each of them must pass.
    let parts = found
        .items
        .iter()
        .any(|i| i.id == "every_part" && i.verdict == verdict);
    let decides = |item: &Item| item.decides || (parts && item.role == Role::Part);
    let named = |item: &&Item| !nameless(item) && item.id != "every_part" && decides(item);
    for item in found
        .items
        .iter()
        .filter(named)
        .filter(|i| i.verdict == verdict)
    {
        let mut path = above.to_vec();
        let id = item.id.strip_prefix("gate.").unwrap_or(&item.id);
        path.push(id.to_string());
        let before = decided.len();
        if let Some(child) = &item.child {
            collect(child, verdict, &path, decided);
        }
        if decided.len() == before {
            decided.push(path);
        }
    }
}

/// Why it came out so.
fn reasons(found: &Assessment) -> Vec<String> {
    let notable = found
        .items
        .iter()
        .filter(|item| item.verdict != Verdict::Pass);
    let line = |item: &Item| {
        let value = item
            .value
            .as_deref()
            .map(|v| format!(", {v}"))
            .unwrap_or_default();
        let limit = item
            .limit
            .as_deref()
            .map(|l| format!(", limit {l}"))
            .unwrap_or_default();
        let why = match item.reasons.is_empty() {
            true => String::new(),
            false => format!(": {}", item.reasons.join("; ")),
        };
        format!("{} {}{value}{limit}{why}", item.verdict.name(), item.id)
    };
    notable.map(line).collect()
}
