//! `${{ … }}` in scripts and messages: found, parsed, and placed by the quotes around it.
//!
//! A value never enters a script as text: it travels in an environment variable. So a place
//! where the shell would not expand a variable (single quotes, a quoted heredoc) is an error.

use std::rc::Rc;

use super::arithmetic;
use super::eval::Context;
use super::foreign;
use super::scope::Scope;
use crate::diagnostics::{Code, Diagnostic};
use crate::plan::{Expr, Part, Quoting, Ref, Text, Type, Value};
use crate::source::Span;
use crate::syntax::{self, ast};

impl Context<'_> {
    /// A script: values are placed by quote context, constants inserted quoted.
    pub fn script(&self, text: &str, span: Span, shell: &str, scope: &Scope) -> Text {
        let quotes = if shell == "bash" || shell == "sh" {
            Quoting::Bare
        } else {
            Quoting::Double
        };
        self.interpolate(text, span, quotes, scope)
    }

    /// Text with values; `quoting` is `Message` for anything that is no shell script.
    pub(super) fn interpolate(
        &self,
        text: &str,
        span: Span,
        quoting: Quoting,
        scope: &Scope,
    ) -> Text {
        let mut parts: Vec<Part> = Vec::new();
        if !text.contains("${{") {
            push_text(&mut parts, text);
            return Text { parts };
        }
        let mut shell = Shell::default();
        let mut rest = text;
        let openings = self.openings(text, span);
        let mut number = 0;
        while let Some(open) = rest.find("${{") {
            let (before, after) = rest.split_at(open);
            push_text(&mut parts, before);
            shell.read(before);
            let opening = openings.get(number).copied();
            let Some(close) = after.find("}}") else {
                self.report(
                    Diagnostic::new(
                        Code::BadInterpolation,
                        self.within(opening, "${{", span),
                        "`${{` is never closed",
                    )
                    .label("opened here")
                    .help("close it with `}}`; a `\"` before it ends the text: `\"\"\" … \"\"\"` may hold quotes"),
                );
                push_text(&mut parts, after);
                return Text { parts };
            };
            let inner = after.get(3..close).unwrap_or_default();
            number += 1 + inner.matches("${{").count();
            let place = self.within(opening, after.get(..close + 2).unwrap_or(inner), span);
            let start = opening.map_or(span.start as usize, |at| at + 3);
            let later = after.get(close + 2..).unwrap_or_default();
            let later = later.lines().next().unwrap_or_default();
            if let Some(value) = self.inserted(inner, start, place, scope) {
                if quoting == Quoting::Bare && !is_known_number(&value) {
                    self.check_arithmetic(&shell, later, place);
                }
                self.place(&mut parts, value, quoting, &shell, place, inner.trim());
            }
            shell.saw_value();
            rest = after.get(close + 2..).unwrap_or_default();
        }
        push_text(&mut parts, rest);
        Text { parts }
    }

    /// Where each `${{` of a text stands in its file: dedenting and escapes move them, but don't
    /// change how many there are.
    fn openings(&self, text: &str, span: Span) -> Vec<usize> {
        let written = self.sources.slice(span).match_indices("${{");
        let starts: Vec<usize> = written.map(|(at, _)| span.start as usize + at).collect();
        match starts.len() == text.matches("${{").count() {
            true => starts,
            false => Vec::new(),
        }
    }

    /// The place of a part of a text, if it stands there as it is; else the whole text.
    fn within(&self, start: Option<usize>, part: &str, whole: Span) -> Span {
        let place = start.map(|at| Span::new(whole.file, at, at + part.len()));
        place
            .filter(|place| self.sources.slice(*place) == part)
            .unwrap_or(whole)
    }

    fn inserted(&self, inner: &str, start: usize, place: Span, scope: &Scope) -> Option<Expr> {
        if let Some(help) = foreign::expression(inner.trim()) {
            self.report(
                Diagnostic::new(
                    Code::UnsafeContext,
                    place,
                    format!("`{}` is an expression of GitHub", inner.trim()),
                )
                .label("not known here")
                .help(help),
            );
            return None;
        }
        let Some(parsed) = self.parsed(inner, start, place) else {
            self.report(
                Diagnostic::new(
                    Code::BadInterpolation,
                    place,
                    "`${{ }}` holds no expression",
                )
                .label("can't be read")
                .help("write a name or a value: `${{ inputs.target }}`"),
            );
            return None;
        };
        let value = self.infer(&parsed, None, scope);
        (value.ty != Type::Unknown).then_some(Expr {
            span: place,
            ..value
        })
    }

    /// The expression inside, unless it is broken. A template's is asked for at each use.
    fn parsed(&self, inner: &str, start: usize, place: Span) -> Option<Rc<ast::Expr>> {
        let key = (place.file, start, inner.to_string());
        if let Some(known) = self.inserted.borrow().get(&key) {
            return known.clone();
        }
        let (parsed, findings) = syntax::parse_expression(place.file, inner, start);
        let read = |e: ast::Expr| match self.program.reading(place.file) {
            Some(reading) => reading.expr(&e),
            None => Some(e),
        };
        let parsed = (!findings.has_errors()).then_some(parsed);
        let parsed = parsed.and_then(read).map(Rc::new);
        self.inserted.borrow_mut().insert(key, parsed.clone());
        parsed
    }

    fn place(
        &self,
        parts: &mut Vec<Part>,
        value: Expr,
        quoting: Quoting,
        shell: &Shell,
        place: Span,
        written: &str,
    ) {
        if quoting == Quoting::Message {
            match value.value() {
                Some(known) => push_text(parts, &words(known).join(", ")),
                None => parts.push(Part::Value(value, Quoting::Message)),
            }
            return;
        }
        if quoting == Quoting::Double {
            // Other shells: the target writes the variable in that shell's own way.
            parts.push(Part::Value(value, Quoting::Bare));
            return;
        }
        match shell.state {
            State::Single | State::QuotedHeredoc => {
                let (what, help) = match shell.state {
                    State::Single => (
                        "single quotes",
                        format!(
                            "use double quotes: `\"${{{{ {written} }}}}\"`, or end the quotes before it"
                        ),
                    ),
                    _ => (
                        "a quoted heredoc",
                        "remove the quotes of the heredoc's word: `<<EOF`".to_string(),
                    ),
                };
                self.report(
                    Diagnostic::new(
                        Code::ValueInQuotes,
                        place,
                        format!("a value can't stand in {what}"),
                    )
                    .label("the shell would not expand it")
                    .help(help),
                );
            }
            State::Comment => push_text(parts, written),
            State::Plain | State::Double | State::Heredoc => {
                let quoting = if shell.state == State::Plain {
                    Quoting::Bare
                } else {
                    Quoting::Double
                };
                self.insert(parts, value, quoting, place);
            }
        }
    }

    /// A value that only the run knows must not stand where bash evaluates it.
    fn check_arithmetic(&self, shell: &Shell, later: &str, place: Span) {
        let quiet = [State::Single, State::Comment, State::QuotedHeredoc];
        if quiet.contains(&shell.state) {
            return;
        }
        let Some(what) = arithmetic::evaluated(&shell.line, later) else {
            return;
        };
        self.report(
            Diagnostic::new(
                Code::ValueInArithmetic,
                place,
                format!("bash evaluates what stands in {what}"),
            )
            .label("whoever chooses this value could run a command")
            .help("make a number of it first: `n=$(printf '%d' \"${{ … }}\")`; to compare, `[ \"$n\" -eq 1 ]`"),
        );
    }

    fn insert(&self, parts: &mut Vec<Part>, value: Expr, quoting: Quoting, place: Span) {
        if matches!(value.ty, Type::List(_))
            && (value.value().is_none() || quoting == Quoting::Double)
        {
            self.report(
                Diagnostic::new(Code::BadInterpolation, place, "a list has no place here")
                    .label("a list")
                    .help("join it: `${{ join(x, \" \") }}` inside double quotes"),
            );
            return;
        }
        parts.push(Part::Value(value, quoting));
    }
}

