//! The Mann–Whitney U test: does one sample tend to be larger than the other?

use crate::normal;
use crate::order::sorted_finite;
use crate::tails::Tail;

/// Samples of up to this size a side, without ties, get an exact p-value.
const EXACT_MOST: usize = 20;

/// Where the p-value comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Method {
    /// The counted distribution of U: both sides have at most 20 values and none are equal.
    Exact,
    /// The normal approximation, corrected for ties and continuity.
    Normal,
}

/// The result of [`mann_whitney`].
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct MannWhitney {
    /// Pairs in which the candidate's value is the larger; equal pairs count one half.
    pub u: f64,
    /// Probability of a U at least this far from the middle, either way, if nothing changed.
    pub p_two_sided: f64,
    /// Where `p_two_sided` comes from.
    pub method: Method,
}

/// Mann and Whitney's two-sided test (1947); values that are not finite are left out.
///
/// The same definition as SciPy's `mannwhitneyu(candidate, base)`. Where a side is empty or all
/// values are equal, nothing speaks for a difference and `p_two_sided` is 1.
///
/// A small p-value alone is not a regression: see [`compare`](crate::compare()).
#[must_use]
pub fn mann_whitney(base: &[f64], candidate: &[f64]) -> MannWhitney {
    let (base, candidate) = (sorted_finite(base), sorted_finite(candidate));
    let ranked = rank(&base, &candidate);
    let (n, m) = (base.len(), candidate.len());
    if ranked.ties == 0.0 && n.max(m) <= EXACT_MOST {
        let u = ranked.u.round() as u64;
        let nearer = u.min((n * m) as u64 - u);
        let p_two_sided = (2.0 * Tail::mann_whitney(n, m).at_most(nearer)).min(1.0);
        return MannWhitney { u: ranked.u, p_two_sided, method: Method::Exact };
    }
    let p_two_sided = normal_p(&ranked, n as f64, m as f64);
    MannWhitney { u: ranked.u, p_two_sided, method: Method::Normal }
}

fn normal_p(ranked: &Ranked, n: f64, m: f64) -> f64 {
    let total = n + m;
    let variance = n * m / 12.0 * ((total + 1.0) - ranked.ties / (total * (total - 1.0)));
    // A side without values can make the variance NaN.
    let spread = variance > 0.0 && !ranked.all_equal;
    if !spread {
        return 1.0;
    }
    let distance = (ranked.u - n * m / 2.0).abs() - 0.5;
    (2.0 * normal::cdf(-distance / variance.sqrt())).min(1.0)
}

struct Ranked {
    u: f64,
    /// Sum of t³ - t over groups of t equal values.
    ties: f64,
    all_equal: bool,
}

/// One walk over both sorted samples, group of equal values by group.
fn rank(base: &[f64], candidate: &[f64]) -> Ranked {
    let mut ranked = Ranked { u: 0.0, ties: 0.0, all_equal: false };
    let (mut base_left, mut candidate_left) = (base, candidate);
    let mut base_below = 0.0;
    let mut groups = 0usize;
    loop {
        let value = match (base_left.first(), candidate_left.first()) {
            (Some(b), Some(c)) => b.min(*c),
            (Some(only), None) | (None, Some(only)) => *only,
            (None, None) => break,
        };
        let from_base = take_equal(&mut base_left, value);
        let from_candidate = take_equal(&mut candidate_left, value);
        let size = from_base + from_candidate;
        ranked.u += from_candidate * (base_below + from_base / 2.0);
        ranked.ties += size * (size * size - 1.0);
        base_below += from_base;
        groups += 1;
    }
    ranked.all_equal = groups <= 1;
    ranked
}

