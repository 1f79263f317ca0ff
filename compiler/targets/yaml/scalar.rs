//! Scalars on one line: takes a value, gives its spelling, plain where every reader would read
//! the same string back, else quoted. Knows nothing of indentation or comments.

use super::value::Yaml;
use std::fmt::Write;

/// Words that some reader takes for a boolean, a null, a default value or a merge, in any case.
const WORDS: [&str; 12] = [
    "y", "n", "yes", "no", "on", "off", "true", "false", "null", "~", "=", "<<",
];

/// What a byte's presence calls for a closer look at; bits, gathered over a whole string.
pub(super) mod marks {
    /// A control character other than those below.
    pub const CONTROL: u8 = 1;
    /// A tab.
    pub const TAB: u8 = 2;
    /// A line feed.
    pub const BREAK: u8 = 4;
    /// Part of a character beyond ASCII.
    pub const WIDE: u8 = 8;
    /// A colon.
    pub const COLON: u8 = 16;
    /// A hash sign.
    pub const HASH: u8 = 32;
}

enum Style {
    Plain,
    Single,
    Double,
}

/// Writes any value on one line. A list or a map comes here only when it is empty.
pub(super) fn write(out: &mut String, value: &Yaml) {
    match value {
        Yaml::Null => out.push_str("null"),
        Yaml::Bool(true) => out.push_str("true"),
        Yaml::Bool(false) => out.push_str("false"),
        // Writing to a `String` cannot fail.
        Yaml::Int(value) => _ = write!(out, "{value}"),
        Yaml::Float(value) => write_float(out, *value),
        Yaml::Str(text) => write_str(out, text),
        Yaml::Block(text) => write_str(out, text),
        Yaml::List(_) => out.push_str("[]"),
        Yaml::Map(_) => out.push_str("{}"),
    }
}

/// Writes a key. Workflows spell `on` plain and everything that reads them expects it so.
pub(super) fn write_key(out: &mut String, key: &str) {
    match key {
        "on" => out.push_str(key),
        _ => write_str(out, key),
    }
}

/// Whether a character must not stand in the text as it is: what no YAML reader accepts, what a
/// YAML 1.1 reader takes for a line break, and what would show a reader another order of letters.
pub(super) fn must_escape(c: char) -> bool {
    matches!(c,
        '\0'..='\u{1f}' | '\u{7f}'..='\u{9f}'
        | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}'
        | '\u{feff}' | '\u{fffe}' | '\u{ffff}')
}

/// Writes a character as a double-quoted string's escape.
pub(super) fn write_escape(out: &mut String, c: char) {
    match c {
        '\n' => out.push_str("\\n"),
        '\t' => out.push_str("\\t"),
        '\r' => out.push_str("\\r"),
        c if u32::from(c) <= 0xff => _ = write!(out, "\\x{:02x}", u32::from(c)),
        c => _ = write!(out, "\\u{:04x}", u32::from(c)),
    }
}

/// Prints the fewest digits that give the same float back, as 1.1 readers know floats: with a
/// point, and with a signed exponent if any.
fn write_float(out: &mut String, value: f64) {
    if value.is_nan() {
        return out.push_str(".nan");
    }
    if value.is_infinite() {
        return out.push_str(if value > 0.0 { ".inf" } else { "-.inf" });
    }
    let digits = format!("{value:?}");
    let Some((mantissa, exponent)) = digits.split_once('e') else {
        return out.push_str(&digits);
    };
    out.push_str(mantissa);
    out.push_str(if mantissa.contains('.') { "e" } else { ".0e" });
    out.push_str(if exponent.starts_with('-') { "" } else { "+" });
    out.push_str(exponent);
}

fn write_str(out: &mut String, text: &str) {
    match style(text) {
        Style::Plain => out.push_str(text),
        Style::Single => write_single(out, text),
        Style::Double => write_double(out, text),
    }
}

fn write_single(out: &mut String, text: &str) {
    out.push('\'');
    for (index, part) in text.split('\'').enumerate() {
        if index > 0 {
            out.push_str("''");
        }
        out.push_str(part);
    }
    out.push('\'');
}

fn write_double(out: &mut String, text: &str) {
    out.push('"');
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            c if must_escape(c) => write_escape(out, c),
            c => out.push(c),
        }
    }
    out.push('"');
}

