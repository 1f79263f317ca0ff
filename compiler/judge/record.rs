//! What an accepted run leaves behind for later ones.

use super::Run;
use super::criterion::quantity;
use super::eval::Lookup;
use super::gate::Judge;
use super::past::{cell_of, key_of};
use super::samples::of_metric;
use super::scope::{Picked, Scope, picks_of};
use super::sources::Sources;
use super::value::Val;
use crate::baseline::{Entry, Key, Record};
use crate::evidence::EvidenceStore;
use crate::plan::{Baseline, Expr, ExprKind, Metric, Plan, Ref, Store, Verdict};

/// The record of a run for a baseline, if the run may enter it; else why it may not. Time, commit
/// and run id are the caller's to fill in.
pub fn record(
    plan: &Plan,
    pipeline: &str,
    gate: &str,
    baseline: &Baseline,
    evidence: &dyn EvidenceStore,
    run: &Run,
) -> Result<Record, String> {
    if matches!(baseline.store, Some(Store::Prometheus(_))) {
        let why = "a Prometheus keeps what it scrapes, and takes no records";
        return Err(why.to_string());
    }
    may_enter(baseline, run)?;
    let found = plan.pipeline(pipeline);
    let found = found.ok_or_else(|| format!("the program has no pipeline `{pipeline}`"))?;
    let sources = Sources::new(found, evidence, run);
    let judge = Judge::new(plan, &sources);
    let decides = baseline.accept_on.as_deref().unwrap_or(gate);
    let verdict = judge.gate(decides).verdict;
    if !matches!(verdict, Verdict::Pass | Verdict::Warn) {
        return Err(format!("gate `{decides}` is {}", verdict.name()));
    }
    let (mut record, mut lacks) = (Record::new(&baseline.id, run.now.unwrap_or(0.0)), vec![]);
    for metric in plan.metrics.iter().filter(|m| m.report.is_some()) {
        match entries(&judge, baseline, metric) {
            Ok((key, entries)) if agrees(&record.key, &key) => {
                record.key.extend(key);
                record.values.extend(entries);
            }
            Ok(_) => lacks.push(format!("`{}` is of another key than the rest", metric.id)),
            Err(why) => lacks.extend(why),
        }
    }
    record.pipeline = pipeline.to_string();
    record.branch = baseline_branch(baseline).to_string();
    match record.values.is_empty() {
        true => Err(format!("nothing was measured: {}", lacks.join("; "))),
        false => Ok(record),
    }
}

/// The name of the unit that a metric's values are recorded in.
pub fn unit_of(metric: &Metric) -> String {
    quantity(&metric.ty).name().to_string()
}

fn baseline_branch(baseline: &Baseline) -> &str {
    baseline.branch.as_deref().unwrap_or("main")
}

/// Only runs of the branch itself enter: no pull request, no fork, nothing that was made up.
fn may_enter(baseline: &Baseline, run: &Run) -> Result<(), String> {
    let assumed = &run.assumed;
    if !assumed.metrics.is_empty() || !assumed.past.is_empty() {
        return Err("it was judged on assumed values".to_string());
    }
    if run.facts.get("from_fork") == Some(&Val::Bool(true)) {
        return Err("runs of forks only read".to_string());
    }
    let event = match run.facts.get("event") {
        Some(Val::Text(event)) => event.as_str(),
        _ => return Err("nobody says what started the run".to_string()),
    };
    if event.starts_with("pull_request") {
        return Err("runs of pull requests only read".to_string());
    }
    let wanted = baseline_branch(baseline);
    match run.facts.get("branch") {
        Some(Val::Text(branch)) if branch == wanted => Ok(()),
        Some(Val::Text(branch)) => Err(format!("it is of branch `{branch}`, not `{wanted}`")),
        _ => Err(format!("it is of no branch, and `{wanted}` is asked for")),
    }
}

fn agrees(a: &Key, b: &Key) -> bool {
    b.iter()
        .all(|(name, value)| a.get(name).is_none_or(|other| other == value))
}

/// A metric's values, in each cell and group; an error tells why there are none.
fn entries(
    judge: &Judge,
    baseline: &Baseline,
    metric: &Metric,
) -> Result<(Key, Vec<Entry>), Vec<String>> {
    let of = Expr {
        kind: ExprKind::Ref(Ref::Metric(metric.id.clone(), Vec::new())),
        ty: metric.ty.clone(),
        span: metric.origin.span,
    };
    let picks = picks_of(judge, &of).map_err(|lack| lack.reasons)?;
    let mut entries = Vec::new();
    for picked in &picks {
        let value = Scope::new(judge, picked).value(&Ref::Metric(metric.id.clone(), Vec::new()));
        let value = value.map_err(|lack| lack.reasons)?;
        entries.extend(of_cell(judge, metric, picked, value));
    }
    let key = key_of(judge, baseline, metric).map_err(|lack| lack.reasons)?;
    Ok((key, entries))
}

fn of_cell(judge: &Judge, metric: &Metric, picked: &Picked, value: Val) -> Vec<Entry> {
    let entry = |group: String, value: &Val| {
        let value = match value {
            Val::Number(number) if number.is_exact() => Some(number.low),
            _ => None,
        };
        let samples = of_metric(judge, metric, picked, &group).ok();
        let samples = samples.and_then(|observed| observed.summary());
        Entry {
            metric: metric.id.clone(),
            cell: cell_of(judge, metric, picked),
            group,
            unit: unit_of(metric),
            value,
            samples,
        }
    };
    let all = match &value {
        Val::Record(groups) => groups.iter().map(|(g, v)| entry(g.clone(), v)).collect(),
        value => vec![entry(String::new(), value)],
    };
    // What is known within bounds only is no reference for anyone.
    all.into_iter()
        .filter(|entry| entry.value.is_some())
        .collect()
}
