//! The lossless stage: what is said twice, and white space. What is left says the same.
//!
//! These go, and nothing else: white space around lines, blank lines, runs of spaces in running text; white
//! space of JSON outside its strings; of sentences of at least eight words those that an earlier one says word
//! for word; lines of a log that differ from an earlier one by their time stamp alone; rows that repeat their
//! table's header. Of what goes only how often it came is not known any more, and of a log's lines when. What is
//! nearly said again may say something else ("must", "may"), and is left to the choice.

use std::collections::HashSet;
use std::ops::Range;

use super::blocks::Block;
use super::json;
use super::lexicon::{IdMap, IdSet};
use super::select::Selection;
use super::sentences::{Role, Sentence};
use super::signs::telling_signs;
use super::source::Source;
use crate::request::{Kind, Stage};
use crate::stream::without_time;
use crate::tokens::TokenCounter;

/// What is left of the source, and what stands before it.
type Stretch = (Range<usize>, &'static str);

/// Shorter sentences ("I do not know.") are said anew each time.
const FEWEST_WORDS: usize = 8;

impl Source<'_> {
    /// All of the text but what can go without loss, with its tokens by exact count.
    pub(crate) fn lossless(&self, counter: &dyn TokenCounter) -> Selection {
        let stretches = self.lossless_stretches();
        let text = self.text();
        let mut out = String::with_capacity(text.len());
        for (range, glue) in &stretches {
            out.push_str(glue);
            out.push_str(&text[range.clone()]);
        }
        Selection { tokens: counter.count(&out), stretches }
    }

    /// Whether it is worth a try to leave out nothing but that, for `budget` tokens: a guess for little, by what is
    /// there twice word for word. Rules decide for themselves, and lines of a log stay with their times as long as
    /// there is room.
    pub(crate) fn may_be_lossless(&self, budget: usize) -> bool {
        /// White space is seldom more than this beside.
        const MORE: f32 = 1.3;
        let ruled = self.request.rules.is_some_and(|rules| !rules.is_empty());
        let logs = self.kind == Kind::Log || self.blocks.iter().any(|b| b.kind == Kind::Log);
        if ruled || logs || !self.request.pins.is_empty() || !self.with(Stage::Lossless) {
            return false;
        }
        let total = self.ruler.total as f32;
        let most = MORE * budget as f32;
        if total <= most {
            return true;
        }
        let mut reader = self.ruler.reader();
        let mut again = 0.0;
        let mut seen = IdSet::default();
        for (index, sentence) in self.sentences.iter().enumerate() {
            let long = self.words.of(index).len() >= FEWEST_WORDS;
            let tokens = reader.tokens(sentence.start, sentence.end);
            if long && sentence.role == Role::Running && !seen.insert(self.said(index)) {
                again += tokens;
            }
            // Mostly it is plain after a while, even if all that is ahead came again.
            if reader.passed() as f32 - again > most {
                return false;
            }
        }
        total - again <= most
    }

    /// A hash of a sentence's words, and of the signs that make another sentence of the same words.
    fn said(&self, sentence: usize) -> u64 {
        let words = self.words.of(sentence).iter();
        let hashes = words.map(|word| self.words.lexicon.entries[word.id as usize].hash);
        let shown = &self.text()[trimmed(self.text(), &self.sentences[sentence])];
        hashes.chain(telling_signs(shown)).fold(0, |all: u64, hash| {
            (all.rotate_left(9) ^ hash).wrapping_mul(0x9E37_79B9_7F4A_7C15)
        })
    }

    fn lossless_stretches(&self) -> Vec<Stretch> {
        let text = self.text();
        let gone = self.redundant();
        let values = self.json_values();
        let mut values = values.iter().peekable();
        let mut out = Vec::new();
        // The sentence that was put down last.
        let mut last: Option<&Sentence> = None;
        for (index, sentence) in self.sentences.iter().enumerate() {
            let start = sentence.start as usize;
            if let Some((_, stretches)) = values.next_if(|(range, _)| range.start <= start) {
                // With its first line the whole value is put down.
                let mut glue = "\n";
                for stretch in stretches {
                    put(text, stretch.clone(), std::mem::take(&mut glue), &mut out);
                }
            }
            let inside = out.last().is_some_and(|(put, _): &Stretch| start < put.end);
            let content = trimmed(text, sentence);
            if inside || gone[index] || content.is_empty() {
                continue;
            }
            let runs_on = last.is_some_and(|last| {
                last.paragraph == sentence.paragraph
                    && last.role == Role::Running
                    && sentence.role == Role::Running
            });
            let glue = if runs_on { " " } else { "\n" };
            match sentence.role {
                Role::Running => spaced(text, content, glue, &mut out),
                Role::Heading | Role::Line => put(text, content, glue, &mut out),
            }
            last = Some(sentence);
        }
        out
    }

    /// JSON values with the stretches of each that are not white space.
    fn json_values(&self) -> Vec<(Range<usize>, Vec<Range<usize>>)> {
        let text = self.text();
        let dense = |range: Range<usize>| {
            let shape = json::shape(&text[range.clone()], true)?;
            let stretches = shape.stretches(&vec![true; shape.elements.len()]).into_iter();
            let at = range.start;
            Some((range, stretches.map(|part| part.start + at..part.end + at).collect()))
        };
        let blocks = self.blocks.iter().filter(|block| block.kind == Kind::Json);
        match (self.blocks.is_empty(), self.kind) {
            (true, Kind::Json) => dense(0..text.len()).into_iter().collect(),
            _ => blocks.filter_map(|block| dense(block.range.clone())).collect(),
        }
    }

    /// Which sentences say nothing that an earlier one does not say.
    fn redundant(&self) -> Vec<bool> {
        let text = self.text();
        let mut gone = vec![false; self.sentences.len()];
        let mut lines: HashSet<&str> = HashSet::new();
        let mut header: IdMap<&str> = IdMap::default();
        let mut seen = IdSet::default();
        for (index, sentence) in self.sentences.iter().enumerate() {
            let number = self.block_of(index);
            let kind = self.blocks.get(number).map_or(self.kind, |block: &Block| block.kind);
            let line = || &text[trimmed(text, sentence)];
            match kind {
                Kind::Log => gone[index] = !lines.insert(timeless(line())),
                Kind::Table => {
                    let first = *header.entry(number as u64).or_insert_with(line);
                    gone[index] = line().as_ptr() != first.as_ptr() && line() == first;
                }
                Kind::Code | Kind::Json => {}
                Kind::Prose | Kind::Markdown | Kind::Scientific | Kind::Legal | Kind::Dialogue => {
                    let long = self.words.of(index).len() >= FEWEST_WORDS;
                    gone[index] =
                        long && sentence.role == Role::Running && !seen.insert(self.said(index));
                }
            }
        }
        gone
    }
}

