//! From a report's name to its values: the stage that makes it, its cells, its files.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use super::Run;
use super::assumed::{Rest, best_of_report};
use super::cells::{Cells, folder, of_run};
use super::functions::filter;
use super::lack::{Lack, all};
use super::members::{by_field, groups, in_list};
use super::nodes::ended;
use super::number::Num;
use super::samples::Observed;
use super::value::Val;
use crate::evidence::{
    Chosen, EvidenceStore, Found, Malformed, Measured, Measurements, Part, Reading, Sampled, Table,
    Tally, path, quote, read, safe_path,
};
use crate::plan::{Across, Node, PathSegment, Pipeline, Report, Stage};
use crate::stats;

type Cached = Rc<Result<Measurements, Malformed>>;

/// The evidence of one run of a pipeline.
pub struct Sources<'a> {
    /// The pipeline.
    pub pipeline: &'a Pipeline,
    /// What is known of the run.
    pub run: &'a Run,
    store: &'a dyn EvidenceStore,
    cache: RefCell<BTreeMap<(String, String), Cached>>,
    /// What the reports that were read leave unclear.
    notes: RefCell<BTreeSet<String>>,
    /// What was read since someone asked.
    files: RefCell<BTreeSet<String>>,
}

impl<'a> Sources<'a> {
    /// The evidence in a store.
    pub fn new(pipeline: &'a Pipeline, store: &'a dyn EvidenceStore, run: &'a Run) -> Self {
        Self {
            pipeline,
            run,
            store,
            cache: RefCell::default(),
            notes: RefCell::default(),
            files: RefCell::default(),
        }
    }

    /// Whether the cells of a report are looked at one by one; the worst decides.
    pub fn by_cell(&self, stage: &str, report: &str) -> bool {
        let Ok((_, found)) = self.stage(stage) else {
            return false;
        };
        let sums = |r: &&Report| r.id == report && r.across == Some(Across::Sum);
        found.matrix.is_some() && !found.reports.iter().any(|r| sums(&r))
    }

    /// The evidence folders of a stage that ended: each expected cell's, be it there or not.
    pub fn cells(&self, id: &str) -> Result<Vec<String>, Lack> {
        let (_, stage) = self.ended_stage(id)?;
        let there = self.store.cells(id);
        let Cells::Known(sure, optional) = of_run(id, stage, self.run) else {
            return match there.is_empty() {
                true => Err(Lack::new(format!(
                    "stage `{id}` left no evidence: {}",
                    self.place(id)
                ))),
                false => Ok(there),
            };
        };
        if sure.is_empty() && there.is_empty() {
            return Err(Lack::new(format!(
                "stage `{id}` has no cell that surely runs"
            )));
        }
        let twice = sure
            .iter()
            .enumerate()
            .find(|(i, name)| sure.iter().take(*i).any(|n| n == *name));
        if let Some((_, name)) = twice {
            return Err(Lack::new(format!(
                "stage `{id}` has two cells named {}",
                quote(name)
            )));
        }
        let stray =
            |name: &&String| !sure.contains(&folder(name)) && !optional.contains(&folder(name));
        if let Some(name) = there.iter().find(stray).filter(|_| stage.matrix.is_some()) {
            let why = "which the program doesn't have";
            return Err(Lack::new(format!(
                "stage `{id}` left a cell {}, {why}",
                quote(name)
            )));
        }
        let at = |name: &String| there.iter().find(|t| folder(t) == *name).cloned();
        let present = optional.iter().filter_map(at);
        Ok(sure
            .iter()
            .map(|name| at(name).unwrap_or_else(|| name.clone()))
            .chain(present)
            .collect())
    }

    /// What stands at a path of a report: in one cell, or in all of them added up.
    pub fn value(
        &self,
        stage: &str,
        report: &str,
        at: &[PathSegment],
        cell: Option<&str>,
    ) -> Result<Val, Lack> {
        let (read, name) = self.read_all(stage, report, cell)?;
        merged(read, at).map_err(name)
    }

