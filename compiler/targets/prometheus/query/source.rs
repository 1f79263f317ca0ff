//! Series as sources: which one is meant, under which labels it is scraped, what its kind can give.

use super::{BASE_LABELS, Context, Lowering, refuse};
use crate::diagnostics::{Code, Diagnostic};
use crate::plan::value::decimal;
use crate::plan::{Expr, ExprKind, Matcher, MatcherOp, Plan, Ref, Series, SeriesKind, Value};
use crate::source::Span;
use crate::targets::prometheus::names::kebab;
use crate::targets::prometheus::promql::{Match, MatchOp, Selector};

/// A series that an expression asks.
pub struct Source<'a> {
    /// Where it is named.
    pub span: Span,
    /// Its name.
    pub name: &'a str,
    /// The service that exports it, if one of the program does.
    pub service: Option<&'a str>,
    /// Its declaration.
    pub series: Option<&'a Series>,
    /// The selected part.
    pub matchers: Vec<Match>,
    /// What tells this environment's and service's samples from others'.
    pub scope: Vec<Match>,
}

/// The series that an expression names.
pub fn source<'a>(plan: &'a Plan, namespace: &str, expr: &'a Expr) -> Lowering<Source<'a>> {
    let ExprKind::Ref(Ref::Series {
        service,
        name,
        matchers,
    }) = &expr.kind
    else {
        return Err(
            refuse(expr.span, "this function asks a series, and this is none")
                .help("name a `series` of a service, or ask for the metric alone")
                .into(),
        );
    };
    let declared = plan.service(service);
    let scope = match declared {
        Some(service) => vec![
            Match::equal(BASE_LABELS[0], namespace),
            Match::equal(BASE_LABELS[1], &kebab(&service.id)),
        ],
        // Well-known series (`up`) may be of any namespace: only the program's matchers count.
        None => Vec::new(),
    };
    Ok(Source {
        span: expr.span,
        name,
        service: declared.map(|s| s.id.as_str()),
        series: declared.and_then(|s| s.series.iter().find(|series| series.id == *name)),
        matchers: matchers.iter().map(matcher).collect(),
        scope,
    })
}

impl Source<'_> {
    /// The kind, if the series is declared.
    pub fn kind(&self) -> Option<SeriesKind> {
        self.series.map(|s| s.kind)
    }

    /// The name of the series that counts events: a histogram's `_count`, a counter itself.
    pub fn events(&self) -> String {
        match self.kind() {
            Some(SeriesKind::Histogram | SeriesKind::Summary) => format!("{}_count", self.name),
            _ => self.name.to_string(),
        }
    }

    /// The selected part of the series with this ending.
    pub fn part(&self, suffix: &str) -> Selector {
        let matchers = self.scope.iter().chain(&self.matchers).cloned().collect();
        Selector {
            name: format!("{}{suffix}", self.name),
            matchers,
        }
    }

    /// The selected events.
    pub fn selected_events(&self) -> Selector {
        Selector {
            name: self.events(),
            ..self.part("")
        }
    }

    /// All events of the series here.
    pub fn all_events(&self) -> Selector {
        Selector {
            name: self.events(),
            matchers: self.scope.clone(),
        }
    }

    /// Labels that an aggregation keeps: the service's, and the groups that the series has.
    pub fn kept(&self, groups: &[String]) -> Vec<String> {
        let own = self.series.map_or(&[] as &[String], |s| &s.labels);
        let groups = groups.iter().filter(|g| own.contains(g)).cloned();
        BASE_LABELS
            .map(str::to_string)
            .into_iter()
            .chain(groups)
            .collect()
    }

    /// Fails unless the series is of one of the kinds (an undeclared one may be any).
    pub fn must_be(&self, function: &str, kinds: &[SeriesKind]) -> Lowering<()> {
        let Some(series) = self.series.filter(|s| !kinds.contains(&s.kind)) else {
            return Ok(());
        };
        let names: Vec<_> = kinds.iter().map(|k| format!("a {}", word(*k))).collect();
        let message = format!(
            "`{function}` asks {}, and `{}` is a {}",
            names.join(" or "),
            self.name,
            word(series.kind)
        );
        Err(Box::new(
            Diagnostic::new(Code::WrongSeriesKind, self.span, message)
                .label(format!("a {}", word(series.kind)))
                .also(series.origin.span, "declared here")
                .help(advice(series.kind)),
        ))
    }
}

fn word(kind: SeriesKind) -> &'static str {
    match kind {
        SeriesKind::Counter => "counter",
        SeriesKind::Gauge => "gauge",
        SeriesKind::Histogram => "histogram",
        SeriesKind::Summary => "summary",
    }
}

fn advice(kind: SeriesKind) -> &'static str {
    match kind {
        SeriesKind::Counter => "ask a counter with `rate`, `increase` or `share`",
        SeriesKind::Gauge => "ask a gauge with `mean`, `max`, `min`, `sum` or `last`",
        SeriesKind::Histogram => {
            "ask a histogram with a percentile (`p95`), `mean`, `share`, `within` or `rate`"
        }
        SeriesKind::Summary => {
            "ask a summary with a percentile it exports, `mean`, `share` or `rate`"
        }
    }
}

fn matcher(matcher: &Matcher) -> Match {
    let text = |value: &Value| match value {
        Value::Number(n, _) => decimal(*n),
        value => value
            .as_str()
            .map_or_else(|| value.to_string(), str::to_string),
    };
    let first = || matcher.values.first().map(text).unwrap_or_default();
    let (op, value) = match matcher.op {
        MatcherOp::Equal => (MatchOp::Equal, first()),
        MatcherOp::NotEqual => (MatchOp::NotEqual, first()),
        MatcherOp::Matches => (MatchOp::Regex, first()),
        MatcherOp::NotMatches => (MatchOp::NotRegex, first()),
        MatcherOp::In => {
            let values: Vec<_> = matcher.values.iter().map(|v| literal(&text(v))).collect();
            (MatchOp::Regex, values.join("|"))
        }
    };
    Match {
        label: matcher.label.clone(),
        op,
        value,
    }
}

/// A text that, as a regular expression, matches only itself.
pub fn literal(text: &str) -> String {
    let mut out = String::new();
    for c in text.chars() {
        if r"\.+*?()|[]{}^$".contains(c) {
            out.push('\\');
        }
        out.push(c);
    }
    out
}

impl<'a> Context<'a, '_> {
    /// The series that an expression names, here.
    pub fn source(&self, expr: &'a Expr) -> Lowering<Source<'a>> {
        let mut source = source(self.plan, &self.environment.namespace, expr)?;
        if let Some(version) = &self.version {
            version.narrow(&mut source);
        }
        Ok(source)
    }
}

/// The matchers of a metric's groups, for its recorded series.
pub fn group_matchers(matchers: &[Matcher]) -> Vec<Match> {
    matchers.iter().map(matcher).collect()
}
