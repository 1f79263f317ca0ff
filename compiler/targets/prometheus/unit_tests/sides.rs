//! Values on the two sides of a limit.

use crate::plan::{Expr, Quantity, Type};
use crate::targets::prometheus::promql::Op;
use crate::targets::prometheus::query::Terms;

/// What a term needs to come out one way.
pub enum Choice<'a> {
    /// One of these values, the nearest to the limit first.
    Value(&'a Expr, Vec<f64>),
    /// The series is there.
    Present(&'a Expr),
    /// It isn't.
    Gone,
}

/// What the terms need to hold, or not to.
pub fn choose<'a>(terms: &Terms<'a>, fires: bool, choices: &mut Vec<Choice<'a>>) {
    match terms {
        Terms::Compare {
            what,
            op,
            limit,
            until,
            range,
        } => {
            let long = what.ty == Type::Quantity(Quantity::Duration) && *limit >= 60.0;
            let values = match until.filter(|_| fires) {
                Some(until) => vec![(*limit + until) / 2.0],
                None => beside(*op, *limit, *range, fires),
            };
            // Whole seconds would be at the mercy of the last bit when they are shown.
            let off = |v: f64| if long && v.fract() == 0.0 { v - 0.5 } else { v };
            choices.push(Choice::Value(what, values.into_iter().map(off).collect()));
        }
        Terms::Absent(series) => {
            choices.push(if fires {
                Choice::Gone
            } else {
                Choice::Present(series)
            });
        }
        Terms::All(parts) | Terms::Any(parts) => {
            parts.iter().for_each(|p| choose(p, fires, choices));
        }
    }
}

/// How many values are tried on each side.
pub const CANDIDATES: usize = 4;

/// Values beside a limit for which a comparison holds, or doesn't; the nearest first.
fn beside(op: Op, limit: f64, range: (f64, f64), holds: bool) -> Vec<f64> {
    let op = if holds { op } else { op.negated() };
    let unit = if range.1 <= 1.0 {
        1.0
    } else {
        limit.abs().max(1.0)
    };
    let near = |share: f64| {
        if limit == 0.0 {
            unit * share
        } else {
            limit.abs() * share
        }
    };
    let upward = [
        limit + near(0.01),
        limit + near(0.1),
        middle(limit, range.1),
        range.1,
    ];
    let downward = [
        limit - near(0.01),
        limit - near(0.1),
        middle(limit, range.0),
        range.0,
    ];
    let values = match op {
        Op::Greater | Op::GreaterEqual => upward.to_vec(),
        Op::Less | Op::LessEqual => downward.to_vec(),
        Op::NotEqual => [vec![range.1, range.0], upward.to_vec(), downward.to_vec()].concat(),
        _ => Vec::new(),
    };
    let exact = matches!(op, Op::Equal | Op::GreaterEqual | Op::LessEqual).then_some(limit);
    let fits = |v: &f64| v.is_finite() && *v >= range.0 && *v <= range.1 && op.holds(*v, limit);
    values
        .into_iter()
        .chain(exact)
        .map(short)
        .filter(fits)
        .collect()
}

fn middle(a: f64, b: f64) -> f64 {
    if b.is_finite() {
        (a + b) / 2.0
    } else {
        f64::NAN
    }
}

/// Six significant digits, to be read by people.
fn short(value: f64) -> f64 {
    format!("{value:.5e}").parse().unwrap_or(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_value_on_the_asked_side_comes_first() {
        let all = (f64::NEG_INFINITY, f64::INFINITY);
        let first = |op, limit, range, holds| beside(op, limit, range, holds).first().copied();
        assert_eq!(first(Op::Greater, 0.02, all, true), Some(0.0202));
        assert_eq!(first(Op::Greater, 0.02, all, false), Some(0.0198));
        assert_eq!(first(Op::Greater, 0.0, (0.0, 1.0), true), Some(0.01));
        assert_eq!(first(Op::Greater, 0.0, (0.0, 1.0), false), Some(0.0));
        assert_eq!(first(Op::Less, 0.995, (0.0, 1.0), false), Some(0.9975));
        assert_eq!(first(Op::Equal, 3.0, all, true), Some(3.0));
        assert_eq!(first(Op::Equal, 3.0, all, false), Some(3.03));
    }
}
