//! BERT's forward pass in plain loops over f64: slow, and written without a look at the one under test.

use crate::fixture::{HEADS, HIDDEN, INNER, LAYERS, Named};

type Rows = Vec<Vec<f64>>;

/// Last hidden states of one text, a row for each token.
pub(crate) fn hidden(weights: &Named, prefix: &str, first_position: usize, ids: &[u32]) -> Rows {
    let get = |name: &str| &weights[&format!("{prefix}{name}")].1;
    let words = get("embeddings.word_embeddings.weight");
    let positions = get("embeddings.position_embeddings.weight");
    let types = get("embeddings.token_type_embeddings.weight");
    let mut x: Rows = Vec::new();
    for (at, &id) in ids.iter().enumerate() {
        let mut row = Vec::new();
        for j in 0..HIDDEN {
            let word = words[id as usize * HIDDEN + j];
            let position = positions[(first_position + at) * HIDDEN + j];
            row.push(f64::from(word) + f64::from(position) + f64::from(types[j]));
        }
        x.push(row);
    }
    let mut x = normed(&x, get("embeddings.LayerNorm.weight"), get("embeddings.LayerNorm.bias"));
    for layer in 0..LAYERS {
        let part = |name: &str| {
            let name = format!("encoder.layer.{layer}.{name}");
            (get(&format!("{name}.weight")), get(&format!("{name}.bias")))
        };
        let through = |x: &Rows, name: &str, to: usize| {
            let (weight, bias) = part(name);
            linear(x, weight, bias, to)
        };
        let query = through(&x, "attention.self.query", HIDDEN);
        let key = through(&x, "attention.self.key", HIDDEN);
        let value = through(&x, "attention.self.value", HIDDEN);
        let attended = attend(&query, &key, &value);
        let attended = through(&attended, "attention.output.dense", HIDDEN);
        let (weight, bias) = part("attention.output.LayerNorm");
        x = normed(&sum(&attended, &x), weight, bias);
        let mut inner = through(&x, "intermediate.dense", INNER);
        for value in inner.iter_mut().flatten() {
            *value = *value * 0.5 * (1.0 + erf(*value / std::f64::consts::SQRT_2));
        }
        let outer = through(&inner, "output.dense", HIDDEN);
        let (weight, bias) = part("output.LayerNorm");
        x = normed(&sum(&outer, &x), weight, bias);
    }
    x
}

fn attend(query: &Rows, key: &Rows, value: &Rows) -> Rows {
    let size = HIDDEN / HEADS;
    let mut out = vec![vec![0.0; HIDDEN]; query.len()];
    for head in 0..HEADS {
        let part = head * size..(head + 1) * size;
        for (at, query) in query.iter().enumerate() {
            let dot = |key: &Vec<f64>| part.clone().map(|j| query[j] * key[j]).sum::<f64>();
            let chances =
                softmax(&key.iter().map(|key| dot(key) / (size as f64).sqrt()).collect::<Vec<_>>());
            for (chance, value) in chances.iter().zip(value) {
                for j in part.clone() {
                    out[at][j] += chance * value[j];
                }
            }
        }
    }
    out
}

pub(crate) fn softmax(scores: &[f64]) -> Vec<f64> {
    let most = scores.iter().copied().fold(f64::MIN, f64::max);
    let raised: Vec<f64> = scores.iter().map(|score| (score - most).exp()).collect();
    let sum: f64 = raised.iter().sum();
    raised.iter().map(|value| value / sum).collect()
}

pub(crate) fn linear(x: &Rows, weight: &[f32], bias: &[f32], to: usize) -> Rows {
    let from = x.first().map_or(0, Vec::len);
    let one = |row: &Vec<f64>, at: usize| {
        let weights = &weight[at * from..(at + 1) * from];
        weights.iter().zip(row).map(|(w, x)| f64::from(*w) * x).sum::<f64>() + f64::from(bias[at])
    };
    x.iter().map(|row| (0..to).map(|at| one(row, at)).collect()).collect()
}

fn sum(a: &Rows, b: &Rows) -> Rows {
    a.iter().zip(b).map(|(a, b)| a.iter().zip(b).map(|(a, b)| a + b).collect()).collect()
}

fn normed(x: &Rows, weight: &[f32], bias: &[f32]) -> Rows {
    let one = |row: &Vec<f64>| {
        let n = row.len() as f64;
        let mean = row.iter().sum::<f64>() / n;
        let variance = row.iter().map(|x| (x - mean).powi(2)).sum::<f64>() / n;
        let scale = 1.0 / (variance + 1e-5).sqrt();
        let parts = row.iter().zip(weight).zip(bias);
        parts.map(|((x, w), b)| (x - mean) * scale * f64::from(*w) + f64::from(*b)).collect()
    };
    x.iter().map(one).collect()
}

/// The error function by its series, which is exact enough for the small values here.
fn erf(x: f64) -> f64 {
    if x.abs() > 5.0 {
        return x.signum();
    }
    let (mut term, mut sum) = (x, x);
    for n in 1..200 {
        let n = f64::from(n);
        term *= -x * x / n;
        sum += term / (2.0 * n + 1.0);
    }
    sum * 2.0 / std::f64::consts::PI.sqrt()
}

#[test]
fn the_error_function_is_the_known_one() {
    for (x, value) in
        [(0.0, 0.0), (0.5, 0.520_499_877_8), (-1.0, -0.842_700_792_9), (3.0, 0.999_977_909_5)]
    {
        assert!((erf(x) - value).abs() < 1e-9, "{x}");
    }
}
