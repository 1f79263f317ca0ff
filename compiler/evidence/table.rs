//! A report of many rows, each known by its key: benchmarks, endpoints, tasks, series; and what
//! the report says of all of them together.
//!
//! Takes numbers in base units (seconds, bytes, shares of 1), gives them by key and field. A
//! field that a row can't give holds the reason, so that a gate says it.

use std::collections::BTreeMap;

use super::{Made, Malformed, Reading, Sample, Sampled, quote};

/// The fields of one row.
pub type Row = BTreeMap<&'static str, Cell>;

/// One field of a row.
#[derive(Clone, Debug, PartialEq)]
pub enum Cell {
    /// A statistic of this report: two of them are not one.
    Value(Reading),
    /// What adds up over reports.
    Count(f64),
    /// Part and whole, kept apart so that reports can be added.
    Share(f64, f64),
    /// The least.
    Least(Reading),
    /// The greatest.
    Greatest(Reading),
    /// Each measurement.
    Each(Vec<Sample>),
    /// Why there is none: the end of a sentence that begins with the report.
    Lack(String),
}

/// Statistics, and the fields that hold what they are of.
const BEHIND: &[(&str, &str)] = &[
    ("mean", "times"),
    ("median", "times"),
    ("pass_rate", "passes"),
    ("score", "scores"),
    ("latency", "latencies"),
    ("value", "samples"),
];

/// What a field that is asked for gives.
#[derive(Clone, Debug, PartialEq)]
pub enum Measured {
    /// One number.
    One(Reading),
    /// Each measurement.
    Each(Vec<Sample>),
}

/// The rows that a key names.
#[derive(Debug)]
pub enum Chosen<'t> {
    /// The one of this key.
    One(&'t str, &'t Row),
    /// Those that a pattern fits, by key.
    Many(Vec<(&'t str, &'t Row)>),
}

/// The rows of a report.
#[derive(Clone, Debug)]
pub struct Table {
    /// The format.
    format: &'static str,
    /// What a row is: `benchmark`.
    what: &'static str,
    totals: Row,
    rows: BTreeMap<String, Row>,
    /// Shorter names, each with the keys it may mean.
    short: BTreeMap<String, Vec<String>>,
    notes: Vec<String>,
    /// When it was made, if it says so.
    pub(super) made: Option<Made>,
}

impl From<f64> for Cell {
    fn from(number: f64) -> Self {
        Cell::Value(Reading::from(number))
    }
}

impl Cell {
    /// A lack.
    pub fn lack(why: impl Into<String>) -> Self {
        Cell::Lack(why.into())
    }

    /// A number, or why there is none.
    pub fn or(number: Option<f64>, why: &str) -> Self {
        number.map_or_else(|| Cell::lack(why), Cell::from)
    }

    /// What it says.
    pub fn measured(&self) -> Result<Measured, Malformed> {
        Ok(match self {
            Cell::Value(reading) | Cell::Least(reading) | Cell::Greatest(reading) => {
                Measured::One(*reading)
            }
            Cell::Count(number) => Measured::One(Reading::from(*number)),
            Cell::Share(part, whole) if *whole > 0.0 => Measured::One(Reading::from(part / whole)),
            Cell::Share(..) => return Err(Malformed::new("saw nothing, so nothing was measured")),
            Cell::Each(samples) => Measured::Each(samples.clone()),
            Cell::Lack(why) => return Err(Malformed(why.clone())),
        })
    }

    fn merge(self, other: Self) -> Self {
        use Cell::*;
        let each = |a: Reading, b: Reading, pick: fn(f64, f64) -> f64| Reading {
            low: pick(a.low, b.low),
            high: pick(a.high, b.high),
        };
        match (self, other) {
            (Count(a), Count(b)) => Count(a + b),
            (Share(a, all), Share(b, more)) => Share(a + b, all + more),
            (Least(a), Least(b)) => Least(each(a, b, f64::min)),
            (Greatest(a), Greatest(b)) => Greatest(each(a, b, f64::max)),
            (Each(mut a), Each(b)) => {
                a.extend(b);
                Each(a)
            }
            (Lack(why), _) | (_, Lack(why)) => Lack(why),
            _ => Cell::lack("is of several runs, and this field can't be added up"),
        }
    }
}

