//! Values known at compile time, with their units.

use std::fmt;

/// What a number measures. Values are held in the base unit named here.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Quantity {
    /// A plain number.
    Number,
    /// A whole number of things.
    Count,
    /// A share; base: 1 (`85%` is 0.85).
    Ratio,
    /// Points of a score; base: 1 point.
    Points,
    /// Time; base: seconds.
    Duration,
    /// Memory; base: bytes.
    Bytes,
    /// Events in time; base: per second.
    Rate,
    /// Processors; base: cores.
    Cpu,
    /// A unit declared with `unit NAME`; base: 1.
    User(String),
}

impl Quantity {
    /// The type's name in the language.
    pub fn name(&self) -> &str {
        match self {
            Quantity::Number => "number",
            Quantity::Count => "count",
            Quantity::Ratio => "ratio",
            Quantity::Points => "points",
            Quantity::Duration => "duration",
            Quantity::Bytes => "bytes",
            Quantity::Rate => "rate",
            Quantity::Cpu => "cpu",
            Quantity::User(name) => name,
        }
    }
}

/// A value.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// `true`, `false`
    Bool(bool),
    /// Text.
    Str(String),
    /// A number with what it measures, in the base unit.
    Number(f64, Quantity),
    /// A member of a closed set.
    Symbol(String),
    /// A list.
    List(Vec<Value>),
    /// A record; keys in source order.
    Record(Vec<(String, Value)>),
    /// `3..10`
    Range(Box<Value>, Box<Value>),
    /// `none`
    None,
}

impl Value {
    /// The text of a string or symbol.
    pub fn as_str(&self) -> Option<&str> {
        match self {
            Value::Str(s) | Value::Symbol(s) => Some(s),
            _ => None,
        }
    }
    /// The number in its base unit.
    pub fn as_number(&self) -> Option<f64> {
        match self {
            Value::Number(n, _) => Some(*n),
            _ => None,
        }
    }
    /// The truth value.
    pub fn as_bool(&self) -> Option<bool> {
        match self {
            Value::Bool(b) => Some(*b),
            _ => None,
        }
    }
    /// The members of a list, or the value itself as the only one.
    pub fn as_list(&self) -> &[Value] {
        match self {
            Value::List(items) => items,
            other => std::slice::from_ref(other),
        }
    }
}

/// The shortest decimal text of a number; whole numbers carry no fraction.
pub fn decimal(number: f64) -> String {
    // 15 significant digits hide the binary error of a scaled decimal (0.07 * 100).
    let rounded: f64 = format!("{number:.14e}").parse().unwrap_or(number);
    format!("{rounded}")
}

impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Value::Bool(b) => write!(f, "{b}"),
            Value::Str(s) => write!(f, "{s:?}"),
            Value::Symbol(s) => write!(f, "{s}"),
            Value::Number(n, quantity) => write!(f, "{}", show(*n, quantity)),
            Value::List(items) => {
                let parts: Vec<_> = items.iter().map(ToString::to_string).collect();
                write!(f, "[{}]", parts.join(", "))
            }
            Value::Record(fields) => {
                let parts: Vec<_> = fields.iter().map(|(k, v)| format!("{k} = {v}")).collect();
                write!(f, "{{ {} }}", parts.join(", "))
            }
            Value::Range(low, high) => write!(f, "{low}..{high}"),
            Value::None => write!(f, "none"),
        }
    }
}

/// A number as people write it, in the largest unit that divides it well.
fn show(number: f64, quantity: &Quantity) -> String {
    let scaled = |units: &[(f64, &str)]| {
        // The largest unit that says it in at most two decimals: 2GB is no 1.86264514923096GiB.
        let short = |size: &f64| (number / size * 100.0).fract().abs() < 1e-9;
        let pick = units
            .iter()
            .find(|(size, _)| number.abs() >= *size && short(size));
        match pick {
            Some((size, unit)) => format!("{}{unit}", decimal(number / size)),
            None => format!("{}B", decimal(number)),
        }
    };
    match quantity {
        Quantity::Number | Quantity::Count => decimal(number),
        Quantity::Ratio => format!("{}%", decimal(number * 100.0)),
        Quantity::Points => format!("{}pt", decimal(number)),
        Quantity::Duration => duration(number),
        Quantity::Bytes => scaled(&[
            (1024f64.powi(4), "TiB"),
            (1e12, "TB"),
            (1024f64.powi(3), "GiB"),
            (1e9, "GB"),
            (1024f64.powi(2), "MiB"),
            (1e6, "MB"),
            (1024.0, "KiB"),
            (1.0, "B"),
        ]),
        Quantity::Rate => format!("{}rps", decimal(number)),
        Quantity::Cpu => format!("{}cores", decimal(number)),
        Quantity::User(unit) => format!("{}{unit}", decimal(number)),
    }
}

/// Seconds as people write a duration: `90s`, `5m`, `1.5h`, `20ms`.
pub fn duration(seconds: f64) -> String {
    const UNITS: &[(f64, &str)] = &[
        (604_800.0, "w"),
        (86_400.0, "d"),
        (3_600.0, "h"),
        (60.0, "m"),
        (1.0, "s"),
    ];
    if seconds == 0.0 {
        return "0s".to_string();
    }
    if seconds.abs() < 1.0 {
        return format!("{}ms", decimal(seconds * 1000.0));
    }
    let whole = |size: f64| (seconds / size).fract().abs() < 1e-9;
    // Weeks only for whole weeks over one, so that 7d stays 7d.
    match UNITS
        .iter()
        .skip(1)
        .find(|(size, _)| seconds.abs() >= *size && whole(*size))
    {
        Some((size, unit)) => format!("{}{unit}", decimal(seconds / size)),
        None => format!("{}s", decimal(seconds)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_read_as_they_were_written() {
        let show = |n, q| Value::Number(n, q).to_string();
        assert_eq!(show(0.07, Quantity::Ratio), "7%");
        assert_eq!(show(0.02, Quantity::Duration), "20ms");
        assert_eq!(show(5400.0, Quantity::Duration), "90m");
        assert_eq!(show(604_800.0, Quantity::Duration), "7d");
        assert_eq!(show(1_073_741_824.0, Quantity::Bytes), "1GiB");
        assert_eq!(show(2e9, Quantity::Bytes), "2GB");
        assert_eq!(show(0.5, Quantity::Cpu), "0.5cores");
        assert_eq!(show(90.0, Quantity::Points), "90pt");
    }
}
