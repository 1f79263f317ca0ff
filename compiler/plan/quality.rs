//! Metrics, gates, baselines and the programs' own tests.

use super::value::Value;
use super::{Expr, ExprKind, Func, Origin, Plan, Ref, Text, Type};
use crate::source::Span;

/// A named, typed, directed quantity.
#[derive(Clone, Debug)]
pub struct Metric {
    /// Its name.
    pub id: String,
    /// What it measures.
    pub ty: Type,
    /// Which direction is good.
    pub better: Option<Better>,
    /// What tells its results apart (`key = ["model"]`).
    pub key: Vec<String>,
    /// The dimension whose values are its groups.
    pub by: Option<Dimension>,
    /// How many samples a measurement has.
    pub samples: Option<f64>,
    /// How often each item is repeated.
    pub repeats: Option<f64>,
    /// The field that names an item's cluster.
    pub cluster: Option<String>,
    /// Lowest and highest possible value, in the base unit.
    pub range: Option<(f64, f64)>,
    /// Where it comes from in a pipeline.
    pub report: Option<Expr>,
    /// Where it comes from at run time.
    pub live: Option<Expr>,
    /// Where it was written.
    pub origin: Origin,
}

/// Which direction of a metric is good.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum Better {
    Higher,
    Lower,
}

/// A closed set of groups.
#[derive(Clone, Debug)]
pub struct Dimension {
    /// Its name.
    pub id: String,
    /// Its values.
    pub values: Vec<String>,
    /// Where it was written.
    pub origin: Origin,
}

/// A quality gate.
#[derive(Clone, Debug)]
pub struct Gate {
    /// Its name in the source.
    pub id: String,
    /// Its name for people.
    pub title: String,
    /// What its comparisons refer to (a baseline, or `stable`).
    pub against: Option<String>,
    /// Points it must reach; 100 if it says none and has no scoring.
    pub pass: f64,
    /// Whether `pass` was written.
    pub pass_given: Option<Span>,
    /// What must hold, in source order.
    pub criteria: Vec<Criterion>,
    /// How points are earned.
    pub scoring: Scoring,
    /// What to do when it fails.
    pub advice: Vec<Advice>,
    /// Who may let a failed verdict through.
    pub overrides: Vec<Override>,
    /// Where it was written.
    pub origin: Origin,
}

impl Plan {
    /// A gate and every gate that it is made of.
    pub fn parts_of(&self, gate: &str) -> Vec<&Gate> {
        let (mut found, mut open): (Vec<&Gate>, Vec<&str>) = (Vec::new(), vec![gate]);
        while let Some(id) = open.pop() {
            let Some(gate) = self.gate(id).filter(|_| !found.iter().any(|g| g.id == id)) else {
                continue;
            };
            open.extend(gate.criteria.iter().filter_map(|c| match &c.condition {
                Condition::Gate(id) => Some(id.as_str()),
                _ => None,
            }));
            if let Scoring::Weights(weights) = &gate.scoring {
                open.extend(weights.iter().filter_map(|w| match &w.part {
                    WeightPart::Gate(id) => Some(id.as_str()),
                    _ => None,
                }));
            }
            found.push(gate);
        }
        found
    }

    /// The baselines that a gate, or a part of it, compares with.
    pub fn baselines_compared(&self, gate: &str) -> Vec<&Baseline> {
        let parts = self.parts_of(gate);
        let compares = |b: &&Baseline| {
            let mut against = parts.iter().map(|g| g.against.as_deref());
            against.any(|against| against == Some(b.id.as_str()))
        };
        self.baselines.iter().filter(compares).collect()
    }

    /// The metrics that gates compare with a baseline.
    pub fn metrics_compared(&self, baseline: &str) -> Vec<&Metric> {
        let mut found: Vec<&str> = Vec::new();
        let mut note = |e: &'_ Expr| {
            e.walk(&mut |inner| {
                if let ExprKind::Call(Func::Rise | Func::Drop | Func::Change, args) = &inner.kind
                    && let Some(ExprKind::Ref(Ref::Metric(id, _))) = args.first().map(|a| &a.kind)
                    && let Some(metric) = self.metric(id)
                {
                    found.push(&metric.id);
                }
            });
        };
        let against = |g: &&Gate| g.against.as_deref() == Some(baseline);
        for gate in self.gates.iter().filter(against) {
            for criterion in &gate.criteria {
                if let Condition::Holds(e) = &criterion.condition {
                    note(e);
                }
            }
            gate.advice
                .iter()
                .filter_map(|a| a.when.as_ref())
                .for_each(&mut note);
            match &gate.scoring {
                Scoring::Expression(e) => note(e),
                Scoring::Weights(weights) => {
                    for weight in weights {
                        if let WeightPart::Value(e) = &weight.part {
                            note(e);
                        }
                    }
                }
                Scoring::AllOrNothing | Scoring::Statements => {}
            }
        }
        let compared = |m: &&Metric| found.contains(&m.id.as_str());
        self.metrics.iter().filter(compared).collect()
    }

    /// The baselines that a run enters by a gate: those whose `accept_on` is the gate or a part of
    /// it, and of those that name none, those that it compares with.
    pub fn baselines_entered(&self, gate: &str) -> Vec<&Baseline> {
        let parts = self.parts_of(gate);
        let compared = self.baselines_compared(gate);
        let fits = |b: &&Baseline| match &b.accept_on {
            Some(gate) => parts.iter().any(|g| g.id == *gate),
            None => compared.iter().any(|c| c.id == b.id),
        };
        self.baselines.iter().filter(fits).collect()
    }
}

