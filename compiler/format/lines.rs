//! Lines as they are written, and what is aligned among them in the end.

use super::{STEP, WIDTH};

/// One line.
#[derive(Debug, Default)]
struct Line {
    indent: usize,
    code: String,
    /// Where in `code` an attribute's `=` stands, if the attribute is all there is on the line.
    equals: Option<usize>,
    /// The comment behind the code.
    comment: Option<String>,
    /// Written as it is: the inside of a text block.
    raw: bool,
}

impl Line {
    fn width(&self) -> usize {
        self.indent + self.code.chars().count()
    }
}

/// The text so far.
#[derive(Debug, Default)]
pub struct Lines {
    done: Vec<Line>,
    line: Line,
    /// Blanks before what belongs to the current item's first line.
    indent: usize,
}

impl Lines {
    /// Goes one level in.
    pub fn deeper(&mut self) {
        self.indent += STEP;
    }

    /// Goes one level out.
    pub fn shallower(&mut self) {
        self.indent = self.indent.saturating_sub(STEP);
    }

    /// Blanks before a line of the current level.
    pub fn indent(&self) -> usize {
        self.indent
    }

    /// Where the next sign would stand.
    pub fn column(&self) -> usize {
        match self.is_fresh() {
            true => self.indent,
            false => self.line.width(),
        }
    }

    /// How many lines are complete.
    pub fn count(&self) -> usize {
        self.done.len()
    }

    /// Whether nothing stands on the line yet.
    pub fn is_fresh(&self) -> bool {
        self.line.code.is_empty() && self.line.comment.is_none() && !self.line.raw
    }

    /// Writes on. Behind a comment a new line begins first.
    pub fn text(&mut self, text: &str) {
        if self.line.comment.is_some() {
            self.continued();
        }
        if self.is_fresh() && self.line.indent == 0 {
            self.line.indent = self.indent;
        }
        self.line.code.push_str(text);
    }

    /// A blank, unless the line is fresh or ends with a comment.
    pub fn blank(&mut self) {
        if !self.line.code.is_empty() && self.line.comment.is_none() {
            self.line.code.push(' ');
        }
    }

    /// Notes that an attribute's `=` is written next, and gives its place.
    pub fn equals(&self) -> usize {
        self.line.code.len()
    }

    /// Says that the attribute whose `=` stands at `at` is all there is on this line.
    pub fn one_line_attribute(&mut self, at: usize) {
        self.line.equals = Some(at);
    }

    /// A comment: behind what stands on the line, or a line of its own.
    pub fn comment(&mut self, text: &str) {
        if self.is_fresh() {
            self.text(text);
            self.end();
        } else if self.line.comment.is_some() {
            self.end();
            self.text(text);
            self.end();
        } else {
            self.line.code.truncate(self.line.code.trim_end().len());
            self.line.comment = Some(text.to_string());
        }
    }

    /// Ends the line, if anything stands on it.
    pub fn end(&mut self) {
        if !self.is_fresh() {
            self.line.code.truncate(match self.line.raw {
                true => self.line.code.len(),
                false => self.line.code.trim_end().len(),
            });
            self.done.push(std::mem::take(&mut self.line));
        }
    }

    /// Ends the line; what comes next goes on with the same item.
    pub fn continued(&mut self) {
        self.end();
        self.line.indent = self.indent + 2 * STEP;
    }

    /// One empty line, unless there is one or nothing before.
    pub fn empty(&mut self) {
        self.end();
        if self
            .done
            .last()
            .is_some_and(|l| !l.code.is_empty() || l.raw)
        {
            self.done.push(Line::default());
        }
    }

    /// Ends the line and begins one that is written as it is.
    pub fn raw(&mut self, text: &str) {
        self.done.push(std::mem::take(&mut self.line));
        self.line = Line {
            code: text.to_string(),
            raw: true,
            ..Line::default()
        };
    }

    /// All lines, aligned.
    pub fn finish(mut self) -> String {
        self.end();
        while self
            .done
            .last()
            .is_some_and(|l| l.code.is_empty() && !l.raw)
        {
            self.done.pop();
        }
        align_equals(&mut self.done);
        let places = comment_places(&self.done);
        let mut out = String::new();
        for (line, place) in self.done.iter().zip(places) {
            if !line.code.is_empty() {
                out.extend(std::iter::repeat_n(' ', line.indent));
                out.push_str(&line.code);
            }
            if let Some(comment) = &line.comment {
                let blanks = place.saturating_sub(line.width()).max(STEP);
                out.extend(std::iter::repeat_n(' ', blanks));
                out.push_str(comment);
            }
            out.push('\n');
        }
        out
    }
}

/// Aligns the `=` of attributes on lines that follow each other.
fn align_equals(lines: &mut [Line]) {
    for run in
        lines.chunk_by_mut(|a, b| a.equals.is_some() && b.equals.is_some() && a.indent == b.indent)
    {
        let before = |l: &Line, at: usize| l.code.get(..at).map_or(0, |key| key.chars().count());
        let widest = run
            .iter()
            .filter_map(|l| l.equals.map(|at| before(l, at)))
            .max()
            .unwrap_or(0);
        for line in run {
            if let Some(at) = line.equals {
                let blanks = widest.saturating_sub(before(line, at));
                line.code.insert_str(at, &" ".repeat(blanks));
            }
        }
    }
}

/// The column of each line's comment: the same on lines of one level that follow each other.
fn comment_places(lines: &[Line]) -> Vec<usize> {
    let together = |a: &Line, b: &Line| {
        let has = |l: &Line| l.comment.is_some() && l.width() <= WIDTH;
        has(a) && has(b) && a.indent == b.indent && !a.code.starts_with('}')
    };
    let mut places = Vec::with_capacity(lines.len());
    for run in lines.chunk_by(together) {
        let widest = run.iter().map(Line::width).max().unwrap_or(0);
        places.extend(std::iter::repeat_n(widest + STEP, run.len()));
    }
    places
}
