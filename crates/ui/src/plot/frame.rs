//! The ground of a plot: its sunk sheet, its grid, the words at its axes.

use egui::{Align2, Painter, Rect, Stroke, pos2};

use crate::plot::{Scale, Tick};
use crate::theme::{Palette, text};

/// One axis of a plot.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Axis<'a> {
    /// From values to points.
    pub scale: Scale,
    /// Its unit, set once beside the last label; empty for none.
    pub unit: &'a str,
    /// Whether its labels are drawn.
    pub labels: Labels,
}

/// Whether an axis has words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Labels {
    /// Yes.
    Shown,
    /// No: a neighbour has them, or there is no room.
    Hidden,
}

impl<'a> Axis<'a> {
    /// An axis with labels.
    pub fn new(scale: Scale, unit: &'a str) -> Axis<'a> {
        Axis { scale, unit, labels: Labels::Shown }
    }

    /// The same without words.
    #[must_use]
    pub fn bare(self) -> Axis<'a> {
        Axis { labels: Labels::Hidden, ..self }
    }
}

/// A plot's ground.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Frame {
    /// Where curves are drawn; words of the axes stand left of it and under it.
    pub inside: Rect,
}

impl Frame {
    /// Room that the words of a vertical axis take, in points.
    pub const LEFT: f32 = 52.0;
    /// Room that the words of a horizontal axis take, in points.
    pub const FOOT: f32 = 20.0;

    /// A frame in `outside` with room for the words of both axes.
    pub fn within(outside: Rect) -> Frame {
        let min = pos2(outside.left() + Frame::LEFT, outside.top() + 4.0);
        let max = pos2(outside.right() - 8.0, outside.bottom() - Frame::FOOT);
        Frame { inside: Rect::from_min_max(min, max.max(min)) }
    }

    /// Paints ground, grid and words. Draw curves after it, clipped to `inside`.
    pub fn paint(&self, painter: &Painter, palette: &Palette, x: Axis<'_>, y: Axis<'_>) {
        self.paint_at(painter, palette, x, x.scale.ticks(72.0), y);
    }

    /// The same with lines across at places of one's own choice, such as moments.
    pub fn paint_at(
        &self,
        painter: &Painter,
        palette: &Palette,
        x: Axis<'_>,
        ticks: Vec<Tick>,
        y: Axis<'_>,
    ) {
        let inside = self.inside;
        painter.rect_filled(inside, 4.0, palette.sunk);
        let grid = Stroke::new(1.0, palette.grid);
        for tick in y.scale.ticks(26.0) {
            let at = y.scale.at(tick.value).round() + 0.5;
            painter.hline(inside.x_range(), at, grid);
            if y.labels == Labels::Shown {
                let place = pos2(inside.left() - 6.0, at);
                let align = Align2::RIGHT_CENTER;
                painter.text(place, align, tick.label, text::axis(), palette.faint);
            }
        }
        let last = ticks.len().saturating_sub(1);
        for (place, tick) in ticks.into_iter().enumerate() {
            let at = x.scale.at(tick.value).round() + 0.5;
            painter.vline(at, inside.y_range(), grid);
            if x.labels == Labels::Shown {
                let unit = if place == last && !x.unit.is_empty() { x.unit } else { "" };
                let label = format!("{} {unit}", tick.label);
                let (at, align) = match at {
                    at if at > inside.right() - 14.0 => (inside.right(), Align2::RIGHT_TOP),
                    at => (at, Align2::CENTER_TOP),
                };
                let foot = pos2(at, inside.bottom() + 4.0);
                painter.text(foot, align, label.trim_end(), text::axis(), palette.faint);
            }
        }
        if y.labels == Labels::Shown && !y.unit.is_empty() {
            let place = pos2(inside.left() + 6.0, inside.top() + 4.0);
            painter.text(place, Align2::LEFT_TOP, y.unit, text::axis(), palette.faint);
        }
    }
}
