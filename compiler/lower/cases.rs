//! `test` blocks.

use std::collections::BTreeSet;

use super::Lower;
use crate::diagnostics::{Code, Diagnostic, nearest};
use crate::plan::{Condition, Expect, Gate, Scoring, Subject, Test, Type, Value, WeightPart};
use crate::resolve::Scope;
use crate::resolve::eval::unparen;
use crate::resolve::shape::Shape;
use crate::schema::{Kind, Ty, sets};
use crate::source::Span;
use crate::syntax::ast::{self, BinaryOp, ExprKind as Ast};

type Given = Vec<(String, Value, Span)>;

impl<'a> Lower<'_, 'a> {
    pub(super) fn tests(&self, gates: &[Gate]) -> Vec<Test> {
        let tests = self.program.all("test");
        tests.filter_map(|s| self.test(s, gates)).collect()
    }

    fn test(&self, shape: &Shape<'a>, gates: &[Gate]) -> Option<Test> {
        let title = self.cx.typed(shape.arg(0)?, &Ty::Str, &Scope::CONSTANT)?;
        let given = shape.one("given");
        let nested = |name: &str| -> Given {
            given
                .and_then(|g| g.one(name))
                .map(|b| self.given(&b.open))
                .unwrap_or_default()
        };
        let perfect = given.and_then(|g| g.attribute("others")).is_some_and(|e| {
            let perfect = matches!(&unparen(e).kind, Ast::Name(n) if n == "perfect");
            if !perfect {
                self.report(
                    Diagnostic::new(
                        Code::UnknownName,
                        e.span,
                        "`others` is `perfect` or not said",
                    )
                    .label("not known here")
                    .help("write `others = perfect`")
                    .replace(e.span, "perfect"),
                );
            }
            perfect
        });
        Some(Test {
            title: title.as_str()?.to_string(),
            live: nested("live"),
            baseline: nested("baseline"),
            given: given.map(|g| self.given(&g.open)).unwrap_or_default(),
            others_perfect: perfect,
            expects: shape
                .all("expect")
                .filter_map(|e| self.expect(e, gates))
                .collect(),
            origin: self.origin_at(
                shape
                    .arg(0)
                    .map_or(shape.statement.keyword.span, |e| e.span),
                shape.statement.docs.clone(),
            ),
        })
    }

    fn given(&self, open: &[&ast::Attribute]) -> Given {
        open.iter()
            .filter_map(|entry| {
                let key = entry.key();
                let id = key.strip_prefix("metric.").unwrap_or(&key).to_string();
                let Some(ty) = self.program.metric_types.get(&id) else {
                    self.unknown_metric(&id, entry.key_span());
                    return None;
                };
                let ty = match ty {
                    Type::Unknown => None,
                    ty => Some(ty),
                };
                let value = self.cx.known(&entry.value, ty, &Scope::CONSTANT)?;
                Some((id, value, entry.span))
            })
            .collect()
    }

    fn unknown_metric(&self, id: &str, span: Span) {
        let names: Vec<&str> = self.program.names(Kind::Metric).collect();
        let diagnostic = Diagnostic::new(
            Code::UnknownName,
            span,
            format!("there is no metric `{id}`"),
        )
        .label("not declared");
        self.report(match nearest(id, names.iter().copied()) {
            Some(near) => diagnostic
                .help(format!("did you mean `{near}`?"))
                .replace(span, near),
            None => diagnostic.help("a test gives measurements of metrics"),
        });
    }

    fn expect(&self, shape: &Shape<'a>, gates: &[Gate]) -> Option<Expect> {
        let written = unparen(shape.arg(0)?);
        let Ast::Binary(BinaryOp::Equal, subject, outcome) = &written.kind else {
            self.report(
                Diagnostic::new(
                    Code::WrongType,
                    written.span,
                    "an expectation is `SUBJECT == OUTCOME`",
                )
                .label("not a comparison")
                .help("write `expect gate.release == fail`"),
            );
            return None;
        };
        let kinds = [Kind::Gate, Kind::Rollout, Kind::Alert];
        let subject = self.reference(subject, &kinds)?;
        let set = Type::Symbol(sets::RESULT.name);
        let result = self.cx.known(outcome, Some(&set), &Scope::CONSTANT)?;
        let result = result.as_str()?.to_string();
        let subject_span = subject.2;
        let subject = match subject {
            (Kind::Gate, name, _) => Subject::Gate(name),
            (Kind::Rollout, name, _) => Subject::Rollout(name),
            (_, name, _) => Subject::Alert(name),
        };
        self.check_outcome(&subject, &result, outcome.span, subject_span);
        let on = shape.attribute("on").map(criteria_names);
        let on = on.unwrap_or_default();
        if let Subject::Gate(gate) = &subject {
            self.check_criteria(gate, gates, &on);
        }
        Some(Expect {
            on: on.into_iter().map(|(name, _)| name).collect(),
            score: self.number(shape, "score"),
            at: self.number(shape, "at"),
            origin: self.origin_at(shape.statement.span, None),
            outcome: result,
            subject,
        })
    }

    /// A criterion by which a gate is expected to fail is one of the gate's or of its parts'.
    fn check_criteria(&self, gate: &str, gates: &[Gate], on: &[(String, Span)]) {
        let known = ids_of(gate, gates);
        for (name, span) in on.iter().filter(|(name, _)| !known.contains(name.as_str())) {
            let message = format!("gate `{gate}` has no criterion `{name}`");
            let diagnostic = Diagnostic::new(Code::UnknownName, *span, message)
                .label("not a criterion of the gate or its parts");
            self.report(match nearest(name, known.iter().copied()) {
                Some(near) => diagnostic
                    .help(format!("did you mean `{near}`?"))
                    .replace(*span, near),
                None => diagnostic.help(format!(
                    "it has {}",
                    known.iter().copied().collect::<Vec<_>>().join(", ")
                )),
            });
        }
    }

    fn check_outcome(&self, subject: &Subject, outcome: &str, at: Span, of: Span) {
        let (word, allowed): (&str, &[&str]) = match subject {
            Subject::Gate(_) => (
                "gate",
                &["pass", "warn", "fail", "undecided", "skipped", "overridden"],
            ),
            Subject::Rollout(_) => ("rollout", &["rolls_back", "promotes"]),
            Subject::Alert(_) => ("alert", &["fires", "silent"]),
        };
        if !allowed.contains(&outcome) {
            self.report(
                Diagnostic::new(
                    Code::WrongType,
                    at,
                    format!("a {word} never comes out as `{outcome}`"),
                )
                .label("another kind's outcome")
                .also(of, format!("this is a {word}"))
                .help(format!("write one of {}", allowed.join(", "))),
            );
        }
    }
}

