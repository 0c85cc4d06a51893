//! Null distributions of the two rank statistics: exact counts for small samples, the normal
//! approximation for the rest.

use crate::normal;

/// Largest `small² · large` for which arrangements are counted exactly: 40 against 40, 20 against
/// 160, 8 against 1000. At most 64 000 additions in all; the counts stay below 2^90.
const EXACT_WORK: u64 = 64_000;

/// Largest number of pairs whose signed ranks are counted exactly.
const EXACT_PAIRS: u64 = 60;

/// How a statistic that is symmetric about `centre` falls when nothing changed.
pub(crate) enum Tail {
    /// `cumulative[k]` is P(statistic <= k), up to the centre at least.
    Exact {
        /// Probabilities in ascending order of `k`.
        cumulative: Vec<f64>,
        /// Largest value of the statistic.
        largest: u64,
    },
    /// Normal with continuity correction.
    Normal {
        /// Mean of the statistic.
        mean: f64,
        /// Standard deviation of the statistic.
        sd: f64,
        /// Largest value of the statistic.
        largest: u64,
    },
}

impl Tail {
    /// Mann–Whitney's U for samples of `n` and `m` values without ties.
    pub(crate) fn mann_whitney(n: usize, m: usize) -> Self {
        let (small, large) = (n.min(m) as u64, n.max(m) as u64);
        let largest = small.saturating_mul(large);
        if small.saturating_mul(largest) > EXACT_WORK {
            let mean = largest as f64 / 2.0;
            let sd = (largest as f64 * (small + large + 1) as f64 / 12.0).sqrt();
            return Self::Normal { mean, sd, largest };
        }
        Self::Exact { cumulative: mann_whitney_counts(small, large), largest }
    }

    /// Wilcoxon's signed-rank sum for `n` pairs without ties or zeros.
    pub(crate) fn signed_rank(n: usize) -> Self {
        let n = n as u64;
        let largest = n.saturating_mul(n + 1) / 2;
        if n > EXACT_PAIRS {
            let mean = largest as f64 / 2.0;
            let sd = (largest as f64 * (2 * n + 1) as f64 / 12.0).sqrt();
            return Self::Normal { mean, sd, largest };
        }
        Self::Exact { cumulative: signed_rank_counts(n), largest }
    }

    /// P(statistic <= `k`), for `k` up to the centre; larger `k` give the value at the centre.
    pub(crate) fn at_most(&self, k: u64) -> f64 {
        match self {
            Self::Exact { cumulative, .. } => {
                let at = usize::try_from(k).unwrap_or(usize::MAX);
                cumulative.get(at).or(cumulative.last()).copied().unwrap_or(1.0)
            }
            Self::Normal { mean, sd, .. } => {
                let k = (k as f64).min(*mean);
                normal::cdf((k + 0.5 - mean) / sd)
            }
        }
    }

    /// The rank (from 1) of the interval's lower end among the ordered pairwise values, and the
    /// confidence it reaches: the narrowest interval that reaches `confidence`, or the full range
    /// where none does.
    ///
    /// The interval from the `k`-th smallest to the `k`-th largest covers the true shift with
    /// probability `1 - 2 P(statistic <= k - 1)` (Moses 1953; Hollander and Wolfe, sections 3.3, 4.3).
    pub(crate) fn lower_rank(&self, confidence: f64) -> (u64, f64) {
        let tail = ((1.0 - confidence) / 2.0).clamp(0.0, 0.5);
        let wanted = match self {
            // `partition_point` counts the k with P(statistic <= k) <= tail; the slack absorbs the
            // rounding of 1 - confidence.
            Self::Exact { cumulative, .. } => {
                cumulative.partition_point(|p| *p <= tail + 1e-12) as u64
            }
            Self::Normal { mean, sd, .. } => {
                (mean + 0.5 + normal::quantile(tail) * sd).max(0.0) as u64
            }
        };
        let rank = wanted.clamp(1, self.largest().div_ceil(2).max(1));
        (rank, (1.0 - 2.0 * self.at_most(rank - 1)).clamp(0.0, 1.0))
    }

    fn largest(&self) -> u64 {
        match self {
            Self::Exact { largest, .. } | Self::Normal { largest, .. } => *largest,
        }
    }
}

/// P(U <= k) for k up to the centre.
///
/// The number of arrangements with each U is a coefficient of the Gaussian binomial, the product
/// over i = 1..=small of (1 - x^(large+i)) / (1 - x^i). Each factor is one pass up the coefficients;
/// arithmetic modulo 2^128 makes the intermediate negative terms harmless.
fn mann_whitney_counts(small: u64, large: u64) -> Vec<f64> {
    let length = (small * large / 2 + 1) as usize;
    let mut counts = vec![0u128; length];
    if let Some(first) = counts.first_mut() {
        *first = 1;
    }
    let mut total: u128 = 1;
    for i in 1..=small {
        let (up, down) = ((large + i) as usize, i as usize);
        for k in (up..length).rev() {
            counts[k] = counts[k].wrapping_sub(counts[k - up]);
        }
        for k in down..length {
            counts[k] = counts[k].wrapping_add(counts[k - down]);
        }
        total = total * u128::from(large + i) / u128::from(i);
    }
    cumulative(&counts, total)
}

