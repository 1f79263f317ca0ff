//! Edges and order: judgements get their evidence, nodes their place.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet, BinaryHeap, HashMap, HashSet};

use super::Lower;
use super::gates::title_of;
use crate::diagnostics::{Code, Diagnostic};
use crate::plan::{
    Comment, Condition, Criterion, Evidence, Expr, ExprKind, Gate, Judge, Need, NeedReason, Node,
    NodeKind, Origin, Part, Place, Plan, Ref, Rollout, Scoring, Strategy, WeightPart,
};
use crate::source::Span;

/// What a gate reads, its parts included.
#[derive(Default)]
struct Reads {
    /// Stage and report, with the place that reads it.
    reports: BTreeMap<(String, String), Span>,
    /// Nodes whose outcome is asked.
    outcomes: BTreeMap<String, Span>,
    seen: BTreeSet<String>,
}

impl Lower<'_, '_> {
    /// Adds judgements that something needs, binds evidence, and orders the nodes.
    pub(super) fn ordered(&self, mut nodes: Vec<Node>, pipeline: &str, plan: &Plan) -> Vec<Node> {
        let judges = self.add_judges(&mut nodes);
        self.rename_needs(&mut nodes, &judges, pipeline);
        let stages: HashMap<String, BTreeSet<String>> = nodes
            .iter()
            .map(|n| {
                let reports = n
                    .as_stage()
                    .map(|s| s.reports.iter().map(|r| r.id.clone()).collect());
                (n.id.clone(), reports.unwrap_or_default())
            })
            .collect();
        for node in &mut nodes {
            if let NodeKind::Judge(judge) = &mut node.kind {
                let span = node.origin.span;
                let evidence = self.bind(judge, &mut node.needs, span, &stages, pipeline, plan);
                judge.evidence = evidence;
            }
        }
        topological(nodes)
    }

    /// A gate that a node needs is judged once; gives each gate's node id.
    fn add_judges(&self, nodes: &mut Vec<Node>) -> HashMap<String, String> {
        let mut taken: HashSet<String> = nodes
            .iter()
            .filter(|n| n.as_judge().is_none())
            .map(|n| n.id.clone())
            .collect();
        let mut judges: HashMap<String, String> = HashMap::new();
        for node in nodes.iter_mut() {
            if let NodeKind::Judge(judge) = &node.kind {
                let id = free_name(&judge.gate, &taken);
                taken.insert(id.clone());
                judges.insert(judge.gate.clone(), id.clone());
                node.id = id;
            }
        }
        let asked: Vec<(String, Span)> = nodes
            .iter()
            .flat_map(|n| &n.needs)
            .filter_map(|n| Some((n.node.strip_prefix("gate.")?.to_string(), n.span)))
            .collect();
        for (gate, span) in asked {
            if judges.contains_key(&gate) {
                continue;
            }
            let id = free_name(&gate, &taken);
            taken.insert(id.clone());
            judges.insert(gate.clone(), id.clone());
            nodes.push(self.judge_node(id, gate, span));
        }
        judges
    }

    fn judge_node(&self, id: String, gate: String, span: Span) -> Node {
        Node {
            id,
            title: format!("Gate: {}", title_of(&gate)),
            origin: Origin {
                span,
                docs: None,
                place: self.cx.sources.place_line(span),
                attributes: vec![],
            },
            needs: vec![],
            when: None,
            timeout: 600.0,
            kind: NodeKind::Judge(Judge {
                gate,
                evidence: vec![],
                outcomes: vec![],
                comment: Comment::Never,
                html: false,
                explicit: false,
            }),
        }
    }

