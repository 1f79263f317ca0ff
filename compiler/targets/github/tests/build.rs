//! Small plans by hand.

use crate::diagnostics::Diagnostics;
use crate::plan::*;
use crate::source::Span;

pub fn origin() -> Origin {
    Origin {
        span: Span::default(),
        docs: None,
        place: "pipeline.gate:3".into(),
        ..Origin::default()
    }
}

pub fn valid(plan: Plan) -> ValidPlan {
    ValidPlan::new(plan, &Diagnostics::new()).expect("no findings")
}

pub fn expr(kind: ExprKind, ty: Type) -> Expr {
    Expr {
        kind,
        ty,
        span: Span::default(),
    }
}

pub fn text(text: &str) -> Expr {
    expr(ExprKind::Const(Value::Str(text.into())), Type::Str)
}

pub fn number(number: f64) -> Expr {
    let ty = Type::Quantity(Quantity::Number);
    expr(ExprKind::Const(Value::Number(number, Quantity::Number)), ty)
}

pub fn yes(value: bool) -> Expr {
    expr(ExprKind::Const(Value::Bool(value)), Type::Bool)
}

pub fn symbol(set: &'static str, name: &str) -> Expr {
    expr(
        ExprKind::Const(Value::Symbol(name.into())),
        Type::Symbol(set),
    )
}

pub fn list(of: Type, items: Vec<Value>) -> Expr {
    expr(
        ExprKind::Const(Value::List(items)),
        Type::List(Box::new(of)),
    )
}

pub fn reference(reference: Ref) -> Expr {
    expr(ExprKind::Ref(reference), Type::Str)
}

pub fn secret(name: &str) -> Expr {
    reference(Ref::Secret(name.into()))
}

pub fn matrix_key(name: &str) -> Expr {
    reference(Ref::Matrix(name.into(), None))
}

pub fn output_of(node: &str, output: &str) -> Expr {
    reference(Ref::NodeOutput {
        node: node.into(),
        output: output.into(),
    })
}

pub fn binary(op: Operator, a: Expr, b: Expr) -> Expr {
    expr(ExprKind::Binary(op, Box::new(a), Box::new(b)), Type::Bool)
}

pub fn not(a: Expr) -> Expr {
    expr(ExprKind::Not(Box::new(a)), Type::Bool)
}

pub fn call(func: Func, args: Vec<Expr>, ty: Type) -> Expr {
    expr(ExprKind::Call(func, args), ty)
}

pub fn event_is(name: &str) -> Expr {
    let event = expr(ExprKind::Ref(Ref::Event), Type::Symbol("event"));
    binary(Operator::Equal, event, symbol("event", name))
}

pub fn branch_is(name: &str) -> Expr {
    binary(Operator::Equal, reference(Ref::Branch), text(name))
}

pub fn from_fork() -> Expr {
    expr(ExprKind::Ref(Ref::FromFork), Type::Bool)
}

pub fn script(parts: Vec<Part>) -> StepKind {
    StepKind::Run(Text { parts })
}

pub fn step(title: &str, kind: StepKind) -> Step {
    Step {
        id: None,
        title: title.into(),
        kind,
        when: None,
        after: After::Success,
        env: Vec::new(),
        dir: None,
        shell: None,
        timeout: None,
        retries: None,
        may_fail: false,
        measure: false,
        outputs: Vec::new(),
        template: None,
        origin: origin(),
        raw: Vec::new(),
    }
}

pub fn run(command: &str) -> Step {
    step(command, StepKind::Run(Text::plain(command)))
}

pub fn action(title: &str, name: &str, version: &str, inputs: Vec<(&str, Expr)>) -> Step {
    let inputs = inputs
        .into_iter()
        .map(|(k, v)| (k.to_string(), v))
        .collect();
    step(
        title,
        StepKind::Action(ActionUse {
            name: name.into(),
            version: version.into(),
            inputs,
        }),
    )
}

pub fn stage(steps: Vec<Step>) -> Stage {
    Stage {
        steps,
        checkout: true,
        ..Stage::default()
    }
}

pub fn node(id: &str, needs: &[(&str, NeedReason)], kind: NodeKind) -> Node {
    let need = |(node, reason): &(&str, NeedReason)| Need {
        node: node.to_string(),
        reason: *reason,
        span: Span::default(),
    };
    Node {
        id: id.into(),
        title: id.into(),
        origin: origin(),
        needs: needs.iter().map(need).collect(),
        when: None,
        timeout: 1200.0,
        kind,
    }
}

