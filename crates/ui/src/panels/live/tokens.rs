//! The event lane: repetitions as bands with their number, tokens as ticks with their words.

use egui::{Align2, Painter, Rect, Stroke, Ui, pos2};
use protocol::{RepetitionMark, TokenMark, ViewFrame};

use super::field::Field;
use crate::plot::hatch;
use crate::theme::{faded, text};

/// The band of the repetitions, in points.
const BAND: f32 = 17.0;
const TICK: f32 = 9.0;
/// All of the lane, in points.
pub(super) const HEIGHT: f32 = BAND + 31.0;
/// Points that tokens must lie apart, on average, before their words are laid out.
const WORDS_APART: f32 = 12.0;
/// Points that repetitions must lie apart, on average, before each is drawn.
const REPETITIONS_APART: f32 = 6.0;

/// Paints the lane, from `top` on.
pub(super) fn paint(ui: &Ui, field: &Field, frame: &ViewFrame, top: f32) {
    let painter = ui.painter();
    let all = field.rect(top, top + HEIGHT);
    painter.rect_filled(all, 4.0, field.palette.sunk);
    let strip = field.rect(top, top + BAND);
    if dense(frame, all) {
        let words = "more repetitions than can be told apart; zoom in";
        let ink = field.palette.faint;
        painter.text(strip.center(), Align2::CENTER_CENTER, words, text::small(), ink);
    }
    for repetition in frame.repetitions.iter().filter(|_| !dense(frame, all)) {
        band(painter, field, repetition, frame.end_ms, strip);
    }
    let lane = field.rect(top + BAND, top + HEIGHT);
    let painter = painter.with_clip_rect(all.expand2(egui::vec2(1.0, 0.0)));
    let label = pos2(field.x.from_pt - 8.0, lane.top() + 9.0);
    ui.painter().text(label, Align2::RIGHT_CENTER, "Tokens", text::axis(), field.palette.faint);
    let label = pos2(field.x.from_pt - 8.0, strip.center().y);
    ui.painter().text(label, Align2::RIGHT_CENTER, "Repetition", text::axis(), field.palette.faint);
    if frame.tokens.is_empty() && frame.token_count > 0 {
        let count = frame.token_count;
        let words = format!("{count} tokens; zoom in to tell them apart");
        painter.text(
            lane.center(),
            Align2::CENTER_CENTER,
            words,
            text::small(),
            field.palette.faint,
        );
    }
    ticks(&painter, field, &frame.tokens, lane);
}

/// Whether repetitions lie so close that a line for each would hide what is drawn.
fn dense(frame: &ViewFrame, rect: Rect) -> bool {
    frame.repetitions.len() as f32 * REPETITIONS_APART > rect.width()
}

/// A repetition over the ticks: a tinted band, hatched where it does not count.
fn band(painter: &Painter, field: &Field, mark: &RepetitionMark, end_ms: f64, strip: Rect) {
    let palette = field.palette;
    let (left, right) = (field.x.at(mark.from_ms), field.x.at(mark.to_ms.unwrap_or(end_ms)));
    let (left, right) = (left.max(strip.left()), right.min(strip.right()));
    if right - left < 1.0 {
        return;
    }
    let rect = Rect::from_x_y_ranges(left + 0.5..=(right - 0.5).max(left + 0.5), strip.y_range());
    let (tint, ink) = match mark.warmup {
        true => (palette.raised, palette.faint),
        false => (palette.selected, palette.soft),
    };
    painter.rect_filled(rect, 3.0, tint);
    if mark.warmup {
        painter.with_clip_rect(rect).add(hatch(rect, faded(palette.faint, 0.5)));
    }
    let number = mark.index + 1;
    let kind = if mark.warmup { "warm-up" } else { "" };
    for words in [format!("{number} {kind}"), number.to_string()] {
        let galley = painter.layout_no_wrap(words.trim().to_owned(), text::axis(), ink);
        if galley.size().x + 8.0 <= rect.width() {
            let place = rect.center() - galley.size() / 2.0;
            let behind = Rect::from_min_size(place, galley.size()).expand2(egui::vec2(3.0, 0.0));
            painter.rect_filled(behind, 3.0, tint);
            painter.galley(place, galley, ink);
            return;
        }
    }
}

