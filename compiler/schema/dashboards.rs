//! `dashboard`.

use super::ArgumentKind::{NewName, Value};
use super::*;

static PANEL: Block = Block {
    keyword: "panel",
    about: "A picture: a metric, or a title with `show`.",
    args: &[arg(
        "metric or title",
        Value(Ty::Either(&[Ty::Str, Ty::Live])),
    )],
    attributes: &[
        attr("show", Ty::Many(&Ty::Live), "What it shows."),
        attr("as", Ty::Symbol(&sets::PANEL), "How.").default("graph"),
        attr(
            "bands",
            Ty::Many(&Ty::AnyQuantity),
            "Where the colour changes.",
        ),
        attr(
            "split",
            Ty::Constructor("label", &[]),
            "The label whose values are drawn apart.",
        ),
    ],
    ..EMPTY
};

static ROW: Block = Block {
    keyword: "row",
    about: "Panels side by side.",
    args: &[arg("title", Value(Ty::Str))],
    blocks: &[&PANEL],
    ..EMPTY
};

pub static DASHBOARD: Block = Block {
    keyword: "dashboard",
    about: "Rows and panels; one is derived by default.",
    args: &[arg("name", NewName)],
    attributes: &[
        attr("title", Ty::Str, "Its title."),
        attr(
            "from",
            Ty::Many(&Ty::Reference(&[Kind::Gate, Kind::Service])),
            "What it is derived from.",
        ),
        attr("tags", Ty::Many(&Ty::Str), "Tags."),
        attr("refresh", Ty::Duration, "How often it is drawn anew."),
    ],
    blocks: &[&ROW],
    ..EMPTY
};
