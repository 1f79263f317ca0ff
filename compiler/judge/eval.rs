//! Expressions evaluated. Whatever has no value gives a [`Lack`], and every reason is kept.

use super::Run;
use super::compare::{compare, holds_for_all, is_measured};
use super::functions::{as_number, call, number};
use super::lack::source;
use super::lack::{Lack, all, both};
use super::value::Val;
use crate::plan::{Expr, ExprKind, Func, Operator, Part, Ref, Text};

/// Gives what an expression refers to.
pub trait Lookup {
    /// The value of a reference.
    fn value(&self, of: &Ref) -> Result<Val, Lack>;
    /// Whether a criterion failed.
    fn failed(&self, _id: &str) -> Result<bool, Lack> {
        Err(Lack::new("criteria are not judged here"))
    }
    /// A metric compared with its earlier results.
    fn compared(&self, func: Func, _of: &Expr) -> Result<Val, Lack> {
        Err(Lack::new(format!(
            "`{}` has nothing to compare with here",
            func.name()
        )))
    }
}

/// An expression's value.
pub fn eval(expr: &Expr, lookup: &dyn Lookup) -> Result<Val, Lack> {
    match &expr.kind {
        ExprKind::Const(value) => Ok(Val::from(value)),
        ExprKind::Ref(of) => lookup.value(of),
        ExprKind::Not(of) => Ok(Val::Bool(!truth(of, lookup)?)),
        ExprKind::Negate(of) => Ok(Val::Number(number(of, lookup)?.negate())),
        ExprKind::Binary(op @ (Operator::And | Operator::Or), a, b) => {
            logic(*op, truth(a, lookup), truth(b, lookup)).map(Val::Bool)
        }
        ExprKind::Binary(op, a, b) => {
            let (left, right) = both(eval(a, lookup), eval(b, lookup))?;
            match op {
                Operator::Add | Operator::Subtract | Operator::Multiply | Operator::Divide => {
                    arithmetic(*op, (a, &left), (b, &right))
                }
                _ => compare(*op, (a, &left), (b, &right)),
            }
        }
        ExprKind::Call(func, args) => call(*func, args, lookup),
        ExprKind::List(items) => Ok(Val::List(
            all(items.iter().map(|item| eval(item, lookup)))?,
            0,
        )),
        ExprKind::Text(text) => Ok(Val::Text(message(text, lookup))),
    }
}

/// A condition's truth.
pub fn truth(expr: &Expr, lookup: &dyn Lookup) -> Result<bool, Lack> {
    match eval(expr, lookup)? {
        Val::Bool(holds) => Ok(holds),
        // What is absent on an event is not true.
        Val::Null if !is_measured(expr) => Ok(false),
        Val::List(items, 0) if matches!(expr.kind, ExprKind::Call(Func::Every, _)) => {
            let no_condition = |item: &&Val| !matches!(item, Val::Bool(_));
            match items.iter().find(no_condition) {
                Some(item) => Err(Lack::new(format!(
                    "`{expr}` has {} in it, no condition{}",
                    item.describe(),
                    source(expr)
                ))),
                None => Ok(holds_for_all(expr, items.iter())? == Val::Bool(true)),
            }
        }
        Val::List(..) | Val::Record(_) => Err(Lack::new(format!(
            "`{}` has several values: ask for `every(…)` or `count(…)` of them{}",
            expr,
            source(expr)
        ))),
        other => Err(Lack::new(format!(
            "`{}` is {}, no condition{}",
            expr,
            other.describe(),
            source(expr)
        ))),
    }
}

/// `and`, `or`: one side may decide alone.
fn logic(op: Operator, a: Result<bool, Lack>, b: Result<bool, Lack>) -> Result<bool, Lack> {
    let decides = op == Operator::Or;
    match (a, b) {
        (Ok(a), _) if a == decides => Ok(decides),
        (_, Ok(b)) if b == decides => Ok(decides),
        (a, b) => both(a, b).map(|_| !decides),
    }
}

/// `a op b`, member by member where one side has groups or members.
fn arithmetic(op: Operator, a: (&Expr, &Val), b: (&Expr, &Val)) -> Result<Val, Lack> {
    match (a.1, b.1) {
        (Val::List(items, 0), Val::Number(_)) => Ok(Val::List(
            all(items.iter().map(|item| arithmetic(op, (a.0, item), b)))?,
            0,
        )),
        (Val::Record(groups), Val::Number(_)) => {
            let each = |(k, v): (&String, &Val)| Ok((k.clone(), arithmetic(op, (a.0, v), b)?));
            Ok(Val::Record(
                all(groups.iter().map(each))?.into_iter().collect(),
            ))
        }
        (Val::Number(_), Val::List(..) | Val::Record(_)) if op == Operator::Multiply => {
            arithmetic(op, b, a)
        }
        _ => {
            let (left, right) = both(as_number(a.1, a.0), as_number(b.1, b.0))?;
            left.arithmetic(op, right).map(Val::Number).ok_or_else(|| {
                Lack::new(format!("`{} {} {}` gives no number", a.0, op.text(), b.0))
            })
        }
    }
}

/// A message with its values; `?` for one that is not known.
pub fn message(text: &Text, lookup: &dyn Lookup) -> String {
    let part = |part: &Part| match part {
        Part::Text(text) => text.clone(),
        Part::Value(expr, _) => match eval(expr, lookup) {
            Ok(Val::Text(text)) => text,
            Ok(Val::Bool(holds)) => holds.to_string(),
            Ok(Val::Number(n)) if n.is_exact() => crate::plan::value::decimal(n.low),
            _ => "?".to_string(),
        },
    };
    text.parts.iter().map(part).collect()
}

/// What is known of a run, without its evidence.
pub struct Facts<'a>(pub &'a Run);

impl Facts<'_> {
    /// Whether a condition holds; `None`: not known here.
    pub fn holds(&self, condition: &Expr) -> Option<bool> {
        truth(condition, self).ok()
    }
}

impl Lookup for Facts<'_> {
    fn value(&self, of: &Ref) -> Result<Val, Lack> {
        let unknown = || Lack::new(format!("`{of}` is not known here"));
        if let Ref::Outcome(node) = of {
            return self.0.results.get(node).map(Val::text).ok_or_else(unknown);
        }
        let name = match of {
            Ref::Event => "event".to_string(),
            Ref::Branch => "branch".to_string(),
            Ref::TargetBranch => "target_branch".to_string(),
            Ref::SourceBranch => "source_branch".to_string(),
            Ref::Tag => "tag".to_string(),
            Ref::FromFork => "from_fork".to_string(),
            other => other.to_string(),
        };
        self.0.facts.get(&name).cloned().ok_or_else(unknown)
    }
}
