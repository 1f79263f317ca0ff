//! One series of a test: what is asked of it, and the samples that answer.

use super::example::{admitted, refused};
use super::{Clock, Target, buckets};
use crate::plan::value::decimal;
use crate::plan::{Func, SeriesKind};
use crate::targets::prometheus::promql::{Match, Query, Selector, one_line};
use crate::targets::prometheus::query::Source;
use std::collections::BTreeMap;

/// Events per second where no rate is asked.
const PLAIN_RATE: f64 = 100.0;

/// Everything that is asked of one series.
pub struct Events {
    name: String,
    kind: SeriesKind,
    bounds: Vec<f64>,
    /// Labels of its samples.
    pub labels: BTreeMap<String, String>,
    matchers: Vec<Match>,
    /// A gauge's value, or a summary's with its quantile.
    value: Option<(f64, Option<f64>)>,
    /// Share of the selected events, and labels of both parts where they differ.
    share: Option<(f64, Labels, Labels)>,
    rate: Option<f64>,
    mean: Option<f64>,
    fill: Option<Vec<f64>>,
    /// Whether the number of all events is asked.
    counted: bool,
}

type Labels = BTreeMap<String, String>;

impl Events {
    /// What a first target asks.
    pub fn new(target: &Target) -> Option<Self> {
        let mut events = Self::of(&target.source, gauge_like(target.func))?;
        events.add(target)?;
        Some(events)
    }

    /// A series that is only there.
    pub fn present(source: &Source) -> Option<Self> {
        let mut events = Self::of(source, true)?;
        match (events.kind, source.service) {
            (SeriesKind::Gauge, _) => {
                events.value = Some((1.0, None));
                // Of a series of no service the selected part is wanted.
                let select = if source.service.is_none() {
                    &source.matchers[..]
                } else {
                    &[]
                };
                events.select(select)?;
            }
            _ => events.counted = true,
        }
        Some(events)
    }

    fn of(source: &Source, gauge: bool) -> Option<Self> {
        let mut labels = Labels::new();
        for matcher in &source.scope {
            labels.insert(matcher.label.clone(), matcher.value.clone());
        }
        if let Some(job) = labels.get("job").cloned() {
            labels.insert("pod".to_string(), format!("{job}-0"));
        }
        if source.service.is_none() {
            labels.insert("instance".to_string(), "a-host:9100".to_string());
        }
        let guess = if gauge {
            SeriesKind::Gauge
        } else {
            SeriesKind::Counter
        };
        Some(Self {
            name: source.name.to_string(),
            kind: source.kind().unwrap_or(guess),
            bounds: source.series.map(|s| s.buckets.clone()).unwrap_or_default(),
            labels,
            matchers: source.scope.clone(),
            value: None,
            share: None,
            rate: None,
            mean: None,
            fill: None,
            counted: false,
        })
    }

    /// Asks more of the series; `None` where both can't be had.
    pub fn add(&mut self, target: &Target) -> Option<()> {
        for (label, value) in &target.groups {
            let own = target
                .source
                .series
                .is_some_and(|s| s.labels.contains(label));
            if own {
                self.select(&[Match::equal(label, value)])?;
            }
        }
        self.counted |= !matches!(target.func, Func::Quantile(_));
        if target.func == Func::Share {
            return self.add_share(target);
        }
        self.select(&target.source.matchers)?;
        let value = target.value;
        match target.func {
            Func::Last | Func::Max | Func::Min | Func::Sum => self.set_value(value, None),
            Func::Mean if self.kind == SeriesKind::Gauge => self.set_value(value, None),
            Func::Mean => once(&mut self.mean, value),
            Func::Quantile(tenths) => {
                let q = f64::from(tenths) / 1000.0;
                match self.kind {
                    SeriesKind::Summary => self.set_value(value, Some(q)),
                    _ => once(
                        &mut self.fill,
                        buckets::for_quantile(&self.bounds, q, value)?,
                    ),
                }
            }
            Func::Within => {
                let bound = target.args.get(1)?.value()?.as_number()?;
                let share = (0.0..=1.0).contains(&value).then_some(value)?;
                once(
                    &mut self.fill,
                    buckets::for_share(&self.bounds, bound, share)?,
                )
            }
            Func::RateOf if value >= 0.0 => once(&mut self.rate, value),
            Func::Increase if value >= 0.0 => once(&mut self.rate, value / target.window),
            _ => None,
        }
    }

    fn set_value(&mut self, value: f64, quantile: Option<f64>) -> Option<()> {
        match self.kind {
            SeriesKind::Gauge | SeriesKind::Summary | SeriesKind::Counter => {
                once(&mut self.value, (value, quantile))
            }
            SeriesKind::Histogram => None,
        }
    }

