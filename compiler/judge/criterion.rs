//! One criterion judged.

use super::confidence;
use super::eval::{Lookup, eval, truth};
use super::gate::Judge;
use super::lack::Lack;
use super::nodes::{Ended, ended, name};
use super::number::Num;
use super::numbers::Measure;
use super::result::{Item, Role, combined};
use super::scope::{Picked, Scope, picks_of};
use super::value::Val;
use crate::plan::{
    Condition, Criterion, Expr, ExprKind, Operator, Quantity, Ref, Strength, Type, Value, Verdict,
};

/// A criterion's item; `parts` are the items of its gate's weights.
pub fn judge(judge: &Judge, criterion: &Criterion, parts: &[Item]) -> Item {
    let (role, warn) = match criterion.strength {
        Strength::Require { warn } => (Role::Require, warn),
        Strength::Score { .. } => (Role::Score, None),
    };
    let place = &criterion.origin.place;
    let mut item = Item::new(role, &criterion.id, Verdict::Undecided, place);
    item.decides = role == Role::Require;
    if let Strength::Score { weight } = criterion.strength {
        item.numbers.weight = Some(weight);
    }
    match &criterion.condition {
        Condition::Holds(expr) => worst(judge, (criterion, expr), warn, &mut item),
        Condition::Gate(gate) => {
            let child = judge.gate(gate);
            item.asks = format!("gate.{gate}");
            item.verdict = child.verdict;
            item.child = Some(Box::new(child));
        }
        Condition::Outcome(node) => outcome(judge, node, &mut item),
        Condition::EveryPart => {
            item.asks = "every_part".to_string();
            item.verdict = every_part(parts, &mut item.reasons);
        }
    }
    replace(criterion, &mut item);
    item
}

/// What the program says instead of a result that isn't there.
fn replace(criterion: &Criterion, item: &mut Item) {
    let (said, key) = match item.verdict {
        Verdict::Undecided => (criterion.if_missing, "if_missing"),
        Verdict::Skipped => (criterion.if_skipped, "if_skipped"),
        _ => return,
    };
    let Some(said) = said else { return };
    // What is not known is never a pass, whatever is asked for.
    let never = key == "if_missing" && said == Verdict::Pass;
    item.verdict = if never { Verdict::Warn } else { said };
    item.reasons.push(format!("{key} = {}", said.name()));
}

/// Whether a confidence or a number of samples is asked for. Assumed values are exact: they have
/// no samples, and need none.
fn asks_for_samples(judge: &Judge, criterion: &Criterion) -> bool {
    let asks = criterion.confidence.is_some() || criterion.samples.is_some();
    let assumed = &judge.sources.run.assumed;
    let Condition::Holds(expr) = &criterion.condition else {
        return false;
    };
    let given = |of: &Ref| matches!(of, Ref::Metric(id, _) if assumed.metrics.contains_key(id));
    asks && assumed.rest == super::Rest::Measured && !expr.refs().into_iter().any(given)
}

fn every_part(parts: &[Item], reasons: &mut Vec<String>) -> Verdict {
    let parts: Vec<Item> = parts
        .iter()
        .map(|p| Item {
            decides: true,
            ..p.clone()
        })
        .collect();
    if parts.is_empty() {
        reasons.push("the gate has no parts".to_string());
        return Verdict::Undecided;
    }
    let verdict = combined(parts.iter());
    let same = parts
        .iter()
        .filter(|p| p.verdict == verdict && verdict != Verdict::Pass);
    reasons.extend(same.map(|p| format!("{} is {}", p.id, p.verdict.name())));
    verdict
}

fn outcome(judge: &Judge, node: &str, item: &mut Item) {
    let pipeline = judge.sources.pipeline;
    item.asks = pipeline.node(node).map_or(node.to_string(), name);
    item.verdict = match ended(pipeline, node, judge.sources.run) {
        Ended::Success => Verdict::Pass,
        Ended::Failure => Verdict::Fail,
        other => {
            let lack = other.lack();
            item.reasons
                .extend(lack.iter().flat_map(|l| l.reasons.clone()));
            lack.map_or(Verdict::Undecided, |l| l.verdict())
        }
    };
    item.value = judge
        .sources
        .run
        .results
        .get(node)
        .map(|r| crate::evidence::quote(r));
}

/// Judges in each cell on its own; the worst decides.
fn worst(
    judge: &Judge,
    (criterion, expr): (&Criterion, &Expr),
    warn: Option<f64>,
    item: &mut Item,
) {
    let picks = match picks_of(judge, expr) {
        Ok(picks) => picks,
        Err(lack) => return settle(item, expr, &Picked::new(), Err(lack)),
    };
    let mut found: Option<Item> = None;
    for picked in &picks {
        let scope = Scope::new(judge, picked);
        let mut one = item.clone();
        let mut found_here = verdict(expr, warn, &scope);
        if asks_for_samples(judge, criterion)
            && matches!(found_here, Ok(Verdict::Pass | Verdict::Warn))
        {
            let shown = confidence::verdict(judge, criterion, expr, picked, &mut one);
            found_here = super::lack::both(found_here, shown)
                .map(|(plain, shown)| if shown == Verdict::Pass { plain } else { shown });
        }
        settle(&mut one, expr, picked, found_here);
        describe(&mut one, expr, &scope);
        let measured = one.numbers.limit.as_ref();
        one.numbers.warn = warn.zip(measured).map(|(warn, (_, limit))| Measure {
            number: Num::exact(warn),
            quantity: limit.quantity.clone(),
        });
        judge.hand_over(&mut one);
        if found
            .as_ref()
            .is_none_or(|f| rank(one.verdict) > rank(f.verdict))
        {
            found = Some(one);
        }
    }
    if let Some(found) = found {
        *item = found;
    }
}

