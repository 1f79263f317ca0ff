//! What a graph means, from the language's own words ("Verdicts", "Order", "Conditions"): who
//! runs, what the gate says, and whether the run as a whole went well. Knows no workflow.

use super::graphs::{Graph, When};
use super::run::Ending;

/// What started a run.
#[derive(Clone, Copy, Debug)]
pub struct World {
    pub pull_request: bool,
    /// Of a push to a branch.
    pub branch: Option<&'static str>,
    pub from_fork: bool,
    /// Whether the watched files changed; none: the job that looks breaks.
    pub changed: Option<bool>,
}

impl World {
    fn fulfils(&self, when: When) -> bool {
        match when {
            When::Always => true,
            When::Main => self.branch == Some("main"),
            When::PullRequest => self.pull_request,
            When::NotFork => !self.from_fork,
            When::Changed => self.changed == Some(true),
        }
    }
}

/// What a report holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Data {
    Good,
    Bad,
    Missing,
}

/// How the gate's job goes, once it runs.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Judging {
    Sound,
    /// Nothing was judged.
    BreaksBefore,
    /// The verdict is out, and a later step fails.
    BreaksAfter,
}

/// The verdicts that these gates can come to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Verdict {
    Pass,
    Skipped,
    Undecided,
    Fail,
}

/// One way a run can go.
#[derive(Clone, Debug)]
pub struct Case {
    pub world: World,
    /// How each stage ends, if it runs.
    pub endings: Vec<Ending>,
    /// What each stage's report holds, if it runs.
    pub data: Vec<Data>,
    pub judging: Judging,
    /// Which stages, and whether the gate, had not begun when the run was cancelled.
    pub late: Vec<bool>,
    pub gate_late: bool,
    /// Whether the job that looks for changes had not begun, either.
    pub changes_late: bool,
}

impl Case {
    /// All goes well.
    pub fn ideal(world: World, stages: usize) -> Self {
        Self {
            world,
            endings: vec![Ending::Success; stages],
            data: vec![Data::Good; stages],
            judging: Judging::Sound,
            late: vec![false; stages],
            gate_late: false,
            changes_late: false,
        }
    }
}

/// What a case must come to.
#[derive(Clone, Debug, PartialEq)]
pub struct Meant {
    /// The stages that run.
    pub runs: Vec<bool>,
    /// What the gate says, if it runs.
    pub verdict: Option<Verdict>,
    /// The stages, and `None` for the gate, that were due and did not end well.
    pub lost: Vec<Option<usize>>,
    /// Whether it was found out what changed, if a condition asks.
    pub looked: bool,
}

impl Meant {
    /// Whether the run as a whole went well.
    pub fn green(&self) -> bool {
        self.lost.is_empty() && self.looked
    }
}

/// Follows a case through a graph.
pub fn meaning(graph: &Graph, case: &Case) -> Meant {
    let mut seen = Seen {
        graph,
        case,
        runs: Vec::new(),
    };
    let mut lost = Vec::new();
    for at in 0..graph.stages.len() {
        let due = seen.due(at);
        seen.runs.push(due && !case.late[at]);
        lost.extend((due && !seen.ended_well(at)).then_some(Some(at)));
    }
    let judged = graph.gate.is_some() && !case.gate_late;
    let verdict = judged.then(|| seen.verdict());
    // A gate is always due; a verdict that nothing was there to judge is no failure.
    let fine = matches!(verdict, Some(Verdict::Pass | Verdict::Skipped));
    let gate_well = graph.gate.is_none() || (fine && case.judging == Judging::Sound);
    lost.extend((!gate_well).then_some(None));
    Meant {
        runs: seen.runs,
        verdict,
        lost,
        looked: !graph.reads_changes() || (case.world.changed.is_some() && !case.changes_late),
    }
}

/// The stages that should run in a world, if nothing goes wrong.
pub fn intended(graph: &Graph, world: World) -> Vec<bool> {
    meaning(graph, &Case::ideal(world, graph.stages.len())).runs
}

/// A part of what a job is asked before it runs.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Clause {
    /// That the run is not cancelled, which also keeps GitHub from asking `success()`.
    Status,
    When,
    Need(usize),
    /// That the gate's job ended well.
    GateResult,
    /// That the gate's verdict lets through.
    GateVerdict,
}

impl Clause {
    /// What a job lacks without it.
    pub fn name(self) -> &'static str {
        match self {
            Clause::Status => "no status",
            Clause::When => "no when",
            Clause::Need(_) => "no need",
            Clause::GateResult => "no gate's result",
            Clause::GateVerdict => "no gate's verdict",
        }
    }
}