    fn rename_needs(&self, nodes: &mut [Node], judges: &HashMap<String, String>, pipeline: &str) {
        let ids: HashSet<String> = nodes.iter().map(|n| n.id.clone()).collect();
        for node in nodes {
            let mut kept = Vec::new();
            for mut need in std::mem::take(&mut node.needs) {
                if let Some(gate) = need.node.strip_prefix("gate.") {
                    need.node = judges
                        .get(gate)
                        .cloned()
                        .unwrap_or_else(|| gate.to_string());
                }
                if ids.contains(&need.node) {
                    kept.push(need);
                } else {
                    self.report(
                        Diagnostic::new(
                            Code::UnknownName,
                            need.span,
                            format!("`{}` is not in pipeline `{pipeline}`", need.node),
                        )
                        .label("belongs to another pipeline")
                        .help("stages need only stages of their own pipeline"),
                    );
                }
            }
            node.needs = kept;
        }
    }

    /// Evidence of a judgement, and the needs that follow from it.
    fn bind(
        &self,
        judge: &mut Judge,
        needs: &mut Vec<Need>,
        span: Span,
        stages: &HashMap<String, BTreeSet<String>>,
        pipeline: &str,
        plan: &Plan,
    ) -> Vec<Evidence> {
        let mut reads = Reads::default();
        self.reads_of(&judge.gate, plan, &mut reads);
        let mut evidence = Vec::new();
        let mut missing: Vec<(String, Span)> = Vec::new();
        for ((stage, report), read_at) in &reads.reports {
            match stages.get(stage) {
                Some(reports) if reports.contains(report) => {
                    evidence.push(Evidence {
                        node: stage.clone(),
                        report: report.clone(),
                    });
                    add_need(needs, stage, NeedReason::Evidence, *read_at);
                }
                _ if stage == "smoke" => missing.push(("the service's probes".into(), *read_at)),
                _ => missing.push((format!("`{stage}.{report}`"), *read_at)),
            }
        }
        for (node, read_at) in &reads.outcomes {
            match stages.contains_key(node) {
                true => {
                    judge.outcomes.push(node.clone());
                    add_need(needs, node, NeedReason::Evidence, *read_at);
                }
                false => missing.push((format!("stage `{node}`"), *read_at)),
            }
        }
        self.report_missing(judge, missing, span, pipeline);
        evidence
    }

    fn report_missing(
        &self,
        judge: &Judge,
        missing: Vec<(String, Span)>,
        span: Span,
        pipeline: &str,
    ) {
        let Some((first, _)) = missing.first() else {
            return;
        };
        let mut names: Vec<&str> = missing.iter().map(|(n, _)| n.as_str()).collect();
        names.dedup();
        let mut diagnostic = Diagnostic::new(
            Code::NoStageMakesReport,
            span,
            match first.starts_with("the service") {
                true => format!(
                    "gate `{}` reads the service's probes, which run after a deploy",
                    judge.gate
                ),
                false => format!(
                    "gate `{}` reads {}, which pipeline `{pipeline}` doesn't make",
                    judge.gate,
                    names.join(", ")
                ),
            },
        )
        .label("judged here");
        for (_, at) in missing.iter().take(3) {
            diagnostic = diagnostic.also(*at, "read here");
        }
        self.report(diagnostic.help(match first.starts_with("the service") {
            true => "use the gate as `verify` of a deploy".to_string(),
            false => format!("add the stage to `{pipeline}`, or say where the criterion counts: `{{ where = … }}`"),
        }));
    }

    fn reads_of(&self, gate: &str, plan: &Plan, reads: &mut Reads) {
        if !reads.seen.insert(gate.to_string()) {
            return;
        }
        let Some(gate) = plan.gate(gate) else { return };
        for criterion in gate.criteria.iter().filter(|c| counts_in(c, Place::Ci)) {
            match &criterion.condition {
                Condition::Holds(e) => self.expr_reads(e, plan, reads),
                Condition::Gate(part) => self.reads_of(part, plan, reads),
                Condition::Outcome(node) => {
                    reads
                        .outcomes
                        .entry(node.clone())
                        .or_insert(criterion.origin.span);
                }
                Condition::EveryPart => {}
            }
        }
        match &gate.scoring {
            Scoring::Expression(e) => self.expr_reads(e, plan, reads),
            Scoring::Weights(weights) => {
                for weight in weights {
                    match &weight.part {
                        WeightPart::Gate(part) => self.reads_of(part, plan, reads),
                        WeightPart::Metric(metric) => {
                            self.metric_reads(metric, weight.span, plan, reads);
                        }
                        WeightPart::Value(e) => self.expr_reads(e, plan, reads),
                    }
                }
            }
            Scoring::AllOrNothing | Scoring::Statements => {}
        }
        self.advice_reads(gate, plan, reads);
    }

