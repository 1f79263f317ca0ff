//! `stage` and its steps.

use super::ArgumentKind::{NewName, Value};
use super::*;

pub static NEEDS: Block = Block {
    keyword: "needs",
    about: "What must end well before: stages, deploys, gates.",
    more: "Using a stage's report, artifact or output is a need already.",
    args: &[arg(
        "nodes",
        Value(Ty::Many(&Ty::Reference(&[
            Kind::Stage,
            Kind::Deploy,
            Kind::Gate,
        ]))),
    )],
    example: "",
    ..EMPTY
};

pub static WHEN: Block = Block {
    keyword: "when",
    about: "Only then. Several are joined by `and`.",
    args: &[arg("condition", Value(Ty::Condition))],
    ..EMPTY
};

pub static ENV: Block = Block {
    keyword: "env",
    about: "Environment variables.",
    open: Some(Open {
        keys: Keys::New,
        ty: Ty::RunValue,
    }),
    repeats: false,
    ..EMPTY
};

static RULE: &[Attribute] = &[];

static EXCLUDE: Block = Block {
    keyword: "exclude",
    about: "Cells left out: keys and values, and a `when`.",
    attributes: RULE,
    blocks: &[&WHEN],
    open: Some(Open {
        keys: Keys::New,
        ty: Ty::Known,
    }),
    ..EMPTY
};

static INCLUDE: Block = Block {
    keyword: "include",
    about: "Cells added: keys and values.",
    blocks: &[&WHEN],
    open: Some(Open {
        keys: Keys::New,
        ty: Ty::Known,
    }),
    ..EMPTY
};

static MATRIX: Block = Block {
    keyword: "matrix",
    about: "Runs the stage once per combination of values.",
    more: "`max_parallel` and `fail_fast` are settings; every other key is yours, used as `matrix.KEY`. Bare names are allowed for `os`, whose values are runners.",
    attributes: &[
        attr("max_parallel", Ty::Count, "How many cells run at once."),
        attr(
            "fail_fast",
            Ty::Bool,
            "Whether a failed cell ends its siblings; never with reports.",
        )
        .default("true without reports"),
    ],
    blocks: &[&EXCLUDE, &INCLUDE],
    open: Some(Open {
        keys: Keys::New,
        ty: Ty::Known,
    }),
    repeats: false,
    ..EMPTY
};

static CONTAINER: Block = Block {
    keyword: "container",
    about: "A container beside the steps (with a name), or the one they run in (without).",
    args: &[optional_arg("name", NewName)],
    attributes: &[
        attr("image", Ty::Str, "Image, best with its digest.").required(),
        attr("health", Ty::Str, "Command that says it is healthy."),
        attr(
            "ports",
            Ty::Many(&Ty::Either(&[Ty::Count, Ty::Str])),
            "Ports: `5432` or `\"5432:5432\"`.",
        ),
        attr("volumes", Ty::Many(&Ty::Str), "Mounts: `\"/from:/to\"`."),
        attr("username", Ty::RunValue, "User of the registry."),
        attr(
            "password",
            Ty::RunValue,
            "Password of the registry, a secret.",
        ),
    ],
    blocks: &[&ENV],
    ..EMPTY
};

pub static REPORTS: Block = Block {
    keyword: "reports",
    about: "Files that measure: `coverage = cobertura(\"coverage.xml\")`.",
    more: "Handed over when the stage fails, too. `across` says how matrix cells become one value, `key` what tells results apart.",
    open: Some(Open {
        keys: Keys::New,
        ty: Ty::Constructor("report", &super::formats::NAMES),
    }),
    ..EMPTY
};

pub static ARTIFACTS: Block = Block {
    keyword: "artifacts",
    about: "Files that are kept: `dist = \"dist/*\"`; elsewhere `use stage.build.dist { to = \"dist\" }`.",
    more: "Those of a matrix's cells are put into one folder: give their files different names.",
    open: Some(Open {
        keys: Keys::New,
        ty: Ty::Many(&Ty::Str),
    }),
    ..EMPTY
};

pub static OUTPUTS: Block = Block {
    keyword: "outputs",
    about: "Values that others read: `digest = step.publish.digest`; of a step, their types.",
    open: Some(Open {
        keys: Keys::New,
        ty: Ty::RunValue,
    }),
    ..EMPTY
};

pub static PERMISSION: Block = Block {
    keyword: "permission",
    about: "A right of the stage's token, with its reason.",
    args: &[arg("scope", Value(Ty::Symbol(&sets::SCOPE)))],
    attributes: &[
        attr("access", Ty::Symbol(&sets::ACCESS), "How much.").default("read"),
        attr("reason", Ty::Str, "Why; travels into the output.").required(),
    ],
    ..EMPTY
};

const RETRIES: Attribute = attr(
    "retries",
    Ty::Count,
    "How often it is tried again; of a template, each of its scripts.",
)
.default("the stage's");

