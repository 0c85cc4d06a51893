//! Time between tokens as percentiles over a window.

use protocol::LatencyPercentiles;

/// Up to so many samples percentiles are exact; of more, every second, third … is looked at.
pub(crate) const EXACT: u64 = 200_000;

/// Percentiles of what [`super::Signals::latencies`] gave; sorts it.
pub(crate) fn percentiles(latencies_ms: &[f64]) -> Option<LatencyPercentiles> {
    let found = analysis::Percentiles::of(latencies_ms)?;
    Some(LatencyPercentiles {
        n: latencies_ms.iter().filter(|ms| ms.is_finite()).count() as u64,
        p50_ms: found.p50,
        p90_ms: found.p90,
        p95_ms: found.p95,
        p99_ms: found.p99,
    })
}
