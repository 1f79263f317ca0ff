//! `unused-allow`, `unknown-allow`: findings that a program silences.

use super::is_lint;
use crate::diagnostics::{Code, Diagnostic, Diagnostics, Severity, nearest};
use crate::plan::{Allow, Plan};
use crate::source::Span;
use std::collections::BTreeMap;

/// Whether a program may silence a code: every lint's, what is no error, and a size that only
/// GitHub itself refuses.
fn may_be_silenced(code: Code) -> bool {
    let own = matches!(code, Code::UnknownAllow | Code::UnusedAllow);
    let writable = code.severity() != Severity::Error || code == Code::WorkflowTooLarge;
    !own && (is_lint(code) || writable)
}

/// Whether a program silences a finding; for findings that are made after the lints.
pub fn is_allowed(plan: &Plan, finding: &Diagnostic) -> bool {
    may_be_silenced(finding.code)
        && plan
            .allows
            .iter()
            .any(|a| a.code == finding.code.name() && holds_at(a, finding.primary.span))
}

fn holds_at(allow: &Allow, span: Span) -> bool {
    allow.within.is_none_or(|within| contains(within, span))
}

fn contains(outer: Span, inner: Span) -> bool {
    outer.file == inner.file && outer.start <= inner.start && inner.end <= outer.end
}

/// Takes away what the program allows, and adds what is wrong with its `allow`s.
pub fn silence(plan: &Plan, found: &mut Diagnostics) {
    if plan.allows.is_empty() {
        return;
    }
    let mut silencers = Silencers::of(&plan.allows);
    found.retain(|d| !silencers.take(d));
    // Of a pipeline that goes in a circle nothing is known, and of a program with errors little, so
    // an `allow` may still be needed.
    let circle = |d: &Diagnostic| matches!(d.code, Code::Cycle | Code::GateBeforeEvidence);
    let hidden = found.iter().any(circle) || !plan.gaps.is_empty();
    for (allow, used) in plan.allows.iter().zip(&silencers.used) {
        if let Some(finding) = judge(allow, *used || hidden) {
            found.push(finding);
        }
    }
}

fn judge(allow: &Allow, used: bool) -> Option<Diagnostic> {
    let span = allow.origin.span;
    let Some(code) = Code::from_name(&allow.code) else {
        let names = Code::ALL.iter().map(|c| c.name());
        let near = nearest(&allow.code, names).map(|n| format!("did you mean `{n}`?"));
        let message = format!("there is no finding `{}`", allow.code);
        return Some(Diagnostic::new(Code::UnknownAllow, span, message).help_some(near));
    };
    if !may_be_silenced(code) {
        let message = format!("`{}` can't be allowed", allow.code);
        return Some(
            Diagnostic::new(Code::UnknownAllow, span, message)
                .label("without mending it, there is nothing to write")
                .help("only warnings, notes and the findings of lints can be allowed"),
        );
    }
    // What is no lint's is found elsewhere, perhaps later.
    if used || !is_lint(code) {
        return None;
    }
    let place = match allow.within {
        Some(_) => "in this block",
        None => "in this program",
    };
    let message = format!("nothing {place} is `{}`", allow.code);
    Some(
        Diagnostic::new(Code::UnusedAllow, span, message)
            .label("silences nothing")
            .help("remove it")
            .fix("remove it", vec![(span, String::new())]),
    )
}

/// `allow`s by code, the scoped ones by where their blocks begin.
struct Silencers<'a> {
    everywhere: BTreeMap<&'a str, Vec<usize>>,
    scoped: BTreeMap<&'a str, Vec<Scope>>,
    used: Vec<bool>,
}

struct Scope {
    within: Span,
    /// The furthest end of this block and those before it.
    reach: u32,
    allow: usize,
}

impl<'a> Silencers<'a> {
    fn of(allows: &'a [Allow]) -> Self {
        let mut everywhere: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
        let mut scoped: BTreeMap<&str, Vec<Scope>> = BTreeMap::new();
        for (allow, declared) in allows.iter().enumerate() {
            match declared.within {
                None => everywhere.entry(&declared.code).or_default().push(allow),
                Some(within) => scoped.entry(&declared.code).or_default().push(Scope {
                    within,
                    reach: 0,
                    allow,
                }),
            }
        }
        for scopes in scoped.values_mut() {
            scopes.sort_by_key(|s| s.within);
            let mut last = (None, 0);
            for scope in scopes {
                let before = if last.0 == Some(scope.within.file) {
                    last.1
                } else {
                    0
                };
                scope.reach = scope.within.end.max(before);
                last = (Some(scope.within.file), scope.reach);
            }
        }
        Self {
            everywhere,
            scoped,
            used: vec![false; allows.len()],
        }
    }

    /// Whether a finding is silenced; marks what silences it: the innermost block's `allow`, else
    /// the program's.
    fn take(&mut self, finding: &Diagnostic) -> bool {
        if !may_be_silenced(finding.code) {
            return false;
        }
        let code = finding.code.name();
        let allows: Vec<usize> = match self.innermost(code, finding.primary.span) {
            Some(allow) => vec![allow],
            None => self.everywhere.get(code).cloned().unwrap_or_default(),
        };
        for allow in &allows {
            if let Some(used) = self.used.get_mut(*allow) {
                *used = true;
            }
        }
        !allows.is_empty()
    }

    fn innermost(&self, code: &str, span: Span) -> Option<usize> {
        let scopes = self.scoped.get(code)?;
        let begun =
            scopes.partition_point(|s| (s.within.file, s.within.start) <= (span.file, span.start));
        let mut before = scopes.get(..begun)?.iter().rev();
        before
            .by_ref()
            .take_while(|s| s.within.file == span.file && s.reach >= span.end)
            .find(|s| contains(s.within, span))
            .map(|s| s.allow)
    }
}
