//! Expressions as people write them, for messages and as keys of equal conditions.

use crate::plan::{
    Expr, ExprKind, Func, Matcher, MatcherOp, Operator, Part, PathSegment, Ref, Value,
};

/// An expression in the language.
pub fn show(expr: &Expr) -> String {
    at(expr, 0)
}

/// How tightly an operator binds.
fn strength(op: Operator) -> u8 {
    use Operator::*;
    match op {
        Or => 1,
        And => 2,
        Add | Subtract => 5,
        Multiply | Divide => 6,
        _ => 4,
    }
}

fn at(expr: &Expr, outer: u8) -> String {
    let (text, inner) = match &expr.kind {
        ExprKind::Const(value) => return value.to_string(),
        ExprKind::Ref(r) => return reference(r),
        ExprKind::Not(a) => (format!("not {}", at(a, 3)), 3),
        ExprKind::Negate(a) => (format!("-{}", at(a, 7)), 7),
        ExprKind::Binary(op, a, b) => {
            let own = strength(*op);
            let text = format!("{} {} {}", at(a, own), op.text(), at(b, own + 1));
            (text, own)
        }
        ExprKind::Call(func, args) => return call(*func, args),
        ExprKind::List(items) => return format!("[{}]", list(items)),
        ExprKind::Text(text) => return quoted(&text.parts),
    };
    if inner < outer {
        format!("({text})")
    } else {
        text
    }
}

fn call(func: Func, args: &[Expr]) -> String {
    format!("{}({})", func.name(), list(args))
}

fn list(items: &[Expr]) -> String {
    let parts: Vec<_> = items.iter().map(show).collect();
    parts.join(", ")
}

fn quoted(parts: &[Part]) -> String {
    let inside: String = parts
        .iter()
        .map(|p| match p {
            Part::Text(t) => t.clone(),
            Part::Value(e, _) => format!("${{{{ {} }}}}", show(e)),
        })
        .collect();
    format!("{inside:?}")
}

/// A reference in the language.
pub fn reference(r: &Ref) -> String {
    match r {
        Ref::Event => "event".into(),
        Ref::Branch => "branch".into(),
        Ref::TargetBranch => "target_branch".into(),
        Ref::SourceBranch => "source_branch".into(),
        Ref::Tag => "tag".into(),
        Ref::FromFork => "from_fork".into(),
        Ref::Commit => "commit".into(),
        Ref::GitRef => "ref".into(),
        Ref::Run => "run".into(),
        Ref::PipelineTitle => "workflow".into(),
        Ref::Actor => "actor".into(),
        Ref::Token => "token".into(),
        Ref::Repository => "repository".into(),
        Ref::Owner => "owner".into(),
        Ref::DefaultBranch => "default_branch".into(),
        Ref::PullRequestNumber => "pull_request_number".into(),
        Ref::Changed(name) => format!("changed.{name}"),
        Ref::Input(name) => format!("inputs.{name}"),
        Ref::Variable(name) => format!("variable.{name}"),
        Ref::Secret(name) => format!("secret.{name}"),
        Ref::Matrix(key, None) => format!("matrix.{key}"),
        Ref::Matrix(key, Some(field)) => format!("matrix.{key}.{field}"),
        Ref::StepOutput { step, output } => format!("step.{step}.{output}"),
        Ref::NodeOutput { node, output } => format!("stage.{node}.{output}"),
        Ref::Outcome(node) => format!("stage.{node}"),
        Ref::Verdict(gate) => format!("gate.{gate}"),
        Ref::EventField(path) => format!("event.{}", path.join(".")),
        Ref::Metric(id, by) => format!("{id}{}", selector(by)),
        Ref::Report {
            stage,
            report,
            path,
        } => report_path(stage, report, path),
        Ref::Series { name, matchers, .. } => format!("{name}{}", selector(matchers)),
        Ref::Ci(name, by) => format!("ci.{name}{}", selector(by)),
        Ref::Label(name) => name.clone(),
        Ref::AlertValue => "value".into(),
    }
}

fn report_path(stage: &str, report: &str, path: &[PathSegment]) -> String {
    let head: Vec<&str> = [stage, report]
        .into_iter()
        .filter(|s| !s.is_empty())
        .collect();
    let mut text = head.join(".");
    for segment in path {
        match segment {
            PathSegment::Field(field) => text.push_str(&format!(".{field}")),
            PathSegment::Key(key) => text.push_str(&format!("[{key:?}]")),
            PathSegment::Filter(by) => text.push_str(&selector(by)),
        }
    }
    text
}

fn selector(matchers: &[Matcher]) -> String {
    if matchers.is_empty() {
        return String::new();
    }
    let one = |m: &Matcher| {
        let (op, value) = match (m.op, m.values.as_slice()) {
            (MatcherOp::In, values) => ("in", Value::List(values.to_vec()).to_string()),
            (op, values) => {
                let sign = match op {
                    MatcherOp::NotEqual => "!=",
                    MatcherOp::Matches => "=~",
                    MatcherOp::NotMatches => "!~",
                    _ => "=",
                };
                let value = values.first().map(ToString::to_string);
                (sign, value.unwrap_or_default())
            }
        };
        format!("{} {op} {value}", m.label)
    };
    let parts: Vec<_> = matchers.iter().map(one).collect();
    format!("[{}]", parts.join(", "))
}
