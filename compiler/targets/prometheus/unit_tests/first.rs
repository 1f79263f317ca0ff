//! The case of a counter that begins with its first event, for alerts that ask whether there was any.

use super::{Bench, Case, checks};
use crate::plan::{Expr, ExprKind, Func, Plan, Ref};
use crate::targets::prometheus::alerts::AlertRule;
use crate::targets::prometheus::promql::Op;
use crate::targets::prometheus::query::{Terms, window_of};
use crate::targets::prometheus::synth::{self, Demand};

/// Steps before the first event.
const BEFORE: usize = 3;

impl<'a> Bench<'a> {
    /// One event, ever, fires an alert on more than none.
    pub fn first_event(&self, rule: &AlertRule<'a>) -> Option<Case> {
        let Some(
            terms @ Terms::Compare {
                what,
                op: Op::Greater,
                limit,
                ..
            },
        ) = &rule.terms
        else {
            return None;
        };
        let window = window_of_increase(self.plan, what)?;
        let at = (BEFORE + 1) as f64 * self.step + rule.hold;
        // An alert that must hold longer than the event is seen never fires on one.
        if !(0.0..1.0).contains(limit) || at >= window {
            return None;
        }
        let (_, clock) = self.clock(at);
        let demand = Demand { what, value: 1.0 };
        let mut input = synth::input(self.plan, self.environment, &[demand], clock)?;
        for (_, values) in &mut input.series {
            *values = format!("_x{BEFORE} 1x{}", clock.count);
        }
        let firing = self.firing(rule, terms, &input, 1.0)?;
        Some(Case {
            name: format!("{} fires on a first event", rule.name),
            step: self.step,
            at,
            input: input.series,
            checks: checks(rule, at, self.step, vec![firing]),
        })
    }
}

/// The window of `increase`, if that is what is asked.
fn window_of_increase(plan: &Plan, what: &Expr) -> Option<f64> {
    match &what.kind {
        ExprKind::Call(Func::Increase, args) => Some(window_of(Func::Increase, args)),
        ExprKind::Ref(Ref::Metric(id, _)) => {
            let live = plan.metric(id)?.live.as_ref()?;
            match &live.kind {
                ExprKind::Call(Func::Increase, args) => Some(window_of(Func::Increase, args)),
                _ => None,
            }
        }
        _ => None,
    }
}
