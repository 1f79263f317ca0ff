//! What is found before the grammar runs: the nesting limit, and comments of other languages.
//!
//! Takes a text; where brackets nest beyond [`LIMIT`], gives a copy in which that stretch is
//! replaced, byte for byte, by a sign that the grammar reads as one node, so that whatever comes
//! after may recurse. It reads strings and comments as the grammar does, and never counts less
//! than the grammar nests.

use std::borrow::Cow;
use std::ops::Range;

/// How deep brackets of any kind may nest.
pub const LIMIT: usize = 64;

/// What stands in the copy for each byte beyond the limit.
const COVER: u8 = 1;

/// A text made ready for the grammar.
pub struct Scan<'t> {
    /// The text, byte for byte, without what nests too deeply.
    pub text: Cow<'t, str>,
    /// What nests too deeply.
    pub deep: Vec<Range<usize>>,
    /// Comments that begin with `//` or `/*`.
    pub foreign: Vec<Range<usize>>,
    /// A place between two items, near the middle, if nothing nests too deeply.
    pub cut: Option<Cut>,
}

/// A place between two items of a file, or of one of its blocks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cut {
    /// The byte after the first item's closing brace.
    pub at: usize,
    /// Whether both items stand in a block.
    pub inside: bool,
}

/// Reads the text once.
pub fn scan(text: &str) -> Scan<'_> {
    let mut found = Scan {
        text: Cow::Borrowed(text),
        deep: Vec::new(),
        foreign: Vec::new(),
        cut: None,
    };
    found.stretches(text.as_bytes());
    if !found.deep.is_empty() {
        found.cut = None;
        found.text = Cow::Owned(covered(text, &found.deep));
    }
    found
}

fn covered(text: &str, deep: &[Range<usize>]) -> String {
    let mut copy = String::with_capacity(text.len());
    let mut end = 0;
    for range in deep {
        copy.push_str(text.get(end..range.start).unwrap_or_default());
        copy.extend(std::iter::repeat_n(char::from(COVER), range.len()));
        end = range.end;
    }
    copy.push_str(text.get(end..).unwrap_or_default());
    copy
}

impl Scan<'_> {
    /// Finds the stretches from each bracket that opens level [`LIMIT`] + 1 to the one that
    /// closes it, or to the end.
    fn stretches(&mut self, text: &[u8]) {
        let mut open: Vec<u8> = Vec::new();
        let mut deep_from = None;
        let mut at = 0;
        while let Some(&byte) = text.get(at) {
            let start = at;
            at += 1;
            match byte {
                b'{' | b'[' | b'(' => {
                    open.push(byte);
                    if open.len() == LIMIT + 1 {
                        deep_from.get_or_insert(start);
                    }
                }
                b'}' | b']' | b')' => {
                    close(&mut open, byte);
                    if at > text.len() / 2 && self.cut.is_none() {
                        self.cut = cut(text, at, &open, byte);
                    }
                }
                b'"' | b'\'' | b'#' => at = start + token_length(text, start),
                b'/' => {
                    at = start + token_length(text, start);
                    if at > start + 1 {
                        self.foreign.push(start..at);
                    }
                }
                _ => {}
            }
            if open.len() <= LIMIT
                && let Some(start) = deep_from.take()
            {
                self.deep.push(start..at);
            }
        }
        if let Some(start) = deep_from {
            self.deep.push(start..text.len());
        }
    }
}

/// Whether a brace that was closed just before `at` ends an item of the file or of a block in
/// it: the line ends, and the next begins with a word that can't go on with an expression.
fn cut(text: &[u8], at: usize, open: &[u8], byte: u8) -> Option<Cut> {
    let inside = match open {
        [] => false,
        [b'{'] => true,
        _ => return None,
    };
    let rest = text.get(at..)?;
    let next = rest.iter().position(|b| !b.is_ascii_whitespace())?;
    let (blank, rest) = rest.split_at_checked(next)?;
    let length = rest.iter().position(|b| !b.is_ascii_alphanumeric())?;
    let word = rest.get(..length)?;
    let begins = word.first()?.is_ascii_alphabetic();
    let operator = matches!(word, b"and" | b"or" | b"in" | b"not");
    let whole = byte == b'}' && blank.contains(&b'\n') && begins && !operator;
    whole.then_some(Cut { at, inside })
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
fn token_length(text: &[u8], start: usize) -> usize {
    let text = text.get(start..).unwrap_or_default();
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
