//! What a text is like: its kinds, its language, how hard it reads, how often it repeats itself, and
//! what it is about.

use super::lexicon::{IdMap, IdSet};
use super::sentences::{self, Role, Sentence};
use super::stop::Language;
use super::words::{self, Class, Word, Words};
use super::{blocks, detect, genre, near, script};
use crate::request::{Kind, Strategy};

/// What a text is like. Counted over the text, or over its first [`Content::LOOKED_AT`] bytes.
#[derive(Debug, Clone, PartialEq)]
pub struct Content {
    /// What most of it is.
    pub kind: Kind,
    /// The kinds of its blocks, each with its share of the bytes, the largest first. Shares add up to 1.
    pub blocks: Vec<(Kind, f64)>,
    /// Two-letter code of the language of its running text; `None` where none of
    /// [`Content::LANGUAGES`] was recognised.
    pub language: Option<&'static str>,
    /// Words; in scripts without spaces, runs of about two characters.
    pub words: usize,
    /// Sentences, headings and lines.
    pub sentences: usize,
    /// Mean length of its sentences in words; `None` where it has no running text.
    pub words_per_sentence: Option<f64>,
    /// Distinct words over words, the mean over stretches of 100 words, from 0 to 1; `None` in a shorter
    /// text. Stretches of one length keep it the same for short and long texts (Covington and McFall
    /// 2010).
    pub type_token: Option<f64>,
    /// Share of its paragraphs and lines, by bytes, that nearly repeat an earlier one.
    pub repetition: f64,
    /// What it names most and longest, at most [`Content::MOST_TERMS`].
    pub terms: Vec<String>,
}

impl Content {
    /// Languages that are recognised, by their two-letter codes.
    pub const LANGUAGES: [&'static str; 11] =
        ["en", "es", "de", "fr", "it", "pt", "nl", "ru", "zh", "ja", "ko"];
    /// Of a longer text only the beginning is looked at.
    pub const LOOKED_AT: usize = 4 << 20;
    /// No more terms are named.
    pub const MOST_TERMS: usize = 5;
}

/// Looks at `text`; a kind or a language that is given is taken as it is.
pub fn analyse(text: &str, kind: Option<Kind>, lang: Option<&str>) -> Content {
    let mut end = text.len().min(Content::LOOKED_AT);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    let text = &text[..end];
    let said = kind;
    let kind = detect::asked(text, said);
    let blocks = genre::refined(text, blocks::cut(text, kind), said);
    let by_line = blocks.iter().all(blocks::Block::by_record);
    let strategy = if by_line { Strategy::Lines } else { Strategy::Automatic };
    let sentences = sentences::split(text, kind, strategy);
    let words = words::read(text, &sentences, lang);
    let running = |s: &Sentence| {
        let at = blocks.partition_point(|b| b.range.end <= s.start as usize);
        s.role == Role::Running && blocks.get(at).is_some_and(|b| !b.by_record())
    };
    let (mut flowing, mut flowing_words) = (0usize, 0usize);
    for (index, _) in sentences.iter().enumerate().filter(|(_, s)| running(s)) {
        flowing += usize::from(!words.of(index).is_empty());
        flowing_words += words.of(index).len();
    }
    let known = lang.and_then(|lang| {
        Content::LANGUAGES.into_iter().find(|known| lang.split(['-', '_']).next() == Some(known))
    });
    Content {
        kind,
        blocks: shares(&blocks),
        language: match by_line {
            true => None,
            false => known.or_else(|| script::language(text)).or_else(|| language(&words)),
        },
        words: words.words.len(),
        sentences: sentences.len(),
        words_per_sentence: (flowing > 0).then(|| flowing_words as f64 / flowing as f64),
        type_token: type_token(&words.words),
        repetition: repetition(&sentences, &words),
        terms: terms(text, &sentences, &words),
    }
}

fn shares(blocks: &[blocks::Block]) -> Vec<(Kind, f64)> {
    let total: usize = blocks.iter().map(|b| b.range.len()).sum();
    let mut shares: Vec<(Kind, f64)> = Vec::new();
    for block in blocks {
        let share = block.range.len() as f64 / total.max(1) as f64;
        match shares.iter_mut().find(|(kind, _)| *kind == block.kind) {
            Some((_, sum)) => *sum += share,
            None => shares.push((block.kind, share)),
        }
    }
    shares.sort_by(|a, b| b.1.total_cmp(&a.1));
    shares
}

/// The language whose function words are clearly more than any other's.
fn language(words: &Words) -> Option<&'static str> {
    let step = (words.words.len() / 4000).max(1);
    let hashes = words.words.iter().step_by(step);
    Language::surely(hashes.map(|w| words.lexicon.entries[w.id as usize].hash)).map(Language::code)
}

