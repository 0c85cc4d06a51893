//! What there is in a text to be lost, and what of it is found in what is left.

use std::collections::HashSet;
use std::ops::Range;

use super::baseline::Lot;
use super::questions::Question;
use crate::engine::{Facts, facts};
use crate::request::Kind;

/// What there is in a text to be lost.
#[derive(Debug, Clone)]
pub struct Probes {
    /// Distinct numbers, written as in the text.
    numbers: Vec<String>,
    /// Distinct names and other words with a capital inside a sentence, in lower case.
    names: Vec<String>,
    /// Sections under a heading, as stretches of the text.
    sections: Vec<Range<usize>>,
    /// Phrases of a few words taken at random, normalised.
    phrases: Vec<String>,
    /// The answers of each question that are in the text, normalised.
    answers: Vec<Vec<String>>,
    unspaced: bool,
}

/// What is left of each sort, one entry for each thing there was.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Found {
    /// Numbers.
    pub numbers: Vec<bool>,
    /// Names.
    pub names: Vec<bool>,
    /// Sections of which at least a word is left.
    pub sections: Vec<bool>,
    /// Random phrases, word for word.
    pub phrases: Vec<bool>,
    /// Questions of which an answer is left, word for word.
    pub answers: Vec<bool>,
}

impl Probes {
    /// So many phrases are taken, fewer from a short text.
    pub const PHRASES: usize = 200;

    /// What there is in `text`; the phrases taken are the same for the same `seed`. Of `questions` those
    /// count of which an answer is in the text.
    pub fn of(text: &str, kind: Option<Kind>, seed: u64, questions: &[&Question]) -> Self {
        let Facts { numbers, names, sections, sentences, unspaced } = facts(text, kind);
        let whole = Normal::of(text, unspaced);
        let mut lot = Lot(seed);
        let mut phrases = Vec::new();
        let wanted = Self::PHRASES.min(sentences.len() * 3);
        for _ in 0..wanted * 2 {
            if phrases.len() == wanted {
                break;
            }
            let range = sentences[lot.below(sentences.len())].clone();
            phrases.extend(phrase(&text[range], unspaced, &mut lot));
        }
        let answers = questions
            .iter()
            .map(|question| {
                let answers = question.answers.iter().map(|answer| normal(answer, unspaced));
                answers.filter(|answer| whole.has(answer)).collect::<Vec<String>>()
            })
            .filter(|answers| !answers.is_empty())
            .collect();
        Self { numbers, names, sections, phrases, answers, unspaced }
    }

    /// Of each question, whether an answer is in `output`, word for word.
    pub fn answered(&self, output: &str) -> Vec<bool> {
        let left = Normal::of(output, self.unspaced);
        self.answers.iter().map(|all| all.iter().any(|answer| left.has(answer))).collect()
    }

    /// What of it is in `output`, which was made of the stretches `kept`, in order.
    pub fn found(&self, output: &str, kept: &[Range<usize>]) -> Found {
        let left = Normal::of(output, self.unspaced);
        let numbers: HashSet<&str> = numbers_in(output).collect();
        let lower = output.to_lowercase();
        let words: HashSet<&str> = lower
            .split(|c: char| !(c.is_alphanumeric() || matches!(c, '\'' | '’' | '-')))
            .flat_map(|word| [word, word.trim_end_matches("'s").trim_end_matches("’s")])
            .collect();
        let name = |name: &String| match self.unspaced {
            true => lower.contains(name.as_str()),
            false => words.contains(name.as_str()) || lower.contains(&format!("{name}-")),
        };
        let section = |section: &Range<usize>| {
            let first = kept.partition_point(|range| range.end <= section.start);
            kept.get(first).is_some_and(|range| range.start < section.end)
        };
        Found {
            numbers: self.numbers.iter().map(|number| numbers.contains(number.as_str())).collect(),
            names: self.names.iter().map(name).collect(),
            sections: self.sections.iter().map(section).collect(),
            phrases: self.phrases.iter().map(|phrase| left.has(phrase)).collect(),
            answers: self.answered(output),
        }
    }
}

/// Digits with the signs inside them.
pub(crate) fn numbers_in(text: &str) -> impl Iterator<Item = &str> {
    let digit = |c: char| c.is_ascii_digit();
    text.split(move |c: char| !(digit(c) || matches!(c, ',' | '.' | ':' | '/' | '-')))
        .map(move |part| part.trim_matches(|c| !digit(c)))
        .filter(|part| !part.is_empty())
}

