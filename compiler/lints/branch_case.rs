//! `branch-case`: names of branches or tags that differ only by case, where a condition can't
//! tell them apart.

use super::context::Context;
use crate::diagnostics::{Code, Diagnostic, Diagnostics};
use crate::plan::{Expr, ExprKind, Operator, Ref, Value};
use crate::proofs::glob::is_literal;
use crate::source::Span;
use std::collections::BTreeMap;

/// A name as written.
struct Written<'a> {
    name: &'a str,
    span: Span,
    /// Whether a condition compares with it; else a trigger's filter, which minds the case.
    compared: bool,
}

pub(super) fn run(context: &Context, found: &mut Diagnostics) {
    let mut names: Vec<Written> = Vec::new();
    for pipeline in context.pipelines.iter().map(|p| p.pipeline) {
        for trigger in &pipeline.triggers {
            for (at, name) in trigger.branches.iter().enumerate() {
                if is_literal(name) {
                    names.push(Written {
                        name,
                        span: trigger.origin.item("branches", at),
                        compared: false,
                    });
                }
            }
        }
        for node in &pipeline.nodes {
            let steps = node.as_stage().map(|s| s.steps.as_slice());
            let inner = steps.unwrap_or_default().iter();
            let conditions = node
                .when
                .iter()
                .chain(inner.filter_map(|s| s.when.as_ref()));
            conditions.for_each(|when| when.walk(&mut |e| compared(e, &mut names)));
        }
    }
    let mut alike: BTreeMap<String, Vec<Written>> = BTreeMap::new();
    for name in names {
        let key = name.name.to_lowercase();
        alike.entry(key).or_default().push(name);
    }
    for group in alike.values() {
        let compared = group.iter().find(|n| n.compared);
        let other = compared.and_then(|c| Some((c, group.iter().find(|n| n.name != c.name)?)));
        found.extend(other.map(|(compared, other)| report(compared, other)));
    }
}

/// The names that an expression compares a branch with.
fn compared<'a>(expr: &'a Expr, names: &mut Vec<Written<'a>>) {
    let ExprKind::Binary(Operator::Equal | Operator::NotEqual | Operator::In, a, b) = &expr.kind
    else {
        return;
    };
    let branch = |e: &Expr| {
        matches!(
            &e.kind,
            ExprKind::Ref(Ref::Branch | Ref::TargetBranch | Ref::SourceBranch)
        )
    };
    let value = match (branch(a), branch(b)) {
        (true, _) => b,
        (_, true) => a,
        _ => return,
    };
    let texts = value.value().map(Value::as_list).unwrap_or_default();
    for name in texts.iter().filter_map(Value::as_str) {
        names.push(Written {
            name,
            span: value.span,
            compared: true,
        });
    }
}

fn report(compared: &Written, other: &Written) -> Diagnostic {
    let message = format!(
        "`{}` and `{}` differ only by case, and a condition takes them for the same",
        compared.name, other.name
    );
    Diagnostic::new(Code::BranchCase, compared.span, message)
        .label(format!(
            "holds on `{}`, too: GitHub ignores case here",
            other.name
        ))
        .also(other.span, format!("`{}`", other.name))
        .help("write the branch's name the same way everywhere, or rename one of the two branches")
}
