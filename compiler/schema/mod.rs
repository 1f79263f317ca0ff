//! The one table of what every keyword means.
//!
//! The grammar knows no keyword; this table does: arguments, attributes, nested statements,
//! types, defaults, documentation. The checker, `gatec explain`, `docs/reference.md` and editors
//! read it. A new keyword is one new entry in the file of its block and one line where it may
//! stand.

mod dashboards;
mod docs;
mod environment;
pub mod formats;
mod gate;
mod general;
mod pipeline;
mod policy;
mod rollout;
mod service;
pub mod sets;
mod stage;
mod tests;
mod watch;

pub use docs::{describe, page, reference};
pub use pipeline::RUNNERS as RUNNER_WORDS;
pub use sets::Set;

/// A keyword: a statement that may stand somewhere.
#[derive(Debug)]
pub struct Block {
    /// The keyword.
    pub keyword: &'static str,
    /// One sentence.
    pub about: &'static str,
    /// More, for the reference.
    pub more: &'static str,
    /// What stands between the keyword and `{`.
    pub args: &'static [Argument],
    /// Attributes.
    pub attributes: &'static [Attribute],
    /// Statements inside.
    pub blocks: &'static [&'static Block],
    /// The user's own keys.
    pub open: Option<Open>,
    /// Whether it may stand more than once in its parent.
    pub repeats: bool,
    /// A short program.
    pub example: &'static str,
}

/// What stands between a keyword and its block.
#[derive(Debug)]
pub struct Argument {
    /// Its name in the reference.
    pub name: &'static str,
    /// What it is.
    pub kind: ArgumentKind,
    /// Whether it must be there.
    pub required: bool,
}

/// What an argument is.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum ArgumentKind {
    /// A name that this statement declares.
    NewName,
    /// `name: type`.
    TypedName,
    /// A value.
    Value(Ty),
}

/// `name = value`.
#[derive(Debug)]
pub struct Attribute {
    /// Its name.
    pub name: &'static str,
    /// What its value is.
    pub ty: Ty,
    /// Whether it must be there.
    pub required: bool,
    /// What holds without it, in words or as a value; empty when nothing does.
    pub default: &'static str,
    /// One sentence.
    pub about: &'static str,
}

/// A block whose keys are the user's own.
#[derive(Debug)]
pub struct Open {
    /// What the keys are.
    pub keys: Keys,
    /// What the values are.
    pub ty: Ty,
}

/// What the keys of an open block are.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Keys {
    /// New names.
    New,
    /// Names of what the block is about (metrics, gates), possibly prefixed.
    References,
}