/// A text of which only the words are left, in lower case, without articles; in scripts without spaces,
/// only the letters.
struct Normal {
    words: String,
    unspaced: bool,
}

impl Normal {
    fn of(text: &str, unspaced: bool) -> Self {
        Self { words: normal(text, unspaced), unspaced }
    }

    fn has(&self, words: &str) -> bool {
        match self.unspaced {
            true => !words.is_empty() && self.words.contains(words),
            false => !words.trim().is_empty() && self.words.contains(words),
        }
    }
}

/// Words between single spaces, one at either end too.
fn normal(text: &str, unspaced: bool) -> String {
    let lower = text.to_lowercase();
    if unspaced {
        return lower.chars().filter(|c| c.is_alphanumeric()).collect();
    }
    let mut out = String::from(" ");
    let words = lower.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    for word in words.filter(|word| !matches!(*word, "a" | "an" | "the")) {
        out.push_str(word);
        out.push(' ');
    }
    out
}

/// Two to four neighbouring words of a sentence, of which one at least is long; normalised.
fn phrase(sentence: &str, unspaced: bool, lot: &mut Lot) -> Option<String> {
    if unspaced {
        let letters: Vec<char> = normal(sentence, true).chars().collect();
        let length = 4 + lot.below(4);
        let from = lot.below(letters.len().checked_sub(length)? + 1);
        return Some(letters[from..from + length].iter().collect());
    }
    let words = normal(sentence, false);
    let words: Vec<&str> = words.split(' ').filter(|word| !word.is_empty()).collect();
    let length = 2 + lot.below(3);
    let from = lot.below(words.len().checked_sub(length)? + 1);
    let here = &words[from..from + length];
    here.iter()
        .any(|word| word.chars().count() > 4 || word.contains(|c: char| c.is_ascii_digit()))
        .then(|| format!(" {} ", here.join(" ")))
}

#[cfg(test)]
#[expect(clippy::single_range_in_vec_init, reason = "one stretch that is left")]
mod tests {
    use super::*;

    fn question(answers: &[&str]) -> Question {
        Question {
            document: None,
            question: String::new(),
            answers: answers.iter().map(|&answer| answer.to_owned()).collect(),
        }
    }

    #[test]
    fn what_is_left_is_found_and_what_is_gone_is_not() {
        let text = "# Pumps\n\nThe old pump of Westerland was installed in 1,987 by the Royal Society and has not been moved since.\n\n# Doors\n\nBoth of the doors were opened by Mr. Aune at 10:30 that day, and nobody who works there was told of it before the evening.\n";
        let first = question(&["The Royal Society", "the king"]);
        let second = question(&["a door", "10:30"]);
        let absent = question(&["a submarine"]);
        let probes = Probes::of(text, None, 1, &[&first, &second, &absent]);
        let all = probes.found(text, &[0..text.len()]);
        for found in [&all.numbers, &all.names, &all.sections, &all.phrases, &all.answers] {
            assert!(!found.is_empty() && found.iter().all(|found| *found), "{all:?}");
        }
        assert_eq!(all.numbers.len(), 2);
        assert_eq!(all.answers.len(), 2, "an answer that is not there is not asked for");
        let at = text.find("installed").expect("there");
        let half = probes.found("installed in 1,987 by Royal Society", &[at..at + 41]);
        assert_eq!(half.numbers, [true, false]);
        assert_eq!(half.sections, [true, false]);
        assert_eq!(half.answers, [true, false]);
        let none = probes.found("", &[]);
        assert!(none.phrases.iter().all(|found| !found));
    }

    #[test]
    fn letters_count_where_there_are_no_spaces() {
        let text = "研究人员于2019年在云南省发现了三个新的物种。他们在山区工作了三个月。";
        let answer = question(&["云南省"]);
        let probes = Probes::of(text, None, 1, &[&answer]);
        assert_eq!(probes.found("在云 南 省", &[]).answers, [true]);
        assert_eq!(probes.found("云省", &[]).answers, [false]);
        assert!(!probes.phrases.is_empty());
    }

    #[test]
    fn numbers_are_read_with_the_signs_inside_them() {
        let read: Vec<&str> = numbers_in("In 1,987, at 10:30 - 3.5% of 12-14. v2").collect();
        assert_eq!(read, ["1,987", "10:30", "3.5", "12-14", "2"]);
    }
}
