//! Tests of the Kubernetes target on plans made by hand.

mod findings;
mod properties;
mod sample;
mod small;

use super::emit;
use crate::targets::Emitted;
use crate::targets::tests::reviewed;

/// Every file below its path, as one text.
fn show(emitted: &Emitted) -> String {
    let files = emitted.files.iter();
    let files: Vec<_> = files
        .map(|f| format!("=== {}\n{}", f.path, f.content))
        .collect();
    files.join("\n")
}

#[test]
fn the_whole_output_reads_well() {
    let emitted = emit(&sample::valid(sample::whole()));
    assert!(emitted.diagnostics.is_empty(), "{:?}", emitted.diagnostics);
    reviewed("kubernetes", "whole", &show(&emitted));
}

#[test]
fn the_folders_of_an_environment_are_where_they_are_said_to_be() {
    let emitted = emit(&sample::valid(sample::whole()));
    let has = |path: String| emitted.files.iter().any(|f| f.path == path);
    let folder = super::service_folder("staging", "policy_server");
    assert_eq!(folder, "deploy/kubernetes/overlays/staging/policy-server");
    assert!(has(format!("{folder}/kustomization.yaml")));
    let folder = super::environment_folder("staging");
    assert!(has(format!("{folder}/kustomization.yaml")) && has(format!("{folder}/namespace.yaml")));
}
