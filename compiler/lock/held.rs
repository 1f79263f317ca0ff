//! The pins of the lock that lies beside a program's sources, with what is wrong with it.

use super::{FILE_NAME, Lock};
use crate::diagnostics::{Code, Diagnostic, Diagnostics};
use crate::pins::Pins;
use crate::source::{SourceMap, Span, World};

/// What to do about a lock that can't be read.
pub const BROKEN: &str = "take the version of your branch's base (`git checkout HEAD -- gate.lock`), \
                          then run `gatec build`";

/// Reads the lock of a project, if it has one.
pub fn held(world: &dyn World, sources: &mut SourceMap, found: &mut Diagnostics) -> Pins {
    if !world.exists(FILE_NAME) {
        return Pins::default();
    }
    let read = world.read(FILE_NAME);
    let text = read.clone().unwrap_or_default();
    match read.and_then(|text| Lock::parse(&text)) {
        Err(why) => {
            let span = Span::new(sources.add(FILE_NAME, text), 0, 0);
            let message = format!("`{FILE_NAME}`: {why}");
            found.push(Diagnostic::new(Code::BrokenLock, span, message).help(BROKEN));
            Pins::default()
        }
        Ok(lock) => {
            let pins = lock.pins();
            contradictions(&pins, &text, sources, found);
            pins
        }
    }
}

/// A lock is changed by pull requests like any file: the commit of a release that gatec knows must
/// be that release's.
fn contradictions(pins: &Pins, text: &str, sources: &mut SourceMap, found: &mut Diagnostics) {
    for (locked, known) in pins.contradictions() {
        let (name, version) = (&locked.name, &locked.version);
        let file = sources.add(FILE_NAME, text);
        let at = text.find(&*locked.commit).unwrap_or(0);
        let message = format!("this is not the commit of `{name}` {version}");
        let finding = Diagnostic::new(
            Code::OtherCommit,
            Span::new(file, at, at + locked.commit.len()),
            message,
        );
        found.push(finding.label("other code than the release's").help(format!(
            "{version} is commit {}; find out who changed the lock, then run \
                     `gatec pin --update {name}`",
            known.commit
        )));
    }
}
