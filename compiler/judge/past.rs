//! Comparison with earlier results: `rise`, `drop`, `change`.

use std::collections::BTreeSet;

use super::criterion::{quantity, shown};
use super::eval::Lookup;
use super::gate::Judge;
use super::lack::{Lack, all};
use super::number::Num;
use super::numbers::{Measure, Past};
use super::samples::Observed;
use super::scope::{Picked, Scope, reports};
use super::value::Val;
use crate::baseline::{Earlier, Key, Policy, Question, Reference, Statistic, Summary};
use crate::evidence::quote;
use crate::plan::{Baseline, Expr, ExprKind, Func, MatcherOp, Metric, Operator, PathSegment, Ref};

/// How many results count where a baseline doesn't say.
const KEPT: f64 = 20.0;

/// How many kept values a report shows at most.
const SHOWN: usize = 50;

/// A value and the earlier one that it is compared with.
pub struct Pair<'a> {
    /// Where the earlier one is.
    pub baseline: &'a Baseline,
    /// What is compared.
    pub metric: &'a Metric,
    /// Its group; empty: it has none.
    pub group: &'a str,
    /// What it is now.
    pub now: Num,
}

/// `rise(m)`, `drop(m)` or `change(m)`, group by group where the metric has groups.
pub fn compared(
    judge: &Judge,
    scope: &Scope,
    cells: &Picked,
    func: Func,
    of: &Expr,
) -> Result<Val, Lack> {
    let baseline = against(judge)?;
    let (metric, groups) = measured(judge, scope, of)?;
    let one = |(group, now): (&String, Num)| {
        let pair = Pair {
            baseline,
            metric,
            group,
            now,
        };
        let statistic = Statistic::from_name(&baseline.reference);
        pair.compared(judge, cells, func, statistic)
            .map(Val::Number)
    };
    match groups {
        Groups::One(group, now) => one((&group, now)),
        Groups::Many(groups) => {
            let each = groups
                .iter()
                .map(|(group, now)| Ok((group.clone(), one((group, *now))?)));
            Ok(Val::Record(all(each)?.into_iter().collect()))
        }
    }
}

/// What a metric is now: one number, or one for each group.
pub enum Groups {
    /// Without groups, or of the one that was picked.
    One(String, Num),
    /// Each group.
    Many(Vec<(String, Num)>),
}

/// The metric that is compared, with what it is now.
pub fn measured<'j>(
    judge: &'j Judge,
    scope: &Scope,
    of: &Expr,
) -> Result<(&'j Metric, Groups), Lack> {
    let ExprKind::Ref(Ref::Metric(id, matchers)) = &of.kind else {
        return Err(Lack::new(format!(
            "`{of}` is no metric, and nothing else has a past or samples"
        )));
    };
    let metric = judge.plan.metric(id);
    let metric = metric.ok_or_else(|| Lack::new(format!("the program has no metric `{id}`")))?;
    let picked = match matchers.as_slice() {
        [one] if one.op == MatcherOp::Equal => one.values.first().and_then(|v| v.as_str()),
        _ => None,
    };
    let number = |value: &Val| super::functions::as_number(value, of);
    let groups = match scope.value(&Ref::Metric(id.clone(), matchers.clone()))? {
        Val::Record(groups) => {
            let each = groups
                .iter()
                .map(|(group, value)| Ok((group.clone(), number(value)?)));
            Groups::Many(all(each)?)
        }
        value => Groups::One(picked.unwrap_or_default().to_string(), number(&value)?),
    };
    Ok((metric, groups))
}

/// The baseline of the gate that is being judged.
fn against<'j>(judge: &'j Judge) -> Result<&'j Baseline, Lack> {
    let gate = judge.current();
    let named = gate.and_then(|gate| gate.against.as_deref());
    let named = named.ok_or_else(|| Lack::new("the gate names nothing to compare with"))?;
    if named == "stable" {
        let why = "it compares with the stable version, which only a rollout has";
        return Err(Lack::new(why));
    }
    let found = judge.plan.baseline(named);
    found.ok_or_else(|| Lack::new(format!("the program has no baseline `{named}`")))
}

