//! Pipelines: what starts them, and their nodes.

use indexmap::IndexMap;

use super::Lower;
use super::gates::title_of;
use super::triggers::input_type;
use super::uses::StageUse;
use crate::diagnostics::{Code, Diagnostic};
use crate::parallel;
use crate::plan::{
    Comment, Concurrency, Deploy, Judge, Need, NeedReason, Node, NodeKind, Pipeline, Plan, Type,
    Value,
};
use crate::resolve::scope::{NodeNames, PipelineNames};
use crate::resolve::shape::Shape;
use crate::resolve::{Context, Placed, Placement, Program, Realm, Scope, dotted};
use crate::schema::{Kind, Ty};
use crate::syntax::ast::ExprKind as Ast;

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
        let placement = self.program.placement(shape);
        let names = pipeline_names(self.program, &placement, &pipeline);
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
        let placed = self.placed_nodes(shape, placement, &scope);
        let nodes = self.nodes(&placed, &names, &defaults, plan);
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
        let nodes = ["stage", "deploy", "check", "use"];
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
        placed: &[(Placed<'_, 'a>, Option<StageUse>)],
        names: &PipelineNames,
        defaults: &Defaults,
        plan: &Plan,
    ) -> Vec<Node> {
        let (program, sources) = (self.program, self.cx.sources);
        let constants = self.cx.constants();
        let runs = parallel::runs(placed, |placed| {
            let cx = &Context::new(program, sources).knowing(constants.clone());
            let lower = Lower { cx, program };
            let nodes = placed.iter().filter_map(|(placed, used)| {
                let scope = scope(names);
                let scope = used.as_ref().map_or(scope, |u| u.scope(scope));
                lower.node(placed, used.as_ref(), &scope, defaults, plan)
            });
            let nodes: Vec<Node> = nodes.collect();
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
        placed: &Placed<'_, 'a>,
        used: Option<&StageUse>,
        scope: &Scope,
        defaults: &Defaults,
        plan: &Plan,
    ) -> Option<Node> {
        let shape = placed.shape;
        match shape.block.keyword {
            "stage" => self.stage(placed, used, scope, defaults),
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
    pub(super) fn needs(&self, shape: &Shape, scope: &Scope) -> Vec<Need> {
        let mut needs: Vec<Need> = Vec::new();
        for e in shape.all("needs").filter_map(|n| n.arg(0)) {
            for (kind, name, span) in self.needed(e, scope) {
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
        let mut needs = self.needs(shape, scope);
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
            needs: self.needs(shape, scope),
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

/// Names that a pipeline's expressions may use, before any of them is typed.
fn pipeline_names(program: &Program, placement: &Placement, pipeline: &Pipeline) -> PipelineNames {
    let mut nodes: IndexMap<String, NodeNames> = IndexMap::new();
    for placed in &placement.nodes {
        let (shape, Some(name)) = (placed.shape, &placed.id) else {
            continue;
        };
        let used = placed.from.and_then(|f| placement.uses.get(f));
        let module = used.map_or("", |u| u.template.module.as_str());
        let keys = |shape: &Shape, keyword: &str| -> Vec<String> {
            let blocks = shape.all(keyword);
            blocks
                .flat_map(|b| b.open.iter().map(|e| e.key()))
                .collect()
        };
        let mut artifacts = keys(shape, "artifacts");
        for path in shape.all("use").filter_map(|u| dotted(u.arg(0)?)) {
            if let Some(template) = program.template(&path, module) {
                artifacts.extend(keys(&template.shape, "artifacts"));
            }
        }
        // Of two that share a name the first is meant.
        nodes.entry(name.clone()).or_insert(NodeNames {
            outputs: keys(shape, "outputs"),
            artifacts,
        });
    }
    let inputs = pipeline.inputs.iter();
    PipelineNames {
        id: pipeline.id.clone(),
        nodes,
        inputs: inputs
            .map(|i| (i.id.clone(), input_type(&i.kind)))
            .collect(),
        changed: pipeline.changed.iter().map(|(n, _)| n.clone()).collect(),
    }
}
