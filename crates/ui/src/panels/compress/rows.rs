//! From bytes to places: where the stretches of a text that was laid out stand, row by row.

use std::ops::Range;

use egui::{Galley, Pos2, Rect, pos2};

use super::flow::{Bit, Part};

/// Where each bit of a piece stands, row by row.
pub(super) fn stretches<'a>(
    galley: &Galley,
    from: usize,
    bits: &'a [Bit],
    origin: Pos2,
) -> Vec<(&'a Bit, Rect)> {
    let mut found = Vec::new();
    let mut bits = bits.iter().peekable();
    let mut at = from;
    for row in &galley.rows {
        let mut open: Option<(&Bit, f32, f32)> = None;
        let corner = origin + row.pos.to_vec2();
        let rect = |left: f32, right: f32| {
            let top = corner.y + 0.5;
            let bottom = corner.y + row.size.y - 0.5;
            Rect::from_min_max(pos2(corner.x + left, top), pos2(corner.x + right, bottom))
        };
        for glyph in &row.glyphs {
            while bits.next_if(|bit| bit.at.end <= at).is_some() {}
            let (left, right) = (glyph.pos.x, glyph.max_x());
            match (&mut open, bits.peek()) {
                (Some((bit, _, end)), Some(here)) if std::ptr::eq(*bit, *here) => *end = right,
                (_, here) => {
                    if let Some((bit, start, end)) = open.take() {
                        found.push((bit, rect(start, end)));
                    }
                    open = here.map(|bit| (*bit, left, right));
                }
            }
            at += glyph.chr.len_utf8();
        }
        if let Some((bit, start, end)) = open {
            found.push((bit, rect(start, end)));
        }
        at += usize::from(row.ends_with_newline);
    }
    found
}

/// Where a stretch of bytes stands, row by row.
pub(super) fn rects_of(
    galley: &Galley,
    from: usize,
    range: &Range<usize>,
    origin: Pos2,
) -> Vec<Rect> {
    let bit = Bit { at: range.clone(), from: range.clone(), part: Part::Glue, survived: None };
    let before = Bit { at: 0..range.start, ..bit.clone() };
    let bits = [before, bit];
    let all = stretches(galley, from, &bits, origin);
    all.into_iter().filter(|(bit, _)| bit.at == *range).map(|(_, rect)| rect).collect()
}
