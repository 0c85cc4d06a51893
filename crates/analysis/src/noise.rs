//! What identical runs differ by.

use crate::order::sorted_finite;
use crate::percentile::{percentile, percentile_of_sorted};

/// The fewest sessions of identical runs that give a noise floor: 4 sessions are 6 pairs.
pub const NOISE_MIN_SESSIONS: usize = 4;

/// Only the last this many sessions count, which keeps the pairs to about 33 000.
pub const NOISE_MAX_SESSIONS: usize = 256;

/// The A/A noise floor of one board and metric, as a fraction: the 95th percentile, over all pairs of
/// sessions, of the difference of their medians relative to the smaller one.
///
/// `values_by_session` holds the repetitions of each session of the same build and workload, oldest
/// first; a session without finite values does not count. None for fewer than
/// [`NOISE_MIN_SESSIONS`] sessions, and where a median is zero while another is not, because a
/// fraction then means nothing.
#[must_use]
pub fn noise_floor(values_by_session: &[Vec<f64>]) -> Option<f64> {
    let medians = values_by_session.iter().rev();
    let medians = medians.filter_map(|v| percentile_of_sorted(&sorted_finite(v), 0.5));
    let medians: Vec<f64> = medians.take(NOISE_MAX_SESSIONS).collect();
    if medians.len() < NOISE_MIN_SESSIONS {
        return None;
    }
    let mut differences = Vec::with_capacity(medians.len() * (medians.len() - 1) / 2);
    let mut rest = medians.as_slice();
    while let Some((first, others)) = rest.split_first() {
        for other in others {
            differences.push(relative_difference(*first, *other)?);
        }
        rest = others;
    }
    percentile(&differences, 0.95)
}

fn relative_difference(a: f64, b: f64) -> Option<f64> {
    if a == b {
        return Some(0.0);
    }
    let fraction = (a - b).abs() / a.abs().min(b.abs());
    fraction.is_finite().then_some(fraction)
}
