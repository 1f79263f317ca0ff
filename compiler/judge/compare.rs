//! Comparisons. What holds for some members only holds member by member; `every` asks for all.

use super::functions::pattern_fits;
use super::lack::source;
use super::lack::{Lack, all};
use super::number::Num;
use super::range;
use super::value::Val;
use crate::plan::{Expr, ExprKind, Func, MatcherOp, Operator, Ref};

/// `a op b`: true or false; a list or record of that, where `a` has members.
pub fn compare(op: Operator, a: (&Expr, &Val), b: (&Expr, &Val)) -> Result<Val, Lack> {
    let every = matches!(a.0.kind, ExprKind::Call(Func::Every, _));
    match a.1 {
        Val::List(items, 0) if every || !matches!(b.1, Val::List(..)) => {
            let each = all(items
                .iter()
                .map(|item| single(op, (a.0, item), b).map(Val::Bool)));
            if every {
                holds_for_all(a.0, each?.iter())
            } else {
                Ok(Val::List(each?, 0))
            }
        }
        Val::List(items, more) if *more > 0 => Err(Lack::new(format!(
            "`{}` has {} members and {more} that may be",
            a.0,
            items.len()
        ))),
        Val::Record(groups) => {
            let each = |(k, v): (&String, &Val)| {
                let limit = case_of(k, b)?;
                Ok((k.clone(), Val::Bool(single(op, (a.0, v), (b.0, limit))?)))
            };
            let each = all(groups.iter().map(each))?;
            match every {
                true => holds_for_all(a.0, each.iter().map(|(_, v)| v)),
                false => Ok(Val::Record(each.into_iter().collect())),
            }
        }
        _ if every => Err(Lack::new(format!("`{}` has no groups", a.0))),
        value => {
            let limit = picked(a.0).map_or(Ok(b.1), |group| case_of(group, b))?;
            single(op, (a.0, value), (b.0, limit)).map(Val::Bool)
        }
    }
}

/// What a group is held against: its own case of a limit by group, else what all are.
pub fn case_of<'v>(group: &str, limit: (&Expr, &'v Val)) -> Result<&'v Val, Lack> {
    match limit.1 {
        Val::Record(cases) => cases.get(group).ok_or_else(|| {
            Lack::new(format!(
                "`{}` has no case for {}",
                limit.0,
                crate::evidence::quote(group)
            ))
        }),
        value => Ok(value),
    }
}

/// The group that an expression picks: `f1[language = "de"]`.
fn picked(of: &Expr) -> Option<&str> {
    match &of.kind {
        ExprKind::Ref(Ref::Metric(_, matchers)) => match matchers.as_slice() {
            [one] if one.op == MatcherOp::Equal => one.values.first()?.as_str(),
            _ => None,
        },
        ExprKind::Call(Func::Every | Func::Rise | Func::Drop | Func::Change, args) => {
            args.first().and_then(picked)
        }
        _ => None,
    }
}

/// Whether all members hold; of none nothing is known.
pub fn holds_for_all<'v>(of: &Expr, each: impl Iterator<Item = &'v Val>) -> Result<Val, Lack> {
    let each: Vec<_> = each.collect();
    if each.is_empty() {
        return Err(Lack::new(format!("`{of}` has no member")));
    }
    Ok(Val::Bool(
        each.iter().all(|holds| **holds == Val::Bool(true)),
    ))
}

fn single(op: Operator, a: (&Expr, &Val), b: (&Expr, &Val)) -> Result<bool, Lack> {
    use Operator::*;
    let unlike = || {
        // The side that is a number shows what the other should have been.
        let (of, like) = if matches!(a.1, Val::Number(_)) {
            (b, a)
        } else {
            (a, b)
        };
        let (text, source, what) = (of.0, source(of.0), of.1.describe());
        Lack::new(match like.1 {
            Val::Number(_) => format!("`{text}` is {what}, not a number{source}"),
            like => format!("`{text}` is {what}, not like {}{source}", like.describe()),
        })
    };
    match (op, a.1, b.1) {
        // What is absent on an event compares false.
        (_, Val::Null, _) | (_, _, Val::Null) => match is_measured(a.0) || is_measured(b.0) {
            true => Err(unlike()),
            false => Ok(false),
        },
        (In, value, Val::List(items, 0)) => is_among(value, items).ok_or_else(|| {
            let (text, what, all) = (a.0, value.describe(), b.0);
            let source = source(a.0);
            Lack::new(format!(
                "`{text}` is {what}, like no member of `{all}`{source}"
            ))
        }),
        (_, Val::Number(left), Val::Number(right)) => {
            range::of_share((a.0, *left), b.0)?;
            range::of_share((b.0, *right), a.0)?;
            left.compare(op, *right)
                .ok_or_else(|| between(a.0, *left, b.0, *right))
        }
        (Equal, Val::Text(left), Val::Text(right)) => Ok(left == right),
        (NotEqual, Val::Text(left), Val::Text(right)) => Ok(left != right),
        (Equal, Val::Bool(left), Val::Bool(right)) => Ok(left == right),
        (NotEqual, Val::Bool(left), Val::Bool(right)) => Ok(left != right),
        (Matches | NotMatches, Val::Text(text), Val::Text(pattern)) => {
            let fits = pattern_fits(pattern, text).map_err(|_| unlike())?;
            Ok(fits == (op == Matches))
        }
        _ => Err(unlike()),
    }
}

/// Whether a value is one of some; unknown if none of them is like it.
fn is_among(value: &Val, items: &[Val]) -> Option<bool> {
    let same = |item: &Val| match (value, item) {
        (Val::Text(a), Val::Text(b)) => Some(a == b),
        (Val::Bool(a), Val::Bool(b)) => Some(a == b),
        (Val::Number(a), Val::Number(b)) => a.compare(Operator::Equal, *b),
        _ => None,
    };
    let each: Vec<_> = items.iter().map(same).collect();
    if each.contains(&Some(true)) {
        return Some(true);
    }
    // A number that may be one of them is not known to be none.
    let may_be = |(item, same): (&Val, &Option<bool>)| {
        same.is_none() && matches!((value, item), (Val::Number(_), Val::Number(_)))
    };
    let unclear = items.iter().zip(&each).any(may_be);
    (items.is_empty() || (each.contains(&Some(false)) && !unclear)).then_some(false)
}

/// Whether an expression reads a report: there, null is no absent fact but a broken value.
pub fn is_measured(expr: &Expr) -> bool {
    expr.refs()
        .iter()
        .any(|r| matches!(r, Ref::Report { .. } | Ref::Metric(..)))
}

fn between(a: &Expr, left: Num, b: &Expr, right: Num) -> Lack {
    let (expr, num) = if left.is_exact() {
        (b, right)
    } else {
        (a, left)
    };
    let mut counts = false;
    expr.walk(&mut |e| counts |= matches!(e.kind, ExprKind::Call(Func::Count, _)));
    let because = match counts {
        true => "some of what was scanned was not looked at, or doesn't say what is asked for",
        false => "its report rounds it",
    };
    Lack::new(format!(
        "`{expr}` is between {} and {}, because {because}",
        num.low, num.high
    ))
}
