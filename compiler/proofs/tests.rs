//! Reachability against a run of every event by hand, over all small graphs.

use super::reachability::{Reach, analyse};
use super::{Graph, event_table};
use crate::lints::testing::*;
use crate::plan::*;

/// What starts a run in these tests.
const EVENTS: [(&str, &str); 3] = [
    ("push", "main"),
    ("push", "develop"),
    ("pull_request", "main"),
];
const CONDITIONS: [&str; 5] = [
    "",
    "branch == \"main\"",
    "branch == \"develop\"",
    "event == pull_request",
    "branch != \"main\"",
];

/// The language's rule, written again without worlds.
fn holds(condition: &str, (event, branch): (&str, &str)) -> bool {
    let branch = (event == "push").then_some(branch);
    match condition {
        "" => true,
        "branch == \"main\"" => branch == Some("main"),
        "branch == \"develop\"" => branch == Some("develop"),
        "branch != \"main\"" => branch.is_some_and(|b| b != "main"),
        "event == pull_request" => event == "pull_request",
        other => panic!("{other}"),
    }
}

fn triggers() -> Vec<Trigger> {
    vec![
        on(Event::Push, &["main", "develop"]),
        on(Event::PullRequest, &["main"]),
    ]
}

/// Where a node runs, by the names of the events.
fn runs_on(reach: &Reach, node: usize) -> Vec<String> {
    let truth = reach.node(node).expect("a node");
    assert_eq!(
        truth.may, truth.must,
        "all of these conditions can be decided"
    );
    let mut names: Vec<String> = truth.may.iter().map(|w| reach.domain.describe(w)).collect();
    names.retain(|n| !n.contains("fork"));
    names.sort();
    names.dedup();
    names
}

fn name((event, branch): (&str, &str)) -> String {
    format!("{event} to `{branch}`")
}

#[test]
fn every_graph_of_four_stages_runs_as_the_rule_says() {
    let ids = ["a", "b", "c", "d"];
    let edges = [(1, 0), (2, 0), (2, 1), (3, 0), (3, 1), (3, 2)];
    for shape in 0..64_u32 {
        for choice in 0..5_usize.pow(4) {
            let pick = |at: usize| CONDITIONS[choice / 5_usize.pow(at as u32) % 5];
            let needs = |at: usize| {
                let all = edges.iter().enumerate();
                all.filter(move |(bit, (from, _))| *from == at && shape >> bit & 1 == 1)
                    .map(|(_, (_, to))| *to)
            };
            let nodes = (0..4)
                .map(|at| {
                    let needed: Vec<&str> = needs(at).map(|to| ids[to]).collect();
                    let node = stage(ids[at]).needs(&needed);
                    if pick(at).is_empty() {
                        node
                    } else {
                        node.when(pick(at))
                    }
                })
                .collect();
            // A sample of the conditions for every shape keeps the test short.
            if !(choice * 31 + shape as usize).is_multiple_of(29) {
                continue;
            }
            let plan = plan(triggers(), nodes);
            let reach = analyse(&plan.pipelines[0], &plan).expect("few worlds");
            let mut ran = vec![Vec::new(); 4];
            for event in EVENTS {
                let mut now = [false; 4];
                for at in 0..4 {
                    now[at] = holds(pick(at), event) && needs(at).all(|to| now[to]);
                    if now[at] {
                        ran[at].push(name(event));
                    }
                }
            }
            for (at, mut expected) in ran.into_iter().enumerate() {
                expected.sort();
                assert_eq!(
                    runs_on(&reach, at),
                    expected,
                    "shape {shape}, choice {choice}"
                );
            }
            check_reasons(&plan, &reach);
        }
    }
}

/// Each reason excludes every event, and no part of it can be left out.
fn check_reasons(plan: &Plan, reach: &Reach) {
    for found in &reach.unreachable {
        let id = &plan.pipelines[0].nodes[found.node].id;
        let texts: Vec<&str> = found.core.iter().map(|c| c.text.as_str()).collect();
        let possible = |skip: Option<usize>| {
            EVENTS.iter().any(|event| {
                let rest = texts.iter().enumerate().filter(|(i, _)| Some(*i) != skip);
                rest.into_iter().all(|(_, text)| holds(text, *event))
            })
        };
        assert!(!possible(None), "{id}: {texts:?} can hold");
        for at in 0..texts.len() {
            assert!(possible(Some(at)), "{id}: {texts:?} says more than needed");
        }
    }
    let dead = |i: usize| reach.nodes[i].may.is_empty();
    let said = |i: usize| reach.unreachable.iter().any(|u| u.node == i);
    let graph = Graph::of(&plan.pipelines[0]);
    for at in (0..plan.pipelines[0].nodes.len()).filter(|i| dead(*i)) {
        let behind = graph.binding(at).any(|(need, _)| dead(need));
        assert!(
            said(at) || behind,
            "a dead node is told, or stands behind one"
        );
    }
}

