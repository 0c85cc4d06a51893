//! Which records come first: lines of a log, rows of a table, elements of an array.
//!
//! Records are folded into templates: a field with a digit in it is a variable, and so is a position
//! that takes many values while everything else stays the same (after Drain, He et al. 2017, and with its
//! fixed number of fields). What is rare or reports trouble is worth a record of its own; of what is
//! frequent one example stands for many, then a second, then more, spread over the text.

use std::ops::Range;

use super::lexicon::{IdMap, fold_hash};

/// A position with this many values is a variable.
const VARIABLE_VALUES: u32 = 4;
/// Only this many positions of a record are tried as variables; the rest stays literal.
const POSITIONS: usize = 24;
/// This many most frequent templates are shown by an example before anything else.
const SHOWN_TEMPLATES: usize = 24;
/// What a record gains that is the first of its template, or the first with a rare word.
const NEW: f32 = 3.0;
const DIGITS: u64 = 1;
const VARIABLE: u64 = 2;

/// A key for every record of `text`, the same for records of one template.
pub(crate) fn templates(text: &str, records: &[Range<usize>]) -> Vec<u64> {
    let (fields, starts) = split_all(text, records);
    fold(&fields, &starts)
}

/// A score for every record of `text`, higher first; ties go to the earlier one. Each record is a template of its own
/// where they are not to be `folded`.
pub(crate) fn rank(text: &str, records: &[Range<usize>], folded: bool) -> Vec<f32> {
    let (fields, starts) = split_all(text, records);
    let template = match folded {
        true => fold(&fields, &starts),
        false => (0..records.len() as u64).collect(),
    };
    let mut groups: IdMap<Vec<u32>> = IdMap::default();
    for (index, &key) in template.iter().enumerate() {
        groups.entry(key).or_default().push(index as u32);
    }
    let mut groups: Vec<Vec<u32>> = groups.into_values().collect();
    groups.sort_unstable_by(|a, b| b.len().cmp(&a.len()).then(a.first().cmp(&b.first())));

    let mut counts: IdMap<u32> = IdMap::default();
    for &field in &fields {
        *counts.entry(field).or_default() += 1;
    }
    let n = records.len().max(1) as f32;
    // The rarest field of each record, and how often that comes.
    let rarest: Vec<(u32, u64)> = (starts.windows(2))
        .map(|w| &fields[w[0] as usize..w[1] as usize])
        .map(|here| here.iter().map(|field| (counts[field], *field)).min().unwrap_or((1, DIGITS)))
        .collect();
    let mut scores = vec![0.0; records.len()];
    for (rank, group) in groups.iter().enumerate() {
        let (members, telling) = telling_first(spread(group), &rarest);
        for (turn, &index) in members.iter().enumerate() {
            let index = index as usize;
            let rarest = rarest[index].0;
            let rarity = 0.5 * (n / group.len() as f32).ln()
                + 0.5 * (n / rarest.max(1) as f32).max(1.0).ln();
            let trouble = if reports_trouble(&text[records[index].clone()]) { 2.0 } else { 0.0 };
            let mut score = rarity + trouble + if turn < telling { NEW } else { 0.0 };
            if turn == 0 && rank < SHOWN_TEMPLATES && group.len() > 1 {
                // An example of what makes up most of the text comes before any rarity.
                score += n.ln() + 3.0;
            }
            scores[index] =
                score - 2.0 * (1.0 + turn as f32).ln() - 0.4 * turn as f32 / group.len() as f32;
        }
    }
    scores
}

