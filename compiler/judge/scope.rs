//! What references mean in a gate that is judged: reports, metrics, other gates, facts.

use std::cell::Cell;
use std::collections::{BTreeMap, BTreeSet};

use super::assumed::{Rest, best};
use super::eval::{Facts, Lookup, eval};
use super::gate::Judge;
use super::lack::{Lack, all};
use super::past;
use super::range;
use super::result::Item;
use super::samples::Observed;
use super::value::Val;
use crate::evidence::quote;
use crate::plan::{
    Dimension, Expr, Func, Limit, LimitBy, Matcher, MatcherOp, Metric, PathSegment, Plan, Ref,
    Value,
};

/// Deepest chain of metrics over metrics.
const DEEPEST: usize = 50;
/// Most combinations of cells that are looked at one by one.
const MOST: usize = 4096;

/// One cell of each stage that is looked at cell by cell.
pub type Picked = BTreeMap<String, String>;

/// Where expressions of a gate are evaluated.
pub struct Scope<'a> {
    judge: &'a Judge<'a>,
    cells: &'a Picked,
    items: &'a [Item],
    depth: Cell<usize>,
    /// The field and value that members of lists must have.
    group: Option<(String, String)>,
}

impl<'a> Scope<'a> {
    /// With these cells.
    pub fn new(judge: &'a Judge<'a>, cells: &'a Picked) -> Self {
        Self {
            judge,
            cells,
            items: &[],
            depth: Cell::new(0),
            group: None,
        }
    }

    /// After these were judged, which `failed` asks for.
    pub fn after(self, items: &'a [Item]) -> Self {
        Self { items, ..self }
    }

    fn metric(&self, id: &str, matchers: &[Matcher]) -> Result<Val, Lack> {
        let metric = self
            .judge
            .plan
            .metric(id)
            .ok_or_else(|| Lack::new(format!("the program has no metric `{id}`")))?;
        let assumed = &self.judge.sources.run.assumed;
        if let Some(value) = assumed.metrics.get(id) {
            range::of_metric(metric, None, value)?;
            return grouped(metric, value.clone(), matchers);
        }
        match assumed.rest {
            Rest::Measured => {}
            Rest::Perfect => return grouped(metric, best(metric)?, matchers),
            Rest::Missing => return Err(Lack::new(format!("`{id}` is not given"))),
        }
        let Some(report) = &metric.report else {
            return Err(Lack::new(format!(
                "metric `{id}` has no report to be read in a pipeline"
            )));
        };
        if self.depth.get() >= DEEPEST {
            return Err(Lack::new(format!("metric `{id}` is made of itself")));
        }
        self.depth.set(self.depth.get() + 1);
        let value = eval(report, self);
        self.depth.set(self.depth.get() - 1);
        let value = match (&metric.by, value) {
            // Members that say their group by a field, and a value that is one of all of them.
            (Some(by), Ok(Val::Number(_) | Val::List(..))) => self.by_field(by, report)?,
            (_, value) => value?,
        };
        let value = grouped(metric, value, matchers)?;
        range::of_metric(metric, Some(report), &value)?;
        Ok(value)
    }
}

