//! How far one sample lies from another: the Hodges–Lehmann estimate and its interval.

use crate::order::{between, bounded_difference, select_rank, sorted_finite};
use crate::tails::Tail;

/// An estimated difference, in the unit of the values.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Shift {
    /// The estimate; positive where the second sample is larger.
    pub estimate: f64,
    /// Lower end of the interval.
    pub lo: f64,
    /// Upper end of the interval.
    pub hi: f64,
    /// Probability that such an interval covers the true shift: at least what was asked for, except
    /// where the samples are too small for that and the interval is the full range.
    pub achieved_confidence: f64,
}

/// The median of all pairwise differences candidate - base, with the distribution-free interval of
/// Moses (Hodges and Lehmann 1963; Hollander and Wolfe, section 4.3).
///
/// Differences are those of `f64`, held within its range. Values that are not finite are left out;
/// None where a side has no value. `confidence` is a probability such as 0.95; the ranks come from the
/// exact distribution of U while `small² · large` is at most 64 000, from the normal
/// approximation after that. With ties the interval covers at least as often as it says.
///
/// Takes O((n + m) log(n + m)) time and never writes the n·m differences down.
#[must_use]
pub fn hodges_lehmann(base: &[f64], candidate: &[f64], confidence: f64) -> Option<Shift> {
    let (base, candidate) = (sorted_finite(base), sorted_finite(candidate));
    let smallest = bounded_difference(*candidate.first()?, *base.last()?);
    let largest = bounded_difference(*candidate.last()?, *base.first()?);
    let pairs = base.len() as u64 * candidate.len() as u64;
    let tail = Tail::mann_whitney(base.len(), candidate.len());
    let select =
        |rank| select_rank(rank, smallest, largest, |t| differences_at_most(&base, &candidate, t));
    Some(around_the_median(pairs, &tail, confidence, select))
}

/// The median and the interval of a set of pairwise values, of which `select` gives the r-th smallest.
pub(crate) fn around_the_median(
    count: u64,
    tail: &Tail,
    confidence: f64,
    select: impl Fn(u64) -> f64,
) -> Shift {
    let (rank, achieved_confidence) = tail.lower_rank(confidence);
    let middle = count.div_ceil(2);
    let estimate = if count % 2 == 1 {
        select(middle)
    } else {
        between(select(middle), select(middle + 1), 0.5)
    };
    Shift { estimate, lo: select(rank), hi: select(count + 1 - rank), achieved_confidence }
}

/// How many differences are at most `limit`. As the candidate's value grows, fewer of the base's
/// values are large enough, so one walk over both sorted samples is enough.
fn differences_at_most(base: &[f64], candidate: &[f64], limit: f64) -> u64 {
    let mut enough = base;
    let mut count = 0;
    for value in candidate {
        while let Some((smallest, rest)) = enough.split_first() {
            if bounded_difference(*value, *smallest) <= limit {
                break;
            }
            enough = rest;
        }
        count += enough.len() as u64;
    }
    count
}
