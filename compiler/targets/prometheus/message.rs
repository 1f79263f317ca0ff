//! Texts of alerts: pieces that become Go templates for Prometheus, or, given a value and labels,
//! the very text that Prometheus makes of them. Values are shown in the unit they measure.

use super::humanize;
use super::query::{Labels, Lowering};
use crate::diagnostics::{Code, Diagnostic};
use crate::plan::value::decimal;
use crate::plan::{
    Expr, ExprKind, Matcher, MatcherOp, Operator, Part, PathSegment, Quantity, Ref, Text, Type,
    Value,
};
use std::collections::BTreeMap;

/// A text with what is known only when the alert fires.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Message(Vec<Piece>);

#[derive(Clone, Debug, PartialEq)]
enum Piece {
    Text(String),
    Value(Type),
    Label(String),
}

impl Message {
    /// Adds text as it is.
    pub fn text(mut self, text: impl Into<String>) -> Self {
        self.0.push(Piece::Text(text.into()));
        self
    }

    /// Adds the value that fired the alert.
    pub fn value(mut self, measures: &Type) -> Self {
        self.0.push(Piece::Value(measures.clone()));
        self
    }

    /// What the program wrote; fails on a label that the alert's samples don't have.
    pub fn written(text: &Text, measures: &Type, labels: &Labels) -> Lowering<Self> {
        let mut message = Self::default();
        for part in &text.parts {
            message = match part {
                Part::Text(text) => message.text(text.clone()),
                Part::Value(expr, _) => message.inserted(expr, measures, labels)?,
            };
        }
        Ok(message)
    }

    fn inserted(mut self, expr: &Expr, measures: &Type, labels: &Labels) -> Lowering<Self> {
        let piece = match &expr.kind {
            ExprKind::Ref(Ref::AlertValue) => Piece::Value(measures.clone()),
            ExprKind::Ref(Ref::Label(name)) if labels.keep(name) => Piece::Label(name.clone()),
            ExprKind::Ref(Ref::Label(name)) => return Err(lost_label(name, expr, labels)),
            ExprKind::Const(value) => Piece::Text(shown(value)),
            _ => {
                return Err(Box::new(
                    Diagnostic::new(
                        Code::NotInPromql,
                        expr.span,
                        "an alert's text can hold its value and labels only",
                    )
                    .help("write `${{ value }}`, or a label such as `${{ namespace }}`"),
                ));
            }
        };
        self.0.push(piece);
        Ok(self)
    }

    /// As a template of Prometheus.
    pub fn template(&self) -> String {
        self.render(
            &|text| text.replace("{{", "{{ \"{{\" }}"),
            &|measures| in_unit(measures, &|f| format!("{{{{ $value | {f} }}}}")),
            &|label| format!("{{{{ $labels.{label} }}}}"),
        )
    }

    /// As Prometheus shows it for a value and labels.
    pub fn expanded(&self, value: f64, labels: &BTreeMap<String, String>) -> String {
        self.render(
            &str::to_string,
            &|measures| in_unit(measures, &|f| humanize::apply(f, value)),
            &|label| labels.get(label).cloned().unwrap_or_default(),
        )
    }

    fn render(
        &self,
        text: &dyn Fn(&str) -> String,
        value: &dyn Fn(&Type) -> String,
        label: &dyn Fn(&str) -> String,
    ) -> String {
        let pieces = self.0.iter().map(|piece| match piece {
            Piece::Text(t) => text(t),
            Piece::Value(measures) => value(measures),
            Piece::Label(name) => label(name),
        });
        pieces.collect()
    }
}