    /// Gives the labels values that all matchers so far admit.
    fn select(&mut self, matchers: &[Match]) -> Option<()> {
        for matcher in matchers {
            self.matchers.push(matcher.clone());
            let same = self.matchers.iter().filter(|m| m.label == matcher.label);
            let same: Vec<&Match> = same.collect();
            let value = admitted(&same)?;
            self.labels.insert(matcher.label.clone(), value);
        }
        Some(())
    }

    fn add_share(&mut self, target: &Target) -> Option<()> {
        let share = (0.0..=1.0)
            .contains(&target.value)
            .then_some(target.value)?;
        let (last, _) = target.source.matchers.split_last()?;
        let mut bad = Labels::new();
        for matcher in &target.source.matchers {
            let same = target
                .source
                .matchers
                .iter()
                .filter(|m| m.label == matcher.label);
            bad.insert(matcher.label.clone(), admitted(&same.collect::<Vec<_>>())?);
        }
        let mut good = bad.clone();
        good.insert(last.label.clone(), refused(last)?);
        once(&mut self.share, (share, bad, good))
    }

    /// The samples.
    pub fn input(&self, clock: Clock) -> Option<Vec<(String, String)>> {
        if let Some((value, quantile)) = self.value {
            let quantile = quantile.map(|q| ("quantile", decimal(q)));
            let series = self.series("", &self.labels, quantile);
            return Some(vec![(
                series,
                format!("{}x{}", decimal(value), clock.count),
            )]);
        }
        let mut input = Vec::new();
        for (labels, weight) in self.parts()? {
            self.part(&labels, weight, clock, &mut input);
        }
        Some(input)
    }

    /// Labels and share of each part of the events.
    fn parts(&self) -> Option<Vec<(Labels, f64)>> {
        let Some((share, bad, good)) = &self.share else {
            return Some(vec![(self.labels.clone(), 1.0)]);
        };
        let mut parts = Vec::new();
        for (own, weight) in [(good, 1.0 - share), (bad, *share)] {
            let mut labels = self.labels.clone();
            labels.extend(own.clone());
            let fits = |m: &Match| {
                let value = labels.get(&m.label).map(String::as_str).unwrap_or_default();
                m.admits(value) == Some(true)
            };
            // A part that another demand doesn't see would change what that one gets.
            if !self.matchers.iter().all(fits) {
                return None;
            }
            // Of events that never happened there is no series.
            if weight > 0.0 {
                parts.push((labels, weight));
            }
        }
        Some(parts)
    }

    fn part(&self, labels: &Labels, weight: f64, clock: Clock, input: &mut Vec<(String, String)>) {
        let events = self.rate.unwrap_or(PLAIN_RATE) * clock.step * weight;
        let counter = |share: f64| format!("0+{}x{}", decimal(events * share), clock.count);
        if let Some(fill) = &self.fill {
            for (bound, share) in self.bounds.iter().zip(fill) {
                let series = self.series("_bucket", labels, Some(("le", decimal(*bound))));
                input.push((series, counter(*share)));
            }
            let series = self.series("_bucket", labels, Some(("le", "+Inf".to_string())));
            input.push((series, counter(1.0)));
        }
        if let Some(mean) = self.mean {
            input.push((self.series("_sum", labels, None), counter(mean)));
        }
        let suffix = match self.kind {
            SeriesKind::Histogram | SeriesKind::Summary => "_count",
            SeriesKind::Counter | SeriesKind::Gauge => "",
        };
        if !self.counted {
            return;
        }
        input.push((self.series(suffix, labels, None), counter(1.0)));
    }

    fn series(&self, suffix: &str, labels: &Labels, more: Option<(&str, String)>) -> String {
        let own = labels.iter().map(|(l, v)| Match::equal(l, v));
        let more = more.map(|(l, v)| Match::equal(l, &v));
        one_line(&Query::Instant(Selector {
            name: format!("{}{suffix}", self.name),
            matchers: own.chain(more).collect(),
        }))
    }
}

fn gauge_like(func: Func) -> bool {
    matches!(
        func,
        Func::Last | Func::Max | Func::Min | Func::Sum | Func::Mean
    )
}

/// Sets what may be set once, or again to the same.
fn once<T: PartialEq>(slot: &mut Option<T>, value: T) -> Option<()> {
    match slot {
        Some(known) if *known != value => None,
        _ => {
            *slot = Some(value);
            Some(())
        }
    }
}
