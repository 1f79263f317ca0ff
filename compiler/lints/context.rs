//! What several lints ask of a plan, found once.

use crate::diagnostics::{Code, Diagnostic, Diagnostics};
use crate::plan::{
    Concurrency, Event, Expr, ExprKind, MatrixValues, Node, NodeKind, Part, Pipeline, Plan, Ref,
    Stage, Step, StepKind, Text,
};
use crate::proofs::reachability::analyse_graph;
use crate::proofs::reads::Names;
use crate::proofs::{Graph, Reach};

/// A plan with its indexes and proofs.
#[derive(Debug)]
pub struct Context<'a> {
    /// The plan.
    pub plan: &'a Plan,
    /// Metrics and gates by name.
    pub names: Names<'a>,
    /// Pipelines with their graphs, in source order.
    pub pipelines: Vec<PipelineFacts<'a>>,
}

/// A pipeline with what is proved of it.
#[derive(Debug)]
pub struct PipelineFacts<'a> {
    /// The pipeline.
    pub pipeline: &'a Pipeline,
    /// Its graph.
    pub graph: Graph<'a>,
    /// Which nodes run when; `None` when that isn't known.
    pub reach: Option<Reach>,
}

impl<'a> Context<'a> {
    /// The context of a plan.
    pub fn of(plan: &'a Plan) -> Self {
        let mut names = Names::of(plan);
        // What is missing of a gate may be what lets it pass, or keeps it from being read here.
        names
            .gates
            .retain(|_, gate| !plan.gaps.at(gate.origin.span));
        let facts = |pipeline: &'a Pipeline| {
            let graph = Graph::of(pipeline);
            let reach = analyse_graph(pipeline, &graph, &names);
            PipelineFacts {
                pipeline,
                graph,
                reach,
            }
        };
        let pipelines = plan.pipelines.iter().map(facts).collect();
        Self {
            plan,
            names,
            pipelines,
        }
    }
}

impl Context<'_> {
    /// Whether one `allow` silences a code in the whole program: then one finding says as much as
    /// all of them.
    pub fn is_silenced(&self, code: Code) -> bool {
        let mut allows = self.plan.allows.iter().filter(|a| a.code == code.name());
        allows.next().is_some_and(|a| a.within.is_none()) && allows.next().is_none()
    }
}

impl PipelineFacts<'_> {
    /// Whether a pull request starts the pipeline.
    pub fn has_pull_requests(&self) -> bool {
        self.pipeline.has_event(Event::PullRequest)
    }
}

/// What a node is called: "stage `x`".
pub(super) fn called(node: &Node) -> String {
    let word = match &node.kind {
        NodeKind::Stage(_) => "stage",
        NodeKind::Judge(judge) if judge.explicit => "check",
        NodeKind::Judge(_) => "gate",
        NodeKind::Deploy(_) => "deploy",
    };
    format!("{word} `{}`", name_of(node))
}

/// A node's name in the source: a judgement's is its gate's.
pub(super) fn name_of(node: &Node) -> &str {
    match &node.kind {
        NodeKind::Judge(judge) => &judge.gate,
        _ => &node.id,
    }
}

/// Names in quotes, joined for a sentence: "`a`, `b` and 3 more".
pub(super) fn listed(names: &[&str]) -> String {
    const SHOWN: usize = 3;
    let quoted: Vec<String> = names.iter().take(SHOWN).map(|n| format!("`{n}`")).collect();
    match (names.len(), quoted.as_slice()) {
        (more, shown) if more > SHOWN => format!("{} and {} more", shown.join(", "), more - SHOWN),
        (_, [first @ .., last]) if !first.is_empty() => {
            format!("{} and {last}", first.join(", "))
        }
        (_, shown) => shown.join(", "),
    }
}

/// Visits every reference of the expressions of a pipeline, its nodes and their steps.
pub(super) fn pipeline_refs<'a>(pipeline: &'a Pipeline, visit: &mut dyn FnMut(&'a Ref)) {
    let mut see = |expr: &'a Expr| each_ref(expr, visit);
    pipeline_exprs(pipeline, &mut see);
}

