//! How many inferences a window takes. Pure.

use std::time::Duration;

/// More inferences than a board should be asked for at once.
const MOST: u32 = 10_000_000;

/// What the rules ask of a window.
#[derive(Clone, Copy, Debug)]
pub(super) struct Rules {
    pub(super) shortest: Duration,
    pub(super) fewest: u32,
}

impl Rules {
    /// Inferences that fill a window where one takes `us` microseconds each; a tenth more, so that
    /// the next one is not too short by a hair.
    pub(super) fn count(&self, us_each: f64) -> u32 {
        let fill = self.shortest.as_micros() as f64 / us_each.max(0.1) * 1.1;
        (fill.ceil().min(f64::from(MOST)) as u32).max(self.fewest).max(1)
    }

    /// A window of so many inferences in so many microseconds is one by the rules.
    pub(super) fn met(&self, count: u32, us: u64) -> bool {
        count >= self.fewest && u128::from(us) >= self.shortest.as_micros()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_window_has_at_least_ten_seconds_and_ten_inferences() {
        let rules = Rules { shortest: Duration::from_secs(10), fewest: 10 };
        assert_eq!(rules.count(1000.0), 11_000);
        assert_eq!(rules.count(5e6), 10);
        assert_eq!(rules.count(0.0), MOST);
        assert_eq!(rules.count(f64::NAN), MOST);
        assert!(
            rules.met(10, 10_000_000) && !rules.met(9, 50_000_000) && !rules.met(99, 9_999_999)
        );
    }
}
