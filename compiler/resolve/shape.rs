//! The tree held against the schema: every keyword, key and argument is known or reported.
//!
//! Takes items, gives [`Shape`]s: statements with their table entry. It looks at no value.

use std::collections::{BTreeSet, HashMap};

use super::foreign;
use crate::diagnostics::{Code, Diagnostic, Diagnostics, nearest};
use crate::schema::{self, ArgumentKind, Attribute, Block};
use crate::source::Span;
use crate::syntax::ast::{self, ExprKind, Item, Name, Statement};

/// A statement whose keyword is known.
#[derive(Debug)]
pub struct Shape<'a> {
    /// Its entry in the table.
    pub block: &'static Block,
    /// As written.
    pub statement: &'a Statement,
    /// Attributes of the table, each once.
    pub attributes: Vec<(&'static Attribute, &'a ast::Attribute)>,
    /// The user's own keys.
    pub open: Vec<&'a ast::Attribute>,
    /// Statements inside.
    pub children: Vec<Shape<'a>>,
    /// Whether something inside was reported and left out, so that nothing is said to be missing.
    pub broken: bool,
}

impl<'a> Shape<'a> {
    /// The value of an attribute.
    pub fn attribute(&self, name: &str) -> Option<&'a ast::Expr> {
        self.attributes
            .iter()
            .find(|(a, _)| a.name == name)
            .map(|(_, a)| &a.value)
    }

    /// Statements of a keyword.
    pub fn all<'s>(&'s self, keyword: &'s str) -> impl Iterator<Item = &'s Shape<'a>> {
        self.children
            .iter()
            .filter(move |c| c.block.keyword == keyword)
    }

    /// The first statement of a keyword.
    pub fn one<'s>(&'s self, keyword: &'s str) -> Option<&'s Shape<'a>> {
        self.children.iter().find(|c| c.block.keyword == keyword)
    }

    /// Argument `index`.
    pub fn arg(&self, index: usize) -> Option<&'a ast::Expr> {
        self.statement.args.get(index)
    }

    /// The name that this statement declares.
    pub fn name(&self) -> Option<Name> {
        let position = self
            .block
            .args
            .iter()
            .position(|a| matches!(a.kind, ArgumentKind::NewName | ArgumentKind::TypedName))?;
        declared_name(self.arg(position)?)
    }

    /// Where its declaration stands: the name, or the keyword without one.
    pub fn head(&self) -> Span {
        self.name().map_or(self.statement.keyword.span, |n| n.span)
    }
}

/// The name in `name` or `name: type`.
pub fn declared_name(arg: &ast::Expr) -> Option<Name> {
    match &arg.kind {
        ExprKind::Name(text) => Some(Name {
            text: text.clone(),
            span: arg.span,
        }),
        ExprKind::Binary(ast::BinaryOp::Typed, left, _) => declared_name(left),
        _ => None,
    }
}

/// Items at the top of a file: statements, and constants.
pub struct TopLevel<'a> {
    /// Statements.
    pub shapes: Vec<Shape<'a>>,
    /// `name = value`.
    pub constants: Vec<&'a ast::Attribute>,
}

/// Shapes a file.
pub fn top<'a>(items: &'a [Item], found: &mut Diagnostics) -> TopLevel<'a> {
    let broken = found.iter().map(|d| d.primary.span).collect();
    let mut shaper = Shaper { found, broken };
    let mut shapes = Vec::new();
    let mut constants = Vec::new();
    for item in items {
        match item {
            Item::Attribute(attribute) => constants.push(attribute),
            Item::Statement(statement) => {
                shapes.extend(shaper.statement(statement, schema::TOP, "the top of a file"));
            }
        }
    }
    TopLevel { shapes, constants }
}

struct Shaper<'d> {
    found: &'d mut Diagnostics,
    /// Places of findings of the parser.
    broken: BTreeSet<Span>,
}

