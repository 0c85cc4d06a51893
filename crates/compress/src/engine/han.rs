//! Words of Han characters without a dictionary: a run is cut so that what comes again in the text stays
//! together (n-grams of two to four characters), and Han numerals are numbers.

use super::lexicon::IdMap;
use super::stop::{is_unspaced_negation, is_unspaced_particle};

/// The longest word.
const LONGEST: usize = 4;
/// What a pair is worth that comes once; a character alone is worth nothing.
const PAIR: f32 = 0.6;
/// What a repetition adds, per natural logarithm and joint.
const AGAIN: f32 = 0.5;
/// What is worth a function character alone; in a pair it costs that much.
const PARTICLE: f32 = 0.4;

/// How often each short run of characters comes.
pub(crate) struct Grams {
    counts: IdMap<u32>,
    /// Function characters of Chinese are part of words in Japanese.
    particles: bool,
}

/// What a stretch of Han characters is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Sort {
    Word,
    /// Serves grammar.
    Particle,
    Negation,
    /// A number in Han numerals, with what it counts.
    Number,
    /// Ends as names of places and institutions do.
    Name,
}

pub(crate) fn is_han(c: char) -> bool {
    matches!(c, '\u{3400}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{323af}' | '々' | '〇')
}

impl Grams {
    /// Counts the runs of `text`; `None` where there is no Han in it.
    pub(crate) fn count(text: &str, lang: Option<&str>) -> Option<Self> {
        let mut counts = IdMap::default();
        let mut run: Vec<char> = Vec::new();
        let (mut at, mut found) = (0, false);
        while let Some(next) = next_high(text.as_bytes(), at) {
            at = next;
            run.extend(text[at..].chars().take_while(|&c| is_han(c)));
            at += run.iter().map(|c| c.len_utf8()).sum::<usize>();
            found |= !run.is_empty();
            if run.is_empty() {
                at += text[at..].chars().next().map_or(1, char::len_utf8);
            }
            for from in 0..run.len() {
                for to in from + 2..=(from + LONGEST).min(run.len()) {
                    *counts.entry(key(&run[from..to])).or_default() += 1;
                }
            }
            run.clear();
        }
        found.then(|| Self { counts, particles: lang != Some("ja") })
    }

    /// Cuts a run of Han characters; the lengths, in characters, add up to its own.
    pub(crate) fn cut(&self, run: &[char], out: &mut Vec<(usize, Sort)>) {
        out.clear();
        // The best that ends at each place, and how long its last word is.
        let mut best: Vec<(f32, usize)> = vec![(0.0, 0); run.len() + 1];
        for end in 1..=run.len() {
            best[end] = (f32::NEG_INFINITY, 1);
            for length in 1..=LONGEST.min(end) {
                let worth = best[end - length].0 + self.worth(&run[end - length..end]);
                if worth > best[end].0 {
                    best[end] = (worth, length);
                }
            }
        }
        let mut end = run.len();
        while end > 0 {
            out.push((best[end].1, self.sort(&run[end - best[end].1..end])));
            end -= best[end].1;
        }
        out.reverse();
        join_numbers(run, out);
    }

    fn worth(&self, word: &[char]) -> f32 {
        let particle =
            |c: &char| is_unspaced_negation(*c) || (self.particles && is_unspaced_particle(*c));
        if let [one] = word {
            return if particle(one) { PARTICLE } else { 0.0 };
        }
        let count = self.counts.get(&key(word)).copied().unwrap_or(0).max(1);
        if word.len() > 2 && count < 2 {
            return f32::NEG_INFINITY;
        }
        let joints = (word.len() - 1) as f32;
        let particles = word.iter().filter(|c| particle(c)).count() as f32;
        joints * (PAIR + AGAIN * (count as f32).ln()) - PARTICLE * particles
    }

    fn sort(&self, word: &[char]) -> Sort {
        match word {
            [one] if is_unspaced_negation(*one) => Sort::Negation,
            [one] if self.particles && is_unspaced_particle(*one) => Sort::Particle,
            [.., last] if word.len() > 1 && ends_a_name(*last) => Sort::Name,
            _ => Sort::Word,
        }
    }
}

