//! Selections, and the functions that need no series.

use std::collections::BTreeMap;

use super::eval::{Lookup, eval, truth};
use super::lack::source;
use super::lack::{Lack, all, both};
use super::number::Num;
use super::value::Val;
use crate::evidence::{Malformed, quote};
use crate::plan::{Expr, ExprKind, Func, Matcher, MatcherOp, Operator, Value};

/// The members of a list that matchers fit. One that lacks the field, or holds another type
/// there, may fit.
pub fn filter(value: Val, matchers: &[Matcher]) -> Result<Val, Malformed> {
    let Val::List(items, mut more) = value else {
        let what = value.describe();
        return Err(Malformed(format!(
            "can't be selected from: it is {what}, not a list"
        )));
    };
    let mut sure = Vec::new();
    for item in items {
        let Val::Record(fields) = &item else {
            return Err(Malformed(format!(
                "can't be selected from: it holds {}",
                item.describe()
            )));
        };
        let fits = matchers
            .iter()
            .map(|m| fits(m, fields))
            .collect::<Result<Vec<_>, _>>()?;
        if fits.contains(&Some(false)) {
            continue;
        }
        match fits.contains(&None) {
            true => more += 1,
            false => sure.push(item),
        }
    }
    Ok(Val::List(sure, more))
}

fn fits(matcher: &Matcher, fields: &BTreeMap<String, Val>) -> Result<Option<bool>, Malformed> {
    use MatcherOp::*;
    let each = |value: Option<&Val>| -> Result<Option<bool>, Malformed> {
        let mut any = Some(false);
        for wanted in &matcher.values {
            any = match (any, one(matcher, wanted, value)?) {
                (Some(true), _) | (_, Some(true)) => Some(true),
                (Some(false), Some(false)) => Some(false),
                _ => None,
            };
        }
        Ok(any)
    };
    let unknown = Val::text("unknown");
    let value = fields.get(&matcher.label).filter(|v| **v != Val::Null);
    // A scanner that says no severity can be asked for just that.
    let names_unknown = matcher.values.iter().any(|v| v.as_str() == Some("unknown"));
    let value = match value {
        None if matcher.label == "severity" && names_unknown => Some(&unknown),
        value => value,
    };
    let found = each(value)?;
    Ok(if matches!(matcher.op, NotEqual | NotMatches) {
        found.map(|f| !f)
    } else {
        found
    })
}

/// Whether a value is the one wanted; unknown where the two can't be compared.
fn one(matcher: &Matcher, wanted: &Value, value: Option<&Val>) -> Result<Option<bool>, Malformed> {
    let Some(value) = value else { return Ok(None) };
    if matches!(matcher.op, MatcherOp::Matches | MatcherOp::NotMatches) {
        let pattern = wanted.as_str().unwrap_or_default();
        return match value {
            Val::Text(text) => pattern_fits(pattern, text).map(Some),
            _ => Ok(None),
        };
    }
    Ok(match (Val::from(wanted), value) {
        (Val::Text(a), Val::Text(b)) => Some(a == *b),
        (Val::Bool(a), Val::Bool(b)) => Some(a == *b),
        (Val::Number(a), Val::Number(b)) => a.compare(Operator::Equal, *b),
        _ => None,
    })
}

/// Whether a regular expression fits a whole text.
pub fn pattern_fits(pattern: &str, text: &str) -> Result<bool, Malformed> {
    let anchored = format!("^(?:{pattern})$");
    let wrong = |_| {
        Malformed(format!(
            "is asked by {}, no regular expression",
            quote(pattern)
        ))
    };
    Ok(regex::Regex::new(&anchored).map_err(wrong)?.is_match(text))
}

/// A function's value.
pub fn call(func: Func, args: &[Expr], lookup: &dyn Lookup) -> Result<Val, Lack> {
    use Func::*;
    match (func, args) {
        (If, [condition, yes, no]) => match truth(condition, lookup)? {
            true => eval(yes, lookup),
            false => eval(no, lookup),
        },
        (Count, [of]) => count(of, lookup),
        (Every, [of]) => eval(of, lookup),
        (Failed, [of]) => match eval(of, lookup)? {
            Val::Text(id) => lookup.failed(&id).map(Val::Bool),
            other => Err(Lack::new(format!("failed() of {}", other.describe()))),
        },
        (Abs, [of]) => Ok(Val::Number(number(of, lookup)?.abs())),
        (Clamp, [of, low, high]) => {
            let (of, (low, high)) = both(
                number(of, lookup),
                both(number(low, lookup), number(high, lookup)),
            )?;
            Ok(Val::Number(of.max(low).min(high)))
        }
        (Capped, [of, high]) => {
            let (of, high) = both(number(of, lookup), number(high, lookup))?;
            Ok(Val::Number(of.min(high)))
        }
        (Min | Max | Mean | Sum, _) => fold(func, args, lookup),
        (Join | Concat | StartsWith | EndsWith | Contains, _) => texts(func, args, lookup),
        (Rise | Drop | Change, [of]) => lookup.compared(func, of),
        _ => Err(Lack::new(format!(
            "`{}` can't be measured in a pipeline",
            func.name()
        ))),
    }
}

