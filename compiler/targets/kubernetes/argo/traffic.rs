//! What divides requests between two versions: a route of the Gateway API, or the number of replicas.

use crate::diagnostics::{Code, Diagnostic, Diagnostics};
use crate::plan::{Router, Strategy};
use crate::targets::kubernetes::objects;
use crate::targets::kubernetes::tree::{list, map, object};
use crate::targets::yaml::Map;

use super::{Files, Here};

/// The controller's plug-in for the Gateway API.
pub(super) const PLUGIN: &str = "argoproj-labs/gatewayAPI";

/// The beginning of a canary's strategy, and the objects for it; neither without a router.
pub(super) fn divided(here: &Here, found: &mut Diagnostics) -> (Map, Files) {
    let Some(router) = &here.environment.router else {
        return (Map::new(), Files::new());
    };
    check_url(here, router, found);
    let name = here.identity.name.clone();
    let canary = format!("{name}-canary");
    let plugin = map([
        ("httpRoute", name.clone().into()),
        ("namespace", here.environment.namespace.clone().into()),
    ]);
    let plugins = map([(PLUGIN, plugin.into())]);
    let strategy = map([
        ("stableService", name.into()),
        ("canaryService", canary.clone().into()),
        ("trafficRouting", map([("plugins", plugins.into())]).into()),
    ]);
    let files = vec![
        (
            "service-canary.yaml",
            objects::service_as(here.identity, canary.clone()),
        ),
        ("http-route.yaml", route(here, router, canary)),
    ];
    (strategy, files)
}

/// The route of all requests: to the stable version, until the controller says otherwise.
fn route(here: &Here, router: &Router, canary: String) -> Map {
    let mut parent = map([("name", router.name.clone().into())]);
    parent.push_some("namespace", router.namespace.clone());
    let mut spec = map([("parentRefs", list([parent]))]);
    let host = here.environment.url.as_deref().and_then(host);
    spec.push_some("hostnames", host.map(|host| list([host])));
    let backend = |name: String, weight: i64| {
        map([
            ("name", name.into()),
            ("port", i64::from(here.identity.service.port).into()),
            ("weight", weight.into()),
        ])
    };
    let backends = [backend(here.identity.name.clone(), 100), backend(canary, 0)];
    let mut rule = Map::new();
    rule.push_commented(
        "backendRefs",
        list(backends),
        "While a rollout runs, the controller sets the weights.",
    );
    spec.push("rules", list([rule]));
    let mut route = object(
        "gateway.networking.k8s.io/v1",
        "HTTPRoute",
        here.identity.metadata(),
    );
    route.push("spec", spec);
    route
}

/// `api.example.com` of `https://api.example.com:8443/v1`.
fn host(url: &str) -> Option<String> {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    let host = rest.split(['/', ':', '?']).next().unwrap_or_default();
    (!host.is_empty()).then(|| host.to_string())
}

/// One address leads to one service.
fn check_url(here: &Here, router: &Router, found: &mut Diagnostics) {
    let nodes = here.plan.pipelines.iter().flat_map(|p| &p.nodes);
    let deploys = nodes.filter_map(|n| n.as_deploy());
    let here_too = deploys.filter(|d| d.environment == here.environment.id);
    let by_canary = here_too.filter(|d| {
        let rollout = here.plan.rollout(&d.rollout);
        rollout.is_some_and(|r| matches!(r.strategy, Strategy::Canary { .. }))
    });
    let mut services: Vec<&str> = by_canary
        .flat_map(|d| &d.services)
        .map(String::as_str)
        .collect();
    services.sort_unstable();
    services.dedup();
    if services.len() < 2 || services.first() != Some(&here.placed.service.id.as_str()) {
        return;
    }
    let message = format!(
        "gatec can't write routes for several services of `{}` yet: {}",
        here.environment.id,
        services.join(", ")
    );
    found.push(
        Diagnostic::new(Code::NotYet, router.span, message)
            .label("all requests of a route go to one service")
            .help("give each an environment of its own, or leave out `router`"),
    );
}
