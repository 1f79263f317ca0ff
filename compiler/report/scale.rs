//! Numbers on a line of the drawings.

/// Pixels at which the line of numbers begins.
pub const LEFT: f64 = 180.0;
/// Pixels at which it ends.
pub const RIGHT: f64 = 560.0;

/// Numbers to pixels.
pub struct Scale {
    low: f64,
    high: f64,
}

impl Scale {
    /// A scale that holds all numbers that are finite, with some room; none if it can't.
    pub fn over(numbers: impl Iterator<Item = f64>) -> Option<Self> {
        let finite: Vec<f64> = numbers.filter(|n| n.is_finite()).collect();
        let low = finite.iter().copied().reduce(f64::min)?;
        let high = finite.iter().copied().reduce(f64::max)?;
        let span = high - low;
        let room = match span > low.abs().max(high.abs()) * 1e-9 {
            true => span * 0.12,
            false => (low.abs() * 0.1).max(1e-9),
        };
        let from = if low >= 0.0 {
            (low - room).max(0.0)
        } else {
            low - room
        };
        Self::new(from, high + room)
    }

    /// A scale between two numbers; none if that is no length.
    pub fn new(low: f64, high: f64) -> Option<Self> {
        let scale = Self { low, high };
        let wide = scale.high - scale.low;
        (wide.is_finite() && wide > 0.0).then_some(scale)
    }

    /// The place of a number, within the drawing.
    pub fn at(&self, number: f64) -> f64 {
        LEFT + self.share(number) * (RIGHT - LEFT)
    }

    /// How far along it a number is, 0 to 1.
    pub fn share(&self, number: f64) -> f64 {
        let share = (number - self.low) / (self.high - self.low);
        let share = if share.is_nan() { 0.0 } else { share };
        share.clamp(0.0, 1.0)
    }

    /// Round numbers along it: steps of 1, 2 or 5 times a power of ten.
    pub fn ticks(&self) -> Vec<f64> {
        let rough = (self.high - self.low) / 5.0;
        let power = 10f64.powf(rough.log10().floor());
        let step = [1.0, 2.0, 5.0, 10.0]
            .into_iter()
            .map(|n| n * power)
            .find(|step| *step >= rough)
            .unwrap_or(rough);
        let first = (self.low / step).ceil();
        (0..8)
            .map(|n| (first + f64::from(n)) * step)
            .filter(|tick| tick.is_finite() && *tick <= self.high)
            .collect()
    }
}
