//! Steps: scripts and artifacts of other stages; actions in `actions`, templates in `templates`.

use super::Lower;
use super::templates::{Frame, Instance};
use crate::diagnostics::{Code, Diagnostic, nearest};
use crate::plan::{
    After, Expr, Origin, OutputType, Part, Quantity, Ref, Stage, Step, StepKind, Text, Type, Value,
};
use crate::resolve::eval::unparen;
use crate::resolve::shape::Shape;
use crate::resolve::{Context, PipelineNames, Realm, Scope, StepNames};
use crate::schema::{Kind, Ty};
use crate::source::Span;
use crate::syntax::ast::{self, ExprKind as Ast};

impl<'a> Lower<'_, 'a> {
    /// All steps of a stage, in order.
    pub(super) fn steps(&self, shape: &Shape<'a>, scope: &Scope, stage: &mut Stage) {
        let instance = Instance::default();
        let frame = Frame {
            scope: *scope,
            after: After::Success,
            instance: &instance,
        };
        self.steps_of(shape, frame, stage);
    }

    /// Steps of a stage or a template.
    pub(super) fn steps_of(&self, shape: &Shape<'a>, frame: Frame, stage: &mut Stage) {
        let after = |after| Frame { after, ..frame };
        for child in &shape.children {
            match child.block.keyword {
                "run" | "measure" => self.run(child, frame, stage),
                "use" => self.use_(child, frame, stage),
                "on_failure" => self.steps_of(child, after(After::Failure), stage),
                "cleanup" => self.steps_of(child, after(After::Always), stage),
                _ => {}
            }
        }
    }

    fn run(&self, shape: &Shape<'a>, frame: Frame, stage: &mut Stage) {
        let scope = &frame.scope;
        let Some(written) = shape.arg(0) else { return };
        let Some(mut step) = self.step_frame(shape, frame) else {
            return;
        };
        let shell = step.shell.clone().unwrap_or_else(|| "bash".into());
        let script = match &unparen(written).kind {
            Ast::Str(text) | Ast::Text(text) => {
                self.cx.script(text, unparen(written).span, &shell, scope)
            }
            _ => {
                let value = self.cx.known(written, Some(&Type::Str), scope);
                Text::plain(value.as_ref().and_then(Value::as_str).unwrap_or_default())
            }
        };
        if step.title.is_empty() {
            step.title = script_title(&script);
        }
        step.outputs = shape
            .one("outputs")
            .map(|o| self.output_types(o))
            .unwrap_or_default();
        step.kind = StepKind::Run(script);
        self.remember(&step, shape, scope);
        stage.steps.push(step);
    }

    /// What every step has; `None` when its condition is known to be false.
    pub(super) fn step_frame(&self, shape: &Shape<'a>, frame: Frame) -> Option<Step> {
        let (scope, instance) = (&frame.scope, frame.instance);
        let mut when = instance.when.clone();
        for e in shape.all("when").filter_map(|w| w.arg(0)) {
            when = Some(Context::both(when, self.cx.condition(e, scope)));
        }
        if when.as_ref().and_then(Expr::value) == Some(&Value::Bool(false))
            && !instance.stack.is_empty()
        {
            return None;
        }
        let title = shape
            .attribute("name")
            .map(|e| known_part(&self.cx.message(e, scope)));
        let id = shape.name().map(|n| instance.step_id(&n.text));
        let mut env = instance.env.clone();
        env.extend(self.run_pairs(shape.one("env"), scope));
        Some(Step {
            id,
            title: title.unwrap_or_default(),
            kind: StepKind::Run(Text::default()),
            when: when.filter(|w| w.value() != Some(&Value::Bool(true))),
            after: frame.after,
            env,
            dir: self.text_in(shape, "dir", scope),
            shell: self.text_in(shape, "shell", scope),
            timeout: self.number_in(shape, "timeout", scope).or(instance.timeout),
            retries: self.retries(shape, scope).or(instance.retries),
            may_fail: instance.may_fail || self.flag_in(shape, "may_fail", scope).unwrap_or(false),
            measure: shape.block.keyword == "measure",
            outputs: vec![],
            template: instance.stack.last().cloned(),
            origin: self.step_origin(shape, instance),
            raw: shape.all("raw").filter_map(|r| self.raw(r)).collect(),
        })
    }

    /// How often a step is tried again, if it says so.
    pub(super) fn retries(&self, shape: &Shape, scope: &Scope) -> Option<u32> {
        let count = self.number_in(shape, "retries", scope)?;
        Some(count as u32)
    }

    /// A template's step stands where the template is used.
    fn step_origin(&self, shape: &Shape, instance: &Instance) -> Origin {
        if let Some(used) = instance.at {
            return self.origin_at(used, None);
        }
        let mut origin = self.origin_of(shape, shape.statement.keyword.span);
        let script = shape.arg(0).filter(|e| matches!(e.kind, Ast::Str(_)));
        origin.attributes.extend(script.map(|e| ("script", e.span)));
        origin
    }

    fn output_types(&self, shape: &Shape) -> Vec<(String, OutputType)> {
        let ty = |e: &ast::Expr| match &unparen(e).kind {
            Ast::Name(name) if name == "string" => Some(OutputType::Text),
            Ast::Name(name) if name == "number" => Some(OutputType::Number),
            Ast::Name(name) if name == "bool" => Some(OutputType::Bool),
            _ => match crate::resolve::callee(e) {
                Some(("list", _)) => Some(OutputType::TextList),
                _ => None,
            },
        };
        let mut outputs = Vec::new();
        for entry in &shape.open {
            match ty(&entry.value) {
                Some(ty) => outputs.push((entry.key(), ty)),
                None => self.report(
                    Diagnostic::new(
                        Code::WrongType,
                        entry.value.span,
                        "an output of a step has a type",
                    )
                    .label("not a type")
                    .help("write `string`, `number`, `bool` or `list(string)`"),
                ),
            }
        }
        outputs
    }

    /// Makes a step's outputs known to what follows it.
    pub(super) fn remember(&self, step: &Step, shape: &Shape, scope: &Scope) {
        let (Some(id), Some(name), Some(stage)) = (&step.id, shape.name(), scope.stage) else {
            return;
        };
        let mut names = StepNames::default();
        let output = |output: &str, ty: Type| {
            let reference = Ref::StepOutput {
                step: id.clone(),
                output: output.to_string(),
            };
            self.cx.reference(reference, ty, step.origin.span)
        };
        for (name, ty) in &step.outputs {
            let ty = match ty {
                OutputType::Text => Type::Str,
                OutputType::TextList => Type::List(Box::new(Type::Str)),
                OutputType::Number => Type::Quantity(Quantity::Number),
                OutputType::Bool => Type::Bool,
            };
            names.outputs.insert(name.clone(), output(name, ty));
        }
        if let StepKind::Action(action) = &step.kind {
            match self.program.pins.find(&action.name, &action.version) {
                Some(known) => {
                    for name in known.outputs.iter() {
                        names
                            .outputs
                            .insert(name.to_string(), output(name, Type::Str));
                    }
                    names.open = known.outputs.is_empty();
                }
                None => names.open = true,
            }
        }
        self.remember_names(&name.text, names, name.span, stage);
    }

    pub(super) fn remember_names(
        &self,
        name: &str,
        names: StepNames,
        span: Span,
        stage: &crate::resolve::StageNames,
    ) {
        if stage
            .steps
            .borrow_mut()
            .insert(name.to_string(), names)
            .is_some()
        {
            self.report(
                Diagnostic::new(
                    Code::DuplicateName,
                    span,
                    format!("two steps are called `{name}`"),
                )
                .label("again here")
                .help("give one of them another name"),
            );
        }
    }

    fn use_(&self, shape: &Shape<'a>, frame: Frame, stage: &mut Stage) {
        let Some(what) = shape.arg(0) else { return };
        match &unparen(what).kind {
            Ast::Missing => {}
            Ast::Str(text) => self.action(text, shape, frame, stage),
            Ast::Field(base, artifact) if is_stage_path(base) => {
                self.take((base, artifact), shape, frame, stage);
            }
            _ => self.expand(what, shape, frame, stage),
        }
    }

    /// Another stage's artifact: `stage.NODE`, and the artifact's name.
    fn take(
        &self,
        (base, artifact): (&ast::Expr, &ast::Name),
        shape: &Shape<'a>,
        frame: Frame,
        stage: &mut Stage,
    ) {
        let scope = &frame.scope;
        let Ast::Field(_, node) = &base.kind else {
            return;
        };
        let Some(pipeline) = scope.pipeline else {
            return;
        };
        let id = scope.stage_id(&node.text);
        let known = pipeline.nodes.get(id);
        if !known.is_some_and(|k| k.artifacts.contains(&artifact.text)) {
            return self.unknown_artifact(node, artifact, id, pipeline);
        }
        let Some(mut step) = self.step_frame(shape, frame) else {
            return;
        };
        let to = shape.open.iter().find(|e| e.key() == "to");
        let constant = scope.within(Realm::Constant);
        let to = to.and_then(|e| self.cx.typed(&e.value, &Ty::Str, &constant));
        let to = to
            .as_ref()
            .and_then(Value::as_str)
            .unwrap_or(".")
            .to_string();
        if step.title.is_empty() {
            step.title = format!("Fetch {} of {id}", artifact.text);
        }
        step.kind = StepKind::Take {
            node: id.to_string(),
            artifact: artifact.text.clone(),
            to,
        };
        stage.steps.push(step);
    }

    fn unknown_artifact(
        &self,
        node: &ast::Name,
        artifact: &ast::Name,
        id: &str,
        pipeline: &PipelineNames,
    ) {
        let known = pipeline.nodes.get(id);
        let (what, name, names): (&str, &ast::Name, Vec<&str>) = match known {
            Some(k) => (
                "artifact",
                artifact,
                k.artifacts.iter().map(String::as_str).collect(),
            ),
            None => (
                "stage",
                node,
                pipeline.nodes.keys().map(String::as_str).collect(),
            ),
        };
        let diagnostic = Diagnostic::new(
            Code::UnknownName,
            name.span,
            format!("there is no {what} `{}`", name.text),
        )
        .label("not known here");
        let declared = self.program.declared(Kind::Stage, id);
        let diagnostic = match declared.filter(|_| known.is_some()) {
            Some(span) => diagnostic.also(span, format!("stage `{}`", node.text)),
            None => diagnostic,
        };
        self.report(match nearest(&name.text, names.iter().copied()) {
            Some(near) => diagnostic
                .help(format!("did you mean `{near}`?"))
                .replace(name.span, near),
            None => diagnostic.help(format!(
                "declare it in the stage: `artifacts {{ {} = \"dist/*\" }}`",
                artifact.text
            )),
        });
    }
}

