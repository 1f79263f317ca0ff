//! The tags of an XML stream. Texts are cut to their first bytes and comments left out, so that
//! memory stays small whatever a test wrote into its output.
//!
//! Gives pieces of whole tags and nothing of elements: quick-xml reads what comes out, in place.

use std::io::{self, BufRead};

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

/// A stream's tags.
pub struct Markup<R> {
    inner: R,
    cut: Cut,
    ended: bool,
}

impl<R: BufRead> Markup<R> {
    /// The tags of a stream.
    pub fn new(inner: R) -> Self {
        let cut = Cut {
            out: Vec::new(),
            whole: 0,
            state: State::Text(0),
        };
        Self {
            inner,
            cut,
            ended: false,
        }
    }

    /// The next whole tags and texts; none when the stream is over. What is open at its end comes
    /// last, so that it is missed.
    pub fn piece(&mut self) -> io::Result<Option<&str>> {
        self.cut.out.drain(..self.cut.whole);
        self.cut.whole = 0;
        while self.cut.whole == 0 && !self.ended {
            let chunk = match self.inner.fill_buf() {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                chunk => chunk?,
            };
            if chunk.is_empty() {
                self.cut.end();
                self.ended = true;
            } else {
                let read = chunk.len();
                self.cut.feed(chunk)?;
                self.inner.consume(read);
            }
        }
        Ok(self.cut.text_of_whole())
    }
}

/// What was cut out of the stream.
struct Cut {
    out: Vec<u8>,
    /// The end of the last whole tag or text in `out`; a tag's beginning stands behind it.
    whole: usize,
    state: State,
}

impl Cut {
    fn feed(&mut self, chunk: &[u8]) -> io::Result<()> {
        let mut rest = chunk;
        while !rest.is_empty() {
            rest = match self.state {
                State::Text(kept) => self.text(kept, rest),
                State::Open => self.open(rest),
                State::Tag(None) => self.tag(rest)?,
                State::Tag(Some((mark, kept))) => self.value(mark, kept, rest)?,
                State::Skip(what, before) => self.skip(what, before, rest),
            };
        }
        Ok(())
    }

    /// What is whole, as text; none of nothing. Encodings other than UTF-8 differ in names only,
    /// which decide nothing.
    fn text_of_whole(&mut self) -> Option<&str> {
        let mut from = 0;
        while let Some(rest) = self.out.get_mut(from..self.whole)
            && let Err(error) = std::str::from_utf8(rest)
        {
            let at = error.valid_up_to();
            rest.get_mut(at).into_iter().for_each(|byte| *byte = b'?');
            from += at;
        }
        let whole = self.out.get(..self.whole).filter(|w| !w.is_empty())?;
        std::str::from_utf8(whole).ok()
    }

    /// The stream is over: what is open is given on, so that it is missed at its end.
    fn end(&mut self) {
        if let State::Skip(what, _) = self.state {
            self.out.extend_from_slice(what.begin);
        }
        self.whole = self.out.len();
    }

    fn text<'c>(&mut self, kept: usize, rest: &'c [u8]) -> &'c [u8] {
        let end = memchr::memchr(b'<', rest);
        let (text, after) = rest.split_at(end.unwrap_or(rest.len()));
        let text = if kept == 0 {
            text.trim_ascii_start()
        } else {
            text
        };
        let keep = text.get(..TEXT.saturating_sub(kept)).unwrap_or(text);
        // Nothing that would have to be understood.
        let plain = |b: &u8| {
            if *b == b'&' || !b.is_ascii() {
                b'?'
            } else {
                *b
            }
        };
        self.out.extend(keep.iter().map(plain));
        self.whole = self.out.len();
        self.state = State::Text(kept + keep.len());
        let Some((open, after)) = after.split_first() else {
            return after;
        };
        self.out.push(*open);
        self.state = State::Open;
        after
    }

    fn open<'c>(&mut self, rest: &'c [u8]) -> &'c [u8] {
        let Some((byte, after)) = rest.split_first() else {
            return rest;
        };
        // Nearly every tag stands in one piece.
        let begins = self.out.len() == self.whole + 1 && !matches!(byte, b'!' | b'?');
        if begins && let Some((tag, after)) = length(rest).and_then(|at| rest.split_at_checked(at))
        {
            self.out.extend_from_slice(tag);
            self.close();
            return after;
        }
        let begun = self.out.len();
        self.out.push(*byte);
        let so_far = self.out.get(self.whole..).unwrap_or_default();
        match SKIPPED.iter().find(|s| s.begin.starts_with(so_far)) {
            Some(what) if what.begin == so_far => {
                self.out.truncate(self.whole);
                self.state = State::Skip(what, [0, 0]);
                after
            }
            Some(_) => after,
            None => {
                self.out.truncate(begun);
                self.state = State::Tag(None);
                rest
            }
        }
    }

    fn tag<'c>(&mut self, rest: &'c [u8]) -> io::Result<&'c [u8]> {
        let end = memchr::memchr3(b'>', b'"', b'\'', rest).map(|at| at + 1);
        let (part, after) = rest.split_at(end.unwrap_or(rest.len()));
        self.keep(part)?;
        match part.last() {
            Some(b'>') => self.close(),
            Some(mark @ (b'"' | b'\'')) => self.state = State::Tag(Some((*mark, 0))),
            _ => {}
        }
        Ok(after)
    }

    fn value<'c>(&mut self, mark: u8, kept: usize, rest: &'c [u8]) -> io::Result<&'c [u8]> {
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

    fn keep(&mut self, part: &[u8]) -> io::Result<()> {
        if self.out.len() - self.whole + part.len() > LONGEST {
            return Err(io::Error::new(
                io::ErrorKind::FileTooLarge,
                "has a tag of more than 1 MiB",
            ));
        }
        self.out.extend_from_slice(part);
        Ok(())
    }

    fn close(&mut self) {
        self.whole = self.out.len();
        self.state = State::Text(0);
    }
}

/// The length of a tag up to its `>`, if it is there and nothing of it has to be cut.
fn length(tag: &[u8]) -> Option<usize> {
    let tag = tag.get(..VALUE).unwrap_or(tag);
    let end = memchr::memchr(b'>', tag)? + 1;
    let head = tag.get(..end)?;
    let marks = |mark| memchr::memchr_iter(mark, head).count();
    if marks(b'\'') == 0 && marks(b'"') % 2 == 0 {
        return Some(end);
    }
    let mut at = 0;
    loop {
        at += memchr::memchr3(b'>', b'"', b'\'', tag.get(at..)?)? + 1;
        match tag.get(at - 1)? {
            b'>' => return Some(at),
            mark => at += memchr::memchr(*mark, tag.get(at..)?)? + 1,
        }
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
    use super::*;

    fn all(text: impl BufRead) -> io::Result<String> {
        let mut markup = Markup::new(text);
        let mut out = String::new();
        while let Some(piece) = markup.piece()? {
            out.push_str(piece);
        }
        Ok(out)
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
            ("<a>x &lt; ü</a>", "<a>x ?lt; ??</a>"),
            (
                "<!DOCTYPE a SYSTEM \"b\"><a/>",
                "<!DOCTYPE a SYSTEM \"b\"><a/>",
            ),
            ("<a ü='ü'/>", "<a ü='ü'/>"),
            ("<a><!-- never", "<a><!--"),
            ("<a><![CDATA[ ]]", "<a><![CDATA["),
            ("<a><b c='", "<a><b c='"),
            ("<a><", "<a><"),
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