    /// Advice may read more than the criteria; what it lacks only silences the advice.
    fn advice_reads(&self, gate: &Gate, plan: &Plan, reads: &mut Reads) {
        for advice in &gate.advice {
            if let Some(when) = &advice.when {
                self.expr_reads(when, plan, reads);
            }
        }
    }

    fn expr_reads(&self, e: &Expr, plan: &Plan, reads: &mut Reads) {
        e.walk(&mut |inner| match &inner.kind {
            ExprKind::Ref(Ref::Metric(metric, _)) => {
                self.metric_reads(metric, inner.span, plan, reads);
            }
            ExprKind::Ref(Ref::Report { stage, report, .. }) => {
                reads
                    .reports
                    .entry((stage.clone(), report.clone()))
                    .or_insert(inner.span);
            }
            ExprKind::Ref(Ref::Outcome(node)) => {
                reads.outcomes.entry(node.clone()).or_insert(inner.span);
            }
            _ => {}
        });
    }

    fn metric_reads(&self, id: &str, span: Span, plan: &Plan, reads: &mut Reads) {
        let Some(metric) = plan.metric(id) else {
            return;
        };
        match &metric.report {
            Some(report) => self.expr_reads(report, plan, reads),
            None if self
                .program
                .metric_sources
                .get(id)
                .is_some_and(|(report, _)| !report) =>
            {
                self.report(
                    Diagnostic::new(
                        Code::NoReportSource,
                        span,
                        format!("`{id}` is not measured in a pipeline"),
                    )
                    .label("has no `report` source")
                    .also(metric.origin.span, "declared here")
                    .help(format!(
                        "give `{id}` one: `report = STAGE.REPORT.FIELD`, or say where it counts: `{{ where = [canary, alert] }}`"
                    )),
                );
            }
            None => {}
        }
    }
}

/// Whether a criterion counts in a place.
pub(super) fn counts_in(criterion: &Criterion, place: Place) -> bool {
    criterion.places.is_empty() || criterion.places.contains(&place)
}

fn free_name(gate: &str, taken: &HashSet<String>) -> String {
    match taken.contains(gate) {
        true => format!("{gate}_gate"),
        false => gate.to_string(),
    }
}

fn add_need(needs: &mut Vec<Need>, node: &str, reason: NeedReason, span: Span) {
    if needs.iter().all(|n| n.node != node) {
        needs.push(Need {
            node: node.to_string(),
            reason,
            span,
        });
    }
}

/// Needs that follow from using another node's output or outcome.
pub(super) fn data_needs(e: &Expr, needs: &mut Vec<Need>) {
    e.walk(&mut |inner| {
        if let ExprKind::Ref(Ref::NodeOutput { node, .. }) = &inner.kind {
            add_need(needs, node, NeedReason::Data, inner.span);
        }
        if let ExprKind::Ref(Ref::Outcome(node)) = &inner.kind {
            add_need(needs, node, NeedReason::Evidence, inner.span);
        }
        if let ExprKind::Ref(Ref::Verdict(gate)) = &inner.kind {
            add_need(
                needs,
                &format!("gate.{gate}"),
                NeedReason::Evidence,
                inner.span,
            );
        }
    });
}

/// The same for text with values inside.
pub(super) fn text_needs(text: &crate::plan::Text, needs: &mut Vec<Need>) {
    for part in &text.parts {
        if let Part::Value(e, _) = part {
            data_needs(e, needs);
        }
    }
}

