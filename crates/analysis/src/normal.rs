//! The standard normal distribution, to about 13 significant digits.

use std::f64::consts::{PI, SQRT_2};

/// Probability that a standard normal value is at most `z`.
pub(crate) fn cdf(z: f64) -> f64 {
    0.5 * erfc(-z / SQRT_2)
}

/// The `z` with `cdf(z) = probability`; infinite at 0 and 1.
///
/// Starts from the rational approximation 26.2.23 of Abramowitz and Stegun (error below 4.5e-4) and
/// refines it by Newton's method.
pub(crate) fn quantile(probability: f64) -> f64 {
    if probability > 0.5 {
        return -quantile(1.0 - probability);
    }
    if probability <= 0.0 {
        return f64::NEG_INFINITY;
    }
    let t = (-2.0 * probability.ln()).sqrt();
    let numerator = 2.515_517 + t * (0.802_853 + t * 0.010_328);
    let denominator = 1.0 + t * (1.432_788 + t * (0.189_269 + t * 0.001_308));
    let mut z = numerator / denominator - t;
    for _ in 0..4 {
        let density = (-0.5 * z * z).exp() / (2.0 * PI).sqrt();
        if density < f64::MIN_POSITIVE {
            break;
        }
        z -= (cdf(z) - probability) / density;
    }
    z
}

/// The complementary error function: the series 7.1.6 of Abramowitz and Stegun (all terms of one
/// sign) near zero, the continued fraction 7.1.14 in the tail.
fn erfc(x: f64) -> f64 {
    if x < 0.0 {
        return 2.0 - erfc(-x);
    }
    let bell = (-x * x).exp() / PI.sqrt();
    if x < 2.0 {
        let mut term = 2.0 * x;
        let mut sum = term;
        let mut n = 1.0;
        while term > sum * 1e-17 {
            term *= 2.0 * x * x / (2.0 * n + 1.0);
            sum += term;
            n += 1.0;
        }
        1.0 - bell * sum
    } else {
        // Evaluated from the far end; 60 levels are enough from x = 2 on.
        let tail = (1..=60).rev().fold(x, |deeper, level| x + 0.5 * f64::from(level) / deeper);
        bell / tail
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(got: f64, want: f64) {
        let slack = if want == 0.0 { 1e-15 } else { 1e-12 * want.abs() };
        assert!((got - want).abs() <= slack, "{got:e} != {want:e}");
    }

    #[test]
    fn cdf_equals_scipy() {
        // scipy.stats.norm.cdf, SciPy 1.17.1
        check(cdf(-37.0), 5.7255712225239266e-300);
        check(cdf(-10.0), 7.61985302416047e-24);
        check(cdf(-5.0), 2.866515718791933e-07);
        check(cdf(-2.9), 0.0018658133003840375);
        check(cdf(-2.0), 0.022750131948179195);
        check(cdf(-1.0), 0.15865525393145707);
        check(cdf(-0.25), 0.4012936743170763);
        check(cdf(0.0), 0.5);
        check(cdf(0.5), 0.6914624612740131);
        check(cdf(1.959963984540054), 0.975);
        check(cdf(3.0), 0.9986501019683699);
    }

    #[test]
    fn quantile_equals_scipy() {
        // scipy.stats.norm.ppf, SciPy 1.17.1
        check(quantile(1e-300), -37.0470962993612);
        check(quantile(1e-20), -9.262340089798409);
        check(quantile(1e-06), -4.753424308822899);
        check(quantile(0.005), -2.575829303548901);
        check(quantile(0.025), -1.9599639845400545);
        check(quantile(0.3), -0.5244005127080409);
        check(quantile(0.5), 0.0);
        check(quantile(0.75), 0.6744897501960817);
        check(quantile(0.975), 1.959963984540054);
        assert_eq!(quantile(0.0), f64::NEG_INFINITY);
        assert_eq!(quantile(1.0), f64::INFINITY);
    }
}
