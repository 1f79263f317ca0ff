//! Objectives: takes the plan's `slo`s, gives for each the recorded share of bad events over every
//! window that is looked at, what is left of its budget, and two alerts, one that pages and one that
//! can wait. They hold exactly where Sloth's for the same objective do (tests/sloth.rs).

mod burn;
mod sli;
#[cfg(test)]
mod tests;

use super::alerts::{AlertRule, SEVERITIES, keep};
use super::message::Message;
use super::names::{pascal, recorded, sentence};
use super::pending::quiet;
use super::promql::{Op, OverTime, Query, Selector, window};
use super::query::{Context, Labels, Lowering, Shape};
use super::records::Recording;
use crate::diagnostics::{Code, Diagnostics};
use crate::plan::value::decimal;
use crate::plan::{Quantity, Slo, Type, Value};
use burn::{Look, looks};

/// The rules of one `slo`, evaluated together.
pub struct SloRules<'a> {
    /// The objective.
    pub slo: &'a Slo,
    /// Shares of bad events and what is left of the budgets.
    pub recordings: Vec<Recording<'a>>,
    /// Alerts on the burn rate.
    pub alerts: Vec<AlertRule<'a>>,
}

/// What an alert on the burn rate looks at, for its tests.
#[derive(Clone, Debug)]
pub struct Burn<'a> {
    /// The objective.
    pub slo: &'a Slo,
    /// Share of bad events that is allowed.
    pub budget: f64,
    /// Over so many seconds.
    pub period: f64,
    /// Shares above which one of its pairs fires.
    pub limits: Vec<f64>,
}

impl Burn<'_> {
    /// Whether another alert is of the same objective.
    pub fn of_one_objective(&self, other: &Self) -> bool {
        self.slo.id == other.slo.id && self.budget == other.budget && self.period == other.period
    }

    /// A share of bad events as people write it.
    pub fn say(&self, share: f64) -> String {
        percent(share)
    }
}

/// A recorded share of bad events: how its name begins and what its samples are told apart by.
struct Indicator<'a> {
    slo: &'a Slo,
    labels: Vec<String>,
    shape: Shape,
}

/// Rules of every objective.
pub fn slo_rules<'a>(context: &Context<'a, '_>, findings: &mut Diagnostics) -> Vec<SloRules<'a>> {
    let slos = context.plan.slos.iter();
    slos.filter_map(|slo| keep(of_slo(context, slo, findings), findings))
        .collect()
}

fn of_slo<'a>(
    context: &Context<'a, '_>,
    slo: &'a Slo,
    findings: &mut Diagnostics,
) -> Lowering<SloRules<'a>> {
    let mut rules = SloRules {
        slo,
        recordings: Vec::new(),
        alerts: Vec::new(),
    };
    let mut spans: Vec<f64> = Vec::new();
    for (_, period) in &slo.objectives {
        let looks = looks(*period);
        let pairs = looks.page.iter().chain(&looks.ticket);
        spans.extend(pairs.flat_map(|l| [l.short, l.long]));
    }
    spans.sort_by(f64::total_cmp);
    spans.dedup();
    let mut indicator = None;
    for seconds in &spans {
        let (known, recording) = share_over(context, slo, *seconds)?;
        rules.recordings.push(recording);
        indicator.get_or_insert(known);
    }
    let Some(indicator) = indicator else {
        return Ok(rules);
    };
    for (share, period) in &slo.objectives {
        indicator.objective(context, *share, *period, &mut rules, findings);
    }
    // What the author says stands once, above all of it.
    let others = rules.recordings.iter_mut().skip(1);
    others.for_each(|r| r.docs = None);
    Ok(rules)
}

