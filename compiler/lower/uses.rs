//! Templates of stages: used in a pipeline, each use with its own names.
//!
//! Takes the `use`s of a pipeline, gives what the stages of each see. The stages themselves are
//! lowered like any other.

use std::collections::BTreeMap;

use super::Lower;
use crate::diagnostics::{Code, Diagnostic};
use crate::plan::{Expr, Need};
use crate::resolve::eval::unparen;
use crate::resolve::shape::Shape;
use crate::resolve::{Context, Params, Placed, Placement, Scope, TemplateDecl, dotted};
use crate::schema::Kind;
use crate::source::Span;
use crate::syntax::ast::{self, ExprKind as Ast};

/// One use of a template of stages, as its stages see it.
#[derive(Clone)]
pub(super) struct StageUse {
    /// The name given to the `use`.
    pub prefix: Option<String>,
    params: Params,
    module: String,
    /// Ids of its stages, by their names in the template.
    ids: BTreeMap<String, String>,
    needs: Vec<Need>,
    when: Option<Expr>,
}

impl StageUse {
    /// What its stages see.
    pub(super) fn scope<'s>(&'s self, around: Scope<'s>) -> Scope<'s> {
        Scope {
            params: Some(&self.params),
            stages: Some(&self.ids),
            module: &self.module,
            ..around
        }
    }

    /// Adds what the `use` asks of each of its stages.
    pub(super) fn join(&self, when: &mut Option<Expr>, needs: &mut Vec<Need>) {
        if let Some(own) = self.when.clone() {
            *when = Some(match when.take() {
                Some(stage) => Context::both(Some(own), stage),
                None => own,
            });
        }
        for need in &self.needs {
            if needs.iter().all(|n| n.node != need.node) {
                needs.push(need.clone());
            }
        }
    }
}

impl<'a> Lower<'_, 'a> {
    /// The nodes of a pipeline, each with the `use` it comes from.
    pub(super) fn placed_nodes<'p>(
        &self,
        pipeline: &Shape<'a>,
        placement: Placement<'p, 'a>,
        scope: &Scope,
    ) -> Vec<(Placed<'p, 'a>, Option<StageUse>)> {
        for shape in pipeline.all("use") {
            self.check_stage_use(shape);
        }
        let uses: Vec<Option<StageUse>> = placement
            .uses
            .iter()
            .map(|used| {
                let params = self.bind_params(used.template, used.shape, scope)?;
                Some(StageUse {
                    prefix: used.prefix(),
                    params,
                    module: used.template.module.clone(),
                    ids: used.ids.clone(),
                    needs: self.needs(used.shape, scope),
                    when: self.when(used.shape, scope),
                })
            })
            .collect();
        let nodes = placement.nodes.into_iter();
        nodes
            .filter_map(|node| match node.from {
                None => Some((node, None)),
                // Without its parameters nothing is known of a stage.
                Some(from) => {
                    let used = uses.get(from)?.clone()?;
                    Some((node, Some(used)))
                }
            })
            .collect()
    }

    /// A `use` in a pipeline names a template of stages.
    fn check_stage_use(&self, shape: &Shape<'a>) {
        let Some(what) = shape.arg(0) else { return };
        let path = match &unparen(what).kind {
            Ast::Missing => return,
            Ast::Str(text) => return self.step_in_pipeline(&format!("`{text}`"), what.span),
            _ => dotted(what).unwrap_or_default(),
        };
        match self.program.template(&path, "") {
            _ if path.starts_with("stage.") => self.step_in_pipeline("fetching files", what.span),
            None => self.unknown_template(&path, what.span),
            Some(template) if !template.holds_stages() => self.out_of_place(template, what.span),
            Some(_) => {}
        }
    }

    fn step_in_pipeline(&self, what: &str, span: Span) {
        self.report(
            Diagnostic::new(
                Code::TemplateOutOfPlace,
                span,
                format!("{what} is a step, and a pipeline holds stages"),
            )
            .label("belongs in a stage")
            .help("write it in a stage: `stage NAME { use … }`"),
        );
    }

    /// A template of stages in a stage, or one of steps in a pipeline.
    pub(super) fn out_of_place(&self, template: &TemplateDecl, span: Span) {
        let name = &template.name;
        let (message, label, help) = match template.holds_stages() {
            true => (
                format!("template `{name}` holds stages, and a stage holds steps"),
                "belongs in a pipeline",
                "use it in the pipeline, beside its stages",
            ),
            false => (
                format!("template `{name}` holds steps, and a pipeline holds stages"),
                "belongs in a stage",
                "use it in a stage: `stage NAME { use … }`",
            ),
        };
        let at = template.shape.head();
        let diagnostic = Diagnostic::new(Code::TemplateOutOfPlace, span, message).label(label);
        self.report(diagnostic.also(at, "the template").help(help));
    }

    /// A template holds steps, or stages.
    pub(super) fn check_templates(&self) {
        for template in self.program.templates.values() {
            let shape = &template.shape;
            let Some(stage) = shape.one("stage") else {
                continue;
            };
            let fits = |child: &&Shape| !matches!(child.block.keyword, "param" | "stage");
            let Some(step) = shape.children.iter().find(fits) else {
                continue;
            };
            self.report(
                Diagnostic::new(
                    Code::MixedTemplate,
                    step.statement.keyword.span,
                    format!("template `{}` holds stages and steps", template.name),
                )
                .label(format!("`{}` belongs in a stage", step.block.keyword))
                .also(stage.statement.keyword.span, "here is a stage")
                .help("move it into one of the stages, or make it a template of its own"),
            );
        }
    }

    /// What a `needs` names: within a template, its own stages first.
    pub(super) fn needed(&self, e: &ast::Expr, scope: &Scope) -> Vec<(Kind, String, Span)> {
        let own = |name: &str| Some(scope.stages?.get(name)?.clone());
        let found = match &unparen(e).kind {
            Ast::List(items) => return items.iter().flat_map(|i| self.needed(i, scope)).collect(),
            Ast::Name(name) => own(name),
            Ast::Field(base, name) if matches!(&base.kind, Ast::Name(n) if n == "stage") => {
                own(&name.text)
            }
            _ => None,
        };
        match found {
            Some(id) => vec![(Kind::Stage, id, e.span)],
            None => self.references(e, &[Kind::Stage, Kind::Deploy, Kind::Gate]),
        }
    }
}
