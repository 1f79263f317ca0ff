//! `strategy`: a stage's cells. Rules with a condition become values chosen when the run starts.

use super::cells;
use super::context::Context;
use super::expressions::{Lower, Scope, Tree};
use super::json;
use crate::diagnostics::{Code, Diagnostic};
use crate::plan::{Matrix, MatrixRule, MatrixValues, Value};
use crate::source::Span;
use crate::targets::yaml::{Map, Yaml};

/// The key `strategy`.
pub fn strategy(cx: &Context<'_>, matrix: &Matrix, span: Span) -> Map {
    let lower = Lower::new(cx, Scope::JobIf);
    let mut keys = Map::new();
    for key in &matrix.keys {
        match &key.values {
            MatrixValues::Known(values) => {
                let values: Vec<Yaml> = values.iter().map(json::yaml).collect();
                keys.push(key.name.clone(), values);
            }
            MatrixValues::From(expr) => {
                // Whatever its type: what a job hands on is text, and the key takes a list.
                keys.push(key.name.clone(), lower.value(expr).parsed().wrapped());
            }
        }
    }
    if !matrix.exclude.is_empty() {
        let rules: Vec<Yaml> = matrix.exclude.iter().map(|r| exclude(lower, r)).collect();
        keys.push("exclude", rules);
    }
    if !matrix.include.is_empty() {
        keys.push("include", include(cx, &matrix.include));
    }
    if let Some(count) = cells::count(matrix).filter(|count| *count > cells::LIMIT) {
        let message = format!(
            "the matrix has {count} cells; GitHub runs {} at most",
            cells::LIMIT
        );
        cx.report(
            Diagnostic::new(Code::TooManyCells, span, message)
                .label("runs once per cell")
                .help("leave cells out with `exclude`, or split the stage"),
        );
    }
    let mut strategy = Map::new();
    strategy.push("fail-fast", matrix.fail_fast);
    strategy.push_some("max-parallel", matrix.max_parallel);
    strategy.push("matrix", keys);
    strategy
}

/// A rule whose condition is false names a value that no cell has, and so leaves nothing out.
fn exclude(lower: Lower<'_>, rule: &MatrixRule) -> Yaml {
    let mut map = Map::new();
    let when = rule.when.as_ref().map(|when| lower.truth(when));
    for (key, value) in &rule.pairs {
        match (&when, scalar(value)) {
            (Some(when), Some(text)) => {
                let none = Tree::text("no such cell");
                let tree = Tree::Or(vec![Tree::all([when.clone(), text]), none]);
                map.push(key.clone(), tree.wrapped());
            }
            _ => {
                map.push(key.clone(), json::yaml(value));
            }
        }
    }
    if when.is_some() && !rule.pairs.iter().any(|(_, v)| scalar(v).is_some()) {
        lower.cx.cannot(
            rule.span,
            "a conditional `exclude` must name a text or a number other than 0".to_string(),
        );
    }
    map.into()
}

/// A value that GitHub takes for true, as `c && value || other` asks.
fn scalar(value: &Value) -> Option<Tree> {
    let tree = match value {
        Value::Str(s) => Tree::text(s.clone()),
        Value::Symbol(s) => Tree::text(super::runners::label(s).unwrap_or(s)),
        Value::Number(n, _) => Tree::Number(crate::plan::value::decimal(*n)),
        _ => return None,
    };
    tree.surely_truthy().then_some(tree)
}

/// Known rules as a list; with conditions, one of the lists that the conditions can make.
fn include(cx: &Context<'_>, rules: &[MatrixRule]) -> Yaml {
    let lower = Lower::new(cx, Scope::JobIf);
    let mut whens: Vec<Tree> = Vec::new();
    for rule in rules {
        if let Some(when) = rule.when.as_ref().map(|when| lower.truth(when))
            && !whens.contains(&when)
        {
            whens.push(when);
        }
    }
    if whens.len() > 1 {
        return pieced(lower, rules).wrapped().into();
    }
    let [when] = whens.as_slice() else {
        return rules
            .iter()
            .map(pairs)
            .map(|v| json::yaml(&v))
            .collect::<Vec<_>>()
            .into();
    };
    let list = |all: bool| {
        let kept = rules.iter().filter(|r| all || r.when.is_none());
        Tree::text(json::text(&Value::List(kept.map(pairs).collect())))
    };
    let chosen = Tree::Or(vec![Tree::all([when.clone(), list(true)]), list(false)]);
    Tree::Call("fromJSON", vec![chosen]).wrapped().into()
}

/// A list made of a piece per rule, each of which its own condition puts in; a comma stands before
/// a piece if one before it is there.
fn pieced(lower: Lower<'_>, rules: &[MatrixRule]) -> Tree {
    let mut sure = false;
    let mut before: Vec<Tree> = Vec::new();
    let mut pattern = String::from("[");
    let mut pieces = Vec::new();
    for (index, rule) in rules.iter().enumerate() {
        let json = json::text(&pairs(rule));
        let first = Tree::text(json.clone());
        let later = Tree::text(format!(",{json}"));
        let piece = match (sure, before.as_slice()) {
            (true, _) => later,
            (false, []) => first,
            (false, some) => Tree::Or(vec![Tree::all([Tree::any(some.to_vec()), later]), first]),
        };
        pieces.push(match rule.when.as_ref().map(|when| lower.truth(when)) {
            Some(when) => {
                before.push(when.clone());
                Tree::Or(vec![Tree::all([when, piece]), Tree::text("")])
            }
            None => {
                sure = true;
                piece
            }
        });
        pattern += &format!("{{{index}}}");
    }
    pattern.push(']');
    let args = [Tree::text(pattern)].into_iter().chain(pieces).collect();
    Tree::Call("fromJSON", vec![Tree::Call("format", args)])
}

fn pairs(rule: &MatrixRule) -> Value {
    Value::Record(rule.pairs.clone())
}
