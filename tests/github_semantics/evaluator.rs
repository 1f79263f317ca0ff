//! The real `gatec assess`, told what the emitted step would tell it.

use super::graphs::Gate;
use super::meaning::{Data, World};
use gatec::cli::assess::{AssessArgs, run};
use gatec::plan::Plan;
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// Judges; each question once.
pub struct Evaluator<'a> {
    plan: &'a Plan,
    folder: PathBuf,
    known: BTreeMap<Question, (i32, String)>,
}

#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Question {
    pipeline: String,
    gate: String,
    event: String,
    results: String,
    evidence: String,
}

impl<'a> Evaluator<'a> {
    /// For the gates of a plan; `folder` is for evidence.
    pub fn new(plan: &'a Plan, folder: PathBuf) -> Self {
        Self {
            plan,
            folder,
            known: BTreeMap::new(),
        }
    }

    /// The exit code and the output `verdict`.
    pub fn judge(
        &mut self,
        pipeline: &str,
        gate: &Gate,
        world: World,
        results: &str,
        data: &[Data],
    ) -> (i32, String) {
        let question = Question {
            pipeline: pipeline.to_string(),
            gate: gate.id(),
            event: format!("{world:?}"),
            results: results.to_string(),
            evidence: format!("{data:?}"),
        };
        if let Some(known) = self.known.get(&question) {
            return known.clone();
        }
        let answer = self.ask(&question, world, data);
        self.known.insert(question, answer.clone());
        answer
    }

    fn ask(&self, question: &Question, world: World, data: &[Data]) -> (i32, String) {
        let file = self.folder.join("output");
        let _ = fs::remove_file(&file);
        let event = if world.pull_request {
            "pull_request"
        } else {
            "push"
        };
        let args = AssessArgs {
            gate: question.gate.clone(),
            pipeline: question.pipeline.clone(),
            event: None,
            this_run: false,
            since: None,
            evidence: Some(self.evidence(data)),
            replay: None,
            results: None,
            root: self.folder.clone(),
            format: gatec::report::form("text").unwrap(),
            reports: Vec::new(),
            color: false,
            verdict_file: None,
            summary: None,
            baseline: None,
            record: false,
            keys: vec![],
            environment: None,
            what_if: vec![],
        };
        let env = |name: &str| match name {
            "GATEC_RESULTS" => Some(question.results.clone()),
            "GITHUB_OUTPUT" => Some(file.display().to_string()),
            "GITHUB_EVENT_NAME" => Some(event.to_string()),
            "GITHUB_REF_NAME" => Some(world.branch.unwrap_or("7/merge").to_string()),
            _ => None,
        };
        let exit = run(
            &args,
            Some(self.plan),
            &env,
            &mut Vec::new(),
            &mut Vec::new(),
        );
        (exit, verdict_in(&file))
    }

    fn evidence(&self, data: &[Data]) -> PathBuf {
        let letter = |d: &Data| match d {
            Data::Good => 'g',
            Data::Bad => 'b',
            Data::Missing => 'm',
        };
        let name: String = data.iter().map(letter).collect();
        let root = self.folder.join(format!("evidence-{name}"));
        if !root.exists() {
            data.iter()
                .enumerate()
                .for_each(|(at, d)| write(&root, at, *d));
        }
        root
    }
}

/// The output `verdict` of a step whose outputs are in a file; empty if it gave none.
pub fn verdict_in(file: &Path) -> String {
    let text = fs::read_to_string(file).unwrap_or_default();
    let verdict = text.trim_end().strip_prefix("verdict=");
    verdict.unwrap_or_default().to_string()
}

/// Puts a stage's report among the evidence.
pub fn write(root: &Path, stage: usize, data: Data) {
    let folder = root.join(format!("s{}/_", stage + 1));
    fs::create_dir_all(&folder).expect("a folder");
    let broken = match data {
        Data::Good => "",
        Data::Bad => "<failure message=\"no\"/>",
        Data::Missing => return,
    };
    let text =
        format!("<testsuite name=\"s\"><testcase name=\"a\">{broken}</testcase></testsuite>");
    fs::write(folder.join("r.xml"), text).expect("a file");
}
