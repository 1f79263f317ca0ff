//! Cases of objectives: events of which too many are bad, so many that only the slow alert has a
//! word, and few enough.

use super::{Bench, Case, Check, Firing};
use crate::targets::prometheus::alerts::AlertRule;
use crate::targets::prometheus::rules::RuleSet;
use crate::targets::prometheus::slo::Burn;
use crate::targets::prometheus::synth::{self, Demand, Input};

/// Seconds of samples: a steady share is the same over every window, however little of it is known.
const SEEN: f64 = 900.0;

impl<'a> Bench<'a> {
    /// Every objective's cases.
    pub fn budgets(&self, rules: &RuleSet<'a>) -> Vec<Case> {
        let burning: Vec<(&AlertRule, &Burn)> = rules
            .alerts()
            .filter_map(|r| Some((r, r.burn.as_ref()?)))
            .collect();
        let mut cases = Vec::new();
        for objective in burning.chunk_by(|a, b| a.1.of_one_objective(b.1)) {
            for share in shares(objective) {
                cases.extend(self.burning(objective, share));
            }
        }
        cases
    }

    /// What a steady share of bad events leads to.
    fn burning(&self, objective: &[(&AlertRule<'a>, &Burn<'a>)], share: f64) -> Option<Case> {
        let (_, burn) = objective.first()?;
        let demand = match (&burn.slo.bad, &burn.slo.good) {
            (Some(bad), _) => Demand {
                what: bad,
                value: share,
            },
            (None, Some(good)) => Demand {
                what: good,
                value: 1.0 - share,
            },
            (None, None) => return None,
        };
        let (at, clock) = self.clock(SEEN);
        let input = synth::input(self.plan, self.environment, &[demand], clock)?;
        let checks = objective.iter().map(|(rule, burn)| {
            let over = burn.limits.iter().any(|limit| share > *limit);
            let firing = over.then(|| sent(rule, &input, share));
            Check::Alert {
                at,
                name: rule.name.clone(),
                firing: firing.into_iter().collect(),
            }
        });
        let title = match share > burn.budget {
            true => "more is bad than may be",
            false => "less is bad than may be",
        };
        Some(Case {
            name: format!("{}: {title} ({})", burn.slo.id, burn.say(share)),
            step: self.step,
            at,
            checks: checks.collect(),
            input: input.series,
        })
    }
}

/// Shares of bad events just over each alert's lowest limit, and half the budget.
fn shares(objective: &[(&AlertRule, &Burn)]) -> Vec<f64> {
    let lowest = |burn: &Burn| burn.limits.iter().copied().fold(f64::INFINITY, f64::min);
    let over = objective.iter().map(|(_, burn)| {
        let limit = lowest(burn);
        (limit * 1.1).min((limit + 1.0) / 2.0)
    });
    let good = objective.first().map(|(_, burn)| burn.budget / 2.0);
    over.chain(good).map(short).collect()
}

/// Four significant digits, to be read by people.
fn short(share: f64) -> f64 {
    format!("{share:.3e}").parse().unwrap_or(share)
}

fn sent(rule: &AlertRule, input: &Input, share: f64) -> Firing {
    let mut labels = input.labels.clone();
    labels.retain(|name, _| rule.labels.keep(name));
    let texts = rule.annotations.iter();
    let annotations = texts.map(|(key, text)| (*key, text.expanded(share, &labels)));
    let annotations = annotations.collect();
    labels.extend(rule.added.iter().cloned());
    Firing {
        labels,
        annotations,
    }
}
