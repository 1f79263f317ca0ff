//! The small objects of a service: account, Service, disruption budget, autoscaler, scrape.

use crate::plan::{Plan, Service};
use crate::targets::yaml::{Map, Yaml};

use super::checks::OWN_LABELS;
use super::names::{as_value, object_name};
use super::tree::{list, map, object};

/// What every object of a service shares.
pub(super) struct Identity<'a> {
    pub(super) service: &'a Service,
    pub(super) name: String,
    labels: Map,
}

impl<'a> Identity<'a> {
    /// The identity of a service in its project.
    pub(super) fn new(plan: &Plan, service: &'a Service) -> Self {
        let name = object_name(&service.id);
        let mut labels = selector(&name);
        let [_, part_of, managed_by] = OWN_LABELS;
        labels.push_some(part_of, plan.project.name.as_deref().and_then(as_value));
        labels.push(managed_by, "gatec");
        for (key, value) in &service.labels {
            labels.push(key.clone(), value.clone());
        }
        Self {
            service,
            name,
            labels,
        }
    }

    /// Labels of each object and of the pods.
    pub(super) fn labels(&self) -> Map {
        self.labels.clone()
    }

    /// The one label that finds the pods. A selector can't be changed later, so it holds nothing
    /// that may change.
    pub(super) fn selector(&self) -> Map {
        selector(&self.name)
    }

    /// Name and labels of an object that is called like the service.
    pub(super) fn metadata(&self) -> Map {
        self.metadata_as(self.name.clone())
    }

    /// Name and labels of an object with a name of its own.
    pub(super) fn metadata_as(&self, name: String) -> Map {
        map([("name", name.into()), ("labels", self.labels().into())])
    }
}

/// The label that finds the pods of a service by its name in the cluster.
pub(super) fn selector(name: &str) -> Map {
    map([(OWN_LABELS[0], name.to_string().into())])
}

/// An account without rights, so that the pods don't use the namespace's.
pub(super) fn service_account(identity: &Identity) -> Map {
    let mut account = object("v1", "ServiceAccount", identity.metadata());
    account.push("automountServiceAccountToken", false);
    account
}

/// The address inside the cluster.
pub(super) fn service(identity: &Identity) -> Map {
    service_as(identity, identity.name.clone())
}

/// Another address of the same pods.
pub(super) fn service_as(identity: &Identity, name: String) -> Map {
    let port = map([
        ("name", "http".into()),
        ("port", i64::from(identity.service.port).into()),
        ("targetPort", "http".into()),
        ("protocol", "TCP".into()),
        ("appProtocol", "http".into()),
    ]);
    let mut service = object("v1", "Service", identity.metadata_as(name));
    let spec = map([
        ("type", "ClusterIP".into()),
        ("selector", identity.selector().into()),
        ("ports", list([port])),
    ]);
    service.push("spec", spec);
    service
}

/// How many pods a drain of nodes may take at once.
pub(super) fn disruption_budget(identity: &Identity) -> Map {
    let mut budget = object("policy/v1", "PodDisruptionBudget", identity.metadata());
    let mut spec = Map::new();
    spec.push_commented(
        "maxUnavailable",
        1,
        "Never blocks a drain, however few replicas there are; `minAvailable` would with one.",
    );
    spec.push("unhealthyPodEvictionPolicy", "AlwaysAllow");
    spec.push(
        "selector",
        map([("matchLabels", identity.selector().into())]),
    );
    budget.push("spec", spec);
    budget
}

/// What the autoscaler's patch in an environment changes, too.
pub(super) fn scale_bounds((low, high): (u32, u32)) -> [(&'static str, Yaml); 2] {
    [("minReplicas", low.into()), ("maxReplicas", high.into())]
}

/// The head of the autoscaler's object.
pub(super) fn autoscaler_head(metadata: Map) -> Map {
    object("autoscaling/v2", "HorizontalPodAutoscaler", metadata)
}

/// What an autoscaler scales: the API and kind of the object that holds the pods.
pub(super) fn scale_target((api, kind): (&'static str, &'static str), name: String) -> Map {
    map([
        ("apiVersion", api.into()),
        ("kind", kind.into()),
        ("name", name.into()),
    ])
}

/// The autoscaler on CPU use, of an object of this API and kind.
pub(super) fn autoscaler(identity: &Identity, holder: (&'static str, &'static str)) -> Map {
    let target = scale_target(holder, identity.name.clone());
    let mut spec = map([("scaleTargetRef", target.into())]);
    for (key, value) in scale_bounds(identity.service.replicas) {
        spec.push(key, value);
    }
    spec.push("metrics", list([cpu_metric(identity.service)]));
    spec.push("behavior", map([("scaleDown", scale_down().into())]));
    let mut autoscaler = autoscaler_head(identity.metadata());
    autoscaler.push("spec", spec);
    autoscaler
}

fn cpu_metric(service: &Service) -> Map {
    let percent = (service.scale_at.unwrap_or(0.8) * 100.0).round() as i64;
    let target = map([
        ("type", "Utilization".into()),
        ("averageUtilization", percent.into()),
    ]);
    let resource = map([("name", "cpu".into()), ("target", target.into())]);
    map([("type", "Resource".into()), ("resource", resource.into())])
}

/// Slow: load that comes back finds its replicas still there.
fn scale_down() -> Map {
    let policy = map([
        ("type", "Pods".into()),
        ("value", 1.into()),
        ("periodSeconds", 60.into()),
    ]);
    map([
        ("stabilizationWindowSeconds", 300.into()),
        ("policies", list([policy])),
    ])
}

/// What Prometheus scrapes; `None` for a service without metrics. `versions` are the labels that
/// tell pods of one version from another's.
pub(super) fn pod_monitor(identity: &Identity, versions: &[&'static str]) -> Option<Map> {
    let path = identity.service.metrics.clone()?;
    let mut endpoint = map([("port", "http".into()), ("path", path.into())]);
    let own = |s: &crate::plan::Series| s.labels.iter().any(|l| l == "endpoint");
    if identity.service.series.iter().any(own) {
        let drop = map([("action", "labeldrop".into()), ("regex", "endpoint".into())]);
        endpoint.push_commented(
            "relabelings",
            list([drop]),
            "The service has its own label `endpoint`, which the scraped port's name would hide.",
        );
    }
    let mut spec = map([("jobLabel", OWN_LABELS[0].into())]);
    spec.push_commented(
        "podTargetLabels",
        list(OWN_LABELS.iter().take(1).chain(versions).copied()),
        "The hash tells one version's series from another's while both run.",
    );
    spec.push(
        "selector",
        map([("matchLabels", identity.selector().into())]),
    );
    spec.push("podMetricsEndpoints", list([endpoint]));
    let mut monitor = object(
        "monitoring.coreos.com/v1",
        "PodMonitor",
        identity.metadata(),
    );
    monitor.push("spec", spec);
    Some(monitor)
}
