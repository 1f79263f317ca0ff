//! `environment`: where services run.

use super::ArgumentKind::{NewName, Value};
use super::*;

static MONITORING: Block = Block {
    keyword: "monitoring",
    about: "Where its Prometheus is.",
    attributes: &[
        attr("prometheus", Ty::Str, "`host:port` of its Prometheus."),
        attr(
            "push",
            Ty::Str,
            "`host:port` where runs push their metrics.",
        ),
        attr(
            "install",
            Ty::Bool,
            "Whether the monitoring stack is installed, too.",
        )
        .default("false"),
    ],
    repeats: false,
    ..EMPTY
};

static OVERRIDE: Block = Block {
    keyword: "override",
    about: "What differs here for one service.",
    args: &[arg("service", Value(Ty::Reference(&[Kind::Service])))],
    attributes: &[attr("replicas", Ty::RangeOr(&Ty::Count), "How many.")],
    blocks: &[&service::RESOURCES, &service::CONST_ENV],
    ..EMPTY
};

pub static ENVIRONMENT: Block = Block {
    keyword: "environment",
    about: "Where services run: namespace, address, approval, monitoring.",
    more: "An approval is a setting of the repository; the set-up text says which.",
    args: &[arg("name", NewName)],
    attributes: &[
        attr("namespace", Ty::Str, "Namespace.").default("its name"),
        attr("url", Ty::Str, "Where its service answers."),
        attr(
            "approval",
            Ty::Symbol(&sets::APPROVAL),
            "Whether a person must approve.",
        )
        .default("none"),
        attr(
            "login",
            Ty::RunValue,
            "The secret with the cluster's kubeconfig.",
        )
        .default("secret.KUBECONFIG"),
        attr(
            "router",
            Ty::Constructor("router", &["gateway"]),
            "What divides requests between two versions, a Gateway by its name: `gateway(\"edge/public\")`.",
        )
        .default("none: replicas do"),
        attr(
            "argo_rollouts",
            Ty::Str,
            "Version of Argo Rollouts in its cluster.",
        )
        .default("\"1.9\""),
    ],
    blocks: &[&MONITORING, &OVERRIDE],
    example: "environment staging { namespace = \"staging\" }",
    ..EMPTY
};
