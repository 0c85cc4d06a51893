//! Sentence encoders with random weights against plain loops, and folders with something wrong in them.

use std::sync::atomic::AtomicBool;

use neural::{Choice, Encoder, Error, Remembered};
use serde_json::json;

use crate::fixture::{CLS, Folder, SEP, ids};
use crate::reference;

const TEXTS: [&str; 6] = [
    "the pump was built in 1987 by a harbour office .",
    "it still runs",
    "",
    "unheard words in a harbour",
    "the pump was not built by it . the pump runs well . the office was built in 1987",
    "it",
];
static GO: AtomicBool = AtomicBool::new(false);

fn load(folder: &Folder) -> Result<Encoder, Error> {
    Encoder::load(folder.path(), "fixture", Choice::Cpu)
}

/// The vector of a text by the reference.
fn expected(folder: &Folder, prefix: &str, first: usize, text: &str, mean: bool) -> Vec<f64> {
    let marked = [vec![CLS], ids(text), vec![SEP]].concat();
    let rows = reference::hidden(&folder.weights, prefix, first, &marked);
    let counted = if mean { rows.len() } else { 1 };
    let sum = |j: usize| rows[..counted].iter().map(|row| row[j]).sum::<f64>() / counted as f64;
    let vector: Vec<f64> = (0..rows[0].len()).map(sum).collect();
    let length = vector.iter().map(|x| x * x).sum::<f64>().sqrt();
    vector.iter().map(|x| x / length).collect()
}

#[track_caller]
fn check(folder: &Folder, prefix: &str, first: usize, mean: bool) {
    let encoder = load(folder).unwrap();
    let vectors = encoder.encode(&TEXTS, &GO).unwrap();
    assert_eq!(vectors.len(), TEXTS.len());
    for (text, row) in TEXTS.iter().zip(vectors.rows()) {
        let expected = expected(folder, prefix, first, text, mean);
        for (found, expected) in row.iter().zip(&expected) {
            assert!((f64::from(*found) - expected).abs() < 2e-5, "{text:?}: {found} {expected}");
        }
    }
}

/// The same but for the rounding, which depends on what else is in a batch.
#[track_caller]
fn near(a: &[f32], b: &[f32]) {
    assert_eq!(a.len(), b.len());
    assert!(a.iter().zip(b).all(|(a, b)| (a - b).abs() < 1e-6), "{a:?} {b:?}");
}

#[test]
fn bert_agrees_with_plain_loops_under_every_prefix() {
    check(&Folder::new("bert", ""), "", 0, true);
    check(&Folder::new("bert", "bert."), "bert.", 0, true);
}

#[test]
fn xlm_roberta_counts_positions_from_behind_the_padding() {
    check(&Folder::new("xlm-roberta", "roberta."), "roberta.", 2, true);
}

