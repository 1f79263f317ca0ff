//! Stages: runner, containers, reports, artifacts and outputs.

use std::cell::RefCell;
use std::collections::HashMap;

use super::Lower;
use super::gates::title_of;
use super::graph::{data_needs, text_needs};
use super::matrix::matrix_types;
use super::pipeline::Defaults;
use super::uses::StageUse;
use crate::diagnostics::{Code, Diagnostic, nearest};
use crate::plan::{
    Across, Artifact, Container, Expr, MatrixValues, Need, NeedReason, Node, NodeKind, Permission,
    RemoteCall, Report, Stage, StepKind, Type, Value,
};
use crate::resolve::eval::unparen;
use crate::resolve::shape::Shape;
use crate::resolve::{Placed, Realm, Scope, StageNames, callee};
use crate::schema::{Kind, Ty, formats, sets};
use crate::syntax::ast::{self, ExprKind as Ast};

impl<'a> Lower<'_, 'a> {
    pub(super) fn stage(
        &self,
        placed: &Placed<'_, 'a>,
        used: Option<&StageUse>,
        scope: &Scope,
        defaults: &Defaults,
    ) -> Option<Node> {
        let shape = placed.shape;
        let id = placed.id.clone()?;
        let matrix = shape.one("matrix").map(|m| self.matrix(m, scope));
        let names = StageNames {
            id: id.clone(),
            matrix: matrix.as_ref().map(matrix_types).unwrap_or_default(),
            steps: RefCell::new(HashMap::new()),
        };
        let inner = Scope {
            stage: Some(&names),
            ..*scope
        };
        let mut stage = Stage {
            runner: match shape.attribute("runner") {
                Some(e) => self.runner(e, Some(&inner)),
                None => defaults.runner.clone(),
            },
            env: self.run_pairs(shape.one("env"), &inner),
            concurrency: shape
                .one("concurrency")
                .and_then(|c| self.concurrency(c, &inner)),
            retries: self.number_in(shape, "retries", scope).unwrap_or(0.0) as u32,
            may_fail: self.flag_in(shape, "may_fail", scope).unwrap_or(false),
            checkout: self.flag_in(shape, "checkout", scope).unwrap_or(true),
            environment: shape
                .attribute("environment")
                .and_then(|e| self.environment_of(e, scope)),
            permissions: self.permissions(shape),
            raw: shape.all("raw").filter_map(|r| self.raw(r)).collect(),
            calls: shape.one("call").and_then(|c| self.remote_call(c, &inner)),
            matrix,
            ..Stage::default()
        };
        for container in shape.all("container") {
            self.container(container, &inner, &mut stage);
        }
        self.steps(shape, &inner, &mut stage);
        self.reports(shape, &inner, None, &mut stage);
        self.artifacts(shape, &inner, &mut stage);
        for entry in shape.all("outputs").flat_map(|o| o.open.iter()) {
            let value = self.cx.run_value(&entry.value, &inner);
            if value.ty != Type::Unknown {
                stage.outputs.push((entry.key(), value, entry.span));
            }
        }
        if let Some(matrix) = &mut stage.matrix {
            matrix.fail_fast &= stage.reports.is_empty();
        }
        let mut when = self.when(shape, scope);
        let mut needs = self.needs(shape, scope);
        if let Some(used) = used {
            used.join(&mut when, &mut needs);
        }
        gather_needs(&stage, when.as_ref(), &mut needs);
        // A stage reads its own outputs freely; that it names itself is a circle.
        needs.retain(|n| n.node != id || n.reason == NeedReason::Order);
        self.check_does_something(shape, &stage);
        Some(Node {
            title: self.stage_title(shape, &inner, used).unwrap_or_default(),
            origin: self.origin(shape),
            needs,
            when,
            timeout: self
                .number_in(shape, "timeout", scope)
                .unwrap_or(defaults.timeout),
            kind: NodeKind::Stage(stage),
            id,
        })
    }

    /// A stage of a named `use` has that name before its own, as GitHub writes called workflows.
    fn stage_title(&self, shape: &Shape, scope: &Scope, used: Option<&StageUse>) -> Option<String> {
        let title = match shape.attribute("name") {
            Some(e) => super::steps::known_part(&self.cx.message(e, scope)),
            None => title_of(&self.name(shape)?),
        };
        match used.and_then(|u| u.prefix.as_ref()) {
            Some(prefix) => Some(format!("{} / {title}", title_of(prefix))),
            None => Some(title),
        }
    }

    /// An environment by its name, or by the parameter that holds it.
    fn environment_of(&self, e: &ast::Expr, scope: &Scope) -> Option<String> {
        if let Ast::Name(name) = &unparen(e).kind
            && let Some(value) = scope.params.and_then(|p| p.get(name))
        {
            return value.value()?.as_str().map(String::from);
        }
        self.reference(e, &[Kind::Environment]).map(|(_, n, _)| n)
    }

    fn check_does_something(&self, shape: &Shape, stage: &Stage) {
        // A stage whose only step was a mistake has been reported already.
        let wrote = ["run", "measure", "use"]
            .iter()
            .any(|k| shape.one(k).is_some());
        let idle = stage.steps.is_empty() && stage.calls.is_none() && stage.raw.is_empty();
        if idle && !wrote && !shape.broken {
            self.report(
                Diagnostic::new(Code::EmptyStage, shape.head(), "this stage does nothing")
                    .label("has no step")
                    .help("give it one: `run \"make test\"`"),
            );
        }
    }

    fn permissions(&self, shape: &Shape) -> Vec<Permission> {
        let lower = |p: &Shape| {
            let scope = self
                .cx
                .typed(p.arg(0)?, &Ty::Symbol(&sets::SCOPE), &Scope::CONSTANT)?;
            Some(Permission {
                scope: scope.as_str()?.to_string(),
                write: self.text(p, "access").as_deref() == Some("write"),
                reason: self.text(p, "reason").unwrap_or_default(),
            })
        };
        shape.all("permission").filter_map(lower).collect()
    }

    pub(super) fn template_permissions(&self, shape: &Shape, stage: &mut Stage) {
        stage.permissions.extend(self.permissions(shape));
    }

    fn remote_call(&self, shape: &Shape, scope: &Scope) -> Option<RemoteCall> {
        let written = shape.arg(0)?;
        let path = self.cx.typed(written, &Ty::Str, &Scope::CONSTANT)?;
        let Some((path, version)) = path.as_str()?.split_once('@') else {
            self.report(
                Diagnostic::new(
                    Code::ActionNeedsVersion,
                    written.span,
                    "a called pipeline needs its version",
                )
                .label("no `@`")
                .help("write its commit: `\"owner/repo/.github/workflows/x.yml@COMMIT\"`"),
            );
            return None;
        };
        let pairs = |open: &[&ast::Attribute]| {
            open.iter()
                .map(|e| (e.key(), self.cx.run_value(&e.value, scope)))
                .collect::<Vec<_>>()
        };
        Some(RemoteCall {
            path: path.to_string(),
            version: version.to_string(),
            inputs: pairs(&shape.open),
            secrets: shape
                .one("secrets")
                .map(|s| pairs(&s.open))
                .unwrap_or_default(),
        })
    }

    fn container(&self, shape: &Shape, scope: &Scope, stage: &mut Stage) {
        let Some(image) = self.text_in(shape, "image", scope) else {
            return;
        };
        let ports = self.value_in(shape, "ports", &scope.within(Realm::Constant));
        let ports = ports.as_ref().map(Value::as_list).unwrap_or_default();
        let user = shape
            .attribute("username")
            .map(|e| self.cx.run_value(e, scope));
        let password = shape
            .attribute("password")
            .map(|e| self.cx.run_value(e, scope));
        let container = Container {
            id: self.name(shape).unwrap_or_default(),
            image,
            env: self.run_pairs(shape.one("env"), scope),
            ports: ports.iter().map(crate::resolve::plain).collect(),
            volumes: self.texts_in(shape, "volumes", scope),
            health: self.text_in(shape, "health", scope),
            credentials: user.zip(password),
            origin: self.origin(shape),
        };
        match container.id.is_empty() {
            true => stage.container = Some(container),
            false => stage.services.push(container),
        }
    }

    /// Reports of a stage, or of a template used in it.
    pub(super) fn reports(
        &self,
        shape: &Shape<'a>,
        scope: &Scope,
        tool: Option<&str>,
        stage: &mut Stage,
    ) {
        for entry in shape.all("reports").flat_map(|r| r.open.iter()) {
            let Some(report) = self.report_of(entry, scope, tool) else {
                continue;
            };
            let clash = stage.reports.iter().find(|r| r.id == report.id);
            if let Some(first) = clash
                && !same_kind(&first.format, &report.format)
            {
                self.report(
                    Diagnostic::new(
                        Code::DuplicateName,
                        report.origin.span,
                        format!(
                            "report `{}` is {} and {}",
                            report.id, first.format, report.format
                        ),
                    )
                    .label("another format")
                    .also(first.origin.span, "the first one")
                    .help("give one of them another name"),
                );
                continue;
            }
            stage.reports.push(report);
        }
    }

    fn report_of(
        &self,
        entry: &ast::Attribute,
        scope: &Scope,
        tool: Option<&str>,
    ) -> Option<Report> {
        let Some((format, args)) = callee(&entry.value) else {
            if entry.value.kind != Ast::Missing {
                self.report(
                    Diagnostic::new(
                        Code::WrongType,
                        entry.value.span,
                        "a report says its format",
                    )
                    .label("no format")
                    .help(format!("write `{} = junit(\"report.xml\")`", entry.key())),
                );
            }
            return None;
        };
        if formats::find(format).is_none() {
            let names: Vec<&str> = formats::FORMATS.iter().map(|f| f.name).collect();
            let diagnostic = Diagnostic::new(
                Code::UnknownFormat,
                entry.value.span,
                format!("there is no report format `{format}`"),
            )
            .label("not known");
            self.report(match nearest(format, names.iter().copied()) {
                Some(near) => diagnostic.help(format!("did you mean `{near}`?")),
                None => diagnostic.help(format!("there are {}", names.join(", "))),
            });
            return None;
        }
        let mut report = Report {
            id: entry.key(),
            format: format.to_string(),
            path: String::new(),
            across: None,
            key: vec![],
            tool: tool.map(String::from),
            origin: self.origin_at(entry.key_span(), entry.docs.clone()),
        };
        for arg in args {
            match arg.name.as_ref().map(|n| n.text.as_str()) {
                None => {
                    let place = ("path", arg.value.span);
                    report.origin.attributes.push(place);
                    let constant = scope.within(Realm::Constant);
                    let path = self.cx.typed(&arg.value, &Ty::Str, &constant)?;
                    report.path = path.as_str().unwrap_or_default().into();
                }
                Some("across") => {
                    let ty = Ty::Symbol(&sets::ACROSS);
                    let across = self.cx.typed(&arg.value, &ty, &Scope::CONSTANT);
                    report.across = across.as_ref().and_then(Value::as_str).map(|a| match a {
                        "sum" => Across::Sum,
                        _ => Across::Worst,
                    });
                }
                Some("key") => {
                    let items = match &arg.value.kind {
                        Ast::List(items) => items.iter().collect(),
                        _ => vec![&arg.value],
                    };
                    report.key = items
                        .into_iter()
                        .map(|i| self.cx.run_value(i, scope))
                        .collect();
                }
                Some(other) => self.report(
                    Diagnostic::new(
                        Code::WrongCall,
                        arg.value.span,
                        format!("a report has no `{other}`"),
                    )
                    .label("not known")
                    .help("it takes `across` and `key`"),
                ),
            }
        }
        if report.path.is_empty() {
            self.report(
                Diagnostic::new(Code::WrongCall, entry.value.span, "a report names its file")
                    .label("no path")
                    .help(format!("write `{format}(\"report.xml\")`")),
            );
            return None;
        }
        if report.path.starts_with('/') || report.path.split('/').any(|p| p == "..") {
            self.report(
                Diagnostic::new(
                    Code::InvalidValue,
                    entry.value.span,
                    "a report lies inside the repository",
                )
                .label("leaves the folder")
                .help("write a relative path without `..`"),
            );
            return None;
        }
        Some(report)
    }

    pub(super) fn artifacts(&self, shape: &Shape<'a>, scope: &Scope, stage: &mut Stage) {
        let constant = scope.within(Realm::Constant);
        for entry in shape.all("artifacts").flat_map(|a| a.open.iter()) {
            let paths = self.cx.typed(&entry.value, &Ty::Many(&Ty::Str), &constant);
            let paths = paths.as_ref().map(Value::as_list).unwrap_or_default();
            stage.artifacts.push(Artifact {
                id: entry.key(),
                paths: paths
                    .iter()
                    .filter_map(|p| p.as_str().map(String::from))
                    .collect(),
                retention_days: None,
                origin: self.origin_at(entry.key_span(), entry.docs.clone()),
            });
        }
    }
}

