//! Function words and negations of the languages known by name, and finding out which one a text is in.

mod lists;

use std::sync::OnceLock;

use lists::LANGUAGES;

use super::lexicon::{IdMap, fold_hash};

/// A language with a list of function words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Language {
    English,
    Spanish,
    German,
    French,
    Italian,
    Portuguese,
    Dutch,
    Russian,
    Korean,
    Arabic,
    Greek,
    Hindi,
    Romanian,
    Turkish,
    Vietnamese,
}

/// The languages that a word is a function word of, and those that it negates in, a bit each.
#[derive(Clone, Copy, Default)]
struct Speaks {
    stop: u16,
    link: u16,
    negation: u16,
}

/// The bit of what holds names together, beside those of the languages.
const NAMES: u16 = 1 << 15;
const _: () = assert!(LANGUAGES.len() < 16);

fn speaks() -> &'static IdMap<Speaks> {
    static SPEAKS: OnceLock<IdMap<Speaks>> = OnceLock::new();
    SPEAKS.get_or_init(|| {
        let mut all: IdMap<Speaks> = IdMap::default();
        for word in lists::IN_NAMES.split(' ') {
            all.entry(fold_hash(word)).or_default().link |= NAMES;
        }
        for (at, lists) in LANGUAGES.iter().enumerate() {
            for word in lists.function.split(' ') {
                all.entry(fold_hash(word)).or_default().stop |= 1 << at;
            }
            for word in lists.links.split(' ') {
                all.entry(fold_hash(word)).or_default().link |= 1 << at;
            }
            for word in lists.negations.split(' ') {
                all.entry(fold_hash(word)).or_default().negation |= 1 << at;
            }
        }
        all
    })
}

/// How many of `words` each language has, of what `of` looks at, and how many there are.
fn hits(
    words: impl Iterator<Item = u64>,
    of: impl Fn(&Speaks) -> u16,
) -> ([usize; LANGUAGES.len()], usize) {
    let (mut hits, mut total) = ([0usize; LANGUAGES.len()], 0usize);
    let speaks = speaks();
    for word in words {
        total += 1;
        let mut languages = speaks.get(&word).map_or(0, &of);
        while languages != 0 {
            hits[languages.trailing_zeros() as usize] += 1;
            languages &= languages - 1;
        }
    }
    (hits, total)
}

impl Language {
    /// The language with this two-letter code, if it is known by name.
    pub(crate) fn from_code(code: &str) -> Option<Self> {
        let short = code.split(['-', '_']).next().unwrap_or(code);
        LANGUAGES
            .iter()
            .find(|lists| lists.code.eq_ignore_ascii_case(short))
            .map(|lists| lists.language)
    }

    pub(crate) fn code(self) -> &'static str {
        LANGUAGES[self as usize].code
    }

    /// The language whose function words make up most of `words` (hashes as of [`fold_hash`]); `None`
    /// where no list covers a tenth of them.
    pub(crate) fn guess(words: impl Iterator<Item = u64>) -> Option<Self> {
        let (hits, total) = hits(words, |speaks| speaks.stop);
        hits.iter()
            .zip(&LANGUAGES)
            .max_by_key(|(hits, _)| **hits)
            .filter(|(hits, _)| **hits * 10 >= total.max(1))
            .map(|(_, lists)| lists.language)
    }

    /// Whether a word is a negation in any of the languages.
    pub(crate) fn any_negates(word: u64) -> bool {
        speaks().get(&word).is_some_and(|speaks| speaks.negation != 0)
    }

    /// As [`Language::guess`], but `None` too where two languages have nearly as many: for telling a
    /// person, not for choosing words.
    pub(crate) fn surely(words: impl Iterator<Item = u64>) -> Option<Self> {
        let (hits, total) = hits(words, |speaks| speaks.stop | speaks.negation);
        let best = (0..hits.len()).max_by_key(|&at| (hits[at], usize::MAX - at))?;
        let second = (0..hits.len()).filter(|&at| at != best).map(|at| hits[at]).max()?;
        (hits[best] * 5 >= total.max(1) && hits[best] * 4 >= second * 5)
            .then(|| LANGUAGES[best].language)
    }

    pub(crate) fn is_stop(self, word: u64) -> bool {
        speaks().get(&word).is_some_and(|speaks| speaks.stop & (1 << self as u16) != 0)
    }

    /// Whether a function word holds a name or a phrase together.
    pub(crate) fn is_link(self, word: u64) -> bool {
        speaks().get(&word).is_some_and(|speaks| speaks.link & (NAMES | 1 << self as u16) != 0)
    }

    pub(crate) fn is_negation(self, word: u64) -> bool {
        speaks().get(&word).is_some_and(|speaks| speaks.negation & (1 << self as u16) != 0)
    }
}

/// Whether a character is a negation by itself in Chinese or Japanese.
pub(crate) fn is_unspaced_negation(c: char) -> bool {
    matches!(c, '不' | '没' | '沒' | '未' | '无' | '無' | '非' | '勿' | '别')
}

/// Whether a Han character mostly serves grammar in Chinese.
pub(crate) fn is_unspaced_particle(c: char) -> bool {
    "的了是在和与與及也就都而着著之其这這那个個为為以于於被把从從到对對将將并並或但所地得吗嗎呢吧啊"
        .contains(c)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_language_is_found_by_its_function_words() {
        let check = |text: &str, expect: Option<Language>| {
            assert_eq!(Language::guess(text.split(' ').map(fold_hash)), expect, "{text}");
        };
        check("the cat sat on the mat and was not seen again", Some(Language::English));
        check("der Hund ist nicht in dem Haus und das ist gut", Some(Language::German));
        check("le chat est dans la maison et il ne dort pas", Some(Language::French));
        check("el perro no está en la casa de los vecinos", Some(Language::Spanish));
        check("кот не был в доме и это было хорошо для всех", Some(Language::Russian));
        check("lorem ipsum dolor sit amet consectetur", None);
    }

    #[test]
    fn codes_with_a_region_are_understood() {
        assert_eq!(Language::from_code("de-AT"), Some(Language::German));
        assert_eq!(Language::from_code("tlh"), None);
    }
}
