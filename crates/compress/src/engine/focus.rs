//! What bears on a question or a list of topics: words in common, weighed by how rare they are.

use super::by_score;
use super::han::korean_stem;
use super::lexicon::{IdMap, fold_hash};
use super::sentences::{self, Sentence};
use super::words::{self, Class, Words};
use crate::chars::{Categories, UNSPACED};
use crate::request::{Kind, Strategy};

/// Terms of a question beyond this many are ignored.
const MOST_TERMS: usize = 256;
/// Weight of a name or number of the question against another word.
const NAMED: f32 = 1.2;
/// What a sentence takes over from its neighbours and from the best of its paragraph: an answer often
/// stands next to what the question repeats.
const BEFORE: f32 = 0.4;
const AFTER: f32 = 0.3;
const PARAGRAPH: f32 = 0.5;
const LENGTH_POWER: f32 = 0.4;
const FLATTEN: f32 = 0.7;
const NO_TERM: u16 = u16::MAX;

struct Term {
    weight: f32,
    /// Sentences it occurs in.
    sentences: u32,
}

/// How much each sentence has to do with `focus`, from 0 to about 1; `None` where nothing has.
pub(crate) fn of_sentences(
    focus: &str,
    text: &str,
    sentences: &[Sentence],
    words: &Words,
    lang: Option<&str>,
) -> Option<Vec<f32>> {
    let query_sentences = sentences::split(focus, Kind::Prose, Strategy::Sentences);
    let language = lang.or(words.language);
    let query = words::read(focus, &query_sentences, language);
    let mut ids: IdMap<u16> = IdMap::default();
    let mut terms: Vec<Term> = Vec::new();
    let mut add = |hash: u64, weight: f32, ids: &mut IdMap<u16>| {
        if terms.len() < MOST_TERMS && !ids.contains_key(&hash) {
            ids.insert(hash, terms.len() as u16);
            terms.push(Term { weight, sentences: 0 });
        }
    };
    let content = query.words.iter().filter(|w| w.class != Class::Stop).count();
    for word in &query.words {
        if word.class == Class::Stop && content > 0 {
            continue;
        }
        let shown = &focus[word.start as usize..word.end as usize];
        if !is_unspaced(shown) {
            let weight = if word.class == Class::Number || word.capital { NAMED } else { 1.0 };
            add(stem_hash(shown, language), weight, &mut ids);
        }
    }
    let mut pairs: IdMap<u16> = IdMap::default();
    each_pair(focus, |hash| add(hash, 1.0, &mut pairs));

    let entry_terms: Vec<u16> = words
        .lexicon
        .entries
        .iter()
        .map(|e| {
            let shown = &text[e.start as usize..e.end as usize];
            ids.get(&stem_hash(shown, language)).copied().unwrap_or(NO_TERM)
        })
        .collect();
    // Which terms stand in which sentence, each once.
    let mut found: Vec<(u32, u16)> = Vec::new();
    let mut seen = vec![u32::MAX; terms.len()];
    for (index, sentence) in sentences.iter().enumerate() {
        let mut note = |term: u16| {
            if term != NO_TERM
                && std::mem::replace(&mut seen[usize::from(term)], index as u32) != index as u32
            {
                terms[usize::from(term)].sentences += 1;
                found.push((index as u32, term));
            }
        };
        for word in words.of(index) {
            note(entry_terms[word.id as usize]);
        }
        if !pairs.is_empty() {
            each_pair(&text[sentence.start as usize..sentence.end as usize], |hash| {
                note(pairs.get(&hash).copied().unwrap_or(NO_TERM));
            });
        }
    }
    if found.is_empty() {
        return None;
    }
    let n = sentences.len() as f32;
    let mut own = vec![0f32; sentences.len()];
    for (sentence, term) in found {
        let term = &terms[usize::from(term)];
        own[sentence as usize] += term.weight * (1.0 + n / term.sentences as f32).ln();
    }
    for (index, own) in own.iter_mut().enumerate() {
        // A short sentence that says as much is the better buy.
        let length = words.of(index).len().max(4) as f32;
        *own /= (length / 20.0).powf(LENGTH_POWER);
    }
    let mut paragraph_best = vec![0f32; sentences.last().map_or(0, |s| s.paragraph as usize + 1)];
    for (sentence, own) in sentences.iter().zip(&own) {
        let best = &mut paragraph_best[sentence.paragraph as usize];
        *best = best.max(*own);
    }
    let at = |index: Option<usize>| index.and_then(|i| own.get(i)).copied().unwrap_or(0.0);
    let mut scores: Vec<f32> = sentences
        .iter()
        .enumerate()
        .map(|(index, sentence)| {
            own[index]
                + BEFORE * at(index.checked_sub(1))
                + AFTER * at(Some(index + 1))
                + PARAGRAPH * paragraph_best[sentence.paragraph as usize]
        })
        .collect();
    let most = scores.iter().copied().fold(f32::MIN_POSITIVE, f32::max);
    for score in &mut scores {
        *score = (*score / most).powf(FLATTEN);
    }
    Some(scores)
}

