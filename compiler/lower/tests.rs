//! What programs become in the plan, and what is said of those that become nothing.

use crate::diagnostics::Severity;
use crate::plan::{Node, Plan};
use crate::source::MemoryWorld;

/// The plan of a program, with the errors it gives.
fn compiled(files: &[(&str, &str)]) -> (std::sync::Arc<Plan>, Vec<String>) {
    let world = MemoryWorld::new(files.iter().copied());
    let compilation = crate::compile(&world, &["pipeline.gate".to_string()]);
    let errors = compilation.diagnostics.iter();
    let errors = errors.filter(|d| d.severity == Severity::Error);
    let errors = errors.map(|d| format!("{}: {}", d.code.name(), d.message));
    (compilation.plan.clone(), errors.collect())
}

fn errors(program: &str) -> Vec<String> {
    compiled(&[("pipeline.gate", program)]).1
}

fn node<'p>(plan: &'p Plan, id: &str) -> &'p Node {
    let mut nodes = plan.pipelines.iter().flat_map(|p| &p.nodes);
    nodes.find(|n| n.id == id).expect("the node")
}

fn needs(node: &Node) -> Vec<&str> {
    node.needs.iter().map(|n| n.node.as_str()).collect()
}

mod declaration_templates;
mod policies;
mod stage_templates;
mod stores;
mod wording;
