//! Text to tokens and back.

use tinyllm::{BOS, Bos, Tokenizer, synthetic};

use crate::support::shared_model;

fn stories() -> Option<Tokenizer> {
    shared_model("tok512.bin").map(|file| Tokenizer::parse(&file, 512).unwrap())
}

fn made() -> Tokenizer {
    Tokenizer::parse(&synthetic::tokenizer(1000, 1), 1000).unwrap()
}

/// A tokenizer file of these pieces and scores.
fn file(pieces: &[(&str, f32)]) -> Vec<u8> {
    let mut file = 100_u32.to_le_bytes().to_vec();
    for (piece, score) in pieces {
        file.extend(score.to_le_bytes());
        file.extend((piece.len() as u32).to_le_bytes());
        file.extend(piece.as_bytes());
    }
    file
}

fn pieces(tokenizer: &Tokenizer, text: &str) -> Vec<String> {
    let tokens = tokenizer.encode(text, Bos::No);
    let piece = |token| tokenizer.token_bytes(token).unwrap();
    tokens.iter().map(|t| String::from_utf8_lossy(piece(*t)).into_owned()).collect()
}

/// Decodes what was encoded; they must be the same for any text where byte tokens exist.
pub(crate) fn round_trip(tokenizer: &Tokenizer, text: &str) {
    let tokens = tokenizer.encode(text, Bos::Yes);
    assert_eq!(tokenizer.count(text, Bos::Yes), tokens.len());
    let decoded: Vec<u8> = tokens
        .windows(2)
        .flat_map(|pair| tokenizer.decode(pair[0], pair[1]).iter().copied())
        .collect();
    assert_eq!(String::from_utf8(decoded).as_deref(), Ok(text));
}

#[test]
fn ordinary_text_is_cut_as_run_c_cuts_it() {
    let Some(tokenizer) = stories() else { return };
    let check = |text: &str, expect: &[u32]| {
        assert_eq!(tokenizer.encode(text, Bos::Yes), expect, "{text}");
    };
    check("Once upon a time", &[1, 403, 407, 261, 378]);
    check(
        "The dog ran to the red house. Zoë said: 5 €!",
        &[
            1, 291, 400, 428, 352, 303, 267, 265, 352, 266, 270, 277, 372, 426, 410, 469, 414, 198,
            174, 336, 467, 410, 480, 410, 503, 443,
        ],
    );
    check(
        "  two  spaces\n\nand\ttabs",
        &[
            1, 410, 410, 259, 424, 414, 410, 262, 427, 412, 331, 419, 13, 13, 412, 264, 12, 413,
            412, 430, 419,
        ],
    );
    check(
        "aaaaaaaaaa thethethe",
        &[1, 261, 412, 412, 412, 412, 412, 412, 412, 412, 412, 265, 413, 260, 413, 260],
    );
    check(
        "😀漢 <0x41> \"it's\"",
        &[
            1, 410, 243, 162, 155, 131, 233, 191, 165, 410, 504, 477, 444, 484, 475, 505, 313, 275,
            439, 419, 436,
        ],
    );
    check(
        "Benchvise measures 12,345 tokens/s; isn't that nice?",
        &[
            1, 368, 302, 402, 435, 293, 411, 284, 411, 412, 419, 425, 276, 419, 410, 475, 479, 432,
            472, 484, 480, 267, 433, 302, 419, 492, 419, 474, 410, 293, 416, 439, 413, 351, 297,
            417, 331, 450,
        ],
    );
}

#[test]
fn encoding_adds_one_space_and_decoding_drops_it() {
    let tokenizer = made();
    assert_eq!(pieces(&tokenizer, "the"), [" the"]);
    assert_eq!(pieces(&tokenizer, " the"), [" ", " the"]);
    let the = tokenizer.encode("the", Bos::No)[0];
    assert_eq!(tokenizer.decode(BOS, the), b"the");
    assert_eq!(tokenizer.decode(the, the), b" the");
    assert!(tokenizer.encode("", Bos::No).is_empty());
    assert_eq!(tokenizer.encode("", Bos::Yes), [BOS]);
}

#[test]
fn the_best_score_merges_first_and_the_leftmost_of_equals() {
    let letters = [("<unk>", 0.0), ("<s>", 0.0), ("</s>", 0.0), (" ", 0.0), ("a", 0.0), ("b", 0.0)];
    let check = |merges: &[(&str, f32)], text: &str, expect: &[&str]| {
        let all = [&letters[..], merges].concat();
        let tokenizer = Tokenizer::parse(&file(&all), all.len() as u32).unwrap();
        assert_eq!(pieces(&tokenizer, text), expect, "{merges:?} {text}");
    };
    check(&[("ab", -1.0), ("ba", -2.0)], "bab", &[" ", "b", "ab"]);
    check(&[("ab", -2.0), ("ba", -1.0)], "bab", &[" ", "ba", "b"]);
    check(&[("aa", -1.0)], "aaa", &[" ", "aa", "a"]);
    check(&[("aa", -1.0), ("aaa", -2.0)], "aaaa", &[" ", "aa", "aa"]);
    check(&[("aa", -2.0), ("aaa", -1.0)], "aaaa", &[" ", "aaa", "a"]);
    // A zero with a sign is the same score.
    check(&[("ab", -0.0), ("ba", 0.0)], "aba", &[" ", "ab", "a"]);
    // llama2.c never merges at or below -1e10.
    check(&[("ab", -1e10)], "ab", &[" ", "a", "b"]);
    // Across a space, too, where a piece has one inside.
    check(&[("a b", -1.0), ("a ", -2.0)], "a b", &[" ", "a b"]);
}

