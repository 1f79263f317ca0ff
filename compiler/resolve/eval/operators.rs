//! Operators: what they join, folded where both sides are known.

use super::Context;
use super::expect::{fits, plain};
use crate::diagnostics::{Code, Diagnostic};
use crate::plan::{Expr, ExprKind, Operator, Quantity, Type, Value};
use crate::resolve::scope::Scope;
use crate::source::Span;
use crate::syntax::ast::{self, BinaryOp};

impl Context<'_> {
    pub(super) fn unary(
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

    pub(super) fn binary(
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

    pub(super) fn members_fit(&self, a: &Expr, list: &Expr) {
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
