//! The Rollout: the pods of a service, as a Deployment holds them, and a strategy.

use crate::targets::kubernetes::objects::Identity;
use crate::targets::kubernetes::pod;
use crate::targets::kubernetes::tree::{self, map};
use crate::targets::yaml::Map;

use super::{Here, KIND, VERSION};

/// The whole object; without a number of replicas where an autoscaler owns it.
pub(super) fn object(here: &Here, strategy: Map, scales: bool) -> Map {
    let identity: &Identity = here.identity;
    let fixed = (!scales).then_some(identity.service.replicas.1);
    let mut spec = Map::new();
    spec.push_some("replicas", fixed);
    spec.push("revisionHistoryLimit", 5);
    spec.push("progressDeadlineSeconds", 600);
    if !here.pauses() {
        spec.push_commented(
            "progressDeadlineAbort",
            true,
            "A version whose pods don't come up is taken back, too.",
        );
    }
    spec.push_commented(
        "minReadySeconds",
        10,
        "A replica that dies young doesn't count, and stops the rollout.",
    );
    spec.push("strategy", strategy);
    spec.push(
        "selector",
        map([("matchLabels", identity.selector().into())]),
    );
    spec.push("template", pod::template(identity, VERSION));
    let mut rollout = tree::object(KIND.0, KIND.1, identity.metadata());
    rollout.push("spec", spec);
    rollout
}
