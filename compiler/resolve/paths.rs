//! Paths: what `inputs.target`, `matrix.os` or `stage.build.image` refers to.

use super::eval::Context;
use super::names::type_of;
use super::scope::{Realm, Scope};
use crate::diagnostics::{Code, Diagnostic, nearest};
use crate::plan::{Expr, Quantity, Ref, Type, Value};
use crate::schema::Kind;
use crate::source::Span;
use crate::syntax::ast::{self, ExprKind as Ast, Name};

/// One step after the first name of a path.
pub(super) enum Step<'e> {
    Field(&'e Name),
    Index(&'e [ast::Arg], Span),
}

/// What is measured of the pipeline's own runs: `ci.NAME`.
static CI: &[(&str, Type)] = &[
    ("success_rate", Type::Quantity(Quantity::Ratio)),
    ("failures", Type::Quantity(Quantity::Count)),
    ("runs", Type::Quantity(Quantity::Count)),
    ("duration", Type::Quantity(Quantity::Duration)),
    ("duration_p50", Type::Quantity(Quantity::Duration)),
    ("duration_p95", Type::Quantity(Quantity::Duration)),
    ("stage_duration", Type::Quantity(Quantity::Duration)),
    ("gate_verdict", Type::Symbol("verdict")),
    ("gate_score", Type::Quantity(Quantity::Points)),
    ("gate_scores", Type::Quantity(Quantity::Points)),
];

impl Context<'_> {
    /// `a.b[c].d`
    pub(super) fn path(&self, e: &ast::Expr, want: Option<&Type>, scope: &Scope) -> Expr {
        let mut steps = Vec::new();
        let Some(root) = flatten(e, &mut steps) else {
            self.report(
                Diagnostic::new(Code::UnknownField, e.span, "only names have fields")
                    .label("not a name")
                    .help("name the value first: `x = …`, then `x.field`"),
            );
            return self.unknown(e.span);
        };
        self.rooted(&root, &steps, e.span, want, scope)
    }

    fn rooted(
        &self,
        root: &Name,
        steps: &[Step],
        span: Span,
        want: Option<&Type>,
        scope: &Scope,
    ) -> Expr {
        if let Some(value) = scope.params.and_then(|p| p.get(&root.text)) {
            return self.field_of_value(value.clone(), steps, span);
        }
        match (root.text.as_str(), steps) {
            ("inputs", [Step::Field(name)]) => self.input(name, span, scope),
            ("variable", [Step::Field(name)]) => {
                self.reference(Ref::Variable(name.text.clone()), Type::Str, span)
            }
            ("secret", [Step::Field(name)]) => {
                self.reference(Ref::Secret(name.text.clone()), Type::Str, span)
            }
            ("matrix", [Step::Field(key), rest @ ..]) => self.matrix(key, rest, span, scope),
            ("step", [Step::Field(step), Step::Field(output)]) => {
                self.step_output(step, output, span, scope)
            }
            ("changed", [Step::Field(name)]) => self.changed(name, span, scope),
            ("event", steps) if scope.realm == Realm::Run && !steps.is_empty() => {
                self.event_field(steps, span)
            }
            ("stage", [Step::Field(stage), rest @ ..]) => self.stage_path(stage, rest, span, scope),
            ("gate", [Step::Field(gate)]) => self.gate_verdict(gate, span),
            ("metric", [Step::Field(metric), rest @ ..]) => {
                self.metric_path(metric, rest, span, scope)
            }
            ("ci", [Step::Field(name), rest @ ..]) => self.ci(name, rest, span, scope),
            _ => self.other_path(root, steps, span, want, scope),
        }
    }

    fn other_path(
        &self,
        root: &Name,
        steps: &[Step],
        span: Span,
        want: Option<&Type>,
        scope: &Scope,
    ) -> Expr {
        let measured = matches!(scope.realm, Realm::Measure | Realm::Alert | Realm::Live);
        if measured
            && self.program.metric_types.contains_key(&root.text)
            && matches!(steps, [Step::Index(..)])
        {
            return self.metric_path(root, steps, span, scope);
        }
        if measured {
            if let [Step::Index(args, _)] = steps
                && self.program.series.contains_key(&root.text) | (root.text == "up")
            {
                let matchers = self.matchers(args, scope, Some(&root.text));
                return self
                    .series(&root.text, &matchers, span)
                    .unwrap_or_else(|| self.unknown(span));
            }
            if let [Step::Field(series), rest @ ..] = steps
                && self.program.declared(Kind::Service, &root.text).is_some()
            {
                return self.service_series(root, series, rest, span, scope);
            }
        }
        if matches!(scope.realm, Realm::Measure | Realm::Report) {
            return self.report_path(root, steps, span, scope);
        }
        let value = self.name(&root.text, root.span, want, scope);
        if value.ty == Type::Unknown {
            return self.unknown(span);
        }
        self.field_of_value(value, steps, span)
    }

    /// A field of a record known now.
    fn field_of_value(&self, value: Expr, steps: &[Step], span: Span) -> Expr {
        let mut current = value;
        for step in steps {
            let Step::Field(name) = step else {
                self.report(
                    Diagnostic::new(
                        Code::UnknownField,
                        span,
                        "this value can't be selected from",
                    )
                    .label("no list or report")
                    .help("`[ ]` selects from reports, series and metrics"),
                );
                return self.unknown(span);
            };
            let fields = match current.value() {
                Some(Value::Record(fields)) => fields.clone(),
                _ => vec![],
            };
            match fields.into_iter().find(|(k, _)| *k == name.text) {
                Some((_, v)) => {
                    let ty = type_of(&v);
                    current = Expr::constant(v, ty, span);
                }
                None => {
                    self.report(
                        Diagnostic::new(
                            Code::UnknownField,
                            name.span,
                            format!("there is no field `{}`", name.text),
                        )
                        .label("not a field of this value")
                        .help(match current.value() {
                            Some(Value::Record(fields)) => format!(
                                "it has {}",
                                fields
                                    .iter()
                                    .map(|(k, _)| format!("`{k}`"))
                                    .collect::<Vec<_>>()
                                    .join(", ")
                            ),
                            _ => "it has no fields".to_string(),
                        }),
                    );
                    return self.unknown(span);
                }
            }
        }
        current
    }

    fn input(&self, name: &Name, span: Span, scope: &Scope) -> Expr {
        let Some(pipeline) = scope.pipeline else {
            return self.out_of_place("inputs", "a pipeline", span);
        };
        match pipeline.inputs.get(&name.text) {
            Some(ty) => self.reference(Ref::Input(name.text.clone()), ty.clone(), span),
            None => self.unknown_member("input", name, pipeline.inputs.keys(), span),
        }
    }

    fn changed(&self, name: &Name, span: Span, scope: &Scope) -> Expr {
        let Some(pipeline) = scope.pipeline else {
            return self.out_of_place("changed", "a pipeline", span);
        };
        match pipeline.changed.contains(&name.text) {
            true => self.reference(Ref::Changed(name.text.clone()), Type::Bool, span),
            false => self.unknown_member("`changed` filter", name, pipeline.changed.iter(), span),
        }
    }

    fn matrix(&self, key: &Name, rest: &[Step], span: Span, scope: &Scope) -> Expr {
        let Some(stage) = scope.stage else {
            return self.out_of_place("matrix", "a stage", span);
        };
        let Some((ty, fields)) = stage.matrix.get(&key.text) else {
            return self.unknown_member("matrix key", key, stage.matrix.keys(), span);
        };
        match rest {
            [] => self.reference(Ref::Matrix(key.text.clone(), None), ty.clone(), span),
            [Step::Field(field)] => match fields.get(&field.text) {
                Some(ty) => {
                    let reference = Ref::Matrix(key.text.clone(), Some(field.text.clone()));
                    self.reference(reference, ty.clone(), span)
                }
                None if fields.is_empty() && *ty == Type::Data => {
                    let reference = Ref::Matrix(key.text.clone(), Some(field.text.clone()));
                    self.reference(reference, Type::Data, span)
                }
                None => self.unknown_member("field", field, fields.keys(), span),
            },
            _ => self.too_long(span),
        }
    }

    fn step_output(&self, step: &Name, output: &Name, span: Span, scope: &Scope) -> Expr {
        let Some(stage) = scope.stage else {
            return self.out_of_place("step", "a stage", span);
        };
        let steps = stage.steps.borrow();
        let Some(known) = steps.get(&step.text) else {
            let mut names: Vec<&String> = steps.keys().collect();
            names.sort();
            return self.unknown_member("earlier step", step, names.into_iter(), span);
        };
        match known.outputs.get(&output.text) {
            Some(value) => Expr {
                span,
                ..value.clone()
            },
            None if known.open => {
                let reference = Ref::StepOutput {
                    step: step.text.clone(),
                    output: output.text.clone(),
                };
                self.reference(reference, Type::Str, span)
            }
            None => self.unknown_member("output", output, known.outputs.keys(), span),
        }
    }

    fn event_field(&self, steps: &[Step], span: Span) -> Expr {
        let fields: Option<Vec<String>> = steps
            .iter()
            .map(|s| match s {
                Step::Field(name) => Some(name.text.clone()),
                Step::Index(..) => None,
            })
            .collect();
        match fields {
            Some(fields) => self.reference(Ref::EventField(fields), Type::Data, span),
            None => self.too_long(span),
        }
    }

    fn stage_path(&self, stage: &Name, rest: &[Step], span: Span, scope: &Scope) -> Expr {
        if scope.realm == Realm::Report || (scope.realm == Realm::Measure && !rest.is_empty()) {
            return self.report_path(stage, rest, span, scope);
        }
        let stage = &Name {
            text: scope.stage_id(&stage.text).to_string(),
            span: stage.span,
        };
        let known = self.program.declared(Kind::Stage, &stage.text).is_some()
            || self.program.declared(Kind::Deploy, &stage.text).is_some();
        if !known {
            let names: Vec<String> = self.program.names(Kind::Stage).map(String::from).collect();
            return self.unknown_member("stage", stage, names.iter(), span);
        }
        match (rest, scope.pipeline) {
            ([], _) => self.reference(
                Ref::Outcome(stage.text.clone()),
                Type::Symbol("outcome"),
                span,
            ),
            ([Step::Field(output)], Some(pipeline)) => match pipeline.nodes.get(&stage.text) {
                Some(node) if node.outputs.contains(&output.text) => {
                    let reference = Ref::NodeOutput {
                        node: stage.text.clone(),
                        output: output.text.clone(),
                    };
                    self.reference(reference, Type::Data, span)
                }
                Some(node) => self.unknown_member("output", output, node.outputs.iter(), span),
                None => {
                    let names: Vec<String> = pipeline.nodes.keys().cloned().collect();
                    self.unknown_member("stage of this pipeline", stage, names.iter(), span)
                }
            },
            _ => self.too_long(span),
        }
    }

    fn gate_verdict(&self, gate: &Name, span: Span) -> Expr {
        match self.program.declared(Kind::Gate, &gate.text) {
            Some(_) => self.reference(
                Ref::Verdict(gate.text.clone()),
                Type::Symbol("verdict"),
                span,
            ),
            None => {
                let names: Vec<String> = self.program.names(Kind::Gate).map(String::from).collect();
                self.unknown_member("gate", gate, names.iter(), span)
            }
        }
    }

    fn ci(&self, name: &Name, rest: &[Step], span: Span, scope: &Scope) -> Expr {
        let Some((_, ty)) = CI.iter().find(|(known, _)| *known == name.text) else {
            let known: Vec<String> = CI.iter().map(|(known, _)| (*known).to_string()).collect();
            return self.unknown_member("measurement of the pipeline", name, known.iter(), span);
        };
        let matchers = match rest {
            [] => vec![],
            [Step::Index(args, _)] => self.matchers(args, scope, None),
            _ => return self.too_long(span),
        };
        self.reference(Ref::Ci(name.text.clone(), matchers), ty.clone(), span)
    }

    pub(super) fn too_long(&self, span: Span) -> Expr {
        self.report(
            Diagnostic::new(
                Code::UnknownField,
                span,
                "this path goes on after its value",
            )
            .label("has no such field")
            .help("remove the last part"),
        );
        self.unknown(span)
    }

    fn out_of_place(&self, prefix: &str, place: &str, span: Span) -> Expr {
        self.report(
            Diagnostic::new(
                Code::UnknownName,
                span,
                format!("`{prefix}.` exists only in {place}"),
            )
            .label("not known here")
            .help(format!("use it inside {place}")),
        );
        self.unknown(span)
    }

    pub(super) fn unknown_member<'n>(
        &self,
        what: &str,
        name: &Name,
        names: impl Iterator<Item = &'n String>,
        span: Span,
    ) -> Expr {
        let names: Vec<&str> = names.map(String::as_str).collect();
        let diagnostic = Diagnostic::new(
            Code::UnknownName,
            name.span,
            format!("there is no {what} `{}`", name.text),
        )
        .label("not known here");
        self.report(match nearest(&name.text, names.iter().copied()) {
            Some(near) => diagnostic
                .help(format!("did you mean `{near}`?"))
                .replace(name.span, near),
            None if names.is_empty() => diagnostic.help("none is declared"),
            None if names.len() > 12 => diagnostic.help("no name is near it"),
            None => diagnostic.help(match names.as_slice() {
                [one] => format!("there is only `{one}`"),
                _ => format!("there are {}", names.join(", ")),
            }),
        });
        self.unknown(span)
    }
}

/// The first name of a path and what follows it.
fn flatten<'e>(e: &'e ast::Expr, steps: &mut Vec<Step<'e>>) -> Option<Name> {
    match &e.kind {
        Ast::Name(text) => Some(Name {
            text: text.clone(),
            span: e.span,
        }),
        Ast::Paren(inner) => flatten(inner, steps),
        Ast::Field(base, name) => {
            let root = flatten(base, steps)?;
            steps.push(Step::Field(name));
            Some(root)
        }
        Ast::Index(base, args) => {
            let root = flatten(base, steps)?;
            steps.push(Step::Index(args, e.span));
            Some(root)
        }
        _ => None,
    }
}