/// The type that a place expects.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Ty {
    /// `true` or `false`, known now.
    Bool,
    /// Text, verbatim.
    Str,
    /// Text in which `${{ }}` is a value.
    Message,
    /// A script in which `${{ }}` is a value.
    Script,
    /// A plain number.
    Number,
    /// A whole number.
    Count,
    /// A share: `85%`.
    Ratio,
    /// `90pt`.
    Points,
    /// `5m`.
    Duration,
    /// A duration that is mostly said in minutes: `20m`.
    Minutes,
    /// `512MiB`.
    Bytes,
    /// `0.5cores`.
    Cpu,
    /// A number with any unit.
    AnyQuantity,
    /// A member of a closed set.
    Symbol(&'static Set),
    /// Several of a type; one alone is a list of one.
    Many(&'static Ty),
    /// One value, or a range `low..high`.
    RangeOr(&'static Ty),
    /// One of these.
    Either(&'static [Ty]),
    /// A declaration of one of these kinds, by name.
    Reference(&'static [Kind]),
    /// A condition on facts of a run.
    Condition,
    /// A value that a run knows (or a constant): text, number or condition.
    RunValue,
    /// Whatever is known now: text, numbers, lists, records.
    Known,
    /// A comparison over measurements, or a gate.
    Criterion,
    /// A value over measurements.
    Measurement,
    /// A value of a report.
    FromReport,
    /// A value asked of series.
    Live,
    /// A condition over live measurements.
    LiveCondition,
    /// A constructor with its own arguments; the second field lists the words.
    Constructor(&'static str, &'static [&'static str]),
    /// A comparison of one probe's answer.
    Answer,
    /// `subject == outcome`
    Expectation,
}

/// Kinds of declarations; each is its own namespace.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[allow(missing_docs)]
pub enum Kind {
    Metric,
    Gate,
    Baseline,
    Dimension,
    Limit,
    Service,
    Series,
    Environment,
    Rollout,
    Pipeline,
    Stage,
    Deploy,
    Alert,
    Slo,
    Notify,
    Dashboard,
    Template,
    Secret,
    Variable,
    Unit,
    Policy,
    Constant,
    Input,
    Step,
}

impl Kind {
    /// As said to people.
    pub fn word(self) -> &'static str {
        match self {
            Kind::Metric => "metric",
            Kind::Gate => "gate",
            Kind::Baseline => "baseline",
            Kind::Dimension => "dimension",
            Kind::Limit => "limit",
            Kind::Service => "service",
            Kind::Series => "series",
            Kind::Environment => "environment",
            Kind::Rollout => "rollout",
            Kind::Pipeline => "pipeline",
            Kind::Stage => "stage",
            Kind::Deploy => "deploy",
            Kind::Alert => "alert",
            Kind::Slo => "slo",
            Kind::Notify => "notify",
            Kind::Dashboard => "dashboard",
            Kind::Template => "template",
            Kind::Secret => "secret",
            Kind::Variable => "variable",
            Kind::Unit => "unit",
            Kind::Policy => "policy",
            Kind::Constant => "constant",
            Kind::Input => "input",
            Kind::Step => "step",
        }
    }
}

/// What may stand at the top of a file.
pub static TOP: &[&Block] = &[
    &general::PROJECT,
    &general::IMPORT,
    &general::UNIT,
    &general::SECRET,
    &general::VARIABLE,
    &general::ALLOW,
    &general::TEMPLATE,
    &general::USE,
    &policy::POLICY,
    &gate::METRIC,
    &gate::DIMENSION,
    &gate::LIMIT,
    &gate::BASELINE,
    &gate::GATE,
    &pipeline::PIPELINE,
    &service::SERVICE,
    &environment::ENVIRONMENT,
    &rollout::ROLLOUT,
    &watch::ALERT,
    &watch::SLO,
    &watch::NOTIFY,
    &dashboards::DASHBOARD,
    &tests::TEST,
];

impl Block {
    /// The attribute of a name.
    pub fn attribute(&self, name: &str) -> Option<&'static Attribute> {
        self.attributes.iter().find(|a| a.name == name)
    }

    /// The nested statement of a keyword.
    pub fn block(&self, keyword: &str) -> Option<&'static Block> {
        self.blocks.iter().copied().find(|b| b.keyword == keyword)
    }
}

/// Every block, each once, outermost first; with the keywords it may stand in.
pub fn all() -> Vec<(&'static Block, Vec<&'static str>)> {
    let mut found: Vec<(&'static Block, Vec<&'static str>)> = Vec::new();
    let mut queue: Vec<(&'static Block, &'static str)> = TOP.iter().map(|b| (*b, "")).collect();
    let mut next = 0;
    while let Some((block, parent)) = queue.get(next).copied() {
        next += 1;
        match found.iter_mut().find(|(b, _)| std::ptr::eq(*b, block)) {
            Some((_, parents)) => {
                if !parents.contains(&parent) {
                    parents.push(parent);
                }
            }
            None => {
                found.push((block, vec![parent]));
                queue.extend(block.blocks.iter().map(|b| (*b, block.keyword)));
            }
        }
    }
    found
}

// Constructors that keep the tables short.

const EMPTY: Block = Block {
    keyword: "",
    about: "",
    more: "",
    args: &[],
    attributes: &[],
    blocks: &[],
    open: None,
    repeats: true,
    example: "",
};

const fn arg(name: &'static str, kind: ArgumentKind) -> Argument {
    Argument {
        name,
        kind,
        required: true,
    }
}

const fn optional_arg(name: &'static str, kind: ArgumentKind) -> Argument {
    Argument {
        name,
        kind,
        required: false,
    }
}

const fn attr(name: &'static str, ty: Ty, about: &'static str) -> Attribute {
    Attribute {
        name,
        ty,
        required: false,
        default: "",
        about,
    }
}

impl Attribute {
    const fn required(mut self) -> Self {
        self.required = true;
        self
    }
    const fn default(mut self, text: &'static str) -> Self {
        self.default = text;
        self
    }
}
