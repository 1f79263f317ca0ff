//! Literals: numbers with their units, lists, records, ranges.

use super::Context;
use crate::diagnostics::{Code, Diagnostic, nearest};
use crate::plan::{Expr, ExprKind, Quantity, Type, Value};
use crate::resolve::scope::{Realm, Scope};
use crate::resolve::units;
use crate::schema::Kind;
use crate::source::Span;
use crate::syntax::ast;

impl Context<'_> {
    pub(super) fn number(&self, digits: &str, unit: &str, want: Option<&Type>, span: Span) -> Expr {
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

    pub(super) fn list(
        &self,
        items: &[ast::Expr],
        want: Option<&Type>,
        scope: &Scope,
        span: Span,
    ) -> Expr {
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

    pub(super) fn record(&self, block: &ast::Block, scope: &Scope, span: Span) -> Expr {
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

    pub(super) fn range(
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
}
