//! The range a measurement can have.
//!
//! Used both ways: a limit outside the range decides nothing (the range may be too wide), and a
//! penalty under zero pays (then the bound must be real: `loose` says that it isn't known to be).

use super::reads::Names;
use crate::plan::{Expr, ExprKind, Func, Operator, PathSegment, Quantity, Ref, Type, Value};

/// The least and the greatest value.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Interval {
    /// Least value.
    pub low: f64,
    /// Greatest value.
    pub high: f64,
    /// Whether the bounds only come from not knowing better.
    pub loose: bool,
}

impl Interval {
    const ANY: Interval = Interval {
        low: f64::NEG_INFINITY,
        high: f64::INFINITY,
        loose: true,
    };

    fn new(low: f64, high: f64) -> Self {
        Self {
            low,
            high,
            loose: false,
        }
    }

    fn with(self, other: Interval, low: f64, high: f64) -> Self {
        Self {
            low: if low.is_nan() { f64::NEG_INFINITY } else { low },
            high: if high.is_nan() { f64::INFINITY } else { high },
            loose: self.loose || other.loose,
        }
    }

    fn add(self, other: Interval) -> Self {
        self.with(other, self.low + other.low, self.high + other.high)
    }

    fn negate(self) -> Self {
        Self {
            low: -self.high,
            high: -self.low,
            ..self
        }
    }

    fn multiply(self, other: Interval) -> Self {
        // Nothing times anything is nothing, even without bounds.
        let product = |a: f64, b: f64| if a == 0.0 || b == 0.0 { 0.0 } else { a * b };
        let ends = [
            product(self.low, other.low),
            product(self.low, other.high),
            product(self.high, other.low),
            product(self.high, other.high),
        ];
        let low = ends.into_iter().fold(f64::INFINITY, f64::min);
        let high = ends.into_iter().fold(f64::NEG_INFINITY, f64::max);
        self.with(other, low, high)
    }

    fn divide(self, other: Interval) -> Self {
        if other.low <= 0.0 && other.high >= 0.0 {
            return Interval::ANY;
        }
        self.multiply(other.with(other, 1.0 / other.high, 1.0 / other.low))
    }

    fn join(self, other: Interval) -> Self {
        self.with(other, self.low.min(other.low), self.high.max(other.high))
    }

    fn min(self, other: Interval) -> Self {
        self.with(other, self.low.min(other.low), self.high.min(other.high))
    }

    fn max(self, other: Interval) -> Self {
        self.with(other, self.low.max(other.low), self.high.max(other.high))
    }
}

/// The range of an expression over measurements.
pub fn range(expr: &Expr, names: &Names) -> Interval {
    match &expr.kind {
        ExprKind::Const(Value::Number(n, _)) => Interval::new(*n, *n),
        ExprKind::Ref(r) => of_ref(r, &expr.ty, names),
        ExprKind::Negate(a) => range(a, names).negate(),
        ExprKind::Binary(op, a, b) => {
            let (a, b) = (range(a, names), range(b, names));
            match op {
                Operator::Add => a.add(b),
                Operator::Subtract => a.add(b.negate()),
                Operator::Multiply => a.multiply(b),
                Operator::Divide => a.divide(b),
                _ => Interval::ANY,
            }
        }
        ExprKind::Call(func, args) => call(*func, args, &expr.ty, names),
        _ => Interval::ANY,
    }
}

fn of_ref(r: &Ref, ty: &Type, names: &Names) -> Interval {
    match r {
        Ref::Metric(id, _) => match names.metrics.get(id.as_str()) {
            Some(metric) => match metric.range {
                Some((low, high)) => Interval::new(low, high),
                None => of_type(&metric.ty),
            },
            None => of_type(ty),
        },
        // What a JSON file holds at a path is anything.
        Ref::Report { path, .. } if path.iter().any(|p| matches!(p, PathSegment::Key(_))) => {
            Interval::ANY
        }
        Ref::Series { .. } => Interval::ANY,
        _ => of_type(ty),
    }
}

fn of_type(ty: &Type) -> Interval {
    let Type::Quantity(quantity) = ty else {
        return Interval::ANY;
    };
    match quantity {
        Quantity::Ratio => Interval::new(0.0, 1.0),
        Quantity::Count | Quantity::Duration | Quantity::Bytes | Quantity::Rate | Quantity::Cpu => {
            Interval::new(0.0, f64::INFINITY)
        }
        Quantity::Number | Quantity::Points | Quantity::User(_) => Interval::ANY,
    }
}

