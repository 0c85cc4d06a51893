//! Moments worth a line on an axis of milliseconds UTC.

use crate::plot::{Scale, Tick};

const MINUTE_MS: i64 = 60_000;
const HOUR_MS: i64 = 60 * MINUTE_MS;
const DAY_MS: i64 = 24 * HOUR_MS;

/// Steps a person would choose.
const STEPS_MS: [i64; 19] = [
    1000,
    5000,
    15_000,
    MINUTE_MS,
    5 * MINUTE_MS,
    15 * MINUTE_MS,
    30 * MINUTE_MS,
    HOUR_MS,
    3 * HOUR_MS,
    6 * HOUR_MS,
    12 * HOUR_MS,
    DAY_MS,
    2 * DAY_MS,
    5 * DAY_MS,
    10 * DAY_MS,
    30 * DAY_MS,
    90 * DAY_MS,
    182 * DAY_MS,
    365 * DAY_MS,
];

/// Round moments, UTC, at least so many points apart; their labels are as exact as the step needs.
pub fn calendar_ticks(scale: Scale, apart_pt: f32) -> Vec<Tick> {
    let (low, high) = (scale.from.min(scale.to), scale.from.max(scale.to));
    let least_ms = scale.per_point() * f64::from(apart_pt);
    let step = STEPS_MS.into_iter().find(|step| *step as f64 >= least_ms);
    let step = step.unwrap_or((least_ms / (365 * DAY_MS) as f64).ceil() as i64 * 365 * DAY_MS);
    if step <= 0 {
        return Vec::new();
    }
    let first = (low / step as f64).ceil() as i64 * step;
    let moments = (0..200).map(|at| first.saturating_add(step.saturating_mul(at)));
    moments
        .take_while(|ms| *ms as f64 <= high)
        .map(|ms| Tick { value: ms as f64, label: label(ms, step) })
        .collect()
}

fn label(ms: i64, step: i64) -> String {
    let moment = protocol::moment::moment(ms);
    let midnight = ms.rem_euclid(DAY_MS) == 0;
    let part = match step {
        step if step < MINUTE_MS => moment.get(11..19),
        step if step < DAY_MS && !midnight => moment.get(11..16),
        step if step < 30 * DAY_MS => moment.get(5..10),
        _ => moment.get(..7),
    };
    part.unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(span_ms: i64, width: f32, expect: &[&str]) {
        // 2025-11-13 02:13:20 UTC and what came before.
        let to = 1_763_000_000_000_i64;
        let scale = Scale::new((to - span_ms) as f64, to as f64, 0.0, width);
        let labels: Vec<String> =
            calendar_ticks(scale, 80.0).into_iter().map(|tick| tick.label).collect();
        assert_eq!(labels, expect);
    }

    #[test]
    fn moments_are_round_and_as_exact_as_the_step() {
        check(30_000, 200.0, &["02:13:00", "02:13:15"]);
        check(2 * HOUR_MS, 400.0, &["00:30", "01:00", "01:30", "02:00"]);
        check(12 * HOUR_MS, 400.0, &["15:00", "18:00", "21:00", "11-13"]);
        check(4 * DAY_MS, 500.0, &["11-10", "11-11", "11-12", "11-13"]);
        check(400 * DAY_MS, 500.0, &["2024-12", "2025-03", "2025-06", "2025-09"]);
    }

    #[test]
    fn no_span_and_a_huge_one_end() {
        assert!(calendar_ticks(Scale::new(5.0, 5.0, 0.0, 100.0), 80.0).len() <= 2);
        assert!(calendar_ticks(Scale::new(0.0, 1e17, 0.0, 100.0), 80.0).len() <= 200);
    }
}
