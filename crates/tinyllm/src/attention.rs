//! Keys and values of past positions, and attention over them.
//!
//! Per layer and key/value head, keys lie in blocks of eight positions, `[block][dim][lane]`, so
//! that eight scores are computed at once; values lie in slices of eight dimensions,
//! `[slice][position][lane]`, so that eight outputs are. Neither needs a sum across lanes, whatever
//! the size of a head.

use crate::config::Config;
use crate::lanes::{self, Arithmetic, LANES};

/// Floats of the keys of one layer; `None` when the number does not fit.
pub(crate) fn key_floats(config: &Config) -> Option<u64> {
    padded_context(config)?.checked_mul(u64::from(config.kv_dim()))
}

/// Floats of the values of one layer; `None` when the number does not fit.
pub(crate) fn value_floats(config: &Config) -> Option<u64> {
    let head = u64::from(config.head_size()).checked_next_multiple_of(LANES as u64)?;
    padded_context(config)?.checked_mul(head)?.checked_mul(u64::from(config.kv_heads))
}

fn padded_context(config: &Config) -> Option<u64> {
    u64::from(config.context).checked_next_multiple_of(LANES as u64)
}

/// The sizes that attention works with.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Shape {
    pub(crate) head_size: usize,
    pub(crate) kv_heads: usize,
    /// Query heads that share a key/value head.
    pub(crate) sharing: usize,
    /// Positions, rounded up to whole blocks.
    pub(crate) padded_context: usize,
}

impl Shape {
    fn slices(self) -> usize {
        self.head_size.div_ceil(LANES)
    }
}

/// Rotates each pair of `heads` by its angle at this position (rotary embedding; Su et al. 2021).
#[inline(always)]
pub(crate) fn rotate(heads: &mut [f32], rotation: &[[f32; 2]]) {
    for head in heads.chunks_exact_mut(rotation.len() * 2) {
        for (pair, [cos, sin]) in head.as_chunks_mut::<2>().0.iter_mut().zip(rotation) {
            let [a, b] = *pair;
            *pair = [a * cos - b * sin, a * sin + b * cos];
        }
    }
}

/// Puts one position's keys (all heads) and values into one layer's cache.
#[inline(always)]
pub(crate) fn remember(
    shape: Shape,
    position: usize,
    key: &[f32],
    value: &[f32],
    keys: &mut [[f32; LANES]],
    values: &mut [[f32; LANES]],
) {
    let (block, lane) = (position / LANES, position % LANES);
    let head_keys = keys.chunks_exact_mut(shape.padded_context / LANES * shape.head_size);
    for (keys, key) in head_keys.zip(key.chunks_exact(shape.head_size)) {
        for (keys, x) in keys[block * shape.head_size..].iter_mut().zip(key) {
            keys[lane] = *x;
        }
    }
    let head_values = values.chunks_exact_mut(shape.padded_context * shape.slices());
    for (values, value) in head_values.zip(value.chunks_exact(shape.head_size)) {
        let slices = values.chunks_exact_mut(shape.padded_context);
        for (slice, value) in slices.zip(value.chunks(LANES)) {
            slice[position][..value.len()].copy_from_slice(value);
        }
    }
}

/// Attends from `queries` to positions `0..=position` of one layer's cache, into `out`.
///
/// `scores` is scratch for one head. Source: Vaswani et al. 2017; query heads share key/value
/// heads as in Ainslie et al. 2023.
#[inline(always)]
#[expect(clippy::too_many_arguments, reason = "borrowed parts of one state, used in one place")]
pub(crate) fn attend<A: Arithmetic>(
    cpu: A,
    shape: Shape,
    position: usize,
    queries: &[f32],
    keys: &[[f32; LANES]],
    values: &[[f32; LANES]],
    scores: &mut [[f32; LANES]],
    out: &mut [f32],
) {
    let scores = &mut scores[..position / LANES + 1];
    let root = 1.0 / libm::sqrtf(shape.head_size as f32);
    let keys = keys.chunks_exact(shape.padded_context / LANES * shape.head_size);
    let values = values.chunks_exact(shape.padded_context * shape.slices());
    let group = shape.head_size * shape.sharing;
    let groups = queries.chunks_exact(group).zip(out.chunks_exact_mut(group));
    for ((queries, out), (keys, values)) in groups.zip(keys.zip(values)) {
        let heads =
            queries.chunks_exact(shape.head_size).zip(out.chunks_exact_mut(shape.head_size));
        for (query, out) in heads {
            let sum = weigh(cpu, query, root, position, keys, scores);
            let weights = &scores.as_flattened()[..=position];
            let slices = values.chunks_exact(shape.padded_context);
            for (slice, out) in slices.zip(out.chunks_mut(LANES)) {
                let mixed = mix(cpu, weights, &slice[..=position]);
                for (out, mixed) in out.iter_mut().zip(mixed) {
                    *out = mixed / sum;
                }
            }
        }
    }
}

/// Fills `scores` with exp(score - largest) and returns their sum; masked lanes get 0.
#[inline(always)]
fn weigh<A: Arithmetic>(
    cpu: A,
    query: &[f32],
    root: f32,
    position: usize,
    keys: &[[f32; LANES]],
    scores: &mut [[f32; LANES]],
) -> f32 {
    for (score, keys) in scores.iter_mut().zip(keys.chunks_exact(query.len())) {
        let mut sums = [0.0; LANES];
        for (x, keys) in query.iter().zip(keys) {
            for (sum, key) in sums.iter_mut().zip(keys) {
                *sum = cpu.mul_add(*x, *key, *sum);
            }
        }
        *score = sums.map(|sum| sum * root);
    }
    // The last block's later lanes are positions still to come (or left from an earlier run).
    if let Some(last) = scores.last_mut() {
        for score in last.iter_mut().skip(position % LANES + 1) {
            *score = f32::NEG_INFINITY;
        }
    }
    let mut largest = [f32::NEG_INFINITY; LANES];
    for score in scores.iter() {
        for (largest, score) in largest.iter_mut().zip(score) {
            *largest = if *score > *largest { *score } else { *largest };
        }
    }
    let largest = largest.into_iter().fold(f32::NEG_INFINITY, f32::max);
    // One flat loop per step: nested ones are not vectorised.
    for score in scores.as_flattened_mut() {
        *score = lanes::exp(cpu, *score - largest);
    }
    let mut sums = [0.0; LANES];
    for score in scores.iter() {
        for (sum, score) in sums.iter_mut().zip(score) {
            *sum += score;
        }
    }
    lanes::total(sums)
}

/// The sum of `weights` times `values`, with four running sums so that none waits for the last.
#[inline(always)]
fn mix<A: Arithmetic>(cpu: A, weights: &[f32], values: &[[f32; LANES]]) -> [f32; LANES] {
    let (weight_quads, weights) = weights.as_chunks::<4>();
    let (value_quads, values) = values.as_chunks::<4>();
    let mut sums = [[0.0; LANES]; 4];
    for (weights, values) in weight_quads.iter().zip(value_quads) {
        for ((sums, weight), values) in sums.iter_mut().zip(weights).zip(values) {
            for (sum, value) in sums.iter_mut().zip(values) {
                *sum = cpu.mul_add(*weight, *value, *sum);
            }
        }
    }
    let [mut a, b, c, d] = sums;
    for lane in 0..LANES {
        a[lane] = (a[lane] + b[lane]) + (c[lane] + d[lane]);
    }
    for (weight, values) in weights.iter().zip(values) {
        for (sum, value) in a.iter_mut().zip(values) {
            *sum = cpu.mul_add(*weight, *value, *sum);
        }
    }
    a
}
