//! `value-in-code`: a value of the run inside a text that an action runs as code.
//!
//! A script's values travel in environment variables; an action's input is code by the time it
//! arrives, and whoever may choose the value chooses what runs. What names no value is let be.

use super::context::{Context, each_ref};
use crate::diagnostics::{Code, Diagnostic, Diagnostics};
use crate::plan::{Expr, ExprKind, Step, StepKind};

/// Inputs that are run as code, and how that code reads an environment variable.
const CODE: &[(&str, &str, &str)] = &[
    ("actions/github-script", "script", "process.env.NAME"),
    ("addnab/docker-run-action", "run", "$NAME"),
    ("appleboy/ssh-action", "script", "$NAME"),
    ("azure/cli", "inlineScript", "$NAME"),
    ("azure/powershell", "inlineScript", "$env:NAME"),
    ("cardinalby/js-eval-action", "expression", "env.NAME"),
    (
        "jannekem/run-python-script-action",
        "script",
        "os.environ[\"NAME\"]",
    ),
    ("nick-fields/retry", "command", "$NAME"),
    ("nick-invision/retry", "command", "$NAME"),
    ("reactivecircus/android-emulator-runner", "script", "$NAME"),
];

pub(super) fn run(context: &Context, found: &mut Diagnostics) {
    for facts in &context.pipelines {
        for stage in facts.graph.nodes.iter().filter_map(|n| n.as_stage()) {
            found.extend(stage.steps.iter().filter_map(inserted));
        }
    }
}

fn inserted(step: &Step) -> Option<Diagnostic> {
    let StepKind::Action(action) = &step.kind else {
        return None;
    };
    let (input, code, reads) = action.inputs.iter().find_map(|(input, value)| {
        let mut rows = CODE.iter();
        let (.., reads) =
            rows.find(|(name, code, _)| same(name, &action.name) && same(code, input))?;
        Some((input, value, reads))
    })?;
    let inside = !matches!(code.kind, ExprKind::Ref(_)) && names_a_value(code);
    inside.then(|| {
        let message = format!("a value stands inside the code that `{}` runs", action.name);
        let own = step.template.is_none();
        let span = if own { code.span } else { step.origin.span };
        Diagnostic::new(Code::ValueInCode, span, message)
            .label("whoever chooses the value chooses what runs")
            .help(format!(
                "hand it over beside `{input}`: `env {{ NAME = … }}`, and read `{reads}` in the code"
            ))
    })
}

/// GitHub knows actions and their inputs whatever their capitals.
fn same(known: &str, written: &str) -> bool {
    known.eq_ignore_ascii_case(written)
}

fn names_a_value(code: &Expr) -> bool {
    let mut any = false;
    each_ref(code, &mut |_| any = true);
    any
}
