//! Conditions: comparisons, their negation, and what can be tested of them.

use super::{Context, Labels, Lowering, combine, meeting, refuse};
use super::{Shape, value};
use crate::diagnostics::{Code, Diagnostic};
use crate::plan::{Expr, ExprKind, Func, Operator, Quantity, Ref, Type, Value};
use crate::source::Span;
use crate::targets::prometheus::names::kebab;
use crate::targets::prometheus::promql::{Function, MatchOp, Op, Query, number};
use std::collections::BTreeSet;

/// A condition as a query that gives samples while it holds.
#[derive(Clone, Debug)]
pub struct Condition<'a> {
    /// The query.
    pub query: Query,
    /// Labels of its samples.
    pub labels: Labels,
    /// Values of `job` its samples can have.
    pub jobs: BTreeSet<String>,
    /// What a sample's value measures.
    pub measures: Type,
    /// Its parts, where each can be made true or false by a measurement.
    pub terms: Option<Terms<'a>>,
}

/// What a condition is made of, for tests.
#[derive(Clone, Debug)]
pub enum Terms<'a> {
    /// A measured value against a limit in the base unit.
    Compare {
        /// What is measured.
        what: &'a Expr,
        /// How it is compared.
        op: Op,
        /// With what.
        limit: f64,
        /// A farther limit, beyond which another alert takes over.
        until: Option<f64>,
        /// Values it can have.
        range: (f64, f64),
    },
    /// A series that isn't there.
    Absent(&'a Expr),
    /// Every one holds.
    All(Vec<Terms<'a>>),
    /// One or more hold.
    Any(Vec<Terms<'a>>),
}

impl<'a> Context<'a, '_> {
    /// A condition as a query; with `negate`, of its opposite.
    pub fn condition(&self, expr: &'a Expr, negate: bool) -> Lowering<Condition<'a>> {
        match &expr.kind {
            ExprKind::Not(inner) => self.condition(inner, !negate),
            ExprKind::Binary(Operator::And, a, b) => self.both(Op::And, a, b, negate),
            ExprKind::Binary(Operator::Or, a, b) => self.both(Op::Or, a, b, negate),
            ExprKind::Binary(op, a, b) => match comparison(*op) {
                Some(op) => self.compare(if negate { op.negated() } else { op }, a, b, expr.span),
                None => Err(refuse(
                    expr.span,
                    format!("`{}` can't decide an alert", op.text()),
                )),
            },
            ExprKind::Call(Func::NoData, args) => match (args.as_slice(), negate) {
                ([series], false) => self.no_data(series),
                ([_, _, ..], false) => Err(refuse(
                    expr.span,
                    "`no_data` asks whether a series is there now",
                )
                .help("leave out `over`; how long it must be silent is the alert's: `for = 10m`")
                .into()),
                _ => Err(refuse(
                    expr.span,
                    "only the absence of a series can be asked, not its presence",
                )),
            },
            ExprKind::Call(Func::Promql, args) => match (args.as_slice(), negate) {
                ([text], false) => {
                    let lowered = value::opaque(text)?;
                    Ok(Condition {
                        query: lowered.query,
                        labels: Labels::All,
                        jobs: BTreeSet::new(),
                        measures: Type::Quantity(Quantity::Number),
                        terms: None,
                    })
                }
                _ => Err(
                    refuse(expr.span, "the opposite of a `promql` text isn't known")
                        .help("write the opposite in the text itself")
                        .into(),
                ),
            },
            _ => Err(refuse(
                expr.span,
                "an alert needs a comparison, or it would always fire",
            )),
        }
    }

    fn both(&self, op: Op, a: &'a Expr, b: &'a Expr, negate: bool) -> Lowering<Condition<'a>> {
        let (left, right) = (self.condition(a, negate)?, self.condition(b, negate)?);
        let op = if negate { op.negated() } else { op };
        let shape = |c: &Condition| Shape {
            labels: c.labels.clone(),
            range: (0.0, 0.0),
            jobs: c.jobs.clone(),
        };
        let on = match op {
            Op::And => meeting(&shape(&left), &shape(&right)),
            _ => None,
        };
        let labels = match op {
            Op::And => left.labels.clone(),
            _ => left.labels.common(&right.labels),
        };
        // Sides with other labels fire as alerts of their own: too many outcomes to test.
        let alike = left.labels == right.labels && left.jobs == right.jobs;
        let terms = left.terms.zip(right.terms).and_then(|(a, b)| match op {
            Op::And => Some(Terms::All(vec![a, b])),
            _ => alike.then(|| Terms::Any(vec![a, b])),
        });
        Ok(Condition {
            query: combine(op, on, left.query, right.query),
            labels,
            jobs: left.jobs.union(&right.jobs).cloned().collect(),
            measures: left.measures,
            terms,
        })
    }

    fn compare(&self, op: Op, a: &'a Expr, b: &'a Expr, span: Span) -> Lowering<Condition<'a>> {
        let (left, right) = (self.value(a)?, self.value(b)?);
        match (left.query, right.query) {
            (Query::Number(_), Query::Number(_)) => Err(refuse(
                span,
                "both sides are constant, so nothing is measured",
            )),
            (query, Query::Number(limit)) => self.against(op, query, left.shape, a, limit, span),
            (Query::Number(limit), query) => {
                self.against(op.mirrored(), query, right.shape, b, limit, span)
            }
            (l, r) => {
                self.must_meet(&left.shape, &right.shape, span)?;
                let on = meeting(&left.shape, &right.shape);
                Ok(Condition {
                    query: combine(op, on.clone(), l, r),
                    labels: on.map_or(left.shape.labels, Labels::Only),
                    jobs: left.shape.jobs,
                    measures: self.type_of(a),
                    terms: None,
                })
            }
        }
    }

    fn must_meet(&self, a: &Shape, b: &Shape, span: Span) -> Lowering<()> {
        if a.labels == b.labels {
            return Ok(());
        }
        Err(refuse(
            span,
            "the two sides have different groups, so their samples never meet",
        ))
    }

    fn against(
        &self,
        op: Op,
        query: Query,
        shape: Shape,
        what: &'a Expr,
        limit: f64,
        span: Span,
    ) -> Lowering<Condition<'a>> {
        if never(op, limit, shape.range) {
            return Err(never_fires(op, limit, shape.range, span));
        }
        Ok(Condition {
            query: query.with(op, Query::Number(limit)),
            labels: shape.labels,
            jobs: shape.jobs,
            measures: self.type_of(what),
            terms: Some(Terms::Compare {
                what,
                op,
                limit,
                until: None,
                range: shape.range,
            }),
        })
    }

    /// Silence of a series. A target that is known and doesn't answer has `up` at zero, so of
    /// that series this is asked; that no target is known at all is the missing series' alert.
    fn no_data(&self, series: &'a Expr) -> Lowering<Condition<'a>> {
        let source = self.source(series)?;
        if is_up(series) {
            let query = Query::Instant(source.part(""));
            let range = (0.0, 1.0);
            let shape = Shape {
                labels: Labels::All,
                range,
                jobs: BTreeSet::new(),
            };
            return self.against(Op::Equal, query, shape, series, 0.0, series.span);
        }
        let selector = source.selected_events();
        let known = selector.matchers.iter().filter(|m| m.op == MatchOp::Equal);
        let labels = Labels::Only(known.map(|m| m.label.clone()).collect());
        Ok(Condition {
            query: Query::Call(Function::Absent, vec![Query::Instant(selector)]),
            labels,
            jobs: source.service.map(kebab).into_iter().collect(),
            measures: Type::Quantity(Quantity::Number),
            terms: Some(Terms::Absent(series)),
        })
    }
}