/// A tick a token; the first of a repetition stands out. Words where there is room for them.
fn ticks(painter: &Painter, field: &Field, tokens: &[TokenMark], lane: Rect) {
    let palette = field.palette;
    let ends = tokens.first().zip(tokens.last());
    let wide = ends.map_or(0.0, |(a, b)| field.x.at(b.at_ms) - field.x.at(a.at_ms));
    // Ticks that run into each other are a shade, not a wall.
    let crowded = tokens.len() as f32 * 3.0 > wide;
    let plain = if crowded { faded(palette.soft, 0.5) } else { palette.soft };
    let roomy = tokens.len() as f32 * WORDS_APART <= lane.width();
    for (at, token) in tokens.iter().enumerate() {
        let across = field.x.at(token.at_ms);
        if !lane.x_range().contains(across) {
            continue;
        }
        let first = token.index == 0;
        let stroke = match first {
            true => Stroke::new(2.0, palette.accent),
            false => Stroke::new(1.0, plain),
        };
        painter.vline(across.round() + 0.5, lane.top() + 3.0..=lane.top() + 3.0 + TICK, stroke);
        let Some(word) = token.text.as_deref().filter(|_| roomy) else { continue };
        let next = tokens.get(at + 1).map_or(lane.right(), |next| field.x.at(next.at_ms));
        let galley = painter.layout_no_wrap(shown(word), text::axis(), palette.soft);
        if across + galley.size().x + 3.0 <= next.min(lane.right()) {
            painter.galley(pos2(across, lane.top() + TICK + 6.0), galley, palette.soft);
        }
    }
}

/// A token's words in the lane: what cannot be seen is drawn as a sign.
pub(super) fn shown(word: &str) -> String {
    let signs: String = word
        .chars()
        .map(|letter| match letter {
            '\n' => '⏎',
            '\t' => '→',
            letter if letter.is_control() => '·',
            letter => letter,
        })
        .collect();
    let trimmed = signs.trim();
    if trimmed.is_empty() { "␣".into() } else { trimmed.to_owned() }
}

/// The token whose tick is nearest to a moment, where it is near enough to be meant.
pub(super) fn near<'a>(
    field: &Field,
    tokens: &'a [TokenMark],
    at_ms: f64,
) -> Option<&'a TokenMark> {
    let after = tokens.partition_point(|token| token.at_ms <= at_ms);
    let around = [after.checked_sub(1), Some(after)].into_iter().flatten();
    let apart = |token: &TokenMark| (field.x.at(token.at_ms) - field.x.at(at_ms)).abs();
    let found = around.filter_map(|at| tokens.get(at));
    found.min_by(|a, b| apart(a).total_cmp(&apart(b))).filter(|token| apart(token) <= 6.0)
}

/// Over all lanes: where repetitions begin, and what does not count dimmed.
pub(super) fn veil(painter: &Painter, field: &Field, frame: &ViewFrame, rect: Rect) {
    let palette = field.palette;
    for mark in &frame.repetitions {
        let (from, to) = (field.x.at(mark.from_ms), field.x.at(mark.to_ms.unwrap_or(frame.end_ms)));
        let (left, right) = (from.max(rect.left()), to.min(rect.right()));
        if mark.warmup && right > left {
            let dim = Rect::from_x_y_ranges(left..=right, rect.y_range());
            painter.rect_filled(dim, 0.0, faded(palette.sunk, 0.55));
        }
        if rect.x_range().contains(from) && !dense(frame, rect) {
            painter.vline(from.round() + 0.5, rect.y_range(), Stroke::new(1.0, palette.line));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cannot_be_seen_is_drawn_as_a_sign() {
        for (word, expect) in
            [(" Once", "Once"), ("\n", "⏎"), ("  ", "␣"), ("", "␣"), ("\u{7}", "·")]
        {
            assert_eq!(shown(word), expect);
        }
    }
}
