//! XML walked element by element as it streams in, with limits, and without entities of its own.
//!
//! Only names and attributes are given on: no format here needs text. A document type is read
//! over, one with declarations inside is refused.

mod markup;

use std::borrow::Cow;
use std::io::{self, BufRead};

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

use super::{Malformed, quote, unreadable};
use markup::Markup;

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
    attributes: Vec<(&'a str, Cow<'a, str>)>,
}

impl Element<'_> {
    /// An attribute's text, entities unresolved.
    pub fn attribute(&self, name: &str) -> Option<&str> {
        let found = self.attributes.iter().find(|(key, _)| *key == name);
        found.map(|(_, value)| value.trim())
    }

    /// An attribute as a number of things; none if it is absent or no whole number.
    pub fn count(&self, name: &str) -> Option<f64> {
        let number: f64 = self.attribute(name)?.parse().ok()?;
        (number.is_finite() && number >= 0.0 && number.fract() == 0.0).then_some(number)
    }
}

/// What a format does with elements.
pub trait Visitor {
    /// An element begins; `above` are the names around it, outermost first.
    fn open(&mut self, element: &Element, above: &[String]) -> Result<(), Malformed>;
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
    let mut reader = Reader::from_reader(Markup::new(input));
    let mut above: Vec<String> = Vec::new();
    // Names are many, so their memory is used again.
    let mut spare: Vec<String> = Vec::new();
    let mut rooted = false;
    let mut buffer = Vec::new();
    loop {
        buffer.clear();
        let event = reader
            .read_event_into(&mut buffer)
            .map_err(|error| broken(what, &error, &above))?;
        match event {
            Event::Start(ref start) | Event::Empty(ref start) => {
                let element = element(start)?;
                if above.is_empty() {
                    check_root(what, element.name, roots, rooted)?;
                    rooted = true;
                }
                if above.len() >= DEEPEST {
                    return Err(Malformed::new("is nested too deeply"));
                }
                visitor.open(&element, &above)?;
                if matches!(event, Event::Empty(_)) {
                    visitor.close(element.name)?;
                } else {
                    let mut name = spare.pop().unwrap_or_default();
                    name.push_str(element.name);
                    above.push(name);
                }
            }
            Event::End(_) => {
                if let Some(mut name) = above.pop() {
                    visitor.close(&name)?;
                    name.clear();
                    spare.push(name);
                }
            }
            Event::DocType(declaration) if declaration.contains('[') => {
                return Err(Malformed::new(
                    "declares entities in its document type; refused",
                ));
            }
            Event::Text(text) if above.is_empty() && !text.trim().is_empty() => {
                return Err(Malformed(format!(
                    "is not {what}: {} stands outside",
                    quote(text.trim())
                )));
            }
            Event::Eof if !above.is_empty() => return Err(cut_off(&above)),
            Event::Eof if !rooted => return Err(Malformed(format!("is not {what}: no element"))),
            Event::Eof => return Ok(()),
            _ => {}
        }
    }
}

fn check_root(what: &str, name: &str, roots: &[&str], rooted: bool) -> Result<(), Malformed> {
    if rooted {
        return Err(Malformed::new("has two root elements"));
    }
    if roots.contains(&name) {
        return Ok(());
    }
    Err(Malformed(format!(
        "is not {what}: its root is {}",
        quote(name)
    )))
}

fn cut_off(above: &[String]) -> Malformed {
    let open = above.last().map_or("", String::as_str);
    Malformed(format!(
        "ends in the middle: <{}> is never closed",
        open.escape_debug()
    ))
}

fn broken(what: &str, error: &quick_xml::Error, above: &[String]) -> Malformed {
    match error {
        quick_xml::Error::Syntax(_) if !above.is_empty() => cut_off(above),
        quick_xml::Error::Io(error) if error.kind() == io::ErrorKind::FileTooLarge => {
            Malformed(error.to_string())
        }
        quick_xml::Error::Io(error) => unreadable(error),
        error => Malformed(format!("is not {what}: {}", quote(&error.to_string()))),
    }
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
    let mut attributes: Vec<(&str, Cow<str>)> = Vec::new();
    // What stands twice is looked for here, which is faster for the few there are.
    for attribute in start.attributes().with_checks(false) {
        let attribute = attribute.map_err(|error| wrong(&error.to_string()))?;
        let key = attribute.key.into_inner();
        if attributes.iter().any(|(other, _)| *other == key) {
            return Err(wrong("an attribute stands twice"));
        }
        attributes.push((key, attribute.value));
        if attributes.len() > MOST_ATTRIBUTES {
            return Err(Malformed::new("has an element with too many attributes"));
        }
    }
    Ok(Element { name, attributes })
}
