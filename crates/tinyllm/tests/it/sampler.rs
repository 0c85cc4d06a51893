//! Choosing tokens.

use tinyllm::Sampler;

fn greedy(logits: &[f32], expect: u32) {
    assert_eq!(Sampler::greedy().sample(&mut logits.to_vec()), expect, "{logits:?}");
}

#[test]
fn greedy_takes_the_first_of_the_largest() {
    greedy(&[1.0, 3.0, 2.0], 1);
    greedy(&[3.0, 1.0, 3.0], 0);
    greedy(&[-5.0, -1.0, -2.0], 1);
    greedy(&[0.5], 0);
}

#[test]
fn what_is_no_number_is_never_chosen() {
    greedy(&[f32::NAN, -3.0, f32::NAN, -2.0], 3);
    greedy(&[f32::NAN; 4], 0);
    greedy(&[], 0);
    greedy(&[f32::NEG_INFINITY; 3], 0);
    for seed in 1..200 {
        let mut sampler = Sampler::new(1.0, 1.0, seed);
        assert_eq!(sampler.sample(&mut [f32::NAN, 1.0, f32::NEG_INFINITY]), 1);
    }
}

#[test]
fn useless_settings_are_greedy_or_ignored() {
    for temperature in [-1.0, f32::NAN, -0.0] {
        assert_eq!(Sampler::new(temperature, 0.9, 3).sample(&mut [0.0, 0.1, 0.0]), 1);
    }
    // A tiny temperature is as good as greedy, without becoming infinite on the way.
    for seed in 1..50 {
        let mut sampler = Sampler::new(f32::MIN_POSITIVE, 0.9, seed);
        assert_eq!(sampler.sample(&mut [1.0e30, 2.0, 2.0e30]), 2);
    }
}

/// llama2.c's random numbers, written down again from its description.
fn coins(mut state: u64) -> impl Iterator<Item = f32> {
    std::iter::repeat_with(move || {
        state ^= state >> 12;
        state ^= state << 25;
        state ^= state >> 27;
        let bits = (state.wrapping_mul(2_685_821_657_736_338_717) >> 32) as u32;
        (bits >> 8) as f32 / 16_777_216.0
    })
}

#[test]
fn a_seed_gives_the_coins_of_llama2c() {
    // 1024 equally likely tokens turn a coin into its upper ten bits.
    let mut sampler = Sampler::new(1.0, 1.0, 42);
    for coin in coins(42).take(500) {
        assert_eq!(sampler.sample(&mut [0.0; 1024]), (coin * 1024.0) as u32);
    }
}

/// How often each of four tokens with probabilities 1/2, 1/4, 1/8, 1/8 is drawn.
fn counts(top_p: f32) -> [u32; 4] {
    let logits = [0.5_f32, 0.25, 0.125, 0.125].map(f32::ln);
    let mut sampler = Sampler::new(1.0, top_p, 99);
    let mut counts = [0; 4];
    for _ in 0..8000 {
        counts[sampler.sample(&mut logits.clone()) as usize] += 1;
    }
    counts
}

fn near(counts: [u32; 4], expect: [u32; 4]) {
    for (found, expect) in counts.into_iter().zip(expect) {
        // Four standard deviations of a binomial count are at most 180.
        assert!(found.abs_diff(expect) < 180 && (expect > 0 || found == 0), "{counts:?}");
    }
}

#[test]
fn tokens_are_drawn_in_proportion() {
    near(counts(1.0), [4000, 2000, 1000, 1000]);
    near(counts(0.0), [4000, 2000, 1000, 1000]);
}

#[test]
fn top_p_keeps_the_smallest_set_that_exceeds_it() {
    near(counts(0.4), [8000, 0, 0, 0]);
    near(counts(0.7), [5333, 2667, 0, 0]);
    near(counts(0.8), [4571, 2286, 1143, 0]);
}

#[test]
fn temperature_flattens_or_sharpens() {
    let first = |temperature: f32| {
        let mut sampler = Sampler::new(temperature, 1.0, 5);
        (0..4000).filter(|_| sampler.sample(&mut [1.0, 0.0]) == 0).count()
    };
    // 1 / (1 + e^(-1 / t))
    for (temperature, expect) in [(0.25, 3928), (1.0, 2924), (10.0, 2100)] {
        assert!(first(temperature).abs_diff(expect) < 130, "{temperature}");
    }
}
