//! Whole programs: what is written for them.

mod build;
mod forms;
mod programs;
mod refusals;

use super::emit;
use crate::plan::Plan;
use crate::targets::tests::reviewed;
use build::valid;

/// Every file and finding, as one text.
fn written(plan: Plan) -> String {
    let emitted = emit(&valid(plan));
    let mut text = String::new();
    for finding in emitted.diagnostics.iter() {
        text.push_str(&format!("{}: {}\n", finding.code.name(), finding.message));
    }
    for file in emitted.files {
        text.push_str(&format!("=== {}\n{}", file.path, file.content));
    }
    text
}

#[test]
fn a_serving_budget() {
    reviewed(
        "prometheus",
        "a_serving_budget",
        &written(programs::carla()),
    );
}

#[test]
fn alerts_by_condition() {
    reviewed(
        "prometheus",
        "alerts_by_condition",
        &written(programs::prsm()),
    );
}

#[test]
fn every_form_of_query() {
    reviewed(
        "prometheus",
        "every_form_of_query",
        &written(forms::forms()),
    );
}

#[test]
fn the_same_plan_gives_the_same_bytes() {
    assert_eq!(written(programs::prsm()), written(programs::prsm()));
}
