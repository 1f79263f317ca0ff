//! The overlay of an environment: its namespace, and each service with what differs there.

use crate::plan::{Environment, Plan};
use crate::targets::Emitted;
use crate::targets::yaml::{Map, Yaml};

use super::checks::OWN_LABELS;
use super::names::{as_value, object_name};
use super::objects::{autoscaler_head, scale_bounds, scale_target};
use super::placement::{self, Placed, Placement};
use super::tree::{file, kustomization, list, map, object};
use super::{argo, base, deployment, environment_folder, pod, service_folder, values};

/// Writes the overlay of an environment.
pub(super) fn emit(plan: &Plan, here: &Placement, all: &[Placement], emitted: &mut Emitted) {
    let environment = here.environment;
    let folder = environment_folder(&environment.id);
    let mut whole = kustomization();
    let services = here.services.iter().map(|p| object_name(&p.service.id));
    whole.push(
        "resources",
        list(["namespace.yaml".to_string()].into_iter().chain(services)),
    );
    let origin = &environment.origin;
    let files = &mut emitted.files;
    files.push(file(
        format!("{folder}/kustomization.yaml"),
        whole,
        origin,
        true,
    ));
    files.push(file(
        format!("{folder}/namespace.yaml"),
        namespace(plan, environment),
        origin,
        false,
    ));
    for placed in &here.services {
        emit_service(plan, environment, placed, all, emitted);
    }
}

fn namespace(plan: &Plan, environment: &Environment) -> Map {
    let [_, part_of, managed_by] = OWN_LABELS;
    let mut labels = Map::new();
    labels.push_some(part_of, plan.project.name.as_deref().and_then(as_value));
    labels.push(managed_by, "gatec");
    labels.push("pod-security.kubernetes.io/enforce", "restricted");
    let metadata = map([
        ("name", environment.namespace.clone().into()),
        ("labels", labels.into()),
    ]);
    object("v1", "Namespace", metadata)
}

fn emit_service(
    plan: &Plan,
    environment: &Environment,
    placed: &Placed,
    all: &[Placement],
    out: &mut Emitted,
) {
    let name = object_name(&placed.service.id);
    let folder = service_folder(&environment.id, &placed.service.id);
    let patches = patches(&name, placed, all);
    let scales = placement::scales(all, placed.service);
    let stepped = argo::objects(plan, environment, placed, scales, &mut out.diagnostics);
    let mut kustomization = kustomization();
    kustomization.push("namespace", environment.namespace.clone());
    let own = stepped.iter().map(|(file, _)| (*file).to_string());
    let base = format!("../../../base/{name}");
    kustomization.push("resources", list([base].into_iter().chain(own)));
    if !patches.is_empty() {
        let paths = patches
            .iter()
            .map(|(file, _)| map([("path", (*file).into())]));
        kustomization.push("patches", list(paths));
    }
    let path = format!("{folder}/kustomization.yaml");
    out.files
        .push(file(path, kustomization, &environment.origin, false));
    for (name, object) in stepped {
        let docs = name == argo::ROLLOUT;
        let origin = &placed.service.origin;
        out.files
            .push(file(format!("{folder}/{name}"), object, origin, docs));
    }
    // What differs was written in the override; a rollout of its own, in the environment's deploy.
    let origin = placed
        .overlays
        .last()
        .map_or(&environment.origin, |o| &o.origin);
    for (name, patch) in patches {
        out.files
            .push(file(format!("{folder}/{name}"), patch, origin, true));
    }
}

/// What differs here, as strategic-merge patches.
fn patches(name: &str, placed: &Placed, all: &[Placement]) -> Vec<(&'static str, Map)> {
    let scales = placement::scales(all, placed.service);
    let metadata = || map([("name", name.to_string().into())]);
    let bounds = placed.replicas();
    let differs = bounds != placed.service.replicas;
    let in_base = base::holder(all, placed.service);
    let holder = placed.stepped.map_or(deployment::KIND, |_| argo::KIND);
    let mut patches = Vec::new();
    if holder == deployment::KIND {
        let spec = deployment_spec(name, placed, all, differs && !scales);
        if !spec.is_empty() {
            let mut patch = deployment::head(metadata());
            patch.push("spec", spec);
            patches.push(("deployment.yaml", patch));
        }
    } else if in_base == deployment::KIND {
        let mut patch = deployment::head(metadata());
        patch.push_commented("$patch", "delete", "The Rollout holds the pods here.");
        patches.push(("no-deployment.yaml", patch));
    }
    let mut spec = Map::new();
    if holder != in_base {
        spec.push("scaleTargetRef", scale_target(holder, name.to_string()));
    }
    for (key, value) in scale_bounds(bounds).into_iter().filter(|_| differs) {
        spec.push(key, value);
    }
    if scales && !spec.is_empty() {
        let mut patch = autoscaler_head(metadata());
        patch.push("spec", spec);
        patches.push(("hpa.yaml", patch));
    }
    patches
}

fn deployment_spec(name: &str, placed: &Placed, all: &[Placement], replicas: bool) -> Map {
    let mut spec = Map::new();
    if replicas {
        spec.push("replicas", placed.replicas().1);
    }
    if placed.rolling != placement::usual_rolling(all, placed.service) {
        spec.push("strategy", deployment::strategy(placed.rolling));
    }
    let mut container = map([("name", name.to_string().into())]);
    container.push_some("env", env(placed));
    container.push_some("resources", pod::resources(&placed.resources()));
    if container.len() > 1 {
        let pod = map([("containers", list([container]))]);
        spec.push("template", map([("spec", pod.into())]));
    }
    spec
}

/// Variables that are added or replaced; a later override wins.
fn env(placed: &Placed) -> Option<Yaml> {
    let mut said: Vec<(&str, String)> = Vec::new();
    for (name, value) in placed.overlays.iter().flat_map(|o| &o.env) {
        said.retain(|(other, _)| *other != name);
        said.extend(values::text(value).map(|text| (name.as_str(), text)));
    }
    let variables = said.into_iter().map(|(name, text)| {
        let mut variable = pod::variable(name, text);
        if placed
            .service
            .secrets
            .iter()
            .any(|(secret, _)| secret == name)
        {
            // A variable has one source: the base's must go.
            variable.push("valueFrom", Yaml::Null);
        }
        variable
    });
    let variables: Vec<Map> = variables.collect();
    (!variables.is_empty()).then(|| list(variables))
}
