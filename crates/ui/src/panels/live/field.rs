//! The ground that all lanes share: one time axis, its lines, its words.

use egui::{Align2, Painter, Rect, Stroke, pos2};

use crate::plot::{Scale, Tick, time_text, time_ticks};
use crate::theme::{Palette, text};

/// Room for the words of the vertical axes, in points.
pub(super) const GUTTER: f32 = 58.0;
/// Points between two words of the time axis.
const APART: f32 = 92.0;

/// One time axis over all lanes.
#[derive(Clone, Debug)]
pub(super) struct Field {
    /// From milliseconds to points.
    pub(super) x: Scale,
    ticks: Vec<Tick>,
    /// The colours.
    pub(super) palette: &'static Palette,
    /// A pixel, in points.
    pub(super) pixel: f32,
}

impl Field {
    /// An axis for what is shown, from `left` to `right` in points.
    pub(super) fn new(ui: &egui::Ui, shown: [f64; 2], left: f32, right: f32) -> Field {
        let [from, to] = shown;
        let x = Scale::new(from, to, left, right.max(left + 1.0));
        let pixel = 1.0 / ui.ctx().pixels_per_point().max(0.1);
        Field { x, ticks: time_ticks(&x, APART), palette: Palette::here(ui), pixel }
    }

    /// The stretch of a lane between two heights.
    pub(super) fn rect(&self, top: f32, bottom: f32) -> Rect {
        Rect::from_min_max(pos2(self.x.from_pt, top), pos2(self.x.to_pt, bottom))
    }

    /// A moment, as exactly as a pixel lets it be known.
    pub(super) fn moment(&self, at_ms: f64) -> String {
        time_text(at_ms, self.x.per_point())
    }

    /// Whether a moment is in sight.
    pub(super) fn sees(&self, at_ms: f64) -> bool {
        (self.x.from..=self.x.to).contains(&at_ms)
    }

    /// A plot's sheet with the lines of the time axis.
    pub(super) fn paint_ground(&self, painter: &Painter, rect: Rect) {
        painter.rect_filled(rect, 4.0, self.palette.sunk);
        let grid = Stroke::new(1.0, self.palette.grid);
        for tick in &self.ticks {
            let at = self.x.at(tick.value).round() + 0.5;
            if rect.x_range().contains(at) {
                painter.vline(at, rect.y_range(), grid);
            }
        }
    }

    /// The words of the time axis, under `top`.
    pub(super) fn paint_axis(&self, painter: &Painter, top: f32) {
        for tick in &self.ticks {
            let at = self.x.at(tick.value);
            let (at, align) = match at {
                at if at > self.x.to_pt - 24.0 => (self.x.to_pt, Align2::RIGHT_TOP),
                at if at < self.x.from_pt + 24.0 => (self.x.from_pt, Align2::LEFT_TOP),
                at => (at, Align2::CENTER_TOP),
            };
            let ink = self.palette.faint;
            painter.text(pos2(at, top + 4.0), align, &tick.label, text::axis(), ink);
        }
    }
}
