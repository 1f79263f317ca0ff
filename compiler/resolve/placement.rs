//! The nodes of a pipeline: its own, and the stages of the templates that it uses.
//!
//! Takes a pipeline's statement, gives its nodes in source order, each with its id. It types no
//! value and reports nothing but names that are taken.

use std::collections::{BTreeMap, BTreeSet};

use indexmap::IndexMap;

use super::shape::Shape;
use super::symbols::{Program, TemplateDecl, dotted};
use crate::diagnostics::{Code, Diagnostic, Diagnostics};
use crate::schema::Kind;
use crate::source::Span;

/// A `stage`, `deploy` or `check` of a pipeline.
pub struct Placed<'p, 'a> {
    /// Its statement.
    pub shape: &'p Shape<'a>,
    /// Its id in the pipeline.
    pub id: Option<String>,
    /// Which of the placement's uses it comes from.
    pub from: Option<usize>,
}

/// A `use` of a template of stages.
pub struct StageUse<'p, 'a> {
    /// The `use`.
    pub shape: &'p Shape<'a>,
    /// Its template.
    pub template: &'p TemplateDecl<'a>,
    /// Ids of the template's stages by the names that they have in it.
    pub ids: BTreeMap<String, String>,
}

/// All nodes of a pipeline.
#[derive(Default)]
pub struct Placement<'p, 'a> {
    /// Nodes, in source order.
    pub nodes: Vec<Placed<'p, 'a>>,
    /// Where templates of stages are used.
    pub uses: Vec<StageUse<'p, 'a>>,
}

impl Placed<'_, '_> {
    fn kind(&self) -> Kind {
        match self.shape.block.keyword {
            "deploy" => Kind::Deploy,
            _ => Kind::Stage,
        }
    }
}

impl StageUse<'_, '_> {
    /// The name given to the `use`, which its stages' ids begin with.
    pub fn prefix(&self) -> Option<String> {
        self.shape.name().map(|n| n.text)
    }
}

impl<'a> Program<'a> {
    /// The template of a path, as seen from a module: its neighbours need no prefix.
    pub fn template(&self, path: &str, module: &str) -> Option<&TemplateDecl<'a>> {
        let near = || self.templates.get(&format!("{module}.{path}"));
        self.templates.get(path).or_else(near)
    }

    /// The nodes of a pipeline.
    pub fn placement<'p>(&'p self, pipeline: &'p Shape<'a>) -> Placement<'p, 'a> {
        let mut placement = Placement::default();
        for child in &pipeline.children {
            match child.block.keyword {
                "stage" | "deploy" | "check" => placement.nodes.push(Placed {
                    shape: child,
                    id: child.name().map(|n| n.text),
                    from: None,
                }),
                "use" => self.place_use(child, &mut placement),
                _ => {}
            }
        }
        placement
    }

    fn place_use<'p>(&'p self, shape: &'p Shape<'a>, into: &mut Placement<'p, 'a>) {
        let path = shape.arg(0).and_then(dotted);
        let Some(template) = path.and_then(|p| self.template(&p, "")) else {
            return;
        };
        let prefix = shape.name().map(|n| format!("{}_", n.text));
        let prefix = prefix.unwrap_or_default();
        let mut ids = BTreeMap::new();
        for stage in template.shape.all("stage") {
            let id = stage.name().map(|n| format!("{prefix}{}", n.text));
            if let (Some(name), Some(id)) = (stage.name(), &id) {
                ids.insert(name.text, id.clone());
            }
            into.nodes.push(Placed {
                shape: stage,
                id,
                from: Some(into.uses.len()),
            });
        }
        into.uses.push(StageUse {
            shape,
            template,
            ids,
        });
    }

    /// Ids of a pipeline's nodes; those that are taken already are reported.
    pub(super) fn placed_names(
        &self,
        pipeline: &Shape<'a>,
        found: &mut Diagnostics,
    ) -> Vec<(Kind, String, Span)> {
        let placement = self.placement(pipeline);
        let mut here: IndexMap<String, (Kind, Span)> = IndexMap::new();
        let mut told: BTreeSet<usize> = BTreeSet::new();
        for node in placement
            .nodes
            .iter()
            .filter(|n| n.shape.block.keyword != "check")
        {
            let (Some(id), Some(name)) = (&node.id, node.shape.name()) else {
                continue;
            };
            let from = node.from.and_then(|f| placement.uses.get(f));
            let span = from.map_or(name.span, |f| f.shape.head());
            match here.get(id) {
                // Of a use one is enough: a name for it mends them all.
                Some(_) if node.from.is_some_and(|f| !told.insert(f)) => {}
                Some((_, first)) => found.push(taken(id, span, *first, from)),
                None => {
                    here.insert(id.clone(), (node.kind(), span));
                }
            }
        }
        let names = here.into_iter();
        names.map(|(id, (kind, span))| (kind, id, span)).collect()
    }
}

fn taken(id: &str, span: Span, first: Span, from: Option<&StageUse>) -> Diagnostic {
    let message = format!("stage or deploy `{id}` is declared twice");
    let diagnostic = Diagnostic::new(Code::DuplicateName, span, message);
    let Some(used) = from else {
        return diagnostic
            .label("declared again here")
            .also(first, "first declared here")
            .help("give one of them another name");
    };
    let template = &used.template.name;
    let diagnostic = diagnostic
        .label(format!("template `{template}` has a stage `{id}`"))
        .also(first, "first declared here");
    match used.shape.arg(0).filter(|_| used.prefix().is_none()) {
        Some(what) => diagnostic
            .help(format!(
                "name this use, and its stages begin with the name: `use … {template}` makes `{template}_{id}`"
            ))
            .fix(
                format!("name it `{template}`"),
                vec![(what.span.after(), format!(" {template}"))],
            ),
        None => diagnostic.help("give the use another name"),
    }
}
