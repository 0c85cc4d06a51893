//! Words, their classes, and what one word is worth.

use unicode_segmentation::GraphemeCursor;

use super::han::{self, Grams};
use super::lexicon::{Entry, Lexicon};
use super::script;
use super::sentences::{Role, Sentence};
use super::stop::Language;
use crate::chars::{Categories, LETTER, MARK, NUMBER, SYMBOL, UNSPACED, UPPER};
use crate::weights::Weights;

/// What a word does in its sentence.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Class {
    /// Serves grammar.
    Stop,
    /// Carries meaning.
    Content,
    /// A name.
    Entity,
    /// Holds a digit.
    Number,
    /// Turns a meaning round.
    Negation,
}

/// One word of the text.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Word {
    pub(crate) start: u32,
    pub(crate) end: u32,
    pub(crate) id: u32,
    pub(crate) class: Class,
    /// Begins with a capital.
    pub(crate) capital: bool,
    pub(crate) score: f32,
}

/// Every word of a text, by sentence.
pub(crate) struct Words {
    pub(crate) words: Vec<Word>,
    /// `words[starts[s]..starts[s + 1]]` are those of sentence `s`.
    pub(crate) starts: Vec<u32>,
    pub(crate) lexicon: Lexicon,
    /// The language found, as a two-letter code.
    pub(crate) language: Option<&'static str>,
}

impl Words {
    pub(crate) fn of(&self, sentence: usize) -> &[Word] {
        &self.words[self.starts[sentence] as usize..self.starts[sentence + 1] as usize]
    }
}

/// Finds, classes and scores the words of all `sentences`.
pub(crate) fn read(text: &str, sentences: &[Sentence], lang: Option<&str>) -> Words {
    let written_in = script::language(text);
    let mut reader = Reader {
        text,
        grams: Grams::count(text, written_in),
        native: written_in.is_some(),
        run: Vec::new(),
        cuts: Vec::new(),
        categories: Categories::get(),
        out: Words {
            words: Vec::with_capacity(text.len() / 6),
            starts: Vec::with_capacity(sentences.len() + 1),
            lexicon: Lexicon::default(),
            language: None,
        },
        sentence: 0,
    };
    for (index, sentence) in sentences.iter().enumerate() {
        reader.out.starts.push(reader.out.words.len() as u32);
        reader.sentence = index as u32;
        reader.read(sentence.start as usize, sentence.end as usize);
    }
    let mut out = reader.out;
    out.starts.push(out.words.len() as u32);
    mark_function_words(text, &mut out, lang.or(written_in));
    classify(text, sentences, &mut out);
    out.score(&Weights::default());
    out
}

struct Reader<'a> {
    text: &'a str,
    grams: Option<Grams>,
    /// Whether it is the script of the whole text; in another's text it glosses what stands beside it.
    native: bool,
    /// A run of Han and how it is cut.
    run: Vec<char>,
    cuts: Vec<(usize, han::Sort)>,
    categories: Categories,
    out: Words,
    sentence: u32,
}

