//! Functions of series: what each asks, of which kinds.

use super::source::Source;
use super::{DEFAULT_WINDOW, Labels, Lowered, Lowering, Shape, refuse};
use crate::diagnostics::{Code, Diagnostic};
use crate::plan::value::decimal;
use crate::plan::{Expr, Func, SeriesKind, Type, Value};
use crate::source::Span;
use crate::targets::prometheus::names::kebab;
use crate::targets::prometheus::promql::{
    Aggregation, Match, MatchOp, Op, OverTime, Query, Selector,
};
use SeriesKind::{Counter, Gauge, Histogram, Summary};
use std::collections::BTreeSet;

/// A query, and the values it can give.
type Ranged = (Query, (f64, f64));

const ANY: (f64, f64) = (f64::NEG_INFINITY, f64::INFINITY);
const POSITIVE: (f64, f64) = (0.0, f64::INFINITY);
const SHARE: (f64, f64) = (0.0, 1.0);
const A_DAY: f64 = 86_400.0;

/// A function that asks one series.
struct Ask<'s, 'a> {
    source: &'s Source<'a>,
    /// Its name, for messages.
    name: String,
    window: f64,
    /// Labels that stay.
    by: Vec<String>,
}

/// A function of a series as a query; `None` when series have no such function.
pub fn call(
    source: &Source,
    groups: &[String],
    func: Func,
    args: &[Expr],
    span: Span,
) -> Lowering<Option<Lowered>> {
    let ask = Ask {
        source,
        name: func.name(),
        window: window_of(func, args),
        by: source.kept(groups),
    };
    let (query, range) = match func {
        Func::Quantile(tenths) => ask.quantile(f64::from(tenths) / 1000.0)?,
        Func::Mean => ask.mean()?,
        Func::Share => ask.share()?,
        Func::RateOf => ask.rate()?,
        Func::Increase => ask.increase()?,
        Func::Within => ask.within(args.get(1), span)?,
        Func::Max => ask.extreme(OverTime::Greatest, Aggregation::Max)?,
        Func::Min => ask.extreme(OverTime::Least, Aggregation::Min)?,
        Func::Sum => ask.total(args.len() > 1)?,
        Func::Last => {
            source.must_be(&ask.name, &[Gauge, Counter])?;
            return Ok(Some(newest(source)));
        }
        _ => return Ok(None),
    };
    let shape = Shape {
        labels: Labels::Only(ask.by),
        range,
        jobs: jobs(source),
    };
    Ok(Some(Lowered { query, shape }))
}

impl Ask<'_, '_> {
    fn sum(&self, query: Query) -> Query {
        query.aggregate(Aggregation::Sum, &self.by)
    }

    /// Events per second of a selector.
    fn flow(&self, selector: Selector) -> Query {
        self.sum(Query::Over(OverTime::Rate, selector, self.window))
    }

    fn gauge(&self, over: OverTime, op: Aggregation) -> Query {
        Query::Over(over, self.source.part(""), self.window).aggregate(op, &self.by)
    }

    fn quantile(&self, q: f64) -> Lowering<Ranged> {
        self.source.must_be(&self.name, &[Histogram, Summary])?;
        if self.source.kind() == Some(Summary) {
            let mut part = self.source.part("");
            part.matchers.push(Match::equal("quantile", &decimal(q)));
            // Quantiles of instances can't be averaged; the worst one is true of one of them.
            let worst = Query::Instant(part).aggregate(Aggregation::Max, &self.by);
            return Ok((worst, ANY));
        }
        let labels: Vec<_> = self.by.iter().cloned().chain(["le".to_string()]).collect();
        let buckets = Query::Over(OverTime::Rate, self.source.part("_bucket"), self.window);
        let buckets = buckets.aggregate(Aggregation::Sum, &labels);
        let quantile = Query::HistogramQuantile(q, Box::new(buckets));
        let bounds = self.source.series.map_or(&[] as &[f64], |s| &s.buckets);
        let lowest = bounds.first().copied().unwrap_or(0.0).min(0.0);
        let highest = bounds.last().copied().unwrap_or(f64::INFINITY);
        // The comparison drops the NaN of an idle service.
        let query = if lowest < 0.0 {
            quantile
        } else {
            quantile.with(Op::GreaterEqual, Query::Number(0.0))
        };
        Ok((query, (lowest, highest)))
    }

    fn mean(&self) -> Lowering<Ranged> {
        if matches!(self.source.kind(), Some(Gauge) | None) {
            return Ok((self.gauge(OverTime::Average, Aggregation::Average), ANY));
        }
        self.source
            .must_be(&self.name, &[Gauge, Histogram, Summary])?;
        let total = self.flow(self.source.part("_sum"));
        let count = self.flow(self.source.part("_count"));
        Ok((total.with(Op::Divide, some_traffic(count)), ANY))
    }