/// Whether a value is a number of the program's own: a constant, or one of a matrix's.
fn is_known_number(value: &Expr) -> bool {
    let refs = value.refs();
    let of_matrix = refs.iter().all(|r| matches!(r, Ref::Matrix(..)));
    value.value().is_some() || of_matrix && matches!(value.ty, Type::Quantity(_))
}

/// The span of `length` bytes at `offset` of the text, or the whole text's.
fn push_text(parts: &mut Vec<Part>, text: &str) {
    if text.is_empty() {
        return;
    }
    match parts.last_mut() {
        Some(Part::Text(last)) => last.push_str(text),
        _ => parts.push(Part::Text(text.to_string())),
    }
}

/// Where in a shell script we are, as far as quotes go.
#[derive(Default)]
struct Shell {
    state: State,
    /// Nested `$( … )` inside double quotes: how many parentheses are open, innermost last.
    nested: Vec<usize>,
    /// Words that end the heredocs begun on this line, and whether they were quoted.
    pending: Vec<(String, bool)>,
    /// The word that ends the heredoc we are in.
    until: Option<String>,
    /// The line so far, for the end of a heredoc.
    line: String,
    previous: char,
}

#[derive(Default, Clone, Copy, PartialEq)]
enum State {
    #[default]
    Plain,
    Single,
    Double,
    Comment,
    Heredoc,
    QuotedHeredoc,
}

