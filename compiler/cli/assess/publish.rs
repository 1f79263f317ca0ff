//! Where reports go: standard output, the files asked for, and what the runner names.

use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};

use clap::builder::{PossibleValue, PossibleValuesParser, TypedValueParser};

use super::super::write::Trouble;
use super::{AssessArgs, Env};
use crate::judge::Assessment;
use crate::report::{self, Document, FORMS, Form, SUMMARY};

/// A report to write: its form and its file.
#[derive(Clone, Debug)]
pub struct Report {
    form: &'static Form,
    path: PathBuf,
}

/// Reads the name of a form.
pub fn form() -> impl TypedValueParser<Value = &'static Form> {
    let names = FORMS
        .iter()
        .map(|form| PossibleValue::new(form.name).help(form.about));
    PossibleValuesParser::new(names)
        .try_map(|name| report::form(&name).ok_or("is no form of reports"))
}

/// Reads `FORM=FILE`.
pub fn report(text: &str) -> Result<Report, String> {
    let names: Vec<_> = FORMS.iter().map(|form| form.name).collect();
    let (name, path) = text
        .split_once('=')
        .filter(|(_, path)| !path.is_empty())
        .ok_or("it is FORM=FILE, such as `html=report.html`")?;
    let form = report::form(name)
        .ok_or_else(|| format!("there is no form `{name}`; there are: {}", names.join(", ")))?;
    Ok(Report {
        form,
        path: path.into(),
    })
}

/// Writes a verdict and its reports to wherever they were asked for.
pub fn publish(
    args: &AssessArgs,
    found: &Assessment,
    env: Env,
    out: &mut dyn Write,
) -> Result<(), String> {
    // The verdict first: whoever waits for it must not find none where the rest went wrong.
    let word = found.verdict.name();
    if let Some(path) = &args.verdict_file {
        std::fs::write(path, format!("{word}\n")).map_err(|error| unwritable(path, &error))?;
    }
    let document = Document::from(found);
    let said = |trouble: Trouble| trouble.to_string();
    show(&document, args.format, args.color, out).map_err(said)?;
    if let Some(path) = &args.summary {
        let text = report::markdown(&document, SUMMARY);
        std::fs::write(path, text).map_err(|error| unwritable(path, &error))?;
    }
    write(&document, &args.reports, out).map_err(said)?;
    if !args.what_if.is_empty() {
        return Ok(());
    }
    // On a runner the report joins the summary, and the verdict is an output of the step.
    output(env, &format!("verdict={word}"))?;
    match runner_file(env, "GITHUB_STEP_SUMMARY") {
        Some(path) => {
            let taken = std::fs::metadata(&path).map_or(0, |file| file.len());
            let room = SUMMARY.saturating_sub(usize::try_from(taken).unwrap_or(usize::MAX));
            append(&path, &report::markdown(&document, room))
        }
        None => Ok(()),
    }
}

/// Makes `NAME=VALUE` an output of the step, if a runner asks for outputs.
pub fn output(env: Env, line: &str) -> Result<(), String> {
    match runner_file(env, "GITHUB_OUTPUT") {
        Some(path) => append(&path, &format!("{line}\n")),
        None => Ok(()),
    }
}

fn runner_file(env: Env, name: &str) -> Option<PathBuf> {
    env(name).filter(|path| !path.is_empty()).map(PathBuf::from)
}

/// A report on standard output.
pub fn show(
    document: &Document,
    form: &Form,
    color: bool,
    out: &mut dyn Write,
) -> Result<(), Trouble> {
    let text = match form.name {
        "text" => report::lines(document, color),
        _ => (form.render)(document),
    };
    say(&text, out)
}

/// Text on standard output.
pub fn say(text: &str, out: &mut dyn Write) -> Result<(), Trouble> {
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        // Whoever went away has read enough.
        Err(error) if error.kind() != ErrorKind::BrokenPipe => Err(Trouble {
            doing: "write the report".to_string(),
            error,
            note: None,
        }),
        _ => Ok(()),
    }
}

/// The reports that were asked for by `--report`; `-` is standard output.
pub fn write(document: &Document, reports: &[Report], out: &mut dyn Write) -> Result<(), Trouble> {
    for Report { form, path } in reports {
        if path == Path::new("-") {
            show(document, form, false, out)?;
        } else {
            let text = (form.render)(document);
            std::fs::write(path, text).map_err(|error| Trouble::new("write", path, error))?;
        }
    }
    Ok(())
}

fn append(path: &Path, text: &str) -> Result<(), String> {
    let file = std::fs::OpenOptions::new()
        .create(true)
        .append(true)
        .open(path);
    file.and_then(|mut file| file.write_all(text.as_bytes()))
        .map_err(|error| unwritable(path, &error))
}

fn unwritable(path: &Path, error: &std::io::Error) -> String {
    format!("{} can't be written: {error}", path.display())
}
