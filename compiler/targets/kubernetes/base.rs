//! The base of a service: its objects, each in a file, and the kustomization that lists them.

use crate::diagnostics::{Code, Diagnostic, Diagnostics};
use crate::plan::{Plan, Service};
use crate::targets::Emitted;
use crate::targets::yaml::Map;

use super::objects::{self, Identity};
use super::placement::{self, Placed, Placement};
use super::tree::{file, kustomization, list};
use super::{ROOT, argo, config, deployment, network, raw};

/// The file names of a service's objects, in the order they are listed, with the objects.
pub(super) type Objects = Vec<(&'static str, Map)>;

/// Writes the base of a service.
pub(super) fn emit(plan: &Plan, service: &Service, places: &[Placement], emitted: &mut Emitted) {
    let identity = Identity::new(plan, service);
    let scales = placement::scales(places, service);
    if scales {
        check_scaling(places, service, &mut emitted.diagnostics);
    }
    let mut objects = objects_of(plan, &identity, places, scales);
    // What holds the pods where a service is replaced by steps stands in the overlays.
    let elsewhere: &[&str] = match placement::has_steps(places, service) {
        true => &argo::HOLDERS,
        false => &[],
    };
    raw::merge(service, &mut objects, elsewhere, &mut emitted.diagnostics);
    let folder = format!("{ROOT}/base/{}", identity.name);
    let mut kustomization = kustomization();
    kustomization.push("resources", list(objects.iter().map(|(name, _)| *name)));
    objects.push(("kustomization.yaml", kustomization));
    for (name, object) in objects {
        let docs = name == DEPLOYMENT;
        emitted.files.push(file(
            format!("{folder}/{name}"),
            object,
            &service.origin,
            docs,
        ));
    }
}

/// The file that carries what the author says of the service.
const DEPLOYMENT: &str = "deployment.yaml";

fn objects_of(plan: &Plan, identity: &Identity, places: &[Placement], scales: bool) -> Objects {
    let rolling = placement::usual_rolling(places, identity.service);
    let holder = holder(places, identity.service);
    let deployment = || deployment::deployment(identity, rolling, scales);
    let mut objects = Objects::new();
    objects.extend((holder == deployment::KIND).then(|| (DEPLOYMENT, deployment())));
    objects.push(("service.yaml", objects::service(identity)));
    objects.push(("service-account.yaml", objects::service_account(identity)));
    objects.extend(config::config_map(identity).map(|o| ("config-map.yaml", o)));
    objects.extend(scales.then(|| ("hpa.yaml", objects::autoscaler(identity, holder))));
    objects.push(("pdb.yaml", objects::disruption_budget(identity)));
    objects.push(("network-policy.yaml", network::policy(plan, identity)));
    let monitor = objects::pod_monitor(identity, &versions(places, identity.service));
    objects.extend(monitor.map(|o| ("pod-monitor.yaml", o)));
    objects
}

/// API and kind of what holds the pods in the base: the Deployment, where there is one anywhere.
pub(super) fn holder(places: &[Placement], service: &Service) -> (&'static str, &'static str) {
    match placement::has_deployment(places, service) {
        true => deployment::KIND,
        false => argo::KIND,
    }
}

/// The labels that tell one version's pods from another's.
fn versions(places: &[Placement], service: &Service) -> Vec<&'static str> {
    let deployment = placement::has_deployment(places, service).then_some(deployment::VERSION);
    let argo = placement::has_steps(places, service).then_some(argo::VERSION);
    deployment.into_iter().chain(argo).collect()
}

/// An autoscaler on CPU use needs a request to compare with and a replica to look at.
fn check_scaling(places: &[Placement], service: &Service, found: &mut Diagnostics) {
    let here = || placement::of(places, service);
    let asks = |p: &Placed| p.resources().cpu.or(service.resources.cpu).is_some();
    let unasked = match here().next() {
        None => service.resources.cpu.is_none(),
        Some(_) => !here().all(asks),
    };
    if unasked {
        let message = format!(
            "`{}` scales by CPU use, but says no CPU to compare with",
            service.id
        );
        found.push(
            Diagnostic::new(Code::ScalingWithoutCpu, service.origin.span, message)
                .help("say it in `resources { cpu = 0.5cores..2cores }`, or fix `replicas`"),
        );
    }
    let overlays = here().flat_map(|p| &p.overlays);
    let places = overlays.filter_map(|o| Some((o.replicas?, o.origin.span)));
    for ((low, _), span) in places.chain([(service.replicas, service.origin.span)]) {
        if low == 0 {
            let message = format!(
                "`{}` can't scale from 0: without a replica there is no CPU use",
                service.id
            );
            found.push(
                Diagnostic::new(Code::OutOfRange, span, message)
                    .help("begin the range of `replicas` at 1"),
            );
        }
    }
}
