//! Findings over a plan that is well formed: what it says can't be what was meant.
//!
//! Takes a plan, gives diagnostics; one file per lint, one line here. A lint knows the plan and
//! `proofs`, and no target. What can't be decided is not reported; in a program with errors, only
//! what holds in spite of them ([`Whole`]).

mod alerts;
mod allows;
mod branch_case;
mod branch_patterns;
mod cache_poisoning;
mod cannot_tell_apart;
mod context;
mod cron;
mod cycles;
mod dead_trigger;
mod gate_cycles;
mod live_source;
mod long_lived_token;
mod missing_across;
mod movable_call;
mod overlapping_triggers;
mod pass_mark;
mod penalty;
mod report_patterns;
mod secret_reaches_fork;
mod skip_passes_gate;
#[cfg(test)]
pub(crate) mod testing;
mod thresholds;
mod timeout;
mod unjudged_measure;
mod unjustified_edge;
mod unlocked_install;
mod unquoted_variable;
mod unreachable;
mod unused_declaration;
mod unused_gate;
mod value_in_code;

pub use allows::{is_allowed, silence};
pub use context::{Context, PipelineFacts};

use crate::diagnostics::{Code, Diagnostic, Diagnostics};
use crate::plan::{Gaps, Plan};

/// A lint: what it reports and how it looks for it.
pub struct Lint {
    /// Its codes.
    pub codes: &'static [Code],
    /// How much must be without error for its findings to hold.
    pub whole: Whole,
    /// Looks for them.
    pub run: fn(&Context, &mut Diagnostics),
}

/// How much of a program must be without error for a finding to hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Whole {
    /// The blocks that it points at: what is missing elsewhere can't make it wrong.
    Place,
    /// Those, and all that they name.
    Used,
    /// Everything: that something is never used, or that nothing runs.
    Program,
}

impl Whole {
    /// Whether a finding holds in spite of what is missing.
    fn holds(self, gaps: &Gaps, finding: &Diagnostic) -> bool {
        let others = finding.secondary.iter().map(|label| label.span);
        let mut places = others.chain([finding.primary.span]);
        match self {
            Whole::Place => places.all(|span| !gaps.at(span)),
            Whole::Used => places.all(|span| !gaps.behind(span)),
            Whole::Program => gaps.is_empty(),
        }
    }
}

const fn lint(whole: Whole, codes: &'static [Code], run: fn(&Context, &mut Diagnostics)) -> Lint {
    Lint { codes, whole, run }
}

/// Every lint.
pub const LINTS: &[Lint] = &[
    lint(
        Whole::Place,
        &[Code::Cycle, Code::GateBeforeEvidence],
        cycles::run,
    ),
    lint(Whole::Place, &[Code::GateCycle], gate_cycles::run),
    lint(Whole::Place, &[Code::UnreachableStage], unreachable::run),
    lint(Whole::Program, &[Code::DeadTrigger], dead_trigger::run),
    lint(Whole::Used, &[Code::SkipPassesGate], skip_passes_gate::run),
    lint(
        Whole::Used,
        &[Code::SecretReachesFork],
        secret_reaches_fork::run,
    ),
    lint(
        Whole::Program,
        &[Code::UnjudgedMeasure],
        unjudged_measure::run,
    ),
    lint(Whole::Program, &[Code::UnusedGate], unused_gate::run),
    lint(Whole::Used, &[Code::NoLiveSource], live_source::run),
    lint(
        Whole::Place,
        &[Code::TimeoutShorterThanRollout],
        timeout::run,
    ),
    lint(
        Whole::Program,
        &[Code::UnjustifiedEdge],
        unjustified_edge::run,
    ),
    lint(Whole::Place, &[Code::MissingAcross], missing_across::run),
    lint(Whole::Used, &[Code::CannotTell], cannot_tell_apart::run),
    lint(
        Whole::Used,
        &[Code::PassMarkNeverBinds, Code::PassMarkOutOfReach],
        pass_mark::run,
    ),
    lint(Whole::Used, &[Code::PenaltyPays], penalty::run),
    lint(
        Whole::Used,
        &[
            Code::ThresholdAlwaysTrue,
            Code::ThresholdNeverTrue,
            Code::RedundantThreshold,
        ],
        thresholds::run,
    ),
    lint(
        Whole::Used,
        &[Code::AlertNeverFires, Code::AlertAlwaysFires],
        alerts::run,
    ),
    lint(
        Whole::Place,
        &[Code::CronOnTheHour, Code::DuplicateSchedule],
        cron::run,
    ),
    lint(
        Whole::Program,
        &[Code::OverlappingTriggers],
        overlapping_triggers::run,
    ),
    lint(
        Whole::Place,
        &[Code::PatternTooNarrow],
        branch_patterns::run,
    ),
    lint(
        Whole::Program,
        &[Code::UnusedDeclaration],
        unused_declaration::run,
    ),
    lint(Whole::Place, &[Code::ReportPattern], report_patterns::run),
    lint(Whole::Used, &[Code::CachePoisoning], cache_poisoning::run),
    lint(
        Whole::Place,
        &[Code::UnlockedInstall],
        unlocked_install::run,
    ),
    lint(
        Whole::Place,
        &[Code::UnquotedVariable],
        unquoted_variable::run,
    ),
    lint(Whole::Place, &[Code::LongLivedToken], long_lived_token::run),
    lint(Whole::Place, &[Code::MovableCall], movable_call::run),
    lint(Whole::Place, &[Code::BranchCase], branch_case::run),
    lint(Whole::Place, &[Code::ValueInCode], value_in_code::run),
];

/// Whether a lint reports this code.
pub fn is_lint(code: Code) -> bool {
    LINTS.iter().any(|l| l.codes.contains(&code))
}

/// Adds the lints' findings to those made so far, and takes away what the program allows.
///
/// Beside errors, those are added that hold whatever the errors left out.
pub fn check(plan: &Plan, found: &mut Diagnostics) {
    found.extend(findings(plan));
    silence(plan, found);
}

/// Every finding of the lints that the program doesn't allow.
pub fn run(plan: &Plan) -> Diagnostics {
    let mut found = Diagnostics::new();
    check(plan, &mut found);
    found
}

/// Every finding, the allowed ones too.
pub fn findings(plan: &Plan) -> Diagnostics {
    let mut found = Diagnostics::new();
    if plan.gaps.anywhere {
        return found;
    }
    let context = Context::of(plan);
    for lint in LINTS {
        if plan.gaps.is_empty() {
            (lint.run)(&context, &mut found);
        } else if lint.whole != Whole::Program {
            let mut made = Diagnostics::new();
            (lint.run)(&context, &mut made);
            made.retain(|finding| lint.whole.holds(&plan.gaps, finding));
            found.extend(made);
        }
    }
    found
}

#[cfg(test)]
mod tests;
