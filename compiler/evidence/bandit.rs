//! `bandit -f json`.

use std::io::BufRead;

use super::{Data, Finding, Findings, Made, Malformed, Measurements, Severity, quote};

/// Reads a report.
pub fn read(input: &mut dyn BufRead) -> Result<Measurements, Malformed> {
    const WHAT: &str = "bandit's JSON";
    let report = Data::read(input)?;
    if let Some(error) = report.list_of("errors", WHAT)?.first() {
        let file = error.text_of("filename").unwrap_or("a file");
        return Err(Malformed(format!(
            "is incomplete: {} could not be scanned",
            quote(file)
        )));
    }
    let lines = report
        .get("metrics")
        .and_then(|m| m.get("_totals"))
        .and_then(|t| t.get("loc"));
    match lines.and_then(Data::number) {
        Some(lines) if lines > 0.0 => {}
        Some(_) => return Err(Malformed::new("is of a scan that saw no line of code")),
        None => {
            return Err(Malformed(format!(
                "is not {WHAT}: it doesn't say how much was seen"
            )));
        }
    }
    let results = report.list_of("results", WHAT)?;
    let found: Result<Vec<_>, _> = results.iter().map(finding).collect();
    let made = Made::at(&report, &["generated_at"]);
    Ok(Measurements::Findings(Findings::of(found?)).of(made))
}

fn finding(result: &Data) -> Result<Finding, Malformed> {
    let rule = result
        .text_of("test_id")
        .ok_or_else(|| Malformed::new("is not bandit's JSON: a result has no test_id"))?;
    Ok(Finding {
        severity: Severity::from_word(result.text_of("issue_severity").unwrap_or_default()),
        rule: Some(rule.to_string()),
        tool: Some("bandit".to_string()),
        file: result.text_of("filename").map(str::to_string),
        package: None,
    })
}
