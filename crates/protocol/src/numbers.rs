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
    }
}
