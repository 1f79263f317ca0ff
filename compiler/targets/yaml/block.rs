//! Literal block scalars: takes a string, says whether a block carries it unchanged through
//! every reader, and gives the block's header and body.

use super::printer::{STEP, pad};
use super::scalar::{marks, must_escape, scan};
use std::fmt::Write;

/// What stands on the line of the key: `|`, an indentation indicator, a chomping indicator.
pub(super) struct Header {
    indented: bool,
    chomp: &'static str,
}

impl Header {
    /// Writes the header.
    pub(super) fn write(&self, out: &mut String) {
        out.push('|');
        if self.indented {
            // Writing to a `String` cannot fail.
            _ = write!(out, "{STEP}");
        }
        out.push_str(self.chomp);
    }
}

/// The header of the block for `text`, or none where a block cannot carry it: characters that
/// need an escape, tabs where indentation ends, or blanks alone on the first or last line, on
/// which readers differ.
pub(super) fn header(text: &str) -> Option<Header> {
    let body = text.trim_end_matches('\n');
    let first = body
        .trim_start_matches('\n')
        .split('\n')
        .next()
        .unwrap_or_default();
    let last = body.rsplit('\n').next().unwrap_or_default();
    if is_blank(first) || is_blank(last) || !is_carried(body) {
        return None;
    }
    let chomp = match text.len() - body.len() {
        0 => "-",
        1 => "",
        _ => "+",
    };
    Some(Header {
        indented: first.starts_with(' '),
        chomp,
    })
}

/// Writes the lines below the header; empty lines stay empty.
pub(super) fn write_body(out: &mut String, text: &str, indent: usize) {
    for line in text.lines() {
        if !line.is_empty() {
            pad(out, indent);
            out.push_str(line);
        }
        out.push('\n');
    }
}

fn is_blank(line: &str) -> bool {
    line.bytes().all(|byte| matches!(byte, b' ' | b'\t'))
}

fn is_carried(body: &str) -> bool {
    let seen = scan(body);
    let tab_opens_line = || body.split('\n').any(|line| line.starts_with('\t'));
    let escapes = || {
        body.chars()
            .any(|c| must_escape(c) && !matches!(c, '\n' | '\t'))
    };
    seen & marks::CONTROL == 0
        && !(seen & marks::TAB != 0 && tab_opens_line())
        && !(seen & marks::WIDE != 0 && escapes())
}
