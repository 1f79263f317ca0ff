//! Tests of the rules, for `promtool test rules`: every alert on both sides of its limit, and what
//! the program's own `test` blocks measure live.

mod budgets;
mod first;
mod sides;
mod written;

use super::alerts::AlertRule;
use super::promql::Query;
use super::query::{Labels, Terms, window_of};
use super::rules::RuleSet;
use super::synth::{self, Clock, Demand, Input};
use crate::diagnostics::Diagnostics;
use crate::plan::{Environment, Expr, ExprKind, Plan, Ref};
use sides::{CANDIDATES, Choice, choose};
use std::collections::BTreeMap;

/// One test: samples, and what they lead to.
pub struct Case {
    /// Its name.
    pub name: String,
    /// Seconds between samples.
    pub step: f64,
    /// Seconds after which it is looked at.
    pub at: f64,
    /// Series and values.
    pub input: Vec<(String, String)>,
    /// What must be seen.
    pub checks: Vec<Check>,
}

/// What must be seen.
pub enum Check {
    /// An alert, and the samples for which it fires.
    Alert {
        /// Seconds after which it is looked at.
        at: f64,
        /// Its name.
        name: String,
        /// None: it is silent.
        firing: Vec<Firing>,
    },
    /// A recorded value.
    Value {
        /// The query.
        expr: String,
        /// The sample's labels.
        sample: String,
        /// Its value.
        value: f64,
    },
}

/// An alert as it is sent.
pub struct Firing {
    /// Labels.
    pub labels: BTreeMap<String, String>,
    /// Texts.
    pub annotations: Vec<(&'static str, String)>,
}

/// What the cases of one environment share.
struct Bench<'a> {
    plan: &'a Plan,
    environment: &'a Environment,
    step: f64,
}

/// Every test of an environment's rules.
pub fn cases<'a>(
    plan: &'a Plan,
    environment: &'a Environment,
    rules: &RuleSet<'a>,
    findings: &mut Diagnostics,
) -> Vec<Case> {
    let bench = Bench {
        plan,
        environment,
        step: step(plan),
    };
    let mut cases = Vec::new();
    for test in &plan.tests {
        cases.extend(bench.written(test, rules, findings));
    }
    for rule in rules.alerts() {
        cases.extend(bench.both_sides(rule));
        cases.extend(bench.first_event(rule));
    }
    cases.extend(bench.budgets(rules));
    cases
}

/// Samples often enough that the shortest window holds four.
fn step(plan: &Plan) -> f64 {
    let mut shortest = f64::INFINITY;
    let mut look = |expr: &Expr| {
        expr.walk(&mut |e| {
            if let ExprKind::Call(func, args) = &e.kind
                && matches!(
                    args.first().map(|a| &a.kind),
                    Some(ExprKind::Ref(Ref::Series { .. }))
                )
            {
                shortest = shortest.min(window_of(*func, args));
            }
        });
    };
    plan.metrics
        .iter()
        .filter_map(|m| m.live.as_ref())
        .for_each(&mut look);
    for alert in &plan.alerts {
        if let crate::plan::Cause::When(expr) = &alert.cause {
            look(expr);
        }
    }
    let steps = [60.0, 30.0, 15.0, 5.0, 1.0];
    steps
        .into_iter()
        .find(|s| s * 4.0 <= shortest)
        .unwrap_or(1.0)
}

impl<'a> Bench<'a> {
    /// Seconds until a rule over this window has held long enough, and samples up to then.
    fn clock(&self, seconds: f64) -> (f64, Clock) {
        let count = (seconds / self.step).ceil() + 2.0;
        let clock = Clock {
            step: self.step,
            count: count as usize + 1,
        };
        (count * self.step, clock)
    }

    /// One case in which the alert fires and one in which it is silent.
    fn both_sides(&self, rule: &AlertRule<'a>) -> Vec<Case> {
        let Some(terms) = &rule.terms else {
            return Vec::new();
        };
        let fires = self.side(rule, terms, true);
        let silent = self.side(rule, terms, false);
        fires.into_iter().chain(silent).collect()
    }

    fn side(&self, rule: &AlertRule<'a>, terms: &Terms<'a>, fires: bool) -> Option<Case> {
        let mut choices = Vec::new();
        choose(terms, fires, &mut choices);
        // Not every value can be made of every histogram: the nearest to the limit that can.
        (0..CANDIDATES).find_map(|i| self.attempt(rule, terms, &choices, i, fires))
    }

    fn attempt(
        &self,
        rule: &AlertRule<'a>,
        terms: &Terms<'a>,
        choices: &[Choice<'a>],
        index: usize,
        fires: bool,
    ) -> Option<Case> {
        let mut demands = Vec::new();
        for choice in choices {
            if let Choice::Value(what, values) = choice {
                let value = *values.get(index)?;
                demands.push(Demand { what, value });
            } else if index > 0 {
                return None;
            }
        }
        let (at, clock) = self.clock(self.longest(&demands) + rule.hold + rule.keep.unwrap_or(0.0));
        let mut input = synth::input(self.plan, self.environment, &demands, clock)?;
        for choice in choices {
            if let Choice::Present(series) = choice {
                let more = synth::present(self.plan, self.environment, series, clock)?;
                input.series.extend(more.series);
            }
        }
        let value = demands.first().map_or(1.0, |d| d.value);
        let firing = if fires {
            vec![self.firing(rule, terms, &input, value)?]
        } else {
            Vec::new()
        };
        Some(Case {
            name: format!(
                "{} {}",
                rule.name,
                if fires { "fires" } else { "is silent" }
            ),
            step: self.step,
            at,
            input: input.series,
            checks: checks(rule, at, self.step, firing),
        })
    }

    fn longest(&self, demands: &[Demand]) -> f64 {
        let none = Clock {
            step: self.step,
            count: 0,
        };
        let input = synth::input(self.plan, self.environment, demands, none);
        input.map_or(0.0, |i| i.window)
    }

    /// The alert as it must be sent.
    fn firing(&self, rule: &AlertRule, terms: &Terms, input: &Input, value: f64) -> Option<Firing> {
        let mut labels = match (terms, &rule.query) {
            (Terms::Absent(_), query) => equalities(query),
            (Terms::Any(_), _) if rule.labels == Labels::All => return None,
            _ => {
                let mut labels = input.labels.clone();
                labels.retain(|name, _| rule.labels.keep(name));
                labels
            }
        };
        let annotations = rule
            .annotations
            .iter()
            .map(|(key, message)| (*key, message.expanded(value, &labels)))
            .collect();
        labels.extend(rule.added.iter().cloned());
        Some(Firing {
            labels,
            annotations,
        })
    }
}

/// The alert fires or not in the end; and never before it held as long as it must.
fn checks(rule: &AlertRule, at: f64, step: f64, firing: Vec<Firing>) -> Vec<Check> {
    let look = |at, firing| Check::Alert {
        at,
        name: rule.name.clone(),
        firing,
    };
    let before = rule.hold - step;
    let early = (!firing.is_empty() && before > 0.0).then(|| look(before, Vec::new()));
    early.into_iter().chain([look(at, firing)]).collect()
}

/// Labels that a query's `absent` takes from its matchers.
fn equalities(query: &Query) -> BTreeMap<String, String> {
    match query {
        Query::Call(_, args) => args.first().map(equalities).unwrap_or_default(),
        Query::Instant(selector) => {
            let equal = selector.matchers.iter();
            let equal = equal.filter(|m| m.op == super::promql::MatchOp::Equal);
            equal.map(|m| (m.label.clone(), m.value.clone())).collect()
        }
        _ => BTreeMap::new(),
    }
}
