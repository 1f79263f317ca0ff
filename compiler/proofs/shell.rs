//! The commands of a script, as far as they can be told without running it.
//!
//! Takes a script for `sh` or `bash`, gives its simple commands in order. It is no shell: what
//! stands in a here-document or behind one is left out, and what stands in `"$(…)"` stays text.

use crate::plan::{Part, Text};

/// Stands for a value that only the run knows.
pub const VALUE: char = '\u{fffc}';

/// A simple command.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Command {
    /// Its words without quotes; from the program on, without assignments before it.
    pub words: Vec<String>,
    /// Whether it reads what the command before it writes.
    pub piped: bool,
    /// Variables that it uses outside of quotes, where the shell splits their values.
    pub bare: Vec<String>,
}

impl Command {
    /// The program, without its folder.
    pub fn program(&self) -> &str {
        let first = self.words.first().map(String::as_str).unwrap_or_default();
        first.rsplit('/').next().unwrap_or(first)
    }

    /// The words behind the program.
    pub fn args(&self) -> &[String] {
        self.words.get(1..).unwrap_or_default()
    }

    /// Whether it begins with these words.
    pub fn starts(&self, words: &[&str]) -> bool {
        let Some((program, rest)) = words.split_first() else {
            return true;
        };
        let same = |(a, b): (&String, &&str)| a == b;
        // The folder is looked for only where it may stand.
        let first = self.words.first();
        first.is_some_and(|first| first.ends_with(program))
            && self.program() == *program
            && self.args().len() >= rest.len()
            && self.args().iter().zip(rest).all(same)
    }
}

/// The commands of a script.
pub fn commands(script: &Text) -> Vec<Command> {
    let mut text = String::new();
    for part in &script.parts {
        match part {
            Part::Text(verbatim) => text.push_str(verbatim),
            Part::Value(..) => text.push(VALUE),
        }
    }
    let mut reader = Reader::default();
    reader.read(&text);
    reader.commands
}

/// Words that stand before a command without being one.
const BEFORE: &[&str] = &[
    "if", "then", "elif", "else", "while", "until", "do", "!", "time", "exec", "command", "sudo",
    "env",
];

/// Commands that take their arguments whole, or split them on purpose.
const WHOLE: &[&str] = &[
    "[[", "case", "for", "select", "export", "local", "readonly", "declare", "typeset",
];

#[derive(Default)]
struct Reader {
    commands: Vec<Command>,
    command: Command,
    word: String,
    /// Whether a word has begun; it may be empty: `""`.
    begun: bool,
    /// Variables of the word that stand outside of quotes.
    bare: Vec<String>,
    /// The next word is a file that output goes to or input comes from.
    redirected: bool,
}

type Chars<'a> = std::iter::Peekable<std::str::Chars<'a>>;

impl Reader {
    fn read(&mut self, text: &str) {
        let mut chars = text.chars().peekable();
        while let Some(c) = chars.next() {
            match c {
                '\\' => match chars.next() {
                    Some('\n') | None => {}
                    Some(next) => self.push(next),
                },
                '\'' => self.single(&mut chars),
                '"' => self.double(&mut chars),
                '#' if !self.begun => while chars.next_if(|c| *c != '\n').is_some() {},
                '<' if chars.peek() == Some(&'<') => break,
                '>' | '<' => self.redirect(c, &mut chars),
                '$' => self.dollar(&mut chars),
                ' ' | '\t' | '\r' => self.end_word(),
                '|' if chars.next_if_eq(&'|').is_none() => {
                    self.end_command();
                    self.command.piped = true;
                }
                '\n' | ';' | '|' | '&' | '(' | ')' | '`' => self.end_command(),
                _ => self.push(c),
            }
        }
        self.end_command();
    }

    fn push(&mut self, c: char) {
        self.word.push(c);
        self.begun = true;
    }

    fn single(&mut self, chars: &mut Chars) {
        self.begun = true;
        for c in chars.by_ref().take_while(|c| *c != '\'') {
            self.word.push(c);
        }
    }

    /// Up to the closing quote; `$( )` inside may hold quotes of its own.
    fn double(&mut self, chars: &mut Chars) {
        self.begun = true;
        let mut open = 0_u32;
        while let Some(c) = chars.next() {
            match c {
                '"' if open == 0 => return,
                '\\' => {
                    self.word.extend(chars.next());
                    continue;
                }
                '(' if open > 0 || self.word.ends_with('$') => open += 1,
                ')' => open = open.saturating_sub(1),
                _ => {}
            }
            self.word.push(c);
        }
    }

