//! How a run ends.

use std::fmt;
use std::process::ExitCode;

use super::write::Trouble;

/// The exit codes, as `--help` and the docs list them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exit {
    /// All is well.
    Ok,
    /// Findings: errors, denied warnings, or files that are not up to date.
    Findings,
    /// The command was used wrongly.
    Usage,
    /// A file could not be read or written.
    Trouble,
    /// What a gate's verdict says; `gatec assess --help` lists them.
    Verdict(u8),
}

impl Exit {
    /// What `--help` says of them.
    pub const HELP: &'static str = "\
Exit codes:
  0  all is well
  1  findings: errors, denied warnings, or files that are not up to date
  2  the command was used wrongly
  3  a file could not be read or written";

    /// Findings or not.
    pub fn failed(failed: bool) -> Self {
        if failed { Exit::Findings } else { Exit::Ok }
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        ExitCode::from(match exit {
            Exit::Ok => 0,
            Exit::Findings => 1,
            Exit::Usage => 2,
            Exit::Trouble => 3,
            Exit::Verdict(code) => code,
        })
    }
}

/// Why a run could not be finished.
#[derive(Debug)]
pub enum Failure {
    /// The user asked for what can't be; why.
    Usage(String),
    /// The system said no.
    Trouble(Trouble),
}

impl Failure {
    /// The exit code that tells it.
    pub fn exit(&self) -> Exit {
        match self {
            Failure::Usage(_) => Exit::Usage,
            Failure::Trouble(_) => Exit::Trouble,
        }
    }
}

impl From<Trouble> for Failure {
    fn from(trouble: Trouble) -> Self {
        Failure::Trouble(trouble)
    }
}

/// An error of standard output or standard error; files give [`Trouble`].
impl From<std::io::Error> for Failure {
    fn from(error: std::io::Error) -> Self {
        Failure::Trouble(Trouble {
            doing: "write the output".to_string(),
            error,
            note: None,
        })
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Failure::Usage(why) => f.write_str(why),
            Failure::Trouble(trouble) => trouble.fmt(f),
        }
    }
}