fn call(func: Func, args: &[Expr], ty: &Type, names: &Names) -> Interval {
    let each: Vec<Interval> = args.iter().map(|a| range(a, names)).collect();
    let over_series = args.first().is_some_and(|a| matches!(a.ty, Type::Series));
    match (func, each.as_slice()) {
        (Func::Rise, [of]) if of.low >= 0.0 => Interval::new(-1.0, f64::INFINITY),
        (Func::Drop, [of]) if of.low >= 0.0 => Interval::new(f64::NEG_INFINITY, 1.0),
        (Func::Rise | Func::Drop, _) => Interval::new(f64::NEG_INFINITY, f64::INFINITY),
        (Func::Change, [of]) => of.add(of.negate()),
        (Func::Count | Func::Increase | Func::RateOf, _) => Interval::new(0.0, f64::INFINITY),
        (Func::Share | Func::Within, _) => Interval::new(0.0, 1.0),
        (Func::Every, [of]) => *of,
        (Func::Clamp, [of, low, high]) => clamp(*of, *low, *high),
        (Func::Capped, [of, high]) => of.min(*high),
        (Func::Abs, [of]) => abs(*of),
        (Func::If, [_, a, b]) => a.join(*b),
        (Func::Min, [first, rest @ ..]) if !over_series => {
            rest.iter().fold(*first, |a, b| a.min(*b))
        }
        (Func::Max, [first, rest @ ..]) if !over_series => {
            rest.iter().fold(*first, |a, b| a.max(*b))
        }
        (Func::Mean, [first, rest @ ..]) if !over_series => {
            rest.iter().fold(*first, |a, b| a.join(*b))
        }
        (Func::Sum, [first, rest @ ..]) if !over_series => {
            rest.iter().fold(*first, |a, b| a.add(*b))
        }
        (Func::Quantile(_), _) => match ty {
            Type::Quantity(Quantity::Duration | Quantity::Bytes) => of_type(ty),
            _ => Interval::ANY,
        },
        _ => Interval::ANY,
    }
}

/// A clamp with real bounds makes real bounds of anything.
fn clamp(of: Interval, low: Interval, high: Interval) -> Interval {
    let inside = of.max(low).min(high);
    Interval {
        loose: of.loose && inside.low < low.low || low.loose || high.loose,
        ..inside
    }
}

fn abs(of: Interval) -> Interval {
    let furthest = of.low.abs().max(of.high.abs());
    let nearest = if of.low <= 0.0 && of.high >= 0.0 {
        0.0
    } else {
        of.low.abs().min(of.high.abs())
    };
    of.with(of, nearest, furthest)
}

/// What can be said of a condition before anything is measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It holds whatever is measured.
    Always,
    /// It holds for nothing that can be measured.
    Never,
    /// It depends.
    Open,
}

/// Whether a condition over measurements can come out both ways.
pub fn decide(expr: &Expr, names: &Names) -> Verdict {
    use Verdict::{Always, Never, Open};
    match &expr.kind {
        ExprKind::Const(Value::Bool(true)) => Always,
        ExprKind::Const(Value::Bool(false)) => Never,
        ExprKind::Not(a) => match decide(a, names) {
            Always => Never,
            Never => Always,
            Open => Open,
        },
        ExprKind::Binary(Operator::And, a, b) => match (decide(a, names), decide(b, names)) {
            (Never, _) | (_, Never) => Never,
            (Always, Always) => Always,
            _ => Open,
        },
        ExprKind::Binary(Operator::Or, a, b) => match (decide(a, names), decide(b, names)) {
            (Always, _) | (_, Always) => Always,
            (Never, Never) => Never,
            _ => Open,
        },
        ExprKind::Binary(op, a, b) => compare(*op, range(a, names), range(b, names)),
        _ => Open,
    }
}

fn compare(op: Operator, a: Interval, b: Interval) -> Verdict {
    let decided = |always: bool, never: bool| match (always, never) {
        (true, _) => Verdict::Always,
        (_, true) => Verdict::Never,
        _ => Verdict::Open,
    };
    match op {
        Operator::Less => decided(a.high < b.low, a.low >= b.high),
        Operator::LessEqual => decided(a.high <= b.low, a.low > b.high),
        Operator::Greater => decided(a.low > b.high, a.high <= b.low),
        Operator::GreaterEqual => decided(a.low >= b.high, a.high < b.low),
        Operator::Equal => decided(false, a.high < b.low || b.high < a.low),
        Operator::NotEqual => decided(a.high < b.low || b.high < a.low, false),
        _ => Verdict::Open,
    }
}
