//! Expressions in the language's own words, for people: the one printer that the plan's dump,
//! findings, reports and alerts share.
//!
//! `{}` names a series alone, as programs mostly do; `{:#}` with the service that exports it.

use std::fmt;

use super::expr::{Expr, ExprKind, Matcher, MatcherOp, Operator, Part, PathSegment, Ref, Text};

/// Only as many parentheses as it needs.
impl fmt::Display for Expr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&say(self, 0, f.alternate()))
    }
}

impl fmt::Display for Ref {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&say_ref(self, f.alternate()))
    }
}

/// The values inside as `${{ … }}`; no quotes around it, for a script has none.
impl fmt::Display for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&say_text(self, f.alternate()))
    }
}

fn say_text(text: &Text, full: bool) -> String {
    let part = |part: &Part| match part {
        Part::Text(text) => text.clone(),
        Part::Value(value, _) => format!("${{{{ {} }}}}", say(value, 0, full)),
    };
    text.parts.iter().map(part).collect()
}

/// An expression beside an operator that binds as strongly as `outer`.
fn say(expr: &Expr, outer: u8, full: bool) -> String {
    let inner = |of: &Expr, strength: u8| say(of, strength, full);
    match &expr.kind {
        ExprKind::Const(value) => value.to_string(),
        ExprKind::Ref(of) => say_ref(of, full),
        ExprKind::Not(of) => wrap(outer > 3, format!("not {}", inner(of, 3))),
        ExprKind::Negate(of) => format!("-{}", inner(of, 7)),
        ExprKind::Binary(op, a, b) => {
            let own = strength(*op);
            let text = format!("{} {} {}", inner(a, own), op.text(), inner(b, own + 1));
            wrap(outer > own, text)
        }
        ExprKind::Call(function, args) => format!("{}({})", function.name(), list(args, full)),
        ExprKind::List(items) => format!("[{}]", list(items, full)),
        ExprKind::Text(text) => format!("\"{}\"", say_text(text, full)),
    }
}

fn list(items: &[Expr], full: bool) -> String {
    let items: Vec<String> = items.iter().map(|item| say(item, 0, full)).collect();
    items.join(", ")
}

fn wrap(needed: bool, text: String) -> String {
    if needed { format!("({text})") } else { text }
}

fn strength(op: Operator) -> u8 {
    use Operator::*;
    match op {
        Or => 1,
        And => 2,
        Equal | NotEqual | Less | LessEqual | Greater | GreaterEqual | Matches | NotMatches
        | In => 4,
        Add | Subtract => 5,
        Multiply | Divide => 6,
    }
}

fn say_ref(of: &Ref, full: bool) -> String {
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
        Ref::Limit(name) => name.clone(),
        Ref::Metric(name, matchers) => format!("{name}{}", selector(matchers)),
        Ref::Report {
            stage,
            report,
            path,
        } => {
            let path: String = path.iter().map(segment).collect();
            format!("{stage}.{report}{path}")
        }
        Ref::Series {
            service,
            name,
            matchers,
        } => match full && !service.is_empty() {
            false => format!("{name}{}", selector(matchers)),
            true => format!("{service}.{name}{}", selector(matchers)),
        },
        Ref::Ci(name, matchers) => format!("ci.{name}{}", selector(matchers)),
        Ref::Label(name) => name.clone(),
        Ref::AlertValue => "value".into(),
    }
}

fn segment(segment: &PathSegment) -> String {
    match segment {
        PathSegment::Field(name) => format!(".{name}"),
        PathSegment::Key(key) => format!("[{key:?}]"),
        PathSegment::By(field) => format!("[key = {field:?}]"),
        PathSegment::Filter(matchers) => selector(matchers),
    }
}

fn selector(matchers: &[Matcher]) -> String {
    if matchers.is_empty() {
        return String::new();
    }
    let parts: Vec<String> = matchers.iter().map(matcher).collect();
    format!("[{}]", parts.join(", "))
}

fn matcher(matcher: &Matcher) -> String {
    let op = match matcher.op {
        MatcherOp::Equal => "=",
        MatcherOp::NotEqual => "!=",
        MatcherOp::Matches => "=~",
        MatcherOp::NotMatches => "!~",
        MatcherOp::In => "in",
    };
    let values: Vec<String> = matcher.values.iter().map(ToString::to_string).collect();
    let values = match (matcher.op, values.as_slice()) {
        (MatcherOp::In, many) => format!("[{}]", many.join(", ")),
        (_, one) => one.join(", "),
    };
    format!("{} {op} {values}", matcher.label)
}
