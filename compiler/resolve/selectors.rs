//! Selections from groups, findings and series: what stands in `[ ]`.

use super::eval::{Context, unparen};
use super::scope::{Realm, Scope};
use crate::diagnostics::{Code, Diagnostic, nearest};
use crate::plan::{Matcher, MatcherOp, Value};
use crate::source::Span;
use crate::syntax::ast::{self, BinaryOp, ExprKind as Ast, Name};

impl Context<'_> {
    /// `[severity = "high"]`, `[status =~ "5.."]`, `[severity in ["a", "b"]]`.
    pub(super) fn matchers(
        &self,
        args: &[ast::Arg],
        scope: &Scope,
        series: Option<&str>,
    ) -> Vec<Matcher> {
        let constant = scope.within(Realm::Constant);
        let mut matchers = Vec::new();
        for arg in args {
            let (label, op, value) = match (&arg.name, &unparen(&arg.value).kind) {
                (Some(name), _) => (name.clone(), MatcherOp::Equal, &arg.value),
                (None, Ast::Binary(op, left, right)) => {
                    let op = match op {
                        BinaryOp::Equal => MatcherOp::Equal,
                        BinaryOp::NotEqual => MatcherOp::NotEqual,
                        BinaryOp::Matches => MatcherOp::Matches,
                        BinaryOp::NotMatches => MatcherOp::NotMatches,
                        BinaryOp::In => MatcherOp::In,
                        _ => {
                            self.bad_selector(arg.value.span);
                            continue;
                        }
                    };
                    match &left.kind {
                        Ast::Name(name) => (
                            Name {
                                text: name.clone(),
                                span: left.span,
                            },
                            op,
                            right.as_ref(),
                        ),
                        _ => {
                            self.bad_selector(arg.value.span);
                            continue;
                        }
                    }
                }
                _ => {
                    self.bad_selector(arg.value.span);
                    continue;
                }
            };
            self.check_label(&label, series);
            if let Some(value) = self.known(value, None, &constant) {
                let values = match value {
                    Value::List(items) => items,
                    one => vec![one],
                };
                matchers.push(Matcher {
                    label: label.text,
                    op,
                    values,
                });
            }
        }
        matchers
    }

    fn check_label(&self, label: &Name, series: Option<&str>) {
        let Some(declared) = series.and_then(|s| self.program.series.get(s)) else {
            return;
        };
        let common = ["pod", "instance", "container"];
        let known = |name: &str| {
            common.contains(&name) || declared.iter().any(|d| d.labels.iter().any(|l| l == name))
        };
        if known(&label.text) {
            return;
        }
        if ["namespace", "job"].contains(&label.text.as_str()) {
            return self.says_where(label, series.unwrap_or_default());
        }
        let labels: Vec<&str> = declared
            .iter()
            .flat_map(|d| d.labels.iter().map(String::as_str))
            .collect();
        let mut diagnostic = Diagnostic::new(
            Code::UnknownLabel,
            label.span,
            format!(
                "`{}` has no label `{}`",
                series.unwrap_or_default(),
                label.text
            ),
        )
        .label("no such label");
        if let Some(first) = declared.first() {
            diagnostic = diagnostic.also(first.span, "the series is declared here");
        }
        self.report(match nearest(&label.text, labels.iter().copied()) {
            Some(near) => diagnostic
                .help(format!("did you mean `{near}`?"))
                .replace(label.span, near),
            None if labels.is_empty() => {
                diagnostic.help(format!("declare it: `labels = [\"{}\"]`", label.text))
            }
            None => diagnostic.help(format!("it has {}", labels.join(", "))),
        });
    }

    /// A target asks a service's series of that service, where it runs; a second answer to the same
    /// question would select nothing.
    fn says_where(&self, label: &Name, series: &str) {
        let message = format!("the `{}` of `{series}` is known already", label.text);
        self.report(
            Diagnostic::new(Code::UnknownLabel, label.span, message)
                .label("the service's own is asked for")
                .help(
                    "remove it; of a job that no service declares, ask `up`: `up[job = \"agent\"]`",
                ),
        );
    }

    fn bad_selector(&self, span: Span) {
        self.report(
            Diagnostic::new(Code::WrongCall, span, "a selector is `[label = value]`")
                .label("not a selection")
                .help(
                    "write `[label = \"x\"]`, `[label =~ \"x.*\"]` or `[label in [\"x\", \"y\"]]`",
                ),
        );
    }
}
