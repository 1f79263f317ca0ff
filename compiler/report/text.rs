//! Text for a terminal.

use super::document::{Document, Gate, Item};
use super::say::{asks, clean, facts, measured, ordered, overridden, score};
use crate::plan::Verdict;

/// Columns of a condition that others are aligned to; a longer one stands out.
const WIDEST: usize = 48;
/// Where the lines under an item begin, after its indent.
const UNDER: &str = "           ";

/// A gate's verdict and every item under it, what went wrong first.
pub fn text(document: &Document, color: bool) -> String {
    let gate = &document.gate;
    let mut page = Page {
        lines: Vec::new(),
        color,
    };
    page.head(gate);
    page.body(gate, 1);
    page.lines.join("\n") + "\n"
}

struct Page {
    lines: Vec<String>,
    color: bool,
}

/// The columns of a gate's items.
struct Widths {
    asks: usize,
    measured: usize,
}

impl Page {
    fn head(&mut self, gate: &Gate) {
        let score = score(gate).map_or(String::new(), |s| format!(" ({s})"));
        let verdict = self.verdict(gate.verdict, &gate.verdict.name().to_uppercase());
        let title = match gate.title == gate.gate {
            true => String::new(),
            false => format!(" \"{}\"", clean(&gate.title)),
        };
        let (id, pipeline) = (clean(&gate.gate), clean(&gate.pipeline));
        self.lines.push(format!(
            "{verdict}: gate {id}{title} in pipeline {pipeline}{score}"
        ));
    }

    fn body(&mut self, gate: &Gate, depth: usize) {
        let items = ordered(gate);
        let width = |text: &dyn Fn(&Item) -> String| {
            let each = items.iter().map(|item| text(item).chars().count());
            each.filter(|w| *w <= WIDEST).max().unwrap_or(0)
        };
        let widths = Widths {
            asks: width(&|item| clean(asks(item))),
            measured: width(&|item| clean(&measured(item))),
        };
        for item in items {
            self.item(item, depth, &widths);
        }
        let advice = gate.advice.iter().map(|text| format!("advice: {text}"));
        let notes = gate.notes.iter().map(|text| format!("note: {text}"));
        for text in overridden(gate).into_iter().chain(advice).chain(notes) {
            let indent = "  ".repeat(depth);
            self.lines.push(format!("{indent}{}", clean(&text)));
        }
    }

    fn item(&mut self, item: &Item, depth: usize, widths: &Widths) {
        let indent = "  ".repeat(depth);
        let verdict = self.verdict(item.verdict, &format!("{:<10}", item.verdict.name()));
        let place = match item.place.as_str() {
            "" => String::new(),
            place => self.dim(&format!("[{}]", clean(place))),
        };
        let (asks, measured) = (clean(asks(item)), clean(&measured(item)));
        let line = format!(
            "{indent}{verdict} {asks:<0$}  {measured:<1$}  {place}",
            widths.asks, widths.measured
        );
        self.lines.push(line.trim_end().to_string());
        self.under(item, &indent);
        if let Some(child) = &item.gate {
            self.body(child, depth + 1);
        }
    }

    fn under(&mut self, item: &Item, indent: &str) {
        let because = item.reasons.iter().map(|r| format!("because {r}"));
        let facts = facts(item)
            .into_iter()
            .map(|(name, fact)| format!("{name}: {fact}"));
        let nearest = item
            .nearest
            .iter()
            .map(|change| format!("-> {}", change.says));
        for line in because.chain(facts).chain(nearest) {
            self.lines.push(format!("{indent}{UNDER}{}", clean(&line)));
        }
    }

    fn verdict(&self, verdict: Verdict, text: &str) -> String {
        let code = match verdict {
            Verdict::Pass => "32",
            Verdict::Warn | Verdict::Overridden => "33",
            Verdict::Fail => "1;31",
            Verdict::Undecided => "1;35",
            Verdict::Skipped => "36",
        };
        self.styled(code, text)
    }

    fn dim(&self, text: &str) -> String {
        self.styled("2", text)
    }

    fn styled(&self, code: &str, text: &str) -> String {
        match self.color {
            true => format!("\x1b[{code}m{text}\x1b[0m"),
            false => text.to_string(),
        }
    }
}
