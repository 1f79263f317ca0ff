//! `cycle`, `gate-before-evidence`: circles of needs.

use super::context::{Context, PipelineFacts, called};
use crate::diagnostics::{Code, Diagnostic, Diagnostics};
use crate::plan::{Need, NeedReason};
use crate::proofs::cycles::circles;

/// More circles than this are not shown.
const SHOWN: usize = 10;

pub(super) fn run(context: &Context, found: &mut Diagnostics) {
    for facts in &context.pipelines {
        for circle in circles(&facts.graph, SHOWN) {
            if let Some(finding) = report(facts, &circle) {
                found.push(finding);
            }
        }
    }
}

/// A node's need of the next in the circle.
struct Link<'a> {
    from: usize,
    need: &'a Need,
}

fn report(facts: &PipelineFacts, circle: &[usize]) -> Option<Diagnostic> {
    let mut links = links(facts, circle);
    // Begin with the need of a gate: that is the one to take back.
    let judged = |link: &Link| {
        let to = facts.graph.find(&link.need.node);
        to.and_then(|i| facts.graph.node(i))
            .is_some_and(|n| n.as_judge().is_some())
    };
    let gate = links.iter().position(judged);
    links.rotate_left(gate.unwrap_or(0));
    let first = links.first()?;
    let start = facts.graph.node(first.from)?;
    let path: Vec<String> = links.iter().map(|l| format!("`{}`", l.need.node)).collect();
    let way = format!("`{}` → {}", start.id, path.join(" → "));
    let finding = match gate {
        Some(_) => Diagnostic::new(
            Code::GateBeforeEvidence,
            first.need.span,
            format!(
                "{} needs gate `{}`, which can't be judged before it",
                called(start),
                first.need.node
            ),
        )
        .label("waits for the gate")
        .help(format!("the circle: {way}"))
        .help("let what the gate protects need it, not what it judges"),
        None if links.len() == 1 => Diagnostic::new(
            Code::Cycle,
            first.need.span,
            format!("{} needs itself", called(start)),
        )
        .help("remove this need"),
        None => Diagnostic::new(
            Code::Cycle,
            first.need.span,
            format!("needs go in a circle: {way}"),
        )
        .label(said(first.need, &start.id))
        .help("one of these needs must go"),
    };
    let others = links.iter().skip(1).filter_map(|link| {
        let node = facts.graph.node(link.from)?;
        Some((link.need.span, said(link.need, &node.id)))
    });
    Some(others.fold(finding, |f, (span, text)| f.also(span, text)))
}

fn said(need: &Need, from: &str) -> String {
    let verb = match need.reason {
        NeedReason::Order => "needs",
        NeedReason::Data => "uses",
        NeedReason::Evidence => "reads",
    };
    format!("`{from}` {verb} `{}`", need.node)
}

fn links<'a>(facts: &PipelineFacts<'a>, circle: &[usize]) -> Vec<Link<'a>> {
    let nexts = circle.iter().cycle().skip(1);
    circle
        .iter()
        .zip(nexts)
        .filter_map(|(from, to)| {
            let (_, need) = facts.graph.needs(*from).iter().find(|(i, _)| i == to)?;
            Some(Link { from: *from, need })
        })
        .collect()
}
