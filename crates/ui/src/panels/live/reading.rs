//! What a signal was at a moment, as far as the picture knows.

use protocol::numbers::with_unit;
use protocol::{Sampling, SignalFrame, Trace, TracePoint};

use crate::plot::{Stretch, gaps};

/// A signal at a moment.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Reading {
    /// One sample.
    Value(f64),
    /// Several that share a column of pixels.
    Spread {
        /// Smallest.
        min: f64,
        /// Mean.
        mean: f64,
        /// Largest.
        max: f64,
    },
    /// Samples of that moment are missing.
    Lost,
    /// There is none.
    Nothing,
}

impl Reading {
    /// In words.
    pub(super) fn words(&self, unit: &str) -> String {
        match self {
            Reading::Value(value) => with_unit(*value, unit),
            Reading::Spread { min, mean, max } if min == max => with_unit(*mean, unit),
            Reading::Spread { min, mean, max } => {
                let [min, max] = [min, max].map(|value| with_unit(*value, unit));
                format!("{} ({min} – {max})", with_unit(*mean, unit))
            }
            Reading::Lost => "lost".into(),
            Reading::Nothing => "—".into(),
        }
    }
}

/// What a signal was at `at_ms`.
pub(super) fn reading(signal: &SignalFrame, stretch: Stretch, at_ms: f64) -> Reading {
    match &signal.trace {
        Trace::Points(points) => {
            let lost = |[from, to]: &[f64; 2]| at_ms > *from && at_ms < *to;
            if gaps(&signal.trace, stretch).iter().any(lost) {
                return Reading::Lost;
            }
            let spec = protocol::signal(&signal.name);
            let holds = spec.is_none_or(|spec| spec.sampling == Sampling::OverTime);
            point(points, at_ms, holds).map_or(Reading::Nothing, Reading::Value)
        }
        Trace::Columns(columns) => {
            let share = (at_ms - stretch.from_ms) / (stretch.to_ms - stretch.from_ms);
            if !(0.0..=1.0).contains(&share) {
                return Reading::Nothing;
            }
            let at = ((share * columns.len() as f64) as usize).min(columns.len().saturating_sub(1));
            match columns.get(at) {
                Some(column) if column.samples > 0 => Reading::Spread {
                    min: f64::from(column.min),
                    mean: f64::from(column.mean),
                    max: f64::from(column.max),
                },
                Some(column) if column.missing > 0 => Reading::Lost,
                _ => Reading::Nothing,
            }
        }
    }
}

/// The sample that holds at a moment, or the nearest one.
fn point(points: &[TracePoint], at_ms: f64, holds: bool) -> Option<f64> {
    let after = points.partition_point(|point| point.at_ms <= at_ms);
    let before = after.checked_sub(1).and_then(|at| points.get(at));
    let next = points.get(after);
    let found = match (before, next) {
        (Some(before), _) if holds => before,
        (Some(before), Some(next)) if at_ms - before.at_ms > next.at_ms - at_ms => next,
        (Some(before), _) => before,
        (None, next) => next.filter(|_| !holds)?,
    };
    Some(f64::from(found.value))
}

#[cfg(test)]
mod tests {
    use super::*;
    use protocol::TraceColumn;

    const STRETCH: Stretch = Stretch { from_ms: 0.0, to_ms: 100.0 };

    fn signal(name: &str, trace: Trace) -> SignalFrame {
        SignalFrame {
            name: name.into(),
            unit: "ms".into(),
            trace,
            extent: None,
            absent: None,
            source: None,
        }
    }

    fn check(name: &str, at_ms: f64, expect: Reading) {
        let point = |at_ms, value, after_gap| TracePoint { at_ms, value, after_gap };
        let points = vec![point(10.0, 1.0, false), point(20.0, 2.0, false), point(60.0, 3.0, true)];
        assert_eq!(reading(&signal(name, Trace::Points(points)), STRETCH, at_ms), expect);
    }

    #[test]
    fn the_nearest_token_the_last_look_and_what_was_lost() {
        check("token_latency", 17.0, Reading::Value(2.0));
        check("token_latency", 1.0, Reading::Value(1.0));
        check("heap_used", 17.0, Reading::Value(1.0));
        check("heap_used", 1.0, Reading::Nothing);
        check("heap_used", 40.0, Reading::Lost);
        check("heap_used", 90.0, Reading::Value(3.0));
    }

    #[test]
    fn a_column_is_read_as_what_it_spans() {
        let full = TraceColumn { min: 1.0, max: 3.0, mean: 2.0, samples: 9, missing: 0 };
        let lost = TraceColumn { samples: 0, missing: 2, ..full };
        let signal = signal("heap_used", Trace::Columns(vec![full, lost]));
        let spread = Reading::Spread { min: 1.0, mean: 2.0, max: 3.0 };
        assert_eq!(spread.words("ms"), "2.00 ms (1.00 ms – 3.00 ms)");
        assert_eq!(reading(&signal, STRETCH, 10.0), spread);
        assert_eq!(reading(&signal, STRETCH, 100.0), Reading::Lost);
        assert_eq!(reading(&signal, STRETCH, 101.0), Reading::Nothing);
    }
}
