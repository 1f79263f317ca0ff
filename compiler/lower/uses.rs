//! Templates of stages: used in a pipeline, each use with its own names; where any template may be used.
//!
//! Takes the `use`s of a pipeline, gives what the stages of each see. The stages themselves are
//! lowered like any other.

use std::collections::BTreeMap;

use super::Lower;
use crate::diagnostics::{Code, Diagnostic};
use crate::plan::{Expr, Need};
use crate::resolve::eval::unparen;
use crate::resolve::shape::Shape;
use crate::resolve::{
    Context, DECLARATIONS, Holds, Params, Placed, Placement, Realm, Scope, TemplateDecl, dotted,
};
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
            Some(template) => self.out_of_place(template, Holds::Stages, what.span),
        }
    }

    /// What is used at the top of a file: a template of declarations, with its parameters.
    pub(super) fn check_uses(&self) {
        for shape in self.program.all("use") {
            let Some(what) = shape.arg(0) else { continue };
            let path = match &unparen(what).kind {
                Ast::Missing => continue,
                Ast::Str(text) => {
                    self.step_at_top(&format!("`{text}`"), what.span);
                    continue;
                }
                _ => dotted(what).unwrap_or_default(),
            };
            match self.program.template(&path, "") {
                _ if path.starts_with("stage.") => self.step_at_top("fetching files", what.span),
                None => self.unknown_template(&path, what.span),
                Some(template) if template.holds() == Holds::Declarations => {
                    self.bind_params(template, shape, &Scope::CONSTANT.within(Realm::Measure));
                }
                Some(template) => self.out_of_place(template, Holds::Declarations, what.span),
            }
        }
    }

    fn step_at_top(&self, what: &str, span: Span) {
        self.report(
            Diagnostic::new(
                Code::TemplateOutOfPlace,
                span,
                format!("{what} is a step, and the top of a file holds declarations"),
            )
            .label("belongs in a stage")
            .help("write it in a stage: `stage NAME { use … }`"),
        );
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

    /// A template that isn't used where what it holds belongs, `here` being what this place holds.
    pub(super) fn out_of_place(&self, template: &TemplateDecl, here: Holds, span: Span) {
        let holds = template.holds();
        if holds == here {
            return;
        }
        let place = |of: Holds| match of {
            Holds::Steps => "a stage",
            Holds::Stages => "a pipeline",
            Holds::Declarations => "the top of a file",
        };
        let help = match holds {
            Holds::Steps => "use it in a stage: `stage NAME { use … }`",
            Holds::Stages => "use it in a pipeline, beside its stages",
            Holds::Declarations => "use it at the top of a file, beside pipelines and gates",
        };
        let name = &template.name;
        let message = format!(
            "template `{name}` holds {}, and {} holds {}",
            holds.word(),
            place(here),
            here.word()
        );
        self.report(
            Diagnostic::new(Code::TemplateOutOfPlace, span, message)
                .label(match holds {
                    Holds::Declarations => "belongs at the top of a file".to_string(),
                    _ => format!("belongs in {}", place(holds)),
                })
                .also(template.shape.head(), "the template")
                .help(help),
        );
    }

    /// A template holds steps, stages or declarations.
    pub(super) fn check_templates(&self) {
        for template in self.program.templates.values() {
            let holds = template.holds();
            self.check_own_names(template);
            let children = &template.shape.children;
            let kind = |c: &&Shape| Holds::by(c.block.keyword);
            let Some(first) = children.iter().find(|c| kind(c) == Some(holds)) else {
                continue;
            };
            let other = |c: &&Shape| kind(c).is_some_and(|k| k != holds);
            let Some(other) = children.iter().find(other) else {
                continue;
            };
            let keyword = other.block.keyword;
            let also = Holds::by(keyword).map_or("steps", Holds::word);
            self.report(
                Diagnostic::new(
                    Code::MixedTemplate,
                    other.statement.keyword.span,
                    format!(
                        "template `{}` holds {} and {also}",
                        template.name,
                        holds.word()
                    ),
                )
                .label(match holds {
                    Holds::Stages if also == "steps" => format!("`{keyword}` belongs in a stage"),
                    _ => format!("`{keyword}` belongs in another template"),
                })
                .also(
                    first.statement.keyword.span,
                    format!("here is `{}`", first.block.keyword),
                )
                .help(match holds {
                    Holds::Stages => {
                        "move it into one of the stages, or make it a template of its own"
                    }
                    _ => "make it a template of its own, used in its own place",
                }),
            );
        }
    }

    /// Parameters and what a template declares share one space of names.
    fn check_own_names(&self, template: &TemplateDecl) {
        let children = || template.shape.children.iter();
        for param in template.shape.all("param") {
            let Some(name) = param.name() else { continue };
            let same = |c: &&Shape| {
                DECLARATIONS.contains(&c.block.keyword)
                    && c.name().is_some_and(|n| n.text == name.text)
            };
            let Some(declared) = children().find(same) else {
                continue;
            };
            let message = format!(
                "template `{}` has a parameter and a declaration `{}`",
                template.name, name.text
            );
            self.report(
                Diagnostic::new(Code::DuplicateName, declared.head(), message)
                    .label("declared here")
                    .also(name.span, "the parameter")
                    .help("give one of them another name"),
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
