//! An emitted workflow read back: jobs, what they wait for, conditions, scripts.

use super::expression::{Expr, Template, condition};
use serde_yaml::Value as Yaml;

/// A workflow's jobs, needs before what needs them.
#[derive(Clone)]
pub struct Workflow {
    pub jobs: Vec<Job>,
}

/// One job; other jobs by their place in the workflow.
#[derive(Clone)]
pub struct Job {
    pub id: String,
    pub needs: Vec<usize>,
    /// What it needs, and what that needs.
    pub ancestors: Vec<usize>,
    pub condition: Option<Expr>,
    pub outputs: Vec<(String, Template)>,
    pub steps: Vec<Step>,
}

/// One step that runs a script.
#[derive(Clone)]
pub struct Step {
    pub id: Option<String>,
    pub env: Vec<(String, Template)>,
    pub script: String,
}

impl Workflow {
    /// Reads a workflow's text.
    pub fn read(text: &str) -> Self {
        let yaml: Yaml = serde_yaml::from_str(text).expect("YAML");
        let mut open: Vec<(&str, &Yaml)> = members(&yaml["jobs"]).collect();
        let mut jobs: Vec<Job> = Vec::new();
        while !open.is_empty() {
            let there = |id: &str| jobs.iter().position(|j| j.id == id);
            let needs = |job: &Yaml| -> Option<Vec<usize>> {
                let ids = job["needs"].as_sequence().into_iter().flatten();
                ids.map(|id| there(id.as_str().expect("an id"))).collect()
            };
            let ready = open.iter().position(|(_, job)| needs(job).is_some());
            let (id, yaml) = open.remove(ready.expect("needs without a circle"));
            let needs = needs(yaml).expect("ready");
            jobs.push(job(id, yaml, needs, &jobs));
        }
        Self { jobs }
    }

    /// The place of a job.
    pub fn place(&self, id: &str) -> usize {
        let found = self.jobs.iter().position(|j| j.id == id);
        found.unwrap_or_else(|| panic!("there is no job `{id}`"))
    }
}

fn job(id: &str, yaml: &Yaml, needs: Vec<usize>, before: &[Job]) -> Job {
    assert!(yaml["continue-on-error"].is_null() && yaml["strategy"].is_null());
    let mut ancestors: Vec<usize> = needs
        .iter()
        .flat_map(|need| before[*need].ancestors.iter().chain([need]))
        .copied()
        .collect();
    ancestors.sort_unstable();
    ancestors.dedup();
    let asked = yaml["if"].as_str();
    let steps = yaml["steps"].as_sequence().into_iter().flatten();
    Job {
        id: id.to_string(),
        needs,
        ancestors,
        condition: asked.map(|text| condition(text).expect("a condition")),
        outputs: templates(&yaml["outputs"]),
        steps: steps.filter_map(step).collect(),
    }
}

fn step(yaml: &Yaml) -> Option<Step> {
    Some(Step {
        id: yaml["id"].as_str().map(str::to_string),
        env: templates(&yaml["env"]),
        script: yaml["run"].as_str()?.to_string(),
    })
}

fn templates(yaml: &Yaml) -> Vec<(String, Template)> {
    let one = |(key, value): (&str, &Yaml)| {
        let text = value.as_str().expect("a text");
        (key.to_string(), Template::parse(text).expect("a template"))
    };
    members(yaml).map(one).collect()
}

fn members(yaml: &Yaml) -> impl Iterator<Item = (&str, &Yaml)> {
    let members = yaml.as_mapping().into_iter().flatten();
    members.map(|(key, value)| (key.as_str().expect("a key"), value))
}
