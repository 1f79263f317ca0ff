//! Numbers that may be known within bounds only: three findings of unknown severity are between
//! zero and three high ones. What holds at both bounds holds.

use crate::plan::Operator;

/// A number between two bounds, most often equal.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Num {
    /// Least.
    pub low: f64,
    /// Greatest.
    pub high: f64,
}

/// Whether two numbers differ by no more than the error of their arithmetic.
fn close(a: f64, b: f64) -> bool {
    (a - b).abs() <= 1e-12 * a.abs().max(b.abs())
}

impl Num {
    /// A number that is known.
    pub fn exact(number: f64) -> Self {
        Self {
            low: number,
            high: number,
        }
    }

    /// The least and greatest of some numbers; none of none, or if one isn't finite.
    fn hull(numbers: &[f64]) -> Option<Self> {
        let low = numbers.iter().copied().reduce(f64::min)?;
        let high = numbers.iter().copied().reduce(f64::max)?;
        numbers
            .iter()
            .all(|n| n.is_finite())
            .then_some(Self { low, high })
    }

    /// Whether both bounds are one.
    pub fn is_exact(self) -> bool {
        self.low == self.high
    }

    /// `a op b` for the four operations; none where that is no number.
    pub fn arithmetic(self, op: Operator, other: Self) -> Option<Self> {
        let corners = |f: fn(f64, f64) -> f64| {
            let (a, b) = (self, other);
            Self::hull(&[
                f(a.low, b.low),
                f(a.low, b.high),
                f(a.high, b.low),
                f(a.high, b.high),
            ])
        };
        match op {
            Operator::Add => corners(|a, b| a + b),
            Operator::Subtract => corners(|a, b| a - b),
            Operator::Multiply => corners(|a, b| a * b),
            Operator::Divide if other.low <= 0.0 && other.high >= 0.0 => None,
            Operator::Divide => corners(|a, b| a / b),
            _ => None,
        }
    }

    /// A rising function of it.
    pub fn map(self, f: impl Fn(f64) -> f64) -> Self {
        Self {
            low: f(self.low),
            high: f(self.high),
        }
    }

    /// `-x`
    pub fn negate(self) -> Self {
        Self {
            low: -self.high,
            high: -self.low,
        }
    }

    /// `abs(x)`
    pub fn abs(self) -> Self {
        if self.low >= 0.0 {
            return self;
        }
        if self.high <= 0.0 {
            return self.negate();
        }
        Self {
            low: 0.0,
            high: self.high.max(-self.low),
        }
    }

    /// The least of two.
    pub fn min(self, other: Self) -> Self {
        Self {
            low: self.low.min(other.low),
            high: self.high.min(other.high),
        }
    }

    /// The greatest of two.
    pub fn max(self, other: Self) -> Self {
        Self {
            low: self.low.max(other.low),
            high: self.high.max(other.high),
        }
    }

    /// Whether a comparison holds; `None`: at one bound only.
    pub fn compare(self, op: Operator, other: Self) -> Option<bool> {
        let (a, b) = (self, other);
        let below = |x: f64, y: f64| x < y && !close(x, y);
        match op {
            Operator::Less if below(a.high, b.low) => Some(true),
            Operator::Less if !below(a.low, b.high) => Some(false),
            Operator::Less => None,
            Operator::Greater => b.compare(Operator::Less, a),
            Operator::LessEqual => b.compare(Operator::Less, a).map(|holds| !holds),
            Operator::GreaterEqual => a.compare(Operator::Less, b).map(|holds| !holds),
            Operator::Equal if below(a.high, b.low) || below(b.high, a.low) => Some(false),
            Operator::Equal if close(a.low, b.high) && close(a.high, b.low) => Some(true),
            Operator::Equal => None,
            Operator::NotEqual => a.compare(Operator::Equal, b).map(|holds| !holds),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn num(low: f64, high: f64) -> Num {
        Num { low, high }
    }

    #[test]
    fn what_holds_at_both_bounds_holds() {
        use Operator::*;
        for (a, op, b, holds) in [
            (num(1.0, 1.0), LessEqual, num(1.0, 1.0), Some(true)),
            (num(0.0, 3.0), LessEqual, num(2.0, 2.0), None),
            (num(0.0, 3.0), LessEqual, num(3.0, 3.0), Some(true)),
            (num(1.0, 3.0), Equal, num(0.0, 0.0), Some(false)),
            (num(0.0, 3.0), Equal, num(0.0, 0.0), None),
            (num(0.0, 3.0), NotEqual, num(0.0, 0.0), None),
            (num(4.0, 5.0), Greater, num(3.0, 3.0), Some(true)),
            (
                num(0.1 + 0.2, 0.1 + 0.2),
                LessEqual,
                num(0.3, 0.3),
                Some(true),
            ),
            (
                num(0.1 + 0.2, 0.1 + 0.2),
                Greater,
                num(0.3, 0.3),
                Some(false),
            ),
            (
                num(0.9999, 0.9999),
                GreaterEqual,
                num(1.0, 1.0),
                Some(false),
            ),
        ] {
            assert_eq!(a.compare(op, b), holds, "{a:?} {op:?} {b:?}");
        }
    }

    #[test]
    fn arithmetic_keeps_bounds() {
        let (a, b) = (num(-1.0, 2.0), num(3.0, 4.0));
        assert_eq!(a.arithmetic(Operator::Multiply, b), Some(num(-4.0, 8.0)));
        assert_eq!(a.arithmetic(Operator::Subtract, b), Some(num(-5.0, -1.0)));
        assert_eq!(b.arithmetic(Operator::Divide, a), None);
        assert_eq!(
            num(1e308, 1e308).arithmetic(Operator::Multiply, num(10.0, 10.0)),
            None
        );
        assert_eq!(a.abs(), num(0.0, 2.0));
        assert_eq!(a.negate(), num(-2.0, 1.0));
    }
}
