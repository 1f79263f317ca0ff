//! `--what-if 'latency_p95 = 19ms'`: a metric's value said instead of measured.

use std::collections::BTreeMap;

use crate::judge::{Assumed, Val};
use crate::plan::{Metric, Plan, Quantity, Type};
use crate::resolve::units;

/// What the arguments assume.
pub fn assumed(plan: &Plan, said: &[String]) -> Result<Assumed, String> {
    let each = said.iter().map(|text| {
        let (name, value) = text
            .split_once('=')
            .ok_or_else(|| format!("`{}` is not METRIC = VALUE", text.escape_debug()))?;
        let name = name.trim().trim_start_matches("metric.");
        let metric = plan.metric(name).ok_or_else(|| {
            let names: Vec<_> = plan.metrics.iter().map(|m| m.id.as_str()).collect();
            format!(
                "there is no metric `{}`; there are: {}",
                name.escape_debug(),
                names.join(", ")
            )
        })?;
        Ok((metric.id.clone(), value_of(metric, value.trim())?))
    });
    let metrics: Result<BTreeMap<_, _>, String> = each.collect();
    Ok(Assumed {
        metrics: metrics?,
        ..Assumed::default()
    })
}

/// A number in the metric's unit; each of its groups has it.
fn value_of(metric: &Metric, text: &str) -> Result<Val, String> {
    let unit_at = text
        .find(|c: char| !(c.is_ascii_digit() || matches!(c, '.' | '_' | '-')))
        .unwrap_or(text.len());
    let (digits, unit) = text.split_at(unit_at);
    let plain = digits.replace('_', "");
    let user = |name: &str| metric.ty == Type::Quantity(Quantity::User(name.to_string()));
    let wrong = || format!("`{}` is not {}", text.escape_debug(), metric.ty.describe());
    let (sign, plain) = match plain.strip_prefix('-') {
        Some(rest) => (-1.0, rest),
        None => (1.0, plain.as_str()),
    };
    let (number, quantity) = units::number(plain, unit, user).ok_or_else(wrong)?;
    let fits = match &metric.ty {
        Type::Quantity(Quantity::Count | Quantity::Number) => quantity == Quantity::Number,
        Type::Quantity(wanted) => *wanted == quantity,
        _ => true,
    };
    if !fits {
        return Err(wrong());
    }
    let value = Val::number(sign * number);
    Ok(match &metric.by {
        None => value,
        Some(groups) => {
            let each = groups.values.iter().map(|g| (g.clone(), value.clone()));
            Val::Record(each.collect())
        }
    })
}