/// The share of bad events over a window, recorded.
fn share_over<'a>(
    context: &Context<'a, '_>,
    slo: &'a Slo,
    seconds: f64,
) -> Lowering<(Indicator<'a>, Recording<'a>)> {
    let expr = sli::bad_share(context.plan, slo, seconds)?;
    let here = Context {
        plan: context.plan,
        environment: context.environment,
        records: context.records,
        groups: sli::groups(context.plan, slo),
        version: None,
    };
    let lowered = here.value(&expr)?;
    let labels = match &lowered.shape.labels {
        Labels::All => vec!["instance".to_string()],
        Labels::Only(labels) => labels.clone(),
    };
    let indicator = Indicator {
        slo,
        labels,
        shape: lowered.shape,
    };
    let name = indicator.name(&error_ratio(seconds));
    let recording = Recording::of(name, lowered.query, &slo.origin);
    Ok((indicator, recording))
}

fn error_ratio(seconds: f64) -> String {
    format!("error_ratio_{}", window(seconds))
}

impl<'a> Indicator<'a> {
    /// `namespace_job:speed:error_ratio_5m`
    fn name(&self, operation: &str) -> String {
        recorded(&self.labels, &self.slo.id, operation)
    }

    fn selector(&self, context: &Context, operation: &str) -> Selector {
        Selector {
            name: self.name(operation),
            matchers: context.own_samples(&self.shape),
        }
    }

    /// What one objective adds: what is left of its budget, and its alerts.
    fn objective(
        &self,
        context: &Context<'a, '_>,
        share: f64,
        period: f64,
        rules: &mut SloRules<'a>,
        findings: &mut Diagnostics,
    ) {
        let budget = exact(1.0 - share);
        let looks = looks(period);
        self.record_budget(context, share, period, rules);
        let ways = [
            ("Fast", SEVERITIES[2], looks.page),
            ("Slow", SEVERITIES[1], looks.ticket),
        ];
        for (pace, severity, pair) in ways {
            // All events bad is the worst there is: a factor beyond that never comes about.
            let able: Vec<Look> = pair
                .into_iter()
                .filter(|l| l.factor * budget < 1.0)
                .collect();
            if able.is_empty() {
                let message = format!(
                    "an objective of {} is too low for a {severity} alert: {} times its budget is more than everything",
                    percent(share),
                    decimal(pair.iter().map(|l| l.factor).fold(f64::INFINITY, f64::min)),
                );
                findings.push(
                    quiet(Code::AlertNeverFires, self.slo.origin.span, message)
                        .label("only the slower alert is written"),
                );
                continue;
            }
            let mut rule = self.alert(context, (share, period), severity, &able);
            let several = self.slo.objectives.len() > 1;
            let over = window(period);
            let suffix = if several { over.as_str() } else { "" };
            rule.name = pascal([self.slo.id.as_str(), "budget burns", pace, suffix]);
            rules.alerts.push(rule);
        }
    }

    /// The period's share of bad events as the mean of the shortest window's, as Sloth has it: every
    /// minute counts alike, however many events it had. Asking 30 days of the raw series would cost more
    /// than it tells.
    fn record_budget(
        &self,
        context: &Context<'a, '_>,
        share: f64,
        period: f64,
        rules: &mut SloRules<'a>,
    ) {
        let shortest = looks(period).page[0].short;
        let recent = self.selector(context, &error_ratio(shortest));
        let whole = Query::Over(OverTime::Average, recent, period);
        let of_period = error_ratio(period);
        let known = |r: &Recording| r.name == self.name(&of_period);
        if !rules.recordings.iter().any(known) {
            let name = self.name(&of_period);
            rules
                .recordings
                .push(Recording::of(name, whole, &self.slo.origin));
        }
        let spent = Query::Instant(self.selector(context, &of_period))
            .with(Op::Divide, Query::Number(exact(1.0 - share)));
        rules.recordings.push(Recording::of(
            self.name(&budget_left(share, period)),
            Query::Number(1.0).with(Op::Subtract, spent),
            &self.slo.origin,
        ));
    }