/// What `focus` has to be more than, so that the sentences of which this holds fill half of `budget`. `costs` are the
/// sentences' tokens. An answer is often said in words that mean little alone, and a phrase would lose them.
pub(crate) fn wholly(focus: &[f32], costs: &[f32], budget: usize) -> f32 {
    const SHARE: f32 = 0.5;
    let mut left = SHARE * budget as f32;
    for at in by_score(focus.len(), |at| focus[at]) {
        left -= costs[at as usize];
        if left < 0.0 {
            return focus[at as usize];
        }
    }
    f32::NEG_INFINITY
}

fn is_unspaced(word: &str) -> bool {
    let categories = Categories::get();
    word.chars().next().is_some_and(|c| categories.of(c) & UNSPACED != 0)
}

/// Calls `pair` with a hash of every two neighbouring characters of scripts without spaces.
fn each_pair(text: &str, mut pair: impl FnMut(u64)) {
    if text.is_ascii() {
        return;
    }
    let categories = Categories::get();
    let mut previous = None;
    for c in text.chars() {
        let unspaced = categories.of(c) & UNSPACED != 0;
        if let (true, Some(before)) = (unspaced, previous) {
            pair((u64::from(before) << 32 | u64::from(c)).wrapping_mul(0x9E37_79B9_7F4A_7C15));
        }
        previous = unspaced.then_some(u32::from(c));
    }
}

/// A small letter without its accent: who asks often types none.
fn without_accent(letter: char) -> char {
    match letter {
        'à'..='å' | 'ā' | 'ă' | 'ą' => 'a',
        'ç' | 'ć' | 'č' => 'c',
        'ď' => 'd',
        'è'..='ë' | 'ē' | 'ė' | 'ę' | 'ě' => 'e',
        'ğ' => 'g',
        'ì'..='ï' | 'ī' | 'į' | 'ı' => 'i',
        'ł' => 'l',
        'ñ' | 'ń' | 'ň' => 'n',
        'ò'..='ö' | 'ø' | 'ō' | 'ő' => 'o',
        'ř' => 'r',
        'ś' | 'ş' | 'š' | 'ș' => 's',
        'ť' | 'ţ' | 'ț' => 't',
        'ù'..='ü' | 'ū' | 'ů' | 'ű' | 'ų' => 'u',
        'ý' | 'ÿ' => 'y',
        'ź' | 'ż' | 'ž' => 'z',
        'ё' => 'е',
        'ά' => 'α',
        'έ' => 'ε',
        'ή' => 'η',
        'ί' | 'ϊ' | 'ΐ' => 'ι',
        'ό' => 'ο',
        'ύ' | 'ϋ' | 'ΰ' => 'υ',
        'ώ' => 'ω',
        'ς' => 'σ',
        'أ' | 'إ' | 'آ' => 'ا',
        'ى' => 'ي',
        'ة' => 'ه',
        other => other,
    }
}

