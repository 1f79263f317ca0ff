//! `missing-across`: reports of a matrix that a gate reads as one value, and rates of cells that are
//! added up.

use super::context::Context;
use crate::diagnostics::{Code, Diagnostic, Diagnostics};
use crate::plan::{
    Across, ExprKind, Matrix, MatrixValues, Metric, Node, Quantity, Ref, Report, Type,
};
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
            for report in stage.reports.iter().filter(is_read) {
                let metrics = context.plan.metrics.iter();
                let added = metrics.filter(|m| adds_rates(m, &node.id, report));
                found.extend(added.map(|m| no_sum(m, report)));
            }
        }
    }
}

/// Whether a metric is a rate as it stands in the report, and that of each cell is added up. Formats
/// with fields count again; of a file of any form nothing is known but its numbers.
fn adds_rates(metric: &Metric, stage: &str, report: &Report) -> bool {
    let of_it = |kind: &ExprKind| {
        matches!(kind, ExprKind::Ref(Ref::Report { stage: s, report: r, .. })
            if s == stage && *r == report.id)
    };
    let plain = ["json", "yaml", "csv"].contains(&report.format.as_str());
    plain
        && report.across == Some(Across::Sum)
        && metric.ty == Type::Quantity(Quantity::Ratio)
        && metric.report.as_ref().is_some_and(|e| of_it(&e.kind))
}

fn no_sum(metric: &Metric, report: &Report) -> Diagnostic {
    let message = format!("`{}` is a rate, and rates of cells don't add up", metric.id);
    Diagnostic::new(Code::MissingAcross, report.origin.span, message)
        .label("`across = sum` adds them")
        .also(metric.origin.span, "the metric is a ratio")
        .help("say `across = worst` to let the worst cell decide, or divide two counts: `report[\"passed\"] / report[\"total\"]`")
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