    /// The single measurements behind a path: the tests of a tally, the numbers of a list; of one
    /// group if one is named by field and value, each with the item that a field names.
    pub fn samples(
        &self,
        (stage, report, at): (&str, &str, &[PathSegment]),
        cell: Option<&str>,
        group: Option<(&str, &str)>,
        item: Option<&str>,
    ) -> Result<Observed, Lack> {
        let (read, name) = self.read_all(stage, report, cell)?;
        observed(&read, at, group, item).map_err(name)
    }

    /// The groups that the members of a list name by a field.
    pub fn groups(
        &self,
        (stage, report, at): (&str, &str, &[PathSegment]),
        cell: Option<&str>,
        field: &str,
    ) -> Result<BTreeSet<String>, Lack> {
        let (read, name) = self.read_all(stage, report, cell)?;
        let each: Result<Vec<_>, _> = read.iter().map(|r| groups(r, at, field)).collect();
        Ok(each.map_err(name)?.into_iter().flatten().collect())
    }

    /// The reports of a name, in one cell or all, and what puts their place before a reason.
    #[allow(clippy::type_complexity)]
    fn read_all<'s>(
        &'s self,
        stage: &'s str,
        report: &'s str,
        cell: Option<&str>,
    ) -> Result<(Vec<Measurements>, impl Fn(Malformed) -> Lack + 's), Lack> {
        let (node, found) = self.ended_stage(stage)?;
        let reports: Vec<_> = found.reports.iter().filter(|r| r.id == report).collect();
        if reports.is_empty() {
            return Err(Lack::new(format!(
                "stage `{stage}` makes no report `{report}`"
            )));
        }
        let cells = match (cell, &found.matrix) {
            (Some(cell), _) => vec![cell.to_string()],
            (None, None) => vec![crate::evidence::ONLY_CELL.to_string()],
            (None, Some(_)) => self.cells(stage)?,
        };
        let files: Vec<_> = cells
            .iter()
            .flat_map(|c| reports.iter().map(move |r| (c, *r)))
            .collect();
        let read = all(files.iter().map(|(cell, report)| {
            let lack = |why: String| Lack::new(self.about(node, report, cell, &why));
            let file = self.file(stage, report, cell);
            let place = self.place(&format!("{stage}/{cell}/{}", report.path));
            self.files.borrow_mut().insert(place);
            let notes = file.iter().flat_map(Measurements::notes);
            let about = notes.map(|note| self.about(node, report, cell, note));
            self.notes.borrow_mut().extend(about);
            file.as_ref().clone().map_err(|Malformed(why)| lack(why))
        }))?;
        let only = match files.as_slice() {
            [(cell, report)] => Some(((*cell).clone(), *report)),
            _ => None,
        };
        let name = move |Malformed(reason): Malformed| match &only {
            Some((cell, report)) => Lack::new(self.about(node, report, cell, &reason)),
            None => Lack::new(format!("report `{report}` of stage `{stage}` {reason}")),
        };
        Ok((read, name))
    }

    /// What a report says where nothing is measured.
    pub fn assumed(&self, stage: &str, report: &str, at: &[PathSegment]) -> Result<Val, Lack> {
        if self.run.assumed.rest == Rest::Missing {
            return Err(Lack::new(format!(
                "report `{report}` of stage `{stage}` is not given"
            )));
        }
        let (_, found) = self.stage(stage)?;
        let found = found.reports.iter().find(|r| r.id == report);
        let lack = || Lack::new(format!("stage `{stage}` makes no report `{report}`"));
        let best = best_of_report(&found.ok_or_else(lack)?.format, at)?;
        at.iter().try_fold(best, |value, segment| match segment {
            PathSegment::Filter(matchers) => {
                filter(value, matchers).map_err(|Malformed(why)| Lack::new(why))
            }
            _ => Ok(value),
        })
    }

    /// What the reports that were read leave unclear, sorted.
    pub fn notes(&self) -> Vec<String> {
        self.notes.borrow().iter().cloned().collect()
    }

    /// The files that were read since this was last asked, sorted.
    pub fn files_read(&self) -> Vec<String> {
        self.files.take().into_iter().collect()
    }

    fn stage(&self, id: &str) -> Result<(&'a Node, &'a Stage), Lack> {
        let node = self.pipeline.node(id);
        node.and_then(|n| Some((n, n.as_stage()?))).ok_or_else(|| {
            Lack::new(format!(
                "the pipeline `{}` has no stage `{id}`",
                self.pipeline.id
            ))
        })
    }

    fn ended_stage(&self, id: &str) -> Result<(&'a Node, &'a Stage), Lack> {
        let stage = self.stage(id)?;
        match ended(self.pipeline, id, self.run).lack() {
            Some(lack) => Err(lack),
            None => Ok(stage),
        }
    }

    fn place(&self, below: &str) -> String {
        format!("{}/{below}", self.store.name())
    }

    /// A sentence on one file.
    fn about(&self, node: &Node, report: &Report, cell: &str, reason: &str) -> String {
        let of = match cell {
            crate::evidence::ONLY_CELL => String::new(),
            cell => format!(", cell {cell}"),
        };
        let file = self.place(&format!("{}/{cell}/{}", node.id, report.path));
        format!(
            "report `{}` of stage `{}`{of} {reason} ({file})",
            report.id, node.id
        )
    }

    fn file(&self, stage: &str, report: &Report, cell: &str) -> Cached {
        let path = format!("{stage}/{cell}/{}", report.path);
        let key = (path, report.format.clone());
        if let Some(cached) = self.cache.borrow().get(&key) {
            return Rc::clone(cached);
        }
        let measured = Rc::new(self.read(&key.0, &report.format));
        self.cache.borrow_mut().insert(key, Rc::clone(&measured));
        measured
    }

    fn read(&self, path: &str, format: &str) -> Result<Measurements, Malformed> {
        if !safe_path(path) {
            return Err(Malformed::new("lies outside the evidence folder; refused"));
        }
        match self.store.read(path) {
            Found::File(mut input) => self.fresh(read(format, &mut *input)?),
            Found::Missing => Err(Malformed::new("is missing")),
            Found::Unreadable(why) => Err(Malformed(why)),
        }
    }

    /// A report, unless it says that it was made before the run began.
    fn fresh(&self, report: Measurements) -> Result<Measurements, Malformed> {
        let since = self.run.since.as_ref();
        match since.and_then(|since| report.made()?.stale(since)) {
            Some(why) => Err(Malformed(why)),
            None => Ok(report),
        }
    }
}

