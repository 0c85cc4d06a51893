//! From values to places in the box, and round numbers to put beside them.

use super::BOX;

/// A linear scale. Never empty: low is below high, and both are finite.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Scale {
    low: f64,
    high: f64,
}

impl Scale {
    /// From `low` to `high` as they are; what is not a range becomes one.
    pub(crate) fn new(low: f64, high: f64) -> Scale {
        match (low.is_finite(), high.is_finite()) {
            // A range of one value, or one too wide for the arithmetic.
            (true, true) if high > low && (high - low).is_finite() => Scale { low, high },
            (true, true) if low.abs() < 1e300 => {
                let around = if low == 0.0 { 1.0 } else { low.abs() * 0.05 };
                Scale { low: low - around, high: low + around }
            }
            _ => Scale { low: 0.0, high: 1.0 },
        }
    }

    /// Around the values, with air on both sides.
    pub(crate) fn around(values: impl IntoIterator<Item = f64>) -> Scale {
        let (low, high) = bounds(values);
        let scale = Scale::new(low, high);
        let air = (scale.high - scale.low) * 0.06;
        Scale::new(scale.low - air, scale.high + air)
    }

    /// From zero to a little more than the largest value.
    pub(crate) fn from_zero(values: impl IntoIterator<Item = f64>) -> Scale {
        let (_, high) = bounds(values);
        if high > 0.0 { Scale::new(0.0, high * 1.06) } else { Scale::new(0.0, 1.0) }
    }

    /// Left to right, in the box; what lies outside stands on the edge.
    pub(crate) fn x(self, value: f64) -> f64 {
        let share = (value - self.low) / (self.high - self.low);
        if share.is_finite() { share.clamp(0.0, 1.0) * BOX } else { 0.0 }
    }

    /// Bottom to top, in the box, where y points down.
    pub(crate) fn y(self, value: f64) -> f64 {
        BOX - self.x(value)
    }

    /// The largest value.
    pub(crate) fn high(self) -> f64 {
        self.high
    }

    /// The value lies on the scale.
    pub(crate) fn holds(self, value: f64) -> bool {
        (self.low..=self.high).contains(&value)
    }

    /// About `want` round numbers, 1, 2 or 5 times a power of ten, with as many decimals as they
    /// need. `unit` is what one of the printed unit is worth.
    pub(crate) fn ticks(self, want: usize, unit: f64) -> Vec<(f64, String)> {
        let (low, high) = (self.low / unit, self.high / unit);
        let rough = (high - low) / want.max(1) as f64;
        if !rough.is_finite() || rough <= 0.0 {
            return Vec::new();
        }
        let power = 10f64.powf(rough.log10().floor());
        let times = rough / power;
        let round = match times {
            times if times <= 1.0 => 1.0,
            times if times <= 2.0 => 2.0,
            times if times <= 5.0 => 5.0,
            _ => 10.0,
        };
        let step = round * power;
        let first = (low / step).ceil();
        let last = (high / step).floor();
        // Values far from zero and close together leave nothing to count by.
        if !step.is_normal() || !first.is_finite() || last - first > 50.0 || first.abs() > 1e12 {
            return Vec::new();
        }
        let places = (-(step.log10() + 1e-9).floor()).clamp(0.0, 9.0) as usize;
        (0..=(last - first) as usize)
            .map(|index| {
                let value = (first + index as f64) * step;
                let text = format!("{value:.places$}");
                let text = match text.strip_prefix('-') {
                    Some(rest) if value.abs() < step / 2.0 => rest.to_owned(),
                    Some(rest) => format!("−{rest}"),
                    None => text,
                };
                (value * unit, text)
            })
            .collect()
    }
}

fn bounds(values: impl IntoIterator<Item = f64>) -> (f64, f64) {
    values
        .into_iter()
        .filter(|value| value.is_finite())
        .fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), value| {
            (low.min(value), high.max(value))
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(low: f64, high: f64, expect: &[&str]) {
        let ticks = Scale::new(low, high).ticks(5, 1.0);
        let texts: Vec<&str> = ticks.iter().map(|(_, text)| text.as_str()).collect();
        assert_eq!(texts, expect, "{low} to {high}");
    }

    #[test]
    fn ticks_stand_at_round_numbers() {
        check(0.0, 10.0, &["0", "2", "4", "6", "8", "10"]);
        check(0.0, 1.06, &["0.0", "0.5", "1.0"]);
        check(0.11, 0.34, &["0.15", "0.20", "0.25", "0.30"]);
        check(-0.3, 0.3, &["−0.2", "0.0", "0.2"]);
        check(98.0, 103.0, &["98", "99", "100", "101", "102", "103"]);
    }

    #[test]
    fn ranges_that_are_none_still_give_a_scale() {
        for (low, high) in [
            (3.0, 3.0),
            (0.0, 0.0),
            (f64::NAN, 1.0),
            (f64::INFINITY, f64::NEG_INFINITY),
            (-f64::MAX, f64::MAX),
            (f64::MAX, f64::MAX),
            (5e-324, 1e-323),
            (1e300, 1e300 + 1e285),
        ] {
            let scale = Scale::new(low, high);
            assert!(scale.x(low).is_finite() && scale.y(high).is_finite(), "{low} {high}");
            assert!(scale.ticks(5, 1.0).len() <= 51);
        }
    }

    #[test]
    fn the_box_holds_everything() {
        let scale = Scale::new(0.0, 10.0);
        assert_eq!([scale.x(0.0), scale.x(5.0), scale.x(99.0)], [0.0, 500.0, 1000.0]);
        assert_eq!(scale.y(10.0), 0.0);
    }
}
