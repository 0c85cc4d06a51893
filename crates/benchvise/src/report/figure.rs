//! Figures as a person reads them: three significant digits, a unit, a true minus. What is not
//! finite is a dash, so no NaN ever reaches the page.

use protocol::numbers::{grouped, multiple};

/// Keeps a number and its unit on one line.
const SPACE: char = '\u{a0}';
const MINUS: char = '\u{2212}';
/// Stands for what is not there.
pub(crate) const NONE: &str = "–";

/// Three significant digits, thousands apart, no exponent.
pub(crate) fn significant(value: f64) -> String {
    if !value.is_finite() {
        return NONE.to_owned();
    }
    let size = value.abs();
    if size >= 1e15 {
        return format!("{value:.2e}").replace('-', &MINUS.to_string());
    }
    // The bounds are where rounding carries into the next digit.
    let places = match size {
        size if size >= 99.95 => 0,
        size if size >= 9.995 => 1,
        size if size >= 0.9995 || size == 0.0 => 2,
        size => (2.0 - size.log10().floor()).clamp(0.0, 9.0) as usize,
    };
    let digits = if size == 0.0 { "0".to_owned() } else { format!("{size:.places$}") };
    let sign = if value < 0.0 { MINUS.to_string() } else { String::new() };
    sign + &grouped(&digits)
}

/// A whole number, thousands apart.
pub(crate) fn count(value: impl Into<i128>) -> String {
    let value: i128 = value.into();
    let sign = if value < 0 { MINUS.to_string() } else { String::new() };
    sign + &grouped(&value.unsigned_abs().to_string())
}

/// A value with its unit, in the multiple a person would say.
pub(crate) fn quantity(value: f64, unit: &str) -> String {
    if !value.is_finite() {
        return NONE.to_owned();
    }
    let (factor, printed) = multiple(value, unit);
    with(significant(value / factor), printed)
}

/// A value and its interval, all in one unit.
pub(crate) fn interval(value: f64, ci95: Option<[f64; 2]>, unit: &str) -> String {
    match ci95 {
        Some(range) => format!("{} ({})", quantity(value, unit), span(range, unit)),
        None => quantity(value, unit),
    }
}

/// From one value to another, in one unit.
pub(crate) fn span([low, high]: [f64; 2], unit: &str) -> String {
    if !low.is_finite() || !high.is_finite() {
        return NONE.to_owned();
    }
    let (factor, printed) = multiple(low.abs().max(high.abs()), unit);
    with(format!("{} to {}", significant(low / factor), significant(high / factor)), printed)
}

fn with(figure: String, unit: &str) -> String {
    if unit.is_empty() { figure } else { format!("{figure}{SPACE}{unit}") }
}

/// A fraction as a signed percentage.
pub(crate) fn change(fraction: f64) -> String {
    if !fraction.is_finite() {
        return NONE.to_owned();
    }
    let unsigned = share(fraction.abs());
    // What rounds to nothing, or is too much to print, has no sign.
    if unsigned.bytes().all(|byte| !byte.is_ascii_digit() || byte == b'0') {
        return unsigned;
    }
    format!("{}{unsigned}", if fraction < 0.0 { MINUS } else { '+' })
}

/// From one fraction to another, as signed percentages.
pub(crate) fn change_span([low, high]: [f64; 2]) -> String {
    format!("{} to {}", change(low), change(high))
}

/// A fraction as a percentage.
pub(crate) fn share(fraction: f64) -> String {
    let percent = fraction * 100.0;
    if !percent.is_finite() {
        return NONE.to_owned();
    }
    let digits = match percent.abs() {
        size if size >= 1e15 => format!("{percent:.2e}"),
        size if size >= 99.95 => format!("{percent:.0}"),
        size if size > 0.0 && size < 0.0995 => format!("{percent:.3}"),
        size if size > 0.0 && size < 0.995 => format!("{percent:.2}"),
        _ => format!("{percent:.1}"),
    };
    with(digits.replace('-', &MINUS.to_string()), "%")
}

/// A probability.
pub(crate) fn probability(p: f64) -> String {
    match p {
        p if !p.is_finite() => NONE.to_owned(),
        p if p < 0.001 => "< 0.001".to_owned(),
        p => format!("{p:.3}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_have_three_significant_digits_and_a_unit() {
        let check = |value: f64, unit: &str, expect: &str| {
            assert_eq!(quantity(value, unit), expect.replace(' ', "\u{a0}"), "{value} {unit}");
        };
        check(12.345, "ms", "12.3 ms");
        check(0.01234, "ms", "12.3 µs");
        check(9.996, "ms", "10.0 ms");
        check(0.9996, "ms", "1.00 ms");
        check(2345.6, "ms", "2.35 s");
        check(0.25, "s", "250 ms");
        check(0.0, "ms", "0 ms");
        check(-3.2, "ms", "−3.20 ms");
        check(512.0, "B", "512 B");
        check(1536.0, "B", "1.50 KiB");
        check(63_000_000.0, "B", "60.1 MiB");
        check(0.5, "mJ", "500 µJ");
        check(12_345.0, "tok/s", "12\u{202f}345 tok/s");
        check(64.0, "", "64.0");
        check(f64::NAN, "ms", "–");
        check(f64::INFINITY, "B", "–");
    }

    #[test]
    fn changes_are_signed_with_a_true_minus() {
        let check = |fraction: f64, expect: &str| {
            assert_eq!(change(fraction), expect.replace(' ', "\u{a0}"), "{fraction}");
        };
        check(0.382, "+38.2 %");
        check(-0.71, "−71.0 %");
        check(2.5, "+250 %");
        check(0.004, "+0.40 %");
        check(-0.000_000_1, "0.000 %");
        check(0.0, "0.0 %");
        check(f64::NAN, "–");
    }

    #[test]
    fn counts_group_thousands_from_ten_thousand() {
        assert_eq!(count(9999), "9999");
        assert_eq!(count(1_234_567), "1\u{202f}234\u{202f}567");
        assert_eq!(count(-12), "−12");
        assert_eq!(count(i64::MIN).chars().next(), Some('−'));
    }

    #[test]
    fn an_interval_stays_in_one_unit() {
        assert_eq!(span([900.0, 1100.0], "ms"), "0.900 to 1.10\u{a0}s");
        assert_eq!(interval(1.0, None, "s"), "1.00\u{a0}s");
    }
}
