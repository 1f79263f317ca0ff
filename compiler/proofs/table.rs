//! The event table: which node runs on which event.

use super::bits::Bits;
use super::domain::Domain;
use super::reachability::{Reach, analyse};
use crate::plan::{Pipeline, Plan};
use std::fmt;

/// More columns than this are joined by event.
const COLUMNS: usize = 8;

/// Which node runs on which event.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EventTable {
    /// What starts the run, as people say it.
    pub columns: Vec<String>,
    /// Per node: its id and a cell per column.
    pub rows: Vec<(String, Vec<Cell>)>,
}

/// What a node does on an event, when all goes well.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cell {
    /// It runs.
    Runs,
    /// It is skipped.
    Skipped,
    /// It depends on what is known only then.
    Depends,
}

impl Cell {
    /// As shown.
    pub fn word(self) -> &'static str {
        match self {
            Cell::Runs => "runs",
            Cell::Skipped => "skipped",
            Cell::Depends => "depends",
        }
    }
}

/// The event table of a pipeline; `None` when its worlds are too many or it has a circle.
pub fn event_table(pipeline: &Pipeline, plan: &Plan) -> Option<EventTable> {
    let reach = analyse(pipeline, plan)?;
    let columns = columns(&reach.domain);
    let row = |at: usize| columns.iter().map(|(_, w)| cell(&reach, at, w)).collect();
    let rows = pipeline.nodes.iter().enumerate();
    Some(EventTable {
        rows: rows.map(|(at, node)| (node.id.clone(), row(at))).collect(),
        columns: columns.into_iter().map(|(name, _)| name).collect(),
    })
}

fn columns(domain: &Domain) -> Vec<(String, Bits)> {
    let fine = joined(domain, |world| domain.describe(world));
    if fine.len() <= COLUMNS {
        return fine;
    }
    let event = |world: usize| domain.worlds().get(world).map(|w| w.event.name());
    joined(domain, |world| event(world).unwrap_or_default().to_string())
}

fn joined(domain: &Domain, name: impl Fn(usize) -> String) -> Vec<(String, Bits)> {
    let mut found: Vec<(String, Bits)> = Vec::new();
    for world in 0..domain.len() {
        let name = name(world);
        match found.iter_mut().find(|(n, _)| *n == name) {
            Some((_, bits)) => bits.set(world),
            None => {
                let mut bits = Bits::none(domain.len());
                bits.set(world);
                found.push((name, bits));
            }
        }
    }
    found
}

fn cell(reach: &Reach, node: usize, worlds: &Bits) -> Cell {
    match reach.node(node) {
        Some(truth) if truth.must.covers(worlds) => Cell::Runs,
        Some(truth) if truth.may.meets(worlds) => Cell::Depends,
        _ => Cell::Skipped,
    }
}

impl fmt::Display for EventTable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let first = self.rows.iter().map(|(id, _)| id.chars().count()).max();
        let first = first.unwrap_or(0);
        // "skipped" is the longest word of a cell.
        let width = |column: &String| column.chars().count().max(7);
        let mut header = format!("{:first$}", "");
        for column in &self.columns {
            header.push_str(&format!("  {column:0$}", width(column)));
        }
        writeln!(f, "{}", header.trim_end())?;
        for (id, cells) in &self.rows {
            let mut line = format!("{id:first$}");
            for (cell, column) in cells.iter().zip(&self.columns) {
                line.push_str(&format!("  {:1$}", cell.word(), width(column)));
            }
            writeln!(f, "{}", line.trim_end())?;
        }
        Ok(())
    }
}
