//! XML walked element by element as it streams in, with limits, and without entities of its own.
//!
//! Only names and attributes are given on: no format here needs text. A document type is read
//! over, one with declarations inside is refused.

mod markup;
mod plain;

use std::borrow::Cow;
use std::io::BufRead;

use quick_xml::Reader;
use quick_xml::errors::SyntaxError;
use quick_xml::events::{BytesStart, Event};
use quick_xml::name::QName;

use super::{Malformed, quote};
use markup::{Piece, pieces};
use plain::Tag;

/// Deepest nesting of elements.
const DEEPEST: usize = 100;
/// Most attributes of an element.
const MOST_ATTRIBUTES: usize = 200;
/// The longest name of an element, in bytes.
const LONGEST_NAME: usize = 1000;

/// An element with its attributes as written.
pub struct Element<'a> {
    /// Its name without a prefix.
    pub name: &'a str,
    /// Names and values, which are UTF-8.
    attributes: Vec<(&'a [u8], &'a [u8])>,
}

impl Element<'_> {
    /// An attribute's text, entities unresolved.
    pub fn attribute(&self, name: &str) -> Option<&str> {
        let name = name.as_bytes();
        let (_, value) = self.attributes.iter().find(|(key, _)| *key == name)?;
        std::str::from_utf8(value).ok().map(str::trim)
    }

    /// An attribute as a number of things; none if it is absent or no whole number.
    pub fn count(&self, name: &str) -> Option<f64> {
        let number: f64 = self.attribute(name)?.parse().ok()?;
        (number.is_finite() && number >= 0.0 && number.fract() == 0.0).then_some(number)
    }
}

/// The elements around one, without their prefixes.
#[derive(Default)]
pub struct Above {
    /// Their names as written, one after the other.
    names: String,
    /// Where each name begins.
    begins: Vec<usize>,
}

impl Above {
    /// How many there are.
    pub fn depth(&self) -> usize {
        self.begins.len()
    }

    /// The innermost; of none it is empty.
    pub fn parent(&self) -> &str {
        local(self.last().unwrap_or_default())
    }

    /// Whether one of them has this name.
    pub fn has(&self, name: &str) -> bool {
        let ends = self
            .begins
            .iter()
            .copied()
            .skip(1)
            .chain([self.names.len()]);
        let mut names = self.begins.iter().zip(ends);
        names.any(|(begin, end)| self.names.get(*begin..end).map(local) == Some(name))
    }

    /// The innermost as written.
    fn last(&self) -> Option<&str> {
        self.names.get(*self.begins.last()?..)
    }

    fn push(&mut self, name: &str) {
        self.begins.push(self.names.len());
        self.names.push_str(name);
    }

    fn pop(&mut self) {
        self.names.truncate(self.begins.pop().unwrap_or_default());
    }
}

fn local(name: &str) -> &str {
    QName(name).local_name().into_inner()
}

/// What a format does with elements.
pub trait Visitor {
    /// An element begins, in those that are `above` it.
    fn open(&mut self, element: &Element, above: &Above) -> Result<(), Malformed>;
    /// An element ends.
    fn close(&mut self, name: &str) -> Result<(), Malformed>;
}

/// Walks a document whose root is one of `roots`.
pub fn walk(
    input: &mut dyn BufRead,
    what: &str,
    roots: &[&str],
    visitor: &mut dyn Visitor,
) -> Result<(), Malformed> {
    let mut walk = Walk {
        what,
        roots,
        visitor,
        above: Above::default(),
        rooted: false,
    };
    pieces(input, &mut |piece| match piece {
        Piece::Tag(tag) => walk.tag(&tag),
        Piece::Unread(text) => walk.unread(text),
        Piece::Text(text) => walk.text(text),
    })?;
    match walk.above.last() {
        Some(open) => Err(cut_off(open)),
        None if !walk.rooted => Err(Malformed(format!("is not {what}: no element"))),
        None => Ok(()),
    }
}

/// A document that is walked.
struct Walk<'a> {
    what: &'a str,
    roots: &'a [&'a str],
    visitor: &'a mut dyn Visitor,
    above: Above,
    /// A root was seen.
    rooted: bool,
}