impl Table {
    /// No row yet.
    pub fn new(format: &'static str, what: &'static str) -> Self {
        Self {
            format,
            what,
            totals: Row::new(),
            rows: BTreeMap::new(),
            short: BTreeMap::new(),
            notes: Vec::new(),
            made: None,
        }
    }

    /// Sets a field of the whole.
    pub fn total(&mut self, field: &'static str, cell: impl Into<Cell>) {
        self.totals.insert(field, cell.into());
    }

    /// Sets all fields of the whole.
    pub fn totals(&mut self, row: Row) {
        self.totals.extend(row);
    }

    /// Adds a row; an error if its key is taken, as nobody can say which of the two is meant.
    pub fn row(&mut self, key: impl Into<String>, row: Row) -> Result<(), Malformed> {
        let key = key.into();
        if self.rows.contains_key(&key) {
            return Err(Malformed(format!(
                "holds the {} {} twice",
                self.what,
                quote(&key)
            )));
        }
        self.rows.insert(key, row);
        Ok(())
    }

    /// Adds a row that has a shorter name, too, if no other row has it.
    pub fn row_named(
        &mut self,
        key: impl Into<String>,
        short: &str,
        row: Row,
    ) -> Result<(), Malformed> {
        let key = key.into();
        self.name(short, &key);
        self.row(key, row)
    }

    /// Gives a row another name.
    pub fn name(&mut self, short: &str, key: &str) {
        let keys = self.short.entry(short.to_string()).or_default();
        if short != key && !keys.iter().any(|k| k == key) {
            keys.push(key.to_string());
        }
    }

    /// The row of a key.
    pub fn row_of(&self, key: &str) -> Option<&Row> {
        self.rows.get(key)
    }

    /// Notes something for people: the end of a sentence that begins with the report.
    pub fn note(&mut self, note: impl Into<String>) {
        self.notes.push(note.into());
    }

    /// What was noted.
    pub fn notes(&self) -> &[String] {
        &self.notes
    }

    /// The keys, sorted.
    pub fn keys(&self) -> impl Iterator<Item = &str> {
        self.rows.keys().map(String::as_str)
    }

    /// The table, or that it holds no row.
    pub fn with_rows(self) -> Result<Self, Malformed> {
        match self.rows.is_empty() {
            true => Err(Malformed(format!(
                "holds no {}, so nothing was measured",
                self.what
            ))),
            false => Ok(self),
        }
    }

    /// A field of the whole.
    pub fn field(&self, name: &str) -> Result<Measured, Malformed> {
        self.cell(&self.totals, name)
    }

    /// A field of one row.
    pub fn field_of(&self, key: &str, row: &Row, name: &str) -> Result<Measured, Malformed> {
        self.cell(row, name).map_err(|Malformed(why)| {
            Malformed(format!("has no `{name}` of {}: it {why}", quote(key)))
        })
    }

    fn cell(&self, row: &Row, name: &str) -> Result<Measured, Malformed> {
        let absent = || {
            Malformed(format!(
                "has no `{name}` there: this {} report doesn't give it",
                self.format
            ))
        };
        row.get(name).ok_or_else(absent)?.measured()
    }

