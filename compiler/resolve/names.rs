//! Names and paths: what `branch`, `inputs.target` or `scan.findings[…]` refers to.

use super::eval::{Context, unparen};
use super::scope::{Realm, Scope};
use crate::diagnostics::{Code, Diagnostic, nearest};
use crate::plan::{Expr, Matcher, MatcherOp, PathSegment, Quantity, Ref, Type, Value};
use crate::schema::{Kind, formats, sets};
use crate::source::Span;
use crate::syntax::ast::{self, BinaryOp, ExprKind as Ast, Name};

/// One step after the first name of a path.
pub(super) enum Step<'e> {
    Field(&'e Name),
    Index(&'e [ast::Arg], Span),
}

/// Facts of a run that have a bare name.
fn run_fact(name: &str) -> Option<(Ref, Type)> {
    Some(match name {
        "event" => (Ref::Event, Type::Symbol("event")),
        "branch" => (Ref::Branch, Type::Str),
        "target_branch" => (Ref::TargetBranch, Type::Str),
        "source_branch" => (Ref::SourceBranch, Type::Str),
        "tag" => (Ref::Tag, Type::Str),
        "from_fork" => (Ref::FromFork, Type::Bool),
        "commit" => (Ref::Commit, Type::Str),
        "ref" => (Ref::GitRef, Type::Str),
        "run" => (Ref::Run, Type::Str),
        "workflow" => (Ref::PipelineTitle, Type::Str),
        "actor" => (Ref::Actor, Type::Str),
        "repository" => (Ref::Repository, Type::Str),
        "owner" => (Ref::Owner, Type::Str),
        "default_branch" => (Ref::DefaultBranch, Type::Str),
        "token" => (Ref::Token, Type::Str),
        "pull_request_number" => (Ref::PullRequestNumber, Type::Str),
        _ => return None,
    })
}

const RUN_FACTS: &[&str] = &[
    "event",
    "branch",
    "target_branch",
    "source_branch",
    "tag",
    "from_fork",
    "commit",
    "ref",
    "run",
    "workflow",
    "actor",
    "repository",
    "owner",
    "default_branch",
    "pull_request_number",
    "token",
];

/// Words that only prefix other names.
const PREFIXES: &[&str] = &[
    "inputs", "variable", "secret", "matrix", "step", "stage", "gate", "metric", "changed", "ci",
];

impl Context<'_> {
    /// A bare name.
    pub(super) fn name(&self, name: &str, span: Span, want: Option<&Type>, scope: &Scope) -> Expr {
        match name {
            "true" => return Expr::constant(Value::Bool(true), Type::Bool, span),
            "false" => return Expr::constant(Value::Bool(false), Type::Bool, span),
            "none" => return Expr::constant(Value::None, Type::None, span),
            _ => {}
        }
        let wanted_set = match want {
            Some(Type::Symbol(set)) => sets::ALL.iter().find(|s| s.name == *set),
            _ => None,
        };
        if let Some(set) = wanted_set
            && set.members.contains(&name)
        {
            return Expr::constant(Value::Symbol(name.into()), Type::Symbol(set.name), span);
        }
        if let Some(value) = scope.params.and_then(|p| p.get(name)) {
            return Expr {
                span,
                ..value.clone()
            };
        }
        if let Some(found) = self.realm_name(name, span, scope) {
            return found;
        }
        if let Some(value) = self.constant(name, span, scope.module) {
            return value;
        }
        self.unknown_name(name, span, want, scope);
        self.unknown(span)
    }

    fn realm_name(&self, name: &str, span: Span, scope: &Scope) -> Option<Expr> {
        match scope.realm {
            Realm::Run => {
                let (r, ty) = run_fact(name)?;
                Some(self.reference(r, ty, span))
            }
            Realm::Notify => match name {
                "severity" => Some(self.reference(
                    Ref::Label("severity".into()),
                    Type::Symbol("severity"),
                    span,
                )),
                "outcome" => Some(self.reference(
                    Ref::Label("outcome".into()),
                    Type::Symbol("deployment"),
                    span,
                )),
                _ => None,
            },
            Realm::Answer => match name {
                "status" => Some(self.reference(
                    Ref::Label("status".into()),
                    Type::Quantity(Quantity::Count),
                    span,
                )),
                "time" => Some(self.reference(
                    Ref::Label("time".into()),
                    Type::Quantity(Quantity::Duration),
                    span,
                )),
                "body" => Some(self.reference(Ref::Label("body".into()), Type::Str, span)),
                _ => None,
            },
            Realm::AlertMessage => Some(match name {
                "value" => self.reference(Ref::AlertValue, Type::Data, span),
                _ => self.reference(Ref::Label(name.into()), Type::Str, span),
            }),
            Realm::Measure | Realm::Alert => self
                .metric(name, &[], span)
                .or_else(|| self.series(name, &[], span)),
            Realm::Live => self.series(name, &[], span),
            Realm::Report | Realm::Constant => None,
        }
    }

    fn metric(&self, name: &str, matchers: &[Matcher], span: Span) -> Option<Expr> {
        let ty = self.program.metric_types.get(name)?;
        Some(self.reference(
            Ref::Metric(name.into(), matchers.to_vec()),
            ty.clone(),
            span,
        ))
    }

    fn series(&self, name: &str, matchers: &[Matcher], span: Span) -> Option<Expr> {
        let known = self.program.series.get(name);
        let service = match known.map(Vec::as_slice) {
            Some([one]) => one.service.clone(),
            Some([first, second, ..]) => {
                self.report(
                    Diagnostic::new(
                        Code::AmbiguousName,
                        span,
                        format!("two services export `{name}`"),
                    )
                    .label("which of them?")
                    .also(first.span, "declared here")
                    .also(second.span, "and here")
                    .help(format!(
                        "write `{}.{name}` or `{}.{name}`",
                        first.service, second.service
                    )),
                );
                return Some(self.unknown(span));
            }
            // Series that Prometheus itself writes for every target.
            _ if matches!(name, "up" | "scrape_duration_seconds") => String::new(),
            _ => return None,
        };
        let reference = Ref::Series {
            service,
            name: name.into(),
            matchers: matchers.to_vec(),
        };
        Some(self.reference(reference, Type::Series, span))
    }

    /// A fact of a run where only what is known now may stand.
    fn only_in_a_run(&self, name: &str, span: Span) {
        self.report(
            Diagnostic::new(
                Code::NotConstant,
                span,
                format!("`{name}` is known only when the pipeline runs"),
            )
            .label("must be known before")
            .help("write a value here, or name a constant"),
        );
    }

    fn unknown_name(&self, name: &str, span: Span, want: Option<&Type>, scope: &Scope) {
        if scope.realm == Realm::Constant && run_fact(name).is_some() {
            return self.only_in_a_run(name, span);
        }
        let candidates = self.candidates(want, scope);
        let near = nearest(name, candidates.iter().map(String::as_str));
        let message = match want {
            Some(Type::Symbol(set)) => format!("`{name}` is no {set}"),
            _ => format!("nothing here is called `{name}`"),
        };
        let mut diagnostic =
            Diagnostic::new(Code::UnknownName, span, message).label("not known here");
        diagnostic = match (near, want) {
            (Some(near), _) => diagnostic
                .help(format!("did you mean `{near}`?"))
                .replace(span, near),
            (None, Some(Type::Symbol(set))) => {
                let members = sets::ALL
                    .iter()
                    .find(|s| s.name == *set)
                    .map_or(&[][..], |s| s.members);
                diagnostic.help(format!("a {set} is one of {}", members.join(", ")))
            }
            (None, Some(Type::Str)) => diagnostic
                .help("text is quoted")
                .replace(span, format!("\"{name}\"")),
            (None, _) => match self.elsewhere(name, scope) {
                Some(help) => diagnostic.help(help),
                None => diagnostic.help("declare it, or quote it if it is text"),
            },
        };
        self.report(diagnostic);
    }

    /// A help for a name that exists, but not as a bare name here.
    fn elsewhere(&self, name: &str, scope: &Scope) -> Option<String> {
        if PREFIXES.contains(&name) {
            return Some(format!("`{name}` is a prefix: write `{name}.NAME`"));
        }
        if let Some(pipeline) = scope.pipeline {
            if pipeline.inputs.contains_key(name) {
                return Some(format!("write `inputs.{name}`"));
            }
            if let Some(node) = pipeline.nodes.get(name) {
                return Some(match node.outputs.first() {
                    Some(output) => format!("write `stage.{name}.{output}` for an output"),
                    None => format!("`stage.{name}` is how that stage ended"),
                });
            }
        }
        if let Some(stage) = scope.stage
            && stage.matrix.contains_key(name)
        {
            return Some(format!("write `matrix.{name}`"));
        }
        None
    }

    fn candidates(&self, want: Option<&Type>, scope: &Scope) -> Vec<String> {
        let mut names: Vec<String> = Vec::new();
        if let Some(Type::Symbol(set)) = want {
            let set = sets::ALL.iter().find(|s| s.name == *set);
            names.extend(
                set.into_iter()
                    .flat_map(|s| s.members)
                    .map(|m| (*m).to_string()),
            );
        }
        names.extend(scope.params.into_iter().flat_map(|p| p.keys().cloned()));
        match scope.realm {
            Realm::Run => names.extend(RUN_FACTS.iter().map(|f| (*f).to_string())),
            Realm::Measure | Realm::Alert => {
                names.extend(self.program.metric_types.keys().cloned());
                names.extend(self.program.series.keys().cloned());
            }
            Realm::Live => names.extend(self.program.series.keys().cloned()),
            Realm::Answer => names.extend(["status", "time", "body"].map(String::from)),
            Realm::Notify => names.extend(["severity", "outcome"].map(String::from)),
            _ => {}
        }
        if scope.module.is_empty() {
            names.extend(self.program.constants.keys().cloned());
        } else if let Some(constants) = self.program.module_constants.get(scope.module) {
            names.extend(constants.keys().cloned());
        }
        names.sort();
        names.dedup();
        names
    }

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

    fn metric_path(&self, metric: &Name, rest: &[Step], span: Span, scope: &Scope) -> Expr {
        let matchers = match rest {
            [] => vec![],
            [Step::Index(args, _)] => {
                let matchers = self.matchers(args, scope, None);
                self.check_groups(metric, &matchers, span);
                matchers
            }
            _ => return self.too_long(span),
        };
        self.metric(&metric.text, &matchers, span)
            .unwrap_or_else(|| {
                let names: Vec<String> =
                    self.program.names(Kind::Metric).map(String::from).collect();
                self.unknown_member("metric", metric, names.iter(), span)
            })
    }

    fn check_groups(&self, metric: &Name, matchers: &[Matcher], span: Span) {
        let Some((dimension, values)) = self.program.metric_groups.get(&metric.text) else {
            self.report(
                Diagnostic::new(
                    Code::UnknownLabel,
                    span,
                    format!("`{}` has no groups", metric.text),
                )
                .label("nothing to select from")
                .help("give the metric `by = DIMENSION`, or remove the `[…]`"),
            );
            return;
        };
        for matcher in matchers {
            if matcher.label != *dimension {
                self.report(
                    Diagnostic::new(
                        Code::UnknownLabel,
                        span,
                        format!(
                            "`{}` is grouped by `{dimension}`, not by `{}`",
                            metric.text, matcher.label
                        ),
                    )
                    .label("another group")
                    .help(format!("write `{}[{dimension} = \"…\"]`", metric.text)),
                );
                continue;
            }
            for value in matcher.values.iter().filter_map(Value::as_str) {
                if matches!(
                    matcher.op,
                    MatcherOp::Equal | MatcherOp::NotEqual | MatcherOp::In
                ) && !values.iter().any(|v| v == value)
                {
                    let near = nearest(value, values.iter().map(String::as_str));
                    self.report(
                        Diagnostic::new(
                            Code::UnknownLabel,
                            span,
                            format!("`{dimension}` has no value \"{value}\""),
                        )
                        .label("not a value of the dimension")
                        .help(match near {
                            Some(near) => format!("did you mean \"{near}\"?"),
                            None => format!("it has {}", values.join(", ")),
                        }),
                    );
                }
            }
        }
    }

    fn ci(&self, name: &Name, rest: &[Step], span: Span, scope: &Scope) -> Expr {
        let ty = match name.text.as_str() {
            "success_rate" => Type::Quantity(Quantity::Ratio),
            "failures" | "runs" => Type::Quantity(Quantity::Count),
            "duration" | "duration_p50" | "duration_p95" | "stage_duration" => {
                Type::Quantity(Quantity::Duration)
            }
            "gate_verdict" => Type::Symbol("verdict"),
            "gate_score" | "gate_scores" => Type::Quantity(Quantity::Points),
            _ => {
                let known = [
                    "success_rate",
                    "failures",
                    "runs",
                    "duration",
                    "duration_p50",
                    "duration_p95",
                    "stage_duration",
                    "gate_verdict",
                    "gate_score",
                    "gate_scores",
                ]
                .map(String::from);
                return self.unknown_member(
                    "measurement of the pipeline",
                    name,
                    known.iter(),
                    span,
                );
            }
        };
        let matchers = match rest {
            [] => vec![],
            [Step::Index(args, _)] => self.matchers(args, scope, None),
            _ => return self.too_long(span),
        };
        self.reference(Ref::Ci(name.text.clone(), matchers), ty, span)
    }

    fn service_series(
        &self,
        service: &Name,
        series: &Name,
        rest: &[Step],
        span: Span,
        scope: &Scope,
    ) -> Expr {
        let matchers = match rest {
            [] => vec![],
            [Step::Index(args, _)] => self.matchers(args, scope, Some(&series.text)),
            _ => return self.too_long(span),
        };
        let known = self.program.series.get(&series.text);
        match known.is_some_and(|s| s.iter().any(|d| d.service == service.text)) {
            true => {
                let (service, name) = (service.text.clone(), series.text.clone());
                self.reference(
                    Ref::Series {
                        service,
                        name,
                        matchers,
                    },
                    Type::Series,
                    span,
                )
            }
            false => {
                let names: Vec<String> = self
                    .program
                    .series
                    .iter()
                    .filter(|(_, d)| d.iter().any(|d| d.service == service.text))
                    .map(|(n, _)| n.clone())
                    .collect();
                self.unknown_member("series of this service", series, names.iter(), span)
            }
        }
    }

    /// `stage.report.field` or `stage.report["path"]`.
    fn report_path(&self, stage: &Name, steps: &[Step], span: Span, scope: &Scope) -> Expr {
        let [Step::Field(report), rest @ ..] = steps else {
            return self.not_a_report(stage, span, scope);
        };
        // `smoke.failed`: the report of the service's probes.
        if stage.text == "smoke" {
            return match formats::SMOKE.field(&report.text) {
                Some(field) => {
                    let path = vec![PathSegment::Field(report.text.clone())];
                    let reference = Ref::Report {
                        stage: "smoke".into(),
                        report: "smoke".into(),
                        path,
                    };
                    self.reference(reference, field.ty.ty(), span)
                }
                None => {
                    let names: Vec<String> = formats::SMOKE
                        .fields
                        .iter()
                        .map(|f| f.name.to_string())
                        .collect();
                    self.unknown_member("field of `smoke`", report, names.iter(), span)
                }
            };
        }
        let Some(reports) = self.program.reports.get(&stage.text) else {
            return self.not_a_report(stage, span, scope);
        };
        let Some((format, declared)) = reports.get(&report.text) else {
            let near = nearest(&report.text, reports.keys().map(String::as_str));
            let names: Vec<_> = reports.keys().map(|k| format!("`{k}`")).collect();
            self.report(
                Diagnostic::new(
                    Code::UnknownReport,
                    report.span,
                    format!("stage `{}` has no report `{}`", stage.text, report.text),
                )
                .label("no such report")
                .help(match (near, names.is_empty()) {
                    (Some(near), _) => format!("did you mean `{near}`?"),
                    (None, false) => format!("it has {}", names.join(", ")),
                    (None, true) => format!(
                        "give the stage one: `reports {{ {} = junit(\"report.xml\") }}`",
                        report.text
                    ),
                }),
            );
            return self.unknown(span);
        };
        let Some(format) = formats::find(format) else {
            return self.unknown(span);
        };
        self.report_value(stage, report, format, *declared, rest, span, scope)
    }

    #[allow(clippy::too_many_arguments)]
    fn report_value(
        &self,
        stage: &Name,
        report: &Name,
        format: &'static formats::Format,
        declared: Span,
        rest: &[Step],
        span: Span,
        scope: &Scope,
    ) -> Expr {
        let mut ty = if format.findings {
            Type::Findings
        } else {
            Type::Report
        };
        let mut path = Vec::new();
        for step in rest {
            match step {
                Step::Field(name) => match format.field(&name.text) {
                    Some(field) if path.is_empty() => {
                        ty = field.ty.ty();
                        path.push(PathSegment::Field(name.text.clone()));
                    }
                    _ => {
                        let names: Vec<_> = format
                            .fields
                            .iter()
                            .map(|f| format!("`{}`", f.name))
                            .collect();
                        self.report(
                            Diagnostic::new(
                                Code::UnknownField,
                                name.span,
                                format!("a {} report has no field `{}`", format.name, name.text),
                            )
                            .label("no such field")
                            .also(declared, format!("the report is {} by this", format.name))
                            .help(match format.keyed {
                                true => format!("write `{}[\"{}\"]`", report.text, name.text),
                                false => format!("it has {}", names.join(", ")),
                            }),
                        );
                        return self.unknown(span);
                    }
                },
                Step::Index(args, at) => {
                    if let [first, ..] = args
                        && first.name.is_none()
                        && let Ast::Str(key) = &unparen(&first.value).kind
                    {
                        if !format.keyed {
                            self.report(
                                Diagnostic::new(
                                    Code::UnknownField,
                                    *at,
                                    format!("a {} report has no paths", format.name),
                                )
                                .label("only JSON has")
                                .help("name one of its fields"),
                            );
                            return self.unknown(span);
                        }
                        path.push(PathSegment::Key(key.clone()));
                        ty = Type::Data;
                        continue;
                    }
                    let matchers = self.matchers(args, scope, None);
                    if ty == Type::Findings {
                        self.check_finding_fields(&matchers, *at);
                    }
                    path.push(PathSegment::Filter(matchers));
                    if ty == Type::Report {
                        ty = Type::Data;
                    }
                }
            }
        }
        let reference = Ref::Report {
            stage: stage.text.clone(),
            report: report.text.clone(),
            path,
        };
        self.reference(reference, ty, span)
    }

    fn check_finding_fields(&self, matchers: &[Matcher], span: Span) {
        for matcher in matchers {
            if !formats::FINDING_FIELDS.contains(&matcher.label.as_str()) {
                self.report(
                    Diagnostic::new(
                        Code::UnknownField,
                        span,
                        format!("a finding has no `{}`", matcher.label),
                    )
                    .label("no such field")
                    .help(format!("it has {}", formats::FINDING_FIELDS.join(", "))),
                );
            }
        }
    }

    fn not_a_report(&self, stage: &Name, span: Span, scope: &Scope) -> Expr {
        if self.program.declared(Kind::Stage, &stage.text).is_some()
            && self.program.reports.get(&stage.text).is_some()
        {
            self.report(
                Diagnostic::new(
                    Code::UnknownReport,
                    span,
                    format!("stage `{}` is no measurement", stage.text),
                )
                .label("names a stage only")
                .help(format!("name its report: `{}.REPORT.FIELD`", stage.text)),
            );
            return self.unknown(span);
        }
        let mut names: Vec<String> = self.program.reports.keys().cloned().collect();
        names.push("smoke".into());
        if scope.realm == Realm::Measure {
            names.extend(self.program.metric_types.keys().cloned());
        }
        self.unknown_member("stage", stage, names.iter(), span)
    }

    /// `[severity = "high"]`, `[status =~ "5.."]`, `[severity in ["a", "b"]]`.
    pub(super) fn matchers(
        &self,
        args: &[ast::Arg],
        scope: &Scope,
        series: Option<&str>,
    ) -> Vec<Matcher> {
        let constant = scope.within(Realm::Constant);
        let mut matchers = Vec::new();
        for arg in args {
            let (label, op, value) = match (&arg.name, &unparen(&arg.value).kind) {
                (Some(name), _) => (name.clone(), MatcherOp::Equal, &arg.value),
                (None, Ast::Binary(op, left, right)) => {
                    let op = match op {
                        BinaryOp::Equal => MatcherOp::Equal,
                        BinaryOp::NotEqual => MatcherOp::NotEqual,
                        BinaryOp::Matches => MatcherOp::Matches,
                        BinaryOp::NotMatches => MatcherOp::NotMatches,
                        BinaryOp::In => MatcherOp::In,
                        _ => {
                            self.bad_selector(arg.value.span);
                            continue;
                        }
                    };
                    match &left.kind {
                        Ast::Name(name) => (
                            Name {
                                text: name.clone(),
                                span: left.span,
                            },
                            op,
                            right.as_ref(),
                        ),
                        _ => {
                            self.bad_selector(arg.value.span);
                            continue;
                        }
                    }
                }
                _ => {
                    self.bad_selector(arg.value.span);
                    continue;
                }
            };
            self.check_label(&label, series);
            if let Some(value) = self.known(value, None, &constant) {
                let values = match value {
                    Value::List(items) => items,
                    one => vec![one],
                };
                matchers.push(Matcher {
                    label: label.text,
                    op,
                    values,
                });
            }
        }
        matchers
    }

    fn check_label(&self, label: &Name, series: Option<&str>) {
        let Some(declared) = series.and_then(|s| self.program.series.get(s)) else {
            return;
        };
        let common = ["namespace", "pod", "instance", "job", "container"];
        let known = |name: &str| {
            common.contains(&name) || declared.iter().any(|d| d.labels.iter().any(|l| l == name))
        };
        if known(&label.text) {
            return;
        }
        let labels: Vec<&str> = declared
            .iter()
            .flat_map(|d| d.labels.iter().map(String::as_str))
            .collect();
        let mut diagnostic = Diagnostic::new(
            Code::UnknownLabel,
            label.span,
            format!(
                "`{}` has no label `{}`",
                series.unwrap_or_default(),
                label.text
            ),
        )
        .label("no such label");
        if let Some(first) = declared.first() {
            diagnostic = diagnostic.also(first.span, "the series is declared here");
        }
        self.report(match nearest(&label.text, labels.iter().copied()) {
            Some(near) => diagnostic
                .help(format!("did you mean `{near}`?"))
                .replace(label.span, near),
            None if labels.is_empty() => {
                diagnostic.help(format!("declare it: `labels = [\"{}\"]`", label.text))
            }
            None => diagnostic.help(format!("it has {}", labels.join(", "))),
        });
    }

    fn bad_selector(&self, span: Span) {
        self.report(
            Diagnostic::new(Code::WrongCall, span, "a selector is `[label = value]`")
                .label("not a selection")
                .help(
                    "write `[label = \"x\"]`, `[label =~ \"x.*\"]` or `[label in [\"x\", \"y\"]]`",
                ),
        );
    }

    fn unknown_member<'n>(
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

    fn too_long(&self, span: Span) -> Expr {
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

/// The type of a value known now.
pub fn type_of(value: &Value) -> Type {
    match value {
        Value::Bool(_) => Type::Bool,
        Value::Str(_) => Type::Str,
        Value::Number(_, q) => Type::Quantity(q.clone()),
        Value::Symbol(_) => Type::Str,
        Value::List(items) => Type::List(Box::new(items.first().map_or(Type::Unknown, type_of))),
        Value::Record(_) => Type::Record,
        Value::Range(low, _) => Type::Range(Box::new(type_of(low))),
        Value::None => Type::None,
    }
}