impl Shaper<'_> {
    fn statement<'a>(
        &mut self,
        statement: &'a Statement,
        allowed: &[&'static Block],
        parent: &str,
    ) -> Option<Shape<'a>> {
        let keyword = &statement.keyword;
        let block = match allowed.iter().copied().find(|b| b.keyword == keyword.text) {
            Some(block) => block,
            // A misspelt keyword is taken for the one that was meant, so that what it declares
            // is known and what it holds is checked.
            None => self.unknown_keyword(statement, allowed, parent)?,
        };
        let mut shape = Shape {
            block,
            statement,
            attributes: vec![],
            open: vec![],
            children: vec![],
            broken: self.broken_within(statement.span),
        };
        let before = self.found.iter().count();
        self.arguments(&shape);
        if let Some(body) = &statement.block {
            self.body(&mut shape, &body.items);
        }
        shape.broken |= self.found.iter().count() > before;
        self.required(&shape);
        Some(shape)
    }

    /// Whether the parser found something within a place.
    fn broken_within(&self, span: Span) -> bool {
        let from = Span::new(span.file, span.start as usize, span.start as usize);
        let next = self.broken.range(from..).next();
        next.is_some_and(|s| s.file == span.file && s.start <= span.end)
    }

    fn body<'a>(&mut self, shape: &mut Shape<'a>, items: &'a [Item]) {
        let mut keys: HashMap<String, Span> = HashMap::new();
        for item in items {
            match item {
                Item::Attribute(attribute) => {
                    let key = attribute.key();
                    if let Some(first) = keys.insert(key.clone(), attribute.key_span()) {
                        self.found.push(
                            Diagnostic::new(
                                Code::DuplicateKey,
                                attribute.key_span(),
                                format!("`{key}` is set twice"),
                            )
                            .label("set again here")
                            .also(first, "first set here")
                            .help("an attribute has one value: keep one of the two"),
                        );
                        continue;
                    }
                    self.attribute(shape, attribute, &key);
                }
                Item::Statement(statement) => {
                    let word = format!("`{}`", shape.block.keyword);
                    if self.mistaken_attribute(shape.block, statement) {
                        continue;
                    }
                    let child = self.statement(statement, shape.block.blocks, &word);
                    if let Some(child) = child {
                        self.repeated(shape, &child);
                        shape.children.push(child);
                    }
                }
            }
        }
    }

    fn attribute<'a>(&mut self, shape: &mut Shape<'a>, attribute: &'a ast::Attribute, key: &str) {
        let known = shape.block.attribute(key).filter(|_| !attribute.quoted);
        if let Some(entry) = known {
            shape.attributes.push((entry, attribute));
            return;
        }
        if shape.block.open.is_some() {
            let mistaken = !attribute.quoted && shape.block.block(key).is_some();
            if !mistaken {
                shape.open.push(attribute);
                return;
            }
        }
        // A misspelt name is taken for the one that was meant.
        if let Some(entry) = self.unknown_attribute(shape.block, attribute, key) {
            shape.attributes.push((entry, attribute));
        }
    }

    /// Reports a key that isn't known here; gives the attribute that was probably meant.
    fn unknown_attribute(
        &mut self,
        block: &'static Block,
        attribute: &ast::Attribute,
        key: &str,
    ) -> Option<&'static Attribute> {
        let span = attribute.key_span();
        if let Some(child) = block.block(key) {
            let start = Span {
                start: span.end,
                end: attribute.value.span.start,
                ..span
            };
            let needs_value = !child.args.is_empty();
            let mut diagnostic = Diagnostic::new(
                Code::NotAnAttribute,
                span,
                format!("`{key}` is a statement, not an attribute"),
            )
            .label("takes no `=`");
            diagnostic = if needs_value {
                diagnostic
                    .help(format!("write `{key} …` without the `=`"))
                    .fix("remove the `=`", vec![(start, " ".to_string())])
            } else {
                diagnostic.help(format!("write `{key} {{ … }}`"))
            };
            self.found.push(diagnostic);
            return None;
        }
        let names = block.attributes.iter().map(|a| a.name);
        let near = nearest(key, names.chain(block.blocks.iter().map(|b| b.keyword)));
        let mut diagnostic = Diagnostic::new(
            Code::UnknownAttribute,
            span,
            format!("`{}` has no attribute `{key}`", block.keyword),
        )
        .label("not known here");
        diagnostic = match near {
            Some(near) => diagnostic
                .help(format!("did you mean `{near}`?"))
                .replace(span, near),
            None => diagnostic.help(attribute_list(block)),
        };
        self.found.push(diagnostic);
        near.and_then(|near| block.attribute(near))
    }

    /// `timeout 5m` where `timeout = 5m` is meant.
    fn mistaken_attribute(&mut self, block: &'static Block, statement: &Statement) -> bool {
        let keyword = &statement.keyword;
        let (true, None) = (
            block.attribute(&keyword.text).is_some(),
            block.block(&keyword.text),
        ) else {
            return false;
        };
        let mut diagnostic = Diagnostic::new(
            Code::NotAStatement,
            keyword.span,
            format!("`{}` is an attribute and takes `=`", keyword.text),
        )
        .label("an attribute")
        .help(format!("write `{} = …`", keyword.text));
        if statement.args.len() == 1 {
            diagnostic = diagnostic.fix(
                format!("write `{} = …`", keyword.text),
                vec![(keyword.span.after(), " =".to_string())],
            );
        }
        self.found.push(diagnostic);
        true
    }

    /// Reports a keyword that isn't known here; gives the one that was probably meant.
    fn unknown_keyword(
        &mut self,
        statement: &Statement,
        allowed: &[&'static Block],
        parent: &str,
    ) -> Option<&'static Block> {
        let keyword = &statement.keyword;
        let near = nearest(&keyword.text, allowed.iter().map(|b| b.keyword));
        let elsewhere: Vec<_> = schema::all()
            .into_iter()
            .filter(|(b, _)| b.keyword == keyword.text)
            .flat_map(|(_, parents)| parents)
            .map(|p| {
                if p.is_empty() {
                    "the top of a file".into()
                } else {
                    format!("`{p}`")
                }
            })
            .collect();
        let diagnostic = Diagnostic::new(
            Code::UnknownKeyword,
            keyword.span,
            match elsewhere.is_empty() {
                true => format!("`{}` is no keyword", keyword.text),
                false => format!("`{}` can't stand in {parent}", keyword.text),
            },
        )
        .label("not known here");
        let theirs = foreign::keyword(&keyword.text);
        let near = near.filter(|_| elsewhere.is_empty() && theirs.is_none());
        let diagnostic = match near {
            _ if !elsewhere.is_empty() => {
                diagnostic.help(format!("it stands in {}", elsewhere.join(", ")))
            }
            Some(near) => diagnostic
                .help(format!("did you mean `{near}`?"))
                .replace(keyword.span, near),
            None if theirs.is_some() => diagnostic.help_some(theirs.map(str::to_string)),
            None => {
                let names: Vec<_> = allowed.iter().map(|b| format!("`{}`", b.keyword)).collect();
                diagnostic.help(match names.is_empty() {
                    true => format!("no statement may stand in {parent}"),
                    false => format!("{parent} may hold {}", names.join(", ")),
                })
            }
        };
        self.found.push(diagnostic);
        allowed.iter().copied().find(|b| Some(b.keyword) == near)
    }

    fn arguments(&mut self, shape: &Shape) {
        let (block, statement) = (shape.block, shape.statement);
        for (index, wanted) in block.args.iter().enumerate() {
            let Some(arg) = statement.args.get(index) else {
                if wanted.required {
                    self.found.push(
                        Diagnostic::new(
                            Code::MissingArgument,
                            statement.keyword.span,
                            format!("`{}` needs its {}", block.keyword, wanted.name),
                        )
                        .label(format!("the {} goes after this", wanted.name))
                        .help(format!("write `{}`", usage(block))),
                    );
                }
                return;
            };
            let fits = match wanted.kind {
                ArgumentKind::NewName => matches!(arg.kind, ExprKind::Name(_)),
                ArgumentKind::TypedName => {
                    matches!(&arg.kind, ExprKind::Binary(ast::BinaryOp::Typed, left, _)
                        if matches!(left.kind, ExprKind::Name(_)))
                }
                ArgumentKind::Value(_) => true,
            };
            if !fits && arg.kind != ExprKind::Missing {
                self.found.push(wrong_argument(block, wanted, arg));
            }
        }
        if let Some(extra) = statement.args.get(block.args.len()) {
            self.found.push(
                Diagnostic::new(
                    Code::TooManyArguments,
                    extra.span,
                    format!("`{}` takes no more here", block.keyword),
                )
                .label("not expected")
                .help(format!(
                    "write `{}`; modifiers stand in the block",
                    usage(block)
                )),
            );
        }
    }

    fn required(&mut self, shape: &Shape) {
        if shape.broken {
            return;
        }
        for attribute in shape.block.attributes.iter().filter(|a| a.required) {
            if shape
                .attributes
                .iter()
                .any(|(a, _)| a.name == attribute.name)
            {
                continue;
            }
            self.found.push(
                Diagnostic::new(
                    Code::MissingAttribute,
                    shape.head(),
                    format!("`{}` needs `{}`", shape.block.keyword, attribute.name),
                )
                .label(format!("no `{}` in its block", attribute.name))
                .help(format!(
                    "write `{} = …` ({}): {}",
                    attribute.name,
                    schema::describe(&attribute.ty),
                    attribute.about
                )),
            );
        }
    }

    fn repeated(&mut self, shape: &Shape, child: &Shape) {
        if child.block.repeats {
            return;
        }
        if let Some(first) = shape
            .children
            .iter()
            .find(|c| std::ptr::eq(c.block, child.block))
        {
            self.found.push(
                Diagnostic::new(
                    Code::RepeatedBlock,
                    child.statement.keyword.span,
                    format!("`{}` stands twice", child.block.keyword),
                )
                .label("again here")
                .also(first.statement.keyword.span, "first here")
                .help("join the two blocks"),
            );
        }
    }
}

