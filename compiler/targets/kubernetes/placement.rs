//! Which service runs in which environment, and how it is replaced there.
//!
//! Takes the plan's deploys, overrides and rollouts; says what they contradict each other in.

use crate::diagnostics::{Code, Diagnostic, Diagnostics};
use crate::plan::{
    Amount, Deploy, Environment, Overlay, Plan, Resources, Rollout, Service, Strategy,
};

use super::quantity::{Round, replicas};

/// An environment with what runs there.
pub(super) struct Placement<'a> {
    pub(super) environment: &'a Environment,
    pub(super) services: Vec<Placed<'a>>,
}

/// A service in an environment.
pub(super) struct Placed<'a> {
    pub(super) service: &'a Service,
    pub(super) rolling: Rolling,
    /// What differs here, in source order; a later one wins.
    pub(super) overlays: Vec<&'a Overlay>,
}

/// How many replicas may be missing and added while they are replaced.
#[derive(Clone, Copy, PartialEq)]
pub(super) struct Rolling {
    pub(super) unavailable: Amount,
    pub(super) surge: Amount,
}

/// What holds where no deploy says: no replica is missed.
const GENTLE: Rolling = Rolling {
    unavailable: Amount::Absolute(0),
    surge: Amount::Absolute(1),
};

impl Placed<'_> {
    /// Least and greatest number of replicas here.
    pub(super) fn replicas(&self) -> (u32, u32) {
        let own = self.overlays.iter().rev().find_map(|o| o.replicas);
        own.unwrap_or(self.service.replicas)
    }

    /// What is said here of requests and limits; not what the service says everywhere.
    pub(super) fn resources(&self) -> Resources {
        let mut here = Resources::default();
        for overlay in &self.overlays {
            here.cpu = overlay.resources.cpu.or(here.cpu);
            here.memory = overlay.resources.memory.or(here.memory);
            here.gpu = overlay.resources.gpu.or(here.gpu);
        }
        here
    }
}

/// Every place a service runs in.
pub(super) fn of<'a>(
    placements: &'a [Placement<'a>],
    service: &'a Service,
) -> impl Iterator<Item = &'a Placed<'a>> {
    let here = placements.iter().flat_map(|p| &p.services);
    here.filter(move |p| p.service.id == service.id)
}

/// How a service is replaced unless an environment says otherwise: what most of them say.
pub(super) fn usual_rolling(placements: &[Placement], service: &Service) -> Rolling {
    let all = || of(placements, service).map(|p| p.rolling);
    let votes = |one: Rolling| all().filter(|other| *other == one).count();
    // Backwards, because the last of equals wins and the first environment should.
    let all: Vec<_> = all().collect();
    all.into_iter()
        .rev()
        .max_by_key(|r| votes(*r))
        .unwrap_or(GENTLE)
}

/// Whether an autoscaler owns the number of replicas. If it does anywhere it does everywhere:
/// an environment with a fixed number narrows it, so that none is left behind by a change.
pub(super) fn scales(placements: &[Placement], service: &Service) -> bool {
    let ranges = of(placements, service).map(Placed::replicas);
    ranges
        .chain([service.replicas])
        .any(|(low, high)| low < high)
}

/// Puts every service where a deploy puts it; everywhere when the program has no deploy.
pub(super) fn place<'a>(plan: &'a Plan, found: &mut Diagnostics) -> Vec<Placement<'a>> {
    let deploys = deploys(plan);
    check_rollouts(plan, &deploys, found);
    let mut placements = Vec::new();
    for environment in &plan.environments {
        let runs = |service: &&Service| {
            deploys.is_empty() || deploys.iter().any(|d| puts(d, service, environment))
        };
        let services: Vec<_> = plan.services.iter().filter(runs).collect();
        check_overrides(environment, &services, found);
        let placed = |service| Placed {
            service,
            rolling: rolling(plan, &deploys, service, environment, found),
            overlays: overlays(environment, service),
        };
        let services: Vec<_> = services.into_iter().map(placed).collect();
        if !services.is_empty() {
            placements.push(Placement {
                environment,
                services,
            });
        }
    }
    placements
}

