//! One sample in six numbers.

use crate::order::{bounded, sorted_finite};
use crate::percentile::percentile_of_sorted;

/// What a sample looks like, in the sample's own unit.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Summary {
    /// Finite values.
    pub n: usize,
    /// Values left out because they were NaN or infinite.
    pub missing: usize,
    /// Arithmetic mean.
    pub mean: f64,
    /// Sample standard deviation (divisor `n - 1`); None for a single value.
    pub sd: Option<f64>,
    /// Smallest value.
    pub min: f64,
    /// Largest value.
    pub max: f64,
    /// Median; the mean of the two middle values where `n` is even.
    pub median: f64,
}

impl Summary {
    /// Summarises the finite values; None where there are none.
    #[must_use]
    pub fn of(values: &[f64]) -> Option<Self> {
        let sorted = sorted_finite(values);
        let (min, max) = (*sorted.first()?, *sorted.last()?);
        let n = sorted.len();
        let scale = Scale::for_magnitude(min.abs().max(max.abs()));
        let mean = sorted.iter().map(|v| v * scale.down).sum::<f64>() / n as f64;
        let squares: f64 = sorted.iter().map(|v| (v * scale.down - mean).powi(2)).sum();
        Some(Self {
            n,
            missing: values.len() - n,
            mean: (mean * scale.up).clamp(min, max),
            sd: (n > 1).then(|| bounded((squares / (n - 1) as f64).sqrt() * scale.up)),
            min,
            max,
            median: percentile_of_sorted(&sorted, 0.5)?,
        })
    }
}

/// A power of two that keeps sums and squares of very large or very small values in range; one for
/// ordinary values, so that those lose nothing.
struct Scale {
    down: f64,
    up: f64,
}

impl Scale {
    fn for_magnitude(largest: f64) -> Self {
        let power = if largest > 1e150 {
            600
        } else if largest < 1e-140 {
            -600
        } else {
            0
        };
        Self { down: 2f64.powi(-power), up: 2f64.powi(power) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(values: &[f64], mean: f64, sd: f64, median: f64) {
        let got = Summary::of(values).unwrap();
        let near = |a: f64, b: f64| (a - b).abs() <= 1e-12 * b.abs();
        assert!(near(got.mean, mean), "mean {} != {mean}", got.mean);
        assert!(near(got.sd.unwrap(), sd), "sd {:?} != {sd}", got.sd);
        assert!(near(got.median, median), "median {} != {median}", got.median);
    }

    #[test]
    fn summarises_ordinary_values() {
        check(&[2.0, 4.0, 4.0, 4.0, 5.0, 5.0, 7.0, 9.0], 5.0, (32.0f64 / 7.0).sqrt(), 4.5);
        check(&[-1.0, 1.0], 0.0, 2f64.sqrt(), 0.0);
    }

    #[test]
    fn huge_and_tiny_values_keep_their_spread() {
        check(&[1e300, 3e300], 2e300, 2f64.sqrt() * 1e300, 2e300);
        check(&[1e-200, 3e-200], 2e-200, 2f64.sqrt() * 1e-200, 2e-200);
    }

    #[test]
    fn a_spread_beyond_the_number_range_stops_at_the_largest_number() {
        let got = Summary::of(&[f64::MIN, f64::MAX]).unwrap();
        assert_eq!((got.mean, got.sd), (0.0, Some(f64::MAX)));
    }

    #[test]
    fn missing_values_are_counted_not_averaged() {
        let got = Summary::of(&[f64::NAN, 2.0, f64::INFINITY, 4.0]).unwrap();
        assert_eq!((got.n, got.missing, got.mean), (2, 2, 3.0));
        assert_eq!((got.min, got.max, got.median), (2.0, 4.0, 3.0));
    }

    #[test]
    fn one_value_has_no_spread() {
        assert_eq!(Summary::of(&[5.0]).unwrap().sd, None);
        assert_eq!(Summary::of(&[]), None);
        assert_eq!(Summary::of(&[f64::NAN]), None);
    }

    #[test]
    fn mean_of_equal_values_is_that_value() {
        let got = Summary::of(&[0.1; 10]).unwrap();
        assert_eq!((got.mean, got.median), (0.1, 0.1));
    }
}
