//! `pattern-too-narrow`: a branch pattern that ends in `/*` and so misses deeper branches.

use super::context::Context;
use crate::diagnostics::{Code, Diagnostic, Diagnostics};
use crate::source::Span;

pub(super) fn run(context: &Context, found: &mut Diagnostics) {
    for trigger in context.pipelines.iter().flat_map(|p| &p.pipeline.triggers) {
        let narrow = |p: &String| p.ends_with("/*");
        let branches = trigger.branches.iter().enumerate();
        for (at, pattern) in branches.filter(|(_, p)| narrow(p)) {
            let wider = format!("{pattern}*");
            let same = trigger.branches.contains(&wider);
            if !same {
                found.push(report(trigger.origin.item("branches", at), pattern, &wider));
            }
        }
    }
}

fn report(span: Span, pattern: &str, wider: &str) -> Diagnostic {
    let example = pattern.trim_start_matches('!').replace('*', "a/b");
    Diagnostic::new(
        Code::PatternTooNarrow,
        span,
        format!("`{pattern}` doesn't match `{example}`"),
    )
    .label("`*` stops at a `/`")
    .help(format!(
        "write `\"{wider}\"` to match branches of any depth"
    ))
}
