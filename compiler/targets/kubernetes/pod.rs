//! The pod of a service: one container that may do as little as it can.

use crate::plan::{Resources, Service};
use crate::targets::yaml::{Map, Yaml};

use super::config;
use super::objects::Identity;
use super::quantity::{bytes, cores};
use super::tree::{list, map};
use super::values;

/// Who the process is unless the program says it: no user of the node has this id.
const USER: u32 = 10001;

/// Seconds a leaving pod goes on answering: until every node knows that it leaves.
const DRAIN: i64 = 10;

/// Seconds from the order to stop until the process is killed, `DRAIN` included.
const GRACE: i64 = 45;

/// A digest that no image has. A deploy puts the real one in its place.
const NO_DIGEST: &str = "sha256:0000000000000000000000000000000000000000000000000000000000000000";

/// Labels and spec of the pods. `version` is the label that tells one version's from another's.
pub(super) fn template(identity: &Identity, version: &'static str) -> Map {
    let mut metadata = Map::new();
    metadata.push("labels", identity.labels());
    map([
        ("metadata", metadata.into()),
        ("spec", spec(identity, version).into()),
    ])
}

fn spec(identity: &Identity, version: &'static str) -> Map {
    let writable = writable(identity.service);
    let mut spec = map([
        ("serviceAccountName", identity.name.clone().into()),
        ("automountServiceAccountToken", false.into()),
        ("enableServiceLinks", false.into()),
        ("terminationGracePeriodSeconds", GRACE.into()),
        ("securityContext", pod_security(identity.service).into()),
    ]);
    spec.push("affinity", apart_by_node(identity));
    spec.push(
        "topologySpreadConstraints",
        list([apart_by_zone(identity, version)]),
    );
    spec.push("containers", list([container(identity, &writable)]));
    let volumes = writable.into_iter().map(|(name, _)| {
        let empty = Yaml::from(Map::new());
        map([("name", name.into()), ("emptyDir", empty)])
    });
    spec.push("volumes", list(volumes));
    spec
}

fn pod_security(service: &Service) -> Map {
    let user = service.user.unwrap_or(USER);
    map([
        ("runAsNonRoot", true.into()),
        ("runAsUser", user.into()),
        ("runAsGroup", user.into()),
        (
            "seccompProfile",
            map([("type", "RuntimeDefault".into())]).into(),
        ),
    ])
}

fn container_security() -> Map {
    map([
        ("allowPrivilegeEscalation", false.into()),
        ("readOnlyRootFilesystem", true.into()),
        ("capabilities", map([("drop", list(["ALL"]))]).into()),
    ])
}

/// One node's end takes one replica, as far as there are nodes.
fn apart_by_node(identity: &Identity) -> Map {
    let term = map([
        ("topologyKey", "kubernetes.io/hostname".into()),
        (
            "labelSelector",
            map([("matchLabels", identity.selector().into())]).into(),
        ),
    ]);
    let preferred = map([("weight", 100.into()), ("podAffinityTerm", term.into())]);
    let anti = map([(
        "preferredDuringSchedulingIgnoredDuringExecution",
        list([preferred]),
    )]);
    map([("podAntiAffinity", anti.into())])
}

/// The replicas of one version are spread over zones, as far as there are zones.
fn apart_by_zone(identity: &Identity, version: &'static str) -> Map {
    map([
        ("maxSkew", 1.into()),
        ("topologyKey", "topology.kubernetes.io/zone".into()),
        ("whenUnsatisfiable", "ScheduleAnyway".into()),
        (
            "labelSelector",
            map([("matchLabels", identity.selector().into())]).into(),
        ),
        ("matchLabelKeys", list([version])),
    ])
}

fn container(identity: &Identity, writable: &[(String, String)]) -> Map {
    let service = identity.service;
    let mut container = map([("name", identity.name.clone().into())]);
    container.push_commented(
        "image",
        format!("{}@{NO_DIGEST}", identity.name),
        "No image has this digest. The deploy sets repository and digest of the one it was given.",
    );
    if !service.command.is_empty() {
        container.push("command", list(service.command.iter().cloned()));
    }
    let port = map([
        ("name", "http".into()),
        ("containerPort", i64::from(service.port).into()),
        ("protocol", "TCP".into()),
    ]);
    container.push("ports", list([port]));
    container.push_some("envFrom", config::name(service).map(env_from));
    container.push_some("env", env(identity));
    container.push_some("resources", resources(&service.resources));
    probes(service, &mut container);
    container.push("lifecycle", drain());
    container.push("securityContext", container_security());
    let mounts = writable.iter().map(|(name, path)| {
        map([
            ("name", name.clone().into()),
            ("mountPath", path.clone().into()),
        ])
    });
    container.push("volumeMounts", list(mounts));
    container
}

