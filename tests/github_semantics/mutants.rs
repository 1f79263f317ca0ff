//! Workflows with one thing taken out. A comparison that doesn't notice proves nothing, so what
//! each change does is foretold from the graph, and must be noticed exactly if it does anything.

use super::compare::{Breadth, Subject, stage};
use super::evaluator::Evaluator;
use super::expression::{Expr, Operator, Value};
use super::meaning::{Case, Clause, Meant, runs_without};
use super::workflow::Workflow;
use std::collections::BTreeMap;

/// For each kind of change: how many were tried, and how many of them change anything.
#[derive(Debug, Default)]
pub struct Tally(pub BTreeMap<&'static str, (usize, usize)>);

impl Tally {
    fn note(&mut self, kind: &'static str, noticed: bool, foretold: bool, at: (&str, &Subject)) {
        let (tried, told) = self.0.entry(kind).or_default();
        *tried += 1;
        *told += usize::from(noticed);
        let (job, subject) = at;
        let graph = subject.graph;
        assert_eq!(
            noticed, foretold,
            "{job}, {kind}: noticed, and foretold\n{graph:#?}"
        );
    }
}

/// Takes each clause out of each job's condition.
pub fn conditions(subject: &Subject, by: &mut Evaluator, tally: &mut Tally) {
    let cases = subject.meant(Breadth::Full);
    for (place, job) in subject.workflow.jobs.iter().enumerate() {
        let clauses = match &job.condition {
            Some(Expr::And(clauses)) => clauses.clone(),
            Some(one) if job.id != "all_checks" => vec![one.clone()],
            _ => continue,
        };
        let node = stage(&job.id);
        for (at, clause) in clauses.iter().enumerate() {
            let mut left = clauses.clone();
            left.remove(at);
            let mut workflow = subject.workflow.clone();
            workflow.jobs[place].condition = (!left.is_empty()).then_some(Expr::And(left));
            let clause = kind(clause);
            let foretold = cases.iter().any(|(case, meant)| {
                let runs = node.map_or(meant.verdict.is_some(), |at| meant.runs[at]);
                runs != runs_without(subject.graph, case, node, clause)
            });
            let noticed = differs(subject, workflow, by);
            tally.note(clause.name(), noticed, foretold, (&job.id, subject));
        }
    }
}

/// Takes each line out of what the last job is told, or says something else of what was due.
pub fn last_job(subject: &Subject, text: &str, by: &mut Evaluator, tally: &mut Tally) {
    let cases = subject.meant(Breadth::Full);
    let lines = text
        .lines()
        .filter(|line| line.contains(" ${{ needs.") && line.contains(".result }} "));
    // What may never be skipped tells of what it waited for in vain, too.
    let strict: Vec<usize> = lines
        .clone()
        .filter(|line| line.ends_with(" true"))
        .filter_map(|line| stage(line.split_whitespace().next()?))
        .collect();
    for line in lines {
        let job = line.split_whitespace().next().expect("a job");
        let result = line.split_inclusive("}} ").next().expect("a result");
        let node = stage(job);
        let late = |case: &Case| node.map_or(case.gate_late, |at| case.late[at]);
        let idle = |meant: &Meant| node.is_some_and(|at| !meant.runs[at]);
        let only = |meant: &Meant| {
            let told = strict
                .iter()
                .any(|at| Some(*at) != node && !meant.runs[*at]);
            meant.lost == [node] && !told
        };
        let any = |holds: &dyn Fn(&Case, &Meant) -> bool| cases.iter().any(|(c, m)| holds(c, m));
        let mut change = |what: &'static str, new: String, foretold: bool| {
            let text = text.replace(&format!("{line}\n"), &new);
            let noticed = differs(subject, Workflow::read(&text), by);
            tally.note(what, noticed, foretold, (job, subject));
        };
        change("not listed", String::new(), any(&|_, m| only(m)));
        change(
            "never due",
            format!("{result}false\n"),
            any(&|c, m| only(m) && late(c)),
        );
        change(
            "always due",
            format!("{result}true\n"),
            any(&|_, m| m.green() && idle(m)),
        );
    }
}

fn differs(subject: &Subject, workflow: Workflow, by: &mut Evaluator) -> bool {
    let changed = Subject {
        graph: subject.graph,
        pipeline: subject.pipeline.clone(),
        workflow,
    };
    changed.check(Breadth::Full, by).is_err()
}

/// What a clause of an emitted condition asks.
fn kind(clause: &Expr) -> Clause {
    match clause {
        Expr::Not(inner) if matches!(&**inner, Expr::Call(name, _) if name == "cancelled") => {
            Clause::Status
        }
        Expr::Or(_) => Clause::GateVerdict,
        Expr::Compare(Operator::Equal, path, value) => match (&**path, &**value) {
            (Expr::Member(of, result), Expr::Literal(Value::Text(_))) if result == "result" => {
                let Expr::Member(_, job) = &**of else {
                    panic!("{of:?}");
                };
                stage(job).map_or(Clause::GateResult, Clause::Need)
            }
            _ => Clause::When,
        },
        _ => Clause::When,
    }
}
