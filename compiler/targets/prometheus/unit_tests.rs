//! Tests of the rules, for `promtool test rules`: every alert on both sides of its limit, and what
//! the program's own `test` blocks measure live.

use super::alerts::AlertRule;
use super::promql::{Match, Op, Query, Selector, one_line};
use super::query::{Labels, Recorded, Terms, window_of};
use super::rules::RuleSet;
use super::synth::{self, Clock, Demand, Input};
use crate::diagnostics::{Code, Diagnostic, Diagnostics};
use crate::plan::{Environment, Expr, ExprKind, Func, Plan, Quantity, Ref, Subject, Test, Type};
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
    }
    cases
}

/// Samples often enough that the shortest window holds four.
fn step(plan: &Plan) -> f64 {
    let mut shortest = f64::INFINITY;
    let mut look = |expr: &Expr| {
        expr.walk(&mut |e| {
            if let ExprKind::Call(func, args) = &e.kind
                && matches!(args.first().map(|a| &a.kind), Some(ExprKind::Ref(Ref::Series { .. })))
            {
                shortest = shortest.min(window_of(*func, args));
            }
        });
    };
    plan.metrics.iter().filter_map(|m| m.live.as_ref()).for_each(&mut look);
    for alert in &plan.alerts {
        if let crate::plan::Cause::When(expr) = &alert.cause {
            look(expr);
        }
    }
    let steps = [60.0, 30.0, 15.0, 5.0, 1.0];
    steps.into_iter().find(|s| s * 4.0 <= shortest).unwrap_or(1.0)
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
            name: format!("{} {}", rule.name, if fires { "fires" } else { "is silent" }),
            step: self.step,
            at,
            input: input.series,
            checks: vec![Check::Alert {
                name: rule.name.clone(),
                firing,
            }],
        })
    }

    fn longest(&self, demands: &[Demand]) -> f64 {
        let none = Clock { step: self.step, count: 0 };
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
        Some(Firing { labels, annotations })
    }

    /// Cases of one `test` block: recorded values, and alerts it expects.
    fn written(&self, test: &Test, rules: &RuleSet<'a>, findings: &mut Diagnostics) -> Vec<Case> {
        let mut cases = Vec::new();
        for (id, value, span) in &test.live {
            let recorded = rules.records.get(id).and_then(|r| r.as_ref().ok());
            let (Some(recorded), Some(value)) = (recorded, value.as_number()) else {
                continue;
            };
            match self.recorded(test, id, recorded, value) {
                Some(case) => cases.push(case),
                None => findings.push(
                    Diagnostic::new(
                        Code::UntestableLiveValue,
                        *span,
                        format!("no samples give `{id}` exactly this value"),
                    )
                    .label("left out of the tests for Prometheus"),
                ),
            }
        }
        for expect in &test.expects {
            if let Subject::Alert(id) = &expect.subject {
                cases.extend(self.expected(test, expect, id, rules, findings));
            }
        }
        cases
    }

    fn recorded(&self, test: &Test, id: &str, recorded: &Recorded, value: f64) -> Option<Case> {
        let metric = self.plan.metric(id)?;
        let what = Expr {
            kind: ExprKind::Ref(Ref::Metric(id.to_string(), Vec::new())),
            ty: metric.ty.clone(),
            span: metric.origin.span,
        };
        let demands = [Demand { what: &what, value }];
        let (at, clock) = self.clock(self.longest(&demands));
        let input = synth::input(self.plan, self.environment, &demands, clock)?;
        let labels = input.labels.iter().filter(|(l, _)| recorded.shape.labels.keep(l));
        let matchers = labels.map(|(l, v)| Match::equal(l, v)).collect();
        let sample = one_line(&Query::Instant(Selector {
            name: String::new(),
            matchers,
        }));
        let sample = if sample.is_empty() { "{}".to_string() } else { sample };
        Some(Case {
            name: format!("{}: {id}", test.title),
            step: self.step,
            at,
            input: input.series,
            checks: vec![Check::Value {
                expr: rounded(&recorded.name, value),
                sample,
                value,
            }],
        })
    }

    /// Cases of `expect alert == fires`.
    fn expected(
        &self,
        test: &Test,
        expect: &crate::plan::Expect,
        id: &str,
        rules: &RuleSet<'a>,
        findings: &mut Diagnostics,
    ) -> Vec<Case> {
        let mut cases = Vec::new();
        let mut fired = Vec::new();
        for rule in rules.alerts().filter(|r| r.alert.is_some_and(|a| a.id == id)) {
            let Some(terms) = &rule.terms else { continue };
            let mut demands = Vec::new();
            let Some(holds) = given(terms, test, &mut demands) else {
                continue;
            };
            if holds {
                fired.push(rule.criterion.unwrap_or(id));
            }
            let (at, clock) = self.clock(self.longest(&demands) + rule.hold + rule.keep.unwrap_or(0.0));
            let Some(input) = synth::input(self.plan, self.environment, &demands, clock) else {
                continue;
            };
            let value = demands.first().map_or(1.0, |d| d.value);
            let firing = holds.then(|| self.firing(rule, terms, &input, value));
            let Some(firing) = firing.map_or(Some(Vec::new()), |f| f.map(|f| vec![f])) else {
                continue;
            };
            cases.push(Case {
                name: format!("{}: {}", test.title, rule.name),
                step: self.step,
                at,
                input: input.series,
                checks: vec![Check::Alert {
                    name: rule.name.clone(),
                    firing,
                }],
            });
        }
        contradiction(expect, id, &fired, findings);
        cases
    }
}