/// P(W <= k) for k up to the centre: the coefficients of the product over i = 1..=n of (1 + x^i).
fn signed_rank_counts(n: u64) -> Vec<f64> {
    let length = (n * (n + 1) / 4 + 1) as usize;
    let mut counts = vec![0u128; length];
    if let Some(first) = counts.first_mut() {
        *first = 1;
    }
    for i in 1..=n as usize {
        for k in (i..length).rev() {
            counts[k] += counts[k - i];
        }
    }
    cumulative(&counts, 1u128 << n)
}

fn cumulative(counts: &[u128], total: u128) -> Vec<f64> {
    let mut sum: u128 = 0;
    let running = counts.iter().map(|count| {
        sum = sum.wrapping_add(*count);
        sum as f64 / total as f64
    });
    running.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// How often each U comes up, by walking every arrangement.
    fn mann_whitney_by_enumeration(n: usize, m: usize, k: u64) -> f64 {
        let (mut hits, mut total) = (0u64, 0u64);
        for mask in 0u32..1 << (n + m) {
            if mask.count_ones() as usize != n {
                continue;
            }
            let (mut u, mut below) = (0, 0);
            for place in 0..n + m {
                if mask >> place & 1 == 1 {
                    u += below;
                } else {
                    below += 1;
                }
            }
            total += 1;
            hits += u64::from(u <= k);
        }
        hits as f64 / total as f64
    }

    #[test]
    fn exact_tails_equal_enumeration() {
        for (n, m) in [(1, 1), (1, 5), (3, 3), (4, 4), (3, 7), (6, 5), (7, 7)] {
            let tail = Tail::mann_whitney(n, m);
            for k in 0..=(n * m / 2) as u64 {
                let want = mann_whitney_by_enumeration(n, m, k);
                assert!((tail.at_most(k) - want).abs() < 1e-15, "{n} {m} {k}");
            }
        }
        for n in 1..=12u64 {
            let tail = Tail::signed_rank(n as usize);
            for k in 0..=n * (n + 1) / 4 {
                let sums = (0u64..1 << n)
                    .filter(|mask| (1..=n).filter(|i| mask >> (i - 1) & 1 == 1).sum::<u64>() <= k);
                let want = sums.count() as f64 / (1u64 << n) as f64;
                assert!((tail.at_most(k) - want).abs() < 1e-15, "{n} {k}");
            }
        }
    }

    #[test]
    fn largest_exact_counts_are_right_and_near_normal() {
        // Counted with Python's integers by the recurrences N(n,m,u) = N(n-1,m,u-m) + N(n,m-1,u) and
        // W(n,w) = W(n-1,w) + W(n-1,w-n). The normal approximation differs by up to 0.0014 here.
        let check = |tail: Tail, mean: f64, sd: f64, k: u64, want: f64| {
            assert!((tail.at_most(k) - want).abs() < 1e-14, "{k}: {}", tail.at_most(k));
            let approximate = Tail::Normal { mean, sd, largest: 2 * mean as u64 }.at_most(k);
            assert!((approximate - want).abs() < 0.0015, "{k}: {approximate}");
        };
        let u = |k, want| {
            check(Tail::mann_whitney(40, 40), 800.0, (1600.0f64 * 81.0 / 12.0).sqrt(), k, want);
        };
        u(500, 0.0017922138114031473);
        u(600, 0.02728809428825018);
        u(700, 0.17013010311304386);
        u(800, 0.5019085400661762);
        let w = |k, want| {
            check(Tail::signed_rank(60), 915.0, (1830.0f64 * 121.0 / 12.0).sqrt(), k, want);
        };
        w(600, 0.009916129740945072);
        w(700, 0.057395566266594124);
        w(800, 0.20099582016121156);
        w(915, 0.5014574637805898);
    }

    #[test]
    fn interval_ranks_are_the_tabled_ones() {
        // Critical values for two-sided 5 % of the printed tables (U and W), plus one.
        let u = |n, m| Tail::mann_whitney(n, m).lower_rank(0.95);
        assert_eq!(u(4, 4).0, 1);
        assert_eq!(u(5, 5).0, 3);
        assert_eq!(u(10, 10).0, 24);
        assert_eq!(u(20, 20).0, 128);
        assert_eq!(u(3, 3), (1, 0.9));
        let w = |n| Tail::signed_rank(n).lower_rank(0.95);
        assert_eq!(w(5), (1, 0.9375));
        assert_eq!(w(6).0, 1);
        assert_eq!(w(10).0, 9);
        assert_eq!(w(20).0, 53);
        assert_eq!(w(50).0, 435);
    }

    #[test]
    fn any_confidence_gives_a_usable_rank() {
        for confidence in [f64::NEG_INFINITY, -1.0, 0.0, 0.5, 1.0, 2.0, f64::INFINITY, f64::NAN] {
            for (n, m) in [(1, 1), (1, 2), (4, 4), (2000, 2000)] {
                let (rank, achieved) = Tail::mann_whitney(n, m).lower_rank(confidence);
                assert!(rank >= 1 && rank <= (n * m).div_ceil(2) as u64, "{confidence} {n} {m}");
                assert!((0.0..=1.0).contains(&achieved));
            }
        }
    }
}
