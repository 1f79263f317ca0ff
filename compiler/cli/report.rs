//! `gatec report`: other forms of a report that was kept as JSON.

use std::io::Read;
use std::path::{Path, PathBuf};

use clap::Args;

use super::assess::publish::{self, Report};
use super::exit::{Exit, Failure};
use super::screen::Screen;
use super::write::Trouble;
use crate::report::{Document, Form, read};

/// `gatec report`
#[derive(Debug, Args)]
pub struct ReportArgs {
    /// The report, as `gatec assess --format json` gave it; `-` reads standard input.
    pub file: PathBuf,
    /// The form of the report on standard output.
    #[arg(long, value_name = "FORM", value_parser = publish::form(), default_value = "text")]
    pub format: &'static Form,
    /// Write a report to a file instead: `html=report.html`. May be said again.
    #[arg(long = "report", value_name = "FORM=FILE", value_parser = publish::report)]
    pub reports: Vec<Report>,
}

pub(super) fn run(args: &ReportArgs, screen: &mut Screen) -> Result<Exit, Failure> {
    let document = document(&args.file)?;
    let mut out = std::io::stdout().lock();
    let shown = match args.reports.is_empty() {
        true => publish::show(&document, args.format, screen.colored_data(), &mut out),
        false => publish::write(&document, &args.reports, &mut out),
    };
    shown?;
    Ok(Exit::Ok)
}

fn document(path: &Path) -> Result<Document, Failure> {
    let mut text = String::new();
    let found = match path == Path::new("-") {
        true => std::io::stdin().read_to_string(&mut text).map(drop),
        false => std::fs::read_to_string(path).map(|read| text = read),
    };
    found.map_err(|error| Trouble::new("read", path, error))?;
    read(&text).map_err(|why| Failure::Usage(format!("{} {why}", path.display())))
}
