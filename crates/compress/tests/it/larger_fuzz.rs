//! Arbitrary bytes into streams, several documents as one, texts that are edited, and tokenizers from a file.

use std::time::Duration;

use compress::corpus::{CitationStyle, Citations, CorpusRequest, Member};
use compress::stream::{StreamRequest, run};
use compress::{Budget, Incremental, Kind, Request, Strategy, TokenCounter, tokens};

use crate::fuzz::spread_out;
use crate::invariants::counter;

const TIME: Duration = Duration::from_millis(1500);

/// Lines and passages that the rules about what is obsolete look at.
fn passages(bytes: &[u8]) -> String {
    const PARTS: &[&str] = &[
        "\n",
        "\n\n",
        "\r",
        "progress: 10 %\n",
        "progress: 42 %\n",
        "step 17/80 done\n",
        "step 18/80 done\n",
        "state = open\n",
        "state = closed\n",
        "12:00:01 Level: 7\n",
        "12:00:02 Level: 8\n",
        "~~struck out~~\n\n",
        "~~half",
        "Edited: the pump of the harbour was checked in 1987 by nobody at all\n\n",
        "the pump of the harbour was checked in 1987 by somebody else\n\n",
        "the same line of the log, which is long enough to be a passage of its own and comes again and again, word for word, here\n",
        "```\n",
        "{\"a\": 1}\n",
        "漢字",
        "a word ",
        "\u{85}",
    ];
    bytes.iter().map(|b| PARTS[usize::from(*b) % PARTS.len()]).collect()
}

#[test]
fn any_stream_is_within_its_ratio_or_refused() {
    let counter = counter();
    bolero::check!().with_test_time(TIME).with_type::<(Vec<u8>, u8, bool)>().for_each(
        |(bytes, ratio, as_it_is)| {
            let text = passages(bytes);
            let input = if *as_it_is { &bytes[..] } else { text.as_bytes() };
            let request = StreamRequest {
                ratio: 1.0 + f64::from(ratio % 32) / 4.0,
                focus: (ratio & 64 != 0).then_some("which state is the pump in?"),
                lang: None,
                kind: None,
                strategy: Strategy::Automatic,
                weights: compress::Weights::default(),
                threads: 1,
            };
            let streamed = |threads| {
                let mut out = Vec::new();
                let request = StreamRequest { threads, ..request };
                run(input, &mut out, &request, &counter).map(|tally| (out, tally))
            };
            let Ok((out, tally)) = streamed(1) else { return };
            let out = String::from_utf8(out).expect("text stays text");
            assert_eq!(tally.bytes_in, input.len() as u64);
            assert_eq!(tally.bytes_out, out.len() as u64);
            assert!(
                tally.tokens_out as f64 * request.ratio <= tally.tokens_in as f64 + request.ratio
            );
            let again = streamed(3).expect("as before");
            assert_eq!(again, (out.into_bytes(), tally), "not by the number of threads");
        },
    );
}

#[test]
fn any_documents_as_one_keep_every_promise() {
    bolero::check!().with_test_time(TIME).with_type::<(Vec<Vec<u8>>, u16, u8)>().for_each(
        |(documents, budget, how)| {
            let texts: Vec<String> = documents
                .iter()
                .take(6)
                .enumerate()
                .map(|(at, bytes)| if at % 2 == 0 { spread_out(bytes) } else { passages(bytes) })
                .collect();
            let named = |(at, text): (usize, &String)| (format!("{at}.txt"), text.clone());
            let named: Vec<(String, String)> = texts.iter().enumerate().map(named).collect();
            let members: Vec<Member<'_>> = named
                .iter()
                .enumerate()
                .map(|(at, (name, text))| Member {
                    name,
                    text,
                    kind: Kind::ALL.get(usize::from(how / 8) + at).map(|(kind, _)| *kind),
                })
                .collect();
            crate::corpus::checked(&CorpusRequest {
                documents: &members,
                budget: Budget::Tokens(usize::from(*budget) / 128 + 1),
                focus: (how & 1 != 0).then_some("what about the pump?"),
                lang: None,
                strategy: Strategy::ALL[usize::from(*how) % Strategy::ALL.len()].0,
                weights: compress::Weights::default(),
                citations: [Citations::Passages, Citations::Documents, Citations::None]
                    [usize::from(*how) % 3],
                style: if how & 2 == 0 { CitationStyle::Plain } else { CitationStyle::Markdown },
            });
        },
    );
}

#[test]
fn what_is_remembered_of_blocks_changes_no_byte() {
    let counter = counter();
    // Blocks are some 8 kB, so that a text is of a few large passages.
    let text = |bytes: &[u8]| -> String {
        let parts = bytes.iter().take(24).enumerate();
        parts
            .map(|(at, byte)| format!("{}\n\n", passages(&[*byte, at as u8, 19]).repeat(40)))
            .collect()
    };
    bolero::check!().with_test_time(TIME).with_type::<(Vec<u8>, u8, u8, u16)>().for_each(
        |(bytes, place, edit, budget)| {
            let kept = Incremental::new(4 << 20, 2);
            let budget = match budget % 2 {
                0 => Budget::Ratio(1.0 + f64::from(*budget) / 8192.0),
                _ => Budget::Tokens(usize::from(*budget) + 1),
            };
            let mut edited = bytes.clone();
            if let Some(byte) = edited.get_mut(usize::from(*place) % bytes.len().max(1)) {
                *byte ^= edit;
            }
            for bytes in [bytes, &edited] {
                let text = text(bytes);
                let request =
                    Request { strategy: Strategy::Incremental, ..Request::new(&text, budget) };
                let (made, work) = kept.compress(&request, &counter).expect("it compresses");
                assert!(work.done <= work.blocks.max(1) * 8, "{work:?}");
                assert_eq!(made.tokens_out, counter.count(&made.text));
                let fresh = compress::compress(&request, &counter).expect("it compresses");
                assert_eq!(made, fresh);
            }
        },
    );
}