#[test]
fn a_gate_is_skipped_with_its_evidence_unless_it_says_otherwise() {
    for evidence in CONDITIONS {
        for own in CONDITIONS {
            for excused in [false, true] {
                let mut nodes = vec![stage("test"), judge("good", false).reads(&["test"])];
                if !evidence.is_empty() {
                    nodes[0] = stage("test").when(evidence);
                }
                let image = stage("image").needs(&["good"]);
                nodes.push(if own.is_empty() {
                    image
                } else {
                    image.when(own)
                });
                let mut plan = plan(triggers(), nodes);
                let mut criterion = limit("rate", Operator::GreaterEqual, 0.8, Quantity::Ratio);
                criterion.if_skipped = excused.then_some(Verdict::Pass);
                plan.metrics.push(metric("rate", "test"));
                plan.gates.push(gate("good", vec![criterion]));
                let reach = analyse(&plan.pipelines[0], &plan).expect("few worlds");
                let expected = |event| holds(own, event) && (excused || holds(evidence, event));
                let mut names: Vec<String> = EVENTS
                    .into_iter()
                    .filter(|e| expected(*e))
                    .map(name)
                    .collect();
                names.sort();
                assert_eq!(runs_on(&reach, 2), names, "{evidence} / {own} / {excused}");
            }
        }
    }
}

#[test]
fn what_only_the_run_knows_agrees_with_itself() {
    let pull = vec![on(Event::PullRequest, &[])];
    let nodes = vec![
        stage("docs").when("changed.docs"),
        stage("code").when("not changed.docs"),
        stage("both").needs(&["docs", "code"]),
        stage("late").needs(&["docs"]).when("variable.X == \"a\""),
        stage("other").needs(&["late"]).when("variable.X != \"a\""),
    ];
    let plan = plan(pull, nodes);
    let reach = analyse(&plan.pipelines[0], &plan).expect("few worlds");
    let dead: Vec<usize> = reach.unreachable.iter().map(|u| u.node).collect();
    assert_eq!(dead, [2, 4]);
}

#[test]
fn what_an_event_lacks_compares_false() {
    let all = vec![
        on(Event::Push, &[]),
        on(Event::PullRequest, &[]),
        on(Event::Release, &[]),
    ];
    let nodes = vec![
        stage("a").when("branch != \"main\""),
        stage("b").when("tag == none"),
        stage("c").when("tag != none"),
        stage("d").when("target_branch == \"main\""),
        stage("e").when("not branch == \"main\""),
    ];
    let plan = plan(all, nodes);
    let table = event_table(&plan.pipelines[0], &plan).expect("few worlds");
    let reach = analyse(&plan.pipelines[0], &plan).expect("few worlds");
    let events = |at: usize| {
        let mut names: Vec<&str> = reach.nodes[at]
            .may
            .iter()
            .map(|w| reach.domain.worlds()[w].event.name())
            .collect();
        names.dedup();
        names
    };
    assert_eq!(events(0), ["push"]);
    assert_eq!(events(1), ["push", "pull_request"]);
    assert_eq!(events(2), ["push", "release"]);
    assert_eq!(events(3), ["pull_request"]);
    assert_eq!(events(4), ["push", "pull_request", "release"]);
    assert_eq!(table.rows.len(), 5);
}

#[test]
fn too_many_worlds_leave_conditions_open() {
    let nodes = (0..40)
        .map(|i| stage(&format!("s{i}")).when(&format!("changed.c{i}")))
        .collect();
    let plan = plan(vec![on(Event::Push, &[])], nodes);
    let reach = analyse(&plan.pipelines[0], &plan).expect("facts stay open");
    assert!(reach.domain.len() <= 1024);
    assert!(reach.unreachable.is_empty());
    // The last filter found no room: whether its stage runs is not known.
    let last = reach.node(39).expect("a node");
    assert!(!last.may.is_empty() && last.must.is_empty());
}

#[test]
fn the_event_table_reads_well() {
    let nodes = vec![
        stage("test"),
        stage("benchmark").when("event == pull_request or branch == \"main\""),
        stage("docs").when("changed.docs"),
    ];
    let plan = plan(triggers(), nodes);
    let table = event_table(&plan.pipelines[0], &plan).expect("few worlds");
    let expected = "           \
           push to `develop`  push to `main`  pull_request to `main`  pull_request to `main` from a fork
test       runs               runs            runs                    runs
benchmark  skipped            runs            runs                    runs
docs       depends            depends         depends                 depends
";
    assert_eq!(table.to_string(), expected);
}

#[test]
fn a_node_ends_after_the_last_of_its_needs() {
    let mut nodes = vec![stage("a"), stage("b"), stage("c").needs(&["a", "b"])];
    nodes[1].timeout = 3600.0;
    let plan = plan(triggers(), nodes);
    let graph = super::graph::Graph::of(&plan.pipelines[0]);
    let ends = super::schedule::ends(&graph);
    assert_eq!(ends, Some(vec![1800.0, 3600.0, 5400.0]));
}
