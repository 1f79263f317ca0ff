//! An inspection as findings.

use super::{Inspected, Inspection, Orphan, State};
use crate::cli::findings::Findings;
use crate::diagnostics::{Code, Diagnostic};

impl Inspection {
    /// Says what stands in the way of writing, and which edited orphans are kept.
    pub fn report_refusals(&self, findings: &mut Findings, prefix: &str) {
        for output in &self.outputs {
            if !matches!(output.state, State::Missing | State::Stale | State::Current) {
                report(findings, prefix, output);
            }
        }
        for orphan in self.orphans.iter().filter(|o| o.edited) {
            report_kept(findings, prefix, orphan);
        }
    }

    /// Says where the disk differs from what a build would leave.
    pub fn report_drift(&self, findings: &mut Findings, prefix: &str) {
        for output in self.outputs.iter().chain([&self.lock_file]) {
            report(findings, prefix, output);
        }
        for orphan in &self.orphans {
            match orphan.edited {
                true => report_kept(findings, prefix, orphan),
                false => report_orphan(findings, prefix, orphan),
            }
        }
    }
}

fn report(findings: &mut Findings, prefix: &str, output: &Inspected) {
    let path = format!("{prefix}{}", output.path);
    let (code, message) = match &output.state {
        State::Current => return,
        State::Missing => (Code::MissingOutput, format!("`{path}` is missing")),
        State::Stale => (
            Code::StaleOutput,
            format!("`{path}` is not what the source says now"),
        ),
        State::HandEdited => (
            Code::HandEditedOutput,
            format!("`{path}` was edited since gatec wrote it"),
        ),
        State::Foreign(None) => (
            Code::ForeignFile,
            format!("`{path}` exists and gatec did not write it"),
        ),
        State::Foreign(Some(why)) => (
            Code::ForeignFile,
            format!("`{path}` can't be written: {why}"),
        ),
        State::Outside(why) => (
            Code::OutputOutsideRoot,
            format!("`{path}` may not be written: {why}"),
        ),
        State::Collides(other) => (
            Code::OutputCollision,
            format!("`{path}` and `{prefix}{other}` are the same file to some systems"),
        ),
    };
    let span = findings.file(&path);
    findings.push(Diagnostic::new(code, span, message).help_some(help(code)));
}

fn report_orphan(findings: &mut Findings, prefix: &str, orphan: &Orphan) {
    let path = format!("{prefix}{}", orphan.path);
    let span = findings.file(&path);
    let message = format!("`{path}` is no longer made by the source");
    let finding = Diagnostic::new(Code::OrphanedOutput, span, message);
    findings.push(finding.help_some(help(Code::OrphanedOutput)));
}

fn report_kept(findings: &mut Findings, prefix: &str, orphan: &Orphan) {
    let path = format!("{prefix}{}", orphan.path);
    let span = findings.file(&path);
    let message = format!("`{path}` is no longer made by the source, and kept: it was edited");
    let finding = Diagnostic::new(Code::EditedOrphan, span, message);
    findings.push(finding.help_some(help(Code::EditedOrphan)));
}

fn help(code: Code) -> Option<String> {
    let help = match code {
        Code::MissingOutput | Code::StaleOutput | Code::OrphanedOutput => {
            "run `gatec build` and commit what it changes"
        }
        Code::HandEditedOutput => {
            "see the edit with `gatec build --diff`; move it into the .gate source, \
             or delete the file, then run `gatec build`"
        }
        Code::ForeignFile => "move or delete it, then run `gatec build`",
        Code::EditedOrphan => "delete it, or keep it as your own: gatec forgets it",
        _ => return None,
    };
    Some(help.to_string())
}
