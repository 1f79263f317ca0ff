//! A workflow run in every case, held against what its graph means.

use super::evaluator::Evaluator;
use super::expression::Value;
use super::graphs::{Gate, Graph};
use super::meaning::{Case, Data, Judging, Meant, Verdict, World, intended, meaning};
use super::run::{At, Cancel, Done, Ended, Ending, run};
use super::scripts;
use super::workflow::{Job, Workflow};

/// The events that are tried.
fn worlds(graph: &Graph) -> Vec<World> {
    let changes: &[Option<bool>] = match graph.reads_changes() {
        true => &[Some(true), Some(false), None],
        false => &[Some(true)],
    };
    let events = [
        (Some("main"), false),
        (Some("other"), false),
        (None, false),
        (None, true),
    ];
    let world = |(branch, from_fork): (Option<&'static str>, bool)| {
        changes.iter().map(move |changed| World {
            pull_request: branch.is_none(),
            branch,
            from_fork,
            changed: *changed,
        })
    };
    events.into_iter().flat_map(world).collect()
}

/// A graph and the workflow that was made of it.
pub struct Subject<'a> {
    pub graph: &'a Graph,
    pub pipeline: String,
    pub workflow: Workflow,
}

/// What is tried of a graph.
#[derive(Clone, Copy, PartialEq)]
pub enum Breadth {
    /// Every ending of every stage, every cancellation.
    Full,
    /// Stages end well or badly; a cancelled run went well before.
    Narrow,
}