/// Some reports as one value: counts are added before rates are taken of them.
fn merged(reports: Vec<Measurements>, at: &[PathSegment]) -> Result<Val, Malformed> {
    if reports.iter().all(|r| matches!(r, Measurements::Data(_))) {
        let values: Result<Vec<_>, _> = reports.iter().map(|r| lookup(r, at)).collect();
        return values?
            .into_iter()
            .map(Ok)
            .reduce(|a, b| sum(a?, b?))
            .unwrap_or_else(nothing);
    }
    let whole = reports.into_iter().map(Ok).reduce(|a, b| a?.merge(b?));
    lookup(
        &whole.unwrap_or_else(|| Err(Malformed::new("is missing")))?,
        at,
    )
}

fn nothing() -> Result<Val, Malformed> {
    Err(Malformed::new("is missing"))
}

fn sum(a: Val, b: Val) -> Result<Val, Malformed> {
    match (a, b) {
        (Val::Number(a), Val::Number(b)) => a
            .arithmetic(crate::plan::Operator::Add, b)
            .map(Val::Number)
            .ok_or_else(|| Malformed::new("adds up to no number")),
        (Val::List(mut a, more), Val::List(b, and)) => {
            a.extend(b);
            Ok(Val::List(a, more + and))
        }
        (a, b) => Err(Malformed(format!(
            "can't add {} and {}",
            a.describe(),
            b.describe()
        ))),
    }
}

