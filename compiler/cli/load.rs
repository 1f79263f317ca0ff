//! What every command that compiles does first: find, check the version, compile.

use std::path::Path;

use semver::{Version, VersionReq};

use super::discover::{Project, discover};
use super::exit::Failure;
use super::findings::Findings;
use super::progress::Progress;
use super::scan;
use super::screen::count;
use crate::diagnostics::{Code, Diagnostic, Diagnostics};
use crate::source::{SourceMap, Span};
use crate::{Compilation, compile};

/// Finds and compiles the project of a path. A project that this gatec must not or can't read
/// gives its findings and an empty compilation.
pub fn load(path: &Path, progress: &Progress) -> Result<(Project, Compilation), Failure> {
    let project = discover(path)?;
    let mut compilation = refuse(&project);
    if compilation.diagnostics.is_empty() {
        progress.say(format!("compiling {}", count(project.files.len(), "file")));
        compilation = compile(&project.world(), &project.files);
    }
    Ok((project, compilation))
}

/// Adds a compilation's findings to the run's.
pub fn report(findings: &mut Findings, project: &Project, compilation: &mut Compilation) {
    let found = std::mem::take(&mut compilation.diagnostics);
    findings.absorb(&project.prefix, &compilation.sources, found);
}

/// Sources that are no text, and a required version that this gatec doesn't have.
fn refuse(project: &Project) -> Compilation {
    let mut compilation = Compilation::default();
    let Compilation {
        sources,
        diagnostics,
        ..
    } = &mut compilation;
    for (path, text, bad) in &project.garbled {
        let file = sources.add(path.clone(), text.clone());
        let finding = Diagnostic::new(
            Code::InvalidText,
            Span::new(file, *bad, *bad + '\u{fffd}'.len_utf8()),
            format!("`{path}` is not UTF-8 text"),
        );
        diagnostics.push(
            finding
                .label("the first byte that is none")
                .help("save it as UTF-8"),
        );
    }
    for (path, text) in project.texts() {
        check_version(path, text, sources, diagnostics);
    }
    compilation
}

fn check_version(path: &str, text: &str, sources: &mut SourceMap, found: &mut Diagnostics) {
    let Some((required, range)) = scan::project(text).and_then(|p| p.required) else {
        return;
    };
    let own = env!("CARGO_PKG_VERSION");
    let (message, help) = match (VersionReq::parse(&required), Version::parse(own)) {
        (Ok(required), Ok(own)) if required.matches(&own) => return,
        (Err(_), _) => (
            format!("`{required}` is not a version requirement"),
            "write it like `>= 0.1` or `>= 0.1, < 2`".to_string(),
        ),
        _ => (
            format!("this project asks for gatec {required}, and this is gatec {own}"),
            format!("install a gatec that fits `{required}`"),
        ),
    };
    let file = sources.add(path, text);
    let span = Span::new(file, range.start, range.end);
    found.push(Diagnostic::new(Code::RequiredVersion, span, message).help(help));
}
