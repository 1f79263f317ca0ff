//! The nesting limit, kept before anything recurses.
//!
//! Takes a text; where brackets nest beyond [`LIMIT`], gives a copy in which that stretch is
//! replaced, byte for byte, by a sign that the grammar reads as one node. It reads strings and
//! comments as the grammar does, and never counts less than the grammar nests.

use std::borrow::Cow;
use std::ops::Range;

/// How deep brackets of any kind may nest.
pub const LIMIT: usize = 64;

/// What stands in the copy for each byte beyond the limit.
const COVER: u8 = 1;

/// The text as it may be parsed, and the stretches that were covered.
pub fn cover(text: &str) -> (Cow<'_, str>, Vec<Range<usize>>) {
    let deep = stretches(text.as_bytes());
    if deep.is_empty() {
        return (Cow::Borrowed(text), deep);
    }
    let mut copy = String::with_capacity(text.len());
    let mut end = 0;
    for range in &deep {
        copy.push_str(text.get(end..range.start).unwrap_or_default());
        copy.extend(std::iter::repeat_n(char::from(COVER), range.len()));
        end = range.end;
    }
    copy.push_str(text.get(end..).unwrap_or_default());
    (Cow::Owned(copy), deep)
}

/// From each bracket that opens level [`LIMIT`] + 1 to the one that closes it, or to the end.
fn stretches(text: &[u8]) -> Vec<Range<usize>> {
    let mut found: Vec<Range<usize>> = Vec::new();
    let mut open: Vec<u8> = Vec::new();
    let mut at = 0;
    let mut deep_from = None;
    while let Some(&byte) = text.get(at) {
        match byte {
            b'{' | b'[' | b'(' => {
                open.push(byte);
                if open.len() == LIMIT + 1 {
                    deep_from.get_or_insert(at);
                }
            }
            b'}' | b']' | b')' => close(&mut open, byte),
            b'"' | b'\'' | b'#' | b'/' => {
                at += token_length(text.get(at..).unwrap_or_default());
                continue;
            }
            _ => {}
        }
        at += 1;
        if open.len() <= LIMIT
            && let Some(start) = deep_from.take()
        {
            found.push(start..at);
        }
    }
    if let Some(start) = deep_from {
        found.push(start..text.len());
    }
    found
}

/// Takes a closing bracket: `}` ends its block with all that is open in it, the others end what
/// is open since the block began. Looking back no further than the limit keeps this linear, and
/// errs on the side of counting too much.
fn close(open: &mut Vec<u8>, byte: u8) {
    let opener = match byte {
        b'}' => b'{',
        b']' => b'[',
        _ => b'(',
    };
    for (index, &other) in open.iter().enumerate().rev().take(2 * LIMIT) {
        if other == opener {
            open.truncate(index);
            return;
        }
        if other == b'{' {
            return;
        }
    }
}

/// The length of the string or comment that begins here; 1 if none does.
fn token_length(text: &[u8]) -> usize {
    match text {
        [b'"', b'"', b'"', rest @ ..] => 3 + until(rest, b"\"\"\"").map_or(rest.len(), |n| n + 3),
        [b'"', rest @ ..] => 1 + string_length(rest),
        [b'\'', rest @ ..] => match rest.iter().position(|&b| b == b'\'' || b == b'\n') {
            Some(n) if rest.get(n) == Some(&b'\'') => n + 2,
            _ => 1,
        },
        [b'#', ..] | [b'/', b'/', ..] => line_length(text),
        [b'/', b'*', rest @ ..] => 2 + until(rest, b"*/").map_or(rest.len(), |n| n + 2),
        _ => 1,
    }
}

/// To the closing quote and with it, or to the end of the line.
fn string_length(text: &[u8]) -> usize {
    let mut at = 0;
    loop {
        match text.get(at) {
            Some(b'"') => return at + 1,
            Some(b'\\') if !matches!(text.get(at + 1), None | Some(b'\n')) => at += 2,
            None | Some(b'\n' | b'\\') => return line_length(text),
            Some(_) => at += 1,
        }
    }
}

fn line_length(text: &[u8]) -> usize {
    text.iter().position(|&b| b == b'\n').unwrap_or(text.len())
}

fn until(text: &[u8], mark: &[u8]) -> Option<usize> {
    text.windows(mark.len()).position(|w| w == mark)
}
