//! A glance at a source before it is parsed: is there a `project`, and which gatec does it ask for?
//!
//! It must work on sources of a newer gatec, too, so it knows only what the language can't change:
//! comments, strings, braces and lines.

use std::ops::Range;

/// The `project` block of a source.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Project {
    /// The text of `required_version` and where it stands, without its quotes.
    pub required: Option<(String, Range<usize>)>,
}

/// The `project` block at the top level of a source, if it has one.
pub fn project(text: &str) -> Option<Project> {
    // Nearly every file of a large project ends here.
    if !text.contains("project") {
        return None;
    }
    let mut found: Option<Project> = None;
    let mut inside = false;
    let (mut depth, mut begins) = (0usize, true);
    let mut tokens = Tokens { text, at: 0 };
    let mut key = "";
    while let Some((token, range)) = tokens.next() {
        let begins_item = std::mem::replace(&mut begins, false);
        match token {
            Token::Open => {
                depth += 1;
                begins = true;
            }
            Token::Close => {
                depth = depth.saturating_sub(1);
                inside &= depth > 0;
                begins = true;
            }
            Token::Separator => begins = true,
            Token::Word(word) if begins_item => {
                key = word;
                if depth == 0 && word == "project" {
                    found.get_or_insert_default();
                    inside = true;
                }
            }
            Token::Text if inside && depth == 1 && key == "required_version" => {
                if let (Some(project), Some(value)) = (&mut found, text.get(range.clone())) {
                    project.required.get_or_insert((value.to_string(), range));
                }
            }
            _ => {}
        }
    }
    found
}

enum Token<'a> {
    Open,
    Close,
    Separator,
    Word(&'a str),
    Text,
    Other,
}

struct Tokens<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Tokens<'a> {
    fn next(&mut self) -> Option<(Token<'a>, Range<usize>)> {
        let rest = self.text.get(self.at..)?;
        let blank = |c: char| c == ' ' || c == '\t' || c == '\r' || c == '\u{feff}';
        let trimmed = rest.trim_start_matches(blank);
        self.at += rest.len() - trimmed.len();
        let first = trimmed.chars().next()?;
        let start = self.at;
        let (token, length) = match first {
            '#' => (Token::Other, trimmed.find('\n').unwrap_or(trimmed.len())),
            '"' => return Some(self.string(trimmed)),
            '{' => (Token::Open, 1),
            '}' => (Token::Close, 1),
            '\n' | ',' => (Token::Separator, 1),
            _ if is_word(first) => {
                let end = trimmed.find(|c| !is_word(c)).unwrap_or(trimmed.len());
                (Token::Word(trimmed.get(..end)?), end)
            }
            other => (Token::Other, other.len_utf8()),
        };
        self.at += length;
        Some((token, start..self.at))
    }

    /// A string; its range is without quotes. An unclosed one ends with its line or the file.
    fn string(&mut self, rest: &str) -> (Token<'a>, Range<usize>) {
        let (quotes, end) = match rest.strip_prefix("\"\"\"") {
            Some(inner) => (3, inner.find("\"\"\"")),
            None => (1, rest.get(1..).and_then(line_string_end)),
        };
        let start = self.at + quotes;
        let end = end.map_or(self.text.len(), |length| start + length);
        self.at = (end + quotes).min(self.text.len());
        if quotes == 1 && self.text.as_bytes().get(end) == Some(&b'\n') {
            self.at = end;
        }
        (Token::Text, start.min(end)..end)
    }
}

fn line_string_end(inner: &str) -> Option<usize> {
    let mut escaped = false;
    for (index, byte) in inner.bytes().enumerate() {
        match byte {
            b'\n' => return Some(index),
            _ if escaped => escaped = false,
            b'\\' => escaped = true,
            b'"' => return Some(index),
            _ => {}
        }
    }
    None
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

#[cfg(test)]
mod tests {
    use super::*;

    fn required(text: &str) -> Option<String> {
        project(text)?.required.map(|(version, range)| {
            assert_eq!(&text[range], version);
            version
        })
    }

    #[test]
    fn a_project_is_found_where_it_counts() {
        assert_eq!(
            required("project { required_version = \">= 1.2\" }").unwrap(),
            ">= 1.2"
        );
        let far = "# é\nx = \"}{\"\nproject {\n  a { b = 1 }\n  required_version = \"1\"\n}\n";
        assert_eq!(required(far).unwrap(), "1");
        assert_eq!(project("\u{feff}project {}"), Some(Project::default()));
        assert_eq!(project("\r\nproject\t{\r\n}"), Some(Project::default()));
    }

    #[test]
    fn the_word_elsewhere_is_no_project() {
        for text in [
            "# project { }\n",
            "a = \"project { }\"\n",
            "t = \"\"\"\nproject { required_version = \"9\" }\n\"\"\"\n",
            "stage project { }\n",
            "pipeline p {\n  project { }\n}\n",
            "projects { }\n",
        ] {
            assert_eq!(project(text), None, "{text}");
        }
        assert_eq!(
            required("project { evaluator { required_version = \"9\" } }"),
            None
        );
        assert_eq!(
            required("project { }\nother { required_version = \"9\" }"),
            None
        );
    }

    #[test]
    fn broken_text_ends() {
        for text in [
            "project { \"",
            "project \"\"\"",
            "project \"a\\",
            "project }}}}{",
            "project \"é",
        ] {
            assert!(project(text).is_some(), "{text}");
        }
    }
}