fn env_from(config_map: String) -> Yaml {
    let source = map([("name", config_map.into())]);
    list([map([("configMapRef", source.into())])])
}

fn env(identity: &Identity) -> Option<Yaml> {
    let service = identity.service;
    let known = service.env.iter();
    let known = known.filter_map(|(name, value)| Some(variable(name, values::text(value)?)));
    let object = format!("{}-secrets", identity.name);
    let secret = service.secrets.iter().map(|(name, key)| {
        let source = map([("name", object.clone().into()), ("key", key.clone().into())]);
        let source = map([("secretKeyRef", source.into())]);
        map([("name", name.clone().into()), ("valueFrom", source.into())])
    });
    let all: Vec<Map> = known.chain(secret).collect();
    (!all.is_empty()).then(|| list(all))
}

/// An environment variable.
pub(super) fn variable(name: &str, value: String) -> Map {
    map([("name", name.to_string().into()), ("value", value.into())])
}

/// Requests and limits; `None` where nothing is said.
pub(super) fn resources(resources: &Resources) -> Option<Map> {
    let (mut requests, mut limits) = (Map::new(), Map::new());
    if let Some((request, limit)) = resources.cpu {
        requests.push("cpu", cores(request));
        limits.push("cpu", cores(limit));
    }
    if let Some((request, limit)) = resources.memory {
        requests.push("memory", bytes(request));
        limits.push("memory", bytes(limit));
    }
    if let Some(count) = resources.gpu {
        // Kubernetes requests as many as the limit says, and wants a quantity like any other.
        limits.push("nvidia.com/gpu", count.to_string());
    }
    let mut both = Map::new();
    for (key, part) in [("requests", requests), ("limits", limits)] {
        if !part.is_empty() {
            both.push(key, part);
        }
    }
    (!both.is_empty()).then_some(both)
}

/// The kubelet's questions: may it have traffic, must it be started anew?
///
/// `ready` answers the first and `health` the second. With one path for both, a dependency that
/// fails would have every replica killed; so `health` alone answers the first, and the second is
/// whether the port is open. Without a path the open port is all that is known.
fn probes(service: &Service, container: &mut Map) {
    let http = |path: &String| {
        let get = map([("path", path.clone().into()), ("port", "http".into())]);
        map([("httpGet", get.into())])
    };
    let open = || map([("tcpSocket", map([("port", "http".into())]).into())]);
    let health = service.health.as_ref();
    let ready = service.ready.as_ref().or(health);
    let alive = health.filter(|path| ready != Some(path));
    let start = health.or(ready).map_or_else(open, http);
    // Five minutes, for models that take long to load.
    container.push(
        "startupProbe",
        timed(start, [("periodSeconds", 5), ("failureThreshold", 60)]),
    );
    let times = [
        ("periodSeconds", 5),
        ("timeoutSeconds", 2),
        ("failureThreshold", 3),
    ];
    container.push(
        "readinessProbe",
        timed(ready.map_or_else(open, http), times),
    );
    if ready.is_some() {
        let times = [
            ("periodSeconds", 10),
            ("timeoutSeconds", 5),
            ("failureThreshold", 6),
        ];
        container.push("livenessProbe", timed(alive.map_or_else(open, http), times));
    }
}

fn timed<const N: usize>(mut probe: Map, times: [(&'static str, i64); N]) -> Map {
    for (key, value) in times {
        probe.push(key, value);
    }
    probe
}

fn drain() -> Map {
    let mut hook = Map::new();
    let sleep = map([("seconds", DRAIN.into())]);
    hook.push_commented(
        "preStop",
        map([("sleep", sleep.into())]),
        "Goes on answering until every node knows that it leaves.",
    );
    hook
}

/// Names and paths of the folders it may write to.
fn writable(service: &Service) -> Vec<(String, String)> {
    let mut folders: Vec<(String, String)> = Vec::new();
    let given = service.writable.iter().map(String::as_str);
    let none = service.writable.is_empty().then_some("/tmp");
    for path in given.chain(none) {
        if folders.iter().any(|(_, other)| other == path) {
            continue;
        }
        let mut name = volume_name(path);
        if name.is_empty() || folders.iter().any(|(other, _)| *other == name) {
            name = format!("writable-{}", folders.len() + 1);
        }
        folders.push((name, path.to_string()));
    }
    folders
}

fn volume_name(path: &str) -> String {
    let dashed = |c: char| {
        if c.is_ascii_alphanumeric() {
            c.to_ascii_lowercase()
        } else {
            '-'
        }
    };
    let name: String = path.chars().map(dashed).collect();
    let short: String = name.trim_matches('-').chars().take(63).collect();
    short.trim_end_matches('-').to_string()
}
