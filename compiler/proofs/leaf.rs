//! Conditions taken apart: what is asked of which fact.

use crate::plan::{Expr, ExprKind, Func, Operator, Ref, Value};

/// The smallest part of a condition.
pub(super) enum Leaf<'a> {
    /// Known now.
    Known(bool),
    /// The fact itself is true.
    Holds(&'a Ref),
    /// The fact is (or is not) one of these.
    Is {
        fact: &'a Ref,
        values: &'a [Value],
        wanted: bool,
    },
    /// The fact's text looks like this.
    Like {
        fact: &'a Ref,
        like: Like<'a>,
        wanted: bool,
    },
    /// Anything else.
    Open,
}

/// What a text looks like.
#[derive(Clone, Copy)]
pub(super) enum Like<'a> {
    Starts(&'a str),
    Ends(&'a str),
    Contains(&'a str),
    Pattern(&'a str),
}

/// What a condition that is no `and`, `or`, `not` or `if` asks.
pub(super) fn leaf(expr: &Expr) -> Leaf<'_> {
    match &expr.kind {
        ExprKind::Const(Value::Bool(b)) => Leaf::Known(*b),
        ExprKind::Ref(r) if is_fact(r) => Leaf::Holds(r),
        ExprKind::Binary(op, a, b) => compare(*op, a, b),
        ExprKind::Call(func, args) => match args.as_slice() {
            [a, b] => call(*func, a, b),
            _ => Leaf::Open,
        },
        _ => Leaf::Open,
    }
}

fn compare<'a>(op: Operator, a: &'a Expr, b: &'a Expr) -> Leaf<'a> {
    let wanted = !matches!(op, Operator::NotEqual | Operator::NotMatches);
    match (op, fact(a), b.value(), fact(b), a.value()) {
        (Operator::Equal | Operator::NotEqual, Some(fact), Some(value), ..)
        | (Operator::Equal | Operator::NotEqual, _, _, Some(fact), Some(value)) => {
            is(fact, std::slice::from_ref(value), wanted)
        }
        (Operator::In, Some(fact), Some(list), ..) => is(fact, list.as_list(), true),
        (Operator::Matches | Operator::NotMatches, Some(fact), Some(Value::Str(p)), ..) => {
            Leaf::Like {
                fact,
                like: Like::Pattern(p),
                wanted,
            }
        }
        _ => Leaf::Open,
    }
}

fn is<'a>(fact: &'a Ref, values: &'a [Value], wanted: bool) -> Leaf<'a> {
    let plain = |v: &Value| {
        matches!(
            v,
            Value::Str(_) | Value::Symbol(_) | Value::Bool(_) | Value::None
        )
    };
    if values.iter().all(plain) {
        Leaf::Is {
            fact,
            values,
            wanted,
        }
    } else {
        Leaf::Open
    }
}

fn call<'a>(func: Func, a: &'a Expr, b: &'a Expr) -> Leaf<'a> {
    if let (Func::Contains, Some(Value::List(items)), Some(fact)) = (func, a.value(), fact(b)) {
        return is(fact, items, true);
    }
    let (Some(fact), Some(Value::Str(text))) = (fact(a), b.value()) else {
        return Leaf::Open;
    };
    let like = match func {
        Func::StartsWith => Like::Starts(text),
        Func::EndsWith => Like::Ends(text),
        Func::Contains => Like::Contains(text),
        _ => return Leaf::Open,
    };
    Leaf::Like {
        fact,
        like,
        wanted: true,
    }
}

fn fact(expr: &Expr) -> Option<&Ref> {
    match &expr.kind {
        ExprKind::Ref(r) if is_fact(r) => Some(r),
        _ => None,
    }
}

/// Whether a reference has one value in a whole run, known before it begins or given by a node.
fn is_fact(r: &Ref) -> bool {
    matches!(
        r,
        Ref::Event
            | Ref::Branch
            | Ref::TargetBranch
            | Ref::SourceBranch
            | Ref::Tag
            | Ref::FromFork
            | Ref::Actor
            | Ref::Repository
            | Ref::Owner
            | Ref::DefaultBranch
            | Ref::Changed(_)
            | Ref::Input(_)
            | Ref::Variable(_)
            | Ref::EventField(_)
            | Ref::NodeOutput { .. }
            | Ref::Matrix(_, None)
    )
}

/// Whether an open condition has one value in a whole run, so that equal ones agree.
pub(super) fn agrees_with_itself(expr: &Expr) -> bool {
    !expr.refs().iter().any(|r| {
        matches!(
            r,
            Ref::StepOutput { .. } | Ref::Matrix(..) | Ref::Outcome(_) | Ref::Verdict(_)
        )
    })
}

impl Like<'_> {
    /// Whether a text looks like it; `None` for a pattern too rich to decide here.
    pub(super) fn test(self, text: &str) -> Option<bool> {
        match self {
            Like::Starts(s) => Some(text.starts_with(s)),
            Like::Ends(s) => Some(text.ends_with(s)),
            Like::Contains(s) => Some(text.contains(s)),
            Like::Pattern(p) => pattern(p, text),
        }
    }
}

fn pattern(pattern: &str, text: &str) -> Option<bool> {
    let plain = |s: &str| {
        !s.contains([
            '.', '*', '+', '?', '(', ')', '[', ']', '|', '\\', '^', '$', '{',
        ])
    };
    if plain(pattern) {
        return Some(pattern == text);
    }
    match pattern.strip_suffix(".*") {
        Some(prefix) if plain(prefix) => Some(text.starts_with(prefix)),
        _ => None,
    }
}

/// Visits every leaf of a condition.
pub(super) fn leaves<'a>(expr: &'a Expr, visit: &mut dyn FnMut(&'a Expr)) {
    match &expr.kind {
        ExprKind::Not(a) => leaves(a, visit),
        ExprKind::Binary(Operator::And | Operator::Or, a, b) => {
            leaves(a, visit);
            leaves(b, visit);
        }
        ExprKind::Call(Func::If, args) => args.iter().for_each(|a| leaves(a, visit)),
        _ => visit(expr),
    }
}

/// The parts of a condition that must all hold.
pub fn conjuncts(expr: &Expr) -> Vec<&Expr> {
    match &expr.kind {
        ExprKind::Binary(Operator::And, a, b) => {
            let mut parts = conjuncts(a);
            parts.extend(conjuncts(b));
            parts
        }
        _ => vec![expr],
    }
}