fn same_kind(a: &str, b: &str) -> bool {
    let findings = |f: &str| formats::find(f).is_some_and(|f| f.findings);
    a == b || (findings(a) && findings(b))
}

/// Needs that follow from what a stage uses.
fn gather_needs(stage: &Stage, when: Option<&Expr>, needs: &mut Vec<Need>) {
    let mut exprs: Vec<&Expr> = when.into_iter().collect();
    exprs.extend(stage.env.iter().map(|(_, e)| e));
    exprs.extend(stage.outputs.iter().map(|(_, e, _)| e));
    if let Some(matrix) = &stage.matrix {
        for key in &matrix.keys {
            if let MatrixValues::From(e) = &key.values {
                exprs.push(e);
            }
        }
    }
    if let Some(call) = &stage.calls {
        exprs.extend(call.inputs.iter().chain(&call.secrets).map(|(_, e)| e));
    }
    for step in &stage.steps {
        exprs.extend(step.when.as_ref());
        exprs.extend(step.env.iter().map(|(_, e)| e));
        match &step.kind {
            StepKind::Run(script) => text_needs(script, needs),
            StepKind::Action(action) => exprs.extend(action.inputs.iter().map(|(_, e)| e)),
            StepKind::Take { node, .. } => {
                if needs.iter().all(|n| n.node != *node) {
                    needs.push(Need {
                        node: node.clone(),
                        reason: NeedReason::Data,
                        span: step.origin.span,
                    });
                }
            }
        }
    }
    exprs.into_iter().for_each(|e| data_needs(e, needs));
}
