//! What ticks are good for: they repeat, and what is not the model costs little of them.

use std::sync::atomic::{AtomicBool, Ordering};

use board::{Bits, RunEvent, StopReason};

use super::{board, greedy, run, start, story};

#[test]
fn two_runs_of_one_image_agree_within_a_tick() {
    let story = story();
    for kind in ["emulated-m4f", "emulated-rv32"] {
        let Some(board) = board(kind) else { continue };
        let play = || run(&mut start(board, Some((&story.model, Bits::Int8))), 16);
        let (first, second) = (play(), play());
        assert_eq!(first.ids, second.ids);
        let apart = first.ticks.iter().zip(&second.ticks).map(|(a, b)| a.abs_diff(*b));
        let apart: Vec<u64> = apart.collect();
        assert!(apart.iter().all(|&ticks| ticks <= 1), "{kind}: {apart:?}");
        let long = first.ticks.last().unwrap();
        assert!(*long > 100_000, "{kind}: {long} ticks are more than a rounding");
    }
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
    assert!((4..500).contains(&totals.tokens), "{}", totals.tokens);
    assert_eq!(run(&mut driver, 3).ids.len(), 3);
}
