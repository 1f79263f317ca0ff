//! How a template's text reads at one use of it: its own names with the name of the use before them,
//! its parameters as they were given.
//!
//! Takes trees of the template, gives trees with places in the copy of its file. Arguments keep
//! their places and their names: what the user wrote means what it means where it stands.

use std::collections::BTreeMap;

use super::symbols::dotted;
use crate::schema::{self, Keys};
use crate::source::{FileId, Span};
use crate::syntax::ast::{self, Arg, Attribute, Expr, ExprKind, Item, Name, Statement};

/// Kinds of declarations whose word may stand before a name.
const PREFIXES: &[&str] = &["gate", "metric"];

/// One use of a template.
#[derive(Clone, Debug)]
pub struct Reading {
    /// The copy of the template's file.
    pub file: FileId,
    /// The template's module, whose constants are seen; empty for the project's own.
    pub module: String,
    /// What it declares, as it is called here.
    own: BTreeMap<String, String>,
    /// Its parameters; `none` leaves out what names it.
    given: BTreeMap<String, Option<Expr>>,
}

impl Reading {
    /// A use that makes nothing yet.
    pub fn new(file: FileId, module: &str) -> Self {
        Self {
            file,
            module: module.to_string(),
            own: BTreeMap::new(),
            given: BTreeMap::new(),
        }
    }

    /// Says what a declaration of the template is called here.
    pub fn rename(&mut self, own: String, new: String) {
        self.own.insert(own, new);
    }

    /// Gives a parameter its value. A declaration of the same name, which is an error, keeps it.
    pub fn give(&mut self, param: String, value: Expr) {
        if self.own.contains_key(&param) {
            return;
        }
        let none = matches!(&value.kind, ExprKind::Name(n) if n == "none");
        self.given.insert(param, (!none).then_some(value));
    }

    /// A statement as it reads here; none if it names a parameter that is `none`.
    pub fn statement(&self, s: &Statement) -> Option<Statement> {
        let args: Option<Vec<Expr>> = s.args.iter().map(|a| self.expr(a)).collect();
        let keyword = s.keyword.text.as_str();
        let block = s.block.as_ref().map(|block| ast::Block {
            items: self.items(&block.items, keyword),
            span: self.at(block.span),
        });
        Some(Statement {
            keyword: self.placed(&s.keyword),
            args: args?,
            block,
            docs: s.docs.clone(),
            span: self.at(s.span),
        })
    }

    /// What stands in the block of a keyword.
    fn items(&self, items: &[Item], keyword: &str) -> Vec<Item> {
        let keys = keys_are_names(keyword);
        // The first name of a metric's source is a stage, whatever the template declares.
        let sources = Self {
            own: BTreeMap::new(),
            ..self.clone()
        };
        let read = |item: &Item| match item {
            Item::Statement(s) => self.statement(s).map(Item::Statement),
            Item::Attribute(a)
                if keyword == "metric" && matches!(a.key().as_str(), "report" | "live") =>
            {
                sources.attribute(a, keys).map(Item::Attribute)
            }
            Item::Attribute(a) => self.attribute(a, keys).map(Item::Attribute),
        };
        items.iter().filter_map(read).collect()
    }

    fn attribute(&self, a: &Attribute, keys: bool) -> Option<Attribute> {
        let path: Vec<Name> = a.path.iter().map(|n| self.placed(n)).collect();
        Some(Attribute {
            path: match keys && !a.quoted {
                true => self.key(path)?,
                false => path,
            },
            quoted: a.quoted,
            value: self.expr(&a.value)?,
            docs: a.docs.clone(),
            span: self.at(a.span),
        })
    }

    /// A key that names a metric or gate.
    fn key(&self, mut path: Vec<Name>) -> Option<Vec<Name>> {
        let prefixed = path.len() == 2 && path.first().is_some_and(|n| is_prefix(&n.text));
        let at = usize::from(prefixed);
        let Some(name) = path.get_mut(at) else {
            return Some(path);
        };
        match self.given.get(&name.text) {
            Some(given) if !prefixed => {
                let given = given.as_ref()?;
                let parts = dotted(given).unwrap_or_default();
                let parts = parts.split('.').map(|text| Name {
                    text: text.to_string(),
                    span: given.span,
                });
                Some(parts.collect())
            }
            _ => {
                name.text = self.called(&name.text);
                Some(path)
            }
        }
    }

