//! Findings of what a template makes, told of the template and of its use.
//!
//! Takes findings with places in copies of files, gives them with places in the files themselves.
//! A mistake of the template is said once however often it is used, a mistake of an argument once
//! however often the template names it.

use std::collections::{BTreeMap, BTreeSet};

use super::expand::Expansion;
use crate::diagnostics::{Code, Diagnostic, Diagnostics, Label, Severity};
use crate::source::{FileId, SourceMap, Span};

/// Leaves out what follows from a mistake in a `use`. Findings are in the order they were found: the
/// first of an argument is the one of its type.
pub fn settle(found: &mut Diagnostics, expansions: &[Expansion]) {
    if expansions.is_empty() || !found.has_errors() {
        return;
    }
    let errors = found.iter().filter(|d| d.severity == Severity::Error);
    let errors: BTreeSet<Span> = errors.map(|d| d.primary.span).collect();
    let wrong = |e: &&Expansion| errors.iter().any(|span| within(*span, e.statement));
    let wrong: BTreeSet<FileId> = expansions
        .iter()
        .filter(wrong)
        .map(|e| e.reading.file)
        .collect();
    let arguments: Vec<Span> = expansions
        .iter()
        .flat_map(|e| e.arguments.clone())
        .collect();
    let mut told: BTreeSet<Span> = BTreeSet::new();
    found.retain(|d| {
        let span = d.primary.span;
        let argument = arguments.iter().find(|a| within(span, **a));
        let again = argument.is_some_and(|a| d.severity == Severity::Error && !told.insert(*a));
        !again && !wrong.contains(&span.file)
    });
}

/// Every finding with its place in a file that people have.
pub fn told(found: Diagnostics, sources: &SourceMap) -> Diagnostics {
    let original = |span: Span| match sources.get(span.file).and_then(|f| f.copy) {
        Some((file, _)) => Span { file, ..span },
        None => span,
    };
    let key = |d: &Diagnostic| (d.code, original(d.primary.span), d.message.clone());
    let of_copy = |d: &Diagnostic| sources.get(d.primary.span.file).and_then(|f| f.copy);
    let mut seen: BTreeMap<(Code, Span, String), usize> = BTreeMap::new();
    let mut kept: Vec<Diagnostic> = Vec::new();
    // What is wrong with the template itself is found in it, too, and said there.
    let (copied, plain): (Vec<_>, Vec<_>) = found.into_iter().partition(|d| of_copy(d).is_some());
    for d in plain {
        seen.insert(key(&d), kept.len());
        kept.push(d);
    }
    let plain = kept.len();
    for d in copied {
        // What a template offers may be left lying.
        if d.code == Code::UnusedDeclaration {
            continue;
        }
        let Some((of, used)) = of_copy(&d) else {
            continue;
        };
        match seen.get(&key(&d)).copied() {
            Some(at) if at < plain => {}
            Some(at) => {
                if let Some(earlier) = kept.get_mut(at) {
                    earlier.secondary.push(label(used, "and here"));
                }
            }
            None => {
                seen.insert(key(&d), kept.len());
                let library = sources.get(of).is_some_and(|f| f.library);
                kept.push(at_use(d, used, library));
            }
        }
    }
    let mut found = Diagnostics::new();
    found.extend(kept.into_iter().map(|d| moved(d, &original)));
    found
}

/// The finding with the place of the use; what the library holds is no place to mend it.
fn at_use(mut d: Diagnostic, used: Span, library: bool) -> Diagnostic {
    if !library {
        return d.also(used, "in what is used here");
    }
    let place = std::mem::replace(&mut d.primary, label(used, "in what this makes"));
    d.secondary.insert(0, place);
    d.fix = None;
    d
}

fn label(span: Span, text: &str) -> Label {
    Label {
        span,
        text: text.to_string(),
    }
}

fn moved(mut d: Diagnostic, original: &impl Fn(Span) -> Span) -> Diagnostic {
    d.primary.span = original(d.primary.span);
    for label in &mut d.secondary {
        label.span = original(label.span);
    }
    for (span, _) in d.fix.iter_mut().flat_map(|fix| &mut fix.edits) {
        *span = original(*span);
    }
    d
}

fn within(inner: Span, outer: Span) -> bool {
    outer.file == inner.file && outer.start <= inner.start && inner.end <= outer.end
}
