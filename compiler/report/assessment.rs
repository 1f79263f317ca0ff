//! An assessment as the document that reports are made of.
//!
//! What is no number (an estimate that came out as not-a-number) is left out here, so that no form
//! has to think of it.

use super::document::{
    Bound, Document, Gate, Group, Item, Kept, Limit, Number, Numbers, Overridden, Past, Points,
    Span, VERSION,
};
use super::nearest::nearest;
use crate::baseline;
use crate::judge::{self, Assessment, Measure, Num};
use crate::plan::Operator;

impl From<&Assessment> for Document {
    fn from(assessment: &Assessment) -> Self {
        Document {
            version: VERSION,
            gate: gate(assessment),
        }
    }
}

fn gate(assessment: &Assessment) -> Gate {
    let mut items: Vec<Item> = assessment.items.iter().map(item).collect();
    let changes: Vec<_> = items.iter().map(|item| nearest(item, &items)).collect();
    for (item, changes) in items.iter_mut().zip(changes) {
        item.nearest = changes;
    }
    Gate {
        gate: assessment.gate.clone(),
        title: assessment.title.clone(),
        pipeline: assessment.pipeline.clone(),
        verdict: assessment.verdict,
        score: assessment.score.and_then(span),
        // A pass mark is a number of the program; an endless one can't be reached.
        pass: some(assessment.pass).unwrap_or(f64::MAX),
        scored: assessment.scored,
        place: assessment.place.clone(),
        items,
        advice: assessment.advice.clone(),
        notes: assessment.notes.clone(),
        overridden: assessment.overridden.as_ref().map(overridden),
        assumed: assessment.assumed.clone(),
    }
}

fn overridden(by: &judge::Overridden) -> Overridden {
    Overridden {
        was: by.was,
        reason: by.reason.clone(),
        by: by.by.clone(),
        until: by.until.and_then(some),
        place: by.place.clone(),
    }
}

fn item(item: &judge::Item) -> Item {
    let points = item.points.and_then(|(earned, of)| {
        Some(Points {
            earned: span(earned)?,
            of: some(of)?,
        })
    });
    Item {
        id: item.id.clone(),
        role: item.role.name().to_string(),
        verdict: item.verdict,
        decides: item.decides,
        asks: item.asks.clone(),
        value: item.value.clone(),
        limit: item.limit.clone(),
        points,
        reasons: item.reasons.clone(),
        place: item.place.clone(),
        gate: item.child.as_deref().map(|child| Box::new(gate(child))),
        numbers: numbers(&item.numbers),
        nearest: Vec::new(),
    }
}

fn numbers(numbers: &judge::Numbers) -> Numbers {
    let limit = numbers.limit.as_ref().and_then(|(op, measure)| {
        Some(Limit {
            op: comparison(*op)?,
            number: number(measure)?,
        })
    });
    let groups = numbers.groups.iter().filter_map(|(group, measure)| {
        Some(Group {
            group: group.clone(),
            number: number(measure)?,
        })
    });
    Numbers {
        value: numbers.value.as_ref().and_then(number),
        limit,
        warn: numbers.warn.as_ref().and_then(number),
        groups: groups.collect(),
        better: numbers.better,
        past: numbers.past.iter().filter_map(past).collect(),
        bounds: numbers.bounds.iter().filter_map(bound).collect(),
        weight: numbers.weight.and_then(some),
    }
}

fn past(past: &judge::Past) -> Option<Past> {
    Some(Past {
        baseline: past.baseline.clone(),
        metric: past.metric.clone(),
        group: past.group.clone(),
        now: number(&past.now)?,
        before: number(&past.before)?,
        statistic: past.statistic.clone(),
        runs: past.runs,
        change: number(&past.change)?,
        relative: past.relative.and_then(span),
        commit: past.commit.clone(),
        series: past.series.iter().filter_map(kept).collect(),
    })
}

fn kept(kept: &baseline::Kept) -> Option<Kept> {
    Some(Kept {
        time: some(kept.time)?,
        value: some(kept.value)?,
    })
}

fn bound(bound: &judge::Bound) -> Option<Bound> {
    Some(Bound {
        group: bound.group.clone(),
        confidence: some(bound.confidence)?,
        estimate: number(&bound.estimate)?,
        interval: number(&bound.interval)?,
        n: bound.n,
        effective_n: some(bound.effective_n)?,
        method: bound.method.clone(),
    })
}

fn comparison(op: Operator) -> Option<Operator> {
    use Operator::*;
    [Less, LessEqual, Greater, GreaterEqual, Equal, NotEqual]
        .into_iter()
        .find(|one| *one == op)
}

fn number(measure: &Measure) -> Option<Number> {
    let Span { low, high } = span(measure.number)?;
    Some(Number {
        low,
        high,
        quantity: measure.quantity.clone(),
    })
}

/// Bounds in their order, of which none is no number; an endless one is no bound.
fn span(number: Num) -> Option<Span> {
    let Num { low, high } = number;
    let bare = |n: f64| if n == 0.0 { 0.0 } else { n };
    (low <= high && low < f64::INFINITY && high > f64::NEG_INFINITY).then_some(Span {
        low: bare(low),
        high: bare(high),
    })
}

fn some(number: f64) -> Option<f64> {
    number.is_finite().then_some(number)
}
