//! What starts a pipeline, and the inputs it is started with.

use super::Lower;
use crate::diagnostics::{Code, Diagnostic};
use crate::plan::{Event, Input, InputKind, Pipeline, Secret, Trigger, Type, Value};
use crate::resolve::shape::Shape;
use crate::resolve::{Scope, callee};
use crate::schema::{Kind, Ty, sets};
use crate::syntax::ast::{self, BinaryOp, ExprKind as Ast};

impl<'a> Lower<'_, 'a> {
    pub(super) fn trigger(&self, shape: &Shape<'a>, pipeline: &mut Pipeline) {
        let Some(e) = shape.arg(0) else { return };
        let event = self
            .cx
            .typed(e, &Ty::Symbol(&sets::EVENT), &Scope::CONSTANT);
        let Some(event) = event.as_ref().and_then(Value::as_str).and_then(event_of) else {
            return;
        };
        for input in shape.all("input") {
            self.input(input, event, pipeline);
        }
        for secret in shape.all("secret") {
            if let Some(id) = self.name(secret) {
                let optional = self.flag(secret, "optional").unwrap_or(false);
                pipeline.call_secrets.push(Secret {
                    id,
                    optional,
                    origin: self.origin(secret),
                });
            }
        }
        let trigger = Trigger {
            event,
            branches: self.texts(shape, "branches"),
            tags: self.texts(shape, "tags"),
            paths: self.texts(shape, "paths"),
            types: self.texts(shape, "types"),
            cron: self.texts(shape, "cron"),
            timezone: self.text(shape, "timezone"),
            origin: self.origin_whole(shape),
        };
        self.check_trigger(shape, &trigger);
        match pipeline.triggers.iter_mut().find(|t| t.event == event) {
            Some(first) => {
                first.branches.extend(trigger.branches);
                first.tags.extend(trigger.tags);
                first.paths.extend(trigger.paths);
                first.types.extend(trigger.types);
                first.cron.extend(trigger.cron);
                let places = trigger.origin.attributes;
                first.origin.attributes.extend(places);
            }
            None => pipeline.triggers.push(trigger),
        }
    }

    fn check_trigger(&self, shape: &Shape, trigger: &Trigger) {
        let allowed: &[&str] = match trigger.event {
            Event::Push => &["branches", "tags", "paths"],
            Event::PullRequest => &["branches", "paths", "types"],
            Event::Release | Event::Api => &["types"],
            Event::MergeGroup => &["branches", "types"],
            Event::Schedule => &["cron", "timezone"],
            Event::Dispatch | Event::Call => &[],
        };
        for (entry, written) in &shape.attributes {
            if !allowed.contains(&entry.name) {
                let list: Vec<String> = allowed.iter().map(|a| format!("`{a}`")).collect();
                self.report(
                    Diagnostic::new(
                        Code::InvalidValue,
                        written.key_span(),
                        format!(
                            "`{}` has no meaning on `{}`",
                            entry.name,
                            trigger.event.name()
                        ),
                    )
                    .label("not a filter of this event")
                    .help(match list.is_empty() {
                        true => "remove it".to_string(),
                        false => format!("it takes {}", list.join(", ")),
                    }),
                );
            }
        }
        if trigger.event == Event::Schedule {
            if trigger.cron.is_empty() {
                self.report(
                    Diagnostic::new(
                        Code::MissingAttribute,
                        shape.statement.span,
                        "`on schedule` needs `cron`",
                    )
                    .label("when?")
                    .help("write `on schedule { cron = \"17 2 * * *\" }`"),
                );
            }
            for cron in &trigger.cron {
                self.check_cron(shape, cron);
            }
        }
    }

    fn check_cron(&self, shape: &Shape, cron: &str) {
        let Some(why) = super::graph::cron_error(cron) else {
            return;
        };
        let span = shape
            .attribute("cron")
            .map_or(shape.statement.span, |e| e.span);
        self.report(
            Diagnostic::new(
                Code::InvalidValue,
                span,
                format!("`{cron}` is no schedule: {why}"),
            )
            .label("not minute, hour, day, month, weekday")
            .help("write five fields, such as `\"17 2 * * *\"` for 02:17 every day"),
        );
    }

    fn input(&self, shape: &Shape, event: Event, pipeline: &mut Pipeline) {
        let Some(id) = self.name(shape) else { return };
        let Some(Ast::Binary(BinaryOp::Typed, _, ty)) = shape.arg(0).map(|a| &a.kind) else {
            return;
        };
        let Some(kind) = self.input_kind(ty) else {
            return;
        };
        let want = input_type(&kind);
        let default = shape
            .attribute("default")
            .and_then(|e| self.input_default(e, &kind, &want));
        let input = Input {
            default,
            description: self.text(shape, "description"),
            at_least: self.number(shape, "at_least"),
            at_most: self.number(shape, "at_most"),
            dispatch: event == Event::Dispatch,
            call: event == Event::Call,
            origin: self.origin(shape),
            id,
            kind,
        };
        match pipeline.inputs.iter_mut().find(|i| i.id == input.id) {
            Some(first) => {
                first.dispatch |= input.dispatch;
                first.call |= input.call;
            }
            None => pipeline.inputs.push(input),
        }
    }

    fn input_default(&self, e: &ast::Expr, kind: &InputKind, want: &Type) -> Option<Value> {
        // An environment is a declaration, so its name stands bare.
        if let InputKind::Environment(_) = kind {
            return self
                .reference(e, &[Kind::Environment])
                .map(|(_, n, _)| Value::Str(n));
        }
        let value = self.cx.known(e, Some(want), &Scope::CONSTANT)?;
        if let (InputKind::Choice(options), Some(text)) = (kind, value.as_str())
            && !options.iter().any(|o| o == text)
        {
            self.report(
                Diagnostic::new(
                    Code::InvalidValue,
                    e.span,
                    format!("\"{text}\" is none of the choices"),
                )
                .label("not a choice")
                .help(format!("write one of {}", options.join(", "))),
            );
        }
        Some(value)
    }

    fn input_kind(&self, ty: &ast::Expr) -> Option<InputKind> {
        if let Some(("choice", args)) = callee(ty) {
            let options = args.iter().filter_map(|a| {
                let value = self.cx.typed(&a.value, &Ty::Str, &Scope::CONSTANT)?;
                Some(value.as_str()?.to_string())
            });
            return Some(InputKind::Choice(options.collect()));
        }
        match &ty.kind {
            Ast::Name(name) => match name.as_str() {
                "string" => Some(InputKind::Text),
                "bool" => Some(InputKind::Bool),
                "environment" => Some(InputKind::Environment(
                    self.program
                        .names(Kind::Environment)
                        .map(String::from)
                        .collect(),
                )),
                _ => match crate::resolve::quantity_type(self.cx, ty) {
                    Type::Quantity(q) => Some(InputKind::Number(q)),
                    _ => None,
                },
            },
            _ => {
                crate::resolve::quantity_type(self.cx, ty);
                None
            }
        }
    }
}

pub(super) fn input_type(kind: &InputKind) -> Type {
    match kind {
        InputKind::Text | InputKind::Choice(_) | InputKind::Environment(_) => Type::Str,
        InputKind::Bool => Type::Bool,
        InputKind::Number(q) => Type::Quantity(q.clone()),
    }
}

fn event_of(name: &str) -> Option<Event> {
    Event::ALL.into_iter().find(|e| e.name() == name)
}