/// How a gate's points are earned.
#[derive(Clone, Debug)]
pub enum Scoring {
    /// 100 if every `require` holds, else 0.
    AllOrNothing,
    /// `score = expression`, in points.
    Expression(Expr),
    /// `weights { … }`: shares of 100 points, earned in proportion.
    Weights(Vec<Weight>),
    /// `score x >= y { weight = 20% }` statements (criteria with [`Strength::Score`]).
    Statements,
}

/// One line of `weights { }`.
#[derive(Clone, Debug)]
pub struct Weight {
    /// What earns it: a metric (ratio or points) or a gate.
    pub part: WeightPart,
    /// Its share, 0 to 1.
    pub weight: f64,
    /// Least value of the part, in its own base unit.
    pub at_least: Option<f64>,
    /// Where it was written.
    pub span: Span,
}

/// What earns a weight.
#[derive(Clone, Debug, PartialEq)]
pub enum WeightPart {
    /// A metric.
    Metric(String),
    /// A gate.
    Gate(String),
    /// Any other expression over measurements.
    Value(Expr),
}

/// One `require` or `score`.
#[derive(Clone, Debug)]
pub struct Criterion {
    /// Its name in reports, tests and overrides: the left side normalised, or `id = "…"`.
    pub id: String,
    /// What must hold.
    pub condition: Condition,
    /// What it decides.
    pub strength: Strength,
    /// Where it counts; empty: everywhere.
    pub places: Vec<Place>,
    /// The confidence its bound must have, 0 to 1.
    pub confidence: Option<f64>,
    /// Least number of samples.
    pub samples: Option<f64>,
    /// What an undecided result becomes; `None`: undecided.
    pub if_missing: Option<Verdict>,
    /// What a skipped result becomes; `None`: skipped.
    pub if_skipped: Option<Verdict>,
    /// Where it was written.
    pub origin: Origin,
}

/// What a criterion asks.
#[derive(Clone, Debug, PartialEq)]
pub enum Condition {
    /// A comparison over measurements.
    Holds(Expr),
    /// Another gate passes.
    Gate(String),
    /// A node of the pipeline ended well.
    Outcome(String),
    /// Every part with a weight passes itself.
    EveryPart,
}

/// What a criterion decides.
#[derive(Clone, Debug, PartialEq)]
pub enum Strength {
    /// It must hold; between `warn` and the limit it warns.
    Require {
        /// The nearer limit, in the base unit.
        warn: Option<f64>,
    },
    /// It earns its share of 100 points.
    Score {
        /// Share, 0 to 1.
        weight: f64,
    },
}

/// Where a criterion counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Place {
    /// In a pipeline, on reports.
    Ci,
    /// In a rollout, on live series.
    Canary,
    /// In an alert, on live series.
    Alert,
    /// After a deploy, on probes and live series.
    Verify,
}

/// How a criterion or gate ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[allow(missing_docs)]
pub enum Verdict {
    Pass,
    Warn,
    Fail,
    Undecided,
    Skipped,
    /// It failed, and someone who may answers for it.
    Overridden,
}

impl Verdict {
    /// The symbol of the language.
    pub fn name(self) -> &'static str {
        match self {
            Verdict::Pass => "pass",
            Verdict::Warn => "warn",
            Verdict::Fail => "fail",
            Verdict::Undecided => "undecided",
            Verdict::Skipped => "skipped",
            Verdict::Overridden => "overridden",
        }
    }
    /// The verdict of a symbol.
    pub fn from_name(name: &str) -> Option<Self> {
        use Verdict::*;
        [Pass, Warn, Fail, Undecided, Skipped, Overridden]
            .into_iter()
            .find(|v| v.name() == name)
    }
}

/// `advise "…" { when … }`
#[derive(Clone, Debug)]
pub struct Advice {
    /// What to do.
    pub text: Text,
    /// Only then.
    pub when: Option<Expr>,
    /// Where it was written.
    pub origin: Origin,
}

/// `override { … }`
#[derive(Clone, Debug)]
pub struct Override {
    /// When it is asked for.
    pub when: Option<Expr>,
    /// Why, said at run time.
    pub reason: Option<Expr>,
    /// Who may.
    pub by: Approvers,
    /// Seconds it holds.
    pub expires: Option<f64>,
    /// Where it was written.
    pub origin: Origin,
}

/// Who may let a failure through.
#[derive(Clone, Debug, PartialEq)]
pub enum Approvers {
    /// `approvers("security")`: whoever approved in the name of one of these groups.
    Group(Vec<String>),
    /// `["alice", "bob"]`: one of these people started the run.
    People(Vec<String>),
}