    fn share(&self) -> Lowering<Ranged> {
        self.source
            .must_be(&self.name, &[Counter, Histogram, Summary])?;
        let all = self.flow(self.source.all_events());
        // Where no such event was ever counted the share is zero, not unknown.
        let none = Query::Number(0.0).with(Op::Multiply, all.clone());
        let selected = self.flow(self.source.selected_events()).with(Op::Or, none);
        Ok((selected.with(Op::Divide, some_traffic(all)), SHARE))
    }

    fn rate(&self) -> Lowering<Ranged> {
        self.source
            .must_be(&self.name, &[Counter, Histogram, Summary])?;
        Ok((self.flow(self.source.selected_events()), POSITIVE))
    }

    fn increase(&self) -> Lowering<Ranged> {
        self.source
            .must_be(&self.name, &[Counter, Histogram, Summary])?;
        let events = self.source.selected_events();
        // Prometheus sees no increase in a counter that begins with its first event. One that was
        // not there before the window counts from nothing; a day without it tells it from one whose
        // scrapes only failed for a while.
        let before = Query::Before(events.clone(), A_DAY, self.window);
        let begun = Query::Instant(events.clone()).with(Op::Unless, before);
        let grown = Query::Over(OverTime::Increase, events, self.window);
        Ok((self.sum(begun.with(Op::Or, grown)), POSITIVE))
    }

    fn within(&self, bound: Option<&Expr>, span: Span) -> Lowering<Ranged> {
        self.source.must_be(&self.name, &[Histogram])?;
        let bound = bound.and_then(|b| Some((b.value()?.as_number()?, b.span)));
        let mut bucket = self.source.part("_bucket");
        bucket
            .matchers
            .push(declared_bucket(self.source, bound, span)?);
        let all = self.flow(self.source.part("_count"));
        Ok((self.flow(bucket).with(Op::Divide, some_traffic(all)), SHARE))
    }

    fn extreme(&self, over: OverTime, op: Aggregation) -> Lowering<Ranged> {
        self.source.must_be(&self.name, &[Gauge])?;
        Ok((self.gauge(over, op), ANY))
    }

    fn total(&self, windowed: bool) -> Lowering<Ranged> {
        self.source.must_be(&self.name, &[Gauge])?;
        let query = if windowed {
            self.gauge(OverTime::Average, Aggregation::Sum)
        } else {
            self.sum(Query::Instant(self.source.part("")))
        };
        Ok((query, ANY))
    }
}

/// The window that a call names, in seconds.
pub fn window_of(func: Func, args: &[Expr]) -> f64 {
    let at = if func == Func::Within { 2 } else { 1 };
    let named = args.get(at).and_then(|a| a.value()?.as_number());
    named.filter(|w| *w > 0.0).unwrap_or(DEFAULT_WINDOW)
}

fn jobs(source: &Source) -> BTreeSet<String> {
    source.service.map(kebab).into_iter().collect()
}

/// The newest samples, with all their labels.
pub fn newest(source: &Source) -> Lowered {
    Lowered {
        query: Query::Instant(source.part("")),
        shape: Shape {
            labels: Labels::All,
            range: ANY,
            jobs: jobs(source),
        },
    }
}

/// A denominator that is empty, not zero, while nothing happens.
fn some_traffic(count: Query) -> Query {
    count.with(Op::Greater, Query::Number(0.0))
}

/// The matcher of the bucket with this bound.
fn declared_bucket(source: &Source, bound: Option<(f64, Span)>, span: Span) -> Lowering<Match> {
    let Some((bound, at)) = bound else {
        return Err(refuse(
            span,
            "the bound of `within` must be known when the program is built",
        ));
    };
    if let Some(series) = source.series
        && !series
            .buckets
            .iter()
            .any(|b| (b - bound).abs() <= 1e-12 * bound.abs())
    {
        let say = |bound: f64| match &series.unit {
            Type::Quantity(quantity) => Value::Number(bound, quantity.clone()).to_string(),
            _ => decimal(bound),
        };
        let shown: Vec<_> = series.buckets.iter().map(|b| say(*b)).collect();
        return Err(Box::new(
            Diagnostic::new(
                Code::UndeclaredBucket,
                at,
                format!("`{}` counts no events up to {}", source.name, say(bound)),
            )
            .label("no bucket ends here")
            .also(series.origin.span, "the buckets are declared here")
            .help(format!("its bounds are {}", shown.join(", "))),
        ));
    }
    let text = decimal(bound);
    // Client libraries write a whole bound as `1` or as `1.0`.
    let (op, value) = if bound.fract() == 0.0 {
        (MatchOp::Regex, format!("{text}([.]0)?"))
    } else {
        (MatchOp::Equal, text)
    };
    Ok(Match {
        label: "le".to_string(),
        op,
        value,
    })
}
