//! CycloneDX JSON, 1.4 to 1.7: the vulnerabilities of a bill of materials.
//!
//! A bill without the list `vulnerabilities` was made by a tool that looked for none; that isn't
//! clean. Of several ratings the worst counts. What was analysed as fixed, not affected or a
//! false positive is no finding.

use std::collections::BTreeMap;
use std::io::BufRead;

use super::{Data, Finding, Findings, Made, Malformed, Measurements, Severity, quote};

const WHAT: &str = "CycloneDX JSON";
/// States of an analysis that say there is no problem.
const HARMLESS: &[&str] = &[
    "resolved",
    "resolved_with_pedigree",
    "false_positive",
    "not_affected",
];

/// Reads a bill of materials.
pub fn read(input: &mut dyn BufRead) -> Result<Measurements, Malformed> {
    let report = Data::read(input)?;
    if report.text_of("bomFormat") != Some("CycloneDX") {
        return Err(Malformed(format!("is not {WHAT}")));
    }
    let version = report.text_of("specVersion").unwrap_or("no version");
    if !["1.4", "1.5", "1.6", "1.7"].contains(&version) {
        return Err(Malformed(format!(
            "is CycloneDX of {}; 1.4 to 1.7 are read",
            quote(version)
        )));
    }
    if report.get("vulnerabilities").is_none() {
        return Err(Malformed::new(
            "lists no vulnerabilities, not even none: its tool didn't look for them",
        ));
    }
    let mut names = BTreeMap::new();
    components(&report, &mut names)?;
    let tool = tool(&report);
    let mut findings = Findings::default();
    for vulnerability in report.list_of("vulnerabilities", WHAT)? {
        let state = vulnerability
            .get("analysis")
            .and_then(|a| a.text_of("state"));
        if !state.is_some_and(|state| HARMLESS.contains(&state)) {
            add(vulnerability, &names, tool.as_deref(), &mut findings)?;
        }
    }
    let made = Made::at(&report, &["metadata", "timestamp"]);
    Ok(Measurements::Findings(findings).of(made))
}

/// Names of components by reference, those inside of others, too.
fn components<'d>(of: &'d Data, names: &mut BTreeMap<&'d str, &'d str>) -> Result<(), Malformed> {
    for component in of.optional_list("components", WHAT)? {
        if let (Some(reference), Some(name)) =
            (component.text_of("bom-ref"), component.text_of("name"))
        {
            names.insert(reference, name);
        }
        components(component, names)?;
    }
    Ok(())
}

/// The tool that wrote the bill: a list of tools before 1.5, a list of components since.
fn tool(report: &Data) -> Option<String> {
    let tools = report.get("metadata")?.get("tools")?;
    let list = tools.get("components").unwrap_or(tools).list()?;
    list.first()?.text_of("name").map(str::to_string)
}

/// One finding of each component that is affected.
fn add(
    vulnerability: &Data,
    names: &BTreeMap<&str, &str>,
    tool: Option<&str>,
    findings: &mut Findings,
) -> Result<(), Malformed> {
    let ratings = vulnerability.optional_list("ratings", WHAT)?;
    let severity = ratings.iter().map(rated).min().unwrap_or(Severity::Unknown);
    let affected = vulnerability.optional_list("affects", WHAT)?;
    let references: Vec<&str> = affected.iter().filter_map(|a| a.text_of("ref")).collect();
    let finding = |package: Option<&str>| Finding {
        severity,
        rule: vulnerability.text_of("id").map(str::to_string),
        tool: tool.map(str::to_string),
        file: None,
        package: package.map(str::to_string),
    };
    if references.is_empty() {
        findings.found.push(finding(None));
    }
    for reference in references {
        let name = names.get(reference).copied().unwrap_or(reference);
        findings.found.push(finding(Some(name)));
    }
    Ok(())
}

/// A rating's severity: its word, else by its score.
fn rated(rating: &Data) -> Severity {
    let word = rating.text_of("severity").map(Severity::from_word);
    let score = rating.get("score").and_then(Data::number);
    match word {
        Some(severity) if severity != Severity::Unknown => severity,
        _ => Severity::from_score(score.unwrap_or_default()),
    }
}
