//! The cells of a stage's matrix, by the names of their evidence folders.
//!
//! A cell's folder is named by its values in the order of the keys, joined by `-`; every other
//! character than letters, digits, `.`, `_`, `+` becomes `-`. A run mostly tells the
//! judge its cells; the names made here are for one that doesn't.

use super::Run;
use super::eval::Facts;
use crate::evidence::ONLY_CELL;
use crate::plan::{Cell, Matrix, MatrixRule, Stage, Value};

/// Most cells of one stage.
const MOST: usize = 1024;

/// What cells a stage has.
#[derive(Clone, Debug, PartialEq)]
pub enum Cells {
    /// These; the second may be left out, depending on the run.
    Known(Vec<String>, Vec<String>),
    /// Known only when the pipeline runs.
    Open,
}

/// The cells that a stage had in a run: those told, else those the program says.
pub fn of_run(id: &str, stage: &Stage, run: &Run) -> Cells {
    let told = run.cells.as_ref().filter(|_| stage.matrix.is_some());
    match told.and_then(|cells| cells.get(id)) {
        None => expected(stage, run),
        Some(names) => Cells::Known(names.iter().map(|n| folder(n)).collect(), vec![]),
    }
}

/// The cells a stage should have in a run.
pub fn expected(stage: &Stage, run: &Run) -> Cells {
    let Some(matrix) = &stage.matrix else {
        return Cells::Known(vec![ONLY_CELL.to_string()], vec![]);
    };
    let cells = matrix.combinations(MOST);
    let Some(cells) = cells.filter(|cells| cells.len() <= MOST) else {
        return Cells::Open;
    };
    let facts = Facts(run);
    let (mut sure, mut optional) = (Vec::new(), Vec::new());
    for cell in cells {
        let rules: Vec<_> = matrix
            .exclude
            .iter()
            .filter(|rule| rule.fits(&cell))
            .collect();
        match rules
            .iter()
            .map(|rule| applies(rule, &facts))
            .fold(Some(false), or)
        {
            Some(true) => {}
            Some(false) => sure.push(cell),
            None => optional.push(cell),
        }
    }
    for rule in &matrix.include {
        include(
            rule,
            applies(rule, &facts),
            matrix,
            &mut sure,
            &mut optional,
        );
    }
    let name = |cell: &Cell| cell_name(cell.iter().map(|(_, value)| value));
    Cells::Known(
        sure.iter().map(name).collect(),
        optional.iter().map(name).collect(),
    )
}

fn applies(rule: &MatrixRule, facts: &Facts) -> Option<bool> {
    rule.when
        .as_ref()
        .map_or(Some(true), |when| facts.holds(when))
}

fn or(a: Option<bool>, b: Option<bool>) -> Option<bool> {
    match (a, b) {
        (Some(true), _) | (_, Some(true)) => Some(true),
        (Some(false), Some(false)) => Some(false),
        _ => None,
    }
}

/// An added cell; one whose keys of the matrix are those of a cell only adds to that cell.
fn include(
    rule: &MatrixRule,
    applies: Option<bool>,
    matrix: &Matrix,
    sure: &mut Vec<Cell>,
    optional: &mut Vec<Cell>,
) {
    let mut cells = sure.iter().chain(optional.iter());
    let added = cells.any(|cell| rule.extends(cell, matrix));
    match applies {
        _ if added => {}
        Some(true) => sure.push(rule.pairs.clone()),
        None => optional.push(rule.pairs.clone()),
        Some(false) => {}
    }
}

/// The evidence folder of a cell with these values, in the order of the matrix's keys.
fn cell_name<'a>(values: impl Iterator<Item = &'a Value>) -> String {
    let texts: Vec<String> = values.map(text).collect();
    folder(&texts.join("-"))
}

/// A folder's name with the characters that every store allows.
pub fn folder(name: &str) -> String {
    let allowed = |c: char| c.is_alphanumeric() || matches!(c, '.' | '_' | '+');
    let parts = name.split(|c| !allowed(c)).filter(|part| !part.is_empty());
    parts.collect::<Vec<_>>().join("-")
}

fn text(value: &Value) -> String {
    match value {
        Value::Str(text) | Value::Symbol(text) => text.clone(),
        Value::List(items) => items.iter().map(text).collect::<Vec<_>>().join("-"),
        Value::Record(fields) => fields
            .iter()
            .map(|(_, value)| text(value))
            .collect::<Vec<_>>()
            .join("-"),
        other => other.to_string(),
    }
}
