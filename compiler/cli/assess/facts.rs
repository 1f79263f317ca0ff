//! What the caller and the runner say of a run.

use std::collections::BTreeMap;
use std::io::Read;
use std::path::Path;

use super::Env;
use crate::evidence::Data;
use crate::judge::{Request, Run, Val};
use crate::plan::{InputKind, Pipeline};

/// The text that says how the nodes ended.
pub fn read_results(path: &Path) -> Result<String, String> {
    let mut text = String::new();
    let read = match path == Path::new("-") {
        true => std::io::stdin().read_to_string(&mut text).map(drop),
        false => std::fs::read_to_string(path).map(|read| text = read),
    };
    read.map_err(|error| format!("{} can't be read: {error}", path.display()))?;
    Ok(text)
}

/// `NODE=RESULT`, `NODE.when=true` and `NODE.verdict=pass` lines; empty lines are read over.
pub fn read_lines(text: &str, run: &mut Run) -> Result<(), String> {
    for line in text.lines().map(str::trim).filter(|line| !line.is_empty()) {
        let (node, said) = line
            .split_once('=')
            .map(|(node, said)| (node.trim(), said.trim()))
            .filter(|(node, _)| !node.is_empty())
            .ok_or_else(|| format!("`{}` is not NODE=RESULT", line.escape_debug()))?;
        let known = if let Some(node) = node.strip_suffix(".when") {
            // Anything but a plain word leaves the condition unknown, which is no excuse for a skip.
            run.conditions.insert(node.to_string(), said != "false");
            true
        } else if let Some(node) = node.strip_suffix(".verdict") {
            run.verdicts.insert(node.to_string(), said.to_string());
            true
        } else {
            let before = run.results.insert(node.to_string(), said.to_string());
            if before.is_some_and(|before| before != said) {
                return Err(format!("`{}` has two results", node.escape_debug()));
            }
            matches!(said, "success" | "failure" | "cancelled" | "skipped")
        };
        if !known {
            return Err(format!("`{}` is no result of a node", said.escape_debug()));
        }
    }
    Ok(())
}

/// `STAGE/CELL` lines; empty lines are read over.
pub fn cells(text: &str) -> BTreeMap<String, Vec<String>> {
    let mut cells: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let lines = text.lines().map(str::trim);
    for (stage, cell) in lines.filter_map(|line| line.split_once('/')) {
        cells
            .entry(stage.to_string())
            .or_default()
            .push(cell.to_string());
    }
    cells
}

/// Inputs of the run, from a JSON object, as facts.
pub fn inputs(text: &str, facts: &mut BTreeMap<String, Val>) -> Result<(), String> {
    let data = Data::parse(text.as_bytes()).map_err(|why| format!("GATEC_INPUTS {}", why.0))?;
    if let Val::Record(fields) = Val::from(&data) {
        facts.extend(
            fields
                .into_iter()
                .map(|(name, value)| (format!("inputs.{name}"), value)),
        );
    }
    Ok(())
}

/// What the runner says of the run, in the language's names; nothing outside a runner.
pub fn facts(event: Option<&str>, env: Env) -> BTreeMap<String, Val> {
    let mut facts = BTreeMap::new();
    let Some(event) = event
        .map(str::to_string)
        .or_else(|| env("GITHUB_EVENT_NAME"))
    else {
        return facts;
    };
    let event = if event == "workflow_dispatch" {
        "dispatch".to_string()
    } else {
        event
    };
    let pull = event == "pull_request";
    let of_tag = env("GITHUB_REF_TYPE").as_deref() == Some("tag");
    let or_null =
        |value: Option<String>| value.filter(|v| !v.is_empty()).map_or(Val::Null, Val::Text);
    let mut set = |name: &str, value: Val| facts.insert(name.to_string(), value);
    let name = env("GITHUB_REF_NAME");
    set(
        "branch",
        or_null(
            name.clone()
                .filter(|_| !pull && !of_tag && event != "release"),
        ),
    );
    set("tag", or_null(name.filter(|_| of_tag)));
    set(
        "target_branch",
        or_null(env("GITHUB_BASE_REF").filter(|_| pull)),
    );
    set(
        "source_branch",
        or_null(env("GITHUB_HEAD_REF").filter(|_| pull)),
    );
    set("event", Val::Text(event));
    facts
}

