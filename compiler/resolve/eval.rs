//! Typed evaluation: an expression of the tree to a typed [`Expr`], folded where it is known.

use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;

use super::scope::{Realm, Scope};
use super::symbols::Program;
use super::units;
use crate::diagnostics::{Code, Diagnostic, Diagnostics, nearest};
use crate::plan::{Expr, ExprKind, Operator, Part, Quantity, Quoting, Ref, Text, Type, Value};
use crate::schema::{Kind, Ty, sets};
use crate::source::{FileId, SourceMap, Span};
use crate::syntax::ast::{self, BinaryOp, ExprKind as Ast};

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

    fn number(&self, digits: &str, unit: &str, want: Option<&Type>, span: Span) -> Expr {
        let user = |u: &str| self.program.declared(Kind::Unit, u).is_some();
        match units::number(digits, unit, user) {
            Some((value, Quantity::Number)) => {
                let whole = value.fract() == 0.0;
                let count = want == Some(&Type::Quantity(Quantity::Count)) && whole;
                let quantity = if count {
                    Quantity::Count
                } else {
                    Quantity::Number
                };
                Expr::constant(
                    Value::Number(value, quantity.clone()),
                    Type::Quantity(quantity),
                    span,
                )
            }
            Some((value, quantity)) => Expr::constant(
                Value::Number(value, quantity.clone()),
                Type::Quantity(quantity),
                span,
            ),
            None => {
                let mut known: Vec<&str> = units::spellings().collect();
                known.extend(self.program.names(Kind::Unit));
                let near = units::other_spelling(unit).or_else(|| nearest(unit, known));
                let diagnostic =
                    Diagnostic::new(Code::UnknownUnit, span, format!("`{unit}` is no unit"))
                        .label("not a unit");
                self.report(match near {
                    Some(near) => diagnostic
                        .help(format!("did you mean `{digits}{near}`?"))
                        .replace(span, format!("{digits}{near}")),
                    None => diagnostic.help(format!(
                        "units are {}; declare your own with `unit {unit}`",
                        units::spellings().collect::<Vec<_>>().join(", ")
                    )),
                });
                self.unknown(span)
            }
        }
    }

    fn list(&self, items: &[ast::Expr], want: Option<&Type>, scope: &Scope, span: Span) -> Expr {
        let inner = match want {
            Some(Type::List(inner)) => Some(inner.as_ref()),
            other => other,
        };
        let items: Vec<Expr> = items.iter().map(|i| self.infer(i, inner, scope)).collect();
        let ty = items.first().map_or(Type::Unknown, |i| i.ty.clone());
        let values: Option<Vec<Value>> = items.iter().map(|i| i.value().cloned()).collect();
        let ty = Type::List(Box::new(ty));
        match values {
            Some(values) => Expr::constant(Value::List(values), ty, span),
            None => Expr {
                kind: ExprKind::List(items),
                ty,
                span,
            },
        }
    }

    fn record(&self, block: &ast::Block, scope: &Scope, span: Span) -> Expr {
        let mut fields = Vec::new();
        for item in &block.items {
            match item {
                ast::Item::Attribute(a) => {
                    let value = self.known(&a.value, None, &scope.within(Realm::Constant));
                    fields.push((a.key(), value.unwrap_or(Value::None)));
                }
                ast::Item::Statement(s) => self.report(
                    Diagnostic::new(Code::WrongType, s.span, "a record holds only `key = value`")
                        .label("a statement")
                        .help("write a value for the key, or quote it"),
                ),
            }
        }
        Expr::constant(Value::Record(fields), Type::Record, span)
    }

    fn unary(
        &self,
        op: ast::UnaryOp,
        inner: &ast::Expr,
        want: Option<&Type>,
        scope: &Scope,
        span: Span,
    ) -> Expr {
        let value = self.infer(inner, want, scope);
        match op {
            ast::UnaryOp::Not => {
                let value = self.expect(value, &Type::Bool);
                match value.value() {
                    Some(Value::Bool(b)) => Expr::constant(Value::Bool(!b), Type::Bool, span),
                    _ => Expr {
                        kind: ExprKind::Not(Box::new(value)),
                        ty: Type::Bool,
                        span,
                    },
                }
            }
            ast::UnaryOp::Negate => match value.value() {
                Some(Value::Number(n, q)) => {
                    Expr::constant(Value::Number(-n, q.clone()), value.ty.clone(), span)
                }
                _ => {
                    let ty = value.ty.clone();
                    Expr {
                        kind: ExprKind::Negate(Box::new(value)),
                        ty,
                        span,
                    }
                }
            },
        }
    }

    fn binary(
        &self,
        op: BinaryOp,
        left: &ast::Expr,
        right: &ast::Expr,
        want: Option<&Type>,
        scope: &Scope,
        span: Span,
    ) -> Expr {
        use BinaryOp as B;
        let operator = match op {
            B::Typed => {
                self.report(
                    Diagnostic::new(Code::WrongType, span, "`name: type` has no place here")
                        .label("not a value")
                        .help("write a value; only declarations take a type"),
                );
                return self.unknown(span);
            }
            B::Range => return self.range(left, right, want, scope, span),
            B::Or => Operator::Or,
            B::And => Operator::And,
            B::Equal => Operator::Equal,
            B::NotEqual => Operator::NotEqual,
            B::Less => Operator::Less,
            B::LessEqual => Operator::LessEqual,
            B::Greater => Operator::Greater,
            B::GreaterEqual => Operator::GreaterEqual,
            B::Matches => Operator::Matches,
            B::NotMatches => Operator::NotMatches,
            B::In => Operator::In,
            B::Add => Operator::Add,
            B::Subtract => Operator::Subtract,
            B::Multiply => Operator::Multiply,
            B::Divide => Operator::Divide,
        };
        match operator {
            Operator::Or | Operator::And => self.logical(operator, left, right, scope, span),
            Operator::Add | Operator::Subtract | Operator::Multiply | Operator::Divide => {
                self.arithmetic(operator, left, right, want, scope, span)
            }
            _ => self.comparison(operator, left, right, scope, span),
        }
    }

    fn range(
        &self,
        left: &ast::Expr,
        right: &ast::Expr,
        want: Option<&Type>,
        scope: &Scope,
        span: Span,
    ) -> Expr {
        let inner = match want {
            Some(Type::Range(inner)) => Some(inner.as_ref()),
            other => other,
        };
        let low = self.known(left, inner, scope);
        let high = self.known(right, inner, scope);
        let (Some(low), Some(high)) = (low, high) else {
            return self.unknown(span);
        };
        let (a, b) = (low.as_number(), high.as_number());
        if let (Some(a), Some(b)) = (a, b)
            && a > b
        {
            self.report(
                Diagnostic::new(
                    Code::OutOfRange,
                    span,
                    format!("the range {low}..{high} is empty"),
                )
                .label("begins above its end")
                .help(format!("write `{high}..{low}`")),
            );
        }
        let ty = match &low {
            Value::Number(_, q) => Type::Quantity(q.clone()),
            _ => Type::Unknown,
        };
        let value = Value::Range(Box::new(low), Box::new(high));
        Expr::constant(value, Type::Range(Box::new(ty)), span)
    }

    fn logical(
        &self,
        op: Operator,
        left: &ast::Expr,
        right: &ast::Expr,
        scope: &Scope,
        span: Span,
    ) -> Expr {
        let a = self.infer(left, Some(&Type::Bool), scope);
        let a = self.expect(a, &Type::Bool);
        let b = self.infer(right, Some(&Type::Bool), scope);
        let b = self.expect(b, &Type::Bool);
        let decides = op == Operator::Or;
        match (a.value(), b.value()) {
            (Some(Value::Bool(x)), _) if *x == decides => Expr { span, ..a },
            (Some(Value::Bool(_)), _) => Expr { span, ..b },
            (_, Some(Value::Bool(x))) if *x == decides => Expr { span, ..b },
            (_, Some(Value::Bool(_))) => Expr { span, ..a },
            _ => Expr {
                kind: ExprKind::Binary(op, Box::new(a), Box::new(b)),
                ty: Type::Bool,
                span,
            },
        }
    }

    fn comparison(
        &self,
        op: Operator,
        left: &ast::Expr,
        right: &ast::Expr,
        scope: &Scope,
        span: Span,
    ) -> Expr {
        let a = self.infer(left, None, scope);
        let wanted = match op {
            Operator::In => Type::List(Box::new(a.ty.clone())),
            Operator::Matches | Operator::NotMatches => Type::Str,
            _ => a.ty.clone(),
        };
        let b = self.infer(right, Some(&wanted), scope);
        let b = match op {
            Operator::In if matches!(b.ty, Type::List(_)) => {
                self.members_fit(&a, &b);
                b
            }
            _ => self.expect_like(&a, b, &wanted),
        };
        if let (Some(x), Some(y)) = (a.value(), b.value())
            && let Some(known) = fold_comparison(op, x, y)
        {
            return Expr::constant(Value::Bool(known), Type::Bool, span);
        }
        Expr {
            kind: ExprKind::Binary(op, Box::new(a), Box::new(b)),
            ty: Type::Bool,
            span,
        }
    }

    fn members_fit(&self, a: &Expr, list: &Expr) {
        if let Type::List(inner) = &list.ty {
            if matches!(list.value(), Some(Value::List(items)) if items.is_empty()) {
                return;
            }
            if !fits(inner, &a.ty) && !fits(&a.ty, inner) {
                self.mismatch(list, &Type::List(Box::new(a.ty.clone())));
            }
        }
    }

    /// The right side of a comparison, held against the left side's type.
    fn expect_like(&self, a: &Expr, b: Expr, wanted: &Type) -> Expr {
        if a.ty == Type::Data || b.ty == Type::Data {
            return b;
        }
        if let (Type::Quantity(x), Type::Quantity(y)) = (&a.ty, &b.ty)
            && plain(x)
            && plain(y)
        {
            return b;
        }
        self.expect(b, wanted)
    }

    fn arithmetic(
        &self,
        op: Operator,
        left: &ast::Expr,
        right: &ast::Expr,
        want: Option<&Type>,
        scope: &Scope,
        span: Span,
    ) -> Expr {
        let keep = matches!(op, Operator::Add | Operator::Subtract);
        let a = self.infer(left, if keep { want } else { None }, scope);
        let b = self.infer(right, if keep { Some(&a.ty) } else { None }, scope);
        let ty = match arithmetic_type(op, &a.ty, &b.ty) {
            Some(ty) => ty,
            None => {
                self.report(
                    Diagnostic::new(
                        Code::WrongUnit,
                        span,
                        format!(
                            "`{}` can't join {} and {}",
                            op.text(),
                            a.ty.describe(),
                            b.ty.describe()
                        ),
                    )
                    .label("different units")
                    .also(a.span, format!("this is {}", a.ty.describe()))
                    .also(b.span, format!("this is {}", b.ty.describe()))
                    .help("give both the same unit, or multiply by one: `x * 1ms`"),
                );
                return self.unknown(span);
            }
        };
        if let (Some(x), Some(y)) = (a.value(), b.value()) {
            if let (Value::Str(x), Value::Str(y), Operator::Add) = (x, y, op) {
                return Expr::constant(Value::Str(format!("{x}{y}")), Type::Str, span);
            }
            if let (Some(x), Some(y), Type::Quantity(q)) = (x.as_number(), y.as_number(), &ty) {
                let value = match op {
                    Operator::Add => x + y,
                    Operator::Subtract => x - y,
                    Operator::Multiply => x * y,
                    _ if y == 0.0 => {
                        self.report(
                            Diagnostic::new(Code::OutOfRange, span, "this divides by zero")
                                .label("the divisor is 0")
                                .help("divide by another number"),
                        );
                        return self.unknown(span);
                    }
                    _ => x / y,
                };
                return Expr::constant(Value::Number(value, q.clone()), ty, span);
            }
        }
        Expr {
            kind: ExprKind::Binary(op, Box::new(a), Box::new(b)),
            ty,
            span,
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

    /// The value of an expression that must be known now.
    pub fn known(&self, e: &ast::Expr, want: Option<&Type>, scope: &Scope) -> Option<Value> {
        let typed = self.infer(e, want, scope);
        let typed = match want {
            Some(want) => self.expect(typed, want),
            None => typed,
        };
        let typed = self.must_be_known(typed);
        match typed.ty {
            Type::Unknown => None,
            _ => typed.value().cloned(),
        }
    }

    fn must_be_known(&self, e: Expr) -> Expr {
        if e.ty == Type::Unknown || e.value().is_some() {
            return e;
        }
        self.report(
            Diagnostic::new(
                Code::NotConstant,
                e.span,
                "this must be known before the pipeline runs",
            )
            .label("only known when it runs")
            .help("write a value, or name a constant"),
        );
        self.unknown(e.span)
    }

    /// The expression, or an error if it isn't of the type.
    pub fn expect(&self, e: Expr, wanted: &Type) -> Expr {
        if fits(&e.ty, wanted) {
            // `none` stands for an absent field and literal numbers take the place's quantity.
            return adopt(e, wanted);
        }
        self.mismatch(&e, wanted);
        self.unknown(e.span)
    }

    fn mismatch(&self, e: &Expr, wanted: &Type) {
        let number = match (&e.ty, wanted) {
            (Type::Quantity(_), Type::Quantity(_)) => true,
            (_, Type::Range(inner)) => matches!(
                (&e.ty, inner.as_ref()),
                (Type::Quantity(_), Type::Quantity(_))
            ),
            _ => false,
        };
        let code = if number {
            Code::WrongUnit
        } else {
            Code::WrongType
        };
        let diagnostic = Diagnostic::new(
            code,
            e.span,
            format!("expected {}, found {}", wanted.describe(), e.ty.describe()),
        )
        .label(format!("this is {}", e.ty.describe()));
        let diagnostic = match (e.value(), wanted) {
            (Some(Value::Number(n, Quantity::Number | Quantity::Count)), Type::Quantity(q)) => {
                self.offer_unit(diagnostic, e.span, *n, q)
            }
            (Some(Value::Str(text)), Type::Symbol(set)) => {
                let members = sets::ALL
                    .iter()
                    .find(|s| s.name == *set)
                    .map_or(&[][..], |s| s.members);
                match members.contains(&text.as_str()) {
                    true => diagnostic
                        .help("write it without quotes")
                        .replace(e.span, text.clone()),
                    false => diagnostic.help(format!("one of {}", members.join(", "))),
                }
            }
            (Some(Value::Number(..)), Type::Str) => {
                let quoted = format!("\"{}\"", self.sources.slice(e.span));
                diagnostic
                    .help(format!("write it in quotes: `{quoted}`"))
                    .replace(e.span, quoted)
            }
            (Some(Value::Str(text)), Type::Quantity(_)) if reads_as_number(text) => diagnostic
                .help("write it without quotes")
                .replace(e.span, text.clone()),
            (_, Type::Symbol(set)) => {
                let known = sets::ALL.iter().find(|s| s.name == *set);
                diagnostic.help(match known {
                    Some(set) => format!("one of {}", set.members.join(", ")),
                    None => format!("give {}", wanted.describe()),
                })
            }
            _ => diagnostic.help(format!("give {}", wanted.describe())),
        };
        self.report(diagnostic);
    }

    fn offer_unit(&self, d: Diagnostic, span: Span, n: f64, wanted: &Quantity) -> Diagnostic {
        let Some(unit) = units::usual_unit(wanted) else {
            return d.help(format!("give a {}", wanted.name()));
        };
        let digits = self.sources.slice(span);
        let digits = if digits.is_empty() {
            n.to_string()
        } else {
            digits.to_string()
        };
        d.help(format!("did you mean `{digits}{unit}`?")).fix(
            format!("write `{digits}{unit}`"),
            vec![(span, format!("{digits}{unit}"))],
        )
    }

    /// A value for a place of the table: typed, held against the type.
    pub fn typed(&self, e: &ast::Expr, ty: &Ty, scope: &Scope) -> Option<Value> {
        let quantity = |q: Quantity| Type::Quantity(q);
        match ty {
            Ty::Bool => self.known(e, Some(&Type::Bool), scope),
            Ty::Str => self.plain_text(e, scope),
            Ty::Number => self.known(e, Some(&quantity(Quantity::Number)), scope),
            Ty::Count => self.count(e, scope),
            Ty::Ratio => self.known(e, Some(&quantity(Quantity::Ratio)), scope),
            Ty::Points => self.known(e, Some(&quantity(Quantity::Points)), scope),
            Ty::Duration => self.known(e, Some(&quantity(Quantity::Duration)), scope),
            Ty::Bytes => self.known(e, Some(&quantity(Quantity::Bytes)), scope),
            Ty::Cpu => self.known(e, Some(&quantity(Quantity::Cpu)), scope),
            Ty::Symbol(set) if self.dashed(e, set) => None,
            Ty::Symbol(set) => self.known(e, Some(&Type::Symbol(set.name)), scope),
            Ty::Many(of) => self.many(e, of, scope),
            Ty::RangeOr(of) => match &unparen(e).kind {
                Ast::Binary(BinaryOp::Range, low, high) => {
                    let low = self.typed(low, of, scope)?;
                    let high = self.typed(high, of, scope)?;
                    self.ordered(&low, &high, e.span);
                    Some(Value::Range(Box::new(low), Box::new(high)))
                }
                _ => {
                    let typed = self.typed(e, of, scope)?;
                    Some(typed)
                }
            },
            Ty::Either(types) => self.either(e, types, scope),
            _ => self.known(e, None, scope),
        }
    }

    /// `id-token` where `id_token` is meant.
    fn dashed(&self, e: &ast::Expr, set: &sets::Set) -> bool {
        let written = self.sources.slice(e.span);
        let meant = written.replace('-', "_");
        let found = meant != written && set.members.contains(&meant.as_str());
        if found {
            self.report(
                Diagnostic::new(
                    Code::UnknownName,
                    e.span,
                    format!("`{written}` is no {}", set.name),
                )
                .label("a name has no `-`")
                .help(format!("did you mean `{meant}`?"))
                .replace(e.span, meant),
            );
        }
        found
    }

    fn ordered(&self, low: &Value, high: &Value, span: Span) {
        if let (Some(a), Some(b)) = (low.as_number(), high.as_number())
            && a > b
        {
            self.report(
                Diagnostic::new(
                    Code::OutOfRange,
                    span,
                    format!("the range {low}..{high} is empty"),
                )
                .label("begins above its end")
                .help(format!("write `{high}..{low}`")),
            );
        }
    }

    fn plain_text(&self, e: &ast::Expr, scope: &Scope) -> Option<Value> {
        let value = self.known(e, Some(&Type::Str), scope)?;
        if let Value::Str(text) = &value
            && text.contains("${{")
        {
            self.report(
                Diagnostic::new(
                    Code::NotConstant,
                    e.span,
                    "`${{ }}` is not a value in this text",
                )
                .label("taken as it stands")
                .help("values stand in scripts, names and messages only"),
            );
        }
        Some(value)
    }

    fn count(&self, e: &ast::Expr, scope: &Scope) -> Option<Value> {
        let value = self.known(e, Some(&Type::Quantity(Quantity::Count)), scope)?;
        let n = value.as_number()?;
        if n < 0.0 || n.fract() != 0.0 {
            self.report(
                Diagnostic::new(Code::OutOfRange, e.span, "a count is a whole number from 0")
                    .label(format!("this is {n}"))
                    .help(format!("write `{}`", n.abs().round())),
            );
            return None;
        }
        Some(Value::Number(n, Quantity::Count))
    }

    fn many(&self, e: &ast::Expr, of: &Ty, scope: &Scope) -> Option<Value> {
        if let Ast::List(items) = &unparen(e).kind {
            return Some(Value::List(
                items
                    .iter()
                    .filter_map(|i| self.typed(i, of, scope))
                    .collect(),
            ));
        }
        // A constant or parameter may hold the whole list.
        if let Ast::Name(_) | Ast::Field(..) = &unparen(e).kind
            && let Some(Value::List(items)) = self
                .infer_quietly(e, scope)
                .and_then(|e| e.value().cloned())
        {
            return Some(Value::List(items));
        }
        Some(Value::List(vec![self.typed(e, of, scope)?]))
    }

    fn either(&self, e: &ast::Expr, types: &[Ty], scope: &Scope) -> Option<Value> {
        let before = self.found.borrow().len();
        for (index, ty) in types.iter().enumerate() {
            let value = self.typed(e, ty, scope);
            let clean = self.found.borrow().len() == before;
            if clean || index + 1 == types.len() {
                return value;
            }
            self.found.borrow_mut().truncate(before);
        }
        None
    }

    /// Types without reporting: `None` if anything was wrong.
    pub fn infer_quietly(&self, e: &ast::Expr, scope: &Scope) -> Option<Expr> {
        let before = self.found.borrow().len();
        let typed = self.infer(e, None, scope);
        let clean = self.found.borrow().len() == before;
        self.found.borrow_mut().truncate(before);
        clean.then_some(typed)
    }

    /// Text with values: a message or a name.
    pub fn message(&self, e: &ast::Expr, scope: &Scope) -> Text {
        match &unparen(e).kind {
            Ast::Str(text) | Ast::Text(text) => {
                self.interpolate(text, e.span, Quoting::Message, scope)
            }
            _ => match self.known(e, Some(&Type::Str), scope) {
                Some(Value::Str(text)) => Text::plain(text),
                _ => Text::default(),
            },
        }
    }

    /// A value that a run knows, as text with values inside if it is quoted.
    pub fn run_value(&self, e: &ast::Expr, scope: &Scope) -> Expr {
        match &unparen(e).kind {
            Ast::Str(text) | Ast::Text(text) if text.contains("${{") => {
                let text = self.interpolate(text, e.span, Quoting::Message, scope);
                match text.as_plain() {
                    Some(plain) => Expr::constant(Value::Str(plain), Type::Str, e.span),
                    None => match <[Part; 1]>::try_from(text.parts) {
                        Ok([Part::Value(value, _)]) => value,
                        Ok([part]) => Expr {
                            kind: ExprKind::Text(Text { parts: vec![part] }),
                            ty: Type::Str,
                            span: e.span,
                        },
                        Err(parts) => Expr {
                            kind: ExprKind::Text(Text { parts }),
                            ty: Type::Str,
                            span: e.span,
                        },
                    },
                }
            }
            _ => self.infer(e, None, scope),
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

/// Whether a text would be a number without its quotes.
fn reads_as_number(text: &str) -> bool {
    let end = text.find(|c: char| !c.is_ascii_digit() && c != '.');
    let (digits, unit) = text.split_at(end.unwrap_or(text.len()));
    units::number(digits, unit, |_| false).is_some()
}

/// Without parentheses.
pub fn unparen(e: &ast::Expr) -> &ast::Expr {
    match &e.kind {
        Ast::Paren(inner) => unparen(inner),
        _ => e,
    }
}

/// Whether a quantity carries no unit.
fn plain(q: &Quantity) -> bool {
    matches!(q, Quantity::Number | Quantity::Count)
}

/// Whether a value of one type may stand where another is taken.
pub fn fits(found: &Type, wanted: &Type) -> bool {
    match (found, wanted) {
        (Type::Unknown, _) | (_, Type::Unknown) | (Type::None, _) => true,
        (Type::Data, Type::Quantity(_) | Type::Str | Type::Bool | Type::List(_)) => true,
        (Type::Quantity(Quantity::Count), Type::Quantity(Quantity::Number)) => true,
        (Type::Quantity(Quantity::Number), Type::Quantity(Quantity::Count)) => true,
        (Type::List(a), Type::List(b)) => fits(a, b),
        (Type::Range(a), Type::Range(b)) => fits(a, b),
        (a, b) => a == b,
    }
}

/// A literal takes the quantity of its place.
fn adopt(e: Expr, wanted: &Type) -> Expr {
    match (&e.kind, &e.ty, wanted) {
        (ExprKind::Const(Value::Number(n, q)), Type::Quantity(_), Type::Quantity(w))
            if plain(q) && plain(w) =>
        {
            Expr::constant(Value::Number(*n, w.clone()), wanted.clone(), e.span)
        }
        _ => e,
    }
}

/// The type of `a op b`, or `None` if the units don't go together.
fn arithmetic_type(op: Operator, a: &Type, b: &Type) -> Option<Type> {
    use Quantity::*;
    use Type::Quantity as Q;
    let sum = matches!(op, Operator::Add | Operator::Subtract);
    Some(match (a, b) {
        (Type::Unknown, _) | (_, Type::Unknown) => Type::Unknown,
        (Type::Str, Type::Str) if op == Operator::Add => Type::Str,
        (Type::Data, Type::Data) => Type::Data,
        (Type::Data, Q(q)) | (Q(q), Type::Data) if sum || op == Operator::Multiply => Q(q.clone()),
        (Type::Data, Q(q)) if plain(q) => Type::Data,
        (Q(x), Q(y)) if sum && x == y => Q(x.clone()),
        (Q(x), Q(y)) if sum && plain(x) && plain(y) => Q(Number),
        (Q(x), Q(y)) if op == Operator::Divide && x == y => Q(Number),
        (Q(x), Q(y)) if op == Operator::Divide && plain(y) => Q(x.clone()),
        // `x * 1%` says that a plain number counts percents.
        (Q(x), Q(Ratio)) | (Q(Ratio), Q(x)) if op == Operator::Multiply && plain(x) => Q(Ratio),
        (Q(x), Q(Ratio)) if op == Operator::Multiply => Q(x.clone()),
        (Q(Ratio), Q(y)) if op == Operator::Multiply => Q(y.clone()),
        (Q(x), Q(y)) if op == Operator::Multiply && plain(x) => Q(y.clone()),
        (Q(x), Q(y)) if op == Operator::Multiply && plain(y) => Q(x.clone()),
        (Q(Rate), Q(Duration)) | (Q(Duration), Q(Rate)) if op == Operator::Multiply => Q(Number),
        (Q(Number | Count), Q(Duration)) if op == Operator::Divide => Q(Rate),
        _ => return None,
    })
}

fn fold_comparison(op: Operator, a: &Value, b: &Value) -> Option<bool> {
    let numbers = || Some((a.as_number()?, b.as_number()?));
    Some(match op {
        Operator::Equal => a == b,
        Operator::NotEqual => a != b,
        Operator::Less => numbers().map(|(x, y)| x < y)?,
        Operator::LessEqual => numbers().map(|(x, y)| x <= y)?,
        Operator::Greater => numbers().map(|(x, y)| x > y)?,
        Operator::GreaterEqual => numbers().map(|(x, y)| x >= y)?,
        Operator::In => b.as_list().contains(a),
        _ => return None,
    })
}
