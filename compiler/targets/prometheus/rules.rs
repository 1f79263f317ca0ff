//! All rules of one environment, in groups.

use super::alerts::{AlertRule, alert_rules};
use super::missing::missing_rules;
use super::names::kebab;
use super::promql::{Query, one_line, parse_back};
use super::query::Context;
use super::records::{Recording, Records, recordings};
use super::slo::{SloRules, slo_rules};
use crate::diagnostics::{Code, Diagnostic, Diagnostics};
use crate::plan::{Environment, Plan};
use crate::source::Span;

/// Rules of an environment.
pub struct RuleSet<'a> {
    /// Groups, in the order they are to be read.
    pub groups: Vec<Group<'a>>,
    /// What metrics are recorded as.
    pub records: Records,
}

/// Rules that are evaluated together, one after the other.
pub struct Group<'a> {
    /// Its name, unique in the file.
    pub name: String,
    /// Recordings.
    pub recordings: Vec<Recording<'a>>,
    /// Alerts.
    pub alerts: Vec<AlertRule<'a>>,
}

impl<'a> RuleSet<'a> {
    /// The rules of the plan in an environment.
    pub fn new(
        plan: &'a Plan,
        environment: &'a Environment,
        name: &str,
        findings: &mut Diagnostics,
    ) -> Self {
        let (recordings, records) = recordings(plan, environment);
        for refused in records.values().filter_map(|r| r.as_ref().err()) {
            findings.push(refused.as_ref().clone());
        }
        let context = Context {
            plan,
            environment,
            records: &records,
            groups: Vec::new(),
            version: None,
        };
        let mut alerts = alert_rules(&context, findings);
        let mut slos = slo_rules(&context, findings);
        let mut missing = {
            let budgets = slos.iter().flat_map(|s| &s.alerts);
            let read: Vec<_> = alerts.iter().chain(budgets).collect();
            missing_rules(&context, &read)
        };
        let budgets = slos.iter_mut().flat_map(|s| &mut s.alerts);
        for rule in alerts.iter_mut().chain(budgets).chain(&mut missing) {
            place(rule, environment);
        }
        let groups = grouped(name, recordings, alerts, slos, missing);
        check(&groups, findings);
        Self { groups, records }
    }

    /// Every alerting rule.
    pub fn alerts(&self) -> impl Iterator<Item = &AlertRule<'a>> {
        self.groups.iter().flat_map(|g| &g.alerts)
    }
}

/// Says in which environment an alert fires, unless its author does.
fn place(rule: &mut AlertRule, environment: &Environment) {
    if !rule.added.iter().any(|(key, _)| key == "environment") {
        rule.added.insert(
            1.min(rule.added.len()),
            ("environment".into(), environment.id.clone()),
        );
    }
}

fn grouped<'a>(
    name: &str,
    recordings: Vec<Recording<'a>>,
    alerts: Vec<AlertRule<'a>>,
    slos: Vec<SloRules<'a>>,
    missing: Vec<AlertRule<'a>>,
) -> Vec<Group<'a>> {
    let mut groups = vec![Group {
        name: format!("{name}.metrics"),
        recordings,
        alerts: Vec::new(),
    }];
    for alert in alerts {
        let own = format!("{name}.{}", kebab(alert.alert.map_or("alerts", |a| &a.id)));
        match groups.last_mut().filter(|g| g.name == own) {
            Some(group) => group.alerts.push(alert),
            None => groups.push(Group {
                name: own,
                recordings: Vec::new(),
                alerts: vec![alert],
            }),
        }
    }
    groups.extend(slos.into_iter().map(|s| Group {
        name: format!("{name}.slo-{}", kebab(&s.slo.id)),
        recordings: s.recordings,
        alerts: s.alerts,
    }));
    groups.push(Group {
        name: format!("{name}.missing-series"),
        recordings: Vec::new(),
        alerts: missing,
    });
    groups.retain(|g| !g.alerts.is_empty() || !g.recordings.is_empty());
    groups
}

/// Reads every query back: what Prometheus would refuse is our fault, not the program's.
fn check(groups: &[Group], findings: &mut Diagnostics) {
    let mut read_back = |query: &Query, span: Span| {
        if let Err(problem) = parse_back(&one_line(query)) {
            findings.push(
                Diagnostic::new(
                    Code::InternalError,
                    span,
                    "gatec wrote a query that Prometheus can't read",
                )
                .help(problem),
            );
        }
    };
    for group in groups {
        group
            .recordings
            .iter()
            .for_each(|r| read_back(&r.query, r.span));
        group
            .alerts
            .iter()
            .for_each(|a| read_back(&a.query, a.span));
    }
}
