//! A model's folder with random weights, made by the test: small, and whole in every file.

use std::collections::BTreeMap;
use std::path::Path;

use serde_json::{Value, json};

/// Numbers that look random and are the same every time.
pub(crate) struct Random(pub(crate) u64);

impl Random {
    /// Evenly from -1 to 1.
    pub(crate) fn next(&mut self) -> f32 {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        ((self.0 >> 40) as f32 / (1u64 << 24) as f32) * 2.0 - 1.0
    }

    pub(crate) fn many(&mut self, count: usize, scale: f32) -> Vec<f32> {
        (0..count).map(|_| self.next() * scale).collect()
    }
}

/// Named weights with their shapes.
pub(crate) type Named = BTreeMap<String, (Vec<usize>, Vec<f32>)>;

pub(crate) const WORDS: [&str; 20] = [
    "[PAD]", "[UNK]", "[CLS]", "[SEP]", "the", "pump", "was", "built", "in", "1987", "by", "a",
    "harbour", "office", "it", "still", "runs", "not", "well", ".",
];
pub(crate) const CLS: u32 = 2;
pub(crate) const SEP: u32 = 3;

pub(crate) const HIDDEN: usize = 16;
pub(crate) const HEADS: usize = 2;
pub(crate) const LAYERS: usize = 2;
pub(crate) const INNER: usize = 24;
pub(crate) const POSITIONS: usize = 34;

/// A folder with a model of this kind, `bert` or `xlm-roberta`.
pub(crate) struct Folder {
    pub(crate) folder: tempfile::TempDir,
    pub(crate) weights: Named,
    pub(crate) config: Value,
    tokenizer: Value,
}

impl Folder {
    pub(crate) fn new(kind: &str, prefix: &str) -> Self {
        let config = json!({
            "model_type": kind,
            "vocab_size": WORDS.len(),
            "hidden_size": HIDDEN,
            "num_hidden_layers": LAYERS,
            "num_attention_heads": HEADS,
            "intermediate_size": INNER,
            "max_position_embeddings": POSITIONS,
            "type_vocab_size": 2,
            "layer_norm_eps": 1e-5,
            "hidden_act": "gelu",
            "pad_token_id": 1,
        });
        let mut random = Random(7);
        let mut weights = Named::new();
        let mut add = |name: String, shape: &[usize], random: &mut Random| {
            let count = shape.iter().product();
            let values = match (name.contains("LayerNorm"), name.ends_with(".weight")) {
                (true, true) => random.many(count, 0.2).into_iter().map(|x| 1.0 + x).collect(),
                _ => random.many(count, 0.6),
            };
            weights.insert(format!("{prefix}{name}"), (shape.to_vec(), values));
        };
        add("embeddings.word_embeddings.weight".into(), &[WORDS.len(), HIDDEN], &mut random);
        add("embeddings.position_embeddings.weight".into(), &[POSITIONS, HIDDEN], &mut random);
        add("embeddings.token_type_embeddings.weight".into(), &[2, HIDDEN], &mut random);
        for end in ["weight", "bias"] {
            add(format!("embeddings.LayerNorm.{end}"), &[HIDDEN], &mut random);
        }
        for layer in 0..LAYERS {
            for (name, to, from) in [
                ("attention.self.query", HIDDEN, HIDDEN),
                ("attention.self.key", HIDDEN, HIDDEN),
                ("attention.self.value", HIDDEN, HIDDEN),
                ("attention.output.dense", HIDDEN, HIDDEN),
                ("intermediate.dense", INNER, HIDDEN),
                ("output.dense", HIDDEN, INNER),
            ] {
                add(format!("encoder.layer.{layer}.{name}.weight"), &[to, from], &mut random);
                add(format!("encoder.layer.{layer}.{name}.bias"), &[to], &mut random);
            }
            for name in ["attention.output.LayerNorm", "output.LayerNorm"] {
                for end in ["weight", "bias"] {
                    add(format!("encoder.layer.{layer}.{name}.{end}"), &[HIDDEN], &mut random);
                }
            }
        }
        let (folder, tokenizer) = (tempfile::tempdir().unwrap(), tokenizer(&WORDS));
        Self { folder, weights, config, tokenizer }.written()
    }

    /// Adds the layer of two classes.
    pub(crate) fn classifying(mut self) -> Self {
        let mut random = Random(11);
        self.weights
            .insert("classifier.weight".into(), (vec![2, HIDDEN], random.many(2 * HIDDEN, 1.0)));
        self.weights.insert("classifier.bias".into(), (vec![2], random.many(2, 1.0)));
        self.written()
    }

    /// With one type of text, as RoBERTa and its kin have, and a tokenizer of theirs.
    pub(crate) fn of_roberta(mut self, prefix: &str, tokenizer: Value) -> Self {
        self.config["type_vocab_size"] = json!(1);
        let name = format!("{prefix}embeddings.token_type_embeddings.weight");
        let types = self.weights.get_mut(&name).unwrap();
        types.0 = vec![1, HIDDEN];
        types.1.truncate(HIDDEN);
        self.tokenizer = tokenizer;
        self.written()
    }

    /// Writes all files as they stand here.
    pub(crate) fn written(self) -> Self {
        let at = self.path();
        std::fs::write(at.join("config.json"), self.config.to_string()).unwrap();
        std::fs::write(at.join("tokenizer.json"), self.tokenizer.to_string()).unwrap();
        std::fs::write(at.join("model.safetensors"), safetensors(&self.weights)).unwrap();
        self
    }

    pub(crate) fn path(&self) -> &Path {
        self.folder.path()
    }
}