#[test]
fn a_vocabulary_without_byte_tokens_falls_back_to_unknown() {
    let all = [("<unk>", 0.0), ("<s>", 0.0), ("</s>", 0.0), ("a", 0.0)];
    let tokenizer = Tokenizer::parse(&file(&all), 4).unwrap();
    assert_eq!(tokenizer.encode("aé\u{0}a", Bos::Yes), [1, 0, 3, 0, 0, 3]);
    // Only some of the bytes that a character needs.
    let all = [("a", 0.0), ("<0xC3>", 0.0), ("<unk>", 0.0), (" ", 0.0)];
    let tokenizer = Tokenizer::parse(&file(&all), 4).unwrap();
    assert_eq!(tokenizer.encode("é", Bos::No), [3, 2]);
}

#[test]
fn byte_tokens_stand_for_their_byte() {
    let tokenizer = made();
    for byte in 0..=255_u8 {
        assert_eq!(tokenizer.token_bytes(3 + u32::from(byte)), Some(&[byte][..]));
    }
    assert_eq!(tokenizer.token_bytes(1000), None);
    assert_eq!(tokenizer.decode(5, u32::MAX), b"");
    assert_eq!(tokenizer.encode("\n", Bos::No)[1], 3 + 10);
}

#[test]
fn every_text_survives_the_round_trip() {
    let texts = [
        "",
        " ",
        "  two  spaces ",
        "Zoë paid 5 €, naïvely 😀\u{200d}!",
        "line\nline\r\n\ttab\u{0}nul",
        "\u{10ffff}\u{feff}漢字かな",
        "<0x41> <s> </s> <unk>",
    ];
    for tokenizer in [Some(made()), stories()].iter().flatten() {
        for text in texts {
            round_trip(tokenizer, text);
        }
    }
}

#[test]
fn a_long_text_is_encoded_whole_even_without_a_border_in_it() {
    let english = "The quick brown fox jumps over the lazy dog and runs. ".repeat(20_000);
    round_trip(&made(), &english);
    // One piece could span any border of this text, so it is one part of a million symbols.
    let all =
        [("<unk>", 0.0), ("<s>", 0.0), ("</s>", 0.0), ("a", 0.0), ("aa", -1.0), ("a a", -2.0)];
    let tokenizer = Tokenizer::parse(&file(&all), 6).unwrap();
    let text = "a".repeat(1 << 20);
    assert_eq!(tokenizer.count(&text, Bos::No), 1 + (1 << 19));
}

/// Merging as `run.c` does it: look at every pair, merge the best, start again.
fn plain_encode(vocabulary: &[(&str, f32)], text: &str) -> Vec<String> {
    let mut parts: Vec<String> = format!(" {text}").chars().map(String::from).collect();
    loop {
        let merge = |at: usize| {
            let merged = [parts[at].as_str(), parts[at + 1].as_str()].concat();
            vocabulary.iter().find(|(piece, _)| *piece == merged).map(|(_, score)| (*score, at))
        };
        let mut best: Option<(f32, usize)> = None;
        for found in (0..parts.len() - 1).filter_map(merge) {
            if best.is_none_or(|(score, _)| found.0 > score) {
                best = Some(found);
            }
        }
        let Some((_, at)) = best else { return parts };
        let right = parts.remove(at + 1);
        parts[at].push_str(&right);
    }
}

#[test]
fn encoding_equals_the_plain_method_on_texts_that_merge_a_lot() {
    let all = [
        ("<unk>", 0.0),
        (" ", 0.0),
        ("a", 0.0),
        ("b", 0.0),
        ("c", 0.0),
        ("ab", -3.0),
        ("ba", -3.0),
        ("aa", -5.0),
        ("abc", -1.0),
        ("ca", -2.0),
        ("cab", -7.0),
        (" a", -4.0),
        ("b ", -4.0),
        ("aab", -2.0),
        ("abab", -6.0),
        ("a b", -1.0),
        ("bb", -3.0),
        ("abba", -1.0),
    ];
    let tokenizer = Tokenizer::parse(&file(&all), all.len() as u32).unwrap();
    bolero::check!().with_type::<Vec<u8>>().with_iterations(3000).for_each(|bytes| {
        let text: String = bytes.iter().map(|b| char::from(b"abc "[usize::from(b % 4)])).collect();
        if !text.is_empty() {
            assert_eq!(pieces(&tokenizer, &text), plain_encode(&all, &text), "{text:?}");
        }
    });
}
