//! Measured things by name: metrics with their groups, series of services.

use super::eval::Context;
use super::paths::Step;
use super::scope::Scope;
use crate::diagnostics::{Code, Diagnostic, nearest};
use crate::plan::{Expr, Matcher, MatcherOp, Ref, Type, Value};
use crate::schema::Kind;
use crate::source::Span;
use crate::syntax::ast::Name;

impl Context<'_> {
    pub(super) fn metric_path(
        &self,
        metric: &Name,
        rest: &[Step],
        span: Span,
        scope: &Scope,
    ) -> Expr {
        let matchers = match rest {
            [] => vec![],
            [Step::Index(args, _)] => {
                let matchers = self.matchers(args, scope, None);
                self.check_groups(metric, &matchers, span);
                matchers
            }
            _ => return self.too_long(span),
        };
        self.metric(&metric.text, &matchers, span)
            .unwrap_or_else(|| {
                let names: Vec<String> =
                    self.program.names(Kind::Metric).map(String::from).collect();
                self.unknown_member("metric", metric, names.iter(), span)
            })
    }

    fn check_groups(&self, metric: &Name, matchers: &[Matcher], span: Span) {
        let Some((dimension, values)) = self.program.metric_groups.get(&metric.text) else {
            self.report(
                Diagnostic::new(
                    Code::UnknownLabel,
                    span,
                    format!("`{}` has no groups", metric.text),
                )
                .label("nothing to select from")
                .help("give the metric `by = DIMENSION`, or remove the `[…]`"),
            );
            return;
        };
        for matcher in matchers {
            if matcher.label != *dimension {
                self.report(
                    Diagnostic::new(
                        Code::UnknownLabel,
                        span,
                        format!(
                            "`{}` is grouped by `{dimension}`, not by `{}`",
                            metric.text, matcher.label
                        ),
                    )
                    .label("another group")
                    .help(format!("write `{}[{dimension} = \"…\"]`", metric.text)),
                );
                continue;
            }
            for value in matcher.values.iter().filter_map(Value::as_str) {
                if matches!(
                    matcher.op,
                    MatcherOp::Equal | MatcherOp::NotEqual | MatcherOp::In
                ) && !values.iter().any(|v| v == value)
                {
                    let near = nearest(value, values.iter().map(String::as_str));
                    self.report(
                        Diagnostic::new(
                            Code::UnknownLabel,
                            span,
                            format!("`{dimension}` has no value \"{value}\""),
                        )
                        .label("not a value of the dimension")
                        .help(match near {
                            Some(near) => format!("did you mean \"{near}\"?"),
                            None => format!("it has {}", values.join(", ")),
                        }),
                    );
                }
            }
        }
    }

    pub(super) fn service_series(
        &self,
        service: &Name,
        series: &Name,
        rest: &[Step],
        span: Span,
        scope: &Scope,
    ) -> Expr {
        let matchers = match rest {
            [] => vec![],
            [Step::Index(args, _)] => self.matchers(args, scope, Some(&series.text)),
            _ => return self.too_long(span),
        };
        let known = self.program.series.get(&series.text);
        match known.is_some_and(|s| s.iter().any(|d| d.service == service.text)) {
            true => {
                let (service, name) = (service.text.clone(), series.text.clone());
                self.reference(
                    Ref::Series {
                        service,
                        name,
                        matchers,
                    },
                    Type::Series,
                    span,
                )
            }
            false => {
                let names: Vec<String> = self
                    .program
                    .series
                    .iter()
                    .filter(|(_, d)| d.iter().any(|d| d.service == service.text))
                    .map(|(n, _)| n.clone())
                    .collect();
                self.unknown_member("series of this service", series, names.iter(), span)
            }
        }
    }

    pub(super) fn metric(&self, name: &str, matchers: &[Matcher], span: Span) -> Option<Expr> {
        let ty = self.program.metric_types.get(name)?;
        Some(self.reference(
            Ref::Metric(name.into(), matchers.to_vec()),
            ty.clone(),
            span,
        ))
    }

    pub(super) fn limit(&self, name: &str, span: Span) -> Option<Expr> {
        let ty = self.program.limit_types.get(name)?;
        Some(self.reference(Ref::Limit(name.into()), ty.clone(), span))
    }

    pub(super) fn series(&self, name: &str, matchers: &[Matcher], span: Span) -> Option<Expr> {
        let known = self.program.series.get(name);
        let service = match known.map(Vec::as_slice) {
            Some([one]) => one.service.clone(),
            Some([first, second, ..]) => {
                self.report(
                    Diagnostic::new(
                        Code::AmbiguousName,
                        span,
                        format!("two services export `{name}`"),
                    )
                    .label("which of them?")
                    .also(first.span, "declared here")
                    .also(second.span, "and here")
                    .help(format!(
                        "write `{}.{name}` or `{}.{name}`",
                        first.service, second.service
                    )),
                );
                return Some(self.unknown(span));
            }
            // Series that Prometheus itself writes for every target.
            _ if matches!(name, "up" | "scrape_duration_seconds") => String::new(),
            _ => return None,
        };
        let reference = Ref::Series {
            service,
            name: name.into(),
            matchers: matchers.to_vec(),
        };
        Some(self.reference(reference, Type::Series, span))
    }
}