impl Reader<'_> {
    fn read(&mut self, start: usize, end: usize) {
        // A grapheme can reach over the end of the sentence before.
        let mut at = self.out.words.last().map_or(start, |w| start.max(w.end as usize));
        while at < end
            && let Some((c, flags)) = self.categories.at(self.text, at)
        {
            let after = at + c.len_utf8();
            if flags & UNSPACED != 0 {
                at = self.unspaced(at, end);
            } else if flags & (LETTER | NUMBER) != 0 {
                at = self.spaced(at, end);
            } else if flags & SYMBOL != 0 && !c.is_ascii() {
                at = self.symbols(at, end);
            } else {
                at = after;
            }
        }
    }

    /// Adds a word and gives where reading goes on.
    fn push(
        &mut self,
        start: usize,
        end: usize,
        length: usize,
        class: Class,
        capital: bool,
    ) -> usize {
        let floor = self.out.words.last().map_or(0, |w| w.end as usize);
        let (start, end) = whole_graphemes(self.text, start, end, floor);
        let id = self.out.lexicon.see(self.text, start, end, length, self.sentence);
        self.out.words.push(Word {
            start: start as u32,
            end: end as u32,
            id,
            class,
            capital,
            score: 0.0,
        });
        end
    }

    /// A run of letters and digits, with the marks that join one written without spaces.
    fn spaced(&mut self, start: usize, end: usize) -> usize {
        let rest = &self.text[start..end];
        if is_address(rest) {
            let length = rest
                .find(|c: char| c.is_whitespace() || matches!(c, '<' | '>' | '"' | '”'))
                .unwrap_or(rest.len());
            let length = rest[..length]
                .trim_end_matches(['.', ',', ')', ';', ':', '!', '?', ']', '\''])
                .len();
            return self.push(start, start + length, length, Class::Content, false);
        }
        let (mut at, mut length, mut digits, mut capital) = (start, 0, false, false);
        let mut last_digit = false;
        while at < end {
            // Plain letters, which most are.
            let rest = &self.text.as_bytes()[at..end];
            let plain = rest.iter().take_while(|b| b.is_ascii_alphabetic()).count();
            if plain > 0 {
                capital |= length == 0 && rest[0].is_ascii_uppercase();
                last_digit = false;
                (at, length) = (at + plain, length + plain);
                continue;
            }
            let Some((c, flags)) = self.categories.at(self.text, at) else { break };
            let after = at + c.len_utf8();
            if flags & UNSPACED != 0 {
                break;
            }
            if flags & (LETTER | NUMBER | MARK) != 0
                || matches!(c, '\u{200c}' | '\u{200d}' | '\u{ad}' | '\u{2060}')
            {
                if flags & NUMBER != 0 {
                    digits = true;
                }
                last_digit = flags & NUMBER != 0;
                capital |= length == 0 && flags & UPPER != 0;
                length += 1;
                at = after;
                continue;
            }
            // A joiner counts only between two word characters.
            let joins = match c {
                '\'' | '’' | '-' | '_' | '/' | '@' | '.' | '‑' | '·' | '&' => true,
                ',' | ':' => last_digit,
                _ => false,
            };
            let next = if after < end { self.categories.at(self.text, after) } else { None };
            let Some((_, next)) =
                next.filter(|(_, f)| f & (LETTER | NUMBER) != 0 && f & UNSPACED == 0)
            else {
                break;
            };
            if !joins || (matches!(c, ',' | ':') && next & NUMBER == 0) {
                break;
            }
            length += 1;
            at = after;
        }
        let class = if digits { Class::Number } else { Class::Content };
        self.push(start, at, length, class, capital)
    }

    /// Scripts without spaces: Han by what comes again, kana by run, others in short runs.
    fn unspaced(&mut self, start: usize, end: usize) -> usize {
        #[derive(PartialEq, Clone, Copy)]
        enum Script {
            Hiragana,
            Katakana,
            Other,
        }
        let script = |c: char| match c {
            '\u{3041}'..='\u{309f}' => Script::Hiragana,
            '\u{30a0}'..='\u{30ff}' => Script::Katakana,
            _ => Script::Other,
        };
        let Some(first) = self.text[start..].chars().next() else {
            return end;
        };
        if han::is_han(first) {
            return self.han(start, end);
        }
        let kind = script(first);
        let longest = match kind {
            Script::Hiragana => 8,
            Script::Katakana => 16,
            Script::Other => 6,
        };
        let (mut at, mut count) = (start, 0);
        while at < end
            && let Some((c, flags)) = self.categories.at(self.text, at)
        {
            let mark = flags & MARK != 0 || matches!(c, '\u{200d}' | '\u{200c}');
            if !mark {
                let other = flags & UNSPACED == 0 || script(c) != kind || han::is_han(c);
                if other || count == longest {
                    break;
                }
                count += 1;
            }
            at += c.len_utf8();
        }
        let at = at.max(start + first.len_utf8());
        let class = match kind {
            Script::Hiragana if han::is_negating(&self.text[start..at]) => Class::Negation,
            Script::Hiragana if han::is_grammar(&self.text[start..at]) => Class::Stop,
            // What is written in katakana is a name or comes from another language.
            Script::Katakana if count >= 3 && self.native => Class::Entity,
            _ => Class::Content,
        };
        self.push(start, at, count * 2, class, false)
    }

    /// A run of Han, cut into words.
    fn han(&mut self, start: usize, end: usize) -> usize {
        /// A longer run is cut in two.
        const LONGEST: usize = 256;
        let mut run = std::mem::take(&mut self.run);
        let mut cuts = std::mem::take(&mut self.cuts);
        run.clear();
        let inside = self.text[start..end].chars().take(LONGEST);
        run.extend(inside.take_while(|c| han::is_han(*c)));
        match &self.grams {
            Some(grams) => grams.cut(&run, &mut cuts),
            None => {
                cuts.clear();
                cuts.push((run.len(), han::Sort::Word));
            }
        }
        let (mut at, mut from) = (start, 0);
        for &(length, sort) in &cuts {
            let word: usize = run[from..from + length].iter().map(|c| c.len_utf8()).sum();
            from += length;
            let (begin, stop) = (at, at + word);
            at = stop;
            let class = match sort {
                han::Sort::Particle => Class::Stop,
                han::Sort::Negation => Class::Negation,
                han::Sort::Number if self.native => Class::Number,
                han::Sort::Name if self.native => Class::Entity,
                han::Sort::Word | han::Sort::Number | han::Sort::Name => Class::Content,
            };
            // A mark after the word before can have taken the beginning of this one.
            let taken = self.out.words.last().map_or(0, |last| last.end as usize);
            if taken < stop {
                at = self.push(begin.max(taken), stop, length * 2, class, false).max(at);
            }
        }
        self.run = run;
        self.cuts = cuts;
        at
    }

    /// A run of emoji and other pictures, with what holds them together.
    fn symbols(&mut self, start: usize, end: usize) -> usize {
        let mut at = start;
        let mut count = 0;
        while at < end
            && count < 8
            && let Some((c, flags)) = self.categories.at(self.text, at)
        {
            let joins = flags & MARK != 0 || matches!(c, '\u{200d}' | '\u{e0020}'..='\u{e007f}');
            if c.is_ascii() || (flags & SYMBOL == 0 && !joins) {
                break;
            }
            count += usize::from(!joins);
            at += c.len_utf8();
        }
        self.push(start, at, 2, Class::Content, false)
    }
}