#[test]
fn the_pooling_that_the_model_names_is_used() {
    let folder = Folder::new("bert", "");
    let place = folder.path().join("1_Pooling");
    std::fs::create_dir(&place).unwrap();
    let write = |text: &str| std::fs::write(place.join("config.json"), text).unwrap();
    write(r#"{"pooling_mode_cls_token":true,"pooling_mode_mean_tokens":false}"#);
    check(&folder, "", 0, false);
    write(r#"{"pooling_mode_max_tokens":true}"#);
    let said = load(&folder).unwrap_err().to_string();
    assert!(said.contains("neither the mean of the tokens nor the first"), "{said}");
}

#[test]
fn a_text_is_the_same_alone_and_among_others_and_cut_where_the_model_ends() {
    let folder = Folder::new("bert", "");
    let encoder = load(&folder).unwrap();
    let all = encoder.encode(&TEXTS, &GO).unwrap();
    for (text, row) in TEXTS.iter().zip(all.rows()) {
        let alone = encoder.encode(&[text], &GO).unwrap();
        near(&alone.values, row);
    }
    let long = "pump ".repeat(500);
    let cut = "pump ".repeat(32);
    let both = encoder.encode(&[&long, &cut], &GO).unwrap();
    let rows: Vec<&[f32]> = both.rows().collect();
    assert_eq!(rows[0], rows[1]);
    assert!(encoder.encode(&[], &GO).unwrap().is_empty());
}

#[test]
fn what_is_remembered_is_what_was_encoded() {
    let folder = Folder::new("bert", "");
    let plain = load(&folder).unwrap().encode(&TEXTS, &GO).unwrap();
    let remembered = Remembered::new(load(&folder).unwrap());
    let first = remembered.encode(&TEXTS[..3], &GO).unwrap();
    near(&first.values, &plain.values[..3 * 16]);
    // Known, new, and twice in one call.
    let mixed = [TEXTS[0], TEXTS[4], TEXTS[4], TEXTS[2]];
    let found = remembered.encode(&mixed, &GO).unwrap();
    let row =
        |vectors: &neural::Vectors, at: usize| vectors.values[at * 16..(at + 1) * 16].to_vec();
    for (at, expected) in [0, 4, 4, 2].into_iter().enumerate() {
        near(&row(&found, at), &row(&plain, expected));
    }
    assert_eq!(found, remembered.encode(&mixed, &GO).unwrap());
}

#[test]
fn marks_in_a_text_are_text() {
    let folder = Folder::new("bert", "");
    let encoder = load(&folder).unwrap();
    let both = encoder.encode(&["pump [SEP] office", "pump office"], &GO).unwrap();
    let rows: Vec<&[f32]> = both.rows().collect();
    // "[", "sep" and "]" are words the vocabulary does not have.
    let unknown = encoder.encode(&["pump x x x office"], &GO).unwrap();
    near(rows[0], &unknown.values);
    assert!((rows[0][0] - rows[1][0]).abs() > 1e-4);
}

#[test]
fn a_stop_is_heard() {
    let encoder = load(&Folder::new("bert", "")).unwrap();
    let stop = AtomicBool::new(true);
    assert!(matches!(encoder.encode(&TEXTS, &stop), Err(Error::Cancelled)));
}

#[track_caller]
fn refused(change: impl FnOnce(&mut Folder), why: &str) {
    let mut folder = Folder::new("bert", "");
    change(&mut folder);
    let said = load(&folder).unwrap_err().to_string();
    assert!(said.contains(why), "{said}");
}

#[test]
fn what_is_missing_is_named() {
    for file in ["config.json", "tokenizer.json", "model.safetensors"] {
        let remove = |folder: &mut Folder| std::fs::remove_file(folder.path().join(file)).unwrap();
        refused(remove, &format!("no {file}; put {file} there"));
    }
}

#[test]
fn files_that_do_not_belong_together_are_told() {
    refused(
        |folder| {
            let words: Vec<String> = (0..200).map(|n| format!("w{n}")).collect();
            let words: Vec<&str> = words.iter().map(String::as_str).collect();
            let other = crate::fixture::tokenizer(&words).to_string();
            std::fs::write(folder.path().join("tokenizer.json"), other).unwrap();
        },
        "the tokenizer has 200 tokens up to number 199 and the model has 20",
    );
    refused(
        |folder| {
            folder.config["hidden_size"] = json!(32);
            let config = folder.config.to_string();
            std::fs::write(folder.path().join("config.json"), config).unwrap();
        },
        "is [20, 16] and config.json makes it [20, 32]",
    );
    refused(
        |folder| {
            folder.weights.remove("encoder.layer.1.output.dense.bias");
            let weights = crate::fixture::safetensors(&folder.weights);
            std::fs::write(folder.path().join("model.safetensors"), weights).unwrap();
        },
        "there is no encoder.layer.1.output.dense.bias",
    );
}

#[test]
fn damaged_files_are_refused() {
    refused(
        |folder| {
            let path = folder.path().join("model.safetensors");
            let bytes = std::fs::read(&path).unwrap();
            std::fs::write(path, &bytes[..bytes.len() - 100]).unwrap();
        },
        "of weights and it has",
    );
    refused(
        |folder| std::fs::write(folder.path().join("tokenizer.json"), "{}").unwrap(),
        "it is no tokenizer",
    );
    let mut folder = Folder::new("bert", "");
    for value in &mut folder.weights.get_mut("embeddings.LayerNorm.weight").unwrap().1 {
        *value = f32::NAN;
    }
    let folder = folder.written();
    let said = load(&folder).unwrap().encode(&["it runs"], &GO).unwrap_err().to_string();
    assert!(said.contains("no number"), "{said}");
}

#[test]
fn a_model_larger_than_memory_is_refused_before_its_weights_are_read() {
    // A file with a hole: 687 GB by its header, a few kB on the disk.
    let mut folder = Folder::new("bert", "");
    let (hidden, inner, layers) = (8192, 65536, 128);
    for (name, value) in
        [("hidden_size", hidden), ("intermediate_size", inner), ("num_hidden_layers", layers)]
    {
        folder.config[name] = json!(value);
    }
    std::fs::write(folder.path().join("config.json"), folder.config.to_string()).unwrap();
    let mut shapes: Vec<(String, Vec<usize>)> = Vec::new();
    for (name, (shape, _)) in &folder.weights {
        let shape = shape.iter().map(|&n| match n {
            16 => hidden,
            24 => inner,
            n => n,
        });
        let shape: Vec<usize> = shape.collect();
        match name.strip_prefix("encoder.layer.0") {
            Some(rest) => {
                let each = |layer| (format!("encoder.layer.{layer}{rest}"), shape.clone());
                shapes.extend((0..layers).map(each));
            }
            None if name.starts_with("encoder.layer.1") => {}
            None => shapes.push((name.clone(), shape)),
        }
    }
    let (mut header, mut at) = (serde_json::Map::new(), 0);
    for (name, shape) in shapes {
        let to = at + shape.iter().product::<usize>() * 4;
        header.insert(name, json!({ "dtype": "F32", "shape": shape, "data_offsets": [at, to] }));
        at = to;
    }
    let header = serde_json::Value::Object(header).to_string();
    let path = folder.path().join("model.safetensors");
    let mut bytes = (header.len() as u64).to_le_bytes().to_vec();
    bytes.extend(header.as_bytes());
    std::fs::write(&path, &bytes).unwrap();
    let file = std::fs::File::options().write(true).open(&path).unwrap();
    if file.set_len((bytes.len() + at) as u64).is_err() {
        println!("skipped: this disk has no files with holes");
        return;
    }
    let said = load(&folder).unwrap_err().to_string();
    assert!(said.contains("of memory and"), "{said}");
    assert!(said.contains("choose a smaller model"), "{said}");
}
