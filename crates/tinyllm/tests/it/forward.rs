//! The transformer against a plain 64-bit implementation, and the rules of `forward`.

use tinyllm::{
    Bits, Checkpoint, Classify, Config, ForwardError, Model, Phase, PhaseClock, State, StateError,
    synthetic,
};

use crate::support::odd_config;

/// llama's forward pass as in the paper: 64 bits, no cache, everything recomputed each time.
struct Reference {
    config: Config,
    weights: Vec<f64>,
}

impl Reference {
    fn new(config: Config, file: &[u8]) -> Self {
        let floats = file[28..].as_chunks::<4>().0;
        let weights = floats.iter().map(|b| f64::from(f32::from_le_bytes(*b))).collect();
        Self { config, weights }
    }

    /// Logits after the last of `tokens`.
    fn logits(&self, tokens: &[u32]) -> Vec<f64> {
        let c = self.config;
        let [dim, hidden, layers, vocab, context] =
            [c.dim, c.hidden_dim, c.layers, c.vocab, c.context].map(|n| n as usize);
        let (head, heads, kv) = (dim / c.heads as usize, c.heads as usize, c.kv_dim() as usize);
        let sizes = [
            vocab * dim,
            layers * dim,
            layers * dim * dim,
            layers * kv * dim,
            layers * kv * dim,
            layers * dim * dim,
            layers * dim,
            layers * hidden * dim,
            layers * dim * hidden,
            layers * hidden * dim,
            dim,
            context * head,
        ];
        let mut start = 0;
        let parts = sizes.map(|size| {
            start += size;
            &self.weights[start - size..start]
        });
        let [embedding, norm1, wq, wk, wv, wo, norm2, w1, w2, w3, norm3, _] = parts;
        let classifier = if c.shared_classifier { embedding } else { &self.weights[start..] };

        let mut streams: Vec<Vec<f64>> =
            tokens.iter().map(|t| row(embedding, *t as usize, dim).to_vec()).collect();
        for layer in 0..layers {
            let of = |w, size: usize| row(w, layer, size);
            let normed: Vec<_> = streams.iter().map(|x| norm(x, of(norm1, dim))).collect();
            let rotated = |w: &[f64], n: usize| -> Vec<Vec<f64>> {
                let products = normed.iter().map(|x| product(row(w, layer, n * dim), x));
                products.enumerate().map(|(t, x)| rotate(x, t, head)).collect()
            };
            let (queries, keys) = (rotated(wq, dim), rotated(wk, kv));
            let values: Vec<_> = normed.iter().map(|x| product(of(wv, kv * dim), x)).collect();
            for (t, stream) in streams.iter_mut().enumerate() {
                let mut mixed = vec![0.0; dim];
                for h in 0..heads {
                    let shared = h / (heads / c.kv_heads as usize);
                    let query = row(&queries[t], h, head);
                    let scores: Vec<f64> = keys[..=t]
                        .iter()
                        .map(|key| dot(query, row(key, shared, head)) / (head as f64).sqrt())
                        .collect();
                    let largest = scores.iter().copied().fold(f64::MIN, f64::max);
                    let sum: f64 = scores.iter().map(|s| (s - largest).exp()).sum();
                    for (score, value) in scores.iter().zip(&values) {
                        let weight = (score - largest).exp() / sum;
                        for (i, v) in row(value, shared, head).iter().enumerate() {
                            mixed[h * head + i] += weight * v;
                        }
                    }
                }
                add(stream, &product(of(wo, dim * dim), &mixed));
                let x = norm(stream, of(norm2, dim));
                let gate = product(of(w1, hidden * dim), &x);
                let up = product(of(w3, hidden * dim), &x);
                let gated: Vec<f64> =
                    gate.iter().zip(&up).map(|(g, u)| g / (1.0 + (-g).exp()) * u).collect();
                add(stream, &product(of(w2, dim * hidden), &gated));
            }
        }
        product(classifier, &norm(streams.last().unwrap(), norm3))
    }
}

fn row(weights: &[f64], at: usize, size: usize) -> &[f64] {
    &weights[at * size..][..size]
}

fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

fn product(matrix: &[f64], x: &[f64]) -> Vec<f64> {
    matrix.chunks_exact(x.len()).map(|row| dot(row, x)).collect()
}

fn add(x: &mut [f64], y: &[f64]) {
    x.iter_mut().zip(y).for_each(|(x, y)| *x += y);
}

