//! Bare names: what `branch` or `max_latency` refers to.

use super::eval::Context;
use super::foreign;
use super::scope::{Realm, Scope};
use crate::diagnostics::{Code, Diagnostic, nearest};
use crate::plan::{Expr, Quantity, Ref, Type, Value};
use crate::schema::sets;
use crate::source::Span;

/// Facts of a run that have a bare name.
static RUN_FACTS: &[(&str, Ref, Type)] = &[
    ("event", Ref::Event, Type::Symbol("event")),
    ("branch", Ref::Branch, Type::Str),
    ("target_branch", Ref::TargetBranch, Type::Str),
    ("source_branch", Ref::SourceBranch, Type::Str),
    ("tag", Ref::Tag, Type::Str),
    ("from_fork", Ref::FromFork, Type::Bool),
    ("commit", Ref::Commit, Type::Str),
    ("ref", Ref::GitRef, Type::Str),
    ("run", Ref::Run, Type::Str),
    ("workflow", Ref::PipelineTitle, Type::Str),
    ("actor", Ref::Actor, Type::Str),
    ("repository", Ref::Repository, Type::Str),
    ("owner", Ref::Owner, Type::Str),
    ("default_branch", Ref::DefaultBranch, Type::Str),
    ("token", Ref::Token, Type::Str),
    ("pull_request_number", Ref::PullRequestNumber, Type::Str),
];

fn run_fact(name: &str) -> Option<(Ref, Type)> {
    let (_, fact, ty) = RUN_FACTS.iter().find(|(known, ..)| *known == name)?;
    Some((fact.clone(), ty.clone()))
}

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
        let module = self.program.reading(span.file).map(|r| r.module.as_str());
        if let Some(value) = self.constant(name, span, module.unwrap_or(scope.module)) {
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
                .or_else(|| self.limit(name, span))
                .or_else(|| self.series(name, &[], span)),
            Realm::Live => self.series(name, &[], span),
            Realm::Report | Realm::Constant => None,
        }
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
        if let Some(help) = foreign::context(name) {
            return Some(help.to_string());
        }
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

    /// Whether a name is probably another one misspelt.
    pub(super) fn is_near(&self, name: &str, scope: &Scope) -> bool {
        let candidates = self.candidates(None, scope);
        nearest(name, candidates.iter().map(String::as_str)).is_some()
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
            Realm::Run => names.extend(RUN_FACTS.iter().map(|(f, ..)| (*f).to_string())),
            Realm::Measure | Realm::Alert => {
                names.extend(self.program.metric_types.keys().cloned());
                names.extend(self.program.limit_types.keys().cloned());
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
