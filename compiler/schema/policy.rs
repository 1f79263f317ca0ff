//! `policy`: what a repository demands or forbids.

use super::ArgumentKind::{NewName, Value};
use super::*;

static REQUIRE: Block = Block {
    keyword: "require",
    about: "What must be said: `timeout` of every stage or its pipeline, `docs` (`##`) of every pipeline, stage and deploy, a `gate` before every deploy.",
    args: &[arg("what", Value(Ty::Many(&Ty::Symbol(&sets::DEMAND))))],
    ..EMPTY
};

static FORBID: Block = Block {
    keyword: "forbid",
    about: "What must not stand: `raw` fragments, `unknown_actions` (whose inputs gatec doesn't know), `unpinned_images` (without a digest), `self_hosted` machines, `write_access` of a token, `may_fail`, or an `allow`.",
    args: &[arg("what", Value(Ty::Many(&Ty::Symbol(&sets::BAN))))],
    ..EMPTY
};

pub static POLICY: Block = Block {
    keyword: "policy",
    about: "What the repository demands or forbids of its pipelines.",
    more: "What breaks it is an error that no `allow` silences. Several policies hold together. A policy in a file of its own can have its own owners.",
    args: &[arg("name", NewName)],
    attributes: &[
        attr(
            "runners",
            Ty::Many(&Ty::Symbol(&sets::MACHINE)),
            "The only machines that stages run on.",
        ),
        attr(
            "actions",
            Ty::Many(&Ty::Str),
            "The only actions and foreign pipelines that may be used: `\"actions/*\"`, `\"codecov/codecov-action\"`.",
        ),
        attr("because", Ty::Str, "The reason, said with every violation."),
    ],
    blocks: &[&REQUIRE, &FORBID],
    example: "policy house {\n  require timeout\n  forbid [raw, self_hosted]\n  runners = [ubuntu]\n  actions = [\"actions/*\"]\n  because = \"the platform team answers for what runs\"\n}\n\npipeline ci {\n  timeout = 10m\n  on push { branches = [\"main\"] }\n  stage test { run \"make test\" }\n}",
    ..EMPTY
};
