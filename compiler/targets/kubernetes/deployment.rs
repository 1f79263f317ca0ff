//! The Deployment: how many replicas, how they are replaced.

use crate::targets::yaml::{Map, Yaml};

use super::objects::Identity;
use super::placement::Rolling;
use super::pod;
use super::quantity::{Round, replicas};
use super::tree::{map, object};

/// Its API and kind.
pub(super) const KIND: (&str, &str) = ("apps/v1", "Deployment");

/// The label that a Deployment gives the pods of a version.
pub(super) const VERSION: &str = "pod-template-hash";

/// The head of the object.
pub(super) fn head(metadata: Map) -> Map {
    object(KIND.0, KIND.1, metadata)
}

/// The whole object; without a number of replicas where an autoscaler owns it.
pub(super) fn deployment(identity: &Identity, rolling: Rolling, scales: bool) -> Map {
    let fixed = (!scales).then_some(identity.service.replicas.1);
    let mut spec = Map::new();
    spec.push_some("replicas", fixed);
    spec.push("revisionHistoryLimit", 5);
    spec.push("progressDeadlineSeconds", 600);
    spec.push_commented(
        "minReadySeconds",
        10,
        "A replica that dies young doesn't count, and stops the rollout.",
    );
    spec.push("strategy", strategy(rolling));
    spec.push(
        "selector",
        map([("matchLabels", identity.selector().into())]),
    );
    spec.push("template", pod::template(identity, VERSION));
    let mut deployment = head(identity.metadata());
    deployment.push("spec", spec);
    deployment
}

/// How replicas are replaced.
pub(super) fn strategy(rolling: Rolling) -> Map {
    let rolling = map([
        (
            "maxUnavailable",
            amount(replicas(rolling.unavailable, Round::Down)),
        ),
        ("maxSurge", amount(replicas(rolling.surge, Round::Up))),
    ]);
    map([
        ("type", "RollingUpdate".into()),
        ("rollingUpdate", rolling.into()),
    ])
}

fn amount((number, percent): (i64, bool)) -> Yaml {
    match percent {
        true => format!("{number}%").into(),
        false => number.into(),
    }
}
