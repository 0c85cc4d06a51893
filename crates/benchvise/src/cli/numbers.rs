//! Numbers as a person reads them.

/// Three significant digits, no exponent for everyday sizes.
pub(crate) fn short(value: f64) -> String {
    if value == 0.0 {
        return "0".into();
    }
    let digits = value.abs().log10().floor();
    let places = (2.0 - digits).clamp(0.0, 6.0) as usize;
    format!("{value:.places$}")
}

/// A value with its unit, in the multiple a person would say.
pub(crate) fn with_unit(value: f64, unit: &str) -> String {
    match unit {
        "" => format!("{value:.0}"),
        "B" => bytes(value),
        "ms" if value.abs() >= 1000.0 => format!("{} s", short(value / 1000.0)),
        "ms" if value.abs() < 1.0 && value != 0.0 => format!("{} µs", short(value * 1000.0)),
        unit => format!("{} {unit}", short(value)),
    }
}

/// Bytes in binary multiples.
pub(crate) fn bytes(value: f64) -> String {
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
pub(crate) fn percent(fraction: f64) -> String {
    let sign = if fraction < 0.0 { "−" } else { "+" };
    format!("{sign}{:.1} %", fraction.abs() * 100.0)
}

/// A moment, UTC, to the second, from milliseconds since 1970.
pub(crate) fn moment(ms: i64) -> String {
    let secs = ms.div_euclid(1000);
    let (days, second) = (secs.div_euclid(86_400), secs.rem_euclid(86_400));
    // Days to a civil date, after Howard Hinnant's "chrono-Compatible Low-Level Date Algorithms".
    let z = days + 719_468;
    let era = z.div_euclid(146_097);
    let day_of_era = z.rem_euclid(146_097);
    let year_of_era =
        (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month_index = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month_index + 2) / 5 + 1;
    let month = if month_index < 10 { month_index + 3 } else { month_index - 9 };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    format!(
        "{year:04}-{month:02}-{day:02} {:02}:{:02}:{:02}",
        second / 3600,
        second / 60 % 60,
        second % 60
    )
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

    #[test]
    fn dates_are_civil() {
        check(moment(0), "1970-01-01 00:00:00");
        check(moment(951_782_400_000), "2000-02-29 00:00:00");
        check(moment(1_795_381_584_000), "2026-11-22 21:06:24");
        check(moment(-1000), "1969-12-31 23:59:59");
    }
}