impl Walk<'_> {
    /// A tag that quick-xml has to understand.
    fn unread(&mut self, text: &str) -> Result<(), Malformed> {
        let mut reader = Reader::from_str(text);
        // An element ends in another piece, so that is looked at here.
        let config = reader.config_mut();
        config.check_end_names = false;
        config.allow_unmatched_ends = true;
        loop {
            match reader.read_event() {
                Ok(Event::Eof) => return Ok(()),
                Ok(event) => self.event(event)?,
                Err(error) => return Err(self.broken(&error, text)),
            }
        }
    }

    fn event(&mut self, event: Event) -> Result<(), Malformed> {
        match event {
            Event::Start(start) => {
                self.tag(&Tag::Start(start.name().into_inner(), element(&start)?))
            }
            Event::Empty(start) => self.tag(&Tag::Empty(element(&start)?)),
            Event::End(end) => self.tag(&Tag::End(end.name().into_inner())),
            Event::DocType(declaration) if declaration.contains('[') => Err(declares()),
            Event::Text(text) => self.text(&text),
            _ => Ok(()),
        }
    }

    fn text(&mut self, text: &str) -> Result<(), Malformed> {
        match text.trim() {
            text if self.above.depth() == 0 && !text.is_empty() => {
                Err(self.isnt(&format!("{} stands outside", quote(text))))
            }
            _ => Ok(()),
        }
    }

    fn tag(&mut self, tag: &Tag) -> Result<(), Malformed> {
        match tag {
            Tag::Start(name, element) => {
                self.open(element)?;
                self.above.push(name);
                Ok(())
            }
            Tag::Empty(element) => {
                self.open(element)?;
                self.visitor.close(element.name)
            }
            Tag::End(name) => {
                if self.above.last() != Some(name) {
                    return Err(self.unmatched(name));
                }
                self.above.pop();
                self.visitor.close(local(name))
            }
        }
    }

    fn open(&mut self, element: &Element) -> Result<(), Malformed> {
        if self.above.depth() == 0 {
            self.check_root(element.name)?;
        }
        if self.above.depth() >= DEEPEST {
            return Err(Malformed::new("is nested too deeply"));
        }
        self.visitor.open(element, &self.above)
    }

    fn check_root(&mut self, name: &str) -> Result<(), Malformed> {
        if self.rooted {
            return Err(Malformed::new("has two root elements"));
        }
        self.rooted = true;
        match self.roots.contains(&name) {
            true => Ok(()),
            false => Err(self.isnt(&format!("its root is {}", quote(name)))),
        }
    }

    fn unmatched(&self, name: &str) -> Malformed {
        let name = quote(name);
        match self.above.last() {
            Some(open) => self.isnt(&format!("{name} ends where {} is open", quote(open))),
            None => self.isnt(&format!("{name} ends and never began")),
        }
    }

    fn broken(&self, error: &quick_xml::Error, piece: &str) -> Malformed {
        use quick_xml::Error::Syntax;
        match (error, self.above.last()) {
            (Syntax(_), Some(open)) => cut_off(open),
            // It ends at its first `>`, which is one of a declaration.
            (Syntax(SyntaxError::UnclosedDoctype), None) if piece.contains('[') => declares(),
            (error, _) => self.isnt(&quote(&error.to_string())),
        }
    }

    fn isnt(&self, why: &str) -> Malformed {
        Malformed(format!("is not {}: {why}", self.what))
    }
}

fn declares() -> Malformed {
    Malformed::new("declares entities in its document type; refused")
}

fn cut_off(open: &str) -> Malformed {
    let open = open.escape_debug();
    Malformed(format!("ends in the middle: <{open}> is never closed"))
}

fn element<'a>(start: &'a BytesStart) -> Result<Element<'a>, Malformed> {
    let name = start.name().local_name().into_inner();
    if name.len() > LONGEST_NAME {
        return Err(Malformed::new("has an element with too long a name"));
    }
    let wrong = |why: &str| Malformed(format!("is not well-formed: {}", quote(why)));
    if memchr::memchr(b'<', start.attributes_raw().as_bytes()).is_some() {
        return Err(wrong("a tag begins within a tag"));
    }
    let mut attributes: Vec<(&[u8], &[u8])> = Vec::new();
    // What stands twice is looked for here, which is faster for the few there are.
    for attribute in start.attributes().with_checks(false) {
        let attribute = attribute.map_err(|error| wrong(&error.to_string()))?;
        let key = attribute.key.into_inner().as_bytes();
        if attributes.iter().any(|(other, _)| *other == key) {
            return Err(wrong("an attribute stands twice"));
        }
        let Cow::Borrowed(value) = attribute.value else {
            return Err(wrong("an attribute that is not as written"));
        };
        attributes.push((key, value.as_bytes()));
        if attributes.len() > MOST_ATTRIBUTES {
            return Err(Malformed::new("has an element with too many attributes"));
        }
    }
    Ok(Element { name, attributes })
}