/// A sentence without the white space around it; lines keep what they are indented by.
fn trimmed(text: &str, sentence: &Sentence) -> Range<usize> {
    let (start, end) = (sentence.start as usize, sentence.end as usize);
    let content = &text[start..end];
    let indent = match sentence.role {
        Role::Line => 0,
        Role::Running | Role::Heading => content.len() - content.trim_start().len(),
    };
    let length = content.trim_end().len();
    start + indent.min(length)..start + length
}

/// Adds the stretches of `range`, of which a run of white space leaves one space.
fn spaced(text: &str, range: Range<usize>, glue: &'static str, out: &mut Vec<Stretch>) {
    let (mut from, mut glue) = (range.start, glue);
    let mut blank: Option<usize> = None;
    for (at, c) in text[range.clone()].char_indices() {
        let at = range.start + at;
        match (blank, c.is_whitespace()) {
            (None, true) => blank = Some(at),
            (Some(since), false) => {
                blank = None;
                // One by itself is left as it is.
                if text[since..at].chars().nth(1).is_some() {
                    put(text, from..since, glue, out);
                    (from, glue) = (at, " ");
                }
            }
            _ => {}
        }
    }
    put(text, from..range.end, glue, out);
}

/// Adds a stretch, to the last one where the source has between them what would stand there.
fn put(text: &str, range: Range<usize>, glue: &'static str, out: &mut Vec<Stretch>) {
    match out.last_mut() {
        None => out.push((range, "")),
        Some((last, _)) => match &text[last.end..range.start] {
            between if between == glue || (glue == " " && between == "\n") => last.end = range.end,
            _ => out.push((range, glue)),
        },
    }
}

