//! Pages of the library's templates: `gatec explain node.setup`.
//!
//! Takes a name, gives its page, made of the module's source.

use crate::resolve::{DECLARATIONS, dotted};
use crate::source::SourceMap;
use crate::stdlib;
use crate::syntax::ast::{BinaryOp, ExprKind, Item, Items, Statement};
use crate::syntax::parse;

/// A module of the library, read.
struct Module {
    name: &'static str,
    sources: SourceMap,
    items: Items,
}

impl Module {
    fn read(name: &'static str) -> Option<Self> {
        let text = stdlib::find(name)?;
        let mut sources = SourceMap::new();
        let id = sources.add_library(format!("std/{name}.gate"), text);
        let items = parse(id, text).items;
        Some(Self {
            name,
            sources,
            items,
        })
    }

    /// Templates with their full names.
    fn templates(&self) -> impl Iterator<Item = (String, &Statement)> {
        self.items.iter().filter_map(|item| match item {
            Item::Statement(s) if s.keyword.text == "template" => {
                let name = dotted(s.args.first()?)?;
                Some((format!("{}.{name}", self.name), s))
            }
            _ => None,
        })
    }
}

/// The page of a template, or of a module with all of its templates.
pub fn page(name: &str) -> Option<String> {
    let name = name.strip_prefix("std.").unwrap_or(name);
    let module = stdlib::names().into_iter().filter_map(Module::read);
    for module in module {
        if module.name == name {
            let pages: Vec<String> = module.templates().map(|t| template(&module, &t)).collect();
            return Some(pages.join("\n"));
        }
        if let Some(found) = module.templates().find(|(full, _)| full == name) {
            return Some(template(&module, &found));
        }
    }
    None
}

/// Full names of all templates.
pub fn names() -> Vec<String> {
    let modules = stdlib::names().into_iter().filter_map(Module::read);
    modules
        .flat_map(|m| m.templates().map(|(name, _)| name).collect::<Vec<_>>())
        .collect()
}

/// A parameter as its declaration says it.
struct Param {
    name: String,
    ty: String,
    default: Option<String>,
}

fn params(module: &Module, template: &Statement) -> Vec<Param> {
    let items = template.block.iter().flat_map(|b| &b.items);
    let statements = items.filter_map(|item| match item {
        Item::Statement(s) if s.keyword.text == "param" => Some(s),
        _ => None,
    });
    statements
        .filter_map(|s| {
            let head = s.args.first()?;
            let (name, ty) = match &head.kind {
                ExprKind::Binary(BinaryOp::Typed, name, ty) => {
                    (dotted(name)?, module.sources.slice(ty.span))
                }
                _ => (dotted(head)?, "any"),
            };
            let inner = s.block.iter().flat_map(|b| &b.items);
            let default = inner.into_iter().find_map(|item| match item {
                Item::Attribute(a) if a.key() == "default" => {
                    Some(module.sources.slice(a.value.span).to_string())
                }
                _ => None,
            });
            Some(Param {
                name,
                ty: ty.to_string(),
                default,
            })
        })
        .collect()
}

fn template(module: &Module, (name, statement): &(String, &Statement)) -> String {
    let params = params(module, statement);
    let needed: Vec<String> = params
        .iter()
        .filter(|p| p.default.is_none())
        .map(|p| format!("{} = …", p.name))
        .collect();
    let block = match needed.is_empty() {
        true => String::new(),
        false => format!(" {{ {} }}", needed.join(", ")),
    };
    let mut text = format!("# `use {name}`\n");
    if let Some(docs) = &statement.docs {
        text += &format!("\n{docs}\n");
    }
    let items = statement.block.iter().flat_map(|b| &b.items);
    let declares = items.into_iter().any(|item| match item {
        Item::Statement(s) => DECLARATIONS.contains(&s.keyword.text.as_str()),
        Item::Attribute(_) => false,
    });
    let place = match declares {
        true => "at the top of a file",
        false => "in a stage",
    };
    text += &format!(
        "\nA template of the library: `import std.{}`, then `use {name}{block}` {place}.\n",
        module.name
    );
    if !params.is_empty() {
        text += "\n| parameter | type | without it |\n| --- | --- | --- |\n";
        for param in &params {
            let without = param.default.as_ref().map(|d| format!("`{d}`"));
            text += &format!(
                "| `{}` | `{}` | {} |\n",
                param.name,
                param.ty,
                without.as_deref().unwrap_or("an error")
            );
        }
    }
    text
}