fn lookup(report: &Measurements, at: &[PathSegment]) -> Result<Val, Malformed> {
    let (start, rest) = match report {
        Measurements::Tally(tally) => return field(tally, at),
        Measurements::Table(table) => return row(table, at),
        Measurements::Findings(findings) => {
            let named = matches!(at.first(), Some(PathSegment::Field(f)) if f == "findings");
            (
                Val::from(findings),
                at.get(usize::from(named)..).unwrap_or_default(),
            )
        }
        Measurements::Data(data) => match at.split_first() {
            Some((PathSegment::Key(key), [PathSegment::By(field), rest @ ..])) => {
                (by_field(data, key, field)?, rest)
            }
            Some((PathSegment::Key(key), rest)) => (Val::from(&path::find(data, key)?), rest),
            Some((PathSegment::Field(key), rest)) => match data.get(key) {
                Some(member) => (Val::from(member), rest),
                None => return Err(Malformed(format!("has no {}", quote(key)))),
            },
            _ => (Val::from(data), at),
        },
    };
    rest.iter().try_fold(start, |value, segment| match segment {
        PathSegment::Filter(matchers) => filter(value, matchers),
        _ => Err(Malformed::new("can't be asked for a part of a selection")),
    })
}

/// The single measurements behind a part of some reports.
fn observed(
    reports: &[Measurements],
    at: &[PathSegment],
    group: Option<(&str, &str)>,
    item: Option<&str>,
) -> Result<Observed, Malformed> {
    let none = || Malformed::new("says one number there, and no samples stand behind it");
    let of = |report: &Measurements| match (report, at) {
        (Measurements::Data(data), [PathSegment::Key(key)]) => {
            in_list(data, key, group, item).map(Sampled::Values)
        }
        (_, [PathSegment::Field(field)]) => report.samples(Part::Field(field), item),
        (_, [PathSegment::Key(key), PathSegment::Field(field)]) => {
            report.samples(Part::Row(key, field), item)
        }
        _ => Err(none()),
    };
    let all = reports.iter().map(of).reduce(|a, b| a?.merge(b?));
    all.unwrap_or_else(|| Err(none())).map(Observed::from)
}

impl From<Sampled> for Observed {
    fn from(samples: Sampled) -> Self {
        match samples {
            Sampled::Rate { passed, of } => Observed::Rate(passed, of),
            Sampled::Values(values) => {
                let each = values.into_iter().map(|s| stats::Sample {
                    value: s.value,
                    item: s.item,
                });
                Observed::Values(each.collect())
            }
        }
    }
}

fn field(tally: &Tally, at: &[PathSegment]) -> Result<Val, Malformed> {
    match at {
        [PathSegment::Field(name)] => tally.field(name).map(number),
        _ => Err(Malformed::new(
            "is asked for something that is no field of it",
        )),
    }
}

/// A field of a table or of one of its rows; of several rows a record by key.
fn row(table: &Table, at: &[PathSegment]) -> Result<Val, Malformed> {
    match at {
        [PathSegment::Field(name)] => table.field(name).map(measured),
        [PathSegment::Key(key), PathSegment::Field(name)] => match table.choose(key)? {
            Chosen::One(key, row) => table.field_of(key, row, name).map(measured),
            Chosen::Many(rows) => {
                let each = |(key, row): (&str, _)| {
                    let found = table.field_of(key, row, name).map(measured);
                    found.map(|value| (key.to_string(), value))
                };
                let rows: Result<_, _> = rows.into_iter().map(each).collect();
                rows.map(Val::Record)
            }
        },
        _ => Err(Malformed::new(
            "is asked for something that is no field of its rows",
        )),
    }
}

fn measured(found: Measured) -> Val {
    match found {
        Measured::One(reading) => number(reading),
        Measured::Each(samples) => {
            Val::List(samples.iter().map(|s| Val::number(s.value)).collect(), 0)
        }
    }
}

fn number(reading: Reading) -> Val {
    Val::Number(Num {
        low: reading.low,
        high: reading.high,
    })
}
