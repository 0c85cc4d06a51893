//! Token classifiers with random weights against plain loops.

use std::ops::Range;
use std::sync::atomic::AtomicBool;

use neural::{Choice, Classifier};

use crate::fixture::{CLS, Folder, HIDDEN, SEP, byte_pairs, ids, sentence_pieces};
use crate::reference;

static GO: AtomicBool = AtomicBool::new(false);

/// The probability to keep each token, marks left out, by the reference.
fn expected(folder: &Folder, prefix: &str, first: usize, ids: &[u32]) -> Vec<f64> {
    between(folder, prefix, first, ids, [CLS, SEP])
}

/// The same between these two marks.
fn between(
    folder: &Folder,
    prefix: &str,
    first: usize,
    ids: &[u32],
    [before, after]: [u32; 2],
) -> Vec<f64> {
    let marked = [&[before][..], ids, &[after]].concat();
    let rows = reference::hidden(&folder.weights, prefix, first, &marked);
    let (weight, bias) =
        (&folder.weights["classifier.weight"].1, &folder.weights["classifier.bias"].1);
    assert_eq!(weight.len(), 2 * HIDDEN);
    let chances = reference::linear(&rows, weight, bias, 2);
    chances[1..chances.len() - 1].iter().map(|row| reference::softmax(row)[1]).collect()
}

fn words(text: &str) -> Vec<Range<usize>> {
    let mut places = Vec::new();
    let mut at = 0;
    for word in text.split(' ') {
        places.push(at..at + word.len());
        at += word.len() + 1;
    }
    places
}

#[track_caller]
fn close(found: &[f32], expected: &[f64]) {
    assert_eq!(found.len(), expected.len());
    for (at, (found, expected)) in found.iter().zip(expected).enumerate() {
        assert!((f64::from(*found) - expected).abs() < 2e-5, "{at}: {found} {expected}");
    }
}

#[test]
fn words_get_the_mean_probability_of_their_tokens() {
    for (kind, prefix, first) in [("bert", "bert.", 0), ("xlm-roberta", "roberta.", 2)] {
        let folder = Folder::new(kind, prefix).classifying();
        let classifier = Classifier::load(folder.path(), "fixture", Choice::Cpu).unwrap();
        let text = "the pump was built in 1987 by a harbour office .";
        let each = expected(&folder, prefix, first, &ids(text));
        close(&classifier.score(text, &words(text), &GO).unwrap(), &each);
        // Two words as one: the mean of both.
        let mut joined = words(text);
        let end = joined.remove(1).end;
        joined[0].end = end;
        let mut means = each.clone();
        means[0] = f64::midpoint(each[0], each[1]);
        means.remove(1);
        close(&classifier.score(text, &joined, &GO).unwrap(), &means);
    }
}

/// A classifier of RoBERTa's kin on a text of words that are so many pieces each, of these numbers.
#[track_caller]
fn check_roberta(kind: &str, prefix: &str, tokenizer: serde_json::Value, words: &[(&str, &[u32])]) {
    let folder = Folder::new(kind, prefix).of_roberta(prefix, tokenizer).classifying();
    let classifier = Classifier::load(folder.path(), "fixture", Choice::Cpu).unwrap();
    let ids: Vec<u32> = words.iter().flat_map(|(_, ids)| ids.iter().copied()).collect();
    let mut each = between(&folder, prefix, 2, &ids, [0, 2]).into_iter();
    let means: Vec<f64> = words
        .iter()
        .map(|(_, ids)| each.by_ref().take(ids.len()).sum::<f64>() / ids.len() as f64)
        .collect();
    assert!(means.windows(2).all(|pair| pair[0] != pair[1]), "they can be told apart: {means:?}");
    let text: String = words.iter().map(|(word, _)| *word).collect();
    let mut at = 0;
    let places: Vec<Range<usize>> = words
        .iter()
        .map(|(word, _)| {
            at += word.len();
            at - word.trim_start().len()..at
        })
        .collect();
    close(&classifier.score(&text, &places, &GO).unwrap(), &means);
}

#[test]
fn roberta_and_its_kin_read_pieces_of_words_between_marks_of_their_own() {
    let pieces =
        ["▁the", "▁pump", "▁was", "▁built", "▁in", "▁19", "87", "▁har", "bour", ".", "▁ö", "l"];
    check_roberta(
        "xlm-roberta",
        "roberta.",
        sentence_pieces(&pieces),
        &[
            ("the", &[4]),
            (" öl", &[14, 15]),
            (" pump", &[5]),
            (" was", &[6]),
            (" built", &[7]),
            (" in", &[8]),
            (" 1987", &[9, 10]),
            (" harbour", &[11, 12]),
            (".", &[13]),
        ],
    );
    let pieces = ["t", "h", "e", "Ġ", "p", "u", "m", "th", "the", "Ġthe", "Ġp", "Ġpu", "a"];
    let merges = [["t", "h"], ["th", "e"], ["Ġ", "the"], ["Ġ", "p"], ["Ġp", "u"]];
    check_roberta(
        "roberta",
        "roberta.",
        byte_pairs(&pieces, &merges),
        &[("the", &[12]), (" pump", &[15, 10, 8]), (" the", &[13]), (" pe", &[14, 6])],
    );
}

#[test]
fn a_long_text_is_read_in_windows_with_context_on_both_sides() {
    let folder = Folder::new("bert", "").classifying();
    let classifier = Classifier::load(folder.path(), "fixture", Choice::Cpu).unwrap();
    let text = "the pump was not built in 1987 by it . ".repeat(12);
    let text = text.trim_end();
    let ids = ids(text);
    // 34 positions less 2 marks are 32 tokens, of which 4 on each side are context: the first window
    // counts 28, each other 24, the last all that is left.
    let mut each = Vec::new();
    let mut from = 0;
    while from < ids.len() {
        let begin = from.saturating_sub(4);
        let end = (begin + 32).min(ids.len());
        let to = if end == ids.len() { end } else { end - 4 };
        let window = expected(&folder, "", 0, &ids[begin..end]);
        each.extend_from_slice(&window[from - begin..to - begin]);
        from = to;
    }
    close(&classifier.score(text, &words(text), &GO).unwrap(), &each);
    assert!(classifier.score("", &[], &GO).unwrap().is_empty());
}

#[test]
fn an_encoder_without_classes_is_no_classifier() {
    let folder = Folder::new("bert", "");
    let said = Classifier::load(folder.path(), "fixture", Choice::Cpu).unwrap_err().to_string();
    assert!(said.contains("no classifier.weight, so it is no token classifier"), "{said}");
    let mut folder = Folder::new("bert", "").classifying();
    folder.weights.insert("classifier.weight".into(), (vec![3, HIDDEN], vec![0.0; 3 * HIDDEN]));
    let folder = folder.written();
    let said = Classifier::load(folder.path(), "fixture", Choice::Cpu).unwrap_err().to_string();
    assert!(said.contains("classifier.weight is [3, 16]"), "{said}");
}
