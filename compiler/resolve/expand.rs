//! Templates of declarations: metrics, limits, baselines and gates, made where a `use` at the top of
//! a file asks for them.
//!
//! Takes parsed files, gives for each such `use` the template's declarations as they read there. It
//! types nothing and reports nothing: arguments are held against their types when the `use` is
//! lowered.

use super::modules::Loaded;
use super::reading::Reading;
use super::shape::declared_name;
use super::symbols::dotted;
use crate::source::{SourceMap, Span};
use crate::syntax::ast::{self, Expr, ExprKind, Item, Name, Statement};

/// What a template of declarations holds.
pub const DECLARATIONS: &[&str] = &["metric", "dimension", "limit", "baseline", "gate"];

/// What one `use` at the top of a file makes.
#[derive(Debug)]
pub struct Expansion {
    /// How the template's text reads here.
    pub reading: Reading,
    /// Its declarations.
    pub items: ast::Items,
    /// The name of the use, which theirs begin with.
    pub name: Name,
    /// The template in its own file.
    pub template: Span,
    /// The `use`, its block included.
    pub statement: Span,
    /// Its arguments, each with its key.
    pub arguments: Vec<Span>,
}

/// Everything that the `use`s at the top of the project's files make.
pub fn expand(loaded: &Loaded, sources: &mut SourceMap) -> Vec<Expansion> {
    let items = loaded.files.iter().flatten();
    let uses = items.filter_map(|item| match item {
        Item::Statement(s) if s.keyword.text == "use" => Some(s),
        _ => None,
    });
    uses.filter_map(|used| expanded(used, loaded, sources))
        .collect()
}

fn expanded(used: &Statement, loaded: &Loaded, sources: &mut SourceMap) -> Option<Expansion> {
    let what = used.args.first()?;
    let (template, module) = template_of(&dotted(what)?, loaded)?;
    let declared = items(template).filter(|s| DECLARATIONS.contains(&s.keyword.text.as_str()));
    let declared: Vec<&Statement> = declared.collect();
    declared.first()?;
    let name = used_as(used)?;
    let last = used.args.last().unwrap_or(what);
    let file = sources.copy(template.span.file, used.keyword.span.to(last.span))?;

    let mut reading = Reading::new(file, module);
    let template_name = declared_name(template.args.first()?)?.text;
    for own in declared.iter().filter_map(|s| s.args.first()) {
        if let Some(own) = declared_name(own) {
            let new = match own.text == template_name {
                true => name.text.clone(),
                false => format!("{}_{}", name.text, own.text),
            };
            reading.rename(own.text, new);
        }
    }
    let arguments: Vec<&ast::Attribute> = attributes(used).collect();
    for param in items(template).filter(|s| s.keyword.text == "param") {
        let Some(key) = param.args.first().and_then(declared_name) else {
            continue;
        };
        let given = arguments.iter().find(|a| a.key() == key.text);
        let default = || attributes(param).find(|a| a.key() == "default");
        let value = given.map(|a| a.value.clone()).or_else(|| {
            let written = &default()?.value;
            Some(reading.expr(written).unwrap_or_else(|| none(written.span)))
        });
        reading.give(key.text, value.unwrap_or_else(|| missing(what.span)));
    }
    Some(Expansion {
        items: declared
            .into_iter()
            .filter_map(|s| reading.statement(s).map(Item::Statement))
            .collect(),
        reading,
        name,
        template: template.span,
        statement: used.span,
        arguments: arguments.iter().map(|a| a.span).collect(),
    })
}

/// The name of a `use`: its own, or that of the template.
fn used_as(used: &Statement) -> Option<Name> {
    match (used.args.get(1), &used.args.first()?.kind) {
        (Some(own), _) => declared_name(own),
        (None, ExprKind::Field(_, last)) => Some(last.clone()),
        (None, _) => declared_name(used.args.first()?),
    }
}

/// A template by its path as the project's files write it, and its module.
fn template_of<'l>(path: &str, loaded: &'l Loaded) -> Option<(&'l Statement, &'l str)> {
    let named = |items: &'l ast::Items, name: &str| {
        items.iter().find_map(|item| match item {
            Item::Statement(s) if s.keyword.text == "template" => {
                (declared_name(s.args.first()?)?.text == name).then_some(s)
            }
            _ => None,
        })
    };
    if let Some((module, name)) = path.split_once('.') {
        let (module, items) = loaded.modules.get_key_value(module)?;
        return Some((named(items, name)?, module));
    }
    let found = loaded.files.iter().find_map(|items| named(items, path));
    found.map(|template| (template, ""))
}

fn items(statement: &Statement) -> impl Iterator<Item = &Statement> {
    let items = statement.block.iter().flat_map(|b| &b.items);
    items.filter_map(|item| match item {
        Item::Statement(s) => Some(s),
        Item::Attribute(_) => None,
    })
}

fn attributes(statement: &Statement) -> impl Iterator<Item = &ast::Attribute> {
    let items = statement.block.iter().flat_map(|b| &b.items);
    items.filter_map(|item| match item {
        Item::Attribute(a) => Some(a),
        Item::Statement(_) => None,
    })
}

fn none(span: Span) -> Expr {
    Expr {
        kind: ExprKind::Name("none".to_string()),
        span,
    }
}

/// An argument that isn't given: reported where the `use` is checked, silent wherever it stands.
fn missing(span: Span) -> Expr {
    Expr {
        kind: ExprKind::Missing,
        span,
    }
}
