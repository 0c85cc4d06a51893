//! What is obsolete in a stream, by a closed list of rules.

use std::collections::{HashMap, HashSet, VecDeque};

use crate::same::shingles;

/// How much was obsolete, by rule. Within one window later text makes earlier text obsolete; only the rule
/// `repeated` looks back over windows.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Pruned {
    /// Lines of which a carriage return overwrote the beginning, as progress bars do: what a terminal
    /// would show is kept.
    pub overwritten: u64,
    /// Passages of at least 120 bytes that came before, word for word (of the last 65,536), and lines equal
    /// to the one before: the first is kept. Snapshots, quoted mails, repeated headers.
    pub repeated: u64,
    /// Lines that state something, followed by one that states the same thing anew: `key: value` or
    /// `key = value`, time stamps aside, with a number or one lowercase word for a value, and progress
    /// (`42 %`, `17/80`) in lines that differ by numbers alone. The last is kept.
    pub superseded: u64,
    /// Passages struck out from beginning to end (`~~…~~`).
    pub struck: u64,
    /// Passages of which the same window has a later version that says so: among its first eight words, or
    /// as its last, is one of edit, edited, correction, corrected, erratum, revised, retracted, supersedes,
    /// replaces, and half of the three-word sequences of either are those of both.
    pub edited: u64,
}

impl Pruned {
    /// All of them together.
    pub fn total(&self) -> u64 {
        self.overwritten + self.repeated + self.superseded + self.struck + self.edited
    }
}

const REMEMBERED: usize = 1 << 16;
const SHORTEST_REPEAT: usize = 120;
/// Passages with fewer words are too short to be told to be the same.
const FEWEST_WORDS: usize = 8;
const SAME: f64 = 0.5;
const EDIT_WORDS: &[&str] = &[
    "edit",
    "edited",
    "correction",
    "corrected",
    "erratum",
    "revised",
    "retracted",
    "supersedes",
    "replaces",
];

/// Remembers passages over windows.
#[derive(Debug, Default)]
pub(super) struct Pruner {
    known: HashSet<u64>,
    order: VecDeque<u64>,
}

impl Pruner {
    /// `window` without what is obsolete, and adds to `pruned` what that was; `None` where nothing is.
    pub(super) fn prune(&mut self, window: &str, pruned: &mut Pruned) -> Option<String> {
        let before = *pruned;
        let lines = superseded(overwritten(window, pruned), pruned);
        let passages = passages(&lines);
        let mut gone = vec![false; passages.len()];
        for (passage, gone) in passages.iter().zip(&mut gone) {
            let text = passage.trim();
            if text.len() > 4
                && text.starts_with("~~")
                && text.ends_with("~~")
                && !text[2..text.len() - 2].contains("~~")
            {
                (*gone, pruned.struck) = (true, pruned.struck + 1);
            } else if text.len() >= SHORTEST_REPEAT && self.known(text) {
                (*gone, pruned.repeated) = (true, pruned.repeated + 1);
            }
        }
        edited(&passages, &mut gone, pruned);
        if *pruned == before {
            return None;
        }
        let kept = passages.into_iter().zip(gone).filter(|(_, gone)| !gone);
        Some(kept.map(|(passage, _)| passage).collect())
    }

    /// Whether this passage came before; from now on it has.
    fn known(&mut self, text: &str) -> bool {
        let hash = shingles::hash_of(text);
        if !self.known.insert(hash) {
            return true;
        }
        self.order.push_back(hash);
        if self.order.len() > REMEMBERED
            && let Some(oldest) = self.order.pop_front()
        {
            self.known.remove(&oldest);
        }
        false
    }
}

/// The lines as a terminal would show them.
fn overwritten<'a>(window: &'a str, pruned: &mut Pruned) -> Vec<&'a str> {
    let lines = window.split_inclusive('\n');
    lines
        .map(|line| {
            let end = line.trim_end_matches(['\n', '\r']).len();
            match line[..end].rfind('\r') {
                Some(at) => {
                    pruned.overwritten += 1;
                    &line[at + 1..]
                }
                None => line,
            }
        })
        .collect()
}

