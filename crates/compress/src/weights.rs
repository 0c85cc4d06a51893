//! The few numbers that decide what a stretch of running text is worth, and a small file of them.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::error::Error;

/// What counts how much. The defaults were set by measurements on several sets of questions; others can be
/// fitted to one's own by [`crate::fidelity::tune`].
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Weights {
    /// A sentence as a whole, against a phrase's own words.
    pub sentence: f32,
    /// A longer phrase, per natural logarithm of its words.
    pub length: f32,
    /// What the last phrase of a paragraph loses against its first, so that no paragraph takes it all.
    pub share: f32,
    /// Of a sentence: how near it is to what the whole text is about.
    pub central: f32,
    /// Of a sentence: the worth of its words over its tokens.
    pub dense: f32,
    /// Of a sentence: names and numbers over its tokens.
    pub named: f32,
    /// Of a sentence: that it comes early in its paragraph.
    pub position: f32,
    /// A number, where it comes first.
    pub number: f32,
    /// A name, beyond what a word of its length is worth.
    pub name: f32,
    /// A letter of a word, up to the twelfth.
    pub letter: f32,
}

impl Default for Weights {
    fn default() -> Self {
        Self {
            sentence: 1.25,
            length: 0.4,
            share: 0.7,
            central: 0.3,
            dense: 1.25,
            named: 0.6,
            position: 3.0,
            number: 10.0,
            name: 1.75,
            letter: 0.2,
        }
    }
}

/// No weight may be more, nor less than 0.
const MOST: f32 = 100.0;

impl Weights {
    /// Their names, in the order of [`Weights::values`].
    pub const NAMES: [&'static str; 10] = [
        "sentence", "length", "share", "central", "dense", "named", "position", "number", "name",
        "letter",
    ];

    /// All of them.
    pub fn values(&self) -> [f32; 10] {
        let Self { sentence, length, share, central, dense, named, position, number, name, letter } =
            *self;
        [sentence, length, share, central, dense, named, position, number, name, letter]
    }

    /// The weights with these values.
    pub fn of(
        [sentence, length, share, central, dense, named, position, number, name, letter]: [f32; 10],
    ) -> Self {
        Self { sentence, length, share, central, dense, named, position, number, name, letter }
    }

    /// What these are for turns of speakers. A turn opens with a label, which looks like a name, and with an answer
    /// to the turn before, so that names and an early place say little of a sentence; and among the short words of
    /// speech there are more that only fill.
    pub(crate) fn spoken(&self) -> Self {
        Self { named: 0.0, position: 0.0, letter: 2.0 * self.letter, ..*self }
    }

    /// What these are the nearer a text is kept in whole sentences, up to 1: more for the first of a paragraph,
    /// which says what the others are about.
    pub(crate) fn in_sentences(&self, whole: f32) -> Self {
        Self { position: (1.0 + whole) * self.position, ..*self }
    }

    /// By their names.
    pub fn named(&self) -> BTreeMap<String, f64> {
        // Through its digits: 0.3 in 32 bits is a long number in 64.
        let exact = |value: f32| value.to_string().parse().unwrap_or_else(|_| f64::from(value));
        let names = Self::NAMES.iter().map(|name| (*name).to_owned());
        names.zip(self.values().map(exact)).collect()
    }

    /// From names and numbers; what is not named stays what it is by default.
    ///
    /// # Errors
    /// [`Error::Weights`] for a name that this version does not know, and for a number out of bounds.
    pub fn from_named(named: &BTreeMap<String, f64>) -> Result<Self, Error> {
        let mut values = Self::default().values();
        for (name, &value) in named {
            let Some(place) = Self::NAMES.iter().position(|known| known == name) else {
                return Err(Error::Weights(format!(
                    "there is no weight {name:?}, {} are known",
                    Self::NAMES.join(", ")
                )));
            };
            if !(value.is_finite() && (0.0..=f64::from(MOST)).contains(&value)) {
                return Err(Error::Weights(format!(
                    "{name} is {value}, it must be from 0 to {MOST}"
                )));
            }
            values[place] = value as f32;
        }
        Ok(Self::of(values))
    }
}

/// How a file of weights says what it is.
const SCHEMA: &str = "benchvise.weights/1";

#[derive(Serialize, Deserialize)]
struct File {
    schema: String,
    weights: BTreeMap<String, f64>,
    /// What they were fitted to and what that brought; for people.
    #[serde(default, skip_serializing_if = "serde_json::Value::is_null")]
    fitted: serde_json::Value,
}

/// Reads a file of weights.
///
/// # Errors
/// [`Error::Weights`] where it is none, is of another version, or holds what cannot be a weight.
pub fn read(text: &str) -> Result<Weights, Error> {
    let file: File = serde_json::from_str(text)
        .map_err(|error| Error::Weights(format!("it is no file of weights ({error})")))?;
    if file.schema != SCHEMA {
        return Err(Error::Weights(format!(
            "it says {:?} of itself, this version reads {SCHEMA:?}; fit weights anew with it",
            file.schema
        )));
    }
    Weights::from_named(&file.weights)
}

/// Writes a file of weights, with what is to be said of them.
pub fn write(weights: &Weights, fitted: serde_json::Value) -> String {
    let file = File { schema: SCHEMA.to_owned(), weights: weights.named(), fitted };
    // Strings and numbers always have JSON.
    serde_json::to_string_pretty(&file).unwrap_or_default() + "\n"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_brings_back_what_was_written() {
        let weights = Weights { position: 0.0, name: 2.25, ..Weights::default() };
        let text = write(&weights, serde_json::json!({ "gain": 0.1 }));
        assert_eq!(read(&text).expect("read"), weights);
        assert!(text.contains("\"central\": 0.3,"), "{text}");
        assert_eq!(Weights::NAMES.len(), Weights::default().named().len());
    }

    #[test]
    fn a_kind_of_text_changes_what_it_must_and_nothing_else() {
        let weights = Weights { number: 7.0, letter: 0.1, ..Weights::default() };
        let spoken = weights.spoken();
        assert_eq!((spoken.position, spoken.named, spoken.letter), (0.0, 0.0, 0.2));
        assert_eq!(Weights { position: 3.0, named: 0.6, letter: 0.1, ..spoken }, weights);
        assert_eq!(weights.in_sentences(0.0), weights);
        assert_eq!(weights.in_sentences(1.0).position, 6.0);
    }

    #[test]
    fn what_is_no_file_of_weights_says_why() {
        let check = |text: &str, expect: &str| {
            let error = read(text).expect_err("refused").to_string();
            assert!(error.contains(expect), "{error}");
        };
        check("", "no file of weights");
        check("[1, 2]", "no file of weights");
        check(r#"{"schema": "benchvise.weights/9", "weights": {}}"#, "fit weights anew");
        let with = |weights: &str| format!("{{\"schema\": \"{SCHEMA}\", \"weights\": {weights}}}");
        check(&with(r#"{"luck": 1}"#), "there is no weight \"luck\", sentence, length");
        check(&with(r#"{"name": -1}"#), "from 0 to 100");
        check(&with(r#"{"name": 1e9}"#), "from 0 to 100");
        check(&with(r#"{"name": "much"}"#), "no file of weights");
        let some = read(&with(r#"{"name": 2}"#)).expect("the others are as they are");
        assert_eq!(some, Weights { name: 2.0, ..Weights::default() });
    }
}
