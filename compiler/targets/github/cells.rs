//! The cells of a matrix by name. A cell is named by its values where those make good file
//! names, else by its number; the names are known here and again when the pipeline runs.

use super::context::Context;
use super::expressions::{Lower, Scope, Tree};
use super::text::constant;
use crate::plan::{Cell, Matrix, MatrixKey, MatrixRule, Value};

/// Name, and the condition under which the cell exists.
pub type Named = (String, Option<Tree>);

/// The most jobs a matrix may have on GitHub.
pub const LIMIT: usize = 256;

/// How the cell that runs is called, as the value of a key.
pub fn own_name(cx: &Context<'_>, matrix: &Matrix) -> String {
    if named(cx, matrix).is_none() {
        return Tree::path("strategy.job-index").wrapped();
    }
    let part = |key: &MatrixKey| Tree::path(format!("matrix.{}", key.name)).wrapped();
    let parts: Vec<String> = matrix.keys.iter().map(part).collect();
    parts.join("-")
}

/// The cells that must hand in their results; none where only the run knows them.
pub fn expected(cx: &Context<'_>, matrix: &Matrix) -> Vec<Named> {
    if let Some(cells) = named(cx, matrix) {
        return cells;
    }
    let conditional = |r: &MatrixRule| r.when.is_some();
    if matrix
        .exclude
        .iter()
        .chain(&matrix.include)
        .any(conditional)
    {
        return Vec::new();
    }
    let count = count(matrix).unwrap_or(0).min(LIMIT);
    (0..count).map(|i| (i.to_string(), None)).collect()
}

/// How many cells there are at most, if that is known.
pub fn count(matrix: &Matrix) -> Option<usize> {
    Some(combine(matrix)?.len())
}

/// A combination of values with the index of the conditional rule it depends on.
struct Combination {
    values: Cell,
    excluded_when: Option<Tree>,
}

/// Every combination, beyond the limit only so many as show that it is passed.
fn combine(matrix: &Matrix) -> Option<Vec<Cell>> {
    let mut cells = matrix.combinations(LIMIT * 4)?;
    for rule in matrix.exclude.iter().filter(|r| r.when.is_none()) {
        cells.retain(|cell| !rule.fits(cell));
    }
    for rule in &matrix.include {
        let extends = cells.iter().any(|cell| rule.extends(cell, matrix));
        if !extends {
            cells.push(rule.pairs.clone());
        }
    }
    Some(cells)
}

/// The cells with names made of their values, if every one can have such a name.
fn named(cx: &Context<'_>, matrix: &Matrix) -> Option<Vec<Named>> {
    let lower = Lower::new(cx, Scope::JobIf);
    let complete = |rule: &MatrixRule| {
        let has = |name: &str| rule.pairs.iter().any(|(key, _)| key == name);
        matrix.keys.iter().all(|key| has(&key.name))
    };
    if matrix.keys.is_empty() || !matrix.include.iter().all(complete) {
        return None;
    }
    let mut cells: Vec<Combination> = Vec::new();
    for values in matrix.combinations(LIMIT * 4)? {
        let fits = matrix.exclude.iter().filter(|r| r.fits(&values));
        let (sure, perhaps): (Vec<_>, Vec<_>) = fits.partition(|r| r.when.is_none());
        if sure.is_empty() {
            let whens = perhaps.iter().filter_map(|r| r.when.as_ref());
            let any = Tree::any(whens.map(|when| lower.truth(when)));
            let excluded_when = (any != Tree::Bool(false)).then_some(any);
            cells.push(Combination {
                values,
                excluded_when,
            });
        }
    }
    for rule in &matrix.include {
        if !cells.iter().any(|c| rule.extends(&c.values, matrix)) {
            let when = rule.when.as_ref().map(|when| lower.truth(when).negate());
            cells.push(Combination {
                values: rule.pairs.clone(),
                excluded_when: when,
            });
        }
    }
    let mut names = Vec::with_capacity(cells.len());
    for cell in cells {
        let name = name(&cell.values, matrix)?;
        if names.iter().any(|(other, _)| *other == name) {
            return None;
        }
        names.push((name, cell.excluded_when.map(Tree::negate)));
    }
    Some(names)
}

fn name(values: &Cell, matrix: &Matrix) -> Option<String> {
    let mut parts = Vec::new();
    for key in &matrix.keys {
        let (_, value) = values.iter().find(|(name, _)| *name == key.name)?;
        let text = match value {
            Value::Symbol(name) => super::runners::label(name).unwrap_or(name).to_string(),
            Value::Str(_) | Value::Bool(_) | Value::Number(..) => constant(value),
            _ => return None,
        };
        let fine = |c: char| c.is_ascii_alphanumeric() || "._-".contains(c);
        if text.is_empty() || !text.chars().all(fine) {
            return None;
        }
        parts.push(text);
    }
    Some(parts.join("-"))
}
