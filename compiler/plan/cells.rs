//! The cells of a matrix: which combinations of values its keys and rules make, and on which
//! machines they run.

use super::pipeline::{Matrix, MatrixRule, MatrixValues, Runner, Stage};
use super::value::Value;

/// The values of a cell by key.
pub type Cell = Vec<(String, Value)>;

impl Stage {
    /// The words of the machines it may run on: `ubuntu`, of a matrix each of its values.
    pub fn machines(&self) -> Vec<String> {
        let word = match &self.runner {
            None => "ubuntu",
            Some(Runner::Hosted(name)) => name,
            Some(Runner::Machine { .. }) => "machine",
            Some(Runner::Labels(_)) => "self_hosted",
            Some(Runner::Group(..)) => "group",
            Some(Runner::FromMatrix(key)) => {
                return self.matrix.iter().flat_map(|m| m.words(key)).collect();
            }
        };
        vec![word.to_string()]
    }
}

impl Matrix {
    /// The texts and symbols that a key takes, those of added cells too, as far as they are known;
    /// without those that are left out whatever the other keys say.
    pub fn words(&self, key: &str) -> Vec<String> {
        let never = |value: &&Value| {
            let mut always = self.exclude.iter().filter(|rule| rule.when.is_none());
            always.any(|rule| matches!(rule.pairs.as_slice(), [(k, v)] if k == key && v == *value))
        };
        let values = self.keys.iter().filter(|k| k.name == key);
        let values = values.flat_map(|k| match &k.values {
            MatrixValues::Known(values) => values.as_slice(),
            MatrixValues::From(_) => &[],
        });
        let values = values.filter(|v| !never(v));
        let added = self.include.iter().flat_map(|rule| &rule.pairs);
        let added = added
            .filter(|(name, _)| name == key)
            .map(|(_, value)| value);
        let words = values.chain(added).filter_map(Value::as_str);
        words.map(String::from).collect()
    }

    /// Every combination of the keys' values, before any rule; none if some values are known only
    /// at run time. Beyond `most` only so many as show that it is passed.
    pub fn combinations(&self, most: usize) -> Option<Vec<Cell>> {
        if self.keys.is_empty() {
            return Some(Vec::new());
        }
        let mut cells: Vec<Cell> = vec![Vec::new()];
        for key in &self.keys {
            let MatrixValues::Known(values) = &key.values else {
                return None;
            };
            let extended = |cell: &Cell| {
                let cell = cell.clone();
                values.iter().map(move |value| {
                    let mut cell = cell.clone();
                    cell.push((key.name.clone(), value.clone()));
                    cell
                })
            };
            let few = cells.iter().take(most.saturating_add(1));
            cells = few.flat_map(extended).collect();
        }
        Some(cells)
    }

    fn has(&self, key: &str) -> bool {
        self.keys.iter().any(|own| own.name == key)
    }
}

impl MatrixRule {
    /// Whether its pairs are those of a cell.
    pub fn fits(&self, cell: &Cell) -> bool {
        self.pairs.iter().all(|pair| cell.contains(pair))
    }

    /// Whether as an `include` it adds to this cell: no key of the matrix would be overwritten.
    pub fn extends(&self, cell: &Cell, matrix: &Matrix) -> bool {
        let mut shared = self.pairs.iter().filter(|(key, _)| matrix.has(key));
        shared.all(|pair| cell.contains(pair))
    }
}