/// The reference of a pair.
struct Before {
    value: f64,
    statistic: &'static str,
    runs: usize,
    commit: Option<String>,
    samples: Vec<Summary>,
    series: Vec<Earlier>,
}

impl Pair<'_> {
    /// `rise`, `drop` or `change` from a reference of this statistic.
    pub fn compared(
        &self,
        judge: &Judge,
        cells: &Picked,
        func: Func,
        statistic: Statistic,
    ) -> Result<Num, Lack> {
        let Some(before) = self.before(judge, cells, statistic)? else {
            return self.first_run(judge);
        };
        let reference = Num::exact(before.value);
        let lack = || Lack::new(format!("`{}` gives no number", func.name()));
        let change = self
            .now
            .arithmetic(Operator::Subtract, reference)
            .ok_or_else(lack)?;
        let relative = self.relative(change, before.value);
        self.tell(judge, &before, change, relative.as_ref().ok().copied());
        match func {
            Func::Change => Ok(change),
            Func::Drop => relative.map(Num::negate),
            _ => relative,
        }
    }

    /// A change as a share of the reference, which must not be zero or below.
    fn relative(&self, change: Num, before: f64) -> Result<Num, Lack> {
        let floor = self
            .baseline
            .floor
            .iter()
            .find(|(id, _)| *id == self.metric.id);
        let whole = floor.map_or(before, |(_, least)| before.max(*least));
        if whole > 0.0 {
            let share = change.arithmetic(Operator::Divide, Num::exact(whole));
            return share.ok_or_else(|| Lack::new("the rise gives no number"));
        }
        let shown = shown(Num::exact(before), &self.metric.ty, None);
        let what = if before == 0.0 { "zero" } else { "below zero" };
        Err(Lack::new(format!(
            "the reference of `{id}` in baseline `{baseline}` is {what} ({shown}), and nothing is a \
             share of that: compare with `change({id})`, or say `floor {{ {id} = … }}`",
            id = self.metric.id,
            baseline = self.baseline.id
        )))
    }

    fn first_run(&self, judge: &Judge) -> Result<Num, Lack> {
        let (id, baseline) = (&self.metric.id, &self.baseline.id);
        let what = match self.group {
            "" => format!("`{id}`"),
            group => format!("`{id}` of {}", quote(group)),
        };
        if judge.sources.run.assumed.rest == super::Rest::Perfect {
            return Ok(Num::exact(0.0));
        }
        let place = match judge.sources.run.past.get(baseline) {
            Some(Ok(history)) if !history.place().is_empty() => format!(" in {}", history.place()),
            _ => String::new(),
        };
        if self.baseline.first_run == "fail" {
            let why =
                format!("baseline `{baseline}` has no earlier {what}{place} (first_run = fail)");
            return Err(Lack::failed(why));
        }
        judge.note(format!(
            "baseline `{baseline}` has no earlier {what}{place}: it counts as unchanged (first_run = establish)"
        ));
        Ok(Num::exact(0.0))
    }

    /// The reference; none if this is the first run.
    fn before(
        &self,
        judge: &Judge,
        cells: &Picked,
        statistic: Statistic,
    ) -> Result<Option<Before>, Lack> {
        let run = judge.sources.run;
        if let Some(assumed) = run.assumed.past.get(&self.metric.id) {
            return self.assumed(assumed).map(Some);
        }
        let (id, baseline) = (&self.metric.id, self.baseline);
        if run.assumed.rest != super::Rest::Measured {
            let why = format!("no reference of `{id}` is given: `baseline {{ {id} = … }}`");
            return match run.assumed.rest {
                super::Rest::Perfect => Ok(None),
                _ => Err(Lack::new(why)),
            };
        }
        let history = match run.past.get(&baseline.id) {
            Some(Ok(history)) => history,
            Some(Err(why)) => {
                let why = format!(
                    "the history of baseline `{}` can't be used: {why}",
                    baseline.id
                );
                return Err(Lack::new(why));
            }
            None => {
                return Err(Lack::new(format!(
                    "nobody says where baseline `{}` keeps its results: --baseline DIR",
                    baseline.id
                )));
            }
        };
        let key = key_of(judge, baseline, self.metric)?;
        let cell = cell_of(judge, self.metric, cells);
        let unit = quantity(&self.metric.ty);
        let question = Question {
            metric: id,
            cell: &cell,
            group: self.group,
            unit: unit.name(),
            better: self.metric.better,
            key: &key,
        };
        match history.reference(&question, &policy(baseline, statistic, run.now)) {
            Reference::Never => Ok(None),
            Reference::Unusable(why) => Err(Lack::new(format!(
                "baseline `{}` has no reference of `{id}`: {why}",
                baseline.id
            ))),
            Reference::Found {
                value,
                runs,
                commit,
                samples,
            } => Ok(Some(Before {
                value,
                statistic: statistic.name(),
                runs,
                commit,
                samples,
                series: history.series(&question, SHOWN),
            })),
        }
    }

    fn assumed(&self, value: &Val) -> Result<Before, Lack> {
        let value = match value {
            Val::Record(groups) => groups.get(self.group),
            value => Some(value),
        };
        match value {
            Some(Val::Number(number)) if number.is_exact() => Ok(Before {
                value: number.low,
                statistic: "given",
                runs: 1,
                commit: None,
                samples: Vec::new(),
                series: Vec::new(),
            }),
            _ => Err(Lack::new(format!(
                "the given reference of `{}` is no number",
                self.metric.id
            ))),
        }
    }

    /// Leaves the numbers for the item that is being judged.
    fn tell(&self, judge: &Judge, before: &Before, change: Num, relative: Option<Num>) {
        let unit = quantity(&self.metric.ty);
        let measure = |number: Num| Measure {
            number,
            quantity: unit.clone(),
        };
        judge.tell(Past {
            baseline: self.baseline.id.clone(),
            metric: self.metric.id.clone(),
            group: Some(self.group.to_string()).filter(|g| !g.is_empty()),
            now: measure(self.now),
            before: measure(Num::exact(before.value)),
            statistic: before.statistic.to_string(),
            runs: before.runs,
            change: measure(change),
            relative,
            commit: before.commit.clone(),
            series: before.series.clone(),
        });
    }
}

