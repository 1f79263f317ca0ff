//! `gatec fmt`: sources in the one style.

use std::io::Read;
use std::path::Path;

use super::args::{Fmt, Show};
use super::diff;
use super::discover::{prefix, sources};
use super::exit::{Exit, Failure};
use super::findings::Findings;
use super::screen::{Output, Screen};
use super::write::{Trouble, replace};
use crate::diagnostics::{Code, Diagnostic};
use crate::source::{SourceMap, Span};

pub(super) fn run(args: &Fmt, screen: &mut Screen) -> Result<Exit, Failure> {
    let mut findings = Findings::default();
    if args.paths.iter().any(|path| path == Path::new("-")) {
        stdin(args, &mut findings, screen)?;
    } else {
        for path in &args.paths {
            let places = sources(path)?;
            if places.is_empty() {
                screen.say(&format!("there is no .gate file in `{}`", path.display()))?;
            }
            for place in places {
                file(args, &place, &mut findings, screen)?;
            }
        }
    }
    let failed = findings.fail(false);
    screen.show(findings, Show::PLAIN, Output::Taken)?;
    Ok(Exit::failed(failed))
}

fn stdin(args: &Fmt, findings: &mut Findings, screen: &mut Screen) -> Result<(), Failure> {
    if args.paths.len() > 1 {
        return Err(Failure::Usage(
            "`-` stands alone: it reads standard input".to_string(),
        ));
    }
    let mut bytes = Vec::new();
    let input = Path::new("<stdin>");
    let read = std::io::stdin().lock().read_to_end(&mut bytes);
    read.map_err(|e| Trouble::new("read", input, e))?;
    let Some((text, formatted)) = format("<stdin>", bytes, findings)? else {
        return Ok(());
    };
    if !args.check && !args.diff {
        return screen.data(&formatted);
    }
    compare(args, "<stdin>", &text, &formatted, findings, screen)
}

fn file(
    args: &Fmt,
    place: &Path,
    findings: &mut Findings,
    screen: &mut Screen,
) -> Result<(), Failure> {
    let bytes = std::fs::read(place).map_err(|e| Trouble::new("read", place, e))?;
    let folder = place.parent().unwrap_or(place);
    let name = place.file_name().unwrap_or_default().to_string_lossy();
    let path = format!("{}{name}", prefix(folder));
    let Some((text, formatted)) = format(&path, bytes, findings)? else {
        return Ok(());
    };
    if text == formatted {
        return Ok(());
    }
    if args.check || args.diff {
        return compare(args, &path, &text, &formatted, findings, screen);
    }
    replace(place, formatted.as_bytes())?;
    screen.say(&format!("formatted {path}"))
}

fn compare(
    args: &Fmt,
    path: &str,
    text: &str,
    formatted: &str,
    findings: &mut Findings,
    screen: &mut Screen,
) -> Result<(), Failure> {
    if text == formatted {
        return Ok(());
    }
    if args.diff {
        let color = screen.colored_data();
        screen.data(&diff::unified(path, Some(text), Some(formatted), color))?;
    }
    if args.check {
        let span = findings.file(path);
        let message = format!("`{path}` is not in the one style");
        let finding = Diagnostic::new(Code::Unformatted, span, message);
        findings.push(finding.help(format!("run `gatec fmt {path}`")));
    }
    Ok(())
}

/// A text and its formatted form; what can't be formatted is a finding.
fn format(
    path: &str,
    bytes: Vec<u8>,
    findings: &mut Findings,
) -> Result<Option<(String, String)>, Failure> {
    let text = match String::from_utf8(bytes) {
        Ok(text) => text,
        Err(error) => {
            let bad = error.utf8_error().valid_up_to();
            let text = String::from_utf8_lossy(error.as_bytes()).into_owned();
            let at = Span {
                start: bad as u32,
                end: bad as u32,
                ..findings.text(path, text)
            };
            let message = format!("`{path}` is not UTF-8 text");
            findings.push(Diagnostic::new(Code::InvalidText, at, message).help("save it as UTF-8"));
            return Ok(None);
        }
    };
    match crate::format::format(&text) {
        Ok(formatted) => Ok(Some((text, formatted))),
        Err(found) => {
            let mut sources = SourceMap::new();
            sources.add(path, text);
            findings.absorb("", &sources, found);
            Ok(None)
        }
    }
}