fn rank(verdict: Verdict) -> u8 {
    match verdict {
        Verdict::Pass => 0,
        Verdict::Warn => 1,
        Verdict::Overridden => 2,
        Verdict::Skipped => 3,
        Verdict::Undecided => 4,
        Verdict::Fail => 5,
    }
}

fn settle(item: &mut Item, expr: &Expr, picked: &Picked, found: Result<Verdict, Lack>) {
    item.asks = expr.to_string();
    match found {
        Ok(verdict) => {
            item.verdict = verdict;
            let notable = verdict != Verdict::Pass;
            item.reasons.extend(
                picked
                    .iter()
                    .filter(|_| notable)
                    .map(|(s, c)| format!("in {s}, cell {c}")),
            );
        }
        Err(lack) => {
            item.verdict = lack.verdict();
            item.reasons.extend(lack.reasons);
        }
    }
}

fn verdict(expr: &Expr, warn: Option<f64>, lookup: &dyn Lookup) -> Result<Verdict, Lack> {
    if !truth(expr, lookup)? {
        return Ok(Verdict::Fail);
    }
    let (Some(warn), ExprKind::Binary(op, measured, limit)) = (warn, &expr.kind) else {
        return Ok(Verdict::Pass);
    };
    let nearer = Expr::constant(
        Value::Number(warn, Quantity::Number),
        limit.ty.clone(),
        limit.span,
    );
    let nearer = ExprKind::Binary(*op, measured.clone(), Box::new(nearer));
    let well = truth(
        &Expr {
            kind: nearer,
            ..expr.clone()
        },
        lookup,
    )?;
    Ok(if well { Verdict::Pass } else { Verdict::Warn })
}

/// What was measured and what it was held against, as people write them.
fn describe(item: &mut Item, expr: &Expr, lookup: &dyn Lookup) {
    let ExprKind::Binary(op, left, right) = &expr.kind else {
        return;
    };
    if matches!(op, Operator::And | Operator::Or) {
        return;
    }
    let (Ok(a), Ok(b)) = (eval(left, lookup), eval(right, lookup)) else {
        item.limit = right.value().map(|value| format!("{} {value}", op.text()));
        return;
    };
    let ty = unit(left, right);
    let limit = match &b {
        Val::Number(number) => Some(*number),
        _ => None,
    };
    item.value = show(&a, &ty, limit);
    item.limit = show(&b, &ty, None).map(|text| format!("{} {text}", op.text()));
    numbers(item, &a, (*op, limit), &quantity(&ty));
}

/// The same as [`describe`], as numbers.
fn numbers(item: &mut Item, value: &Val, limit: (Operator, Option<Num>), quantity: &Quantity) {
    let measure = |number: Num| Measure {
        number,
        quantity: quantity.clone(),
    };
    match value {
        Val::Number(number) => item.numbers.value = Some(measure(*number)),
        Val::Record(groups) => {
            let numbers = groups.iter().filter_map(|(group, value)| match value {
                Val::Number(number) => Some((group.clone(), measure(*number))),
                _ => None,
            });
            item.numbers.groups = numbers.collect();
        }
        _ => {}
    }
    item.numbers.limit = limit.1.map(|number| (limit.0, measure(number)));
}

/// What a type measures; a plain number where it doesn't say.
pub fn quantity(ty: &Type) -> Quantity {
    match ty {
        Type::Quantity(quantity) => quantity.clone(),
        _ => Quantity::Number,
    }
}

/// The unit of a comparison: that of the side that has one.
fn unit(left: &Expr, right: &Expr) -> Type {
    let known = |e: &Expr| match (&e.ty, e.value()) {
        (ty @ Type::Quantity(_), _) => Some(ty.clone()),
        (_, Some(Value::Number(_, quantity))) => Some(Type::Quantity(quantity.clone())),
        _ => None,
    };
    known(left).or(known(right)).unwrap_or(Type::Unknown)
}

fn show(value: &Val, ty: &Type, limit: Option<Num>) -> Option<String> {
    match value {
        Val::Number(number) => Some(shown(*number, ty, limit)),
        Val::Text(text) => Some(crate::evidence::quote(text)),
        Val::Bool(holds) => Some(holds.to_string()),
        Val::Record(groups) => {
            let one = |(k, v): (&String, &Val)| Some(format!("{k} {}", show(v, ty, limit)?));
            Some(groups.iter().filter_map(one).collect::<Vec<_>>().join(", "))
        }
        Val::List(items, _) => {
            let some: Vec<_> = items
                .iter()
                .take(8)
                .filter_map(|i| show(i, ty, limit))
                .collect();
            let more = if items.len() > 8 { " …" } else { "" };
            Some(format!("{}{more}", some.join(", ")))
        }
        Val::Null => None,
    }
}

/// A number with its unit, to six digits unless that would make it look like its limit.
pub fn shown(number: Num, ty: &Type, limit: Option<Num>) -> String {
    let Type::Quantity(quantity) = ty else {
        return shown(number, &Type::Quantity(Quantity::Number), limit);
    };
    let text = |n: f64| {
        let rounded: f64 = format!("{n:.5e}").parse().unwrap_or(n);
        let hides = limit.is_some_and(|l| rounded == l.low && n != l.low);
        // Adding zero makes one of minus zero.
        Value::Number(if hides { n } else { rounded } + 0.0, quantity.clone()).to_string()
    };
    match number.is_exact() {
        true => text(number.low),
        false => format!("{} to {}", text(number.low), text(number.high)),
    }
}
