//! Pipelines: triggers, nodes and their order.

use super::{Expr, Origin, Text, Value};
use crate::source::Span;

/// A pipeline: what starts it and what it does.
#[derive(Clone, Debug, Default)]
pub struct Pipeline {
    /// Its name in the source.
    pub id: String,
    /// Its name for people.
    pub title: String,
    /// Where it was written.
    pub origin: Origin,
    /// What starts it, one entry per event.
    pub triggers: Vec<Trigger>,
    /// Inputs of a dispatch or a call.
    pub inputs: Vec<Input>,
    /// Secrets a caller hands over (`on call { secret X }`).
    pub call_secrets: Vec<Secret>,
    /// Values a caller reads (`on call { outputs { … } }`).
    pub call_outputs: Vec<(String, Expr)>,
    /// The title of a run.
    pub run_name: Option<Text>,
    /// Environment of every step.
    pub env: Vec<(String, Expr)>,
    /// Shell of every step that names none.
    pub shell: Option<String>,
    /// Folder of every step that names none.
    pub dir: Option<String>,
    /// What may run at once.
    pub concurrency: Option<Concurrency>,
    /// Path filters by name (`changed { py = ["src/**"] }`).
    pub changed: Vec<(String, Vec<String>)>,
    /// Stages, judgements and deploys, needs before what needs them.
    pub nodes: Vec<Node>,
    /// The target's own language, merged as it is.
    pub raw: Vec<Raw>,
}

pub use super::Secret;

impl Pipeline {
    /// The node of an id.
    pub fn node(&self, id: &str) -> Option<&Node> {
        self.nodes.iter().find(|n| n.id == id)
    }
    /// Whether an event starts it.
    pub fn has_event(&self, event: Event) -> bool {
        self.triggers.iter().any(|t| t.event == event)
    }
}

/// What starts a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[allow(missing_docs)]
pub enum Event {
    Push,
    PullRequest,
    Release,
    Schedule,
    /// By hand.
    Dispatch,
    /// By another pipeline.
    Call,
    MergeGroup,
    /// By an API call (`on repository_dispatch`).
    Api,
}

impl Event {
    /// The symbol of the language.
    pub fn name(self) -> &'static str {
        match self {
            Event::Push => "push",
            Event::PullRequest => "pull_request",
            Event::Release => "release",
            Event::Schedule => "schedule",
            Event::Dispatch => "dispatch",
            Event::Call => "call",
            Event::MergeGroup => "merge_group",
            Event::Api => "repository_dispatch",
        }
    }
    /// All of them.
    pub const ALL: [Event; 8] = [
        Event::Push,
        Event::PullRequest,
        Event::Release,
        Event::Schedule,
        Event::Dispatch,
        Event::Call,
        Event::MergeGroup,
        Event::Api,
    ];
}

/// An event with its filters.
#[derive(Clone, Debug)]
pub struct Trigger {
    /// The event.
    pub event: Event,
    /// Branch patterns (of a pull request: its target); `!` excludes.
    pub branches: Vec<String>,
    /// Tag patterns.
    pub tags: Vec<String>,
    /// Path patterns; `!` excludes.
    pub paths: Vec<String>,
    /// Activity types (`published`, `opened`).
    pub types: Vec<String>,
    /// Cron lines in UTC or in `timezone`, five fields.
    pub cron: Vec<String>,
    /// IANA name.
    pub timezone: Option<String>,
    /// Where it was written.
    pub origin: Origin,
}

/// An input of a dispatch or a call.
#[derive(Clone, Debug)]
pub struct Input {
    /// Name.
    pub id: String,
    /// What may be entered.
    pub kind: InputKind,
    /// For people.
    pub description: Option<String>,
    /// The value without entry; required if none.
    pub default: Option<Value>,
    /// Least number allowed, in the base unit.
    pub at_least: Option<f64>,
    /// Greatest number allowed, in the base unit.
    pub at_most: Option<f64>,
    /// Whether a dispatch has it.
    pub dispatch: bool,
    /// Whether a call has it.
    pub call: bool,
    /// Where it was written.
    pub origin: Origin,
}

