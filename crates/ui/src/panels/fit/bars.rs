//! Two bars on one scale that begins at zero, each with the whisker of its interval.
//!
//! Values in, points out; `paint` alone knows colours.

use egui::{Align2, Color32, Painter, Rect, Stroke, pos2};
use protocol::Interval;

use crate::plot::{Notation, Scale};
use crate::theme::{Palette, faded, text};

/// Height of one bar with the room under it, in points.
pub(super) const BAR: f32 = 26.0;
/// Room for the words on the right of a bar.
const WORDS: f32 = 96.0;
/// Room for its name on the left.
const NAME: f32 = 86.0;

/// A bar: a value and, where there is one, its interval.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Value {
    pub(super) value: f64,
    pub(super) ci95: Option<[f64; 2]>,
}

impl From<Interval> for Value {
    fn from(interval: Interval) -> Value {
        Value { value: interval.value, ci95: interval.ci95 }
    }
}

/// A bar, measured out.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Bar {
    /// Where it ends.
    pub(super) end: f32,
    /// The interval's ends.
    pub(super) whisker: Option<[f32; 2]>,
}

/// Measures bars out on one scale over a stretch of points; `None` stays `None`.
pub(super) fn bars<const N: usize>(
    values: [Option<Value>; N],
    [left, right]: [f32; 2],
) -> [Option<Bar>; N] {
    let furthest =
        |value: &Value| value.ci95.map_or(value.value, |[_, high]| high.max(value.value));
    let most = values.iter().flatten().map(furthest).fold(0.0, f64::max);
    let most = if most > 0.0 { most } else { 1.0 };
    let scale = Scale::new(0.0, most, left, right);
    values.map(|value| {
        value.map(|value| Bar {
            end: scale.at(value.value.max(0.0)),
            whisker: value.ci95.map(|ends| ends.map(|end| scale.at(end.max(0.0)))),
        })
    })
}

/// One of a pair to be painted.
pub(super) struct Painted<'a> {
    /// Its name on the left.
    pub(super) name: &'a str,
    /// The value; `None` where it was not measured.
    pub(super) value: Option<Value>,
    /// Where there is no value, why.
    pub(super) absent: &'a str,
    /// Its colour.
    pub(super) color: Color32,
}

/// Paints a pair, one under the other, into `rect`.
pub(super) fn paint(
    painter: &Painter,
    palette: &Palette,
    rect: Rect,
    pair: &[Painted<'_>; 2],
    notation: &Notation,
) {
    let left = rect.left() + NAME;
    let right = (rect.right() - WORDS).max(left + 20.0);
    let measured = bars(pair.each_ref().map(|one| one.value), [left, right]);
    for ((at, one), bar) in pair.iter().enumerate().zip(measured) {
        let middle = rect.top() + BAR * (at as f32 + 0.5);
        let name = pos2(rect.left(), middle);
        painter.text(name, Align2::LEFT_CENTER, one.name, text::small(), palette.soft);
        let across = middle - 7.0..=middle + 7.0;
        let Some((bar, value)) = bar.zip(one.value) else {
            let words =
                painter.layout(one.absent.to_owned(), text::small(), palette.faint, f32::INFINITY);
            let at = pos2(left, middle - words.size().y / 2.0);
            painter.with_clip_rect(rect.intersect(painter.clip_rect())).galley(
                at,
                words,
                palette.faint,
            );
            continue;
        };
        let track = Rect::from_x_y_ranges(left..=right, across.clone());
        painter.rect_filled(track, 3.0, palette.sunk);
        let filled = Rect::from_x_y_ranges(left..=bar.end.max(left + 1.0), across);
        painter.rect_filled(filled, 3.0, one.color);
        if let Some([low, high]) = bar.whisker {
            // The whisker is seen on the bar and beyond it.
            for (from, to, ink) in [
                (low, bar.end.min(high), faded(palette.sheet, 0.9)),
                (bar.end.max(low), high, one.color),
            ] {
                if to - from >= 0.5 {
                    painter.hline(from..=to, middle, Stroke::new(1.5, ink));
                }
            }
            painter.vline(low, middle - 4.0..=middle + 4.0, Stroke::new(1.5, palette.sheet));
            painter.vline(high, middle - 4.0..=middle + 4.0, Stroke::new(1.5, one.color));
        }
        let at = pos2(rect.right(), middle);
        let words = notation.with_unit(value.value);
        painter.text(at, Align2::RIGHT_CENTER, words, text::strong(), palette.ink);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn value(value: f64) -> Option<Value> {
        Some(Value { value, ci95: None })
    }

    #[test]
    fn both_bars_share_a_scale_that_begins_at_zero() {
        let [full, compressed] = bars([value(400.0), value(100.0)], [10.0, 210.0]);
        assert_eq!(full.unwrap().end, 210.0);
        assert_eq!(compressed.unwrap().end, 60.0);
    }

    #[test]
    fn the_whisker_fits_the_scale_too() {
        let wide = Some(Value { value: 100.0, ci95: Some([80.0, 200.0]) });
        let [bar, absent] = bars([wide, None], [0.0, 200.0]);
        assert_eq!(bar, Some(Bar { end: 100.0, whisker: Some([80.0, 200.0]) }));
        assert_eq!(absent, None);
    }

    #[test]
    fn nothing_measured_and_zero_do_no_harm() {
        assert_eq!(bars([None, None], [0.0, 100.0]), [None, None]);
        let [zero] = bars([value(0.0)], [5.0, 100.0]);
        assert_eq!(zero.unwrap().end, 5.0);
    }
}
