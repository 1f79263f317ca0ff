//! Metrics, gates and baselines.

use super::ArgumentKind::{NewName, TypedName, Value};
use super::*;

pub static METRIC: Block = Block {
    keyword: "metric",
    about: "A named, typed, directed quantity: where it comes from in a run and at run time.",
    more: "`report` names a stage's report (`benchmark.results[\"latency.p50_ms\"] * 1ms`); the stage is the one of that name in the pipeline that judges.",
    args: &[arg("name: type", TypedName)],
    attributes: &[
        attr(
            "better",
            Ty::Symbol(&sets::BETTER),
            "Which direction is good.",
        ),
        attr("report", Ty::FromReport, "Its value in a run."),
        attr(
            "live",
            Ty::Live,
            "Its value at run time: `p95(series, over = 5m)`.",
        ),
        attr("key", Ty::Many(&Ty::Str), "What tells its results apart."),
        attr("by", Ty::Reference(&[Kind::Dimension]), "Its groups."),
        attr("samples", Ty::Count, "How many samples a measurement has."),
        attr("repeats", Ty::Count, "How often each item is repeated."),
        attr("cluster", Ty::Str, "The field that names an item."),
        attr(
            "range",
            Ty::RangeOr(&Ty::AnyQuantity),
            "Its least and greatest value.",
        )
        .default("0%..100% for a ratio"),
    ],
    example: "project { evaluator { path = \"tools/gatec\" } }\n\nmetric coverage: ratio { better = higher, report = test.coverage.line_rate }\n\ngate code { require coverage >= 80% }\n\npipeline ci {\n  on push { branches = [\"main\"] }\n  stage test {\n    run \"pytest --cov --cov-report=xml\"\n    reports { coverage = cobertura(\"coverage.xml\") }\n  }\n  check code\n}",
    ..EMPTY
};

pub static DIMENSION: Block = Block {
    keyword: "dimension",
    about: "The values of a group.",
    args: &[arg("name", NewName)],
    attributes: &[attr("values", Ty::Many(&Ty::Str), "All of them.").required()],
    example: "dimension language { values = [\"de\", \"en\"] }",
    ..EMPTY
};

static CASES: Block = Block {
    keyword: "cases",
    about: "One value per environment, branch or group; all of them.",
    open: Some(Open {
        keys: Keys::New,
        ty: Ty::AnyQuantity,
    }),
    repeats: false,
    ..EMPTY
};

pub static LIMIT: Block = Block {
    keyword: "limit",
    about: "A threshold that depends on environment, branch or group.",
    args: &[arg("name: type", TypedName)],
    attributes: &[attr(
        "by",
        Ty::Constructor("limit key", &["environment", "branch"]),
        "`environment`, `branch`, or a dimension.",
    )
    .required()],
    blocks: &[&CASES],
    ..EMPTY
};

pub static BASELINE: Block = Block {
    keyword: "baseline",
    about: "Where earlier results live, and which of them count.",
    args: &[arg("name", NewName)],
    attributes: &[
        attr("branch", Ty::Str, "The branch whose runs are kept.").default("\"main\""),
        attr("key", Ty::Many(&Ty::Str), "What tells results apart."),
        attr(
            "reference",
            Ty::Symbol(&sets::REFERENCE),
            "Which of the kept results is compared with.",
        )
        .default("last"),
        attr("keep", Ty::Count, "How many are kept.").default("20"),
        attr(
            "accept_on",
            Ty::Reference(&[Kind::Gate]),
            "The gate a run must pass to enter.",
        ),
        attr(
            "first_run",
            Ty::Symbol(&sets::FIRST_RUN),
            "What the first run does.",
        )
        .default("establish"),
    ],
    example: "",
    ..EMPTY
};

static PLACE: Ty = Ty::Symbol(&sets::PLACE);

const CRITERION: &[Attribute] = &[
    attr("id", Ty::Str, "Its name in reports, tests and overrides.").default("its left side"),
    attr("where", Ty::Many(&PLACE), "Where it counts.").default("everywhere"),
    attr(
        "confidence",
        Ty::Ratio,
        "Holds only if the confidence bound is on the right side.",
    ),
    attr("samples", Ty::Count, "Least number of samples."),
    attr(
        "if_missing",
        Ty::Symbol(&sets::VERDICT),
        "What missing data becomes.",
    )
    .default("undecided, never a pass"),
    attr(
        "if_skipped",
        Ty::Symbol(&sets::VERDICT),
        "What a skipped stage becomes.",
    )
    .default("skipped"),
    attr(
        "warn",
        Ty::AnyQuantity,
        "The nearer limit, from which it warns.",
    ),
    attr("weight", Ty::Ratio, "Of `score`: its share of 100 points."),
];

pub static REQUIRE: Block = Block {
    keyword: "require",
    about: "What must hold: a comparison, another gate, a stage's outcome, or `every_part`.",
    args: &[arg("criterion", Value(Ty::Criterion))],
    attributes: CRITERION,
    ..EMPTY
};

static SCORE: Block = Block {
    keyword: "score",
    about: "What earns points: `score coverage >= 80% { weight = 20% }`.",
    args: &[arg("criterion", Value(Ty::Criterion))],
    attributes: CRITERION,
    ..EMPTY
};

static WEIGHTS: Block = Block {
    keyword: "weights",
    about: "Shares of 100 points, earned in proportion; they add up to 100%.",
    more: "Keys are metrics or gates; a value is a share or `{ weight = 10%, at_least = 95% }`.",
    open: Some(Open {
        keys: Keys::References,
        ty: Ty::Known,
    }),
    repeats: false,
    ..EMPTY
};

static ADVISE: Block = Block {
    keyword: "advise",
    about: "What to do when the gate fails.",
    args: &[arg("text", Value(Ty::Message))],
    blocks: &[&MEASURED_WHEN],
    ..EMPTY
};

static MEASURED_WHEN: Block = Block {
    keyword: "when",
    about: "Only then.",
    args: &[arg("condition", Value(Ty::Criterion))],
    ..EMPTY
};

static OVERRIDE: Block = Block {
    keyword: "override",
    about: "Lets a failed verdict through, on the record: the verdict is `overridden`, never `pass`.",
    attributes: &[
        attr("reason", Ty::RunValue, "Why.").required(),
        attr(
            "by",
            Ty::Constructor("approvers", &["approvers"]),
            "Who may: `approvers(\"security\")`.",
        )
        .required(),
        attr("expires", Ty::Duration, "How long it holds."),
    ],
    blocks: &[&stage::WHEN],
    ..EMPTY
};

pub static GATE: Block = Block {
    keyword: "gate",
    about: "Criteria over metrics, a score, a pass mark. Missing data never passes.",
    more: "It has one of `score = …`, `weights { }`, `score` statements, or none (100pt or 0pt). It passes when its score reaches `pass` and every `require` holds.",
    args: &[arg("name", NewName)],
    attributes: &[
        attr("name", Ty::Str, "Its name for people.").default("its name"),
        attr(
            "against",
            Ty::Constructor("reference", &["stable"]),
            "What `rise`, `drop` and `change` compare with: a baseline, or `stable`.",
        ),
        attr("pass", Ty::Points, "Points it must reach.").default("100pt"),
        attr("score", Ty::Measurement, "Its points."),
    ],
    blocks: &[
        &REQUIRE,
        &SCORE,
        &WEIGHTS,
        &ADVISE,
        &OVERRIDE,
        &general::ALLOW,
    ],
    example: "",
    ..EMPTY
};
