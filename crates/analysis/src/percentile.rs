//! Percentiles of a sample.

use crate::order::{between, sorted_finite};

/// The `q`-quantile (`q` from 0 to 1) by linear interpolation between order statistics: type 7 of
/// Hyndman and Fan (1996), the default of R and NumPy. Values that are not finite are left out.
///
/// None where no value is left or `q` is not within 0..=1.
#[must_use]
pub fn percentile(values: &[f64], q: f64) -> Option<f64> {
    percentile_of_sorted(&sorted_finite(values), q)
}

/// [`percentile`] of values that are already ascending and finite, as
/// [`sorted_finite`](crate::sorted_finite) gives them.
#[must_use]
pub fn percentile_of_sorted(sorted: &[f64], q: f64) -> Option<f64> {
    let last = sorted.len().checked_sub(1)?;
    if !(0.0..=1.0).contains(&q) {
        return None;
    }
    let place = q * last as f64;
    let below = (place.floor() as usize).min(last);
    let low = *sorted.get(below)?;
    let high = *sorted.get((below + 1).min(last))?;
    Some(between(low, high, place - below as f64))
}

/// The percentiles that a latency table shows.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Percentiles {
    /// The median.
    pub p50: f64,
    /// 90 % of the values are at most this.
    pub p90: f64,
    /// 95 % of the values are at most this.
    pub p95: f64,
    /// 99 % of the values are at most this.
    pub p99: f64,
}

impl Percentiles {
    /// The percentiles of a sample by [`percentile`]; None where no value is finite.
    #[must_use]
    pub fn of(values: &[f64]) -> Option<Self> {
        let sorted = sorted_finite(values);
        Some(Self {
            p50: percentile_of_sorted(&sorted, 0.50)?,
            p90: percentile_of_sorted(&sorted, 0.90)?,
            p95: percentile_of_sorted(&sorted, 0.95)?,
            p99: percentile_of_sorted(&sorted, 0.99)?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(values: &[f64], q: f64, expect: Option<f64>) {
        match (percentile(values, q), expect) {
            (Some(got), Some(want)) => assert!((got - want).abs() < 1e-12, "{got} != {want}"),
            (got, want) => assert_eq!(got, want),
        }
    }

    #[test]
    fn interpolates_like_numpy() {
        // numpy.percentile(values, 100 q), NumPy's default method "linear"
        let values = [3.0, 1.0, 4.0, 1.5, 9.0, 2.6, 5.0];
        check(&values, 0.0, Some(1.0));
        check(&values, 0.25, Some(2.05));
        check(&values, 0.5, Some(3.0));
        check(&values, 0.9, Some(6.6));
        check(&values, 0.95, Some(7.8));
        check(&values, 1.0, Some(9.0));
    }

    #[test]
    fn one_value_is_every_percentile() {
        check(&[7.0], 0.0, Some(7.0));
        check(&[7.0], 0.99, Some(7.0));
    }

    #[test]
    fn nothing_to_rank_and_impossible_quantiles_give_none() {
        check(&[], 0.5, None);
        check(&[f64::NAN, f64::INFINITY], 0.5, None);
        check(&[1.0], 1.5, None);
        check(&[1.0], -0.1, None);
        check(&[1.0], f64::NAN, None);
    }

    #[test]
    fn percentiles_do_not_decrease() {
        let values: Vec<f64> = (0..1000).map(f64::from).collect();
        let p = Percentiles::of(&values).unwrap();
        assert_eq!((p.p50, p.p90), (499.5, 899.1));
        assert!(p.p90 < p.p95 && p.p95 < p.p99);
    }
}
