//! Arbitrary bytes into everything that reads bytes from outside.

use std::time::Duration;

use compress::{
    Budget, Kind, Pin, Request, Room, Rules, Strategy, TokenCounter, analyse, document,
    tokens::Cl100k,
};

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
            checked(&Request {
                text: &text,
                budget,
                focus: (strategy & 4 != 0).then_some("what about the 漢字 and 7 names?"),
                lang: None,
                kind: kinds.get(usize::from(kind % 9)).map(|(kind, _)| *kind),
                strategy: Strategy::ALL[usize::from(*strategy) % Strategy::ALL.len()].0,
                readable: [None, None, Some(0.3), Some(0.7), Some(1.0)]
                    [usize::from(strategy / 16) % 5],
                ..Request::new(&text, budget)
            });
        },
    );
}

#[test]
fn any_text_and_rules_keep_every_promise() {
    const RULES: [&str; 10] = [
        "code=keep",
        "table=drop",
        "prose=3x",
        "json=2x",
        "heading:word=keep",
        "heading:The=drop",
        "heading=keep",
        "log=1x",
        "dialogue=drop",
        "markdown=keep",
    ];
    const KEEP: [&str; 5] = ["word|of", r"\d+", ".", "(?s)The.*漢", r"\s"];
    type Asked = (Vec<u8>, u16, [u8; 3], u8, Vec<(u8, u8, bool)>);
    bolero::check!().with_test_time(TIME).with_type::<Asked>().for_each(
        |(bytes, budget, rules, strategy, pins)| {
            let text = spread_out(bytes);
            let keep = KEEP.get(usize::from(rules[0]) % 8).copied();
            let written: Vec<&str> = rules
                .iter()
                .filter_map(|rule| RULES.get(usize::from(*rule) % 12).copied())
                .collect();
            let rules = Rules::parse(&written, keep.as_slice()).expect("rules");
            let pins: Vec<Pin> = pins
                .iter()
                .take(4)
                .map(|&(from, length, grows)| Pin {
                    src: usize::from(from)..usize::from(from) + usize::from(length),
                    room: if grows { Room::Added } else { Room::Made },
                })
                .collect();
            checked(&Request {
                pins: &pins,
                rules: Some(&rules),
                strategy: Strategy::ALL[usize::from(*strategy) % Strategy::ALL.len()].0,
                kind: Kind::ALL.get(usize::from(strategy / 16)).map(|(kind, _)| *kind),
                ..Request::new(&text, Budget::Tokens(usize::from(*budget) / 256 + 1))
            });
        },
    );
}

#[test]
fn any_text_is_looked_at_and_any_rule_is_read_or_refused() {
    bolero::check!().with_test_time(TIME).for_each(|bytes: &[u8]| {
        let text = spread_out(bytes);
        let content = analyse(&text, None, None);
        assert!((0.0..=1.0).contains(&content.repetition), "{content:?}");
        assert!(content.terms.iter().all(|term| text.contains(term.as_str())), "{content:?}");
        let written = String::from_utf8_lossy(bytes).into_owned();
        Rules::parse(&[&written], &[&written]).ok();
        compress::fidelity::read_questions(&written).ok();
        compress::weights::read(&written).ok();
    });
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
pub(crate) fn spread_out(bytes: &[u8]) -> String {
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