/// Moves both ends of a word outwards to grapheme boundaries, not before `floor`, where the word
/// before ended. ASCII neighbours need no look.
///
/// The end is judged from the word's own start: a run of flags pairs up from there, and nothing looks
/// back over megabytes of them.
pub(crate) fn whole_graphemes(
    text: &str,
    start: usize,
    end: usize,
    floor: usize,
) -> (usize, usize) {
    let bytes = text.as_bytes();
    let plain = |at: usize| {
        at == 0 || at >= bytes.len() || (bytes[at].is_ascii() && bytes[at - 1].is_ascii())
    };
    let mut from = start;
    if from > floor && !plain(from) {
        let mut near = floor.max(from.saturating_sub(32));
        while !text.is_char_boundary(near) {
            near -= 1;
        }
        let near = near.max(floor);
        let window = &text[near..end];
        let mut cursor = GraphemeCursor::new(from - near, window.len(), true);
        if cursor.is_boundary(window, 0) == Ok(false)
            && let Ok(Some(at)) = cursor.prev_boundary(window, 0)
        {
            from = near + at;
        }
    }
    let mut to = end;
    if !plain(to) {
        let window = &text[from..];
        let mut cursor = GraphemeCursor::new(to - from, window.len(), true);
        if cursor.is_boundary(window, 0) == Ok(false)
            && let Ok(Some(at)) = cursor.next_boundary(window, 0)
        {
            to = from + at;
        }
    }
    (from, to)
}

fn is_address(rest: &str) -> bool {
    let bytes = rest.as_bytes();
    matches!(bytes.first(), Some(b'h' | b'w' | b'f' | b'H' | b'W'))
        && ["http://", "https://", "www.", "ftp://", "file://"].iter().any(|prefix| {
            bytes.get(..prefix.len()).is_some_and(|b| b.eq_ignore_ascii_case(prefix.as_bytes()))
        })
}

