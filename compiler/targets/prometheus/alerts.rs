//! Alerting rules: one for a condition, one for each live criterion of a gate.
//!
//! A criterion says what must hold, so its alert asks for the opposite. A `warn` limit and a
//! criterion that only costs points alert one severity below the alert's own.

use super::message::Message;
use super::names::{pascal, sentence};
use super::pending::not_yet;
use super::promql::Query;
use super::query::{Condition as Asked, Context, Labels, Lowering, Terms, limit_of};
use super::slo::Burn;
use crate::diagnostics::{Code, Diagnostic, Diagnostics};
use crate::plan::{
    Alert, Cause, Condition, Criterion, Expr, ExprKind, Func, Gate, Place, Plan, Scoring, Strength,
    Text, Type, Verdict, WeightPart,
};
use crate::source::Span;
use std::collections::{BTreeMap, BTreeSet};

/// An alerting rule.
#[derive(Clone, Debug)]
pub struct AlertRule<'a> {
    /// Its name, unique in the environment.
    pub name: String,
    /// What fires it.
    pub query: Query,
    /// Labels that its samples bring.
    pub labels: Labels,
    /// Seconds it must hold.
    pub hold: f64,
    /// Seconds it goes on firing.
    pub keep: Option<f64>,
    /// Labels added, the severity among them.
    pub added: Vec<(String, String)>,
    /// Texts.
    pub annotations: Vec<(&'static str, Message)>,
    /// What the program's author says of it.
    pub docs: Option<String>,
    /// What it is made of, where it can be tested.
    pub terms: Option<Terms<'a>>,
    /// Expressions that it reads.
    pub reads: Vec<&'a Expr>,
    /// Whether missing samples are worth an alert, and at which severity at most.
    pub if_missing: Option<Verdict>,
    /// The alert it comes from.
    pub alert: Option<&'a Alert>,
    /// The criterion it comes from.
    pub criterion: Option<&'a str>,
    /// The objective it comes from, and what it looks at.
    pub burn: Option<Burn<'a>>,
    /// Where that was written.
    pub span: Span,
}

impl<'a> AlertRule<'a> {
    /// A rule without a name, labels and texts.
    pub fn new(query: Query, span: Span) -> Self {
        Self {
            name: String::new(),
            query,
            labels: Labels::Only(Vec::new()),
            hold: 0.0,
            keep: None,
            added: Vec::new(),
            annotations: Vec::new(),
            docs: None,
            terms: None,
            reads: Vec::new(),
            if_missing: None,
            alert: None,
            criterion: None,
            burn: None,
            span,
        }
    }

    /// The declaration that it comes from, and how bad that one's alerts are at most.
    pub fn owner(&self) -> Option<(&'a str, &str)> {
        match (self.alert, &self.burn) {
            (Some(alert), _) => Some((&alert.id, &alert.severity)),
            (None, Some(burn)) => {
                let severity = self.added.iter().find(|(key, _)| key == "severity");
                Some((&burn.slo.id, severity.map_or("warning", |(_, s)| s)))
            }
            (None, None) => None,
        }
    }

    /// The value and its limit, each as a text of its own.
    pub fn annotate_limits(&mut self, measures: Option<&Type>, threshold: Option<String>) {
        if let Some(measures) = measures {
            let value = Message::default().value(measures);
            self.annotations.push(("value", value));
        }
        if let Some(threshold) = threshold {
            let threshold = Message::default().text(threshold);
            self.annotations.push(("threshold", threshold));
        }
    }

    /// Where to read on. A path is no link: it has a name of its own.
    pub fn annotate_runbook(&mut self, runbook: Option<&str>) {
        if let Some(runbook) = runbook {
            let link = runbook.contains("://");
            let key = if link { "runbook_url" } else { "runbook" };
            let text = Message::default().text(runbook);
            self.annotations.push((key, text));
        }
    }
}

/// Rules of every alert that holds in the context's environment.
pub fn alert_rules<'a>(
    context: &Context<'a, '_>,
    findings: &mut Diagnostics,
) -> Vec<AlertRule<'a>> {
    let mut rules = Vec::new();
    for alert in &context.plan.alerts {
        let named = &alert.environments;
        if named.is_empty() || named.contains(&context.environment.id) {
            rules.extend(of_alert(context, alert, findings));
        }
    }
    make_unique(&mut rules);
    rules
}

fn of_alert<'a>(
    context: &Context<'a, '_>,
    alert: &'a Alert,
    findings: &mut Diagnostics,
) -> Vec<AlertRule<'a>> {
    match &alert.cause {
        Cause::When(expr) => keep(of_condition(context, alert, expr), findings)
            .into_iter()
            .collect(),
        Cause::Gate(id) => {
            let criteria = live_criteria(context.plan, id);
            if criteria.is_empty() {
                findings.push(
                    Diagnostic::new(
                        Code::AlertNeverFires,
                        alert.origin.span,
                        format!("`{id}` has no criterion that counts in alerts"),
                    )
                    .label("this alert has nothing to watch")
                    .help("give a metric of the gate a `live` source, or remove the alert"),
                );
            }
            let rules = criteria.into_iter().flat_map(|(gate, criterion)| {
                let rules = keep(
                    of_criterion(context, alert, gate, criterion, findings),
                    findings,
                );
                rules.unwrap_or_default()
            });
            rules.collect()
        }
    }
}

