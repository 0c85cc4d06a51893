//! The smallest effect that matters: steps that are fine where it is small.

/// The slider's steps, as fractions: finer below, coarser above.
pub(super) const STEPS: [f64; 17] = [
    0.0, 0.001, 0.002, 0.005, 0.01, 0.015, 0.02, 0.03, 0.04, 0.05, 0.075, 0.1, 0.125, 0.15, 0.2,
    0.25, 0.3,
];

/// The step nearest to a fraction.
pub(super) fn nearest(fraction: f64) -> usize {
    let apart = |step: &f64| (step - fraction).abs();
    let best = STEPS.iter().enumerate().min_by(|a, b| apart(a.1).total_cmp(&apart(b.1)));
    best.map_or(0, |(at, _)| at)
}

/// A fraction of the settings, such as `5%` or `0.05`.
pub(super) fn parse(text: &str) -> Option<f64> {
    let text = text.trim();
    let value: f64 = match text.strip_suffix('%') {
        Some(percent) => percent.trim().parse::<f64>().ok()? / 100.0,
        None => text.parse().ok()?,
    };
    (0.0..1.0).contains(&value).then_some(value)
}

/// A fraction as a percentage without a sign and without idle zeros.
pub(super) fn share(fraction: f64) -> String {
    let text = format!("{:.2}", fraction * 100.0);
    format!("{} %", text.trim_end_matches('0').trim_end_matches('.'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn settings_are_read() {
        for (text, expect) in
            [("5%", Some(0.05)), (" 2.5 % ", Some(0.025)), ("0.1", Some(0.1)), ("120%", None)]
        {
            assert_eq!(parse(text), expect, "{text}");
        }
        assert_eq!(parse("much"), None);
    }

    #[test]
    fn shares_have_no_idle_zeros() {
        for (fraction, expect) in
            [(0.05, "5 %"), (0.075, "7.5 %"), (0.001, "0.1 %"), (0.3, "30 %"), (0.0, "0 %")]
        {
            assert_eq!(share(fraction), expect);
        }
    }

    #[test]
    fn steps_grow_and_every_one_is_its_own_nearest() {
        assert!(STEPS.windows(2).all(|pair| pair[0] < pair[1]));
        for (at, step) in STEPS.iter().enumerate() {
            assert_eq!(nearest(*step), at);
        }
        assert_eq!(STEPS[nearest(0.9)], 0.3);
    }
}