/// The members of a group, those that stand for it best first: the first, the last, then halves.
fn spread(group: &[u32]) -> Vec<u32> {
    let n = group.len();
    let mut taken = vec![false; n];
    let mut order = Vec::with_capacity(n);
    let mut take = |at: usize, order: &mut Vec<u32>| {
        if !std::mem::replace(&mut taken[at], true) {
            order.push(group[at]);
        }
    };
    take(0, &mut order);
    take(n - 1, &mut order);
    let mut parts = 2;
    while order.len() < n {
        for part in (1..parts).step_by(2) {
            take(part * (n - 1) / parts, &mut order);
        }
        // Rounding can leave the last few out for ever.
        if parts > 4 * n {
            for at in 0..n {
                take(at, &mut order);
            }
        }
        parts *= 2;
    }
    order
}

/// The members of a group, of each rare word the first one ahead of the others, and how many those are: a position
/// that takes many values may hold the names of events.
fn telling_first(members: Vec<u32>, rarest: &[(u32, u64)]) -> (Vec<u32>, usize) {
    /// A word is rare that is in no more than one record of so many, or in one alone.
    const RARE: usize = 200;
    let rare = (rarest.len() / RARE).max(1) as u32;
    let mut seen: IdMap<()> = IdMap::default();
    let (mut telling, mut others) = (Vec::with_capacity(members.len()), Vec::new());
    for member in members {
        let (count, field) = rarest[member as usize];
        let new = count <= rare && seen.insert(field, ()).is_none();
        if telling.is_empty() || new { telling.push(member) } else { others.push(member) }
    }
    let new = telling.len();
    telling.append(&mut others);
    (telling, new)
}

/// Words that say something went wrong, as lowercase stems at a word's start.
fn reports_trouble(line: &str) -> bool {
    const STEMS: [&[u8]; 16] = [
        b"error",
        b"fail",
        b"fatal",
        b"panic",
        b"warn",
        b"exception",
        b"critical",
        b"timeout",
        b"timed out",
        b"denied",
        b"refused",
        b"abort",
        b"crash",
        b"killed",
        b"corrupt",
        b"unable",
    ];
    let bytes = line.as_bytes();
    let end = bytes.len().min(400);
    (0..end).any(|at| {
        (at == 0 || !bytes[at - 1].is_ascii_alphabetic())
            && STEMS.iter().any(|stem| {
                bytes.get(at..at + stem.len()).is_some_and(|b| b.eq_ignore_ascii_case(stem))
            })
    })
}

/// The fields of all records as hashes, and where each record's begin.
fn split_all(text: &str, records: &[Range<usize>]) -> (Vec<u64>, Vec<u32>) {
    let (mut fields, mut starts) = (Vec::new(), Vec::with_capacity(records.len() + 1));
    for record in records {
        starts.push(fields.len() as u32);
        let separator = |c: char| {
            c.is_whitespace()
                || matches!(
                    c,
                    ',' | ';' | '|' | '{' | '}' | '[' | ']' | '(' | ')' | '"' | '=' | ':'
                )
        };
        // "instruction.........0" is a word and a number.
        let parts = text[record.clone()].split(separator).flat_map(|field| field.split(".."));
        for field in parts.filter(|field| !field.trim_matches('.').is_empty()) {
            fields.push(if field.bytes().any(|b| b.is_ascii_digit()) {
                DIGITS
            } else {
                fold_hash(field)
            });
        }
    }
    starts.push(fields.len() as u32);
    (fields, starts)
}

/// One key per record, equal for records of one template.
fn fold(fields: &[u64], starts: &[u32]) -> Vec<u64> {
    let n = starts.len() - 1;
    let mut fields = fields.to_vec();
    // Two rounds: a position can turn out variable once another has been.
    for _ in 0..2 {
        let mut distinct: IdMap<()> = IdMap::default();
        let mut values: IdMap<u32> = IdMap::default();
        for record in 0..n {
            let here = &fields[starts[record] as usize..starts[record + 1] as usize];
            if distinct.insert(key(here, None), ()).is_some() {
                continue;
            }
            for at in 0..here.len().min(POSITIONS) {
                if here[at] > VARIABLE {
                    *values.entry(key(here, Some(at))).or_default() += 1;
                }
            }
        }
        let mut changed = false;
        for record in 0..n {
            let range = starts[record] as usize..starts[record + 1] as usize;
            let before = fields[range.clone()].to_vec();
            for at in 0..before.len().min(POSITIONS) {
                // With fewer than three fields everything would fall together.
                if before.len() >= 3
                    && before[at] > VARIABLE
                    && values.get(&key(&before, Some(at))).is_some_and(|&v| v >= VARIABLE_VALUES)
                {
                    fields[range.start + at] = VARIABLE;
                    changed = true;
                }
            }
        }
        if !changed {
            break;
        }
    }
    (0..n)
        .map(|record| key(&fields[starts[record] as usize..starts[record + 1] as usize], None))
        .collect()
}

