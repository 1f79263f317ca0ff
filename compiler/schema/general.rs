//! Blocks of the whole repository: project, imports, templates, secrets, raw fragments.

use super::ArgumentKind::{NewName, TypedName, Value};
use super::*;

static EVALUATOR: Block = Block {
    keyword: "evaluator",
    about: "How a runner gets the program that judges gates.",
    more: "Either `url` with `sha256` (checked before it runs), or `path`.",
    attributes: &[
        attr("url", Ty::Str, "HTTPS address of the binary."),
        attr("sha256", Ty::Str, "Its SHA-256, in hex."),
        attr(
            "path",
            Ty::Str,
            "A file of the repository or of the runner's image.",
        ),
    ],
    repeats: false,
    ..EMPTY
};

pub static PROJECT: Block = Block {
    keyword: "project",
    about: "Settings of the whole repository.",
    more: "The folder of the file that holds it is the project's root.",
    args: &[optional_arg("name", NewName)],
    attributes: &[
        attr("name", Ty::Str, "Name in labels and titles.").default("the root folder's name"),
        attr(
            "required_version",
            Ty::Str,
            "Versions of gatec that may build it: `\">= 0.1\"`.",
        ),
    ],
    blocks: &[&EVALUATOR],
    repeats: false,
    example: "project { evaluator { path = \"tools/gatec\" } }",
    ..EMPTY
};

pub static IMPORT: Block = Block {
    keyword: "import",
    about: "Brings a module's templates: `import std.python`.",
    more: "`std.` modules are built in; another path names a file: `import ci.shared` reads `ci/shared.gate` under the root. Its templates are used as `python.setup`.",
    args: &[arg("module", Value(Ty::Known))],
    ..EMPTY
};

pub static UNIT: Block = Block {
    keyword: "unit",
    about: "A unit of the program's own: `unit usd`, then `5usd`.",
    args: &[arg("name", NewName)],
    example: "unit usd",
    ..EMPTY
};

pub static SECRET: Block = Block {
    keyword: "secret",
    about: "Says more of a secret that is used as `secret.NAME`.",
    args: &[arg("name", NewName)],
    attributes: &[attr("optional", Ty::Bool, "Whether all works without it.").default("false")],
    example: "secret TRACKER_TOKEN { optional = true }",
    ..EMPTY
};

pub static VARIABLE: Block = Block {
    keyword: "variable",
    about: "Says more of a repository variable that is used as `variable.NAME`.",
    args: &[arg("name", NewName)],
    attributes: &[attr("default", Ty::Known, "What it is where it isn't set.")],
    example: "variable REGION { default = \"eu-west-1\" }",
    ..EMPTY
};

pub static ALLOW: Block = Block {
    keyword: "allow",
    about: "Silences one finding, with a reason.",
    more: "At the top it holds for the whole program, inside a block for that block.",
    args: &[arg("code", Value(Ty::Str))],
    attributes: &[attr(
        "reason",
        Ty::Str,
        "Why this finding is right to ignore here.",
    )
    .required()],
    example: "allow \"cron-on-the-hour\" { reason = \"the other company's export is ready at five\" }\n\npipeline import_prices {\n  on schedule { cron = \"0 5 * * *\" }\n  stage fetch { run \"./fetch.sh\" }\n}",
    ..EMPTY
};

pub static RAW: Block = Block {
    keyword: "raw",
    about: "A fragment in the target's own language, merged as it is.",
    more: "The text is YAML, parsed now; a key that gatec writes itself is an error.",
    args: &[
        arg("target", Value(Ty::Symbol(&sets::TARGET))),
        arg("yaml", Value(Ty::Str)),
    ],
    example: "",
    ..EMPTY
};

static PARAM: Block = Block {
    keyword: "param",
    about: "A parameter of the template, with its type.",
    more: "Types: `string`, `number`, `bool`, `duration`, `ratio`, `bytes`, `runner`, `environment`, `metric`, `gate`, `baseline`, `dimension`, `report` (`STAGE.REPORT`), `any`, `list(T)`, `choice(a, b)`, `choice(a = \"text\", …)` (a name that stands for a text).",
    args: &[arg("name: type", TypedName)],
    attributes: &[attr(
        "default",
        Ty::Known,
        "What it is when the use says nothing; required without.",
    )],
    ..EMPTY
};

pub static USE: Block = Block {
    keyword: "use",
    about: "The metrics, limits, baselines and gates of a template.",
    more: "Their names begin with that of the use, or of the template where the use has none; what is called like the template is called like the use. `use ml.drift small { … }` makes the gate `small` and the metrics `small_accuracy`, `small_latency` and so on. Keys are the template's parameters; one that is `none` leaves out what names it.",
    args: &[
        arg("template", Value(Ty::Known)),
        optional_arg("name", NewName),
    ],
    open: Some(Open {
        keys: Keys::New,
        ty: Ty::RunValue,
    }),
    example: "project { evaluator { path = \"tools/gatec\" } }\n\ntemplate fast {\n  param from: report\n  param limit: duration\n  metric p95: duration { better = lower, report = from[\"p95_ms\"] * 1ms }\n  gate fast { require p95 <= limit }\n}\n\nuse fast search { from = bench.search, limit = 20ms }\n\npipeline ci {\n  on push { branches = [\"main\"] }\n  stage bench {\n    run \"make bench\"\n    reports { search = json(\"search.json\") }\n  }\n  check search\n}",
    ..EMPTY
};

pub static TEMPLATE: Block = Block {
    keyword: "template",
    about: "Steps, stages, or metrics and gates, with typed parameters, expanded where they are used.",
    more: "Of steps, it is used in a stage, and reports that it declares become its stage's. Of stages, it is used in a pipeline. Of metrics, limits, dimensions, baselines and gates, it is used at the top of a file. The standard library is written in it.",
    args: &[arg("name", NewName)],
    blocks: &[
        &PARAM,
        &stage::RUN,
        &stage::MEASURE,
        &stage::USE,
        &stage::CLEANUP,
        &stage::ON_FAILURE,
        &stage::REPORTS,
        &stage::ARTIFACTS,
        &stage::OUTPUTS,
        &stage::PERMISSION,
        &stage::STAGE,
        &gate::METRIC,
        &gate::DIMENSION,
        &gate::LIMIT,
        &gate::BASELINE,
        &gate::GATE,
    ],
    example: "template greet {\n  param who: string { default = \"world\" }\n  run \"echo hello ${{ who }}\"\n}",
    ..EMPTY
};