fn type_token(words: &[Word]) -> Option<f64> {
    const WINDOW: usize = 100;
    let mut sum = 0.0;
    let mut windows = 0usize;
    for window in words.chunks_exact(WINDOW) {
        let distinct: IdSet = window.iter().map(|w| u64::from(w.id)).collect();
        sum += distinct.len() as f64 / WINDOW as f64;
        windows += 1;
    }
    (windows > 0).then(|| sum / windows as f64)
}

/// The share of paragraphs that nearly repeat an earlier one; numbers in them may differ.
fn repetition(sentences: &[Sentence], words: &Words) -> f64 {
    const NUMBER: u64 = 1;
    let mut hashes = Vec::with_capacity(words.words.len());
    // Where each paragraph's words begin, and its bytes.
    let (mut starts, mut bytes) = (Vec::new(), Vec::new());
    let mut paragraph = None;
    for (index, sentence) in sentences.iter().enumerate() {
        if paragraph.replace(sentence.paragraph) != Some(sentence.paragraph) {
            starts.push(hashes.len());
            bytes.push(0u64);
        }
        if let Some(last) = bytes.last_mut() {
            *last += u64::from(sentence.end - sentence.start);
        }
        hashes.extend(words.of(index).iter().map(|w| match w.class {
            Class::Number => NUMBER,
            _ => words.lexicon.entries[w.id as usize].hash,
        }));
    }
    starts.push(hashes.len());
    let items: Vec<&[u64]> = starts.windows(2).map(|w| &hashes[w[0]..w[1]]).collect();
    let first = near::first_of_each(&items);
    let again: u64 =
        (0u32..).zip(&first).zip(&bytes).filter(|((i, f), _)| i != *f).map(|(_, b)| b).sum();
    again as f64 / bytes.iter().sum::<u64>().max(1) as f64
}

/// Runs of one to three meaningful words that come more than once, by how often and how long they are
/// (the C-value of Frantzi, Ananiadou and Mima 2000, without its nesting), each from what of it was not
/// named yet. Numbers, and words that come everywhere, name nothing.
fn terms(text: &str, sentences: &[Sentence], words: &Words) -> Vec<String> {
    const LONGEST: usize = 3;
    struct Term {
        count: u32,
        length: usize,
        letters: usize,
        at: (u32, u32),
    }
    let mut found: IdMap<Term> = IdMap::default();
    let english = words.language == Some("en");
    // Words that end as English verbs and adverbs do say what is done and how, not what there is.
    let acts = |word: &str| ["ed", "ing", "ly"].iter().any(|end| word.ends_with(end));
    let names = |w: &Word| match w.class {
        Class::Entity => true,
        Class::Content => words.lexicon.entries[w.id as usize].length >= 4,
        Class::Stop | Class::Number | Class::Negation => false,
    };
    for index in 0..sentences.len() {
        let here = words.of(index);
        for from in 0..here.len() {
            let mut key = 0u64;
            for (step, word) in here[from..].iter().take(LONGEST).enumerate() {
                let apart = step > 0
                    && text
                        .get(here[from + step - 1].end as usize..word.start as usize)
                        .is_none_or(|gap| !matches!(gap, "" | " "));
                if !names(word)
                    || apart
                    || (english && acts(&text[word.start as usize..word.end as usize]))
                {
                    break;
                }
                let hash = words.lexicon.entries[word.id as usize].hash;
                key = (key.rotate_left(9) ^ hash).wrapping_mul(0x9E37_79B9_7F4A_7C15);
                let term = found.entry(key).or_insert(Term {
                    count: 0,
                    length: step + 1,
                    letters: (word.end - here[from].start) as usize,
                    at: (here[from].start, word.end),
                });
                term.count += 1;
            }
        }
    }
    let mut ranked: Vec<(f32, (u32, u32))> = found
        .into_values()
        .filter(|t| t.count > 1)
        .map(|t| {
            let long = (t.letters.min(24) as f32 / 6.0).sqrt();
            (t.count as f32 * (t.length as f32 + 0.5).log2() * long, t.at)
        })
        .collect();
    ranked.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
    let mut terms: Vec<String> = Vec::new();
    for (_, (start, end)) in ranked {
        if terms.len() == Content::MOST_TERMS {
            break;
        }
        let shown = &text[start as usize..end as usize];
        let lower = shown.to_lowercase();
        let said = terms.iter().any(|t| {
            let t = t.to_lowercase();
            t.contains(&lower) || lower.contains(&t)
        });
        if !said {
            terms.push(shown.to_owned());
        }
    }
    terms
}
