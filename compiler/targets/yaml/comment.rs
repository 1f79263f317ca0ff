//! Comments: takes any text, gives `#` lines that it cannot break out of.

use super::printer::pad;
use super::scalar::{must_escape, write_escape};

/// Writes each line of `text` as a comment line of its own.
pub(super) fn write_above(out: &mut String, text: &str, indent: usize) {
    let text = text
        .strip_suffix("\r\n")
        .or(text.strip_suffix(is_break))
        .unwrap_or(text);
    for line in lines(text) {
        pad(out, indent);
        out.push('#');
        write_line(out, line);
        out.push('\n');
    }
}

/// Writes `text`, its lines joined, as the end of a line.
pub(super) fn write_trailing(out: &mut String, text: &str) {
    let mut written = lines(text).filter(|line| !line.is_empty()).peekable();
    if written.peek().is_some() {
        out.push_str(" #");
    }
    for line in written {
        write_line(out, line);
    }
}

fn write_line(out: &mut String, line: &str) {
    if !line.is_empty() {
        out.push(' ');
    }
    for c in line.chars() {
        match c {
            '\t' => out.push(c),
            c if must_escape(c) => write_escape(out, c),
            c => out.push(c),
        }
    }
}

fn lines(text: &str) -> impl Iterator<Item = &str> {
    text.split("\r\n")
        .flat_map(|part| part.split(is_break))
        .map(str::trim_end)
}

/// Line breaks of YAML 1.1, the wider set.
fn is_break(c: char) -> bool {
    matches!(c, '\n' | '\r' | '\u{85}' | '\u{2028}' | '\u{2029}')
}
