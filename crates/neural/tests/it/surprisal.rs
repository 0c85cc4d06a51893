//! Surprisal by a Llama with random weights, written by the test, against plain loops.

use std::collections::BTreeMap;
use std::io::Cursor;
use std::path::PathBuf;
use std::sync::atomic::AtomicBool;

use candle_core::quantized::gguf_file::{self, Value};
use candle_core::quantized::{GgmlDType, QTensor};
use candle_core::{Device, Tensor};
use neural::{Choice, Surprisal};

use crate::fixture::{Random, WORDS, ids, tokenizer};
use crate::reference::softmax;

const HIDDEN: usize = 64;
const INNER: usize = 96;
const HEADS: usize = 4;
const KV_HEADS: usize = 2;
const BEGIN: u32 = 2;

static GO: AtomicBool = AtomicBool::new(false);

pub(crate) struct File {
    folder: tempfile::TempDir,
    metadata: BTreeMap<String, Value>,
    /// How matrices are stored.
    kind: GgmlDType,
    /// What is stored, as it is read back.
    weights: BTreeMap<String, Vec<f32>>,
}

impl File {
    pub(crate) fn new() -> Self {
        let number = |n: usize| Value::U32(n as u32);
        let metadata = [
            ("general.architecture", Value::String("llama".into())),
            ("llama.block_count", number(2)),
            ("llama.context_length", number(48)),
            ("llama.embedding_length", number(HIDDEN)),
            ("llama.feed_forward_length", number(INNER)),
            ("llama.attention.head_count", number(HEADS)),
            ("llama.attention.head_count_kv", number(KV_HEADS)),
            ("llama.attention.layer_norm_rms_epsilon", Value::F32(1e-5)),
            ("llama.rope.dimension_count", number(HIDDEN / HEADS)),
            ("tokenizer.ggml.bos_token_id", number(BEGIN as usize)),
        ];
        let metadata = metadata.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
        let folder = tempfile::tempdir().unwrap();
        Self { folder, metadata, kind: GgmlDType::F32, weights: BTreeMap::new() }
    }

    pub(crate) fn path(&self) -> PathBuf {
        self.folder.path().join("model.gguf")
    }

    /// Writes the file, and a tokenizer beside it.
    pub(crate) fn written(mut self) -> Self {
        let mut random = Random(3);
        let mut tensors: Vec<(String, QTensor)> = Vec::new();
        let mut add = |name: &str, shape: &[usize], kind: GgmlDType| {
            let count = shape.iter().product();
            let norm = name.contains("norm");
            let values = random.many(count, if norm { 0.2 } else { 0.4 });
            let values =
                values.into_iter().map(|x| if norm { 1.0 + x } else { x }).collect::<Vec<_>>();
            let tensor = Tensor::from_vec(values, shape, &Device::Cpu).unwrap();
            tensors.push((name.to_owned(), QTensor::quantize(&tensor, kind).unwrap()));
        };
        let keys = KV_HEADS * HIDDEN / HEADS;
        let (exact, packed) = (GgmlDType::F32, self.kind);
        add("token_embd.weight", &[WORDS.len(), HIDDEN], packed);
        add("output.weight", &[WORDS.len(), HIDDEN], packed);
        add("output_norm.weight", &[HIDDEN], exact);
        for block in 0..2 {
            for (name, shape) in [
                ("attn_q", vec![HIDDEN, HIDDEN]),
                ("attn_k", vec![keys, HIDDEN]),
                ("attn_v", vec![keys, HIDDEN]),
                ("attn_output", vec![HIDDEN, HIDDEN]),
                ("ffn_gate", vec![INNER, HIDDEN]),
                ("ffn_up", vec![INNER, HIDDEN]),
                ("ffn_down", vec![HIDDEN, INNER]),
                ("attn_norm", vec![HIDDEN]),
                ("ffn_norm", vec![HIDDEN]),
            ] {
                let kind = if name.ends_with("norm") { exact } else { packed };
                add(&format!("blk.{block}.{name}.weight"), &shape, kind);
            }
        }
        for (name, tensor) in &tensors {
            let values = tensor.dequantize(&Device::Cpu).unwrap().flatten_all().unwrap();
            self.weights.insert(name.clone(), values.to_vec1().unwrap());
        }
        let metadata: Vec<(&str, &Value)> =
            self.metadata.iter().map(|(name, value)| (name.as_str(), value)).collect();
        let tensors: Vec<(&str, &QTensor)> =
            tensors.iter().map(|(name, tensor)| (name.as_str(), tensor)).collect();
        let mut bytes = Cursor::new(Vec::new());
        gguf_file::write(&mut bytes, &metadata, &tensors).unwrap();
        std::fs::write(self.path(), bytes.into_inner()).unwrap();
        let beside = self.folder.path().join("tokenizer.json");
        std::fs::write(beside, tokenizer(&WORDS).to_string()).unwrap();
        self
    }