/// The type of an input.
#[derive(Clone, Debug, PartialEq)]
pub enum InputKind {
    /// Free text.
    Text,
    /// A number in the unit of the quantity.
    Number(super::Quantity),
    /// Yes or no.
    Bool,
    /// One of these.
    Choice(Vec<String>),
    /// One of the program's environments.
    Environment(Vec<String>),
}

/// What may run at once.
#[derive(Clone, Debug)]
pub struct Concurrency {
    /// Runs with equal parts wait for each other.
    pub group: Vec<Expr>,
    /// Whether a newer run ends an older one; `None`: never.
    pub cancel: Option<Expr>,
    /// Where it was written.
    pub origin: Origin,
}

/// One node of a pipeline's graph.
#[derive(Clone, Debug)]
pub struct Node {
    /// Its name in the source; unique in the pipeline; a judgement has its gate's name.
    pub id: String,
    /// Its name for people.
    pub title: String,
    /// Where it was written (of a judgement nobody wrote: the use that asked for it).
    pub origin: Origin,
    /// What must end before it begins.
    pub needs: Vec<Need>,
    /// Its own condition; `None`: always.
    pub when: Option<Expr>,
    /// Seconds until it is ended.
    pub timeout: f64,
    /// What it does.
    pub kind: NodeKind,
}

impl Node {
    /// The stage inside, if it is one.
    pub fn as_stage(&self) -> Option<&Stage> {
        match &self.kind {
            NodeKind::Stage(s) => Some(s),
            _ => None,
        }
    }
    /// The judgement inside, if it is one.
    pub fn as_judge(&self) -> Option<&Judge> {
        match &self.kind {
            NodeKind::Judge(j) => Some(j),
            _ => None,
        }
    }
    /// The deploy inside, if it is one.
    pub fn as_deploy(&self) -> Option<&Deploy> {
        match &self.kind {
            NodeKind::Deploy(d) => Some(d),
            _ => None,
        }
    }
}

/// What a node does.
#[derive(Clone, Debug)]
#[allow(clippy::large_enum_variant)]
pub enum NodeKind {
    /// Steps on a runner.
    Stage(Stage),
    /// A gate is judged.
    Judge(Judge),
    /// A service is put in an environment.
    Deploy(Deploy),
}

/// An edge: this node waits for another.
#[derive(Clone, Debug, PartialEq)]
pub struct Need {
    /// The other node's id.
    pub node: String,
    /// Why.
    pub reason: NeedReason,
    /// Where it was asked for.
    pub span: Span,
}

/// Why a node waits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum NeedReason {
    /// `needs x`: x must have ended well (a gate: passed).
    Order,
    /// Uses an output or artifact: x must have ended well.
    Data,
    /// A judgement reads its report or outcome: x must have ended, well or not.
    Evidence,
}

/// A machine to run on.
#[derive(Clone, Debug, PartialEq)]
pub enum Runner {
    /// A hosted image by its neutral name (`ubuntu`, `windows`, `macos`, `ubuntu_arm`).
    Hosted(String),
    /// At least this much (`machine(cores = 4, memory = 8GiB, disk = 20GiB)`).
    Machine {
        /// Cores.
        cores: f64,
        /// Bytes.
        memory: Option<f64>,
        /// Bytes.
        disk: Option<f64>,
    },
    /// Own machines with these labels (`self_hosted("linux", "gpu")`).
    Labels(Vec<String>),
    /// A group of own machines, and labels in it.
    Group(String, Vec<String>),
    /// From a matrix key (`runner = matrix.os`).
    FromMatrix(String),
}