/// A word of Turkish or Romanian, or in Greek, Cyrillic, Arabic or Devanagari letters, without its endings, which are many there: its first letters,
/// as is known to do in search (McNamee and Mayfield 2004), of an Arabic one without the article and what joins it.
fn first_letters<'w>(word: &'w str, language: Option<&str>) -> Option<&'w str> {
    let mut letters = 5;
    let first = word.chars().next()?;
    let word = match first {
        '\u{370}'..='\u{52f}' | '\u{900}'..='\u{97f}' => word,
        '\u{600}'..='\u{6ff}' => {
            let joined = ["وال", "بال", "كال", "فال", "ال", "لل", "و"];
            let bare = joined.iter().find_map(|joined| word.strip_prefix(joined));
            bare.filter(|bare| bare.chars().count() >= 3).unwrap_or(word)
        }
        _ if language == Some("tr") => word,
        _ if language == Some("ro") => {
            letters += 1;
            word
        }
        _ => return None,
    };
    let end = word.char_indices().nth(letters).map_or(word.len(), |(end, _)| end);
    Some(&word[..end])
}

/// The hash of a word without its accents and its commonest endings in English, German, French and Spanish.
fn stem_hash(word: &str, language: Option<&str>) -> u64 {
    const ENDINGS: &[&str] = &[
        "ationally",
        "ingly",
        "ations",
        "ation",
        "ments",
        "ment",
        "edly",
        "iones",
        "ungen",
        "ness",
        "ings",
        "cion",
        "sion",
        "ing",
        "ies",
        "ied",
        "ung",
        "ers",
        "er",
        "ed",
        "es",
        "en",
        "ly",
        "em",
        "e",
        "s",
        "n",
    ];
    let mut lower = korean_stem(word).to_lowercase();
    if !lower.is_ascii() {
        lower = lower.chars().map(without_accent).collect();
    }
    if let Some(first) = first_letters(&lower, language) {
        return fold_hash(first);
    }
    let lower = lower.trim_end_matches("'s").trim_end_matches("’s");
    for ending in ENDINGS {
        if let Some(stem) = lower.strip_suffix(ending)
            && stem.chars().count() >= 4
        {
            return fold_hash(stem);
        }
    }
    fold_hash(lower)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_is_found_without_its_accents() {
        let check = |asked: &str, written: &str| {
            assert_eq!(stem_hash(asked, None), stem_hash(written, None), "{asked} {written}");
        };
        check("Mongke", "Möngke");
        check("informacion", "información");
        check("Lodz", "Łódź");
        check("Ekrem", "ekrém");
        check("ёлка", "елка");
        check("παράδειγμα", "παραδείγματος");
        check("площадь", "площади");
        check("المدينة", "بالمدينة");
        let turkish = |word: &str| stem_hash(word, Some("tr"));
        assert_eq!(turkish("kütüphanesindeki"), turkish("Kütüphane"));
        check("इमारतों", "इमारत");
        assert_ne!(stem_hash("Mongke", None), stem_hash("Mungke", None));
    }

    #[test]
    fn sentences_stay_whole_up_to_half_of_the_budget() {
        let focus = [0.2, 1.0, 0.6, 0.6, 0.0];
        let whole = |budget| {
            let bar = wholly(&focus, &[10.0; 5], budget);
            focus.iter().filter(|&&f| f > bar).count()
        };
        assert_eq!(whole(10), 0, "the first alone is more");
        assert_eq!(whole(20), 1);
        // Of two that are alike none is preferred.
        assert_eq!(whole(40), 1);
        assert_eq!(whole(60), 3);
        assert_eq!(whole(200), 5);
    }
}
