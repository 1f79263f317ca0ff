//! `pip-audit -f json`. It gives no severities.

use std::io::BufRead;

use super::{Data, Finding, Findings, Malformed, Measurements, Severity};

/// Reads a report.
pub fn read(input: &mut dyn BufRead) -> Result<Measurements, Malformed> {
    let report = Data::read(input)?;
    // Older versions write the list alone.
    let dependencies = match &report {
        Data::List(items) => items,
        report => report.list_of("dependencies", "pip-audit's JSON")?,
    };
    if dependencies.is_empty() {
        return Err(Malformed::new("is of an audit that saw no dependency"));
    }
    let mut findings = Findings::default();
    for dependency in dependencies {
        add(dependency, &mut findings)?;
    }
    Ok(Measurements::Findings(findings))
}

fn add(dependency: &Data, findings: &mut Findings) -> Result<(), Malformed> {
    const WHAT: &str = "pip-audit's JSON";
    let package = dependency
        .text_of("name")
        .ok_or_else(|| Malformed(format!("is not {WHAT}: a dependency has no name")))?;
    if dependency.get("skip_reason").is_some() {
        findings.unseen += 1;
        return Ok(());
    }
    for vulnerability in dependency.list_of("vulns", WHAT)? {
        let rule = vulnerability
            .text_of("id")
            .ok_or_else(|| Malformed(format!("is not {WHAT}: a vulnerability has no id")))?;
        findings.found.push(Finding {
            severity: Severity::Unknown,
            rule: Some(rule.to_string()),
            tool: Some("pip-audit".to_string()),
            file: None,
            package: Some(package.to_string()),
        });
    }
    Ok(())
}