/// Steps on a runner.
#[derive(Clone, Debug, Default)]
pub struct Stage {
    /// Where it runs; the pipeline's runner if it says none, else `ubuntu`.
    pub runner: Option<Runner>,
    /// The container its steps run in.
    pub container: Option<Container>,
    /// Containers beside it.
    pub services: Vec<Container>,
    /// The cells.
    pub matrix: Option<Matrix>,
    /// Environment of its steps.
    pub env: Vec<(String, Expr)>,
    /// What it does, in order; a checkout comes first unless `checkout = false`.
    pub steps: Vec<Step>,
    /// What it measures.
    pub reports: Vec<Report>,
    /// What it hands to others or keeps.
    pub artifacts: Vec<Artifact>,
    /// Values others read.
    pub outputs: Vec<(String, Expr, Span)>,
    /// Rights of its token, with the reason for each; union of what its steps need.
    pub permissions: Vec<Permission>,
    /// The environment whose secrets and rules it uses.
    pub environment: Option<String>,
    /// What may run at once.
    pub concurrency: Option<Concurrency>,
    /// How often a failed stage's steps are tried again (0: never).
    pub retries: u32,
    /// Whether its failure is not the pipeline's.
    pub may_fail: bool,
    /// Whether it begins with the sources.
    pub checkout: bool,
    /// A whole pipeline of another repository, called instead of steps.
    pub calls: Option<RemoteCall>,
    /// The target's own language, merged as it is.
    pub raw: Vec<Raw>,
}

/// `call "owner/repo/path@ref" { … }`: a pipeline of another repository.
#[derive(Clone, Debug)]
pub struct RemoteCall {
    /// `owner/repo/.github/…/file.yml`
    pub path: String,
    /// Commit, tag or branch.
    pub version: String,
    /// Its inputs.
    pub inputs: Vec<(String, Expr)>,
    /// Its secrets, by name.
    pub secrets: Vec<(String, Expr)>,
}

/// A container beside or around the steps.
#[derive(Clone, Debug)]
pub struct Container {
    /// Name: its host name for a container beside; empty for the one around the steps.
    pub id: String,
    /// Image reference.
    pub image: String,
    /// Environment.
    pub env: Vec<(String, Expr)>,
    /// `host:inside` or `inside` ports.
    pub ports: Vec<String>,
    /// Mounts.
    pub volumes: Vec<String>,
    /// Command that says it is healthy.
    pub health: Option<String>,
    /// Registry user and password.
    pub credentials: Option<(Expr, Expr)>,
    /// Where it was written.
    pub origin: Origin,
}

/// The cells of a stage.
#[derive(Clone, Debug, Default)]
pub struct Matrix {
    /// Keys with their values, in source order.
    pub keys: Vec<MatrixKey>,
    /// Cells left out: pairs of key and value, with a condition.
    pub exclude: Vec<MatrixRule>,
    /// Cells added.
    pub include: Vec<MatrixRule>,
    /// How many run at once.
    pub max_parallel: Option<u32>,
    /// Whether a failed cell ends its siblings; never for a stage with reports.
    pub fail_fast: bool,
}

/// One key of a matrix.
#[derive(Clone, Debug)]
pub struct MatrixKey {
    /// Name.
    pub name: String,
    /// Its values.
    pub values: MatrixValues,
    /// Where it was written.
    pub span: Span,
}

/// Values of a matrix key.
#[derive(Clone, Debug)]
pub enum MatrixValues {
    /// Known now.
    Known(Vec<Value>),
    /// A list that another node gives.
    From(Expr),
}

/// `exclude { os = windows, when event == pull_request }`
#[derive(Clone, Debug)]
pub struct MatrixRule {
    /// Keys and values.
    pub pairs: Vec<(String, Value)>,
    /// Only then.
    pub when: Option<Expr>,
    /// Where it was written.
    pub span: Span,
}

/// One step.
#[derive(Clone, Debug)]
pub struct Step {
    /// Its name in the source, if it has one.
    pub id: Option<String>,
    /// Its name for people.
    pub title: String,
    /// What it does.
    pub kind: StepKind,
    /// Only then.
    pub when: Option<Expr>,
    /// After which outcomes of the steps before it.
    pub after: After,
    /// Its environment.
    pub env: Vec<(String, Expr)>,
    /// Folder it runs in.
    pub dir: Option<String>,
    /// `bash`, `sh`, `pwsh`, `python`.
    pub shell: Option<String>,
    /// Seconds until it is ended.
    pub timeout: Option<f64>,
    /// How often it is tried again, if not as often as its stage says.
    pub retries: Option<u32>,
    /// Whether its failure is ignored.
    pub may_fail: bool,
    /// Whether a gate judges its report instead of its exit code.
    pub measure: bool,
    /// Outputs it declares, with their types.
    pub outputs: Vec<(String, OutputType)>,
    /// The template it came from (`python.setup`), if any.
    pub template: Option<String>,
    /// Where it was written (a template's step: the `use`).
    pub origin: Origin,
    /// The target's own language, merged as it is.
    pub raw: Vec<Raw>,
}