fn wrong_argument(block: &Block, wanted: &schema::Argument, arg: &ast::Expr) -> Diagnostic {
    let typed = wanted.kind == ArgumentKind::TypedName;
    let diagnostic = Diagnostic::new(
        Code::WrongArgument,
        arg.span,
        match typed {
            true => format!("`{}` takes a name and its type here", block.keyword),
            false => format!("`{}` takes its {} here", block.keyword, wanted.name),
        },
    );
    match &arg.kind {
        ExprKind::Name(name) if typed => diagnostic
            .label("has no type")
            .help(format!("write `{} {name}: TYPE`", block.keyword)),
        ExprKind::Str(text) if is_name(text) && !typed => diagnostic
            .label("a name stands without quotes")
            .replace(arg.span, text.clone()),
        _ => diagnostic
            .label("expected a bare name: letters, digits and `_`")
            .help(format!("write `{}`", usage(block))),
    }
}

fn is_name(text: &str) -> bool {
    let mut chars = text.chars();
    chars.next().is_some_and(|c| c.is_ascii_alphabetic())
        && chars.all(|c| c.is_ascii_alphanumeric() || c == '_')
}

/// `stage name { … }`
pub fn usage(block: &Block) -> String {
    let mut text = block.keyword.to_string();
    for arg in block.args {
        let name = arg.name.to_uppercase();
        text += &match arg.required {
            true => format!(" {name}"),
            false => format!(" [{name}]"),
        };
    }
    if !block.attributes.is_empty() || !block.blocks.is_empty() || block.open.is_some() {
        text += " { … }";
    }
    text
}

fn attribute_list(block: &Block) -> String {
    let mut names: Vec<_> = block
        .attributes
        .iter()
        .map(|a| format!("`{}`", a.name))
        .collect();
    names.extend(block.blocks.iter().map(|b| format!("`{}`", b.keyword)));
    match names.is_empty() {
        true => format!("`{}` has no attributes", block.keyword),
        false => format!("`{}` has {}", block.keyword, names.join(", ")),
    }
}
