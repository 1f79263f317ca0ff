//! The command: the only part of the compiler that touches the world.
//!
//! Takes arguments, files and the terminal, gives files, text and an exit code. Data goes to
//! standard output, messages to standard error. What the language means is decided elsewhere.

// The rule that keeps I/O out of the core names this folder as its exception.
#![allow(clippy::disallowed_methods)]

mod args;
pub mod assess;
mod baseline;
mod build;
mod check;
mod diff;
pub mod discover;
mod evidence;
mod exit;
mod explain;
pub mod findings;
mod fmt;
mod graph;
mod http;
mod init;
mod load;
mod pin;
mod pins;
mod progress;
mod report;
mod scan;
mod screen;
mod store;
#[cfg(test)]
mod stub;
mod test;
pub mod world;
pub mod write;

use std::process::ExitCode;

use clap::{CommandFactory, Parser};

use args::{Cli, Command};
use exit::{Exit, Failure};
use screen::Screen;

/// Runs the command with the arguments of the process.
pub fn main() -> ExitCode {
    let cli = Cli::parse();
    let mut screen = Screen::new(cli.color);
    match run(&cli.command, &mut screen) {
        Ok(exit) => exit.into(),
        Err(failure) => {
            screen.fail(&failure);
            failure.exit().into()
        }
    }
}

fn run(command: &Command, screen: &mut Screen) -> Result<Exit, Failure> {
    match command {
        Command::Init(args) => init::run(args, screen),
        Command::Build(args) => build::run(args, screen),
        Command::Check(args) => check::run(args, screen),
        Command::Assess(args) => assess(args, screen),
        Command::Report(args) => report::run(args, screen),
        Command::Baseline(command) => baseline(command, screen),
        Command::Test(args) => test(args, screen),
        Command::Fmt(args) => fmt::run(args, screen),
        Command::Graph(args) => graph::run(args, screen),
        Command::Explain(args) => explain::run(args, screen),
        Command::Pin(args) => pin::run(args, screen),
        Command::Completions(args) => {
            let mut script = Vec::new();
            clap_complete::generate(args.shell, &mut Cli::command(), "gatec", &mut script);
            screen.data(&String::from_utf8_lossy(&script))?;
            Ok(Exit::Ok)
        }
    }
}

/// The plan of the program at a path; findings are shown if it has errors.
fn compiled(
    root: &std::path::Path,
    screen: &mut Screen,
) -> Result<Option<crate::plan::ValidPlan>, Failure> {
    let progress = progress::Progress::new();
    let (project, mut compilation) = load::load(root, &progress)?;
    drop(progress);
    let mut findings = findings::Findings::default();
    let plan = compilation.valid.take();
    load::report(&mut findings, &project, &mut compilation);
    if plan.is_none() {
        screen.show(findings, args::Show::PLAIN, screen::Output::Taken)?;
    }
    Ok(plan)
}

/// Compiles the program and shows, records or pins earlier results.
fn baseline(command: &baseline::BaselineCommand, screen: &mut Screen) -> Result<Exit, Failure> {
    use baseline::BaselineCommand as Do;
    let root = match command {
        Do::Record(args) => {
            let args = assess::AssessArgs {
                record: true,
                ..(**args).clone()
            };
            return assess(&args, screen);
        }
        Do::Show(of) => &of.root,
        Do::Anchor(anchor) => &anchor.of.root,
    };
    let Some(plan) = compiled(root, screen)? else {
        return Ok(Exit::Usage);
    };
    let text = match command {
        Do::Show(of) => baseline::show(of, &plan)?,
        Do::Anchor(anchor) => baseline::anchor(anchor, &plan)?,
        Do::Record(_) => String::new(),
    };
    screen.data(&text)?;
    Ok(Exit::Ok)
}

/// Compiles the program and judges its `test` blocks.
fn test(args: &test::TestArgs, screen: &mut Screen) -> Result<Exit, Failure> {
    let Some(plan) = compiled(&args.path, screen)? else {
        return Ok(Exit::Usage);
    };
    let (text, code) = test::run(args, &plan);
    screen.data(&text)?;
    Ok(Exit::Verdict(code))
}

/// Compiles the program and judges one of its gates.
fn assess(args: &assess::AssessArgs, screen: &mut Screen) -> Result<Exit, Failure> {
    let plan = compiled(&args.root, screen)?;
    let args = &assess::AssessArgs {
        color: screen.colored_data(),
        ..args.clone()
    };
    let env = |name: &str| std::env::var(name).ok();
    let (mut out, mut err) = (std::io::stdout().lock(), std::io::stderr().lock());
    let code = assess::run(args, plan.as_deref(), &env, &mut out, &mut err);
    Ok(Exit::Verdict(u8::try_from(code).unwrap_or(2)))
}
