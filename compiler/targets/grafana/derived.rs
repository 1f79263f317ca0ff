//! Rows that come from what the program already says: objectives, gates with their limits, services,
//! and the alerts that fire.

use super::model::{Kind, Picture, Row, Step};
use super::pictures::{legend, limited, name, unit};
use crate::plan::{Expr, ExprKind, Gate, Plan, Ref, SeriesKind, Service, Slo, title};
use crate::targets::prometheus::{Compared, Desk, Shown};
use std::collections::BTreeSet;

/// Rows of these gates and services; of everything when none is named.
pub fn rows(plan: &Plan, desk: &Desk, from: &[String]) -> Vec<Row> {
    let wanted = |id: &String| from.is_empty() || from.contains(id);
    let mut drawn = BTreeSet::new();
    let mut rows = Vec::new();
    if from.is_empty() {
        rows.push(Row {
            title: "Objectives".to_string(),
            pictures: plan.slos.iter().flat_map(|s| budgets(desk, s)).collect(),
        });
    }
    for gate in plan.gates.iter().filter(|g| wanted(&g.id)) {
        rows.push(of_gate(plan, desk, gate, &mut drawn));
    }
    for service in plan.services.iter().filter(|s| wanted(&s.id)) {
        rows.push(of_service(plan, desk, service, &mut drawn));
    }
    rows.retain(|r| !r.pictures.is_empty());
    if !rows.is_empty() && (!plan.alerts.is_empty() || !plan.slos.is_empty()) {
        rows.push(firing(desk));
    }
    rows
}

/// Every live criterion, with its limit behind the line. One that a gate before showed is not
/// shown again.
fn of_gate(plan: &Plan, desk: &Desk, gate: &Gate, drawn: &mut BTreeSet<String>) -> Row {
    let criteria = desk.criteria(&gate.id);
    let pictures = criteria.iter().filter_map(|compared| {
        let key = format!("{}/{}", compared.gate.id, compared.criterion.id);
        let shown = desk.value(compared.what, &[]).ok()?;
        drawn.extend(metrics(compared.what));
        drawn.insert(key).then(|| criterion(plan, compared, shown))
    });
    Row {
        title: format!("Gate: {}", title(&gate.title)),
        pictures: pictures.collect(),
    }
}

fn criterion(plan: &Plan, compared: &Compared, shown: Shown) -> Picture {
    let own = name(compared.what);
    let docs = metrics(compared.what)
        .into_iter()
        .find_map(|id| plan.metric(&id)?.origin.docs.clone());
    let rule = format!(
        "Gate `{}` requires `{}` ({})",
        compared.gate.id, compared.expr, compared.criterion.origin.place
    );
    Picture {
        title: own.clone(),
        description: Some(match docs {
            Some(docs) => format!("{}\n{rule}", docs.trim()),
            None => rule,
        }),
        kind: Kind::Graph,
        queries: vec![(shown.query, legend(&own, &shown.labels, false))],
        unit: unit(&shown.measures),
        steps: limited(compared.limit, compared.near, compared.more_is_worse),
        range: (None, None),
    }
}

/// Metrics that no gate shows, then series that no metric reads.
fn of_service(plan: &Plan, desk: &Desk, service: &Service, drawn: &mut BTreeSet<String>) -> Row {
    let mut pictures = Vec::new();
    for metric in plan
        .metrics
        .iter()
        .filter(|m| desk.is_of(&m.id, &service.id))
    {
        if drawn.contains(&metric.id) {
            continue;
        }
        let asked = Expr {
            kind: ExprKind::Ref(Ref::Metric(metric.id.clone(), Vec::new())),
            ty: metric.ty.clone(),
            span: metric.origin.span,
        };
        if let Ok(shown) = desk.value(&asked, &[]) {
            drawn.insert(metric.id.clone());
            pictures.push(plain(title(&metric.id), metric.origin.docs.clone(), shown));
        }
    }
    for series in &service.series {
        // A gauge that a metric reads is shown by that.
        let is_gauge = series.kind == SeriesKind::Gauge;
        if is_gauge && desk.is_read(&service.id, &series.id) {
            continue;
        }
        if let Ok(shown) = desk.activity(&service.id, series) {
            let more = if is_gauge { "" } else { ", events" };
            let called = format!("{}{more}", series.id);
            pictures.push(plain(called, series.origin.docs.clone(), shown));
        }
    }
    Row {
        title: format!("Service: {}", title(&service.id)),
        pictures,
    }
}

fn plain(called: String, docs: Option<String>, shown: Shown) -> Picture {
    Picture {
        queries: vec![(shown.query, legend(&called, &shown.labels, false))],
        title: called,
        description: docs,
        kind: Kind::Graph,
        unit: unit(&shown.measures),
        steps: Vec::new(),
        range: (None, None),
    }
}

/// What is left of each budget, and how fast it burns.
fn budgets(desk: &Desk, slo: &Slo) -> Vec<Picture> {
    let mut pictures = Vec::new();
    for budget in desk.budgets(slo).unwrap_or_default() {
        let called = format!("{}: {}", title(&slo.id), budget.title);
        let step = |color, value| Step { color, value };
        let labels = legend(&called, &budget.labels, false);
        pictures.push(Picture {
            title: format!("{called}, budget left"),
            description: slo.origin.docs.clone(),
            kind: Kind::Gauge,
            queries: vec![(budget.left, labels.clone())],
            unit: "percentunit".to_string(),
            steps: vec![
                step("red", None),
                step("yellow", Some(0.0)),
                step("green", Some(0.25)),
            ],
            range: (Some(0.0), Some(1.0)),
        });
        let (slow, fast) = budget.factors;
        pictures.push(Picture {
            title: format!("{called}, burn rate"),
            description: Some(
                "How many times faster than the budget allows; at 1 it is gone when the time is."
                    .to_string(),
            ),
            kind: Kind::Graph,
            queries: vec![(budget.burn, labels)],
            unit: "suffix:x".to_string(),
            steps: limited(fast, Some(slow), true),
            range: (None, None),
        });
    }
    pictures
}

fn firing(desk: &Desk) -> Row {
    Row {
        title: "Alerts".to_string(),
        pictures: vec![Picture {
            title: "Firing now".to_string(),
            description: None,
            kind: Kind::Table,
            queries: vec![(desk.firing(), String::new())],
            unit: "short".to_string(),
            steps: Vec::new(),
            range: (None, None),
        }],
    }
}

fn metrics(expr: &Expr) -> Vec<String> {
    let refs = expr.refs().into_iter();
    refs.filter_map(|r| match r {
        Ref::Metric(id, _) => Some(id.clone()),
        _ => None,
    })
    .collect()
}
