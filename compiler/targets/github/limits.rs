//! GitHub's limits, each where it is known (docs.github.com, "Actions limits"; the runner's
//! `ParseOptions` and `ExpressionConstants`), and zizmor's.

use super::context::Context;
use crate::diagnostics::{Code, Diagnostic, Diagnostics};
use crate::plan::{Node, Pipeline};
use crate::source::Span;

/// Characters of a workflow file.
const FILE: usize = 1_048_576;
/// Lines that zizmor reads.
const LINES: usize = 32_767;
/// Characters of a script, and of an expression.
const TEXT: usize = 21_000;
/// Characters of a concurrency group.
const GROUP: usize = 400;
/// Minutes of a job on a hosted machine.
const HOSTED_MINUTES: u32 = 360;
/// Minutes of a job on one's own machine.
const OWN_MINUTES: u32 = 5 * 24 * 60;
/// Values that GitHub joins into one text.
pub const FORMAT_ARGUMENTS: usize = 254;

/// Checks a whole file.
pub fn file(pipeline: &Pipeline, content: &str, found: &mut Diagnostics) {
    let span = pipeline.origin.span;
    if content.len() > FILE {
        let message = format!(
            "the workflow of `{}` has {} characters; GitHub reads {FILE}",
            pipeline.id,
            content.len()
        );
        found.push(
            Diagnostic::new(Code::WorkflowTooLarge, span, message)
                .help("split the pipeline, or move long scripts into files of the repository"),
        );
    }
    let lines = memchr::memchr_iter(b'\n', content.as_bytes()).count();
    if lines > LINES {
        let message = format!(
            "the workflow of `{}` has {lines} lines; zizmor reads {LINES}",
            pipeline.id
        );
        found.push(Diagnostic::new(Code::WorkflowTooLong, span, message));
    }
}

/// Checks a script.
pub fn script(cx: &Context<'_>, script: &str, span: Span) {
    if script.len() > TEXT {
        let message = format!(
            "this script has {} characters; GitHub takes {TEXT}",
            script.len()
        );
        cx.report(
            Diagnostic::new(Code::ScriptTooLong, span, message)
                .help("move it into a file of the repository"),
        );
    }
}

/// Checks a concurrency group, as far as it is known.
pub fn group(cx: &Context<'_>, group: &str, span: Span) {
    if group.is_empty() || (group.len() >= GROUP && !group.contains("${{")) {
        cx.cannot(
            span,
            format!(
                "GitHub takes 1 to {} characters as a concurrency group",
                GROUP - 1
            ),
        );
    }
}

/// Checks a node's time.
pub fn timeout(cx: &Context<'_>, node: &Node, own: bool) {
    let most = if own { OWN_MINUTES } else { HOSTED_MINUTES };
    let asked = super::minutes(node.timeout);
    if asked > most {
        let message = format!(
            "`{}` may run {asked} minutes; GitHub ends it after {most}",
            node.id
        );
        let help = match own {
            true => "shorten its `timeout`",
            false => "shorten its `timeout`, or run it on a machine of yours: `self_hosted(…)`",
        };
        cx.report(
            Diagnostic::new(Code::TimeoutTooLong, node.origin.span, message)
                .label("would be ended in the middle")
                .help(help),
        );
    }
}
