//! How long a frame of three signals takes, an hour at 100 kHz each, at every zoom.
//!
//! `cargo run --release -p engine --example views`

#![allow(clippy::print_stdout, reason = "the numbers are what this program is for")]

use std::time::Instant;

use engine::yardstick::MadeUp;
use protocol::{Trace, ViewWindow};

const HOUR_MS: f64 = 3.6e6;
const RATE_HZ: f64 = 100_000.0;
const SERIES: usize = 3;
const WIDTH_PX: u32 = 2000;

fn main() {
    let piece: Vec<f32> = (0..4096).map(|at| (at as f32 * 0.01).sin()).collect();
    let pieces = (HOUR_MS / 1e3 * RATE_HZ) as usize / piece.len();
    let start = Instant::now();
    let run = MadeUp::of(SERIES, RATE_HZ, pieces, &piece);
    let told = start.elapsed().as_secs_f64() / (SERIES * pieces * piece.len()) as f64;
    println!("telling: {:.1} ns a sample", told * 1e9);
    let mut worst: f64 = 0.0;
    let mut span_ms = HOUR_MS;
    while span_ms > 10.0 {
        // Three places a zoom: the beginning, whose samples are gone, the middle, the newest.
        for from_ms in [0.0, (HOUR_MS - span_ms) / 2.0, HOUR_MS - span_ms] {
            let window = ViewWindow::Between { from_ms, to_ms: from_ms + span_ms };
            let mut best = f64::INFINITY;
            // The best of many: this is a yardstick of the work, not of what else goes on.
            for _ in 0..20 {
                let start = Instant::now();
                let frame = std::hint::black_box(run.frame(window, WIDTH_PX));
                best = best.min(start.elapsed().as_secs_f64() * 1e3);
                let drawn = frame.signals.iter().filter(|signal| match &signal.trace {
                    Trace::Points(points) => !points.is_empty(),
                    Trace::Columns(columns) => columns.iter().any(|column| column.samples > 0),
                });
                assert_eq!(drawn.count(), SERIES, "all that was told is drawn");
            }
            worst = worst.max(best);
        }
        span_ms /= 1.7;
    }
    println!("worst frame of {SERIES} series in {WIDTH_PX} columns: {worst:.2} ms");
}