/// The value, through a function of Prometheus' templates, with its unit.
fn in_unit(measures: &Type, through: &dyn Fn(&'static str) -> String) -> String {
    let Type::Quantity(quantity) = measures else {
        return through("humanize");
    };
    match quantity {
        Quantity::Duration => through("humanizeDuration"),
        Quantity::Ratio => through("humanizePercentage"),
        Quantity::Bytes => format!("{}B", through("humanize1024")),
        Quantity::Rate => format!("{}/s", through("humanize")),
        Quantity::Points => format!("{}pt", through("humanize")),
        Quantity::Cpu => format!("{} cores", through("humanize")),
        Quantity::User(unit) => format!("{} {unit}", through("humanize")),
        Quantity::Number | Quantity::Count => through("humanize"),
    }
}

fn lost_label(name: &str, expr: &Expr, labels: &Labels) -> Box<Diagnostic> {
    let finding = Diagnostic::new(
        Code::LabelNotKept,
        expr.span,
        format!("the alert's samples have no label `{name}`, so the text would have a hole"),
    )
    .label("not a label of this alert");
    let names = labels.names().join(", ");
    Box::new(if names.is_empty() {
        finding.help("this condition leaves no labels at all")
    } else {
        finding.help(format!("labels that are left: {names}"))
    })
}

/// A constant in a text: strings without quotes, numbers with their unit.
fn shown(value: &Value) -> String {
    value
        .as_str()
        .map_or_else(|| value.to_string(), str::to_string)
}

/// An expression as the program says it, for people.
pub fn said(expr: &Expr) -> String {
    match &expr.kind {
        ExprKind::Const(value) => value.to_string(),
        ExprKind::Ref(reference) => said_ref(reference),
        ExprKind::Not(a) => format!("not {}", said_inside(a, 3, false)),
        ExprKind::Negate(a) => format!("-{}", said_inside(a, 7, false)),
        ExprKind::Binary(op, a, b) => {
            let around = binding(*op);
            let (a, b) = (said_inside(a, around, false), said_inside(b, around, true));
            format!("{a} {} {b}", op.text())
        }
        ExprKind::Call(f, args) => format!("{}({})", f.name(), listed(args)),
        ExprKind::List(items) => format!("[{}]", listed(items)),
        ExprKind::Text(text) => text.as_plain().unwrap_or_else(|| "…".to_string()),
    }
}

fn listed(items: &[Expr]) -> String {
    items.iter().map(said).collect::<Vec<_>>().join(", ")
}

/// How tightly an operator of the language holds its sides.
fn binding(op: Operator) -> u8 {
    match op {
        Operator::Or => 1,
        Operator::And => 2,
        Operator::Add | Operator::Subtract => 5,
        Operator::Multiply | Operator::Divide => 6,
        _ => 4,
    }
}

/// A part of an expression, in parentheses where it would be read otherwise.
fn said_inside(expr: &Expr, around: u8, is_right: bool) -> String {
    let own = match &expr.kind {
        ExprKind::Binary(op, ..) => binding(*op),
        ExprKind::Not(_) => 3,
        _ => 8,
    };
    if own < around || (is_right && own == around) {
        format!("({})", said(expr))
    } else {
        said(expr)
    }
}

fn said_ref(reference: &Ref) -> String {
    match reference {
        Ref::Metric(name, matchers) | Ref::Series { name, matchers, .. } => {
            format!("{name}{}", said_matchers(matchers))
        }
        Ref::Ci(name, matchers) => format!("ci.{name}{}", said_matchers(matchers)),
        Ref::Report {
            stage,
            report,
            path,
        } => {
            let path: String = path
                .iter()
                .map(|segment| match segment {
                    PathSegment::Field(field) => format!(".{field}"),
                    PathSegment::Key(key) => format!("[{key:?}]"),
                    PathSegment::Filter(matchers) => said_matchers(matchers),
                })
                .collect();
            format!("{stage}.{report}{path}")
        }
        Ref::Input(name) => format!("inputs.{name}"),
        Ref::Variable(name) => format!("variable.{name}"),
        Ref::Label(name) => name.clone(),
        Ref::AlertValue => "value".to_string(),
        _ => "…".to_string(),
    }
}

fn said_matchers(matchers: &[Matcher]) -> String {
    if matchers.is_empty() {
        return String::new();
    }
    let show = |value: &Value| match value {
        Value::Number(n, _) => decimal(*n),
        value => value.to_string(),
    };
    let one = |m: &Matcher| {
        let values: Vec<_> = m.values.iter().map(show).collect();
        let (op, values) = match m.op {
            MatcherOp::Equal => ("=", values.join(", ")),
            MatcherOp::NotEqual => ("!=", values.join(", ")),
            MatcherOp::Matches => ("=~", values.join(", ")),
            MatcherOp::NotMatches => ("!~", values.join(", ")),
            MatcherOp::In => ("in", format!("[{}]", values.join(", "))),
        };
        format!("{} {op} {values}", m.label)
    };
    let all: Vec<_> = matchers.iter().map(one).collect();
    format!("[{}]", all.join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_template_cannot_be_opened_by_text() {
        let message = Message::default()
            .text("{{ evil }} at ")
            .value(&Type::Quantity(Quantity::Ratio));
        assert_eq!(
            message.template(),
            "{{ \"{{\" }} evil }} at {{ $value | humanizePercentage }}"
        );
        assert_eq!(
            message.expanded(0.042, &BTreeMap::new()),
            "{{ evil }} at 4.2%"
        );
    }

    #[test]
    fn units_are_shown() {
        let show = |quantity, value| {
            let message = Message::default().value(&Type::Quantity(quantity));
            message.expanded(value, &BTreeMap::new())
        };
        assert_eq!(show(Quantity::Duration, 0.0202), "20.2ms");
        assert_eq!(show(Quantity::Bytes, 1_610_612_736.0), "1.5GiB");
        assert_eq!(show(Quantity::Rate, 1500.0), "1.5k/s");
        assert_eq!(show(Quantity::User("usd".into()), 3.0), "3 usd");
    }
}
