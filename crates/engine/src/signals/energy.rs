//! Energy between two moments, from a power over time.

use crate::signals::absent::POWER;
use crate::signals::axis::Axis;
use crate::signals::run_signals::Signals;
use crate::signals::signal::Signal;

/// Why there is no energy.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Missing {
    /// Samples between the two moments were lost.
    Gap,
    /// The power does not reach over both moments.
    NotCovered,
}

/// Millijoules between two moments of the run, in milliseconds.
///
/// A sample at a rate holds until the next one, and of the first and the last only the part that lies
/// between the moments counts. A sample with a moment of its own is the mean since the one before it.
///
/// # Errors
/// Where a sample is missing: what was not measured is not guessed.
pub(crate) fn energy_mj(signals: &Signals, from_ms: f64, to_ms: f64) -> Result<f64, Missing> {
    let power = signals.all().iter().find(|signal| signal.name == POWER);
    let power = power.ok_or(Missing::NotCovered)?;
    match signals.axis(power) {
        Axis::Anchored(anchors) => {
            let (from, to) = (anchors.place(from_ms), anchors.place(to_ms));
            if from < 0.0 || to > anchors.len() as f64 || from >= to {
                return Err(Missing::NotCovered);
            }
            let ms_per_sample = (to_ms - from_ms) / (to - from);
            at_rate(power, from, to).map(|sum| sum * ms_per_sample / 1e3)
        }
        axis => each_its_own(power, axis, from_ms, to_ms),
    }
}

/// Sum of the samples from one place to another, parts of samples as parts.
fn at_rate(power: &Signal, from: f64, to: f64) -> Result<f64, Missing> {
    let (first, last) = (from.floor() as u64, to.ceil() as u64);
    let stretch = analysis::between(&power.pyramid, &power.ring, first..last).stretch;
    if stretch.missing > 0 {
        return Err(Missing::Gap);
    }
    if stretch.count == 0 {
        return Err(Missing::NotCovered);
    }
    // A sample that is no longer kept one by one was like those around it.
    let value = |index: u64| power.value(index).map_or(stretch.mean, f64::from);
    // Old edges are widened by whole entries: the mean is right, the count is not.
    let whole = stretch.mean * (last - first) as f64;
    let before = (from - first as f64) * value(first);
    let behind = (last as f64 - to) * value(last.saturating_sub(1));
    Ok(whole - before - behind)
}

fn each_its_own(power: &Signal, axis: &Axis, from_ms: f64, to_ms: f64) -> Result<f64, Missing> {
    let (from, last) = (axis.first_from(from_ms), axis.first_from(to_ms));
    let covered = from > 0 || axis.first_after(from_ms) > 0;
    if !covered || last >= axis.len() {
        return Err(Missing::NotCovered);
    }
    let mut sum = 0.0;
    for index in from..=last {
        let Some(before) = index.checked_sub(1) else { continue };
        let since_ms = axis.at_ms(before).max(from_ms);
        let ms = axis.at_ms(index).min(to_ms) - since_ms;
        sum += f64::from(power.value(index).ok_or(Missing::Gap)?) * ms / 1e3;
    }
    Ok(sum)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::signals::absent::Place;
    use crate::signals::heard::Heard;

    fn metered(values: &[f32]) -> Signals {
        let mut signals = Signals::new(Place::Board, None);
        signals.meter(1000.0);
        signals.hear(Heard::Anchor { signal: None, index: 0, at_ms: 10.0 });
        signals.hear(Heard::Stretch { signal: POWER.into(), values: values.to_vec() });
        signals
    }

    #[track_caller]
    fn check(signals: &Signals, from_ms: f64, to_ms: f64, expect: Result<f64, Missing>) {
        match (energy_mj(signals, from_ms, to_ms), expect) {
            (Ok(got), Ok(expect)) => assert!((got - expect).abs() < 1e-9, "{got} not {expect}"),
            (got, expect) => assert_eq!(got, expect),
        }
    }

    #[test]
    fn parts_of_samples_count_as_parts() {
        // A sample a millisecond from 10 ms on: 100 mW is 0.1 mJ a sample.
        let signals = metered(&[100.0, 200.0, 300.0, 400.0]);
        check(&signals, 10.0, 14.0, Ok(1.0));
        check(&signals, 11.0, 13.0, Ok(0.5));
        check(&signals, 10.5, 12.25, Ok(0.05 + 0.2 + 0.075));
        check(&signals, 11.25, 11.75, Ok(0.1));
    }

    #[test]
    fn what_was_not_measured_is_not_guessed() {
        let signals = metered(&[100.0, f32::NAN, 300.0]);
        check(&signals, 10.0, 12.5, Err(Missing::Gap));
        check(&signals, 12.0, 13.0, Ok(0.3));
        check(&signals, 9.0, 10.5, Err(Missing::NotCovered));
        check(&signals, 12.0, 14.0, Err(Missing::NotCovered));
        check(&signals, 12.0, 12.0, Err(Missing::NotCovered));
        check(&Signals::new(Place::Board, None), 0.0, 1.0, Err(Missing::NotCovered));
    }

    #[test]
    fn a_sample_with_a_moment_of_its_own_is_the_mean_since_the_one_before() {
        let mut signals = Signals::new(Place::Board, None);
        for (at_ms, value) in [(0.0, 5.0), (10.0, 100.0), (30.0, 200.0), (40.0, f64::NAN)] {
            signals.hear(Heard::Look { signal: POWER.into(), at_ms, value });
        }
        check(&signals, 0.0, 30.0, Ok(1.0 + 4.0));
        check(&signals, 5.0, 20.0, Ok(0.5 + 2.0));
        check(&signals, 5.0, 35.0, Err(Missing::Gap));
        check(&signals, 5.0, 50.0, Err(Missing::NotCovered));
    }

    #[test]
    fn a_long_stretch_is_summed_from_what_is_left_of_it() {
        let mut signals = Signals::new(Place::Board, None);
        signals.meter(100_000.0);
        signals.hear(Heard::Anchor { signal: None, index: 0, at_ms: 0.0 });
        for _ in 0..60 {
            let values = (0..100_000).map(|at| if at % 1000 < 500 { 66.0 } else { 132.0 });
            signals.hear(Heard::Stretch { signal: POWER.into(), values: values.collect() });
        }
        let got = energy_mj(&signals, 100.0, 59_900.0).unwrap();
        assert!((got / (99.0 * 59.8) - 1.0).abs() < 1e-4, "{got}");
    }
}
