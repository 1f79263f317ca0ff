//! Typed evaluation: an expression of the tree to a typed [`Expr`], folded where it is known.

mod expect;
mod literals;
mod operators;
mod typed;

use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;

pub use self::expect::fits;

use super::scope::Scope;
use super::symbols::Program;
use crate::diagnostics::{Code, Diagnostic, Diagnostics};
use crate::plan::{Expr, ExprKind, Operator, Ref, Type, Value};
use crate::source::{FileId, SourceMap, Span};
use crate::syntax::ast::{self, ExprKind as Ast};

/// By file, place and text.
type Inserted = HashMap<(FileId, usize, String), Option<Rc<ast::Expr>>>;

/// A program with what is found while its expressions are typed.
pub struct Context<'a> {
    /// The program.
    pub program: &'a Program<'a>,
    /// Its files.
    pub sources: &'a SourceMap,
    /// What was found.
    pub found: RefCell<Diagnostics>,
    constants: RefCell<Constants>,
    /// Expressions inside texts; none where one is broken.
    pub(super) inserted: RefCell<Inserted>,
}

/// Constants by `module` and name: evaluated, or under way (`None`).
pub type Constants = HashMap<(String, String), Option<Expr>>;

impl<'a> Context<'a> {
    /// A context over a program.
    pub fn new(program: &'a Program<'a>, sources: &'a SourceMap) -> Self {
        Self {
            program,
            sources,
            found: RefCell::default(),
            constants: RefCell::default(),
            inserted: RefCell::default(),
        }
    }

    /// The constants evaluated so far, for a context of another thread.
    pub fn constants(&self) -> Constants {
        self.constants.borrow().clone()
    }

    /// A context that knows constants which another one evaluated and reported on.
    pub fn knowing(mut self, constants: Constants) -> Self {
        self.constants = RefCell::new(constants);
        self
    }

    /// Reports a finding.
    pub fn report(&self, diagnostic: Diagnostic) {
        self.found.borrow_mut().push(diagnostic);
    }

    /// An expression that is an error already reported.
    pub fn unknown(&self, span: Span) -> Expr {
        Expr::constant(Value::None, Type::Unknown, span)
    }

    /// Types an expression; `want` steers bare names and says what units help.
    pub fn infer(&self, e: &ast::Expr, want: Option<&Type>, scope: &Scope) -> Expr {
        let span = e.span;
        match &e.kind {
            Ast::Missing => self.unknown(span),
            Ast::Paren(inner) => self.infer(inner, want, scope),
            Ast::Number { digits, unit } => self.number(digits, unit, want, span),
            Ast::Str(text) | Ast::Text(text) => {
                Expr::constant(Value::Str(text.clone()), Type::Str, span)
            }
            Ast::Name(name) => self.name(name, span, want, scope),
            Ast::Field(..) | Ast::Index(..) => self.path(e, want, scope),
            Ast::Call(callee, args) => self.call(callee, args, want, scope, span),
            Ast::List(items) => self.list(items, want, scope, span),
            Ast::Record(block) => self.record(block, scope, span),
            Ast::Unary(op, inner) => self.unary(*op, inner, want, scope, span),
            Ast::Binary(op, left, right) => self.binary(*op, left, right, want, scope, span),
        }
    }

    /// A constant by name, evaluated once; `None` when there is none of that name.
    pub(super) fn constant(&self, name: &str, span: Span, module: &str) -> Option<Expr> {
        let attribute = match module.is_empty() {
            true => self.program.constants.get(name),
            false => self
                .program
                .module_constants
                .get(module)
                .and_then(|c| c.get(name)),
        }?;
        let key = (module.to_string(), name.to_string());
        let state = self.constants.borrow().get(&key).cloned();
        match state {
            Some(Some(done)) => Some(Expr { span, ..done }),
            Some(None) => {
                self.report(
                    Diagnostic::new(
                        Code::ConstantCycle,
                        attribute.key_span(),
                        format!("`{name}` is defined by itself"),
                    )
                    .label("needs its own value")
                    .also(span, "used here")
                    .help("give it a value that doesn't name it"),
                );
                Some(self.unknown(span))
            }
            None => {
                self.constants.borrow_mut().insert(key.clone(), None);
                let scope = Scope {
                    module,
                    ..Scope::CONSTANT
                };
                let value = self.infer(&attribute.value, None, &scope);
                let value = self.must_be_known(value);
                self.constants.borrow_mut().insert(key, Some(value.clone()));
                Some(Expr { span, ..value })
            }
        }
    }

    /// A condition over facts of a run; several are joined by `and`.
    pub fn condition(&self, e: &ast::Expr, scope: &Scope) -> Expr {
        let typed = self.infer(e, Some(&Type::Bool), scope);
        self.expect(typed, &Type::Bool)
    }

    /// `a and b`, folded.
    pub fn both(a: Option<Expr>, b: Expr) -> Expr {
        match a {
            None => b,
            Some(a) => match (a.value(), b.value()) {
                (Some(Value::Bool(true)), _) => b,
                (_, Some(Value::Bool(true))) => a,
                (Some(Value::Bool(false)), _) => a,
                (_, Some(Value::Bool(false))) => b,
                _ => {
                    let span = b.span;
                    let kind = ExprKind::Binary(Operator::And, Box::new(a), Box::new(b));
                    Expr {
                        kind,
                        ty: Type::Bool,
                        span,
                    }
                }
            },
        }
    }

    /// A reference of the given type.
    pub fn reference(&self, r: Ref, ty: Type, span: Span) -> Expr {
        Expr {
            kind: ExprKind::Ref(r),
            ty,
            span,
        }
    }
}

/// Without parentheses.
pub fn unparen(e: &ast::Expr) -> &ast::Expr {
    match &e.kind {
        Ast::Paren(inner) => unparen(inner),
        _ => e,
    }
}
