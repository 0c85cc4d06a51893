//! Sorting measurements, and the `r`-th smallest of a set too large to write down.

/// The finite values in ascending order; NaN and infinities are left out.
///
/// `missing` of the caller is the input's length less this one's.
#[must_use]
pub fn sorted_finite(values: &[f64]) -> Vec<f64> {
    let mut kept: Vec<f64> = values.iter().copied().filter(|v| v.is_finite()).collect();
    kept.sort_unstable_by(f64::total_cmp);
    kept
}

/// `a - b` held within the finite range, so that extremes order correctly instead of overflowing.
pub(crate) fn bounded_difference(a: f64, b: f64) -> f64 {
    bounded(a - b)
}

/// A finite or infinite number held within the finite range.
pub(crate) fn bounded(value: f64) -> f64 {
    value.clamp(f64::MIN, f64::MAX)
}

/// A point between two finite numbers, `fraction` of the way from `low` to `high`, never overflowing
/// and never outside the two.
pub(crate) fn between(low: f64, high: f64, fraction: f64) -> f64 {
    if low == high {
        return low;
    }
    (low * (1.0 - fraction) + high * fraction).clamp(low, high)
}

/// The `rank`-th smallest (from 1) of an unwritten set of finite numbers that lies in
/// `smallest..=largest`, where `count_at_most(t)` says how many of them are at most `t`.
///
/// Bisects over the bit patterns of `f64`, so the answer is exact and takes at most 64 counts.
pub(crate) fn select_rank(
    rank: u64,
    smallest: f64,
    largest: f64,
    count_at_most: impl Fn(f64) -> u64,
) -> f64 {
    let (mut low, mut high) = (key(smallest), key(largest));
    while low < high {
        let middle = u64::midpoint(low, high);
        if count_at_most(from_key(middle)) >= rank {
            high = middle;
        } else {
            low = middle + 1;
        }
    }
    from_key(low) + 0.0 // turns -0.0 into 0.0
}

const SIGN: u64 = 1 << 63;

/// A number's place among all `f64`: larger numbers have larger keys.
fn key(value: f64) -> u64 {
    let bits = value.to_bits();
    if bits & SIGN == 0 { bits | SIGN } else { !bits }
}

fn from_key(key: u64) -> f64 {
    f64::from_bits(if key & SIGN == 0 { !key } else { key & !SIGN })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_order_like_numbers_and_come_back() {
        let ordered = [f64::MIN, -1.0, -5e-324, -0.0, 0.0, 5e-324, 1.0, f64::MAX];
        for pair in ordered.windows(2) {
            assert!(key(pair[0]) < key(pair[1]), "{pair:?}");
        }
        for value in ordered {
            assert_eq!(from_key(key(value)).to_bits(), value.to_bits());
        }
    }

    #[test]
    fn selects_what_sorting_would() {
        let mut values = [3.5, -2.0, 0.0, 3.5, 1e300, -1e-310, 7.25];
        values.sort_by(f64::total_cmp);
        let count = |t: f64| values.iter().filter(|v| **v <= t).count() as u64;
        for (index, value) in values.iter().enumerate() {
            let got = select_rank(index as u64 + 1, values[0], values[6], count);
            assert_eq!(got, *value, "rank {}", index + 1);
        }
    }

    #[test]
    fn between_does_not_overflow() {
        assert_eq!(between(f64::MIN, f64::MAX, 0.5), 0.0);
        assert_eq!(between(f64::MAX, f64::MAX, 0.5), f64::MAX);
        assert_eq!(between(0.1, 0.1, 0.3), 0.1);
    }
}
