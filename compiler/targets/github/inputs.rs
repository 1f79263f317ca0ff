//! Bounds of inputs. GitHub's form takes any number; a stage that reads one with bounds checks
//! it before it does anything.

use super::context::Context;
use super::expressions::{Lower, Scope};
use super::reads;
use super::schema::Step;
use super::text::{literal, scalar};
use crate::plan::value::decimal;
use crate::plan::{Expr, ExprKind, Input, Node, Ref, Type};

/// A step for each bounded input that a node reads.
pub fn checks(cx: &Context<'_>, node: &Node) -> Vec<Step> {
    let bounded = |i: &&Input| i.at_least.is_some() || i.at_most.is_some();
    let inputs = cx.pipeline.inputs.iter().filter(bounded);
    inputs
        .filter(|i| reads_input(node, &i.id))
        .map(|i| check(cx, i))
        .collect()
}

fn reads_input(node: &Node, id: &str) -> bool {
    let mut found = false;
    reads::node(node, &mut |expr| {
        let refs = expr.refs();
        found |= refs
            .iter()
            .any(|r| matches!(r, Ref::Input(name) if name == id));
    });
    found
}

fn check(cx: &Context<'_>, input: &Input) -> Step {
    let asked = Expr {
        kind: ExprKind::Ref(Ref::Input(input.id.clone())),
        ty: Type::Data,
        span: input.origin.span,
    };
    let mut step = Step {
        name: format!("Check the input {}", literal(&input.id)),
        ..Step::default()
    };
    step.env
        .push("VALUE", scalar(Lower::new(cx, Scope::Step), &asked));
    let mut holds = vec!["v == v + 0".to_string()];
    let mut said = Vec::new();
    if let Some(least) = input.at_least {
        holds.push(format!("v >= {}", decimal(least)));
        said.push(format!("at least {}", decimal(least)));
    }
    if let Some(most) = input.at_most {
        holds.push(format!("v <= {}", decimal(most)));
        said.push(format!("at most {}", decimal(most)));
    }
    step.run = Some(format!(
        "if ! awk 'BEGIN {{ v = ENVIRON[\"VALUE\"]; exit !({}) }}'; then\n  \
           echo \"::error::'${{VALUE}}' is not a number of {}\"\n  exit 1\nfi",
        holds.join(" && "),
        said.join(" and ")
    ));
    step
}
