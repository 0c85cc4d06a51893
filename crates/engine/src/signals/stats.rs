//! What lies between two moments of a run.

use analysis::Stretch;
use protocol::{BetweenView, Sampling, SignalStats};

use crate::signals::axis::Axis;
use crate::signals::latency::percentiles;
use crate::signals::run_signals::Signals;
use crate::signals::shared::RunSignals;
use crate::signals::signal::Signal;

/// Statistics of everything from the earlier to the later moment, both included.
pub(crate) fn between(run: &RunSignals, a_ms: f64, b_ms: f64) -> BetweenView {
    let (from_ms, to_ms) = (a_ms.min(b_ms), a_ms.max(b_ms));
    let (signals, latencies) = run.look(|signals| {
        let tokens = signals.token_axis();
        let latencies = signals.latencies(tokens.first_from(from_ms), tokens.first_after(to_ms));
        let stats = signals.all().iter().filter_map(|s| stats(signals, s, from_ms, to_ms));
        (stats.collect(), latencies)
    });
    BetweenView { from_ms, to_ms, signals, latency: percentiles(&latencies) }
}

fn stats(signals: &Signals, signal: &Signal, from_ms: f64, to_ms: f64) -> Option<SignalStats> {
    let axis = signals.axis(signal);
    let (from, to) = (axis.first_from(from_ms), axis.first_after(to_ms));
    let found = analysis::between(&signal.pyramid, &signal.ring, from..to);
    let stretch = found.stretch;
    if stretch.count == 0 {
        return None;
    }
    let (integral, integral_unit) = match signal.sampling {
        Sampling::PerToken => (Some(stretch.mean * stretch.count as f64), signal.unit.clone()),
        Sampling::OverTime => over_time(signal, axis, [from_ms, to_ms], &stretch),
    };
    let secs = (to_ms - from_ms) / 1e3;
    let finite = |value: f64| Some(value).filter(|value| value.is_finite());
    Some(SignalStats {
        name: signal.name.clone(),
        unit: signal.unit.clone(),
        samples: stretch.count,
        missing: stretch.missing,
        mean: finite(stretch.mean),
        sd: stretch.sd().and_then(finite),
        min: finite(f64::from(stretch.min)),
        max: finite(f64::from(stretch.max)),
        integral: integral.and_then(finite),
        integral_unit: if integral.is_some() { integral_unit } else { String::new() },
        rate_per_s: (secs > 0.0).then(|| stretch.count as f64 / secs).and_then(finite),
        rounded: found.rounded,
    })
}

/// The integral of a signal over time, and its unit; none of a memory's, which says nothing.
fn over_time(
    signal: &Signal,
    axis: &Axis,
    [from_ms, to_ms]: [f64; 2],
    stretch: &Stretch,
) -> (Option<f64>, String) {
    let unit = match signal.unit.as_str() {
        "B" => return (None, String::new()),
        "mW" => "mJ".to_owned(),
        "W" => "J".to_owned(),
        "" => "s".to_owned(),
        unit => format!("{unit}·s"),
    };
    let (from, to) = (axis.first_from(from_ms), axis.first_after(to_ms));
    let value_secs = match axis {
        Axis::Regular { rate_hz, .. } => stretch.mean * stretch.count as f64 / rate_hz,
        Axis::Anchored(anchors) => stretch.mean * stretch.count as f64 / anchors.rate_hz(),
        // A power is the mean since the look before it, so this is what the counter counted.
        Axis::Times(_) if from >= signal.ring.first() => (from.max(1)..(to + 1).min(axis.len()))
            .filter_map(|index| {
                let since_ms = axis.at_ms(index - 1).max(from_ms);
                let secs = (axis.at_ms(index).min(to_ms) - since_ms) / 1e3;
                Some(f64::from(signal.value(index)?) * secs)
            })
            .sum(),
        Axis::Times(_) => {
            stretch.mean * (axis.at_ms(to.saturating_sub(1)) - axis.at_ms(from)) / 1e3
        }
    };
    (Some(value_secs), unit)
}