/// Seconds that a rollout waits at the least, all holds together.
pub(super) fn holds(rollout: &Rollout) -> f64 {
    match &rollout.strategy {
        Strategy::Rolling { .. } => 0.0,
        Strategy::Canary { steps, hold } => steps.len() as f64 * hold,
        Strategy::BlueGreen { wait, watch, .. } => wait + watch,
        Strategy::Ab { at_most, .. } => *at_most,
    }
}

/// Needs before what needs them; equal nodes in source order. Nodes of a cycle stay in source
/// order at the end: the cycle itself is a lint's to report.
fn topological(nodes: Vec<Node>) -> Vec<Node> {
    let index: HashMap<&str, usize> = nodes
        .iter()
        .enumerate()
        .map(|(i, n)| (n.id.as_str(), i))
        .collect();
    let mut waiting = vec![0usize; nodes.len()];
    let mut dependents: Vec<Vec<usize>> = vec![Vec::new(); nodes.len()];
    for (i, node) in nodes.iter().enumerate() {
        for need in &node.needs {
            if let Some(&of) = index.get(need.node.as_str())
                && let (Some(count), Some(list)) = (waiting.get_mut(i), dependents.get_mut(of))
            {
                *count += 1;
                list.push(i);
            }
        }
    }
    let mut ready: BinaryHeap<Reverse<usize>> = waiting
        .iter()
        .enumerate()
        .filter(|(_, w)| **w == 0)
        .map(|(i, _)| Reverse(i))
        .collect();
    let mut order = Vec::with_capacity(nodes.len());
    while let Some(Reverse(i)) = ready.pop() {
        order.push(i);
        for &d in dependents.get(i).into_iter().flatten() {
            if let Some(count) = waiting.get_mut(d) {
                *count -= 1;
                if *count == 0 {
                    ready.push(Reverse(d));
                }
            }
        }
    }
    let placed: BTreeSet<usize> = order.iter().copied().collect();
    order.extend((0..nodes.len()).filter(|i| !placed.contains(i)));
    let mut slots: Vec<Option<Node>> = nodes.into_iter().map(Some).collect();
    order
        .into_iter()
        .filter_map(|i| slots.get_mut(i).and_then(Option::take))
        .collect()
}

/// What is wrong with a cron line, if anything: five fields, each in its range.
pub(super) fn cron_error(cron: &str) -> Option<String> {
    const FIELDS: [(&str, u32, u32); 5] = [
        ("minute", 0, 59),
        ("hour", 0, 23),
        ("day", 1, 31),
        ("month", 1, 12),
        ("weekday", 0, 6),
    ];
    const NAMES: [&str; 19] = [
        "JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC", "SUN",
        "MON", "TUE", "WED", "THU", "FRI", "SAT",
    ];
    let fields: Vec<&str> = cron.split_whitespace().collect();
    if fields.len() != 5 {
        return Some(format!("it has {} fields", fields.len()));
    }
    for (field, (name, low, high)) in fields.iter().zip(FIELDS) {
        for part in field.split(',') {
            let (range, step) = part.split_once('/').unwrap_or((part, "1"));
            let number = |s: &str| match NAMES.contains(&s.to_uppercase().as_str()) {
                true => Some(low),
                false => s.parse::<u32>().ok().filter(|n| (low..=high).contains(n)),
            };
            let range_ok = range == "*" || range.split('-').all(|s| number(s).is_some());
            if !range_ok || step.parse::<u32>().ok().is_none_or(|n| n == 0) {
                return Some(format!("`{part}` is no {name} ({low} to {high})"));
            }
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::cron_error;

    #[test]
    fn schedules_are_five_fields_in_range() {
        for good in ["17 2 * * *", "*/15 * * * 1-5", "0 0 1,15 * MON"] {
            assert_eq!(cron_error(good), None, "{good}");
        }
        for bad in [
            "0 2 * *",
            "60 2 * * *",
            "0 2 * * */0",
            "0 2 0 * *",
            "a b c d e",
        ] {
            assert!(cron_error(bad).is_some(), "{bad}");
        }
    }
}
