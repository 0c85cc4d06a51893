//! The pyramid against brute force.

use std::ops::Range;

use analysis::{Pyramid, Ring, Stretch, between, columns};

use crate::random::Random;

/// A signal in a pyramid and in a ring that holds `kept` of it, handed over in uneven pieces.
fn stored(signal: &[f32], kept: usize, random: &mut Random) -> (Pyramid, Ring) {
    let (mut pyramid, mut ring) = (Pyramid::default(), Ring::new(kept));
    let mut at = 0;
    while at < signal.len() {
        let count = (1 + random.below(700)).min(signal.len() - at);
        let piece = &signal[at..at + count];
        pyramid.push(piece);
        assert_eq!(ring.push(at as u64, piece), Ok(()));
        at += count;
    }
    (pyramid, ring)
}

fn brute(signal: &[f32], range: Range<u64>) -> (f32, f32, f64, f64, u64) {
    let part = &signal[range.start as usize..range.end as usize];
    let there: Vec<f64> = part.iter().filter(|v| v.is_finite()).map(|v| f64::from(*v)).collect();
    let mean = there.iter().sum::<f64>() / there.len() as f64;
    let m2 = there.iter().map(|v| (v - mean).powi(2)).sum();
    let least = there.iter().copied().fold(f64::INFINITY, f64::min) as f32;
    let most = there.iter().copied().fold(f64::NEG_INFINITY, f64::max) as f32;
    (least, most, mean, m2, there.len() as u64)
}

#[track_caller]
fn check(got: Stretch, signal: &[f32], range: Range<u64>) {
    let (min, max, mean, m2, count) = brute(signal, range.clone());
    let missing = (range.end - range.start) - count;
    assert_eq!((got.count, got.missing), (count, missing), "{range:?}");
    if count == 0 {
        assert!(got.min.is_nan() && got.mean.is_nan());
        return;
    }
    assert_eq!((got.min, got.max), (min, max), "{range:?}");
    let scale = f64::from(max - min).max(1e-3);
    assert!((got.mean - mean).abs() <= 1e-4 * scale + 1e-7 * mean.abs(), "{} {mean}", got.mean);
    assert!((got.m2 - m2).abs() <= 1e-3 * m2 + 1e-4 * scale * scale, "{} {m2}", got.m2);
}

fn signal(len: usize, random: &mut Random) -> Vec<f32> {
    let mut signal: Vec<f32> = (0..len).map(|_| random.uniform() as f32 * 4.0 - 1.0).collect();
    for _ in 0..len / 900 {
        let (at, long) = (random.below(len), 1 + random.below(500));
        let end = (at + long).min(len);
        signal[at..end].fill(f32::NAN);
    }
    signal
}

#[test]
fn any_range_is_what_brute_force_says_gaps_included() {
    let mut random = Random::new(7);
    for _ in 0..12 {
        let len = 1 + random.below(40_000);
        let signal = signal(len, &mut random);
        let (pyramid, ring) = stored(&signal, len, &mut random);
        assert_eq!((pyramid.len(), ring.end()), (len as u64, len as u64));
        for _ in 0..60 {
            let (a, b) = (random.below(len + 1) as u64, random.below(len + 1) as u64);
            let range = a.min(b)..a.max(b);
            let got = between(&pyramid, &ring, range.clone());
            assert!(!got.rounded);
            check(got.stretch, &signal, range);
        }
    }
}

#[test]
fn where_the_raw_samples_are_gone_edges_are_widened_and_it_says_so() {
    let mut random = Random::new(8);
    let signal = signal(20_000, &mut random);
    let (pyramid, ring) = stored(&signal, 1000, &mut random);
    let got = between(&pyramid, &ring, 1000..9001);
    assert!(got.rounded);
    check(got.stretch, &signal, 896..9088);
    let short = between(&pyramid, &ring, 300..301);
    assert!(short.rounded);
    check(short.stretch, &signal, 256..384);
    assert!(!between(&pyramid, &ring, 19_100..20_000).rounded);
}

#[test]
fn a_spike_of_one_sample_is_seen_at_every_zoom() {
    let mut random = Random::new(9);
    let len = 150_000;
    for kept in [len, 2000] {
        let spike = random.below(len);
        let mut signal = vec![0.5_f32; len];
        signal[spike] = 9.0;
        let (pyramid, ring) = stored(&signal, kept, &mut random);
        for width in [1, 7, 100, 640, 2000] {
            let mut span = len as f64;
            while span > 3.0 {
                let from = spike as f64 + 0.5 - span * random.uniform();
                let drawn = columns(&pyramid, &ring, from, from + span, width);
                assert_eq!(drawn.len(), width);
                assert!(drawn.iter().any(|column| column.max == 9.0), "{span} {width}");
                span /= 1.7;
            }
        }
    }
}

#[test]
fn a_ripple_on_a_large_offset_keeps_its_spread() {
    // Steps of an f32 at 3.3e6 are 0.25.
    let signal: Vec<f32> = (0..4096).map(|at| 3.3e6 + (at % 4) as f32).collect();
    let mut pyramid = Pyramid::default();
    pyramid.push(&signal);
    let sd = pyramid.over(0..4096).0.sd().unwrap();
    assert!((sd - 1.25_f64.sqrt()).abs() < 1e-3, "{sd}");
}

#[test]
fn nonsense_windows_give_empty_columns_and_no_panic() {
    let (pyramid, ring) = stored(&[1.0; 300], 300, &mut Random::new(1));
    for (from, to) in [(5.0, 5.0), (9.0, 2.0), (f64::NAN, 1.0), (0.0, f64::INFINITY)] {
        assert!(columns(&pyramid, &ring, from, to, 3).iter().all(|column| column.count == 0));
    }
    let outside = columns(&pyramid, &ring, -1e18, -1e17, 4);
    assert!(outside.iter().all(|column| column.count == 0));
    let wide = columns(&pyramid, &ring, -1e18, 1e18, 2);
    assert_eq!(wide[1].count, 300);
    assert!(columns(&pyramid, &ring, 0.0, 1.0, 0).is_empty());
}

#[test]
fn missing_samples_alone_are_a_gap() {
    let mut pyramid = Pyramid::default();
    pyramid.push_missing(1000);
    let (stretch, covered) = pyramid.over(0..1000);
    assert_eq!((stretch.count, stretch.missing, covered), (0, 896, 0..896));
    assert!(stretch.mean.is_nan());
}
