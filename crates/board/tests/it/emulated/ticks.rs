//! What ticks are good for: they repeat, and what is not the model costs little of them.

use std::sync::atomic::{AtomicBool, Ordering};

use board::{Bits, EMULATED, RunEvent, RunRequest, StopReason, Streams};
use tinyllm::{Config, synthetic};

use super::{Heard, board, greedy, hear, run, start, story};

/// From one token to the next.
fn latencies(heard: &Heard) -> Vec<u64> {
    heard.ticks.windows(2).map(|pair| pair[1] - pair[0]).collect()
}

/// A model that enters each phase once a token, so that a phase's ticks have one rounding.
fn one_layer() -> Vec<u8> {
    let config = Config {
        dim: 64,
        hidden_dim: 172,
        layers: 1,
        heads: 8,
        kv_heads: 4,
        vocab: 512,
        context: 64,
        shared_classifier: true,
    };
    synthetic::checkpoint(&config, 1)
}

/// Two starts of every board with that model, in both weights, with so many tokens, which are the same.
fn twice(model: &[u8], count: u32, mut look: impl FnMut(&str, &Heard, &Heard)) {
    let request = RunRequest { stop_token: None, ..greedy(count) };
    for board in EMULATED.iter().filter_map(|one| board(one.kind)) {
        for bits in [Bits::F32, Bits::Int8] {
            let play = || hear(&mut start(board, Some((model, bits))), &request);
            let (first, second) = (play(), play());
            assert_eq!((first.ids.len(), &first.ids), (count as usize, &second.ids));
            look(&format!("{} {bits:?}", board.kind), &first, &second);
        }
    }
}

#[test]
fn the_phases_of_every_token_repeat_within_a_tick_on_every_core() {
    twice(&one_layer(), 16, |what, first, second| {
        for (at, (a, b)) in first.phases.iter().zip(&second.phases).enumerate() {
            let apart: Vec<u64> = a.iter().zip(b).map(|(a, b)| a.abs_diff(*b)).collect();
            assert!(apart.iter().all(|&ticks| ticks <= 1), "{what}, token {at}: {a:?} and {b:?}");
            assert!(a.iter().all(|&ticks| ticks > 0), "{what}, token {at}: {a:?}");
        }
    });
}

#[test]
fn the_latency_of_a_token_repeats_within_a_tick() {
    let story = story();
    twice(&story.model, 8, |what, first, second| {
        let (first, second) = (latencies(first), latencies(second));
        let apart = first.iter().zip(&second).map(|(a, b)| a.abs_diff(*b));
        let apart: Vec<u64> = apart.collect();
        // A message holds the time and so its checksum is another each time; where that has a zero,
        // stuffing takes an instruction or two more, which may add to a rounding.
        assert!(apart.iter().filter(|&&ticks| ticks > 1).count() <= 1, "{what}: {apart:?}");
        assert!(apart.iter().all(|&ticks| ticks <= 2), "{what}: {apart:?}");
        assert!(first.iter().all(|&ticks| ticks > 100_000), "{what}: more than a rounding");
    });
}

#[test]
fn what_is_streamed_costs_at_most_two_percent_of_a_token() {
    let story = story();
    let Some(board) = board("emulated-m4f") else { return };
    for bits in [Bits::F32, Bits::Int8] {
        let heard = run(&mut start(board, Some((&story.model, bits))), 64);
        // From one token to the next there is the model, and then saying the token and the vitals,
        // listening, and reading the clock.
        let all = heard.ticks.last().unwrap() - heard.ticks[0];
        let model: u64 = heard.phases[1..].iter().flatten().sum();
        let share = (all - model) as f64 / all as f64;
        println!("{bits:?}: {:.3} % of the ticks are not the model's", share * 100.0);
        assert!(heard.vitals >= 2, "{bits:?}: {} times vitals", heard.vitals);
        assert!(share > 0.0 && share <= 0.02, "{bits:?}: {share}");
    }
}

/// The same 64 tokens with streams and without: from the beginning of the run to its end.
#[test]
fn streams_on_against_streams_off_cost_at_most_two_percent_of_a_token() {
    let story = story();
    let Some(board) = board("emulated-m4f") else { return };
    for bits in [Bits::F32, Bits::Int8] {
        let mut driver = start(board, Some((&story.model, bits)));
        let on = run(&mut driver, 64);
        let off = hear(&mut driver, &RunRequest { streams: Streams::Off, ..greedy(64) });
        assert_eq!((on.ids.len(), on.totals.tokens), (64, Some(64)));
        assert_eq!((off.ids.len(), off.vitals, off.totals.tokens), (0, 0, Some(64)));
        let [on, off] = [on, off].map(|heard| (heard.totals.ended - heard.totals.began) as f64);
        let (cost, share) = ((on - off) / 64.0, (on - off) / off);
        println!(
            "{bits:?}: {:.0} ticks a token with streams, {:.0} without: {cost:.0} more, {:.3} %",
            on / 64.0,
            off / 64.0,
            share * 100.0
        );
        assert!(share > 0.0 && share <= 0.02, "{bits:?}: {share}");
    }
}

#[test]
fn a_run_that_is_stopped_ends_soon_and_the_next_one_works() {
    let story = story();
    let Some(board) = board("emulated-m4f") else { return };
    let mut driver = start(board, Some((&story.model, Bits::F32)));
    let stop = AtomicBool::new(false);
    let totals = driver.run(&greedy(500), &stop, &mut |event| {
        if let RunEvent::Token { index: 3, .. } = event {
            stop.store(true, Ordering::Relaxed);
        }
    });
    let totals = totals.unwrap();
    assert_eq!(totals.reason, StopReason::Stopped);
    assert!((4..500).contains(&totals.tokens.unwrap()), "{totals:?}");
    assert_eq!(run(&mut driver, 3).ids.len(), 3);
}