/// Visits every reference of an expression.
pub(super) fn each_ref<'a>(expr: &'a Expr, visit: &mut dyn FnMut(&'a Ref)) {
    expr.walk(&mut |e| {
        if let ExprKind::Ref(r) = &e.kind {
            visit(r);
        }
    });
}

fn pipeline_exprs<'a>(pipeline: &'a Pipeline, see: &mut dyn FnMut(&'a Expr)) {
    pipeline.env.iter().for_each(|(_, e)| see(e));
    pipeline.call_outputs.iter().for_each(|(_, e)| see(e));
    if let Some(text) = &pipeline.run_name {
        text_exprs(text, see);
    }
    concurrency_exprs(pipeline.concurrency.as_ref(), see);
    for node in &pipeline.nodes {
        node.when.iter().for_each(&mut *see);
        match &node.kind {
            NodeKind::Stage(stage) => stage_exprs(stage, see),
            NodeKind::Deploy(deploy) => see(&deploy.image),
            NodeKind::Judge(_) => {}
        }
    }
}

fn concurrency_exprs<'a>(concurrency: Option<&'a Concurrency>, see: &mut dyn FnMut(&'a Expr)) {
    if let Some(concurrency) = concurrency {
        concurrency.group.iter().for_each(&mut *see);
        concurrency.cancel.iter().for_each(&mut *see);
    }
}

/// Visits every expression of a stage, its steps' too.
pub(super) fn stage_exprs<'a>(stage: &'a Stage, see: &mut dyn FnMut(&'a Expr)) {
    shared_exprs(stage, see);
    stage.outputs.iter().for_each(|(_, e, _)| see(e));
    stage
        .reports
        .iter()
        .flat_map(|r| &r.key)
        .for_each(&mut *see);
    concurrency_exprs(stage.concurrency.as_ref(), see);
    for step in &stage.steps {
        step.when.iter().for_each(&mut *see);
        step_exprs(step, see);
    }
}

/// Visits the expressions of a stage that all its steps share.
pub(super) fn shared_exprs<'a>(stage: &'a Stage, see: &mut dyn FnMut(&'a Expr)) {
    stage.env.iter().for_each(|(_, e)| see(e));
    for container in stage.container.iter().chain(&stage.services) {
        container.env.iter().for_each(|(_, e)| see(e));
        if let Some((user, password)) = &container.credentials {
            see(user);
            see(password);
        }
    }
    if let Some(call) = &stage.calls {
        let all = call.inputs.iter().chain(&call.secrets);
        all.for_each(|(_, e)| see(e));
    }
    if let Some(matrix) = &stage.matrix {
        for key in &matrix.keys {
            if let MatrixValues::From(expr) = &key.values {
                see(expr);
            }
        }
        let rules = matrix.exclude.iter().chain(&matrix.include);
        rules.filter_map(|r| r.when.as_ref()).for_each(&mut *see);
    }
}

/// Visits the expressions of a step, without its condition.
pub(super) fn step_exprs<'a>(step: &'a Step, see: &mut dyn FnMut(&'a Expr)) {
    step.env.iter().for_each(|(_, e)| see(e));
    match &step.kind {
        StepKind::Run(text) => text_exprs(text, see),
        StepKind::Action(action) => action.inputs.iter().for_each(|(_, e)| see(e)),
        StepKind::Take { .. } => {}
    }
}

fn text_exprs<'a>(text: &'a Text, see: &mut dyn FnMut(&'a Expr)) {
    for part in &text.parts {
        if let Part::Value(expr, _) = part {
            see(expr);
        }
    }
}

/// Adds several findings, or the one there is.
pub(super) fn push_all(found: &mut Diagnostics, findings: impl IntoIterator<Item = Diagnostic>) {
    findings.into_iter().for_each(|f| found.push(f));
}
