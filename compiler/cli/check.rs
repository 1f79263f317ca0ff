//! `gatec check`: everything that `build` would say, and nothing written.

use std::collections::BTreeSet;

use super::args::Check;
use super::exit::{Exit, Failure};
use super::findings::Findings;
use super::load;
use super::progress::Progress;
use super::screen::{Output, Screen, count};
use crate::emit;
use crate::targets::TARGETS;

pub(super) fn run(args: &Check, screen: &mut Screen) -> Result<Exit, Failure> {
    let progress = Progress::new();
    let mut findings = Findings::default();
    let mut seen = BTreeSet::new();
    for path in &args.paths {
        let (project, mut compilation) = load::load(path, &progress)?;
        // Two paths of one project are one project.
        let files = project
            .files
            .iter()
            .map(|f| project.root.join(f))
            .collect::<Vec<_>>();
        if !files.is_empty() && !files.into_iter().fold(false, |new, f| seen.insert(f) | new) {
            continue;
        }
        emit(&mut compilation, TARGETS.iter().filter(|t| t.default));
        load::report(&mut findings, &project, &mut compilation);
    }
    drop(progress);
    let failed = findings.fail(args.show.deny_warnings);
    let clean = findings.is_empty();
    screen.show(findings, args.show, Output::Free)?;
    if clean {
        screen.say(&format!("{}, no findings", count(seen.len(), "file")))?;
    }
    Ok(Exit::failed(failed))
}
