//! How a run's latency goes with the place in the text.

use protocol::{CurvePoint, CurveView, RunDetail};

/// Percentiles at each place over the whole repetitions that count, in at most `points` columns of
/// places. First tokens are left out: their latency is the reading of the prompt.
pub(crate) fn curves(run: &RunDetail, points: u32) -> CurveView {
    let counting = || run.repetitions.iter().filter(|r| r.whole && !r.warmup);
    let tokens = || counting().flat_map(|repetition| &repetition.tokens);
    let longest = tokens().map(|token| token.index).max().unwrap_or(0);
    // Places 1 to `longest`.
    let width = longest.div_ceil(points.max(1)).max(1);
    let mut columns: Vec<Vec<f64>> = vec![Vec::new(); longest.div_ceil(width) as usize];
    for token in tokens() {
        let Some(place) = token.index.checked_sub(1) else { continue };
        if let (Some(column), Some(ms)) =
            (columns.get_mut((place / width) as usize), token.latency_ms)
        {
            column.push(ms);
        }
    }
    let point = |(at, latencies): (u32, &Vec<f64>)| {
        let sorted = analysis::sorted_finite(latencies);
        let quantile = |q| analysis::percentile_of_sorted(&sorted, q);
        Some(CurvePoint {
            position: at * width + 1,
            median_ms: quantile(0.5)?,
            p10_ms: quantile(0.1)?,
            p90_ms: quantile(0.9)?,
        })
    };
    let run_id = run.summary.run.clone();
    CurveView { run: run_id, points: (0u32..).zip(&columns).filter_map(point).collect() }
}
