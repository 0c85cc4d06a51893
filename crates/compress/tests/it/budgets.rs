//! Budgets at the edges: one token, a few, more than there is.

use compress::{Budget, Request};

use crate::invariants::checked;

const TEXT: &str =
    "The harbour office replaced all seventeen mooring rings in March. Nobody had asked for it.";

#[test]
fn a_budget_of_one_token_gives_a_word_or_nothing_and_says_so() {
    let done = checked(&Request::new(TEXT, Budget::Tokens(1)));
    assert!(done.tokens_out <= 1);
    let reason = done.refused.expect("refused");
    assert!(reason.contains("budget of 1 token") && reason.contains("ask for more"), "{reason}");
}

#[test]
fn a_budget_above_the_input_gives_the_input() {
    for budget in [
        Budget::Tokens(10_000),
        Budget::Tokens(usize::MAX),
        Budget::Ratio(0.25),
        Budget::Ratio(1.0),
    ] {
        let done = checked(&Request::new(TEXT, budget));
        assert_eq!(done.text, TEXT);
        assert_eq!(done.refused, None);
        assert_eq!(done.gaps, []);
    }
}

#[test]
fn every_small_budget_is_kept() {
    for budget in 1..25 {
        checked(&Request::new(TEXT, Budget::Tokens(budget)));
    }
}

#[test]
fn text_without_words_is_refused_and_not_a_panic() {
    for text in
        ["… … … --- !!! ???", "\n\n\n\n\n\n", "\0\0\0\0\0\0\0\0", "——————————————————————————"]
    {
        checked(&Request::new(text, Budget::Tokens(1)));
    }
    assert_eq!(checked(&Request::new("", Budget::Tokens(1))).text, "");
}
