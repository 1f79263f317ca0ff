//! Printing queries: one line where it fits, else broken before operators and inside calls.

use super::{Aggregation, Function, MatchOp, Op, OverTime, Query, Selector};
use crate::plan::value::decimal;

/// Longest line before a query is broken.
const WIDTH: usize = 100;

/// The query on one line.
pub fn one_line(query: &Query) -> String {
    match query {
        Query::Number(n) => number(*n),
        Query::Instant(s) => selector(s, None),
        Query::Over(f, s, seconds) => {
            format!("{}({})", over_name(*f), selector(s, Some(*seconds)))
        }
        Query::Before(s, seconds, ago) => format!(
            "last_over_time({} offset {})",
            selector(s, Some(*seconds)),
            window(*ago)
        ),
        Query::Negate(a) => format!("-{}", operand(a, UNARY, false)),
        Query::Binary {
            op, left, right, ..
        } => format!(
            "{} {} {}",
            operand(left, binding(*op), false),
            operator(query, *op),
            operand(right, binding(*op), true)
        ),
        Query::Opaque(text) => text.trim().to_string(),
        Query::HistogramQuantile(..) | Query::Aggregate { .. } | Query::Call(..) => {
            let (head, arguments) = call_parts(query);
            let arguments: Vec<_> = arguments.iter().map(one_line).collect();
            format!("{head}({})", arguments.join(", "))
        }
    }
}

/// The query for people: lines of at most 100 columns where that can be.
pub fn pretty(query: &Query) -> String {
    lines(query, WIDTH).join("\n")
}

/// A number as PromQL reads it back to the same value.
pub fn number(n: f64) -> String {
    if n.is_nan() {
        "NaN".to_string()
    } else if n.is_infinite() {
        if n > 0.0 { "+Inf" } else { "-Inf" }.to_string()
    } else {
        decimal(n)
    }
}

/// A length of time as Prometheus writes it: `5m`, `1h30m`, `1500ms`.
pub fn window(seconds: f64) -> String {
    const UNITS: [(u64, &str); 5] = [
        (86_400_000, "d"),
        (3_600_000, "h"),
        (60_000, "m"),
        (1_000, "s"),
        (1, "ms"),
    ];
    let mut rest = (seconds.max(0.0) * 1000.0).round() as u64;
    let mut text = String::new();
    for (size, unit) in UNITS {
        if rest >= size {
            text.push_str(&format!("{}{unit}", rest / size));
            rest %= size;
        }
    }
    if text.is_empty() {
        text.push_str("0s");
    }
    text
}

fn lines(query: &Query, width: usize) -> Vec<String> {
    let flat = one_line(query);
    if flat.chars().count() <= width {
        return vec![flat];
    }
    match query {
        Query::Binary {
            op, left, right, ..
        } => {
            let left_lines = operand_lines(left, binding(*op), false, width);
            let right_lines = operand_lines(right, binding(*op), true, width);
            // A lone number stays on the line of what it belongs to.
            let glued = is_number(left) || is_number(right);
            joined(left_lines, &operator(query, *op), right_lines, glued)
        }
        Query::HistogramQuantile(..) | Query::Aggregate { .. } | Query::Call(..) => {
            let (head, arguments) = call_parts(query);
            let mut out = vec![format!("{head}(")];
            for (i, argument) in arguments.iter().enumerate() {
                let comma = if i + 1 < arguments.len() { "," } else { "" };
                let mut inner = indented(lines(argument, width.saturating_sub(2)));
                if let Some(last) = inner.last_mut() {
                    last.push_str(comma);
                }
                out.extend(inner);
            }
            out.push(")".to_string());
            out
        }
        _ => vec![flat],
    }
}

fn is_number(query: &Query) -> bool {
    matches!(query, Query::Number(_))
}

/// Two texts with an operator between, on a line of its own or `glued` to both.
fn joined(mut left: Vec<String>, op: &str, right: Vec<String>, glued: bool) -> Vec<String> {
    let mut right = right.into_iter();
    let first = format!("{op} {}", right.next().unwrap_or_default());
    match left.last_mut() {
        Some(last) if glued => last.push_str(&format!(" {first}")),
        _ => left.push(first),
    }
    left.extend(right);
    left
}

fn indented(lines: Vec<String>) -> Vec<String> {
    lines.into_iter().map(|l| format!("  {l}")).collect()
}

/// The text before the parenthesis of a call, and its arguments.
fn call_parts(query: &Query) -> (String, Vec<Query>) {
    match query {
        Query::HistogramQuantile(q, of) => (
            "histogram_quantile".to_string(),
            vec![Query::Number(*q), of.as_ref().clone()],
        ),
        Query::Aggregate { op, by, of } => {
            let name = aggregation_name(*op);
            let head = if by.is_empty() {
                name.to_string()
            } else {
                format!("{name} by ({}) ", by.join(", "))
            };
            (head, vec![of.as_ref().clone()])
        }
        Query::Call(function, arguments) => (function_name(*function).into(), arguments.clone()),
        other => (String::new(), vec![other.clone()]),
    }
}

