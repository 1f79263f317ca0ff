//! Pipelines: what starts them, and their nodes.

use indexmap::IndexMap;

use super::Lower;
use super::gates::title_of;
use crate::diagnostics::{Code, Diagnostic};
use crate::parallel;
use crate::plan::{
    Comment, Concurrency, Deploy, Event, Input, InputKind, Judge, Need, NeedReason, Node, NodeKind,
    Pipeline, Plan, Secret, Trigger, Type, Value,
};
use crate::resolve::scope::{NodeNames, PipelineNames};
use crate::resolve::shape::Shape;
use crate::resolve::{Context, Realm, Scope, callee};
use crate::schema::{Kind, Ty, sets};
use crate::syntax::ast::{self, BinaryOp, ExprKind as Ast};

/// What the expressions of a pipeline see.
fn scope(names: &PipelineNames) -> Scope<'_> {
    Scope {
        pipeline: Some(names),
        ..Scope::CONSTANT.within(Realm::Run)
    }
}

/// What a stage inherits when it says nothing.
pub(super) struct Defaults {
    pub runner: Option<crate::plan::Runner>,
    pub timeout: f64,
}

impl<'a> Lower<'_, 'a> {
    pub(super) fn pipelines(&self, plan: &Plan) -> Vec<Pipeline> {
        self.program
            .all("pipeline")
            .filter_map(|s| self.pipeline(s, plan))
            .collect()
    }

    fn pipeline(&self, shape: &Shape<'a>, plan: &Plan) -> Option<Pipeline> {
        let id = self.name(shape)?;
        let mut pipeline = Pipeline {
            title: self.text(shape, "name").unwrap_or_else(|| title_of(&id)),
            origin: self.origin(shape),
            changed: self.changed(shape),
            shell: self.text(shape, "shell"),
            dir: self.text(shape, "dir"),
            id,
            ..Pipeline::default()
        };
        self.check_runs_something(shape, &pipeline.id);
        for on in shape.all("on") {
            self.trigger(on, &mut pipeline);
        }
        let names = self.pipeline_names(shape, &pipeline);
        let scope = scope(&names);
        pipeline.run_name = shape
            .attribute("run_name")
            .map(|e| self.cx.message(e, &scope));
        pipeline.env = self.run_pairs(shape.one("env"), &scope);
        pipeline.concurrency = shape
            .one("concurrency")
            .and_then(|c| self.concurrency(c, &scope));
        pipeline.raw = shape.all("raw").filter_map(|r| self.raw(r)).collect();
        pipeline.call_outputs = self.call_outputs(shape, &scope);
        let defaults = Defaults {
            runner: shape.attribute("runner").and_then(|e| self.runner(e, None)),
            timeout: self.number(shape, "timeout").unwrap_or(1_800.0),
        };
        let nodes = self.nodes(shape, &names, &defaults, plan);
        pipeline.nodes = self.ordered(nodes, &pipeline.id, plan);
        Some(pipeline)
    }

    /// A pipeline is started by something and does something.
    fn check_runs_something(&self, shape: &Shape, id: &str) {
        // What doesn't parse may have been either.
        if shape.broken {
            return;
        }
        if shape.one("on").is_none() {
            self.report(
                Diagnostic::new(
                    Code::NoTrigger,
                    shape.head(),
                    format!("nothing starts pipeline `{id}`"),
                )
                .label("has no `on`")
                .help("say when it runs: `on push { branches = [\"main\"] }`"),
            );
        }
        let nodes = ["stage", "deploy", "check"];
        if nodes.iter().all(|k| shape.one(k).is_none()) {
            self.report(
                Diagnostic::new(Code::EmptyStage, shape.head(), "this pipeline does nothing")
                    .label("has no stage")
                    .help("give it one: `stage test { run \"make test\" }`"),
            );
        }
    }

    fn changed(&self, shape: &Shape) -> Vec<(String, Vec<String>)> {
        let open = shape.one("changed").into_iter().flat_map(|c| &c.open);
        open.filter_map(|e| {
            let value = self
                .cx
                .typed(&e.value, &Ty::Many(&Ty::Str), &Scope::CONSTANT)?;
            let list = value
                .as_list()
                .iter()
                .filter_map(|v| v.as_str().map(String::from));
            Some((e.key(), list.collect()))
        })
        .collect()
    }

    /// Names that the pipeline's expressions may use, before any of them is typed.
    fn pipeline_names(&self, shape: &Shape<'a>, pipeline: &Pipeline) -> PipelineNames {
        let mut nodes: IndexMap<String, NodeNames> = IndexMap::new();
        for child in &shape.children {
            if !matches!(child.block.keyword, "stage" | "deploy") {
                continue;
            }
            let Some(name) = self.name(child) else {
                continue;
            };
            let keys = |keyword: &str| -> Vec<String> {
                child
                    .all(keyword)
                    .flat_map(|b| b.open.iter().map(|e| e.key()))
                    .collect()
            };
            let mut artifacts = keys("artifacts");
            for template in child.all("use").filter_map(|u| self.template_of(u)) {
                let blocks = template.shape.all("artifacts");
                artifacts.extend(blocks.flat_map(|b| b.open.iter().map(|e| e.key())));
            }
            // Of two that share a name the first is meant.
            nodes.entry(name).or_insert(NodeNames {
                outputs: keys("outputs"),
                artifacts,
            });
        }
        let inputs = pipeline
            .inputs
            .iter()
            .map(|i| (i.id.clone(), input_type(&i.kind)));
        PipelineNames {
            id: pipeline.id.clone(),
            nodes,
            inputs: inputs.collect(),
            changed: pipeline.changed.iter().map(|(n, _)| n.clone()).collect(),
        }
    }

    fn trigger(&self, shape: &Shape<'a>, pipeline: &mut Pipeline) {
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

    fn call_outputs(&self, shape: &Shape<'a>, scope: &Scope) -> Vec<(String, crate::plan::Expr)> {
        let outputs = shape
            .all("on")
            .flat_map(|on| on.all("outputs").collect::<Vec<_>>());
        outputs
            .flat_map(|o| {
                o.open
                    .iter()
                    .map(|e| (e.key(), self.cx.run_value(&e.value, scope)))
            })
            .collect()
    }

    pub(super) fn run_pairs(
        &self,
        block: Option<&Shape>,
        scope: &Scope,
    ) -> Vec<(String, crate::plan::Expr)> {
        let open = block.into_iter().flat_map(|b| &b.open);
        open.map(|e| (e.key(), self.cx.run_value(&e.value, scope)))
            .filter(|(_, e)| e.ty != Type::Unknown)
            .collect()
    }

    pub(super) fn concurrency(&self, shape: &Shape, scope: &Scope) -> Option<Concurrency> {
        let group = shape.attribute("group")?;
        let group = match &group.kind {
            Ast::List(items) => items.iter().map(|i| self.cx.run_value(i, scope)).collect(),
            _ => vec![self.cx.run_value(group, scope)],
        };
        let cancel = shape
            .attribute("cancel")
            .map(|e| self.cx.condition(e, scope));
        Some(Concurrency {
            group,
            cancel,
            origin: self.origin_at(shape.statement.span, None),
        })
    }

    /// The nodes as written. None needs another to be lowered, so that all cores take part.
    fn nodes(
        &self,
        shape: &Shape<'a>,
        names: &PipelineNames,
        defaults: &Defaults,
        plan: &Plan,
    ) -> Vec<Node> {
        let (program, sources) = (self.program, self.cx.sources);
        let constants = self.cx.constants();
        let runs = parallel::runs(&shape.children, |children| {
            let cx = &Context::new(program, sources).knowing(constants.clone());
            let lower = Lower { cx, program };
            let node = |child| lower.node(child, &scope(names), defaults, plan);
            let nodes: Vec<Node> = children.iter().filter_map(node).collect();
            (nodes, cx.found.take())
        });
        let mut all = Vec::new();
        for (nodes, found) in runs {
            all.extend(nodes);
            self.cx.found.borrow_mut().extend(found);
        }
        all
    }

    fn node(
        &self,
        shape: &Shape<'a>,
        scope: &Scope,
        defaults: &Defaults,
        plan: &Plan,
    ) -> Option<Node> {
        match shape.block.keyword {
            "stage" => self.stage(shape, scope, defaults),
            "deploy" => self.deploy(shape, scope, plan),
            "check" => self.check(shape, scope),
            _ => None,
        }
    }

    /// Conditions of a node, joined.
    pub(super) fn when(&self, shape: &Shape, scope: &Scope) -> Option<crate::plan::Expr> {
        let mut when = None;
        for e in shape.all("when").filter_map(|w| w.arg(0)) {
            when = Some(Context::both(when, self.cx.condition(e, scope)));
        }
        when.filter(|w| w.value() != Some(&Value::Bool(true)))
    }

    /// `needs` statements of a node; a gate is named as it is and bound when nodes are ordered.
    pub(super) fn needs(&self, shape: &Shape) -> Vec<Need> {
        let mut needs: Vec<Need> = Vec::new();
        for e in shape.all("needs").filter_map(|n| n.arg(0)) {
            for (kind, name, span) in self.references(e, &[Kind::Stage, Kind::Deploy, Kind::Gate]) {
                let node = if kind == Kind::Gate {
                    format!("gate.{name}")
                } else {
                    name
                };
                if needs.iter().all(|n| n.node != node) {
                    needs.push(Need {
                        node,
                        reason: NeedReason::Order,
                        span,
                    });
                }
            }
        }
        needs
    }

    fn deploy(&self, shape: &Shape<'a>, scope: &Scope, plan: &Plan) -> Option<Node> {
        let id = self.name(shape)?;
        let one = |name: &str, kind: Kind| {
            shape
                .attribute(name)
                .and_then(|e| self.reference(e, &[kind]))
                .map(|(_, n, s)| (n, s))
        };
        let services = shape
            .attribute("service")
            .map(|e| self.references(e, &[Kind::Service]));
        let image = shape
            .attribute("image")
            .map(|e| (self.cx.run_value(e, scope), e.span));
        let environment = one("environment", Kind::Environment);
        let rollout = one("rollout", Kind::Rollout);
        let verify = one("verify", Kind::Gate);
        let announce = shape
            .attribute("announce")
            .map(|e| self.references(e, &[Kind::Notify]));
        let when = self.when(shape, scope);
        let mut needs = self.needs(shape);
        let (image, image_span) = image?;
        self.check_digest(&image, image_span);
        super::graph::data_needs(&image, &mut needs);
        if let Some(when) = &when {
            super::graph::data_needs(when, &mut needs);
        }
        let (rollout, _) = rollout?;
        let holds = plan.rollout(&rollout).map_or(0.0, super::graph::holds);
        Some(Node {
            title: self.text(shape, "name").unwrap_or_else(|| title_of(&id)),
            origin: self.origin(shape),
            needs,
            when,
            timeout: self.number(shape, "timeout").unwrap_or(holds + 900.0),
            kind: NodeKind::Deploy(Deploy {
                services: services?.into_iter().map(|(_, n, _)| n).collect(),
                image,
                environment: environment?.0,
                rollout,
                verify,
                announce: announce
                    .unwrap_or_default()
                    .into_iter()
                    .map(|(_, n, s)| (n, s))
                    .collect(),
            }),
            id,
        })
    }

    /// A tag moves; what was tested is a digest.
    fn check_digest(&self, image: &crate::plan::Expr, span: crate::source::Span) {
        if let Some(Value::Str(text)) = image.value()
            && !text.contains("sha256:")
        {
            self.report(
                Diagnostic::new(
                    Code::InvalidValue,
                    span,
                    "a deploy takes a digest, not a tag",
                )
                .label("may name another image tomorrow")
                .help("use the digest that the pipeline built: `image = stage.image.digest`"),
            );
        }
    }

    fn check(&self, shape: &Shape<'a>, scope: &Scope) -> Option<Node> {
        let (_, gate, span) = self.reference(shape.arg(0)?, &[Kind::Gate])?;
        let when = self.when(shape, scope);
        Some(Node {
            title: self
                .text(shape, "name")
                .unwrap_or_else(|| format!("Gate: {}", title_of(&gate))),
            origin: self.origin_of(shape, span),
            needs: self.needs(shape),
            when,
            timeout: self.number(shape, "timeout").unwrap_or(600.0),
            kind: NodeKind::Judge(Judge {
                evidence: vec![],
                outcomes: vec![],
                comment: match self.text(shape, "comment").as_deref() {
                    Some("pull_request") => Comment::PullRequest,
                    _ => Comment::Never,
                },
                html: self.flag(shape, "html").unwrap_or(false),
                explicit: true,
                gate: gate.clone(),
            }),
            id: gate,
        })
    }
}

fn input_type(kind: &InputKind) -> Type {
    match kind {
        InputKind::Text | InputKind::Choice(_) | InputKind::Environment(_) => Type::Str,
        InputKind::Bool => Type::Bool,
        InputKind::Number(q) => Type::Quantity(q.clone()),
    }
}

fn event_of(name: &str) -> Option<Event> {
    Event::ALL.into_iter().find(|e| e.name() == name)
}
