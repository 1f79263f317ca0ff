//! Findings over a plan that is well formed: what it says can't be what was meant.
//!
//! Takes a plan, gives diagnostics; one file per lint, one line here. A lint knows the plan and
//! `proofs`, and no target. What can't be decided is not reported.

mod alerts;
mod allows;
mod branch_patterns;
mod cannot_tell_apart;
mod context;
mod cron;
mod cycles;
mod dead_trigger;
mod gate_cycles;
mod live_source;
mod missing_across;
mod overlapping_triggers;
mod pass_mark;
mod penalty;
mod secret_reaches_fork;
mod skip_passes_gate;
#[cfg(test)]
pub(crate) mod testing;
mod thresholds;
mod timeout;
mod unjudged_measure;
mod unjustified_edge;
mod unreachable;
mod unused_declaration;
mod unused_gate;

pub use allows::{is_allowed, silence};
pub use context::{Context, PipelineFacts};

use crate::diagnostics::{Code, Diagnostics};
use crate::plan::Plan;

/// A lint: what it reports and how it looks for it.
pub struct Lint {
    /// Its codes.
    pub codes: &'static [Code],
    /// Looks for them.
    pub run: fn(&Context, &mut Diagnostics),
}

const fn lint(codes: &'static [Code], run: fn(&Context, &mut Diagnostics)) -> Lint {
    Lint { codes, run }
}

/// Every lint.
pub const LINTS: &[Lint] = &[
    lint(&[Code::Cycle, Code::GateBeforeEvidence], cycles::run),
    lint(&[Code::GateCycle], gate_cycles::run),
    lint(&[Code::UnreachableStage], unreachable::run),
    lint(&[Code::DeadTrigger], dead_trigger::run),
    lint(&[Code::SkipPassesGate], skip_passes_gate::run),
    lint(&[Code::SecretReachesFork], secret_reaches_fork::run),
    lint(&[Code::UnjudgedMeasure], unjudged_measure::run),
    lint(&[Code::UnusedGate], unused_gate::run),
    lint(&[Code::NoLiveSource], live_source::run),
    lint(&[Code::TimeoutShorterThanRollout], timeout::run),
    lint(&[Code::UnjustifiedEdge], unjustified_edge::run),
    lint(&[Code::MissingAcross], missing_across::run),
    lint(&[Code::CannotTell], cannot_tell_apart::run),
    lint(
        &[Code::PassMarkNeverBinds, Code::PassMarkOutOfReach],
        pass_mark::run,
    ),
    lint(&[Code::PenaltyPays], penalty::run),
    lint(
        &[
            Code::ThresholdAlwaysTrue,
            Code::ThresholdNeverTrue,
            Code::RedundantThreshold,
        ],
        thresholds::run,
    ),
    lint(
        &[Code::AlertNeverFires, Code::AlertAlwaysFires],
        alerts::run,
    ),
    lint(&[Code::CronOnTheHour, Code::DuplicateSchedule], cron::run),
    lint(&[Code::OverlappingTriggers], overlapping_triggers::run),
    lint(&[Code::PatternTooNarrow], branch_patterns::run),
    lint(&[Code::UnusedDeclaration], unused_declaration::run),
];

/// Whether a lint reports this code.
pub fn is_lint(code: Code) -> bool {
    LINTS.iter().any(|l| l.codes.contains(&code))
}

/// Adds the lints' findings to those made so far, and takes away what the program allows.
///
/// After an error the lints stay silent: what it left out of the plan would be missed here, too,
/// and be reported a second time.
pub fn check(plan: &Plan, found: &mut Diagnostics) {
    if found.has_errors() {
        found.retain(|d| !is_allowed(plan, d));
    } else {
        found.extend(findings(plan));
        silence(plan, found);
    }
}

/// Every finding of the lints that the program doesn't allow.
pub fn run(plan: &Plan) -> Diagnostics {
    let mut found = Diagnostics::new();
    check(plan, &mut found);
    found
}

/// Every finding, the allowed ones too.
pub fn findings(plan: &Plan) -> Diagnostics {
    let context = Context::of(plan);
    let mut found = Diagnostics::new();
    for lint in LINTS {
        (lint.run)(&context, &mut found);
    }
    found
}

#[cfg(test)]
mod tests;
