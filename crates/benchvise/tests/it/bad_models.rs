//! Model and tokenizer files that are not what they should be: one clear sentence, nothing
//! recorded.

use std::fs;

use crate::support::{Bench, Said, small_config};

fn profile(bench: &Bench, model: &str, tokenizer: &str) -> Said {
    bench.run(&["profile", "-q", "--tokens", "3", "--model", model, "--tokenizer", tokenizer])
}

/// The same file to `profile` and `fit`; neither may record anything.
#[track_caller]
fn refused(bench: &Bench, model: &str, tokenizer: &str, words: &[&str]) {
    profile(bench, model, tokenizer).refused(words);
    let document = bench.file("document.txt", "some words");
    let args =
        ["fit", "-q", &document, "--tokens", "3", "--model", model, "--tokenizer", tokenizer];
    bench.run(&args).refused(words);
    assert_eq!(bench.runs().len(), 0);
}

#[track_caller]
fn bad_model(bytes: &[u8], words: &[&str]) {
    let bench = Bench::new();
    let [_, _, _, tokenizer] = bench.model();
    let model = bench.file("bad.bin", bytes);
    refused(&bench, &model, &tokenizer, words);
}

fn good_model() -> Vec<u8> {
    tinyllm::synthetic::checkpoint(&small_config(), 7)
}

#[test]
fn a_model_cut_short_says_how_much_is_missing() {
    let good = good_model();
    let all = good.len().to_string();
    bad_model(&good[..good.len() - 1], &["cut short", &all, "bad.bin"]);
    bad_model(&good[..good.len() / 2], &["cut short", &all]);
    bad_model(&good[..28], &["cut short", &all]);
    bad_model(&good[..27], &["cut short"]);
    bad_model(&[], &["cut short"]);
}

#[test]
fn a_model_with_more_behind_it_is_not_taken() {
    let mut model = good_model();
    model.extend_from_slice(b"more");
    bad_model(&model, &["longer than its header says"]);
}

#[test]
fn no_flipped_bit_of_the_header_gets_through_unnoticed() {
    let good = good_model();
    let bench = Bench::new();
    let [_, _, _, tokenizer] = bench.model();
    // One bit in each of the seven fields, low, middle and high ones.
    for (field, bit) in [(0, 0), (1, 7), (2, 15), (3, 31), (4, 1), (5, 20), (6, 30)] {
        let mut flipped = good.clone();
        flipped[field * 4 + bit / 8] ^= 1 << (bit % 8);
        let model = bench.file("flipped.bin", &flipped);
        profile(&bench, &model, &tokenizer).refused(&["flipped.bin"]);
    }
    assert_eq!(bench.runs().len(), 0);
}

#[test]
fn a_weight_that_is_no_number_is_found_before_it_runs() {
    let mut model = good_model();
    model[400..404].copy_from_slice(&f32::NAN.to_le_bytes());
    bad_model(&model, &["not a finite number"]);
}

#[test]
fn a_file_of_another_kind_is_called_by_its_name() {
    let padded = |magic: &[u8]| [magic, &[7; 5000]].concat();
    bad_model(&padded(b"GGUF\x03\0\0\0"), &["GGUF"]);
    bad_model(&padded(b"PK\x03\x04"), &["zip"]);
    bad_model(&padded(b"\x7fELF"), &["ELF"]);
    bad_model(b"version https://git-lfs.github.com/spec/v1\noid sha256:00", &["Git LFS"]);
    bad_model("Once upon a time there was a plain text.\n".repeat(99).as_bytes(), &["bad.bin"]);
    bad_model(&[0; 4096], &["bad.bin"]);
    bad_model(&[0xff; 4096], &["bad.bin"]);
}

#[test]
fn a_file_that_is_not_there_or_no_file_says_so() {
    let bench = Bench::new();
    let [_, model, _, tokenizer] = bench.model();
    refused(&bench, "nowhere.bin", &tokenizer, &["could not be read", "nowhere.bin"]);
    refused(&bench, &model, "nowhere.bin", &["could not be read", "nowhere.bin"]);
    refused(&bench, ".", &tokenizer, &["could not be read"]);
    refused(&bench, &model, ".", &["could not be read"]);
}

#[cfg(target_os = "linux")]
#[test]
fn a_device_without_end_is_not_read_into_memory() {
    let bench = Bench::new();
    let [_, model, _, tokenizer] = bench.model();
    refused(&bench, "/dev/zero", &tokenizer, &["/dev/zero"]);
    refused(&bench, &model, "/dev/zero", &["/dev/zero"]);
}

#[test]
fn a_tokenizer_that_does_not_belong_is_refused() {
    let bench = Bench::new();
    let [_, model, _, tokenizer] = bench.model();
    let good = fs::read(tokenizer).unwrap();
    let cut = bench.file("cut.bin", &good[..good.len() / 2]);
    refused(&bench, &model, &cut, &["tokenizer", "cut.bin"]);
    let empty = bench.file("empty.bin", "");
    refused(&bench, &model, &empty, &["tokenizer", "empty.bin"]);
    let other = bench.file("other.bin", tinyllm::synthetic::tokenizer(512, 7));
    refused(&bench, &model, &other, &["tokenizer", "other.bin"]);
    let more = bench.file("more.bin", [good.as_slice(), b"rest"].concat());
    refused(&bench, &model, &more, &["tokenizer", "more.bin"]);
    // The wrong way round.
    refused(&bench, &model, &model, &["tokenizer"]);
    let text = bench.file("text.bin", "not a vocabulary at all, but prose".repeat(50));
    refused(&bench, &model, &text, &["tokenizer", "text.bin"]);
}
