//! Cases of the program's own `test` blocks: what they measure live, and the alerts they expect.

use super::{Bench, Case, Check, checks};
use crate::diagnostics::{Code, Diagnostic, Diagnostics};
use crate::plan::{Expect, Expr, ExprKind, Func, Ref, Subject, Test};
use crate::targets::prometheus::alerts::AlertRule;
use crate::targets::prometheus::promql::{Match, Query, Selector, number, one_line};
use crate::targets::prometheus::query::{Recorded, Terms};
use crate::targets::prometheus::rules::RuleSet;
use crate::targets::prometheus::synth::{self, Demand};

impl<'a> Bench<'a> {
    /// Cases of one `test` block: recorded values, and alerts it expects.
    pub fn written(
        &self,
        test: &Test,
        rules: &RuleSet<'a>,
        findings: &mut Diagnostics,
    ) -> Vec<Case> {
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
        let labels = input
            .labels
            .iter()
            .filter(|(l, _)| recorded.shape.labels.keep(l));
        let matchers = labels.map(|(l, v)| Match::equal(l, v)).collect();
        let sample = one_line(&Query::Instant(Selector {
            name: String::new(),
            matchers,
        }));
        let sample = if sample.is_empty() {
            "{}".to_string()
        } else {
            sample
        };
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
        expect: &Expect,
        id: &str,
        rules: &RuleSet<'a>,
        findings: &mut Diagnostics,
    ) -> Vec<Case> {
        let of_alert = |r: &&AlertRule| r.alert.is_some_and(|a| a.id == id);
        let rules: Vec<_> = rules.alerts().filter(of_alert).collect();
        let (mut cases, mut fired, mut decided) = (Vec::new(), Vec::new(), false);
        for rule in &rules {
            let Some(terms) = &rule.terms else { continue };
            let mut demands = Vec::new();
            let Some(outcome) = given(terms, test, &mut demands) else {
                continue;
            };
            decided = true;
            // A warning before the limit is no breach of it.
            let early = matches!(terms, Terms::Compare { until: Some(_), .. });
            if outcome.holds && !early {
                fired.push(rule.criterion.unwrap_or(id));
            }
            match self.outcome(test, rule, terms, &demands, outcome) {
                Some(case) => cases.push(case),
                // One value alone was said to be impossible where it is given.
                None if demands.len() < 2 => {}
                None => findings.push(untested(
                    expect,
                    format!(
                        "no samples give exactly the values that decide `{}`",
                        rule.name
                    ),
                )),
            }
        }
        if decided {
            contradiction(expect, id, &fired, findings);
        } else if !rules.is_empty() {
            let message = format!("the live values of this test don't decide `{id}`");
            findings.push(untested(expect, message));
        }
        cases
    }

    fn outcome(
        &self,
        test: &Test,
        rule: &AlertRule<'a>,
        terms: &Terms<'a>,
        demands: &[Demand],
        outcome: Outcome,
    ) -> Option<Case> {
        let seconds = self.longest(demands) + rule.hold + rule.keep.unwrap_or(0.0);
        let (at, clock) = self.clock(seconds);
        let input = synth::input(self.plan, self.environment, demands, clock)?;
        let firing = if outcome.holds {
            vec![self.firing(rule, terms, &input, outcome.value)?]
        } else {
            Vec::new()
        };
        Some(Case {
            name: format!("{}: {}", test.title, rule.name),
            step: self.step,
            at,
            input: input.series,
            checks: checks(rule, at, self.step, firing),
        })
    }
}

fn untested(expect: &Expect, message: String) -> Diagnostic {
    Diagnostic::new(Code::UntestableLiveValue, expect.origin.span, message)
        .label("left out of the tests for Prometheus")
}

/// Says when the values that a test gives can't lead to what it expects.
fn contradiction(expect: &Expect, id: &str, fired: &[&str], findings: &mut Diagnostics) {
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

/// What a condition comes to.
struct Outcome {
    holds: bool,
    /// The value of the sample that fires.
    value: f64,
}

/// What the terms come to with a test's values; `None` when it doesn't give them all.
fn given<'a>(terms: &Terms<'a>, test: &Test, demands: &mut Vec<Demand<'a>>) -> Option<Outcome> {
    match terms {
        Terms::Compare {
            what,
            op,
            limit,
            until,
            ..
        } => {
            let id = metric_named(what)?;
            let (_, value, _) = test.live.iter().find(|(name, ..)| name == id)?;
            let value = value.as_number()?;
            demands.push(Demand { what, value });
            let farther = until.is_some_and(|u| op.holds(value, u));
            let holds = op.holds(value, *limit) && !farther;
            Some(Outcome { holds, value })
        }
        Terms::Absent(_) => None,
        Terms::All(parts) | Terms::Any(parts) => {
            let mut outcomes = Vec::new();
            for part in parts {
                outcomes.push(given(part, test, demands)?);
            }
            let holding = outcomes.iter().filter(|o| o.holds).count();
            let holds = match terms {
                Terms::All(_) => holding == outcomes.len(),
                _ => holding > 0,
            };
            let value = outcomes.iter().find(|o| o.holds).map_or(0.0, |o| o.value);
            Some(Outcome { holds, value })
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

/// A recorded value without the last bits, which depend on Prometheus' version.
fn rounded(name: &str, value: f64) -> String {
    let digits = if value == 0.0 {
        0.0
    } else {
        value.abs().log10().floor()
    };
    let unit = 10f64.powf((digits - 6.0).min(0.0));
    format!("round({name}, {})", number(unit))
}
