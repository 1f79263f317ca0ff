//! `rollout`: how a release reaches an environment.

use super::ArgumentKind::{NewName, Value};
use super::*;

static ROLLING: Block = Block {
    keyword: "rolling",
    about: "Replaces replicas a few at a time.",
    attributes: &[
        attr(
            "max_unavailable",
            Ty::Either(&[Ty::Count, Ty::Ratio]),
            "Replicas that may be missing.",
        )
        .default("0"),
        attr(
            "max_surge",
            Ty::Either(&[Ty::Count, Ty::Ratio]),
            "Replicas that may be added.",
        )
        .default("1"),
    ],
    repeats: false,
    ..EMPTY
};

static CANARY: Block = Block {
    keyword: "canary",
    about: "Shares of traffic, one after the other.",
    attributes: &[
        attr("steps", Ty::Many(&Ty::Ratio), "Shares, rising to 100%.").required(),
        attr("hold", Ty::Duration, "How long each is held.").required(),
    ],
    repeats: false,
    ..EMPTY
};

static WARM_UP: Block = Block {
    keyword: "warm_up",
    about: "Requests before the switch.",
    attributes: &[attr("requests", Ty::Count, "How many.").required()],
    repeats: false,
    ..EMPTY
};

static BEFORE: Block = Block {
    keyword: "before_switch",
    about: "What must hold before the switch.",
    blocks: &[&gate::REQUIRE],
    repeats: false,
    ..EMPTY
};

static AFTER: Block = Block {
    keyword: "after_switch",
    about: "What must hold after the switch.",
    attributes: &[
        attr("wait", Ty::Duration, "How long before the watch begins.").default("0s"),
        attr("watch", Ty::Duration, "How long it is watched.").default("5m"),
    ],
    blocks: &[&gate::REQUIRE],
    repeats: false,
    ..EMPTY
};

static BLUE_GREEN: Block = Block {
    keyword: "blue_green",
    about: "Two full sets and a switch.",
    attributes: &[attr("keep_old", Ty::Duration, "How long the old set is kept.").default("30m")],
    blocks: &[&WARM_UP, &BEFORE, &AFTER],
    repeats: false,
    ..EMPTY
};

static AB: Block = Block {
    keyword: "ab",
    about: "Two versions side by side, to compare.",
    attributes: &[
        attr("split", Ty::Ratio, "Share of the new version.").default("50%"),
        attr(
            "sticky",
            Ty::Constructor("stickiness", &["header", "cookie"]),
            "What keeps a user on one side.",
        ),
        attr("sample", Ty::Count, "Requests each side must see."),
        attr("at_most", Ty::Duration, "How long at most.").default("14d"),
    ],
    repeats: false,
    ..EMPTY
};

static LIVE_WHEN: Block = Block {
    keyword: "when",
    about: "The condition, over live measurements.",
    args: &[arg("condition", Value(Ty::LiveCondition))],
    attributes: &[attr("confidence", Ty::Ratio, "How sure it must be.")],
    ..EMPTY
};

static PROMOTE_EARLY: Block = Block {
    keyword: "promote_early",
    about: "When it may go to the end at once.",
    attributes: &[attr("from", Ty::Ratio, "From which share on.").required()],
    blocks: &[&LIVE_WHEN],
    repeats: false,
    ..EMPTY
};

static PROMOTE: Block = Block {
    keyword: "promote",
    about: "What ends an A/B comparison well.",
    blocks: &[&LIVE_WHEN],
    repeats: false,
    ..EMPTY
};

pub static ROLLOUT: Block = Block {
    keyword: "rollout",
    about: "How a release reaches an environment, and what failure does.",
    more: "Exactly one of `rolling`, `canary`, `blue_green` and `ab`.",
    args: &[arg("name", NewName)],
    attributes: &[
        attr(
            "against",
            Ty::Constructor("reference", &["stable"]),
            "What comparisons refer to: `stable` or a baseline.",
        ),
        attr(
            "on_failure",
            Ty::Symbol(&sets::ON_FAILURE),
            "What failure does.",
        )
        .required(),
    ],
    blocks: &[
        &ROLLING,
        &CANARY,
        &BLUE_GREEN,
        &AB,
        &gate::REQUIRE,
        &PROMOTE_EARLY,
        &PROMOTE,
        &general::ALLOW,
    ],
    example: "rollout gentle { rolling { max_unavailable = 0 }, on_failure = rollback }",
    ..EMPTY
};
