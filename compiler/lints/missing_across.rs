//! `missing-across`: reports of a matrix that a gate reads as one value.

use super::context::Context;
use crate::diagnostics::{Code, Diagnostic, Diagnostics};
use crate::plan::{Matrix, MatrixValues, Node, Report};
use crate::proofs::reads::gate_reads;
use std::collections::BTreeSet;

pub(super) fn run(context: &Context, found: &mut Diagnostics) {
    for facts in &context.pipelines {
        let mut read: BTreeSet<(String, String)> = BTreeSet::new();
        for judge in facts.graph.nodes.iter().filter_map(|n| n.as_judge()) {
            let evidence = judge.evidence.iter();
            read.extend(evidence.map(|e| (e.node.clone(), e.report.clone())));
            read.extend(gate_reads(&context.names, &facts.graph, &judge.gate).reports);
        }
        for node in facts.graph.nodes {
            let Some(stage) = node.as_stage() else {
                continue;
            };
            let Some(matrix) = stage.matrix.as_ref().filter(|m| has_several_cells(m)) else {
                continue;
            };
            let is_read = |r: &&Report| read.contains(&(node.id.clone(), r.id.clone()));
            let open = stage.reports.iter().filter(|r| r.across.is_none());
            for report in open.filter(is_read) {
                found.push(finding(node, matrix, report));
            }
        }
    }
}

fn has_several_cells(matrix: &Matrix) -> bool {
    let several = |values: &MatrixValues| match values {
        MatrixValues::Known(values) => values.len() > 1,
        MatrixValues::From(_) => true,
    };
    matrix.keys.iter().any(|k| several(&k.values)) || !matrix.include.is_empty()
}

fn finding(node: &Node, matrix: &Matrix, report: &Report) -> Diagnostic {
    let message = format!(
        "report `{}` of stage `{}` comes once per cell, and nothing says how the cells become one",
        report.id, node.id
    );
    let finding = Diagnostic::new(Code::MissingAcross, report.origin.span, message)
        .label("a gate reads this as one value");
    let finding = match matrix.keys.first() {
        Some(key) => finding.also(key.span, "one cell per value"),
        None => finding,
    };
    finding.help(format!(
        "say `{}(…, across = sum)` to add counts up, or `across = worst` to let the worst cell decide",
        report.format
    ))
}
