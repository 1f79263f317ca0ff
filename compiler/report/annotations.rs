//! Workflow commands: GitHub shows them at the run and beside the lines of the program.
//!
//! GitHub keeps ten errors and ten warnings of a step and drops the rest in silence, so the tenth
//! says how many more there are.

use super::document::{Document, Gate, Item};
use super::say::{asks, clean, decided, file_and_line, measured, ordered};
use crate::plan::Verdict;

/// Annotations of one severity that GitHub keeps of a step.
const KEPT: usize = 10;
/// Characters of one message; a longer one is cut.
const LONGEST: usize = 1000;

/// A line for each condition that decided, errors first; nothing where all passed.
pub fn annotations(document: &Document) -> String {
    let (mut errors, mut warnings) = (Vec::new(), Vec::new());
    collect(&document.gate, true, &mut errors, &mut warnings);
    let mut lines = limited("error", &errors);
    lines.extend(limited("warning", &warnings));
    lines.iter().map(|line| format!("{line}\n")).collect()
}

type Found<'a> = (&'a Gate, &'a Item);

/// What decided, in this gate and in those that decided for it.
fn collect<'a>(
    gate: &'a Gate,
    binding: bool,
    errors: &mut Vec<Found<'a>>,
    warnings: &mut Vec<Found<'a>>,
) {
    let excused = gate.overridden.is_some();
    for item in ordered(gate).into_iter().filter(|item| decided(item)) {
        let serious = matches!(item.verdict, Verdict::Fail | Verdict::Undecided);
        let binds = binding && serious && !excused;
        match &item.gate {
            // The gate's own conditions say it better.
            Some(child) if child.items.iter().any(decided) => {
                collect(child, binds, errors, warnings)
            }
            _ if binds => errors.push((gate, item)),
            _ if item.verdict != Verdict::Skipped => warnings.push((gate, item)),
            _ => {}
        }
    }
}

fn limited(severity: &str, found: &[Found]) -> Vec<String> {
    let beyond = found.len().saturating_sub(KEPT);
    let each = found.iter().take(KEPT).enumerate();
    each.map(|(at, (gate, item))| {
        let more = match beyond {
            0 => String::new(),
            n if at + 1 == KEPT => format!("\n(and {n} more, which the report lists)"),
            _ => String::new(),
        };
        command(severity, gate, item, &more)
    })
    .collect()
}

fn command(severity: &str, gate: &Gate, item: &Item, more: &str) -> String {
    let place = file_and_line(&item.place).map_or(String::new(), |(file, line)| {
        format!("file={},line={line},", property(file))
    });
    let title = property(&format!("gate {}: {}", gate.gate, item.verdict.name()));
    let mut message = clean(asks(item));
    let measured = measured(item);
    if !measured.is_empty() {
        message.push_str(&format!(": {}", clean(&measured)));
    }
    let changes = item.nearest.iter().map(|change| &change.says);
    for line in item.reasons.iter().chain(changes) {
        message.push('\n');
        message.push_str(&clean(line));
    }
    let message: String = message.chars().take(LONGEST).collect();
    format!(
        "::{severity} {place}title={title}::{}",
        data(&(message + more))
    )
}

/// Text after `::`, escaped as the runner reads it.
fn data(text: &str) -> String {
    text.replace('%', "%25")
        .replace('\r', "%0D")
        .replace('\n', "%0A")
}

/// The value of a property, escaped as the runner reads it.
fn property(text: &str) -> String {
    data(&clean(text)).replace(':', "%3A").replace(',', "%2C")
}
