//! The command: the only part of the compiler that touches the world.
//!
//! Takes arguments, files and the terminal, gives files, text and an exit code. Data goes to
//! standard output, messages to standard error. What the language means is decided elsewhere.

// The rule that keeps I/O out of the core names this folder as its exception.
#![allow(clippy::disallowed_methods)]

mod args;
pub mod assess;
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
mod init;
mod load;
mod pin;
mod pins;
mod progress;
mod scan;
mod screen;
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

/// Compiles the program and judges one of its gates.
fn assess(args: &assess::AssessArgs, screen: &mut Screen) -> Result<Exit, Failure> {
    let progress = progress::Progress::new();
    let (project, mut compilation) = load::load(&args.root, &progress)?;
    drop(progress);
    let mut findings = findings::Findings::default();
    let plan = compilation.valid.take();
    load::report(&mut findings, &project, &mut compilation);
    if plan.is_none() {
        screen.show(findings, args::Show::PLAIN, screen::Output::Taken)?;
    }
    let env = |name: &str| std::env::var(name).ok();
    let (mut out, mut err) = (std::io::stdout().lock(), std::io::stderr().lock());
    let code = assess::run(args, plan.as_deref(), &env, &mut out, &mut err);
    Ok(Exit::Verdict(u8::try_from(code).unwrap_or(2)))
}
