//! Rows and panels that the program writes: takes what a panel shows, gives its queries, unit and
//! bands.

use super::model::{Kind, Picture, Row, Step};
use crate::diagnostics::Diagnostics;
use crate::plan::value::decimal;
use crate::plan::{
    Better, Dashboard, Expr, ExprKind, Panel, Plan, Quantity, Ref, Type, Value, title,
};
use crate::targets::prometheus::{Desk, Lowering, Shown};

/// The rows of a dashboard as written; what can't be drawn is said and left out.
pub fn written(plan: &Plan, desk: &Desk, board: &Dashboard, found: &mut Diagnostics) -> Vec<Row> {
    let rows = board.rows.iter().map(|row| {
        let panels = row.panels.iter();
        Row {
            title: row.title.clone(),
            pictures: panels
                .filter_map(|p| picture(plan, desk, p, found))
                .collect(),
        }
    });
    rows.collect()
}

fn picture(plan: &Plan, desk: &Desk, panel: &Panel, found: &mut Diagnostics) -> Option<Picture> {
    let setting = |name: &str| {
        let mut settings = panel.settings.iter();
        settings.find(|(n, _)| n == name).map(|(_, value)| value)
    };
    let kind = Kind::of(setting("as").and_then(Value::as_str));
    let split: Vec<String> = setting("split")
        .and_then(Value::as_str)
        .map(str::to_string)
        .into_iter()
        .collect();
    let mut shown: Vec<(&Expr, Shown)> = Vec::new();
    for expr in &panel.show {
        let asked: Lowering<Shown> = match kind {
            Kind::Heatmap => desk.distribution(expr),
            _ => desk.value(expr, &split),
        };
        match asked {
            Ok(asked) => shown.push((expr, asked)),
            Err(why) => found.push(*why),
        }
    }
    let (first, measured) = shown.first().cloned()?;
    let bands: Vec<f64> = setting("bands")
        .map(Value::as_list)
        .unwrap_or_default()
        .iter()
        .filter_map(Value::as_number)
        .collect();
    let several = shown.len() > 1;
    let queries = shown.into_iter().map(|(expr, asked)| {
        let own = if several {
            name(expr)
        } else {
            panel.title.clone()
        };
        let legend = legend(&own, &asked.labels, several);
        (asked.query, legend)
    });
    let range = scale(kind, measured.range);
    Some(Picture {
        title: panel.title.clone(),
        description: panel.origin.docs.clone(),
        kind,
        queries: queries.collect(),
        unit: unit(&measured.measures),
        steps: banded(&bands, more_is_worse(plan, first)),
        range,
    })
}

/// What a line is called: its labels' values, and its name where several are drawn.
pub fn legend(name: &str, labels: &[String], several: bool) -> String {
    let values: Vec<_> = labels.iter().map(|l| format!("{{{{{l}}}}}")).collect();
    match (values.is_empty(), several) {
        (true, _) => name.to_string(),
        (false, false) => values.join(" "),
        (false, true) => format!("{name} {}", values.join(" ")),
    }
}

/// What people call an expression.
pub fn name(expr: &Expr) -> String {
    match &expr.kind {
        ExprKind::Ref(Ref::Metric(id, matchers)) if matchers.is_empty() => title(id),
        _ => expr.to_string(),
    }
}

/// Ends of the scale, for pictures that have one.
pub fn scale(kind: Kind, (low, high): (f64, f64)) -> (Option<f64>, Option<f64>) {
    match kind {
        Kind::Gauge | Kind::Bars => {
            let known = |n: f64| n.is_finite().then_some(n);
            (known(low), known(high))
        }
        _ => (None, None),
    }
}

fn more_is_worse(plan: &Plan, expr: &Expr) -> bool {
    let better = expr.refs().into_iter().find_map(|r| match r {
        Ref::Metric(id, _) => plan.metric(id)?.better,
        _ => None,
    });
    better != Some(Better::Higher)
}

/// Colours of bands: good, between, bad.
fn banded(bands: &[f64], more_is_worse: bool) -> Vec<Step> {
    let colors: &[&'static str] = match (bands.len(), more_is_worse) {
        (0, _) => return Vec::new(),
        (1, true) => &["green", "red"],
        (1, false) => &["red", "green"],
        (2, true) => &["green", "yellow", "red"],
        (2, false) => &["red", "yellow", "green"],
        (_, true) => &["green", "yellow", "orange", "red"],
        (_, false) => &["red", "orange", "yellow", "green"],
    };
    let mut sorted = bands.to_vec();
    sorted.sort_by(f64::total_cmp);
    let begins = std::iter::once(None).chain(sorted.into_iter().map(|b| Some(exact(b))));
    let steps = colors.iter().zip(begins);
    steps.map(|(color, value)| Step { color, value }).collect()
}

/// Colours around a limit, with a band before it where one warns.
pub fn limited(limit: f64, near: Option<f64>, more_is_worse: bool) -> Vec<Step> {
    let step = |color, value: Option<f64>| Step {
        color,
        value: value.map(exact),
    };
    let mut steps = Vec::new();
    if more_is_worse {
        steps.push(step("green", None));
        steps.extend(near.map(|n| step("yellow", Some(n))));
        steps.push(step("red", Some(limit)));
    } else {
        steps.push(step("red", None));
        steps.extend(near.map(|_| step("yellow", Some(limit))));
        steps.push(step("green", Some(near.unwrap_or(limit))));
    }
    steps
}

/// A number without the last bits of binary arithmetic.
fn exact(number: f64) -> f64 {
    decimal(number).parse().unwrap_or(number)
}

/// Grafana's name of what is measured.
pub fn unit(measures: &Type) -> String {
    let Type::Quantity(quantity) = measures else {
        return "short".to_string();
    };
    match quantity {
        Quantity::Duration => "s".to_string(),
        Quantity::Ratio => "percentunit".to_string(),
        Quantity::Bytes => "bytes".to_string(),
        Quantity::Rate => "reqps".to_string(),
        Quantity::Points => "suffix:pt".to_string(),
        Quantity::Cpu => "suffix: cores".to_string(),
        Quantity::User(unit) => format!("suffix: {unit}"),
        Quantity::Number | Quantity::Count => "short".to_string(),
    }
}