impl Scope<'_> {
    /// A report's value in each group, where its members have a field that names it.
    fn by_field(&self, by: &Dimension, report: &Expr) -> Result<Val, Lack> {
        self.no_others(by, report)?;
        let each = by.values.iter().map(|group| {
            let within = Scope {
                group: Some((by.id.clone(), group.clone())),
                ..Scope::new(self.judge, self.cells)
            };
            Ok((group.clone(), eval(report, &within)?))
        });
        Ok(Val::Record(all(each)?.into_iter().collect()))
    }

    /// An error if a member names a group that the dimension doesn't have: nobody would judge it.
    fn no_others(&self, by: &Dimension, report: &Expr) -> Result<(), Lack> {
        for of in report.refs() {
            let Ref::Report {
                stage,
                report,
                path,
            } = of
            else {
                continue;
            };
            let sources = self.judge.sources;
            let cell = self.cells.get(stage).map(String::as_str);
            let cell = cell.filter(|_| sources.by_cell(stage, report));
            let groups = sources.groups((stage, report, path), cell, &by.id)?;
            if let Some(other) = groups.iter().find(|group| !by.values.contains(group)) {
                return Err(Lack::new(format!(
                    "report `{report}` of stage `{stage}` has a member whose {} is {}, which \
                     dimension `{}` doesn't have: add it to its `values`, or leave it out of the report",
                    quote(&by.id),
                    quote(other),
                    by.id
                )));
            }
        }
        Ok(())
    }

    /// A list in a report, of one group.
    fn of_group(&self, at: (&str, &str, &[PathSegment]), cell: Option<&str>) -> Result<Val, Lack> {
        let group = self
            .group
            .as_ref()
            .map(|(field, group)| (field.as_str(), group.as_str()));
        match self.judge.sources.samples(at, cell, group, None)? {
            Observed::Values(values) if values.is_empty() => {
                let (field, group) = group.unwrap_or_default();
                let (stage, report, _) = at;
                Err(Lack::new(format!(
                    "report `{report}` of stage `{stage}` has no member whose {} is {}",
                    quote(field),
                    quote(group)
                )))
            }
            Observed::Values(values) => {
                let values = values.iter().map(|sample| Val::number(sample.value));
                Ok(Val::List(values.collect(), 0))
            }
            Observed::Rate(..) => Err(Lack::new("a rate has no groups")),
        }
    }

    /// A limit's case: that of the run's environment or branch, or one for each group.
    fn limit(&self, id: &str) -> Result<Val, Lack> {
        let limit = self.judge.plan.limit(id);
        let limit = limit.ok_or_else(|| Lack::new(format!("the program has no limit `{id}`")))?;
        let facts = &self.judge.sources.run.facts;
        let fact = |name: &str| facts.get(name);
        let (word, found) = match &limit.by {
            LimitBy::Group(dimension) => return Ok(groups_of(self.judge.plan, limit, dimension)),
            LimitBy::Environment => ("environment", fact("environment")),
            // A pull request is held against the branch it goes to.
            LimitBy::Branch => match fact("branch") {
                Some(Val::Null) => ("branch", fact("target_branch")),
                found => ("branch", found),
            },
        };
        let case = match found {
            Some(Val::Text(name)) => limit.case(name),
            Some(Val::Null) => limit.others,
            _ => {
                let why =
                    format!("limit `{id}` depends on the {word}, and nobody says which it is");
                return Err(Lack::new(why));
            }
        };
        case.map(Val::number)
            .ok_or_else(|| Lack::new(format!("limit `{id}` has no case for this {word}")))
    }
}

fn groups_of(plan: &Plan, limit: &Limit, dimension: &str) -> Val {
    let dimension = plan
        .metrics
        .iter()
        .filter_map(|m| m.by.as_ref())
        .find(|d| d.id == dimension);
    let cases = limit.cases.iter().map(|(name, _)| name);
    let all: BTreeSet<&String> = dimension
        .iter()
        .flat_map(|d| &d.values)
        .chain(cases)
        .collect();
    let each = all
        .into_iter()
        .filter_map(|g| Some((g.clone(), Val::number(limit.case(g)?))));
    Val::Record(each.collect())
}

impl Lookup for Scope<'_> {
    fn value(&self, of: &Ref) -> Result<Val, Lack> {
        match of {
            Ref::Report {
                stage,
                report,
                path,
            } => {
                if self.judge.sources.run.assumed.rest != Rest::Measured {
                    return self.judge.sources.assumed(stage, report, path);
                }
                let cell = self.cells.get(stage).map(String::as_str);
                let by_cell = self.judge.sources.by_cell(stage, report);
                if self.group.is_some() {
                    return self.of_group((stage, report, path), cell.filter(|_| by_cell));
                }
                self.judge
                    .sources
                    .value(stage, report, path, cell.filter(|_| by_cell))
            }
            Ref::Metric(id, matchers) => self.metric(id, matchers),
            Ref::Limit(id) => self.limit(id),
            Ref::Verdict(gate) => Ok(Val::text(self.judge.gate(gate).verdict.name())),
            other => Facts(self.judge.sources.run).value(other),
        }
    }

    fn compared(&self, func: Func, of: &Expr) -> Result<Val, Lack> {
        past::compared(self.judge, self, self.cells, func, of)
    }

    fn failed(&self, id: &str) -> Result<bool, Lack> {
        let found = self.items.iter().find(|item| item.id == id);
        let unknown = || Lack::new(format!("there is no criterion {}", quote(id)));
        found
            .map(|item| item.verdict == crate::plan::Verdict::Fail)
            .ok_or_else(unknown)
    }
}

