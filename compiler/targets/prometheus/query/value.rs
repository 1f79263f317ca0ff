//! Values: metrics, functions of series, arithmetic.

use super::functions;
use super::source::group_matchers;
use super::{BASE_LABELS, Context, Labels, Lowered, Lowering, Shape, combine, meeting, refuse};
use crate::diagnostics::{Code, Diagnostic};
use crate::plan::{Expr, ExprKind, Func, Operator, Ref, SeriesKind, Type, Value};
use crate::source::Span;
use crate::targets::prometheus::pending::not_yet;
use crate::targets::prometheus::promql::{Aggregation, Function, Match, Op, Query, Selector, own};
use std::collections::BTreeSet;

const ANY: (f64, f64) = (f64::NEG_INFINITY, f64::INFINITY);
const POSITIVE: (f64, f64) = (0.0, f64::INFINITY);

impl<'a> Context<'a, '_> {
    /// A value as a query.
    pub fn value(&self, expr: &'a Expr) -> Lowering<Lowered> {
        match &expr.kind {
            ExprKind::Const(Value::Number(n, _)) => Ok(Lowered {
                query: Query::Number(*n),
                shape: Shape::constant(*n),
            }),
            ExprKind::Ref(reference) => self.reference(reference, expr),
            ExprKind::Negate(a) => self.value(a).map(negated),
            ExprKind::Binary(op, a, b) => match arithmetic(*op) {
                Some(op) => self.combined(op, self.value(a)?, self.value(b)?, expr.span),
                None => Err(refuse(
                    expr.span,
                    "a condition stands where a number is needed",
                )),
            },
            ExprKind::Call(func, args) => self.call(*func, args, expr.span),
            _ => Err(refuse(
                expr.span,
                "Prometheus measures numbers, and this is none",
            )),
        }
    }

    fn reference(&self, reference: &'a Ref, expr: &'a Expr) -> Lowering<Lowered> {
        match reference {
            Ref::Metric(id, matchers) if self.version.is_some() => {
                self.of_version(id, group_matchers(matchers), expr.span)
            }
            Ref::Limit(id) if self.version.is_some() => self.limit_here(id, expr.span),
            Ref::Metric(id, matchers) => match self.records.get(id) {
                Some(Err(why)) => Err(why.clone()),
                Some(Ok(recorded)) => Ok(Lowered {
                    query: Query::Instant(Selector {
                        name: recorded.name.clone(),
                        matchers: self.recorded_matchers(id, group_matchers(matchers)),
                    }),
                    shape: recorded.shape.clone(),
                }),
                None => Err(self.without_live(id, expr.span)),
            },
            Ref::Series { .. } => {
                let source = self.source(expr)?;
                source.must_be("last", &[SeriesKind::Gauge, SeriesKind::Counter])?;
                Ok(functions::newest(&source))
            }
            Ref::Ci(name, _) => Err(Box::new(not_yet(
                expr.span,
                format!("`ci.{name}` is not measured in Prometheus yet"),
            ))),
            _ => Err(refuse(
                expr.span,
                "this is known in a pipeline, not in Prometheus",
            )),
        }
    }

    /// Which of the recorded samples are of this environment.
    fn recorded_matchers(&self, metric: &str, groups: Vec<Match>) -> Vec<Match> {
        let recorded = self.records.get(metric).and_then(|r| r.as_ref().ok());
        let mut matchers = recorded.map_or_else(Vec::new, |r| self.own_samples(&r.shape));
        matchers.extend(groups);
        matchers
    }

    /// What tells recorded samples of this environment's service from others'.
    pub fn own_samples(&self, shape: &Shape) -> Vec<Match> {
        let mut matchers = Vec::new();
        // Without a service's series inside nothing ties the samples to a namespace.
        if !shape.jobs.is_empty() {
            matchers.push(Match::equal(BASE_LABELS[0], &self.environment.namespace));
            if let [job] = shape.jobs.iter().collect::<Vec<_>>().as_slice()
                && shape.labels.keep(BASE_LABELS[1])
            {
                matchers.push(Match::equal(BASE_LABELS[1], job));
            }
        }
        matchers
    }

    pub(super) fn without_live(&self, id: &str, span: Span) -> Box<Diagnostic> {
        let refusal = refuse(span, format!("`{id}` has no live source"));
        let help =
            "give the metric `live = …`, or say where the criterion counts: `{ where = ci }`";
        let at = self.plan.metric(id).map(|m| m.origin.span);
        Box::new(match at {
            Some(at) => refusal.also(at, "declared here").help(help),
            None => refusal.help(help),
        })
    }

    /// Two values as one.
    pub fn combined(&self, op: Op, a: Lowered, b: Lowered, span: Span) -> Lowering<Lowered> {
        let range = reach(op, a.shape.range, b.shape.range);
        let (query, labels, jobs) = match (a.query, b.query) {
            (Query::Number(x), Query::Number(y)) => {
                let folded = fold(op, x, y);
                return Ok(Lowered {
                    query: Query::Number(folded),
                    shape: Shape::constant(folded),
                });
            }
            (query, Query::Number(n)) if op == Op::Multiply => {
                (query.times(n), a.shape.labels, a.shape.jobs)
            }
            (Query::Number(n), query) if op == Op::Multiply => {
                (query.times(n), b.shape.labels, b.shape.jobs)
            }
            (query, Query::Number(n)) => (
                query.with(op, Query::Number(n)),
                a.shape.labels,
                a.shape.jobs,
            ),
            (Query::Number(n), query) => (
                Query::Number(n).with(op, query),
                b.shape.labels,
                b.shape.jobs,
            ),
            (left, right) => {
                let on = meeting(&a.shape, &b.shape);
                self.must_group_alike(&a.shape.labels, &b.shape.labels, span)?;
                let labels = on.clone().map_or(a.shape.labels, Labels::Only);
                let jobs = a.shape.jobs.union(&b.shape.jobs).cloned().collect();
                (combine(op, on, left, right), labels, jobs)
            }
        };
        Ok(Lowered {
            query,
            shape: Shape {
                labels,
                range,
                jobs,
            },
        })
    }

    fn must_group_alike(&self, a: &Labels, b: &Labels, span: Span) -> Lowering<()> {
        if a == b {
            return Ok(());
        }
        let show = |labels: &Labels| match labels {
            Labels::All => "every label of its series".to_string(),
            Labels::Only(names) => names.join(", "),
        };
        let message = "the two sides have different groups, so their samples never meet";
        Err(Box::new(refuse(span, message).help(format!(
            "left: {}; right: {}",
            show(a),
            show(b)
        ))))
    }

    fn call(&self, func: Func, args: &'a [Expr], span: Span) -> Lowering<Lowered> {
        let over_series = args.first().is_some_and(|a| a.ty == Type::Series)
            || matches!(
                args.first().map(|a| &a.kind),
                Some(ExprKind::Ref(Ref::Series { .. }))
            );
        match (func, args) {
            (Func::Rise | Func::Drop | Func::Change, [of]) if self.version.is_some() => {
                self.compared(func, of, span)
            }
            (Func::Count, _) if self.version.is_some() => Err(refuse(
                span,
                "a rollout can't tell that nothing is counted from no data",
            )
            .help("ask for each group: `require every(METRIC) >= LIMIT`")
            .into()),
            (Func::Every, [metric]) => self.value(metric),
            (Func::Clamp, [x, low, high]) => {
                let (x, low, high) = (self.value(x)?, self.value(low)?, self.value(high)?);
                let range = (low.shape.range.0, high.shape.range.1);
                Ok(wrapped(
                    Function::Clamp,
                    x,
                    vec![low.query, high.query],
                    range,
                ))
            }
            (Func::Capped, [x, high]) => {
                let (x, high) = (self.value(x)?, self.value(high)?);
                let range = (x.shape.range.0, high.shape.range.1);
                Ok(wrapped(Function::ClampMax, x, vec![high.query], range))
            }
            (Func::Abs, [x]) => Ok(wrapped(Function::Abs, self.value(x)?, vec![], POSITIVE)),
            (Func::Count, [condition]) => self.count(condition),
            (Func::Promql, [text]) => opaque(text),
            (Func::Min | Func::Max | Func::Mean | Func::Sum, [_, ..]) if !over_series => {
                self.of_several(func, args, span)
            }
            (_, [series, ..]) if over_series => {
                let source = self.source(series)?;
                functions::call(&source, &self.groups, func, args, span)?
                    .ok_or_else(|| self.unknown(func, span))
            }
            _ => Err(self.unknown(func, span)),
        }
    }

    fn unknown(&self, func: Func, span: Span) -> Box<Diagnostic> {
        let name = func.name();
        match func {
            Func::Rise | Func::Drop | Func::Change => Box::new(
                refuse(
                    span,
                    format!("`{name}` compares with a reference that Prometheus doesn't have"),
                )
                .help("let the criterion count where the reference is: `{ where = ci }`"),
            ),
            _ => refuse(span, format!("`{name}` can't be asked of Prometheus")),
        }
    }

    fn count(&self, condition: &'a Expr) -> Lowering<Lowered> {
        let condition = self.condition(condition, false)?;
        let by = BASE_LABELS.map(str::to_string).to_vec();
        Ok(Lowered {
            query: condition.query.aggregate(Aggregation::Count, &by),
            shape: Shape {
                labels: Labels::Only(by),
                range: (1.0, f64::INFINITY),
                jobs: condition.jobs,
            },
        })
    }

    /// `min(a, b)` and its kin: `(a < b) or b`, sums and their parts.
    fn of_several(&self, func: Func, args: &'a [Expr], span: Span) -> Lowering<Lowered> {
        let mut values = Vec::new();
        for arg in args {
            values.push(self.value(arg)?);
        }
        let many = values.len() as f64;
        let mut values = values.into_iter();
        let Some(mut result) = values.next() else {
            return Err(self.unknown(func, span));
        };
        for value in values {
            result = match func {
                Func::Sum | Func::Mean => self.combined(Op::Add, result, value, span)?,
                _ => self.choice(func, result, value, span)?,
            };
        }
        if func == Func::Mean {
            result.query = result.query.with(Op::Divide, Query::Number(many));
            result.shape.range = ANY;
        }
        Ok(result)
    }

    fn choice(&self, func: Func, a: Lowered, b: Lowered, span: Span) -> Lowering<Lowered> {
        self.must_group_alike(&a.shape.labels, &b.shape.labels, span)?;
        if a.shape.jobs != b.shape.jobs {
            return Err(refuse(span, "the values are of different services"));
        }
        let op = if func == Func::Min {
            Op::Less
        } else {
            Op::Greater
        };
        Ok(Lowered {
            query: a.query.with(op, b.query.clone()).with(Op::Or, b.query),
            shape: Shape {
                range: ANY,
                ..a.shape
            },
        })
    }
}