fn norm(x: &[f64], weight: &[f64]) -> Vec<f64> {
    let scale = 1.0 / (dot(x, x) / x.len() as f64 + 1e-5).sqrt();
    x.iter().zip(weight).map(|(x, w)| x * scale * w).collect()
}

fn rotate(mut x: Vec<f64>, position: usize, head: usize) -> Vec<f64> {
    for (pair, ab) in x.chunks_exact_mut(2).enumerate() {
        let exponent = (2 * pair % head) as f64 / head as f64;
        let (sin, cos) = (position as f64 / 10_000_f64.powf(exponent)).sin_cos();
        (ab[0], ab[1]) = (ab[0] * cos - ab[1] * sin, ab[0] * sin + ab[1] * cos);
    }
    x
}

/// The largest difference of any logit from the reference, over a text that fills the context.
fn largest_error(config: Config, bits: Bits) -> f64 {
    let file = synthetic::checkpoint(&config, 7);
    let model = Model::load(&Checkpoint::parse(&file).unwrap(), bits).unwrap();
    let reference = Reference::new(config, &file);
    let mut state = State::new(&config).unwrap();
    let tokens: Vec<u32> = (0..config.context).map(|at| (at * 37 + 11) % config.vocab).collect();
    let mut largest = 0.0_f64;
    for (position, token) in (0..).zip(&tokens) {
        let logits = model.forward(&mut state, *token, position, Classify::Yes, &mut ()).unwrap();
        let expect = reference.logits(&tokens[..=position as usize]);
        assert_eq!(logits.len(), expect.len());
        for (found, expect) in logits.iter().zip(&expect) {
            largest = largest.max((f64::from(*found) - expect).abs());
        }
    }
    largest
}

fn shapes() -> [Config; 5] {
    let odd = odd_config();
    [
        odd,
        Config { shared_classifier: true, ..odd },
        // Heads wider than a vector, not a multiple of one, and all sharing one key.
        Config { dim: 40, heads: 2, kv_heads: 1, ..odd },
        // Heads of two, rows of one block and a bit.
        Config { dim: 10, heads: 5, kv_heads: 5, hidden_dim: 9, ..odd },
        // Several quantisation groups in each row.
        Config { dim: 144, heads: 4, kv_heads: 2, hidden_dim: 131, context: 9, ..odd },
    ]
}

#[test]
fn f32_follows_the_64_bit_reference() {
    for config in shapes() {
        let error = largest_error(config, Bits::F32);
        assert!(error < 1e-4, "{config:?} is off by {error:e}");
    }
}

#[test]
fn int8_stays_near_the_64_bit_reference() {
    for config in shapes() {
        // Logits have a standard deviation of about 2.
        let error = largest_error(config, Bits::Int8);
        assert!(error < 0.5, "{config:?} is off by {error}");
        assert!(error > 1e-4, "{config:?} was not quantised at all");
    }
}

fn small() -> (Model, State) {
    let file = synthetic::checkpoint(&odd_config(), 3);
    let model = Model::load(&Checkpoint::parse(&file).unwrap(), Bits::F32).unwrap();
    let state = State::new(model.config()).unwrap();
    (model, state)
}

#[test]
fn forward_refuses_what_it_cannot_do() {
    let (model, mut state) = small();
    let mut forward =
        |token, position| model.forward(&mut state, token, position, Classify::No, &mut ()).err();
    assert_eq!(forward(301, 0), Some(ForwardError::UnknownToken { token: 301, vocab: 301 }));
    assert_eq!(forward(0, 1), Some(ForwardError::PositionSkipped { position: 1, expected: 0 }));
    assert_eq!(forward(0, 21), Some(ForwardError::ContextFull { context: 21 }));
    assert_eq!(forward(300, 0), None);
    assert_eq!(forward(300, 1), None);
    assert_eq!(forward(300, 3), Some(ForwardError::PositionSkipped { position: 3, expected: 2 }));
    let other = Config { layers: 1, ..odd_config() };
    let mut other = State::new(&other).unwrap();
    let mismatch = model.forward(&mut other, 0, 0, Classify::Yes, &mut ());
    assert_eq!(mismatch.err(), Some(ForwardError::StateMismatch));
}

