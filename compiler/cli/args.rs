//! What can be said to the command. Comments on fields are the text of `--help`.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

use super::assess::AssessArgs;
use super::baseline::BaselineCommand;
use super::exit::Exit;
use super::report::ReportArgs;
use super::test::TestArgs;

/// One source for pipelines, quality gates, rollouts and alerts.
#[derive(Debug, Parser)]
#[command(name = "gatec", version, after_help = Exit::HELP, arg_required_else_help = true)]
pub struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
    /// When to use colours.
    #[arg(
        long,
        global = true,
        value_enum,
        default_value = "auto",
        value_name = "WHEN"
    )]
    pub color: When,
}

/// When to use colours.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum When {
    Auto,
    Always,
    Never,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Write a first pipeline.gate.
    Init(Init),
    /// Compile and write the files it makes.
    Build(Build),
    /// Compile and write nothing.
    Check(Check),
    /// Judge a gate on the reports of a run.
    Assess(Box<AssessArgs>),
    /// Make other forms of a report that `gatec assess` gave as JSON.
    Report(ReportArgs),
    /// Judge the program's own `test` blocks.
    Test(TestArgs),
    /// Show, record or pin the earlier results that gates compare with.
    #[command(subcommand)]
    Baseline(BaselineCommand),
    /// Put sources in the one style.
    Fmt(Fmt),
    /// Draw the pipelines.
    Graph(Graph),
    /// Explain a finding or a block.
    Explain(Explain),
    /// Show or change what third-party actions are pinned to.
    Pin(Pin),
    /// Write a completion script for a shell.
    Completions(Completions),
}

/// `gatec init`
#[derive(Debug, Args)]
pub struct Init {
    /// The folder to begin in.
    #[arg(default_value = ".")]
    pub path: PathBuf,
}

/// `gatec build`
#[derive(Debug, Args)]
pub struct Build {
    /// A project's folder, any folder in it, or one file to build alone.
    #[arg(default_value = ".")]
    pub path: PathBuf,
    /// Compare with what is on disk and write nothing; fail where they differ.
    #[arg(long)]
    pub check: bool,
    /// Show what a build would change, and write nothing.
    #[arg(long)]
    pub diff: bool,
    /// Print the files and write nothing.
    #[arg(long, conflicts_with_all = ["check", "diff"])]
    pub stdout: bool,
    /// Make these targets only; `plan` prints what was understood.
    #[arg(long = "target", value_name = "NAME")]
    pub targets: Vec<String>,
    /// Write to this folder, with a gate.lock of its own, instead of the project's.
    #[arg(long, value_name = "DIR", conflicts_with = "stdout")]
    pub out: Option<PathBuf>,
    /// How findings are shown.
    #[command(flatten)]
    pub show: Show,
}

/// `gatec check`
#[derive(Debug, Args)]
pub struct Check {
    /// Folders of projects, or files to check alone.
    #[arg(default_value = ".")]
    pub paths: Vec<PathBuf>,
    /// How findings are shown.
    #[command(flatten)]
    pub show: Show,
}

/// How findings are shown.
#[derive(Clone, Copy, Debug, Args)]
pub struct Show {
    /// Fail on warnings, too.
    #[arg(long)]
    pub deny_warnings: bool,
    /// The form of findings; all but `pretty` and `short` go to standard output.
    #[arg(long, value_enum, default_value = "pretty")]
    pub format: Form,
}

impl Show {
    /// Findings of a command that has no forms of its own.
    pub const PLAIN: Show = Show {
        deny_warnings: false,
        format: Form::Pretty,
    };
}

/// Forms of findings.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Form {
    Pretty,
    Short,
    Json,
    Sarif,
    Github,
}

/// `gatec fmt`
#[derive(Debug, Args)]
pub struct Fmt {
    /// Files and folders; `-` reads standard input and writes standard output.
    #[arg(default_value = ".")]
    pub paths: Vec<PathBuf>,
    /// Write nothing; fail where a file is not in style.
    #[arg(long)]
    pub check: bool,
    /// Show what would change, and write nothing.
    #[arg(long)]
    pub diff: bool,
}

/// `gatec graph`
#[derive(Debug, Args)]
pub struct Graph {
    /// A project's folder, or one file.
    #[arg(default_value = ".")]
    pub path: PathBuf,
    /// The form of the drawing.
    #[arg(long, value_enum, default_value = "text")]
    pub format: Drawing,
    /// Draw this pipeline only.
    #[arg(long, value_name = "NAME")]
    pub pipeline: Option<String>,
}

/// Forms of drawings.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Drawing {
    Mermaid,
    Dot,
    Svg,
    Text,
    /// A table: which stage runs on which event, and which is skipped.
    Events,
}

/// `gatec explain`
#[derive(Debug, Args)]
pub struct Explain {
    /// A finding's code (`unknown-name`), a block's keyword (`stage`), or `findings` or `reference`
    /// for all of them.
    pub name: String,
}

/// `gatec pin`
#[derive(Debug, Args)]
#[command(after_help = Pin::HELP)]
pub struct Pin {
    /// The action and its release: `owner/name@v2.1.0`; with --update an action's name. Without,
    /// the pins of the lock are listed.
    #[arg(value_name = "ACTION")]
    pub action: Option<String>,
    /// The commit that the release names: 40 hex digits.
    #[arg(requires = "action", conflicts_with = "update", value_parser = commit)]
    pub commit: Option<String>,
    /// The release's own action.yml, from which its inputs and outputs are read.
    #[arg(long, value_name = "FILE", requires = "commit")]
    pub metadata: Option<PathBuf>,
    /// Take the releases that this gatec has built in: of one action, or of all.
    #[arg(long)]
    pub update: bool,
    /// The project's folder.
    #[arg(long, value_name = "DIR", default_value = ".")]
    pub root: PathBuf,
}

impl Pin {
    const HELP: &'static str = "\
The pins are in gate.lock, beside the sources. A release that is pinned there stays, also when a
newer gatec knows a newer one. To use an action that gatec doesn't know:

  git ls-remote https://github.com/owner/name refs/tags/v2.1.0
  gatec pin owner/name@v2.1.0 COMMIT --metadata action.yml";
}

fn commit(text: &str) -> Result<String, String> {
    let hex = text.bytes().all(|b| b.is_ascii_hexdigit());
    match hex && text.len() == 40 {
        true => Ok(text.to_ascii_lowercase()),
        false => Err("a commit is 40 hex digits".to_string()),
    }
}

/// `gatec completions`
#[derive(Debug, Args)]
pub struct Completions {
    /// The shell.
    pub shell: clap_complete::Shell,
}
