//! The parts of a workflow file that gatec writes, typed, and their one way into YAML. Key order
//! is fixed here and nowhere else.

use crate::targets::yaml::{Entry, Map, Yaml};

/// A workflow file.
pub struct Workflow {
    /// `name`
    pub name: String,
    /// `run-name`
    pub run_name: Option<String>,
    /// `on`
    pub on: Map,
    /// `env`
    pub env: Map,
    /// `concurrency`
    pub concurrency: Option<Group>,
    /// Ids and jobs, with the comment above each.
    pub jobs: Vec<Job>,
}

/// A concurrency group.
pub struct Group {
    /// `group`
    pub group: String,
    /// `cancel-in-progress`
    pub cancel: Yaml,
}

/// A job.
pub struct Job {
    /// Its key.
    pub id: String,
    /// Lines above it.
    pub comment: Option<String>,
    /// Its keys.
    pub keys: Map,
}

/// What a job is made of, before it becomes keys.
#[derive(Default)]
pub struct JobParts {
    /// `name`
    pub name: String,
    /// `needs`
    pub needs: Vec<String>,
    /// `if`, wrapped
    pub condition: Option<String>,
    /// `runs-on`, with its comment
    pub runs_on: Option<Entry>,
    /// `timeout-minutes`
    pub timeout: Option<u32>,
    /// `permissions`
    pub permissions: Map,
    /// `environment`
    pub environment: Option<Yaml>,
    /// `concurrency`
    pub concurrency: Option<Group>,
    /// `continue-on-error: true`, with the reason as a comment
    pub may_fail: Option<String>,
    /// `container`
    pub container: Option<Entry>,
    /// `services`
    pub services: Map,
    /// `strategy`
    pub strategy: Option<Map>,
    /// `outputs`
    pub outputs: Map,
    /// `env`
    pub env: Map,
    /// `steps`, or a call
    pub body: Body,
}

/// The work of a job.
#[derive(Default)]
pub enum Body {
    /// Nothing yet.
    #[default]
    Empty,
    /// Steps.
    Steps(Vec<Yaml>),
    /// A workflow of another repository.
    Call {
        /// `uses`
        uses: Entry,
        /// `with`
        with: Map,
        /// `secrets`
        secrets: Map,
    },
}

/// A step.
#[derive(Default)]
pub struct Step {
    /// `name`
    pub name: String,
    /// `id`
    pub id: Option<String>,
    /// `if`, wrapped
    pub condition: Option<String>,
    /// `uses`, with the version as a comment
    pub uses: Option<Entry>,
    /// `with`
    pub with: Map,
    /// `continue-on-error: true`
    pub may_fail: bool,
    /// `timeout-minutes`
    pub timeout: Option<u32>,
    /// `shell` of a script, where it isn't bash
    pub shell: Option<String>,
    /// `working-directory`
    pub dir: Option<String>,
    /// `env`
    pub env: Map,
    /// `run`
    pub run: Option<String>,
}

impl Workflow {
    /// The file's keys.
    pub fn into_map(self) -> Map {
        let mut map = Map::new();
        map.push("name", self.name);
        map.push_some("run-name", self.run_name);
        map.push("on", self.on);
        map.push("permissions", Map::new());
        if !self.env.is_empty() {
            map.push("env", self.env);
        }
        map.push_some("concurrency", self.concurrency.map(Group::into_map));
        let mut run = Map::new();
        run.push("shell", "bash");
        let mut defaults = Map::new();
        defaults.push("run", run);
        map.push("defaults", defaults);
        let mut jobs = Map::with_capacity(self.jobs.len());
        for job in self.jobs {
            jobs.push(job.id, job.keys);
            if let Some(comment) = job.comment {
                jobs.comment_last(comment);
            }
        }
        map.push("jobs", jobs);
        map
    }
}

impl Group {
    fn into_map(self) -> Map {
        let mut map = Map::new();
        map.push("group", self.group);
        map.push("cancel-in-progress", self.cancel);
        map
    }
}

impl JobParts {
    /// The job's keys.
    pub fn into_map(self) -> Map {
        let mut map = Map::with_capacity(10);
        map.push("name", self.name);
        if !self.needs.is_empty() {
            let needs: Vec<Yaml> = self.needs.into_iter().map(Yaml::from).collect();
            map.push("needs", needs);
        }
        map.push_some("if", self.condition);
        push_entry(&mut map, "runs-on", self.runs_on);
        map.push_some("timeout-minutes", self.timeout);
        map.push("permissions", self.permissions);
        map.push_some("environment", self.environment);
        map.push_some("concurrency", self.concurrency.map(Group::into_map));
        if let Some(reason) = self.may_fail {
            map.push_commented("continue-on-error", true, reason);
        }
        push_entry(&mut map, "container", self.container);
        push_map(&mut map, "services", self.services);
        map.push_some("strategy", self.strategy);
        push_map(&mut map, "outputs", self.outputs);
        push_map(&mut map, "env", self.env);
        match self.body {
            Body::Empty => {}
            Body::Steps(steps) => {
                map.push("steps", steps);
            }
            Body::Call {
                uses,
                with,
                secrets,
            } => {
                map.push_entry("uses", uses);
                push_map(&mut map, "with", with);
                push_map(&mut map, "secrets", secrets);
            }
        }
        map
    }
}

impl Step {
    /// The step's keys.
    pub fn into_map(self) -> Map {
        let mut map = Map::with_capacity(6);
        map.push("name", self.name);
        map.push_some("id", self.id);
        map.push_some("if", self.condition);
        push_entry(&mut map, "uses", self.uses);
        push_map(&mut map, "with", self.with);
        if self.may_fail {
            map.push("continue-on-error", true);
        }
        map.push_some("timeout-minutes", self.timeout);
        // Every workflow says that bash is the default.
        map.push_some("shell", self.shell.filter(|shell| shell != "bash"));
        map.push_some("working-directory", self.dir);
        push_map(&mut map, "env", self.env);
        map.push_some("run", self.run.map(script));
        map
    }
}

/// A script of one line stands on the line of its key.
fn script(text: String) -> Yaml {
    if text.contains('\n') {
        Yaml::Block(text)
    } else {
        text.into()
    }
}

impl From<Step> for Yaml {
    fn from(step: Step) -> Self {
        Yaml::Map(step.into_map())
    }
}

fn push_map(map: &mut Map, key: &'static str, value: Map) {
    if !value.is_empty() {
        map.push(key, value);
    }
}

fn push_entry(map: &mut Map, key: &'static str, entry: Option<Entry>) {
    if let Some(entry) = entry {
        map.push_entry(key, entry);
    }
}
