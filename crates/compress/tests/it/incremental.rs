//! The strategy `incremental`: what is remembered changes nothing but the work.

use std::collections::BTreeMap;

use compress::{Budget, Incremental, Request, Strategy, TokenCounter, compress, tokens};

use crate::invariants::{checked, counter};

/// Paragraphs that are all different, with names and numbers.
fn paragraphs(count: usize) -> Vec<String> {
    (0..count)
        .map(|n| {
            let seed = n.wrapping_mul(2_654_435_761) % 100_003;
            let mut text = format!(
                "Station {n} at Skerry {} was opened in {} by the Northern Lights Board. It did not burn oil \
                 after the winter of {}, when keeper Olsen {} counted {} ships from the gallery.",
                seed % 977,
                1800 + seed % 150,
                1900 + seed % 70,
                ["wrote", "said", "doubted", "denied"][seed % 4],
                seed
            );
            for line in 0..seed % 5 {
                text.push_str(&format!(
                    " The {line}th inspection found {} panes cracked and nothing else worth a note.",
                    seed % (line + 7)
                ));
            }
            text.push_str("\n\n");
            text
        })
        .collect()
}

fn incremental(text: &str, budget: Budget) -> Request<'_> {
    Request { strategy: Strategy::Incremental, ..Request::new(text, budget) }
}

#[test]
fn one_edited_paragraph_of_a_megabyte_redoes_two_blocks_at_most_and_gives_the_full_answer() {
    let original = paragraphs(3200);
    let text = original.concat();
    assert!(text.len() > 1_000_000, "{}", text.len());
    let counter = counter();
    for budget in [Budget::Ratio(4.0), Budget::Tokens(60_000)] {
        let compressor = Incremental::new(64 << 20, 2);
        let (_, first) =
            compressor.compress(&Request::new(&text, budget), &counter).expect("it works");
        assert!(first.blocks > 60 && first.done == first.blocks, "{first:?}");
        let mut redone = BTreeMap::new();
        for place in (0..original.len()).step_by(211) {
            let mut edited = original.clone();
            edited[place] = match place % 3 {
                0 => String::new(),
                1 => edited[place].replace("was opened", "was, so they say, opened"),
                _ => format!("Nobody lives on rock {place}.\n\n{}", edited[place]),
            };
            let edited = edited.concat();
            let request = incremental(&edited, budget);
            let (warm, work) = compressor.compress(&request, &counter).expect("it works");
            assert_eq!(warm, compress(&request, &counter).expect("it works"), "as the full run");
            *redone.entry(work.done).or_insert(0) += 1;
        }
        // A budget in tokens is another ratio for one block more or less after an edit.
        let most = if matches!(budget, Budget::Ratio(_)) { 2 } else { 3 };
        assert!(redone.keys().all(|&done| done <= most), "{budget:?}: blocks redone: {redone:?}");
        assert!(redone.keys().any(|&done| done > 0), "{redone:?}");
    }
}

#[test]
fn every_promise_holds_by_blocks_too() {
    let text = paragraphs(300).concat();
    for budget in [1.0, 1.5, 2.0, 4.0, 16.0, 1000.0].map(Budget::Ratio) {
        let done = checked(&incremental(&text, budget));
        assert!(
            done.tokens_out * 100 >= done.budget.min(done.tokens_in) * 95,
            "{budget:?}: {}",
            done.tokens_out
        );
    }
    for budget in [30, 3000, 20_000, 100_000].map(Budget::Tokens) {
        let done = checked(&Request { lossless: true, ..incremental(&text, budget) });
        // Where nothing has to go but what is said twice, nothing else does.
        let most = done.budget.min(done.lossless.unwrap_or(done.tokens_in));
        assert!(done.tokens_out * 100 >= most * 93, "{budget:?}: {}", done.tokens_out);
    }
}

#[test]
fn lines_that_begin_with_a_slash_or_space_are_counted_as_they_stand() {
    let paths: String = (0..4000)
        .map(|n| format!("// see /usr/share/doc/{n}/readme, it says {}.\n\n", n * 31))
        .collect();
    checked(&incremental(&paths, Budget::Ratio(3.0)));
    let indented: String = (0..4000).map(|n| format!("   {n}: so it is, {}.\n", n * 31)).collect();
    checked(&incremental(&indented, Budget::Ratio(3.0)));
}

#[test]
fn what_has_no_blocks_is_compressed_as_a_whole() {
    let counter = counter();
    let rows: Vec<String> =
        (0..3000).map(|n| format!("{{\"id\": {n}, \"at\": \"quay {}\"}}", n % 97)).collect();
    let json = format!("[{}]", rows.join(",\n"));
    let done = checked(&incremental(&json, Budget::Ratio(4.0)));
    serde_json::from_str::<serde_json::Value>(&done.text).expect("JSON stays JSON");
    let text = paragraphs(300).concat();
    let focus = Request {
        focus: Some("Who denied it at station 77?"),
        ..incremental(&text, Budget::Ratio(16.0))
    };
    let plain = Request { strategy: Strategy::Automatic, ..focus };
    let (one, other) = (compress(&focus, &counter), compress(&plain, &counter));
    assert_eq!(one.expect("it works"), other.expect("it works"));
}

#[test]
fn answers_to_other_questions_are_not_mixed_up() {
    let text = paragraphs(200).concat();
    let counter = counter();
    let compressor = Incremental::default();
    let requests = [
        incremental(&text, Budget::Ratio(2.0)),
        incremental(&text, Budget::Ratio(4.0)),
        Request { lang: Some("de"), ..incremental(&text, Budget::Ratio(4.0)) },
        Request { kind: Some(compress::Kind::Log), ..incremental(&text, Budget::Ratio(4.0)) },
        Request { kind: Some(compress::Kind::Markdown), ..incremental(&text, Budget::Ratio(4.0)) },
    ];
    for _ in 0..2 {
        for request in &requests {
            let (warm, _) = compressor.compress(request, &counter).expect("it works");
            assert_eq!(warm, compress(request, &counter).expect("it works"));
        }
    }
}

/// Counts like a tokenizer of which nothing is known.
struct Opaque(tokens::O200k);

impl TokenCounter for Opaque {
    fn name(&self) -> &str {
        "opaque"
    }

    fn count(&self, text: &str) -> usize {
        self.0.count(text)
    }
}

#[test]
fn a_counter_of_which_nothing_is_known_is_asked_about_the_whole() {
    let text = paragraphs(200).concat();
    let request = incremental(&text, Budget::Ratio(4.0));
    let done = compress(&request, &Opaque(counter())).expect("it works");
    assert_eq!(done.tokens_in, counter().count(&text));
    assert_eq!(done.tokens_out, counter().count(&done.text));
}
