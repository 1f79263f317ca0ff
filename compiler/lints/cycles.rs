//! `cycle`, `gate-before-evidence`: circles of needs.

use super::context::{Context, PipelineFacts, called, name_of};
use crate::diagnostics::{Code, Diagnostic, Diagnostics};
use crate::plan::{Need, NeedReason, Node};
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
    from: &'a Node,
    to: &'a Node,
    need: &'a Need,
}

fn report(facts: &PipelineFacts, circle: &[usize]) -> Option<Diagnostic> {
    let mut links = links(facts, circle);
    // Begin with the need of a gate: that is the one to take back.
    let gate = links.iter().position(|l| l.to.as_judge().is_some());
    links.rotate_left(gate.unwrap_or(0));
    let first = links.first()?;
    let start = name_of(first.from);
    let names = links.iter().map(|l| format!("`{}`", name_of(l.to)));
    let way = names.fold(format!("`{start}`"), |way, name| format!("{way} → {name}"));
    let finding = match gate {
        Some(_) => Diagnostic::new(
            Code::GateBeforeEvidence,
            first.need.span,
            format!(
                "{} needs gate `{}`, which can't be judged before it",
                called(first.from),
                name_of(first.to)
            ),
        )
        .label("waits for the gate")
        .help(format!("the circle: {way}"))
        .help("let what the gate protects need it, not what it judges"),
        None if links.len() == 1 => {
            let message = format!("{} needs itself", called(first.from));
            Diagnostic::new(Code::Cycle, first.need.span, message).help("remove this need")
        }
        None => {
            let message = format!("needs go in a circle: {way}");
            Diagnostic::new(Code::Cycle, first.need.span, message)
                .label(said(first))
                .help("one of these needs must go")
        }
    };
    let others = links.iter().skip(1);
    Some(others.fold(finding, |f, link| f.also(link.need.span, said(link))))
}

fn said(link: &Link) -> String {
    let verb = match link.need.reason {
        NeedReason::Order => "needs",
        NeedReason::Data => "uses",
        NeedReason::Evidence => "reads",
    };
    format!("`{}` {verb} `{}`", name_of(link.from), name_of(link.to))
}

fn links<'a>(facts: &PipelineFacts<'a>, circle: &[usize]) -> Vec<Link<'a>> {
    let nexts = circle.iter().cycle().skip(1);
    let link = |(from, to): (&usize, &usize)| {
        let (_, need) = facts.graph.needs(*from).iter().find(|(i, _)| i == to)?;
        Some(Link {
            from: facts.graph.node(*from)?,
            to: facts.graph.node(*to)?,
            need,
        })
    };
    circle.iter().zip(nexts).filter_map(link).collect()
}
