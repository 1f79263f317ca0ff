//! The tags of an XML stream. Texts are cut to their first bytes and comments left out, so that
//! memory stays small whatever a test wrote into its output.
//!
//! Gives tags and texts, and knows nothing of elements. A tag that is written as usual is read
//! where it lies; any other is put together for quick-xml.

use std::io::{self, BufRead};

use super::plain::{Tag, plain};
use crate::evidence::{Malformed, unreadable};

/// What is kept of a text, in bytes: enough for a message.
const TEXT: usize = 64;
/// What is kept of an attribute's value, in bytes.
const VALUE: usize = 64 * 1024;
/// The longest tag, in bytes.
const LONGEST: usize = 1024 * 1024;

/// What stands where the stream was read to.
#[derive(Clone, Copy)]
enum State {
    /// Between tags; so many bytes of the text were kept.
    Text(usize),
    /// After a `<` that may begin anything.
    Open,
    /// In a tag; in a value the quotation mark, and how much of it was kept.
    Tag(Option<(u8, usize)>),
    /// In something that is left out: how it begins and ends, and the last two bytes of it.
    Skip(&'static Skipped, [u8; 2]),
}

/// What is left out.
struct Skipped {
    begin: &'static [u8],
    end: &'static [u8],
}

static SKIPPED: &[Skipped] = &[
    Skipped {
        begin: b"<!--",
        end: b"-->",
    },
    Skipped {
        begin: b"<![CDATA[",
        end: b"]]>",
    },
    Skipped {
        begin: b"<?",
        end: b"?>",
    },
];

/// What a stream consists of.
pub enum Piece<'p> {
    /// A tag that was read.
    Tag(Tag<'p>),
    /// A tag as it stands there, or the beginning of one where the stream ends.
    Unread(&'p str),
    /// The beginning of a text, without the blanks before it.
    Text(&'p str),
}

/// Gives the pieces of a stream. What is open at its end comes last, so that it is missed.
pub fn pieces(
    input: &mut dyn BufRead,
    take: &mut dyn FnMut(Piece) -> Result<(), Malformed>,
) -> Result<(), Malformed> {
    let mut cut = Cut {
        out: Vec::new(),
        state: State::Text(0),
        take,
    };
    loop {
        let chunk = match input.fill_buf() {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            chunk => chunk.map_err(|error| unreadable(&error))?,
        };
        if chunk.is_empty() {
            return cut.end();
        }
        let read = chunk.len();
        cut.feed(chunk)?;
        input.consume(read);
    }
}

/// A stream that is cut.
struct Cut<'t> {
    /// What was read of a tag that has to be put together.
    out: Vec<u8>,
    state: State,
    take: &'t mut dyn FnMut(Piece) -> Result<(), Malformed>,
}

impl Cut<'_> {
    fn feed(&mut self, chunk: &[u8]) -> Result<(), Malformed> {
        let mut rest = chunk;
        while !rest.is_empty() {
            rest = match self.state {
                State::Text(kept) => self.text(kept, rest)?,
                State::Open => self.open(rest)?,
                State::Tag(None) => self.tag(rest)?,
                State::Tag(Some((mark, kept))) => self.value(mark, kept, rest)?,
                State::Skip(what, before) => self.skip(what, before, rest),
            };
        }
        Ok(())
    }

    /// The stream is over: what is open is given on, so that it is missed at its end.
    fn end(&mut self) -> Result<(), Malformed> {
        if let State::Skip(what, _) = self.state {
            self.out.extend_from_slice(what.begin);
        }
        match self.out.is_empty() {
            true => Ok(()),
            false => self.close(),
        }
    }

    fn text<'c>(&mut self, kept: usize, rest: &'c [u8]) -> Result<&'c [u8], Malformed> {
        let end = memchr::memchr(b'<', rest);
        let (text, after) = rest.split_at(end.unwrap_or(rest.len()));
        let text = if kept == 0 {
            text.trim_ascii_start()
        } else {
            text
        };
        let keep = text.get(..TEXT.saturating_sub(kept)).unwrap_or(text);
        if !keep.is_empty() {
            // A character may have been cut.
            let plain = |b: &u8| if b.is_ascii() { char::from(*b) } else { '?' };
            let keep: String = keep.iter().map(plain).collect();
            (self.take)(Piece::Text(&keep))?;
        }
        self.state = State::Text(kept + keep.len());
        let Some((open, after)) = after.split_first() else {
            return Ok(after);
        };
        self.out.push(*open);
        self.state = State::Open;
        Ok(after)
    }

    fn open<'c>(&mut self, rest: &'c [u8]) -> Result<&'c [u8], Malformed> {
        if self.out == b"<"
            && let Some((tag, length)) = plain(rest)
        {
            (self.take)(Piece::Tag(tag))?;
            self.out.clear();
            self.state = State::Text(0);
            return Ok(rest.get(length..).unwrap_or_default());
        }
        let Some((byte, after)) = rest.split_first() else {
            return Ok(rest);
        };
        let begun = self.out.len();
        self.out.push(*byte);
        Ok(
            match SKIPPED.iter().find(|s| s.begin.starts_with(&self.out)) {
                Some(what) if what.begin == self.out => {
                    self.out.clear();
                    self.state = State::Skip(what, [0, 0]);
                    after
                }
                Some(_) => after,
                None => {
                    self.out.truncate(begun);
                    self.state = State::Tag(None);
                    rest
                }
            },
        )
    }

    fn tag<'c>(&mut self, rest: &'c [u8]) -> Result<&'c [u8], Malformed> {
        let end = memchr::memchr3(b'>', b'"', b'\'', rest).map(|at| at + 1);
        let (part, after) = rest.split_at(end.unwrap_or(rest.len()));
        self.keep(part)?;
        match part.last() {
            Some(b'>') => self.close()?,
            Some(mark @ (b'"' | b'\'')) => self.state = State::Tag(Some((*mark, 0))),
            _ => {}
        }
        Ok(after)
    }

    fn value<'c>(&mut self, mark: u8, kept: usize, rest: &'c [u8]) -> Result<&'c [u8], Malformed> {
        let end = memchr::memchr(mark, rest);
        let (value, after) = rest.split_at(end.unwrap_or(rest.len()));
        let keep = value.get(..VALUE.saturating_sub(kept)).unwrap_or(value);
        self.keep(keep)?;
        let mut kept = kept + keep.len();
        if keep.len() < value.len() && kept == VALUE {
            // Else a value that was cut could be a number again.
            self.keep(b"?")?;
            kept += 1;
        }
        self.state = State::Tag(Some((mark, kept)));
        let Some((mark, after)) = after.split_first() else {
            return Ok(after);
        };
        self.keep(&[*mark])?;
        self.state = State::Tag(None);
        Ok(after)
    }

    fn skip<'c>(&mut self, what: &'static Skipped, before: [u8; 2], rest: &'c [u8]) -> &'c [u8] {
        for at in memchr::memchr_iter(b'>', rest) {
            let (part, after) = rest.split_at(at + 1);
            if last(before, part, 3).ends_with(what.end) {
                self.state = State::Text(0);
                return after;
            }
        }
        let tail = last(before, rest, 2);
        self.state = State::Skip(
            what,
            [
                tail.first().copied().unwrap_or_default(),
                tail.get(1).copied().unwrap_or_default(),
            ],
        );
        &[]
    }

    fn keep(&mut self, part: &[u8]) -> Result<(), Malformed> {
        if self.out.len() + part.len() > LONGEST {
            return Err(Malformed::new("has a tag of more than 1 MiB"));
        }
        self.out.extend_from_slice(part);
        Ok(())
    }

    /// Gives the tag on. Encodings other than UTF-8 differ in names only, which decide nothing.
    fn close(&mut self) -> Result<(), Malformed> {
        let mut from = 0;
        while let Some(rest) = self.out.get_mut(from..)
            && let Err(error) = std::str::from_utf8(rest)
        {
            let at = error.valid_up_to();
            rest.get_mut(at).into_iter().for_each(|byte| *byte = b'?');
            from += at;
        }
        self.state = State::Text(0);
        let tag = std::str::from_utf8(&self.out).unwrap_or_default();
        (self.take)(Piece::Unread(tag))?;
        self.out.clear();
        Ok(())
    }
}