    /// `> file` and `2>&1` are no arguments; `<(command)` is one, and a command of its own.
    fn redirect(&mut self, c: char, chars: &mut Chars) {
        if self.word.chars().all(|c| c.is_ascii_digit()) {
            self.drop_word();
        }
        self.end_word();
        if c == '<' && chars.peek() == Some(&'(') {
            self.word.push_str("<(");
            self.begun = true;
        } else if chars.next_if_eq(&'&').is_some() {
            while chars.next_if(char::is_ascii_alphanumeric).is_some() {}
        } else {
            chars.next_if(|c| matches!(c, '>' | '|'));
            self.redirected = true;
        }
    }

    /// A variable outside of quotes.
    fn dollar(&mut self, chars: &mut Chars) {
        self.push('$');
        if chars.peek() == Some(&'(') {
            return;
        }
        let braced = chars.next_if_eq(&'{').is_some();
        let mut name = String::new();
        while let Some(c) = chars.next_if(|c| c.is_ascii_alphanumeric() || *c == '_') {
            name.push(c);
        }
        self.word.push_str(&name);
        if braced {
            // `${name#pattern}` is split, too; `${#name}` has no name here.
            for c in chars.by_ref().take_while(|c| *c != '}') {
                self.word.push(c);
            }
        }
        self.bare.push(name);
    }

    fn drop_word(&mut self) {
        self.word.clear();
        self.bare.clear();
        self.begun = false;
    }

    fn end_word(&mut self) {
        let first = self.command.words.is_empty();
        // Before a program, an option is one of `sudo` or `env`.
        let word = self.word.as_str();
        let before =
            first && (BEFORE.contains(&word) || word.starts_with('-') || is_assignment(word));
        let redirected = self.redirected && self.begun;
        if self.begun && !before && !redirected {
            self.command.words.push(std::mem::take(&mut self.word));
            self.command.bare.append(&mut self.bare);
        }
        self.redirected &= !redirected;
        self.drop_word();
    }

    fn end_command(&mut self) {
        self.end_word();
        self.redirected = false;
        // A line may end behind a `|`.
        if self.command.words.is_empty() {
            return;
        }
        let mut command = std::mem::take(&mut self.command);
        if WHOLE.contains(&command.program()) {
            command.bare.clear();
        }
        self.commands.push(command);
    }
}

/// Whether a word is `NAME=value`.
fn is_assignment(word: &str) -> bool {
    word.split_once('=').is_some_and(|(name, _)| {
        !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(script: &str) -> Vec<Command> {
        commands(&Text::plain(script))
    }

    fn words(script: &str) -> Vec<String> {
        read(script).iter().map(|c| c.words.join(" ")).collect()
    }

    #[test]
    fn commands_are_told_apart() {
        assert_eq!(words("a b; c && d || e"), ["a b", "c", "d", "e"]);
        assert_eq!(words("if ! a \"b c\"; then\n  d\nfi"), ["a b c", "d", "fi"]);
        assert_eq!(words("a \\\n  b # c\nd"), ["a b", "d"]);
        assert_eq!(words("A=1 B=\"x y\" sudo c 'd;e'"), ["c d;e"]);
        assert_eq!(words("a > f 2>&1 b < g"), ["a b"]);
        assert_eq!(words("x=$(a b) && c"), ["a b", "c"]);
        assert_eq!(words("a \"$(b \"c\")\" d"), ["a $(b \"c\") d"]);
        assert_eq!(words("a\ncat <<END\nb\nEND\n"), ["a", "cat"]);
    }

    #[test]
    fn pipes_are_seen() {
        let piped: Vec<bool> = read("a | b; c || d").iter().map(|c| c.piped).collect();
        assert_eq!(piped, [false, true, false, false]);
        assert!(
            read("a |\n  sudo -E b")
                .iter()
                .any(|c| c.piped && c.program() == "b")
        );
        assert_eq!(words("bash <(curl x)"), ["bash <(", "curl x"]);
    }

    #[test]
    fn bare_variables_are_those_that_are_split() {
        let bare = |script: &str| -> Vec<String> {
            read(script).into_iter().flat_map(|c| c.bare).collect()
        };
        assert_eq!(bare("a $B ${C} \"$D\" '$E'"), ["B", "C"]);
        assert_eq!(bare("A=$B c"), [""; 0]);
        assert_eq!(bare("[[ $A == b ]] && export C=$D"), [""; 0]);
        assert_eq!(bare("for x in $LIST; do a; done"), [""; 0]);
    }
}