impl Shell {
    fn saw_value(&mut self) {
        self.previous = 'x';
        self.line.push('x');
    }

    fn read(&mut self, text: &str) {
        let mut chars = text.chars().peekable();
        while let Some(c) = chars.next() {
            if c == '\n' {
                self.end_line();
                self.previous = c;
                continue;
            }
            self.line.push(c);
            match self.state {
                State::Single if c == '\'' => self.state = State::Plain,
                State::Single | State::Comment | State::Heredoc | State::QuotedHeredoc => {}
                _ if c == '\\' => {
                    if let Some(next) = chars.next() {
                        self.line.push(next);
                    }
                }
                State::Double => self.in_double(c, chars.peek().copied()),
                State::Plain => {
                    if c == '<' && chars.peek() == Some(&'<') {
                        chars.next();
                        if chars.peek() != Some(&'<') {
                            self.heredoc(&mut chars);
                        }
                    } else {
                        self.in_plain(c);
                    }
                }
            }
            self.previous = c;
        }
    }

    fn in_double(&mut self, c: char, next: Option<char>) {
        match c {
            '"' => self.state = State::Plain,
            // `"$(cmd …)"` is a script of its own.
            '$' if next == Some('(') => {
                self.nested.push(0);
                self.state = State::Plain;
            }
            _ => {}
        }
    }

    fn in_plain(&mut self, c: char) {
        match c {
            '\'' => self.state = State::Single,
            '"' => self.state = State::Double,
            '#' if self.previous == '\0' || self.previous.is_whitespace() => {
                self.state = State::Comment;
            }
            '(' => {
                if let Some(open) = self.nested.last_mut() {
                    *open += 1;
                }
            }
            ')' => match self.nested.last_mut() {
                Some(1) => {
                    self.nested.pop();
                    self.state = State::Double;
                }
                Some(open) => *open = open.saturating_sub(1),
                None => {}
            },
            _ => {}
        }
    }

    fn heredoc(&mut self, chars: &mut std::iter::Peekable<std::str::Chars>) {
        while chars.next_if(|c| matches!(c, '-' | ' ' | '\t')).is_some() {}
        let quoted = chars.next_if(|c| matches!(c, '\'' | '"' | '\\')).is_some();
        let mut word = String::new();
        while let Some(c) = chars.next_if(|c| c.is_alphanumeric() || *c == '_') {
            word.push(c);
        }
        if quoted {
            chars.next_if(|c| matches!(c, '\'' | '"'));
        }
        if !word.is_empty() {
            self.pending.push((word, quoted));
        }
    }

    fn end_line(&mut self) {
        let line = std::mem::take(&mut self.line);
        if let Some(word) = &self.until {
            if line.trim() == word {
                self.until = None;
                self.state = State::Plain;
            } else {
                return;
            }
        }
        if self.state == State::Comment {
            self.state = State::Plain;
        }
        if !self.pending.is_empty() {
            let (word, quoted) = self.pending.remove(0);
            self.until = Some(word);
            self.state = if quoted {
                State::QuotedHeredoc
            } else {
                State::Heredoc
            };
        }
    }
}

/// Words of a constant list, for a script.
pub fn words(value: &Value) -> Vec<String> {
    value
        .as_list()
        .iter()
        .map(super::functions::plain)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn state_after(script: &str) -> State {
        let mut shell = Shell::default();
        shell.read(script);
        shell.state
    }

    #[test]
    fn quotes_are_followed_as_the_shell_does() {
        let is = |script: &str, state: State| assert!(state_after(script) == state, "{script}");
        is("echo ", State::Plain);
        is("echo \"a ", State::Double);
        is("echo 'a ", State::Single);
        is("echo 'a' ", State::Plain);
        is("echo \"a 'b ", State::Double);
        is("echo \\\" ", State::Plain);
        is("# it's a comment ", State::Comment);
        is("# it's a comment\necho ", State::Plain);
        is("x=\"$(echo ", State::Plain);
        is("x=\"$(echo a) ", State::Double);
        is("cat <<EOF\nhello ", State::Heredoc);
        is("cat <<'EOF'\nhello ", State::QuotedHeredoc);
        is("cat <<EOF\nhello\nEOF\necho ", State::Plain);
        is("echo a#b ", State::Plain);
    }
}
