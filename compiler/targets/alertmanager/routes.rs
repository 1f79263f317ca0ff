//! Routes: who hears which severity, what is told together, how often, and what is kept quiet while
//! something worse of the same is told.

use super::listeners::Listener;
use super::receivers::name;
use crate::targets::prometheus::{SEVERITIES, Sent};
use crate::targets::yaml::{Map, Yaml};

/// What makes alerts one message: the alert, where, and of which service (`job` is its name).
const GROUP_BY: [&str; 3] = ["alertname", "environment", "job"];

/// How long the first message waits for others of its group, and when it is repeated. What is
/// repeated is a multiple of `group_interval`, as Alertmanager looks at a group no more often.
fn pace(severity: &str) -> (&'static str, &'static str) {
    match severity {
        "critical" => ("10s", "1h"),
        "warning" => ("30s", "12h"),
        _ => ("5m", "24h"),
    }
}

/// The tree of routes; none when nobody hears anything.
pub fn route(listeners: &[Listener]) -> Option<Map> {
    // What comes from elsewhere, without a severity, goes to who hears the worst.
    let rank = |l: &Listener| SEVERITIES.iter().position(|s| *s == l.worst());
    let most = listeners.iter().filter_map(rank).max()?;
    let fallback = listeners.iter().find(|l| rank(l) == Some(most))?;
    let mut root = Map::new();
    root.push("receiver", name(fallback.notify))
        .push("group_by", words(GROUP_BY))
        .push("group_wait", "30s")
        .push("group_interval", "5m")
        .push("repeat_interval", "4h");
    let last = listeners.len().saturating_sub(1);
    let children = listeners
        .iter()
        .enumerate()
        .map(|(at, listener)| child(listener, at < last));
    root.push("routes", children.collect::<Vec<Yaml>>());
    Some(root)
}

fn child(listener: &Listener, goes_on: bool) -> Yaml {
    let (wait, repeat) = pace(listener.worst());
    let mut map = Map::new();
    map.push("receiver", name(listener.notify))
        .push("matchers", words([severity_is(&listener.severities)]))
        .push("group_wait", wait)
        .push("repeat_interval", repeat)
        .push_some("continue", goes_on.then_some(true));
    map.into()
}

fn severity_is(severities: &[&str]) -> String {
    match severities {
        [one] => format!("severity=\"{one}\""),
        several => format!("severity=~\"{}\"", several.join("|")),
    }
}

/// A worse alert of the same criterion or objective keeps milder ones quiet.
pub fn inhibitions(sent: &[Sent]) -> Vec<Yaml> {
    let mut rules = Vec::new();
    for (subject, more) in [("gate", Some("criterion")), ("slo", None)] {
        let own: Vec<&Sent> = sent.iter().filter(|s| s.has(subject)).collect();
        for (rank, severity) in SEVERITIES.iter().enumerate().rev() {
            let milder: Vec<&str> = SEVERITIES.iter().take(rank).copied().collect();
            let has = |of: &[&str]| own.iter().any(|s| of.contains(&s.severity.as_str()));
            if !has(&[severity]) || !has(&milder) {
                continue;
            }
            let there = format!("{subject}!=\"\"");
            let mut map = Map::new();
            map.push(
                "source_matchers",
                words([severity_is(&[severity]), there.clone()]),
            )
            .push("target_matchers", words([severity_is(&milder), there]))
            .push("equal", words(same(&own, subject, more)));
            rules.push(map.into());
        }
    }
    rules
}

/// Labels by which two alerts are of the same thing. A label that both lack counts as equal.
fn same(own: &[&Sent], subject: &str, more: Option<&str>) -> Vec<String> {
    let mut equal: Vec<String> = vec![subject.to_string()];
    equal.extend(more.map(str::to_string));
    equal.push("environment".to_string());
    for label in own.iter().flat_map(|s| &s.labels) {
        if !equal.contains(label) {
            equal.push(label.clone());
        }
    }
    equal
}

fn words(items: impl IntoIterator<Item = impl Into<String>>) -> Vec<Yaml> {
    items.into_iter().map(|i| Yaml::from(i.into())).collect()
}