/// A tokenizer of whole words, with marks around a text.
pub(crate) fn tokenizer(words: &[&str]) -> Value {
    let vocabulary: BTreeMap<&str, usize> =
        words.iter().enumerate().map(|(id, word)| (*word, id)).collect();
    let special = |id: u32| {
        json!({ "id": id, "content": words[id as usize], "single_word": false, "lstrip": false,
                "rstrip": false, "normalized": false, "special": true })
    };
    let mark = |name: &str| json!({ "SpecialToken": { "id": name, "type_id": 0 } });
    json!({
        "version": "1.0",
        "truncation": null,
        "padding": null,
        "added_tokens": [special(0), special(1), special(CLS), special(SEP)],
        "normalizer": { "type": "Lowercase" },
        "pre_tokenizer": { "type": "Whitespace" },
        "post_processor": {
            "type": "TemplateProcessing",
            "single": [mark("[CLS]"), { "Sequence": { "id": "A", "type_id": 0 } }, mark("[SEP]")],
            "pair": [mark("[CLS]"), { "Sequence": { "id": "A", "type_id": 0 } }, mark("[SEP]"),
                     { "Sequence": { "id": "B", "type_id": 1 } }],
            "special_tokens": {
                "[CLS]": { "id": "[CLS]", "ids": [CLS], "tokens": ["[CLS]"] },
                "[SEP]": { "id": "[SEP]", "ids": [SEP], "tokens": ["[SEP]"] },
            },
        },
        "decoder": null,
        "model": { "type": "WordLevel", "vocab": vocabulary, "unk_token": "[UNK]" },
    })
}

/// The marks of RoBERTa's kin: their numbers are their places.
const MARKS: [&str; 4] = ["<s>", "<pad>", "</s>", "<unk>"];

fn marked() -> Vec<Value> {
    let one = |(id, content): (usize, &&str)| {
        json!({ "id": id, "content": content, "single_word": false, "lstrip": false,
                "rstrip": false, "normalized": false, "special": true })
    };
    MARKS.iter().enumerate().map(one).collect()
}

/// A tokenizer as SentencePiece's come with XLM-RoBERTa: pieces with their logarithmic probabilities, a mark in
/// the place of each space.
pub(crate) fn sentence_pieces(pieces: &[&str]) -> Value {
    let marks = MARKS.iter().map(|mark| json!([mark, 0.0]));
    let pieces = pieces.iter().map(|piece| json!([piece, -3.0 - piece.len() as f64 / 8.0]));
    let mark = |name: &str| json!({ "SpecialToken": { "id": name, "type_id": 0 } });
    let text = |id: &str| json!({ "Sequence": { "id": id, "type_id": 0 } });
    json!({
        "version": "1.0",
        "truncation": null,
        "padding": null,
        "added_tokens": marked(),
        "normalizer": null,
        "pre_tokenizer": { "type": "Metaspace", "replacement": "▁", "prepend_scheme": "always",
                           "split": true },
        "post_processor": {
            "type": "TemplateProcessing",
            "single": [mark("<s>"), text("A"), mark("</s>")],
            "pair": [mark("<s>"), text("A"), mark("</s>"), text("B")],
            "special_tokens": {
                "<s>": { "id": "<s>", "ids": [0], "tokens": ["<s>"] },
                "</s>": { "id": "</s>", "ids": [2], "tokens": ["</s>"] },
            },
        },
        "decoder": null,
        "model": { "type": "Unigram", "unk_id": 3, "vocab": marks.chain(pieces).collect::<Vec<_>>() },
    })
}

/// A tokenizer as RoBERTa's: pairs of bytes that were merged, `Ġ` for a space.
pub(crate) fn byte_pairs(pieces: &[&str], merges: &[[&str; 2]]) -> Value {
    let vocabulary: BTreeMap<&str, usize> =
        MARKS.iter().chain(pieces).enumerate().map(|(id, piece)| (*piece, id)).collect();
    json!({
        "version": "1.0",
        "truncation": null,
        "padding": null,
        "added_tokens": marked(),
        "normalizer": null,
        "pre_tokenizer": { "type": "ByteLevel", "add_prefix_space": false, "trim_offsets": true,
                           "use_regex": true },
        "post_processor": { "type": "RobertaProcessing", "sep": ["</s>", 2], "cls": ["<s>", 0],
                            "trim_offsets": true, "add_prefix_space": false },
        "decoder": null,
        "model": { "type": "BPE", "dropout": null, "unk_token": null,
                   "continuing_subword_prefix": null, "end_of_word_suffix": null,
                   "fuse_unk": false, "vocab": vocabulary, "merges": merges },
    })
}

/// The bytes of a file of weights in F32.
pub(crate) fn safetensors(weights: &Named) -> Vec<u8> {
    let (mut header, mut data) = (serde_json::Map::new(), Vec::new());
    for (name, (shape, values)) in weights {
        let from = data.len();
        data.extend(values.iter().flat_map(|value| value.to_le_bytes()));
        let place = json!({ "dtype": "F32", "shape": shape, "data_offsets": [from, data.len()] });
        header.insert(name.clone(), place);
    }
    let header = Value::Object(header).to_string();
    let mut bytes = (header.len() as u64).to_le_bytes().to_vec();
    bytes.extend(header.as_bytes());
    bytes.extend(data);
    bytes
}

/// The numbers of a text's words, without marks; as the tokenizer gives them.
pub(crate) fn ids(text: &str) -> Vec<u32> {
    let number = |word: &str| WORDS.iter().position(|known| *known == word).unwrap_or(1) as u32;
    text.split_whitespace().map(number).collect()
}
