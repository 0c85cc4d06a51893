//! Numbers as a person reads them.

/// Three significant digits, no exponent for everyday sizes.
pub fn short(value: f64) -> String {
    if value == 0.0 {
        return "0".into();
    }
    let digits = value.abs().log10().floor();
    let places = (2.0 - digits).clamp(0.0, 6.0) as usize;
    format!("{value:.places$}")
}

/// A value with its unit, in the multiple a person would say.
pub fn with_unit(value: f64, unit: &str) -> String {
    match unit {
        "" => format!("{value:.0}"),
        "B" => bytes(value),
        "ms" if value.abs() >= 1000.0 => format!("{} s", short(value / 1000.0)),
        "ms" if value.abs() < 1.0 && value != 0.0 => format!("{} µs", short(value * 1000.0)),
        unit => format!("{} {unit}", short(value)),
    }
}

/// Bytes in binary multiples.
pub fn bytes(value: f64) -> String {
    let mut value = value;
    for unit in ["B", "KiB", "MiB", "GiB"] {
        if value.abs() < 1024.0 {
            return match unit {
                "B" => format!("{value:.0} B"),
                unit => format!("{} {unit}", short(value)),
            };
        }
        value /= 1024.0;
    }
    format!("{} TiB", short(value))
}

/// Digits with a narrow space between thousands, from 10 000 on; a fraction stays as it is.
pub fn grouped(digits: &str) -> String {
    let whole = digits.find('.').unwrap_or(digits.len());
    if whole < 5 { digits.to_owned() } else { thousands(digits) }
}

/// The same from 1000 on.
pub fn thousands(digits: &str) -> String {
    let whole = digits.find('.').unwrap_or(digits.len());
    let mut out = String::with_capacity(digits.len() + whole / 3 * 3);
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && place < whole && (whole - place).is_multiple_of(3) {
            out.push('\u{202f}');
        }
        out.push(digit);
    }
    out
}

/// A fraction as a signed percentage.
pub fn percent(fraction: f64) -> String {
    let sign = if fraction < 0.0 { "−" } else { "+" };
    format!("{sign}{:.1} %", fraction.abs() * 100.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(got: String, expect: &str) {
        assert_eq!(got, expect);
    }

    #[test]
    fn numbers_read_naturally() {
        check(with_unit(0.0123, "ms"), "12.3 µs");
        check(with_unit(4.56, "ms"), "4.56 ms");
        check(with_unit(45_600.0, "ms"), "45.6 s");
        check(with_unit(1_056_540.0, "B"), "1.01 MiB");
        check(with_unit(64.0, ""), "64");
        check(with_unit(123.4, "tok/s"), "123 tok/s");
        check(percent(-0.1234), "−12.3 %");
        check(percent(0.05), "+5.0 %");
        check(short(0.0), "0");
        check(grouped("9999.25"), "9999.25");
        check(grouped("1234567.5"), "1\u{202f}234\u{202f}567.5");
        check(thousands("9999"), "9\u{202f}999");
    }
}
