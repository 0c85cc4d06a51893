//! Frames of views.

use protocol::{
    BetweenView, CurvePoint, CurveView, LatencyPercentiles, PositionColumn, RepetitionMark, RunId,
    SIGNALS, Sampling, SignalFrame, SignalStats, TokenMark, Trace, TraceColumn, TracePoint,
    ViewFrame, ViewId, ViewSpec, ViewWindow,
};

const REPETITIONS: u32 = 4;
const TOKENS: u32 = 64;
const LENGTH_MS: f64 = 600.0;

fn latency(repetition: u32, index: u32) -> f64 {
    if index == 0 {
        return 36.0;
    }
    let wobble = f64::from((index * 7 + repetition * 13) % 9) / 9.0;
    let spike = if repetition == 2 && index == 40 { 9.0 } else { 0.0 };
    7.0 + f64::from(index) * 0.02 + wobble * 0.5 + spike
}

/// Every token: repetition, index, when, latency. In repetition 1, tokens 20 to 24 were lost.
fn tokens() -> Vec<(u32, u32, f64, f64)> {
    let mut tokens = Vec::new();
    for repetition in 0..REPETITIONS {
        let mut at = f64::from(repetition) * LENGTH_MS;
        for index in 0..TOKENS {
            at += latency(repetition, index);
            if repetition != 1 || !(20..25).contains(&index) {
                tokens.push((repetition, index, at, latency(repetition, index)));
            }
        }
    }
    tokens
}

/// What a view of these shows: a run of four repetitions, the last of which goes on.
pub(crate) fn frame(view: ViewId, seq: u64, spec: &ViewSpec) -> ViewFrame {
    let all = tokens();
    let end_ms = all.last().map_or(0.0, |token| token.2);
    let (from_ms, to_ms) = match spec.window {
        ViewWindow::Whole => (0.0, end_ms),
        ViewWindow::Last { span_ms } => ((end_ms - span_ms).max(0.0), end_ms.max(span_ms)),
        ViewWindow::Between { from_ms, to_ms } => (from_ms, to_ms),
    };
    let inside = |at: f64| at >= from_ms && at <= to_ms;
    let signal = |name: &str| {
        let spec_of = protocol::signal(name).expect("a known signal");
        let value = |(_, index, at, latency): (u32, u32, f64, f64)| match name {
            "token_latency" => latency,
            "embed" => 0.05,
            "attention" => 2.2 + f64::from(index) * 0.02,
            "feed_forward" => 3.1,
            "classifier" => 1.1,
            "sample" => 0.15,
            "heap_used" => 1_390_000.0 + 900.0 * (at / 50.0).sin(),
            _ => 6_400_000.0 + 4000.0 * (at / 90.0).sin(),
        };
        let mut before = None;
        let mut points = Vec::new();
        for token in &all {
            let place = token.0 * TOKENS + token.1;
            let gap = before.is_some_and(|before| place > before + 1);
            before = Some(place);
            if inside(token.2) {
                let value = value(*token) as f32;
                points.push(TracePoint { at_ms: token.2, value, after_gap: gap });
            }
        }
        let absent = (name == "power")
            .then(|| "this computer offers no energy counter that may be read".to_owned());
        if absent.is_some() {
            points.clear();
        }
        let extent = points.iter().fold(None, |extent: Option<[f32; 2]>, point| {
            let [low, high] = extent.unwrap_or([point.value; 2]);
            Some([low.min(point.value), high.max(point.value)])
        });
        let wide = spec.width_px as usize;
        let trace = if points.len() > 2 * wide && wide > 0 {
            Trace::Columns(columns(&points, from_ms, to_ms, wide))
        } else {
            Trace::Points(points)
        };
        SignalFrame {
            name: name.into(),
            unit: spec_of.unit.into(),
            trace,
            extent,
            absent,
            source: None,
        }
    };
    let names: Vec<String> = match spec.signals.is_empty() {
        true => SIGNALS.iter().map(|signal| signal.name.to_owned()).collect(),
        false => spec.signals.clone(),
    };
    let words = [" Once", " upon", " a", " time", ",", " there", " was", " a", " little", " girl"];
    let marks: Vec<TokenMark> = all
        .iter()
        .filter(|token| inside(token.2))
        .map(|token| TokenMark {
            at_ms: token.2,
            repetition: token.0,
            index: token.1,
            text: Some(words[token.1 as usize % words.len()].into()),
            latency_ms: Some(token.3),
        })
        .collect();
    ViewFrame {
        view,
        seq,
        run: spec.run.clone(),
        recording: true,
        end_ms,
        from_ms,
        to_ms,
        signals: names.iter().map(|name| signal(name)).collect(),
        repetitions: (0..REPETITIONS)
            .map(|index| RepetitionMark {
                index,
                warmup: index == 0,
                from_ms: f64::from(index) * LENGTH_MS,
                first_token_ms: Some(f64::from(index) * LENGTH_MS + 36.0),
                to_ms: (index + 1 < REPETITIONS).then(|| f64::from(index) * LENGTH_MS + 580.0),
            })
            .collect(),
        token_count: marks.len() as u64,
        tokens: marks,
        latency: Some(percentiles()),
        positions: (1..TOKENS)
            .map(|position| PositionColumn {
                position,
                phases_ms: [0.05, 2.2 + position as f32 * 0.02, 3.1, 1.1, 0.15],
            })
            .collect(),
        note: None,
    }
}

