//! JUnit XML: each gate a suite, each condition a test case.
//!
//! A test case fails only where its failure is the gate's, so what reads this file comes to the
//! same end as the gate: no failure and no error in it, and the gate lets through.

use quick_xml::Writer;
use quick_xml::events::{BytesDecl, BytesText, Event};

use super::document::{Document, Gate, Item};
use super::say::{asks, clean, facts, measured, ordered, overridden};
use crate::plan::Verdict;

/// The report as XML.
pub fn junit(document: &Document) -> String {
    let mut suites = Vec::new();
    collect(&document.gate, true, &mut suites);
    let mut writer = Writer::new_with_indent(Vec::new(), b' ', 2);
    // A vector takes all that is written.
    write(&mut writer, document, &suites).ok();
    let mut bytes = writer.into_inner();
    bytes.push(b'\n');
    String::from_utf8(bytes).unwrap_or_default()
}

/// A gate and how its items count for the whole.
struct Suite<'a> {
    gate: &'a Gate,
    cases: Vec<(&'a Item, Outcome)>,
}

/// What JUnit knows.
#[derive(Clone, Copy, PartialEq)]
enum Outcome {
    Pass,
    Failure,
    Error,
    Skipped,
}

fn collect<'a>(gate: &'a Gate, binding: bool, suites: &mut Vec<Suite<'a>>) {
    let binding = binding && gate.overridden.is_none();
    let items = ordered(gate);
    let cases = items.iter().map(|item| (*item, outcome(item, binding)));
    suites.push(Suite {
        gate,
        cases: cases.collect(),
    });
    for item in items {
        if let Some(child) = &item.gate {
            let serious = matches!(outcome(item, binding), Outcome::Failure | Outcome::Error);
            collect(child, serious, suites);
        }
    }
}

fn outcome(item: &Item, binding: bool) -> Outcome {
    match item.verdict {
        Verdict::Pass | Verdict::Warn => Outcome::Pass,
        Verdict::Fail if item.decides && binding => Outcome::Failure,
        Verdict::Undecided if binding => Outcome::Error,
        // It did not hold, and that was not what counted.
        Verdict::Fail | Verdict::Undecided | Verdict::Skipped | Verdict::Overridden => {
            Outcome::Skipped
        }
    }
}

type Written = std::io::Result<()>;
type Xml = Writer<Vec<u8>>;

fn write(writer: &mut Xml, document: &Document, suites: &[Suite]) -> Written {
    writer.write_event(Event::Decl(BytesDecl::new("1.0", Some("UTF-8"), None)))?;
    let all: Vec<Outcome> = suites
        .iter()
        .flat_map(|s| s.cases.iter().map(|c| c.1))
        .collect();
    let name = format!(
        "gatec: {} in {}",
        document.gate.gate, document.gate.pipeline
    );
    let counts = counts(&name, &all);
    let root = writer
        .create_element("testsuites")
        .with_attributes(counts.iter().map(pair));
    root.write_inner_content(|writer| suites.iter().try_for_each(|s| suite(writer, s)))?;
    Ok(())
}

fn pair<'a>((name, value): &'a (&'static str, String)) -> (&'a str, &'a str) {
    (name, value)
}

fn counts(name: &str, outcomes: &[Outcome]) -> Vec<(&'static str, String)> {
    let count = |wanted| {
        outcomes
            .iter()
            .filter(|o| **o == wanted)
            .count()
            .to_string()
    };
    vec![
        ("name", xml(name)),
        ("tests", outcomes.len().to_string()),
        ("failures", count(Outcome::Failure)),
        ("errors", count(Outcome::Error)),
        ("skipped", count(Outcome::Skipped)),
    ]
}

fn suite(writer: &mut Xml, suite: &Suite) -> Written {
    let outcomes: Vec<Outcome> = suite.cases.iter().map(|case| case.1).collect();
    let counts = counts(&format!("gate {}", suite.gate.gate), &outcomes);
    let element = writer
        .create_element("testsuite")
        .with_attributes(counts.iter().map(pair));
    element.write_inner_content(|writer| {
        suite
            .cases
            .iter()
            .try_for_each(|(item, outcome)| case(writer, suite.gate, item, *outcome))
    })?;
    Ok(())
}

fn case(writer: &mut Xml, gate: &Gate, item: &Item, outcome: Outcome) -> Written {
    let mut attributes = vec![
        ("name", xml(&format!("{} ({})", asks(item), item.id))),
        (
            "classname",
            xml(&format!("{}.{}", gate.pipeline, gate.gate)),
        ),
        ("time", "0".to_string()),
    ];
    if let Some((file, line)) = super::say::file_and_line(&item.place) {
        attributes.push(("file", xml(file)));
        attributes.push(("line", line.to_string()));
    }
    let element = writer
        .create_element("testcase")
        .with_attributes(attributes.iter().map(pair));
    let measured = xml(&format!("{}: {}", item.verdict.name(), measured(item)));
    let told = told(gate, item);
    let within = |writer: &mut Xml, name: &str| -> Written {
        let element = writer
            .create_element(name)
            .with_attribute(("message", measured.as_str()));
        element.write_text_content(BytesText::new(&told))?;
        Ok(())
    };
    element.write_inner_content(|writer| match outcome {
        Outcome::Failure => within(writer, "failure"),
        Outcome::Error => within(writer, "error"),
        Outcome::Skipped => within(writer, "skipped"),
        Outcome::Pass => {
            let text = format!("{measured}\n{told}");
            let element = writer.create_element("system-out");
            element.write_text_content(BytesText::new(text.trim_end()))?;
            Ok(())
        }
    })?;
    Ok(())
}

/// All that is known of an item, a line each.
fn told(gate: &Gate, item: &Item) -> String {
    let because = item
        .reasons
        .iter()
        .map(|reason| format!("because {reason}"));
    let mut lines: Vec<String> = because.collect();
    lines.extend(
        item.nearest
            .iter()
            .map(|change| format!("-> {}", change.says)),
    );
    lines.extend(
        facts(item)
            .iter()
            .map(|(name, fact)| format!("{name}: {fact}")),
    );
    if item.verdict == Verdict::Fail {
        lines.extend(overridden(gate));
    }
    let lines: Vec<String> = lines.iter().map(|line| xml(line)).collect();
    lines.join("\n")
}

/// Text on one line, of characters that XML 1.0 allows.
fn xml(text: &str) -> String {
    clean(text).replace(['\u{fffe}', '\u{ffff}'], "\u{fffd}")
}
