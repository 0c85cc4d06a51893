//! A vertical axis that keeps its range while that still fits, and says its values in the multiple
//! of their unit that a person would say.

use protocol::numbers::multiple;

use crate::plot::nice_range;

/// How many times too large a range may be before a smaller one takes its place.
const SLACK: f64 = 2.5;

/// The multiple of a unit in which an axis counts.
#[derive(Clone, Debug, PartialEq)]
pub struct Measure {
    /// What is written at the axis.
    pub unit: String,
    /// How much of the signal's own unit is one of it.
    pub per: f64,
}

impl Measure {
    /// The multiple for values up to `reach` of `unit`.
    pub fn of(unit: &str, reach: f64) -> Measure {
        let (per, name) = multiple(reach, unit);
        Measure { unit: name.to_owned(), per }
    }
}

/// The range of a vertical axis over time.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Steady {
    range: Option<[f64; 2]>,
}

impl Steady {
    /// The range for values from `low` to `high`: the one before where they lie in it and fill it
    /// well enough, else a round one in multiples of `per`.
    pub fn hold(&mut self, low: f64, high: f64, per: f64) -> [f64; 2] {
        let per = if per.is_finite() && per > 0.0 { per } else { 1.0 };
        let [from, to] = nice_range(low / per, high / per).map(|value| value * per);
        if let Some([held_from, held_to]) = self.range
            && held_from <= low
            && high <= held_to
            && held_to - held_from <= SLACK * (to - from)
        {
            return [held_from, held_to];
        }
        self.range = Some([from, to]);
        [from, to]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_axis_stays_until_a_value_leaves_it_or_it_is_far_too_large() {
        let mut axis = Steady::default();
        assert_eq!(axis.hold(1.0, 9.0, 1.0), [0.0, 10.0]);
        assert_eq!(axis.hold(1.0, 5.0, 1.0), [0.0, 10.0]);
        assert_eq!(axis.hold(1.0, 10.5, 1.0), [0.0, 15.0]);
        assert_eq!(axis.hold(1.0, 9.0, 1.0), [0.0, 15.0]);
        assert_eq!(axis.hold(0.1, 0.9, 1.0), [0.0, 1.0]);
    }

    #[test]
    fn bytes_are_round_in_binary_multiples() {
        let measure = Measure::of("B", 6_400_000.0);
        assert_eq!(measure.unit, "MiB");
        let [from, to] = Steady::default().hold(1_390_000.0, 6_400_000.0, measure.per);
        assert_eq!((from, to / 1_048_576.0), (0.0, 8.0));
        assert_eq!(Measure::of("B", 900.0).unit, "B");
        assert_eq!(Measure::of("ms", 0.2).unit, "µs");
        assert_eq!(Measure::of("mW", 9000.0).unit, "W");
        assert_eq!(Measure::of("°C", 9000.0), Measure { unit: "°C".into(), per: 1.0 });
    }
}