    /// The single measurements behind a field of the row of a key, or of the whole; none where
    /// the report doesn't hold them.
    pub fn samples(&self, key: Option<&str>, field: &str) -> Result<Option<Sampled>, Malformed> {
        let row = match key.map(|key| self.choose(key)).transpose()? {
            None => &self.totals,
            Some(Chosen::One(_, row)) => row,
            Some(Chosen::Many(rows)) => {
                let names = rows.len();
                return Err(Malformed(format!("is asked for {names} rows at once")));
            }
        };
        let list = BEHIND.iter().find(|(of, _)| *of == field);
        let list = list.and_then(|(_, list)| row.get(list));
        Ok(match (list, row.get(field)) {
            (Some(Cell::Each(samples)), _) | (_, Some(Cell::Each(samples))) => {
                (!samples.is_empty()).then(|| Sampled::Values(samples.clone()))
            }
            (_, Some(Cell::Share(passed, of))) if *of > 0.0 => Some(Sampled::Rate {
                passed: *passed as u64,
                of: *of as u64,
            }),
            _ => None,
        })
    }

    /// The rows of a key: the row of that name, or of that shorter name; else, with `*` in it,
    /// all that it fits.
    pub fn choose(&self, key: &str) -> Result<Chosen<'_>, Malformed> {
        if let Some((key, row)) = self.rows.get_key_value(key) {
            return Ok(Chosen::One(key, row));
        }
        let meant = self.short.get(key).map(Vec::as_slice).unwrap_or_default();
        match meant {
            [] => {}
            [one] => {
                if let Some((key, row)) = self.rows.get_key_value(one) {
                    return Ok(Chosen::One(key, row));
                }
            }
            [first, second, ..] => {
                return Err(Malformed(format!(
                    "has {} rows named {}: write {} or {}",
                    meant.len(),
                    quote(key),
                    quote(first),
                    quote(second)
                )));
            }
        }
        let fitting: Vec<_> = match key.contains('*') {
            true => self.rows.iter().filter(|(k, _)| fits(key, k)).collect(),
            false => vec![],
        };
        match fitting.is_empty() {
            true => Err(self.absent(key)),
            false => Ok(Chosen::Many(
                fitting.into_iter().map(|(k, r)| (k.as_str(), r)).collect(),
            )),
        }
    }

    /// That no row has this key, and which are like it.
    fn absent(&self, key: &str) -> Malformed {
        const SHOWN: usize = 3;
        let names = self.rows.keys().chain(self.short.keys());
        let mut near: Vec<(f64, &String)> = names.map(|name| (likeness(key, name), name)).collect();
        near.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(b.1)));
        near.dedup_by(|a, b| a.1 == b.1);
        let shown: Vec<_> = near.iter().take(SHOWN).map(|(_, k)| quote(k)).collect();
        let there = match shown.is_empty() {
            true => "there is none".to_string(),
            false => format!("nearest of {}: {}", self.rows.len(), shown.join(", ")),
        };
        Malformed(format!("has no {} {}; {there}", self.what, quote(key)))
    }

    /// Two reports as one: rows of one key become one row.
    pub fn merge(mut self, other: Self) -> Result<Self, Malformed> {
        if self.format != other.format {
            let (a, b) = (self.format, other.format);
            return Err(Malformed(format!("is {a} and {b}")));
        }
        self.totals = merge_rows(self.totals, other.totals);
        for (key, row) in other.rows {
            let merged = match self.rows.remove(&key) {
                Some(mine) => merge_rows(mine, row),
                None => row,
            };
            self.rows.insert(key, merged);
        }
        for (short, keys) in other.short {
            keys.iter().for_each(|key| self.name(&short, key));
        }
        self.notes.extend(other.notes);
        Ok(self)
    }
}

/// Two rows of one key as one. A field that one of them lacks is lacking.
fn merge_rows(mut a: Row, b: Row) -> Row {
    let mut merged = Row::new();
    for (field, other) in b {
        let cell = match a.remove(field) {
            Some(cell) => cell.merge(other),
            None => Cell::lack("is of several runs, and one of them doesn't give this field"),
        };
        merged.insert(field, cell);
    }
    let why = "is of several runs, and one of them doesn't give this field";
    merged.extend(a.into_keys().map(|field| (field, Cell::lack(why))));
    merged
}