/// The program's own PromQL, if it is PromQL.
pub(super) fn opaque(text: &Expr) -> Lowering<Lowered> {
    let Some(query) = text.value().and_then(Value::as_str) else {
        return Err(refuse(
            text.span,
            "the text of `promql` must be known when the program is built",
        ));
    };
    let query = own(query).map_err(|problem| {
        Diagnostic::new(Code::InvalidPromql, text.span, "this is not PromQL")
            .label("Prometheus would refuse it")
            .help(format!("the parser says: {problem}"))
    })?;
    Ok(Lowered {
        query,
        shape: Shape {
            labels: Labels::All,
            range: ANY,
            jobs: BTreeSet::new(),
        },
    })
}

fn negated(value: Lowered) -> Lowered {
    let (low, high) = value.shape.range;
    let query = match value.query {
        Query::Number(n) => Query::Number(-n),
        query => Query::Negate(Box::new(query)),
    };
    Lowered {
        query,
        shape: Shape {
            range: (-high, -low),
            ..value.shape
        },
    }
}

fn wrapped(function: Function, x: Lowered, more: Vec<Query>, range: (f64, f64)) -> Lowered {
    let arguments = std::iter::once(x.query).chain(more).collect();
    Lowered {
        query: Query::Call(function, arguments),
        shape: Shape { range, ..x.shape },
    }
}