fn columns(points: &[TracePoint], from: f64, to: f64, wide: usize) -> Vec<TraceColumn> {
    let empty = TraceColumn { min: 0.0, max: 0.0, mean: 0.0, samples: 0, missing: 0 };
    let mut columns = vec![empty; wide];
    for point in points {
        let at = ((point.at_ms - from) / (to - from) * wide as f64) as usize;
        let column = &mut columns[at.min(wide - 1)];
        let first = column.samples == 0;
        column.min = if first { point.value } else { column.min.min(point.value) };
        column.max = if first { point.value } else { column.max.max(point.value) };
        column.mean += (point.value - column.mean) / (column.samples + 1) as f32;
        column.samples += 1;
        column.missing += u32::from(point.after_gap);
    }
    columns
}

fn percentiles() -> LatencyPercentiles {
    LatencyPercentiles { n: 248, p50_ms: 7.9, p90_ms: 8.6, p95_ms: 8.8, p99_ms: 12.4 }
}

/// What lies between two markers.
pub(crate) fn between() -> BetweenView {
    let signals = SIGNALS.iter().filter(|signal| signal.name != "power");
    let stats = signals.map(|signal| SignalStats {
        name: signal.name.into(),
        unit: signal.unit.into(),
        samples: 64,
        missing: 0,
        mean: Some(7.9),
        sd: Some(0.4),
        min: Some(7.0),
        max: Some(9.1),
        integral: Some(505.6),
        integral_unit: match signal.sampling {
            Sampling::PerToken => signal.unit.into(),
            Sampling::OverTime => format!("{}·s", signal.unit),
        },
        rate_per_s: Some(126.6),
        rounded: false,
    });
    let latency = Some(percentiles());
    BetweenView { from_ms: 620.0, to_ms: 1125.6, signals: stats.collect(), latency }
}

/// Latency over the place in the text, of two runs.
pub(crate) fn curves() -> Vec<CurveView> {
    let curve = |id: &str, slower: f64| CurveView {
        run: RunId::from(id),
        points: (1..TOKENS)
            .map(|position| {
                let median_ms = (7.0 + f64::from(position) * 0.02) * slower;
                CurvePoint {
                    position,
                    median_ms,
                    p10_ms: median_ms * 0.97,
                    p90_ms: median_ms * 1.05,
                }
            })
            .collect(),
    };
    vec![curve("01k9run9", 1.13), curve("01k9run0", 1.0)]
}