/// A metric's groups: all of them there, then those that were asked for.
fn grouped(metric: &Metric, value: Val, matchers: &[Matcher]) -> Result<Val, Lack> {
    let id = &metric.id;
    let Some(dimension) = &metric.by else {
        return match (value, matchers.first()) {
            (Val::Record(_), _) => Err(Lack::new(format!(
                "metric `{id}` is an object, not a number"
            ))),
            (value, None) => Ok(value),
            (_, Some(matcher)) => Err(Lack::new(format!(
                "metric `{id}` has no `{}`",
                matcher.label
            ))),
        };
    };
    let Val::Record(mut groups) = value else {
        let why = format!("metric `{id}` has no value for each {}", dimension.id);
        return Err(Lack::new(format!(
            "{why}: its report gives {}",
            value.describe()
        )));
    };
    if let Some(gone) = dimension.values.iter().find(|v| !groups.contains_key(*v)) {
        return Err(Lack::new(format!(
            "metric `{id}` has no value for {} {}",
            dimension.id,
            quote(gone)
        )));
    }
    groups.retain(|group, _| matchers.iter().all(|m| picks(m, &dimension.id, group)));
    match matchers {
        [
            Matcher {
                op: MatcherOp::Equal,
                ..
            },
        ] => groups
            .pop_first()
            .map(|(_, value)| value)
            .ok_or_else(|| Lack::new(format!("metric `{id}` has no such {}", dimension.id))),
        _ => Ok(Val::Record(groups)),
    }
}

fn picks(matcher: &Matcher, dimension: &str, group: &str) -> bool {
    let fits = |value: &Value| match (matcher.op, value.as_str()) {
        (MatcherOp::Matches | MatcherOp::NotMatches, Some(pattern)) => {
            super::functions::pattern_fits(pattern, group).unwrap_or(false)
        }
        (_, text) => text == Some(group),
    };
    let any = matcher.label == dimension && matcher.values.iter().any(fits);
    any != matches!(matcher.op, MatcherOp::NotEqual | MatcherOp::NotMatches)
}

/// Every report that an expression reads, through metrics, too: stage and report.
pub fn reports(plan: &Plan, expr: &Expr) -> BTreeSet<(String, String)> {
    let (mut found, mut seen, mut open) = (BTreeSet::new(), BTreeSet::new(), vec![expr]);
    while let Some(expr) = open.pop() {
        for of in expr.refs() {
            match of {
                Ref::Report { stage, report, .. } => {
                    found.insert((stage.clone(), report.clone()));
                }
                Ref::Metric(id, _) if seen.insert(id.clone()) => {
                    open.extend(plan.metric(id).and_then(|m| m.report.as_ref()));
                }
                _ => {}
            }
        }
    }
    found
}

/// The ways to pick one cell of each stage that is looked at cell by cell; at least one.
pub fn picks_of(judge: &Judge, expr: &Expr) -> Result<Vec<Picked>, Lack> {
    if judge.sources.run.assumed.rest != Rest::Measured {
        return Ok(vec![Picked::new()]);
    }
    let stages: BTreeSet<String> = reports(judge.plan, expr)
        .into_iter()
        .filter(|(stage, report)| judge.sources.by_cell(stage, report))
        .map(|(stage, _)| stage)
        .collect();
    let mut picks = vec![Picked::new()];
    for stage in stages {
        // A stage without cells tells why when its report is asked for.
        let Ok(cells) = judge.sources.cells(&stage) else {
            continue;
        };
        if picks.len().saturating_mul(cells.len()) > MOST {
            return Err(Lack::new("there are too many cells to look at one by one"));
        }
        let with = |picked: &Picked, cell: &String| {
            let mut picked = picked.clone();
            picked.insert(stage.clone(), cell.clone());
            picked
        };
        picks = picks
            .iter()
            .flat_map(|p| cells.iter().map(move |c| with(p, c)))
            .collect();
    }
    Ok(picks)
}