fn arithmetic(op: Operator) -> Option<Op> {
    Some(match op {
        Operator::Add => Op::Add,
        Operator::Subtract => Op::Subtract,
        Operator::Multiply => Op::Multiply,
        Operator::Divide => Op::Divide,
        _ => return None,
    })
}

fn fold(op: Op, a: f64, b: f64) -> f64 {
    match op {
        Op::Add => a + b,
        Op::Subtract => a - b,
        Op::Multiply => a * b,
        _ => a / b,
    }
}

/// The values that an operation can give, as far as they are easily known.
fn reach(op: Op, a: (f64, f64), b: (f64, f64)) -> (f64, f64) {
    let scaled = |(low, high): (f64, f64), n: f64| {
        let ends = (low * n, high * n);
        (ends.0.min(ends.1), ends.0.max(ends.1))
    };
    let constant = |(low, high): (f64, f64)| (low == high).then_some(low);
    match (op, constant(a), constant(b)) {
        (Op::Multiply, _, Some(n)) if n != 0.0 => scaled(a, n),
        (Op::Multiply, Some(n), _) if n != 0.0 => scaled(b, n),
        (Op::Divide, _, Some(n)) if n != 0.0 => scaled(a, 1.0 / n),
        (Op::Add, ..) => (a.0 + b.0, a.1 + b.1),
        (Op::Subtract, ..) => (a.0 - b.1, a.1 - b.0),
        _ => ANY,
    }
}