/// A number, or that it is none.
pub fn number(expr: &Expr, lookup: &dyn Lookup) -> Result<Num, Lack> {
    as_number(&eval(expr, lookup)?, expr)
}

/// A value as a number, or that it is none.
pub fn as_number(value: &Val, expr: &Expr) -> Result<Num, Lack> {
    match value {
        Val::Number(number) => Ok(*number),
        other => {
            let (text, source, what) = (expr, source(expr), other.describe());
            Err(Lack::new(format!(
                "`{text}` is {what}, not a number{source}"
            )))
        }
    }
}

/// How many members, or of how many groups a comparison holds.
fn count(of: &Expr, lookup: &dyn Lookup) -> Result<Val, Lack> {
    let holds = |values: &mut dyn Iterator<Item = &Val>| {
        values.filter(|v| **v == Val::Bool(true)).count() as f64
    };
    let value = eval(of, lookup)?;
    let compares = matches!(of.kind, ExprKind::Binary(..) | ExprKind::Not(_));
    let nothing = match &value {
        Val::List(items, 0) => items.is_empty(),
        Val::Record(groups) => groups.is_empty(),
        _ => false,
    };
    if compares && nothing {
        let why = "there is nothing to compare, so it shows nothing";
        return Err(Lack::new(format!("`{of}`: {why}{}", source(of))));
    }
    match &value {
        Val::List(items, 0) if compares => Ok(Val::number(holds(&mut items.iter()))),
        Val::Record(groups) if compares => Ok(Val::number(holds(&mut groups.values()))),
        Val::List(items, more) if !compares => {
            let sure = items.len() as f64;
            Ok(Val::Number(Num {
                low: sure,
                high: sure + *more as f64,
            }))
        }
        other => {
            let (text, source, what) = (of, source(of), other.describe());
            Err(Lack::new(format!("`{text}` is {what}, not a list{source}")))
        }
    }
}

/// One number of many, lists among them.
fn fold(func: Func, args: &[Expr], lookup: &dyn Lookup) -> Result<Val, Lack> {
    let lists = all(args.iter().map(|arg| numbers(&eval(arg, lookup)?, arg)))?;
    let numbers: Vec<Num> = lists.into_iter().flatten().collect();
    let size = Num::exact(numbers.len() as f64);
    let nothing = || Lack::new(format!("`{}` of nothing", func.name()));
    let none = || Lack::new(format!("`{}` gives no number", func.name()));
    let total = || {
        let zero = Some(Num::exact(0.0));
        numbers
            .iter()
            .fold(zero, |sum, n| sum?.arithmetic(Operator::Add, *n))
            .ok_or_else(none)
    };
    if numbers.is_empty() {
        return Err(nothing());
    }
    let found = match func {
        Func::Min => numbers
            .iter()
            .copied()
            .reduce(Num::min)
            .ok_or_else(nothing)?,
        Func::Max => numbers
            .iter()
            .copied()
            .reduce(Num::max)
            .ok_or_else(nothing)?,
        Func::Mean => total()?
            .arithmetic(Operator::Divide, size)
            .ok_or_else(none)?,
        _ => total()?,
    };
    Ok(Val::Number(found))
}

fn numbers(value: &Val, expr: &Expr) -> Result<Vec<Num>, Lack> {
    match value {
        Val::List(items, 0) => items.iter().map(|item| as_number(item, expr)).collect(),
        Val::Record(groups) => groups.values().map(|item| as_number(item, expr)).collect(),
        other => Ok(vec![as_number(other, expr)?]),
    }
}

fn texts(func: Func, args: &[Expr], lookup: &dyn Lookup) -> Result<Val, Lack> {
    let values = all(args.iter().map(|arg| eval(arg, lookup)))?;
    match (func, values.as_slice()) {
        (Func::StartsWith, [Val::Text(a), Val::Text(b)]) => {
            Ok(Val::Bool(a.starts_with(b.as_str())))
        }
        (Func::EndsWith, [Val::Text(a), Val::Text(b)]) => Ok(Val::Bool(a.ends_with(b.as_str()))),
        (Func::Contains, [Val::Text(a), Val::Text(b)]) => Ok(Val::Bool(a.contains(b.as_str()))),
        (Func::Contains, [Val::List(items, 0), part]) => Ok(Val::Bool(items.contains(part))),
        (Func::StartsWith | Func::EndsWith | Func::Contains, [Val::Null, _]) => {
            Ok(Val::Bool(false))
        }
        _ => Err(Lack::new(format!(
            "`{}` can't be judged in a pipeline",
            func.name()
        ))),
    }
}