    /// `-ln p` of each token but the first, in plain loops over f64.
    fn expected(&self, ids: &[u32]) -> Vec<f64> {
        let size = HIDDEN / HEADS;
        let matrix = |name: &str| &self.weights[&format!("{name}.weight")];
        let mut x: Vec<Vec<f64>> = Vec::new();
        for &id in ids {
            let row = &matrix("token_embd")[id as usize * HIDDEN..][..HIDDEN];
            x.push(row.iter().map(|&value| f64::from(value)).collect());
        }
        for block in 0..2 {
            let of = |name: &str| matrix(&format!("blk.{block}.{name}"));
            let normed: Vec<_> = x.iter().map(|x| rms(x, of("attn_norm"))).collect();
            let turned = |name: &str| -> Vec<Vec<f64>> {
                let rows = normed.iter().map(|x| times(of(name), x)).enumerate();
                rows.map(|(at, row)| turn(&row, at, size)).collect()
            };
            let (query, key) = (turned("attn_q"), turned("attn_k"));
            let value: Vec<_> = normed.iter().map(|x| times(of("attn_v"), x)).collect();
            for at in 0..ids.len() {
                let mut attended = vec![0.0; HIDDEN];
                for head in 0..HEADS {
                    // Neighbouring heads share their keys and values.
                    let (own, shared) = (head * size, head / (HEADS / KV_HEADS) * size);
                    let dot = |to: usize| -> f64 {
                        let pairs = (0..size).map(|j| query[at][own + j] * key[to][shared + j]);
                        pairs.sum::<f64>() / (size as f64).sqrt()
                    };
                    let chances = softmax(&(0..=at).map(dot).collect::<Vec<_>>());
                    for (to, chance) in chances.iter().enumerate() {
                        for j in 0..size {
                            attended[own + j] += chance * value[to][shared + j];
                        }
                    }
                }
                let sum = times(of("attn_output"), &attended);
                x[at].iter_mut().zip(sum).for_each(|(x, more)| *x += more);
            }
            for x in &mut x {
                let normed = rms(x, of("ffn_norm"));
                let (gate, up) = (times(of("ffn_gate"), &normed), times(of("ffn_up"), &normed));
                let gated = gate.iter().zip(up).map(|(gate, up)| gate / (1.0 + (-gate).exp()) * up);
                let sum = times(of("ffn_down"), &gated.collect::<Vec<_>>());
                x.iter_mut().zip(sum).for_each(|(x, more)| *x += more);
            }
        }
        let scores = x.iter().map(|x| times(matrix("output"), &rms(x, matrix("output_norm"))));
        let pairs = scores.zip(&ids[1..]);
        pairs.map(|(scores, &next)| -softmax(&scores)[next as usize].ln()).collect()
    }
}

fn rms(x: &[f64], weight: &[f32]) -> Vec<f64> {
    let mean = x.iter().map(|x| x * x).sum::<f64>() / x.len() as f64;
    let scale = 1.0 / (mean + 1e-5).sqrt();
    x.iter().zip(weight).map(|(x, w)| x * scale * f64::from(*w)).collect()
}

fn times(matrix: &[f32], x: &[f64]) -> Vec<f64> {
    let dot = |row: &[f32]| row.iter().zip(x).map(|(w, x)| f64::from(*w) * x).sum();
    matrix.chunks(x.len()).map(dot).collect()
}

/// Turns each pair of neighbours in each head by its position.
fn turn(row: &[f64], position: usize, size: usize) -> Vec<f64> {
    let mut turned = row.to_vec();
    for (at, pair) in turned.chunks_mut(2).enumerate() {
        let angle = position as f64 / 10_000f64.powf((2 * (at % (size / 2))) as f64 / size as f64);
        let (a, b) = (pair[0], pair[1]);
        pair[0] = a * angle.cos() - b * angle.sin();
        pair[1] = a * angle.sin() + b * angle.cos();
    }
    turned
}

#[track_caller]
fn close(found: &[f32], expected: &[f64], by: f64) {
    assert_eq!(found.len(), expected.len());
    for (at, (found, expected)) in found.iter().zip(expected).enumerate() {
        assert!((f64::from(*found) - expected).abs() < by, "{at}: {found} {expected}");
    }
}