    fn alert(
        &self,
        context: &Context<'a, '_>,
        (share, period): (f64, f64),
        severity: &str,
        looks: &[Look],
    ) -> AlertRule<'a> {
        let budget = exact(1.0 - share);
        let above = |seconds: f64, limit: f64| {
            Query::Instant(self.selector(context, &error_ratio(seconds)))
                .with(Op::Greater, Query::Number(limit))
        };
        let both = |look: &Look| {
            let limit = exact(look.factor * budget);
            above(look.short, limit).with(Op::And, above(look.long, limit))
        };
        let query = looks.iter().map(both).reduce(|a, b| a.with(Op::Or, b));
        let when: Vec<_> = looks
            .iter()
            .map(|l| {
                format!(
                    "{}% of the budget burns in {}",
                    decimal(l.percent),
                    window(l.long)
                )
            })
            .collect();
        let ratio = Type::Quantity(Quantity::Ratio);
        let allowed = percent(budget);
        let summary = Message::default()
            .text(format!("{}: ", sentence(&self.slo.id)))
            .value(&ratio)
            .text(format!(
                " of events are bad, {allowed} may be over {}",
                window(period)
            ));
        let docs = self
            .slo
            .origin
            .docs
            .as_deref()
            .map(|d| format!("{}\n", d.trim()));
        let description = Message::default().text(format!(
            "{}Objective {} over {} ({}). Fires when {}.",
            docs.unwrap_or_default(),
            percent(share),
            window(period),
            self.slo.origin.place,
            when.join(", or "),
        ));
        let mut rule = AlertRule::new(query.unwrap_or(Query::Number(0.0)), self.slo.origin.span);
        rule.labels = Labels::Only(self.labels.clone());
        rule.added = vec![
            ("severity".to_string(), severity.to_string()),
            ("slo".to_string(), self.slo.id.clone()),
        ];
        rule.annotations = vec![("summary", summary), ("description", description)];
        let limits: Vec<_> = looks
            .iter()
            .map(|l| {
                format!(
                    "{} over {}",
                    percent(exact(l.factor * budget)),
                    window(l.long)
                )
            })
            .collect();
        rule.annotate_limits(Some(&ratio), Some(limits.join(" or ")));
        rule.annotate_runbook(self.slo.runbook.as_deref());
        rule.reads = self.slo.bad.iter().chain(&self.slo.good).take(1).collect();
        rule.burn = Some(Burn {
            slo: self.slo,
            budget,
            period,
            limits: looks.iter().map(|l| exact(l.factor * budget)).collect(),
        });
        rule
    }
}

/// An objective as a dashboard shows it.
pub struct Budget {
    /// `99% over 30d`
    pub title: String,
    /// The share of the budget that is left.
    pub left: Query,
    /// How many times faster than the budget allows the last hour burnt it.
    pub burn: Query,
    /// From how many times on somebody is told: the slowest and the fastest.
    pub factors: (f64, f64),
    /// Labels of both, beyond the service's.
    pub labels: Labels,
}

/// What an `slo` records of its budgets.
pub fn budgets(context: &Context, slo: &Slo) -> Lowering<Vec<Budget>> {
    let mut all = Vec::new();
    for (share, period) in &slo.objectives {
        let looks = looks(*period);
        let hour = looks.page[0].long;
        let (indicator, _) = share_over(context, slo, hour)?;
        let burning = Query::Instant(indicator.selector(context, &error_ratio(hour)));
        all.push(Budget {
            title: format!("{} over {}", percent(*share), window(*period)),
            left: Query::Instant(indicator.selector(context, &budget_left(*share, *period))),
            burn: burning.with(Op::Divide, Query::Number(exact(1.0 - share))),
            factors: (looks.ticket[1].factor, looks.page[0].factor),
            labels: indicator.shape.labels,
        });
    }
    Ok(all)
}

/// `error_budget_left_99_9_30d`: what is recorded of an objective's budget.
fn budget_left(share: f64, period: f64) -> String {
    let share = decimal(share * 100.0).replace('.', "_");
    format!("error_budget_left_{share}_{}", window(period))
}

/// A number without the last bits of binary arithmetic: 12 digits.
fn exact(number: f64) -> f64 {
    format!("{number:.11e}").parse().unwrap_or(number)
}

fn percent(share: f64) -> String {
    Value::Number(share, Quantity::Ratio).to_string()
}
