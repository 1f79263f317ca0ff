//! The dump of a small plan, and expressions with as many parentheses as they need.

use super::*;
use crate::plan::{
    Expr, ExprKind, Func, Node, NodeKind, Operator, Part, Pipeline, Quantity, Quoting, Ref, Stage,
    Step, StepKind, Text, Type,
};
use crate::source::Span;

fn expr(kind: ExprKind) -> Expr {
    Expr {
        kind,
        ty: Type::Unknown,
        span: Span::default(),
    }
}

fn binary(op: Operator, a: Expr, b: Expr) -> Expr {
    expr(ExprKind::Binary(op, a.into(), b.into()))
}

fn number(n: f64) -> Expr {
    expr(ExprKind::Const(Value::Number(n, Quantity::Number)))
}

#[test]
fn parentheses_stand_where_they_matter() {
    use Operator::*;
    let branch = || expr(ExprKind::Ref(Ref::Branch));
    let main = || expr(ExprKind::Const(Value::Str("main".into())));
    let same = || binary(Equal, branch(), main());
    let cases = [
        (
            binary(And, binary(Or, same(), same()), same()),
            "(branch == \"main\" or branch == \"main\") and branch == \"main\"",
        ),
        (
            binary(Or, binary(And, same(), same()), same()),
            "branch == \"main\" and branch == \"main\" or branch == \"main\"",
        ),
        (
            binary(
                Subtract,
                number(1.0),
                binary(Subtract, number(2.0), number(3.0)),
            ),
            "1 - (2 - 3)",
        ),
        (
            binary(
                Subtract,
                binary(Subtract, number(1.0), number(2.0)),
                number(3.0),
            ),
            "1 - 2 - 3",
        ),
        (
            expr(ExprKind::Not(binary(Or, same(), same()).into())),
            "not (branch == \"main\" or branch == \"main\")",
        ),
        (
            expr(ExprKind::Call(Func::Quantile(950), vec![number(1.0)])),
            "p95(1)",
        ),
    ];
    for (expr, expected) in cases {
        assert_eq!(expr.to_string(), expected);
    }
}

#[test]
fn a_plan_reads_as_a_tree() {
    let script = Text {
        parts: vec![
            Part::Text("make ".into()),
            Part::Value(
                expr(ExprKind::Ref(Ref::Input("what".into()))),
                Quoting::Bare,
            ),
            Part::Text("\nls".into()),
        ],
    };
    let step = Step {
        id: None,
        title: "make".into(),
        kind: StepKind::Run(script),
        when: None,
        after: super::super::After::Always,
        env: Vec::new(),
        dir: None,
        shell: None,
        timeout: None,
        retries: None,
        may_fail: false,
        measure: false,
        outputs: Vec::new(),
        template: None,
        origin: Origin::default(),
        raw: Vec::new(),
    };
    let raw = Raw {
        target: "github".into(),
        yaml: "a: 1\nb: 2\n".into(),
        span: Span::default(),
    };
    let stage = Stage {
        steps: vec![step],
        checkout: true,
        raw: vec![raw],
        ..Stage::default()
    };
    let node = Node {
        id: "build".into(),
        title: "Build".into(),
        origin: Origin {
            docs: Some("Builds it.".into()),
            place: "a.gate:3".into(),
            ..Origin::default()
        },
        needs: Vec::new(),
        when: None,
        timeout: 600.0,
        kind: NodeKind::Stage(stage),
    };
    let plan = Plan {
        pipelines: vec![Pipeline {
            id: "ci".into(),
            title: "CI".into(),
            nodes: vec![node],
            ..Pipeline::default()
        }],
        ..Plan::default()
    };
    let expected = "\
pipeline ci \"CI\"
  stage build \"Build\"  [a.gate:3]
    ## Builds it.
    timeout 10m
    step \"make\"
      run make ${{ inputs.what }}
        ls
      after anything
    raw github (opaque, 2 lines)
";
    assert_eq!(dump(&plan), expected);
    assert_eq!(dump(&Plan::default()), "");
}
