//! Models that are lent, played by small functions: what they change, and what they must not.

#![expect(clippy::unwrap_used, reason = "a helper of tests is a test")]

use std::collections::BTreeMap;
use std::ops::Range;

use compress::tokens::O200k;
use compress::{
    ALIKE, Budget, Compressed, Encoder, Error, Request, Strategy, WordScorer, compress, retention,
};

/// Counts of meanings: words of one meaning share a number.
#[derive(Debug)]
struct Meanings;

const MEANINGS: [&[&str]; 5] = [
    &["car", "automobile", "vehicle"],
    &["cost", "price", "expensive"],
    &["rain", "weather", "storm"],
    &["dog", "animal"],
    &["house", "building"],
];

impl Encoder for Meanings {
    fn encode(&self, texts: &[&str]) -> Result<Vec<f32>, String> {
        let mut all = Vec::new();
        for text in texts {
            let lower = text.to_lowercase();
            let mut row = vec![0f32; MEANINGS.len() + 16];
            for word in lower.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty())
            {
                match MEANINGS.iter().position(|meaning| meaning.contains(&word)) {
                    Some(at) => row[at] += 3.0,
                    None => row[MEANINGS.len() + word.len() % 16] += 0.3,
                }
            }
            row[0] += 1e-6;
            let length = row.iter().map(|x| x * x).sum::<f32>().sqrt();
            all.extend(row.into_iter().map(|x| x / length));
        }
        Ok(all)
    }
}

/// Fails, or answers with too little.
#[derive(Debug)]
struct Broken(Result<usize, &'static str>);

impl Encoder for Broken {
    fn encode(&self, _: &[&str]) -> Result<Vec<f32>, String> {
        self.0.map(|count| vec![0.0; count]).map_err(str::to_owned)
    }
}

impl WordScorer for Broken {
    fn score(&self, _: &str, _: &[Range<usize>]) -> Result<Vec<f32>, String> {
        self.0.map(|count| vec![f32::NAN; count]).map_err(str::to_owned)
    }
}

const TEXT: &str = "The committee met on a Tuesday and spoke for three hours about many things. \
    Nobody could say whether the storm would end soon, for the sky stayed dark all week. \
    An automobile of that make was sold for nine hundred crowns to a farmer from the north. \
    Later that evening everybody went to the theatre and saw a play in five acts. \
    The chairman thanked all members and closed the meeting at half past ten.";

fn done(request: &Request<'_>) -> Compressed {
    compress(request, &O200k::new().unwrap()).unwrap()
}

#[test]
fn a_focus_finds_what_means_the_same_in_other_words() {
    let asked = Request {
        focus: Some("What did the car cost?"),
        strategy: Strategy::Sentences,
        ..Request::new(TEXT, Budget::Tokens(24))
    };
    assert!(!done(&asked).text.contains("automobile"), "no word is shared");
    let with = done(&Request { encoder: Some(&Meanings), ..asked });
    assert!(with.text.contains("automobile"), "{}", with.text);
    assert!(with.tokens_out <= 24);
}

#[test]
fn of_sentences_that_say_the_same_the_first_is_kept() {
    let text = "The dog slept in the house. The animal slept in the building. The dog slept in the \
                house. A storm with rain came over the hills in the night. The price of the car rose.";
    let asked = Request { strategy: Strategy::Sentences, ..Request::new(text, Budget::Tokens(27)) };
    let with = done(&Request { encoder: Some(&Meanings), ..asked });
    let repeats = with.text.matches("slept").count();
    assert!(repeats <= 1, "{}", with.text);
    assert!(with.text.contains("storm") && with.text.contains("price"), "{}", with.text);
}

/// Likes words from the end of the alphabet.
#[derive(Debug)]
struct Alphabet;

impl WordScorer for Alphabet {
    fn score(&self, text: &str, words: &[Range<usize>]) -> Result<Vec<f32>, String> {
        let first = |word: &Range<usize>| text[word.clone()].to_lowercase().bytes().next();
        Ok(words.iter().map(|word| f32::from(first(word).unwrap_or(0))).collect())
    }
}

#[test]
fn a_scorer_says_what_words_are_worth_and_the_budget_stays() {
    let asked = Request::new(TEXT, Budget::Ratio(4.0));
    let plain = done(&asked);
    let with = done(&Request { scorer: Some(&Alphabet), ..asked });
    assert_ne!(plain.text, with.text);
    assert!(with.tokens_out <= with.budget);
    for span in &with.spans {
        assert_eq!(with.text[span.out.clone()], TEXT[span.src.clone()]);
    }
    let mean = |made: &Compressed| {
        let mut counts = BTreeMap::new();
        for letter in made.text.split_whitespace().filter_map(|w| w.to_lowercase().bytes().next()) {
            *counts.entry(letter).or_insert(0usize) += 1;
        }
        let all: usize = counts.values().sum();
        counts.iter().map(|(&letter, &n)| f64::from(letter) * n as f64).sum::<f64>() / all as f64
    };
    assert!(mean(&with) > mean(&plain), "{} / {}", with.text, plain.text);
}

#[test]
fn what_a_model_fails_at_is_told() {
    let counter = O200k::new().unwrap();
    let asked = Request::new(TEXT, Budget::Ratio(4.0));
    let said = |request: Request<'_>| match compress(&request, &counter) {
        Err(Error::Model(said)) => said,
        other => panic!("{other:?}"),
    };
    let (fails, short) = (Broken(Err("it has no power")), Broken(Ok(3)));
    assert_eq!(said(Request { encoder: Some(&fails), ..asked }), "it has no power");
    assert_eq!(said(Request { scorer: Some(&fails), ..asked }), "it has no power");
    assert!(said(Request { encoder: Some(&short), ..asked }).contains("another number of vectors"));
    assert!(said(Request { scorer: Some(&short), ..asked }).contains("each word a number"));
    // A text that fits is asked nothing.
    let whole = Request { encoder: Some(&fails), ..Request::new(TEXT, Budget::Tokens(1000)) };
    assert_eq!(compress(&whole, &counter).unwrap().text, TEXT);
}

#[test]
fn retention_is_the_share_of_sentences_with_something_like_them_among_what_was_kept() {
    let whole = done(&Request::new(TEXT, Budget::Tokens(1000)));
    let found = retention(TEXT, &whole, &Meanings, ALIKE).unwrap().unwrap();
    assert_eq!((found.sentences, found.of_sentences, found.alike), (5, 5, 5));
    assert!((found.mean - 1.0).abs() < 1e-6);
    // Two sentences of one meaning, one of another: the first alone is kept.
    let text = "The dog slept. The animal slept. The storm came.";
    let mut made = done(&Request::new(text, Budget::Tokens(1000)));
    made.spans[0].src = 0..14;
    made.spans[0].out = 0..14;
    let found = retention(text, &made, &Meanings, ALIKE).unwrap().unwrap();
    assert_eq!((found.sentences, found.alike), (3, 2), "{found:?}");
    made.spans.clear();
    let found = retention(text, &made, &Meanings, ALIKE).unwrap().unwrap();
    assert_eq!((found.alike, found.mean), (0, 0.0));
    assert_eq!(retention(" \n", &made, &Meanings, ALIKE).unwrap(), None);
    assert!(retention(text, &made, &Broken(Ok(0)), ALIKE).is_err());
}
