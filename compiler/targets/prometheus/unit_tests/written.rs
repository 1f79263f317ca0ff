//! Cases of the program's own `test` blocks: what they measure live, and the alerts they expect.

use super::{Bench, Case, Check};
use crate::diagnostics::{Code, Diagnostic, Diagnostics};
use crate::plan::{Expect, Expr, ExprKind, Func, Ref, Subject, Test};
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
        let mut cases = Vec::new();
        let mut fired = Vec::new();
        for rule in rules
            .alerts()
            .filter(|r| r.alert.is_some_and(|a| a.id == id))
        {
            let Some(terms) = &rule.terms else { continue };
            let mut demands = Vec::new();
            let Some(holds) = given(terms, test, &mut demands) else {
                continue;
            };
            // A warning before the limit is no breach of it.
            let early = matches!(terms, Terms::Compare { until: Some(_), .. });
            if holds && !early {
                fired.push(rule.criterion.unwrap_or(id));
            }
            let (at, clock) =
                self.clock(self.longest(&demands) + rule.hold + rule.keep.unwrap_or(0.0));
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
                    at,
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

/// Whether the terms hold with a test's values; `None` when it doesn't give them all.
fn given<'a>(terms: &Terms<'a>, test: &Test, demands: &mut Vec<Demand<'a>>) -> Option<bool> {
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
            Some(op.holds(value, *limit) && !farther)
        }
        Terms::Absent(_) => None,
        Terms::All(parts) | Terms::Any(parts) => {
            let all = matches!(terms, Terms::All(_));
            let mut holds = Vec::new();
            for part in parts {
                holds.push(given(part, test, demands)?);
            }
            Some(if all {
                holds.iter().all(|h| *h)
            } else {
                holds.iter().any(|h| *h)
            })
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
