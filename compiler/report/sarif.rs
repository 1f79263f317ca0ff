//! SARIF 2.1.0: what decided against a gate, at the line of the program that asks for it.

use serde_json::{Value, json};

use super::document::{Document, Gate, Item};
use super::say::{asks, clean, decided, file_and_line, measured, ordered};
use crate::plan::Verdict;

/// The log, with one run.
pub fn sarif(document: &Document) -> String {
    let mut results = Vec::new();
    collect(&document.gate, true, &mut results);
    let log = json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": {
                "name": "gatec assess",
                "version": env!("CARGO_PKG_VERSION"),
                "semanticVersion": env!("CARGO_PKG_VERSION"),
                "rules": rules(),
            }},
            "results": results,
        }],
    });
    format!("{log:#}\n")
}

/// Verdicts that are results, with what they mean.
const RULES: &[(Verdict, &str, &str)] = &[
    (
        Verdict::Fail,
        "error",
        "A condition of a gate does not hold.",
    ),
    (
        Verdict::Undecided,
        "error",
        "A condition of a gate can't be decided.",
    ),
    (
        Verdict::Warn,
        "warning",
        "A condition of a gate is past its warning limit.",
    ),
    (
        Verdict::Overridden,
        "warning",
        "A gate failed, and someone answers for it.",
    ),
];

fn rules() -> Vec<Value> {
    let rule = |(verdict, level, about): &(Verdict, &str, &str)| {
        json!({
            "id": format!("gate-{}", verdict.name()),
            "shortDescription": { "text": about },
            "defaultConfiguration": { "level": level },
        })
    };
    RULES.iter().map(rule).collect()
}

fn collect(gate: &Gate, binding: bool, results: &mut Vec<Value>) {
    let binding = binding && gate.overridden.is_none();
    for item in ordered(gate).into_iter().filter(|item| decided(item)) {
        match &item.gate {
            Some(child) if child.items.iter().any(decided) => {
                let serious = matches!(item.verdict, Verdict::Fail | Verdict::Undecided);
                collect(child, binding && serious, results);
            }
            _ => results.extend(result(gate, item, binding)),
        }
    }
}

fn result(gate: &Gate, item: &Item, binding: bool) -> Option<Value> {
    let (index, (verdict, level, _)) = RULES
        .iter()
        .enumerate()
        .find(|(_, (verdict, ..))| *verdict == item.verdict)?;
    let mut text = format!("gate {}: {}", clean(&gate.gate), clean(asks(item)));
    let measured = measured(item);
    if !measured.is_empty() {
        text.push_str(&format!(": {}", clean(&measured)));
    }
    let changes = item.nearest.iter().map(|change| &change.says);
    for line in item.reasons.iter().chain(changes) {
        text.push_str(&format!("\n{}", clean(line)));
    }
    let place = file_and_line(&item.place).map(|(file, line)| {
        json!({ "physicalLocation": {
            "artifactLocation": { "uri": uri(file) },
            "region": { "startLine": line },
        }})
    });
    let fingerprint = format!("{}/{}/{}", gate.pipeline, gate.gate, item.id);
    Some(json!({
        "ruleId": format!("gate-{}", verdict.name()),
        "ruleIndex": index,
        "level": if binding { *level } else { "warning" },
        "message": { "text": text },
        "locations": place.into_iter().collect::<Vec<_>>(),
        "partialFingerprints": { "gate/v1": clean(&fingerprint) },
    }))
}

/// A relative path as a URI reference: everything but unreserved characters and `/` is escaped.
fn uri(path: &str) -> String {
    let plain = |b: u8| b.is_ascii_alphanumeric() || b"-._~/".contains(&b);
    path.bytes()
        .map(|b| match plain(b) {
            true => char::from(b).to_string(),
            false => format!("%{b:02X}"),
        })
        .collect()
}
