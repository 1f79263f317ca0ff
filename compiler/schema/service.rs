//! `service`: what is deployed.

use super::ArgumentKind::{NewName, TypedName, Value};
use super::*;

pub static RESOURCES: Block = Block {
    keyword: "resources",
    about: "What one replica asks for and may use: `cpu = 0.5cores..2cores`.",
    attributes: &[
        attr("cpu", Ty::RangeOr(&Ty::Cpu), "Request and limit."),
        attr("memory", Ty::RangeOr(&Ty::Bytes), "Request and limit."),
        attr("gpu", Ty::Count, "Whole accelerators."),
    ],
    repeats: false,
    ..EMPTY
};

static SERIES: Block = Block {
    keyword: "series",
    about: "A Prometheus series that it exports.",
    more: "Types: `counter(T)`, `gauge(T)`, `histogram(T)`, `summary(T)`.",
    args: &[arg("name: kind(type)", TypedName)],
    attributes: &[
        attr("labels", Ty::Many(&Ty::Str), "Its label names."),
        attr(
            "buckets",
            Ty::Many(&Ty::AnyQuantity),
            "Upper bounds of a histogram, rising.",
        ),
    ],
    ..EMPTY
};

static EXPECT: Block = Block {
    keyword: "expect",
    about: "What must hold of the answer: `status == 200`, `time <= 5s`.",
    args: &[arg("condition", Value(Ty::Answer))],
    ..EMPTY
};

static PROBE: Block = Block {
    keyword: "probe",
    about: "A call that must be answered after a deploy.",
    args: &[
        arg("method", Value(Ty::Symbol(&sets::METHOD))),
        arg("path", Value(Ty::Str)),
    ],
    attributes: &[
        attr("timeout", Ty::Duration, "When it is given up.").default("30s"),
        attr("json", Ty::Known, "Its body."),
    ],
    blocks: &[&EXPECT],
    ..EMPTY
};

pub static CONST_ENV: Block = Block {
    keyword: "env",
    about: "Environment variables; a `secret.X` comes from the cluster's secret.",
    open: Some(Open {
        keys: Keys::New,
        ty: Ty::RunValue,
    }),
    repeats: false,
    ..EMPTY
};

static CONFIG: Block = Block {
    keyword: "config",
    about: "Configuration values, handed over as environment through a ConfigMap.",
    open: Some(Open {
        keys: Keys::New,
        ty: Ty::Known,
    }),
    repeats: false,
    ..EMPTY
};

static LABELS: Block = Block {
    keyword: "labels",
    about: "Labels on everything it becomes.",
    open: Some(Open {
        keys: Keys::New,
        ty: Ty::Str,
    }),
    repeats: false,
    ..EMPTY
};

pub static SERVICE: Block = Block {
    keyword: "service",
    about: "What is deployed: ports, replicas, resources, health, what it exports.",
    more: "Its image comes from the `deploy`: the digest that the pipeline built.",
    args: &[arg("name", NewName)],
    attributes: &[
        attr("port", Ty::Count, "Port it listens on.").required(),
        attr(
            "replicas",
            Ty::RangeOr(&Ty::Count),
            "How many; a range scales by load.",
        )
        .default("2"),
        attr(
            "scale_at",
            Ty::Ratio,
            "CPU use at which replicas are added.",
        )
        .default("80%"),
        attr("metrics", Ty::Str, "Path of its metrics page."),
        attr("health", Ty::Str, "Path that answers 200 when healthy."),
        attr(
            "ready",
            Ty::Str,
            "Path that answers 200 when it can take requests.",
        )
        .default("`health`"),
        attr("command", Ty::Many(&Ty::Str), "Command and arguments.").default("the image's"),
        attr("user", Ty::Count, "User id of its process; not 0.").default("10001"),
        attr("writable", Ty::Many(&Ty::Str), "Folders it may write to.").default("[\"/tmp\"]"),
        attr(
            "calls",
            Ty::Many(&Ty::Reference(&[Kind::Service])),
            "Services it calls.",
        ),
        attr(
            "egress",
            Ty::Symbol(&sets::EGRESS),
            "What else it may call.",
        )
        .default("listed"),
    ],
    blocks: &[
        &RESOURCES,
        &SERIES,
        &PROBE,
        &CONST_ENV,
        &CONFIG,
        &LABELS,
        &general::RAW,
        &general::ALLOW,
    ],
    example: "service api {\n  port = 8080\n  health = \"/healthz\"\n  resources { cpu = 0.5cores, memory = 256MiB }\n}",
    ..EMPTY
};