#[test]
fn a_state_with_a_shorter_context_fits_the_same_model() {
    let (model, mut state) = small();
    let mut short = State::new(&Config { context: 5, ..odd_config() }).unwrap();
    assert!(short.heap_bytes() < state.heap_bytes());
    for position in 0..5 {
        let long = model.forward(&mut state, 9, position, Classify::Yes, &mut ()).unwrap();
        let short = model.forward(&mut short, 9, position, Classify::Yes, &mut ()).unwrap();
        assert_eq!(long, short, "position {position}");
    }
    let full = model.forward(&mut short, 9, 5, Classify::Yes, &mut ());
    assert_eq!(full.err(), Some(ForwardError::ContextFull { context: 5 }));
}

#[test]
fn nothing_is_left_of_an_earlier_text() {
    let (model, mut state) = small();
    let last = |state: &mut State, tokens: &[u32]| {
        let mut logits = Vec::new();
        for (position, token) in (0..).zip(tokens) {
            let found = model.forward(state, *token, position, Classify::Yes, &mut ()).unwrap();
            logits = found.to_vec();
        }
        logits
    };
    let fresh = last(&mut state, &[1, 50, 60]);
    state.reset();
    assert_eq!(state.position(), 0);
    last(&mut state, &[7; 21]);
    state.reset();
    assert_eq!(last(&mut state, &[1, 50, 60]), fresh);
    // Going back to position 0 without a reset discards what came after, too.
    last(&mut state, &[7; 21]);
    assert_eq!(last(&mut state, &[1, 50, 60]), fresh);
    assert_eq!(state.position(), 3);
}

#[test]
fn skipping_the_classifier_changes_nothing_later() {
    let (model, mut state) = small();
    let mut both = [Classify::Yes, Classify::No].into_iter().map(|classify| {
        state.reset();
        let first = model.forward(&mut state, 1, 0, classify, &mut ()).unwrap();
        assert_eq!(first.is_empty(), classify == Classify::No);
        model.forward(&mut state, 99, 1, Classify::Yes, &mut ()).unwrap().to_vec()
    });
    assert_eq!(both.next(), both.next());
}

#[test]
fn phases_are_entered_in_order() {
    struct Log(Vec<Phase>);
    impl PhaseClock for Log {
        fn enter(&mut self, phase: Phase) {
            self.0.push(phase);
        }
    }
    let (model, mut state) = small();
    let mut log = Log(Vec::new());
    model.forward(&mut state, 1, 0, Classify::No, &mut log).unwrap();
    use Phase::{Attention, Classifier, Embed, FeedForward};
    let layers = [Embed, Attention, FeedForward, Attention, FeedForward];
    assert_eq!(log.0, layers);
    log.0.clear();
    model.forward(&mut state, 1, 1, Classify::Yes, &mut log).unwrap();
    assert_eq!(log.0, [&layers[..], &[Classifier]].concat());
}

#[test]
fn memory_is_planned_to_the_byte() {
    for config in shapes() {
        let file = synthetic::checkpoint(&config, 1);
        assert_eq!(config.checkpoint_bytes(), Some(file.len() as u64), "{config:?}");
        for bits in [Bits::F32, Bits::Int8] {
            let model = Model::load(&Checkpoint::parse(&file).unwrap(), bits).unwrap();
            assert_eq!(config.weight_bytes(bits), Some(model.heap_bytes()), "{config:?} {bits:?}");
        }
        let state = State::new(&config).unwrap();
        assert_eq!(config.state_bytes(), Some(state.heap_bytes()), "{config:?}");
        assert!(config.kv_bytes() < config.state_bytes());
    }
}

#[test]
fn a_state_that_cannot_fit_is_refused_not_aborted() {
    let huge = Config {
        dim: 1 << 14,
        layers: 1 << 10,
        heads: 1 << 7,
        kv_heads: 1 << 7,
        context: 1 << 20,
        ..odd_config()
    };
    let refused = State::new(&huge).err();
    assert!(matches!(refused, Some(StateError::OutOfMemory { .. })), "{refused:?}");
    // Sums and products that do not fit in 64 bits are `None`, not a wrapped number.
    let absurd = Config { dim: u32::MAX, hidden_dim: u32::MAX, heads: 1, kv_heads: 1, ..huge };
    let absurd = Config { layers: u32::MAX, context: u32::MAX, vocab: u32::MAX, ..absurd };
    assert_eq!(absurd.weight_bytes(Bits::F32), None);
    assert_eq!(absurd.kv_bytes(), None);
    assert_eq!(absurd.state_bytes(), None);
    assert_eq!(absurd.checkpoint_bytes(), None);
    assert!(matches!(State::new(&absurd), Err(StateError::Config(_))));
}