fn places(text: &str) -> Vec<std::ops::Range<usize>> {
    text.split(' ')
        .scan(0, |at, word| {
            let from = *at;
            *at += word.len() + 1;
            Some(from..from + word.len())
        })
        .collect()
}

#[test]
fn a_words_surprisal_is_that_of_plain_loops() {
    // In 8 bits the numbers that come in are rounded too, so it is near and no more.
    for (kind, by) in [(GgmlDType::F32, 2e-4), (GgmlDType::Q8_0, 0.2)] {
        let mut file = File::new();
        file.kind = kind;
        let file = file.written();
        let model = Surprisal::load(&file.path(), "fixture", Choice::Cpu).unwrap();
        let text = "the pump was built in 1987 by a harbour office .";
        let marked = [vec![BEGIN], ids(text)].concat();
        close(&model.score(text, &places(text), &GO).unwrap(), &file.expected(&marked), by);
    }
}

#[test]
fn a_long_text_is_read_in_windows_with_context_before() {
    let file = File::new().written();
    let model = Surprisal::load(&file.path(), "fixture", Choice::Cpu).unwrap();
    let text = "the pump was not built in 1987 by it . ".repeat(12);
    let text = text.trim_end();
    let ids = ids(text);
    // 48 tokens less the mark are 47, of which 11 are context.
    let (mut each, mut from) = (Vec::new(), 0);
    while from < ids.len() {
        let begin = usize::saturating_sub(from, 11);
        let end = (begin + 47).min(ids.len());
        let window = file.expected(&[&[BEGIN][..], &ids[begin..end]].concat());
        each.extend_from_slice(&window[from - begin..]);
        from = end;
    }
    close(&model.score(text, &places(text), &GO).unwrap(), &each, 2e-4);
}

#[test]
fn without_a_mark_the_first_word_gets_the_mean_of_the_others() {
    let mut file = File::new();
    file.metadata.remove("tokenizer.ggml.bos_token_id");
    let file = file.written();
    let model = Surprisal::load(&file.path(), "fixture", Choice::Cpu).unwrap();
    let text = "the pump was built in 1987";
    let others = file.expected(&ids(text));
    let mean = others.iter().sum::<f64>() / others.len() as f64;
    close(&model.score(text, &places(text), &GO).unwrap(), &[vec![mean], others].concat(), 2e-4);
    assert_eq!(model.score("pump", std::slice::from_ref(&(0..4)), &GO).unwrap(), [0.0]);
}

#[track_caller]
fn refused(change: impl FnOnce(&mut File), why: &str) {
    let mut file = File::new();
    change(&mut file);
    let file = file.written();
    let said = Surprisal::load(&file.path(), "fixture", Choice::Cpu).unwrap_err().to_string();
    assert!(said.contains(why), "{said}");
}

#[test]
fn what_is_wrong_with_a_file_is_told_before_its_weights_are_read() {
    let set = |name: &'static str, value: u32| {
        move |file: &mut File| {
            file.metadata.insert(name.into(), Value::U32(value));
        }
    };
    refused(set("llama.block_count", u32::MAX), "block_count is 4294967295");
    refused(set("llama.attention.head_count", 3), "do not go into 3 heads");
    refused(set("llama.attention.head_count_kv", 3), "do not go into");
    refused(
        set("llama.feed_forward_length", 97),
        "ffn_gate.weight is [96, 64] and the header makes it [97, 64]",
    );
    refused(set("llama.expert_count", 8), "mixture of experts");
    refused(set("llama.block_count", 3), "there is no blk.2.attn_q.weight");
    refused(set("general.alignment", 0), "header cannot be read");
    let other = |file: &mut File| {
        file.metadata.insert("general.architecture".into(), Value::String("gpt2".into()));
    };
    refused(other, "its architecture is gpt2");
}

#[test]
fn a_damaged_file_and_a_lacking_tokenizer_are_told() {
    let file = File::new().written();
    let bytes = std::fs::read(file.path()).unwrap();
    let load = || Surprisal::load(&file.path(), "fixture", Choice::Cpu);
    std::fs::write(file.path(), &bytes[..bytes.len() / 2]).unwrap();
    assert!(load().unwrap_err().to_string().contains("damaged"));
    std::fs::write(file.path(), &bytes[..20]).unwrap();
    assert!(load().unwrap_err().to_string().contains("damaged"));
    std::fs::write(file.path(), &bytes).unwrap();
    std::fs::remove_file(file.folder.path().join("tokenizer.json")).unwrap();
    let said = load().unwrap_err().to_string();
    assert!(said.contains("no tokenizer.json is beside it"), "{said}");
}
