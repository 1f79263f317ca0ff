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
    /// The rollout by steps or by a switch, for which a Deployment has no form.
    pub(super) stepped: Option<&'a Rollout>,
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

    /// The service as it is here: everywhere's, with what is said here over it.
    pub(super) fn service_here(&self) -> Service {
        let mut service = self.service.clone();
        service.replicas = self.replicas();
        let here = self.resources();
        let own = &mut service.resources;
        own.cpu = here.cpu.or(own.cpu);
        own.memory = here.memory.or(own.memory);
        own.gpu = here.gpu.or(own.gpu);
        for (name, value) in self.overlays.iter().flat_map(|o| &o.env) {
            // A variable has one source, and its place in the list.
            service.secrets.retain(|(other, _)| other != name);
            match service.env.iter_mut().find(|(other, _)| other == name) {
                Some((_, own)) => *own = value.clone(),
                None => service.env.push((name.clone(), value.clone())),
            }
        }
        service
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
    let all = || of(placements, service).filter(|p| p.stepped.is_none());
    let all = || all().map(|p| p.rolling);
    let votes = |one: Rolling| all().filter(|other| *other == one).count();
    // Backwards, because the last of equals wins and the first environment should.
    let all: Vec<_> = all().collect();
    all.into_iter()
        .rev()
        .max_by_key(|r| votes(*r))
        .unwrap_or(GENTLE)
}

/// Whether a Deployment runs the service anywhere; where nothing deploys it, one would.
pub(super) fn has_deployment(placements: &[Placement], service: &Service) -> bool {
    let mut here = of(placements, service).peekable();
    here.peek().is_none() || here.any(|p| p.stepped.is_none())
}

/// Whether the service is replaced by steps or by a switch anywhere.
pub(super) fn has_steps(placements: &[Placement], service: &Service) -> bool {
    of(placements, service).any(|p| p.stepped.is_some())
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
        let placed = |service| {
            let rollout = rollout(plan, &deploys, service, environment, found);
            Placed {
                service,
                rolling: rollout.and_then(rolling_of).unwrap_or(GENTLE),
                stepped: rollout.filter(|r| stepped(r)),
                overlays: overlays(environment, service),
            }
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
/// object that holds it, and what one of them applies the other finds.
fn rollout<'a>(
    plan: &'a Plan,
    deploys: &[&Deploy],
    service: &Service,
    environment: &Environment,
    found: &mut Diagnostics,
) -> Option<&'a Rollout> {
    let here = deploys.iter().filter(|d| puts(d, service, environment));
    let mut rollouts = here.filter_map(|d| plan.rollout(&d.rollout));
    let first = rollouts.next()?;
    let alike = |r: &&Rollout| match rolling_of(first) {
        Some(rolling) => rolling_of(r) == Some(rolling),
        None => r.id == first.id,
    };
    if let Some(other) = rollouts.find(|r| !alike(r)) {
        found.push(conflict(service, environment, first, other));
    }
    Some(first)
}

/// Whether Argo Rollouts carries it out.
fn stepped(rollout: &Rollout) -> bool {
    matches!(
        rollout.strategy,
        Strategy::Canary { .. } | Strategy::BlueGreen { .. }
    )
}

fn conflict(service: &Service, place: &Environment, one: &Rollout, two: &Rollout) -> Diagnostic {
    let message = format!(
        "`{}` is deployed to `{}` by `{}` and by `{}`, but there is one way that it is replaced there",
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
            if !stepped(rollout) {
                found.push(not_yet(rollout));
            }
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
    let message = format!(
        "gatec can't write the A/B rollout `{}` for Kubernetes yet",
        rollout.id
    );
    Diagnostic::new(Code::NotYet, rollout.origin.span, message)
        .label("a deploy uses it")
        .help("use a `canary` or a `rolling` rollout until then")
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