    /// An expression as it reads here; none if it names a parameter that is `none`.
    pub fn expr(&self, e: &Expr) -> Option<Expr> {
        let both = |a: &Expr, b: &Expr| Some((Box::new(self.expr(a)?), Box::new(self.expr(b)?)));
        let kind = match &e.kind {
            ExprKind::Name(name) => match self.given.get(name) {
                Some(given) => return given.clone(),
                None => ExprKind::Name(self.called(name)),
            },
            ExprKind::Field(base, name) if dotted(base).is_some_and(|b| is_prefix(&b)) => {
                let text = self.called(&name.text);
                let name = self.placed(&Name {
                    text,
                    ..name.clone()
                });
                ExprKind::Field(Box::new(self.expr(base)?), name)
            }
            ExprKind::Field(base, name) => {
                ExprKind::Field(Box::new(self.expr(base)?), self.placed(name))
            }
            ExprKind::Call(callee, args) => self.call(callee, args)?,
            ExprKind::Index(base, args) => {
                let args: Option<Vec<Arg>> = args.iter().map(|a| self.selected(a)).collect();
                ExprKind::Index(Box::new(self.expr(base)?), args?)
            }
            ExprKind::List(items) => {
                ExprKind::List(items.iter().filter_map(|i| self.expr(i)).collect())
            }
            ExprKind::Record(block) => ExprKind::Record(ast::Block {
                items: self.items(&block.items, ""),
                span: self.at(block.span),
            }),
            ExprKind::Unary(op, inner) => ExprKind::Unary(*op, Box::new(self.expr(inner)?)),
            ExprKind::Binary(op, left, right) => {
                let (left, right) = both(left, right)?;
                ExprKind::Binary(*op, left, right)
            }
            ExprKind::Paren(inner) => ExprKind::Paren(Box::new(self.expr(inner)?)),
            kind @ (ExprKind::Number { .. }
            | ExprKind::Str(_)
            | ExprKind::Text(_)
            | ExprKind::Missing) => kind.clone(),
        };
        let span = self.at(e.span);
        Some(Expr { kind, span })
    }

    /// A call: its name is a function's; `failed("…")` names a criterion, and so what that names.
    fn call(&self, callee: &Expr, args: &[Arg]) -> Option<ExprKind> {
        let failed = matches!(&callee.kind, ExprKind::Name(n) if n == "failed");
        let read = |arg: &Arg| {
            let mut value = self.expr(&arg.value)?;
            if let (true, ExprKind::Str(id)) = (failed, &mut value.kind) {
                *id = self.criterion(id);
            }
            let name = arg.name.as_ref().map(|n| self.placed(n));
            Some(Arg { name, value })
        };
        let args: Option<Vec<Arg>> = args.iter().map(read).collect();
        let callee = match &callee.kind {
            ExprKind::Name(_) => Expr {
                kind: callee.kind.clone(),
                span: self.at(callee.span),
            },
            _ => self.expr(callee)?,
        };
        Some(ExprKind::Call(Box::new(callee), args?))
    }

    /// `language = "de"` in a selector: the key may be a dimension of the template's.
    fn selected(&self, arg: &Arg) -> Option<Arg> {
        let name = arg.name.as_ref().map(|name| {
            let given = self.given.get(&name.text).and_then(Option::as_ref);
            let text = given
                .and_then(dotted)
                .unwrap_or_else(|| self.called(&name.text));
            let span = self.at(name.span);
            Name { text, span }
        });
        let value = self.expr(&arg.value)?;
        Some(Arg { name, value })
    }

    /// The id of a criterion, made of names.
    fn criterion(&self, id: &str) -> String {
        let is_name = |c: char| c.is_alphanumeric() || c == '_';
        let parts = id.split_inclusive(|c: char| !is_name(c));
        parts
            .map(|part| {
                let name = part.trim_end_matches(|c: char| !is_name(c));
                let rest = part.get(name.len()..).unwrap_or_default();
                self.called(name) + rest
            })
            .collect()
    }

    fn called(&self, name: &str) -> String {
        self.own
            .get(name)
            .cloned()
            .unwrap_or_else(|| name.to_string())
    }

    fn placed(&self, name: &Name) -> Name {
        Name {
            text: name.text.clone(),
            span: self.at(name.span),
        }
    }

    /// The same place in the copy.
    fn at(&self, span: Span) -> Span {
        Span {
            file: self.file,
            ..span
        }
    }
}

fn is_prefix(word: &str) -> bool {
    PREFIXES.contains(&word)
}

/// Whether the keys in a block of this keyword are names of declarations.
fn keys_are_names(keyword: &str) -> bool {
    let mut blocks = schema::all()
        .into_iter()
        .filter(|(b, _)| b.keyword == keyword);
    blocks.any(|(b, _)| {
        b.open
            .as_ref()
            .is_some_and(|o| matches!(o.keys, Keys::References))
    })
}
