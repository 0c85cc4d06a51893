//! The figures of one series in one repetition.

/// What a sample stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Holds {
    /// As long as every other.
    Evenly,
    /// Until the next one, or the repetition's end.
    UntilNext,
    /// Since the one before it.
    SinceBefore,
}

/// Sums so far.
#[derive(Clone, Copy, Debug)]
pub(super) struct Summary {
    holds: Holds,
    /// Of values, each as long as it holds in milliseconds, or once.
    sum: f64,
    weight: f64,
    /// Of values, once each: the mean where nothing lasted.
    plain: (f64, u64),
    extent: Option<[f64; 2]>,
    /// The newest sample; NaN where it was lost.
    newest: Option<(f64, f64)>,
}

impl Summary {
    pub(super) fn new(holds: Holds) -> Summary {
        Summary { holds, sum: 0.0, weight: 0.0, plain: (0.0, 0), extent: None, newest: None }
    }

    /// A sample that was taken then; NaN of one that was lost.
    pub(super) fn add(&mut self, at_ms: f64, value: f64) {
        let held = match (self.holds, self.newest) {
            (Holds::Evenly, _) => Some((value, 1.0)),
            (Holds::UntilNext, Some((since, before))) => Some((before, at_ms - since)),
            (Holds::SinceBefore, Some((since, _))) => Some((value, at_ms - since)),
            (_, None) => None,
        };
        self.weigh(held);
        self.newest = Some((at_ms, value));
        if value.is_finite() {
            self.plain = (self.plain.0 + value, self.plain.1 + 1);
            let [min, max] = self.extent.unwrap_or([value; 2]);
            self.extent = Some([min.min(value), max.max(value)]);
        }
    }

    /// The repetition ended then.
    pub(super) fn end(&mut self, at_ms: f64) {
        if let (Holds::UntilNext, Some((since, value))) = (self.holds, self.newest) {
            self.weigh(Some((value, at_ms - since)));
        }
    }

    fn weigh(&mut self, held: Option<(f64, f64)>) {
        if let Some((value, weight)) = held.filter(|(value, w)| value.is_finite() && *w > 0.0) {
            self.sum += value * weight;
            self.weight += weight;
        }
    }

    /// Mean, least and most; `None` without a sample.
    pub(super) fn figures(&self) -> Option<[f64; 3]> {
        let [min, max] = self.extent?;
        let (sum, count) = self.plain;
        let mean = if self.weight > 0.0 { self.sum / self.weight } else { sum / count as f64 };
        Some([mean, min, max])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(holds: Holds, samples: &[(f64, f64)], end_ms: f64, expect: Option<[f64; 3]>) {
        let mut summary = Summary::new(holds);
        samples.iter().for_each(|(at_ms, value)| summary.add(*at_ms, *value));
        summary.end(end_ms);
        assert_eq!(summary.figures(), expect);
    }

    #[test]
    fn a_mean_is_over_the_time_that_a_sample_stands_for() {
        let samples = [(0.0, 10.0), (10.0, 20.0), (40.0, 40.0)];
        check(Holds::Evenly, &samples, 50.0, Some([70.0 / 3.0, 10.0, 40.0]));
        check(Holds::UntilNext, &samples, 50.0, Some([(100.0 + 600.0 + 400.0) / 50.0, 10.0, 40.0]));
        check(Holds::SinceBefore, &samples, 50.0, Some([(200.0 + 1200.0) / 40.0, 10.0, 40.0]));
    }

    #[test]
    fn what_was_lost_stands_for_nothing() {
        let samples = [(0.0, 10.0), (10.0, f64::NAN), (40.0, 40.0)];
        check(Holds::Evenly, &samples, 50.0, Some([25.0, 10.0, 40.0]));
        check(Holds::UntilNext, &samples, 50.0, Some([(100.0 + 400.0) / 20.0, 10.0, 40.0]));
        check(Holds::UntilNext, &[(5.0, f64::NAN)], 50.0, None);
        check(Holds::UntilNext, &[(5.0, 3.0)], 5.0, Some([3.0; 3]));
        check(Holds::SinceBefore, &[(5.0, 3.0)], 50.0, Some([3.0; 3]));
    }
}
