//! Numbers as a person reads them.

/// From here on three digits say 1.
const ROUNDS_UP: f64 = 0.9995;

/// Three significant digits, no exponent for everyday sizes; thousands set apart from 10 000 on.
pub fn short(value: f64) -> String {
    if value == 0.0 {
        return "0".into();
    }
    // What rounds up to the next power of ten has its digits.
    let digits = (value.abs() / ROUNDS_UP).log10().floor();
    let places = (2.0 - digits).clamp(0.0, 6.0) as usize;
    let sign = if value < 0.0 { "-" } else { "" };
    format!("{sign}{}", grouped(&format!("{:.places$}", value.abs())))
}

/// A value with its unit, in the multiple a person would say.
pub fn with_unit(value: f64, unit: &str) -> String {
    if unit.is_empty() {
        // A count, or a share such as an accuracy.
        return if value.fract() == 0.0 { format!("{value:.0}") } else { short(value) };
    }
    let (factor, printed) = multiple(value, unit);
    match printed {
        "B" => format!("{value:.0} B"),
        printed => format!("{} {printed}", short(value / factor)),
    }
}

/// Bytes in binary multiples.
pub fn bytes(value: f64) -> String {
    with_unit(value, "B")
}

/// The multiple of a unit that a person would say for a size, and how many of the given unit make
/// one of it: seconds, joules, watts, amperes and volts by thousands, bytes by 1024; any other unit
/// is said as it is. What three digits would round up to 1000 is said in the next multiple.
pub fn multiple(size: f64, unit: &str) -> (f64, &str) {
    let size = size.abs();
    if unit == "B" {
        let steps = [("TiB", 40), ("GiB", 30), ("MiB", 20), ("KiB", 10)];
        let of = |power: u64| (1_u64 << power) as f64;
        let fits = steps.iter().find(|&&(_, power)| size >= of(power));
        return fits.map_or((1.0, "B"), |&(printed, power)| (of(power), printed));
    }
    let family = MULTIPLES.iter().find_map(|family| {
        let given = family.iter().position(|name| *name == unit)?;
        Some((family, given))
    });
    let Some((family, given)) = family.filter(|_| size > 0.0 && size.is_finite()) else {
        return (1.0, unit);
    };
    // How many of the given unit make one of the unit at a place.
    let factor = |place: usize| 1000_f64.powi(given as i32 - place as i32);
    let last = family.len() - 1;
    let place = (0..last).find(|&place| size >= ROUNDS_UP * factor(place)).unwrap_or(last);
    family.get(place).map_or((1.0, unit), |printed| (factor(place), printed))
}

/// Units by thousands, largest first.
const MULTIPLES: [[&str; 4]; 5] = [
    ["s", "ms", "µs", "ns"],
    ["J", "mJ", "µJ", "nJ"],
    ["W", "mW", "µW", "nW"],
    ["A", "mA", "µA", "nA"],
    ["V", "mV", "µV", "nV"],
];

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
        check(with_unit(999.6, "ms"), "1.00 s");
        check(with_unit(0.99951, "ms"), "1.00 ms");
        check(with_unit(-0.000_04, "ms"), "-40.0 ns");
        check(with_unit(0.0, "ms"), "0 ms");
        check(with_unit(0.0021, "A"), "2.10 mA");
        check(with_unit(2500.0, "mW"), "2.50 W");
        check(with_unit(1.5, "J"), "1.50 J");
        check(with_unit(1_056_540.0, "B"), "1.01 MiB");
        check(bytes(1023.0), "1023 B");
        check(with_unit(64.0, ""), "64");
        check(with_unit(0.93, ""), "0.930");
        check(with_unit(123.4, "tok/s"), "123 tok/s");
        check(percent(-0.1234), "−12.3 %");
        check(percent(0.05), "+5.0 %");
        check(short(0.0), "0");
        check(short(-123_456.0), "-123\u{202f}456");
        check(short(12_345.6), "12\u{202f}346");
        check(grouped("9999.25"), "9999.25");
        check(grouped("1234567.5"), "1\u{202f}234\u{202f}567.5");
        check(thousands("9999"), "9\u{202f}999");
    }
}
