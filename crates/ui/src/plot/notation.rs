//! How values that are meant to be compared are written: all in one multiple of their unit, all with
//! as many places, so that the eye compares digits and not units.

/// One multiple and one number of places for several values.
#[derive(Clone, Debug, PartialEq)]
pub struct Notation {
    /// What one of `unit` is in the unit the values come in.
    pub per: f64,
    /// Places after the point.
    pub places: usize,
    /// The unit to print; empty for a count.
    pub unit: String,
}

impl Notation {
    /// What suits values that come in `unit`, as [`protocol::METRICS`] spells it. The largest decides;
    /// it gets three digits, or up to five where two values would look the same and are not.
    pub fn of(values: &[f64], unit: &str) -> Notation {
        let finite = || values.iter().copied().filter(|value| value.is_finite());
        let largest = finite().fold(0.0_f64, |largest, value| largest.max(value.abs()));
        let (per, unit) = protocol::numbers::multiple(largest, unit);
        if unit.is_empty() && finite().all(|value| value.fract() == 0.0) {
            return Notation { per, places: 0, unit: String::new() };
        }
        let most = match largest / per {
            largest if largest > 0.0 => (2.0 - largest.log10().floor()).clamp(0.0, 6.0) as usize,
            _ => 0,
        };
        let alike = |places: usize| {
            let written = |value: f64| format!("{:.places$}", value / per);
            let mut all: Vec<(f64, String)> = finite().map(|v| (v, written(v))).collect();
            all.sort_by(|a, b| a.0.total_cmp(&b.0));
            all.windows(2).any(|pair| match pair {
                [a, b] => a.1 == b.1 && (b.0 - a.0).abs() > 5e-4 * largest,
                _ => false,
            })
        };
        let places = (most..most + 2).find(|&places| !alike(places)).unwrap_or(most + 2);
        Notation { per, places, unit: unit.to_owned() }
    }

    /// The number alone, with a true minus.
    pub fn number(&self, value: f64) -> String {
        let places = self.places;
        let text = format!("{:.places$}", (value / self.per).abs());
        let zero = text.chars().all(|digit| matches!(digit, '0' | '.'));
        if value < 0.0 && !zero { format!("−{text}") } else { text }
    }

    /// The number with its unit.
    pub fn with_unit(&self, value: f64) -> String {
        let number = self.number(value);
        if self.unit.is_empty() { number } else { format!("{number} {}", self.unit) }
    }

    /// An interval with its unit, said once.
    pub fn interval(&self, [low, high]: [f64; 2]) -> String {
        let both = format!("{} to {}", self.number(low), self.number(high));
        if self.unit.is_empty() { both } else { format!("{both} {}", self.unit) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(values: &[f64], unit: &str, expect: &[&str]) {
        let notation = Notation::of(values, unit);
        let written: Vec<String> = values.iter().map(|v| notation.with_unit(*v)).collect();
        assert_eq!(written, expect);
    }

    #[test]
    fn both_sides_are_written_in_one_unit() {
        check(&[990.0, 1020.0], "ms", &["0.99 s", "1.02 s"]);
        check(&[0.2, 0.31], "ms", &["200 µs", "310 µs"]);
        check(&[900_000.0, 1_400_000.0], "B", &["0.86 MiB", "1.34 MiB"]);
        check(&[12.0, 800.0], "B", &["12 B", "800 B"]);
        check(&[0.62, 0.285], "s", &["620 ms", "285 ms"]);
        check(&[608.0, 688.0], "tok/s", &["608 tok/s", "688 tok/s"]);
        check(&[64.0, 128.0], "", &["64", "128"]);
        check(&[0.0, 0.0], "ms", &["0 ms", "0 ms"]);
        check(&[], "ms", &[]);
    }

    #[test]
    fn what_differs_looks_different() {
        check(&[608.6, 609.4], "tok/s", &["608.6 tok/s", "609.4 tok/s"]);
        check(&[1.64, 1.641], "ms", &["1.640 ms", "1.641 ms"]);
        // Below one in two thousand it is the same to a reader.
        check(&[608.10, 608.11], "tok/s", &["608 tok/s", "608 tok/s"]);
    }

    #[test]
    fn less_than_nothing_has_a_true_minus_and_nothing_has_none() {
        let notation = Notation::of(&[-12.3, 4.0], "ms");
        assert_eq!(notation.interval([-12.3, 4.0]), "−12.3 to 4.0 ms");
        assert_eq!(notation.number(-0.001), "0.0");
    }
}
