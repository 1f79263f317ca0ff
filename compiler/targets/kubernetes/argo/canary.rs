//! The canary: shares one after the other, and an analysis at each as long as it is held.
//!
//! The analysis is the hold: it takes as long, and ends it at once when a criterion is broken. At
//! 100 % the stable version has no traffic, so nothing is compared with it there.

use crate::diagnostics::{Code, Diagnostic, Diagnostics};
use crate::plan::value::decimal;
use crate::plan::{Place, Strategy};
use crate::targets::kubernetes::tree::map;
use crate::targets::yaml::{Entry, Map, Yaml};

use super::analysis::{self, Time, duration};
use super::criteria::{Measure, Taken, measures};
use super::share::nearest;
use super::{Files, Here, NEW, STABLE, cannot, traffic};

/// The strategy, and the objects that it needs.
pub(super) fn strategy(here: &Here, found: &mut Diagnostics) -> (Map, Files) {
    let Strategy::Canary { steps, hold } = &here.rollout.strategy else {
        return (Map::new(), Files::new());
    };
    let taken = Taken {
        places: &[Place::Canary],
        stable: true,
    };
    let asked = measures(here, &here.rollout.criteria, &taken, found);
    check_prometheus(here, !asked.is_empty(), found);
    let weights = weights(here, steps, found);
    let (own, beside): (Vec<&Measure>, Vec<&Measure>) =
        asked.iter().partition(|m| !m.asked.compares);
    let parts = Parts {
        own: (!own.is_empty()).then(|| here.analysis_name("")),
        beside: (!beside.is_empty()).then(|| here.analysis_name("-against-stable")),
    };
    let time = Time {
        wait: 0.0,
        length: *hold,
    };
    let (mut canary, mut files) = traffic::divided(here, found);
    if here.environment.router.is_none() {
        canary.push("maxUnavailable", 0);
        canary.push("maxSurge", 1);
        check_shares(here, &weights, found);
    }
    canary.push("steps", all_steps(here, &weights, *hold, &parts));
    let of = |name: &Option<String>, measures: &[&Measure], arguments: &[_]| {
        name.clone()
            .map(|name| analysis::template(here, name, measures, &time, arguments))
    };
    let own = of(&parts.own, &own, &[&NEW]);
    let beside = of(&parts.beside, &beside, &[&NEW, &STABLE]);
    files.extend(own.map(|t| ("analysis.yaml", t)));
    files.extend(beside.map(|t| ("analysis-against-stable.yaml", t)));
    (map([("canary", canary.into())]), files)
}

/// Names of the templates of a hold: what the new version must be by itself, and beside the stable.
struct Parts {
    own: Option<String>,
    beside: Option<String>,
}

impl Parts {
    /// The analysis at a share; `None` where nothing is judged.
    fn at(&self, weight: u32) -> Option<Map> {
        let beside = self.beside.as_ref().filter(|_| weight < 100);
        let templates: Vec<String> = self.own.iter().chain(beside).cloned().collect();
        let arguments: &[_] = match beside {
            Some(_) => &[&NEW, &STABLE],
            None => &[&NEW],
        };
        (!templates.is_empty()).then(|| analysis::used(&templates, arguments))
    }
}

fn all_steps(here: &Here, weights: &[u32], hold: f64, parts: &Parts) -> Yaml {
    let replicas = here.placed.replicas().0;
    let mut steps: Vec<Entry> = Vec::new();
    for weight in weights {
        let mut share = Map::new();
        let real = percent(nearest(replicas, *weight).share());
        match here.environment.router.is_none() && real != format!("{weight}%") {
            true => share.push_trailing(
                "setWeight",
                *weight,
                format!("{real} of {replicas} replicas"),
            ),
            false => share.push("setWeight", *weight),
        };
        let mut held = Map::new();
        match parts.at(*weight) {
            Some(analysis) => held.push("analysis", analysis),
            None => held.push("pause", map([("duration", duration(hold).into())])),
        };
        let mut held = Entry::from(Yaml::from(held));
        if *weight == 100 && parts.beside.is_some() {
            held = held.with_comment(
                "The stable version has no traffic now, so nothing is compared with it.",
            );
        }
        steps.push(Yaml::from(share).into());
        steps.push(held);
    }
    steps.into()
}

/// In whole per cent.
fn percent(share: f64) -> String {
    format!("{}%", (share * 100.0).round())
}

/// Shares in whole per cent, which is all that the controller knows.
fn weights(here: &Here, steps: &[f64], found: &mut Diagnostics) -> Vec<u32> {
    let mut weights = Vec::new();
    for (at, share) in steps.iter().enumerate() {
        let exact = (share * 100.0 * 1e6).round() / 1e6;
        if exact.fract() != 0.0 {
            let span = here.rollout.origin.span;
            let message = format!(
                "Argo Rollouts takes whole per cent, and step {} is {}%",
                at + 1,
                decimal(exact)
            );
            found.push(cannot(span, message).help("write shares such as `1%`, `5%`, `25%`"));
        }
        weights.push(exact.round().clamp(0.0, 100.0) as u32);
    }
    weights
}

/// Without a router a share is a number of replicas, and few replicas give few shares.
fn check_shares(here: &Here, weights: &[u32], found: &mut Diagnostics) {
    const FAR: f64 = 0.05;
    let replicas = here.placed.replicas().0;
    let real: Vec<f64> = weights
        .iter()
        .map(|w| nearest(replicas, *w).share())
        .collect();
    let asked: Vec<f64> = weights.iter().map(|w| f64::from(*w) / 100.0).collect();
    let far = asked
        .iter()
        .zip(&real)
        .any(|(asked, real)| (asked - real).abs() > FAR);
    let same = real.windows(2).any(|w| matches!(w, [a, b] if a == b));
    if !far && !same {
        return;
    }
    let shown: Vec<String> = real.iter().map(|r| percent(*r)).collect();
    let message = format!(
        "without a router, {replicas} replicas of `{}` can't divide requests as `{}` asks",
        here.placed.service.id, here.rollout.id
    );
    found.push(
        Diagnostic::new(Code::CoarseCanary, here.rollout.origin.span, message)
            .label(format!("its steps become {}", shown.join(", ")))
            .also(
                here.environment.origin.span,
                "nothing divides requests here but the number of replicas",
            )
            .help("say `router = gateway(\"NAME\")` in the environment, run more replicas, or write the steps as they become"),
    );
}

/// Criteria are asked of the environment's Prometheus.
pub(super) fn check_prometheus(here: &Here, asks: bool, found: &mut Diagnostics) {
    if !asks || here.environment.prometheus.is_some() {
        return;
    }
    let message = format!(
        "`{}` has no Prometheus to ask for the criteria of `{}`",
        here.environment.id, here.rollout.id
    );
    found.push(
        Diagnostic::new(Code::NoLiveSource, here.environment.origin.span, message)
            .label("says no `monitoring`")
            .also(here.rollout.origin.span, "judged by live measurements")
            .help("add `monitoring { prometheus = \"host:port\" }`"),
    );
}
