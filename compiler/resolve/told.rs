//! Findings of what a template makes, told of the template and of its use.
//!
//! Takes findings with places in copies of files, gives them with places in the files themselves.
//! A mistake of the template is said once however often it is used, a mistake of an argument once
//! however often the template names it.

use std::collections::{BTreeMap, BTreeSet};

use super::expand::Expansion;
use crate::diagnostics::{Code, Diagnostic, Diagnostics, Label, Severity};
use crate::source::{FileId, SourceMap, Span};

/// How many places a finding shows at most beside its own.
const SHOWN: usize = 4;

/// Leaves out what follows from a mistake in a `use`. Findings are in the order they were found: the
/// first of an argument is the one of its type.
pub fn settle(found: &mut Diagnostics, expansions: &[Expansion]) {
    if expansions.is_empty() || !found.has_errors() {
        return;
    }
    let errors = found.iter().filter(|d| d.severity == Severity::Error);
    let errors: BTreeSet<(Span, Code)> = errors.map(|d| (d.primary.span, d.code)).collect();
    // Two things of one name in a template: which of them its text means isn't known.
    let wrong = |e: &&Expansion| {
        errors.iter().any(|(span, code)| {
            let twice = *code == Code::DuplicateName && within(*span, e.template);
            twice || within(*span, e.statement)
        })
    };
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
    let errors = found.has_errors();
    let copied = |d: &Diagnostic| sources.get(d.primary.span.file).and_then(|f| f.copy);
    let (made, mut kept): (Vec<_>, Vec<_>) = found.into_iter().partition(|d| copied(d).is_some());
    let mut told = Told::new(sources, &kept);
    for finding in made {
        // What a template offers may be left lying, and in a broken one little is certain.
        let unsure = errors && finding.severity != Severity::Error;
        if finding.code != Code::UnusedDeclaration && !unsure {
            told.add(finding);
        }
    }
    kept.extend(told.kept);
    let mut found = Diagnostics::new();
    found.extend(kept.into_iter().map(|d| moved(d, sources)));
    found
}

/// Findings in copies, each mistake once.
struct Told<'s> {
    sources: &'s SourceMap,
    /// What is found in the templates themselves, too, and said there.
    plain: BTreeSet<(Code, Span, String)>,
    kept: Vec<Diagnostic>,
    /// By place in the template: the same in another use of it.
    places: BTreeMap<(Code, Span), usize>,
    /// By use and message: the same at another place of the template.
    uses: BTreeMap<(Code, Span, String), usize>,
}

impl<'s> Told<'s> {
    fn new(sources: &'s SourceMap, plain: &[Diagnostic]) -> Self {
        let key = |d: &Diagnostic| (d.code, d.primary.span, d.message.clone());
        Self {
            sources,
            plain: plain.iter().map(key).collect(),
            kept: Vec::new(),
            places: BTreeMap::new(),
            uses: BTreeMap::new(),
        }
    }

    fn add(&mut self, d: Diagnostic) {
        let file = self.sources.get(d.primary.span.file);
        let Some((of, used)) = file.and_then(|f| f.copy) else {
            return;
        };
        let span = original(d.primary.span, self.sources);
        if self.plain.contains(&(d.code, span, d.message.clone())) {
            return;
        }
        // What the library holds is right in itself, and so each use is a mistake of its own.
        let library = self.sources.get(of).is_some_and(|f| f.library);
        let elsewhere = self.places.get(&(d.code, span)).filter(|_| !library);
        let use_key = (d.code, used, d.message.clone());
        let (earlier, place) = match (elsewhere, self.uses.get(&use_key)) {
            (Some(at), _) => (Some(*at), used),
            (None, at) => (at.copied(), span),
        };
        match earlier {
            Some(at) => {
                let labels = self.kept.get_mut(at).map(|d| &mut d.secondary);
                if let Some(labels) = labels.filter(|l| l.len() < SHOWN) {
                    labels.push(label(place, "and here"));
                }
            }
            None => {
                self.places.insert((d.code, span), self.kept.len());
                self.uses.insert(use_key, self.kept.len());
                self.kept.push(at_use(d, used, library));
            }
        }
    }
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

fn moved(mut d: Diagnostic, sources: &SourceMap) -> Diagnostic {
    let edits = d.fix.iter_mut().flat_map(|fix| &mut fix.edits);
    let labels = d.secondary.iter_mut().map(|label| &mut label.span);
    let spans = labels.chain(edits.map(|(span, _)| span));
    for span in spans.chain([&mut d.primary.span]) {
        *span = original(*span, sources);
    }
    d
}

/// The place in the file that a copy is of.
fn original(span: Span, sources: &SourceMap) -> Span {
    match sources.get(span.file).and_then(|f| f.copy) {
        Some((file, _)) => Span { file, ..span },
        None => span,
    }
}

fn within(inner: Span, outer: Span) -> bool {
    outer.file == inner.file && outer.start <= inner.start && inner.end <= outer.end
}
