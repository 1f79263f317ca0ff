//! The Kubernetes target: takes a checked plan, gives plain manifests that kustomize puts together.
//!
//! ```text
//! deploy/kubernetes/base/<service>/           every object of a service, one a file
//! deploy/kubernetes/overlays/<env>/<service>/ the same service in an environment: namespace, patches
//! deploy/kubernetes/overlays/<env>/           the whole environment: its namespace and its services
//! ```
//!
//! The manifests name an image by the service's name and by a digest that no image has. A deploy
//! lays a kustomization over `overlays/<env>/<service>` that sets the real repository and digest
//! (`images: [{name: <service>, newName: …, digest: sha256:…}]`), so a tag is never asked for,
//! and manifests applied without it start nothing. It knows no pipeline and no other target.

mod argo;
mod base;
mod checks;
mod config;
mod deployment;
mod names;
mod network;
mod objects;
mod overlay;
mod placement;
mod pod;
mod quantity;
mod raw;
#[cfg(test)]
mod tests;
mod tree;
mod values;

pub use names::object_name;

use super::Emitted;
use crate::plan::ValidPlan;

/// The folder that holds everything this target writes, relative to the project root.
pub const ROOT: &str = "deploy/kubernetes";

/// The folder to apply for a service in an environment, by their names in the source.
pub fn service_folder(environment: &str, service: &str) -> String {
    let service = object_name(service);
    format!("{}/{service}", environment_folder(environment))
}

/// The folder of a whole environment by its name in the source; holds its `namespace.yaml`.
pub fn environment_folder(environment: &str) -> String {
    format!("{ROOT}/overlays/{}", object_name(environment))
}

/// Manifests of every service and an overlay for every environment it runs in.
pub fn emit(plan: &ValidPlan) -> Emitted {
    let mut emitted = Emitted::default();
    checks::check(plan, &mut emitted.diagnostics);
    let placements = placement::place(plan, &mut emitted.diagnostics);
    for service in &plan.services {
        base::emit(plan, service, &placements, &mut emitted);
    }
    for placement in &placements {
        overlay::emit(plan, placement, &placements, &mut emitted);
    }
    emitted
}