/// The samples behind a metric's reference, where they were kept.
pub fn samples_before(
    judge: &Judge,
    cells: &Picked,
    metric: &Metric,
    group: &str,
) -> Option<Observed> {
    let baseline = against(judge).ok()?;
    let pair = Pair {
        baseline,
        metric,
        group,
        now: Num::exact(0.0),
    };
    let statistic = Statistic::from_name(&baseline.reference);
    Observed::of(&pair.before(judge, cells, statistic).ok()??.samples)
}

/// Whether a criterion compares what was never recorded, in no group: it counts as unchanged, and
/// no samples stand behind that.
pub fn is_first_run(judge: &Judge, picked: &Picked, criterion: &Expr) -> bool {
    let ExprKind::Binary(_, compared, _) = &criterion.kind else {
        return false;
    };
    let inner = match &compared.kind {
        ExprKind::Call(Func::Every, args) => args.first().unwrap_or(compared),
        _ => compared,
    };
    let ExprKind::Call(Func::Rise | Func::Drop | Func::Change, args) = &inner.kind else {
        return false;
    };
    let scope = Scope::new(judge, picked);
    let measured = args.first().map(|of| measured(judge, &scope, of));
    let (Ok(baseline), Some(Ok((metric, groups)))) = (against(judge), measured) else {
        return false;
    };
    let groups = match groups {
        Groups::One(group, now) => vec![(group, now)],
        Groups::Many(groups) => groups,
    };
    let never = |(group, now): &(String, Num)| {
        let pair = Pair {
            baseline,
            metric,
            group,
            now: *now,
        };
        let statistic = Statistic::from_name(&baseline.reference);
        matches!(pair.before(judge, picked, statistic), Ok(None))
    };
    !groups.is_empty() && groups.iter().all(never)
}

