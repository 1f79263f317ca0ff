//! Argo Rollouts: takes a service in an environment and the rollout that replaces it there, gives
//! the Rollout in the Deployment's place, its AnalysisTemplates, and what divides the traffic.
//!
//! ```text
//! overlays/<env>/<service>/rollout.yaml                  the pods, and how they are replaced
//! overlays/<env>/<service>/analysis.yaml                 what the new version must hold by itself
//! overlays/<env>/<service>/analysis-against-stable.yaml  what it must hold beside the stable one
//! overlays/<env>/<service>/service-canary.yaml, -preview.yaml, http-route.yaml
//! ```
//!
//! Everything stands in the overlay and none of it is patched: kustomize merges lists by name only
//! in kinds that it knows. The image and the namespace it sets in any kind.

mod analysis;
mod blue_green;
mod canary;
mod criteria;
mod engine;
mod rollout;
mod share;
#[cfg(test)]
mod tests;
mod traffic;

use crate::diagnostics::{Code, Diagnostic, Diagnostics};
use crate::plan::{Environment, Plan, Rollout, Strategy};
use crate::source::Span;
use crate::targets::prometheus::versions;
use crate::targets::yaml::Map;

use super::names::{label_fault, object_name};
use super::objects::Identity;
use super::placement::Placed;
use super::raw;

/// API and kind of what holds the pods.
pub(super) const KIND: (&str, &str) = ("argoproj.io/v1alpha1", "Rollout");

/// Kinds of `raw` fragments that are meant for it: it stands in the Deployment's place.
pub(super) const HOLDERS: [&str; 2] = ["Rollout", "Deployment"];

/// The label that Argo Rollouts gives the pods of a version.
pub(super) const VERSION: &str = "rollouts-pod-template-hash";

/// The file of the Rollout.
pub(super) const ROLLOUT: &str = "rollout.yaml";

/// The same label as Prometheus spells it, once the PodMonitor has carried it over.
const SERIES_LABEL: &str = "rollouts_pod_template_hash";

/// An argument of an AnalysisTemplate: its name, where it stands in a query, and whose hash it is.
struct Argument {
    name: &'static str,
    place: &'static str,
    hash: &'static str,
}

const NEW: Argument = Argument {
    name: "new-hash",
    place: "{{args.new-hash}}",
    hash: "Latest",
};

const STABLE: Argument = Argument {
    name: "stable-hash",
    place: "{{args.stable-hash}}",
    hash: "Stable",
};

/// Files and the objects in them.
pub(super) type Files = Vec<(&'static str, Map)>;

/// Where a rollout takes place.
struct Here<'a> {
    plan: &'a Plan,
    environment: &'a Environment,
    placed: &'a Placed<'a>,
    rollout: &'a Rollout,
    identity: &'a Identity<'a>,
}

impl Here<'_> {
    /// `api-progressive`
    fn analysis_name(&self, part: &str) -> String {
        let rollout = object_name(&self.rollout.id);
        format!("{}-{rollout}{part}", self.identity.name)
    }

    /// Whether failure ends in a pause that a person ends, not in an abort.
    fn pauses(&self) -> bool {
        self.rollout.on_failure == "pause"
    }

    /// What its criteria ask; with the stable version where that has traffic.
    fn asks(&self, stable: bool) -> versions::Place<'_> {
        versions::Place {
            plan: self.plan,
            environment: self.environment,
            service: &self.placed.service.id,
            label: SERIES_LABEL,
            new: NEW.place,
            stable: stable.then_some(STABLE.place),
        }
    }
}

/// What replaces a service by steps or by a switch here; nothing where a Deployment does.
pub(super) fn objects(
    plan: &Plan,
    environment: &Environment,
    placed: &Placed,
    scales: bool,
    found: &mut Diagnostics,
) -> Files {
    let Some(rollout) = placed.stepped else {
        return Files::new();
    };
    let service = placed.service_here();
    let identity = Identity::new(plan, &service);
    let here = Here {
        plan,
        environment,
        placed,
        rollout,
        identity: &identity,
    };
    check(&here, found);
    let (strategy, mut more) = match &rollout.strategy {
        Strategy::BlueGreen { .. } => blue_green::strategy(&here, found),
        _ => canary::strategy(&here, found),
    };
    let mut object = rollout::object(&here, strategy, scales);
    raw::merge_into(placed.service, &mut object, &HOLDERS, found);
    let mut files = vec![(ROLLOUT, object)];
    files.append(&mut more);
    engine::check(environment, &files, rollout, found);
    files
}

/// What no engine is told yet, and the name of the second Service.
fn check(here: &Here, found: &mut Diagnostics) {
    let second = match here.rollout.strategy {
        Strategy::BlueGreen { .. } => Some("preview"),
        _ => here.environment.router.as_ref().map(|_| "canary"),
    };
    if let Some(part) = second {
        check_name(here, format!("{}-{part}", here.identity.name), found);
    }
    if let Some((_, _, span)) = here.rollout.promote_early {
        let message =
            "gatec can't write early promotion yet: Argo Rollouts skips no steps by itself";
        found.push(
            Diagnostic::new(Code::NotYet, span, message)
                .help("leave it out; a person skips a step with `kubectl argo rollouts promote`"),
        );
    }
}

/// A rollout has a Service of its own beside the service's; its name must be free and short enough.
fn check_name(here: &Here, name: String, found: &mut Diagnostics) {
    let service = here.placed.service;
    let span = service.origin.span;
    let rollout = &here.rollout.id;
    let mut others = here.plan.services.iter();
    if let Some(other) = others.find(|s| object_name(&s.id) == name) {
        let message = format!("rollout `{rollout}` needs the name `{name}` for a Service");
        found.push(
            Diagnostic::new(Code::NameCollision, other.origin.span, message)
                .label("this service has it")
                .also(span, "beside this one")
                .help("rename one of them"),
        );
    }
    if let Some(fault) = label_fault(&name) {
        let message = format!("Kubernetes doesn't take `{name}` as the name of a Service: {fault}");
        found.push(
            Diagnostic::new(Code::InvalidName, span, message)
                .label(format!("rollout `{rollout}` makes this name of it"))
                .help("shorten the service's name"),
        );
    }
}

/// "Argo Rollouts has no way to say this."
fn cannot(span: Span, message: impl Into<String>) -> Diagnostic {
    Diagnostic::new(Code::ArgoCannotExpress, span, message)
}
