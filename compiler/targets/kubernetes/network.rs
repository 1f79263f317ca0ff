//! The NetworkPolicy of a service: nothing but what the program says.

use crate::plan::{Egress, Plan};
use crate::targets::yaml::{Entry, Map, Yaml};

use super::names::object_name;
use super::objects::{Identity, selector};
use super::tree::{list, map, object};

/// Denies everything but calls to the port, name resolution and the services it calls.
pub(super) fn policy(plan: &Plan, identity: &Identity) -> Map {
    let mut spec = Map::new();
    spec.push(
        "podSelector",
        map([("matchLabels", identity.selector().into())]),
    );
    spec.push("policyTypes", list(["Ingress", "Egress"]));
    let ingress = map([("ports", list([port("TCP", identity.service.port)]))]);
    let who = match identity.service.metrics {
        Some(_) => {
            "From anywhere: gateways, other services, and Prometheus, which scrapes this port."
        }
        None => "From anywhere: gateways and other services.",
    };
    spec.push(
        "ingress",
        vec![Entry::from(Yaml::from(ingress)).with_comment(who)],
    );
    spec.push("egress", egress(plan, identity));
    let mut policy = object("networking.k8s.io/v1", "NetworkPolicy", identity.metadata());
    policy.push("spec", spec);
    policy
}

fn egress(plan: &Plan, identity: &Identity) -> Yaml {
    if identity.service.egress == Egress::Open {
        return list([Map::new()]);
    }
    let mut rules =
        vec![Entry::from(Yaml::from(name_resolution())).with_comment("Name resolution.")];
    let mut calls: Vec<_> = identity.service.calls.iter().collect();
    calls.sort();
    calls.dedup();
    for other in calls.into_iter().filter_map(|id| plan.service(id)) {
        let peer = pods(selector(&object_name(&other.id)));
        let rule = map([
            ("to", list([map([peer])])),
            ("ports", list([port("TCP", other.port)])),
        ]);
        rules.push(Yaml::from(rule).into());
    }
    rules.into()
}

fn name_resolution() -> Map {
    let system = map([("kubernetes.io/metadata.name", "kube-system".into())]);
    let peer = map([
        (
            "namespaceSelector",
            map([("matchLabels", system.into())]).into(),
        ),
        pods(map([("k8s-app", "kube-dns".into())])),
    ]);
    map([
        ("to", list([peer])),
        ("ports", list([port("UDP", 53), port("TCP", 53)])),
    ])
}

fn pods(labels: Map) -> (&'static str, Yaml) {
    ("podSelector", map([("matchLabels", labels.into())]).into())
}

fn port(protocol: &'static str, number: u16) -> Map {
    map([
        ("protocol", protocol.into()),
        ("port", i64::from(number).into()),
    ])
}
