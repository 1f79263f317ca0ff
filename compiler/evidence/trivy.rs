//! `trivy --format json`, schema 2.

use std::io::BufRead;

use super::{Data, Finding, Findings, Made, Malformed, Measurements, Severity};

const WHAT: &str = "trivy's JSON";

/// Where a result lists its findings: the list, the rule's key, the package's key.
const LISTS: &[(&str, &str, Option<&str>)] = &[
    ("Vulnerabilities", "VulnerabilityID", Some("PkgName")),
    ("Misconfigurations", "ID", None),
    ("Secrets", "RuleID", None),
    ("Licenses", "Name", Some("PkgName")),
];

/// Reads a report.
pub fn read(input: &mut dyn BufRead) -> Result<Measurements, Malformed> {
    let report = Data::read(input)?;
    match report.get("SchemaVersion").and_then(Data::number) {
        Some(2.0) => {}
        Some(other) => {
            return Err(Malformed(format!(
                "is of trivy's schema {other}; 2 is read"
            )));
        }
        None => return Err(Malformed(format!("is not {WHAT} of schema 2"))),
    }
    let mut found = Vec::new();
    // A clean scan has no list of results: trivy leaves out what is empty.
    for result in report.optional_list("Results", WHAT)? {
        let target = result
            .text_of("Target")
            .ok_or_else(|| Malformed(format!("is not {WHAT}: a result has no target")))?;
        for (list, rule, package) in LISTS {
            for item in result.optional_list(list, WHAT)? {
                // Checks that hold are listed on request.
                if !matches!(item.text_of("Status"), Some("PASS" | "EXCEPTION")) {
                    found.push(finding(item, target, rule, *package)?);
                }
            }
        }
    }
    Ok(Measurements::Findings(Findings::of(found)).of(Made::at(&report, &["CreatedAt"])))
}

fn finding(
    item: &Data,
    target: &str,
    rule: &str,
    package: Option<&str>,
) -> Result<Finding, Malformed> {
    let rule = item
        .text_of(rule)
        .ok_or_else(|| Malformed(format!("is not {WHAT}: a finding has no {rule}")))?;
    Ok(Finding {
        severity: Severity::from_word(item.text_of("Severity").unwrap_or_default()),
        rule: Some(rule.to_string()),
        tool: Some("trivy".to_string()),
        file: Some(target.to_string()),
        package: package
            .and_then(|key| item.text_of(key))
            .map(str::to_string),
    })
}