fn take_equal(sorted: &mut &[f64], value: f64) -> f64 {
    let count = sorted.iter().take_while(|v| **v == value).count();
    *sorted = sorted.get(count..).unwrap_or_default();
    count as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(base: &[f64], candidate: &[f64], u: f64, p: f64, method: Method) {
        let got = mann_whitney(base, candidate);
        assert_eq!((got.u, got.method), (u, method));
        assert!((got.p_two_sided - p).abs() <= 1e-11 * p, "{} != {p}", got.p_two_sided);
    }

    // SciPy 1.17.1: scipy.stats.mannwhitneyu(candidate, base, method=...), "exact" for Method::Exact
    // and "asymptotic" (continuity correction on) for Method::Normal. Samples of more than six values
    // are rounded draws of numpy.random.default_rng(7).
    #[test]
    #[rustfmt::skip]
    fn equals_scipy() {
        check(&[1.0, 2.0, 3.0], &[4.0, 5.0, 6.0], 9.0, 0.1, Method::Exact);
        check(&[1.1, 2.2, 3.3, 4.4], &[0.5, 1.5, 2.5, 3.5], 6.0, 0.6857142857142857, Method::Exact);
        check(&[10.2, 11.5, 9.8, 10.9, 12.1], &[12.4, 13.1, 11.9, 12.8], 19.0, 0.031746031746031744, Method::Exact);
        check(&[1.0], &[2.0], 1.0, 1.0, Method::Exact);
        check(&[1.0, 2.0, 2.0, 3.0], &[2.0, 3.0, 3.0, 4.0], 13.0, 0.1720337089218229, Method::Normal);
        check(&[5.0, 5.0, 5.0, 6.0], &[5.0, 5.0, 5.0, 5.0], 6.0, 0.4532547047537364, Method::Normal);
        check(&[0.0, 0.0, 1.0, 1.0, 2.0, 2.0], &[1.0, 1.0, 2.0, 2.0, 3.0, 3.0], 28.0, 0.11334550921952584, Method::Normal);
        check(&[3.0, 1.0, 4.0, 1.0, 5.0, 9.0, 2.0, 6.0], &[2.0, 7.0, 1.0, 8.0, 2.0, 8.0], 27.0, 0.7444328442168985, Method::Normal);
        check(&[100.006, 101.494, 98.629, 95.547, 97.727, 95.042, 100.301, 106.701, 97.539, 96.898, 102.449, 101.784], &[103.527, 98.348, 102.854, 106.477, 96.279, 100.712, 93.494, 96.552, 93.791], 50.0, 0.8078045793216072, Method::Exact);
        check(&[98.825, 93.663, 101.356, 100.784, 99.065, 87.416, 97.307, 99.757, 100.567, 92.349, 97.611, 95.107, 95.956, 105.304, 95.962, 99.837, 104.422, 97.082, 99.441, 100.552], &[103.319, 96.875, 103.381, 109.794, 95.264, 107.297, 103.597, 99.793, 113.002, 106.811, 97.004, 103.373, 105.883, 102.056, 106.415, 102.667, 106.336, 110.193, 99.622, 104.016], 327.0, 0.00037220591943230613, Method::Exact);
        check(&[97.683, 100.636, 94.064, 97.103, 99.019, 104.494, 105.726, 93.382, 96.027, 103.235, 90.038, 97.684, 99.514, 106.285, 103.447, 98.364, 98.157, 98.749, 107.618, 97.86], &[101.482, 104.763, 102.396], 45.0, 0.19649915302089213, Method::Exact);
        check(&[99.014, 94.43, 99.942, 97.782, 105.831, 103.265, 99.879, 103.342, 98.301, 105.261, 99.973, 102.917, 93.546, 101.733, 91.559, 89.823, 98.478, 95.5, 100.82, 111.224, 95.841], &[99.88, 104.027, 105.465, 102.118, 101.97, 106.512, 105.6, 97.832, 102.604, 103.176, 97.728, 104.299, 98.71, 107.86, 103.964, 103.447, 100.045, 102.407, 93.011, 97.343], 280.0, 0.06987797408686225, Method::Normal);
        check(&[101.814, 89.357, 104.233, 91.27, 103.784, 95.773, 103.895, 100.655, 92.316, 106.246, 107.209, 99.671, 98.63, 99.201, 95.124, 105.493, 97.286, 99.744, 96.034, 96.87, 93.611, 106.285, 99.23, 104.83, 100.067, 96.528, 98.367, 97.199, 100.04, 98.124], &[101.5, 96.107, 98.966, 111.27, 99.644, 97.73, 104.687, 110.036, 95.73, 101.957, 99.84, 94.195, 106.675, 102.883, 103.357, 99.238, 105.274, 100.304, 102.285, 97.459, 96.919, 109.678, 100.464, 104.458, 102.831], 477.0, 0.08622371538835974, Method::Normal);
        check(&[3.0, 2.0, 3.0, 2.0, 8.0, 6.0, 8.0, 8.0, 4.0, 7.0, 5.0, 5.0, 4.0, 3.0, 6.0, 9.0, 4.0, 10.0, 9.0, 5.0, 7.0, 6.0, 6.0, 3.0, 4.0], &[7.0, 7.0, 9.0, 9.0, 11.0, 9.0, 12.0, 8.0, 10.0, 6.0, 14.0, 12.0, 10.0, 13.0, 11.0, 8.0, 9.0, 8.0, 10.0, 6.0, 4.0, 4.0, 10.0, 7.0, 11.0, 8.0, 9.0, 3.0, 9.0, 5.0], 608.5, 7.529743986912304e-05, Method::Normal);
    }

    #[test]
    fn nothing_to_compare_speaks_for_no_difference() {
        check(&[2.0; 5], &[2.0; 7], 17.5, 1.0, Method::Normal);
        check(&[2.0; 50], &[2.0; 50], 1250.0, 1.0, Method::Normal);
        check(&[], &[], 0.0, 1.0, Method::Exact);
        check(&[], &[1.0, 2.0], 0.0, 1.0, Method::Exact);
        check(&[f64::NAN; 30], &[1.0, 1.0], 0.0, 1.0, Method::Normal);
    }

    #[test]
    fn zeros_of_either_sign_are_equal() {
        check(&[-0.0, -0.0], &[0.0, 0.0], 2.0, 1.0, Method::Normal);
    }
}
