//! `gatec build`: compile, run the targets, and write, compare or print what they give.

use std::path::{Path, PathBuf};

use super::args::Build;
use super::discover::{self, Project};
use super::exit::{Exit, Failure};
use super::findings::Findings;
use super::progress::Progress;
use super::screen::{Output, Screen, count};
use super::write::{self, Changes, Guard, Inspection, Scope, Trouble};
use super::{diff, load, pins};
use crate::diagnostics::{Code, Diagnostic, nearest};
use crate::lock::{self, Lock};
use crate::pins::Pins;
use crate::plan::dump;
use crate::targets::{self, OutputFile, Target};
use crate::{Compilation, emit};

/// The target that prints what was understood instead of writing files.
const PLAN: &str = "plan";

pub(super) fn run(args: &Build, screen: &mut Screen) -> Result<Exit, Failure> {
    let chosen = choose(&args.targets)?;
    let progress = Progress::new();
    let (project, mut compilation) = load::load(&args.path, &progress)?;
    progress.say("running the targets".to_string());
    let files = emit(&mut compilation, chosen.iter().copied());
    if args.targets.iter().any(|name| name == PLAN) {
        screen.data(&dump::dump(&compilation.plan))?;
    }
    let mut findings = Findings::default();
    load::report(&mut findings, &project, &mut compilation);
    drop(progress);
    let job = Job {
        args,
        files: &files,
        pins: &compilation.plan.pins,
        scope: scope(args, &project, &compilation),
        root: args.out.clone().unwrap_or_else(|| project.root.clone()),
        prefix: prefix(args.out.as_deref(), &project),
    };
    let only_plan = chosen.is_empty() && !args.targets.is_empty();
    if findings.fail(args.show.deny_warnings) || only_plan {
        return job.end(findings, screen, None);
    }
    job.run(findings, screen)
}

/// The targets of the names, or those that run unasked.
fn choose(names: &[String]) -> Result<Vec<&'static Target>, Failure> {
    if names.is_empty() {
        return Ok(targets::TARGETS.iter().filter(|t| t.default).collect());
    }
    let mut chosen: Vec<&'static Target> = Vec::new();
    for name in names.iter().filter(|name| *name != PLAN) {
        let target = targets::find(name).ok_or_else(|| unknown_target(name))?;
        if !chosen.iter().any(|c| c.name == target.name) {
            chosen.push(target);
        }
    }
    Ok(chosen)
}

fn unknown_target(name: &str) -> Failure {
    let known: Vec<&str> = targets::TARGETS
        .iter()
        .map(|t| t.name)
        .chain([PLAN])
        .collect();
    let hint = match nearest(name, known.iter().copied()) {
        Some(near) => format!("; did you mean `{near}`?"),
        None => format!("; there are: {}", known.join(", ")),
    };
    Failure::Usage(format!("no target is called `{name}`{hint}"))
}

/// What isn't made may be removed only when everything was to be made.
fn scope(args: &Build, project: &Project, compilation: &Compilation) -> Scope {
    match args.targets.is_empty() && !project.part && compilation.valid.is_some() {
        true => Scope::Whole,
        false => Scope::Part,
    }
}

fn prefix(out: Option<&Path>, project: &Project) -> String {
    match out {
        None => project.prefix.clone(),
        Some(out) => match out.canonicalize() {
            Ok(full) => discover::prefix(&full),
            Err(_) => format!("{}/", out.display()),
        },
    }
}

/// What is to be done with the files of a build.
struct Job<'a> {
    args: &'a Build,
    files: &'a [OutputFile],
    pins: &'a Pins,
    scope: Scope,
    root: PathBuf,
    prefix: String,
}

