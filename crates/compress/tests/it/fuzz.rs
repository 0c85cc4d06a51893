//! Arbitrary bytes into everything that reads bytes from outside.

use std::time::Duration;

use compress::{Budget, Kind, Request, Strategy, TokenCounter, document, tokens::Cl100k};

use crate::invariants::{checked, counter};
use crate::tokens::reference;

const TIME: Duration = Duration::from_millis(1500);

#[test]
fn any_bytes_load_or_are_refused() {
    bolero::check!().with_test_time(TIME).for_each(|bytes: &[u8]| {
        if let Ok(document) = document::from_bytes("fuzz", bytes) {
            assert!(!document.text.trim().is_empty());
            assert_eq!(document.sha256.len(), 64);
        }
    });
}

#[test]
fn any_line_gets_one_answer() {
    let counter = counter();
    bolero::check!().with_test_time(TIME).for_each(|bytes: &[u8]| {
        let mut output = Vec::new();
        let lines = bytes.split(|&b| b == b'\n').filter(|l| !l.trim_ascii().is_empty()).count();
        compress::jsonl::run(bytes, &mut output, &counter, 1).expect("memory does not fail");
        assert_eq!(output.split(|&b| b == b'\n').count(), lines + 1);
    });
}

#[test]
fn any_text_and_budget_keep_every_promise() {
    bolero::check!().with_test_time(TIME).with_type::<(Vec<u8>, u16, u8, u8)>().for_each(
        |(bytes, budget, kind, strategy)| {
            let text = spread_out(bytes);
            let budget = if *budget % 2 == 0 {
                Budget::Tokens(usize::from(*budget) / 64 + 1)
            } else {
                Budget::Ratio(1.0 + f64::from(*budget) / 4096.0)
            };
            let kinds = Kind::ALL;
            let strategies = [
                Strategy::Automatic,
                Strategy::Phrases,
                Strategy::Sentences,
                Strategy::Lines,
                Strategy::Incremental,
            ];
            checked(&Request {
                text: &text,
                budget,
                focus: (strategy & 4 != 0).then_some("what about the 漢字 and 7 names?"),
                lang: None,
                kind: kinds.get(usize::from(kind % 9)).map(|(kind, _)| *kind),
                strategy: strategies[usize::from(strategy >> 3) % strategies.len()],
            });
        },
    );
}

#[test]
fn any_text_counts_as_the_reference_encodes_it() {
    let (o200k, cl100k) = (counter(), Cl100k::new().expect("cl100k"));
    bolero::check!().with_test_time(TIME).for_each(|bytes: &[u8]| {
        for text in [spread_out(bytes), String::from_utf8_lossy(bytes).into_owned()] {
            assert_eq!(
                o200k.count(&text),
                reference("o200k").encode_ordinary(&text).len(),
                "{text:?}"
            );
            assert_eq!(
                cl100k.count(&text),
                reference("cl100k").encode_ordinary(&text).len(),
                "{text:?}"
            );
        }
    });
}

/// Turns bytes into text full of what matters here: words, marks, scripts, spaces of every kind.
fn spread_out(bytes: &[u8]) -> String {
    const PARTS: &[&str] = &[
        "word",
        " ",
        "\n",
        "\r\n",
        ". ",
        "The",
        "HTTP",
        "not ",
        "of the ",
        "漢",
        "かな",
        "カナ",
        "한",
        "\u{301}",
        "👩‍👧",
        "🇳🇴",
        "1",
        "23,4",
        "%",
        "$",
        "…",
        "\t",
        "\u{a0}",
        "'s",
        "'LL",
        "{",
        "}",
        "[",
        "]",
        "\"",
        ":",
        ",",
        "|",
        "# ",
        "```",
        "- ",
        "/",
        "_",
        "\0",
        "\u{200d}",
        "ß",
        "Ǆ",
        "ſ",
        "ʰ",
        "ا",
        "م",
        "ไทย",
        "क्ष",
        "http://a.b/c",
        "  ",
        "\u{85}",
        "Ann: ",
        "=",
        "(",
        ")",
        "!",
        "?",
        "。",
        "\u{2028}",
        "A",
        "b",
        "É",
        "12:30",
        "\\",
    ];
    bytes.iter().map(|b| PARTS[usize::from(*b) % PARTS.len()]).collect()
}