impl Subject<'_> {
    /// Runs every case; gives their number, or the first that differs.
    pub fn check(&self, breadth: Breadth, evaluator: &mut Evaluator) -> Result<usize, String> {
        let mut count = 0;
        for world in worlds(self.graph) {
            let github = github(world);
            for (case, cancel) in self.cases(world, breadth) {
                let meant = meaning(self.graph, &case);
                if !tells_apart(self.graph, &case, &meant) {
                    continue;
                }
                count += 1;
                let ended = self.run(&case, cancel, &github, evaluator);
                self.differs(&case, &meant, &ended).map_or(Ok(()), |why| {
                    Err(format!("{why}\n{case:?} {cancel:?}\n{:#?}", self.graph))
                })?;
            }
        }
        Ok(count)
    }

    /// The cases of all events that differ from each other, with what they mean.
    pub fn meant(&self, breadth: Breadth) -> Vec<(Case, Meant)> {
        let all = worlds(self.graph)
            .into_iter()
            .flat_map(|world| self.cases(world, breadth));
        let meant = all.map(|(case, _)| {
            let meant = meaning(self.graph, &case);
            (case, meant)
        });
        meant
            .filter(|(case, meant)| tells_apart(self.graph, case, meant))
            .collect()
    }

    fn cases(&self, world: World, breadth: Breadth) -> Vec<(Case, Option<Cancel>)> {
        let stages = self.graph.stages.len();
        let ideal = Case::ideal(world, stages);
        let ends: &[Ending] = match breadth {
            Breadth::Full => &[Ending::Success, Ending::Failure, Ending::Cancelled],
            Breadth::Narrow => &[Ending::Success, Ending::Failure],
        };
        let mut found = Vec::new();
        for endings in tuples(ends, stages) {
            let case = Case {
                endings,
                ..ideal.clone()
            };
            let judged = with_judging(self.graph, &case);
            found.extend(judged.into_iter().map(|case| (case, None)));
            let wrong = case.endings.iter().filter(|e| **e != Ending::Success);
            if wrong.count() <= usize::from(breadth == Breadth::Full) {
                found.extend(self.cancelled(&case));
            }
        }
        found
    }

    /// The case with its run cancelled after each of its jobs.
    fn cancelled(&self, case: &Case) -> Vec<(Case, Option<Cancel>)> {
        let last = self.workflow.place("all_checks");
        let late = |id: &str, after: usize| self.workflow.place(id) >= after;
        let changes = self.graph.reads_changes().then_some("changes");
        let mut found = Vec::new();
        for after in 0..=last {
            let stages = 1..=case.late.len();
            let case = Case {
                late: stages.map(|s| late(&format!("s{s}"), after)).collect(),
                gate_late: self
                    .graph
                    .gate
                    .as_ref()
                    .is_some_and(|g| late(&g.id(), after)),
                changes_late: changes.is_some_and(|id| late(id, after)),
                ..case.clone()
            };
            for ending in [Ending::Skipped, Ending::Cancelled] {
                found.push((case.clone(), Some(Cancel { after, ending })));
            }
        }
        found
    }

    fn run(
        &self,
        case: &Case,
        cancel: Option<Cancel>,
        github: &Value,
        evaluator: &mut Evaluator,
    ) -> Vec<Ended> {
        run(
            &self.workflow,
            github,
            cancel,
            &mut |job, at| match (stage(&job.id), &self.graph.gate) {
                (Some(stage), _) => done(case.endings[stage]),
                (None, _) if job.id == "changes" => look(case.world),
                (None, Some(gate)) if gate.id() == job.id => {
                    self.judge(case, gate, job, at, evaluator)
                }
                _ => done(last_job(job, at)),
            },
        )
    }

    fn judge(&self, case: &Case, gate: &Gate, job: &Job, at: &At, by: &mut Evaluator) -> Done {
        if case.judging == Judging::BreaksBefore {
            return done(Ending::Failure);
        }
        let step = job.steps.iter().find(|s| s.id.as_deref() == Some("judge"));
        let step = step.expect("a step that judges");
        let asked = step.env.iter().find(|(name, _)| name == "GATEC_RESULTS");
        let results = asked.expect("results").1.fill(at);
        // What did not run left nothing behind.
        let stages = case.data.iter().enumerate();
        let data: Vec<Data> = stages
            .map(
                |(stage, data)| match results.contains(&format!("s{}=skipped", stage + 1)) {
                    true => Data::Missing,
                    false => *data,
                },
            )
            .collect();
        let (exit, verdict) = by.judge(&self.pipeline, gate, case.world, &results, &data);
        let ending = scripts::judged(exit);
        let broken = case.judging == Judging::BreaksAfter;
        Done {
            ending: if broken { Ending::Failure } else { ending },
            outputs: vec![("judge".into(), "verdict".into(), verdict)],
        }
    }

    /// What the run came to that was not meant.
    fn differs(&self, case: &Case, meant: &Meant, ended: &[Ended]) -> Option<String> {
        let end = |id: &str| &ended[self.workflow.place(id)];
        for (at, runs) in meant.runs.iter().enumerate() {
            let ending = end(&format!("s{}", at + 1)).ending;
            let right = match (runs, case.late[at]) {
                (true, _) => ending == case.endings[at],
                (false, false) => ending == Ending::Skipped,
                (false, true) => matches!(ending, Ending::Skipped | Ending::Cancelled),
            };
            if !right {
                let should = if *runs { "run" } else { "not run" };
                return Some(format!(
                    "s{} should {should} and ended as {ending:?}",
                    at + 1
                ));
            }
        }
        if let Some(gate) = &self.graph.gate
            && let Some(why) = judged_wrongly(case, meant, end(&gate.id()))
        {
            return Some(why);
        }
        let green = end("all_checks").ending == Ending::Success;
        if green != meant.green() {
            return Some(format!(
                "the last job is green: {green}; meant: {}",
                meant.green()
            ));
        }
        self.passed_by_skipping(case.world, ended)
    }

    /// Green is exactly: all that was intended, and only that, succeeded.
    fn passed_by_skipping(&self, world: World, ended: &[Ended]) -> Option<String> {
        let well = |id: &str| ended[self.workflow.place(id)].ending == Ending::Success;
        let intended = intended(self.graph, world);
        let stages = intended.iter().enumerate();
        let mut agree = stages.map(|(at, due)| well(&format!("s{}", at + 1)) == *due);
        let all = agree.all(|a| a)
            && (!self.graph.reads_changes() || well("changes"))
            && self.graph.gate.iter().all(|gate| well(&gate.id()));
        (all != well("all_checks")).then(|| {
            format!(
                "intended {intended:?}, all of it succeeded: {all}; the last job says otherwise"
            )
        })
    }
}

fn judged_wrongly(case: &Case, meant: &Meant, ended: &Ended) -> Option<String> {
    let word = match (meant.verdict, case.judging) {
        (None, _) | (_, Judging::BreaksBefore) => "",
        (Some(Verdict::Pass), _) => "pass",
        (Some(Verdict::Skipped), _) => "skipped",
        (Some(Verdict::Undecided), _) => "undecided",
        (Some(Verdict::Fail), _) => "fail",
    };
    let said = ended.outputs.member("verdict").text();
    (said != word).then(|| format!("the gate says `{said}`, meant: `{word}`"))
}

