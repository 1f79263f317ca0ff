//! SARIF 2.1.0.
//!
//! A scan that did not happen or did not end (`runs: []`, no `results`, `executionSuccessful:
//! false`) is no clean scan. Results that are suppressed, absent, or of another kind than a
//! failure are no findings.

use std::io::BufRead;

use super::{Data, Finding, Findings, Made, Malformed, Measurements, Severity};

const WHAT: &str = "SARIF";

/// Reads a log.
pub fn read(input: &mut dyn BufRead) -> Result<Measurements, Malformed> {
    let log = Data::read(input)?;
    match log.text_of("version") {
        Some(version) if version.starts_with("2.1") => {}
        _ => {
            return Err(Malformed(format!(
                "is not {WHAT} 2.1.0: its version is missing or other"
            )));
        }
    }
    let runs = log.list_of("runs", WHAT)?;
    if runs.is_empty() {
        return Err(Malformed::new("holds no run: nothing was scanned"));
    }
    let mut found = Vec::new();
    for run in runs {
        add(run, &mut found)?;
    }
    let made = Made::latest(runs.iter().flat_map(ended));
    Ok(Measurements::Findings(Findings::of(found)).of(made))
}

/// When the invocations of a run ended, or began.
fn ended(run: &Data) -> Vec<Made> {
    let invocations = run.get("invocations").and_then(Data::list);
    let time = |of: &Data| {
        let end = Made::at(of, &["endTimeUtc"]);
        end.or_else(|| Made::at(of, &["startTimeUtc"]))
    };
    let invocations = invocations.unwrap_or_default();
    invocations.iter().filter_map(time).collect()
}

fn add(run: &Data, found: &mut Vec<Finding>) -> Result<(), Malformed> {
    let driver = run.get("tool").and_then(|t| t.get("driver"));
    let tool = driver
        .and_then(|d| d.text_of("name"))
        .ok_or_else(|| Malformed(format!("is not {WHAT}: a run names no tool")))?;
    for invocation in run.optional_list("invocations", WHAT)? {
        if invocation.get("executionSuccessful") == Some(&Data::Bool(false)) {
            return Err(Malformed(format!(
                "is incomplete: {} did not end well",
                tool.escape_debug()
            )));
        }
    }
    if run
        .get("externalPropertyFileReferences")
        .is_some_and(|e| e.get("results").is_some())
    {
        return Err(Malformed::new("keeps results in other files"));
    }
    for result in run.list_of("results", "a finished scan")? {
        if counts(result) {
            found.push(finding(result, run, tool)?);
        }
    }
    Ok(())
}

fn counts(result: &Data) -> bool {
    let failure = matches!(result.text_of("kind"), None | Some("fail"));
    let gone = result.text_of("baselineState") == Some("absent");
    let suppressions = result
        .get("suppressions")
        .and_then(Data::list)
        .unwrap_or_default();
    let accepted = |s: &Data| !matches!(s.text_of("status"), Some("rejected" | "underReview"));
    let suppressed = !suppressions.is_empty() && suppressions.iter().all(accepted);
    failure && !gone && !suppressed
}

fn finding(result: &Data, run: &Data, tool: &str) -> Result<Finding, Malformed> {
    if !matches!(result, Data::Record(_)) {
        return Err(Malformed(format!(
            "is not {WHAT}: a result is {}",
            result.describe()
        )));
    }
    let rule = rule(result, run);
    let id = result
        .text_of("ruleId")
        .or(result.get("rule").and_then(|r| r.text_of("id")))
        .or(rule.and_then(|r| r.text_of("id")));
    let location = result
        .get("locations")
        .and_then(Data::list)
        .and_then(<[Data]>::first);
    let file = location
        .and_then(|l| l.get("physicalLocation"))
        .and_then(|l| l.get("artifactLocation"))
        .and_then(|l| l.text_of("uri"));
    Ok(Finding {
        severity: severity(result, rule),
        rule: id.map(str::to_string),
        tool: Some(tool.to_string()),
        file: file.map(str::to_string),
        package: None,
    })
}

/// The rule's description, by index or by id, also among a tool's extensions.
fn rule<'a>(result: &Data, run: &'a Data) -> Option<&'a Data> {
    let reference = result.get("rule");
    let tool = run.get("tool")?;
    let extension = reference
        .and_then(|r| r.get("toolComponent"))
        .and_then(|c| index(c, "index"));
    let component = match extension {
        Some(at) => tool.get("extensions")?.list()?.get(at)?,
        None => tool.get("driver")?,
    };
    let rules = component.get("rules")?.list()?;
    let at = index(result, "ruleIndex").or(reference.and_then(|r| index(r, "index")));
    if let Some(rule) = at.and_then(|at| rules.get(at)) {
        return Some(rule);
    }
    let id = result
        .text_of("ruleId")
        .or(reference.and_then(|r| r.text_of("id")))?;
    // `CA1000/1` is a case of the rule `CA1000`.
    let is = |rule: &&Data, id: &str| rule.text_of("id") == Some(id);
    let parent = id.rsplit_once('/').map(|(parent, _)| parent);
    let by_id = |id: &str| rules.iter().find(|rule| is(rule, id));
    by_id(id).or_else(|| by_id(parent?))
}

fn index(of: &Data, key: &str) -> Option<usize> {
    let number = of.get(key)?.number()?;
    (number >= 0.0 && number.fract() == 0.0 && number < 1e9).then_some(number as usize)
}

/// A score where there is one, else the level.
fn severity(result: &Data, rule: Option<&Data>) -> Severity {
    let property = |of: &Data| {
        let score = of.get("properties")?.get("security-severity")?.clone();
        score.number().or_else(|| score.text()?.trim().parse().ok())
    };
    if let Some(score) = property(result).or_else(|| property(rule?)) {
        return Severity::from_score(score);
    }
    let default = rule
        .and_then(|r| r.get("defaultConfiguration"))
        .and_then(|d| d.text_of("level"));
    match result.text_of("level").or(default).unwrap_or("warning") {
        "error" => Severity::High,
        "warning" => Severity::Medium,
        "note" => Severity::Low,
        _ => Severity::Unknown,
    }
}