/// How alike two names are, from 0 to 1; a part of a name is more like it than any other.
fn likeness(wanted: &str, name: &str) -> f64 {
    let (a, b) = (wanted.to_lowercase(), name.to_lowercase());
    let part = !a.is_empty() && (b.contains(&a) || a.contains(&b));
    f64::from(u8::from(part)) + strsim::normalized_damerau_levenshtein(&a, &b)
}

/// Whether a pattern with `*` for any text fits a whole name.
fn fits(pattern: &str, name: &str) -> bool {
    let mut parts = pattern.split('*');
    let first = parts.next().unwrap_or_default();
    let Some(mut rest) = name.strip_prefix(first) else {
        return false;
    };
    let mut last = None;
    for part in parts {
        if let Some(middle) = last.replace(part) {
            match rest.find(middle) {
                Some(at) => rest = rest.get(at + middle.len()..).unwrap_or_default(),
                None => return false,
            }
        }
    }
    match last {
        Some(last) => rest.ends_with(last),
        None => rest.is_empty(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table() -> Table {
        let mut table = Table::new("bench", "benchmark");
        for (key, short, number) in [
            ("a.py::encode", "encode", 1.0),
            ("a.py::decode", "decode", 2.0),
            ("b.py::encode", "encode", 3.0),
        ] {
            let row = Row::from([
                ("mean", Cell::from(number)),
                ("runs", Cell::Count(number)),
                ("rate", Cell::Share(number, 4.0)),
                ("max", Cell::Greatest(Reading::from(number))),
            ]);
            table.row_named(key, short, row).unwrap();
        }
        table
    }

    fn says(found: Result<Chosen<'_>, Malformed>, text: &str) {
        assert!(
            matches!(&found, Err(Malformed(m)) if m.contains(text)),
            "{found:?}"
        );
    }

    #[test]
    fn keys_name_one_row_or_say_which_are_near() {
        let table = table();
        assert!(matches!(
            table.choose("decode"),
            Ok(Chosen::One("a.py::decode", _))
        ));
        assert!(matches!(table.choose("b.py::encode"), Ok(Chosen::One(..))));
        says(table.choose("encode"), "2 rows named \"encode\"");
        says(
            table.choose("decod"),
            "no benchmark \"decod\"; nearest of 3: \"decode\"",
        );
        says(table.choose("z*"), "no benchmark");
        says(Table::new("x", "task").choose("a"), "there is none");
    }

    #[test]
    fn patterns_name_many_rows() {
        let table = table();
        for (pattern, rows) in [("*", 3), ("a.py::*", 2), ("*::encode", 2), ("*.py*co*e", 3)] {
            let Ok(Chosen::Many(found)) = table.choose(pattern) else {
                panic!("{pattern}")
            };
            assert_eq!(found.len(), rows, "{pattern}");
        }
        assert!(!fits("ab*ba", "aba"));
        assert!(fits("ab*ba", "abba"));
    }

    #[test]
    fn a_key_that_stands_twice_is_an_error() {
        let mut table = table();
        assert!(table.row("a.py::encode", Row::new()).is_err());
    }

    #[test]
    fn reports_add_up_where_they_can() {
        let both = table().merge(table()).unwrap();
        let Ok(Chosen::One(key, row)) = both.choose("decode") else {
            panic!("a row")
        };
        let one = |n: f64| Ok(Measured::One(Reading::from(n)));
        assert_eq!(both.field_of(key, row, "runs"), one(4.0));
        assert_eq!(both.field_of(key, row, "rate"), one(0.5));
        assert_eq!(both.field_of(key, row, "max"), one(2.0));
        assert!(both.field_of(key, row, "mean").is_err());
        assert!(both.field_of(key, row, "nonsense").is_err());
        assert!(table().merge(Table::new("other", "task")).is_err());
    }
}
