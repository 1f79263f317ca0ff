//! The tree to print: values, and entries that carry comments. Knows nothing of text.

use std::borrow::Cow;

/// A YAML value to print.
#[derive(Clone, Debug, PartialEq)]
pub enum Yaml {
    /// `null`
    Null,
    /// `true` or `false`
    Bool(bool),
    /// An integer.
    Int(i64),
    /// A float; printed so that it is read back as a float, to the same bits.
    Float(f64),
    /// A string on one line, quoted when a YAML 1.1 or 1.2 reader would misread it plain.
    Str(Cow<'static, str>),
    /// A string shown as a literal block (`|`) where a block can carry it, else as `Str`.
    Block(String),
    /// A list, one entry a line.
    List(Vec<Entry>),
    /// A map, in insertion order.
    Map(Map),
}

/// A value with the comments around it.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    /// The value itself.
    pub value: Yaml,
    /// Comment lines above the entry, without `# `.
    pub comment: Option<String>,
    /// A comment on the entry's own line, such as the tag a pinned action stands for.
    /// Above the entry where that line has no room: a list item that is a list or a map.
    pub trailing: Option<String>,
}

/// A map that keeps its insertion order. Keys are not checked: push each one once.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Map(Vec<(Cow<'static, str>, Entry)>);

impl Entry {
    /// Sets the comment lines above.
    #[must_use]
    pub fn with_comment(mut self, comment: impl Into<String>) -> Self {
        self.comment = Some(comment.into());
        self
    }

    /// Sets the comment on the same line.
    #[must_use]
    pub fn with_trailing(mut self, trailing: impl Into<String>) -> Self {
        self.trailing = Some(trailing.into());
        self
    }
}

impl Map {
    /// An empty map.
    pub fn new() -> Self {
        Self::default()
    }

    /// An empty map with room for `capacity` entries.
    pub fn with_capacity(capacity: usize) -> Self {
        Self(Vec::with_capacity(capacity))
    }

    /// Adds an entry at the end.
    pub fn push(&mut self, key: impl Into<Cow<'static, str>>, value: impl Into<Yaml>) -> &mut Self {
        self.push_entry(key, value.into().into())
    }

    /// Adds an entry if there is a value.
    pub fn push_some(
        &mut self,
        key: impl Into<Cow<'static, str>>,
        value: Option<impl Into<Yaml>>,
    ) -> &mut Self {
        match value {
            Some(value) => self.push(key, value),
            None => self,
        }
    }

    /// Adds an entry with comment lines above it.
    pub fn push_commented(
        &mut self,
        key: impl Into<Cow<'static, str>>,
        value: impl Into<Yaml>,
        comment: impl Into<String>,
    ) -> &mut Self {
        self.push_entry(key, Entry::from(value.into()).with_comment(comment))
    }

    /// Adds an entry with a comment on its own line.
    pub fn push_trailing(
        &mut self,
        key: impl Into<Cow<'static, str>>,
        value: impl Into<Yaml>,
        trailing: impl Into<String>,
    ) -> &mut Self {
        self.push_entry(key, Entry::from(value.into()).with_trailing(trailing))
    }

    /// Adds an entry that brings its own comments.
    pub fn push_entry(&mut self, key: impl Into<Cow<'static, str>>, entry: Entry) -> &mut Self {
        self.0.push((key.into(), entry));
        self
    }

    /// Sets the comment lines above the entry added last; does nothing on an empty map.
    pub fn comment_last(&mut self, comment: impl Into<String>) -> &mut Self {
        if let Some((_, entry)) = self.0.last_mut() {
            entry.comment = Some(comment.into());
        }
        self
    }

    /// Whether there is no entry.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// How many entries there are.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// The value under `key`. Looks through the entries one by one.
    pub fn get(&self, key: &str) -> Option<&Yaml> {
        self.iter()
            .find_map(|(own, value)| (own == key).then_some(value))
    }

    /// The value under `key`, to change. Looks through the entries one by one.
    pub fn get_mut(&mut self, key: &str) -> Option<&mut Yaml> {
        self.0
            .iter_mut()
            .find_map(|(own, entry)| (own == key).then_some(&mut entry.value))
    }

    /// Keys and values in order.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Yaml)> {
        self.entries().map(|(key, entry)| (key, &entry.value))
    }

    /// Keys and entries, with their comments, in order.
    pub fn entries(&self) -> impl Iterator<Item = (&str, &Entry)> {
        self.0.iter().map(|(key, entry)| (key.as_ref(), entry))
    }
}
