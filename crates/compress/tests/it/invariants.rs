//! What must hold for every compression, checked on any text.

use compress::{Budget, Compressed, Error, Request, TokenCounter, compress, tokens::O200k};

/// The shared counter.
pub(crate) fn counter() -> O200k {
    O200k::new().expect("the built-in vocabulary unpacks")
}

/// A tokenizer that trips over one word.
pub(crate) struct Trips;

impl TokenCounter for Trips {
    fn name(&self) -> &str {
        "trips"
    }

    fn count(&self, text: &str) -> usize {
        assert!(!text.contains("stumble"), "tripped on purpose");
        text.split_whitespace().count()
    }
}

/// Compresses and checks everything that is promised of the result.
pub(crate) fn checked(request: &Request<'_>) -> Compressed {
    let counter = counter();
    let done = compress(request, &counter).expect("a valid budget compresses");
    let text = request.text;
    let tokens_in = counter.count(text);
    assert_eq!(done.tokens_in, tokens_in);
    assert_eq!(done.tokens_out, counter.count(&done.text), "the count is of the text as it is");
    let protects = request.rules.is_some_and(|rules| !rules.is_empty()) || !request.pins.is_empty();
    if done.tokens_out > done.budget {
        let reason = done.refused.as_deref().unwrap_or_default();
        assert!(protects, "{} over {}", done.tokens_out, done.budget);
        assert!(reason.contains("without dropping protected items"), "{reason}");
    }
    assert!(done.tokens_out <= tokens_in, "longer than the input");
    if tokens_in <= done.budget && !protects {
        assert_eq!(done.text, text, "what fits comes back unchanged");
    }
    if done.text.is_empty() && !text.is_empty() {
        assert!(done.refused.is_some(), "an empty output says why");
    }
    // Spans and gaps cover the source once, in order, and spans are copies.
    let mut pieces: Vec<_> = done.spans.iter().map(|s| s.src.clone()).collect();
    pieces.extend(done.gaps.iter().map(|g| g.src.clone()));
    pieces.sort_by_key(|r| r.start);
    let mut at = 0;
    for piece in &pieces {
        assert_eq!(piece.start, at, "a hole or an overlap in the map");
        assert!(piece.end > piece.start);
        at = piece.end;
    }
    assert_eq!(at, text.len());
    let mut out = 0;
    for span in &done.spans {
        assert!(span.out.start >= out, "order is kept");
        let glue = &done.text[out..span.out.start];
        assert!(matches!(glue, "" | " " | "\n" | "… "), "glue {glue:?}");
        assert_eq!(done.text[span.out.clone()], text[span.src.clone()]);
        out = span.out.end;
    }
    assert_eq!(out, done.text.len(), "the output ends with a span");
    for gap in &done.gaps {
        assert!(done.text.is_char_boundary(gap.at));
    }
    assert_eq!(compress(request, &counter).expect("as before"), done, "deterministic");
    done
}

#[test]
fn every_ratio_of_a_mixed_text_keeps_every_promise() {
    let text = mixed();
    for ratio in [1.0, 1.1, 1.5, 2.0, 3.0, 4.0, 8.0, 16.0, 64.0, 1e9] {
        checked(&Request::new(&text, Budget::Ratio(ratio)));
    }
}

#[test]
fn the_budget_is_used_to_within_a_few_tokens() {
    let text = mixed();
    for budget in [20, 50, 100, 200] {
        let done = checked(&Request::new(&text, Budget::Tokens(budget)));
        assert!(done.tokens_out + 3 >= budget, "{} of {budget}", done.tokens_out);
        assert_eq!(done.refused, None);
    }
}

#[test]
fn words_are_never_cut_or_invented() {
    let text = mixed();
    for ratio in [1.3, 2.0, 4.0, 8.0] {
        let done = checked(&Request::new(&text, Budget::Ratio(ratio)));
        for span in &done.spans {
            for at in [span.src.start, span.src.end] {
                let inside = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
                let cut =
                    inside(text[..at].chars().next_back()) && inside(text[at..].chars().next());
                assert!(!cut, "a word is cut at {at}: {:?}", &text[span.src.clone()]);
            }
        }
    }
}

#[test]
fn losses_are_what_is_nowhere_in_the_output() {
    let text = "The reservoir was built in 1911 near Halden. It was never emptied. In 1954 the keeper, Mr. Aune, \
                recorded a depth of 37 metres. Nobody has measured it since, and the books do not say why that is so.";
    let done = checked(&Request::new(text, Budget::Tokens(14)));
    let gone: Vec<&str> =
        ["1911", "1954", "37"].into_iter().filter(|n| !done.text.contains(n)).collect();
    assert_eq!(done.dropped.numbers.first, gone);
    assert_eq!(done.dropped.numbers.count, gone.len());
}

#[test]
fn a_budget_of_nothing_is_an_error_that_says_what_to_do() {
    for budget in [
        Budget::Tokens(0),
        Budget::Ratio(0.0),
        Budget::Ratio(-2.0),
        Budget::Ratio(f64::NAN),
        Budget::Ratio(f64::INFINITY),
    ] {
        let failed = compress(&Request::new("some words", budget), &counter());
        let Err(error @ Error::Budget { .. }) = failed else {
            panic!("{budget:?} gave {failed:?}");
        };
        assert!(error.to_string().contains("ask for at least 1 token"), "{error}");
    }
}

/// Prose with numbers, names, quotations, an address and uneven paragraphs.
pub(crate) fn mixed() -> String {
    let mut text = String::new();
    for year in 1950..1980 {
        text.push_str(&format!(
            "In {year} the Royal Society of Westerland published its {}th report on the North Sea fisheries. \
             It did not mention the {} boats lost off Cape Wrath, although Dr. Ingrid Solheim had counted them. \
             \"We were never asked,\" she said later. See https://example.org/reports/{year}?full=1 for the text.\n\n\
             Prices rose by {}.5% that winter; nobody could say why.\n\n",
            year - 1900,
            year % 17,
            year % 7,
        ));
    }
    text
}