/// A line of a log without its time stamp.
fn timeless(line: &str) -> &str {
    const MONTHS: [&str; 12] =
        ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    let line = line.trim();
    let named = line.get(..3).is_some_and(|month| MONTHS.contains(&month));
    match line.get(3..).filter(|rest| named && rest.starts_with(' ')) {
        Some(rest) => without_time(rest.trim_start()),
        None => without_time(line),
    }
}

#[cfg(test)]
mod tests {
    use super::super::compress;
    use super::*;
    use crate::compressed::Compressed;
    use crate::request::{Budget, Request};
    use crate::tokens::O200k;

    /// What is left at a budget that leaves out nothing else.
    fn made(text: &str, kind: Kind) -> Compressed {
        let counter = O200k::new().unwrap();
        let budget = Budget::Tokens(counter.count(text) - 1);
        let request = Request { kind: Some(kind), lossless: true, ..Request::new(text, budget) };
        compress(&request, &counter).unwrap()
    }

    #[track_caller]
    fn check(text: &str, kind: Kind, expect: &str) {
        let counter = O200k::new().unwrap();
        let made = made(text, kind);
        assert_eq!(made.text, expect);
        assert_eq!(made.lossless, Some(counter.count(expect)));
        assert_eq!(made.tokens_out, counter.count(expect));
        for span in &made.spans {
            assert_eq!(made.text[span.out.clone()], text[span.src.clone()]);
        }
    }

    const GATE: &str = "All visitors must sign the book at the gate before they may enter the yard and leave their keys with the guard.";

    #[test]
    fn what_is_said_twice_goes_and_what_only_looks_so_stays() {
        let again = GATE.replace("the book at the gate", "the book, at the gate,");
        let other = GATE.replace("must", "may");
        let text = format!(
            "{GATE} It rained.\n\n\nIt rained.  Nobody \t came.\n\n{again} A boat left.\n\n{other}\n"
        );
        let expect = format!("{GATE} It rained.\nIt rained. Nobody came.\nA boat left.\n{other}");
        check(&text, Kind::Prose, &expect);
    }

    #[test]
    fn signs_make_another_sentence_of_the_same_words() {
        let limit = "The pressure in the main line has to be < 5 bar on every day of the year.";
        let cold = "The water in the small basin was at -12 degrees when the first boat came in.";
        let said = "The keeper of the northern light was paid for all the oil of that year.";
        let others = [limit.replace('<', ">"), cold.replace('-', ""), said.replace('.', "?")];
        let text = format!("{limit} {cold} {said} {} {said}", others.join(" "));
        let expect = format!("{limit} {cold} {said} {}", others.join(" "));
        check(&text, Kind::Prose, &expect);
    }

    #[test]
    fn what_is_asked_in_wide_letters_is_not_what_is_said() {
        let said =
            "港の古い灯台は昨年の春に新しい灯に替えられて、今は毎晩遅くまで静かな海を照らしている";
        let text = format!("{said}。{said}？{said}。");
        check(&text, Kind::Prose, &format!("{said}。 {said}？"));
    }