fn style(text: &str) -> Style {
    let marks = scan(text);
    if marks & (marks::CONTROL | marks::TAB | marks::BREAK) != 0
        || (marks & marks::WIDE != 0 && text.chars().any(must_escape))
    {
        return Style::Double;
    }
    let has = |pair: [u8; 2]| text.as_bytes().windows(2).any(|window| window == pair);
    let misread = opens_badly(text)
        || text.ends_with([' ', ':'])
        || (marks & marks::COLON != 0 && has(*b": "))
        || (marks & marks::HASH != 0 && has(*b" #"))
        || is_retyped(text);
    if misread { Style::Single } else { Style::Plain }
}

/// The marks of all bytes. No early exit and no branches: this loop is the printer's hottest.
pub(super) fn scan(text: &str) -> u8 {
    text.bytes()
        .fold(0, |seen, byte| seen | MARKS[usize::from(byte)])
}

/// Each byte's mark; every `u8` has its place here.
const MARKS: [u8; 256] = {
    let mut marks = [0; 256];
    let mut byte = 0;
    while byte < marks.len() {
        marks[byte] = mark(byte);
        byte += 1;
    }
    marks
};

const fn mark(byte: usize) -> u8 {
    match byte {
        0x09 => marks::TAB,
        0x0a => marks::BREAK,
        0..0x20 | 0x7f => marks::CONTROL,
        0x23 => marks::HASH,
        0x3a => marks::COLON,
        0x80.. => marks::WIDE,
        _ => 0,
    }
}

/// Whether a reader would see an indicator, or nothing, where the string begins.
fn opens_badly(text: &str) -> bool {
    let bytes = text.as_bytes();
    match bytes.first() {
        None => true,
        Some(b'-') => bytes.len() == 1 || bytes.starts_with(b"- ") || bytes.starts_with(b"---"),
        Some(b'.') => bytes.starts_with(b"..."),
        Some(b' ' | b',' | b'[' | b']' | b'{' | b'}' | b'#' | b'&' | b'*' | b'!' | b'|') => true,
        Some(b'>' | b'\'' | b'"' | b'%' | b'@' | b'`' | b'?' | b':') => true,
        Some(_) => false,
    }
}

/// Whether some reader would make something other than a string of it.
fn is_retyped(text: &str) -> bool {
    let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
    match unsigned.as_bytes().first() {
        Some(b'0'..=b'9' | b'.') => is_numeric(unsigned) || is_date(unsigned),
        // The length alone spares most strings the comparison.
        _ => text.len() <= 5 && WORDS.iter().any(|word| word.eq_ignore_ascii_case(text)),
    }
}

/// Whether it looks like a number in any dialect, sexagesimals (`12:30`) and thousands marks
/// included. Wider than any one dialect: a version such as `1.2.3` counts too.
fn is_numeric(unsigned: &str) -> bool {
    let is = |word: &str| word.eq_ignore_ascii_case(unsigned);
    if is(".inf") || is(".nan") {
        return true;
    }
    if let [b'0', b'x' | b'X' | b'o' | b'O' | b'b' | b'B', digits @ ..] = unsigned.as_bytes() {
        return digits
            .iter()
            .all(|byte| byte.is_ascii_hexdigit() || *byte == b'_');
    }
    let (mantissa, exponent) = unsigned.split_once(['e', 'E']).unwrap_or((unsigned, ""));
    let exponent = exponent.strip_prefix(['+', '-']).unwrap_or(exponent);
    let digit = |byte: u8| byte.is_ascii_digit() || byte == b'_';
    mantissa.bytes().any(digit)
        && mantissa
            .bytes()
            .all(|byte| digit(byte) || matches!(byte, b'.' | b',' | b':'))
        && exponent.bytes().all(digit)
}

/// Whether it is a date, alone or before a time.
fn is_date(unsigned: &str) -> bool {
    let mut parts = unsigned.splitn(3, '-');
    let (Some(year), Some(month), Some(rest)) = (parts.next(), parts.next(), parts.next()) else {
        return false;
    };
    let day = rest.split(['T', 't', ' ']).next().unwrap_or_default();
    let digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    let short = |part: &str| matches!(part.len(), 1 | 2) && digits(part);
    year.len() == 4 && digits(year) && short(month) && short(day)
}