fn deploys(plan: &Plan) -> Vec<&Deploy> {
    let nodes = plan.pipelines.iter().flat_map(|p| &p.nodes);
    nodes.filter_map(|n| n.as_deploy()).collect()
}

fn puts(deploy: &Deploy, service: &Service, environment: &Environment) -> bool {
    deploy.environment == environment.id && deploy.services.contains(&service.id)
}

fn overlays<'a>(environment: &'a Environment, service: &Service) -> Vec<&'a Overlay> {
    let all = environment.overrides.iter();
    all.filter(|o| o.service == service.id).collect()
}

/// How the deploys of a service to an environment replace it. They must agree: there is one
/// Deployment, and what one of them applies the other finds.
fn rolling(
    plan: &Plan,
    deploys: &[&Deploy],
    service: &Service,
    environment: &Environment,
    found: &mut Diagnostics,
) -> Rolling {
    let here = deploys.iter().filter(|d| puts(d, service, environment));
    let mut rollouts = here.filter_map(|d| plan.rollout(&d.rollout));
    let Some(first) = rollouts.next() else {
        return GENTLE;
    };
    let rolling = rolling_of(first).unwrap_or(GENTLE);
    if let Some(other) = rollouts.find(|r| rolling_of(r) != Some(rolling)) {
        found.push(conflict(service, environment, first, other));
    }
    rolling
}

fn conflict(service: &Service, place: &Environment, one: &Rollout, two: &Rollout) -> Diagnostic {
    let message = format!(
        "`{}` is deployed to `{}` by `{}` and by `{}`, but its Deployment holds one way to be replaced",
        service.id, place.id, one.id, two.id
    );
    Diagnostic::new(Code::ConflictingRollouts, two.origin.span, message)
        .label("this one differs")
        .also(one.origin.span, "from this one")
        .help("use one rollout for all deploys of the service to this environment")
}

fn rolling_of(rollout: &Rollout) -> Option<Rolling> {
    match rollout.strategy {
        Strategy::Rolling {
            max_unavailable,
            max_surge,
        } => Some(Rolling {
            unavailable: max_unavailable,
            surge: max_surge,
        }),
        _ => None,
    }
}

/// Says of each rollout that is used whether the target can do it.
fn check_rollouts(plan: &Plan, deploys: &[&Deploy], found: &mut Diagnostics) {
    let used = |r: &&Rollout| deploys.iter().any(|d| d.rollout == r.id);
    for rollout in plan.rollouts.iter().filter(used) {
        let Some(rolling) = rolling_of(rollout) else {
            found.push(not_yet(rollout));
            continue;
        };
        let missing = replicas(rolling.unavailable, Round::Down).0;
        let added = replicas(rolling.surge, Round::Up).0;
        if missing == 0 && added == 0 {
            let message = format!("`{}` may neither remove nor add a replica", rollout.id);
            found.push(
                Diagnostic::new(Code::StuckRollout, rollout.origin.span, message)
                    .label("so it can never replace one")
                    .help("let `max_surge` or `max_unavailable` be at least 1"),
            );
        }
    }
}

fn not_yet(rollout: &Rollout) -> Diagnostic {
    let what = match rollout.strategy {
        Strategy::Rolling { .. } => "rolling",
        Strategy::Canary { .. } => "canary",
        Strategy::BlueGreen { .. } => "blue-green",
        Strategy::Ab { .. } => "A/B",
    };
    let message = format!(
        "gatec can't write the {what} rollout `{}` for Kubernetes yet",
        rollout.id
    );
    Diagnostic::new(Code::NotYet, rollout.origin.span, message)
        .label("a deploy uses it")
        .help("use a `rolling` rollout until then")
}

fn check_overrides(environment: &Environment, here: &[&Service], found: &mut Diagnostics) {
    let runs = |id: &str| here.iter().any(|s| s.id == id);
    for overlay in environment.overrides.iter().filter(|o| !runs(&o.service)) {
        let message = format!(
            "nothing deploys `{}` to `{}`, so this override changes nothing",
            overlay.service, environment.id
        );
        found.push(Diagnostic::new(
            Code::UnusedOverride,
            overlay.origin.span,
            message,
        ));
    }
}