/// Ids of a gate's criteria and of those of its parts.
fn ids_of<'g>(gate: &str, gates: &'g [Gate]) -> BTreeSet<&'g str> {
    let mut found = BTreeSet::new();
    let mut seen: BTreeSet<&str> = BTreeSet::new();
    let mut queue: Vec<&Gate> = gates.iter().filter(|g| g.id == gate).collect();
    while let Some(gate) = queue.pop() {
        if !seen.insert(&gate.id) {
            continue;
        }
        found.extend(gate.criteria.iter().map(|c| c.id.as_str()));
        let required = gate.criteria.iter().filter_map(|c| match &c.condition {
            Condition::Gate(part) => Some(part),
            _ => None,
        });
        let weighed = match &gate.scoring {
            Scoring::Weights(weights) => weights.as_slice(),
            _ => &[],
        };
        let weighed = weighed.iter().filter_map(|w| match &w.part {
            WeightPart::Gate(part) | WeightPart::Metric(part) => Some(part),
            WeightPart::Value(_) => None,
        });
        let parts: Vec<&String> = required.chain(weighed).collect();
        found.extend(parts.iter().map(|p| p.as_str()));
        queue.extend(gates.iter().filter(|g| parts.contains(&&g.id)));
    }
    found
}

/// Names of criteria in `on = [latency_p95]`, with their places.
fn criteria_names(e: &ast::Expr) -> Vec<(String, Span)> {
    match &unparen(e).kind {
        Ast::List(items) => items.iter().flat_map(criteria_names).collect(),
        Ast::Name(name) | Ast::Str(name) => vec![(name.clone(), e.span)],
        _ => vec![],
    }
}