/// Whether this is the series that Prometheus itself writes for each target.
pub fn is_up(series: &Expr) -> bool {
    matches!(&series.kind, ExprKind::Ref(Ref::Series { service, name, .. }) if service.is_empty() && name == "up")
}

impl Condition<'_> {
    /// The condition between a nearer limit and its own.
    pub fn band(mut self, near: f64) -> Option<Self> {
        let Some(Terms::Compare {
            op, limit, until, ..
        }) = &mut self.terms
        else {
            return None;
        };
        let Query::Binary { left, right, .. } = self.query else {
            return None;
        };
        if !matches!(
            op,
            Op::Less | Op::LessEqual | Op::Greater | Op::GreaterEqual
        ) {
            return None;
        }
        let beyond = left.with(*op, Query::Number(near));
        self.query = beyond.with(op.negated(), *right);
        *until = Some(std::mem::replace(limit, near));
        Some(self)
    }
}

fn comparison(op: Operator) -> Option<Op> {
    Some(match op {
        Operator::Equal => Op::Equal,
        Operator::NotEqual => Op::NotEqual,
        Operator::Less => Op::Less,
        Operator::LessEqual => Op::LessEqual,
        Operator::Greater => Op::Greater,
        Operator::GreaterEqual => Op::GreaterEqual,
        _ => return None,
    })
}

/// Whether no value of the range compares so.
fn never(op: Op, limit: f64, (low, high): (f64, f64)) -> bool {
    match op {
        Op::Greater => high <= limit,
        Op::GreaterEqual => high < limit,
        Op::Less => low >= limit,
        Op::LessEqual => low > limit,
        Op::Equal => limit < low || limit > high,
        Op::NotEqual => low == limit && high == limit,
        _ => false,
    }
}

fn never_fires(op: Op, limit: f64, range: (f64, f64), span: Span) -> Box<Diagnostic> {
    let side = |op| match op {
        Op::Greater | Op::GreaterEqual => format!("it is never more than {}", number(range.1)),
        Op::Less | Op::LessEqual => format!("it is never less than {}", number(range.0)),
        _ => format!(
            "it lies between {} and {}",
            number(range.0),
            number(range.1)
        ),
    };
    let mut finding = Diagnostic::new(
        Code::AlertNeverFires,
        span,
        format!("no measurement is ever beyond {}", number(limit)),
    )
    .label(side(op));
    if range.1.is_finite() && matches!(op, Op::Greater | Op::GreaterEqual) {
        finding = finding.help(
            "a percentile ends at the histogram's last bucket: add a bucket above the limit, or lower the limit",
        );
    }
    Box::new(finding)
}

/// The literal limit of a comparison, with its unit, for messages.
pub fn limit_of(expr: &Expr) -> Option<&Value> {
    match &expr.kind {
        ExprKind::Binary(_, a, b) => b.value().or_else(|| a.value()),
        _ => None,
    }
}