/// Marks function words by list, or, in a language without one, as the short and very frequent.
fn mark_function_words(text: &str, out: &mut Words, lang: Option<&str>) {
    let language = lang.and_then(Language::from_code).or_else(|| {
        let step = (out.words.len() / 2000).max(1);
        let hashes = out.words.iter().step_by(step);
        Language::guess(hashes.map(|w| out.lexicon.entries[w.id as usize].hash))
    });
    out.language = language.map(Language::code);
    let total = out.words.len() as u32;
    for entry in &mut out.lexicon.entries {
        match language {
            Some(language) => {
                entry.stop = language.is_stop(entry.hash);
                entry.link = language.is_link(entry.hash);
                entry.negation = language.is_negation(entry.hash);
            }
            None => {
                let shown = text.get(entry.start as usize..entry.end as usize).unwrap_or("");
                entry.stop = total >= 200
                    && entry.length <= 4
                    && (total / 250..=total / 10).contains(&entry.count)
                    && !han::says_something(shown)
                    // These are pieces of words.
                    && !shown.starts_with(script::is_unbroken);
                entry.link = entry.stop || han::holds_together(shown);
            }
        }
    }
}

fn classify(text: &str, sentences: &[Sentence], out: &mut Words) {
    // Capitals where no sentence begins make a name; where most words have them (German, a title,
    // capitals throughout) they say nothing.
    let (mut inside, mut capitals) = (0usize, 0usize);
    for index in 0..sentences.len() {
        let (from, to) = (out.starts[index] as usize, out.starts[index + 1] as usize);
        for at in from + usize::from(to > from)..to {
            let word = out.words[at];
            let entry = &mut out.lexicon.entries[word.id as usize];
            if entry.stop || word.class != Class::Content {
                continue;
            }
            inside += 1;
            let opens = matches!(
                text.as_bytes()[..word.start as usize].last(),
                Some(b'"' | b'(' | b'\'' | b':')
            );
            if word.capital && !opens {
                capitals += 1;
                entry.capitalised += 1;
            }
        }
    }
    let capitals_speak = capitals * 20 < inside * 9;
    for (index, sentence) in sentences.iter().enumerate() {
        let (from, to) = (out.starts[index] as usize, out.starts[index + 1] as usize);
        // Asked once for a sentence, and only where something hangs on it.
        let mut shouts = None;
        for at in from..to {
            let word = out.words[at];
            let entry = out.lexicon.entries[word.id as usize];
            let here = &out.words[from..to];
            let mut named = || {
                capitals_speak
                    && sentence.role == Role::Running
                    && is_spelled_as_a_name(text, &word, at == from, || {
                        *shouts.get_or_insert_with(|| is_shouted(text, here))
                    })
            };
            out.words[at].class = match word.class {
                Class::Content if entry.negation && !is_numbering(text, here, at - from) => {
                    Class::Negation
                }
                Class::Content if entry.stop && word.capital && named() => Class::Entity,
                Class::Content if entry.stop => Class::Stop,
                Class::Content
                    if word.capital
                        && capitals_speak
                        && entry.capitalised > 0
                        && sentence.role != Role::Line =>
                {
                    Class::Entity
                }
                class => class,
            };
        }
    }
}

/// Whether a function word is spelled as only a name is: "US" and "WHO" where the sentence is not shouted, "May" and
/// "Will" where no sentence begins.
fn is_spelled_as_a_name(
    text: &str,
    word: &Word,
    first: bool,
    shouted: impl FnOnce() -> bool,
) -> bool {
    let shown = text.get(word.start as usize..word.end as usize).unwrap_or("");
    if in_capitals(shown) {
        return !shouted();
    }
    let opens = text[..word.start as usize].ends_with(['"', '“', '‘', '(', ':', '\'']);
    !first && !opens && matches!(shown, "May" | "Will")
}

fn in_capitals(shown: &str) -> bool {
    shown.len() > 1 && shown.bytes().all(|b| b.is_ascii_uppercase())
}

/// Whether all words of a sentence are in capitals.
fn is_shouted(text: &str, sentence: &[Word]) -> bool {
    let shown = |word: &Word| text.get(word.start as usize..word.end as usize).unwrap_or("");
    sentence.iter().map(shown).filter(|shown| shown.len() > 1).all(in_capitals)
}

/// Whether "No." stands before a number of its sentence, and so denies nothing.
fn is_numbering(text: &str, words: &[Word], at: usize) -> bool {
    let shown = text.get(words[at].start as usize..words[at].end as usize).unwrap_or("");
    if !shown.eq_ignore_ascii_case("no") {
        return false;
    }
    let Some(next) = words.get(at + 1).filter(|next| next.class == Class::Number) else {
        return false;
    };
    let gap = text.get(words[at].end as usize..next.start as usize).unwrap_or("");
    gap.starts_with('.') && gap.len() <= 3
}

