//! The real `gatec assess`, told what the emitted step would tell it.

use super::graphs::Gate;
use super::meaning::{Data, World};
use clap::Parser;
use gatec::cli::assess::{AssessArgs, run};
use gatec::plan::Plan;
use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;

#[derive(Parser)]
struct Command {
    #[command(flatten)]
    args: AssessArgs,
}

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

    /// The exit code and the verdict's word.
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
        let evidence = self.evidence(data);
        let file = self.folder.join("verdict");
        let _ = fs::remove_file(&file);
        let event = if world.pull_request {
            "pull_request"
        } else {
            "push"
        };
        let mut args = vec!["assess", &question.gate, "--pipeline", &question.pipeline];
        let (evidence, verdict) = (evidence.display().to_string(), file.display().to_string());
        args.extend([
            "--event",
            event,
            "--evidence",
            &evidence,
            "--verdict-file",
            &verdict,
        ]);
        let args = Command::try_parse_from(args).expect("arguments").args;
        let env = |name: &str| match name {
            "GATEC_RESULTS" => Some(question.results.clone()),
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
        let word = fs::read_to_string(&file).unwrap_or_default();
        (exit, word.trim().to_string())
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

fn write(root: &std::path::Path, stage: usize, data: Data) {
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
