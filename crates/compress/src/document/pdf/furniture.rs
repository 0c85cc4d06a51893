//! What stands at the top or the bottom of page after page: headers, footers, page numbers.

use std::collections::BTreeMap;

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
    for page in pages.iter() {
        let mut keys: Vec<String> =
            candidates(page).into_iter().map(|place| key(page, place)).collect();
        keys.sort_unstable();
        keys.dedup();
        for key in keys {
            *seen.entry(key).or_default() += 1;
        }
    }
    let mut removed = 0;
    for (index, page) in pages.iter_mut().enumerate() {
        let mut places: Vec<usize> = candidates(page)
            .into_iter()
            .filter(|&place| {
                let repeats = seen.get(&key(page, place)).is_some_and(|&n| n >= LEAST_PAGES);
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

/// The outermost lines of a page.
fn candidates(page: &Page) -> Vec<usize> {
    let height = page.height;
    let mut order: Vec<usize> = (0..page.lines.len())
        .filter(|&place| {
            let y = page.lines[place].y;
            y < ZONE * height || y > (1.0 - ZONE) * height
        })
        .collect();
    order.sort_by(|&a, &b| page.lines[a].y.total_cmp(&page.lines[b].y));
    let middle = order.partition_point(|&place| page.lines[place].y < height / 2.0);
    let (top, bottom) = order.split_at(middle);
    let bottom = &bottom[bottom.len().saturating_sub(LINES)..];
    top.iter().take(LINES).chain(bottom).copied().collect()
}

/// What a line says without its numbers, and on which edge it says it.
fn key(page: &Page, place: usize) -> String {
    let line = &page.lines[place];
    let edge = if line.y < page.height / 2.0 { "top" } else { "bottom" };
    let words = line.text.split_whitespace().map(|word| {
        let is_number = |c: char| c.is_ascii_digit() || matches!(c, '.' | '-' | '–' | '/');
        let is_roman = word.len() < 7 && word.chars().all(|c| "ivxlc".contains(c));
        match word.chars().all(is_number) || is_roman {
            true => "#",
            false => word,
        }
    });
    format!("{edge} {}", words.collect::<Vec<_>>().join(" "))
}
