//! `test`: given these measurements, so must it come out.

use super::ArgumentKind::Value;
use super::*;

static LIVE: Block = Block {
    keyword: "live",
    about: "Measurements at run time.",
    open: Some(Open {
        keys: Keys::References,
        ty: Ty::AnyQuantity,
    }),
    repeats: false,
    ..EMPTY
};

static BASELINE: Block = Block {
    keyword: "baseline",
    about: "Reference values.",
    open: Some(Open {
        keys: Keys::References,
        ty: Ty::AnyQuantity,
    }),
    repeats: false,
    ..EMPTY
};

static GIVEN: Block = Block {
    keyword: "given",
    about: "Measurements by metric; `others = perfect` for all that isn't given.",
    more: "What is not given is missing.",
    attributes: &[attr(
        "others",
        Ty::Constructor("others", &["perfect"]),
        "What the rest is.",
    )
    .default("missing")],
    blocks: &[&LIVE, &BASELINE],
    open: Some(Open {
        keys: Keys::References,
        ty: Ty::AnyQuantity,
    }),
    repeats: false,
    ..EMPTY
};

static EXPECT: Block = Block {
    keyword: "expect",
    about: "What must come out: `gate.release == fail`, `progressive == rolls_back`, `budget == fires`.",
    args: &[arg("expectation", Value(Ty::Expectation))],
    attributes: &[
        attr(
            "on",
            Ty::Constructor("criteria", &[]),
            "The criteria that decide.",
        ),
        attr("score", Ty::Points, "The score."),
        attr("at", Ty::Ratio, "The rollout's step."),
    ],
    ..EMPTY
};

pub static TEST: Block = Block {
    keyword: "test",
    about: "Given these measurements, so must it come out.",
    args: &[arg("title", Value(Ty::Str))],
    blocks: &[&GIVEN, &EXPECT],
    ..EMPTY
};