/// Whether a case is not another one in disguise: what doesn't run has no end and no report.
fn tells_apart(graph: &Graph, case: &Case, meant: &Meant) -> bool {
    let read = |stage: usize| {
        let reads = graph.gate.iter().flat_map(|gate| &gate.reads);
        reads.map(|r| r.0).any(|r| r == stage)
    };
    let stages = meant.runs.iter().enumerate();
    let mut plain = stages.filter(|(at, runs)| !**runs || !read(*at));
    let ends = meant.runs.iter().zip(&case.endings);
    plain.all(|(at, _)| case.data[at] == Data::Good)
        && ends
            .into_iter()
            .all(|(runs, e)| *runs || *e == Ending::Success)
        && (meant.verdict.is_some() || case.judging == Judging::Sound)
}

fn with_judging(graph: &Graph, case: &Case) -> Vec<Case> {
    let Some(gate) = &graph.gate else {
        return vec![case.clone()];
    };
    let mut found = Vec::new();
    for held in tuples(&[Data::Good, Data::Bad, Data::Missing], gate.reads.len()) {
        let mut case = case.clone();
        for ((stage, _), data) in gate.reads.iter().zip(held) {
            case.data[*stage] = data;
        }
        let sound = case.data.iter().all(|d| *d == Data::Good);
        found.push(case.clone());
        // A job that breaks matters where its verdict would let something through.
        for judging in [Judging::BreaksBefore, Judging::BreaksAfter]
            .into_iter()
            .filter(|_| sound)
        {
            found.push(Case {
                judging,
                ..case.clone()
            });
        }
    }
    found
}

/// Every list of so many of these.
fn tuples<T: Copy>(of: &[T], length: usize) -> Vec<Vec<T>> {
    (0..length).fold(vec![Vec::new()], |lists, _| {
        let longer = |list: &Vec<T>| {
            let list = list.clone();
            of.iter()
                .map(move |item| [list.clone(), vec![*item]].concat())
        };
        lists.iter().flat_map(longer).collect()
    })
}

/// The job that looks for changes.
fn look(world: World) -> Done {
    let Some(changed) = world.changed else {
        return done(Ending::Failure);
    };
    Done {
        ending: Ending::Success,
        outputs: vec![("look".into(), "src".into(), changed.to_string())],
    }
}

/// The stage of a job's id.
pub fn stage(job: &str) -> Option<usize> {
    let number: usize = job.strip_prefix('s')?.parse().ok()?;
    Some(number - 1)
}

fn done(ending: Ending) -> Done {
    Done {
        ending,
        outputs: Vec::new(),
    }
}

fn last_job(job: &Job, at: &At) -> Ending {
    assert_eq!(job.id, "all_checks");
    let [step] = job.steps.as_slice() else {
        panic!("the last job has one step");
    };
    let [(name, text)] = step.env.as_slice() else {
        panic!("the last step has one variable");
    };
    match name.as_str() {
        "RESULTS" => scripts::all_ended_well(&text.fill(at)),
        "JOBS" => scripts::ended_as_they_should(&text.fill(at)),
        other => panic!("unknown variable {other}"),
    }
}

/// The context `github` of an event.
pub fn github(world: World) -> Value {
    let text = |t: &str| Value::from(t);
    let here = "acme/shop";
    let Some(branch) = world.branch else {
        let head = if world.from_fork { "else/shop" } else { here };
        let nested = |name, inner| Value::object([(name, inner)]);
        let repo = nested("repo", nested("full_name", text(head)));
        let pull = nested("pull_request", nested("head", repo));
        return Value::object([
            ("event_name", text("pull_request")),
            ("repository", text(here)),
            ("ref", text("refs/pull/7/merge")),
            ("ref_name", text("7/merge")),
            ("base_ref", text("main")),
            ("head_ref", text("main")),
            ("event", pull),
        ]);
    };
    Value::object([
        ("event_name", text("push")),
        ("repository", text(here)),
        ("ref", text(&format!("refs/heads/{branch}"))),
        ("ref_name", text(branch)),
        ("base_ref", text("")),
        ("head_ref", text("")),
        ("event", Value::object([])),
    ])
}
