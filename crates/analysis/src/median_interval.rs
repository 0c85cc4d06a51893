//! The interval of a median.

use crate::order::sorted_finite;
use crate::percentile::percentile_of_sorted;

/// A median and how well it is known, in the unit of the values.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Interval {
    /// The sample's median.
    pub median: f64,
    /// Lower end.
    pub lo: f64,
    /// Upper end.
    pub hi: f64,
    /// Probability that such an interval covers the true median: at least what was asked for, except
    /// where the sample is too small and the interval is its full range.
    pub achieved_confidence: f64,
}

/// The distribution-free interval of the median between two order statistics, exact from the binomial
/// distribution (Hollander and Wolfe, section 3.6): the narrowest symmetric one that reaches
/// `confidence`, or the full range. Six values are the fewest that reach 95 %.
///
/// Values that are not finite are left out; None where none is left.
#[must_use]
pub fn median_interval(values: &[f64], confidence: f64) -> Option<Interval> {
    let sorted = sorted_finite(values);
    let median = percentile_of_sorted(&sorted, 0.5)?;
    let (below, achieved_confidence) = values_below(sorted.len(), confidence);
    let lo = *sorted.get(below)?;
    let hi = *sorted.get(sorted.len() - 1 - below)?;
    Some(Interval { median, lo, hi, achieved_confidence })
}

/// How many values may lie outside the interval on each side, and the confidence that leaves:
/// `1 - 2 P(B <= below)` for B binomial with `n` trials of one half.
fn values_below(n: usize, confidence: f64) -> (usize, f64) {
    let tail = ((1.0 - confidence) / 2.0).clamp(0.0, 0.5);
    let middle = n / 2;
    // Weights relative to the middle term, downwards: no 2^-n, so no underflow for long samples.
    let mut weights = vec![1.0f64];
    for successes in (1..=middle).rev() {
        let last = weights.last().copied().unwrap_or(0.0);
        let next = last * successes as f64 / (n - successes + 1) as f64;
        if next < 1e-40 {
            break;
        }
        weights.push(next);
    }
    let lower_half: f64 = weights.iter().rev().sum();
    let total = if n.is_multiple_of(2) { 2.0 * lower_half - 1.0 } else { 2.0 * lower_half };
    let most_below = (n - 1) / 2;
    let lowest = middle + 1 - weights.len();
    let (mut below, mut sum) = (0, 0.0);
    let mut outside = 0.0;
    for (offset, weight) in weights.iter().rev().enumerate() {
        let successes = lowest + offset;
        sum += weight / total;
        let fits = sum <= tail + 1e-12 && successes <= most_below;
        if successes > 0 && !fits {
            break;
        }
        below = successes;
        outside = sum;
    }
    (below, (1.0 - 2.0 * outside).clamp(0.0, 1.0))
}