impl Words {
    /// Takes function words that hardly ever come for what carries meaning: "might", "few" and "down" say something
    /// where nearly everything else is "yes" and "well".
    pub(crate) fn tell_rare_function_words(&mut self) {
        /// A word is rare that is not one in so many.
        const RARE: usize = 1000;
        let total = self.words.len();
        let entries = &mut self.lexicon.entries;
        let rare = |entry: &Entry| entry.stop && entry.count as usize * RARE < total;
        for word in &mut self.words {
            if word.class == Class::Stop && rare(&entries[word.id as usize]) {
                word.class = Class::Content;
            }
        }
        for entry in entries.iter_mut() {
            entry.stop &= !rare(entry);
        }
    }

    /// What each word is worth: its class, its length, and less each time it comes again.
    ///
    /// No table of word frequencies is used; long words are rare ones (Zipf), and how often a word came
    /// before is known from the text.
    pub(crate) fn score(&mut self, weights: &Weights) {
        const AGAIN: f32 = 0.35;
        const NUMBER_AGAIN: f32 = 0.05;
        let mut seen = vec![0f32; self.lexicon.entries.len()];
        for word in &mut self.words {
            let entry = &self.lexicon.entries[word.id as usize];
            let surprisal = 2.5 + weights.letter * f32::from(entry.length.min(12));
            let times = &mut seen[word.id as usize];
            word.score = match word.class {
                Class::Number => weights.number / (1.0 + NUMBER_AGAIN * *times),
                Class::Entity => (surprisal.max(5.0) + weights.name) / (1.0 + AGAIN * *times),
                Class::Negation => 4.5,
                Class::Stop => 0.4 * surprisal,
                Class::Content => surprisal / (1.0 + AGAIN * *times),
            };
            *times += 1.0;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::sentences;
    use crate::request::{Kind, Strategy};

    #[track_caller]
    fn classes(text: &str) -> Vec<(String, Class)> {
        let sentences = sentences::split(text, Kind::Prose, Strategy::Automatic);
        let words = read(text, &sentences, Some("en"));
        let shown = |w: &Word| text[w.start as usize..w.end as usize].to_owned();
        words.words.iter().map(|w| (shown(w), w.class)).collect()
    }

    #[test]
    fn names_that_are_spelled_as_function_words_are_names() {
        let check = |text: &str, wanted: &str, expect: Class| {
            let found = classes(text);
            let class =
                found.iter().rev().find(|(shown, _)| shown == wanted).map(|(_, class)| *class);
            assert_eq!(class, Some(expect), "{wanted} in {text}");
        };
        let text = "In May the WHO and the US agreed with Will on it, and may it be so.";
        for name in ["May", "WHO", "US", "Will"] {
            check(text, name, Class::Entity);
        }
        check(text, "may", Class::Stop);
        check(text, "it", Class::Stop);
        check("DO NOT LET IT IN. It was said to the man.", "IT", Class::Stop);
        check("May it be so, said the man to her.", "May", Class::Stop);
        assert!(!classes("Pump No. 5 is on now.").contains(&("No".into(), Class::Negation)));
        check("Pump No. 5 is on and there is no doubt.", "no", Class::Negation);
        check("He did not. 12 men did.", "not", Class::Negation);
    }

    #[test]
    fn a_function_word_that_hardly_ever_comes_carries_meaning() {
        let text = format!("{}We might go.", "And so we talk of it. ".repeat(200));
        let sentences = sentences::split(&text, Kind::Prose, Strategy::Automatic);
        let mut words = read(&text, &sentences, Some("en"));
        let class = |words: &Words, wanted: &str| {
            let of = |w: &&Word| &text[w.start as usize..w.end as usize] == wanted;
            words.words.iter().find(of).map(|word| word.class)
        };
        assert_eq!(class(&words, "might"), Some(Class::Stop));
        words.tell_rare_function_words();
        assert_eq!(class(&words, "might"), Some(Class::Content));
        assert_eq!(class(&words, "we"), Some(Class::Stop));
    }
}
