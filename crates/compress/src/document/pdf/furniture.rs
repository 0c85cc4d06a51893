//! What stands at the top or the bottom of page after page: headers, footers, page numbers.

use std::collections::{BTreeMap, BTreeSet};

use super::letters::Page;

/// The part of a page's height, at its top and at its bottom, where furniture stands.
const ZONE: f32 = 0.13;
/// Lines of each zone that are looked at.
const LINES: usize = 3;
/// Pages on which the same has to stand.
const LEAST_PAGES: usize = 3;

/// Takes furniture out of the pages; returns how many lines that were.
pub(super) fn remove(pages: &mut [Page]) -> usize {
    let mut seen: BTreeMap<String, usize> = BTreeMap::new();
    for (index, page) in pages.iter().enumerate() {
        let all = candidates(page).into_iter().flat_map(|place| keys(page, index, place));
        for key in all.collect::<BTreeSet<_>>() {
            *seen.entry(key).or_default() += 1;
        }
    }
    let mut removed = 0;
    for (index, page) in pages.iter_mut().enumerate() {
        let mut places: Vec<usize> = candidates(page)
            .into_iter()
            .filter(|&place| {
                let mut keys = keys(page, index, place).into_iter();
                let repeats = keys.any(|key| seen.get(&key).is_some_and(|&n| n >= LEAST_PAGES));
                repeats || page.lines[place].text == (index + 1).to_string()
            })
            .collect();
        removed += places.len();
        places.sort_unstable();
        for place in places.into_iter().rev() {
            let line = page.lines.remove(place);
            if let (true, Some(next)) = (line.starts, page.lines.get_mut(place)) {
                next.starts = true;
            }
        }
    }
    removed
}

/// The outermost lines of a page that are no rows of a table.
fn candidates(page: &Page) -> Vec<usize> {
    let height = page.height;
    let mut order: Vec<usize> = (0..page.lines.len())
        .filter(|&place| {
            let y = page.lines[place].y;
            let is_outside = y < ZONE * height || y > (1.0 - ZONE) * height;
            is_outside && page.lines[place].cells.is_empty()
        })
        .collect();
    order.sort_by(|&a, &b| page.lines[a].y.total_cmp(&page.lines[b].y));
    let middle = order.partition_point(|&place| page.lines[place].y < height / 2.0);
    let (top, bottom) = order.split_at(middle);
    let bottom = &bottom[bottom.len().saturating_sub(LINES)..];
    top.iter().take(LINES).chain(bottom).copied().collect()
}

/// What a line says and on which edge it says it; and the same with one number told by how far it is
/// from the page's own, so that a number that counts the pages is the same on each. Rows of a table are
/// alike too, but their numbers count nothing.
fn keys(page: &Page, index: usize, place: usize) -> Vec<String> {
    let line = &page.lines[place];
    let edge = if line.y < page.height / 2.0 { "top" } else { "bottom" };
    let words: Vec<&str> = line.text.split_whitespace().collect();
    let mut keys = vec![format!("{edge} {}", words.join(" "))];
    let numbers: Vec<(usize, String)> = words
        .iter()
        .enumerate()
        .filter_map(|(at, word)| Some((at, counted(word, index)?)))
        .collect();
    let first = numbers.first();
    for (at, number) in first.into_iter().chain(numbers.last().filter(|last| Some(*last) != first))
    {
        let mut others = words.clone();
        if let Some(word) = others.get_mut(*at) {
            *word = number;
        }
        keys.push(format!("{edge} {}", others.join(" ")));
    }
    keys
}

/// A number at the beginning of a word, less the page's own: `7/12` on the seventh page is `#0/12`.
fn counted(word: &str, index: usize) -> Option<String> {
    let page = i64::try_from(index).ok()?;
    let digits = word.len() - word.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    let (number, rest) = match word.split_at_checked(digits)? {
        ("", _) => (roman(word)?, ""),
        (number, rest) => (number.parse::<i64>().ok()?, rest),
    };
    let marks = rest.chars().all(|c| c.is_ascii_digit() || matches!(c, '.' | '-' | '–' | '/'));
    marks.then(|| format!("#{}{rest}", number.checked_sub(page).unwrap_or_default()))
}

/// A small Roman number, as the pages before the first chapter have.
fn roman(word: &str) -> Option<i64> {
    if word.is_empty() || word.len() > 7 {
        return None;
    }
    let letter = |c: char| match c {
        'i' => Some(1),
        'v' => Some(5),
        'x' => Some(10),
        'l' => Some(50),
        'c' => Some(100),
        _ => None,
    };
    let values = word.chars().map(letter).collect::<Option<Vec<i64>>>()?;
    let mut sum = 0;
    for (at, value) in values.iter().enumerate() {
        let less = values.get(at + 1).is_some_and(|next| next > value);
        sum += if less { -value } else { *value };
    }
    Some(sum)
}