/// Where the next character begins, from `from` on, whose first byte is that of a Han character or higher.
fn next_high(bytes: &[u8], from: usize) -> Option<usize> {
    const HAN: u8 = 0xE3;
    // Many at a time: in most texts there is none.
    let mut at = from;
    for chunk in bytes[from..].chunks(64) {
        if chunk.iter().fold(0, |most, &byte| byte.max(most)) >= HAN {
            return chunk.iter().position(|&byte| byte >= HAN).map(|ahead| at + ahead);
        }
        at += chunk.len();
    }
    None
}

fn key(word: &[char]) -> u64 {
    word.iter().fold(word.len() as u64, |h, c| {
        (h.rotate_left(21) ^ u64::from(*c)).wrapping_mul(0x9E37_79B9_7F4A_7C15)
    })
}

fn is_numeral(c: char) -> bool {
    "〇零一二三四五六七八九十百千万萬亿億兆两兩".contains(c)
}

/// Characters that count something: of time, people, measures.
fn counts(c: char) -> bool {
    "年月日时時分秒个個人名米里斤吨噸元円圆度岁歳才次回位座条條层層階项項件号號楼届倍点條台本枚册冊艘架辆輛天周週户戶店校章页頁亩畝".contains(c)
}

fn ends_a_name(c: char) -> bool {
    "市县縣省州国國区區镇鎮村町郡府都道河川江山湖岛島港湾灣寺院馆館局社党黨校站駅路街桥橋塔"
        .contains(c)
}

/// Makes one number of neighbouring numerals, two at least, or one and what it counts.
fn join_numbers(run: &[char], words: &mut Vec<(usize, Sort)>) {
    let mut numbers: Vec<(usize, usize)> = Vec::new();
    let mut at = 0;
    while at < run.len() {
        let length = run[at..].iter().take_while(|c| is_numeral(**c)).count();
        let counted = run.get(at + length).is_some_and(|c| counts(*c));
        // A one alone is an article, and large round ones alone are figures of speech.
        let single = length == 1 && counted && !"一十百千万萬亿億".contains(run[at]);
        if length >= 2 || single {
            numbers.push((at, at + length + usize::from(counted)));
        }
        at += length.max(1);
    }
    if numbers.is_empty() {
        return;
    }
    let mut out = Vec::with_capacity(words.len());
    let mut from = 0;
    let mut numbers = numbers.into_iter().peekable();
    for (length, sort) in words.drain(..) {
        let (mut start, end) = (from, from + length);
        from = end;
        while let Some(&(first, last)) = numbers.peek().filter(|(first, _)| *first < end) {
            if start < first {
                out.push((first - start, Sort::Word));
            }
            if first >= start {
                out.push((last - first, Sort::Number));
            }
            start = start.max(last);
            if last > end {
                break;
            }
            numbers.next();
        }
        if start < end {
            let sort = if start == end - length { sort } else { Sort::Word };
            out.push((end - start, sort));
        }
        if numbers.peek().is_some_and(|(_, last)| *last <= end) {
            numbers.next();
        }
    }
    *words = out;
}

/// Whether a frequent short word is none that serves grammar: of Han, two characters, or what is counted.
pub(crate) fn says_something(word: &str) -> bool {
    let mut chars = word.chars();
    match (chars.next(), chars.next()) {
        (Some(first), None) => counts(first),
        (Some(first), Some(_)) => is_han(first),
        (None, _) => false,
    }
}

/// Whether a particle holds a name or a phrase together.
pub(crate) fn holds_together(word: &str) -> bool {
    matches!(
        word,
        "的" | "之"
            | "和"
            | "与"
            | "與"
            | "及"
            | "在"
            | "是"
            | "为"
            | "為"
            | "于"
            | "於"
            | "以"
            | "从"
            | "從"
            | "到"
            | "了"
            | "而"
            | "の"
            | "と"
            | "に"
            | "は"
            | "が"
            | "を"
            | "で"
            | "や"
            | "も"
    )
}