/// `limit NAME: type { by = …, cases { … } }`: a threshold that depends on something.
#[derive(Clone, Debug)]
pub struct Limit {
    /// Its name.
    pub id: String,
    /// What it measures.
    pub ty: Type,
    /// What it depends on.
    pub by: LimitBy,
    /// The threshold of each case, in the base unit.
    pub cases: Vec<(String, f64)>,
    /// The threshold of whatever is no case (`others = …`).
    pub others: Option<f64>,
    /// Where it was written.
    pub origin: Origin,
}

impl Limit {
    /// The threshold of a case.
    pub fn case(&self, name: &str) -> Option<f64> {
        let found = self.cases.iter().find(|(case, _)| case == name);
        found.map(|(_, limit)| *limit).or(self.others)
    }
}

/// What a limit depends on.
#[derive(Clone, Debug, PartialEq)]
pub enum LimitBy {
    /// The environment that is deployed to.
    Environment,
    /// The branch of the run; on a pull request, the one it goes to.
    Branch,
    /// The group, by the name of the dimension.
    Group(String),
}

/// Where a baseline's records are kept.
#[derive(Clone, Debug, PartialEq)]
pub enum Store {
    /// A folder of the project, one file for each record.
    Folder(String),
    /// A file of the project, one line for each record.
    File(String),
    /// An object store, one object for each record.
    Objects(Objects),
    /// Nowhere: a Prometheus says what the reference is.
    Prometheus(Prometheus),
}

/// `object_store("s3://bucket/prefix", …)`. What it doesn't say, the environment of the AWS tools
/// does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Objects {
    /// The bucket's address, `s3://bucket/prefix`, without a slash at its end.
    pub url: String,
    /// `eu-central-1`
    pub region: Option<String>,
    /// Where the API answers, if not at AWS.
    pub endpoint: Option<String>,
    /// How a pipeline gets in; none: as anyone may.
    pub login: Option<Login>,
}

/// How a pipeline gets into an object store.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Login {
    /// The ARN of a role that it takes on, without a secret.
    Role(String),
    /// An access key: the secrets with its id and with itself.
    Key(String, String),
}

/// `prometheus(production)` or `prometheus("https://…")`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Prometheus {
    /// Where it answers, without a slash at its end.
    pub url: String,
    /// The environment whose series are asked for by a metric's `live`.
    pub environment: Option<String>,
    /// The secret that a pipeline shows it.
    pub token: Option<String>,
    /// The query of a metric, before its `live`.
    pub queries: Vec<(String, String)>,
    /// Whether the program says what a first run is: then no answer is one.
    pub first_run: bool,
}

/// Where earlier results live.
#[derive(Clone, Debug)]
pub struct Baseline {
    /// Its name.
    pub id: String,
    /// The branch whose runs are kept.
    pub branch: Option<String>,
    /// What tells results apart.
    pub key: Vec<String>,
    /// `last`, `median`, `best`.
    pub reference: String,
    /// How many are kept.
    pub keep: Option<f64>,
    /// The gate that a run must pass to enter.
    pub accept_on: Option<String>,
    /// `establish` or `fail`.
    pub first_run: String,
    /// Oldest age of a result that counts, in seconds.
    pub max_age: Option<f64>,
    /// The least reference that a rise or drop is a share of, by metric, in its base unit.
    pub floor: Vec<(String, f64)>,
    /// Most that a compared metric may worsen since the anchor, as a share of it.
    pub budget: Option<f64>,
    /// Where records are kept; none: the caller says.
    pub store: Option<Store>,
    /// Where it was written.
    pub origin: Origin,
}

/// A `test` block.
#[derive(Clone, Debug)]
pub struct Test {
    /// Its name.
    pub title: String,
    /// Measurements of a pipeline by metric (or criterion) id.
    pub given: Vec<(String, Value, Span)>,
    /// Measurements at run time by metric id.
    pub live: Vec<(String, Value, Span)>,
    /// Reference values by metric id.
    pub baseline: Vec<(String, Value, Span)>,
    /// Whether everything not given is perfect; else it is missing.
    pub others_perfect: bool,
    /// What must come out.
    pub expects: Vec<Expect>,
    /// Where it was written.
    pub origin: Origin,
}

/// `expect gate == fail { on = [x] }`
#[derive(Clone, Debug)]
pub struct Expect {
    /// What is judged.
    pub subject: Subject,
    /// What comes out: a verdict, `rolls_back`, `promotes`, `fires`, `silent`.
    pub outcome: String,
    /// The criteria that decide.
    pub on: Vec<String>,
    /// The score, in points.
    pub score: Option<f64>,
    /// The rollout's step, 0 to 1.
    pub at: Option<f64>,
    /// Where it was written.
    pub origin: Origin,
}

/// What a test judges.
#[derive(Clone, Debug, PartialEq)]
#[allow(missing_docs)]
pub enum Subject {
    Gate(String),
    Rollout(String),
    Alert(String),
}
