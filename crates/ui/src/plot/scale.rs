//! From values to places, and the values worth a line.

use protocol::numbers;

/// A linear scale: values on one side, points on the other.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Scale {
    /// The value at `from_pt`.
    pub from: f64,
    /// The value at `to_pt`.
    pub to: f64,
    /// Where `from` lies, in points.
    pub from_pt: f32,
    /// Where `to` lies, in points; less than `from_pt` on an axis that grows upwards.
    pub to_pt: f32,
}

/// A value worth a line.
#[derive(Clone, Debug, PartialEq)]
pub struct Tick {
    /// Its value.
    pub value: f64,
    /// Its label, without a unit.
    pub label: String,
}

impl Scale {
    /// A scale; values that are not finite, or no range at all, become a range around them.
    pub fn new(from: f64, to: f64, from_pt: f32, to_pt: f32) -> Scale {
        let (from, to) = match (from.is_finite(), to.is_finite()) {
            (true, true) if from != to => (from, to),
            (true, _) => (from - 0.5, from + 0.5),
            _ => (0.0, 1.0),
        };
        Scale { from, to, from_pt, to_pt }
    }

    /// Where a value lies.
    pub fn at(&self, value: f64) -> f32 {
        let share = (value - self.from) / (self.to - self.from);
        // Far outside stays finite: painters do not like infinity.
        let share = share.clamp(-1e4, 1e4);
        self.from_pt + (self.to_pt - self.from_pt) * share as f32
    }

    /// Which value lies at a place.
    pub fn value(&self, at: f32) -> f64 {
        let length = self.to_pt - self.from_pt;
        let share = if length == 0.0 { 0.0 } else { f64::from((at - self.from_pt) / length) };
        self.from + (self.to - self.from) * share
    }

    /// Values per point.
    pub fn per_point(&self) -> f64 {
        let length = f64::from((self.to_pt - self.from_pt).abs());
        if length == 0.0 { 0.0 } else { (self.to - self.from).abs() / length }
    }

    /// Round values, at least so many points apart.
    pub fn ticks(&self, apart_pt: f32) -> Vec<Tick> {
        let length = (self.to_pt - self.from_pt).abs();
        let most = f64::from(length / apart_pt.max(1.0)).max(1.0);
        let (low, high) = (self.from.min(self.to), self.from.max(self.to));
        let step = nice_step((high - low) / most);
        if !(step.is_finite() && step > 0.0) {
            return Vec::new();
        }
        let places = (-step.log10().floor()).clamp(0.0, 12.0) as usize;
        let first = (low / step).ceil();
        let count = ((high / step + 1e-9).floor() - first).clamp(0.0, 500.0) as usize;
        let tick = |at: usize| {
            let value = (first + at as f64) * step;
            let value = if value.abs() < step * 1e-9 { 0.0 } else { value };
            Tick { value, label: grouped(value, places) }
        };
        (0..=count).map(tick).filter(|tick| tick.value <= high + step * 1e-9).collect()
    }
}

/// The smallest of 1, 2, 5 times a power of ten that is not below `step`.
pub(super) fn nice_step(step: f64) -> f64 {
    let power = 10.0_f64.powf(step.log10().floor());
    let times = step / power;
    let nice = match times {
        t if t <= 1.0 + 1e-9 => 1.0,
        t if t <= 2.0 + 1e-9 => 2.0,
        t if t <= 5.0 + 1e-9 => 5.0,
        _ => 10.0,
    };
    nice * power
}

/// A range that holds `low` and `high`, begins and ends on round values and begins at zero where
/// that is near: an axis that does not tremble with every new sample.
pub fn nice_range(low: f64, high: f64) -> [f64; 2] {
    if !(low.is_finite() && high.is_finite()) {
        return [0.0, 1.0];
    }
    let (low, high) = if low <= high { (low, high) } else { (high, low) };
    let low = if low > 0.0 && low < 0.6 * high { 0.0 } else { low };
    let span = if high > low { high - low } else { low.abs().max(1.0) * 0.2 };
    let step = nice_step(span / 4.0);
    let (from, to) = ((low / step).floor() * step, (high / step).ceil() * step);
    if to > from { [from, to] } else { [from, from + step] }
}

fn grouped(value: f64, places: usize) -> String {
    let sign = if value < 0.0 { "−" } else { "" };
    sign.to_owned() + &numbers::grouped(&format!("{:.places$}", value.abs()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn labels(from: f64, to: f64, length: f32) -> Vec<String> {
        let scale = Scale::new(from, to, 0.0, length);
        scale.ticks(50.0).into_iter().map(|tick| tick.label).collect()
    }

    #[test]
    fn ticks_are_round_and_apart() {
        assert_eq!(labels(0.0, 10.0, 300.0), ["0", "2", "4", "6", "8", "10"]);
        assert_eq!(labels(-0.1, 0.1, 250.0), ["−0.10", "−0.05", "0.00", "0.05", "0.10"]);
        assert_eq!(
            labels(0.0, 40_000.0, 200.0),
            ["0", "10\u{202f}000", "20\u{202f}000", "30\u{202f}000", "40\u{202f}000"]
        );
        assert!(labels(5.0, 5.0, 100.0).len() <= 3);
        assert!(labels(f64::NAN, 1.0, 100.0).len() <= 3);
        assert!(labels(0.0, 1e-300, 100.0).len() <= 501);
    }

    #[test]
    fn places_and_values_are_each_others_inverse() {
        let scale = Scale::new(2.0, 12.0, 300.0, 100.0);
        assert_eq!(scale.at(2.0), 300.0);
        assert_eq!(scale.at(12.0), 100.0);
        assert!((scale.value(scale.at(7.0)) - 7.0).abs() < 1e-6);
        assert!(scale.at(f64::MAX).is_finite());
    }

    #[test]
    fn an_axis_holds_its_values_and_does_not_tremble() {
        assert_eq!(nice_range(3.1, 9.7), [0.0, 10.0]);
        assert_eq!(nice_range(3.2, 9.9), [0.0, 10.0]);
        assert_eq!(nice_range(97.0, 103.0), [96.0, 104.0]);
        let [low, high] = nice_range(5.0, 5.0);
        assert!(low < high && low <= 5.0 && high >= 5.0);
        assert_eq!(nice_range(f64::NAN, 2.0), [0.0, 1.0]);
    }
}