/// Leaves out lines that the next one makes obsolete.
fn superseded(lines: Vec<&str>, pruned: &mut Pruned) -> String {
    let mut out = String::with_capacity(lines.iter().map(|line| line.len()).sum());
    let mut state = lines.first().and_then(|line| stated(line));
    for (at, line) in lines.iter().enumerate() {
        let next = lines.get(at + 1);
        let next_state = next.and_then(|next| stated(next));
        if state.is_some() && state == next_state {
            pruned.superseded += 1;
        } else if next == Some(line) && !line.trim().is_empty() {
            pruned.repeated += 1;
        } else {
            out.push_str(line);
        }
        state = next_state;
    }
    out
}

/// What a line states, without its value; `None` for lines that state nothing.
fn stated(line: &str) -> Option<u64> {
    let line = without_time(line.trim());
    if line.len() > 160 {
        return None;
    }
    if let Some((key, value)) = line.split_once([':', '=']) {
        let (key, value) = (key.trim_end(), value.trim());
        let named = (1..=48).contains(&key.len()) && key.starts_with(char::is_alphabetic);
        let number = value.len() <= 32
            && value.trim_start_matches(['+', '-', '.']).starts_with(|c: char| c.is_ascii_digit())
            && value.split_whitespace().count() <= 2;
        let word = value.len() <= 32
            && !value.is_empty()
            && key.starts_with(char::is_lowercase)
            && value.bytes().all(|b| b.is_ascii_lowercase() || matches!(b, b'-' | b'_'));
        if named && (number || word) {
            return Some(shingles::hash_of(key));
        }
    }
    // A name holds a row of numbers off.
    let letters = line.bytes().filter(u8::is_ascii_alphabetic).count();
    (letters >= 3 && has_progress(line)).then(|| {
        let bare: String = line
            .chars()
            .filter(|c| !c.is_ascii_digit() && !matches!(c, '.' | '#' | '=' | '>' | ' ' | '█'))
            .collect();
        shingles::hash_of(&bare)
    })
}

/// `42 %`, `42%` or `17/80`.
fn has_progress(line: &str) -> bool {
    let bytes = line.as_bytes();
    (1..bytes.len()).any(|at| {
        let after_digit = bytes[at - 1].is_ascii_digit();
        match bytes[at] {
            b'%' => {
                after_digit || (bytes[at - 1] == b' ' && at > 1 && bytes[at - 2].is_ascii_digit())
            }
            b'/' => {
                after_digit
                    && bytes.get(at + 1).is_some_and(u8::is_ascii_digit)
                    && !bytes[at + 1..].contains(&b'/')
            }
            _ => false,
        }
    })
}

/// The line without a time stamp at its beginning.
pub(crate) fn without_time(line: &str) -> &str {
    let end = line
        .find(|c: char| {
            !(c.is_ascii_digit()
                || matches!(c, '[' | ']' | ':' | '.' | ',' | '-' | '+' | '/' | 'T' | 'Z' | ' '))
        })
        .unwrap_or(0);
    let stamp = &line[..end];
    if stamp.bytes().filter(u8::is_ascii_digit).count() >= 4 { &line[end..] } else { line }
}

/// Stretches between blank lines, each with the blank lines after it.
fn passages(text: &str) -> Vec<&str> {
    let (mut out, mut from, mut at, mut blank) = (Vec::new(), 0, 0, false);
    for line in text.split_inclusive('\n') {
        let is_blank = line.trim_ascii().is_empty();
        if blank && !is_blank && at > from {
            out.push(&text[from..at]);
            from = at;
        }
        blank = is_blank;
        at += line.len();
    }
    if from < text.len() {
        out.push(&text[from..]);
    }
    out
}