    #[test]
    fn of_sentences_that_are_all_alike_each_repeats_its_own() {
        let line = |n: usize| {
            format!(
                "Station {n} of the Northern Board was opened in {} by keeper Olsen of Halden.\n",
                1900 + n
            )
        };
        let all: String = (0..30).map(line).collect();
        check(&all.repeat(2), Kind::Prose, all.trim_end());
    }

    #[test]
    fn a_log_keeps_the_first_of_lines_that_differ_in_their_time_alone() {
        let mut text = String::new();
        for second in 10..40 {
            text += &format!("2024-01-02T10:11:{second}Z INFO lease of eth0 renewed\n");
        }
        text += "2024-01-02T10:12:00Z WARN battery at 2.7 V\n2024-01-02T10:12:01Z WARN battery at 2.6 V\n";
        text += "Jan  2 10:13:00 host sshd: closed by peer\nJan  2 10:13:09 host sshd: closed by peer\n";
        let left = "2024-01-02T10:11:10Z INFO lease of eth0 renewed\n\
            2024-01-02T10:12:00Z WARN battery at 2.7 V\n2024-01-02T10:12:01Z WARN battery at 2.6 V\n\
            Jan  2 10:13:00 host sshd: closed by peer";
        let made = made(&text, Kind::Log);
        assert_eq!(made.lossless, Some(O200k::new().unwrap().count(left)));
        assert!(made.text.lines().count() > 30, "as long as there is room the others stay");
    }

    #[test]
    fn json_is_made_dense_and_a_header_is_said_once() {
        check(
            "[\n  {\"a\": \"x  y\"},\n  {\"a\": 2}\n]\n",
            Kind::Json,
            "[{\"a\":\"x  y\"},{\"a\":2}]",
        );
        let rows = "part,kg,year\nvalve,3,1987\nvalve,3,1987\npart,kg,year\npump,40,1990\n";
        check(rows, Kind::Table, "part,kg,year\nvalve,3,1987\nvalve,3,1987\npump,40,1990");
    }

    #[test]
    fn code_keeps_its_indentation_and_its_order() {
        let code = "fn a() {\n    go();   \n\n\n    go();\n}\n\n\nfn b() {\n    go();\n}\n";
        let expect = "fn a() {\n    go();\n    go();\n}\nfn b() {\n    go();\n}";
        check(code, Kind::Code, expect);
    }

    #[test]
    fn where_that_is_too_much_something_is_chosen_and_the_stage_is_counted_all_the_same() {
        let counter = O200k::new().unwrap();
        let text =
            format!("{GATE}\n\n{GATE}\n\nThe pump was built in 1987 by the harbour office.\n");
        let request = Request { lossless: true, ..Request::new(&text, Budget::Tokens(12)) };
        let made = compress(&request, &counter).unwrap();
        let left = format!("{GATE}\nThe pump was built in 1987 by the harbour office.");
        assert_eq!(made.lossless, Some(counter.count(&left)));
        assert!(made.tokens_out <= 12 && made.text.contains("1987"), "{}", made.text);
        let plain = compress(&Request::new(&text, Budget::Tokens(12)), &counter).unwrap();
        assert_eq!(Compressed { lossless: None, ..made }, plain, "it is counted when asked for");
    }

    #[test]
    fn what_comes_out_never_depends_on_whether_it_was_counted() {
        let counter = O200k::new().unwrap();
        let text = format!("{GATE}\n\n").repeat(40) + "The pump was built in 1987.\n";
        for ratio in [1.2, 4.0, 16.0] {
            let request = Request::new(&text, Budget::Ratio(ratio));
            let plain = compress(&request, &counter).unwrap();
            let asked = compress(&Request { lossless: true, ..request }, &counter).unwrap();
            assert_eq!(plain.text, asked.text);
            assert!(plain.tokens_out <= asked.lossless.unwrap());
            assert_eq!(plain.text, format!("{GATE}\nThe pump was built in 1987."), "{ratio}");
        }
    }
}
