//! Any CSV, as data: rows by their first column, if that tells them apart, else a list.
//!
//! A row has all of its columns, so `["resnet.accuracy"]` is a cell, `["*.accuracy"]` a column of
//! either shape, and `[model = "resnet"]` a selection. A cell is a number where it is written as
//! one, nothing where it is empty, else text: `NaN` is text, and no gate takes it for a number.

use std::collections::BTreeMap;
use std::io::BufRead;

use super::{Data, Malformed, Measurements, quote};

/// The most cells that are read: they are held in memory.
const MOST_CELLS: usize = 4_000_000;

/// Reads a table, row by row.
pub fn read(input: &mut dyn BufRead) -> Result<Measurements, Malformed> {
    let sheet = Sheet::read(input)?;
    let Some(first) = sheet.columns.first() else {
        return Err(Malformed::new("has no column"));
    };
    if sheet.len() == 0 {
        return Err(Malformed::new("has no row below its header"));
    }
    let record = |row: &Vec<String>| {
        let cells = sheet.columns.iter().zip(row);
        Data::Record(cells.map(|(c, text)| (c.clone(), cell(text))).collect())
    };
    let keys: BTreeMap<&str, usize> = sheet
        .rows
        .iter()
        .enumerate()
        .filter_map(|(at, row)| Some((row.first()?.as_str(), at)))
        .collect();
    let distinct = keys.len() == sheet.len() && !first.is_empty();
    Ok(Measurements::Data(match distinct {
        true => Data::Record(
            keys.into_iter()
                .filter_map(|(key, at)| Some((key.to_string(), record(sheet.rows.get(at)?))))
                .collect(),
        ),
        false => Data::List(sheet.rows.iter().map(record).collect()),
    }))
}

/// A cell as data.
fn cell(text: &str) -> Data {
    let text = text.trim();
    // `007` is a name, and so are `+1`, `inf` and `NaN`.
    let digits = text.strip_prefix('-').unwrap_or(text);
    let plain = digits.starts_with(|c: char| c.is_ascii_digit() || c == '.');
    let zeros =
        digits.starts_with('0') && digits.chars().nth(1).is_some_and(|c| c.is_ascii_digit());
    let number = text.parse().ok().filter(|n: &f64| n.is_finite());
    match number.filter(|_| plain && !zeros) {
        Some(number) => Data::Number(number),
        None if text.is_empty() => Data::Null,
        None => Data::Text(text.to_string()),
    }
}

/// A header and rows that are as long.
pub struct Sheet {
    columns: Vec<String>,
    rows: Vec<Vec<String>>,
}

impl Sheet {
    /// Reads a table with a header.
    pub fn read(input: impl std::io::Read) -> Result<Self, Malformed> {
        let mut reader = csv::ReaderBuilder::new().from_reader(input);
        let header = reader.headers().map_err(|error| explain(&error))?;
        let columns: Vec<String> = header.iter().map(|c| c.trim().to_string()).collect();
        for (at, column) in columns.iter().enumerate() {
            if columns.iter().take(at).any(|c| c == column) {
                return Err(Malformed(format!("has two columns {}", quote(column))));
            }
        }
        let mut rows = Vec::new();
        for record in reader.records() {
            let record = record.map_err(|error| explain(&error))?;
            if (rows.len() + 1).saturating_mul(columns.len()) > MOST_CELLS {
                return Err(Malformed(format!("has more than {MOST_CELLS} cells")));
            }
            rows.push(record.iter().map(str::to_string).collect());
        }
        Ok(Self { columns, rows })
    }

    /// How many rows there are below the header.
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// Whether there is a column.
    pub fn has(&self, column: &str) -> bool {
        self.columns.iter().any(|c| c == column)
    }

    /// A cell.
    pub fn cell(&self, row: usize, column: &str) -> Option<&str> {
        let at = self.columns.iter().position(|c| c == column)?;
        self.rows.get(row)?.get(at).map(|text| text.trim())
    }
}

fn explain(error: &csv::Error) -> Malformed {
    let line = error.position().map_or(0, csv::Position::line);
    Malformed(match error.kind() {
        csv::ErrorKind::UnequalLengths {
            expected_len, len, ..
        } => format!(
            "ends in the middle or is no CSV: line {line} has {len} cells of {expected_len}"
        ),
        csv::ErrorKind::Utf8 { .. } => format!("is not UTF-8 in line {line}"),
        csv::ErrorKind::Io(error) => format!("can't be read: {error}"),
        _ => format!("is not CSV: {}", quote(&error.to_string())),
    })
}