fn policy(baseline: &Baseline, statistic: Statistic, now: Option<f64>) -> Policy {
    Policy {
        statistic,
        keep: kept(baseline),
        max_age: baseline.max_age,
        now,
    }
}

/// How many results of a baseline count.
pub fn kept(baseline: &Baseline) -> usize {
    baseline.keep.unwrap_or(KEPT).clamp(1.0, 1e6) as usize
}

/// The cells that a metric is read in (`test/3.12`); empty where its stages have no matrix.
pub fn cell_of(judge: &Judge, metric: &Metric, picked: &Picked) -> String {
    let read = metric.report.as_ref().map(|e| reports(judge.plan, e));
    let stages: BTreeSet<String> = read.into_iter().flatten().map(|(stage, _)| stage).collect();
    let cells = picked.iter().filter(|(stage, _)| stages.contains(*stage));
    let names: Vec<_> = cells
        .map(|(stage, cell)| format!("{stage}/{cell}"))
        .collect();
    names.join(",")
}

/// What tells a metric's results apart in this run: as it was said, as the run's inputs say, or as
/// the reports do that are compared.
pub fn key_of(judge: &Judge, baseline: &Baseline, metric: &Metric) -> Result<Key, Lack> {
    let names: BTreeSet<&String> = baseline.key.iter().chain(&metric.key).collect();
    let each = names
        .into_iter()
        .map(|name| Ok((name.clone(), key_value(judge, name, metric)?)));
    Ok(all(each)?.into_iter().collect())
}

fn key_value(judge: &Judge, name: &str, metric: &Metric) -> Result<String, Lack> {
    let run = judge.sources.run;
    if let Some(said) = run.keys.get(name) {
        return Ok(said.clone());
    }
    if let Some(value) = run.facts.get(&format!("inputs.{name}")).and_then(text) {
        return Ok(value);
    }
    let own = [metric].into_iter();
    let others = judge
        .plan
        .metrics
        .iter()
        .filter(|m| m.key.iter().any(|k| k == name));
    for group in [own.collect::<Vec<_>>(), others.collect()] {
        let found: BTreeSet<String> = group
            .iter()
            .flat_map(|m| in_reports(judge, name, m))
            .collect();
        if let (1, Some(value)) = (found.len(), found.first()) {
            return Ok(value.clone());
        }
        if found.len() > 1 {
            let found: Vec<_> = found.iter().map(|v| quote(v)).collect();
            let why = format!(
                "the reports say more than one `{name}`: {}",
                found.join(", ")
            );
            return Err(Lack::new(why));
        }
    }
    Err(Lack::new(format!(
        "nobody says which `{name}` this is, so no earlier result is known to be of the same: \
         --key {name}=…, an input, or a field `{name}` in the report"
    )))
}

/// The values of a field in the reports that a metric reads.
fn in_reports(judge: &Judge, name: &str, metric: &Metric) -> Vec<String> {
    let read = metric.report.as_ref().map(|e| reports(judge.plan, e));
    let path = [PathSegment::Key(format!("['{name}']"))];
    let values = read.into_iter().flatten().filter_map(|(stage, report)| {
        let cells = judge.sources.cells(&stage).ok()?;
        let cell = cells.first().map(String::as_str);
        let cell = cell.filter(|_| judge.sources.by_cell(&stage, &report));
        text(&judge.sources.value(&stage, &report, &path, cell).ok()?)
    });
    values.collect()
}

fn text(value: &Val) -> Option<String> {
    match value {
        Val::Text(text) if !text.is_empty() => Some(text.clone()),
        Val::Number(number) if number.is_exact() => Some(crate::plan::value::decimal(number.low)),
        _ => None,
    }
}
