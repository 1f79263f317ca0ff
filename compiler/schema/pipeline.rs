//! `pipeline` and what starts it.

use super::ArgumentKind::{NewName, TypedName, Value};
use super::*;

pub static INPUT: Block = Block {
    keyword: "input",
    about: "A value that is entered by hand or handed over by a caller.",
    more: "Types: `string`, `bool`, `number`, `environment`, any unit type, `choice(\"a\", \"b\")`.",
    args: &[arg("name: type", TypedName)],
    attributes: &[
        attr(
            "default",
            Ty::Known,
            "The value without entry; required without.",
        ),
        attr("description", Ty::Str, "For the person who enters it."),
        attr("at_least", Ty::AnyQuantity, "Least value."),
        attr("at_most", Ty::AnyQuantity, "Greatest value."),
    ],
    ..EMPTY
};

static ON: Block = Block {
    keyword: "on",
    about: "An event that starts the pipeline.",
    more: "Several `on` of one event are joined.",
    args: &[arg("event", Value(Ty::Symbol(&sets::EVENT)))],
    attributes: &[
        attr(
            "branches",
            Ty::Many(&Ty::Str),
            "Branch patterns; of a pull request, its target. `!` excludes.",
        ),
        attr("tags", Ty::Many(&Ty::Str), "Tag patterns."),
        attr("paths", Ty::Many(&Ty::Str), "Path patterns; `!` excludes."),
        attr(
            "types",
            Ty::Many(&Ty::Either(&[Ty::Symbol(&sets::ACTIVITY), Ty::Str])),
            "Activities of the event.",
        ),
        attr(
            "cron",
            Ty::Many(&Ty::Str),
            "When, in five fields: `\"17 2 * * *\"`.",
        ),
        attr("timezone", Ty::Str, "IANA name for `cron`.").default("UTC"),
    ],
    blocks: &[&INPUT, &CALL_SECRET, &stage::OUTPUTS],
    example: "",
    ..EMPTY
};

static CALL_SECRET: Block = Block {
    keyword: "secret",
    about: "A secret that a caller hands over.",
    args: &[arg("name", NewName)],
    attributes: &[attr(
        "optional",
        Ty::Bool,
        "Whether the pipeline works without it.",
    )
    .default("false")],
    ..EMPTY
};

pub static CONCURRENCY: Block = Block {
    keyword: "concurrency",
    about: "Runs that must not happen at once.",
    attributes: &[
        attr(
            "group",
            Ty::Many(&Ty::RunValue),
            "Runs with equal parts wait for each other.",
        )
        .required(),
        attr(
            "cancel",
            Ty::Condition,
            "Whether a newer run ends an older one.",
        )
        .default("false"),
    ],
    repeats: false,
    example: "",
    ..EMPTY
};

static CHANGED: Block = Block {
    keyword: "changed",
    about: "Named path filters, used as `changed.NAME` in conditions.",
    open: Some(Open {
        keys: Keys::New,
        ty: Ty::Many(&Ty::Str),
    }),
    repeats: false,
    ..EMPTY
};

pub static CHECK: Block = Block {
    keyword: "check",
    about: "Judges a gate here, without anything that needs it.",
    args: &[arg("gate", Value(Ty::Reference(&[Kind::Gate])))],
    attributes: &[
        attr("name", Ty::Str, "Its name for people."),
        attr(
            "comment",
            Ty::Symbol(&sets::COMMENT),
            "Whether the verdict is written to the pull request.",
        )
        .default("never"),
        attr("html", Ty::Bool, "Whether an HTML report is kept.").default("false"),
        attr("timeout", Ty::Minutes, "When it is ended.").default("10m"),
        attr(
            "announce",
            Ty::Many(&Ty::Reference(&[Kind::Notify])),
            "Who hears of it.",
        ),
    ],
    blocks: &[&stage::NEEDS, &stage::WHEN],
    ..EMPTY
};

pub static DEPLOY: Block = Block {
    keyword: "deploy",
    about: "Puts a service in an environment.",
    more: "The image is a digest that the pipeline built. What failure does is the rollout's.",
    args: &[arg("name", NewName)],
    attributes: &[
        attr("name", Ty::Str, "Its name for people."),
        attr(
            "service",
            Ty::Many(&Ty::Reference(&[Kind::Service])),
            "What, in order.",
        )
        .required(),
        attr("image", Ty::RunValue, "The digest: `stage.image.digest`.").required(),
        attr("environment", Ty::Reference(&[Kind::Environment]), "Where.").required(),
        attr("rollout", Ty::Reference(&[Kind::Rollout]), "How.").required(),
        attr("timeout", Ty::Minutes, "When the watching ends.")
            .default("the rollout's holds and 15m"),
        attr(
            "verify",
            Ty::Reference(&[Kind::Gate]),
            "The gate judged on the deployed service.",
        ),
        attr(
            "announce",
            Ty::Many(&Ty::Reference(&[Kind::Notify])),
            "Who hears of it.",
        ),
    ],
    blocks: &[&stage::NEEDS, &stage::WHEN, &general::ALLOW],
    ..EMPTY
};

static USE: Block = Block {
    keyword: "use",
    about: "The stages of a template.",
    more: "With a name, its stages' names begin with it: `use checks unit` makes `unit_lint` of its stage `lint`. Keys are the template's parameters; `needs` and `when` hold for each of its stages.",
    args: &[
        arg("template", Value(Ty::Known)),
        optional_arg("name", NewName),
    ],
    blocks: &[&stage::NEEDS, &stage::WHEN, &general::ALLOW],
    open: Some(Open {
        keys: Keys::New,
        ty: Ty::RunValue,
    }),
    example: "",
    ..EMPTY
};

pub static PIPELINE: Block = Block {
    keyword: "pipeline",
    about: "What starts a run and what it does: stages, checks and deploys.",
    more: "Every pipeline ends in one aggregate check that can't be passed by skipping.",
    args: &[arg("name", NewName)],
    attributes: &[
        attr("name", Ty::Str, "Its name for people.").default("its name"),
        attr("run_name", Ty::Message, "The title of a run."),
        attr(
            "runner",
            Ty::Constructor("runner", RUNNERS),
            "Where stages run that say nothing.",
        )
        .default("ubuntu"),
        attr(
            "timeout",
            Ty::Minutes,
            "When a stage is ended that says nothing.",
        )
        .default("30m"),
        attr("shell", Ty::Symbol(&sets::SHELL), "Shell of scripts.").default("bash"),
        attr("dir", Ty::Str, "Folder of scripts.").default("the repository's root"),
    ],
    blocks: &[
        &ON,
        &CONCURRENCY,
        &CHANGED,
        &stage::ENV,
        &stage::STAGE,
        &USE,
        &DEPLOY,
        &CHECK,
        &general::RAW,
        &general::ALLOW,
    ],
    example: "pipeline ci {\n  on push { branches = [\"main\"] }\n  stage test { run \"make test\" }\n}",
    ..EMPTY
};

/// Words that make a runner.
pub static RUNNERS: &[&str] = &[
    "ubuntu",
    "ubuntu_arm",
    "windows",
    "macos",
    "machine",
    "self_hosted",
    "group",
    "matrix",
];
