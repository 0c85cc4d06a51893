//! How fast samples go into a pyramid, and how fast a plot comes out of it.
//!
//! `cargo run --release -p analysis --example pyramid`

#![allow(clippy::print_stdout, reason = "the numbers are what this program is for")]

use std::time::Instant;

use analysis::{Pyramid, Ring, columns};

/// One hour at 100 kHz.
const SAMPLES: usize = 360_000_000;
/// Pixels of a wide plot.
const WIDTH: usize = 2000;
/// What the ring keeps: 64 MiB.
const KEPT: usize = 16 << 20;

fn main() -> Result<(), analysis::RingError> {
    let piece: Vec<f32> = (0..4096).map(|at| (at as f32 * 0.01).sin()).collect();
    let (mut pyramid, mut ring) = (Pyramid::default(), Ring::new(KEPT));
    let start = Instant::now();
    for _ in 0..SAMPLES / piece.len() {
        pyramid.push(&piece);
    }
    let alone = start.elapsed().as_secs_f64();
    let start = Instant::now();
    for at in 0..KEPT / piece.len() {
        ring.push((at * piece.len()) as u64, &piece)?;
    }
    let kept = start.elapsed().as_secs_f64() / KEPT as f64;
    ring.push(pyramid.len() - piece.len() as u64, &piece)?;
    let each = alone / pyramid.len() as f64 + kept;
    println!("pyramid and ring: {:.0} M samples/s in", 1e-6 / each);
    println!("pyramid: {:.1} MB for an hour at 100 kHz", pyramid.bytes() as f64 / 1e6);
    let (mut worst, mut at_span, mut drawn) = (0.0_f64, 0.0, 0_u64);
    let mut span = pyramid.len() as f64;
    while span > 10.0 {
        for shift in [0.0, 0.33, 0.9999] {
            let from = (pyramid.len() as f64 - span) * shift;
            let start = Instant::now();
            let made = columns(&pyramid, &ring, from, from + span, WIDTH);
            let ms = start.elapsed().as_secs_f64() * 1e3;
            drawn += made.iter().map(|column| column.count).sum::<u64>();
            if ms > worst {
                (worst, at_span) = (ms, span);
            }
        }
        span /= 1.5;
    }
    println!(
        "worst of 2000 columns: {worst:.2} ms, at {at_span:.0} samples ({drawn} drawn in all)"
    );
    Ok(())
}