const STEP: &[Attribute] = &[
    attr("name", Ty::Message, "Its name for people."),
    attr("dir", Ty::Str, "Folder."),
    attr("shell", Ty::Symbol(&sets::SHELL), "Shell.").default("bash"),
    attr("timeout", Ty::Minutes, "When it is ended."),
    RETRIES,
    attr("may_fail", Ty::Bool, "Whether its failure is ignored.").default("false"),
];

pub static RUN: Block = Block {
    keyword: "run",
    about: "A script, verbatim. Only `${{ … }}` is a value, and it is safe.",
    args: &[
        arg("script", Value(Ty::Script)),
        optional_arg("name", NewName),
    ],
    attributes: STEP,
    blocks: &[&WHEN, &ENV, &OUTPUTS, &general::RAW],
    example: "",
    ..EMPTY
};

pub static MEASURE: Block = Block {
    keyword: "measure",
    about: "A script whose report a gate judges, not its exit code.",
    more: "A stage with a `measure` whose reports no gate reads is an error: nothing would ever fail.",
    args: &[
        arg("script", Value(Ty::Script)),
        optional_arg("name", NewName),
    ],
    attributes: STEP,
    blocks: &[&WHEN, &ENV, &OUTPUTS, &general::RAW],
    ..EMPTY
};

pub static USE: Block = Block {
    keyword: "use",
    about: "A template, a third-party action (`\"owner/name@v1\"`), or another stage's artifact.",
    more: "Attributes are its parameters or inputs; quote a key that is no name. `name`, `when`, `env`, `timeout`, `retries` and `may_fail` belong to the step.",
    args: &[arg("what", Value(Ty::Known)), optional_arg("name", NewName)],
    attributes: &[
        attr("name", Ty::Message, "Its name for people."),
        attr(
            "timeout",
            Ty::Minutes,
            "When it is ended; of a template, each of its steps.",
        ),
        RETRIES,
        attr("may_fail", Ty::Bool, "Whether its failure is ignored.").default("false"),
    ],
    blocks: &[&WHEN, &ENV, &OUTPUTS, &general::RAW],
    open: Some(Open {
        keys: Keys::New,
        ty: Ty::RunValue,
    }),
    ..EMPTY
};

pub static ON_FAILURE: Block = Block {
    keyword: "on_failure",
    about: "Steps that run when one before failed.",
    blocks: &[&RUN, &USE],
    ..EMPTY
};

pub static CLEANUP: Block = Block {
    keyword: "cleanup",
    about: "Steps that run whatever happened.",
    blocks: &[&RUN, &USE],
    ..EMPTY
};

static CALL: Block = Block {
    keyword: "call",
    about: "A whole pipeline of another repository, instead of steps: `call \"owner/repo/.github/workflows/x.yml@COMMIT\"`.",
    args: &[arg("path", Value(Ty::Str))],
    blocks: &[&CALL_SECRETS],
    open: Some(Open {
        keys: Keys::New,
        ty: Ty::RunValue,
    }),
    repeats: false,
    ..EMPTY
};

static CALL_SECRETS: Block = Block {
    keyword: "secrets",
    about: "Secrets handed over, by the callee's names.",
    open: Some(Open {
        keys: Keys::New,
        ty: Ty::RunValue,
    }),
    repeats: false,
    ..EMPTY
};

pub static STAGE: Block = Block {
    keyword: "stage",
    about: "Steps on a runner, in order.",
    more: "It begins with the sources of the commit unless `checkout = false`. Reports and artifacts are handed over when it fails, too.",
    args: &[arg("name", NewName)],
    attributes: &[
        attr("name", Ty::Message, "Its name for people.").default("its name"),
        attr("runner", Ty::Constructor("runner", pipeline::RUNNERS), "Where it runs: `ubuntu`, `machine(cores = 4)`, `self_hosted(\"gpu\")`, `group(\"big\")`, `matrix.os`.").default("the pipeline's"),
        attr("timeout", Ty::Minutes, "When it is ended.").default("the pipeline's"),
        attr("shell", Ty::Symbol(&sets::SHELL), "Shell of its scripts.").default("the pipeline's"),
        attr("dir", Ty::Str, "Folder of its scripts.").default("the pipeline's"),
        attr("environment", Ty::Reference(&[Kind::Environment]), "The environment whose secrets and rules it uses."),
        attr("retries", Ty::Count, "How often a failed script is tried again.").default("0"),
        attr("may_fail", Ty::Bool, "Whether its failure is not the pipeline's.").default("false"),
        attr("checkout", Ty::Bool, "Whether it begins with the sources.").default("true"),
    ],
    blocks: &[
        &NEEDS,
        &WHEN,
        &ENV,
        &MATRIX,
        &CONTAINER,
        &RUN,
        &MEASURE,
        &USE,
        &ON_FAILURE,
        &CLEANUP,
        &CALL,
        &REPORTS,
        &ARTIFACTS,
        &OUTPUTS,
        &PERMISSION,
        &pipeline::CONCURRENCY,
        &general::RAW,
        &general::ALLOW,
    ],
    example: "pipeline ci {\n  on push { branches = [\"main\"] }\n  stage test {\n    timeout = 10m\n    run \"make test\"\n  }\n}",
    ..EMPTY
};
