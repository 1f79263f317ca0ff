//! `unjudged-measure`: a `measure` in a stage whose reports no gate of the pipeline reads.

use super::context::{Context, PipelineFacts, called};
use crate::diagnostics::{Code, Diagnostic, Diagnostics};
use crate::plan::{Node, Stage, Step};
use crate::proofs::reads::gate_reads;
use std::collections::BTreeSet;

pub(super) fn run(context: &Context, found: &mut Diagnostics) {
    for facts in &context.pipelines {
        let measuring = |n: &&Node| n.as_stage().is_some_and(|s| first_measure(s).is_some());
        if !facts.graph.nodes.iter().any(|n| measuring(&n)) {
            continue;
        }
        let judged = judged_stages(context, facts);
        for node in facts.graph.nodes.iter().filter(measuring) {
            let measure = node.as_stage().and_then(first_measure);
            if let Some(step) = measure.filter(|_| !judged.contains(node.id.as_str())) {
                found.push(report(node, step));
            }
        }
    }
}

fn first_measure(stage: &Stage) -> Option<&Step> {
    stage.steps.iter().find(|s| s.measure)
}

/// Stages of which a judged gate reads a report.
fn judged_stages(context: &Context, facts: &PipelineFacts) -> BTreeSet<String> {
    let mut stages = BTreeSet::new();
    for judge in facts.graph.nodes.iter().filter_map(|n| n.as_judge()) {
        stages.extend(judge.evidence.iter().map(|e| e.node.clone()));
        let reads = gate_reads(&context.names, &facts.graph, &judge.gate);
        stages.extend(reads.reports.into_iter().map(|(stage, _)| stage));
    }
    stages
}

fn report(node: &Node, step: &Step) -> Diagnostic {
    let reports = node.as_stage().map(|s| s.reports.as_slice());
    let reports = reports.unwrap_or_default();
    let message = format!("no gate judges what {} measures", called(node));
    let finding = Diagnostic::new(Code::UnjudgedMeasure, step.origin.span, message)
        .label("its exit code decides nothing, and neither does its report");
    let finding = match reports.first() {
        Some(report) => finding.also(
            report.origin.span,
            format!("`{}` is read by no gate of this pipeline", report.id),
        ),
        None => finding,
    };
    finding
        .help("write `run`, so that a failure fails the stage; or judge the report: `check GATE`")
}
