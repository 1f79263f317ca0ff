//! Numbers, strings and text blocks: what their characters mean.

use super::Lower;
use crate::diagnostics::{Code, Diagnostic};
use crate::syntax::ast::ExprKind;
use crate::syntax::tree::Node;

impl Lower<'_> {
    /// `1_000.5ms`: digits and unit.
    pub(super) fn number(&mut self, node: Node) -> ExprKind {
        let text = self.slice(node);
        let is_digit = |c: char| c.is_ascii_digit() || c == '_' || c == '.';
        let split = text.find(|c| !is_digit(c)).unwrap_or(text.len());
        let (digits, unit) = text.split_at_checked(split).unwrap_or((text, ""));
        if unit != "%" && !unit.chars().all(|c| c.is_ascii_alphabetic()) {
            let message = format!("`{text}` is neither a number nor a name");
            self.found.push(
                Diagnostic::new(Code::SyntaxError, self.span(node), message)
                    .help("a number is digits and a unit of letters, as in `20ms`; a name begins with a letter; other text stands in double quotes"),
            );
            return ExprKind::Missing;
        }
        ExprKind::Number {
            digits: digits.replace('_', ""),
            unit: unit.to_string(),
        }
    }

    /// `"…"`: its text without the quotes, escapes resolved.
    pub(super) fn string(&mut self, node: Node) -> String {
        let text = self.slice(node);
        let body = text
            .get(1..text.len().saturating_sub(1))
            .unwrap_or_default();
        if !body.contains('\\') {
            return body.to_string();
        }
        self.unescape(body, node.start as usize + 1)
    }

    fn unescape(&mut self, body: &str, start: usize) -> String {
        let mut out = String::with_capacity(body.len());
        let mut rest = body;
        while let Some(at) = rest.find('\\') {
            let (plain, escape) = rest.split_at_checked(at).unwrap_or((rest, ""));
            out.push_str(plain);
            let length = escape_length(escape);
            let (escape, tail) = escape.split_at_checked(length).unwrap_or((escape, ""));
            match escape_value(escape) {
                Some(c) => out.push(c),
                None => {
                    out.push_str(escape);
                    let place = start + body.len() - rest.len() + at;
                    self.unknown_escape(escape, place);
                }
            }
            rest = tail;
        }
        out.push_str(rest);
        out
    }

    fn unknown_escape(&mut self, escape: &str, start: usize) {
        let span = self.at(start, start + escape.len());
        let found = Diagnostic::new(
            Code::UnknownEscape,
            span,
            format!("`{escape}` is no escape; a string knows `\\\"`, `\\\\`, `\\n`, `\\t` and `\\u{{…}}`"),
        )
        .help("write `\"\"\" … \"\"\"`, in which a backslash is a backslash, or double it");
        let certain = !escape.starts_with("\\u");
        self.found.push(if certain {
            found.replace(span, format!("\\{escape}"))
        } else {
            found
        });
    }

    /// `"""…"""`, dedented.
    pub(super) fn block_text(&self, node: Node) -> String {
        let text = self.slice(node);
        dedent(
            text.get(3..text.len().saturating_sub(3))
                .unwrap_or_default(),
        )
    }

    /// `"` without its end: reported; what was read serves as its text.
    pub(super) fn open_string(&mut self, node: Node) -> ExprKind {
        let line = self.at(node.start as usize, node.end as usize);
        self.found.push(
            Diagnostic::new(
                Code::UnclosedString,
                line,
                "this string is not closed on its line",
            )
            .help("close it with `\"`, or write `\"\"\" … \"\"\"` for several lines"),
        );
        ExprKind::Missing
    }

    /// `"""` without its end: reported at its beginning.
    pub(super) fn open_text(&mut self, node: Node) -> ExprKind {
        let start = node.start as usize;
        self.found.push(
            Diagnostic::new(
                Code::UnclosedString,
                self.at(start, start + 3),
                "this `\"\"\"` is never closed",
            )
            .help("close the text with `\"\"\"`"),
        );
        ExprKind::Missing
    }

    /// `'…'`: a string in the wrong quotes.
    pub(super) fn apostrophes(&mut self, node: Node) -> ExprKind {
        let text = self.slice(node);
        let body = text
            .get(1..text.len().saturating_sub(1))
            .unwrap_or_default();
        let span = self.span(node);
        let found = Diagnostic::new(Code::SyntaxError, span, "a string stands in double quotes");
        let right = format!("\"{body}\"");
        self.found.push(if body.contains(['"', '\\']) {
            found.help("write `\"` for `'`, and `\\\"` for a quote within")
        } else {
            found.help(format!("write `{right}`")).replace(span, right)
        });
        ExprKind::Str(body.to_string())
    }
}

/// The length of the escape that a text begins with.
fn escape_length(text: &str) -> usize {
    if text.starts_with("\\u{")
        && let Some(end) = text.find('}')
    {
        return end + 1;
    }
    1 + text.chars().nth(1).map_or(0, char::len_utf8)
}

fn escape_value(escape: &str) -> Option<char> {
    match escape {
        "\\\"" => Some('"'),
        "\\\\" => Some('\\'),
        "\\n" => Some('\n'),
        "\\t" => Some('\t'),
        _ => {
            let hex = escape.strip_prefix("\\u{")?.strip_suffix('}')?;
            let short = (1..=6).contains(&hex.len()) && hex.chars().all(|c| c.is_ascii_hexdigit());
            short
                .then(|| u32::from_str_radix(hex, 16).ok())
                .flatten()
                .and_then(char::from_u32)
        }
    }
}

/// The value of a text block: without its first newline, its last blank line and the least
/// indentation of its lines; blank lines are empty; lines end with `\n`.
pub fn dedent(body: &str) -> String {
    let body = body
        .strip_prefix("\r\n")
        .or_else(|| body.strip_prefix('\n'))
        .unwrap_or(body);
    let mut lines: Vec<&str> = body
        .split('\n')
        .map(|l| l.strip_suffix('\r').unwrap_or(l))
        .collect();
    if lines.last().is_some_and(|l| is_blank(l)) {
        lines.pop();
    }
    let indents = lines.iter().filter(|l| !is_blank(l)).map(|l| indent(l));
    let least = indents.min_by_key(|i| i.len()).unwrap_or_default();
    let line = |l: &&str| match is_blank(l) {
        true => String::new(),
        false => l.get(least.len()..).unwrap_or_default().to_string(),
    };
    lines.iter().map(line).collect::<Vec<_>>().join("\n")
}

/// Whether a line holds nothing but blanks.
pub(crate) fn is_blank(line: &str) -> bool {
    line.bytes().all(|b| matches!(b, b' ' | b'\t' | b'\r'))
}

/// The blanks that a line begins with.
pub(crate) fn indent(line: &str) -> &str {
    let end = line.find(|c| c != ' ' && c != '\t').unwrap_or(line.len());
    line.get(..end).unwrap_or_default()
}
