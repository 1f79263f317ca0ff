//! A tag read in one pass, if it is written as nearly all are.
//!
//! Takes the bytes behind a `<` and gives the tag, or nothing if anything of it is unusual, even
//! that it isn't all there: then quick-xml is asked. So nothing passes here that it would refuse,
//! and no reason need be given.

use super::{Element, LONGEST_NAME, MOST_ATTRIBUTES, local};

/// The longest tag that is plain, in bytes.
const LONGEST: usize = 64 * 1024;
/// Attributes that most elements stay below.
const FEW: usize = 8;

/// A tag, with its name as written.
pub enum Tag<'t> {
    /// An element begins.
    Start(&'t str, Element<'t>),
    /// An element with nothing in it.
    Empty(Element<'t>),
    /// An element ends.
    End(&'t str),
}

/// The tag behind a `<`, and its length with its `>`.
pub fn plain(bytes: &[u8]) -> Option<(Tag<'_>, usize)> {
    let mut scan = Scan {
        all: bytes.get(..LONGEST).unwrap_or(bytes),
        at: 0,
    };
    if scan.is(b'/') {
        let name = scan.name()?;
        scan.is(b'>').then_some(())?;
        return Some((Tag::End(std::str::from_utf8(name).ok()?), scan.at));
    }
    let name = scan.name().filter(|name| name.len() <= LONGEST_NAME)?;
    let attributes = scan.attributes()?;
    let empty = scan.is(b'/');
    scan.is(b'>').then_some(())?;
    let name = std::str::from_utf8(bytes.get(..scan.at)?)
        .ok()?
        .get(..name.len())?;
    let element = Element {
        name: local(name),
        attributes,
    };
    let tag = match empty {
        true => Tag::Empty(element),
        false => Tag::Start(name, element),
    };
    Some((tag, scan.at))
}

/// A tag up to where it was read.
struct Scan<'t> {
    all: &'t [u8],
    at: usize,
}

impl<'t> Scan<'t> {
    /// Whether this byte comes next; then it is read.
    fn is(&mut self, byte: u8) -> bool {
        let is = self.all.get(self.at) == Some(&byte);
        self.at += usize::from(is);
        is
    }

    /// Whether blanks come next; then they are read.
    fn blank(&mut self) -> bool {
        let begin = self.at;
        while let Some(b' ' | b'\t' | b'\r' | b'\n') = self.all.get(self.at) {
            self.at += 1;
        }
        self.at > begin
    }

    fn name(&mut self) -> Option<&'t [u8]> {
        let begin = self.at;
        while let Some(
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'_' | b'-' | b'.' | b':' | 0x80..,
        ) = self.all.get(self.at)
        {
            self.at += 1;
        }
        self.all.get(begin..self.at).filter(|name| !name.is_empty())
    }

    /// Names and values up to the end of the tag; none stands twice.
    fn attributes(&mut self) -> Option<Vec<(&'t [u8], &'t [u8])>> {
        let mut attributes: Vec<(&[u8], &[u8])> = Vec::new();
        while self.blank() {
            let Some(key) = self.name() else {
                break;
            };
            self.is(b'=').then_some(())?;
            let mark = *self.all.get(self.at)?;
            let begin = self.at + 1;
            matches!(mark, b'"' | b'\'').then_some(())?;
            let end = begin + memchr::memchr2(mark, b'<', self.all.get(begin..)?)?;
            self.at = end;
            self.is(mark).then_some(())?;
            let again = attributes.iter().any(|(other, _)| *other == key);
            (!again && attributes.len() < MOST_ATTRIBUTES).then_some(())?;
            if attributes.is_empty() {
                attributes.reserve(FEW);
            }
            attributes.push((key, self.all.get(begin..end)?));
        }
        Some(attributes)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use quick_xml::Reader;
    use quick_xml::events::{BytesStart, Event};

    use super::super::element;
    use super::*;

    /// Whether a text begins with a plain tag, which then is to quick-xml what it is here.
    fn is_plain(text: &str) -> bool {
        let Some((tag, length)) = plain(&text.as_bytes()[1..]) else {
            return false;
        };
        let mut reader = Reader::from_str(&text[..=length]);
        reader.config_mut().allow_unmatched_ends = true;
        match (tag, reader.read_event().unwrap()) {
            (Tag::Start(name, ours), Event::Start(start)) => {
                assert_eq!(name, start.name().into_inner());
                same(&ours, &start);
            }
            (Tag::Empty(ours), Event::Empty(start)) => same(&ours, &start),
            (Tag::End(name), Event::End(end)) => assert_eq!(name, end.name().into_inner()),
            (_, event) => panic!("{text} is {event:?}"),
        }
        assert!(matches!(reader.read_event(), Ok(Event::Eof)), "{text}");
        true
    }

    fn same(ours: &Element, start: &BytesStart) {
        let theirs = element(start).unwrap();
        assert_eq!(ours.name, theirs.name);
        assert_eq!(ours.attributes, theirs.attributes);
    }

    #[test]
    fn the_usual_is_plain_and_the_rest_is_not() {
        for text in [
            "<a>",
            "<a/>",
            "<a />",
            "</a>",
            "<a:b c:d=\"1\" e='2'>",
            "<a\n b='>' \t c=\"'\"\n/>",
            "<ü ß='ÿ'>",
        ] {
            assert!(is_plain(text), "{text}");
        }
        let many = |count| (0..count).map(|n| format!(" a{n}=''")).collect::<String>();
        assert!(is_plain(&format!("<a{}>", many(MOST_ATTRIBUTES))));
        let long = format!("<a b='{}'>", "1".repeat(LONGEST));
        for text in [
            "<>",
            "< a>",
            "</a >",
            "<a b>",
            "<a b=1>",
            "<a b='1'c='2'>",
            "<a b='1' b='2'>",
            "<a b='<'>",
            "<a b='1' / >",
            "<!a>",
            "<?a?>",
            "<a b='1'",
            &format!("<a{}>", many(MOST_ATTRIBUTES + 1)),
            &format!("<{}>", "a".repeat(LONGEST_NAME + 1)),
            &long,
        ] {
            assert!(!is_plain(text), "{text}");
        }
        assert!(plain(b"a b='\xff'>").is_none());
    }

    proptest! {
        #[test]
        fn what_is_plain_is_so_to_quick_xml(
            parts in prop::collection::vec(
                prop::sample::select(vec![
                    "a", "b", "a:", " ", "\n", "=", "'", "\"", "/", "<", ">", "&lt;", "ü", "!",
                    " a='1'", " b=\"/>\"", " c=''", "/>", "\u{a0}",
                ]),
                0..9,
            )
        ) {
            is_plain(&format!("<{}>", parts.concat()));
        }
    }
}