/// Says when the values that a test gives can't lead to what it expects.
fn contradiction(
    expect: &crate::plan::Expect,
    id: &str,
    fired: &[&str],
    findings: &mut Diagnostics,
) {
    let silent = expect.outcome == "silent";
    let absent = expect.on.iter().find(|on| !fired.contains(&on.as_str()));
    let message = if silent && !fired.is_empty() {
        format!("`{id}` fires with these values")
    } else if !silent && fired.is_empty() {
        format!("`{id}` is silent with these values")
    } else if let Some(on) = absent.filter(|_| !silent) {
        format!("`{on}` holds with these values, so `{id}` doesn't fire on it")
    } else {
        return;
    };
    let finding = Diagnostic::new(Code::AlertTestContradicts, expect.origin.span, message)
        .label(format!("expected: {}", expect.outcome));
    findings.push(if fired.is_empty() {
        finding.help("give the live value that breaks it: `given { live { … } }`")
    } else {
        finding.help(format!("it fires on: {}", fired.join(", ")))
    });
}

/// Whether the terms hold with a test's values; `None` when it doesn't give them all.
fn given<'a>(terms: &Terms<'a>, test: &Test, demands: &mut Vec<Demand<'a>>) -> Option<bool> {
    match terms {
        Terms::Compare { what, op, limit, .. } => {
            let id = metric_named(what)?;
            let (_, value, _) = test.live.iter().find(|(name, ..)| name == id)?;
            let value = value.as_number()?;
            demands.push(Demand { what, value });
            Some(op.holds(value, *limit))
        }
        Terms::Absent(_) => None,
        Terms::All(parts) | Terms::Any(parts) => {
            let all = matches!(terms, Terms::All(_));
            let mut holds = Vec::new();
            for part in parts {
                holds.push(given(part, test, demands)?);
            }
            Some(if all { holds.iter().all(|h| *h) } else { holds.iter().any(|h| *h) })
        }
    }
}

fn metric_named(expr: &Expr) -> Option<&str> {
    match &expr.kind {
        ExprKind::Ref(Ref::Metric(id, _)) => Some(id),
        ExprKind::Call(Func::Every, args) => metric_named(args.first()?),
        _ => None,
    }
}

/// What a term needs to come out one way.
enum Choice<'a> {
    /// One of these values, the nearest to the limit first.
    Value(&'a Expr, Vec<f64>),
    /// The series is there.
    Present(&'a Expr),
    /// It isn't.
    Gone,
}

fn choose<'a>(terms: &Terms<'a>, fires: bool, choices: &mut Vec<Choice<'a>>) {
    match terms {
        Terms::Compare { what, op, limit, range } => {
            let long = what.ty == Type::Quantity(Quantity::Duration) && *limit >= 60.0;
            let values = beside(*op, *limit, *range, fires);
            // Whole seconds would be at the mercy of the last bit when they are shown.
            let off = |v: f64| if long && v.fract() == 0.0 { v - 0.5 } else { v };
            choices.push(Choice::Value(what, values.into_iter().map(off).collect()));
        }
        Terms::Absent(series) => {
            choices.push(if fires { Choice::Gone } else { Choice::Present(series) });
        }
        Terms::All(parts) | Terms::Any(parts) => {
            parts.iter().for_each(|p| choose(p, fires, choices));
        }
    }
}

/// How many values are tried on each side.
const CANDIDATES: usize = 4;

/// Values beside a limit for which a comparison holds, or doesn't; the nearest first.
fn beside(op: Op, limit: f64, range: (f64, f64), holds: bool) -> Vec<f64> {
    let op = if holds { op } else { op.negated() };
    let unit = if range.1 <= 1.0 { 1.0 } else { limit.abs().max(1.0) };
    let near = |share: f64| if limit == 0.0 { unit * share } else { limit.abs() * share };
    let upward = [limit + near(0.01), limit + near(0.1), middle(limit, range.1), range.1];
    let downward = [limit - near(0.01), limit - near(0.1), middle(limit, range.0), range.0];
    let values = match op {
        Op::Greater | Op::GreaterEqual => upward.to_vec(),
        Op::Less | Op::LessEqual => downward.to_vec(),
        Op::NotEqual => [upward, downward].concat(),
        _ => Vec::new(),
    };
    let exact = matches!(op, Op::Equal | Op::GreaterEqual | Op::LessEqual).then_some(limit);
    let fits = |v: &f64| v.is_finite() && *v >= range.0 && *v <= range.1 && op.holds(*v, limit);
    values.into_iter().chain(exact).map(short).filter(fits).collect()
}

fn middle(a: f64, b: f64) -> f64 {
    if b.is_finite() { (a + b) / 2.0 } else { f64::NAN }
}

/// Six significant digits, to be read by people.
fn short(value: f64) -> f64 {
    format!("{value:.5e}").parse().unwrap_or(value)
}

/// A recorded value without the last bits, which depend on Prometheus' version.
fn rounded(name: &str, value: f64) -> String {
    let digits = if value == 0.0 { 0.0 } else { value.abs().log10().floor() };
    let unit = 10f64.powf((digits - 6.0).min(0.0));
    format!("round({name}, {})", super::promql::number(unit))
}

/// Labels that a query's `absent` takes from its matchers.
fn equalities(query: &Query) -> BTreeMap<String, String> {
    match query {
        Query::Call(_, args) => args.first().map(equalities).unwrap_or_default(),
        Query::Binary { right, .. } => equalities(right),
        Query::Instant(selector) => {
            let equal = selector.matchers.iter();
            let equal = equal.filter(|m| m.op == super::promql::MatchOp::Equal);
            equal.map(|m| (m.label.clone(), m.value.clone())).collect()
        }
        _ => BTreeMap::new(),
    }
}
