//! The program to the plan: every declaration typed, every name an id, nodes in order.
//!
//! Never fails: what is wrong is reported and left out, and no target sees a plan with an error.

mod actions;
mod cases;
mod gaps;
mod gates;
mod graph;
mod leftovers;
mod limits;
mod matrix;
mod metrics;
mod observe;
mod overrides;
mod pipeline;
mod places;
mod policies;
mod rollouts;
mod runner;
mod services;
mod stage;
mod steps;
mod stores;
mod templates;
#[cfg(test)]
mod tests;
mod triggers;
mod uses;

pub use gaps::gaps;

use crate::diagnostics::{Code, Diagnostic, nearest};
use crate::plan::{Allow, Evaluator, Gaps, Origin, Plan, Project, Secret, Value, Variable};
use crate::resolve::shape::Shape;
use crate::resolve::{Context, Holds, Program, Realm, Scope};
use crate::schema::{Kind, Ty};
use crate::source::Span;
use crate::syntax::ast::{self, ExprKind as Ast};

/// Lowers a program; findings go to the context.
pub fn lower<'a>(cx: &Context<'a>) -> Plan {
    let l = Lower {
        cx,
        program: cx.program,
    };
    // First, so that what is wrong with an argument is said in the words of its type.
    l.check_uses();
    let gates = l.gates();
    let mut plan = Plan {
        project: l.project(),
        pins: cx.program.pins.clone(),
        metrics: l.metrics(),
        tests: l.tests(&gates),
        gates,
        baselines: l.baselines(),
        limits: l.limits(),
        services: l.services(),
        environments: l.environments(),
        rollouts: l.rollouts(),
        alerts: l.alerts(),
        slos: l.slos(),
        notifies: l.notifies(),
        dashboards: l.dashboards(),
        secrets: l.secrets(),
        variables: l.variables(),
        allows: l.allows(),
        sources: l.source_files(),
        pipelines: Vec::new(),
        gaps: Gaps::default(),
        leftovers: l.leftovers(),
    };
    // Before the pipelines, whose stages may be lowered on several threads.
    l.check_constants();
    l.check_templates();
    plan.pipelines = l.pipelines(&plan);
    l.policies(&plan);
    plan
}

/// What every declaration's lowering uses.
struct Lower<'c, 'a> {
    cx: &'c Context<'a>,
    program: &'a Program<'a>,
}

