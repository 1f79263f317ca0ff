//! Values of YAML scalars: literal text with `${{ }}` where a value is known only in a run.

use super::expressions::{Lower, Tree};
use crate::plan::value::decimal;
use crate::plan::{Expr, ExprKind, Func, Part, Text, Type, Value};

/// Text that GitHub must not read as an expression.
pub fn literal(text: &str) -> String {
    if text.contains("${{") {
        text.replace("${{", "${{ '${{' }}")
    } else {
        text.to_string()
    }
}

/// A known value as plain text: numbers in their base unit, a list one member a line.
pub fn constant(value: &Value) -> String {
    match value {
        Value::Bool(b) => b.to_string(),
        Value::Str(s) | Value::Symbol(s) => s.clone(),
        Value::Number(n, _) => decimal(*n),
        Value::List(items) => items.iter().map(constant).collect::<Vec<_>>().join("\n"),
        Value::Record(_) | Value::Range(..) => super::json::text(value),
        Value::None => String::new(),
    }
}

/// An expression as the value of a key.
pub fn scalar(lower: Lower<'_>, expr: &Expr) -> String {
    match &expr.kind {
        ExprKind::Const(value) if !matches!(value, Value::Symbol(_)) => literal(&constant(value)),
        ExprKind::Text(text) => template(lower, text),
        ExprKind::List(items) => {
            let lines: Vec<String> = items.iter().map(|item| scalar(lower, item)).collect();
            lines.join("\n")
        }
        ExprKind::Call(Func::Concat, parts) => parts.iter().map(|p| scalar(lower, p)).collect(),
        _ if matches!(expr.ty, Type::Bool) => lower.truth(expr).wrapped(),
        _ => match lower.value(expr) {
            Tree::Text(text) => literal(&text),
            other => other.into_text().wrapped(),
        },
    }
}

/// Text with values inside as the value of a key.
pub fn template(lower: Lower<'_>, text: &Text) -> String {
    let part = |part: &Part| match part {
        Part::Text(text) => literal(text),
        Part::Value(expr, _) => scalar(lower, expr),
    };
    text.parts.iter().map(part).collect()
}
