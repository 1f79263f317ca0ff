//! What a baseline's budget still allows: all that a metric worsened since the anchor.

use super::criterion::shown;
use super::gate::Judge;
use super::lack::{Lack, all};
use super::number::Num;
use super::numbers::Measure;
use super::past::{Groups, Pair, measured};
use super::result::{Item, Role};
use super::scope::{Scope, picks_of};
use crate::baseline::Statistic;
use crate::plan::{
    Baseline, Better, Expr, ExprKind, Func, Gate, Operator, Quantity, Type, Verdict,
};

/// For each metric that a gate compares, whether all it worsened since the anchor is in the budget.
pub fn budgets(judge: &Judge, gate: &Gate, expressions: &[Expr]) -> Vec<Item> {
    let baseline = gate
        .against
        .as_deref()
        .and_then(|id| judge.plan.baseline(id));
    let Some((baseline, budget)) = baseline.and_then(|b| Some((b, b.budget?))) else {
        return Vec::new();
    };
    let mut compared: Vec<&Expr> = Vec::new();
    for expr in expressions {
        expr.walk(&mut |inner| {
            if let ExprKind::Call(Func::Rise | Func::Drop | Func::Change, args) = &inner.kind
                && let [of] = args.as_slice()
                && !compared.iter().any(|known| known.kind == of.kind)
            {
                compared.push(of);
            }
        });
    }
    let items = compared
        .into_iter()
        .map(|of| budget_item(judge, baseline, budget, of));
    items.collect()
}

fn budget_item(judge: &Judge, baseline: &Baseline, budget: f64, of: &Expr) -> Item {
    let place = &baseline.origin.place;
    let mut item = Item::new(
        Role::Require,
        &format!("{of}_budget"),
        Verdict::Undecided,
        place,
    );
    item.asks = format!(
        "all that `{of}` worsened since the anchor of `{}`",
        baseline.id
    );
    let ty = Type::Quantity(Quantity::Ratio);
    let limit = Num::exact(budget);
    item.limit = Some(format!("<= {}", shown(limit, &ty, None)));
    let measure = |number| Measure {
        number,
        quantity: Quantity::Ratio,
    };
    item.numbers.limit = Some((Operator::LessEqual, measure(limit)));
    match worsened(judge, baseline, of) {
        Ok(worst) => {
            item.value = Some(shown(worst, &ty, Some(limit)));
            item.numbers.value = Some(measure(worst));
            item.verdict = match worst.compare(Operator::LessEqual, limit) {
                Some(true) => Verdict::Pass,
                Some(false) => Verdict::Fail,
                None => Verdict::Undecided,
            };
        }
        Err(lack) => {
            item.verdict = lack.verdict();
            item.reasons = lack.reasons;
        }
    }
    judge.hand_over(&mut item);
    item
}

/// The most that a metric worsened since the anchor, over its cells and groups.
fn worsened(judge: &Judge, baseline: &Baseline, of: &Expr) -> Result<Num, Lack> {
    let each = picks_of(judge, of)?.into_iter().map(|picked| {
        let scope = Scope::new(judge, &picked);
        let (metric, groups) = measured(judge, &scope, of)?;
        let groups = match groups {
            Groups::One(group, now) => vec![(group, now)],
            Groups::Many(groups) => groups,
        };
        let func = match metric.better {
            Some(Better::Higher) => Func::Drop,
            _ => Func::Rise,
        };
        let worse = groups.iter().map(|(group, now)| {
            let pair = Pair {
                baseline,
                metric,
                group,
                now: *now,
            };
            let worse = pair.compared(judge, &picked, func, Statistic::Anchor)?;
            // Without a direction every change counts.
            Ok(metric.better.map_or(worse.abs(), |_| worse))
        });
        all(worse)
    });
    let worse = all(each)?.into_iter().flatten();
    worse
        .reduce(Num::max)
        .ok_or_else(|| Lack::new("there is no cell"))
}
