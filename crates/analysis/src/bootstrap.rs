//! The interval of any figure, by resampling.

use crate::percentile::percentile_of_sorted;

/// A figure and how well it is known.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Bootstrapped {
    /// The figure of the sample itself.
    pub value: f64,
    /// Lower end.
    pub lo: f64,
    /// Upper end.
    pub hi: f64,
}

/// So many samples are drawn.
const DRAWS: usize = 1000;

/// The percentile interval of `figure` over `n` items (Efron and Tibshirani 1993, chapter 13): the items are
/// drawn anew, with replacement, a thousand times, and `figure(counts)` is told how often each was drawn.
/// Draws by a generator of a fixed seed, so that the same items give the same interval.
///
/// A draw whose figure is not finite is left out; `None` without items, or where fewer than half of the
/// draws, or not the sample itself, have one.
#[must_use]
pub fn bootstrap(
    n: usize,
    confidence: f64,
    mut figure: impl FnMut(&[u32]) -> Option<f64>,
) -> Option<Bootstrapped> {
    if n == 0 {
        return None;
    }
    let value = figure(&vec![1; n]).filter(|value| value.is_finite())?;
    let mut state = 0x5EED_u64;
    let mut next = move || {
        // SplitMix64 (Steele, Lea and Flood 2014).
        state = state.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let z = (state ^ (state >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    };
    let mut counts = vec![0u32; n];
    let mut drawn: Vec<f64> = Vec::with_capacity(DRAWS);
    for _ in 0..DRAWS {
        counts.fill(0);
        for _ in 0..n {
            counts[(next() % n as u64) as usize] += 1;
        }
        drawn.extend(figure(&counts).filter(|value| value.is_finite()));
    }
    if drawn.len() * 2 < DRAWS {
        return None;
    }
    drawn.sort_unstable_by(f64::total_cmp);
    let tail = ((1.0 - confidence) / 2.0).clamp(0.0, 0.5);
    let lo = percentile_of_sorted(&drawn, tail)?.min(value);
    let hi = percentile_of_sorted(&drawn, 1.0 - tail)?.max(value);
    Some(Bootstrapped { value, lo, hi })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mean<'v>(values: &'v [f64]) -> impl FnMut(&[u32]) -> Option<f64> + 'v {
        move |counts| {
            let n: u32 = counts.iter().sum();
            let sum: f64 = values.iter().zip(counts).map(|(v, c)| v * f64::from(*c)).sum();
            Some(sum / f64::from(n))
        }
    }

    #[test]
    fn the_interval_of_a_mean_is_about_two_standard_errors_on_each_side() {
        let values: Vec<f64> = (0..400).map(|i| f64::from(u8::from(i % 4 == 0))).collect();
        let found = bootstrap(values.len(), 0.95, mean(&values)).expect("there are items");
        assert!((found.value - 0.25).abs() < 1e-12);
        let half = 1.96 * (0.25f64 * 0.75 / 400.0).sqrt();
        assert!((found.value - found.lo - half).abs() < half * 0.2, "{found:?}");
        assert!((found.hi - found.value - half).abs() < half * 0.2, "{found:?}");
        assert_eq!(bootstrap(values.len(), 0.95, mean(&values)), Some(found), "the same again");
    }

    #[test]
    fn what_has_no_spread_has_a_point_and_what_has_no_figure_has_none() {
        let same = [2.0; 9];
        let found = bootstrap(9, 0.95, mean(&same)).expect("there are items");
        assert_eq!((found.value, found.lo, found.hi), (2.0, 2.0, 2.0));
        assert_eq!(bootstrap(0, 0.95, |_| Some(1.0)), None);
        assert_eq!(bootstrap(5, 0.95, |_| None), None);
        assert_eq!(bootstrap(5, 0.95, |_| Some(f64::NAN)), None);
    }
}