/// A hash of the fields, with one position left open.
fn key(fields: &[u64], open: Option<usize>) -> u64 {
    let mut h = fields.len() as u64 ^ 0xABCD;
    for (at, &field) in fields.iter().enumerate() {
        let field = if open == Some(at) { VARIABLE ^ 0x55 } else { field };
        h = (h.rotate_left(7) ^ field).wrapping_mul(0x9E37_79B9_7F4A_7C15);
        h ^= h >> 29;
    }
    h
}

#[cfg(test)]
mod tests {
    use super::*;

    fn best(text: &str, count: usize) -> Vec<&str> {
        let records: Vec<Range<usize>> =
            crate::engine::sentences::lines(text).map(|l| l.start..l.content_end).collect();
        let scores = rank(text, &records, true);
        let mut order: Vec<usize> = (0..records.len()).collect();
        order.sort_by(|&a, &b| scores[b].total_cmp(&scores[a]).then(a.cmp(&b)));
        order.truncate(count);
        order.sort_unstable();
        order.iter().map(|&i| &text[records[i].clone()]).collect()
    }

    #[test]
    fn one_line_of_a_frequent_template_and_every_rare_line_come_first() {
        let mut text = String::new();
        for i in 0..50 {
            text.push_str(&format!("10:00:{i:02} usb 1-{i}: new device {i}\n"));
        }
        text.push_str("10:01:00 brownout at 2.7 V\n");
        for i in 0..50 {
            text.push_str(&format!("10:02:{i:02} lease of eth0 renewed\n"));
        }
        assert_eq!(
            best(&text, 3),
            [
                "10:00:00 usb 1-0: new device 0",
                "10:01:00 brownout at 2.7 V",
                "10:02:00 lease of eth0 renewed"
            ]
        );
    }

    #[test]
    fn a_word_that_takes_many_values_is_a_variable_and_an_odd_verdict_is_not() {
        let mut text = String::new();
        for i in 0..60 {
            let name = ["serde", "syn", "quote", "libc", "rand", "log"][i % 6];
            text.push_str(&format!("test {name} of {i} ... ok\n"));
        }
        text.push_str("test syn of 99 ... ignored\n");
        let kept = best(&text, 2);
        assert_eq!(kept, ["test serde of 0 ... ok", "test syn of 99 ... ignored"]);
    }

    #[test]
    fn the_name_of_an_event_is_no_variable_to_lose() {
        let names = ["onPause", "onResume", "isMusicActive", "getRingerMode", "onTracking"];
        let mut text = String::new();
        for i in 0..600 {
            text.push_str(&format!("10:00:{:02} V Panel: {}\n", i % 60, names[i % 3]));
            text.push_str(&format!("10:00:{:02} D Power: acquire lock={i}, tag=wake\n", i % 60));
        }
        for name in &names[3..] {
            text.push_str(&format!("10:11:00 V Panel: {name}\n"));
        }
        text.push_str(
            "10:12:00 K trap instruction.........0\n10:12:01 K address space.........0\n",
        );
        let kept = best(&text, 8).join("\n");
        for name in ["getRingerMode", "onTracking", "trap instruction", "address space"] {
            assert!(kept.contains(name), "{name} in {kept}");
        }
    }
}
