//! The text of a real model, all the way through the wire, the store and the command line.

use crate::support::{Bench, stories};

fn check(bits: &str) {
    let Some([model, tokenizer, golden]) = stories() else { return };
    let bench = Bench::new();
    let profile = bench.json(
        "profile",
        &[
            "profile",
            "--model",
            model.to_str().unwrap(),
            "--tokenizer",
            tokenizer.to_str().unwrap(),
            "--bits",
            bits,
            "--tokens",
            "64",
            "--repeat",
            "1",
            "--warmup",
            "0",
        ],
    );
    let golden = std::fs::read_to_string(golden).unwrap();
    assert_eq!(profile["text"].as_str().unwrap().trim_end(), golden.trim_end());
    assert_eq!(profile["status"], "complete");
    assert_eq!(profile["synthetic"], false);
}

#[test]
fn a_real_model_in_f32_writes_the_documented_text() {
    check("32");
}

#[test]
fn a_real_model_in_int8_writes_the_documented_text() {
    check("8");
}
