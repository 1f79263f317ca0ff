//! AnalysisTemplates: takes measures and the time they are looked at, gives what Argo Rollouts
//! measures, and by which rule each look is judged.
//!
//! Each measure is looked at twice. While time runs, a look fails that breaks the criterion, and one
//! such look ends it; no data breaks nothing yet. At the end it must be known, unless the program
//! says otherwise: no data is then no pass. The conditions hold for any number of samples, so an
//! empty answer is decided by them and never by an index error; NaN counts as no data.

use crate::plan::value::decimal;
use crate::targets::kubernetes::tree::{list, map, object};
use crate::targets::prometheus::versions::Comparison;
use crate::targets::yaml::{Entry, Map, Yaml};

use super::criteria::Measure;
use super::{Argument, Here};

/// When measures are looked at, in seconds from the beginning.
pub(super) struct Time {
    /// Before this nothing is looked at.
    pub(super) wait: f64,
    /// How long it is looked.
    pub(super) length: f64,
}

/// Looks that may fail in a row because Prometheus doesn't answer; the next is a failure. A look
/// that gets no answer is repeated after 10 s, so this is about a minute.
const SILENT_LOOKS: i64 = 5;

impl Time {
    /// Seconds between two looks: a tenth of the time, 15 s to a minute, and never all of it.
    fn interval(&self) -> f64 {
        (self.length / 10.0)
            .clamp(15.0, 60.0)
            .min(self.length)
            .max(1.0)
    }

    fn looks(&self) -> i64 {
        (self.length / self.interval()).floor().max(1.0) as i64
    }
}

/// A template of these measures.
pub(super) fn template(
    here: &Here,
    name: String,
    measures: &[&Measure],
    time: &Time,
    arguments: &[&Argument],
) -> Map {
    let mut metrics: Vec<Entry> = Vec::new();
    for measure in measures {
        metrics
            .push(Entry::from(Yaml::from(watch(here, measure, time))).with_comment(&measure.said));
    }
    let decided: Vec<_> = measures.iter().filter(|m| m.decided).collect();
    for (at, measure) in decided.iter().enumerate() {
        let entry = Entry::from(Yaml::from(decision(here, measure, time)));
        metrics.push(match at {
            0 => entry.with_comment(
                "At the end each must be known: without data, or with too few requests, it is no pass.",
            ),
            _ => entry,
        });
    }
    let arguments = arguments.iter().map(|a| map([("name", a.name.into())]));
    let mut template = object(
        "argoproj.io/v1alpha1",
        "AnalysisTemplate",
        here.identity.metadata_as(name),
    );
    let spec = map([("args", list(arguments)), ("metrics", metrics.into())]);
    template.push("spec", spec);
    template
}

/// Looks again and again; one look that breaks the criterion is enough.
fn watch(here: &Here, measure: &Measure, time: &Time) -> Map {
    let mut metric = Map::new();
    let interval = time.interval();
    metric.push("name", measure.name.clone());
    metric.push("initialDelay", duration(time.wait + interval));
    metric.push("interval", duration(interval));
    metric.push("count", time.looks());
    judged(here, measure, false, &mut metric);
    provider(here, measure, &mut metric);
    metric
}

/// Looks once, at the end.
fn decision(here: &Here, measure: &Measure, time: &Time) -> Map {
    let mut metric = Map::new();
    metric.push("name", format!("{}-decided", measure.name));
    metric.push("initialDelay", duration(time.wait + time.length));
    metric.push("count", 1);
    judged(here, measure, true, &mut metric);
    provider(here, measure, &mut metric);
    metric
}

/// By which rule a look is judged. A look that neither succeeds nor fails pauses the rollout until a
/// person decides; only a program that says `on_failure = pause` wants that.
fn judged(here: &Here, measure: &Measure, decided: bool, metric: &mut Map) {
    let (limit, must_be) = (measure.asked.limit, measure.asked.must_be);
    let holds = match decided {
        true => format!(
            "len(result) > 0 && all(result, {{{}}})",
            sample(must_be, limit)
        ),
        false => format!("none(result, {{{}}})", sample(must_be.negated(), limit)),
    };
    metric.push("successCondition", holds);
    if here.pauses() {
        metric.push("failureCondition", "false");
        metric.push("inconclusiveLimit", 0);
    }
    metric.push("failureLimit", 0);
    metric.push("consecutiveErrorLimit", SILENT_LOOKS);
}

/// What a sample must be, in the controller's language. NaN is unequal to everything.
fn sample(comparison: Comparison, limit: f64) -> String {
    let compared = format!("# {} {}", comparison.text(), decimal(limit));
    match comparison {
        Comparison::NotEqual => format!("!isNaN(#) && {compared}"),
        _ => compared,
    }
}

fn provider(here: &Here, measure: &Measure, metric: &mut Map) {
    let query = &measure.asked.query;
    let query = match query.contains('\n') {
        true => Yaml::Block(format!("{query}\n")),
        false => query.clone().into(),
    };
    let prometheus = map([("address", address(here).into()), ("query", query)]);
    metric.push("provider", map([("prometheus", prometheus.into())]));
}

/// Where Prometheus answers, as a URL.
fn address(here: &Here) -> String {
    let given = here.environment.prometheus.as_deref().unwrap_or_default();
    match given.contains("://") {
        true => given.to_string(),
        false => format!("http://{given}"),
    }
}

/// The templates of a rollout's analysis, and the hashes they are about.
pub(super) fn used(templates: &[String], arguments: &[&Argument]) -> Map {
    let templates = templates
        .iter()
        .map(|name| map([("templateName", name.clone().into())]));
    let arguments = arguments.iter().map(|a| {
        let from = map([("podTemplateHashValue", a.hash.into())]);
        map([("name", a.name.into()), ("valueFrom", from.into())])
    });
    map([("templates", list(templates)), ("args", list(arguments))])
}

/// A length of time as Go reads it: hours, minutes, seconds and nothing longer.
pub(super) fn duration(seconds: f64) -> String {
    let whole = seconds.max(0.0).round() as u64;
    let parts = [
        (whole / 3600, "h"),
        (whole / 60 % 60, "m"),
        (whole % 60, "s"),
    ];
    let text: String = parts
        .iter()
        .filter(|(n, _)| *n > 0)
        .map(|(n, unit)| format!("{n}{unit}"))
        .collect();
    match text.is_empty() {
        true => "0s".to_string(),
        false => text,
    }
}
