//! Tree to value.

use super::functions::call;
use super::value::{Value, compare, loosely_equal};
use super::{Expr, Operator};
use std::cmp::Ordering;
use std::rc::Rc;

/// What an expression can ask.
pub trait Surroundings {
    /// `github`, `needs` …; none where the place does not offer it.
    fn context(&self, name: &str) -> Option<Value>;
    /// `success`, `failure`, `cancelled` or `always`.
    fn status(&self, function: &str) -> bool;
}

/// The names of the status functions.
pub const STATUS: [&str; 4] = ["success", "failure", "cancelled", "always"];

/// The value of an expression. What GitHub refuses to run is a panic: it must not be emitted.
pub fn evaluate(expr: &Expr, around: &dyn Surroundings) -> Value {
    let value = |e: &Expr| evaluate(e, around);
    match expr {
        Expr::Literal(value) => value.clone(),
        Expr::Context(name) => around
            .context(name)
            .unwrap_or_else(|| panic!("no context `{name}` here")),
        Expr::Member(of, name) => match &**of {
            Expr::All(of) => filtered(&value(of), name),
            of => value(of).member(name),
        },
        Expr::Index(of, index) => index_of(&value(of), &value(index)),
        Expr::All(of) => Value::Array(Rc::new(value(of).all())),
        Expr::Not(of) => Value::Bool(!value(of).truthy()),
        Expr::And(sides) => first(sides, around, false),
        Expr::Or(sides) => first(sides, around, true),
        Expr::Compare(operator, a, b) => Value::Bool(compared(*operator, &value(a), &value(b))),
        Expr::Call(name, arguments) if STATUS.contains(&name.as_str()) => {
            assert!(arguments.is_empty(), "{name}() takes nothing");
            Value::Bool(around.status(name))
        }
        Expr::Call(name, arguments) => {
            let arguments: Vec<Value> = arguments.iter().map(value).collect();
            call(name, &arguments)
        }
    }
}

/// The first side that settles it, else the last: `&&` and `||` give values, not truth.
fn first(sides: &[Expr], around: &dyn Surroundings, settles: bool) -> Value {
    let mut last = Value::Null;
    for side in sides {
        last = evaluate(side, around);
        if last.truthy() == settles {
            break;
        }
    }
    last
}

fn filtered(of: &Value, name: &str) -> Value {
    let members = of.all().into_iter().map(|item| item.member(name));
    let there = members.filter(|member| !matches!(member, Value::Null));
    Value::Array(Rc::new(there.collect()))
}

fn index_of(of: &Value, index: &Value) -> Value {
    match (of, index) {
        (Value::Array(items), Value::Number(at)) if *at >= 0.0 => {
            items.get(*at as usize).cloned().unwrap_or(Value::Null)
        }
        (_, Value::Text(name)) => of.member(name),
        _ => Value::Null,
    }
}

fn compared(operator: Operator, a: &Value, b: &Value) -> bool {
    let order = compare(a, b);
    match operator {
        Operator::Equal => loosely_equal(a, b),
        Operator::NotEqual => !loosely_equal(a, b),
        Operator::Less => order == Some(Ordering::Less),
        Operator::LessEqual => matches!(order, Some(Ordering::Less | Ordering::Equal)),
        Operator::Greater => order == Some(Ordering::Greater),
        Operator::GreaterEqual => matches!(order, Some(Ordering::Greater | Ordering::Equal)),
    }
}

impl Expr {
    /// Whether it asks a status function anywhere.
    pub fn asks_status(&self) -> bool {
        match self {
            Expr::Literal(_) | Expr::Context(_) => false,
            Expr::Member(of, _) | Expr::All(of) | Expr::Not(of) => of.asks_status(),
            Expr::Index(a, b) | Expr::Compare(_, a, b) => a.asks_status() || b.asks_status(),
            Expr::And(sides) | Expr::Or(sides) => sides.iter().any(Expr::asks_status),
            Expr::Call(name, arguments) => {
                STATUS.contains(&name.as_str()) || arguments.iter().any(Expr::asks_status)
            }
        }
    }
}
