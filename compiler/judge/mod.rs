//! Gates judged: a plan, evidence and how the nodes ended in, a tree of verdicts out.
//!
//! Total: every gate gets a verdict, and what is missing, malformed or not understood is never a
//! pass. Knows no file system and no output; evidence comes through an [`EvidenceStore`].

mod assumed;
mod budget;
mod cells;
mod changed;
mod compare;
mod confidence;
mod criterion;
mod eval;
mod functions;
mod gate;
mod lack;
mod members;
mod nodes;
mod number;
mod numbers;
mod overrides;
mod past;
mod range;
mod record;
mod result;
mod samples;
mod scope;
mod score;
mod sources;
#[cfg(test)]
mod tests;
mod trial;
mod value;

use std::collections::BTreeMap;

pub use assumed::{Assumed, Rest};
pub use cells::{Cells, expected};
pub use nodes::{Ended, ended};
pub use number::Num;
pub use numbers::{Bound, Earlier, Measure, Numbers, Past};
pub use overrides::Request;
pub use past::kept;
pub use record::{record, unit_of};
pub use result::{Assessment, Item, Overridden, Role};
pub use trial::{Kept, Outcome, try_out};
pub use value::Val;

use crate::baseline::{History, Key};
use crate::evidence::{EvidenceStore, Made};
use crate::plan::Plan;

/// What is known of the run that is judged.
#[derive(Clone, Debug, Default)]
pub struct Run {
    /// How each node ended: `success`, `failure`, `cancelled` or `skipped`, by node id.
    pub results: BTreeMap<String, String>,
    /// Whether each node's own condition held, where that was told, by node id.
    pub conditions: BTreeMap<String, bool>,
    /// The verdicts of other judgements, where they were told, by node id.
    pub verdicts: BTreeMap<String, String>,
    /// The cells that each stage's matrix had, by stage; of one that isn't told the program's
    /// count.
    pub cells: Option<BTreeMap<String, Vec<String>>>,
    /// Facts by their name in the language (`event`, `branch` …); [`Val::Null`]: absent on this
    /// event; not listed: unknown.
    pub facts: BTreeMap<String, Val>,
    /// Earlier results by baseline id, or why they can't be read; a baseline that isn't listed
    /// lives where nobody said.
    pub past: BTreeMap<String, Result<History, String>>,
    /// What tells this run's results from others (`model` → `small`), as far as it was said.
    pub keys: Key,
    /// Now, in seconds since 1970 (UTC), if it is known.
    pub now: Option<f64>,
    /// When the run began: a report that says it was made before is none of it.
    pub since: Option<Made>,
    /// What is assumed instead of measured.
    pub assumed: Assumed,
    /// Who asks to let a failure through, and who approved it.
    pub request: Request,
}

/// Judges a gate for a run of a pipeline of which only the nodes' results are known.
pub fn assess(
    plan: &Plan,
    pipeline: &str,
    gate: &str,
    evidence: &dyn EvidenceStore,
    results: &BTreeMap<String, String>,
) -> Assessment {
    let run = Run {
        results: results.clone(),
        ..Run::default()
    };
    assess_run(plan, pipeline, gate, evidence, &run)
}

/// Judges a gate for a run of a pipeline.
pub fn assess_run(
    plan: &Plan,
    pipeline: &str,
    gate: &str,
    evidence: &dyn EvidenceStore,
    run: &Run,
) -> Assessment {
    match plan.pipeline(pipeline) {
        Some(found) => {
            let sources = sources::Sources::new(found, evidence, run);
            let mut judged = gate::Judge::new(plan, &sources).gate(gate);
            judged.notes.extend(sources.notes());
            judged
        }
        None => {
            let reason = format!("the program has no pipeline `{pipeline}`");
            Assessment::nothing(gate, pipeline, reason)
        }
    }
}
