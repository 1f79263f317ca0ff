//! What is allowed.

use super::super::{LINTS, findings, run};
use super::*;
use crate::source::FileId;

fn after_allowing(allow: Allow) -> Vec<Code> {
    let mut plan = plan(
        push(),
        vec![stage("a"), stage("b").when("event == release")],
    );
    plan.allows.push(allow);
    run(&plan).iter().map(|d| d.code).collect()
}

#[test]
fn what_is_allowed_is_silent() {
    assert!(after_allowing(allow("unreachable-stage", None)).is_empty());
    let everything = Span::new(FileId(0), 0, 1_000_000_000);
    assert!(after_allowing(allow("unreachable-stage", Some(everything))).is_empty());
    let elsewhere = Span::new(FileId(0), 0, 1);
    let missed = after_allowing(allow("unreachable-stage", Some(elsewhere)));
    assert_eq!(missed, [Code::UnreachableStage, Code::UnusedAllow]);
}

#[test]
fn wrong_allows_are_findings() {
    let dead = Code::UnreachableStage;
    assert_eq!(
        after_allowing(allow("cycle", None)),
        [dead, Code::UnusedAllow]
    );
    assert_eq!(
        after_allowing(allow("unreachable", None)),
        [dead, Code::UnknownAllow]
    );
    assert_eq!(
        after_allowing(allow("wrong-type", None)),
        [dead, Code::UnknownAllow]
    );
    // Another step reports it; whether it does isn't known here.
    assert_eq!(after_allowing(allow("untyped-action", None)), [dead]);
}

#[test]
fn the_inner_allow_is_the_one_that_counts() {
    let mut plan = plan(
        push(),
        vec![stage("a"), stage("b").when("event == release")],
    );
    let at = findings(&plan)
        .iter()
        .next()
        .expect("a finding")
        .primary
        .span;
    plan.allows.push(allow("unreachable-stage", Some(at)));
    plan.allows.push(allow("unreachable-stage", None));
    let left: Vec<Code> = run(&plan).iter().map(|d| d.code).collect();
    assert_eq!(left, [Code::UnusedAllow]);
}

#[test]
fn every_code_belongs_to_one_lint() {
    let mut codes: Vec<Code> = LINTS.iter().flat_map(|l| l.codes).copied().collect();
    let all = codes.len();
    codes.sort();
    codes.dedup();
    assert_eq!(codes.len(), all);
}
