//! What is painted on, and the part of it that may be.

use std::ops::Range;

/// Red, green, blue, alpha: gamma-encoded, premultiplied.
pub(crate) type Pixel = [u8; 4];

/// A picture in the making.
pub(crate) struct Canvas {
    width: usize,
    pixels: Vec<Pixel>,
}

impl Canvas {
    pub(crate) fn new(width: usize, height: usize, background: Pixel) -> Self {
        Self { width, pixels: vec![background; width * height] }
    }

    /// Pixels `columns` of row `y`; nothing where that is not on the canvas.
    pub(crate) fn span(&mut self, y: i64, columns: Range<i64>) -> &mut [Pixel] {
        let found = || {
            let row = usize::try_from(y).ok()?.checked_mul(self.width)?;
            let start = usize::try_from(columns.start).ok()?;
            let end = usize::try_from(columns.end).ok().filter(|end| *end <= self.width)?;
            Some(row + start..row + end)
        };
        found().and_then(|range| self.pixels.get_mut(range)).unwrap_or_default()
    }

    /// Four bytes a pixel, rows from the top.
    pub(crate) fn into_rgba(self) -> Vec<u8> {
        self.pixels.into_flattened()
    }
}

/// Pixels that may be painted: columns `left..right` of rows `top..bottom`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Window {
    pub(crate) left: i64,
    pub(crate) top: i64,
    pub(crate) right: i64,
    pub(crate) bottom: i64,
}

impl Window {
    /// A clip rectangle in points, rounded to whole pixels and kept on a canvas of this size. What is
    /// no number counts as 0.
    pub(crate) fn new(
        clip: egui::Rect,
        pixels_per_point: f32,
        width: usize,
        height: usize,
    ) -> Self {
        let pixel = |points: f32| i64::from((points * pixels_per_point).round() as i32);
        let (width, height) = (width as i64, height as i64);
        let left = pixel(clip.min.x).clamp(0, width);
        let top = pixel(clip.min.y).clamp(0, height);
        Self {
            left,
            top,
            right: pixel(clip.max.x).clamp(left, width),
            bottom: pixel(clip.max.y).clamp(top, height),
        }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.left >= self.right || self.top >= self.bottom
    }
}

#[cfg(test)]
mod tests {
    use std::ops::Range;

    use super::{Canvas, Window};
    use egui::{Rect, pos2};

    #[track_caller]
    fn check(clip: [f32; 4], pixels_per_point: f32, expect: [i64; 4]) {
        let [left, top, right, bottom] = clip;
        let clip = Rect::from_min_max(pos2(left, top), pos2(right, bottom));
        let window = Window::new(clip, pixels_per_point, 100, 50);
        assert_eq!([window.left, window.top, window.right, window.bottom], expect);
    }

    #[test]
    fn clips_are_rounded_to_pixels_and_kept_on_the_canvas() {
        check([1.0, 2.0, 3.0, 4.0], 1.0, [1, 2, 3, 4]);
        check([1.4, 1.5, 2.4, 2.5], 1.0, [1, 2, 2, 3]);
        check([1.0, 1.0, 3.0, 3.0], 1.5, [2, 2, 5, 5]);
        check([-10.0, -10.0, 1e9, 1e9], 2.0, [0, 0, 100, 50]);
        check(
            [f32::NEG_INFINITY, f32::NEG_INFINITY, f32::INFINITY, f32::INFINITY],
            1.0,
            [0, 0, 100, 50],
        );
        check([30.0, 30.0, 10.0, 10.0], 1.0, [30, 30, 30, 30]);
        check([f32::NAN, f32::NAN, 5.0, f32::NAN], 1.0, [0, 0, 5, 0]);
        check([200.0, 200.0, 300.0, 300.0], 1.0, [100, 50, 100, 50]);
    }

    #[test]
    fn a_span_outside_the_canvas_is_empty() {
        let mut canvas = Canvas::new(4, 3, [0; 4]);
        assert_eq!(canvas.span(2, 1..4).len(), 3);
        assert!(canvas.span(3, 1..4).is_empty());
        assert!(canvas.span(0, 1..5).is_empty());
        assert!(canvas.span(-1, 1..2).is_empty());
        assert!(canvas.span(0, Range { start: 3, end: 1 }).is_empty());
    }
}