/// Marks passages of which a later one says that it is another version.
fn edited(passages: &[&str], gone: &mut [bool], pruned: &mut Pruned) {
    let says_so = |passage: &str| {
        let is = |word: &str| {
            let word = word.trim_matches(|c: char| !c.is_alphanumeric()).to_lowercase();
            EDIT_WORDS.contains(&word.as_str())
        };
        let mut words = passage.split_whitespace();
        words.by_ref().take(8).any(is) || words.next_back().is_some_and(is)
    };
    if !passages.iter().any(|passage| says_so(passage)) {
        return;
    }
    // Which passages hold a sequence.
    let mut holders: HashMap<u64, Vec<usize>> = HashMap::new();
    let sets: Vec<Vec<u64>> = passages.iter().map(|passage| shingles::of(passage)).collect();
    for (at, set) in sets.iter().enumerate() {
        if set.len() + 2 >= FEWEST_WORDS && says_so(passages[at]) && !gone[at] {
            let mut shared: HashMap<usize, usize> = HashMap::new();
            for holder in set.iter().filter_map(|shingle| holders.get(shingle)).flatten() {
                *shared.entry(*holder).or_default() += 1;
            }
            let mut shared: Vec<_> = shared.into_iter().collect();
            shared.sort_unstable();
            for (earlier, shared) in shared {
                let least = set.len().min(sets[earlier].len());
                if !gone[earlier] && shared as f64 >= SAME * least as f64 {
                    (gone[earlier], pruned.edited) = (true, pruned.edited + 1);
                }
            }
        }
        if set.len() + 2 >= FEWEST_WORDS {
            for &shingle in set {
                holders.entry(shingle).or_default().push(at);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(window: &str, left: &str, expect: Pruned) {
        let mut pruned = Pruned::default();
        let made = Pruner::default().prune(window, &mut pruned);
        assert_eq!(made.as_deref().unwrap_or(window), left);
        assert_eq!(pruned, expect);
    }

    #[test]
    fn a_progress_bar_is_what_a_terminal_shows() {
        let expect = Pruned { overwritten: 1, ..Pruned::default() };
        check("get a: 1%\rget a: 50%\rget a: done\r\nnext\r\n", "get a: done\r\nnext\r\n", expect);
    }

    #[test]
    fn the_last_state_is_kept_and_other_lines_are_not_touched() {
        let expect = Pruned { superseded: 3, ..Pruned::default() };
        check(
            "10:00:01 battery: 80%\n10:00:09 battery: 79%\n10:00:30 state = idle\nstate = running\nfetched 3/80 files\nfetched 80/80 files\n",
            "10:00:09 battery: 79%\nstate = running\nfetched 80/80 files\n",
            expect,
        );
        let other = "Bob: No.\nBob: yes, of course.\nAnn: Well\nname: Olsen\nname: Berg\n1,2,3\n1,2,4\n1/2/2024 x\n";
        check(other, other, Pruned::default());
    }

    #[test]
    fn a_passage_comes_once_over_all_windows() {
        let snapshot = format!(
            "total 8\n{}\n",
            "drwxr-xr-x 2 keeper keeper 4096 lamp\n".to_owned()
                + "-rw-r--r-- 1 keeper keeper 312 log of the light at the northern end of the skerry\n"
        );
        assert!(snapshot.len() >= SHORTEST_REPEAT);
        let (mut pruner, mut pruned) = (Pruner::default(), Pruned::default());
        assert_eq!(pruner.prune(&snapshot, &mut pruned), None);
        let again = format!("{snapshot}Something new.\n");
        assert_eq!(pruner.prune(&again, &mut pruned).as_deref(), Some("Something new.\n"));
        assert_eq!(pruned.repeated, 1);
        check(
            "same\nsame\nsame\nother\n",
            "same\nother\n",
            Pruned { repeated: 2, ..Pruned::default() },
        );
    }

    #[test]
    fn what_is_struck_or_has_a_later_version_goes() {
        check(
            "~~The boat is red.~~\n\nIt is blue.\n",
            "It is blue.\n",
            Pruned { struck: 1, ..Pruned::default() },
        );
        let first = "The ferry to Halden leaves at seven in the morning from the old quay.\n\n";
        let between = "Bring a coat, it is cold on the water.\n\n";
        let later =
            "Correction: the ferry to Halden leaves at eight in the morning from the old quay.\n";
        check(
            &[first, between, later].concat(),
            &[between, later].concat(),
            Pruned { edited: 1, ..Pruned::default() },
        );
        // Without the word it is another ferry.
        let other = first.replace("seven", "eight");
        let both = [first, between, &other].concat();
        check(&both, &both, Pruned::default());
    }
}