pub fn stage_node(id: &str, needs: &[&str], steps: Vec<Step>) -> Node {
    let needs: Vec<_> = needs.iter().map(|n| (*n, NeedReason::Order)).collect();
    node(id, &needs, NodeKind::Stage(stage(steps)))
}

pub fn judge_node(gate: &str, evidence: &[(&str, &str)]) -> Node {
    let needs: Vec<_> = evidence
        .iter()
        .map(|(n, _)| (*n, NeedReason::Evidence))
        .collect();
    let evidence = evidence.iter().map(|(node, report)| Evidence {
        node: node.to_string(),
        report: report.to_string(),
    });
    let judge = Judge {
        gate: gate.into(),
        evidence: evidence.collect(),
        outcomes: Vec::new(),
        comment: Comment::Never,
        html: false,
        explicit: false,
    };
    node(gate, &needs, NodeKind::Judge(judge))
}

pub fn as_stage(node: &mut Node) -> &mut Stage {
    match &mut node.kind {
        NodeKind::Stage(stage) => stage,
        _ => panic!("not a stage"),
    }
}

pub fn report(id: &str, path: &str) -> Report {
    Report {
        id: id.into(),
        format: "junit".into(),
        path: path.into(),
        across: None,
        key: Vec::new(),
        tool: None,
        origin: origin(),
    }
}

pub fn trigger(event: Event) -> Trigger {
    Trigger {
        event,
        branches: Vec::new(),
        tags: Vec::new(),
        paths: Vec::new(),
        types: Vec::new(),
        cron: Vec::new(),
        timezone: None,
        origin: origin(),
    }
}

pub fn push_to(branches: &[&str]) -> Trigger {
    Trigger {
        branches: branches.iter().map(|b| b.to_string()).collect(),
        ..trigger(Event::Push)
    }
}

pub fn input(id: &str, kind: InputKind, default: Option<Value>) -> Input {
    Input {
        id: id.into(),
        kind,
        description: None,
        default,
        at_least: None,
        at_most: None,
        dispatch: true,
        call: false,
        origin: origin(),
    }
}

pub fn known_key(name: &str, values: Vec<Value>) -> MatrixKey {
    MatrixKey {
        name: name.into(),
        values: MatrixValues::Known(values),
        span: Span::default(),
    }
}

pub fn texts(values: &[&str]) -> Vec<Value> {
    values.iter().map(|v| Value::Str(v.to_string())).collect()
}

pub fn pipeline(id: &str, triggers: Vec<Trigger>, nodes: Vec<Node>) -> Pipeline {
    Pipeline {
        id: id.into(),
        title: id.into(),
        origin: origin(),
        triggers,
        nodes,
        ..Pipeline::default()
    }
}

pub fn plan(pipelines: Vec<Pipeline>) -> Plan {
    Plan {
        project: Project {
            evaluator: Some(Evaluator::Download {
                url: "https://example.com/gatec".into(),
                sha256: "0".repeat(64),
            }),
            ..Project::default()
        },
        pipelines,
        sources: vec!["pipeline.gate".into()],
        ..Plan::default()
    }
}

pub fn environment(id: &str) -> Environment {
    Environment {
        id: id.into(),
        namespace: id.into(),
        url: Some(format!("https://{id}.example.com")),
        approval: id == "production",
        login: None,
        prometheus: None,
        push: None,
        install_monitoring: None,
        router: None,
        engine: None,
        overrides: Vec::new(),
        origin: origin(),
    }
}

pub fn rolling(id: &str) -> Rollout {
    Rollout {
        id: id.into(),
        strategy: Strategy::Rolling {
            max_unavailable: Amount::Absolute(0),
            max_surge: Amount::Absolute(1),
        },
        against: None,
        criteria: Vec::new(),
        promote_early: None,
        promote: None,
        on_failure: "rollback".into(),
        origin: origin(),
    }
}

/// What one pipeline becomes, and the findings.
pub fn emitted(plan: Plan) -> (String, Vec<crate::diagnostics::Diagnostic>) {
    let emitted = crate::targets::github::emit(&valid(plan));
    let content = emitted
        .files
        .into_iter()
        .map(|f| f.content)
        .collect::<Vec<_>>()
        .join("\n---\n");
    (content, emitted.diagnostics.sorted())
}
