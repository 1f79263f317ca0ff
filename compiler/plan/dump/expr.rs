//! Expressions as the language writes them.

use crate::plan::{
    Expr, ExprKind, Func, Matcher, MatcherOp, Operator, Part, PathSegment, Ref, Text,
};

/// An expression in the language's own words; only as many parentheses as it needs.
pub fn expression(expr: &Expr) -> String {
    show(expr, 0)
}

/// A text with its values as `${{ … }}`, quoted; a script as it is.
pub fn text(text: &Text) -> String {
    text.parts
        .iter()
        .map(|part| match part {
            Part::Text(text) => text.clone(),
            Part::Value(value, _) => format!("${{{{ {} }}}}", expression(value)),
        })
        .collect()
}

fn show(expr: &Expr, outer: u8) -> String {
    match &expr.kind {
        ExprKind::Const(value) => value.to_string(),
        ExprKind::Ref(r) => reference(r),
        ExprKind::Not(inner) => wrap(outer > 3, format!("not {}", show(inner, 3))),
        ExprKind::Negate(inner) => format!("-{}", show(inner, 7)),
        ExprKind::Binary(op, a, b) => {
            let own = strength(*op);
            let text = format!("{} {} {}", show(a, own), op.text(), show(b, own + 1));
            wrap(outer > own, text)
        }
        ExprKind::Call(function, args) => call(*function, args),
        ExprKind::List(items) => format!("[{}]", join(items)),
        ExprKind::Text(inner) => format!("\"{}\"", text(inner)),
    }
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

fn call(function: Func, args: &[Expr]) -> String {
    format!("{}({})", function.name(), join(args))
}

fn join(items: &[Expr]) -> String {
    let items: Vec<String> = items.iter().map(expression).collect();
    items.join(", ")
}

/// A reference in the language's own words.
pub fn reference(reference: &Ref) -> String {
    match reference {
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
        Ref::Outcome(node) => format!("stage.{node}.outcome"),
        Ref::Verdict(gate) => format!("gate.{gate}.verdict"),
        Ref::EventField(path) => format!("event.{}", path.join(".")),
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
        } => match service.as_str() {
            "" => format!("{name}{}", selector(matchers)),
            service => format!("{service}.{name}{}", selector(matchers)),
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