/// The last bytes of a part, with what stood before it.
fn last(before: [u8; 2], part: &[u8], many: usize) -> Vec<u8> {
    let tail = part.get(part.len().saturating_sub(many)..).unwrap_or(part);
    let all = [&before, tail].concat();
    all.get(all.len().saturating_sub(many)..)
        .unwrap_or(&all)
        .to_vec()
}

#[cfg(test)]
mod tests {
    use super::super::Element;
    use super::*;

    fn all(mut text: impl BufRead) -> Result<String, Malformed> {
        let mut out = String::new();
        pieces(&mut text, &mut |piece| {
            out.push_str(&match piece {
                Piece::Tag(tag) => written(&tag),
                Piece::Unread(text) | Piece::Text(text) => text.to_string(),
            });
            Ok(())
        })?;
        Ok(out)
    }

    /// A tag in one way, the one of the texts below.
    fn written(tag: &Tag) -> String {
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        let pairs = |element: &Element| -> String {
            let pairs = element.attributes.iter();
            pairs
                .map(|(key, value)| format!(" {}='{}'", text(key), text(value)))
                .collect()
        };
        match tag {
            Tag::Start(name, element) => format!("<{name}{}>", pairs(element)),
            Tag::Empty(element) => format!("<{}{}/>", element.name, pairs(element)),
            Tag::End(name) => format!("</{name}>"),
        }
    }

