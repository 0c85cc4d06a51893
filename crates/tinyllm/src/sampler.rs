//! Chooses the next token from the logits.

use alloc::vec::Vec;

use crate::lanes::{self, Portable};

/// Draws tokens; the same seed, temperature and logits give the same tokens everywhere.
///
/// The random numbers are llama2.c's (xorshift64*, Vigna 2014), so that its seeds carry over.
#[derive(Debug, Clone)]
pub struct Sampler {
    temperature: f32,
    top_p: f32,
    random: u64,
    candidates: Vec<u32>,
}

impl Sampler {
    /// A sampler; `seed` 0 stands for 1, because the generator cannot leave 0.
    ///
    /// A `temperature` of 0, below 0 or not a number is greedy. `top_p` keeps the most likely
    /// tokens that together exceed that probability; outside 0..1 it keeps all.
    pub fn new(temperature: f32, top_p: f32, seed: u64) -> Self {
        let temperature = if temperature > 0.0 { temperature } else { 0.0 };
        let top_p = if top_p > 0.0 && top_p < 1.0 { top_p } else { 1.0 };
        Self { temperature, top_p, random: seed.max(1), candidates: Vec::new() }
    }

    /// A sampler that always takes the most likely token.
    pub fn greedy() -> Self {
        Self::new(0.0, 1.0, 1)
    }

    /// The next token. Logits that are not numbers are never chosen; with nothing to choose from,
    /// the token is 0.
    ///
    /// Unless greedy, replaces `logits` by probabilities. When the heap has no room to sort the
    /// candidates, `top_p` is ignored for this token.
    pub fn sample(&mut self, logits: &mut [f32]) -> u32 {
        let best = argmax(logits);
        let Some(largest) = logits.get(best as usize).copied() else { return 0 };
        if self.temperature == 0.0 || !largest.is_finite() {
            return best;
        }
        to_probabilities(logits, largest, self.temperature);
        let coin = self.coin();
        if self.top_p < 1.0 && self.candidates_by_probability(logits) {
            self.draw_from_candidates(logits, coin)
        } else {
            draw(logits, coin).unwrap_or(best)
        }
    }

    /// Uniform in 0..1, from the upper 24 bits of one step.
    fn coin(&mut self) -> f32 {
        self.random ^= self.random >> 12;
        self.random ^= self.random << 25;
        self.random ^= self.random >> 27;
        let bits = (self.random.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 32) as u32;
        (bits >> 8) as f32 / 16_777_216.0
    }

    /// Sorts the tokens that can be within `top_p`, most likely first; false without memory.
    fn candidates_by_probability(&mut self, probabilities: &[f32]) -> bool {
        // Among n tokens, one below (1 - p) / (n - 1) cannot be needed to exceed p.
        let cutoff = (1.0 - self.top_p) / (probabilities.len().max(2) - 1) as f32;
        self.candidates.clear();
        if self.candidates.try_reserve_exact(probabilities.len()).is_err() {
            return false;
        }
        let likely = probabilities.iter().enumerate().filter(|(_, p)| **p >= cutoff);
        self.candidates.extend(likely.map(|(token, _)| token as u32));
        let probability = |token: u32| probabilities.get(token as usize).copied().unwrap_or(0.0);
        self.candidates
            .sort_unstable_by(|a, b| probability(*b).total_cmp(&probability(*a)).then(a.cmp(b)));
        !self.candidates.is_empty()
    }

    fn draw_from_candidates(&self, probabilities: &[f32], coin: f32) -> u32 {
        let probability = |token: &u32| probabilities.get(*token as usize).copied().unwrap_or(0.0);
        let mut total = 0.0;
        let mut kept = self.candidates.len();
        for (at, token) in self.candidates.iter().enumerate() {
            total += probability(token);
            if total > self.top_p {
                kept = at + 1;
                break;
            }
        }
        let candidates = self.candidates.get(..kept).unwrap_or(&[]);
        let mut sum = 0.0;
        let drawn = candidates.iter().find(|token| {
            sum += probability(token);
            coin * total < sum
        });
        drawn.or(candidates.last()).copied().unwrap_or(0)
    }
}

/// The first of the largest; skips what is not a number, 0 when nothing is one.
fn argmax(logits: &[f32]) -> u32 {
    let mut best = 0;
    let mut largest = f32::NEG_INFINITY;
    for (token, logit) in logits.iter().enumerate() {
        if *logit > largest {
            (best, largest) = (token, *logit);
        }
    }
    best as u32
}

fn to_probabilities(logits: &mut [f32], largest: f32, temperature: f32) {
    let mut sum = 0.0;
    for logit in logits.iter_mut() {
        *logit = lanes::exp(Portable, (*logit - largest) / temperature);
        sum += *logit;
    }
    for probability in logits {
        *probability /= sum;
    }
}

fn draw(probabilities: &[f32], coin: f32) -> Option<u32> {
    let mut sum = 0.0;
    let drawn = probabilities.iter().position(|probability| {
        sum += probability;
        coin < sum
    });
    // Rounding may leave the sum a little below the coin: then the last possible token.
    drawn.or_else(|| probabilities.iter().rposition(|p| *p > 0.0)).map(|token| token as u32)
}