#[test]
fn any_tokenizer_file_counts_or_is_refused() {
    const PARTS: &[&str] = &[
        "{",
        "}",
        "[",
        "]",
        ",",
        ":",
        "\"",
        "null",
        "true",
        "1",
        "0.5",
        "-1",
        "99999999999",
        "\"version\":\"1.0\"",
        "\"model\":",
        "\"type\":\"BPE\"",
        "\"type\":\"WordLevel\"",
        "\"type\":\"Unigram\"",
        "\"type\":\"WordPiece\"",
        "\"vocab\":{\"a\":0,\"b\":1,\"[UNK]\":2}",
        "\"vocab\":[[\"a\",0.1],[\"b\",-3.0]]",
        "\"merges\":[\"a b\"]",
        "\"merges\":[]",
        "\"unk_token\":\"[UNK]\"",
        "\"unk_id\":7",
        "\"pre_tokenizer\":",
        "\"normalizer\":",
        "{\"type\":\"Whitespace\"}",
        "{\"type\":\"ByteLevel\",\"add_prefix_space\":false,\"trim_offsets\":true,\"use_regex\":true}",
        "{\"type\":\"NFC\"}",
        "{\"type\":\"Lowercase\"}",
        "\"added_tokens\":[]",
        "\"decoder\":null",
        "{\"type\":\"Split\",\"pattern\":{\"Regex\":\"(a|b\"},\"behavior\":\"Isolated\",\"invert\":false}",
        "\"truncation\":{\"max_length\":0,\"strategy\":\"LongestFirst\",\"stride\":9,\"direction\":\"Right\"}",
        "\"padding\":null",
        "\"post_processor\":null",
        "\"max_input_chars_per_word\":0",
        "\"continuing_subword_prefix\":\"##\"",
        "\"byte_fallback\":true",
    ];
    const WHOLE: [&str; 3] = [
        r#"{"version":"1.0","truncation":null,"padding":null,"added_tokens":[],"normalizer":null,"pre_tokenizer":{"type":"Whitespace"},"post_processor":null,"decoder":null,"model":{"type":"WordLevel","vocab":{"a":0,"b":1,"[UNK]":2},"unk_token":"[UNK]"}}"#,
        r#"{"version":"1.0","truncation":null,"padding":null,"added_tokens":[],"normalizer":null,"pre_tokenizer":null,"post_processor":null,"decoder":null,"model":{"type":"BPE","dropout":null,"unk_token":null,"continuing_subword_prefix":null,"end_of_word_suffix":null,"fuse_unk":false,"byte_fallback":false,"ignore_merges":false,"vocab":{"a":0,"b":1,"ab":2},"merges":[["a","b"]]}}"#,
        r#"{"version":"1.0","truncation":null,"padding":null,"added_tokens":[],"normalizer":null,"pre_tokenizer":null,"post_processor":null,"decoder":null,"model":{"type":"Unigram","unk_id":0,"vocab":[["<unk>",0.0],["a",-1.0],["b",-2.0]],"byte_fallback":false}}"#,
    ];
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("tokenizer.json");
    let (mut read, mut refused) = (0, 0);
    bolero::check!().with_test_time(TIME).with_type::<(Vec<u8>, u8)>().for_each(|(bytes, how)| {
        let file: Vec<u8> = match how % 4 {
            0 => bytes.clone(),
            1 => bytes
                .iter()
                .map(|b| PARTS[usize::from(*b) % PARTS.len()])
                .collect::<String>()
                .into_bytes(),
            // One that is whole, and one with damage.
            damage => {
                let mut file = WHOLE[usize::from(how / 4) % 3].as_bytes().to_vec();
                if damage == 3 {
                    for pair in bytes.chunks_exact(3).take(3) {
                        let at = (usize::from(pair[0]) * 256 + usize::from(pair[1])) % file.len();
                        file[at] = pair[2];
                    }
                }
                file
            }
        };
        std::fs::write(&path, &file).expect("a file");
        match tokens::by_name(&path.display().to_string()) {
            Ok(counter) => {
                read += 1;
                for text in ["", "ab ba", "漢字 a\u{301}"] {
                    counter.count(text);
                }
            }
            Err(error) => {
                refused += 1;
                assert!(error.to_string().contains("tokenizer"), "{error}");
            }
        }
    });
    assert!(read > 0 && refused > 0, "{read} and {refused}");
}

#[test]
fn a_tokenizer_that_never_ends_is_refused() {
    let folder = tempfile::tempdir().expect("a folder");
    let long = folder.path().join("long.json");
    std::fs::File::create(&long).and_then(|file| file.set_len(300 << 20)).expect("a sparse file");
    let said = |path: &str| match tokens::by_name(path) {
        Ok(_) => panic!("{path} is none"),
        Err(error) => error.to_string(),
    };
    assert!(said(&long.display().to_string()).contains("longer than 256 MiB"));
    #[cfg(unix)]
    assert!(said("/dev/zero").contains("no ordinary file"));
}
