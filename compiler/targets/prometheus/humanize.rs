//! What Prometheus' template functions make of a number, digit for digit, so that the generated
//! tests can say the exact text of an alert.

/// The result of the template function of that name.
pub fn apply(function: &str, value: f64) -> String {
    match function {
        "humanizeDuration" => duration(value),
        "humanizePercentage" => format!("{}%", general(value * 100.0)),
        "humanize1024" => binary(value),
        _ => metric(value),
    }
}

const SMALL: [&str; 8] = ["m", "u", "n", "p", "f", "a", "z", "y"];
const LARGE: [&str; 8] = ["k", "M", "G", "T", "P", "E", "Z", "Y"];

fn metric(value: f64) -> String {
    if value == 0.0 || !value.is_finite() {
        return general(value);
    }
    if value.abs() >= 1.0 {
        return scaled_up(value, 1000.0, &LARGE, "");
    }
    let (number, prefix) = scaled_down(value);
    format!("{}{prefix}", general(number))
}

fn binary(value: f64) -> String {
    if value.abs() <= 1.0 || !value.is_finite() {
        return general(value);
    }
    scaled_up(
        value,
        1024.0,
        &["k", "M", "G", "T", "P", "E", "Z", "Y"],
        "i",
    )
}

fn scaled_up(mut value: f64, step: f64, prefixes: &[&str], ending: &str) -> String {
    let mut prefix = String::new();
    for next in prefixes {
        if value.abs() < step {
            break;
        }
        prefix = format!("{next}{ending}");
        value /= step;
    }
    format!("{}{prefix}", general(value))
}

fn scaled_down(mut value: f64) -> (f64, &'static str) {
    let mut prefix = "";
    for next in SMALL {
        if value.abs() >= 1.0 {
            break;
        }
        prefix = next;
        value *= 1000.0;
    }
    (value, prefix)
}

fn duration(value: f64) -> String {
    if value == 0.0 || !value.is_finite() {
        return format!("{}{}", general(value), if value == 0.0 { "s" } else { "" });
    }
    if value.abs() < 1.0 {
        let (number, prefix) = scaled_down(value);
        return format!("{}{prefix}s", general(number));
    }
    let sign = if value < 0.0 { "-" } else { "" };
    let value = value.abs();
    let whole = value as u64;
    let (days, hours) = (whole / 86_400, (whole / 3_600) % 24);
    let (minutes, seconds) = ((whole / 60) % 60, whole % 60);
    if days > 0 {
        format!("{sign}{days}d {hours}h {minutes}m {seconds}s")
    } else if hours > 0 {
        format!("{sign}{hours}h {minutes}m {seconds}s")
    } else if minutes > 0 {
        format!("{sign}{minutes}m {seconds}s")
    } else {
        format!("{sign}{}s", general(value))
    }
}

/// Go's `%.4g`.
fn general(value: f64) -> String {
    if value.is_nan() {
        return "NaN".to_string();
    }
    if value.is_infinite() {
        return if value > 0.0 { "+Inf" } else { "-Inf" }.to_string();
    }
    let scientific = format!("{value:.3e}");
    let (digits, exponent) = scientific.split_once('e').unwrap_or((&scientific, "0"));
    let exponent: i32 = exponent.parse().unwrap_or(0);
    if (-4..4).contains(&exponent) {
        let places = usize::try_from(3 - exponent).unwrap_or(0);
        return trimmed(&format!("{value:.places$}")).to_string();
    }
    let sign = if exponent < 0 { '-' } else { '+' };
    format!("{}e{sign}{:02}", trimmed(digits), exponent.abs())
}

fn trimmed(number: &str) -> &str {
    if number.contains('.') {
        number.trim_end_matches('0').trim_end_matches('.')
    } else {
        number
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_come_out_as_prometheus_shows_them() {
        let cases = [
            ("humanize", 0.0, "0"),
            ("humanize", 1234.567, "1.235k"),
            ("humanize", 0.00123, "1.23m"),
            ("humanize", -999.0, "-999"),
            ("humanize1024", 1_073_741_824.0, "1Gi"),
            ("humanize1024", 1023.0, "1023"),
            ("humanize1024", 0.5, "0.5"),
            ("humanizePercentage", 0.0101, "1.01%"),
            ("humanizePercentage", 123.0, "1.23e+04%"),
            ("humanizePercentage", 0.000_000_5, "5e-05%"),
            ("humanizeDuration", 0.0202, "20.2ms"),
            ("humanizeDuration", 0.0, "0s"),
            ("humanizeDuration", 59.5, "59.5s"),
            ("humanizeDuration", 90.4, "1m 30s"),
            ("humanizeDuration", -90_061.0, "-1d 1h 1m 1s"),
        ];
        for (function, value, text) in cases {
            assert_eq!(apply(function, value), text, "{function} {value}");
        }
    }
}
