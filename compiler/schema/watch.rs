//! Alerts, objectives and who hears of them.

use super::ArgumentKind::{NewName, Value};
use super::*;

static ALERT_WHEN: Block = Block {
    keyword: "when",
    about: "What fires it, over live measurements.",
    args: &[arg("condition", Value(Ty::LiveCondition))],
    ..EMPTY
};

static LABELS: Block = Block {
    keyword: "labels",
    about: "Labels added.",
    open: Some(Open {
        keys: Keys::New,
        ty: Ty::Str,
    }),
    repeats: false,
    ..EMPTY
};

pub static ALERT: Block = Block {
    keyword: "alert",
    about: "A condition that pages, or one derived from a gate.",
    args: &[arg("name", NewName)],
    attributes: &[
        attr(
            "from",
            Ty::Reference(&[Kind::Gate]),
            "The gate whose live criteria it watches.",
        ),
        attr("for", Ty::Duration, "How long it must hold.").default("0s"),
        attr(
            "keep",
            Ty::Duration,
            "How long it goes on after the condition ended.",
        ),
        attr("severity", Ty::Symbol(&sets::SEVERITY), "How bad.").required(),
        attr(
            "summary",
            Ty::Message,
            "One line; `${{ instance }}` is a label, `${{ value }}` the value.",
        ),
        attr("description", Ty::Message, "More lines."),
        attr("runbook", Ty::Str, "Address or path of the runbook."),
        attr(
            "environment",
            Ty::Many(&Ty::Reference(&[Kind::Environment])),
            "Where.",
        )
        .default("every environment with a Prometheus"),
    ],
    blocks: &[&ALERT_WHEN, &LABELS, &general::ALLOW],
    ..EMPTY
};

static OVER: &[Attribute] = &[attr("over", Ty::Duration, "Its window.").required()];

static OBJECTIVE: Block = Block {
    keyword: "objective",
    about: "The share of good events, and the window.",
    args: &[arg("share", Value(Ty::Ratio))],
    attributes: OVER,
    ..EMPTY
};

pub static SLO: Block = Block {
    keyword: "slo",
    about: "A service level objective.",
    args: &[arg("name", NewName)],
    attributes: &[
        attr("bad", Ty::Live, "Share of bad events."),
        attr("good", Ty::Live, "Share of good events."),
        attr("runbook", Ty::Str, "Address or path of the runbook."),
    ],
    blocks: &[&OBJECTIVE],
    ..EMPTY
};

static NOTIFY_WHEN: Block = Block {
    keyword: "when",
    about: "What it hears: `severity >= warning`, `outcome == deployed`.",
    args: &[arg("condition", Value(Ty::Condition))],
    ..EMPTY
};

pub static NOTIFY: Block = Block {
    keyword: "notify",
    about: "Who hears what: Slack, email, PagerDuty, webhook or Teams.",
    args: &[arg("name", NewName)],
    attributes: &[
        attr("slack", Ty::Str, "Channel."),
        attr("email", Ty::Str, "Address."),
        attr(
            "smtp",
            Ty::Str,
            "Of `email`: `host:port` of the mail server.",
        ),
        attr("sender", Ty::Str, "Of `email`: the address it comes from.")
            .default("the address it goes to"),
        attr("user", Ty::Str, "Of `email`: who logs in with the secret.").default("the sender"),
        attr(
            "pagerduty",
            Ty::RunValue,
            "The secret with the integration key.",
        ),
        attr("webhook", Ty::RunValue, "Address or secret."),
        attr("teams", Ty::RunValue, "The secret with the address."),
        attr(
            "secret",
            Ty::RunValue,
            "The secret with the key or address.",
        ),
    ],
    blocks: &[&NOTIFY_WHEN],
    ..EMPTY
};
