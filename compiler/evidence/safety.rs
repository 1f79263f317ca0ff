//! `safety check --json` (2.x) and `safety scan --output json` (3.x).
//!
//! What the project's policy ignores is no finding. Only paid databases of 2.x have severities.

use std::io::BufRead;

use super::{Data, Finding, Findings, Made, Malformed, Measurements, Severity};

const WHAT: &str = "safety's JSON";

/// Reads a report.
pub fn read(input: &mut dyn BufRead) -> Result<Measurements, Malformed> {
    let report = Data::read(input)?;
    let found = match report.get("scan_results") {
        Some(results) => scanned(results)?,
        None => checked(&report)?,
    };
    let made = Made::at(&report, &["report_meta", "timestamp"])
        .or_else(|| Made::at(&report, &["meta", "timestamp"]));
    Ok(Measurements::Findings(found).of(made))
}

/// The form of `safety check`.
fn checked(report: &Data) -> Result<Findings, Malformed> {
    let vulnerabilities = report.list_of("vulnerabilities", WHAT)?;
    let meta = report.get("report_meta");
    let packages = meta
        .and_then(|m| m.get("packages_found"))
        .and_then(Data::number);
    let listed = matches!(report.get("scanned_packages"), Some(Data::Record(p)) if !p.is_empty());
    if packages.map_or(!listed, |n| n <= 0.0) {
        return Err(Malformed::new("is of a check that saw no package"));
    }
    let mut found = Vec::new();
    for vulnerability in vulnerabilities {
        if vulnerability.get("ignored") == Some(&Data::Bool(true)) {
            continue;
        }
        let lacks = |what: &str| Malformed(format!("is not {WHAT}: a vulnerability has no {what}"));
        let id = vulnerability
            .text_of("vulnerability_id")
            .ok_or_else(|| lacks("vulnerability_id"))?;
        let package = vulnerability
            .text_of("package_name")
            .ok_or_else(|| lacks("package_name"))?;
        found.push(Finding {
            severity: severity(vulnerability.get("severity")),
            ..finding(id, package)
        });
    }
    Ok(Findings::of(found))
}

/// By CVSS 3 if it is there, else 2.
fn severity(of: Option<&Data>) -> Severity {
    let cvss = |version: &str| of.and_then(|s| s.get(version));
    let score = |data: &Data| data.get("base_score").and_then(Data::number);
    match cvss("cvssv3") {
        Some(three) => match three.text_of("base_severity").map(Severity::from_word) {
            Some(severity) if severity != Severity::Unknown => severity,
            _ => Severity::from_score(score(three).unwrap_or_default()),
        },
        None => Severity::from_score(cvss("cvssv2").and_then(score).unwrap_or_default()),
    }
}

fn finding(id: &str, package: &str) -> Finding {
    Finding {
        severity: Severity::Unknown,
        rule: Some(id.to_string()),
        tool: Some("safety".to_string()),
        file: None,
        package: Some(package.to_string()),
    }
}

/// The form of `safety scan`.
fn scanned(results: &Data) -> Result<Findings, Malformed> {
    let mut files: Vec<&Data> = results.optional_list("files", WHAT)?.iter().collect();
    for project in results.optional_list("projects", WHAT)? {
        files.extend(project.list_of("files", WHAT)?);
    }
    let mut found = Vec::new();
    let mut seen = 0;
    for file in files {
        let location = file.text_of("location");
        let results = file.get("results").unwrap_or(&Data::Null);
        for package in results.list_of("dependencies", WHAT)? {
            seen += 1;
            dependency(package, location, &mut found)?;
        }
    }
    match seen {
        0 => Err(Malformed::new("is of a scan that saw no package")),
        _ => Ok(Findings::of(found)),
    }
}

fn dependency(
    package: &Data,
    file: Option<&str>,
    found: &mut Vec<Finding>,
) -> Result<(), Malformed> {
    let lacks = |what: &str| Malformed(format!("is not {WHAT}: a dependency has no {what}"));
    let name = package.text_of("name").ok_or_else(|| lacks("name"))?;
    for specification in package.list_of("specifications", WHAT)? {
        let known = specification
            .get("vulnerabilities")
            .ok_or_else(|| lacks("vulnerabilities"))?;
        for vulnerability in known.list_of("known_vulnerabilities", WHAT)? {
            if vulnerability.get("ignored").is_some() {
                continue;
            }
            let id = vulnerability
                .text_of("id")
                .ok_or_else(|| Malformed(format!("is not {WHAT}: a vulnerability has no id")))?;
            found.push(Finding {
                file: file.map(str::to_string),
                ..finding(id, name)
            });
        }
    }
    Ok(())
}
