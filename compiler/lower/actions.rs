//! Third-party actions: their versions and inputs, held against what is known of them.

use super::Lower;
use super::templates::Frame;
use crate::diagnostics::{Code, Diagnostic, nearest};
use crate::pins;
use crate::plan::{ActionUse, Stage, StepKind, Type, Value};
use crate::resolve::shape::Shape;
use crate::source::Span;
use crate::syntax::ast;

impl<'a> Lower<'_, 'a> {
    pub(super) fn action(&self, text: &str, shape: &Shape<'a>, frame: Frame, stage: &mut Stage) {
        let span = shape.arg(0).map_or(shape.statement.span, |what| what.span);
        let Some((name, version)) = text.split_once('@') else {
            let known = self.program.pins.any(text).map(pins::Action::major);
            self.report(
                Diagnostic::new(
                    Code::ActionNeedsVersion,
                    span,
                    format!("`{text}` needs a version"),
                )
                .label("no `@`")
                .help(format!("write `\"{text}@{}\"`", known.unwrap_or("v1"))),
            );
            return;
        };
        let Some(mut step) = self.step_frame(shape, frame) else {
            return;
        };
        let mut inputs = Vec::new();
        for entry in &shape.open {
            let value = self.cx.run_value(&entry.value, &frame.scope);
            let absent = matches!(value.value(), Some(Value::None));
            if value.ty != Type::Unknown && !absent {
                inputs.push((entry.key(), value));
            }
        }
        self.check_action(name, version, span, shape, stage);
        if step.title.is_empty() {
            step.title = format!("Use {name}");
        }
        step.kind = StepKind::Action(ActionUse {
            name: name.to_string(),
            version: version.to_string(),
            inputs,
        });
        self.remember(&step, shape, &frame.scope);
        stage.steps.push(step);
    }

    /// Holds an action's version and inputs against what is known of it.
    fn check_action(
        &self,
        name: &str,
        version: &str,
        span: Span,
        shape: &Shape,
        stage: &mut Stage,
    ) {
        let commit = version.len() == 40 && version.bytes().all(|b| b.is_ascii_hexdigit());
        let Some(other) = self.program.pins.any(name) else {
            self.unknown_action(name, version, commit, span, shape);
            return;
        };
        let found = self.program.pins.find(name, version);
        if !commit && found.is_none() {
            self.report(
                Diagnostic::new(
                    Code::UnpinnedAction,
                    span,
                    format!("the commit of `{name}@{version}` is not known"),
                )
                .label("not the version that is built in")
                .help(format!(
                    "write `@{}` ({} is known), or pin it: `gatec pin {name}@{version} COMMIT`",
                    other.major(),
                    other.version
                ))
                .fix(
                    format!("use {}", other.major()),
                    vec![(span, format!("\"{name}@{}\"", other.major()))],
                ),
            );
            return;
        }
        // Another commit may have other inputs: nothing is known of it.
        let Some(known) = found else { return };
        for permission in known.permissions.iter() {
            stage.permissions.push(crate::plan::Permission {
                scope: permission.scope.replace('-', "_"),
                write: permission.access == pins::Access::Write,
                reason: permission.reason.to_string(),
            });
        }
        if !known.is_described() {
            self.unknown_action(name, version, true, span, shape);
            return;
        }
        for entry in &shape.open {
            self.check_input(known, entry);
        }
        self.check_required(known, span, shape);
    }

    /// Every input without a default is given.
    fn check_required(&self, action: &pins::Action, span: Span, shape: &Shape) {
        let given = |input: &str| {
            shape
                .open
                .iter()
                .any(|e| e.key().eq_ignore_ascii_case(input))
        };
        for input in action
            .inputs
            .iter()
            .filter(|i| i.required && i.default.is_none())
        {
            if !given(&input.name) {
                self.report(
                    Diagnostic::new(
                        Code::MissingParameter,
                        span,
                        format!("`{}` needs its input `{}`", action.name, input.name),
                    )
                    .label("not given")
                    .help(format!("write `\"{}\" = …` in the block", input.name)),
                );
            }
        }
    }

    fn check_input(&self, action: &pins::Action, entry: &ast::Attribute) {
        let key = entry.key();
        if action.input(&key).is_some() {
            return;
        }
        let diagnostic = Diagnostic::new(
            Code::UnknownActionInput,
            entry.key_span(),
            format!("`{}` has no input `{key}`", action.name),
        )
        .label(format!("not an input of {}", action.version));
        let names = action.inputs.iter().map(|i| i.name.as_ref());
        self.report(match nearest(&key, names.clone()) {
            Some(near) => diagnostic
                .help(format!("did you mean `{near}`?"))
                .replace(entry.key_span(), quoted_key(near)),
            None => diagnostic.help(match action.inputs.is_empty() {
                true => "it has no inputs".to_string(),
                false => format!("it has {}", names.collect::<Vec<_>>().join(", ")),
            }),
        });
    }

    fn unknown_action(&self, name: &str, version: &str, commit: bool, span: Span, shape: &Shape) {
        if commit && shape.open.is_empty() {
            return;
        }
        if commit {
            self.report(
                Diagnostic::new(
                    Code::UntypedAction,
                    span,
                    format!("nothing is known of the inputs of `{name}`"),
                )
                .label("carried through as it stands")
                .help("check the spelling of its inputs yourself"),
            );
            return;
        }
        let diagnostic = Diagnostic::new(
            Code::UnpinnedAction,
            span,
            format!("the commit of `{name}@{version}` is not known"),
        )
        .label("a tag can be moved to other code");
        self.report(match pins::nearest(name) {
            Some(near) => diagnostic.help(format!("did you mean `{near}`?")),
            None => diagnostic.help(format!(
                "find the commit that {version} names, then `gatec pin {name}@{version} COMMIT`, \
                 or write it: `\"{name}@COMMIT\"`"
            )),
        });
    }
}

fn quoted_key(name: &str) -> String {
    match name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_') {
        true => name.to_string(),
        false => format!("\"{name}\""),
    }
}