    /// What comes out, however small the pieces are that come in.
    fn cut(text: &[u8]) -> String {
        let by = |size| all(io::BufReader::with_capacity(size, text)).unwrap();
        let whole = by(1 << 20);
        for size in [1, 2, 3, 7] {
            assert!(by(size) == whole, "in pieces of {size}");
        }
        whole
    }

    #[test]
    fn tags_stay_and_the_rest_goes() {
        for (text, out) in [
            ("<a>\n  <b c='1>2'/> </a>\n", "<a><b c='1>2'/></a>"),
            ("<?xml version='1.0'?><a/>", "<a/>"),
            ("<a><!-- > -- <b> --></a>", "<a></a>"),
            ("<a><![CDATA[<b>]] >]]]></a>", "<a></a>"),
            ("<a>x &lt; ü</a>", "<a>x &lt; ??</a>"),
            (
                "<!DOCTYPE a SYSTEM \"b\"><a/>",
                "<!DOCTYPE a SYSTEM \"b\"><a/>",
            ),
            ("<a ü='ü'/>", "<a ü='ü'/>"),
            ("<a><!-- never", "<a><!--"),
            ("<a><![CDATA[ ]]", "<a><![CDATA["),
            ("<a><b c='", "<a><b c='"),
            ("<a><", "<a><"),
            ("<a/><", "<a/><"),
            ("<a><![CDA", "<a><![CDA"),
        ] {
            assert_eq!(cut(text.as_bytes()), out, "{text}");
        }
        assert_eq!(cut(b"<a b='\xe4'/>"), "<a b='?'/>");
    }

    #[test]
    fn what_is_long_is_cut_or_refused() {
        let long = "9".repeat(LONGEST + 1);
        assert_eq!(cut(format!("<a>{long}</a>").as_bytes()).len(), TEXT + 7);
        let value = cut(format!("<a b='{long}'/>").as_bytes());
        assert_eq!(value.len(), VALUE + 10);
        assert!(value.ends_with("9?'/>"));
        assert!(all(format!("<{long}").as_bytes()).is_err());
    }
}
