//! `report-is-a-pattern`: a report whose path is a pattern or a folder, where one file is read.

use super::context::Context;
use crate::diagnostics::{Code, Diagnostic, Diagnostics};
use crate::plan::{Evidence, Report};
use std::collections::BTreeSet;

pub(super) fn run(context: &Context, found: &mut Diagnostics) {
    for facts in &context.pipelines {
        let judges = facts.graph.nodes.iter().filter_map(|n| n.as_judge());
        let read: BTreeSet<&Evidence> = judges.flat_map(|j| &j.evidence).collect();
        for node in facts.graph.nodes {
            let reports = node.as_stage().map(|s| s.reports.as_slice());
            for report in reports.unwrap_or_default() {
                let evidence = Evidence {
                    node: node.id.clone(),
                    report: report.id.clone(),
                };
                // What no gate reads is only kept, and may be many files.
                if read.contains(&evidence) {
                    judge(report, found);
                }
            }
        }
    }
}

fn judge(report: &Report, found: &mut Diagnostics) {
    // A file may be called `[a].json`, but no upload finds it by that name.
    if report.path.contains(['*', '?', '[']) {
        found.push(finding(report, "is a pattern", "matches no file by name"));
    } else if report.path.ends_with('/') {
        found.push(finding(report, "is a folder", "not one file"));
    }
}

fn finding(report: &Report, what: &str, label: &str) -> Diagnostic {
    let message = format!("report `{}` {what}, and a gate reads one file", report.id);
    Diagnostic::new(
        Code::ReportPattern,
        report.origin.attribute("path"),
        message,
    )
    .label(label)
    .help(format!(
        "let the script join the files into one and name that one, or declare a report per file; \
         to keep files, write `artifacts {{ {} = \"{}\" }}`",
        report.id, report.path
    ))
}
