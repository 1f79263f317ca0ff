//! Alerts on silence: a comparison with a series that isn't there never fires, so every series
//! that an alert reads has an alert of its own for the case that nobody exports it.

use super::alerts::{AlertRule, SEVERITIES, make_unique};
use super::message::Message;
use super::names::pascal;
use super::promql::{Function, MatchOp, Query, Selector, one_line};
use super::query::{Context, Labels, Terms, is_up, source};
use crate::plan::{Expr, ExprKind, Func, Plan, Ref, Verdict};
use std::collections::BTreeMap;

/// Shortest time without samples that is worth an alert: a restart is no silence.
const LEAST_HOLD: f64 = 300.0;

struct Reader<'a> {
    selector: Selector,
    series: &'a Expr,
    name: &'a str,
    service: Option<&'a str>,
    readers: Vec<&'a str>,
    hold: f64,
    severity: usize,
}

/// One rule for each series that the given rules read.
pub fn missing_rules<'a>(
    context: &Context<'a, '_>,
    rules: &[&AlertRule<'a>],
) -> Vec<AlertRule<'a>> {
    let mut found: BTreeMap<(String, String), Reader<'a>> = BTreeMap::new();
    for rule in rules.iter().filter(|r| r.if_missing != Some(Verdict::Pass)) {
        let mut series = Vec::new();
        rule.reads
            .iter()
            .for_each(|e| series_read(context.plan, e, 0, &mut series));
        for expr in series {
            note(context, rule, expr, &mut found);
        }
    }
    let mut rules: Vec<_> = found.into_values().map(rule_for).collect();
    make_unique(&mut rules);
    rules
}

/// Series that an expression reads, through metrics too, but not those whose silence it asks for.
fn series_read<'a>(plan: &'a Plan, expr: &'a Expr, depth: usize, found: &mut Vec<&'a Expr>) {
    match &expr.kind {
        ExprKind::Call(Func::NoData, args) if !args.iter().any(is_up) => {}
        ExprKind::Ref(Ref::Series { .. }) => found.push(expr),
        // A metric may be defined by others; a circle of them is refused elsewhere.
        ExprKind::Ref(Ref::Metric(id, _)) if depth <= plan.metrics.len() => {
            if let Some(live) = plan.metric(id).and_then(|m| m.live.as_ref()) {
                series_read(plan, live, depth + 1, found);
            }
        }
        ExprKind::Not(a) | ExprKind::Negate(a) => series_read(plan, a, depth, found),
        ExprKind::Binary(_, a, b) => {
            series_read(plan, a, depth, found);
            series_read(plan, b, depth, found);
        }
        ExprKind::Call(_, args) | ExprKind::List(args) => {
            args.iter().for_each(|a| series_read(plan, a, depth, found));
        }
        _ => {}
    }
}

fn note<'a>(
    context: &Context<'a, '_>,
    rule: &AlertRule<'a>,
    expr: &'a Expr,
    found: &mut BTreeMap<(String, String), Reader<'a>>,
) {
    let Ok(source) = source(context.plan, &context.environment.namespace, expr) else {
        return;
    };
    let Some((owner, worst)) = rule.owner() else {
        return;
    };
    // A label's value may appear with its first event: only the whole series can be missing.
    // Of a series of no service only the selected part is known to be wanted.
    let selector = match source.service {
        Some(_) => source.all_events(),
        None => source.part(""),
    };
    let ranked = SEVERITIES.iter().position(|s| *s == worst);
    let severity = match rule.if_missing {
        Some(Verdict::Warn) => ranked.unwrap_or(1).min(1),
        _ => ranked.unwrap_or(1),
    };
    let key = (
        source.service.unwrap_or("").to_string(),
        one_line(&Query::Instant(selector.clone())),
    );
    let reader = found.entry(key).or_insert_with(|| Reader {
        selector,
        series: expr,
        name: source.name,
        service: source.service,
        readers: Vec::new(),
        hold: f64::INFINITY,
        severity,
    });
    reader.hold = reader.hold.min(rule.hold.max(LEAST_HOLD));
    reader.severity = reader.severity.max(severity);
    if !reader.readers.contains(&owner) {
        reader.readers.push(owner);
    }
}

fn rule_for(reader: Reader) -> AlertRule {
    let name = reader.name;
    let summary = match reader.service {
        Some(service) => format!("{service} exports no {name}"),
        None => format!("There is no {name}"),
    };
    // Series of no service are told apart by what is asked of them.
    let asked = reader
        .selector
        .matchers
        .iter()
        .filter(|m| m.op == MatchOp::Equal);
    let asked = asked
        .map(|m| m.value.as_str())
        .filter(|_| reader.service.is_none());
    let parts = [reader.service.unwrap_or(""), name]
        .into_iter()
        .chain(asked);
    let name = pascal(parts.chain(["missing"]));
    let readers: Vec<_> = reader.readers.iter().map(|r| format!("`{r}`")).collect();
    let description = format!(
        "Without it nothing decides {}: silence is not health.",
        readers.join(", ")
    );
    let known = reader
        .selector
        .matchers
        .iter()
        .filter(|m| m.op == MatchOp::Equal);
    let labels = Labels::Only(known.map(|m| m.label.clone()).collect());
    let severity = SEVERITIES
        .get(reader.severity)
        .copied()
        .unwrap_or("warning");
    let absent = Query::Call(Function::Absent, vec![Query::Instant(reader.selector)]);
    let mut rule = AlertRule::new(absent, reader.series.span);
    rule.name = name;
    rule.labels = labels;
    rule.hold = reader.hold;
    rule.added = vec![("severity".to_string(), severity.to_string())];
    rule.annotations = vec![
        ("summary", Message::default().text(summary)),
        ("description", Message::default().text(description)),
    ];
    rule.terms = Some(Terms::Absent(reader.series));
    rule
}
