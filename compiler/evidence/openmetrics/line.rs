//! One line of the text format.

use std::collections::BTreeMap;

use crate::evidence::{Malformed, quote};

/// What a line says.
pub enum Line {
    /// A comment, a help text or nothing.
    Nothing,
    /// A unit, which only OpenMetrics has.
    Unit,
    /// `# EOF`
    End,
    /// A family and its kind.
    Kind(String, String),
    /// A value of a series.
    Sample(Sample),
}

/// A value of a series.
pub struct Sample {
    /// The series as the report writes it.
    pub written: String,
    pub name: String,
    pub labels: BTreeMap<String, String>,
    pub value: f64,
    /// Whether an exemplar follows, which only OpenMetrics has.
    pub exemplar: bool,
}

/// A series as Prometheus writes it, its labels sorted.
pub fn series(name: &str, labels: &BTreeMap<String, String>) -> String {
    if labels.is_empty() {
        return name.to_string();
    }
    let escaped = |text: &str| {
        text.replace('\\', r"\\")
            .replace('"', "\\\"")
            .replace('\n', r"\n")
    };
    let each: Vec<_> = labels
        .iter()
        .map(|(label, value)| format!("{label}=\"{}\"", escaped(value)))
        .collect();
    format!("{name}{{{}}}", each.join(","))
}

/// A number as the format writes it.
pub fn number(text: &str) -> Option<f64> {
    match text.to_ascii_lowercase().as_str() {
        "+inf" | "inf" => Some(f64::INFINITY),
        "-inf" => Some(f64::NEG_INFINITY),
        "nan" => Some(f64::NAN),
        other => other.parse().ok(),
    }
}

/// Reads a line.
pub fn parse(text: &str) -> Result<Line, Malformed> {
    let text = text.trim();
    let Some(comment) = text.strip_prefix('#') else {
        return match text.is_empty() {
            true => Ok(Line::Nothing),
            false => sample(text).map(Line::Sample),
        };
    };
    let mut words = comment.split_whitespace();
    Ok(match (words.next(), words.next(), words.next()) {
        (Some("EOF"), None, _) => Line::End,
        (Some("UNIT"), ..) => Line::Unit,
        (Some("TYPE"), Some(family), Some(kind)) => Line::Kind(family.into(), kind.into()),
        _ => Line::Nothing,
    })
}

fn sample(text: &str) -> Result<Sample, Malformed> {
    let wrong = || Malformed(format!("is no Prometheus text: {}", quote(text)));
    let end = text
        .find(|c: char| c == '{' || c.is_whitespace())
        .ok_or_else(wrong)?;
    let (name, rest) = text.split_at(end);
    let (labels, rest) = match rest.strip_prefix('{') {
        Some(inner) => labels(inner).ok_or_else(wrong)?,
        None => (BTreeMap::new(), rest),
    };
    let written = text.strip_suffix(rest).unwrap_or(text);
    let legal = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == ':';
    let starts = !name.starts_with(|c: char| c.is_ascii_digit());
    if name.is_empty() || !starts || !name.chars().all(legal) {
        return Err(wrong());
    }
    let (rest, exemplar) = match rest.split_once(" # ") {
        Some((rest, _)) => (rest, true),
        None => (rest, false),
    };
    let mut words = rest.split_whitespace();
    let value = words.next().and_then(number).ok_or_else(wrong)?;
    let time = words.next().map(str::parse::<f64>);
    if words.next().is_some() || time.is_some_and(|t| t.is_err()) {
        return Err(wrong());
    }
    Ok(Sample {
        written: written.trim().to_string(),
        name: name.to_string(),
        labels,
        value,
        exemplar,
    })
}

/// Labels up to the closing brace, and what follows it; none of what is broken or said twice.
fn labels(mut text: &str) -> Option<(BTreeMap<String, String>, &str)> {
    let mut labels = BTreeMap::new();
    loop {
        text = text.trim_start();
        if let Some(rest) = text.strip_prefix('}') {
            return Some((labels, rest));
        }
        let (label, rest) = text.split_once('=')?;
        let (value, rest) = quoted(rest.trim_start().strip_prefix('"')?)?;
        if labels.insert(label.trim().to_string(), value).is_some() {
            return None;
        }
        text = rest.trim_start();
        text = text.strip_prefix(',').unwrap_or(text);
    }
}

/// Text up to the closing quote, unescaped, and what follows it.
fn quoted(text: &str) -> Option<(String, &str)> {
    let mut value = String::new();
    let mut chars = text.char_indices();
    while let Some((at, c)) = chars.next() {
        match c {
            '"' => return Some((value, text.get(at + 1..)?)),
            '\\' => match chars.next()?.1 {
                'n' => value.push('\n'),
                other => value.push(other),
            },
            c => value.push(c),
        }
    }
    None
}
