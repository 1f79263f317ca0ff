//! What every part of one pipeline's workflow asks: ids, settings, and where findings go.

use super::approvals::Approval;
use super::names::{Idents, ident, kebab};
use crate::diagnostics::{Code, Diagnostic, Diagnostics};
use crate::plan::{Expr, Node, Pipeline, Plan, Ref};
use crate::source::Span;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::{Mutex, PoisonError};

/// One pipeline on its way to a workflow.
pub struct Context<'a> {
    /// The program.
    pub plan: &'a Plan,
    /// The pipeline.
    pub pipeline: &'a Pipeline,
    /// Its name in file names, artifacts and groups.
    pub slug: String,
    /// The job that looks for changed files, if a condition asks.
    pub changes_id: Option<String>,
    /// The job at the end.
    pub aggregate_id: String,
    /// Outputs that something reads, by node.
    pub read_outputs: BTreeSet<(String, String)>,
    /// Gates whose verdict something reads.
    pub read_verdicts: BTreeSet<String>,
    /// The jobs that wait for an approval, by the node that is judged.
    pub approvals: BTreeMap<&'a str, Vec<Approval<'a>>>,
    /// `changed` filters that something reads.
    pub read_changes: BTreeSet<String>,
    /// Only looked up, never walked.
    nodes: HashMap<&'a str, (&'a Node, String)>,
    found: Mutex<Diagnostics>,
}

impl<'a> Context<'a> {
    /// For a pipeline of a plan.
    pub fn new(plan: &'a Plan, pipeline: &'a Pipeline) -> Self {
        let mut ids = Idents::default();
        let mut nodes = HashMap::with_capacity(pipeline.nodes.len());
        for node in &pipeline.nodes {
            nodes.insert(node.id.as_str(), (node, ids.take(&node.id)));
        }
        let aggregate_id = ids.take("all_checks");
        let mut cx = Self {
            plan,
            pipeline,
            slug: kebab(&pipeline.id),
            changes_id: None,
            aggregate_id,
            approvals: super::approvals::of(plan, pipeline, &mut ids),
            read_outputs: BTreeSet::new(),
            read_verdicts: BTreeSet::new(),
            read_changes: BTreeSet::new(),
            nodes,
            found: Mutex::default(),
        };
        super::reads::gather(&mut cx);
        if !cx.read_changes.is_empty() {
            cx.changes_id = Some(ids.take("changes"));
        }
        cx
    }

    /// The job id of a node.
    pub fn job_id(&self, node: &str) -> String {
        match self.nodes.get(node) {
            Some((_, id)) => id.clone(),
            None => ident(node),
        }
    }

    /// The node of an id.
    pub fn node(&self, id: &str) -> Option<&'a Node> {
        self.nodes.get(id).map(|(node, _)| *node)
    }

    /// A name of the program as GitHub takes it.
    pub fn ident(&self, name: &str) -> String {
        ident(name)
    }

    /// Adds a finding.
    pub fn report(&self, diagnostic: Diagnostic) {
        let mut found = self.found.lock().unwrap_or_else(PoisonError::into_inner);
        found.push(diagnostic);
    }

    /// Says what the target can't express.
    pub fn cannot(&self, span: Span, message: String) {
        self.report(
            Diagnostic::new(Code::GithubCannotExpress, span, message)
                .label("GitHub has no form for this"),
        );
    }

    /// The reason for which a finding is silenced at a place, if it is.
    pub fn allowed(&self, code: Code, at: Span) -> Option<&'a str> {
        let covers = |within: Span| {
            within.file == at.file && within.start <= at.start && at.end <= within.end
        };
        self.plan
            .allows
            .iter()
            .find(|a| a.code == code.name() && a.within.is_none_or(covers))
            .map(|a| a.reason.as_str())
    }

    /// What was found.
    pub fn into_found(self) -> Diagnostics {
        let found = self.found.into_inner();
        found.unwrap_or_else(PoisonError::into_inner)
    }
}

/// The first secret in an expression.
pub fn secret_in(expr: &Expr) -> Option<&str> {
    expr.refs().into_iter().find_map(|r| match r {
        Ref::Secret(name) => Some(name.as_str()),
        _ => None,
    })
}
