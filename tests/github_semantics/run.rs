//! A run of a workflow by GitHub's rules for jobs: which run, how they end, what others see.
//! Knows nothing of gatec; what a job does when it runs is told by the caller.

use super::expression::{Surroundings, Template, Value, evaluate};
use super::workflow::{Job, Workflow};

/// How a job ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ending {
    Success,
    Failure,
    Cancelled,
    Skipped,
}

impl Ending {
    /// `needs.x.result`
    pub fn name(self) -> &'static str {
        match self {
            Ending::Success => "success",
            Ending::Failure => "failure",
            Ending::Cancelled => "cancelled",
            Ending::Skipped => "skipped",
        }
    }
}

/// When a run is cancelled, and how a job that would have run is called then: GitHub has shown
/// both `cancelled` and `skipped` for jobs that had not begun.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Cancel {
    /// After so many jobs of the workflow's order.
    pub after: usize,
    pub ending: Ending,
}

/// What a job that runs comes to.
pub struct Done {
    pub ending: Ending,
    /// Outputs of its steps, by step.
    pub outputs: Vec<(String, String, String)>,
}

/// How a job ended and what it handed over.
#[derive(Clone, Debug)]
pub struct Ended {
    pub ending: Ending,
    pub outputs: Value,
}

/// Runs a workflow; `play` says what a job does once it runs.
pub fn run(
    workflow: &Workflow,
    github: &Value,
    cancel: Option<Cancel>,
    play: &mut dyn FnMut(&Job, &At) -> Done,
) -> Vec<Ended> {
    let mut ended: Vec<Ended> = Vec::with_capacity(workflow.jobs.len());
    for (place, job) in workflow.jobs.iter().enumerate() {
        let cancel = cancel.filter(|c| place >= c.after);
        let mut at = At::new(workflow, job, &ended, github, cancel.is_some());
        let next = if at.runs(job) {
            let done = play(job, &at);
            at.steps = Some(steps(&done.outputs));
            let fill = |(name, text): &(String, Template)| {
                (name.to_lowercase(), Value::from(text.fill(&at).as_str()))
            };
            let outputs: Vec<(String, Value)> = job.outputs.iter().map(fill).collect();
            let outputs = outputs.iter().map(|(k, v)| (k.as_str(), v.clone()));
            Ended {
                ending: done.ending,
                outputs: Value::object(outputs),
            }
        } else {
            at.cancelled = false;
            let due = cancel.filter(|_| at.runs(job));
            Ended {
                ending: due.map_or(Ending::Skipped, |c| c.ending),
                outputs: Value::object([]),
            }
        };
        ended.push(next);
    }
    ended
}

/// What an expression of a job sees.
pub struct At<'a> {
    github: &'a Value,
    needs: Value,
    steps: Option<Value>,
    cancelled: bool,
    /// Whether all ancestors ended as successes, and whether one as a failure.
    all_well: bool,
    failed: bool,
}

impl<'a> At<'a> {
    fn new(
        workflow: &Workflow,
        job: &Job,
        ended: &[Ended],
        github: &'a Value,
        cancelled: bool,
    ) -> Self {
        let direct = job.needs.iter().map(|&need| {
            let result = Value::from(ended[need].ending.name());
            let outputs = ended[need].outputs.clone();
            let members = Value::object([("result", result), ("outputs", outputs)]);
            (workflow.jobs[need].id.as_str(), members)
        });
        let mut ancestors = job.ancestors.iter().map(|&a| ended[a].ending);
        Self {
            github,
            needs: Value::object(direct),
            steps: None,
            cancelled,
            all_well: ancestors.clone().all(|e| e == Ending::Success),
            failed: ancestors.any(|e| e == Ending::Failure),
        }
    }

    /// Without a status function, `success()` is asked first.
    fn runs(&self, job: &Job) -> bool {
        let Some(condition) = &job.condition else {
            return self.status("success");
        };
        let implied = condition.asks_status() || self.status("success");
        implied && evaluate(condition, self).truthy()
    }
}

impl Surroundings for At<'_> {
    fn context(&self, name: &str) -> Option<Value> {
        match name {
            "github" => Some(self.github.clone()),
            "needs" => Some(self.needs.clone()),
            "steps" => self.steps.clone(),
            "inputs" | "vars" => Some(Value::object([])),
            _ => None,
        }
    }

    fn status(&self, function: &str) -> bool {
        match function {
            "always" => true,
            "cancelled" => self.cancelled,
            "failure" => self.failed,
            _ => self.all_well && !self.cancelled,
        }
    }
}

fn steps(outputs: &[(String, String, String)]) -> Value {
    let one = |(step, name, text): &(String, String, String)| {
        let outputs = Value::object([(name.as_str(), Value::from(text.as_str()))]);
        (step.clone(), Value::object([("outputs", outputs)]))
    };
    let steps: Vec<(String, Value)> = outputs.iter().map(one).collect();
    Value::object(steps.iter().map(|(k, v)| (k.as_str(), v.clone())))
}
