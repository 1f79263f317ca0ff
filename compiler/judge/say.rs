//! Expressions as text, the way a person writes them.

use crate::plan::{Expr, ExprKind, Matcher, MatcherOp, Operator, Part, PathSegment, Ref, Text};

/// An expression.
pub fn say(expr: &Expr) -> String {
    match &expr.kind {
        ExprKind::Const(value) => value.to_string(),
        ExprKind::Ref(of) => say_ref(of),
        ExprKind::Not(of) => format!("not {}", inner(of, 3)),
        ExprKind::Negate(of) => format!("-{}", inner(of, 7)),
        ExprKind::Binary(op, a, b) => {
            let own = strength(*op);
            format!("{} {} {}", inner(a, own), op.text(), inner(b, own + 1))
        }
        ExprKind::Call(func, args) => format!("{}({})", func.name(), list(args)),
        ExprKind::List(items) => format!("[{}]", list(items)),
        ExprKind::Text(text) => say_text(text),
    }
}

/// The report that an expression reads, for a message; empty if it reads none.
pub fn source(expr: &Expr) -> String {
    let report = expr.refs().into_iter().find_map(|of| match of {
        Ref::Report { stage, report, .. } => {
            Some(format!(" (report `{report}` of stage `{stage}`)"))
        }
        _ => None,
    });
    report.unwrap_or_default()
}

fn list(items: &[Expr]) -> String {
    items.iter().map(say).collect::<Vec<_>>().join(", ")
}

fn strength(op: Operator) -> u8 {
    match op {
        Operator::Or => 1,
        Operator::And => 2,
        Operator::Add | Operator::Subtract => 5,
        Operator::Multiply | Operator::Divide => 6,
        _ => 4,
    }
}

/// An operand, in parentheses if it binds less than its operator.
fn inner(expr: &Expr, outer: u8) -> String {
    let own = match &expr.kind {
        ExprKind::Binary(op, ..) => strength(*op),
        ExprKind::Not(_) => 3,
        _ => 9,
    };
    if own < outer {
        format!("({})", say(expr))
    } else {
        say(expr)
    }
}

fn say_text(text: &Text) -> String {
    let part = |part: &Part| match part {
        Part::Text(text) => text.clone(),
        Part::Value(expr, _) => format!("${{{{ {} }}}}", say(expr)),
    };
    format!("\"{}\"", text.parts.iter().map(part).collect::<String>())
}

/// A reference.
pub fn say_ref(of: &Ref) -> String {
    match of {
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
        Ref::PullRequestNumber => "pull_request".into(),
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
        Ref::Metric(name, matchers) | Ref::Ci(name, matchers) => {
            format!("{name}{}", selector(matchers))
        }
        Ref::Report {
            stage,
            report,
            path,
        } => {
            let path: String = path.iter().map(segment).collect();
            format!("{stage}.{report}{path}")
        }
        Ref::Series { name, matchers, .. } => format!("{name}{}", selector(matchers)),
        Ref::Label(name) => name.clone(),
        Ref::AlertValue => "value".into(),
    }
}

fn segment(segment: &PathSegment) -> String {
    match segment {
        PathSegment::Field(name) => format!(".{name}"),
        PathSegment::Key(path) => format!("[{path:?}]"),
        PathSegment::Filter(matchers) => selector(matchers),
    }
}

fn selector(matchers: &[Matcher]) -> String {
    if matchers.is_empty() {
        return String::new();
    }
    let one = |matcher: &Matcher| {
        let values: Vec<_> = matcher.values.iter().map(ToString::to_string).collect();
        let values = values.join(", ");
        match matcher.op {
            MatcherOp::Equal => format!("{} = {values}", matcher.label),
            MatcherOp::NotEqual => format!("{} != {values}", matcher.label),
            MatcherOp::Matches => format!("{} =~ {values}", matcher.label),
            MatcherOp::NotMatches => format!("{} !~ {values}", matcher.label),
            MatcherOp::In => format!("{} in [{values}]", matcher.label),
        }
    };
    format!(
        "[{}]",
        matchers.iter().map(one).collect::<Vec<_>>().join(", ")
    )
}