/// Whether a stage, or without one the gate, would run if nobody asked a clause.
pub fn runs_without(graph: &Graph, case: &Case, node: Option<usize>, clause: Clause) -> bool {
    let meant = meaning(graph, case);
    let seen = Seen {
        graph,
        case,
        runs: meant.runs.clone(),
    };
    match (node, clause) {
        (Some(at), Clause::Status) => meant.runs[at] && seen.all_before_succeeded(at),
        (Some(at), _) => seen.due_without(at, clause) && !case.late[at],
        (None, _) => meant.verdict.is_some() && seen.evidence_succeeded(),
    }
}

struct Seen<'a> {
    graph: &'a Graph,
    case: &'a Case,
    /// Of the stages so far.
    runs: Vec<bool>,
}

impl Seen<'_> {
    /// Its condition holds, and all that it needs ended well.
    fn due(&self, at: usize) -> bool {
        let stage = &self.graph.stages[at];
        self.case.world.fulfils(stage.when)
            && stage.needs.iter().all(|need| self.ended_well(*need))
            && (!stage.gated || self.gate_opens())
    }

    /// The same, with one of its parts left out.
    fn due_without(&self, at: usize, clause: Clause) -> bool {
        let stage = &self.graph.stages[at];
        let needs = stage
            .needs
            .iter()
            .filter(|need| clause != Clause::Need(**need));
        let judging = self.case.judging;
        let opens = !stage.gated
            || !self.case.gate_late
                && match clause {
                    Clause::GateResult => {
                        judging != Judging::BreaksBefore && self.verdict() == Verdict::Pass
                    }
                    Clause::GateVerdict => {
                        judging == Judging::Sound && self.verdict() <= Verdict::Skipped
                    }
                    _ => self.gate_opens(),
                };
        (clause == Clause::When || self.case.world.fulfils(stage.when))
            && needs.into_iter().all(|need| self.ended_well(*need))
            && opens
    }

    fn all_before_succeeded(&self, at: usize) -> bool {
        let stage = &self.graph.stages[at];
        let well = |need: &usize| self.ended_well(*need) && self.all_before_succeeded(*need);
        stage.needs.iter().all(well) && (!stage.gated || self.evidence_succeeded())
    }

    fn evidence_succeeded(&self) -> bool {
        let reads = self.graph.gate.iter().flat_map(|gate| &gate.reads);
        reads
            .map(|(stage, _)| *stage)
            .all(|stage| self.ended_well(stage) && self.all_before_succeeded(stage))
    }

    fn ended_well(&self, at: usize) -> bool {
        self.runs[at] && self.case.endings[at] == Ending::Success
    }

    fn gate_opens(&self) -> bool {
        !self.case.gate_late
            && self.case.judging == Judging::Sound
            && self.verdict() == Verdict::Pass
    }

    fn verdict(&self) -> Verdict {
        let reads = self.graph.gate.iter().flat_map(|gate| &gate.reads);
        let each = reads.map(|(stage, excused)| match self.criterion(*stage) {
            Verdict::Skipped if *excused => Verdict::Pass,
            verdict => verdict,
        });
        each.max().expect("a gate reads something")
    }

    fn criterion(&self, stage: usize) -> Verdict {
        if !self.runs[stage] {
            return match self.excused(stage) {
                true => Verdict::Skipped,
                false => Verdict::Undecided,
            };
        }
        match (self.case.endings[stage], self.case.data[stage]) {
            (Ending::Failure, _) => Verdict::Fail,
            (Ending::Success, Data::Good) => Verdict::Pass,
            (Ending::Success, Data::Bad) => Verdict::Fail,
            _ => Verdict::Undecided,
        }
    }

    /// Whether a stage did not run because its own condition, or that of one it needs, was
    /// false. Where something it needs went wrong, too, that is no excuse; nor is, by itself, a
    /// condition of which nobody knows whether it held.
    fn excused(&self, at: usize) -> bool {
        let stage = &self.graph.stages[at];
        let well = |need: &usize| self.ended_well(*need);
        let excused = |need: &usize| !self.runs[*need] && self.excused(*need);
        let unknown = stage.when == When::Changed && self.case.world.changed.is_none();
        let untrue = !unknown && !self.case.world.fulfils(stage.when);
        let conditions = untrue || stage.needs.iter().any(excused);
        conditions && stage.needs.iter().all(|need| well(need) || excused(need))
    }
}
