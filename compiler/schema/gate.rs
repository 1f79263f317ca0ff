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
        attr(
            "key",
            Ty::Many(&Ty::Str),
            "What tells its results apart when they are compared with earlier ones: `[\"model\"]` is the field `model` of its report, unless the run says it.",
        ),
        attr("by", Ty::Reference(&[Kind::Dimension]), "Its groups."),
        attr("samples", Ty::Count, "How many samples a measurement has."),
        attr("repeats", Ty::Count, "How often each item is repeated."),
        attr(
            "cluster",
            Ty::Str,
            "The field that names an item; its repeats are one cluster.",
        ),
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
    about: "One value for each environment, branch or group.",
    more: "None may be left out unless `others` says its value; branches are without number, so they always need it.",
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
    more: "A criterion names it as its limit: `require every(f1) >= floor`. A branch is that of the run, on a pull request the one it goes to; a group is held against its own case.",
    args: &[arg("name: type", TypedName)],
    attributes: &[
        attr(
            "by",
            Ty::Constructor("limit key", &["environment", "branch"]),
            "`environment`, `branch`, or a dimension.",
        )
        .required(),
        attr("others", Ty::AnyQuantity, "Where no case fits."),
    ],
    blocks: &[&CASES],
    example: "project { evaluator { path = \"tools/gatec\" } }\n\nmetric coverage: ratio { better = higher, report = test.coverage.line_rate }\nlimit floor: ratio { by = branch, others = 80%, cases { main = 90% } }\n\ngate code { require coverage >= floor }\n\npipeline ci {\n  on push { branches = [\"**\"] }\n  stage test {\n    run \"pytest --cov --cov-report=xml\"\n    reports { coverage = cobertura(\"coverage.xml\") }\n  }\n  check code\n}",
    ..EMPTY
};

static FLOOR: Block = Block {
    keyword: "floor",
    about: "The least reference that a rise or drop is a share of, by metric.",
    more: "With `error_rate = 0.1%`, a rise from 0% to 0.05% is half of the floor: 50%. Without one, a reference of zero is undecided.",
    open: Some(Open {
        keys: Keys::References,
        ty: Ty::AnyQuantity,
    }),
    repeats: false,
    ..EMPTY
};

static QUERIES: Block = Block {
    keyword: "queries",
    about: "Of a baseline that is a Prometheus: what it is asked for, by metric.",
    more: "`latency = \"histogram_quantile(…)\"`, whose answer is one number in the base unit (seconds, bytes, 0 to 1), or one for each group or key by labels of these names. A metric without a query is asked for by its `live`.",
    open: Some(Open {
        keys: Keys::References,
        ty: Ty::Str,
    }),
    repeats: false,
    ..EMPTY
};

pub static BASELINE: Block = Block {
    keyword: "baseline",
    about: "Where earlier results live, and which of them count.",
    more: "A run enters it when it is of `branch`, no pull request, and passes. `rise(m)`, `drop(m)` and `change(m)` compare with its reference; zero, null or stale references are undecided.",
    args: &[arg("name", NewName)],
    attributes: &[
        attr("branch", Ty::Str, "The branch whose runs are kept.").default("\"main\""),
        attr(
            "key",
            Ty::Many(&Ty::Str),
            "What tells results apart: only those with the same values are compared.",
        ),
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
        )
        .default("the gate that compares with it"),
        attr(
            "first_run",
            Ty::Symbol(&sets::FIRST_RUN),
            "What comparisons become that have no earlier result: no change (`establish`), or a failure (`fail`).",
        )
        .default("establish"),
        attr(
            "max_age",
            Ty::Duration,
            "Oldest result that counts; if all are older, comparisons are undecided.",
        ),
        attr(
            "budget",
            Ty::Ratio,
            "Most that a compared metric may worsen in all since the anchor: the first accepted run, or the one that `gatec baseline anchor` pins.",
        ),
        attr(
            "store",
            Ty::Constructor("store", &["folder", "file", "object_store", "prometheus"]),
            "Where records are kept: `folder(\"…\")` or `file(\"….jsonl\")` in the project, or `object_store(\"s3://bucket/prefix\")`. Or `prometheus(…)`, which is asked and keeps none.",
        )
        .default("where the caller says (`--baseline`)"),
    ],
    blocks: &[&FLOOR, &QUERIES],
    example: "project { evaluator { path = \"tools/gatec\" } }\n\nmetric latency: duration { better = lower, report = bench.results[\"p95_ms\"] * 1ms }\n\nbaseline main_runs {\n  branch = \"main\"\n  reference = median\n  keep = 20\n  max_age = 30d\n  budget = 20%\n  store = folder(\"quality/baseline\")\n}\n\ngate speed { against = main_runs, require rise(latency) <= 10% }\n\npipeline ci {\n  on push { branches = [\"main\"] }\n  stage bench {\n    run \"make bench\"\n    reports { results = json(\"bench.json\") }\n  }\n  check speed\n}",
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
        Ty::Symbol(&sets::INSTEAD),
        "What missing data becomes.",
    )
    .default("undecided, never a pass"),
    attr(
        "if_skipped",
        Ty::Symbol(&sets::INSTEAD),
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
    more: "It holds only if the run shows all of it: `when` is true, the reason isn't empty, one who may approved, and it hasn't expired. Else the verdict stands, and the report says what is missing.",
    attributes: &[
        attr("reason", Ty::RunValue, "Why; empty text overrides nothing.").required(),
        attr(
            "by",
            Ty::Constructor("approvers", &["approvers"]),
            "Who may: `[\"alice\", \"bob\"]` started the run, or one of `approvers(\"security\")` approved it.",
        )
        .required(),
        attr(
            "expires",
            Ty::Duration,
            "How long it holds after it was asked for.",
        )
        .default("as long as the run"),
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
