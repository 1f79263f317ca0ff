//! What the parser promises: the right tree for right text, a place for every mistake, never a
//! crash.

mod meaning;
mod mistakes;
mod totality;

use super::ast::{Arg, Expr, ExprKind, Item, UnaryOp};
use super::{Parse, parse};
use crate::source::FileId;

const CORPUS: [&str; 3] = [
    include_str!("../../../tests/corpus/carla_rl.gate"),
    include_str!("../../../tests/corpus/prsm.gate"),
    include_str!("../../../tests/corpus/forms.gate"),
];

fn read(text: &str) -> Parse {
    parse(FileId(0), text)
}

/// The items of a text without mistakes, written with all their brackets.
fn shape(text: &str) -> String {
    let parse = read(text);
    let found: Vec<_> = parse.diagnostics.iter().map(|d| &d.message).collect();
    assert!(found.is_empty(), "{text:?}: {found:?}");
    items(&parse.items)
}

/// Items in one line, as `a = 1; k (a) (b) { … }`.
fn items(items: &[Item]) -> String {
    items.iter().map(item).collect::<Vec<_>>().join("; ")
}

fn item(item: &Item) -> String {
    match item {
        Item::Attribute(a) if a.quoted => format!("{:?} = {}", a.key(), expr(&a.value)),
        Item::Attribute(a) => format!("{} = {}", a.key(), expr(&a.value)),
        Item::Statement(s) => {
            let mut out = s.keyword.text.clone();
            for arg in &s.args {
                out.push_str(&format!(" {}", expr(arg)));
            }
            if let Some(block) = &s.block {
                out.push_str(&format!(" {{ {} }}", items(&block.items)));
            }
            out
        }
    }
}

fn expr(value: &Expr) -> String {
    match &value.kind {
        ExprKind::Number { digits, unit } => format!("{digits}{unit}"),
        ExprKind::Str(text) => format!("{text:?}"),
        ExprKind::Text(text) => format!("text {text:?}"),
        ExprKind::Name(name) => name.clone(),
        ExprKind::Field(base, name) => format!("{}.{}", expr(base), name.text),
        ExprKind::Call(base, list) => format!("{}({})", expr(base), args(list)),
        ExprKind::Index(base, list) => format!("{}[{}]", expr(base), args(list)),
        ExprKind::List(list) => {
            format!("[{}]", list.iter().map(expr).collect::<Vec<_>>().join(", "))
        }
        ExprKind::Record(block) => format!("{{ {} }}", items(&block.items)),
        ExprKind::Unary(UnaryOp::Negate, x) => format!("(-{})", expr(x)),
        ExprKind::Unary(UnaryOp::Not, x) => format!("(not {})", expr(x)),
        ExprKind::Binary(op, a, b) => format!("({} {} {})", expr(a), op.text(), expr(b)),
        ExprKind::Paren(x) => format!("paren({})", expr(x)),
        ExprKind::Missing => "?".to_string(),
    }
}

fn args(list: &[Arg]) -> String {
    let one = |arg: &Arg| match &arg.name {
        Some(name) => format!("{}={}", name.text, expr(&arg.value)),
        None => expr(&arg.value),
    };
    list.iter().map(one).collect::<Vec<_>>().join(", ")
}
