//! A time axis as a person reads it: milliseconds, then seconds, then minutes.

use crate::plot::scale::nice_step;
use crate::plot::{Scale, Tick};

/// Steps from a second on, in seconds: what clocks are divided into.
const STEPS_S: [f64; 16] = [
    1.0, 2.0, 5.0, 10.0, 15.0, 30.0, 60.0, 120.0, 300.0, 600.0, 900.0, 1800.0, 3600.0, 7200.0,
    18_000.0, 36_000.0,
];
/// Up to here an axis counts milliseconds.
const MILLISECONDS_TO: f64 = 2000.0;
/// Up to here an axis counts seconds; after it, minutes and seconds.
const SECONDS_TO: f64 = 120_000.0;

/// Round moments of a scale in milliseconds, at least so many points apart, with their units.
pub fn time_ticks(scale: &Scale, apart_pt: f32) -> Vec<Tick> {
    let length = (scale.to_pt - scale.from_pt).abs();
    let most = f64::from(length / apart_pt.max(1.0)).max(1.0);
    let (low, high) = (scale.from.min(scale.to), scale.from.max(scale.to));
    let step = step_ms((high - low) / most);
    if !(step.is_finite() && step > 0.0) {
        return Vec::new();
    }
    let reach = low.abs().max(high.abs());
    let first = (low / step).ceil();
    let count = ((high / step + 1e-9).floor() - first).clamp(0.0, 500.0) as usize;
    let tick = |at: usize| {
        let value = (first + at as f64) * step;
        let value = if value.abs() < step * 1e-9 { 0.0 } else { value };
        Tick { value, label: words(value, step, reach) }
    };
    (0..=count).map(tick).filter(|tick| tick.value <= high + step * 1e-9).collect()
}

/// A moment, as exactly as `resolution_ms` lets it be known.
pub fn time_text(ms: f64, resolution_ms: f64) -> String {
    words(ms, known(resolution_ms), ms.abs())
}

/// Two moments in one unit, as exactly as `resolution_ms` lets them be known.
pub fn time_range(from_ms: f64, to_ms: f64, resolution_ms: f64) -> [String; 2] {
    let resolution = known(resolution_ms);
    [from_ms, to_ms].map(|ms| words(ms, resolution, from_ms.abs().max(to_ms.abs())))
}

fn known(resolution_ms: f64) -> f64 {
    let known = resolution_ms.is_finite() && resolution_ms > 0.0;
    if known { resolution_ms.clamp(1e-6, 1000.0) } else { 1.0 }
}

fn step_ms(least: f64) -> f64 {
    if least <= 500.0 {
        return nice_step(least);
    }
    let found = STEPS_S.iter().map(|step| step * 1000.0).find(|step| *step >= least);
    found.unwrap_or_else(|| nice_step(least / 3_600_000.0) * 3_600_000.0)
}

fn words(ms: f64, step: f64, reach: f64) -> String {
    let places = |step: f64| (-(step * 1.000_001).log10().floor()).clamp(0.0, 9.0) as usize;
    let sign = if ms < 0.0 { "−" } else { "" };
    let size = ms.abs();
    if reach < MILLISECONDS_TO {
        let places = places(step);
        return format!("{sign}{size:.places$} ms");
    }
    let (seconds, places) = (size / 1000.0, places(step / 1000.0));
    if reach < SECONDS_TO {
        return format!("{sign}{seconds:.places$} s");
    }
    // Rounded first, so that 59.999 s is never written as 0:60.
    let unit = 10_f64.powi(places as i32);
    let seconds = (seconds * unit).round() / unit;
    let (minutes, rest) = ((seconds / 60.0).floor(), seconds % 60.0);
    let width = if places == 0 { 2 } else { places + 3 };
    match minutes < 60.0 {
        true => format!("{sign}{minutes:.0}:{rest:0width$.places$}"),
        false => {
            let (hours, minutes) = ((minutes / 60.0).floor(), minutes % 60.0);
            format!("{sign}{hours:.0}:{minutes:02.0}:{rest:0width$.places$}")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn labels(from: f64, to: f64) -> Vec<String> {
        let scale = Scale::new(from, to, 0.0, 500.0);
        time_ticks(&scale, 100.0).into_iter().map(|tick| tick.label).collect()
    }

    #[test]
    fn an_axis_has_the_unit_of_its_reach() {
        assert_eq!(labels(0.0, 1.0), ["0.0 ms", "0.2 ms", "0.4 ms", "0.6 ms", "0.8 ms", "1.0 ms"]);
        assert_eq!(labels(0.0, 1000.0)[1], "200 ms");
        assert_eq!(
            labels(0.0, 10_000.0),
            ["0 s", "2 s", "4 s", "6 s", "8 s", "10 s"].map(String::from)
        );
        assert_eq!(labels(2000.0, 4000.0)[1], "2.5 s");
        assert_eq!(labels(0.0, 300_000.0), ["0:00", "1:00", "2:00", "3:00", "4:00", "5:00"]);
        assert_eq!(labels(3_600_000.0, 3_601_000.0)[1], "1:00:00.2");
    }

    #[test]
    fn deep_in_a_long_run_moments_can_still_be_told_apart() {
        let labels = labels(100_000.0, 100_000.05);
        assert_eq!(labels[1], "100.00001 s");
        let mut unique = labels.clone();
        unique.dedup();
        assert_eq!(labels, unique);
    }

    #[test]
    fn no_range_is_no_panic() {
        for (from, to) in [(5.0, 5.0), (f64::NAN, 1.0), (0.0, 1e-300), (0.0, 1e300)] {
            assert!(labels(from, to).len() <= 501, "{from} {to}");
        }
    }

    #[test]
    fn a_moment_is_as_exact_as_it_can_be_known() {
        assert_eq!(time_text(123.456, 0.1), "123.5 ms");
        assert_eq!(time_text(123.456, 1.0), "123 ms");
        assert_eq!(time_text(12_345.6, 2.0), "12.346 s");
        assert_eq!(time_text(-5.0, 1.0), "−5 ms");
        assert_eq!(time_text(179_999.9, 1000.0), "3:00");
        assert_eq!(time_text(5.0, f64::NAN), "5 ms");
        assert_eq!(time_range(0.0, 2500.0, 10.0), ["0.00 s", "2.50 s"]);
    }
}