/// The value, or its finding put to the others.
pub fn keep<T>(result: Lowering<T>, findings: &mut Diagnostics) -> Option<T> {
    match result {
        Ok(value) => Some(value),
        Err(finding) => {
            findings.push(*finding);
            None
        }
    }
}

fn of_condition<'a>(
    context: &Context<'a, '_>,
    alert: &'a Alert,
    expr: &'a Expr,
) -> Lowering<AlertRule<'a>> {
    let asked = context.condition(expr, false)?;
    let summary = condition_summary(alert, expr, &asked);
    let origin = format!("Fires on `{expr}` ({})", alert.origin.place);
    let description = described(alert, [alert.origin.docs.as_deref()], &origin);
    let terms = asked.terms.clone();
    let mut rule = rule(alert, asked, summary, description)?;
    rule.annotate_limits(None, limit_of(expr).map(ToString::to_string));
    rule.annotate_runbook(alert.runbook.as_deref());
    rule.name = pascal([alert.id.as_str()]);
    rule.docs.clone_from(&alert.origin.docs);
    rule.reads = vec![expr];
    rule.terms = terms;
    Ok(rule)
}

fn of_criterion<'a>(
    context: &Context<'a, '_>,
    alert: &'a Alert,
    gate: &'a Gate,
    criterion: &'a Criterion,
    findings: &mut Diagnostics,
) -> Lowering<Vec<AlertRule<'a>>> {
    let Condition::Holds(expr) = &criterion.condition else {
        return Err(Box::new(
            Diagnostic::new(
                Code::NotInPromql,
                criterion.origin.span,
                format!(
                    "`{}` is decided in a pipeline, so no alert can watch it",
                    criterion.id
                ),
            )
            .also(alert.origin.span, "the alert that would")
            .help("say where it counts: `{ where = ci }`"),
        ));
    };
    note_statistics(criterion, findings);
    let asked = context.condition(expr, true)?;
    let metric = match expr.refs().as_slice() {
        [crate::plan::Ref::Metric(id, _), ..] => context.plan.metric(id),
        _ => None,
    };
    let docs = [
        criterion.origin.docs.as_deref(),
        metric.and_then(|m| m.origin.docs.as_deref()),
        gate.origin.docs.as_deref(),
        alert.origin.docs.as_deref(),
    ];
    let origin = format!(
        "Gate `{}` requires `{}` ({})",
        gate.id, expr, criterion.origin.place
    );
    let complete = |asked: Asked<'a>, near: Option<f64>| -> Lowering<AlertRule<'a>> {
        let summary = criterion_summary(gate, expr, &asked, near);
        let description = described(alert, docs, &origin);
        let terms = asked.terms.clone();
        let mut rule = rule(alert, asked, summary, description)?;
        rule.annotate_limits(None, limit_of(expr).map(ToString::to_string));
        rule.annotate_runbook(alert.runbook.as_deref());
        rule.added.push(("gate".to_string(), gate.id.clone()));
        let criterion_label = ("criterion".to_string(), criterion.id.clone());
        rule.added.push(criterion_label);
        rule.name = pascal([alert.id.as_str(), criterion.id.as_str()]);
        rule.docs.clone_from(&criterion.origin.docs);
        rule.terms = terms;
        rule.reads = vec![expr];
        rule.if_missing = criterion.if_missing;
        rule.criterion = Some(&criterion.id);
        rule.span = criterion.origin.span;
        Ok(rule)
    };
    let mut rules = vec![complete(asked.clone(), None)?];
    match criterion.strength {
        Strength::Require { warn: Some(near) } => {
            if let Some(band) = asked.band(near) {
                let mut rule = complete(band, Some(near))?;
                rule.name.push_str("Warn");
                lower(&mut rule.added);
                rules.push(rule);
            }
        }
        Strength::Require { warn: None } => {}
        Strength::Score { .. } => rules.iter_mut().for_each(|r| lower(&mut r.added)),
    }
    Ok(rules)
}

fn note_statistics(criterion: &Criterion, findings: &mut Diagnostics) {
    if criterion.confidence.is_some() || criterion.samples.is_some() {
        let message = format!("the alert on `{}` doesn't count samples yet", criterion.id);
        let note = not_yet(criterion.origin.span, message);
        findings.push(note.label("the alert compares the plain value"));
    }
}

fn condition_summary(alert: &Alert, expr: &Expr, asked: &Asked) -> Message {
    let title = sentence(&alert.id);
    match &expr.kind {
        ExprKind::Call(Func::NoData, series) => {
            let series: Vec<_> = series.iter().map(ToString::to_string).collect();
            Message::default().text(format!("{title}: no data of {}", series.join(", ")))
        }
        ExprKind::Binary(..) => Message::default()
            .text(format!("{title}: {expr}, now "))
            .value(&asked.measures),
        _ => Message::default().text(title),
    }
}