/// `NAME=VALUE` lines; empty lines are read over.
pub fn pairs(text: &str, what: &str) -> Result<Vec<(String, String)>, String> {
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
    let each = lines.map(|line| {
        line.split_once('=')
            .map(|(name, value)| (name.trim().to_string(), value.trim().to_string()))
            .filter(|(name, value)| !name.is_empty() && !value.is_empty())
            .ok_or_else(|| format!("`{}` is not {what}", line.escape_debug()))
    });
    each.collect()
}

/// Who asks to let a failure through, and who approved it.
pub fn request(env: Env) -> Result<Request, String> {
    let approvals = env("GATEC_APPROVALS").unwrap_or_default();
    let asked = env("GATEC_ASKED_AT").filter(|text| !text.is_empty());
    let asked = asked.map(|text| {
        seconds(&text)
            .ok_or_else(|| format!("GATEC_ASKED_AT: `{}` is no time", text.escape_debug()))
    });
    Ok(Request {
        actor: env("GITHUB_ACTOR").filter(|name| !name.is_empty()),
        approvals: pairs(&approvals, "GROUP=PERSON")?,
        asked: asked.transpose()?,
    })
}

/// The environment that is deployed to: as it was said, or the run's one input of that type.
pub fn environment(run: &mut Run, pipeline: &Pipeline, said: Option<String>) {
    let inputs = pipeline.inputs.iter();
    let mut inputs = inputs.filter(|input| matches!(input.kind, InputKind::Environment(_)));
    let by_input = match (inputs.next(), inputs.next()) {
        (Some(one), None) => run.facts.get(&format!("inputs.{}", one.id)).cloned(),
        _ => None,
    };
    if let Some(found) = said.filter(|s| !s.is_empty()).map(Val::Text).or(by_input) {
        run.facts.insert("environment".to_string(), found);
    }
}

/// Seconds since 1970 of `1767225600` or `2026-01-01T00:00:00Z`.
pub fn seconds(text: &str) -> Option<f64> {
    if let Ok(number) = text.trim().parse::<f64>() {
        return number.is_finite().then_some(number);
    }
    let (date, time) = text.trim().strip_suffix('Z')?.split_once('T')?;
    let numbers = |text: &str, mark: char| -> Option<Vec<i64>> {
        text.split(mark).map(|part| part.parse().ok()).collect()
    };
    let (date, time) = (numbers(date, '-')?, numbers(time.split('.').next()?, ':')?);
    let ([year, month, day], [hour, minute, second]) = (date.as_slice(), time.as_slice()) else {
        return None;
    };
    let days = days(*year, *month, *day)?;
    Some((days * 86_400 + hour * 3600 + minute * 60 + second) as f64)
}

/// Days from 1970-01-01 in the Gregorian calendar (H. Hinnant, "chrono-compatible low-level date
/// algorithms", `days_from_civil`).
fn days(year: i64, month: i64, day: i64) -> Option<i64> {
    if !(1..=12).contains(&month) || !(1..=31).contains(&day) || !(1970..=9999).contains(&year) {
        return None;
    }
    let year = if month <= 2 { year - 1 } else { year };
    let era = year / 400;
    let of_era = year - era * 400;
    let of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    Some(era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468)
}

#[cfg(test)]
mod tests {
    #[test]
    fn times_are_seconds_or_written_out() {
        for (text, wanted) in [
            ("1767225600", Some(1_767_225_600.0)),
            ("2026-01-01T00:00:00Z", Some(1_767_225_600.0)),
            ("2024-02-29T12:30:05Z", Some(1_709_209_805.0)),
            ("1970-01-01T00:00:00.123Z", Some(0.0)),
            ("2026-13-01T00:00:00Z", None),
            ("yesterday", None),
            ("inf", None),
        ] {
            assert_eq!(super::seconds(text), wanted, "{text}");
        }
    }
}