impl Job<'_> {
    fn run(&self, mut findings: Findings, screen: &mut Screen) -> Result<Exit, Failure> {
        if self.args.stdout {
            screen.data(&printed(self.files))?;
            return self.end(findings, screen, None);
        }
        if self.args.check || self.args.diff {
            let inspection = self.compare(&mut findings)?;
            if self.args.diff {
                let color = screen.colored_data();
                screen.data(&diff::inspection(&inspection, &self.prefix, color))?;
            }
            return self.end(findings, screen, None);
        }
        let changes = self.write(&mut findings, screen)?;
        self.end(findings, screen, changes)
    }

    /// Compares with the disk; drift is a finding only when it was asked for.
    fn compare(&self, findings: &mut Findings) -> Result<Inspection, Failure> {
        let lock = self.lock(findings)?;
        let inspection = self.inspect(&lock)?;
        if self.args.check && write::pending(&self.root) {
            let root = self.root.display();
            let span = findings.file(&format!("{}{}", self.prefix, lock::FILE_NAME));
            let message = format!("a build of `{root}` was interrupted");
            let finding = Diagnostic::new(Code::UnfinishedBuild, span, message);
            findings.push(finding.help("run `gatec build`: it finishes or undoes what is left"));
        }
        if self.args.check {
            inspection.report_drift(findings, &self.prefix);
        }
        Ok(inspection)
    }

    fn write(
        &self,
        findings: &mut Findings,
        screen: &mut Screen,
    ) -> Result<Option<Changes>, Failure> {
        if self.args.out.is_some() {
            std::fs::create_dir_all(&self.root)
                .map_err(|e| Trouble::new("make the folder", &self.root, e))?;
        }
        let guard = Guard::take(&self.root)?;
        if guard.recovered() > 0 {
            screen.say("finished the writes of a build that was interrupted")?;
        }
        let lock = self.lock(findings)?;
        if findings.fail(false) {
            return Ok(None);
        }
        let inspection = self.inspect(&lock)?;
        inspection.report_refusals(findings, &self.prefix);
        if !inspection.is_free() || findings.fail(self.args.show.deny_warnings) {
            return Ok(None);
        }
        Ok(Some(write::commit(&inspection)?))
    }

    fn inspect(&self, lock: &Lock) -> Result<Inspection, Trouble> {
        let actions = pins::in_use(self.files, self.pins);
        write::inspect(&self.root, lock, actions, self.files, self.scope)
    }

    /// The lock of the root; a broken one is a finding.
    fn lock(&self, findings: &mut Findings) -> Result<Lock, Failure> {
        let place = self.root.join(lock::FILE_NAME);
        let bytes = match std::fs::read(&place) {
            Ok(bytes) => bytes,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                return Ok(Lock::default());
            }
            Err(error) => return Err(Trouble::new("read", &place, error).into()),
        };
        let text = String::from_utf8_lossy(&bytes);
        Lock::parse(&text).or_else(|why| {
            let path = format!("{}{}", self.prefix, lock::FILE_NAME);
            let span = findings.file(&path);
            let finding = Diagnostic::new(Code::BrokenLock, span, format!("`{path}`: {why}"));
            findings.push(finding.help(lock::BROKEN));
            Ok(Lock::default())
        })
    }

    fn end(
        &self,
        findings: Findings,
        screen: &mut Screen,
        changes: Option<Changes>,
    ) -> Result<Exit, Failure> {
        let failed = findings.fail(self.args.show.deny_warnings);
        let taken = self.args.stdout || self.args.diff || !self.args.targets.is_empty();
        let output = if taken { Output::Taken } else { Output::Free };
        screen.show(findings, self.args.show, output)?;
        if let Some(changes) = changes {
            screen.say(&told(&changes, &self.prefix))?;
        } else if self.args.check && !failed {
            let files = count(self.files.len(), "file");
            screen.say(&format!("{files} checked, all up to date"))?;
        }
        Ok(Exit::failed(failed))
    }
}

fn printed(files: &[OutputFile]) -> String {
    let mut text = String::new();
    for file in files {
        text.push_str(&format!("# ---- {} ----\n{}", file.path, file.content));
    }
    text
}

fn told(changes: &Changes, prefix: &str) -> String {
    let list = |verb: &str, paths: &[String]| -> String {
        paths
            .iter()
            .map(|p| format!("{verb} {prefix}{p}\n"))
            .collect()
    };
    let written = changes.created.len() + changes.updated.len();
    format!(
        "{}{}{}{written} written, {} unchanged, {} removed",
        list("created", &changes.created),
        list("updated", &changes.updated),
        list("removed", &changes.removed),
        changes.unchanged,
        changes.removed.len(),
    )
}
