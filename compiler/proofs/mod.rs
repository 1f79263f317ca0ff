//! What can be known of a plan before it runs.
//!
//! Takes pipelines, gates and expressions of the plan, gives facts: which nodes run on which
//! event, the longest path, the range of a score, what a number of samples can show. It reports
//! nothing; `lints` does. When a question is too large it answers "unknown", never a guess.

mod bits;
pub mod chance;
pub mod cycles;
mod domain;
mod facts;
pub mod glob;
pub mod graph;
pub mod interval;
mod leaf;
pub mod publish;
pub mod reachability;
pub mod reads;
pub mod schedule;
pub mod shell;
pub mod table;
mod unjudged;

pub use bits::{Bits, Truth};
pub use domain::Domain;
pub use graph::Graph;
pub use leaf::conjuncts;
pub use reachability::{Reach, analyse};
pub use table::{EventTable, event_table};
pub use unjudged::{Unjudged, unjudged};

/// An expression by which it can be told from every other one: series with their service.
pub fn show(expr: &crate::plan::Expr) -> String {
    format!("{expr:#}")
}

#[cfg(test)]
mod tests;