const UNARY: u8 = 5;
const ATOM: u8 = 6;

/// How tightly an operator holds its sides.
fn binding(op: Op) -> u8 {
    match op {
        Op::Or => 0,
        Op::And | Op::Unless => 1,
        Op::Equal | Op::NotEqual | Op::Less | Op::LessEqual | Op::Greater | Op::GreaterEqual => 2,
        Op::Add | Op::Subtract => 3,
        Op::Multiply | Op::Divide => 4,
    }
}

fn tightness(query: &Query) -> u8 {
    match query {
        Query::Binary { op, .. } => binding(*op),
        Query::Negate(_) => UNARY,
        Query::Number(n) if *n < 0.0 => UNARY,
        Query::Opaque(text) if !closed(text) => 0,
        _ => ATOM,
    }
}

/// Whether a text of the program is one call or selector, which nothing can tear apart.
fn closed(text: &str) -> bool {
    use promql_parser::parser::{Expr, parse};
    matches!(
        parse(text),
        Ok(Expr::Call(_) | Expr::Paren(_) | Expr::VectorSelector(_) | Expr::NumberLiteral(_))
    )
}

/// Whether a side needs parentheses: for the grammar, and where `and` inside `or` or a
/// comparison inside a comparison would make people look up the precedence.
fn needs_parentheses(side: &Query, around: u8, is_right: bool) -> bool {
    let own = tightness(side);
    let mixed = around == binding(Op::Or) && own == binding(Op::And);
    let chained = around == binding(Op::Less) && own == around;
    mixed || chained || own < around || (is_right && own == around)
}

fn operand(side: &Query, around: u8, is_right: bool) -> String {
    let text = one_line(side);
    if needs_parentheses(side, around, is_right) {
        format!("({text})")
    } else {
        text
    }
}

fn operand_lines(side: &Query, around: u8, is_right: bool, width: usize) -> Vec<String> {
    if !needs_parentheses(side, around, is_right) {
        return lines(side, width);
    }
    let inner = lines(side, width.saturating_sub(2));
    match inner.as_slice() {
        [only] => vec![format!("({only})")],
        _ => {
            let mut out = vec!["(".to_string()];
            out.extend(indented(inner));
            out.push(")".to_string());
            out
        }
    }
}

fn operator(query: &Query, op: Op) -> String {
    let text = match op {
        Op::Or => "or",
        Op::And => "and",
        Op::Unless => "unless",
        Op::Equal => "==",
        Op::NotEqual => "!=",
        Op::Less => "<",
        Op::LessEqual => "<=",
        Op::Greater => ">",
        Op::GreaterEqual => ">=",
        Op::Add => "+",
        Op::Subtract => "-",
        Op::Multiply => "*",
        Op::Divide => "/",
    };
    match query {
        Query::Binary { on: Some(on), .. } => format!("{text} on ({})", on.join(", ")),
        _ => text.to_string(),
    }
}

fn selector(selector: &Selector, range: Option<f64>) -> String {
    let matchers: Vec<_> = selector
        .matchers
        .iter()
        .map(|m| format!("{}{}{}", m.label, match_op(m.op), quoted(&m.value)))
        .collect();
    let braces = if matchers.is_empty() {
        String::new()
    } else {
        format!("{{{}}}", matchers.join(", "))
    };
    let range = range.map_or(String::new(), |s| format!("[{}]", window(s)));
    format!("{}{braces}{range}", selector.name)
}

fn quoted(text: &str) -> String {
    let mut out = String::from("\"");
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\t' => out.push_str("\\t"),
            '\r' => out.push_str("\\r"),
            c => out.push(c),
        }
    }
    out.push('"');
    out
}

fn match_op(op: MatchOp) -> &'static str {
    match op {
        MatchOp::Equal => "=",
        MatchOp::NotEqual => "!=",
        MatchOp::Regex => "=~",
        MatchOp::NotRegex => "!~",
    }
}

fn over_name(f: OverTime) -> &'static str {
    match f {
        OverTime::Rate => "rate",
        OverTime::Increase => "increase",
        OverTime::Count => "count_over_time",
        OverTime::Average => "avg_over_time",
        OverTime::Greatest => "max_over_time",
        OverTime::Least => "min_over_time",
    }
}

fn aggregation_name(op: Aggregation) -> &'static str {
    match op {
        Aggregation::Sum => "sum",
        Aggregation::Average => "avg",
        Aggregation::Max => "max",
        Aggregation::Min => "min",
        Aggregation::Count => "count",
    }
}

fn function_name(f: Function) -> &'static str {
    match f {
        Function::Absent => "absent",
        Function::Abs => "abs",
        Function::Clamp => "clamp",
        Function::ClampMax => "clamp_max",
    }
}