fn criterion_summary(gate: &Gate, expr: &Expr, asked: &Asked, near: Option<f64>) -> Message {
    let message = Message::default().text(format!("{}: ", sentence(&gate.title)));
    let Some(Terms::Compare { what, .. }) = &asked.terms else {
        let message = message.text(format!("{expr} no longer holds (now "));
        return message.value(&asked.measures).text(")");
    };
    let message = message.text(format!("{what} is ")).value(&asked.measures);
    match (near, limit_of(expr)) {
        (None, Some(limit)) => message.text(format!(", the limit is {limit}")),
        (Some(_), Some(limit)) => message.text(format!(", close to the limit of {limit}")),
        (_, None) => message.text(format!(", against {expr}")),
    }
}

/// The program's description, or what its `##` lines say, and where the alert comes from.
fn described<const N: usize>(alert: &Alert, docs: [Option<&str>; N], origin: &str) -> Description {
    let mut said = BTreeSet::new();
    let docs = docs.into_iter().flatten().map(|d| d.trim().to_string());
    Description {
        written: alert.description.clone(),
        docs: docs
            .filter(|d| !d.is_empty() && said.insert(d.clone()))
            .collect(),
        origin: format!("{origin}."),
    }
}

struct Description {
    written: Option<Text>,
    docs: Vec<String>,
    origin: String,
}

fn rule<'a>(
    alert: &'a Alert,
    asked: Asked<'a>,
    summary: Message,
    description: Description,
) -> Lowering<AlertRule<'a>> {
    let written = |text: &Text| Message::written(text, &asked.measures, &asked.labels);
    let summary = match &alert.summary {
        Some(text) => written(text)?,
        None => summary,
    };
    let description = match &description.written {
        Some(text) => written(text)?.text(format!("\n{}", description.origin)),
        None => {
            let lines = description
                .docs
                .iter()
                .map(|d| format!("{d}\n"))
                .collect::<String>();
            Message::default().text(lines + &description.origin)
        }
    };
    let mut rule = AlertRule::new(asked.query, alert.origin.span);
    rule.annotations = vec![("summary", summary), ("description", description)];
    let compared = matches!(asked.terms, Some(Terms::Compare { .. }));
    rule.annotate_limits(compared.then_some(&asked.measures), None);
    rule.labels = asked.labels;
    rule.hold = alert.hold;
    rule.keep = alert.keep;
    rule.added = added_labels(alert);
    rule.alert = Some(alert);
    Ok(rule)
}

fn added_labels(alert: &Alert) -> Vec<(String, String)> {
    let own = alert
        .labels
        .iter()
        .filter(|(key, _)| key != "severity")
        .cloned();
    std::iter::once(("severity".to_string(), alert.severity.clone()))
        .chain(own)
        .collect()
}

/// Severities, the mildest first.
pub const SEVERITIES: [&str; 3] = ["info", "warning", "critical"];

fn lower(labels: &mut [(String, String)]) {
    for (key, value) in labels.iter_mut().filter(|(key, _)| key == "severity") {
        let at = SEVERITIES.iter().position(|s| s == value).unwrap_or(0);
        let below = SEVERITIES.get(at.saturating_sub(1)).copied();
        (*key, *value) = (key.clone(), below.unwrap_or("info").to_string());
    }
}

/// Criteria of a gate and its parts that count in alerts, in source order.
pub fn live_criteria<'a>(plan: &'a Plan, gate: &str) -> Vec<(&'a Gate, &'a Criterion)> {
    let mut seen = BTreeSet::new();
    let mut found = Vec::new();
    collect(plan, gate, &mut seen, &mut found);
    found
}

fn collect<'a>(
    plan: &'a Plan,
    id: &str,
    seen: &mut BTreeSet<String>,
    found: &mut Vec<(&'a Gate, &'a Criterion)>,
) {
    let Some(gate) = plan.gate(id).filter(|_| seen.insert(id.to_string())) else {
        return;
    };
    let counts = |c: &&Criterion| c.places.is_empty() || c.places.contains(&Place::Alert);
    for criterion in gate.criteria.iter().filter(counts) {
        match &criterion.condition {
            Condition::Gate(child) => collect(plan, child, seen, found),
            Condition::EveryPart => {
                for child in weighted_gates(gate) {
                    collect(plan, child, seen, found);
                }
            }
            Condition::Holds(_) | Condition::Outcome(_) => found.push((gate, criterion)),
        }
    }
}

fn weighted_gates(gate: &Gate) -> Vec<&str> {
    let Scoring::Weights(weights) = &gate.scoring else {
        return Vec::new();
    };
    let gates = weights.iter().filter_map(|w| match &w.part {
        WeightPart::Gate(id) => Some(id.as_str()),
        _ => None,
    });
    gates.collect()
}

/// Numbers rules whose names are alike.
pub fn make_unique(rules: &mut [AlertRule]) {
    let mut seen: BTreeMap<String, usize> = BTreeMap::new();
    for rule in rules {
        let count = seen.entry(rule.name.clone()).or_default();
        *count += 1;
        if *count > 1 {
            rule.name = format!("{}{count}", rule.name);
        }
    }
}