/// Whether a run of hiragana serves grammar: endings, particles, auxiliary verbs.
pub(crate) fn is_grammar(hiragana: &str) -> bool {
    const PARTS: &[&str] = &[
        "です",
        "ます",
        "まし",
        "した",
        "して",
        "った",
        "って",
        "いる",
        "いた",
        "ある",
        "あっ",
        "れる",
        "れた",
        "られ",
        "こと",
        "もの",
        "ため",
        "から",
        "まで",
        "より",
        "など",
        "つい",
        "よる",
        "より",
        "という",
        "とい",
        "よう",
        "なる",
        "なっ",
        "なり",
        "だけ",
        "なが",
        "これ",
        "それ",
        "その",
        "この",
        "では",
        "には",
        "とは",
        "でも",
        "おり",
        "せる",
        "させ",
        "でき",
        "ところ",
        "とき",
        "とも",
        "かつ",
        "また",
        "しか",
    ];
    hiragana.chars().count() <= 3 || PARTS.iter().any(|part| hiragana.contains(part))
}

/// Whether a run of hiragana turns round what stands before it.
pub(crate) fn is_negating(hiragana: &str) -> bool {
    ["ない", "なかっ", "なく", "ません", "ぬ", "ずに"].iter().any(|part| hiragana.starts_with(part))
        || [
            "はない",
            "ではな",
            "いない",
            "れない",
            "きない",
            "わない",
            "らない",
            "ていませ",
            "りませ",
        ]
        .iter()
        .any(|part| hiragana.contains(part))
}

/// A Korean word without the particle it ends with, where enough is left.
pub(crate) fn korean_stem(word: &str) -> &str {
    const PARTICLES: &[&str] = &[
        "에서는",
        "으로는",
        "에게서",
        "이라고",
        "에서",
        "에게",
        "으로",
        "까지",
        "부터",
        "처럼",
        "보다",
        "이나",
        "라고",
        "은",
        "는",
        "이",
        "가",
        "을",
        "를",
        "의",
        "에",
        "로",
        "와",
        "과",
        "도",
        "만",
    ];
    let hangul = |c: char| ('\u{ac00}'..='\u{d7a3}').contains(&c);
    if !word.chars().next_back().is_some_and(hangul) {
        return word;
    }
    for particle in PARTICLES {
        if let Some(stem) = word.strip_suffix(particle)
            && stem.chars().count() >= 2
        {
            return stem;
        }
    }
    word
}

/// Words seen by their characters, for tests.
#[cfg(test)]
fn words_of(text: &str, lang: Option<&str>) -> Vec<(String, Sort)> {
    let grams = Grams::count(text, lang).expect("Han");
    let (mut out, mut all) = (Vec::new(), Vec::new());
    for run in text.split(|c| !is_han(c)).filter(|run| !run.is_empty()) {
        let run: Vec<char> = run.chars().collect();
        grams.cut(&run, &mut out);
        let mut at = 0;
        for &(length, sort) in &out {
            all.push((run[at..at + length].iter().collect(), sort));
            at += length;
        }
        assert_eq!(at, run.len());
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_comes_again_stays_together() {
        let text = "云南省的山区很高。云南省没有海。我们去云南省。";
        let words = words_of(text, Some("zh"));
        assert_eq!(words.iter().filter(|(word, _)| word == "云南省").count(), 3, "{words:?}");
        assert!(words.contains(&("的".into(), Sort::Particle)), "{words:?}");
        assert!(
            words.contains(&("没".into(), Sort::Negation))
                || words.contains(&("没有".into(), Sort::Word))
        );
    }

    #[test]
    fn numerals_are_numbers_with_what_they_count() {
        let check = |text: &str, expect: &[&str]| {
            let words = words_of(text, Some("zh"));
            let numbers: Vec<&str> = (words.iter())
                .filter(|(_, sort)| *sort == Sort::Number)
                .map(|(word, _)| word.as_str())
                .collect();
            assert_eq!(numbers, expect, "{words:?}");
        };
        check("建于一九八七年", &["一九八七年"]);
        check("共有三百二十人参加", &["三百二十人"]);
        check("他有三个孩子", &["三个"]);
        check("一些人十分高兴", &[]);
        check("二十", &["二十"]);
    }

    #[test]
    fn korean_particles_and_japanese_endings_are_no_words() {
        assert_eq!(korean_stem("도서관은"), "도서관");
        assert_eq!(korean_stem("도서관에서는"), "도서관");
        assert_eq!(korean_stem("나는"), "나는");
        assert_eq!(korean_stem("2019"), "2019");
        assert!(is_grammar("されている") && is_grammar("が") && !is_grammar("ひまわり"));
        assert!(is_negating("なかった") && is_negating("していない") && !is_negating("している"));
    }
}
