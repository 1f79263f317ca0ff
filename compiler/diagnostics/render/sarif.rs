//! SARIF 2.1.0, for code scanning.

use std::io::{self, Write};

use serde_json::{Value, json};

use super::page;
use super::place::{Region, region};
use crate::diagnostics::{Code, Diagnostic, Fix, Label, Severity};
use crate::source::{SourceMap, Span};

pub(super) fn render(
    sources: &SourceMap,
    findings: &[Diagnostic],
    out: &mut dyn Write,
) -> io::Result<()> {
    let mut rules: Vec<Code> = findings.iter().map(|d| d.code).collect();
    rules.sort_by_key(|code| code.name());
    rules.dedup();
    let results: Vec<Value> = findings
        .iter()
        .map(|finding| result(sources, &rules, finding))
        .collect();
    let log = json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": {
                "name": "gatec",
                "version": env!("CARGO_PKG_VERSION"),
                "semanticVersion": env!("CARGO_PKG_VERSION"),
                "rules": rules.iter().map(|code| rule(*code)).collect::<Vec<_>>(),
            }},
            // Columns count characters, as everywhere in gatec.
            "columnKind": "unicodeCodePoints",
            "results": results,
        }],
    });
    serde_json::to_writer_pretty(&mut *out, &log)?;
    writeln!(out)
}

fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Note => "note",
    }
}

fn rule(code: Code) -> Value {
    json!({
        "id": code.name(),
        "name": code.name(),
        "shortDescription": { "text": code.summary() },
        "help": { "text": page(code), "markdown": page(code) },
        "defaultConfiguration": { "level": level(code.severity()) },
    })
}

fn result(sources: &SourceMap, rules: &[Code], finding: &Diagnostic) -> Value {
    let mut text = finding.message.clone();
    for help in &finding.help {
        text.push_str("\nhelp: ");
        text.push_str(help);
    }
    let mut result = json!({
        "ruleId": finding.code.name(),
        "ruleIndex": rules.iter().position(|code| *code == finding.code),
        "level": level(finding.severity),
        "message": { "text": text },
        "locations": location(sources, finding.primary.span).into_iter().collect::<Vec<_>>(),
    });
    let related: Vec<Value> = finding
        .secondary
        .iter()
        .filter_map(|label| related(sources, label))
        .collect();
    if !related.is_empty() {
        result["relatedLocations"] = related.into();
    }
    if let Some(fix) = &finding.fix {
        result["fixes"] = json!([change(sources, fix)]);
    }
    result
}

fn location(sources: &SourceMap, span: Span) -> Option<Value> {
    let at = region(sources, span)?;
    Some(json!({
        "physicalLocation": { "artifactLocation": artifact(&at), "region": lines(&at) },
    }))
}

fn related(sources: &SourceMap, label: &Label) -> Option<Value> {
    let mut location = location(sources, label.span)?;
    location["message"] = json!({ "text": label.text });
    Some(location)
}

fn change(sources: &SourceMap, fix: &Fix) -> Value {
    let changes: Vec<Value> = fix
        .edits
        .iter()
        .filter_map(|(span, text)| {
            let at = region(sources, *span)?;
            Some(json!({
                "artifactLocation": artifact(&at),
                "replacements": [{
                    "deletedRegion": lines(&at),
                    "insertedContent": { "text": text },
                }],
            }))
        })
        .collect();
    json!({ "description": { "text": fix.title }, "artifactChanges": changes })
}

fn artifact(at: &Region) -> Value {
    json!({ "uri": uri(at.path) })
}

fn lines(at: &Region) -> Value {
    json!({
        "startLine": at.start.line,
        "startColumn": at.start.column,
        "endLine": at.end.line,
        "endColumn": at.end.column,
    })
}

/// A relative path as a URI reference: everything but unreserved characters and `/` is escaped.
fn uri(path: &str) -> String {
    let mut uri = String::with_capacity(path.len());
    for byte in path.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' => {
                uri.push(char::from(byte));
            }
            _ => uri.push_str(&format!("%{byte:02X}")),
        }
    }
    uri
}
