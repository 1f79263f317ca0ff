//! `skip-passes-gate`: gates that pass with nothing measured.
//!
//! Two ways: on some event everything a gate reads is skipped, and each criterion says
//! `if_skipped = pass`; or a hard criterion says `if_missing = pass`, so that a report that was
//! never written passes as a measured one. A skip that depends on what only the run knows
//! (changed paths, variables) is not reported.

use super::context::{Context, PipelineFacts, called};
use crate::diagnostics::{Code, Diagnostic, Diagnostics};
use crate::plan::{Criterion, Gate, Judge, Strength, Verdict};
use crate::proofs::reads::GateReads;
use crate::proofs::{Bits, Reach};

pub(super) fn run(context: &Context, found: &mut Diagnostics) {
    for gate in &context.plan.gates {
        let passing = gate.criteria.iter().filter(|c| missing_passes(c));
        passing.for_each(|c| found.push(missing(gate, c)));
    }
    for facts in &context.pipelines {
        if let Some(reach) = &facts.reach {
            skipped(context, facts, reach, found);
        }
    }
}

fn missing_passes(criterion: &Criterion) -> bool {
    criterion.if_missing == Some(Verdict::Pass)
        && matches!(criterion.strength, Strength::Require { .. })
}

fn missing(gate: &Gate, criterion: &Criterion) -> Diagnostic {
    Diagnostic::new(
        Code::SkipPassesGate,
        criterion.origin.attribute("if_missing"),
        format!(
            "missing data passes `{}` of gate `{}`",
            criterion.id, gate.id
        ),
    )
    .label("a report that was never written counts as good")
    .help("write `if_missing = warn`: it lets the gate pass, and says that nothing was measured")
}

fn skipped(context: &Context, facts: &PipelineFacts, reach: &Reach, found: &mut Diagnostics) {
    for (at, node) in facts.graph.nodes.iter().enumerate() {
        let Some(judge) = node.as_judge() else {
            continue;
        };
        let (Some(reads), Some(passes)) = (reach.gates.get(&judge.gate), reach.node(at)) else {
            continue;
        };
        if let Some(world) = unmeasured(reach, reads, &passes.must)
            && let Some(gate) = context.names.gates.get(judge.gate.as_str())
        {
            found.push(report(
                facts,
                gate,
                judge,
                reads,
                &reach.domain.describe(world),
            ));
        }
    }
}

/// A world of a group in which the gate passes and, whatever else holds, nothing it reads runs.
fn unmeasured(reach: &Reach, reads: &GateReads, passes: &Bits) -> Option<usize> {
    // With a hard or a scored part, a skip doesn't pass.
    if reads.excused.is_empty() || reads.all().any(|at| !reads.excused.contains(&at)) {
        return None;
    }
    let groups = reach.domain.groups();
    let silent = |group: &Bits| {
        let mut read = reads.all().filter_map(|at| reach.node(at));
        !read.any(|stage| stage.may.meets(group))
    };
    let group = groups.iter().find(|g| g.meets(passes) && silent(g))?;
    group.iter().find(|world| passes.has(*world))
}

fn report(
    facts: &PipelineFacts,
    gate: &Gate,
    judge: &Judge,
    reads: &GateReads,
    event: &str,
) -> Diagnostic {
    let excusing = gate.criteria.iter().filter(|c| c.if_skipped.is_some());
    let mut excusing = excusing.map(|c| c.origin.attribute("if_skipped"));
    let span = excusing.next().unwrap_or(gate.origin.span);
    let finding = Diagnostic::new(
        Code::SkipPassesGate,
        span,
        format!(
            "gate `{}` passes on {event} with nothing measured",
            judge.gate
        ),
    )
    .label("a skip passes here, and all that the gate reads is skipped");
    let conditions = reads
        .all()
        .filter_map(|at| facts.graph.node(at))
        .filter_map(|n| Some((n, n.when.as_ref()?)));
    conditions
        .take(3)
        .fold(finding, |f, (node, when)| {
            f.also(when.span, format!("{} is skipped on {event}", called(node)))
        })
        .help(format!(
            "let something that the gate requires run on {event}, or don't judge the gate there"
        ))
}
