//! Points of a gate.

use super::criterion::quantity;
use super::eval::eval;
use super::functions::as_number;
use super::gate::Judge;
use super::lack::{Lack, all};
use super::number::Num;
use super::numbers::Measure;
use super::range;
use super::result::{Item, Role};
use super::scope::{Scope, picks_of};
use crate::plan::{
    Better, Expr, ExprKind, Operator, Quantity, Ref, Type, Verdict, Weight, WeightPart,
};

/// The least number that an expression has in any cell.
pub fn least(judge: &Judge, expr: &Expr) -> Result<Num, Lack> {
    extreme(judge, expr, Num::min)
}

/// A gate's points by its expression: the least of any cell, and none above 100.
pub fn points(judge: &Judge, expr: &Expr) -> Result<Num, Lack> {
    range::of_score(extreme(judge, expr, Num::max)?)?;
    least(judge, expr)
}

fn extreme(judge: &Judge, expr: &Expr, pick: fn(Num, Num) -> Num) -> Result<Num, Lack> {
    let each = picks_of(judge, expr)?.into_iter().map(|picked| {
        let value = eval(expr, &Scope::new(judge, &picked))?;
        as_number(&value, expr)
    });
    let nothing = || Lack::new("there is no cell");
    all(each)?.into_iter().reduce(pick).ok_or_else(nothing)
}

/// A line of `weights`.
pub fn part(judge: &Judge, weight: &Weight) -> Item {
    let full = weight.weight * 100.0;
    let (id, place) = match &weight.part {
        WeightPart::Metric(id) => (id.clone(), place_of_metric(judge, id)),
        WeightPart::Gate(id) => (
            format!("gate.{id}"),
            judge.plan.gate(id).map(|g| &g.origin.place),
        ),
        WeightPart::Value(expr) => (expr.to_string(), None),
    };
    let mut item = Item::new(
        Role::Part,
        &id,
        Verdict::Undecided,
        place.map_or("", String::as_str),
    );
    item.asks.clone_from(&id);
    item.decides = false;
    item.numbers.weight = Some(weight.weight);
    let value = match &weight.part {
        WeightPart::Gate(id) => child(judge, id, &mut item),
        WeightPart::Metric(id) => metric(judge, id, weight),
        WeightPart::Value(expr) => least(judge, expr).map(|n| (n, expr.ty.clone(), None)),
    };
    match value
        .and_then(|(number, ty, better)| Ok((share(number, &ty, better)?, number, ty, better)))
    {
        Ok((earned, number, ty, better)) => {
            item.points = earned
                .arithmetic(Operator::Multiply, Num::exact(full))
                .map(|n| (n, full));
            item.value = Some(super::criterion::shown(
                number,
                &ty,
                weight.at_least.map(Num::exact),
            ));
            item.numbers.better = better;
            item.numbers.value = Some(Measure {
                number,
                quantity: quantity(&ty),
            });
            hold(&mut item, number, weight.at_least, &ty, better);
        }
        Err(lack) => {
            item.verdict = lack.verdict();
            item.reasons.extend(lack.reasons);
        }
    }
    judge.hand_over(&mut item);
    item
}

fn place_of_metric<'j>(judge: &'j Judge, id: &str) -> Option<&'j String> {
    judge.plan.metric(id).map(|m| &m.origin.place)
}

type Measured = (Num, Type, Option<Better>);

/// A metric's worst value over the cells.
fn metric(judge: &Judge, id: &str, weight: &Weight) -> Result<Measured, Lack> {
    let found = judge.plan.metric(id);
    let metric = found.ok_or_else(|| Lack::new(format!("the program has no metric `{id}`")))?;
    let kind = ExprKind::Ref(Ref::Metric(id.to_string(), Vec::new()));
    let expr = Expr {
        kind,
        ty: metric.ty.clone(),
        span: weight.span,
    };
    let worst = if metric.better == Some(Better::Lower) {
        Num::max
    } else {
        Num::min
    };
    Ok((
        extreme(judge, &expr, worst)?,
        metric.ty.clone(),
        metric.better,
    ))
}

/// A gate's points; its verdict is shown, and decides only where it is not known.
fn child(judge: &Judge, id: &str, item: &mut Item) -> Result<Measured, Lack> {
    let child = judge.gate(id);
    let score = child.score.ok_or(match child.verdict {
        Verdict::Skipped => Lack::skipped(format!("gate `{id}` was skipped")),
        _ => Lack::new(format!("the points of gate `{id}` are not known")),
    });
    item.verdict = child.verdict;
    item.child = Some(Box::new(child));
    Ok((score?, Type::Quantity(Quantity::Points), None))
}

/// The share of its points that a value earns.
fn share(number: Num, ty: &Type, better: Option<Better>) -> Result<Num, Lack> {
    let whole = match ty {
        Type::Quantity(Quantity::Ratio) => 1.0,
        Type::Quantity(Quantity::Points) => 100.0,
        other => {
            return Err(Lack::new(format!(
                "{} earns no points in proportion",
                other.describe()
            )));
        }
    };
    let share = number.map(|n| (n / whole).clamp(0.0, 1.0));
    Ok(match better {
        Some(Better::Lower) => Num {
            low: 1.0 - share.high,
            high: 1.0 - share.low,
        },
        _ => share,
    })
}

/// Holds a part against its own least value.
fn hold(item: &mut Item, number: Num, at_least: Option<f64>, ty: &Type, better: Option<Better>) {
    let Some(limit) = at_least.map(Num::exact) else {
        if item.child.is_none() {
            item.verdict = Verdict::Pass;
        }
        return;
    };
    let op = match better {
        Some(Better::Lower) => Operator::LessEqual,
        _ => Operator::GreaterEqual,
    };
    item.limit = Some(format!(
        "{} {}",
        op.text(),
        super::criterion::shown(limit, ty, None)
    ));
    let quantity = quantity(ty);
    item.numbers.limit = Some((
        op,
        Measure {
            number: limit,
            quantity,
        },
    ));
    match number.compare(op, limit) {
        Some(true) if item.child.is_none() => item.verdict = Verdict::Pass,
        Some(true) => {}
        Some(false) => {
            item.verdict = Verdict::Fail;
            item.decides = true;
        }
        None => {
            item.verdict = Verdict::Undecided;
            item.reasons
                .push("its bounds lie on both sides of its least value".to_string());
        }
    }
}
