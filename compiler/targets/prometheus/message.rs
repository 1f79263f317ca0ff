//! Texts of alerts: pieces that become Go templates for Prometheus, or, given a value and labels,
//! the very text that Prometheus makes of them. Values are shown in the unit they measure.

use super::humanize;
use super::query::{Labels, Lowering};
use crate::diagnostics::{Code, Diagnostic};
use crate::plan::{Expr, ExprKind, Part, Quantity, Ref, Text, Type, Value};
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