impl<'a> Lower<'_, 'a> {
    fn report(&self, diagnostic: Diagnostic) {
        self.cx.report(diagnostic);
    }

    fn origin(&self, shape: &Shape) -> Origin {
        self.origin_of(shape, shape.head())
    }

    /// The same for a statement without a name: all of it.
    fn origin_whole(&self, shape: &Shape) -> Origin {
        self.origin_of(shape, shape.statement.span)
    }

    fn origin_of(&self, shape: &Shape, span: Span) -> Origin {
        Origin {
            attributes: attribute_places(shape),
            ..self.origin_at(span, shape.statement.docs.clone())
        }
    }

    fn origin_at(&self, span: Span, docs: Option<String>) -> Origin {
        Origin {
            span,
            docs,
            place: self.cx.sources.place_line(span),
            attributes: Vec::new(),
        }
    }

    fn name(&self, shape: &Shape) -> Option<String> {
        shape.name().map(|n| n.text)
    }

    // Attributes, typed by the table.

    fn value_in(&self, shape: &Shape, name: &str, scope: &Scope) -> Option<Value> {
        let written = shape.attribute(name)?;
        let ty = shape.block.attribute(name)?.ty;
        self.cx.typed(written, &ty, scope)
    }

    fn value(&self, shape: &Shape, name: &str) -> Option<Value> {
        self.value_in(shape, name, &Scope::CONSTANT)
    }

    /// Where parameters of a template are seen, too.
    fn text_in(&self, shape: &Shape, name: &str, scope: &Scope) -> Option<String> {
        let value = self.value_in(shape, name, &scope.within(Realm::Constant))?;
        value.as_str().map(String::from)
    }

    fn number_in(&self, shape: &Shape, name: &str, scope: &Scope) -> Option<f64> {
        let value = self.value_in(shape, name, &scope.within(Realm::Constant))?;
        value.as_number()
    }

    fn flag_in(&self, shape: &Shape, name: &str, scope: &Scope) -> Option<bool> {
        let value = self.value_in(shape, name, &scope.within(Realm::Constant))?;
        value.as_bool()
    }

    fn text(&self, shape: &Shape, name: &str) -> Option<String> {
        self.value(shape, name)?.as_str().map(String::from)
    }

    fn texts(&self, shape: &Shape, name: &str) -> Vec<String> {
        self.texts_in(shape, name, &Scope::CONSTANT)
    }

    fn texts_in(&self, shape: &Shape, name: &str, scope: &Scope) -> Vec<String> {
        let value = self.value_in(shape, name, &scope.within(Realm::Constant));
        let list = value.as_ref().map(Value::as_list).unwrap_or_default();
        list.iter()
            .filter_map(|v| v.as_str().map(String::from))
            .collect()
    }

    fn number(&self, shape: &Shape, name: &str) -> Option<f64> {
        self.value(shape, name)?.as_number()
    }

    fn flag(&self, shape: &Shape, name: &str) -> Option<bool> {
        self.value(shape, name)?.as_bool()
    }

    /// Names of declarations: one, or a list.
    fn references(&self, e: &ast::Expr, kinds: &[Kind]) -> Vec<(Kind, String, Span)> {
        match &e.kind {
            Ast::List(items) => items
                .iter()
                .flat_map(|i| self.references(i, kinds))
                .collect(),
            Ast::Paren(inner) => self.references(inner, kinds),
            _ => self.reference(e, kinds).into_iter().collect(),
        }
    }

    /// The name of a declaration of one of these kinds, prefixed or bare.
    fn reference(&self, e: &ast::Expr, kinds: &[Kind]) -> Option<(Kind, String, Span)> {
        match &e.kind {
            Ast::Missing => None,
            Ast::Paren(inner) => self.reference(inner, kinds),
            Ast::Field(base, name) => match &base.kind {
                Ast::Name(prefix) => {
                    let kind = kinds
                        .iter()
                        .copied()
                        .find(|k| k.word() == prefix || (*prefix == "stage" && *k == Kind::Deploy));
                    match kind {
                        Some(kind) if self.program.declared(kind, &name.text).is_some() => {
                            Some((kind, name.text.clone(), e.span))
                        }
                        _ => self.unknown_reference(&name.text, name.span, kinds),
                    }
                }
                _ => self.unknown_reference("", e.span, kinds),
            },
            Ast::Name(name) => {
                let declared: Vec<Kind> = kinds
                    .iter()
                    .copied()
                    .filter(|k| self.program.declared(*k, name).is_some())
                    .collect();
                match declared.as_slice() {
                    [] => self.unknown_reference(name, e.span, kinds),
                    [one] => Some((*one, name.clone(), e.span)),
                    [first, second, ..] => {
                        let mut diagnostic = Diagnostic::new(
                            Code::AmbiguousName,
                            e.span,
                            format!("`{name}` is a {} and a {}", first.word(), second.word()),
                        )
                        .label("which of them?")
                        .help(format!(
                            "write `{}.{name}` or `{}.{name}`",
                            first.word(),
                            second.word()
                        ));
                        for kind in &declared {
                            if let Some(span) = self.program.declared(*kind, name) {
                                diagnostic = diagnostic.also(span, format!("the {}", kind.word()));
                            }
                        }
                        self.report(diagnostic);
                        None
                    }
                }
            }
            Ast::Str(text) => {
                self.report(
                    Diagnostic::new(Code::WrongType, e.span, "a name is written without quotes")
                        .label("quoted text")
                        .help(format!("write `{text}`"))
                        .replace(e.span, text.clone()),
                );
                None
            }
            _ => self.unknown_reference(self.cx.sources.slice(e.span), e.span, kinds),
        }
    }

    fn unknown_reference(
        &self,
        name: &str,
        span: Span,
        kinds: &[Kind],
    ) -> Option<(Kind, String, Span)> {
        let words: Vec<&str> = kinds.iter().map(|k| k.word()).collect();
        let what = match words.as_slice() {
            [first @ .., last] if !first.is_empty() => format!("{} or {last}", first.join(", ")),
            _ => words.concat(),
        };
        let names: Vec<&str> = kinds.iter().flat_map(|k| self.program.names(*k)).collect();
        let diagnostic = Diagnostic::new(
            Code::UnknownName,
            span,
            format!("there is no {what} `{name}`"),
        )
        .label("not declared");
        self.report(match nearest(name, names.iter().copied()) {
            Some(near) => diagnostic
                .help(format!("did you mean `{near}`?"))
                .replace(span, near),
            None if names.is_empty() => diagnostic.help(format!(
                "declare it: `{} {name} {{ … }}`",
                words.first().unwrap_or(&"stage")
            )),
            None if names.len() > 12 => diagnostic.help("no name is near it"),
            None => diagnostic.help(match names.as_slice() {
                [one] => format!("there is only `{one}`"),
                _ => format!("there are {}", names.join(", ")),
            }),
        });
        None
    }

    // Declarations that are little more than their name.

    fn project(&self) -> Project {
        let mut projects = self.program.all("project");
        let Some(shape) = projects.next() else {
            return Project::default();
        };
        for second in projects {
            self.report(
                Diagnostic::new(Code::RepeatedBlock, second.head(), "`project` stands twice")
                    .label("again here")
                    .also(shape.head(), "first here")
                    .help("a program has one `project`: join the two"),
            );
        }
        Project {
            name: self.text(shape, "name").or_else(|| self.name(shape)),
            evaluator: shape.one("evaluator").and_then(|e| self.evaluator(e)),
            origin: Some(self.origin(shape)),
        }
    }

    fn evaluator(&self, shape: &Shape) -> Option<Evaluator> {
        let (url, sha256, path) = (
            self.text(shape, "url"),
            self.text(shape, "sha256"),
            self.text(shape, "path"),
        );
        match (url, sha256, path) {
            (Some(url), Some(sha256), None) => {
                self.check_url(shape, &url);
                self.check_sum(shape, &sha256);
                Some(Evaluator::Download { url, sha256 })
            }
            (None, None, Some(path)) => Some(Evaluator::Path(path)),
            _ => {
                self.report(
                    Diagnostic::new(
                        Code::InvalidValue,
                        shape.head(),
                        "`evaluator` is either `url` with `sha256`, or `path`",
                    )
                    .label("not one of the two")
                    .help("write `evaluator { url = \"https://…\", sha256 = \"…\" }`"),
                );
                None
            }
        }
    }

    fn check_url(&self, shape: &Shape, url: &str) {
        let loopback = ["http://127.0.0.1", "http://localhost", "http://[::1]"];
        let safe = url.starts_with("https://") || loopback.iter().any(|l| url.starts_with(l));
        if let (false, Some(e)) = (safe, shape.attribute("url")) {
            self.report(
                Diagnostic::new(
                    Code::InvalidValue,
                    e.span,
                    "the evaluator must come over HTTPS",
                )
                .label("not an https:// address")
                .help("plain http:// is allowed from loopback only"),
            );
        }
    }

    fn check_sum(&self, shape: &Shape, sum: &str) {
        let good = sum.len() == 64
            && sum
                .bytes()
                .all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b));
        if let (false, Some(e)) = (good, shape.attribute("sha256")) {
            self.report(
                Diagnostic::new(Code::InvalidValue, e.span, "this is no SHA-256")
                    .label("not 64 lower-case hex digits")
                    .help("take it from `sha256sum FILE`"),
            );
        }
    }

    fn secrets(&self) -> Vec<Secret> {
        let lower = |s: &Shape<'a>| {
            Some(Secret {
                id: self.name(s)?,
                optional: self.flag(s, "optional").unwrap_or(false),
                origin: self.origin(s),
            })
        };
        self.program.all("secret").filter_map(lower).collect()
    }

    fn variables(&self) -> Vec<Variable> {
        let lower = |s: &Shape<'a>| {
            let default = self.value(s, "default");
            Some(Variable {
                id: self.name(s)?,
                default,
                origin: self.origin(s),
            })
        };
        self.program.all("variable").filter_map(lower).collect()
    }

    fn allows(&self) -> Vec<Allow> {
        let mut allows = Vec::new();
        let templates = self.program.templates.values();
        // Declarations are copied where they are used, and what allows them is, too.
        let templates = templates.filter(|t| t.holds() != Holds::Declarations);
        for shape in self
            .program
            .shapes
            .iter()
            .chain(templates.map(|t| &t.shape))
        {
            self.allows_in(shape, None, &mut allows);
        }
        allows
    }

    fn allows_in(&self, shape: &Shape, within: Option<Span>, into: &mut Vec<Allow>) {
        if shape.block.keyword == "allow" {
            let code = shape
                .arg(0)
                .and_then(|a| self.cx.typed(a, &Ty::Str, &Scope::CONSTANT));
            if let Some(code) = code.as_ref().and_then(Value::as_str) {
                into.push(Allow {
                    code: code.to_string(),
                    reason: self.text(shape, "reason").unwrap_or_default(),
                    within,
                    origin: self.origin_whole(shape),
                });
            }
            return;
        }
        for child in &shape.children {
            self.allows_in(child, Some(shape.statement.span), into);
        }
    }

    fn source_files(&self) -> Vec<String> {
        self.cx
            .sources
            .iter()
            .filter(|(_, f)| f.is_own())
            .map(|(_, f)| f.path.clone())
            .collect()
    }

    /// Constants that nothing uses are typed, too: their mistakes are mistakes.
    fn check_constants(&self) {
        for (name, attribute) in &self.program.constants {
            let e = ast::Expr {
                kind: Ast::Name(name.clone()),
                span: attribute.key_span(),
            };
            self.cx.infer(&e, None, &Scope::CONSTANT);
        }
    }
}

/// Where the values of a block's attributes stand; of a list, each item.
fn attribute_places(shape: &Shape) -> Vec<(&'static str, Span)> {
    let mut places = Vec::with_capacity(shape.attributes.len());
    for (attribute, written) in &shape.attributes {
        match &written.value.kind {
            Ast::List(items) if !items.is_empty() => {
                places.extend(items.iter().map(|i| (attribute.name, i.span)));
            }
            _ => places.push((attribute.name, written.value.span)),
        }
    }
    places
}
