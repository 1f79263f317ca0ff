//! Numbers with glued units: `95%`, `20ms`, `1GiB`.

use crate::plan::Quantity;

/// Every built-in unit: its spelling, what it measures, and its size in base units as a decimal
/// exponent (exact) or a factor.
const UNITS: &[(&str, Quantity, Scale)] = &[
    ("", Quantity::Number, Scale::Ten(0)),
    ("%", Quantity::Ratio, Scale::Ten(-2)),
    ("pp", Quantity::Ratio, Scale::Ten(-2)),
    ("pt", Quantity::Points, Scale::Ten(0)),
    ("ns", Quantity::Duration, Scale::Ten(-9)),
    ("us", Quantity::Duration, Scale::Ten(-6)),
    ("ms", Quantity::Duration, Scale::Ten(-3)),
    ("s", Quantity::Duration, Scale::Ten(0)),
    ("m", Quantity::Duration, Scale::Times(60.0)),
    ("h", Quantity::Duration, Scale::Times(3_600.0)),
    ("d", Quantity::Duration, Scale::Times(86_400.0)),
    ("w", Quantity::Duration, Scale::Times(604_800.0)),
    ("B", Quantity::Bytes, Scale::Ten(0)),
    ("kB", Quantity::Bytes, Scale::Ten(3)),
    ("MB", Quantity::Bytes, Scale::Ten(6)),
    ("GB", Quantity::Bytes, Scale::Ten(9)),
    ("TB", Quantity::Bytes, Scale::Ten(12)),
    ("KiB", Quantity::Bytes, Scale::Times(1_024.0)),
    ("MiB", Quantity::Bytes, Scale::Times(1_048_576.0)),
    ("GiB", Quantity::Bytes, Scale::Times(1_073_741_824.0)),
    ("TiB", Quantity::Bytes, Scale::Times(1_099_511_627_776.0)),
    ("rps", Quantity::Rate, Scale::Ten(0)),
    ("rpm", Quantity::Rate, Scale::Over(60.0)),
    ("cores", Quantity::Cpu, Scale::Ten(0)),
];

/// How a unit relates to its base. Powers of ten shift the decimal point in the text, so that
/// `20ms` is the double nearest to 0.02 and not 20 ÷ 1000 with its error.
#[derive(Clone, Copy)]
enum Scale {
    Ten(i32),
    Times(f64),
    Over(f64),
}

/// Every built-in unit's spelling.
pub fn spellings() -> impl Iterator<Item = &'static str> {
    UNITS
        .iter()
        .map(|(unit, _, _)| *unit)
        .filter(|u| !u.is_empty())
}

/// The unit that is meant by what other systems and people write.
pub fn other_spelling(unit: &str) -> Option<&'static str> {
    Some(match unit {
        "sec" | "secs" | "second" | "seconds" => "s",
        "min" | "mins" | "minute" | "minutes" => "m",
        "hr" | "hrs" | "hour" | "hours" => "h",
        "day" | "days" => "d",
        "week" | "weeks" => "w",
        "msec" | "msecs" | "millis" | "milliseconds" => "ms",
        "percent" | "pct" => "%",
        "points" | "pts" => "pt",
        "k" | "K" | "kb" | "KB" => "kB",
        "mb" | "Mb" => "MB",
        "gb" | "Gb" | "G" => "GB",
        "tb" | "Tb" => "TB",
        "Ki" | "kib" => "KiB",
        "Mi" | "mib" => "MiB",
        "Gi" | "gib" => "GiB",
        "Ti" | "tib" => "TiB",
        "core" | "cpu" | "cpus" => "cores",
        _ => return None,
    })
}

/// A number in base units; `None` when the unit doesn't exist (or the digits are no number).
pub fn number(
    digits: &str,
    unit: &str,
    user_unit: impl Fn(&str) -> bool,
) -> Option<(f64, Quantity)> {
    let Some((_, quantity, scale)) = UNITS.iter().find(|(u, _, _)| *u == unit) else {
        let value = digits.parse().ok()?;
        return user_unit(unit).then(|| (value, Quantity::User(unit.to_string())));
    };
    let value = match scale {
        Scale::Ten(0) => digits.parse().ok()?,
        Scale::Ten(shift) => format!("{digits}e{shift}").parse().ok()?,
        Scale::Times(factor) => digits.parse::<f64>().ok()? * factor,
        Scale::Over(divisor) => digits.parse::<f64>().ok()? / divisor,
    };
    Some((value, quantity.clone()))
}

/// The unit a bare number most likely lacks, by what its place takes.
pub fn usual_unit(quantity: &Quantity) -> Option<&'static str> {
    Some(match quantity {
        Quantity::Ratio => "%",
        Quantity::Points => "pt",
        Quantity::Duration => "s",
        Quantity::Bytes => "MiB",
        Quantity::Rate => "rps",
        Quantity::Cpu => "cores",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn powers_of_ten_are_exact() {
        let read = |d, u| number(d, u, |_| false).map(|(n, _)| n);
        assert_eq!(read("20", "ms"), Some(0.02));
        assert_eq!(read("0.7", "%"), Some(0.007));
        assert_eq!(read("1", "GiB"), Some(1_073_741_824.0));
        assert_eq!(read("1", "parsec"), None);
    }
}
