//! The cells of a stage's matrix, by the names of their evidence folders.
//!
//! A cell's folder is named by its values in the order of the keys, joined by `-`; every other
//! character than letters, digits, `.`, `_`, `+` becomes `-`. The target that writes the folders
//! and the judge that reads them share [`cell_name`].

use super::Run;
use super::eval::Facts;
use crate::evidence::ONLY_CELL;
use crate::plan::{Matrix, MatrixRule, MatrixValues, Stage, Value};

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

type Cell = Vec<(String, Value)>;

/// The cells that a stage had in a run: those told, else those the program says.
pub fn of_run(id: &str, stage: &Stage, run: &Run) -> Cells {
    let told = run.cells.as_ref().filter(|_| stage.matrix.is_some());
    match told.map(|cells| cells.get(id)) {
        None => expected(stage, run),
        Some(None) => Cells::Open,
        Some(Some(names)) => Cells::Known(names.iter().map(|n| folder(n)).collect(), vec![]),
    }
}

/// The cells a stage should have in a run.
pub fn expected(stage: &Stage, run: &Run) -> Cells {
    let Some(matrix) = &stage.matrix else {
        return Cells::Known(vec![ONLY_CELL.to_string()], vec![]);
    };
    let Some(product) = product(matrix) else {
        return Cells::Open;
    };
    let facts = Facts(run);
    let (mut sure, mut optional) = (Vec::new(), Vec::new());
    for cell in product {
        let rules: Vec<_> = matrix
            .exclude
            .iter()
            .filter(|rule| fits(rule, &cell))
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

/// Whether a rule's pairs are those of a cell.
fn fits(rule: &MatrixRule, cell: &Cell) -> bool {
    rule.pairs.iter().all(|pair| cell.contains(pair))
}

/// Every combination of the keys' values; none if some are known only at run time.
fn product(matrix: &Matrix) -> Option<Vec<Cell>> {
    if matrix.keys.is_empty() {
        return Some(Vec::new());
    }
    let mut cells: Vec<Cell> = vec![Vec::new()];
    for key in &matrix.keys {
        let MatrixValues::Known(values) = &key.values else {
            return None;
        };
        let extend = |cell: &Cell, value: &Value| {
            let mut cell = cell.clone();
            cell.push((key.name.clone(), value.clone()));
            cell
        };
        cells = cells
            .iter()
            .flat_map(|c| values.iter().map(move |v| extend(c, v)))
            .collect();
        if cells.len() > MOST {
            return None;
        }
    }
    Some(cells)
}

/// An added cell; one whose keys of the matrix are those of a cell only adds to that cell.
fn include(
    rule: &MatrixRule,
    applies: Option<bool>,
    matrix: &Matrix,
    sure: &mut Vec<Cell>,
    optional: &mut Vec<Cell>,
) {
    let of_matrix = |name: &str| matrix.keys.iter().any(|key| key.name == name);
    let extends = |cell: &Cell| {
        let mut pairs = rule.pairs.iter().filter(|(name, _)| of_matrix(name));
        pairs.all(|pair| cell.contains(pair))
    };
    let added = sure.iter().chain(optional.iter()).any(extends);
    match applies {
        _ if added => {}
        Some(true) => sure.push(rule.pairs.clone()),
        None => optional.push(rule.pairs.clone()),
        Some(false) => {}
    }
}

/// The evidence folder of a cell with these values, in the order of the matrix's keys.
pub fn cell_name<'a>(values: impl Iterator<Item = &'a Value>) -> String {
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
