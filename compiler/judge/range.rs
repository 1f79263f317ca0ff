//! What a number can be: a share is 0 to 1, and what is counted, timed or stored is 0 or more.
//!
//! Takes what was measured; a number outside is a mistake of its report or of its unit, so it is
//! undecided. Changes and shares of changes are no such numbers, and are not looked at here.

use super::criterion::shown;
use super::functions::as_number;
use super::lack::{Lack, all, source};
use super::number::Num;
use super::value::Val;
use crate::plan::{Expr, ExprKind, Func, Metric, Operator, Quantity, Ref, Type};

/// How far a score may lie above 100pt by the rounding of its arithmetic, in points.
const ROUNDING: f64 = 1e-9;

/// What a metric of a type can be where it declares no `range`; none: anything.
fn usual(ty: &Type) -> Option<(f64, f64)> {
    match ty {
        Type::Quantity(Quantity::Ratio) => Some((0.0, 1.0)),
        Type::Quantity(Quantity::Count | Quantity::Bytes | Quantity::Duration) => {
            Some((0.0, f64::INFINITY))
        }
        _ => None,
    }
}

/// An error unless a metric's value, or that of each group, is what it can be. `report` is what
/// was measured by; none: the value was given.
pub fn of_metric(metric: &Metric, report: Option<&Expr>, value: &Val) -> Result<(), Lack> {
    let check = |value: &Val| {
        let number = match (value, report) {
            (Val::Number(number), _) => *number,
            (other, Some(report)) => as_number(other, report)?,
            (_, None) => return Ok(()),
        };
        let range = metric.range.or(usual(&metric.ty));
        match range.filter(|range| is_outside(number, *range)) {
            Some(range) => Err(outside(metric, range, number, report.is_some())),
            None => Ok(()),
        }
    };
    match value {
        Val::List(items, _) => all(items.iter().map(check)).map(drop),
        Val::Record(groups) => all(groups.values().map(check)).map(drop),
        value => check(value),
    }
}

fn is_outside(number: Num, (low, high): (f64, f64)) -> bool {
    let (low, high) = (Num::exact(low), Num::exact(high));
    [number.low, number.high].into_iter().any(|end| {
        let end = Num::exact(end);
        end.compare(Operator::Less, low) == Some(true)
            || end.compare(Operator::Greater, high) == Some(true)
    })
}

fn outside(metric: &Metric, (low, high): (f64, f64), number: Num, measured: bool) -> Lack {
    let show = |n: f64| shown(Num::exact(n), &metric.ty, None);
    let id = &metric.id;
    if high.is_finite() {
        let hint = if measured {
            ": is its report in another unit?"
        } else {
            ""
        };
        let (at, low, high) = (show(number.high), show(low), show(high));
        return Lack::new(format!(
            "metric `{id}` is {at}, outside {low} to {high}{hint}"
        ));
    }
    let what = match &metric.ty {
        Type::Quantity(Quantity::Bytes) => "bytes are".to_string(),
        other => format!("{} is", other.describe()),
    };
    let at = show(number.low);
    let hint = match measured {
        true => format!(": does its tool write {at} for \"not measured\"?"),
        false => String::new(),
    };
    Lack::new(format!("metric `{id}` is {at}, and {what} 0 or more{hint}"))
}

/// An error if a report's number is held against a share and is none. No metric stands between
/// that could say its unit or its range.
pub fn of_share((expr, number): (&Expr, Num), other: &Expr) -> Result<(), Lack> {
    let ratio = Type::Quantity(Quantity::Ratio);
    if other.ty != ratio || !is_of_report(expr) || !is_outside(number, (0.0, 1.0)) {
        return Ok(());
    }
    let end = if number.low < 0.0 {
        number.low
    } else {
        number.high
    };
    let at = shown(Num::exact(end), &ratio, None);
    Err(Lack::new(format!(
        "`{expr}` is {at}, outside 0% to 100%: is its report in another unit?{}",
        source(expr)
    )))
}

/// Whether an expression is a number that stands in a report as it is, or one of several such.
fn is_of_report(expr: &Expr) -> bool {
    match &expr.kind {
        ExprKind::Ref(Ref::Report { .. }) => true,
        ExprKind::Call(Func::Every | Func::Mean | Func::Min | Func::Max, args) => {
            args.iter().all(is_of_report)
        }
        _ => false,
    }
}

/// An error if a score is above 100pt: no gate has more to earn.
pub fn of_score(score: Num) -> Result<(), Lack> {
    if score.high <= 100.0 + ROUNDING {
        return Ok(());
    }
    let at = shown(
        Num::exact(score.high),
        &Type::Quantity(Quantity::Points),
        Some(Num::exact(100.0)),
    );
    Err(Lack::new(format!(
        "the score is {at}, above 100pt: is a report in another unit? One that may go beyond says \
         `clamp(…, 0pt, 100pt)`"
    )))
}