/// The type of a step's output.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OutputType {
    /// One line of text.
    Text,
    /// A JSON list of texts.
    TextList,
    /// A number.
    Number,
    /// `true` or `false`.
    Bool,
}

/// When a step runs, by the outcome so far.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum After {
    /// All before it went well.
    Success,
    /// One before it failed (`on_failure`).
    Failure,
    /// Whatever happened (`cleanup`).
    Always,
}

/// What a step does.
#[derive(Clone, Debug)]
pub enum StepKind {
    /// A script.
    Run(Text),
    /// A third-party action.
    Action(ActionUse),
    /// Fetches another stage's artifact.
    Take {
        /// The stage.
        node: String,
        /// Its artifact.
        artifact: String,
        /// Folder.
        to: String,
    },
}

/// A third-party action with its inputs.
#[derive(Clone, Debug)]
pub struct ActionUse {
    /// `owner/repo` or `owner/repo/path`.
    pub name: String,
    /// The version asked for (`v6`), or a commit.
    pub version: String,
    /// Inputs by their own names.
    pub inputs: Vec<(String, Expr)>,
}

/// A file a stage measures.
#[derive(Clone, Debug)]
pub struct Report {
    /// Its name in the stage.
    pub id: String,
    /// Format (`junit`, `cobertura`, `json` …).
    pub format: String,
    /// Path in the stage's folder.
    pub path: String,
    /// How matrix cells become one value.
    pub across: Option<Across>,
    /// What tells results apart (`key = [inputs.target]`).
    pub key: Vec<Expr>,
    /// The tool that wrote it, when a template declared it.
    pub tool: Option<String>,
    /// Where it was written.
    pub origin: Origin,
}

/// How the cells of a matrix become one value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Across {
    /// Counts are added.
    Sum,
    /// The worst cell decides.
    Worst,
}

/// Files a stage hands over.
#[derive(Clone, Debug)]
pub struct Artifact {
    /// Its name in the stage.
    pub id: String,
    /// Paths, patterns allowed.
    pub paths: Vec<String>,
    /// Days kept.
    pub retention_days: Option<u32>,
    /// Where it was written.
    pub origin: Origin,
}

/// A right of a node's token.
#[derive(Clone, Debug, PartialEq)]
pub struct Permission {
    /// `contents`, `packages` …
    pub scope: String,
    /// `true`: write; `false`: read.
    pub write: bool,
    /// Why.
    pub reason: String,
}

/// A gate is judged at this node.
#[derive(Clone, Debug)]
pub struct Judge {
    /// The gate.
    pub gate: String,
    /// Every report it reads, of which stage.
    pub evidence: Vec<Evidence>,
    /// Nodes whose outcome it reads (`require stage.lint`).
    pub outcomes: Vec<String>,
    /// Where its report goes.
    pub comment: Comment,
    /// Whether an HTML report is kept.
    pub html: bool,
    /// Whether the program wrote `check`; else something needs it.
    pub explicit: bool,
}

/// A report that a judgement reads.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Evidence {
    /// The stage's id.
    pub node: String,
    /// The report's name there.
    pub report: String,
}

/// Whether a judgement comments.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum Comment {
    Never,
    PullRequest,
}

/// A service is put in an environment.
#[derive(Clone, Debug)]
pub struct Deploy {
    /// Services, in order.
    pub services: Vec<String>,
    /// The digest (`sha256:…`) that the pipeline built.
    pub image: Expr,
    /// Where.
    pub environment: String,
    /// How.
    pub rollout: String,
    /// The gate judged on the deployed service.
    pub verify: Option<(String, Span)>,
    /// Who hears of it.
    pub announce: Vec<(String, Span)>,
}

/// The target's own language.
#[derive(Clone, Debug, PartialEq)]
pub struct Raw {
    /// Which target it is for (`github`).
    pub target: String,
    /// YAML text, parsed by the checker.
    pub yaml: String,
    /// Where it was written.
    pub span: Span,
}
