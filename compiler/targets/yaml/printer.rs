//! The walk over the tree: takes values, gives indented lines. How a single scalar, block or
//! comment is spelled is left to the modules of those names.

use super::value::{Entry, Map, Yaml};
use super::{block, comment, scalar};

/// How far a nested list or map moves to the right; also what a block's indicator counts.
pub(super) const STEP: usize = 2;

/// YAML readers refuse a `key:` longer than 1024 characters; a longer one is printed as `? key`.
const LONGEST_KEY: usize = 1000;

const SPACES: &str = "                                                                ";

/// The text so far.
#[derive(Default)]
pub(super) struct Printer {
    out: String,
}

/// Writes `width` spaces.
pub(super) fn pad(out: &mut String, mut width: usize) {
    while width > SPACES.len() {
        out.push_str(SPACES);
        width -= SPACES.len();
    }
    out.push_str(SPACES.get(..width).unwrap_or_default());
}

impl Printer {
    /// The finished text.
    pub(super) fn finish(self) -> String {
        self.out
    }

    /// Writes comment lines.
    pub(super) fn comment(&mut self, text: &str, indent: usize) {
        comment::write_above(&mut self.out, text, indent);
    }

    /// Writes the line between two documents.
    pub(super) fn separator(&mut self) {
        self.out.push_str("---\n");
    }

    /// Writes a whole document.
    pub(super) fn document(&mut self, doc: &Yaml) {
        match doc {
            Yaml::Map(map) if !map.is_empty() => self.map(map, 0, false),
            Yaml::List(list) if !list.is_empty() => self.list(list, 0, false),
            // Readers disagree on what a block's indentation counts from at the root.
            scalar => {
                scalar::write(&mut self.out, scalar);
                self.out.push('\n');
            }
        }
    }

    /// Writes a map; when `inline`, its first line goes on after a `- ` and the comments of its
    /// first entry already stand above that.
    fn map(&mut self, map: &Map, indent: usize, mut inline: bool) {
        for (key, entry) in map.entries() {
            if !inline {
                self.comment_above(entry, indent);
                pad(&mut self.out, indent);
            }
            inline = false;
            self.key(key, indent);
            match &entry.value {
                Yaml::Map(map) if !map.is_empty() => {
                    self.end_line(entry);
                    self.map(map, indent + STEP, false);
                }
                Yaml::List(list) if !list.is_empty() => {
                    self.end_line(entry);
                    self.list(list, indent + STEP, false);
                }
                _ => self.scalar(entry, indent),
            }
        }
    }

    /// Writes a list; `inline` as for a map.
    fn list(&mut self, list: &[Entry], indent: usize, mut inline: bool) {
        for entry in list {
            if !inline {
                self.item_comments(entry, indent);
                pad(&mut self.out, indent);
            }
            inline = false;
            self.out.push('-');
            match &entry.value {
                Yaml::Map(map) if !map.is_empty() => {
                    self.out.push(' ');
                    self.map(map, indent + STEP, true);
                }
                Yaml::List(list) if !list.is_empty() => {
                    self.out.push(' ');
                    self.list(list, indent + STEP, true);
                }
                _ => self.scalar(entry, indent),
            }
        }
    }

    fn key(&mut self, key: &str, indent: usize) {
        let start = self.out.len();
        scalar::write_key(&mut self.out, key);
        if self.out.len() - start > LONGEST_KEY {
            self.out.insert_str(start, "? ");
            self.out.push('\n');
            pad(&mut self.out, indent);
        }
        self.out.push(':');
    }

    /// Writes a value that is not spread over entries, after its `key:` or `-`.
    fn scalar(&mut self, entry: &Entry, indent: usize) {
        self.out.push(' ');
        if let Yaml::Block(text) = &entry.value
            && let Some(header) = block::header(text)
        {
            header.write(&mut self.out);
            self.end_line(entry);
            block::write_body(&mut self.out, text, indent + STEP);
        } else {
            scalar::write(&mut self.out, &entry.value);
            self.end_line(entry);
        }
    }

    fn end_line(&mut self, entry: &Entry) {
        if let Some(trailing) = &entry.trailing {
            comment::write_trailing(&mut self.out, trailing);
        }
        self.out.push('\n');
    }

    fn comment_above(&mut self, entry: &Entry, indent: usize) {
        if let Some(text) = &entry.comment {
            self.comment(text, indent);
        }
    }

    /// Writes every comment that would otherwise stand between a `- ` and what follows it.
    fn item_comments(&mut self, entry: &Entry, indent: usize) {
        self.comment_above(entry, indent);
        let first_line = match &entry.value {
            Yaml::Map(map) => map.entries().next().map(|(_, first)| first),
            Yaml::List(list) => list.first(),
            _ => None,
        };
        let Some(first) = first_line else { return };
        if let Some(trailing) = &entry.trailing {
            self.comment(trailing, indent);
        }
        match &entry.value {
            Yaml::List(_) => self.item_comments(first, indent),
            _ => self.comment_above(first, indent),
        }
    }
}