fn is_stage_path(e: &ast::Expr) -> bool {
    matches!(&e.kind, Ast::Field(base, _) if matches!(&base.kind, Ast::Name(n) if n == "stage"))
}

/// What of a text is known now: values of a run are left out of names.
pub(super) fn known_part(text: &Text) -> String {
    let parts = text.parts.iter().filter_map(|p| match p {
        Part::Text(t) => Some(t.as_str()),
        Part::Value(..) => None,
    });
    parts
        .collect::<String>()
        .split_whitespace()
        .collect::<Vec<_>>()
        .join(" ")
}

/// A name for a script that has none: its first line, cut at a word.
fn script_title(script: &Text) -> String {
    const WIDTH: usize = 60;
    let mut text = String::new();
    for part in &script.parts {
        match part {
            Part::Text(t) => text.push_str(t),
            Part::Value(e, _) => match e.value() {
                Some(value) => text.push_str(&crate::resolve::words(value).join(" ")),
                None => text.push('…'),
            },
        }
    }
    let line = text
        .lines()
        .map(str::trim)
        .find(|l| !l.is_empty() && !l.starts_with('#'));
    let line = line.unwrap_or("Run a script").trim_end_matches('\\').trim();
    let mut title = String::new();
    for word in line.split_whitespace() {
        if title.chars().count() + word.chars().count() > WIDTH {
            title.push_str(" …");
            break;
        }
        if !title.is_empty() {
            title.push(' ');
        }
        title.push_str(word);
    }
    let mut chars = title.chars();
    match chars.next() {
        Some(_) => format!("Run {title}"),
        None => "Run a script".to_string(),
    }
}
